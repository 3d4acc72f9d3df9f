//! Joining a team: what a newcomer leaves in the slot that its invitation names (`docs/protocol.md`, section 5).

use alloc::{string::String, vec::Vec};
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use statements::{DevicePublicKey, EpochKey, UnverifiedStatement, WORK_NAME_SIZE};
use wire::{Envelope, LineId, ReadError, Reader, SlotName, Writer};
use zeroize::Zeroizing;

use crate::reply::slot_header;
use crate::seal::{self, OpenError, Purpose, SealError};
use crate::secrets::PairingSecret;

/// The secret of an invitation, 16 bytes; whoever has it may ask to join, once.
pub struct JoinSecret(Zeroizing<[u8; 16]>);

impl JoinSecret {
    /// A fresh one.
    pub fn random(rng: &mut dyn CryptoRng) -> JoinSecret {
        JoinSecret(Zeroizing::new(seal::random(rng)))
    }

    /// One from an invitation.
    pub fn from_bytes(bytes: &[u8; 16]) -> JoinSecret {
        JoinSecret(Zeroizing::new(*bytes))
    }

    /// Its bytes, for an invitation or a vault.
    pub fn expose(&self) -> &[u8; 16] {
        &self.0
    }

    /// The slot in which the newcomer's request lies.
    pub fn slot(&self, line: &LineId) -> SlotName {
        SlotName(*seal::derive(
            &[],
            &*self.0,
            wire::tag!("join-slot"),
            &line.0,
        ))
    }

    /// What a welcome in answer to this invitation is sealed with: `derive("", secret, "welcome-psk", line id, 32)`.
    pub(crate) fn welcome_secret(&self, line: &LineId) -> PairingSecret {
        let secret = seal::derive(&[], &*self.0, wire::tag!("welcome-psk"), &line.0);
        PairingSecret::from_bytes(&secret)
    }

    fn key(&self, line: &LineId) -> Zeroizing<[u8; 32]> {
        seal::derive(&[], &*self.0, wire::tag!("join-key"), &line.0)
    }

    /// The hash whose check words both sides compare by voice: `H(tag "join-words" ‖ line id ‖ device key ‖ secret)`.
    pub fn comparison(&self, line: &LineId, device: &DevicePublicKey) -> [u8; 32] {
        Sha256::new()
            .chain_update(wire::tag!("join-words"))
            .chain_update(line.0)
            .chain_update(device.0)
            .chain_update(*self.0)
            .finalize()
            .into()
    }
}

/// What a newcomer asks: work name length u8 ‖ work name ‖ epoch key statement length u16 ‖ statement.
pub struct JoinRequest {
    work_name: String,
    statement: Vec<u8>,
    epoch_key: EpochKey,
}

impl JoinRequest {
    /// A request under a work name, with the device's first epoch key.
    ///
    /// # Errors
    /// [`OpenError`] when the work name is empty or longer than 64 bytes, or the statement is no epoch key of this line.
    pub fn new(
        line: &LineId,
        work_name: &str,
        epoch_key: &UnverifiedStatement,
    ) -> Result<JoinRequest, OpenError> {
        if !(1..=WORK_NAME_SIZE).contains(&work_name.len()) {
            return Err(OpenError);
        }
        Ok(JoinRequest {
            work_name: work_name.into(),
            statement: epoch_key.to_bytes(),
            epoch_key: EpochKey::verify(epoch_key, line).map_err(|_| OpenError)?,
        })
    }

    /// The proposed work name.
    pub fn work_name(&self) -> &str {
        &self.work_name
    }

    /// The device's first epoch key.
    pub fn epoch_key(&self) -> &EpochKey {
        &self.epoch_key
    }

    /// The epoch key as a statement, for the team log.
    pub fn epoch_statement(&self) -> &[u8] {
        &self.statement
    }

    fn purpose(line: &LineId) -> Purpose<'_> {
        Purpose {
            tag: wire::tag!("join"),
            line,
            context: &[],
        }
    }

    /// Seals it for the slot that the invitation names.
    ///
    /// # Errors
    /// Never with a request made by this type: its size is bounded.
    pub fn seal(
        &self,
        line: &LineId,
        secret: &JoinSecret,
        rng: &mut dyn CryptoRng,
    ) -> Result<Envelope, SealError> {
        let content = Writer::default()
            .short(self.work_name.as_bytes())
            .medium(&self.statement)
            .done();
        let header = slot_header(line, rng);
        let key = secret.key(line);
        seal::seal_under_secret(&key, &Self::purpose(line), &header, &content, rng)
    }

    /// Opens what lies in that slot.
    ///
    /// # Errors
    /// [`OpenError`] when nobody has answered the invitation yet, or something else lies there.
    pub fn open(
        envelope: &Envelope,
        line: &LineId,
        secret: &JoinSecret,
    ) -> Result<JoinRequest, OpenError> {
        let content = seal::open_under_secret(&secret.key(line), &Self::purpose(line), envelope)?;
        let (work_name, statement) = Self::read(&content).map_err(|_| OpenError)?;
        let statement = UnverifiedStatement::parse(&statement).map_err(|_| OpenError)?;
        JoinRequest::new(line, &work_name, &statement)
    }

    fn read(content: &[u8]) -> Result<(String, Vec<u8>), ReadError> {
        let mut reader = Reader::new(content);
        let work_name = core::str::from_utf8(reader.short()?).map_err(|_| ReadError::Value)?;
        let statement = reader.medium()?.to_vec();
        reader.end()?;
        Ok((work_name.into(), statement))
    }
}

//! Grants: a key wrapped to one device's epoch key; and the welcome of a new device (`docs/protocol.md`, section 5).

use alloc::vec::Vec;
use rand_core::CryptoRng;
use statements::{DevicePublicKey, EpochKey};
use wire::{Day, Envelope, Header, Kind, LineId, ReadError, Reader, Writer};
use zeroize::Zeroizing;

use crate::join::JoinSecret;
use crate::post::CaseId;
use crate::seal::{self, OpenError, Purpose, SealError};
use crate::secrets::{EpochSecretKey, ShredToken, TeamKey};

/// What a granted key is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GrantPurpose {
    /// The team key.
    Team = 1,
    /// A shift's keys.
    Shift = 2,
    /// A case's keeping secret, for the device that it is transferred to.
    Case = 3,
    /// A share of a case's keeping secret, for a coordinator.
    Share = 4,
    /// A case's log and whisper secrets, for whoever supervises it.
    Supervision = 5,
    /// The trail's key, for those who watch over it.
    Trail = 6,
    /// A share that a coordinator gives to the one who goes on with the cases of a removed device.
    Recovery = 7,
    /// The secret that opens what contacts say of the help they got, for coordinators.
    Feedback = 8,
}

impl GrantPurpose {
    const ALL: [GrantPurpose; 8] = [
        GrantPurpose::Team,
        GrantPurpose::Shift,
        GrantPurpose::Case,
        GrantPurpose::Share,
        GrantPurpose::Supervision,
        GrantPurpose::Trail,
        GrantPurpose::Recovery,
        GrantPurpose::Feedback,
    ];

    fn from_code(code: u8) -> Option<GrantPurpose> {
        Self::ALL.into_iter().find(|purpose| *purpose as u8 == code)
    }
}

/// What exactly is granted: 16 bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GrantSubject(pub [u8; 16]);

impl GrantSubject {
    /// A shift, by its number in the last four bytes.
    pub fn shift(number: u32) -> GrantSubject {
        GrantSubject(u128::from(number).to_be_bytes())
    }

    /// The shift's number, if it is one.
    pub fn as_shift(&self) -> Option<u32> {
        u32::try_from(u128::from_be_bytes(self.0)).ok()
    }

    /// A case.
    pub fn case(case: &CaseId) -> GrantSubject {
        GrantSubject(case.0)
    }
}

/// A key for one device: purpose u8 ‖ subject 16 ‖ generation u32 ‖ to 32 ‖ epoch day u32 ‖ sealed length u16 ‖ sealed.
#[derive(Clone)]
pub struct Grant {
    /// What it is for.
    pub purpose: GrantPurpose,
    /// What exactly.
    pub subject: GrantSubject,
    /// The generation of the key.
    pub generation: u32,
    /// The device for which it is.
    pub to: DevicePublicKey,
    /// The day of the epoch key that opens it.
    pub epoch: Day,
    sealed: Vec<u8>,
}

impl Grant {
    fn context(&self) -> Vec<u8> {
        Writer::default()
            .u8(self.purpose as u8)
            .put(&self.subject.0)
            .u32(self.generation)
            .put(&self.to.0)
            .u32(self.epoch.0)
            .done()
    }

    fn purpose_of<'a>(line: &'a LineId, context: &'a [u8]) -> Purpose<'a> {
        Purpose {
            tag: wire::tag!("grant"),
            line,
            context,
        }
    }

    /// Wraps `content` to a device's epoch key.
    ///
    /// # Errors
    /// [`SealError::Key`] when the epoch key is not one.
    pub fn seal(
        line: &LineId,
        what: (GrantPurpose, GrantSubject, u32),
        to: &EpochKey,
        content: &[u8],
        rng: &mut dyn CryptoRng,
    ) -> Result<Grant, SealError> {
        let mut grant = Grant {
            purpose: what.0,
            subject: what.1,
            generation: what.2,
            to: to.device(),
            epoch: to.day(),
            sealed: Vec::new(),
        };
        let context = grant.context();
        let purpose = Self::purpose_of(line, &context);
        grant.sealed = seal::wrap(to.seal_key(), None, &purpose, &[], content, rng)?;
        Ok(grant)
    }

    /// Opens it with the device's key of the day that it names.
    ///
    /// # Errors
    /// [`OpenError`] when it was not made for that key, or says something else than when it was sealed.
    pub fn open(
        &self,
        line: &LineId,
        key: &EpochSecretKey,
    ) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let context = self.context();
        let purpose = Self::purpose_of(line, &context);
        seal::unwrap(key.expose(), None, &purpose, &[], &self.sealed)
    }

    pub(crate) fn write(&self, writer: Writer) -> Writer {
        writer.put(&self.context()).medium(&self.sealed)
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Grant, ReadError> {
        Ok(Grant {
            purpose: GrantPurpose::from_code(reader.u8()?).ok_or(ReadError::Value)?,
            subject: GrantSubject(reader.array()?),
            generation: reader.u32()?,
            to: DevicePublicKey(reader.array()?),
            epoch: Day(reader.u32()?),
            sealed: reader.medium()?.to_vec(),
        })
    }
}

/// What a device that was just admitted is sent: team keys, so that it can read the log from its beginning. It proves by the
/// invitation's secret that it comes from the coordinator who gave the invitation.
///
/// Content: first generation u32 ‖ count u8 ‖ team keys 32 each.
pub struct Welcome {
    /// The generation of the first key.
    pub first: u32,
    /// The keys, one for each generation from there, at most [`Welcome::KEYS`].
    pub team_keys: Vec<TeamKey>,
}

impl Welcome {
    /// How many keys one welcome holds at most; whoever has more sends several.
    pub const KEYS: usize = 80;

    fn context(device: &DevicePublicKey, epoch: Day) -> Vec<u8> {
        Writer::default().put(&device.0).u32(epoch.0).done()
    }

    fn purpose<'a>(line: &'a LineId, context: &'a [u8]) -> Purpose<'a> {
        Purpose {
            tag: wire::tag!("welcome"),
            line,
            context,
        }
    }

    /// Seals it to a device's epoch key, as an entry of the team log.
    ///
    /// # Errors
    /// [`SealError::Key`] when the epoch key is not one; [`SealError::TooLong`] with more than [`Welcome::KEYS`] keys.
    pub fn seal(
        &self,
        line: &LineId,
        to: &EpochKey,
        invitation: &JoinSecret,
        rng: &mut dyn CryptoRng,
    ) -> Result<Envelope, SealError> {
        let count = u8::try_from(self.team_keys.len()).map_err(|_| SealError::TooLong)?;
        if self.team_keys.len() > Self::KEYS {
            return Err(SealError::TooLong);
        }
        let writer = Writer::with_capacity(5 + 32 * Self::KEYS);
        let writer = writer.u32(self.first).u8(count);
        let keys = self.team_keys.iter();
        let content = Zeroizing::new(keys.fold(writer, |w, key| w.put(key.expose())).done());
        let header = Header {
            kind: Kind::LogEntry,
            epoch: self.first,
            line_tag: line.tag(),
            mark: seal::random(rng),
            shred_hash: ShredToken::random(rng).hash(),
        };
        let context = Self::context(&to.device(), to.day());
        let purpose = Self::purpose(line, &context);
        let psk = invitation.welcome_secret(line);
        seal::seal_to_key(to.seal_key(), Some(&psk), &purpose, &header, &content, rng)
    }

    /// Opens a log entry that may be this device's welcome.
    ///
    /// # Errors
    /// [`OpenError`] when it is not.
    pub fn open(
        envelope: &Envelope,
        line: &LineId,
        device: &DevicePublicKey,
        epoch: (Day, &EpochSecretKey),
        invitation: &JoinSecret,
    ) -> Result<Welcome, OpenError> {
        let context = Self::context(device, epoch.0);
        let purpose = Self::purpose(line, &context);
        let psk = invitation.welcome_secret(line);
        let content = seal::open_with_key(epoch.1.expose(), Some(&psk), &purpose, envelope)?;
        Self::read(&content).map_err(|_| OpenError)
    }

    fn read(content: &[u8]) -> Result<Welcome, ReadError> {
        let mut reader = Reader::new(content);
        let first = reader.u32()?;
        let count = reader.u8()?;
        let keys = (0..count).map(|_| reader.array().map(|key| TeamKey::from_bytes(&key)));
        let team_keys = keys.collect::<Result<Vec<_>, ReadError>>()?;
        reader.end()?;
        Ok(Welcome { first, team_keys })
    }
}

//! The trail: what desks did, sealed to those who watch over it (`docs/protocol.md`, section 5).

use alloc::vec::Vec;
use rand_core::CryptoRng;
use statements::{DevicePublicKey, SealPublicKey};
use wire::{LineId, ReadError, Reader, Writer};
use zeroize::Zeroizing;

use crate::seal::{self, OpenError, Purpose, SealError};
use crate::secrets::TrailSecretKey;

/// The largest content, in bytes.
const CONTENT_SIZE: usize = 256;

/// One sealed step of a device's trail: every desk can write it, and only seniors and coordinators can read it.
///
/// generation u32 ‖ sealed length u16 ‖ sealed (encapsulation 1,120 ‖ commitment 32 ‖ ciphertext); HPKE base mode to the trail key, tag
/// `trail`, context generation ‖ author's device key 32.
#[derive(Clone)]
pub struct TrailEntry {
    /// The generation of the trail key.
    pub generation: u32,
    sealed: Vec<u8>,
}

impl TrailEntry {
    fn context(author: &DevicePublicKey, generation: u32) -> Vec<u8> {
        Writer::default().u32(generation).put(&author.0).done()
    }

    fn purpose<'a>(line: &'a LineId, context: &'a [u8]) -> Purpose<'a> {
        Purpose {
            tag: wire::tag!("trail"),
            line,
            context,
        }
    }

    /// Seals a step of `author`.
    ///
    /// # Errors
    /// [`SealError::TooLong`] beyond 256 bytes; [`SealError::Key`] when the trail key is not one.
    pub fn seal(
        line: &LineId,
        author: &DevicePublicKey,
        to: (u32, &SealPublicKey),
        content: &[u8],
        rng: &mut dyn CryptoRng,
    ) -> Result<TrailEntry, SealError> {
        if content.len() > CONTENT_SIZE {
            return Err(SealError::TooLong);
        }
        let context = Self::context(author, to.0);
        let purpose = Self::purpose(line, &context);
        Ok(TrailEntry {
            generation: to.0,
            sealed: seal::wrap(to.1, None, &purpose, &[], content, rng)?,
        })
    }

    /// Opens a step of `author`.
    ///
    /// # Errors
    /// [`OpenError`] when the key is another one, or somebody else wrote it.
    pub fn open(
        &self,
        line: &LineId,
        author: &DevicePublicKey,
        key: &TrailSecretKey,
    ) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let context = Self::context(author, self.generation);
        let purpose = Self::purpose(line, &context);
        seal::unwrap(key.expose(), None, &purpose, &[], &self.sealed)
    }

    pub(crate) fn write(&self, writer: Writer) -> Writer {
        writer.u32(self.generation).medium(&self.sealed)
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<TrailEntry, ReadError> {
        Ok(TrailEntry {
            generation: reader.u32()?,
            sealed: reader.medium()?.to_vec(),
        })
    }
}

//! What the team log holds of a case, each kind under a secret of its own (`docs/protocol.md`, section 5).

use alloc::vec::Vec;
use rand_core::CryptoRng;
use wire::{LineId, ReadError, Reader, Writer};
use zeroize::Zeroizing;

use crate::post::CaseId;
use crate::seal::{self, OpenError, Purpose, SealError};
use crate::secrets::{CaseLogSecret, KeepingSecret, WhisperSecret};

/// The largest content, in bytes: what fits into a log entry.
const CONTENT_SIZE: usize = 3600;

macro_rules! sealed_of_case {
    ($($(#[$doc:meta])* $name:ident under $secret:ident tagged $tag:literal),+ $(,)?) => {$(
        $(#[$doc])*
        ///
        /// case id 16 ‖ generation u32 ‖ sealed length u16 ‖ sealed (salt 32 ‖ commitment 32 ‖ ciphertext); the context is case id ‖ generation.
        #[derive(Clone)]
        pub struct $name {
            /// The case.
            pub case: CaseId,
            /// The generation of the secret.
            pub generation: u32,
            sealed: Vec<u8>,
        }

        impl $name {
            fn context(case: &CaseId, generation: u32) -> Vec<u8> {
                Writer::default().put(&case.0).u32(generation).done()
            }

            fn purpose<'a>(line: &'a LineId, context: &'a [u8]) -> Purpose<'a> {
                Purpose { tag: wire::tag!($tag), line, context }
            }

            /// Seals `content` under the secret of a generation.
            ///
            /// # Errors
            /// [`SealError::TooLong`] when it would not fit into a log entry; the limit is 3,600 bytes.
            pub fn seal(
                line: &LineId,
                case: CaseId,
                secret: (u32, &$secret),
                content: &[u8],
                rng: &mut dyn CryptoRng,
            ) -> Result<Self, SealError> {
                if content.len() > CONTENT_SIZE {
                    return Err(SealError::TooLong);
                }
                let context = Self::context(&case, secret.0);
                let purpose = Self::purpose(line, &context);
                let sealed = seal::lock(secret.1.expose(), &purpose, &[], content, rng)?;
                Ok($name { case, generation: secret.0, sealed })
            }

            /// Opens it.
            ///
            /// # Errors
            /// [`OpenError`] when the secret is another one.
            pub fn open(&self, line: &LineId, secret: &$secret) -> Result<Zeroizing<Vec<u8>>, OpenError> {
                let context = Self::context(&self.case, self.generation);
                let purpose = Self::purpose(line, &context);
                seal::unlock(secret.expose(), &purpose, &[], &self.sealed)
            }

            /// Writes it, for the log or a vault.
            pub fn write(&self, writer: Writer) -> Writer {
                writer.put(&self.case.0).u32(self.generation).medium(&self.sealed)
            }

            /// Reads it.
            ///
            /// # Errors
            /// When the bytes end too early.
            pub fn read(reader: &mut Reader<'_>) -> Result<Self, ReadError> {
                Ok($name {
                    case: CaseId(reader.array()?),
                    generation: reader.u32()?,
                    sealed: reader.medium()?.to_vec(),
                })
            }
        }
    )+};
}

sealed_of_case!(
    /// A piece of a case's history, for all who may read the case.
    CaseEntry under CaseLogSecret tagged "case-entry",
    /// All that whoever goes on with a case needs: for its holder and, in shares, for the coordinators.
    CaseState under KeepingSecret tagged "case-state",
    /// What guides say to each other about a case. No contact has the secret, and nothing turns it into a reply.
    Whisper under WhisperSecret tagged "whisper",
);

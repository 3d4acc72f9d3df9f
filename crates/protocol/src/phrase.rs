//! From a phrase to keys: Argon2id (RFC 9106) over the words, salted by the line.

use alloc::vec;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use wire::{LineId, SlotName};
use zeroize::{Zeroize, Zeroizing};

use crate::seal::derive;
use crate::secrets::ShredKey;

/// Memory that a derivation takes, in KiB.
pub const KEY_DERIVATION_MEMORY_KIB: u32 = 64 * 1024;
/// Passes over that memory.
pub const KEY_DERIVATION_PASSES: u32 = 3;

/// The one secret from which everything that a contact owns is found again.
pub struct PhraseRoot {
    secret: Zeroizing<[u8; 32]>,
    line: LineId,
}

impl PhraseRoot {
    /// Derives the root of a phrase (list code u8 ‖ 7 indices u16, 15 bytes) on one line.
    ///
    /// Takes 64 MiB and, on a laptop, about 0.15 s. Any phrase has a root: whether a line was ever
    /// opened with it cannot be told from here.
    pub fn derive(phrase: &[u8; 15], line: &LineId) -> PhraseRoot {
        let hash = Sha256::new()
            .chain_update(wire::tag!("words"))
            .chain_update(line.0)
            .finalize();
        let salt = hash.get(..16).unwrap_or_default();
        let mut secret = Zeroizing::new([0; 32]);
        let params = Params::new(
            KEY_DERIVATION_MEMORY_KIB,
            KEY_DERIVATION_PASSES,
            1,
            Some(32),
        );
        let derived = params.and_then(|params| {
            let mut blocks = vec![Block::default(); params.block_count()];
            let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
            let done =
                argon2.hash_password_into_with_memory(phrase, salt, secret.as_mut(), &mut blocks);
            blocks.iter_mut().for_each(Zeroize::zeroize);
            done
        });
        // The parameters are constants that the library accepts; a test derives a known answer from them.
        debug_assert!(derived.is_ok());
        PhraseRoot {
            secret,
            line: *line,
        }
    }

    /// The line on which this root opens something.
    pub fn line(&self) -> &LineId {
        &self.line
    }

    /// The 32 bytes of the root, for the memory of one visit; nothing else may have them.
    pub fn expose(&self) -> &[u8; 32] {
        &self.secret
    }

    /// A root that [`PhraseRoot::expose`] gave earlier in the same visit.
    pub fn from_bytes(bytes: &[u8; 32], line: &LineId) -> PhraseRoot {
        PhraseRoot {
            secret: Zeroizing::new(*bytes),
            line: *line,
        }
    }

    /// The name of the slot in which the contact's state rests.
    pub fn state_slot(&self) -> SlotName {
        SlotName(*derive(
            &[],
            &*self.secret,
            wire::tag!("state-slot"),
            &self.line.0,
        ))
    }

    /// The secret that seals the state, from the words and from what the relay holds.
    pub(crate) fn state_secret(&self, shred_key: &ShredKey) -> Zeroizing<[u8; 32]> {
        let tag = wire::tag!("state-key");
        let key = derive::<32>(&[], &*self.secret, tag, &self.line.0);
        derive(
            shred_key.expose(),
            &*key,
            wire::tag!("state-secret"),
            &self.line.0,
        )
    }
}

/// A slot name that leads nowhere, for the unused places of a request.
pub(crate) fn unused_name(rng: &mut dyn CryptoRng) -> SlotName {
    SlotName(crate::seal::random(rng))
}

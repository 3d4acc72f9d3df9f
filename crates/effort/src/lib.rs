//! The work that a message brings along when many write at once (`docs/protocol.md`, section 10): Hashcash with Argon2id (RFC 9106)
//! as its hash.
//!
//! An attempt is `Argon2id(password = envelope 4,096 ‖ nonce u64, salt = seed 16, 512 KiB, 1 pass, 1 lane, 32 bytes)`; its score is the
//! first four bytes. An effort of E asks for a score of at most (2³² − 1) / E: E attempts on average, and one to check. The seed is
//! the relay's and lasts minutes, so nothing can be worked out in advance; the envelope is in it, so the work serves one
//! envelope.
//!
//! It does not tell people from programs. It makes a million messages cost what a million messages' work costs.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

use alloc::vec::Vec;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use wire::{ENVELOPE_SIZE, EffortSeed, Envelope};

/// Memory that an attempt takes, in KiB. Enough that a graphics card gains little, and little enough that the relay checks thousands
/// a second.
pub const MEMORY_KIB: u32 = 512;

const PASSWORD_SIZE: usize = ENVELOPE_SIZE + 8;

/// Memory for attempts, 512 KiB, used again for each.
pub struct Worker {
    argon2: Argon2<'static>,
    blocks: Vec<Block>,
}

impl Default for Worker {
    fn default() -> Self {
        Worker::new()
    }
}

impl Worker {
    /// Takes the memory.
    pub fn new() -> Worker {
        let params = Params::new(MEMORY_KIB, 1, 1, Some(32)).unwrap_or_default();
        Worker {
            blocks: alloc::vec![Block::default(); params.block_count()],
            argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
        }
    }

    /// What one attempt comes to; small is good.
    pub fn score(&mut self, seed: &EffortSeed, envelope: &Envelope, nonce: u64) -> u32 {
        let mut password = [0; PASSWORD_SIZE];
        let (whole, number) = password.split_at_mut(ENVELOPE_SIZE);
        whole.copy_from_slice(envelope.as_bytes());
        number.copy_from_slice(&nonce.to_be_bytes());
        let mut output = [0xff; 32];
        let blocks = self.blocks.as_mut_slice();
        let done =
            self.argon2
                .hash_password_into_with_memory(&password, &seed.0, &mut output, blocks);
        // The sizes are constants that the library accepts; a test asks it for a known answer.
        debug_assert!(done.is_ok());
        let [a, b, c, d, ..] = output;
        u32::from_be_bytes([a, b, c, d])
    }

    /// Tries `attempts` nonces from `first` on, every second one: the lowest bit of a nonce is the seed's, so that the relay, which
    /// accepts the last two, knows which it is. Gives the first nonce that is enough.
    pub fn search(
        &mut self,
        (seed, effort): (&EffortSeed, u32),
        envelope: &Envelope,
        first: u64,
        attempts: u32,
    ) -> Option<u64> {
        let first = (first & !1) | u64::from(seed.parity());
        let nonces = (0..u64::from(attempts)).map(|n| first.wrapping_add(2 * n));
        nonces
            .into_iter()
            .find(|nonce| is_enough(self.score(seed, envelope, *nonce), effort))
    }
}

/// Whether a score is what an effort asks for. An effort of 0 or 1 asks for nothing.
pub fn is_enough(score: u32, effort: u32) -> bool {
    u64::from(score) * u64::from(effort) <= u64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: EffortSeed = EffortSeed([3; 16]);

    /// A post whose sealed part is one byte again and again.
    fn envelope(byte: u8) -> Envelope {
        let mut bytes = [byte; ENVELOPE_SIZE];
        bytes[..4].copy_from_slice(&[1, 1, 0, 0]);
        Envelope::parse(&bytes).unwrap()
    }

    #[test]
    fn an_attempt_is_argon2id_of_envelope_and_nonce_salted_by_the_seed() {
        // As the reference implementation has it, by `argon2-cffi`: `hash_secret_raw(1 ‖ 1 ‖ 0 ‖ 0 ‖ 4,092 × 5 ‖ 7 u64, 16 × 3,
        // time_cost=1, memory_cost=512, parallelism=1, hash_len=32, type=Type.ID)` begins so.
        let mut worker = Worker::new();
        assert_eq!(worker.score(&SEED, &envelope(5), 7), 0x32b5_03cc);
    }

    #[test]
    fn work_is_found_and_serves_its_envelope_and_its_seed_alone() {
        let mut worker = Worker::new();
        let effort = 32;
        let mine = envelope(5);
        let nonce = worker.search((&SEED, effort), &mine, 0, 10_000);
        let nonce = nonce.expect("ten thousand attempts are enough for an effort of 32");
        assert!(is_enough(worker.score(&SEED, &mine, nonce), effort));
        let mut serves = |seed: [u8; 16], byte| {
            let score = worker.score(&EffortSeed(seed), &envelope(byte), nonce);
            is_enough(score, effort)
        };
        let others = (10..20).filter(|byte| serves(SEED.0, *byte)).count();
        let seeds = (10..20).filter(|byte| serves([*byte; 16], 5)).count();
        assert!(others < 4 && seeds < 4, "one in 32 by chance");
    }

    #[test]
    fn a_nonce_has_the_parity_of_its_seed() {
        let mut worker = Worker::new();
        for seed in [EffortSeed([2; 16]), EffortSeed([3; 16])] {
            let nonce = worker.search((&seed, 2), &envelope(5), 100, 1_000);
            assert_eq!(nonce.unwrap() & 1, u64::from(seed.parity()));
        }
    }

    #[test]
    fn no_effort_asks_for_nothing_and_the_most_asks_for_nearly_all() {
        assert!(is_enough(u32::MAX, 0) && is_enough(u32::MAX, 1));
        assert!(!is_enough(u32::MAX, 2));
        assert!(is_enough(1, u32::MAX) && !is_enough(2, u32::MAX));
    }
}

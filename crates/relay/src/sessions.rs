//! Sessions of desks: a challenge, a signature, a token. Only hashes of tokens are held, in memory.

use std::collections::VecDeque;

use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use statements::DevicePublicKey;
use wire::{DeskSession, LineId};

use crate::RelayError;

/// How many challenges wait for an answer at most; the oldest goes first.
const CHALLENGES: usize = 1024;
/// How many sessions there are at most; the oldest goes first. A desk opens a new one when it is told to.
const SESSIONS: usize = 2048;

/// The right to ask as a desk, 32 random bytes.
pub struct SessionToken(pub [u8; 32]);

/// The open challenges and sessions.
#[derive(Default)]
pub(crate) struct Sessions {
    challenges: VecDeque<[u8; 32]>,
    sessions: VecDeque<([u8; 32], DevicePublicKey)>,
}

fn push<T>(queue: &mut VecDeque<T>, item: T, most: usize) {
    if queue.len() == most {
        queue.pop_front();
    }
    queue.push_back(item);
}

fn random(rng: &mut dyn CryptoRng) -> [u8; 32] {
    let mut bytes = [0; 32];
    rng.fill_bytes(&mut bytes);
    bytes
}

impl Sessions {
    pub(crate) fn challenge(&mut self, rng: &mut dyn CryptoRng) -> [u8; 32] {
        let nonce = random(rng);
        push(&mut self.challenges, nonce, CHALLENGES);
        nonce
    }

    /// Opens a session for a device that signed an open challenge; a challenge serves once.
    pub(crate) fn open(
        &mut self,
        line: &LineId,
        request: &DeskSession,
        rng: &mut dyn CryptoRng,
    ) -> Result<SessionToken, RelayError> {
        let open = self
            .challenges
            .iter()
            .position(|nonce| *nonce == request.nonce);
        self.challenges
            .remove(open.ok_or(RelayError::Unauthorised)?);
        let device = DevicePublicKey(request.device);
        if !device.verify_session(line, &request.nonce, &request.signature) {
            return Err(RelayError::Unauthorised);
        }
        let token = random(rng);
        push(
            &mut self.sessions,
            (Sha256::digest(token).into(), device),
            SESSIONS,
        );
        Ok(SessionToken(token))
    }

    /// Ends the sessions of all devices but those that are admitted.
    pub(crate) fn retain(&mut self, is_admitted: impl Fn(&DevicePublicKey) -> bool) {
        self.sessions.retain(|(_, device)| is_admitted(device));
    }

    /// The device of a session. Comparing hashes of random tokens gives nothing away by its timing.
    pub(crate) fn device(&self, token: &[u8; 32]) -> Option<DevicePublicKey> {
        let hash: [u8; 32] = Sha256::digest(token).into();
        let found = self.sessions.iter().find(|(held, _)| *held == hash);
        found.map(|(_, device)| *device)
    }
}

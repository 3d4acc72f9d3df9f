//! The hashes by which the relay names what it holds.

use sha2::{Digest, Sha256};
use wire::{Envelope, EnvelopeHash, SlotName};

use crate::store::SlotKey;

/// `H(envelope)`.
pub fn envelope_hash(envelope: &Envelope) -> EnvelopeHash {
    EnvelopeHash(Sha256::digest(envelope.as_bytes()).into())
}

/// `H(tag "slot" ‖ name)`: a store never holds the name itself, which is the right to read and write.
pub fn slot_key(name: &SlotName) -> SlotKey {
    let hash = Sha256::new()
        .chain_update(wire::tag!("slot"))
        .chain_update(name.0);
    SlotKey(hash.finalize().into())
}

/// `H(tag "shred" ‖ token)`, as it stands in the header of what the token destroys.
pub fn shred_hash(token: &[u8; 32]) -> [u8; 32] {
    let hash = Sha256::new()
        .chain_update(wire::tag!("shred"))
        .chain_update(token);
    hash.finalize().into()
}

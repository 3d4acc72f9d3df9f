//! The work that a message brings along when many write at once.

use effort::Worker;
use wire::{ENVELOPE_SIZE, EffortSeed, Envelope, Reader, Writer};

use crate::Failure;

/// More attempts than this are not made in one call: turns must not wait.
const MOST_ATTEMPTS: u32 = 1_024;

/// Command 18. Request: seed 16 ‖ effort u32 ‖ envelope 4,096 ‖ first nonce u64 ‖ attempts u32. Answer: found u8 ‖ the nonce that is enough, or
/// that to go on with, u64.
pub(crate) fn search(mut reader: Reader<'_>) -> Result<Vec<u8>, Failure> {
    let seed = EffortSeed(reader.array()?);
    let effort = reader.u32()?;
    let envelope = Envelope::parse(reader.take(ENVELOPE_SIZE)?).map_err(|_| Failure::Request)?;
    let first = u64::from_be_bytes(reader.array()?);
    let attempts = reader.u32()?.min(MOST_ATTEMPTS);
    reader.end()?;
    let found = Worker::new().search((&seed, effort), &envelope, first, attempts);
    let nonce = found.unwrap_or(first.wrapping_add(2 * u64::from(attempts)));
    let writer = Writer::default().u8(0).u8(found.is_some().into());
    Ok(writer.put(&nonce.to_be_bytes()).done())
}

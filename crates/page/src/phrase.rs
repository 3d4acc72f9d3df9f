//! The words a contact keeps in the head.
use crate::Failure;
use protocol::Language;
use rand_chacha::ChaCha20Rng;
use wire::{LineId, Reader};
pub(crate) fn check_words(_: &LineId, _: Language) -> String { String::new() }
pub(crate) fn read(_: &mut Reader<'_>) -> Result<[u8; 15], Failure> { Err(Failure::Words) }
pub(crate) fn create(_: Reader<'_>, _: &mut ChaCha20Rng) -> Result<Vec<u8>, Failure> { Err(Failure::Words) }
pub(crate) fn check(_: Reader<'_>) -> Result<Vec<u8>, Failure> { Err(Failure::Words) }

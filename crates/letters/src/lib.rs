//! What travels by hand when there is no network: a sealed letter to the line, and the answer on its way back (`docs/protocol.md`,
//! section 9). Both are bytes, and the bytes are parts of text that fit into QR codes, into a file or into a message.
//!
//! Nothing here opens anything. Whoever carries a letter can lose it, can see whether an answer came, and can change what lies in its
//! slots; reading it takes the words.
#![no_std]

extern crate alloc;

mod carried;
mod parts;

pub use carried::{Answer, Carried, CarriedError, Letter, RETURNED_SLOTS};
pub use parts::{PartsError, from_text, to_parts};

//! Word lists, help with typing them, and check words.
//!
//! A phrase is seven words of a list of 2,048: 77 bits. Keys are derived from the words' places in the list, never from their
//! spelling, so a phrase may be typed in any case, in any normal form, with numbers and commas between. Nothing here
//! knows a line: wrong words and words never used are the same to it.
#![no_std]

extern crate alloc;

mod list;
mod phrase;
mod typed;

pub use list::List;
pub use phrase::{Phrase, ReadError, WORDS, read_any, suggest};

/// The check words of a 32-byte hash, such as a line id: five words from its first 55 bits.
pub fn check_words(list: List, hash: &[u8; 32]) -> [&'static str; 5] {
    let indices = phrase::indices::<5>(hash);
    indices.map(|index| list.word(index).unwrap_or_default())
}

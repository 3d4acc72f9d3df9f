//! Word lists, help with typing them, and check words.
//!
//! A contact keeps seven words of 2048 in the head, 77 bits. This crate turns entropy into words and what a person
//! typed back into indices. It knows the lists alone: whether anything was ever written with some words is nothing
//! that it could tell.
#![no_std]

extern crate alloc;

mod hangul;
mod keyboard;
mod letters;
mod lexicon;
mod list;
mod phrase;
mod reading;
mod suggestion;
mod tongue;

pub use lexicon::Lexicon;
pub use list::List;
pub use phrase::{Phrase, WORDS, check_words};
#[cfg(feature = "lists")]
pub use reading::read_any;
pub use reading::{ReadError, likeliest, read_among};
pub use suggestion::suggest;
pub use tongue::Tongue;

//! Phrases: seven words, their places in a list, and reading them as typed.

use alloc::string::String;
use alloc::vec::Vec;

use zeroize::Zeroize;

use crate::list::{List, SIZE};
use crate::typed;

/// How many words a phrase has: 7 × 11 = 77 bits.
pub const WORDS: usize = 7;
/// How many suggestions are made for a word.
const SUGGESTIONS: usize = 4;

/// Seven words of a list. It wipes itself, and is neither printed nor compared by accident.
pub struct Phrase {
    list: List,
    indices: [u16; WORDS],
}

/// Why what was typed is not a phrase of the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ReadError {
    /// There are fewer or more than seven words.
    Count {
        /// So many.
        found: usize,
    },
    /// One word is not in the list.
    Unknown {
        /// Which, from 0.
        position: usize,
        /// Words that it may have been meant to be, the nearest first; at most four.
        suggestions: Vec<&'static str>,
    },
}

/// The first `N` groups of 11 bits, big-endian.
pub(crate) fn indices<const N: usize>(bytes: &[u8]) -> [u16; N] {
    core::array::from_fn(|place| {
        let bits = (place * 11..place * 11 + 11).map(|bit| {
            let byte = bytes.get(bit / 8).copied().unwrap_or_default();
            u16::from(byte >> (7 - bit % 8) & 1)
        });
        bits.fold(0, |index, bit| index << 1 | bit)
    })
}

impl Phrase {
    /// A phrase from 77 random bits: the first of 80.
    pub fn from_entropy(list: List, entropy: &[u8; 10]) -> Phrase {
        Phrase {
            list,
            indices: indices(entropy),
        }
    }

    /// Reads what a person typed: any case, commas, numbering, normal forms, the first four letters of a word, another
    /// keyboard's letters. A word that is only nearly in the list is never corrected silently.
    ///
    /// # Errors
    /// [`ReadError`] with the first thing that is wrong.
    pub fn read(list: List, typed: &str) -> Result<Phrase, ReadError> {
        let words = typed::words(typed);
        let mut phrase = Phrase {
            list,
            indices: [0; WORDS],
        };
        for (position, word) in words.iter().take(WORDS).enumerate() {
            let found = find(list, word).ok_or_else(|| ReadError::Unknown {
                position,
                suggestions: suggest(list, word),
            })?;
            if let Some(index) = phrase.indices.get_mut(position) {
                *index = found;
            }
        }
        match words.len() {
            WORDS => Ok(phrase),
            found => Err(ReadError::Count { found }),
        }
    }

    /// The words, as the list spells them.
    pub fn words(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.indices
            .iter()
            .filter_map(|index| self.list.word(*index))
    }

    /// What keys are derived from: list code u8 ‖ 7 places u16, big-endian; 15 bytes.
    pub fn to_bytes(&self) -> [u8; 15] {
        let mut bytes = [self.list.code(); 15];
        let places = self.indices.iter().flat_map(|index| index.to_be_bytes());
        for (to, from) in bytes.iter_mut().skip(1).zip(places) {
            *to = from;
        }
        bytes
    }
}

impl Drop for Phrase {
    fn drop(&mut self) {
        self.indices.zeroize();
    }
}

/// The place of a word as typed: spelled as in the list, or its first four letters or more if only one word begins so.
fn find(list: List, word: &str) -> Option<u16> {
    let spellings = typed::spellings(list, word);
    if let Some(exact) = spellings.iter().find_map(|spelling| list.index(spelling)) {
        return Some(exact);
    }
    let shortest = if list == List::Korean { 2 } else { 4 };
    let long = spellings
        .iter()
        .filter(|spelling| spelling.chars().count() >= shortest);
    long.into_iter().find_map(|spelling| {
        let mut beginning = (0..SIZE)
            .zip(list.words())
            .filter(|(_, word)| word.starts_with(spelling.as_str()));
        match (beginning.next(), beginning.next()) {
            (Some((index, _)), None) => Some(index),
            _ => None,
        }
    })
}

/// Words that begin with what was typed, or else those nearest to it; at most four.
pub fn suggest(list: List, typed: &str) -> Vec<&'static str> {
    let word: String = typed::words(typed)
        .into_iter()
        .next_back()
        .unwrap_or_default();
    let spellings = typed::spellings(list, &word);
    if word.is_empty() || word.chars().count() > 20 {
        return Vec::new();
    }
    let completions = list.words().filter(|word| {
        spellings
            .iter()
            .any(|spelling| word.starts_with(spelling.as_str()))
    });
    let completions: Vec<&str> = completions.take(SUGGESTIONS).collect();
    if !completions.is_empty() {
        return completions;
    }
    let mut near: Vec<(usize, &str)> = list
        .words()
        .filter_map(|word| {
            let nearest = spellings
                .iter()
                .map(|spelling| typed::distance(spelling, word))
                .min()?;
            (nearest <= 2).then_some((nearest, word))
        })
        .collect();
    near.sort_by_key(|(distance, _)| *distance);
    near.into_iter()
        .take(SUGGESTIONS)
        .map(|(_, word)| word)
        .collect()
}

/// Reads a phrase in whichever list has all its words, trying `preferred` first.
///
/// # Errors
/// As [`Phrase::read`] with the preferred list.
pub fn read_any(preferred: List, typed: &str) -> Result<Phrase, ReadError> {
    let first = Phrase::read(preferred, typed);
    if first.is_ok() {
        return first;
    }
    let others = List::ALL.into_iter().filter(|list| *list != preferred);
    match others
        .into_iter()
        .find_map(|list| Phrase::read(list, typed).ok())
    {
        Some(phrase) => Ok(phrase),
        None => first,
    }
}

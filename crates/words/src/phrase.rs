//! The seven words as indices, and the five check words of a line.

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::lexicon::Lexicon;
use crate::list::List;

/// How many words a phrase has.
pub const WORDS: usize = 7;

/// Bits of one word's index.
const WORD_BITS: u32 = 11;

/// Seven words as indices: what keys are derived from (never from the spelling).
///
/// It wipes its indices when dropped; it is neither `Debug` nor `Clone`, so that no log and no copy holds it by accident.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Phrase {
    #[zeroize(skip)]
    list: List,
    indices: [u16; WORDS],
}

impl Phrase {
    /// The phrase of the first 77 bits, most significant first, 11 bits a word; the last 3 bits are not used.
    pub fn from_entropy(list: List, entropy: &[u8; 10]) -> Phrase {
        let mut bits = entropy
            .iter()
            .fold(0u128, |bits, byte| bits << 8 | u128::from(*byte))
            >> 3;
        let phrase = Phrase {
            list,
            indices: split(bits),
        };
        bits.zeroize();
        phrase
    }

    /// A phrase to propose: drawn until it has no word that is dangerous to be overheard with.
    ///
    /// That costs 0.2 of the 77 bits; one draw in six or seven is thrown away. After 100 draws the last is taken, which
    /// happens only with a source that is not random.
    pub fn draw<'a>(
        lexicon: impl Into<Lexicon<'a>>,
        mut entropy: impl FnMut() -> [u8; 10],
    ) -> Phrase {
        let lexicon = lexicon.into();
        let mut draw = || Phrase::from_entropy(lexicon.list(), &entropy());
        let is_fit = |phrase: &Phrase| {
            phrase
                .words_of(lexicon)
                .all(|word| lexicon.left_out().all(|out| out != word))
        };
        let mut phrase = draw();
        for _ in 0..100 {
            if is_fit(&phrase) {
                break;
            }
            phrase = draw();
        }
        phrase
    }

    /// The phrase of indices that were found in the list.
    pub(crate) fn from_indices(list: List, indices: [u16; WORDS]) -> Phrase {
        Phrase { list, indices }
    }

    /// The list that the words are from.
    pub fn list(&self) -> List {
        self.list
    }

    /// The seven words as the list spells them, in order.
    #[cfg(feature = "lists")]
    pub fn words(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.words_of(self.list.into())
    }

    /// The seven words as their own list, which the caller brings, spells them.
    pub fn words_of<'a>(&self, lexicon: Lexicon<'a>) -> impl Iterator<Item = &'a str> {
        self.indices
            .iter()
            .filter_map(move |index| lexicon.word(*index))
    }

    /// List code u8, then seven indices as u16, big-endian: what Argon2id gets. The caller wipes it.
    pub fn to_bytes(&self) -> [u8; 15] {
        let mut bytes = [0; 15];
        let indices = self.indices.iter().flat_map(|index| index.to_be_bytes());
        for (byte, value) in bytes
            .iter_mut()
            .zip(core::iter::once(self.list.code()).chain(indices))
        {
            *byte = value;
        }
        bytes
    }
}

/// The check words of a 32-byte line id: five words from its first 55 bits, most significant first, 11 bits a word.
pub fn check_words<'a>(lexicon: impl Into<Lexicon<'a>>, line_id: &[u8; 32]) -> [&'a str; 5] {
    let lexicon = lexicon.into();
    let bits = line_id
        .iter()
        .take(7)
        .fold(0u128, |bits, byte| bits << 8 | u128::from(*byte))
        >> 1;
    split::<5>(bits).map(|index| lexicon.word(index).unwrap_or_default())
}

/// Cuts the lowest `11 * COUNT` bits into indices, the most significant first.
fn split<const COUNT: usize>(bits: u128) -> [u16; COUNT] {
    let mut rest = bits;
    let mut indices = [0; COUNT];
    for index in indices.iter_mut().rev() {
        *index = (rest & 0x7ff) as u16;
        rest >>= WORD_BITS;
    }
    indices
}

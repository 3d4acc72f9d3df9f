//! The four lists of 2048 words, each word one line of a file.

#[cfg(feature = "lists")]
use crate::lexicon::Lexicon;

/// A list of 2048 words in one language.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum List {
    /// The English list of BIP-39.
    English = 1,
    /// The Korean list of BIP-39, in Unicode's composed form (NFC).
    Korean = 2,
    /// The Russian list of `lists/make.py`.
    Russian = 3,
    /// The Ukrainian list of `lists/make.py`.
    Ukrainian = 4,
}

impl List {
    /// Every list, by rising code.
    pub const ALL: [List; 4] = [List::English, List::Korean, List::Russian, List::Ukrainian];

    /// The list with this code, which is the first byte of [`crate::Phrase::to_bytes`].
    pub fn from_code(code: u8) -> Option<List> {
        List::ALL.into_iter().find(|list| list.code() == code)
    }

    /// The code of this list, 1 to 4; it goes into keys and never changes.
    pub fn code(self) -> u8 {
        match self {
            List::English => 1,
            List::Korean => 2,
            List::Russian => 3,
            List::Ukrainian => 4,
        }
    }

    /// The language of the list as a tag of two letters: `en`, `ko`, `ru` or `uk`.
    pub fn language(self) -> &'static str {
        match self {
            List::English => "en",
            List::Korean => "ko",
            List::Russian => "ru",
            List::Ukrainian => "uk",
        }
    }

    /// The list for a language tag; of `ru-RU` or `ko_KR` the first part decides, in either case.
    pub fn from_language(tag: &str) -> Option<List> {
        let primary = tag.split(['-', '_']).next()?;
        List::ALL
            .into_iter()
            .find(|list| list.language().eq_ignore_ascii_case(primary))
    }
}

#[cfg(feature = "lists")]
impl List {
    /// The word at an index of 0 to 2047.
    pub fn word(self, index: u16) -> Option<&'static str> {
        Lexicon::from(self).word(index)
    }

    /// The index of a word spelled exactly as in the list; [`crate::Phrase::read`] forgives more.
    pub fn index(self, word: &str) -> Option<u16> {
        Lexicon::from(self).index(word)
    }

    /// All words in the order of their indices.
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        Lexicon::from(self).words()
    }
}

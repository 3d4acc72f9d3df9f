//! The lists.

/// How many words a list has.
pub(crate) const SIZE: u16 = 2048;

/// A word list, by its language.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum List {
    /// BIP-39, English.
    English = 1,
    /// BIP-39, Korean, in NFC.
    Korean = 2,
    /// Our own, Russian.
    Russian = 3,
    /// Our own, Ukrainian.
    Ukrainian = 4,
}

impl List {
    /// All lists.
    pub const ALL: [List; 4] = [List::English, List::Korean, List::Russian, List::Ukrainian];

    /// The list of a code.
    pub fn from_code(code: u8) -> Option<List> {
        Self::ALL.into_iter().find(|list| list.code() == code)
    }

    /// The code that goes into the derivation of keys.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// The language's tag, as in BCP 47.
    pub fn language(self) -> &'static str {
        match self {
            List::English => "en",
            List::Korean => "ko",
            List::Russian => "ru",
            List::Ukrainian => "uk",
        }
    }

    /// The list of a language.
    pub fn from_language(tag: &str) -> Option<List> {
        Self::ALL.into_iter().find(|list| list.language() == tag)
    }

    fn text(self) -> &'static str {
        match self {
            List::English => include_str!("../lists/english.txt"),
            List::Korean => include_str!("../lists/korean.txt"),
            List::Russian => include_str!("../lists/russian.txt"),
            List::Ukrainian => include_str!("../lists/ukrainian.txt"),
        }
    }

    /// The list's words, in order.
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        self.text().lines()
    }

    /// The word at a place from 0.
    pub fn word(self, index: u16) -> Option<&'static str> {
        self.words().nth(index.into())
    }

    /// The place of a word that is spelled exactly as in the list.
    pub fn index(self, word: &str) -> Option<u16> {
        let place = self.words().position(|other| other == word)?;
        u16::try_from(place).ok().filter(|place| *place < SIZE)
    }
}

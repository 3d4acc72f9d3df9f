//! The 2048 words of a list, wherever they come from.

use crate::list::List;

/// How many words a list has.
const COUNT: usize = 2048;

/// A list with its words. Whoever has few bytes to carry brings the words of one list along instead of building all four in.
#[derive(Clone, Copy)]
pub struct Lexicon<'a> {
    list: List,
    words: &'a str,
    left_out: &'a str,
}

impl<'a> Lexicon<'a> {
    /// The words of a list, one a line, in the order of their indices; and those of them with which no phrase is ever proposed,
    /// one a line. `None` when there are not 2048 words. That they are the words of this list is for the caller to know.
    pub fn new(list: List, words: &'a str, left_out: &'a str) -> Option<Lexicon<'a>> {
        let lexicon = Lexicon {
            list,
            words,
            left_out,
        };
        (words.lines().count() == COUNT).then_some(lexicon)
    }

    /// Which list it is.
    pub fn list(self) -> List {
        self.list
    }

    /// All words in the order of their indices.
    pub fn words(self) -> impl Iterator<Item = &'a str> {
        self.words.lines()
    }

    /// The word at an index of 0 to 2047.
    pub fn word(self, index: u16) -> Option<&'a str> {
        self.words().nth(usize::from(index))
    }

    /// The index of a word spelled exactly as in the list; [`crate::Phrase::read`] forgives more.
    pub fn index(self, word: &str) -> Option<u16> {
        self.numbered()
            .find(|(_, known)| *known == word)
            .map(|(index, _)| index)
    }

    /// Words of the list that no phrase is ever proposed with, since they are dangerous to be overheard with. A phrase that
    /// somebody types may have them all the same: what a word stands for never changes.
    pub(crate) fn left_out(self) -> impl Iterator<Item = &'a str> {
        self.left_out.lines()
    }

    /// All words with their indices.
    pub(crate) fn numbered(self) -> impl Iterator<Item = (u16, &'a str)> {
        (0..).zip(self.words())
    }
}

#[cfg(feature = "lists")]
impl From<List> for Lexicon<'static> {
    fn from(list: List) -> Self {
        let (words, left_out) = match list {
            List::English => (
                include_str!("../lists/english.txt"),
                include_str!("../lists/left-out-english.txt"),
            ),
            List::Korean => (
                include_str!("../lists/korean.txt"),
                include_str!("../lists/left-out-korean.txt"),
            ),
            // Our own lists were made without such words.
            List::Russian => (include_str!("../lists/russian.txt"), ""),
            List::Ukrainian => (include_str!("../lists/ukrainian.txt"), ""),
        };
        Lexicon {
            list,
            words,
            left_out,
        }
    }
}

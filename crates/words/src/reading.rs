//! Reading a phrase that a person typed: forgiving in form, never guessing a word.

use alloc::vec::Vec;
use core::cmp::Reverse;
use core::fmt;

use zeroize::{DefaultIsZeroes, Zeroizing};

use crate::letters::{self, Cut, Letters, Typed};
use crate::lexicon::Lexicon;
use crate::list::List;
use crate::phrase::{Phrase, WORDS};
use crate::suggestion;

/// Why what was typed is no phrase of the list. Its `Debug` leaves the suggestions out: they are close to secret words.
#[derive(Clone, PartialEq, Eq)]
pub enum ReadError<'a> {
    /// Not seven words.
    Count {
        /// How many words there were.
        found: usize,
    },
    /// A word that the list does not have; the first of them, if several.
    Unknown {
        /// Which word, counted from 0.
        position: usize,
        /// Words of the list that may be meant: at most four, the nearest first, perhaps none.
        suggestions: Vec<&'a str>,
    },
}

impl fmt::Debug for ReadError<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl fmt::Display for ReadError<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::Count { found } => {
                write!(formatter, "{found} words where {WORDS} are needed")
            }
            ReadError::Unknown { position, .. } => {
                write!(formatter, "word {} is not in the list", position + 1)
            }
        }
    }
}

impl core::error::Error for ReadError<'_> {}

impl Phrase {
    /// Reads seven words of one list, however they are set, cut to four letters, or typed on another layout.
    ///
    /// # Errors
    ///
    /// [`ReadError::Count`] when there are not seven words; else [`ReadError::Unknown`] for the first that the list
    /// does not have. A misspelled word is never corrected, only answered with suggestions.
    pub fn read<'a>(lexicon: impl Into<Lexicon<'a>>, typed: &str) -> Result<Phrase, ReadError<'a>> {
        Reading::best(lexicon.into(), typed).into_phrase()
    }
}

/// Finds the list in which every word is known, trying `preferred` first.
///
/// Words spelled in full go before words that need forgiving, in any list. A phrase whose words stand in two lists
/// (Russian and Ukrainian share some) is read in the preferred one.
///
/// # Errors
///
/// As [`Phrase::read`], about the list that knows most of the words, or the preferred one if none knows more.
#[cfg(feature = "lists")]
pub fn read_any(preferred: List, typed: &str) -> Result<Phrase, ReadError<'static>> {
    let others = List::ALL.into_iter().filter(|list| *list != preferred);
    read_among(preferred.into(), others.map(Lexicon::from), typed)
}

/// As [`read_any`], among these lists only.
///
/// # Errors
///
/// As [`read_any`].
pub fn read_among<'a>(
    preferred: Lexicon<'a>,
    others: impl IntoIterator<Item = Lexicon<'a>>,
    typed: &str,
) -> Result<Phrase, ReadError<'a>> {
    let mut best = Reading::best(preferred, typed);
    for lexicon in others {
        let other = Reading::best(lexicon, typed);
        if other.rank() > best.rank() {
            best = other;
        }
    }
    best.into_phrase()
}

/// The list of which most of the typed words are, so far as they are typed; the first where there is nothing to choose, which is the
/// preferred one. `None` only for no lists.
pub fn likeliest<'a>(lexicons: &[Lexicon<'a>], typed: &str) -> Option<Lexicon<'a>> {
    let typed = Typed::cut(typed, Cut::Text).words;
    let begun = |lexicon: &Lexicon<'a>| {
        let list = lexicon.list();
        let words = typed.iter().map(|word| letters::as_typed(list, word));
        words
            .filter(|letters| {
                let mut known = lexicon.words();
                known.any(|word| suggestion::left_of(list, word, letters).is_some())
            })
            .count()
    };
    // `max_by_key` would give the last of those that know as many.
    lexicons
        .iter()
        .copied()
        .min_by_key(|lexicon| Reverse(begun(lexicon)))
}

/// How a typed word was found.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Found {
    /// Spelled in full.
    Exact(u16),
    /// Cut short, or typed on another layout.
    Forgiven(u16),
    /// Not in the list.
    #[default]
    Unknown,
}

impl DefaultIsZeroes for Found {}

/// What was typed, looked up in one list.
struct Reading<'a> {
    lexicon: Lexicon<'a>,
    cut: Cut,
    typed: Typed,
    found: Zeroizing<Vec<Found>>,
}

impl<'a> Reading<'a> {
    /// The better of the ways to cut the text into words.
    fn best(lexicon: Lexicon<'a>, typed: &str) -> Reading<'a> {
        let text = Reading::of(lexicon, typed, Cut::Text);
        if text.is_phrase() || !matches!(lexicon.list(), List::Russian | List::Ukrainian) {
            return text;
        }
        let keys = Reading::of(lexicon, typed, Cut::Keys);
        if keys.rank() > text.rank() {
            keys
        } else {
            text
        }
    }

    fn of(lexicon: Lexicon<'a>, typed: &str, cut: Cut) -> Reading<'a> {
        let typed = Typed::cut(typed, cut);
        let found = typed
            .words
            .iter()
            .map(|word| find(lexicon, &readings(lexicon.list(), word, cut), cut))
            .collect();
        Reading {
            lexicon,
            cut,
            typed,
            found: Zeroizing::new(found),
        }
    }

    fn is_phrase(&self) -> bool {
        self.typed.found == WORDS && !self.found.contains(&Found::Unknown)
    }

    /// What makes a reading likelier than another, the weightiest first.
    fn rank(&self) -> (bool, usize, usize, bool) {
        let known = self
            .found
            .iter()
            .filter(|found| **found != Found::Unknown)
            .count();
        let exact = self
            .found
            .iter()
            .filter(|found| matches!(found, Found::Exact(_)))
            .count();
        (self.is_phrase(), known, exact, self.typed.found == WORDS)
    }

    fn into_phrase(self) -> Result<Phrase, ReadError<'a>> {
        if self.typed.found != WORDS {
            return Err(ReadError::Count {
                found: self.typed.found,
            });
        }
        let mut indices = Zeroizing::new([0; WORDS]);
        for (position, (index, found)) in indices.iter_mut().zip(self.found.iter()).enumerate() {
            match found {
                Found::Exact(known) | Found::Forgiven(known) => *index = *known,
                Found::Unknown => return Err(self.unknown(position)),
            }
        }
        Ok(Phrase::from_indices(self.lexicon.list(), *indices))
    }

    fn unknown(&self, position: usize) -> ReadError<'a> {
        let word = self.typed.words.get(position);
        let suggestions = word.map(|word| {
            let readings = readings(self.lexicon.list(), word, self.cut);
            suggestion::for_word(self.lexicon, &readings)
        });
        ReadError::Unknown {
            position,
            suggestions: suggestions.unwrap_or_default(),
        }
    }
}

/// The ways to read one typed word, the plainest first.
fn readings(list: List, word: &[char], cut: Cut) -> Vec<Letters> {
    let keys = letters::as_keys(list, word);
    if cut == Cut::Text {
        let typed = letters::as_typed(list, word);
        return if *typed == *keys {
            Vec::from([typed])
        } else {
            Vec::from([typed, keys])
        };
    }
    match word {
        [before @ .., ',' | '.' | ';' | ':'] => Vec::from([keys, letters::as_keys(list, before)]),
        _ => Vec::from([keys]),
    }
}

fn find(lexicon: Lexicon<'_>, readings: &[Letters], cut: Cut) -> Found {
    let matches = readings.iter().map(|letters| Match::of(lexicon, letters));
    let matches = Zeroizing::new(matches.collect::<Vec<Match>>());
    if let (Some(Match::Full(index)), Cut::Text) = (matches.first(), cut) {
        return Found::Exact(*index);
    }
    let full = matches.iter().find_map(|found| {
        if let Match::Full(index) = found {
            Some(*index)
        } else {
            None
        }
    });
    let begun = || {
        matches.iter().find_map(|found| {
            if let Match::Begun(index) = found {
                Some(*index)
            } else {
                None
            }
        })
    };
    full.or_else(begun).map_or(Found::Unknown, Found::Forgiven)
}

/// What the list has for some letters.
#[derive(Clone, Copy, Default)]
enum Match {
    /// The word with exactly these letters.
    Full(u16),
    /// The one word that begins with them.
    Begun(u16),
    /// No word, or too many.
    #[default]
    None,
}

impl DefaultIsZeroes for Match {}

impl Match {
    /// Looks through the list once; four letters may stand for a word, in Korean eight keystrokes: four syllables.
    fn of(lexicon: Lexicon<'_>, letters: &[char]) -> Match {
        let list = lexicon.list();
        let fewest = if list == List::Korean { 8 } else { 4 };
        let mut begun = Match::None;
        let mut beginnings = 0;
        for (index, word) in lexicon.numbered() {
            match suggestion::left_of(list, word, letters) {
                Some(0) => return Match::Full(index),
                Some(_) => {
                    beginnings += 1;
                    begun = Match::Begun(index);
                }
                None => {}
            }
        }
        if beginnings == 1 && letters.len() >= fewest {
            begun
        } else {
            Match::None
        }
    }
}

//! Words that a typed one may have meant.

use alloc::vec::Vec;

use crate::letters::{self, Cut, Letters, Typed};
use crate::lexicon::Lexicon;
use crate::list::List;

/// The most words that are suggested.
const SUGGESTIONS: usize = 4;

/// How many pieces between spaces are searched, from the end, for one that holds a word.
const PIECES: usize = 8;

/// Completions of the last typed word by prefix, else the words nearest to it by edit distance.
///
/// At most four, the nearest first; none when nothing was typed.
pub fn suggest<'a>(lexicon: impl Into<Lexicon<'a>>, typed: &str) -> Vec<&'a str> {
    let lexicon = lexicon.into();
    let mut pieces = typed
        .rsplit(char::is_whitespace)
        .filter(|piece| !piece.is_empty())
        .take(PIECES);
    pieces
        .find_map(|piece| for_piece(lexicon, piece))
        .unwrap_or_default()
}

/// Suggestions for the last word of a text without spaces, if it has one.
fn for_piece<'a>(lexicon: Lexicon<'a>, piece: &str) -> Option<Vec<&'a str>> {
    let list = lexicon.list();
    let last = |cut| Typed::cut(piece, cut).words.pop();
    let (text, keys) = (last(Cut::Text), last(Cut::Keys));
    let as_typed = text.map(|word| letters::as_typed(list, &word));
    let as_keys = keys.map(|word| letters::as_keys(list, &word));
    let readings: Vec<Letters> = as_typed.into_iter().chain(as_keys).collect();
    (!readings.is_empty()).then(|| for_word(lexicon, &readings))
}

/// Suggestions for a word that may be read in several ways, the likeliest first.
pub(crate) fn for_word<'a>(lexicon: Lexicon<'a>, readings: &[Letters]) -> Vec<&'a str> {
    let completed = readings.iter().map(|letters| completions(lexicon, letters));
    let nearest = readings.iter().map(|letters| nearest(lexicon, letters));
    completed
        .chain(nearest)
        .find(|words| !words.is_empty())
        .unwrap_or_default()
}

fn completions<'a>(lexicon: Lexicon<'a>, letters: &[char]) -> Vec<&'a str> {
    if letters.is_empty() {
        return Vec::new();
    }
    let list = lexicon.list();
    lexicon
        .words()
        .filter(|word| left_of(list, word, letters).is_some())
        .take(SUGGESTIONS)
        .collect()
}

/// How many letters a word of the list has after these; nothing if it does not begin with them.
pub(crate) fn left_of(list: List, word: &str, letters: &[char]) -> Option<usize> {
    let mut known = letters::of_known(list, word);
    letters
        .iter()
        .all(|letter| known.next() == Some(*letter))
        .then(|| known.count())
}

fn nearest<'a>(lexicon: Lexicon<'a>, letters: &[char]) -> Vec<&'a str> {
    let list = lexicon.list();
    let furthest = if letters.len() < 4 { 1 } else { 2 };
    let found: Vec<(u8, bool, &str)> = lexicon
        .words()
        .filter_map(|word| {
            let known: Vec<char> = letters::of_known(list, word).collect();
            if known.len().abs_diff(letters.len()) > usize::from(furthest) {
                return None;
            }
            let distance = (1..=furthest).find(|budget| within(letters, &known, *budget))?;
            Some((distance, known.first() != letters.first(), word))
        })
        .collect();
    // The nearest first, of those the ones with the same beginning, and then as the list has them.
    let ranks = [(1, false), (1, true), (2, false), (2, true)].into_iter();
    let ranked = ranks.flat_map(|rank| {
        let of_rank = found
            .iter()
            .filter(move |(distance, other, _)| (*distance, *other) == rank);
        of_rank.map(|(.., word)| *word)
    });
    ranked.take(SUGGESTIONS).collect()
}

/// Whether so many letters changed, added, left out or swapped with the next turn one word into the other.
fn within(word: &[char], other: &[char], budget: u8) -> bool {
    match (word, other) {
        ([first, rest @ ..], [known, known_rest @ ..]) => {
            if first == known {
                return within(rest, known_rest, budget);
            }
            let Some(left) = budget.checked_sub(1) else {
                return false;
            };
            within(rest, known_rest, left)
                || within(rest, other, left)
                || within(word, known_rest, left)
                || swapped(word, other).is_some_and(|(word, other)| within(word, other, left))
        }
        (rest, []) | ([], rest) => rest.len() <= usize::from(budget),
    }
}

/// What follows two letters that stand the other way round.
fn swapped<'a>(word: &'a [char], other: &'a [char]) -> Option<(&'a [char], &'a [char])> {
    match (word, other) {
        ([a, b, rest @ ..], [c, d, known_rest @ ..]) if a == d && b == c => {
            Some((rest, known_rest))
        }
        _ => None,
    }
}

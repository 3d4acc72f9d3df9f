//! Search in texts as one types: all words, in any order, in any language of a card.

mod folded;

use memchr::memmem::Finder;

use crate::{Card, CardSet, CardText};
use folded::excerpt;
pub use folded::{Excerpt, Folded};

/// Where all these words are among some texts: of the text that has most of them (of equals the first), what it is and an excerpt. A word
/// for which `is_title` holds need not be in a text. `None` when a word is in none.
pub fn find<'a, Within>(
    texts: impl Iterator<Item = (Within, &'a str)>,
    words: &[&[char]],
    is_title: impl Fn(&[char]) -> bool,
) -> Option<(Within, Excerpt)> {
    let mut open: Vec<&[char]> = words
        .iter()
        .copied()
        .filter(|word| !is_title(word))
        .collect();
    let mut best: Option<(usize, Within, &str, Folded)> = None;
    for (within, text) in texts {
        let folded = Folded::of(text);
        let has = words.iter().filter(|word| folded.has(word)).count();
        open.retain(|word| !folded.has(word));
        if best.as_ref().is_none_or(|(most, ..)| has > *most) {
            best = Some((has, within, text, folded));
        }
    }
    let (_, within, text, folded) = best?;
    open.is_empty()
        .then(|| (within, excerpt(text, &folded, words)))
}

/// The texts of a card set's cards as they are compared, made once for many searches. It belongs to one set: places are those of its cards.
#[derive(Default)]
pub struct CardIndex {
    /// All parts of each card's texts, folded, each on a line: no word goes over a line.
    cards: Vec<String>,
}

/// A card that was found.
pub struct CardHit<'a> {
    /// The card.
    pub card: &'a Card,
    /// What stands around the first of the words.
    pub excerpt: Excerpt,
}

fn folded(card: &Card) -> String {
    let mut all = String::new();
    for part in card.texts.values().flat_map(CardText::parts) {
        all.extend(Folded::of(part).letters());
        all.push('\n');
    }
    all
}

impl CardIndex {
    /// The index of a set. In proportion to its texts.
    pub fn of(set: &CardSet) -> CardIndex {
        CardIndex {
            cards: set.cards.iter().map(folded).collect(),
        }
    }

    /// The places in the set of the cards that have all these words, in any of their languages; all of them without any word.
    pub fn places(&self, words: &[&[char]]) -> Vec<usize> {
        let mut left: Vec<usize> = (0..self.cards.len()).collect();
        for word in words {
            let word: String = word.iter().collect();
            let finder = Finder::new(&word);
            left.retain(|place| {
                let card = self.cards.get(*place);
                card.is_some_and(|card| finder.find(card.as_bytes()).is_some())
            });
        }
        left
    }

    /// The first `most` cards of its set that have all these words, in the order of the set, and how many more have them. Of several
    /// texts with as many of the words that in the language of `tag` is shown.
    pub fn search<'a>(
        &self,
        set: &'a CardSet,
        words: &[&[char]],
        tag: &str,
        most: usize,
    ) -> (Vec<CardHit<'a>>, usize) {
        if words.is_empty() {
            return (Vec::new(), 0);
        }
        let places = self.places(words);
        let more = places.len().saturating_sub(most);
        let cards = places.into_iter().take(most);
        let hits = cards.filter_map(|place| {
            let card = set.cards.get(place)?;
            let texts = card.text(tag).into_iter().chain(card.texts.values());
            let parts = texts.flat_map(CardText::parts).map(|part| ((), part));
            let ((), excerpt) = find(parts, words, |_| false)?;
            Some(CardHit { card, excerpt })
        });
        (hits.collect(), more)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_wants_every_word_in_any_language_and_letter_case() {
        let set = CardSet::parse(
            r#"{"cards":[{"id":"a","texts":{"en":{"question":"Is this real?","answer":"Compare words."},
                "ru":{"question":"Это настоящее?","answer":"Сравните слова."}}},
                {"id":"b","texts":{"ko":{"question":"한국","answer":"real mother"}}}]}"#,
        )
        .unwrap();
        let index = CardIndex::of(&set);
        let found = |typed: &str| -> Vec<String> {
            let typed = Folded::of(typed);
            let (hits, more) = index.search(&set, &typed.words(), "en", 20);
            assert_eq!(more, 0);
            hits.iter().map(|hit| hit.card.id.clone()).collect()
        };
        assert_eq!(found("REAL words"), ["a"]);
        assert_eq!(found("НАСТОЯЩЕЕ real"), ["a"]);
        assert_eq!(found("real"), ["a", "b"]);
        assert_eq!(found("한ㄱ"), ["b"]);
        assert!(found("real father").is_empty() && found(" ").is_empty());
        assert!(found("realcompare").is_empty(), "no word goes over a line");
        let typed = Folded::of("real");
        let (hits, more) = index.search(&set, &typed.words(), "en", 1);
        assert_eq!((hits.len(), more), (1, 1));
        assert!(hits[0].excerpt.contains(&(true, "real".to_owned())));
        assert_eq!(index.places(&[]).len(), 2);
    }
}

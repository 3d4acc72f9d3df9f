//! Words that whoever writes or checks a card should look at twice. Nothing is refused for them.

use std::ops::Range;

use crate::{Card, CardSet};

/// The lists, by language. Their form is in `words/README.md`.
const LISTS: [(&str, &str); 4] = [
    ("en", include_str!("../words/en.txt")),
    ("ko", include_str!("../words/ko.txt")),
    ("ru", include_str!("../words/ru.txt")),
    ("uk", include_str!("../words/uk.txt")),
];

/// The North's words and the South's: north, south, kind, source, why; the first line names these.
const NORTH: &str = include_str!("../words/north.tsv");

/// Why a word is marked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Flag {
    /// It promises; nobody here can.
    Promise,
    /// It praises a place to go.
    Praise,
    /// The community for which the text is does not use it.
    OtherSide,
    /// A number without a source.
    Number,
}

impl Flag {
    /// Its word, in lists, strings and scripts.
    pub fn word(self) -> &'static str {
        match self {
            Flag::Promise => "promise",
            Flag::Praise => "praise",
            Flag::OtherSide => "other-side",
            Flag::Number => "number",
        }
    }
}

/// Something marked in a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Flagged {
    /// Where, in bytes; never in the middle of a character.
    pub range: Range<usize>,
    /// Why.
    pub flag: Flag,
    /// What the community says instead, if the list knows it.
    pub instead: Option<&'static str>,
}

fn list(tag: &str) -> impl Iterator<Item = (Flag, &'static str, Option<&'static str>)> {
    let text = LISTS.iter().find(|(language, _)| *language == tag);
    let lines = text.map_or("", |(_, text)| text).lines();
    lines.filter_map(|line| {
        let (kind, word) = line.split_once(':')?;
        let flag = match kind.trim() {
            "promise" => Flag::Promise,
            "praise" => Flag::Praise,
            "other-side" => Flag::OtherSide,
            _ => return None,
        };
        Some(match word.split_once('=') {
            Some((word, instead)) => (flag, word.trim(), Some(instead.trim())),
            None => (flag, word.trim(), None),
        })
    })
}

/// The South's forms with the North's; and longer words in which a form of the South stands by chance.
fn north() -> impl Iterator<Item = (&'static str, Option<&'static str>)> {
    NORTH.lines().skip(1).filter_map(|line| {
        let mut cells = line.split('\t');
        match (cells.next()?, cells.next()?) {
            (longer, "") => Some((longer, None)),
            ("", south) => Some((south, Some(""))),
            (north, south) => Some((south, Some(north))),
        }
    })
}

/// The South's words in a Korean text. Of words that stand in one another the longest is meant.
fn of_the_south(text: &str) -> Vec<Flagged> {
    let mut found: Vec<(Range<usize>, Option<&'static str>)> = Vec::new();
    for (word, north) in north() {
        let places = text.match_indices(word);
        found.extend(places.map(|(at, _)| (at..at + word.len(), north)));
    }
    let is_inside = |inner: &Range<usize>, outer: &Range<usize>| {
        outer.start <= inner.start && inner.end <= outer.end && inner.len() < outer.len()
    };
    let meant = |one: &&(Range<usize>, Option<&'static str>)| {
        !found.iter().any(|(outer, _)| is_inside(&one.0, outer))
    };
    let marked = found.iter().filter(meant).filter_map(|(range, north)| {
        let north = (*north)?;
        Some(Flagged {
            range: range.clone(),
            flag: Flag::OtherSide,
            instead: Some(north).filter(|word| !word.is_empty()),
        })
    });
    marked.collect()
}

/// A text in lower case, with the byte of the original at which each of its bytes stands.
fn lowered(text: &str) -> (String, Vec<usize>) {
    let mut lower = String::with_capacity(text.len());
    let mut places = Vec::with_capacity(text.len());
    for (at, letter) in text.char_indices() {
        for small in letter.to_lowercase() {
            lower.push(small);
            places.extend(std::iter::repeat_n(at, small.len_utf8()));
        }
    }
    places.push(text.len());
    (lower, places)
}

/// What a reader should look at twice in a text of a language. A word is meant from its beginning: what only ends so is not marked.
pub fn flags(text: &str, tag: &str) -> Vec<Flagged> {
    let (lower, places) = lowered(text);
    let mut found = Vec::new();
    for (flag, word, instead) in list(tag) {
        for (at, _) in lower.match_indices(word) {
            let before = lower
                .get(..at)
                .and_then(|before| before.chars().next_back());
            // Korean writes words together; a beginning cannot be told there.
            if tag != "ko" && before.is_some_and(char::is_alphanumeric) {
                continue;
            }
            let ends = (places.get(at), places.get(at + word.len()));
            if let (Some(start), Some(end)) = ends {
                found.push(Flagged {
                    range: *start..*end,
                    flag,
                    instead,
                });
            }
        }
    }
    if tag == "ko" {
        found.extend(of_the_south(text));
    }
    found.sort_by_key(|flagged| (flagged.range.start, flagged.flag));
    found
}

/// The runs of digits in a text.
fn numbers(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, letter) in text
        .char_indices()
        .filter(|(_, letter)| letter.is_numeric())
    {
        let end = at + letter.len_utf8();
        match found.last_mut() {
            Some(last) if last.end == at => last.end = end,
            _ => found.push(at..end),
        }
    }
    found
}

impl CardSet {
    /// What a reader should look at twice in a card's texts: language, part, and what is marked in it. A number is marked when the card
    /// rests on nothing at all.
    pub fn card_flags<'a>(&self, card: &'a Card) -> Vec<(&'a str, &'a str, Vec<Flagged>)> {
        let rests_on_nothing = card.rests_on.is_empty() && card.sources.is_empty();
        let mut all = Vec::new();
        for (tag, text) in &card.texts {
            for part in text.parts() {
                let mut found = flags(part, tag);
                if rests_on_nothing {
                    found.extend(numbers(part).into_iter().map(|range| Flagged {
                        range,
                        flag: Flag::Number,
                        instead: None,
                    }));
                }
                if !found.is_empty() {
                    all.push((tag.as_str(), part, found));
                }
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked<'a>(text: &'a str, tag: &str) -> Vec<(&'a str, Flag)> {
        let found = flags(text, tag);
        found
            .into_iter()
            .map(|f| (&text[f.range], f.flag))
            .collect()
    }

    #[test]
    fn promises_and_praise_are_marked_in_each_language() {
        assert_eq!(marked("We Promise it.", "en"), [("Promise", Flag::Promise)]);
        assert_eq!(marked("Мы ОБЕЩАЕМ вам рай", "ru").len(), 2);
        assert_eq!(marked("Ми гарантуємо це", "uk").len(), 1);
        assert_eq!(marked("우리가 보장합니다", "ko"), [("보장", Flag::Promise)]);
        assert_eq!(
            marked("край света", "ru"),
            [],
            "what only ends so is not meant"
        );
        assert_eq!(marked("We promise", "xx"), []);
    }

    #[test]
    fn a_word_of_the_other_side_is_marked_with_what_is_said_instead() {
        let found = flags("핸드폰을 끄십시오", "ko");
        assert_eq!(found[0].flag, Flag::OtherSide);
        assert_eq!(found[0].instead, Some("손전화"));
        assert_eq!(flags("탈북한 사람", "ko")[0].instead, None);
        assert_eq!(flags("핸드폰", "ru"), []);
    }

    #[test]
    fn of_words_in_one_another_the_longest_is_meant() {
        assert_eq!(
            marked("문자메시지", "ko"),
            [("문자메시지", Flag::OtherSide)]
        );
        assert_eq!(marked("남한테 말하지 마십시오", "ko"), []);
        assert_eq!(marked("남한에서", "ko"), [("남한", Flag::OtherSide)]);
    }

    #[test]
    fn a_letter_that_grows_in_lower_case_moves_nothing() {
        let text = "İİ we promise";
        assert_eq!(marked(text, "en"), [("promise", Flag::Promise)]);
    }

    #[test]
    fn a_number_without_a_source_is_marked() {
        let set = CardSet::parse(
            r#"{"cards":[{"id":"a","texts":{"en":{"question":"How many?","answer":"About 10,000 of 2024."}}},
            {"id":"b","sources":[{"title":"t"}],"texts":{"en":{"question":"How many?","answer":"About 10."}}}]}"#,
        )
        .unwrap();
        assert_eq!(set.card_flags(&set.cards[0])[0].2.len(), 3);
        assert!(set.card_flags(&set.cards[1]).is_empty());
    }
}

//! Finds in a text what can kill: positions, names of units, numbers of documents, plates, telephone numbers. It warns and decides
//! nothing: it finds some things that are none, and does not find all.
//!
//! A few rules over words and digits, without any list of places or persons, so that the same code can run on a contact's device.
#![no_std]

extern crate alloc;

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

/// What was found.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// Coordinates, in degrees or of a military grid.
    Position,
    /// The name or number of a unit.
    Unit,
    /// The number of a passport or another paper.
    Document,
    /// The plate of a vehicle.
    Plate,
    /// A telephone number.
    Telephone,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 5] = [
        Kind::Position,
        Kind::Unit,
        Kind::Document,
        Kind::Plate,
        Kind::Telephone,
    ];

    /// Its name in strings: lower-case words.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Position => "position",
            Kind::Unit => "unit",
            Kind::Document => "document",
            Kind::Plate => "plate",
            Kind::Telephone => "telephone",
        }
    }
}

/// Something to be careful with: what it looks like, and where it stands, in bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// What it looks like.
    pub kind: Kind,
    /// Where it stands.
    pub place: Range<usize>,
}

/// Lower case of Latin and Cyrillic letters. The whole of Unicode's would be a large part of a page that a slow link brings.
fn lower(letter: char) -> char {
    let by = match letter {
        'A'..='Z' | 'А'..='Я' => 0x20,
        'Ѐ'..='Џ' => 0x50,
        'Ґ' => 1,
        _ => 0,
    };
    char::from_u32(u32::from(letter) + by).unwrap_or(letter)
}

fn is_upper(letter: char) -> bool {
    lower(letter) != letter
}

/// A run of characters without spaces, and where it begins.
struct Word<'a> {
    text: &'a str,
    lower: String,
    at: usize,
}

/// Words that name a kind of unit when a number stands beside them.
const UNITS: &[&str] = &[
    // Russian
    "в/ч",
    "вч",
    "часть",
    "части",
    "полк",
    "полка",
    "полку",
    "бригада",
    "бригады",
    "бригаде",
    "батальон",
    "батальона",
    "рота",
    "роты",
    "роте",
    "дивизия",
    "дивизии",
    "взвод",
    "взвода",
    // Ukrainian
    "частина",
    "частини",
    "бригади",
    "бригаді",
    "батальйон",
    "батальйону",
    "дивізія",
    "дивізії",
    "роті",
    // Korean
    "부대",
    "사단",
    "여단",
    "연대",
    "대대",
    "중대",
    "소대",
    "군단",
    "련대",
    // English
    "regiment",
    "brigade",
    "battalion",
    "company",
    "division",
    "platoon",
    "corps",
    "unit",
];

/// Words beside which a number is a document's.
const DOCUMENTS: &[&str] = &[
    "паспорт",
    "паспорта",
    "паспорту",
    "удостоверение",
    "билет",
    "снилс",
    "инн",
    "посвідчення",
    "квиток",
    "여권",
    "군번",
    "증명서",
    "passport",
    "id",
    "dogtag",
    "жетон",
    "жетона",
];

/// Everything that a text has of these, in order; what overlaps is told once.
pub fn find(text: &str) -> Vec<Found> {
    let words = split(text);
    let mut found = Vec::new();
    for at in 0..words.len() {
        let rest = words.get(at..).unwrap_or_default();
        found.extend(grid(rest).or_else(|| degrees(rest)));
        found.extend(unit(rest));
        found.extend(document(rest));
        found.extend(rest.first().and_then(plate));
        found.extend(telephone(rest));
    }
    // In order already: each begins with the word at which it was found.
    let mut last = 0;
    found.retain(|one| {
        let is_new = one.place.start >= last;
        last = last.max(one.place.end);
        is_new
    });
    found
}

/// The text without what was found: dots stand in its place.
pub fn without(text: &str, found: &[Found]) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut from = 0;
    for one in found {
        clean.push_str(text.get(from..one.place.start).unwrap_or_default());
        clean.push('…');
        from = one.place.end;
    }
    clean.push_str(text.get(from..).unwrap_or_default());
    clean
}

fn split(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut start = None;
    let ends = text.char_indices().chain([(text.len(), ' ')]);
    for (at, c) in ends {
        match (c.is_whitespace(), start) {
            (false, None) => start = Some(at),
            (true, Some(from)) => {
                if let Some(text) = text.get(from..at) {
                    words.push(Word::new(text, from));
                }
                start = None;
            }
            _ => {}
        }
    }
    words
}

impl<'a> Word<'a> {
    fn new(text: &'a str, at: usize) -> Word<'a> {
        let is_edge = |c: char| {
            matches!(
                c,
                ',' | '.' | ';' | ':' | '!' | '?' | '(' | ')' | '"' | '«' | '»' | '“' | '”'
            )
        };
        let inner = text.trim_start_matches(is_edge);
        let at = at + (text.len() - inner.len());
        let inner = inner.trim_end_matches(is_edge);
        Word {
            text: inner,
            lower: inner.chars().map(lower).collect(),
            at,
        }
    }

    fn place(&self) -> Range<usize> {
        self.at..self.at + self.text.len()
    }

    fn digits(&self) -> usize {
        self.text.chars().filter(char::is_ascii_digit).count()
    }

    fn is_number(&self) -> bool {
        !self.text.is_empty() && self.text.bytes().all(|b| b.is_ascii_digit())
    }
}

/// Two numbers with at least three decimals, or degrees with a sign: `48.123, 37.456`, `48°07'`.
fn degrees(words: &[Word<'_>]) -> Option<Found> {
    let first = words.first()?;
    if first.text.contains('°') && first.digits() >= 2 {
        return Some(Found {
            kind: Kind::Position,
            place: first.place(),
        });
    }
    let one = |word: &Word<'_>| is_decimal(word.text);
    let place = match first.text.split_once([',', ';', '/']) {
        Some((north, east)) if is_decimal(north) && is_decimal(east) => first.place(),
        _ if one(first) => {
            let second = words.get(1).filter(|word| one(word))?;
            first.at..second.place().end
        }
        _ => return None,
    };
    Some(Found {
        kind: Kind::Position,
        place,
    })
}

fn is_decimal(text: &str) -> bool {
    let text = text
        .strip_prefix(['-', '+', 'N', 'S', 'E', 'W'])
        .unwrap_or(text);
    let Some((whole, part)) = text.split_once('.') else {
        return false;
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits(whole) && whole.len() <= 3 && digits(part) && part.len() >= 3
}

/// A reference of the military grid: `37U DQ 12345 67890`, together or apart.
fn grid(words: &[Word<'_>]) -> Option<Found> {
    let first = words.first()?;
    let zone = first.text.get(..3).filter(|zone| {
        let bytes = zone.as_bytes();
        matches!(bytes, [a, b, c] if a.is_ascii_digit() && b.is_ascii_digit() && c.is_ascii_uppercase())
    })?;
    let mut joined = String::new();
    for word in words.iter().take(4) {
        joined.push_str(word.text);
        let end = word.place().end;
        let rest = joined.get(zone.len()..).unwrap_or_default();
        let square = rest
            .get(..2)
            .is_some_and(|s| s.bytes().all(|b| b.is_ascii_uppercase()));
        let numbers = rest.get(2..).unwrap_or_default();
        let is_even = numbers.len() >= 4 && numbers.len().is_multiple_of(2);
        if square && is_even && numbers.bytes().all(|b| b.is_ascii_digit()) {
            let more = words.iter().find(|word| word.at >= end);
            if numbers.len() < 10 && more.is_some_and(Word::is_number) {
                continue;
            }
            return Some(Found {
                kind: Kind::Position,
                place: first.at..end,
            });
        }
    }
    None
}

/// A number beside a word for a unit: `155 бригада`, `в/ч 12345`, `제9사단`.
fn unit(words: &[Word<'_>]) -> Option<Found> {
    let first = words.first()?;
    let names = |word: &Word<'_>| UNITS.iter().any(|name| word.lower == *name);
    let numbered = |word: &Word<'_>| {
        let number = word.text.trim_start_matches(['№', '#', '제']);
        number.chars().next().is_some_and(|c| c.is_ascii_digit())
    };
    let together = first.digits() > 0
        && UNITS.iter().any(|name| {
            let ends = first
                .lower
                .trim_end_matches(['가', '은', '는', '이', '에', '의', '을', '를', '서']);
            ends.ends_with(name) && !name.is_ascii()
        });
    let place = if together {
        first.place()
    } else {
        let second = words.get(1)?;
        let is_pair = (names(first) && numbered(second)) || (numbered(first) && names(second));
        if !is_pair {
            return None;
        }
        first.at..second.place().end
    };
    Some(Found {
        kind: Kind::Unit,
        place,
    })
}

/// Six digits and more beside a word for a paper, or two capital letters before at least six digits.
fn document(words: &[Word<'_>]) -> Option<Found> {
    let first = words.first()?;
    let letters = first.text.chars().take_while(|c| is_upper(*c)).count();
    let tail: String = first.text.chars().skip(letters).collect();
    let is_series = letters == 2 && tail.len() >= 6 && tail.bytes().all(|b| b.is_ascii_digit());
    if is_series {
        return Some(Found {
            kind: Kind::Document,
            place: first.place(),
        });
    }
    if !DOCUMENTS.iter().any(|name| first.lower.starts_with(name)) {
        return None;
    }
    let mut digits = 0;
    let mut end = None;
    for word in words.iter().skip(1).take(4) {
        let count = word.digits();
        if count == 0 && digits > 0 {
            break;
        }
        digits += count;
        if count > 0 {
            end = Some(word.place().end);
        }
    }
    let end = end.filter(|_| digits >= 6)?;
    Some(Found {
        kind: Kind::Document,
        place: first.at..end,
    })
}

/// A Russian or Ukrainian plate: `А123ВС77`, `АА1234ВВ`.
fn plate(word: &Word<'_>) -> Option<Found> {
    let shape: String = word
        .text
        .chars()
        .map(|c| match c {
            c if c.is_ascii_digit() => '0',
            c if is_upper(c) => 'A',
            _ => '-',
        })
        .collect();
    let is_one = matches!(
        shape.as_str(),
        "A000AA" | "A000AA00" | "A000AA000" | "AA0000AA"
    );
    is_one.then(|| Found {
        kind: Kind::Plate,
        place: word.place(),
    })
}

/// Nine to fifteen digits in a row, with the signs that stand between those of a telephone number.
fn telephone(words: &[Word<'_>]) -> Option<Found> {
    let is_part = |word: &Word<'_>| {
        let signs = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '(' | ')' | '.');
        word.digits() > 0 && word.text.chars().all(signs)
    };
    let first = words.first().filter(|word| is_part(word))?;
    let mut digits = 0;
    let mut end = first.at;
    for word in words.iter().take_while(|word| is_part(word)) {
        digits += word.digits();
        end = word.place().end;
        if digits > 15 {
            return None;
        }
    }
    (digits >= 9).then_some(Found {
        kind: Kind::Telephone,
        place: first.at..end,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<Kind> {
        find(text).into_iter().map(|found| found.kind).collect()
    }

    #[test]
    fn what_can_kill_is_found_in_four_languages() {
        let cases: &[(&str, Kind)] = &[
            ("мы у 48.12345, 37.45678 ждём", Kind::Position),
            ("at 48.1234 37.4567 now", Kind::Position),
            ("48°07'12\" с.ш.", Kind::Position),
            ("grid 37U DQ 12345 67890 please", Kind::Position),
            ("37UDQ1234567890", Kind::Position),
            ("я из 155 бригады", Kind::Unit),
            ("в/ч 12345", Kind::Unit),
            ("우리는 제9사단에 있다", Kind::Unit),
            ("я з 92 бригади", Kind::Unit),
            ("the 3rd battalion", Kind::Unit),
            ("паспорт 45 08 123456", Kind::Document),
            ("МР1234567", Kind::Document),
            ("군번 12345678", Kind::Document),
            ("машина А123ВС77 стоит", Kind::Plate),
            ("АА1234ВВ", Kind::Plate),
            ("+7 912 345-67-89", Kind::Telephone),
            ("0501234567", Kind::Telephone),
        ];
        for (text, kind) in cases {
            assert_eq!(kinds(text), [*kind], "{text}");
        }
    }

    #[test]
    fn what_people_say_otherwise_is_left_alone() {
        let plain = [
            "I am 24 and I have 3 days.",
            "Мне 19 лет, у меня 6 минут.",
            "어머니가 2026년에 편지를 보냈다",
            "It costs 12.50, not 13.",
            "2026-11-23",
            "Моя часть истории такая.",
            "We have company.",
            "",
            "1 2 3 4",
        ];
        for text in plain {
            assert_eq!(kinds(text), [], "{text}");
        }
    }

    #[test]
    fn what_was_found_can_be_taken_out() {
        let text = "Ждём у 48.12345, 37.45678 до ночи.";
        assert_eq!(without(text, &find(text)), "Ждём у … до ночи.");
        let text = "паспорт 45 08 123456, тел. +7 912 345-67-89";
        assert_eq!(without(text, &find(text)), "…, тел. …");
        assert_eq!(without("plain", &find("plain")), "plain");
    }

    #[test]
    fn any_text_has_an_answer() {
        for text in [
            "°",
            "48.",
            ".123",
            "제",
            "№",
            "\u{202e}48.1234 37.4567",
            "в/ч",
            "А1",
            "(((",
            "+",
            "37U",
        ] {
            let found = find(text);
            assert!(
                found
                    .iter()
                    .all(|one| text.get(one.place.clone()).is_some())
            );
        }
    }
}

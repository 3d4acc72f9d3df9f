//! The lists keep their promises, and phrases are read as people type them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::collections::HashSet;

use proptest::prelude::*;
use words::{List, Phrase, ReadError, check_words, read_any, suggest};

#[test]
fn every_list_has_2048_different_words() {
    for list in List::ALL {
        let words: HashSet<&str> = list.words().collect();
        assert_eq!(words.len(), 2048, "{list:?}");
        assert_eq!(list.words().count(), 2048, "{list:?}");
        assert!(
            words
                .iter()
                .all(|word| word.chars().all(char::is_alphabetic)),
            "{list:?}"
        );
    }
}

#[test]
fn four_letters_are_enough_where_the_list_promises_it() {
    for list in [List::English, List::Russian, List::Ukrainian] {
        let beginnings: HashSet<String> = list
            .words()
            .map(|word| word.chars().take(4).collect())
            .collect();
        assert_eq!(beginnings.len(), 2048, "{list:?}");
    }
}

#[test]
fn phrases_are_read_as_people_type_them() {
    for line in include_str!("reading.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
    {
        let fields: Vec<&str> = line.split('\t').collect();
        let [language, typed, expected] = fields[..] else {
            panic!("three fields: {line}");
        };
        let read = match Phrase::read(List::from_language(language).unwrap(), typed) {
            Ok(phrase) => phrase.words().collect::<Vec<_>>().join(" "),
            Err(ReadError::Count { found }) => format!("count {found}"),
            Err(ReadError::Unknown {
                position,
                suggestions,
            }) => format!("unknown {position} {}", suggestions.join(" ")),
        };
        assert_eq!(read, expected, "{typed}");
    }
}

#[test]
fn a_phrase_is_77_bits_in_order() {
    let bytes = [0xff, 0xe0, 0, 0, 0, 0, 0, 0, 0, 0b0000_1000];
    let phrase = Phrase::from_entropy(List::English, &bytes);
    let words: Vec<&str> = phrase.words().collect();
    assert_eq!(words.first(), Some(&"zoo"));
    assert_eq!(
        words[6], "ability",
        "the last of 77 bits is the lowest of the seventh word"
    );
    assert_eq!(phrase.to_bytes()[..5], [1, 7, 255, 0, 0]);
}

#[test]
fn check_words_are_known() {
    let words = check_words(List::English, &[0xff; 32]);
    assert_eq!(words, ["zoo"; 5]);
    let words = check_words(List::Korean, &[0; 32]);
    assert_eq!(words, ["가격"; 5]);
}

#[test]
fn suggestions_complete_or_are_near() {
    assert_eq!(suggest(List::English, "zo"), ["zone", "zoo"]);
    assert_eq!(suggest(List::English, "zoone").first(), Some(&"zone"));
    assert!(suggest(List::English, "").is_empty());
    assert!(
        suggest(List::Russian, "fpj").contains(&"азот"),
        "typed on a Latin keyboard"
    );
}

#[test]
fn a_phrase_of_another_language_is_found() {
    let korean = "가격 가끔 가난 가능 가득 가르침 가뭄";
    let phrase = read_any(List::English, korean).unwrap_or_else(|_| panic!("found"));
    assert_eq!(phrase.to_bytes()[0], List::Korean.code());
}

#[test]
fn a_megabyte_is_read_quickly_and_refused() {
    let long = "абв ".repeat(300_000);
    assert!(Phrase::read(List::Russian, &long).is_err());
    assert!(suggest(List::Russian, &"ж".repeat(1 << 20)).is_empty());
}

proptest! {
    #[test]
    fn every_phrase_is_read_back(entropy: [u8; 10], list in 0..4usize) {
        let list = List::ALL[list];
        let phrase = Phrase::from_entropy(list, &entropy);
        let typed: Vec<&str> = phrase.words().collect();
        let read = Phrase::read(list, &typed.join(" "));
        prop_assert_eq!(read.ok().map(|read| read.to_bytes()), Some(phrase.to_bytes()));
    }

    #[test]
    fn anything_typed_is_answered(typed in ".{0,200}", list in 0..4usize) {
        let _ = read_any(List::ALL[list], &typed);
        let _ = suggest(List::ALL[list], &typed);
    }
}

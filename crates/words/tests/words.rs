//! The lists keep their promises, and phrases are read as people type them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::collections::HashSet;

use proptest::prelude::*;
use words::{List, Phrase, ReadError, check_words, read_any, suggest};

fn joined(phrase: &Phrase) -> String {
    phrase.words().collect::<Vec<_>>().join(" ")
}

fn answer(read: Result<Phrase, ReadError>) -> String {
    match read {
        Ok(phrase) => joined(&phrase),
        Err(ReadError::Count { found }) => format!("count {found}"),
        Err(ReadError::Unknown {
            position,
            suggestions,
        }) => {
            format!("unknown {position} {}", suggestions.join(" "))
        }
    }
}

/// Writes out `\n`, `\t`, `\r`, `\\` and `\u{...}`.
fn unescaped(text: &str) -> String {
    let mut rest = text.chars();
    let mut plain = String::new();
    while let Some(character) = rest.next() {
        if character != '\\' {
            plain.push(character);
            continue;
        }
        plain.push(match rest.next().unwrap() {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'u' => {
                let code: String = rest
                    .by_ref()
                    .skip(1)
                    .take_while(|digit| *digit != '}')
                    .collect();
                char::from_u32(u32::from_str_radix(&code, 16).unwrap()).unwrap()
            }
            other => other,
        });
    }
    plain
}

fn bytes(hexadecimal: &str) -> Vec<u8> {
    let digits = hexadecimal.as_bytes().chunks(2);
    digits
        .map(|pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

fn rows(table: &str) -> impl Iterator<Item = Vec<&str>> {
    table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split('\t').collect())
}

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
fn every_word_is_found_at_its_place() {
    for list in List::ALL {
        for (index, word) in (0..).zip(list.words()) {
            assert_eq!(list.index(word), Some(index));
            assert_eq!(list.word(index), Some(word));
        }
        assert_eq!(list.word(2048), None);
        assert_eq!(list.index("no such word"), None);
    }
}

#[test]
fn words_are_written_with_the_letters_of_their_language() {
    for list in List::ALL {
        let alphabet = |letter: char| match list {
            List::English => letter.is_ascii_lowercase(),
            // Composed syllables only: that is what NFC makes of all Hangul.
            List::Korean => ('가'..='힣').contains(&letter),
            List::Russian => ('а'..='я').contains(&letter),
            List::Ukrainian => "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя".contains(letter),
        };
        assert!(
            list.words().all(|word| word.chars().all(alphabet)),
            "{list:?}"
        );
    }
}

#[test]
fn lists_are_sorted_by_their_alphabets() {
    for list in List::ALL {
        let order = |word: &str| -> Vec<usize> {
            let ukrainian = |letter| {
                "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"
                    .chars()
                    .position(|known| known == letter)
            };
            let code = |letter| {
                if list == List::Ukrainian {
                    ukrainian(letter).unwrap()
                } else {
                    letter as usize
                }
            };
            word.chars().map(code).collect()
        };
        assert!(list.words().is_sorted_by_key(order), "{list:?}");
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
fn one_wrong_letter_never_makes_another_word_of_our_own_lists() {
    for list in [List::Russian, List::Ukrainian] {
        // Two words at most one change apart share what is left when one letter of each is taken out.
        let mut shortened: HashSet<(Vec<char>, usize)> = HashSet::new();
        let mut whole: HashSet<Vec<char>> = HashSet::new();
        for word in list.words() {
            let letters: Vec<char> = word.chars().collect();
            whole.insert(letters.clone());
            for place in 0..letters.len() {
                let mut rest = letters.clone();
                rest.remove(place);
                assert!(shortened.insert((rest, place)), "{word}");
            }
        }
        assert!(
            shortened.iter().all(|(rest, _)| !whole.contains(rest)),
            "{list:?}"
        );
    }
}

#[test]
fn codes_and_languages_lead_back_to_their_lists() {
    for list in List::ALL {
        assert_eq!(List::from_code(list.code()), Some(list));
        assert_eq!(List::from_language(list.language()), Some(list));
    }
    assert_eq!(List::from_language("ko-KR"), Some(List::Korean));
    assert_eq!(List::from_code(0), None);
    assert_eq!(List::from_code(5), None);
    assert_eq!(List::from_language(""), None);
}

#[test]
fn phrases_are_read_as_people_type_them() {
    for row in rows(include_str!("reading.tsv")) {
        let [language, typed, expected] = row[..] else {
            panic!("three fields: {row:?}");
        };
        let list = List::from_language(language).unwrap();
        assert_eq!(
            answer(Phrase::read(list, &unescaped(typed))),
            expected,
            "{typed}"
        );
    }
}

#[test]
fn known_answers_hold() {
    for row in rows(include_str!("known.tsv")) {
        let list = List::from_language(row[1]).unwrap();
        let input = bytes(row[2]);
        match row[0] {
            "phrase" => {
                let phrase = Phrase::from_entropy(list, &input.try_into().unwrap());
                assert_eq!(joined(&phrase), row[3]);
                assert_eq!(phrase.to_bytes().to_vec(), bytes(row[4]));
            }
            "check" => assert_eq!(
                check_words(list, &input.try_into().unwrap()).join(" "),
                row[3]
            ),
            other => panic!("unknown kind: {other}"),
        }
    }
}

#[test]
fn the_last_three_bits_of_entropy_are_not_used() {
    let with =
        |last| Phrase::from_entropy(List::English, &[0, 0, 0, 0, 0, 0, 0, 0, 0, last]).to_bytes();
    assert_eq!(with(0), with(0b111));
    assert_ne!(with(0), with(0b1000));
}

#[test]
fn suggestions_complete_or_are_near() {
    assert_eq!(suggest(List::English, "zo"), ["zone", "zoo"]);
    assert_eq!(suggest(List::English, "zoone").first(), Some(&"zone"));
    assert_eq!(
        suggest(List::English, "zoo zon"),
        ["zone"],
        "the last word counts"
    );
    assert_eq!(
        suggest(List::Korean, "가겨"),
        ["가격"],
        "a syllable half typed"
    );
    assert!(
        suggest(List::Russian, "fpj").contains(&"азот"),
        "typed on a Latin keyboard"
    );
    for nothing in ["", "  ", "12. ", "\u{200b}"] {
        assert!(suggest(List::English, nothing).is_empty(), "{nothing:?}");
    }
}

#[test]
fn a_phrase_of_another_language_is_found() {
    for list in List::ALL {
        let phrase = Phrase::from_entropy(list, &[0x5a; 10]);
        let upper = joined(&phrase).to_uppercase();
        for preferred in List::ALL {
            let read = read_any(preferred, &upper).unwrap();
            assert_eq!(
                read.to_bytes(),
                phrase.to_bytes(),
                "{list:?} as {preferred:?}"
            );
        }
    }
}

#[test]
fn a_mistake_in_another_language_is_answered_in_that_language() {
    let read = read_any(
        List::English,
        "азбука азот аист айсбегр академия аквариум аккорд",
    );
    assert_eq!(answer(read), "unknown 3 айсберг");
}

#[test]
fn errors_print_without_the_words_they_suggest() {
    let error = Phrase::read(
        List::English,
        "abandn ability able about above absent absorb",
    )
    .err()
    .unwrap();
    assert_eq!(format!("{error:?}"), "word 1 is not in the list");
}

#[test]
fn too_much_is_refused_and_nothing_is_ignored() {
    let seven = "abandon ability able about above absent absorb";
    let padded = format!("{0}{seven}{0}", " ".repeat(1 << 20));
    assert_eq!(answer(Phrase::read(List::English, &padded)), seven);
    let hidden = format!("{seven}{}zoo", " ".repeat(1 << 20));
    assert_eq!(answer(Phrase::read(List::English, &hidden)), "count 8");
    for piece in [
        "абв ",
        "ж",
        "\u{301}",
        "\u{200b}",
        "1",
        ",",
        "\u{1100}",
        "힣",
        "\u{10ffff}",
        "\u{202e}",
    ] {
        let long = piece.repeat(1 << 18);
        assert!(read_any(List::Russian, &long).is_err(), "{piece:?}");
        assert!(suggest(List::Korean, &long).len() <= 4, "{piece:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_phrase_is_read_back(entropy: [u8; 10], list in 0..4usize) {
        let list = List::ALL[list];
        let phrase = Phrase::from_entropy(list, &entropy);
        let read = Phrase::read(list, &joined(&phrase));
        prop_assert_eq!(read.ok().map(|read| read.to_bytes()), Some(phrase.to_bytes()));
    }

    #[test]
    fn four_letters_of_each_word_are_read_back(entropy: [u8; 10], list in 0..3usize) {
        let list = [List::English, List::Russian, List::Ukrainian][list];
        let phrase = Phrase::from_entropy(list, &entropy);
        let cut: Vec<String> = phrase.words().map(|word| word.chars().take(4).collect()).collect();
        let read = Phrase::read(list, &cut.join(" "));
        prop_assert_eq!(read.ok().map(|read| read.to_bytes()), Some(phrase.to_bytes()));
    }

    #[test]
    fn a_changed_letter_is_never_corrected_silently(entropy: [u8; 10], place in 0..3usize) {
        let phrase = Phrase::from_entropy(List::Russian, &entropy);
        let mut words: Vec<String> = phrase.words().map(String::from).collect();
        let changed = words[3].chars().enumerate().map(|(at, letter)| if at == place { 'ъ' } else { letter });
        words[3] = changed.collect();
        let read = Phrase::read(List::Russian, &words.join(" "));
        let same = read.is_ok_and(|read| joined(&read) == joined(&phrase));
        prop_assert!(!same || words[3] == phrase.words().nth(3).unwrap());
    }

    #[test]
    fn anything_typed_is_answered(typed in ".{0,200}", list in 0..4usize) {
        let _ = read_any(List::ALL[list], &typed);
        prop_assert!(suggest(List::ALL[list], &typed).len() <= 4);
    }

    #[test]
    fn anything_between_the_alphabets_is_answered(typed in "[a-zA-Zа-яіїєґ가-힣ᄀ-ᇿㄱ-ㅣ\u{300}-\u{310}0-9.,;'\\[\\] \u{200b}]{0,80}", list in 0..4usize) {
        if let Ok(phrase) = read_any(List::ALL[list], &typed) {
            prop_assert_eq!(phrase.words().count(), words::WORDS);
        }
    }
}

#[test]
fn no_proposed_phrase_has_a_word_that_is_dangerous_to_be_overheard_with() {
    let lists = [
        (List::English, include_str!("../lists/left-out-english.txt")),
        (List::Korean, include_str!("../lists/left-out-korean.txt")),
    ];
    for (list, left_out) in lists {
        let left_out: Vec<&str> = left_out.lines().collect();
        for word in &left_out {
            assert!(list.index(word).is_some(), "{word} is not in the list");
        }
        let mut count = 0_u64;
        for _ in 0..500 {
            let phrase = Phrase::draw(list, || {
                count += 1;
                let spread = count.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes();
                let more = count.wrapping_mul(0xc2b2_ae3d_27d4_eb4f).to_be_bytes();
                std::array::from_fn(|place| spread[place % 8] ^ more[(place * 3 + 1) % 8])
            });
            assert!(phrase.words().all(|word| !left_out.contains(&word)));
        }
        assert!(count > 500, "some draws were thrown away");
    }
}

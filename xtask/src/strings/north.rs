//! Whether texts for readers from the North of Korea are written as there: the list of words, and what follows from rules of spelling.

use std::collections::BTreeSet;

use anyhow::{Result, bail};

use super::Messages;

/// The list; the desk marks its words in cards. Its columns are explained in the `README.md` beside it.
pub(super) const LIST: &str = "crates/record/words/north.tsv";

const KINDS: [&str; 4] = ["spelling", "word", "name", "allowed"];
const SOURCES: [&str; 4] = ["rule", "seen", "reference", "habit"];

/// Stems that end with a vowel before which 여 is written, not 어; and words in which 어 stands there for another reason.
const STEMS: [u32; 6] = [
    vowel::AE,
    vowel::E,
    vowel::OE,
    vowel::WI,
    vowel::UI,
    vowel::I,
];
const NOT_STEMS: [&str; 4] = ["이어", "시어머니", "제어", "기어"];
/// How verbs end before another verb that helps them, and how those begin. 단어 and 언어 are no verbs.
const HELPED: &str = "어여해써려혀겨져워쳐켜펴춰둬봐줘아";
const HELPERS: [&str; 14] = [
    "있", "보십", "보시", "보았", "두십", "두고", "두어", "둔 ", "주십", "주어", "줍니", "준 ",
    "드리", "드립",
];
const NOT_HELPED: [&str; 2] = ["단어", "언어"];
/// Nouns that do not stand alone: they are joined to the word before.
const DEPENDENT: [&str; 11] = [
    "것",
    "대로",
    "줄 ",
    "수 있",
    "수 없",
    "수도 있",
    "수도 없",
    "수가 있",
    "수가 없",
    "수는 있",
    "수는 없",
];

/// The numbers of vowels in a syllable, as Unicode orders them.
mod vowel {
    pub(super) const AE: u32 = 1;
    pub(super) const E: u32 = 5;
    pub(super) const OE: u32 = 11;
    pub(super) const WI: u32 = 16;
    pub(super) const UI: u32 = 19;
    pub(super) const I: u32 = 20;
    /// ㅑ ㅒ ㅕ ㅖ ㅛ ㅠ ㅣ
    pub(super) const WITH_Y: [u32; 7] = [2, 3, 6, 7, 12, 17, I];
}

/// The numbers of consonants at the beginning of a syllable, and of those at its end.
const INITIAL_N: u32 = 2;
const INITIAL_R: u32 = 5;
const INITIAL_NONE: u32 = 11;
const FINAL_N: u32 = 4;
const FINAL_R: u32 = 8;

/// The initial, vowel and final of a Hangul syllable.
fn parts(syllable: char) -> Option<(u32, u32, u32)> {
    let number = u32::from(syllable).checked_sub(0xac00)?;
    (number < 11_172).then_some((number / 588, number % 588 / 28, number % 28))
}

/// How the South writes a word that begins with ㄹ or ㄴ in the North; nothing if it writes it alike.
fn in_the_south(word: &str) -> Option<String> {
    let first = word.chars().next()?;
    let (initial, vowel, last) = parts(first)?;
    let changed = match (initial, vowel::WITH_Y.contains(&vowel)) {
        (INITIAL_R | INITIAL_N, true) => INITIAL_NONE,
        (INITIAL_R, false) => INITIAL_N,
        _ => return None,
    };
    let syllable = char::from_u32(0xac00 + changed * 588 + vowel * 28 + last)?;
    Some(format!("{syllable}{}", &word[first.len_utf8()..]))
}

/// A line of the list.
struct Word {
    north: String,
    south: String,
    why: String,
}

/// The list of words.
pub(super) struct Words(Vec<Word>);

impl Words {
    /// Reads the list.
    ///
    /// # Errors
    /// When a line lacks a column, has a kind or source that is not known, contradicts its rule, or repeats a form of the South.
    pub(super) fn parse(text: &str) -> Result<Words> {
        let mut words = Vec::new();
        let mut forms = BTreeSet::new();
        let mut lines = text.lines();
        if lines.next() != Some("north\tsouth\tkind\tsource\twhy") {
            bail!("the first line names the columns");
        }
        for line in lines {
            let cells: Vec<&str> = line.split('\t').collect();
            let &[north, south, kind, source, why] = cells.as_slice() else {
                bail!("“{line}” has not five columns");
            };
            if !KINDS.contains(&kind) || !SOURCES.contains(&source) || why.is_empty() {
                bail!("“{line}” has no known kind and source, or no reason");
            }
            if (kind == "allowed") != south.is_empty() || (north.is_empty() && south.is_empty()) {
                bail!("“{line}”: only an allowed word has no form of the South");
            }
            if kind == "spelling"
                && source == "rule"
                && in_the_south(north).as_deref() != Some(south)
            {
                bail!("“{line}”: by rule the South writes otherwise");
            }
            if !south.is_empty() && !forms.insert(south) {
                bail!("“{south}” is there twice");
            }
            words.push(Word {
                north: north.into(),
                south: south.into(),
                why: why.into(),
            });
        }
        Ok(Words(words))
    }

    /// The words of the South that stand in a text by themselves, not only as a part of a longer word of the list.
    fn of_the_south(&self, text: &str) -> Vec<&Word> {
        let listed = |word: &Word| [word.north.clone(), word.south.clone()];
        let listed: Vec<String> = self.0.iter().flat_map(listed).collect();
        let words = self.0.iter().filter(|word| !word.south.is_empty());
        words
            .filter(|word| {
                let longer =
                    |other: &&String| other.len() > word.south.len() && other.contains(&word.south);
                let longer: Vec<&String> = listed.iter().filter(longer).collect();
                let mut left = text.to_owned();
                for other in longer {
                    left = left.replace(other.as_str(), "\n");
                }
                left.contains(&word.south)
            })
            .collect()
    }

    /// What in texts is not written as in the North.
    pub(super) fn check(&self, path: &str, messages: &Messages) -> Vec<String> {
        let mut wrong = Vec::new();
        for (id, text) in messages {
            for Word { north, south, why } in self.of_the_south(text) {
                let instead = match north.as_str() {
                    "" => "write it otherwise".to_owned(),
                    north => format!("the North “{north}”"),
                };
                wrong.push(format!("{path}: {id} has “{south}”, {instead}: {why}"));
            }
            let found = by_rule(text);
            wrong.extend(found.iter().map(|found| format!("{path}: {id}: {found}")));
        }
        wrong
    }
}

/// What a text has against the North's rules of spelling, wherever a rule can tell without a list.
fn by_rule(text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for (at, letter) in text.char_indices() {
        let (head, tail) = text.split_at(at);
        let Some(before) = head.chars().next_back() else {
            continue;
        };
        let near: String = text
            .chars()
            .skip(head.chars().count().saturating_sub(3))
            .take(8)
            .collect();
        if letter == ' ' && is_apart(head, before, &tail[1..]) {
            wrong.push(format!("“{near}” is written together"));
        }
        if matches!(letter, '어' | '었') && is_stem(head, before, tail) {
            wrong.push(format!("“{near}” is written with 여 or 였"));
        }
    }
    wrong
}

/// Whether what stands behind a space is joined in the North to what stands before.
fn is_apart(head: &str, before: char, behind: &str) -> bool {
    let begins = |all: &[&str]| all.iter().any(|one| behind.starts_with(one));
    let ends_open = parts(before).is_some_and(|(_, _, last)| matches!(last, FINAL_N | FINAL_R));
    let is_helped = HELPED.contains(before) && !NOT_HELPED.iter().any(|word| head.ends_with(word));
    (ends_open && begins(&DEPENDENT))
        || (is_helped && begins(&HELPERS))
        || (before == '고' && begins(&["있", "싶"]))
        || (before == '기' && begins(&["때문"]))
}

/// Whether 어 stands behind a stem that takes 여.
fn is_stem(head: &str, before: char, tail: &str) -> bool {
    let takes = parts(before).is_some_and(|(_, vowel, last)| last == 0 && STEMS.contains(&vowel));
    let is_other = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next();
        first.is_some_and(|first| head.ends_with(first)) && tail.starts_with(letters.as_str())
    };
    takes && !NOT_STEMS.iter().any(|word| is_other(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "north\tsouth\tkind\tsource\twhy\n";
    const SOME: &str = "련락\t연락\tspelling\trule\ta\n손전화\t휴대폰\tword\tseen\tb\n남조선\t남한\tname\thabit\tc\n남한테\t\tallowed\trule\td\n\t탈북\tname\thabit\te\n";

    fn wrong(text: &str) -> Vec<String> {
        let words = Words::parse(&format!("{HEAD}{SOME}")).unwrap();
        let messages = Messages::from([("id".to_owned(), text.to_owned())]);
        words.check("x.ftl", &messages)
    }

    #[test]
    fn a_word_of_the_south_is_found_with_what_the_north_says() {
        assert_eq!(
            wrong("휴대폰으로 련락하십시오."),
            ["x.ftl: id has “휴대폰”, the North “손전화”: b"]
        );
        assert_eq!(wrong("연락하십시오.").len(), 1);
        assert_eq!(wrong("탈북한 사람").len(), 1);
        assert_eq!(wrong("손전화로 련락하십시오."), [""; 0]);
    }

    #[test]
    fn a_part_of_a_longer_word_of_the_list_is_meant_otherwise() {
        assert_eq!(wrong("남한테 말하지 마십시오."), [""; 0]);
        assert_eq!(wrong("남한테 남한 말").len(), 1);
    }

    #[test]
    fn what_the_north_writes_together_is_found_apart() {
        for text in [
            "쓸 수 있습니다",
            "걸릴 수도 있습니다",
            "아는 것은",
            "적힌 대로",
            "읽고 있습니다",
            "알고 싶은",
            "맞추어 보십시오",
            "외워 두십시오",
            "보여 줍니다",
            "잠그기 때문입니다",
        ] {
            assert_eq!(wrong(text).len(), 1, "{text}");
        }
        for text in [
            "쓸수 있습니다",
            "단어 있습니다",
            "다시 보십시오",
            "두 사람",
            "안내자 수 없음",
        ] {
            assert_eq!(wrong(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn a_stem_takes_another_vowel_than_in_the_south() {
        for text in ["되었습니다", "오래되어", "바뀌었습니다"] {
            assert_eq!(wrong(text).len(), 1, "{text}");
        }
        for text in ["되였습니다", "이어집니다", "시어머니", "넣었습니다", "열어"]
        {
            assert_eq!(wrong(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn the_first_sound_follows_its_rule() {
        for (north, south) in [
            ("련락", "연락"),
            ("래일", "내일"),
            ("녀자", "여자"),
            ("로동", "노동"),
            ("뢰물", "뇌물"),
        ] {
            assert_eq!(in_the_south(north).as_deref(), Some(south));
        }
        for alike in ["남자", "조선", "x", ""] {
            assert_eq!(in_the_south(alike), None);
        }
    }

    #[test]
    fn a_list_that_says_nothing_or_two_things_is_refused() {
        for lines in [
            "련락\t연락\tspelling\trule\n",
            "련락\t연락\tspelling\trule\t\n",
            "련락\t연락\tguess\trule\ta\n",
            "련락\t여락\tspelling\trule\ta\n",
            "손전화\t\tword\tseen\ta\n",
            "가\t휴대폰\tword\tseen\ta\n나\t휴대폰\tword\tseen\tb\n",
        ] {
            assert!(Words::parse(&format!("{HEAD}{lines}")).is_err(), "{lines}");
        }
        assert!(Words::parse(SOME).is_err(), "without the names of columns");
    }
}

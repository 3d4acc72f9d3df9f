//! Texts as they are compared in a search: NFKC (Unicode Standard Annex 15) and lower case, Hangul letter by letter, so that what is
//! half typed finds what it becomes; and what of the original a hit covers.

use std::ops::Range;

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_normalizer::properties::CanonicalCombiningClassMapBorrowed;
use zeroize::Zeroizing;

/// How many bytes of text stand before and after a hit in an excerpt.
const AROUND: usize = 90;

const NFKC: ComposingNormalizerBorrowed<'static> = ComposingNormalizerBorrowed::new_nfkc();
const CLASSES: CanonicalCombiningClassMapBorrowed<'static> =
    CanonicalCombiningClassMapBorrowed::new();

/// The first letters of Hangul syllables that final consonants are, alone or two together (Unicode, section 3.12): while somebody types,
/// what will begin the next syllable stands at the end of this one.
const FINALS: [&str; 28] = [
    "", "ᄀ", "ᄁ", "ᄀᄉ", "ᄂ", "ᄂᄌ", "ᄂᄒ", "ᄃ", "ᄅ", "ᄅᄀ", "ᄅᄆ", "ᄅᄇ", "ᄅᄉ",
    "ᄅᄐ", "ᄅᄑ", "ᄅᄒ", "ᄆ", "ᄇ", "ᄇᄉ", "ᄉ", "ᄊ", "ᄋ", "ᄌ", "ᄎ", "ᄏ", "ᄐ", "ᄑ",
    "ᄒ",
];
/// The vowels that are typed as two.
const DOUBLE_VOWELS: [(char, &str); 7] = [
    ('ᅪ', "ᅩᅡ"),
    ('ᅫ', "ᅩᅢ"),
    ('ᅬ', "ᅩᅵ"),
    ('ᅯ', "ᅮᅥ"),
    ('ᅰ', "ᅮᅦ"),
    ('ᅱ', "ᅮᅵ"),
    ('ᅴ', "ᅳᅵ"),
];

/// A text letter by letter, with where in the original each letter stands.
pub struct Folded {
    letters: Zeroizing<Vec<char>>,
    /// The bytes of the original from which each letter comes.
    origins: Vec<Range<usize>>,
}

/// Whether a character belongs to the one before it: marks, and the vowels and finals of decomposed Hangul.
fn continues(character: char) -> bool {
    match character {
        '\0'..='\u{2ff}' | '\u{400}'..='\u{482}' | '가'..='힣' => false,
        '\u{1160}'..='\u{11ff}' => true,
        _ => CLASSES.get_u8(character) != 0,
    }
}

/// Whether a character is its own NFKC, whatever the text around it: the common letters, to be quick with them.
fn is_plain(character: char) -> bool {
    matches!(character, '\0'..='\u{7f}' | '\u{400}'..='\u{482}' | '가'..='힣')
}

impl Folded {
    /// Folds a text.
    pub fn of(text: &str) -> Folded {
        let room = text.len() + 16;
        let mut folded = Folded {
            letters: Zeroizing::new(Vec::with_capacity(room)),
            origins: Vec::with_capacity(room),
        };
        let mut rest = text.char_indices().peekable();
        while let Some((start, first)) = rest.next() {
            let mut end = start + first.len_utf8();
            let mut is_alone = true;
            while let Some((at, next)) = rest.next_if(|(_, next)| continues(*next)) {
                end = at + next.len_utf8();
                is_alone = false;
            }
            if is_alone && is_plain(first) {
                folded.push(first, start..end);
                continue;
            }
            let group = text.get(start..end).unwrap_or_default();
            for character in NFKC.normalize(group).chars() {
                folded.push(character, start..end);
            }
        }
        folded
    }

    fn push(&mut self, character: char, origin: Range<usize>) {
        let mut letter = |letter: char| {
            self.letters.push(letter);
            self.origins.push(origin.clone());
        };
        match character {
            // What cannot be seen is not searched for: joiners, marks of direction, soft hyphens.
            '\u{ad}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{feff}' => {}
            '\u{2019}' | '\u{2bc}' => letter('\''),
            // Commonly written one for the other.
            'ё' | 'Ё' => letter('е'),
            '가'..='힣' => syllable(character).for_each(letter),
            '\u{1161}'..='\u{1175}' => vowel(character).for_each(letter),
            '\u{11a8}'..='\u{11c2}' => {
                final_letters(u32::from(character) - 0x11a7).for_each(letter)
            }
            _ => character.to_lowercase().for_each(letter),
        }
    }

    /// The words of it.
    pub fn words(&self) -> Vec<&[char]> {
        let words = self.letters.split(|letter| letter.is_whitespace());
        words.filter(|word| !word.is_empty()).collect()
    }

    /// Its letters as a text, for comparing many at once.
    pub(super) fn letters(&self) -> impl Iterator<Item = char> + '_ {
        self.letters.iter().copied()
    }

    /// Where a word stands first, in letters from `from` on.
    fn find(&self, word: &[char], from: usize) -> Option<Range<usize>> {
        let letters = self.letters.get(from..)?;
        let at = letters
            .windows(word.len().max(1))
            .position(|window| window == word)?;
        Some(from + at..from + at + word.len())
    }

    /// Whether it begins so.
    pub fn begins_with(&self, word: &[char]) -> bool {
        self.letters.starts_with(word)
    }

    /// Whether a word stands in it.
    pub fn has(&self, word: &[char]) -> bool {
        self.find(word, 0).is_some()
    }

    /// The bytes of the original that words cover, in order and apart from each other.
    fn hits(&self, words: &[&[char]]) -> Vec<Range<usize>> {
        let mut hits = Vec::new();
        for word in words {
            let mut from = 0;
            while let Some(found) = self.find(word, from) {
                from = found.end;
                let first = self.origins.get(found.start);
                let last = self.origins.get(found.end.saturating_sub(1));
                if let (Some(first), Some(last)) = (first, last) {
                    hits.push(first.start..last.end);
                }
            }
        }
        hits.sort_by_key(|hit| hit.start);
        let mut apart: Vec<Range<usize>> = Vec::new();
        for hit in hits {
            match apart.last_mut() {
                Some(last) if hit.start <= last.end => last.end = last.end.max(hit.end),
                _ => apart.push(hit),
            }
        }
        apart
    }
}

fn vowel(character: char) -> impl Iterator<Item = char> {
    let double = DOUBLE_VOWELS
        .iter()
        .find(|(double, _)| *double == character);
    let parts = double.map_or("", |(_, parts)| *parts);
    let single = double.is_none().then_some(character);
    single.into_iter().chain(parts.chars())
}

fn final_letters(index: u32) -> std::str::Chars<'static> {
    let index = usize::try_from(index).unwrap_or_default();
    FINALS.get(index).copied().unwrap_or_default().chars()
}

/// The letters of a Hangul syllable.
fn syllable(character: char) -> impl Iterator<Item = char> {
    let index = u32::from(character).saturating_sub(0xac00);
    let first = char::from_u32(0x1100 + index / 588).into_iter();
    let middle = char::from_u32(0x1161 + index % 588 / 28).into_iter();
    let middle = middle.flat_map(vowel);
    first.chain(middle).chain(final_letters(index % 28))
}

/// A part of a text around a hit: pieces in order, each with whether it is a hit.
pub type Excerpt = Vec<(bool, String)>;

fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// What stands around the first of these words in a text, and which of it are hits.
pub(super) fn excerpt(text: &str, folded: &Folded, words: &[&[char]]) -> Excerpt {
    let hits = folded.hits(words);
    let first = hits.first().map_or(0, |hit| hit.start);
    let start = boundary(text, first.saturating_sub(AROUND));
    let end = boundary(text, first + 2 * AROUND);
    let mut pieces: Excerpt = Vec::new();
    let mut piece = |is_hit, part: Range<usize>| {
        let part = text.get(part).unwrap_or_default();
        if !part.is_empty() {
            pieces.push((is_hit, part.to_owned()));
        }
    };
    let mut at = start;
    for hit in hits.iter().filter(|hit| hit.start < end) {
        piece(false, at..hit.start);
        piece(true, hit.clone());
        at = hit.end;
    }
    piece(false, at..end.max(at));
    let (is_cut, goes_on) = (start > 0, end.max(at) < text.len());
    if is_cut {
        pieces.insert(0, (false, "…".to_owned()));
    }
    if goes_on {
        pieces.push((false, "…".to_owned()));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(text: &str, typed: &str) -> bool {
        let (text, typed) = (Folded::of(text), Folded::of(typed));
        typed.words().iter().all(|word| text.has(word))
    }

    fn marked(text: &str, typed: &str) -> String {
        let (folded, typed) = (Folded::of(text), Folded::of(typed));
        let pieces = excerpt(text, &folded, &typed.words());
        let shown = pieces.iter().map(|(is_hit, part)| match is_hit {
            true => format!("[{part}]"),
            false => part.clone(),
        });
        shown.collect()
    }

    #[test]
    fn letter_case_and_form_do_not_matter() {
        for (text, typed) in [
            ("Папиры", "ПАПИР"),
            ("ещё раз", "еще"),
            ("Її п’ять", "п'ять"),
            ("ﬁnd me", "find"),
            ("Ｌａｒｋ", "lark"),
            ("cafe\u{301}", "caf\u{e9}"),
            ("и\u{306}", "й"),
            ("soft\u{ad}ly", "softly"),
            ("one two", "two one"),
        ] {
            assert!(finds(text, typed), "{text} {typed}");
        }
        assert!(!finds("one", "two"));
        assert!(!finds("й", "и"), "a letter with its mark is another letter");
    }

    #[test]
    fn half_typed_hangul_finds_what_it_becomes() {
        for typed in [
            "ㅎ",
            "하",
            "한",
            "한ㄱ",
            "한구",
            "한국",
            "\u{1112}\u{1161}\u{11ab}",
        ] {
            assert!(finds("나는 한국에", typed), "{typed}");
        }
        for typed in ["고", "과", "곽"] {
            assert!(finds("과거", typed), "{typed}");
        }
        assert!(finds("하나", "한"), "on the way to it");
        assert!(!finds("나는 한국에", "미국"));
    }

    #[test]
    fn the_hit_is_marked_in_the_words_as_they_were_written() {
        assert_eq!(marked("나는 한국에", "한구"), "나는 [한국]에");
        assert_eq!(
            marked("Cafe\u{301} au lait", "café lait"),
            "[Cafe\u{301}] au [lait]"
        );
        assert_eq!(marked("aaa", "aa a"), "[aaa]");
        let long = format!("{} needle {}", "шум ".repeat(100), "вода ".repeat(100));
        let shown = marked(&long, "NEEDLE");
        assert!(shown.starts_with('…') && shown.ends_with('…') && shown.contains("[needle]"));
        assert!(shown.len() < 400, "{shown}");
    }
}

//! What a person typed, cut into words and brought to the letters that lists are compared by.

use alloc::vec::Vec;

use zeroize::Zeroizing;

use crate::hangul;
use crate::keyboard;
use crate::list::List;
use crate::phrase::WORDS;

/// Longest typed word that is looked at, in characters; no list has a word or its keystrokes nearly as long.
const LONGEST: usize = 40;

/// Most characters that are looked at, many times what seven words need.
const LIMIT: usize = 1000;

/// Characters of one typed word, wiped when dropped; room for all is taken at once, so that growing leaves no copy.
pub(crate) type Letters = Zeroizing<Vec<char>>;

/// How to cut the typed text into words.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// At spaces, punctuation and list numbers.
    Text,
    /// At spaces and list numbers only: on a Latin keyboard the keys of some Cyrillic letters are punctuation.
    Keys,
}

/// The first typed words, at most [`WORDS`] of them, and how many there are in all.
pub(crate) struct Typed {
    pub(crate) words: Vec<Letters>,
    pub(crate) found: usize,
}

impl Typed {
    /// Cuts the first 1,000 characters; whatever stands after them counts as one word too many, so nothing is ignored.
    pub(crate) fn cut(text: &str, cut: Cut) -> Typed {
        let mut typed = Typed {
            words: Vec::with_capacity(WORDS),
            found: 0,
        };
        let mut word = empty();
        let mut characters = text.trim().chars();
        for character in characters.by_ref().take(LIMIT).map(narrow) {
            if is_break(character, cut) {
                typed.finish(&mut word, cut);
            } else {
                push(&mut word, character, cut);
            }
        }
        typed.finish(&mut word, cut);
        if characters.next().is_some() {
            typed.found = typed.found.max(WORDS) + 1;
        }
        typed
    }

    fn finish(&mut self, word: &mut Letters, cut: Cut) {
        let word = core::mem::replace(word, empty());
        let word = without_number(&word, cut);
        if word.is_empty() {
            return;
        }
        self.found += 1;
        if self.words.len() < WORDS {
            self.words.push(copied(word.iter().copied()));
        }
    }
}

/// The letters of a word of the list.
pub(crate) fn of_known(list: List, word: &str) -> impl Iterator<Item = char> {
    word.chars()
        .flat_map(move |character| folded(list, character))
}

/// The letters of a typed word, taken as it stands.
pub(crate) fn as_typed(list: List, word: &[char]) -> Letters {
    let cyrillic = matches!(list, List::Russian | List::Ukrainian);
    let mixed = cyrillic
        && word
            .iter()
            .any(|character| matches!(character, '\u{400}'..='\u{4ff}'));
    let alike = move |character| {
        if mixed {
            look_alike(character)
        } else {
            character
        }
    };
    copied(
        word.iter()
            .flat_map(move |character| folded(list, alike(lower(list, *character)))),
    )
}

/// The letters of a typed word, taken as keys pressed while the keyboard stood on another language.
pub(crate) fn as_keys(list: List, word: &[char]) -> Letters {
    let typed = word.iter().copied();
    match list {
        List::English => copied(typed.flat_map(|character| {
            let key = keyboard::latin(lower(List::Russian, character));
            hangul_or(key, hangul::keystrokes(character)).map(|key| key.to_ascii_lowercase())
        })),
        // Phones begin with a capital and some people type all in capitals: then Shift meant nothing.
        List::Korean => copied(typed.flat_map(|character| {
            hangul_or(character, hangul::keystrokes(character)).map(|key| key.to_ascii_lowercase())
        })),
        List::Russian => {
            copied(typed.flat_map(|key| folded(list, keyboard::russian(bare(list, key)))))
        }
        List::Ukrainian => {
            copied(typed.flat_map(|key| folded(list, keyboard::ukrainian(bare(list, key)))))
        }
    }
}

/// A word as the letters of an unmixed comparison: what spelling leaves open is made one.
fn folded(list: List, character: char) -> impl Iterator<Item = char> {
    let letter = match (list, character) {
        (List::Russian, 'ё') => 'е',
        // A Russian word typed on a Ukrainian keyboard has these letters on the same keys, and the other way round.
        (List::Russian, 'і') => 'ы',
        (List::Russian, 'ї') => 'ъ',
        (List::Russian, 'є') => 'э',
        (List::Ukrainian, 'ы') => 'і',
        (List::Ukrainian, 'ъ') => 'ї',
        (List::Ukrainian, 'э') => 'є',
        // Not every keyboard has this letter, and people write the plain one for it.
        (List::Ukrainian, 'ґ') => 'г',
        (List::Korean, key) if key.is_ascii() => hangul::pressed(key),
        _ => character,
    };
    let hangul = if list == List::Korean {
        hangul::keystrokes(letter)
    } else {
        None
    };
    hangul_or(letter, hangul)
}

fn hangul_or(
    letter: char,
    hangul: Option<impl Iterator<Item = char>>,
) -> impl Iterator<Item = char> {
    let plain = if hangul.is_none() { Some(letter) } else { None };
    hangul.into_iter().flatten().chain(plain)
}

/// Lower case for Latin and Cyrillic; Korean needs Shift kept.
fn lower(list: List, character: char) -> char {
    match character {
        'A'..='Z' if list != List::Korean => character.to_ascii_lowercase(),
        'А'..='Я' => shifted(character, 0x20),
        'Ѐ'..='Џ' => shifted(character, 0x50),
        'Ґ' => 'ґ',
        _ => character,
    }
}

fn shifted(character: char, by: u32) -> char {
    char::from_u32(u32::from(character) + by).unwrap_or(character)
}

fn bare(list: List, key: char) -> char {
    lower(list, keyboard::without_shift(key))
}

/// The Cyrillic letter that looks like a Latin one, which people take when their keyboard lacks it.
fn look_alike(character: char) -> char {
    match character {
        'a' => 'а',
        'c' => 'с',
        'e' => 'е',
        'i' => 'і',
        'o' => 'о',
        'p' => 'р',
        'x' => 'х',
        'y' => 'у',
        _ => character,
    }
}

/// Full-width forms of East Asian keyboards as plain ones.
fn narrow(character: char) -> char {
    match character {
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character)
        }
        _ => character,
    }
}

fn is_break(character: char, cut: Cut) -> bool {
    if is_unseen(character) {
        return false;
    }
    if character.is_whitespace() || character.is_control() {
        return true;
    }
    if cut == Cut::Keys || is_apostrophe(character) {
        return false;
    }
    character.is_ascii_punctuation()
        || matches!(character, '\u{a0}'..='\u{bf}' | '\u{2000}'..='\u{206f}' | '\u{2460}'..='\u{2473}' | '\u{3000}'..='\u{303f}')
        || matches!(
            character,
            '\u{30fb}' | '\u{ff61}'..='\u{ff65}' | '\u{2022}' | '\u{2212}'
        )
}

/// Characters that show nothing and come along with pasted text.
fn is_unseen(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}'
    )
}

fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '`' | '\u{b4}' | '\u{2b9}'..='\u{2bc}' | '\u{2c8}' | '\u{2018}'..='\u{201b}' | '\u{2032}' | '\u{55a}')
}

/// Adds a character unless the word is too long already, and joins a mark to the letter before it.
fn push(word: &mut Letters, character: char, cut: Cut) {
    if is_unseen(character) || (cut == Cut::Text && is_apostrophe(character)) {
        return;
    }
    if let '\u{300}'..='\u{36f}' = character {
        if let Some(last) = word.last_mut() {
            *last = match (*last, character) {
                ('и' | 'И', '\u{306}') => 'й',
                ('і' | 'І', '\u{308}') => 'ї',
                (letter, _) => letter,
            };
        }
    } else if word.len() < LONGEST {
        word.push(character);
    }
}

/// The word without the number that a list put before or after it.
fn without_number(word: &[char], cut: Cut) -> &[char] {
    let mut rest = word;
    while let [first, after @ ..] = rest
        && first.is_ascii_digit()
    {
        rest = after;
    }
    if cut == Cut::Keys {
        return match rest {
            ['.' | ')' | ':', after @ ..] if rest.len() < word.len() => after,
            _ => rest,
        };
    }
    while let [before @ .., last] = rest
        && last.is_ascii_digit()
    {
        rest = before;
    }
    rest
}

fn empty() -> Letters {
    Zeroizing::new(Vec::with_capacity(LONGEST))
}

fn copied(characters: impl Iterator<Item = char>) -> Letters {
    let mut letters = empty();
    letters.extend(characters.take(LONGEST));
    letters
}

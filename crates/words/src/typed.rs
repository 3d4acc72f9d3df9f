//! What a person typed, brought into the form of the lists: case, normal forms, keyboards.

use alloc::string::String;
use alloc::vec::Vec;

use crate::list::List;

/// More characters than this are not a phrase.
const LONGEST: usize = 1000;

/// The words in what was typed; numbers, signs and invisible characters only part them or vanish.
pub(crate) fn words(typed: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for c in typed.chars().take(LONGEST) {
        match c {
            // Zero-width characters and soft hyphens come with copying; they part nothing.
            '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' => {}
            // Keys that are letters on another keyboard.
            '[' | ']' | ';' | '\'' | ',' | '.' | '`' | '’' | 'ʼ' if !word.is_empty() => {
                word.push(c)
            }
            '[' | ';' | '\'' => word.push(c),
            c if c.is_alphabetic() || is_combining(c) => word.extend(c.to_lowercase()),
            _ if !word.is_empty() => words.push(core::mem::take(&mut word)),
            _ => {}
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words.retain(|word| word.chars().any(char::is_alphabetic));
    words
}

fn is_combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1100}'..='\u{11ff}')
}

/// The spellings of a word to look for in a list, the likeliest first.
pub(crate) fn spellings(list: List, word: &str) -> Vec<String> {
    let plain: String = compose(word)
        .chars()
        .filter(|c| c.is_alphabetic())
        .map(|c| if c == 'ё' { 'е' } else { c })
        .collect();
    let mut spellings = Vec::from([plain]);
    let keyboard = match list {
        List::English => word.chars().map(latin_key).collect(),
        List::Korean => return spellings,
        List::Russian => word
            .chars()
            .map(|c| cyrillic_key(c, RUSSIAN_KEYS))
            .collect(),
        List::Ukrainian => word
            .chars()
            .map(|c| cyrillic_key(c, UKRAINIAN_KEYS))
            .collect(),
    };
    spellings.push(keyboard);
    spellings
}

const LATIN_KEYS: &str = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`";
const RUSSIAN_KEYS: &str = "йцукенгшщзхъфывапролджэячсмитьбюе";
const UKRAINIAN_KEYS: &str = "йцукенгшщзхїфівапролджєячсмитьбюґ";

fn cyrillic_key(c: char, keys: &str) -> char {
    let place = LATIN_KEYS.chars().position(|key| key == c);
    place.and_then(|place| keys.chars().nth(place)).unwrap_or(c)
}

fn latin_key(c: char) -> char {
    let place = |keys: &str| keys.chars().position(|key| key == c);
    let place = place(RUSSIAN_KEYS).or_else(|| place(UKRAINIAN_KEYS));
    place
        .and_then(|place| LATIN_KEYS.chars().nth(place))
        .unwrap_or(c)
}

/// Puts Hangul letters together to syllables (Unicode, section 3.12), and the few Cyrillic letters with marks.
fn compose(word: &str) -> String {
    let mut composed = String::with_capacity(word.len());
    for c in word.chars() {
        match composed.chars().next_back().and_then(|last| join(last, c)) {
            Some(joined) => {
                composed.pop();
                composed.push(joined);
            }
            None => composed.push(c),
        }
    }
    composed
}

fn join(last: char, next: char) -> Option<char> {
    let (first, second) = (u32::from(last), u32::from(next));
    match (first, second) {
        (0x1100..=0x1112, 0x1161..=0x1175) => {
            char::from_u32(0xac00 + ((first - 0x1100) * 21 + (second - 0x1161)) * 28)
        }
        (0xac00..=0xd7a3, 0x11a8..=0x11c2) if (first - 0xac00).is_multiple_of(28) => {
            char::from_u32(first + (second - 0x11a7))
        }
        _ => match (last, second) {
            ('и', 0x306) => Some('й'),
            ('і', 0x308) => Some('ї'),
            ('е', 0x308) => Some('ё'),
            _ => None,
        },
    }
}

/// How many letters differ between two words: changed, added or left out.
pub(crate) fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, c) in one.chars().enumerate() {
        let mut diagonal = line;
        let mut left = line + 1;
        for (cell, d) in row.iter_mut().skip(1).zip(&other) {
            let changed = diagonal + usize::from(c != *d);
            diagonal = *cell;
            *cell = changed.min(left + 1).min(diagonal + 1);
            left = *cell;
        }
        if let Some(first) = row.first_mut() {
            *first = line + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

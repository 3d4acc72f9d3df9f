//! Korean as keystrokes of the two-set keyboard, written with the Latin letters on those keys.
//!
//! Composed syllables, decomposed letters and single letters all come to the same keystrokes, so comparing keystrokes
//! needs no Unicode tables, sees a half-typed syllable as a beginning, and understands Korean typed on Latin keys.

/// First consonants of a syllable, U+1100 to U+1112.
const LEADS: &[&str] = &[
    "r", "R", "s", "e", "E", "f", "a", "q", "Q", "t", "T", "d", "w", "W", "c", "z", "x", "v", "g",
];
/// Vowels of a syllable, U+1161 to U+1175.
const VOWELS: &[&str] = &[
    "k", "o", "i", "O", "j", "p", "u", "P", "h", "hk", "ho", "hl", "y", "n", "nj", "np", "nl", "b",
    "m", "ml", "l",
];
/// Last consonants of a syllable, U+11A8 to U+11C2.
const TAILS: &[&str] = &[
    "r", "R", "rt", "s", "sw", "sg", "e", "f", "fr", "fa", "fq", "ft", "fx", "fv", "fg", "a", "q",
    "qt", "t", "T", "d", "w", "c", "z", "x", "v", "g",
];
/// Consonants that stand alone, U+3131 to U+314E; after them come the vowels, to U+3163.
const LONE: &[&str] = &[
    "r", "R", "rt", "s", "sw", "sg", "e", "E", "f", "fr", "fa", "fq", "ft", "fx", "fv", "fg", "a",
    "q", "Q", "qt", "t", "T", "d", "w", "W", "c", "z", "x", "v", "g",
];

/// The keystrokes of one Hangul character, one to five keys; nothing if it is not Hangul.
pub(crate) fn keystrokes(character: char) -> Option<impl Iterator<Item = char>> {
    let code = u32::from(character);
    let parts = match code {
        0xAC00..=0xD7A3 => {
            let syllable = code - 0xAC00;
            let tail = (syllable % 28)
                .checked_sub(1)
                .map_or("", |tail| key(TAILS, tail));
            [
                key(LEADS, syllable / 588),
                key(VOWELS, syllable % 588 / 28),
                tail,
            ]
        }
        0x1100..=0x1112 => [key(LEADS, code - 0x1100), "", ""],
        0x1161..=0x1175 => [key(VOWELS, code - 0x1161), "", ""],
        0x11A8..=0x11C2 => [key(TAILS, code - 0x11A8), "", ""],
        0x3131..=0x314E => [key(LONE, code - 0x3131), "", ""],
        0x314F..=0x3163 => [key(VOWELS, code - 0x314F), "", ""],
        _ => return None,
    };
    Some(parts.into_iter().flat_map(str::chars))
}

/// A Latin letter as a key of the two-set keyboard: only seven keys mean something else with Shift.
pub(crate) fn pressed(letter: char) -> char {
    match letter {
        'R' | 'T' | 'E' | 'Q' | 'W' | 'O' | 'P' => letter,
        _ => letter.to_ascii_lowercase(),
    }
}

fn key(keys: &[&'static str], position: u32) -> &'static str {
    keys.get(position as usize).copied().unwrap_or_default()
}

//! What was meant when the keyboard stood on another language.

/// Keys of the Latin layout, in the order of the two layouts below.
const LATIN: &str = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`\\";
/// The same keys on the Russian layout; its last key has no letter.
const RUSSIAN: &str = "йцукенгшщзхъфывапролджэячсмитьбюё\\";
/// The same keys on the Ukrainian layout; its last but one is the apostrophe.
const UKRAINIAN: &str = "йцукенгшщзхїфівапролджєячсмитьбю'ґ";

/// The Russian letter on a Latin key, given in lower case.
pub(crate) fn russian(key: char) -> char {
    moved(LATIN, RUSSIAN, key)
}

/// The Ukrainian letter on a Latin key, given in lower case.
pub(crate) fn ukrainian(key: char) -> char {
    moved(LATIN, UKRAINIAN, key)
}

/// The Latin letter on a key of the Russian or Ukrainian layout, given in lower case.
pub(crate) fn latin(letter: char) -> char {
    match moved(RUSSIAN, LATIN, letter) {
        same if same == letter => moved(UKRAINIAN, LATIN, letter),
        other => other,
    }
}

/// The key without Shift: on these keys Latin has symbols where Cyrillic has letters.
pub(crate) fn without_shift(key: char) -> char {
    match key {
        '{' => '[',
        '}' => ']',
        ':' => ';',
        '"' => '\'',
        '<' => ',',
        '>' => '.',
        '~' => '`',
        '|' => '\\',
        _ => key,
    }
}

/// The character that stands in `to` where `from` has this one; the same if it has not.
fn moved(from: &str, to: &str, character: char) -> char {
    from.chars()
        .zip(to.chars())
        .find(|(known, _)| *known == character)
        .map_or(character, |(_, other)| other)
}

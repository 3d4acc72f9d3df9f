//! The words and marks of a sentence.

/// A word, a number or a mark.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Token {
    /// Where it begins, in bytes.
    pub(super) start: usize,
    /// Where it ends.
    pub(super) end: usize,
    /// It in lower case, with one kind of apostrophe, and without a point at its end.
    pub(super) lower: String,
    /// Whether it begins with a capital letter.
    pub(super) is_capital: bool,
    /// Whether it is no word.
    pub(super) is_mark: bool,
}

fn is_apostrophe(letter: char) -> bool {
    matches!(letter, '\'' | '’' | 'ʼ')
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '%' | '\u{301}')
}

/// Whether a letter between two others belongs to their word.
fn joins(before: char, letter: char, after: Option<char>, word: &str) -> bool {
    let Some(after) = after else {
        return false;
    };
    let (digits, both) = (
        before.is_numeric() && after.is_numeric(),
        is_word(before) && is_word(after),
    );
    match letter {
        ',' => digits,
        '.' => digits || (both && !before.is_numeric() && is_initials(word)),
        '-' | '‑' => both && !digits,
        _ => is_apostrophe(letter) && both,
    }
}

/// Whether a word has only single letters between its points: U.S
fn is_initials(word: &str) -> bool {
    word.split('.').all(|part| part.chars().count() <= 1)
}

/// Whether a point after a word belongs to it: anywhere but at the end of the sentence.
fn takes_point(rest: &str) -> bool {
    rest.chars().any(char::is_alphanumeric)
}

fn token(sentence: &str, start: usize, end: usize, is_mark: bool) -> Token {
    let text = sentence.get(start..end).unwrap_or_default();
    let lower = text.to_lowercase();
    Token {
        start,
        end,
        lower: lower.trim_end_matches('.').replace(['’', 'ʼ'], "'"),
        is_capital: text.starts_with(char::is_uppercase),
        is_mark,
    }
}

/// The end of the word that begins at `start`.
fn word_end(sentence: &str, start: usize) -> usize {
    let rest = sentence.get(start..).unwrap_or_default();
    let mut letters = rest.char_indices().peekable();
    let (mut end, mut before) = (start, ' ');
    let begins_with_digit = rest.starts_with(|letter: char| letter.is_numeric());
    while let Some((at, letter)) = letters.next() {
        let next = letters.peek().map(|(_, next)| *next);
        let word = sentence.get(start..start + at).unwrap_or_default();
        // Numbers stand apart from what they count, also where no space does: 18명.
        let is_other = match begins_with_digit {
            true => letter.is_alphabetic(),
            false => matches!(before, '가'..='힣') && letter.is_numeric(),
        };
        if is_other || !(is_word(letter) || (at > 0 && joins(before, letter, next, word))) {
            break;
        }
        end = start + at + letter.len_utf8();
        before = letter;
    }
    let rest = sentence.get(end..).unwrap_or_default();
    match rest.strip_prefix('.') {
        Some(rest) if !begins_with_digit && takes_point(rest) => end + 1,
        _ => end,
    }
}

/// The tokens of a sentence, in order.
pub(super) fn tokens_of(sentence: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(letter) = sentence.get(at..).and_then(|rest| rest.chars().next()) {
        if letter.is_whitespace() {
            at += letter.len_utf8();
            continue;
        }
        let is_mark = !is_word(letter);
        let end = match is_mark {
            true => at + letter.len_utf8(),
            false => word_end(sentence, at),
        };
        tokens.push(token(sentence, at, end, is_mark));
        at = end;
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_numbers_and_marks_stand_apart() {
        let words = |text: &str| -> Vec<String> {
            let tokens = tokens_of(text).into_iter();
            tokens.map(|token| token.lower).collect()
        };
        assert_eq!(
            words("At 3.5, Gen. Min-bok's U.S. men"),
            ["at", "3.5", ",", "gen", "min-bok's", "u.s", "men"]
        );
        assert_eq!(words("18명이 1만2천"), ["18", "명이", "1", "만", "2", "천"]);
        assert_eq!(
            words("10,000—or 10-12."),
            ["10,000", "—", "or", "10", "-", "12", ""]
        );
        assert_eq!(words("п’ять “так”"), ["п'ять", "“", "так", "”"]);
    }
}

//! Texts on their way to paper: nothing unseen in them, nothing that turns or covers its neighbours.

use icu_normalizer::ComposingNormalizerBorrowed;

/// How many marks one letter may carry: a tower of them would cover the lines above.
const MARKS: usize = 2;

/// A space at which no line is broken.
pub(crate) const FIRM_SPACE: char = '\u{a0}';

/// Whether a character shows nothing itself: controls, marks of direction, joiners, selectors, fillers.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a character is put onto the one before it.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

fn plain_space(c: char) -> char {
    match c {
        FIRM_SPACE | '\u{2007}' | '\u{202f}' => FIRM_SPACE,
        c if c.is_whitespace() => ' ',
        c => c,
    }
}

/// One paragraph: composed, with single spaces and without what is not seen.
fn paragraph(text: &str) -> String {
    let composed = ComposingNormalizerBorrowed::new_nfc().normalize(text);
    let mut cleaned = String::with_capacity(composed.len());
    let mut marks = 0;
    for c in composed.chars().map(plain_space).filter(|c| !is_unseen(*c)) {
        marks = if is_mark(c) { marks + 1 } else { 0 };
        let is_second_space = c == ' ' && cleaned.ends_with(' ');
        if marks <= MARKS && !is_second_space {
            cleaned.push(c);
        }
    }
    cleaned.trim().to_owned()
}

/// The paragraphs of a text, cleaned, without empty ones.
pub(crate) fn paragraphs(text: &str) -> Vec<String> {
    let ends = [
        '\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}',
    ];
    let all = text.split(ends).map(paragraph);
    all.filter(|paragraph| !paragraph.is_empty()).collect()
}

/// A text as one paragraph.
pub(crate) fn one_line(text: &str) -> String {
    paragraphs(text).join(" ")
}

/// A text, cleaned, with its paragraphs in lines of their own.
pub(crate) fn lines(text: &str) -> String {
    paragraphs(text).join("\n")
}

/// What somebody copied out of an address bar, so that it can be told from the real one by eye: letters of other scripts, which can look
/// the same, are given by number.
pub(crate) fn fake(address: &str) -> String {
    let shown = address.chars().map(|c| match c.is_ascii_graphic() {
        true => c.to_string(),
        false => format!("[U+{:04X}]", u32::from(c)),
    });
    shown.collect()
}

/// A paragraph whose short words stay with the next one and whose dashes stay with the one before, as Russian and Ukrainian are set.
pub(crate) fn held(text: &str, tag: &str) -> String {
    if !matches!(tag, "ru" | "uk") {
        return text.to_owned();
    }
    let words: Vec<&str> = text.split(' ').collect();
    let mut held = String::with_capacity(text.len());
    for (at, word) in words.iter().enumerate() {
        held.push_str(word);
        let Some(next) = words.get(at + 1) else { break };
        let is_short = word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
        let is_before_dash = matches!(*next, "—" | "–");
        held.push(if is_short || is_before_dash {
            FIRM_SPACE
        } else {
            ' '
        });
    }
    held
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_is_taken_out_and_what_is_stays() {
        for (text, cleaned) in [
            ("Is this real?", "Is this real?"),
            ("a\u{202e}b\u{2066}c\u{200b}d\u{0}e\u{7}", "abcde"),
            ("два\u{a0}слова", "два\u{a0}слова"),
            ("  a \t b  ", "a b"),
            ("\u{1112}\u{1161}\u{11ab}글", "한글"),
            ("и\u{306}", "й"),
            ("z\u{301}\u{302}\u{303}\u{304}\u{305}", "ź\u{302}\u{303}"),
            ("soft\u{ad}hyphen\u{fe0f}", "softhyphen"),
        ] {
            assert_eq!(one_line(text), cleaned, "{text:?}");
        }
        assert_eq!(paragraphs("a\r\n\n b\u{2028}c\u{202e}\n"), ["a", "b", "c"]);
    }

    #[test]
    fn a_fake_in_other_letters_does_not_look_like_the_line() {
        assert_eq!(
            fake("https://l\u{456}ne.example"),
            "https://l[U+0456]ne.example"
        );
        assert_eq!(fake("line.example\u{202e}"), "line.example[U+202E]");
    }

    #[test]
    fn short_words_and_dashes_do_not_stand_alone_at_an_edge() {
        assert_eq!(held("и в нём — да", "ru"), "и\u{a0}в\u{a0}нём\u{a0}— да");
        assert_eq!(held("a big one", "en"), "a big one");
    }
}

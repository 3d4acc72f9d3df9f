//! Sentences of a pasted text, in the languages of the line.

use std::collections::BTreeSet;
use std::sync::LazyLock;

/// How many characters a sentence has at most; what goes on longer is cut at a space.
const LONGEST: usize = 2000;
/// How many characters may stand between quotation marks and still be kept whole.
const QUOTED: usize = 600;
/// From so many characters on, a line without a mark at its end was wrapped and goes on in the next; a shorter one is a heading.
const WRAPPED: usize = 60;

/// Abbreviations after which a sentence goes on, and words that begin one, by kind.
static ENDS: LazyLock<[BTreeSet<&str>; 4]> = LazyLock::new(|| {
    let lines = include_str!("../lists/ends.txt").lines();
    let mut all = [const { BTreeSet::new() }; 4];
    let kinds = ["title", "may-end", "begins", "year"];
    for (kind, words) in lines.filter_map(|line| line.split_once(':')) {
        let at = kinds.iter().position(|known| *known == kind.trim());
        if let Some(place) = at.and_then(|at| all.get_mut(at)) {
            place.extend(words.split_whitespace());
        }
    }
    all
});

fn is_in(kind: usize, word: &str) -> bool {
    ENDS.get(kind).is_some_and(|words| words.contains(word))
}

/// Characters that turn, join or hide what stands around them, and all that is no text.
fn is_hidden(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
        || (letter.is_control() && !letter.is_whitespace())
}

fn closes(letter: char) -> bool {
    matches!(
        letter,
        '"' | '”' | '’' | '»' | ')' | ']' | '\'' | '」' | '』'
    )
}

fn is_mark(letter: char) -> bool {
    matches!(letter, '.' | '!' | '?' | '…' | '。' | '！' | '？')
}

/// What a sentence is being put together from.
#[derive(Default)]
struct Splitter {
    found: Vec<String>,
    open: String,
    /// How many characters `open` has.
    count: usize,
    /// Since which character a quotation is open.
    quoted: Option<usize>,
    /// The mark at the end, closing quotation marks aside.
    mark: Option<char>,
}

impl Splitter {
    fn end(&mut self) {
        let open = std::mem::take(&mut self.open);
        let sentence = open.trim();
        if sentence.chars().any(char::is_alphanumeric) {
            self.found.push(sentence.to_owned());
        }
        self.count = 0;
        self.quoted = None;
        self.mark = None;
    }

    fn push(&mut self, letter: char) {
        let most = match letter.is_whitespace() {
            true => LONGEST,
            false => 2 * LONGEST,
        };
        if self.count >= most {
            self.end();
        }
        match letter {
            '“' | '«' | '「' | '『' | '„' => self.quoted = Some(self.count),
            '”' | '»' | '」' | '』' => self.quoted = None,
            '"' => {
                self.quoted = match self.quoted {
                    Some(_) => None,
                    None => Some(self.count),
                }
            }
            _ => {}
        }
        // A quotation that never closes is none.
        if self.quoted.is_some_and(|since| self.count > since + QUOTED) {
            self.quoted = None;
        }
        if is_mark(letter) {
            self.mark = Some(letter);
        } else if !closes(letter) {
            self.mark = None;
        }
        if letter.is_whitespace() {
            if self.open.is_empty() || self.open.ends_with(' ') {
                return;
            }
            self.open.push(' ');
        } else {
            self.open.push(letter);
        }
        self.count += 1;
    }

    /// The word that stands before the mark at the end, without quotation marks around it.
    fn last_word(&self) -> &str {
        let text = self.open.trim_end_matches(closes);
        let text = text.strip_suffix('.').unwrap_or(text);
        let word = text.rsplit([' ', '(', '«', '“', '"']).next();
        word.unwrap_or_default()
    }

    /// Whether the point at the end of what is open belongs to a word, with `next` as what follows after a space.
    fn is_point_of_word(&self, next: &str) -> bool {
        let word = self.last_word();
        let lower = word.to_lowercase();
        let next_word = next.split_whitespace().next().unwrap_or_default();
        let begins = || is_in(2, next_word);
        let mut letters = word.chars();
        let first = letters.next();
        if word.chars().all(|letter| letter.is_ascii_digit()) {
            // A number of a list, or a date in the Korean way.
            let is_alone = self.open.len() <= word.len() + 1;
            let goes_on = |letter: char| letter.is_ascii_digit() || matches!(letter, '가'..='힣');
            return is_alone || next_word.starts_with(goes_on);
        }
        if is_in(0, &lower) {
            return true;
        }
        if is_in(3, &lower) {
            return !begins();
        }
        if is_in(1, &lower) {
            return !next_word.starts_with(char::is_uppercase);
        }
        if letters.next().is_none() {
            // An initial, or the last letter of a sentence such as "plan B".
            return first.is_some_and(char::is_uppercase) && !begins();
        }
        // U.S., К.И.М.
        word.contains('.') && word.split('.').all(|part| part.chars().count() == 1) && !begins()
    }

    /// Whether the sentence ends at the mark that was pushed last, with `rest` as what follows.
    fn ends_before(&self, rest: &str) -> bool {
        let Some(mark) = self.mark else {
            return false;
        };
        if matches!(mark, '。' | '！' | '？') {
            return !rest.starts_with(|next| closes(next) || is_mark(next));
        }
        if self.quoted.is_some() || !rest.starts_with(char::is_whitespace) {
            return rest.is_empty();
        }
        let next = rest.trim_start();
        let goes_on = |next: char| next.is_lowercase() || matches!(next, '—' | '–' | '-' | ',');
        if next.starts_with(goes_on) {
            return false;
        }
        mark != '.' || !self.is_point_of_word(next)
    }
}

/// How many characters of a text turn, join or hide others, or are controls: those that [`sentences_of`] leaves out.
pub fn hidden_in(text: &str) -> usize {
    text.chars().filter(|letter| is_hidden(*letter)).count()
}

/// The sentences of a text, in order, each with single spaces; characters that turn or hide others, and controls, are left out. What
/// stands in quotation marks is kept together. In proportion to the text.
///
/// It goes by marks, letter case, and lists of abbreviations: a heading without a mark is a sentence of its own, and where nothing tells
/// whether a point ends one, the sentence goes on.
pub fn sentences_of(text: &str) -> Vec<String> {
    let mut splitter = Splitter::default();
    let mut lines = text.lines().map(str::trim).peekable();
    while let Some(line) = lines.next() {
        for (at, letter) in line
            .char_indices()
            .filter(|(_, letter)| !is_hidden(*letter))
        {
            splitter.push(letter);
            let after = at + letter.len_utf8();
            let rest = line.get(after..).unwrap_or_default();
            let can_end = is_mark(letter) || closes(letter);
            if can_end && !rest.is_empty() && splitter.ends_before(rest) {
                splitter.end();
            }
        }
        let goes_on = lines.peek().is_some_and(|next| {
            let is_whole = line.trim_end_matches(closes).ends_with(is_mark);
            let is_wrapped = line.chars().nth(WRAPPED).is_some();
            !is_whole
                && !line.is_empty()
                && !next.is_empty()
                && (next.starts_with(char::is_lowercase) || is_wrapped)
        });
        match goes_on {
            true => splitter.push(' '),
            false => splitter.end(),
        }
    }
    splitter.end();
    splitter.found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_where_readers_end_them() {
        for (text, count) in [
            ("One. Two! Three? Four", 4),
            ("The U.S. Secretary met Gen. J. Park. They left.", 2),
            ("It has 3.5 million. It cost $1.20.", 2),
            ("He lives in the U.S. The others left.", 2),
            ("«Они ушли. Никто не видел», — сказал он. Это всё.", 2),
            ("“They left. Nobody saw it,” she said. It is over.", 2),
            (
                "В 2024 г. Россия и т. д. и т. п. не ответила. Потом ответила.",
                2,
            ),
            ("Он родился в г. Москве. Это так.", 2),
            ("Це сталося у 2024 р. в місті. Потім минуло.", 2),
            ("국정원은 밝혔다. 그러나 확인되지 않았다.", 2),
            ("2024. 11. 5. 발표했다. 끝.", 2),
            ("一。二。", 2),
            ("1. First\n2. Second", 2),
            ("Heading\nA sentence that is here.", 2),
            ("A line that was wrapped\nbefore its end. Another.", 2),
            ("\"Stop!\" he said. \"Go on.\" She went.", 3),
            ("… ! ?", 0),
            ("An open “quotation. It goes on.", 1),
        ] {
            let found = sentences_of(text);
            assert_eq!(found.len(), count, "{found:?}");
        }
    }

    #[test]
    fn what_turns_or_hides_text_is_left_out() {
        let text = "safe\u{202e}elif\u{202c}\u{0} \u{200b}and\tsound.\u{feff}";
        assert_eq!(sentences_of(text), ["safeelif and sound."]);
        assert_eq!(hidden_in(text), 5);
        assert_eq!(hidden_in("Ёж 조선\r\n"), 0);
    }

    #[test]
    fn nothing_of_a_text_is_lost_and_nothing_is_endless() {
        let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
        for unit in ["word ", "\"a. B ", "조선말", "U.S. ", "x", "«Он. ", "1. "] {
            let text = unit.repeat(1_000_000 / unit.chars().count());
            let found = sentences_of(&text);
            let kept: usize = found.iter().map(|sentence| letters(sentence)).sum();
            assert_eq!(kept, letters(&text), "{unit}");
            let longest = found.iter().map(|sentence| sentence.chars().count()).max();
            assert!(longest <= Some(2 * LONGEST), "{unit} {longest:?}");
        }
    }
}

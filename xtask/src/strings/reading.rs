//! Whether texts are easy to read: a sentence has few words. A sentence is what ends with a full stop, a question mark or the like.

use super::Messages;

/// How many words a language's longest sentence may have, and a file's sentences on average. Korean and its northern spelling count what
/// stands between spaces; the North writes more together.
const BOUNDS: [(&str, usize, f64); 5] = [
    ("en", 15, 6.5),
    ("ko", 10, 4.5),
    ("ko-KP", 9, 4.0),
    ("ru", 13, 5.5),
    ("uk", 13, 5.5),
];

/// The sentences of a text.
fn sentences(text: &str) -> Vec<&str> {
    let ends = |at: usize| {
        let (head, tail) = text.split_at(at);
        let is_end = |letter: char| matches!(letter, '.' | '!' | '?' | '…');
        head.ends_with(is_end) && tail.starts_with(' ')
    };
    let mut sentences = Vec::new();
    let mut from = 0;
    for (at, _) in text.char_indices().filter(|(at, _)| ends(*at)) {
        sentences.push(text.get(from..at).unwrap_or_default());
        from = at;
    }
    sentences.push(text.get(from..).unwrap_or_default());
    sentences
}

/// How many words a sentence has. What stands for a value is one.
fn words(sentence: &str) -> usize {
    let words = sentence.split_whitespace();
    words
        .filter(|word| word.contains(char::is_alphanumeric))
        .count()
}

/// The sentences that are too long, and whether a file's are too long on average.
pub(super) fn check(path: &str, language: &str, messages: &Messages) -> Vec<String> {
    let Some((_, longest, average)) = BOUNDS.into_iter().find(|(of, ..)| *of == language) else {
        return vec![format!("{path}: no bounds are set for {language}")];
    };
    let mut wrong = Vec::new();
    let mut counts = Vec::new();
    for (id, text) in messages {
        for sentence in sentences(text) {
            let count = words(sentence);
            counts.push(count);
            if count > longest {
                let sentence = sentence.trim();
                wrong.push(format!(
                    "{path}: {id} has a sentence of {count} words, at most {longest}: “{sentence}”"
                ));
            }
        }
    }
    let sum: usize = counts.iter().sum();
    #[expect(clippy::cast_precision_loss, reason = "both are small")]
    let mean = sum as f64 / counts.len().max(1) as f64;
    if mean > average {
        wrong.push(format!(
            "{path}: sentences have {mean:.1} words on average, at most {average}"
        ));
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Messages {
        Messages::from([("id".to_owned(), text.to_owned())])
    }

    #[test]
    fn a_sentence_ends_where_a_mark_stands_before_a_space() {
        let text = "See docs/pack.md now. Is it? It is… a copy";
        let found = sentences(text);
        assert_eq!(
            found,
            ["See docs/pack.md now.", " Is it?", " It is…", " a copy"]
        );
        assert_eq!(words("보통 {minutes}분쯤 안에 – 대답합니다."), 4);
    }

    #[test]
    fn a_long_sentence_is_found_by_its_id() {
        let long = "word ".repeat(16);
        let found = check("x.ftl", "en", &of(&long));
        assert!(found[0].starts_with("x.ftl: id has a sentence of 16 words, at most 15"));
        let short = format!("{}. ", "word ".repeat(4).trim_end()).repeat(4);
        assert_eq!(check("x.ftl", "en", &of(short.trim_end())), [""; 0]);
    }

    #[test]
    fn many_sentences_that_are_each_just_short_enough_are_too_long_together() {
        let text = format!("{}. ", "слово ".repeat(12).trim_end()).repeat(3);
        let found = check("x.ftl", "ru", &of(text.trim_end()));
        assert_eq!(
            found,
            ["x.ftl: sentences have 12.0 words on average, at most 5.5"]
        );
    }

    #[test]
    fn a_language_without_bounds_is_found() {
        assert_eq!(check("x.ftl", "xx", &of("One.")).len(), 1);
    }
}

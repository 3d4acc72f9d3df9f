//! Who is said to say something, by the particles of Korean.

use super::lists::{Kind, Match};
use super::speaker::Speaker;
use super::words::Words;

/// How many words a speaker's name has at most.
const NAME: usize = 6;

/// The particles that name what a sentence is about, and whoever does something.
const TOPIC: [&str; 4] = ["은", "는", "께서는", "측은"];
const SUBJECT: [&str; 3] = ["이", "가", "께서"];
/// Ends of words that describe what follows, though they look like a topic.
const DESCRIBES: [&str; 16] = [
    "있는", "없는", "하는", "되는", "같은", "많은", "않은", "받은", "않는", "오는", "가는", "나는",
    "죽은", "높은", "싶은", "드는",
];

fn has_end(word: &str, ends: &[&str]) -> bool {
    let longer = |end: &&&str| word.len() > end.len() && word.ends_with(**end);
    ends.iter().any(|end| longer(&end))
}

fn is_topic(word: &str) -> bool {
    has_end(word, &TOPIC) && !DESCRIBES.iter().any(|end| word.ends_with(end))
}

/// Whether a word ends what was said: …라고, …다고, …고.
fn quotes(word: &str) -> bool {
    ["고", "며", "면서"].iter().any(|end| word.ends_with(end)) || matches!(word, "”" | "\"" | "」")
}

/// Whoever stands at the beginning, up to a topic.
fn first_topic(words: &Words, verb: &Match) -> Speaker {
    let mut first = 0;
    while words.is(first, Kind::Between) || words.lower(first) == "," {
        first += 1;
    }
    for at in first..verb.first.min(first + NAME) {
        if words.is_mark(at) || words.is(at, Kind::Open) {
            return Speaker::Unnamed;
        }
        let is_subject = has_end(words.lower(at), &SUBJECT) && is_said_at_once(words, at, verb);
        if is_topic(words.lower(at)) || is_subject {
            return match words.is(at, Kind::Pronoun) {
                true => Speaker::Unnamed,
                false => Speaker::Named(first, at + 1),
            };
        }
        // Something else is done by somebody first: whose words these are is not clear.
        if quotes(words.lower(at)) && at > first {
            return Speaker::Unnamed;
        }
    }
    Speaker::Unnamed
}

/// Whether between a subject and the verb nothing but a date stands.
fn is_said_at_once(words: &Words, at: usize, verb: &Match) -> bool {
    let mut between = at + 1..verb.first;
    between.all(|at| {
        let word = words.lower(at);
        let is_number = word.starts_with(|letter: char| letter.is_ascii_digit());
        is_number
            || word == "일"
            || word == "월"
            || word == "년"
            || words.is(at, Kind::Between)
            || words.is(at, Kind::Weekday)
    })
}

/// Whoever stands between what was said and the verb: "…라고 키예프는 밝혔다".
fn last_subject(words: &Words, verb: &Match) -> Option<Speaker> {
    let earliest = verb.first.saturating_sub(NAME + 4);
    let mut back = (earliest..verb.first).rev();
    let at = back.find(|at| {
        let word = words.lower(*at);
        (is_topic(word) || has_end(word, &SUBJECT)) && is_said_at_once(words, *at, verb)
    })?;
    let quote = (earliest..at)
        .rev()
        .take(NAME)
        .find(|at| quotes(words.lower(*at)))?;
    match words.is(at, Kind::Pronoun) {
        true => Some(Speaker::Unnamed),
        false => Some(Speaker::Named(quote + 1, at + 1)),
    }
}

/// Whoever stands before "…에 따르면".
fn according(words: &Words, found: &Match) -> Speaker {
    let mut first = found.first;
    while let Some(at) = first.checked_sub(1).filter(|at| {
        !words.is_mark(*at) && !is_topic(words.lower(*at)) && !words.is(*at, Kind::Between)
    }) {
        if found.first - at > NAME {
            return Speaker::Unnamed;
        }
        first = at;
    }
    Speaker::Named(first, found.first + 1)
}

/// Who belongs to a verb.
pub(super) fn speaker(words: &Words, verb: &Match) -> Speaker {
    if verb.kind == Kind::According {
        return according(words, verb);
    }
    match last_subject(words, verb) {
        Some(found) => found,
        None => first_topic(words, verb),
    }
}

/// A name without the particle at its end.
pub(super) fn without_particle(name: &str) -> &str {
    let ends = [
        "에서는",
        "께서는",
        "에서",
        "께서",
        "에",
        "은",
        "는",
        "이",
        "가",
    ];
    let mut stripped = ends.iter().filter_map(|end| name.strip_suffix(end));
    stripped
        .next()
        .filter(|rest| !rest.is_empty())
        .unwrap_or(name)
        .trim_end()
}

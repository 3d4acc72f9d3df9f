//! Who is said to say something, by the order of words in English, Russian and Ukrainian.

use super::lists::{Kind, Match};
use super::words::Words;

/// How many words a speaker's name has at most.
const NAME: usize = 9;
/// How many words between commas may follow a name and describe it.
const DESCRIBED: usize = 12;

/// Who belongs to a verb.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Speaker {
    /// Named by these tokens: the first, and the one after the last.
    Named(usize, usize),
    /// Somebody whom the sentence does not name.
    Unnamed,
    /// The word is no verb of saying here.
    Nobody,
}

fn is_article(word: &str) -> bool {
    matches!(word, "the" | "a" | "an")
}

/// Whether a token can be in a name.
fn is_in_name(words: &Words, at: usize) -> bool {
    !words.is_mark(at)
        && !words.is(at, Kind::Begins)
        && !words.at(at).is_some_and(|one| one.kind.is_verb())
}

/// Whether tokens can name a speaker: a name, or people or offices who speak.
fn names(words: &Words, first: usize, after: usize) -> Speaker {
    let is_pronoun = |at: usize| words.is(at, Kind::Pronoun);
    let Some(token) = words.tokens.get(first).filter(|_| first < after) else {
        return Speaker::Nobody;
    };
    if after - first > NAME || is_pronoun(first) {
        return Speaker::Unnamed;
    }
    let has_role = (first..after).any(|at| words.also(at, Kind::Role).is_some());
    let has_capital = (first..after).any(|at| {
        let token = words.tokens.get(at);
        // A capital at the beginning of a sentence tells nothing of a single common word, which is a name then.
        token.is_some_and(|token| token.is_capital) && !is_article(words.lower(at))
    });
    let is_placed = words.is(first, Kind::Before) && !has_role;
    if is_placed
        && !words
            .tokens
            .get(first + 1)
            .is_some_and(|next| next.is_capital)
    {
        return Speaker::Unnamed;
    }
    match has_capital || has_role || is_article(&token.lower) {
        true => Speaker::Named(first, after),
        false => Speaker::Unnamed,
    }
}

/// Goes back over what may stand between a speaker and a verb.
fn before_aside(words: &Words, mut after: usize) -> usize {
    while let Some(at) = after.checked_sub(1) {
        let is_date = words.is(at, Kind::Month) || words.is(at, Kind::Weekday);
        let is_number = words
            .lower(at)
            .chars()
            .all(|letter| letter.is_ascii_digit())
            && !words.lower(at).is_empty();
        let joins_date = words.is(at, Kind::Before)
            && after < words.tokens.len()
            && (words.is(after, Kind::Weekday) || words.is(after, Kind::Month));
        let is_year = matches!(words.lower(at), "года" | "року");
        let is_hedge = words.is(at, Kind::Reportedly) || words.is(at, Kind::Perhaps);
        if words.is(at, Kind::Between) || is_hedge || is_date || is_number || joins_date || is_year
        {
            after = at;
        } else {
            break;
        }
    }
    after
}

/// Where the words that end before `after` begin: after a mark, or after a word that begins a part of the sentence.
fn begin_of(words: &Words, after: usize) -> usize {
    let mut first = after;
    while let Some(at) = first.checked_sub(1).filter(|at| is_in_name(words, *at)) {
        first = at;
    }
    first
}

/// Without a time or an occasion at its beginning: "On Tuesday Kyiv", "In a statement the ministry".
fn after_time(words: &Words, first: usize, after: usize) -> usize {
    let before = words
        .at(first)
        .filter(|one| one.kind == Kind::Before && one.first == first);
    let mut at = before.map_or(first, |before| before.after);
    let mut has_time = before.is_some_and(|before| before.after > before.first + 1);
    while at < after {
        let is_number = words
            .lower(at)
            .starts_with(|letter: char| letter.is_ascii_digit());
        if words.is(at, Kind::Weekday)
            || words.is(at, Kind::Month)
            || is_number
            || matches!(words.lower(at), "года" | "року")
        {
            has_time = true;
            at += 1;
        } else {
            break;
        }
    }
    match has_time {
        true => at,
        false => first,
    }
}

/// Whoever stands before a verb.
fn before(words: &Words, verb: &Match) -> Speaker {
    let after = before_aside(words, verb.first);
    let first = begin_of(words, after);
    if first < after {
        let first = after_time(words, first, after);
        return names(words, first, after);
    }
    // A name, between commas what describes it, then the verb.
    let Some(comma) = after.checked_sub(1).filter(|at| words.lower(*at) == ",") else {
        return Speaker::Nobody;
    };
    let earliest = comma.saturating_sub(DESCRIBED);
    let mut between = (earliest..comma).rev();
    let Some(opening) = between
        .find(|at| words.is_mark(*at))
        .filter(|at| words.lower(*at) == ",")
    else {
        return Speaker::Nobody;
    };
    let first = begin_of(words, opening);
    let is_name = words
        .tokens
        .get(first)
        .is_some_and(|token| token.is_capital)
        && !words.is(first, Kind::Pronoun);
    let describes = words
        .tokens
        .get(opening + 1)
        .is_some_and(|token| !token.is_capital || words.lower(comma - 1).len() > 1);
    match first < opening && is_name && describes && opening - first <= NAME {
        true => Speaker::Named(first, comma),
        false => Speaker::Nobody,
    }
}

/// Where a name that begins at a token ends: at a mark, a time, or a word that begins another part.
fn end_of(words: &Words, first: usize) -> usize {
    let mut at = first;
    while is_in_name(words, at) && at < words.tokens.len() {
        let is_time = words.is(at, Kind::Before) && at > first && {
            let next = words.at(at).map_or(at + 1, |one| one.after);
            let is_occasion = words.at(at).is_some_and(|one| one.after > one.first + 1);
            is_occasion
                || words.is(next, Kind::Weekday)
                || words.is(next, Kind::Month)
                || words
                    .lower(next)
                    .starts_with(|letter: char| letter.is_ascii_digit())
        };
        let is_aside = words.is(at, Kind::Between) || words.is(at, Kind::Weekday);
        if is_time || is_aside || words.is(at, Kind::Passive) {
            break;
        }
        at += 1;
    }
    at
}

/// With what describes a name between commas after it, up to the end of the sentence or another comma.
fn described(words: &Words, first: usize, after: usize) -> usize {
    if words.lower(after) != ","
        || words
            .tokens
            .get(after + 1)
            .is_none_or(|next| next.is_capital || next.is_mark)
    {
        return after;
    }
    if words.is(after + 1, Kind::Begins)
        || words.is(after + 1, Kind::Pronoun)
        || words.is(after + 1, Kind::Between)
    {
        return after;
    }
    let end = end_of(words, after + 1);
    let is_short = end > after + 1 && end - after <= DESCRIBED && after > first;
    // What describes ends with the sentence, or with another comma.
    let ends = end >= words.tokens.len() || words.is_mark(end);
    match is_short && ends {
        true => end,
        false => after,
    }
}

fn named_from(words: &Words, first: usize, is_meant: bool, is_first: bool) -> Speaker {
    let after = end_of(words, first);
    let named = match names(words, first, after) {
        // After "according to" stands somebody, whatever the word.
        Speaker::Unnamed
            if is_meant && after - first <= NAME && !words.is(first, Kind::Pronoun) =>
        {
            Speaker::Named(first, after)
        }
        other => other,
    };
    match named {
        // "According to the ministry, …": what follows the comma is what was said.
        Speaker::Named(first, after) if !is_first => {
            Speaker::Named(first, described(words, first, after))
        }
        other => other,
    }
}

/// Whoever stands after a verb, as after a quotation: ", said Kyiv".
fn behind(words: &Words, verb: &Match) -> Speaker {
    let mut first = verb.after;
    while words.is(first, Kind::Between) || words.is(first, Kind::Weekday) {
        first += 1;
    }
    named_from(words, first, false, false)
}

/// Whoever stands after "by", in the same part of the sentence.
fn by(words: &Words, verb: &Match) -> Option<Speaker> {
    let rest = verb.after..words.tokens.len().min(verb.after + 3);
    let by = rest
        .take_while(|at| !words.is_mark(*at))
        .find(|at| words.is(*at, Kind::By))?;
    Some(named_from(words, by + 1, false, false))
}

/// Who belongs to a verb.
pub(super) fn speaker(words: &Words, verb: &Match) -> Speaker {
    if verb.kind == Kind::According {
        return named_from(words, verb.after, true, verb.first == 0);
    }
    let before_verb = before_aside(words, verb.first).checked_sub(1);
    if before_verb.is_some_and(|at| words.is(at, Kind::Passive)) {
        return by(words, verb).unwrap_or(Speaker::Unnamed);
    }
    let found = before(words, verb);
    let is_after_mark = verb.first == 0 || words.is_mark(verb.first - 1);
    match found {
        Speaker::Nobody if is_after_mark => match behind(words, verb) {
            Speaker::Unnamed => Speaker::Nobody,
            other => other,
        },
        other => other,
    }
}

/// Whether a verb stands at the end, with its speaker before it: "…, Kyiv said on Tuesday."
pub(super) fn is_trailing(words: &Words, verb: &Match, speaker: Speaker) -> bool {
    let Speaker::Named(first, after) = speaker else {
        return false;
    };
    let is_set_off = first > 0 && words.is_mark(first - 1);
    let is_behind = first >= verb.after;
    let end = after.max(verb.after);
    let rest = words.tokens.get(end..).unwrap_or_default();
    let count = rest.iter().filter(|token| !token.is_mark).count();
    (is_set_off || is_behind) && count <= 5 && !words.is(end, Kind::Begins)
}

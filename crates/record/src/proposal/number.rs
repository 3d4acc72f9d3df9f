//! The number in a sentence, with what it counts and its bound.

use super::lists::{Kind, Lists, Match};
use super::tokens::Token;
use super::words::Words;
use crate::Number;

/// Between a number and what it counts stand at most so many words: 18 North Korean soldiers.
const BETWEEN: usize = 3;
/// From here on a count of years is a date.
const YEAR: f64 = 1000.0;

/// A number where it stands.
struct Found {
    first: usize,
    after: usize,
    value: f64,
}

/// A number in digits, written with any of the usual separators; `None` when it may be read in two ways.
fn in_digits(text: &str, has_decimal_comma: bool) -> Option<f64> {
    if !text.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let mut groups = text.split(',');
    let first = groups.next().unwrap_or_default();
    let is_grouped = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
    let digits = match text.contains(',') {
        false => text.to_owned(),
        true if has_decimal_comma => text.replacen(',', ".", 1),
        true if is_grouped => text.replace(',', ""),
        true => return None,
    };
    digits.parse().ok()
}

fn small(token: &Token, word: Option<&Match>) -> Option<f64> {
    let word = word.filter(|word| word.kind == Kind::Number)?;
    let value: f64 = word.value.parse().ok()?;
    (value > 0.0 && !token.is_mark).then_some(value)
}

/// The number that begins at a token, with the words that multiply it.
fn number_at(words: &Words, first: usize, has_decimal_comma: bool) -> Option<Found> {
    let (mut total, mut part): (f64, Option<f64>) = (0.0, None);
    let mut at = first;
    while let Some(token) = words.tokens.get(at) {
        let word = words.at(at).filter(|word| word.first == at);
        let next = word.map_or(at + 1, |word| word.after);
        let digits = in_digits(&token.lower, has_decimal_comma);
        let is_group = token.lower.len() == 3 && digits.is_some();
        if let Some(scale) = word.filter(|word| word.kind == Kind::Scale) {
            let scale: f64 = scale.value.parse().ok()?;
            match part.take() {
                // Two hundred thousand; but 1만 2천 is ten thousand and two thousand.
                None if total > 0.0 && total < scale => total *= scale,
                None if at == first && scale >= 1000.0 => return None,
                None => return None,
                Some(part) => total += part * scale,
            }
        } else if let Some(group) =
            digits.filter(|_| is_group && part.is_some_and(|part| part.fract() == 0.0))
        {
            // 10 000
            part = part.map(|part| part * 1000.0 + group);
        } else if let (Some(digits), None) = (digits, part) {
            part = Some(digits);
        } else if let Some(word) = small(token, word) {
            match part {
                Some(tens) if tens >= 20.0 && tens % 10.0 == 0.0 && word < 10.0 => {
                    part = Some(tens + word)
                }
                Some(hundreds) if hundreds >= 100.0 && hundreds % 100.0 == 0.0 && word < 100.0 => {
                    part = Some(hundreds + word);
                }
                Some(_) => break,
                None => part = Some(word),
            }
        } else {
            break;
        }
        at = next;
    }
    let value = total + part.unwrap_or_default();
    (at > first && value > 0.0).then_some(Found {
        first,
        after: at,
        value,
    })
}

/// Words such as twenty-five are one token.
fn hyphened(token: &Token, matches_of: impl Fn(&str) -> Option<f64>) -> Option<f64> {
    let (tens, ones) = token.lower.split_once('-')?;
    let (tens, ones) = (matches_of(tens)?, matches_of(ones)?);
    (tens >= 20.0 && ones < 10.0).then_some(tens + ones)
}

/// Whether a number is one end of a span: 10–12, from 10 to 12.
fn is_span(words: &Words, found: &Found) -> bool {
    let is_digit = |at: usize| {
        words
            .tokens
            .get(at)
            .is_some_and(|token| in_digits(&token.lower, false).is_some())
    };
    let joins = |at: usize| {
        let token = words.tokens.get(at);
        token.is_some_and(|token| {
            matches!(
                token.lower.as_str(),
                "-" | "–" | "—" | "~" | "to" | "and" | "или" | "або"
            )
        })
    };
    let before = found
        .first
        .checked_sub(2)
        .is_some_and(|at| is_digit(at) && joins(at + 1));
    before || (joins(found.after) && is_digit(found.after + 1))
}

/// What a number counts: the token, and its word in the list.
fn unit_of(words: &Words, found: &Found, tag: &str) -> Option<(usize, String)> {
    let reach = match tag {
        "ko" => 0,
        _ => BETWEEN,
    };
    for at in found.after..=found.after + reach {
        let token = words.tokens.get(at).filter(|token| !token.is_mark)?;
        if let Some(named) = words.also(at, Kind::Unit) {
            let unit = match named {
                "" => token.lower.clone(),
                named => named.to_owned(),
            };
            return Some((at + 1, unit));
        }
        match words.at(at) {
            // A verb, a month or another number: what comes then is not counted by this one.
            Some(word)
                if word.kind.is_verb()
                    || matches!(
                        word.kind,
                        Kind::Month | Kind::Number | Kind::Before | Kind::By
                    ) =>
            {
                return None;
            }
            _ if in_digits(&token.lower, false).is_some() => return None,
            _ => {}
        }
    }
    None
}

/// The bound that words before a number or after what it counts give it; without any, it is meant as it stands.
fn bound_of(words: &Words, found: &Found, after: usize) -> &'static str {
    let bounds = [
        (Kind::AtLeast, "at least"),
        (Kind::AtMost, "at most"),
        (Kind::About, "about"),
    ];
    let before = [1, 2]
        .into_iter()
        .filter_map(|back| found.first.checked_sub(back));
    for at in std::iter::once(after).chain(before) {
        let is_bound = |(kind, _): &&(Kind, &str)| words.is(at, *kind);
        let known = bounds.iter().find(is_bound);
        let also = bounds
            .iter()
            .find(|(kind, _)| at + 1 == found.first && words.also(at, *kind).is_some());
        if let Some((_, bound)) = known.or(also) {
            return bound;
        }
    }
    "exactly"
}

fn is_span_of_time(unit: &str) -> bool {
    matches!(
        unit,
        "years"
            | "months"
            | "weeks"
            | "days"
            | "hours"
            | "times"
            | "лет"
            | "месяцев"
            | "недель"
            | "дней"
            | "часов"
            | "років"
            | "місяців"
            | "тижнів"
            | "днів"
            | "годин"
            | "년"
            | "개월"
            | "주"
            | "일"
            | "시간"
            | "차례"
            | "번"
    )
}

fn json_number(value: f64) -> Option<serde_json::Number> {
    let is_whole = value.fract() == 0.0 && value < 9e15;
    match is_whole {
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is whole and small enough"
        )]
        true => Some((value as u64).into()),
        false => serde_json::Number::from_f64(value),
    }
}

/// The number of a sentence: the only one that counts something, durations aside where there is another; none when two could be meant.
pub(super) fn number_of(words: &Words, tag: &str) -> Option<Number> {
    let has_decimal_comma = matches!(tag, "ru" | "uk");
    let lists = Lists::of(tag)?;
    let word_value = |text: &str| lists.single(text, Kind::Number)?.parse().ok();
    let mut all: Vec<(Number, bool)> = Vec::new();
    let mut at = 0;
    while at < words.tokens.len() {
        let token = words.tokens.get(at)?;
        let found = number_at(words, at, has_decimal_comma).or_else(|| {
            let value = hyphened(token, word_value)?;
            Some(Found {
                first: at,
                after: at + 1,
                value,
            })
        });
        let Some(found) = found else {
            at += 1;
            continue;
        };
        at = found.after;
        let Some((after, unit)) = unit_of(words, &found, tag) else {
            continue;
        };
        let is_time = is_span_of_time(&unit);
        if is_span(words, &found) || (is_time && found.value >= YEAR) {
            continue;
        }
        let number = Number {
            value: json_number(found.value)?,
            unit,
            bound: bound_of(words, &found, after).to_owned(),
        };
        all.push((number, is_time));
    }
    let counts = all.iter().filter(|(_, is_time)| !is_time).count();
    let mut meant = all
        .into_iter()
        .filter(|(_, is_time)| counts == 0 || !is_time);
    let first = meant.next()?;
    meant.next().is_none().then_some(first.0)
}

//! The day on which something was said, where a date stands beside the word for saying it.

use wire::Day;

use super::lists::{Kind, Match};
use super::words::Words;
use crate::{date_of, day_of};

/// Words between a verb and a date.
fn is_joint(word: &str) -> bool {
    matches!(word, "on" | "в" | "во" | "у" | "," | "of")
}

fn small(words: &Words, at: usize, most: u32) -> Option<u32> {
    let token = words.tokens.get(at)?;
    let digits = token.lower.trim_end_matches("th").trim_end_matches("го");
    digits
        .parse()
        .ok()
        .filter(|number| (1..=most).contains(number))
}

fn year(words: &Words, at: usize) -> Option<u32> {
    let at = match words.tokens.get(at)?.lower.as_str() {
        "," | "of" => at + 1,
        _ => at,
    };
    small(words, at, 9999).filter(|year| *year >= 1970)
}

fn is(words: &Words, at: usize, text: &str) -> bool {
    words
        .tokens
        .get(at)
        .is_some_and(|token| token.lower == text)
}

fn month(words: &Words, at: usize) -> Option<u32> {
    words
        .at(at)
        .filter(|word| word.kind == Kind::Month)?
        .value
        .parse()
        .ok()
}

/// The last day on or before `published` that a month and a day of it name.
fn last_before(month: u32, day: u32, published: Option<Day>) -> Option<Day> {
    let published = published?;
    let year: u32 = date_of(published).get(..4)?.parse().ok()?;
    let of = |year: u32| day_of(&format!("{year}-{month}-{day}"));
    of(year)
        .filter(|day| *day <= published)
        .or_else(|| of(year - 1))
}

fn of_parts(year: Option<u32>, month: u32, day: u32, published: Option<Day>) -> Option<Day> {
    match year {
        Some(year) => day_of(&format!("{year}-{month}-{day}")),
        None => last_before(month, day, published),
    }
}

/// A date that begins at a token, and the token after it.
fn date_at(words: &Words, at: usize, published: Option<Day>) -> Option<(Day, usize)> {
    // 24 October 2024, 24 октября 2024
    if let (Some(day), Some(month)) = (small(words, at, 31), month(words, at + 1)) {
        let year = year(words, at + 2);
        return Some((
            of_parts(year, month, day, published)?,
            at + 2 + usize::from(year.is_some()),
        ));
    }
    // October 24, 2024
    if let (Some(month), Some(day)) = (month(words, at), small(words, at + 1, 31)) {
        let year = year(words, at + 2);
        let after = at + 2 + 2 * usize::from(year.is_some());
        return Some((of_parts(year, month, day, published)?, after));
    }
    // 2024-10-24
    if is(words, at + 1, "-") && is(words, at + 3, "-") {
        let (year, month, day) = (
            year(words, at)?,
            small(words, at + 2, 12)?,
            small(words, at + 4, 31)?,
        );
        return Some((of_parts(Some(year), month, day, None)?, at + 5));
    }
    korean(words, at, published).or_else(|| weekday(words, at, published))
}

/// 2024년 10월 24일, 10월 24일, 24일
fn korean(words: &Words, at: usize, published: Option<Day>) -> Option<(Day, usize)> {
    let has = |at: usize, unit: &str| {
        let token = words.tokens.get(at);
        token.is_some_and(|token| token.lower.starts_with(unit))
    };
    let year = match has(at + 1, "년") {
        true => year(words, at),
        false => None,
    };
    let at = at + 2 * usize::from(year.is_some());
    let month = match has(at + 1, "월") {
        true => small(words, at, 12),
        false => None,
    };
    let at = at + 2 * usize::from(month.is_some());
    let day = small(words, at, 31).filter(|_| has(at + 1, "일") && !has(at + 1, "일간"))?;
    let month = month.or_else(|| {
        let today = date_of(published?);
        let month: u32 = today.get(5..7)?.parse().ok()?;
        let of_day: u32 = today.get(8..10)?.parse().ok()?;
        match (day <= of_day, month) {
            (true, month) => Some(month),
            (false, 1) => Some(12),
            (false, month) => Some(month - 1),
        }
    })?;
    Some((of_parts(year, month, day, published)?, at + 2))
}

/// A weekday: the last one on or before the day of publication.
fn weekday(words: &Words, at: usize, published: Option<Day>) -> Option<(Day, usize)> {
    let word = words.at(at).filter(|word| word.kind == Kind::Weekday)?;
    let wanted: u32 = word.value.parse().ok()?;
    let published = published?;
    // Day 0, 1970-01-01, was a Thursday.
    let back = (published.0 + 3 + 7 - wanted) % 7;
    Some((Day(published.0.checked_sub(back)?), at + 1))
}

/// When something was said: the date beside a verb, after it, before it, or before whoever said it.
pub(super) fn said_on(
    words: &Words,
    verb: &Match,
    subject_first: usize,
    published: Option<Day>,
) -> Option<Day> {
    let mut after = verb.after;
    while words
        .tokens
        .get(after)
        .is_some_and(|token| is_joint(&token.lower))
    {
        after += 1;
    }
    if let Some((day, _)) = date_at(words, after, published) {
        return Some(day);
    }
    // The longest date that ends where the verb or its subject begins.
    for end in [verb.first, subject_first] {
        for back in (1..=7).rev() {
            let found = end
                .checked_sub(back)
                .and_then(|at| date_at(words, at, published));
            let Some((day, ends)) = found else {
                continue;
            };
            let joint = words.tokens.get(ends..end);
            if ends <= end
                && joint.is_some_and(|joint| {
                    joint.iter().all(|token| {
                        is_joint(&token.lower) || token.lower == "года" || token.lower == "року"
                    })
                })
            {
                return Some(day);
            }
        }
    }
    None
}

//! Others' `Claim` and `ClaimReview`. A rating of theirs is what they say: it becomes a claim of the reviewer's, never a truth of ours.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Fault;
use super::json_ld::{Node, all_of, is_type};
use crate::{Claim, RecordSource, date_of, day_of};

/// The letters of a text that may stand in a name.
fn slug(text: &str) -> String {
    let lower = text.to_lowercase();
    let words = lower.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words
        .join("-")
        .chars()
        .take(40)
        .collect::<String>()
        .trim_matches('-')
        .to_owned()
}

/// A name that nothing has yet.
fn new_name(node: &Node<'_>, kind: &str, wanted: &str) -> String {
    let wanted = match slug(wanted) {
        empty if empty.is_empty() => format!("{kind}-{}", node.entry),
        wanted => wanted,
    };
    let is_free = |name: &String| {
        !node.reading.rows.contains_key(name) && !node.reading.sources.contains(name)
    };
    let mut names =
        std::iter::once(wanted.clone()).chain((2..).map(|number| format!("{wanted}-{number}")));
    names.find(is_free).unwrap_or(wanted)
}

/// The day of a date that may have a time after it.
fn day(text: &str) -> String {
    let date = text.split('T').next().unwrap_or_default();
    day_of(date).map(date_of).unwrap_or_default()
}

fn keep(node: &mut Node<'_>, claim: Claim) -> String {
    let id = claim.id.clone();
    node.reading.keep(node.entry, claim, BTreeMap::new());
    id
}

/// Where a claim or a review stands, as a source of the record; its name, or nothing when nothing is known of it.
fn source(node: &mut Node<'_>, work: &Value, kind: &str) -> String {
    let mut inner = Node {
        entry: node.entry,
        value: work,
        reading: &mut *node.reading,
    };
    let mut source = match work.as_str() {
        Some(address) => RecordSource {
            address: address.to_owned(),
            ..RecordSource::default()
        },
        None => inner.source(),
    };
    if source.address.is_empty() {
        source.address = work
            .get("@id")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
    }
    source.id = String::new();
    if source == RecordSource::default() {
        return String::new();
    }
    let known = node.reading.exchange.record.sources.iter();
    let same = known
        .clone()
        .find(|other| !source.address.is_empty() && other.address == source.address);
    if let Some(same) = same {
        return same.id.clone();
    }
    source.id = new_name(node, kind, source.name());
    node.reading.sources.insert(source.id.clone());
    node.reading.exchange.record.sources.push(source.clone());
    source.id
}

/// A claim of others: somebody states it.
pub(super) fn claim(node: &mut Node<'_>) {
    let appearance = ["appearance", "firstAppearance"];
    let work = appearance
        .iter()
        .find_map(|name| all_of(node.value.get(*name)).first());
    let source = work
        .map(|work| source(node, work, "source"))
        .unwrap_or_default();
    let mut text = node.text("text");
    if text.is_empty() {
        text = node.text("name");
    }
    let identifier = node.text("identifier");
    let said = day(&node.text("datePublished"));
    let claim = Claim {
        id: new_name(node, "claim", &identifier),
        text,
        said_by: node.names("author"),
        how: "stated".into(),
        date_said: said,
        source,
        ..Claim::default()
    };
    if claim.text.is_empty() {
        node.reading
            .wrong(node.entry, Fault::Value("text", String::new()));
    }
    keep(node, claim);
}

/// What a rating says, where its scale leaves no doubt.
enum Verdict {
    Supports,
    Contradicts,
    Speaks,
}

fn number(rating: &Value, name: &str) -> Option<f64> {
    let value = rating.get(name)?;
    value
        .as_f64()
        .or_else(|| value.as_str()?.trim().parse().ok())
}

fn verdict(rating: &Value) -> Verdict {
    let ends = (number(rating, "worstRating"), number(rating, "bestRating"));
    let (Some(value), (Some(worst), Some(best))) = (number(rating, "ratingValue"), ends) else {
        return Verdict::Speaks;
    };
    let is = |end: f64| (value - end).abs() < f64::EPSILON;
    match worst < best {
        true if is(best) => Verdict::Supports,
        true if is(worst) => Verdict::Contradicts,
        _ => Verdict::Speaks,
    }
}

/// A review: the claim that it reviews, and what its author says of that one.
pub(super) fn review(node: &mut Node<'_>) {
    let reviewed = node.text("claimReviewed");
    let item = all_of(node.value.get("itemReviewed")).first();
    let mut about = Claim {
        id: new_name(node, "claim", ""),
        text: reviewed.clone(),
        how: "stated".into(),
        ..Claim::default()
    };
    if let Some(item) = item {
        let mut inner = Node {
            entry: node.entry,
            value: item,
            reading: &mut *node.reading,
        };
        about.said_by = inner.names("author");
        about.date_said = day(&inner.text("datePublished"));
        if about.text.is_empty() && is_type(item, "Claim") {
            about.text = inner.text("text");
        }
        let work = all_of(item.get("appearance"))
            .first()
            .or(all_of(item.get("firstAppearance")).first());
        about.source = work
            .map(|work| source(node, work, "source"))
            .unwrap_or_default();
    }
    let rating = node.value.get("reviewRating").cloned().unwrap_or_default();
    let words = rating
        .get("alternateName")
        .or(rating.get("name"))
        .and_then(Value::as_str);
    if about.text.is_empty() {
        node.reading
            .wrong(node.entry, Fault::Value("claimReviewed", String::new()));
    }
    let reviewed = keep(node, about);
    let Some(words) = words.filter(|words| !words.trim().is_empty()) else {
        let fault = Fault::Value("reviewRating", super::short(&rating.to_string()));
        node.reading.wrong(node.entry, fault);
        return;
    };
    let mut verdict_of = Claim {
        id: new_name(node, "review", ""),
        text: words.to_owned(),
        said_by: node.names("author"),
        how: "stated".into(),
        date_said: day(&node.text("datePublished")),
        ..Claim::default()
    };
    let value = node.value;
    verdict_of.source = source(node, value, "review");
    match verdict(&rating) {
        Verdict::Supports => verdict_of.supports.push(reviewed),
        Verdict::Contradicts => verdict_of.contradicts.push(reviewed),
        Verdict::Speaks => verdict_of.about.push(reviewed),
    }
    keep(node, verdict_of);
}

//! What a proposed card set changes: each new, other and missing card, readable.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};
use protocol::Language;
use serde_json::Value;

use super::edit::CLASSES;
use super::page::{Page, language_name};

/// What each field of a card says, by its path.
type Fields = BTreeMap<String, String>;

/// The cards by id, and all else of the set under the empty id.
fn cards_of(json: &str) -> Option<BTreeMap<String, Fields>> {
    let Value::Object(mut set) = serde_json::from_str(json).ok()? else {
        return None;
    };
    let cards = set.remove("cards").unwrap_or(Value::Array(Vec::new()));
    let mut found = BTreeMap::new();
    for card in cards.as_array()? {
        let id = card.get("id").and_then(Value::as_str).unwrap_or("?");
        let mut fields = Fields::new();
        flatten(card, "", &mut fields);
        fields.remove("id");
        // Two cards of one id must both be seen.
        let mut name = id.to_owned();
        while found.contains_key(&name) {
            name.push('*');
        }
        found.insert(name, fields);
    }
    let mut rest = Fields::new();
    flatten(&Value::Object(set), "", &mut rest);
    found.insert(String::new(), rest);
    Some(found)
}

fn flatten(value: &Value, path: &str, into: &mut Fields) {
    let below = |name: &str| match path.is_empty() {
        true => name.to_owned(),
        false => format!("{path}/{name}"),
    };
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                flatten(field, &below(name), into);
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                flatten(item, &below(&(at + 1).to_string()), into);
            }
        }
        Value::String(text) => {
            into.insert(path.to_owned(), text.clone());
        }
        other => {
            into.insert(path.to_owned(), other.to_string());
        }
    }
}

/// What a person calls a field: the screens' own words for what they know, the file's for the rest.
fn field_name(page: &Page, path: &str) -> String {
    let parts = path.split('/').filter(|part| *part != "texts");
    let named = parts.map(|part| match part {
        "question" => page.say("card-question"),
        "answer" => page.say("card-answer"),
        "known" => page.say("card-known"),
        "not_known" => page.say("card-not-known"),
        "differs" => page.say("card-differs"),
        "to_do" => page.say("card-to-do"),
        "never_do" => page.say("card-never-do"),
        "valid_for" => page.say("card-valid-for"),
        "sources" => page.say("card-sources"),
        "reviewed" => page.say("card-field-reviewed"),
        "review_by" => page.say("card-field-review-by"),
        "class" => page.say("card-field-class"),
        "original" => page.say("edit-original"),
        "rests_on" => page.say("edit-rests-on"),
        "title" => page.say("source-title"),
        "publisher" => page.say("source-publisher"),
        "date_read" => page.say("source-date-read"),
        "kind" => page.say("source-kind"),
        other => match Language::from_tag(other) {
            Some(language) => language_name(page.strings(), language),
            None => other.to_owned(),
        },
    });
    named.collect::<Vec<_>>().join(" · ")
}

/// What a person calls what a field says: the screens' words for a class or a language, and a text as it is.
fn field_text(page: &Page, path: &str, text: &str) -> String {
    let language = Language::from_tag(text);
    match (path, language) {
        ("class", _) if CLASSES.contains(&text) => page.say(&format!("class-{text}")),
        ("original", Some(language)) => language_name(page.strings(), language),
        _ => text.to_owned(),
    }
}

/// How a card of the proposed set stands to the set that is live.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Standing {
    New,
    Other,
    Missing,
    Same,
}

fn standing(was: Option<&Fields>, becomes: Option<&Fields>) -> Standing {
    match (was, becomes) {
        (None, _) => Standing::New,
        (_, None) => Standing::Missing,
        (was, becomes) if was == becomes => Standing::Same,
        _ => Standing::Other,
    }
}

/// The proposed set as a readable list, with what differs from the live one.
pub(super) fn list(page: &Page, proposed: &str, live: Option<&str>) -> Markup {
    let Some(becomes) = cards_of(proposed) else {
        return html! { p.alarm { (page.say("cards-unreadable")) } pre.text { (proposed) } };
    };
    let was = live.and_then(cards_of).unwrap_or_default();
    let ids: BTreeSet<&String> = was.keys().chain(becomes.keys()).collect();
    let all: Vec<_> = ids
        .into_iter()
        .map(|id| (id, was.get(id), becomes.get(id)))
        .filter(|(_, was, becomes)| !becomes.or(*was).is_some_and(BTreeMap::is_empty))
        .collect();
    let count = |wanted| {
        let matching = all
            .iter()
            .filter(|(_, was, becomes)| standing(*was, *becomes) == wanted);
        matching.count().to_string()
    };
    let summary = [
        ("new", count(Standing::New)),
        ("other", count(Standing::Other)),
        ("missing", count(Standing::Missing)),
        ("same", count(Standing::Same)),
    ];
    let summary = summary
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    html! {
        p data-testid="card-changes" { (page.strings().say_with("card-changes", &summary)) }
        @for (id, was, becomes) in &all { (card(page, id, *was, *becomes)) }
    }
}

fn card(page: &Page, id: &str, was: Option<&Fields>, becomes: Option<&Fields>) -> Markup {
    let standing = standing(was, becomes);
    let (code, word) = match standing {
        Standing::New => ("new", page.say("card-new")),
        Standing::Other => ("other", page.say("card-other")),
        Standing::Missing => ("missing", page.say("card-missing")),
        Standing::Same => ("same", page.say("card-same")),
    };
    let empty = Fields::new();
    let (before, after) = (was.unwrap_or(&empty), becomes.unwrap_or(&empty));
    let paths: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    html! {
        details.card open[standing != Standing::Same] data-testid="card-change" data-card=(id) data-standing=(code) {
            summary {
                @if id.is_empty() { (page.say("cards-rest")) } @else { bdi { (id) } }
                " · " (word)
            }
            dl {
                @for path in paths {
                    @let said = |of: &Fields| of.get(path).filter(|text| !text.is_empty()).map(|text| field_text(page, path, text));
                    @let (before, after) = (said(before), said(after));
                    @if before.is_some() || after.is_some() {
                        dt { (field_name(page, path)) }
                        dd { (field(standing, before.as_ref(), after.as_ref())) }
                    }
                }
            }
        }
    }
}

fn field(standing: Standing, was: Option<&String>, becomes: Option<&String>) -> Markup {
    let differs = standing == Standing::Other && was != becomes;
    html! {
        @if differs {
            @if let Some(was) = was { p.text dir="auto" { del { (was) } } }
            @if let Some(becomes) = becomes { p.text dir="auto" { ins data-testid="differs" { (becomes) } } }
        } @else if let Some(text) = becomes.or(was) { p.text dir="auto" { (text) } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_every_card_is_compared() {
        let was =
            cards_of(r#"{"cards":[{"id":"a","texts":{"ko":{"answer":"x"}}},{"id":"b"}]}"#).unwrap();
        let becomes = r#"{"cards":[{"id":"a","texts":{"ko":{"answer":"y"}},"new":[1,{"z":true}]},{"id":"c"},{"id":"c"}],"demonstration":true}"#;
        let becomes = cards_of(becomes).unwrap();
        let of = |id: &str| standing(was.get(id), becomes.get(id));
        assert_eq!(of("a"), Standing::Other);
        assert_eq!(of("b"), Standing::Missing);
        assert_eq!(of("c"), Standing::New);
        assert_eq!(
            of("c*"),
            Standing::New,
            "a card that hides behind another's id is seen"
        );
        assert_eq!(of(""), Standing::Other);
        assert_eq!(becomes["a"]["new/2/z"], "true");
        assert_eq!(standing(was.get("b"), was.get("b")), Standing::Same);
    }

    #[test]
    fn what_is_no_card_set_is_not_taken_for_an_empty_one() {
        for wrong in ["", "[]", "{\"cards\":7}", "{"] {
            assert!(cards_of(wrong).is_none(), "{wrong}");
        }
    }
}

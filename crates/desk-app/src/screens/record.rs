//! The record: attributed claims, grouped by who made them. The line does not decide who is right.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use maud::{Markup, html};

use super::door::Session;
use super::page::{Page, Place};
use super::{App, help, unlocked};
use crate::card_set::{CardSetShape, ClaimShape, RecordSource};

/// `GET /record`.
pub(crate) async fn get(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Result<Markup, Response> {
    let page = unlocked(&app, session, Place::Record).await?;
    let set = page.card_set();
    let Some(record) = &set.record else {
        return Err(help::missing(&page));
    };
    let mut by_source: BTreeMap<&str, Vec<&ClaimShape>> = BTreeMap::new();
    for claim in &record.claims {
        by_source.entry(&claim.said_by).or_default().push(claim);
    }
    let content = html! {
        p { (page.say("record-about")) }
        (source(&page, &record.source))
        @for (said_by, claims) in by_source {
            section.source {
                h2 { (page.say("said-by")) ": " bdi { (said_by) } }
                @for claim in claims { (claim_item(&page, &set, claim)) }
            }
        }
    };
    Ok(page.with(&page.say("nav-record"), content))
}

fn source(page: &Page, source: &RecordSource) -> Markup {
    let year = source.year.map(|year| year.to_string()).unwrap_or_default();
    let parts = [source.author.as_str(), &source.kind, &year];
    let relays = source.relays.iter().map(String::as_str);
    let named: Vec<_> = parts
        .into_iter()
        .chain(relays)
        .filter(|part| !part.is_empty())
        .collect();
    html! {
        @if !named.is_empty() {
            p.detail { (page.say("record-source")) ": " bdi lang="en" { (named.join(", ")) } }
        }
    }
}

fn how(page: &Page, how: &str) -> String {
    match how {
        "reported" => page.say("how-reported"),
        "stated" => page.say("how-stated"),
        "confirmed" => page.say("how-confirmed"),
        "denied" => page.say("how-denied"),
        "open" => page.say("how-open"),
        "opinion" => page.say("how-opinion"),
        "background" => page.say("how-background"),
        other => other.to_owned(),
    }
}

/// A claim's text in the session's language, or as it was recorded.
fn text<'a>(page: &Page, set: &'a CardSetShape, claim: &'a ClaimShape) -> (&'static str, &'a str) {
    let tag = page.strings().language().tag();
    let translated = set.claims.get(&claim.id).and_then(|texts| texts.get(tag));
    translated.map_or(("en", claim.text.as_str()), |text| (tag, text.as_str()))
}

fn claim_item(page: &Page, set: &CardSetShape, claim: &ClaimShape) -> Markup {
    let (tag, said) = text(page, set, claim);
    html! {
        article.claim #{ "claim-" (claim.id) } data-testid="claim" data-how=(claim.how) {
            p lang=(tag) dir="auto" { (said) }
            p.detail { strong { (how(page, &claim.how)) } }
            @if !claim.note.is_empty() { p.detail lang="en" { (page.say("record-note")) ": " (claim.note) } }
            (links(page, set, &page.say("contradicts"), &claim.contradicts))
            (links(page, set, &page.say("supports"), &claim.supports))
            (links(page, set, &page.say("concerns"), &claim.about))
        }
    }
}

fn links(page: &Page, set: &CardSetShape, name: &str, ids: &[String]) -> Markup {
    let claims = set.record.iter().flat_map(|record| &record.claims);
    let named: Vec<_> = claims.filter(|claim| ids.contains(&claim.id)).collect();
    html! {
        @if !named.is_empty() {
            p.detail { (name) ":" }
            ul {
                @for claim in named {
                    @let (tag, said) = text(page, set, claim);
                    li lang=(tag) { a href={ "#claim-" (claim.id) } { (said) } }
                }
            }
        }
    }
}

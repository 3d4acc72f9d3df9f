//! The record: attributed claims, grouped by who made them. The line does not decide who is right.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use record::{Exchange, TimeLine};

use super::door::Session;
use super::page::{Page, Place};
use super::{App, help, unlocked};
use crate::card_set::{CardSet, Claim, RecordSource};

/// Claim → the origins that it has.
type Origins<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

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
    let mut by_source: BTreeMap<&str, Vec<&Claim>> = BTreeMap::new();
    for claim in &record.claims {
        by_source.entry(&claim.said_by).or_default().push(claim);
    }
    let content = html! {
        p { (page.say("record-about")) }
        p { a.button href="/edit/article" data-testid="new-article" { (page.say("article-heading")) } }
        (source(&page, &record.source))
        (disputes(&page, set))
        (origins(&page, set))
        p data-testid="downloads" {
            (page.say("record-download")) ": "
            a href="/record/record.jsonld" download { (page.say("record-download-json-ld")) } " · "
            a href="/record/record.csv" download { (page.say("record-download-csv")) }
        }
        @for (said_by, claims) in by_source {
            section.source {
                h2 { (page.say("said-by")) ": " bdi { (said_by) } }
                @for claim in claims { (claim_item(&page, set, claim)) }
            }
        }
    };
    Ok(page.with(&page.say("nav-record"), content))
}

/// The published record in a format of others, as a file.
async fn file(
    app: &App,
    session: Session,
    kind: &'static str,
    write: impl FnOnce(&Exchange) -> String,
) -> Result<Response, Response> {
    let page = unlocked(app, session, Place::Record).await?;
    let set = page.card_set();
    if !page.shown.view.admitted || set.record.is_none() {
        return Err(help::missing(&page));
    }
    let head = [(header::CONTENT_TYPE, kind)];
    Ok((head, write(&Exchange::of(set))).into_response())
}

/// `GET /record/record.jsonld`.
pub(crate) async fn json_ld(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Result<Response, Response> {
    file(&app, session, "application/ld+json", Exchange::to_json_ld).await
}

/// `GET /record/record.csv`.
pub(crate) async fn csv(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Result<Response, Response> {
    let kind = "text/csv; charset=utf-8";
    file(&app, session, kind, Exchange::to_csv).await
}

/// The questions on which claims stand against each other: the sides beside each other, and below what takes none.
fn disputes(page: &Page, set: &CardSet) -> Markup {
    let disputes = set.disputes();
    let lines = set.time_lines(&disputes);
    let origins = set.origins_by_claim();
    html! {
        @if !disputes.is_empty() {
            section aria-labelledby="disputes-heading" {
                h2 #disputes-heading { (page.say("record-disputes")) }
                @for (dispute, line) in disputes.iter().zip(&lines) {
                    article.dispute data-testid="dispute" {
                        div.sides {
                            @for side in &dispute.sides {
                                div.side data-testid="side" {
                                    ul { @for claim in side { li { (claim_line(page, set, claim)) } } }
                                    (one_origin(page, &origins, side))
                                }
                            }
                        }
                        @if !dispute.about.is_empty() {
                            p.detail { (page.say("record-about-it")) ":" }
                            ul { @for claim in &dispute.about { li { (claim_line(page, set, claim)) } } }
                        }
                        (time_line(page, line))
                    }
                }
            }
        }
    }
}

/// Which claims of a side are one source, however many say it.
fn one_origin(page: &Page, origins: &Origins<'_>, side: &[&Claim]) -> Markup {
    html! {
        @for (origin, count) in record::shared_origins(origins, side) {
            @let count = count.to_string();
            p.detail data-testid="one-origin" { (page.strings().say_with("record-one-origin", &[("count", &count), ("origin", origin)])) }
        }
    }
}

/// What was said, changed and withdrawn, and when. What has no date is counted, not placed.
fn time_line(page: &Page, line: &TimeLine<'_>) -> Markup {
    let undated = line.undated.to_string();
    html! {
        details data-testid="time-line" {
            summary { (page.say("record-time-line")) }
            ol {
                @for moment in &line.moments {
                    @let id = format!("record-time-{}", moment.what.word());
                    li data-testid="moment" data-what=(moment.what.word()) {
                        time datetime=(moment.date) { (moment.date) } " · "
                        a href={ "#claim-" (moment.claim.id) } { (page.strings().say_with(&id, &[("who", &moment.claim.said_by)])) }
                        @if !moment.before.is_empty() { " " del dir="auto" { (moment.before) } }
                    }
                }
            }
            @if line.undated > 0 { p.detail data-testid="undated" { (page.strings().say_with("record-no-date", &[("count", &undated)])) } }
        }
    }
}

/// The earlier versions of a claim, the newest first.
fn earlier(page: &Page, claim: &Claim) -> Markup {
    html! {
        @if !claim.earlier.is_empty() {
            details data-testid="earlier" {
                summary { (page.say("record-earlier")) }
                ul {
                    @for one in claim.earlier.iter().rev() {
                        li {
                            (page.strings().say_with("record-earlier-until", &[("date", &one.until)])) ": "
                            bdi { strong { (one.said_by) } } " (" (how(page, &one.how)) ") " span dir="auto" { (one.text) }
                        }
                    }
                }
            }
        }
    }
}

/// Where all this comes from in the end: what repeats one origin is one source.
fn origins(page: &Page, set: &CardSet) -> Markup {
    let origins = set.origins();
    html! {
        @if !origins.is_empty() {
            section aria-labelledby="origins-heading" {
                h2 #origins-heading { (page.say("record-origins")) }
                p.hint { (page.say("record-origins-about")) }
                ul {
                    @for (origin, claims) in &origins {
                        @let count = claims.len().to_string();
                        li data-testid="origin" { bdi { (origin) } " · " (page.strings().say_with("record-claims", &[("count", &count)])) }
                    }
                }
            }
        }
    }
}

/// The claim of a name.
pub(super) fn claim_of<'a>(set: &'a CardSet, id: &str) -> Option<&'a Claim> {
    set.all_claims().iter().find(|claim| claim.id == id)
}

/// A claim in one line, with who says it and how; it leads to the record.
pub(super) fn claim_line(page: &Page, set: &CardSet, claim: &Claim) -> Markup {
    let (tag, said) = text(page, set, claim);
    html! {
        bdi { strong { (claim.said_by) } } " (" (how(page, &claim.how))
        @if !claim.date_said.is_empty() { ", " (claim.date_said) }
        "): "
        a href={ "/record#claim-" (claim.id) } lang=(tag) { (said) }
        @if !claim.stands() { " · " strong { (page.strings().say_with("claim-withdrawn", &[("date", &claim.withdrawn)])) } }
    }
}

/// Where a claim was found.
pub(super) fn source_of(page: &Page, set: &CardSet, claim: &Claim) -> Markup {
    let record = set.record.as_ref();
    html! { @if let Some(record) = record { (source(page, record.source_of(claim))) } }
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
fn text<'a>(page: &Page, set: &'a CardSet, claim: &'a Claim) -> (&'static str, &'a str) {
    let tag = page.strings().language().tag();
    let translated = set.claims.get(&claim.id).and_then(|texts| texts.get(tag));
    translated.map_or(("en", claim.text.as_str()), |text| (tag, text.as_str()))
}

pub(super) fn claim_item(page: &Page, set: &CardSet, claim: &Claim) -> Markup {
    let (tag, said) = text(page, set, claim);
    html! {
        article.claim #{ "claim-" (claim.id) } data-testid="claim" data-how=(claim.how) {
            p lang=(tag) dir="auto" { (said) }
            p.detail { strong { (how(page, &claim.how)) } }
            @if !claim.note.is_empty() { p.detail lang="en" { (page.say("record-note")) ": " (claim.note) } }
            (earlier(page, claim))
            (links(page, set, &page.say("contradicts"), &claim.contradicts))
            (links(page, set, &page.say("supports"), &claim.supports))
            (links(page, set, &page.say("concerns"), &claim.about))
            p.detail { a href={ "/edit/claim/" (claim.id) } { (page.say("edit-go-on")) } }
        }
    }
}

fn links(page: &Page, set: &CardSet, name: &str, ids: &[String]) -> Markup {
    let named: Vec<_> = ids.iter().filter_map(|id| claim_of(set, id)).collect();
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

//! Writing a claim: who said what, how, and where that was read.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use desk::{Command, RevisionLabel};
use maud::{Markup, html};
use protocol::Language;
use record::{Claim, Edited, EditedClaim, EditedKind, Number, RecordSource};

use super::super::door::{Fields, Session};
use super::super::forms::{labelled, line};
use super::super::page::{Page, Place, csrf, language_name};
use super::super::{App, help, record as record_screen, unlocked};
use super::card_fields::lines;
use super::{current, not_taken, review};
use crate::card_set::{CardSet, date_of, day_of};

/// How a number is bounded, in words for files and strings.
const BOUNDS: [&str; 4] = ["exactly", "about", "at-least", "at-most"];

/// A claim in words.
pub(super) fn shown(page: &Page, edited: &EditedClaim) -> Markup {
    let mut set = page.card_set().clone();
    let today = page.shown.now.day();
    set.take_in(&Edited::Claim(Box::new(edited.clone())), today);
    html! {
        (record_screen::claim_item(page, &set, &edited.claim))
        (record_screen::source_of(page, &set, &edited.claim))
    }
}

/// A date that may be missing.
pub(super) fn day(name: &str, label: &str, value: &str) -> Markup {
    let field =
        html! { input type="date" name=(name) value=(value) data-testid={ "field-" (name) }; };
    labelled(label, &field)
}

pub(super) fn text(name: &str, label: &str, value: &str, tag: &str) -> Markup {
    let field = html! {
        textarea name=(name) rows="2" dir="auto" lang=[(!tag.is_empty()).then_some(tag)] autocomplete="off"
            data-testid={ "field-" (name) } { "\n" (value) }
    };
    labelled(label, &field)
}

fn number_fields(page: &Page, number: Option<&Number>) -> Markup {
    let value = number.map(|number| number.value.to_string());
    let bound = number.map_or("", |number| number.bound.as_str());
    html! {
        fieldset {
            legend { (page.say("claim-number")) }
            (line("number", &page.say("claim-number"), &value.unwrap_or_default(), false))
            (line("unit", &page.say("claim-unit"), number.map_or("", |number| &number.unit), false))
            (labelled(&page.say("claim-bound"), &html! {
                select name="bound" data-testid="field-bound" {
                    @for word in BOUNDS {
                        option value=(word) selected[bound.replace(' ', "-") == word] { (page.say(&format!("bound-{word}"))) }
                    }
                }
            }))
        }
    }
}

fn source_fields(page: &Page, source: Option<&RecordSource>) -> Markup {
    let nothing = RecordSource::default();
    let source = source.unwrap_or(&nothing);
    let number = |number: Option<u32>| number.map(|n| n.to_string()).unwrap_or_default();
    html! {
        details open[!source.id.is_empty()] {
            summary { (page.say("claim-source-new")) }
            p.hint { (page.say("claim-source-hint")) }
            (line("source-kind", &page.say("source-kind"), &source.kind, false))
            (line("source-author", &page.say("source-author"), &source.author, false))
            (line("source-publisher", &page.say("source-publisher"), &source.publisher, false))
            (text("source-address", &page.say("source-address"), &source.address, ""))
            (line("source-year", &page.say("source-year"), &number(source.year), false))
            (line("source-month", &page.say("source-month"), &number(source.month), false))
            (day("source-date-read", &page.say("source-date-read"), &source.date_read))
            (line("source-archived", &page.say("source-archived"), &source.archived, false))
            (text("source-relays", &page.say("source-relays"), &source.relays.join("\n"), ""))
            (day("source-gone", &page.say("source-gone"), &source.gone))
        }
    }
}

/// The whole form; `base` names the revision that it was made from.
pub(super) fn form(page: &Page, edited: &EditedClaim, base: &str, is_new: bool) -> Markup {
    let claim = &edited.claim;
    html! {
        form method="post" action="/edit/claim" data-testid="claim-form" {
            (csrf(&page.session))
            input type="hidden" name="base" value=(base);
            @if is_new { (line("id", &page.say("edit-name"), &claim.id, true)) }
            @else { input type="hidden" name="id" value=(claim.id); }
            (text("text", &page.say("claim-text"), &claim.text, ""))
            (line("said-by", &page.say("said-by"), &claim.said_by, false))
            (labelled(&page.say("claim-how"), &html! {
                select name="how" data-testid="field-how" {
                    // Where nothing was found nothing is chosen: whoever confirms it says how it was said.
                    @if claim.how.is_empty() { option value="" selected { "—" } }
                    @for how in Claim::WAYS {
                        option value=(how) selected[claim.how == how] { (page.say(&format!("how-{how}"))) }
                    }
                }
            }))
            (day("date-said", &page.say("claim-date-said"), &claim.date_said))
            (number_fields(page, claim.number.as_ref()))
            (text("contradicts", &page.say("contradicts"), &claim.contradicts.join("\n"), ""))
            (text("supports", &page.say("supports"), &claim.supports.join("\n"), ""))
            (text("about", &page.say("concerns"), &claim.about.join("\n"), ""))
            p.hint { (page.say("claim-links-hint")) }
            (text("note", &page.say("record-note"), &claim.note, ""))
            @for language in Language::ALL.iter().filter(|language| **language != Language::English) {
                @let name = format!("text-{}", language.tag());
                @let translated = edited.texts.get(language.tag()).map_or("", String::as_str);
                (text(&name, &language_name(page.strings(), *language), translated, language.tag()))
            }
            (line("source", &page.say("claim-source"), &claim.source, false))
            (source_fields(page, edited.source.as_ref()))
            (day("withdrawn", &page.say("claim-withdrawn-on"), &claim.withdrawn))
            div.actions {
                button.quiet type="submit" name="step" value="draft" data-testid="save-draft" { (page.say("edit-save-draft")) }
                button type="submit" name="step" value="review" data-testid="confirm-claim" { (page.say("claim-confirm")) }
            }
        }
    }
}

pub(super) fn typed(fields: &Fields, name: &str) -> String {
    fields.get(name).replace("\r\n", "\n").trim().to_owned()
}

fn names(fields: &Fields, name: &str) -> Vec<String> {
    let typed = typed(fields, name);
    let all = typed.split([',', ' ', '\n']);
    let all = all.filter(|id| !id.is_empty()).map(str::to_owned);
    all.collect()
}

fn date_typed(fields: &Fields, name: &str) -> String {
    let day = day_of(&typed(fields, name));
    day.map(date_of).unwrap_or_default()
}

pub(super) fn source(fields: &Fields) -> Option<RecordSource> {
    let field = |name: &str| typed(fields, &format!("source-{name}"));
    let source = RecordSource {
        id: typed(fields, "source"),
        kind: field("kind"),
        author: field("author"),
        publisher: field("publisher"),
        address: field("address"),
        year: field("year").parse().ok(),
        month: field("month").parse().ok(),
        date_read: date_typed(fields, "source-date-read"),
        archived: field("archived").to_lowercase(),
        relays: lines(&field("relays")).map(str::to_owned).collect(),
        gone: date_typed(fields, "source-gone"),
    };
    let only_named = RecordSource {
        id: source.id.clone(),
        ..RecordSource::default()
    };
    (source != only_named).then_some(source)
}

fn number(fields: &Fields) -> Option<Number> {
    let value = serde_json::from_str(&typed(fields, "number")).ok()?;
    let bound = typed(fields, "bound");
    Some(Number {
        value,
        unit: typed(fields, "unit"),
        bound: match BOUNDS.contains(&bound.as_str()) {
            true => bound.replace('-', " "),
            false => String::new(),
        },
    })
}

/// The claim that a form gives.
fn claim(fields: &Fields) -> EditedClaim {
    let mut texts = BTreeMap::new();
    for language in Language::ALL {
        let text = typed(fields, &format!("text-{}", language.tag()));
        if !text.is_empty() {
            texts.insert(language.tag().to_owned(), text);
        }
    }
    EditedClaim {
        claim: Claim {
            id: typed(fields, "id"),
            text: typed(fields, "text"),
            said_by: typed(fields, "said-by"),
            how: typed(fields, "how"),
            number: number(fields),
            date_said: date_typed(fields, "date-said"),
            source: typed(fields, "source"),
            contradicts: names(fields, "contradicts"),
            supports: names(fields, "supports"),
            about: names(fields, "about"),
            note: typed(fields, "note"),
            withdrawn: date_typed(fields, "withdrawn"),
            earlier: Vec::new(),
        },
        texts,
        source: source(fields),
    }
}

/// The screen of a claim; with what is wrong with it after an error.
fn render(
    page: &Page,
    edited: &EditedClaim,
    base: &str,
    is_new: bool,
    error: Option<&str>,
) -> Markup {
    let heading = match is_new {
        true => page.say("edit-new-claim"),
        false => format!("{} {}", page.say("edited-claim"), edited.claim.id),
    };
    let content = html! {
        @if let Some(error) = error {
            p.alarm role="alert" data-testid="error" { (error) }
            (review::problems(page, &Edited::Claim(Box::new(edited.clone()))))
        }
        (form(page, edited, base, is_new))
        p { a href="/edit" { (page.say("back")) } }
    };
    page.with(&heading, content)
}

/// The form of a new claim as a sentence of an article proposes it: nothing is kept before somebody confirms it.
pub(super) fn proposed(page: &Page, edited: &EditedClaim) -> Markup {
    let content = html! {
        p.hint data-testid="proposed-about" { (page.say("article-proposed-about")) }
        (form(page, edited, "", true))
    };
    page.with(&page.say("edit-new-claim"), content)
}

/// `GET /edit/claim`: a new claim.
pub(super) async fn new(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Result<Markup, Response> {
    let page = unlocked(&app, session, Place::Cards).await?;
    let blank = EditedClaim {
        claim: Claim {
            how: "reported".into(),
            ..Claim::default()
        },
        ..EditedClaim::default()
    };
    Ok(render(&page, &blank, "", true, None))
}

fn published(set: &CardSet, id: &str) -> Option<EditedClaim> {
    let claim = record_screen::claim_of(set, id)?.clone();
    Some(EditedClaim {
        texts: set.claims.get(id).cloned().unwrap_or_default(),
        claim,
        source: None,
    })
}

/// `GET /edit/claim/ID`: the claim as it is edited, or else as it is published.
pub(super) async fn change(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Cards).await?;
    if let Some(revision) = current(&page, EditedKind::Claim, &id) {
        let there = format!("/edit/revision/{}", revision.label);
        return Ok(Redirect::to(&there).into_response());
    }
    match published(page.card_set(), &id) {
        Some(edited) => Ok(render(&page, &edited, "", false, None).into_response()),
        None => Err(help::gone(&page)),
    }
}

/// `POST /edit/claim`: a revision, kept as a draft, or confirmed.
pub(super) async fn save(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Cards).await?;
    let edited = claim(&fields);
    let base = fields.get("base");
    let command = Command::Revise {
        edited: Box::new(Edited::Claim(Box::new(edited.clone()))),
        base: RevisionLabel::from_hex(base),
        for_review: fields.get("step") == "review",
    };
    match page.desk.command(command).await {
        Ok(()) => Ok(Redirect::to("/edit").into_response()),
        Err(error) => {
            let again = |text: &str| render(&page, &edited, base, true, Some(text));
            Err(not_taken(&page, &error, again))
        }
    }
}

//! Claims of somebody else's record, as JSON-LD or CSV: each is shown, and opens the form of a claim, filled in. Nothing of it is kept here,
//! and nothing enters before a person confirms it.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use record::{Claim, EditedClaim, EditedKind, Exchange, Fault, ImportProblem};

use super::super::door::{Fields, Session};
use super::super::page::{Page, Place, csrf};
use super::super::{App, record as record_screen, unlocked};
use super::{claim as claim_form, current};

/// How many claims, and how many mistakes, are shown at once.
const SHOWN: usize = 200;

/// What was pasted, read as what it looks like.
fn read(text: &str) -> Result<Exchange, Vec<ImportProblem>> {
    let text = text.trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t']);
    match text.starts_with(['{', '[']) {
        true => Exchange::from_json_ld(text),
        false => Exchange::from_csv(text),
    }
}

/// A claim as it would be edited, with its source if the record here does not have it.
fn edited(page: &Page, exchange: &Exchange, claim: &Claim) -> EditedClaim {
    let record = &exchange.record;
    let mut sources = record.sources.iter().chain([&record.source]);
    let source = sources.find(|source| source.id == claim.source);
    let here = page.card_set().record.as_ref();
    let is_here = here.is_some_and(|here| {
        let mut all = here.sources.iter().chain([&here.source]);
        all.any(|source| source.id == claim.source)
    });
    EditedClaim {
        claim: claim.clone(),
        texts: exchange.texts.get(&claim.id).cloned().unwrap_or_default(),
        source: source.filter(|_| !is_here).cloned(),
    }
}

fn row(page: &Page, claim: &Claim) -> Markup {
    let is_there = current(page, EditedKind::Claim, &claim.id).is_some()
        || record_screen::claim_of(page.card_set(), &claim.id).is_some();
    html! {
        li data-testid="imported" data-name=(claim.id) {
            p dir="auto" { (claim.text) }
            p.detail {
                (page.say("said-by")) ": " bdi { strong { (claim.said_by) } }
                @if !claim.how.is_empty() { " · " (page.say(&format!("how-{}", claim.how))) }
            }
            @if is_there { a href={ "/edit/claim/" (claim.id) } { (page.say("article-there")) } }
            @else {
                button.quiet type="submit" formaction="/edit/import/claim" formtarget="_blank" name="claim" value=(claim.id)
                    data-testid="open-claim" { (page.say("article-open")) }
            }
        }
    }
}

fn list(page: &Page, exchange: &Exchange) -> Markup {
    let claims = &exchange.record.claims;
    let count = claims.len().to_string();
    let shown = claims.len().min(SHOWN).to_string();
    html! {
        section aria-labelledby="imported-heading" {
            h2 #imported-heading { (page.strings().say_with("claims-import-claims", &[("shown", &shown), ("count", &count)])) }
            ol { @for claim in claims.iter().take(SHOWN) { (row(page, claim)) } }
        }
    }
}

/// What is wrong with one place of a file, in words.
fn fault(page: &Page, fault: &Fault) -> String {
    let strings = page.strings();
    let about = |id: &str, what: &str| strings.say_with(id, &[("what", what)]);
    match fault {
        Fault::TooLarge => page.say("claims-import-too-large"),
        Fault::Format(format, _) => about("claims-import-format", format),
        Fault::Column(column, _) => about("claims-import-column", column),
        Fault::Fields(..) => page.say("claims-import-fields"),
        Fault::FieldTooLong(field) => about("claims-import-field-too-long", field),
        Fault::Value(field, value) => about("claims-import-value", &format!("{field}: {value}")),
        Fault::Record(problem) => {
            let what = page.say(&format!("problem-{}", problem.word()));
            format!("{}: {what} {}", problem.about(), problem.detail())
        }
    }
}

fn problems(page: &Page, all: &[ImportProblem]) -> Markup {
    html! {
        p.alarm role="alert" data-testid="error" { (page.say("claims-import-wrong")) }
        ul {
            @for one in all.iter().take(SHOWN) {
                @let row = one.row.to_string();
                li data-testid="problem" {
                    @if one.row > 0 { (page.strings().say_with("claims-import-row", &[("row", &row)])) " " }
                    bdi { (fault(page, &one.fault)) }
                }
            }
        }
    }
}

fn render(page: &Page, typed: &str, below: &Markup) -> Markup {
    let content = html! {
        p.hint { (page.say("claims-import-about")) }
        form method="post" action="/edit/import" {
            (csrf(&page.session))
            label.field {
                span { (page.say("claims-import-text")) }
                textarea name="file" rows="10" required dir="auto" autocomplete="off" spellcheck="false" data-testid="field-file" {
                    "\n" (typed)
                }
            }
            button type="submit" data-testid="look" { (page.say("claims-import-look")) }
            (below)
        }
        p { a href="/edit" { (page.say("back")) } }
    };
    page.with(&page.say("claims-import-heading"), content)
}

fn not_read(page: &Page, typed: &str, wrong: &[ImportProblem]) -> Response {
    let screen = render(page, typed, &problems(page, wrong));
    (StatusCode::UNPROCESSABLE_ENTITY, screen).into_response()
}

/// `GET /edit/import`: the field alone.
pub(super) async fn new(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Result<Markup, Response> {
    let page = unlocked(&app, session, Place::Cards).await?;
    Ok(render(&page, "", &super::super::page::nothing()))
}

/// `POST /edit/import`: the claims of what was pasted, or what is wrong with it.
pub(super) async fn look(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Extension(fields): Extension<Fields>,
) -> Result<Markup, Response> {
    let page = unlocked(&app, session, Place::Cards).await?;
    let typed = fields.get("file");
    match read(typed) {
        Ok(exchange) => Ok(render(&page, typed, &list(&page, &exchange))),
        Err(wrong) => Err(not_read(&page, typed, &wrong)),
    }
}

/// `POST /edit/import/claim`: the form of one of these claims, filled in.
pub(super) async fn claim(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Extension(fields): Extension<Fields>,
) -> Result<Markup, Response> {
    let page = unlocked(&app, session, Place::Cards).await?;
    let typed = fields.get("file");
    let exchange = read(typed).map_err(|wrong| not_read(&page, typed, &wrong))?;
    let mut claims = exchange.record.claims.iter();
    match claims.find(|claim| claim.id == fields.get("claim")) {
        Some(found) => Ok(claim_form::proposed(
            &page,
            &edited(&page, &exchange, found),
        )),
        None => Ok(render(&page, typed, &list(&page, &exchange))),
    }
}

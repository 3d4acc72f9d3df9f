//! Cards and claims that are not published: what is edited, who has to look at it, and what is missing.

mod article;
mod card;
mod card_fields;
mod claim;
mod import;
mod review;

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Extension, Router};
use desk::{Command, RevisionView};
use maud::{Markup, html};
use record::{Check, Due, EditedKind};

use super::door::{Fields, Session};
use super::forms::tag_name;
use super::page::{Page, Place, language_name};
use super::{App, errors, unlocked};
use crate::card_set::date_of;
use crate::sync::CommandError;

/// How many changes are listed.
const CHANGES: usize = 50;

/// The screens on which cards and claims are edited.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/edit", get(list))
        .route("/edit/publish", get(list).post(publish))
        .route("/edit/stop", get(list).post(stop))
        .route("/edit/remark", get(list).post(review::remark))
        .route("/edit/article", get(article::new).post(article::look))
        .route(
            "/edit/article/claim",
            get(article::new).post(article::claim),
        )
        .route("/edit/card", get(card::new).post(card::save))
        .route("/edit/card/{id}", get(card::change))
        .route("/edit/import", get(import::new).post(import::look))
        .route("/edit/import/claim", get(import::new).post(import::claim))
        .route("/edit/claim", get(claim::new).post(claim::save))
        .route("/edit/claim/{id}", get(claim::change))
        .route("/edit/revision/{label}", get(review::get))
        .route(
            "/edit/revision/{label}/check",
            get(review::get).post(review::check),
        )
        .route(
            "/edit/revision/{label}/drop",
            get(review::get).post(review::give_up),
        )
}

pub(super) use card_fields::CLASSES;
pub(super) use review::{check_of, check_value};

/// In which state a revision is, as a word for scripts, strings and style sheets.
pub(super) fn state(revision: &RevisionView) -> &'static str {
    if revision.beside {
        "beside"
    } else if !revision.for_review {
        "draft"
    } else if revision.is_ready() {
        "ready"
    } else {
        "in-review"
    }
}

fn check_name(page: &Page, check: &Check) -> String {
    match check {
        Check::Facts => page.say("check-facts"),
        Check::Law => page.say("check-law"),
        Check::Language(tag) => {
            let language = tag_name(page, tag);
            page.strings()
                .say_with("check-language", &[("language", &language)])
        }
    }
}

/// Who has still to look at a card, in words; nothing when nobody has.
fn due_line(page: &Page, due: &Due) -> Option<String> {
    let strings = page.strings();
    let mut parts = Vec::new();
    if due.facts > 0 {
        let count = due.facts.to_string();
        parts.push(strings.say_with("due-facts", &[("count", &count)]));
    }
    if due.law {
        parts.push(page.say("due-law"));
    }
    if !due.languages.is_empty() {
        let languages: Vec<String> = due
            .languages
            .iter()
            .map(|tag| tag_name(page, tag))
            .collect();
        let languages = languages.join(", ");
        parts.push(strings.say_with("due-languages", &[("languages", &languages)]));
    }
    (!parts.is_empty()).then(|| parts.join(" · "))
}

fn row(page: &Page, revision: &RevisionView) -> Markup {
    let (kind, name) = revision.edited.name();
    let state = state(revision);
    html! {
        li data-testid="revision" data-name=(name) data-state=(state) {
            a href={ "/edit/revision/" (revision.label) } {
                (page.say(&format!("edited-{}", kind.word()))) " " bdi { (name) }
            }
            " · " strong { (page.say(&format!("revision-{state}"))) }
            @if !revision.may_check.is_empty() { " · " mark { (page.say("revision-yours-to-check")) } }
            p.detail {
                bdi { (revision.by) } " · " (date_of(revision.day))
                @if revision.for_review && !revision.beside {
                    @if let Some(due) = due_line(page, &revision.due) { " · " (due) }
                }
            }
        }
    }
}

fn rows(page: &Page) -> Markup {
    let editing = &page.shown.view.editing;
    html! {
        section aria-labelledby="edited-heading" {
            h2 #edited-heading { (page.say("edited")) }
            @if editing.revisions.is_empty() { p { (page.say("edited-none")) } }
            ul { @for revision in &editing.revisions { (row(page, revision)) } }
            div.actions {
                a.button href="/edit/card" data-testid="new-card" { (page.say("edit-new-card")) }
                a.button href="/edit/claim" data-testid="new-claim" { (page.say("edit-new-claim")) }
                a.button href="/edit/article" data-testid="new-article" { (page.say("article-heading")) }
                a.button href="/edit/import" data-testid="import" { (page.say("claims-import-heading")) }
            }
            @if page.is_coordinator() && editing.ready > 0 {
                @let count = editing.ready.to_string();
                p.hint { (page.strings().say_with("edit-publish-about", &[("count", &count)])) }
                (page.button("/edit/publish", "publish-edited", &page.say("edit-publish")))
            }
        }
    }
}

/// Cards that are held back, and for which claim.
fn held_back(page: &Page) -> Markup {
    let held_back = &page.shown.view.editing.held_back;
    html! {
        @if !held_back.is_empty() {
            section aria-labelledby="held-back-heading" {
                h2 #held-back-heading { (page.say("held-back")) }
                p.hint { (page.say("held-back-about")) }
                ul {
                    @for (card, claim) in held_back {
                        li data-testid="held-back" data-card=(card) {
                            a href={ "/edit/card/" (card) } { bdi { (card) } }
                            @if !claim.is_empty() { " ← " a href={ "/edit/claim/" (claim) } { bdi { (claim) } } }
                        }
                    }
                }
            }
        }
    }
}

/// What those who answer found wrong or missing.
fn remarks(page: &Page) -> Markup {
    let remarks = &page.shown.view.editing.remarks;
    html! {
        @if !remarks.is_empty() {
            section aria-labelledby="remarks-heading" {
                h2 #remarks-heading { (page.say("remarks")) }
                ul {
                    @for one in remarks {
                        li data-testid="remark" data-card=(one.card) {
                            @if one.card.is_empty() { (page.say("remark-no-card")) }
                            @else { a href={ "/edit/card/" (one.card) } { bdi { (one.card) } } }
                            " · " (language_name(page.strings(), one.language)) " · "
                            (page.say(remark_id(one.remark))) " · " (one.count) "× · " (date_of(one.day))
                        }
                    }
                }
            }
        }
    }
}

/// The message of a remark.
fn remark_id(remark: protocol::Remark) -> &'static str {
    match remark {
        protocol::Remark::Wrong => "remark-wrong",
        protocol::Remark::Missing => "remark-missing",
    }
}

fn changes(page: &Page) -> Markup {
    let changes = &page.shown.view.editing.changes;
    html! {
        @if !changes.is_empty() {
            details {
                summary { (page.say("changes")) }
                ul {
                    @for one in changes.iter().take(CHANGES) {
                        @let word = one.what.word();
                        li data-testid="change" data-what=(word) {
                            (date_of(one.day)) " · " bdi { (one.by) } " · "
                            (page.say(&format!("edited-{}", one.kind.word()))) " " bdi { (one.name) } " · "
                            (page.say(&format!("change-{word}")))
                        }
                    }
                }
            }
        }
    }
}

fn render(page: &Page, error: Option<&str>) -> Markup {
    let content = html! {
        @if let Some(error) = error { p.alarm role="alert" data-testid="error" { (error) } }
        p.hint { (page.say("edit-about")) }
        div #editing data-live="" { (rows(page)) (held_back(page)) (remarks(page)) }
        (changes(page))
        p { a href="/cards" { (page.say("back")) } }
    };
    page.with(&page.say("edit-heading"), content)
}

/// `GET /edit`.
async fn list(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Result<Markup, Response> {
    let page = unlocked(&app, session, Place::Cards).await?;
    Ok(render(&page, None))
}

fn refused(page: &Page, error: &CommandError) -> Response {
    let text = errors::command(page.strings(), error);
    (errors::status(error), render(page, Some(&text))).into_response()
}

/// Carries something out, and shows what is edited then.
async fn carry_out(page: &Page, command: Command) -> Result<Response, Response> {
    match page.desk.command(command).await {
        Ok(()) => Ok(Redirect::to("/edit").into_response()),
        Err(error) => Err(refused(page, &error)),
    }
}

/// `POST /edit/publish`: proposes what is ready.
async fn publish(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Cards).await?;
    carry_out(&page, Command::PublishEdited).await
}

/// `POST /edit/stop`: proposes that a published card be sent no more.
async fn stop(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Cards).await?;
    let command = Command::StopCard {
        card: fields.get("card").to_owned(),
        for_good: fields.get("step") == "withdraw",
    };
    carry_out(&page, command).await
}

/// What somebody typed is shown again beside the reason why it was not taken.
fn not_taken(page: &Page, error: &CommandError, screen: impl FnOnce(&str) -> Markup) -> Response {
    let text = errors::command(page.strings(), error);
    (errors::status(error), screen(&text)).into_response()
}

/// What was typed is no card or no claim.
fn not_understood(screen: Markup) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, screen).into_response()
}

/// The revision of a thing that others are based on.
fn current<'a>(page: &'a Page, kind: EditedKind, name: &str) -> Option<&'a RevisionView> {
    let mut all = page.shown.view.editing.revisions.iter();
    all.find(|one| !one.beside && one.edited.name() == (kind, name))
}

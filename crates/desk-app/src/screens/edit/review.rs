//! One revision: what it says, what differs from what is published, who has looked at it, and looking at it.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use desk::{CaseLabel, Command, Refusal, RevisionLabel, RevisionView};
use maud::{Markup, html};
use protocol::{Language, Remark, Text};
use record::{Card, CardSet, Check, Edited};

use super::super::card_view;
use super::super::door::{Fields, Session};
use super::super::page::{Page, Place, csrf};
use super::super::{App, card_changes, unlocked};
use super::{card_fields, check_name, claim, due_line, not_taken, refused, state};
use crate::card_set::date_of;
use crate::sync::CommandError;

/// The published set with something taken in.
fn set_with(page: &Page, edited: &Edited) -> CardSet {
    let mut set = page.card_set().clone();
    set.take_in(edited, page.shown.now.day());
    set
}

/// What is wrong with what is edited, in the set in which it would stand.
pub(super) fn problems(page: &Page, edited: &Edited) -> Markup {
    let set = set_with(page, edited);
    let (_, name) = edited.name();
    let found = set.problems().into_iter();
    let found: Vec<_> = found.filter(|problem| problem.about() == name).collect();
    html! {
        @if !found.is_empty() {
            ul data-testid="problems" {
                @for problem in found {
                    li data-testid="problem" data-problem=(problem.word()) {
                        (page.say(&format!("problem-{}", problem.word())))
                        @let detail = problem.detail();
                        @if !detail.is_empty() { " (" bdi { (detail) } ")" }
                    }
                }
            }
        }
    }
}

/// A set of one card and nothing beside it, as differences are shown.
fn only(card: &Card) -> String {
    serde_json::json!({ "cards": [card] }).to_string()
}

fn card_shown(page: &Page, card: &Card) -> Markup {
    let edited = Edited::Card(Box::new(card.clone()));
    let set = set_with(page, &edited);
    let published = page.card_set().card(&card.id).map(only);
    html! {
        (card_view::flagged(page, &set, card))
        (card_changes::list(page, &only(card), published.as_deref()))
        (card_view::claims(page, &set, card))
    }
}

fn made(page: &Page, revision: &RevisionView) -> Markup {
    html! {
        @if !revision.made.is_empty() {
            h2 { (page.say("checks")) }
            ul {
                @for (who, check, objection) in &revision.made {
                    li data-testid="check-made" data-objects=(objection.is_some()) {
                        bdi { (who) } " · " (check_name(page, check)) " · "
                        @match objection {
                            Some(objection) => { strong { (page.say("check-objects")) } ": " bdi { (objection) } }
                            None => { (page.say("check-agrees")) }
                        }
                    }
                }
            }
        }
    }
}

/// The word of a check, in forms and scripts.
pub(in super::super) fn check_value(check: &Check) -> String {
    match check {
        Check::Facts => "facts".into(),
        Check::Law => "law".into(),
        Check::Language(tag) => format!("language-{tag}"),
    }
}

/// The check of a word.
pub(in super::super) fn check_of(value: &str) -> Option<Check> {
    match value {
        "facts" => Some(Check::Facts),
        "law" => Some(Check::Law),
        other => {
            let tag = other.strip_prefix("language-")?;
            Some(Check::Language(tag.into()))
        }
    }
}

fn check_forms(page: &Page, revision: &RevisionView, typed: &str) -> Markup {
    html! {
        @if !revision.may_check.is_empty() {
            section aria-labelledby="check-heading" {
                h2 #check-heading { (page.say("check-heading")) }
                p.hint { (page.say("check-about")) }
                @for check in &revision.may_check {
                    form method="post" action={ "/edit/revision/" (revision.label) "/check" } data-testid={ "check-form-" (check_value(check)) } {
                        (csrf(&page.session))
                        input type="hidden" name="check" value=(check_value(check));
                        h3 { (check_name(page, check)) }
                        button type="submit" name="verdict" value="agrees" data-testid={ "check-" (check_value(check)) } { (page.say("check-agree")) }
                        details open[!typed.is_empty()] {
                            summary { (page.say("check-object")) }
                            textarea name="objection" rows="2" maxlength="400" dir="auto" autocomplete="off" aria-label=(page.say("check-object")) { "\n" (typed) }
                            button.danger type="submit" name="verdict" value="objects" data-testid={ "object-" (check_value(check)) } { (page.say("check-object")) }
                        }
                    }
                }
            }
        }
    }
}

fn render(page: &Page, revision: &RevisionView, error: Option<&str>, typed: &str) -> Markup {
    let (kind, name) = revision.edited.name();
    let state = state(revision);
    let base = match revision.beside {
        // Whoever goes on from a version that stands beside another replaces that other one, having seen it.
        true => super::current(page, kind, name).map(|current| current.label),
        false => Some(revision.label),
    };
    let base = base.map(|label| label.to_string()).unwrap_or_default();
    let content = html! {
        @if let Some(error) = error { p.alarm role="alert" data-testid="error" { (error) } }
        p data-testid="revision-state" data-state=(state) {
            strong { (page.say(&format!("revision-{state}"))) } " · " bdi { (revision.by) } " · " (date_of(revision.day))
        }
        @if revision.beside {
            @if let Some(other) = super::current(page, kind, name) {
                p.alarm { (page.say("revision-beside-about")) " " a href={ "/edit/revision/" (other.label) } { bdi { (other.by) } } }
            }
        }
        div #due data-live="" {
            @if let Some(due) = due_line(page, &revision.due) { p data-testid="due" { (due) } }
        }
        (problems(page, &revision.edited))
        @match &revision.edited {
            Edited::Card(card) => { (card_shown(page, card)) }
            Edited::Claim(edited) => { (claim::shown(page, edited)) }
        }
        div #checks-made data-live="" { (made(page, revision)) }
        (check_forms(page, revision, typed))
        details data-testid="go-on" open[revision.mine && !revision.for_review] {
            summary { (page.say("edit-go-on")) }
            @match &revision.edited {
                Edited::Card(card) => { (card_fields::form(page, card, &base, false)) }
                Edited::Claim(edited) => { (claim::form(page, edited, &base, false)) }
            }
        }
        @if revision.may_drop {
            form method="post" action={ "/edit/revision/" (revision.label) "/drop" } {
                (csrf(&page.session))
                button.danger type="submit" data-testid="drop-revision" { (page.say("edit-drop")) }
            }
        }
        p { a href="/edit" { (page.say("back")) } }
    };
    let kind = page.say(&format!("edited-{}", kind.word()));
    page.with(&format!("{kind} {name}"), content)
}

fn find<'a>(page: &'a Page, label: &str) -> Option<&'a RevisionView> {
    let label = RevisionLabel::from_hex(label);
    let mut all = page.shown.view.editing.revisions.iter();
    all.find(|one| Some(one.label) == label)
}

/// The revision was replaced, given up or published meanwhile.
fn gone(page: &Page) -> Response {
    refused(page, &CommandError::Refused(Refusal::UnknownRevision))
}

/// `GET /edit/revision/LABEL`.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(label): Path<String>,
) -> Result<Markup, Response> {
    let page = unlocked(&app, session, Place::Cards).await?;
    let revision = find(&page, &label).ok_or_else(|| gone(&page))?;
    Ok(render(&page, revision, None, ""))
}

/// `POST /edit/revision/LABEL/check`.
pub(super) async fn check(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(label): Path<String>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Cards).await?;
    let revision = find(&page, &label).ok_or_else(|| gone(&page))?;
    let typed = fields.get("objection").trim();
    let objects = fields.get("verdict") == "objects";
    let again = |text: &str| render(&page, revision, Some(text), typed);
    let objection = match objects {
        true => Text::new(&typed.replace("\r\n", "\n")),
        false => Ok(Text::empty()),
    };
    let (Some(check), Ok(objection)) = (check_of(fields.get("check")), objection) else {
        return Err(super::not_understood(again(
            &page.say("refused-note-too-long"),
        )));
    };
    if objects && objection.is_empty() {
        return Err(super::not_understood(again(
            &page.say("decline-needs-reason"),
        )));
    }
    let command = Command::CheckRevision {
        revision: revision.label,
        check,
        objection,
    };
    match page.desk.command(command).await {
        Ok(()) => Ok(Redirect::to("/edit").into_response()),
        Err(error) => Err(not_taken(&page, &error, again)),
    }
}

/// `POST /edit/revision/LABEL/drop`.
pub(super) async fn give_up(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(label): Path<String>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Cards).await?;
    let revision = find(&page, &label).ok_or_else(|| gone(&page))?;
    super::carry_out(&page, Command::DropRevision(revision.label)).await
}

/// `POST /edit/remark`: one word about a card; then back to the case, or to the cards.
pub(super) async fn remark(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Cards).await?;
    let back = match CaseLabel::from_hex(fields.get("case")) {
        Some(case) => format!("/case/{case}"),
        None => "/cards".into(),
    };
    let language = Language::from_tag(fields.get("language"));
    let command = Command::Remark {
        card: fields.get("card").to_owned(),
        language: language.unwrap_or(page.strings().language()),
        remark: match fields.get("remark") {
            "wrong" => Remark::Wrong,
            _ => Remark::Missing,
        },
    };
    match page.desk.command(command).await {
        Ok(()) => Ok(Redirect::to(&back).into_response()),
        Err(error) => Err(refused(&page, &error)),
    }
}

//! When a case's holder is reminded and when the case is destroyed; asking to keep it longer; what destroying destroys.

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use desk::{CaseView, Command, Proposed};
use maud::{Markup, html};
use protocol::ExtensionReason;
use wire::Day;

use super::super::door::{Fields, Session};
use super::super::page::{Page, csrf};
use super::super::proposal_view::extension_code;
use super::super::{App, errors};
use super::{find_held, looks};
use crate::card_set::{date_of, day_of};

/// How many days from today a case can be kept at most; the desk refuses more.
const LONGEST: u32 = 90;
/// By how many days a case is kept longer, unless somebody says otherwise.
const USUAL: u32 = 30;
/// How long a screen waits for the team log to hold what was asked.
pub(super) const PATIENCE: Duration = Duration::from_secs(3);

/// The clocks of a case, in sentences.
pub(super) fn list(page: &Page, case: &CaseView) -> Markup {
    let with = |id: &str, day: Day| page.strings().say_with(id, &[("date", &date_of(day))]);
    let is_near = case.remind_on <= page.shown.now.day();
    html! {
        @if is_near {
            p.alarm data-testid="clock-near" { (with(message_id!("case-clock-near"), case.destroy_after)) }
        } @else {
            p data-testid="clock-remind" { (with(message_id!("case-clock-remind"), case.remind_on)) }
        }
        p data-testid="clock-destroy" { (with(message_id!("case-clock-destroy"), case.destroy_after)) }
        @if let Some(until) = case.extension {
            p.notice data-testid="extension-pending" { (with(message_id!("case-clock-pending"), until)) }
        }
    }
}

/// What destroying destroys, as a list.
pub(in super::super) fn destroys(page: &Page) -> Markup {
    html! {
        p { (page.say("case-destroys")) }
        ul data-testid="destroys" {
            li { (page.say("case-destroys-texts")) }
            li { (page.say("case-destroys-keys")) }
            li { (page.say("case-destroys-relay")) }
        }
        p { (page.say("case-destroys-told")) }
    }
}

/// Where whoever closes a case finds a word for himself: it is at the end of the shift, and kept nowhere.
pub(in super::super) fn helper_note(page: &Page) -> Markup {
    html! {
        p.hint { a href="/shifts/end" data-testid="helper-note-link" { (page.say("case-helper-note")) } }
    }
}

/// What was typed, and why it was not asked.
#[derive(Default)]
struct Unasked<'a> {
    error: Option<String>,
    until: Option<&'a str>,
    reason: &'a str,
}

pub(super) fn reason(code: &str) -> Option<ExtensionReason> {
    let mut reasons = ExtensionReason::ALL.into_iter();
    reasons.find(|reason| extension_code(*reason) == code)
}

fn screen(page: &Page, case: &CaseView, unasked: &Unasked<'_>) -> Markup {
    let content = html! {
        (looks())
        @if let Some(error) = &unasked.error { p.alarm role="alert" data-testid="error" { (error) } }
        h2 { (page.say("case-extend")) }
        (list(page, case))
        p { (page.say("case-extend-about")) }
        @if case.extension.is_none() { (form(page, case, unasked)) }
        h2 { (page.say("case-destroys-heading")) }
        (destroys(page))
        p { a href={ "/case/" (case.label) } data-testid="cancel" { (page.say("back")) } }
    };
    page.with(&page.case_name(case.label), content)
}

fn form(page: &Page, case: &CaseView, unasked: &Unasked<'_>) -> Markup {
    let longest = page.shown.now.day().plus(LONGEST);
    let first = case.destroy_after.plus(1).min(longest);
    let usual = date_of(case.destroy_after.plus(USUAL).min(longest));
    html! {
        form method="post" action={ "/case/" (case.label) "/extend" } {
            (csrf(&page.session))
            label for="extend-until" { (page.say("case-extend-until")) }
            input #extend-until type="date" name="until" required min=(date_of(first)) max=(date_of(longest))
                value=(unasked.until.unwrap_or(&usual)) data-testid="extend-until";
            fieldset {
                legend { (page.say("case-extend-reason")) }
                @for reason in ExtensionReason::ALL {
                    @let code = extension_code(reason);
                    label.choice {
                        input type="radio" name="reason" value=(code) required checked[code == unasked.reason] data-testid="extend-reason";
                        (page.say(&format!("extension-{code}")))
                    }
                }
            }
            button type="submit" data-testid="extend-confirm" { (page.say("case-extend-ask")) }
        }
    }
}

/// `GET /case/LABEL/extend`.
pub(crate) async fn get(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(label): Path<String>,
) -> Result<Markup, Response> {
    let (page, case) = find_held(&app, session, &label).await?;
    Ok(screen(&page, &case, &Unasked::default()))
}

/// `POST /case/LABEL/extend`.
pub(crate) async fn post(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(label): Path<String>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let (page, case) = find_held(&app, session, &label).await?;
    let again = |status: StatusCode, error: String| {
        let unasked = Unasked {
            error: Some(error),
            until: Some(fields.get("until")),
            reason: fields.get("reason"),
        };
        (status, screen(&page, &case, &unasked)).into_response()
    };
    let wrong = StatusCode::UNPROCESSABLE_ENTITY;
    let later = |until: &Day| *until > case.destroy_after;
    let Some(until) = day_of(fields.get("until").trim()).filter(later) else {
        return Err(again(wrong, page.say("case-extend-later")));
    };
    let Some(reason) = reason(fields.get("reason")) else {
        return Err(again(wrong, page.say("case-extend-needs-reason")));
    };
    let command = Command::ExtendCase {
        case: case.label,
        until,
        reason,
    };
    match page.desk.command(command).await {
        Ok(()) => {
            wait_until_asked(&page, &case).await;
            Ok(Redirect::to(&format!("/case/{}/extend", case.label)).into_response())
        }
        Err(error) => {
            let text = errors::command(page.strings(), &error);
            Err(again(errors::status(&error), text))
        }
    }
}

/// Waits until what was asked stands in the team log; without a connection it is shown as pending later.
async fn wait_until_asked(page: &Page, case: &CaseView) {
    let is_asked =
        |what: &Proposed| matches!(what, Proposed::Extension { case: of, .. } if *of == case.label);
    let asked = page.desk.wait_until(|shown| {
        let mut proposals = shown.view.proposals.iter();
        proposals.any(|proposal| is_asked(&proposal.what))
    });
    let _ = tokio::time::timeout(PATIENCE, asked).await;
}

/// A message id on its way to `say_with`; a test looks for these too.
macro_rules! message_id {
    ($id:literal) => {
        $id
    };
}
use message_id;

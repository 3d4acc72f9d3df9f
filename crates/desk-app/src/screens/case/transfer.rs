//! Giving a case to a colleague, and putting it back into the queue.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use desk::{CaseView, Command};
use maud::{Markup, html};
use protocol::Text;
use statements::Act;

use super::super::door::{Fields, Session};
use super::super::page::{Page, csrf};
use super::super::shifts::{device, hex};
use super::super::{App, errors};
use super::{colleagues, find_held, looks};

/// What was chosen and typed, and why it was not done.
#[derive(Default)]
pub(super) struct Unsent<'a> {
    pub(super) error: Option<String>,
    pub(super) to: &'a str,
    pub(super) note: &'a str,
}

/// The screen on which a colleague is chosen.
pub(super) fn screen(page: &Page, case: &CaseView, unsent: &Unsent<'_>) -> Markup {
    let members = colleagues::sorted(page, case.language, |member| {
        colleagues::can(page, member, Act::Answer)
    });
    let content = html! {
        (looks())
        @if let Some(error) = &unsent.error { p.alarm role="alert" data-testid="error" { (error) } }
        h2 { (page.say("case-transfer")) }
        p data-testid="transfer-about" { (page.say("case-transfer-about")) }
        @if members.is_empty() {
            p data-testid="nobody-reachable" { (page.say("case-nobody-reachable")) }
            p { a href={ "/case/" (case.label) "/return" } { (page.say("case-return")) } }
        } @else {
            form method="post" action={ "/case/" (case.label) "/transfer" } {
                (csrf(&page.session))
                (colleagues::choice(page, &page.say("case-transfer-to"), &members, unsent.to))
                p.hint { (page.say("case-reachable-only")) }
                label for="transfer-note" { (page.say("case-transfer-note")) }
                textarea #transfer-note name="note" rows="4" dir="auto" autocomplete="off"
                    aria-describedby="transfer-hint" data-testid="transfer-note" { "\n" (unsent.note) }
                p #transfer-hint .hint { (page.say("case-transfer-note-hint")) }
                button type="submit" data-testid="transfer-confirm" { (page.say("case-transfer")) }
            }
        }
        p { a href={ "/case/" (case.label) } data-testid="cancel" { (page.say("cancel")) } }
    };
    page.with(&page.case_name(case.label), content)
}

/// `GET /case/LABEL/transfer`.
pub(crate) async fn get(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(label): Path<String>,
) -> Result<Markup, Response> {
    let (page, case) = find_held(&app, session, &label).await?;
    Ok(screen(&page, &case, &Unsent::default()))
}

/// `POST /case/LABEL/transfer`.
pub(crate) async fn post(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(label): Path<String>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let (page, case) = find_held(&app, session, &label).await?;
    let unsent = Unsent {
        error: None,
        to: fields.get("to"),
        note: fields.get("note"),
    };
    Ok(give(&page, &case, unsent).await)
}

/// Gives the case away and goes to the queue, which says to whom; otherwise the screen again with what was typed.
pub(super) async fn give(page: &Page, case: &CaseView, unsent: Unsent<'_>) -> Response {
    let again = |status: StatusCode, error: String| {
        let unsent = Unsent {
            error: Some(error),
            ..unsent
        };
        (status, screen(page, case, &unsent)).into_response()
    };
    let wrong = StatusCode::UNPROCESSABLE_ENTITY;
    let Some(to) = device(unsent.to) else {
        return again(wrong, page.say("case-nobody-chosen"));
    };
    let note = match Text::new(&unsent.note.replace("\r\n", "\n")) {
        Ok(note) => note,
        Err(too_long) => return again(wrong, super::too_long(page, too_long.over)),
    };
    let command = Command::Transfer {
        case: case.label,
        to,
        note,
    };
    match page.desk.command(command).await {
        Ok(()) => Redirect::to(&format!("/?case={}&to={}", case.label, hex(&to))).into_response(),
        Err(error) => again(
            errors::status(&error),
            errors::command(page.strings(), &error),
        ),
    }
}

/// The screen that asks once more before a case goes back.
fn return_screen(page: &Page, case: &CaseView, error: Option<&str>) -> Markup {
    let content = html! {
        (looks())
        @if let Some(error) = error { p.alarm role="alert" data-testid="error" { (error) } }
        h2 { (page.say("case-return")) }
        p { (page.say("case-return-about")) }
        (page.button(&format!("/case/{}/return", case.label), "return-confirm", &page.say("case-return")))
        p { a href={ "/case/" (case.label) } data-testid="cancel" { (page.say("cancel")) } }
    };
    page.with(&page.case_name(case.label), content)
}

/// `GET /case/LABEL/return`.
pub(crate) async fn confirm_return(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(label): Path<String>,
) -> Result<Markup, Response> {
    let (page, case) = find_held(&app, session, &label).await?;
    Ok(return_screen(&page, &case, None))
}

/// `POST /case/LABEL/return`.
pub(crate) async fn give_back(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(label): Path<String>,
) -> Result<Response, Response> {
    let (page, case) = find_held(&app, session, &label).await?;
    match page.desk.command(Command::Return(case.label)).await {
        Ok(()) => Ok(Redirect::to(&format!("/?case={}", case.label)).into_response()),
        Err(error) => {
            let text = errors::command(page.strings(), &error);
            let screen = return_screen(&page, &case, Some(&text));
            Err((errors::status(&error), screen).into_response())
        }
    }
}

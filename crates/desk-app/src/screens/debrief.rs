//! The end of a shift: what becomes of what is open, a note for the helper, and a talk of which nothing is kept but that it was had.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use desk::Command;
use maud::{Markup, html};

use super::door::{Fields, Session};
use super::page::{Page, Place, csrf};
use super::{App, errors, unlocked};

fn render(page: &Page, error: Option<&str>) -> Markup {
    let view = &page.shown.view;
    let open = view.cases.len().to_string();
    let completed = view.completed_shifts.to_string();
    let (collected, answers) = view.collected;
    let content = html! {
        @if let Some(error) = error { p.alarm role="alert" data-testid="error" { (error) } }
        p { (page.strings().say_with("debrief-open", &[("count", &open)])) }
        section aria-labelledby="debrief-heading" {
            h2 #debrief-heading { (page.say("debrief")) }
            p { (page.say("debrief-about")) }
            ul.questions {
                li { (page.say("debrief-body")) }
                li { (page.say("debrief-stays")) }
                li { (page.say("debrief-somebody")) }
            }
            p.hint { (page.say("debrief-not-kept")) }
        }
        section.closing-note aria-labelledby="helper-note-heading" data-testid="helper-note" {
            h2 #helper-note-heading { (page.say("helper-note")) }
            p { (page.say("helper-note-text")) }
            p { (page.say("helper-note-rest")) }
        }
        form method="post" action="/shifts/check-out" {
            (csrf(&page.session))
            button type="submit" name="debriefed" value="1" data-testid="debriefed" { (page.say("debrief-done")) }
            " "
            button.quiet type="submit" data-testid="check-out-plain" { (page.say("debrief-skip")) }
        }
        p.hint data-testid="completed-shifts" { (page.strings().say_with("debrief-completed", &[("count", &completed)])) }
        @if answers > 0 {
            p.hint data-testid="collected" {
                (page.strings().say_with("debrief-collected", &[("collected", &collected.to_string()), ("all", &answers.to_string())]))
            }
        }
        p { a href="/shifts" data-testid="cancel" { (page.say("debrief-stay")) } }
    };
    page.with(&page.say("shift-end"), content)
}

/// `GET /shifts/end`.
pub(crate) async fn get(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Result<Markup, Response> {
    let page = unlocked(&app, session, Place::Shifts).await?;
    Ok(render(&page, None))
}

/// `POST /shifts/check-out`.
pub(crate) async fn check_out(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Shifts).await?;
    let command = Command::CheckOut {
        debriefed: !fields.get("debriefed").is_empty(),
    };
    match page.desk.command(command).await {
        Ok(()) => Ok(Redirect::to("/shifts").into_response()),
        Err(error) => {
            let text = errors::command(page.strings(), &error);
            Err((errors::status(&error), render(&page, Some(&text))).into_response())
        }
    }
}

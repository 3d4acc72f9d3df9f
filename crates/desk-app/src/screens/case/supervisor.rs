//! Inviting a senior to read along.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use desk::{CaseView, Command, MemberView};
use maud::{Markup, html};
use statements::Act;

use super::super::door::{Fields, Session};
use super::super::page::{Page, csrf};
use super::super::shifts::device;
use super::super::{App, errors};
use super::{colleagues, find_held, looks};

/// Whether a member can be invited: supervises, may, can be reached, and does not read along already.
fn can_be_invited(page: &Page, case: &CaseView, member: &MemberView) -> bool {
    member.stage.supervises()
        && colleagues::can(page, member, Act::Supervise)
        && !case.supervisors.contains(&member.work_name)
}

/// The screen on which a senior is chosen.
pub(super) fn screen(page: &Page, case: &CaseView, error: Option<&str>, chosen: &str) -> Markup {
    let may = |member: &MemberView| can_be_invited(page, case, member);
    let members = colleagues::sorted(page, case.language, may);
    let content = html! {
        (looks())
        @if let Some(error) = error { p.alarm role="alert" data-testid="error" { (error) } }
        h2 { (page.say("case-invite")) }
        p { (page.say("case-invite-about")) }
        @if members.is_empty() {
            p data-testid="nobody-reachable" { (page.say("case-no-senior")) }
        } @else {
            form method="post" action={ "/case/" (case.label) "/supervisor" } {
                (csrf(&page.session))
                (colleagues::choice(page, &page.say("case-invite-whom"), &members, chosen))
                p.hint { (page.say("case-reachable-only")) }
                button type="submit" data-testid="invite-confirm" { (page.say("case-invite")) }
            }
        }
        p { a href={ "/case/" (case.label) } data-testid="cancel" { (page.say("cancel")) } }
    };
    page.with(&page.case_name(case.label), content)
}

/// `GET /case/LABEL/supervisor`.
pub(crate) async fn get(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(label): Path<String>,
) -> Result<Markup, Response> {
    let (page, case) = find_held(&app, session, &label).await?;
    Ok(screen(&page, &case, None, ""))
}

/// `POST /case/LABEL/supervisor`.
pub(crate) async fn post(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(label): Path<String>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let (page, case) = find_held(&app, session, &label).await?;
    let chosen = fields.get("to");
    let again = |status: StatusCode, error: &str| {
        let screen = screen(&page, &case, Some(error), chosen);
        (status, screen).into_response()
    };
    let Some(device) = device(chosen) else {
        let error = page.say("case-nobody-chosen");
        return Err(again(StatusCode::UNPROCESSABLE_ENTITY, &error));
    };
    let command = Command::InviteSupervisor {
        case: case.label,
        device,
    };
    match page.desk.command(command).await {
        Ok(()) => Ok(Redirect::to(&format!("/case/{}", case.label)).into_response()),
        Err(error) => {
            let text = errors::command(page.strings(), &error);
            Err(again(errors::status(&error), &text))
        }
    }
}

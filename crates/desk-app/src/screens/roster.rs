//! The team, and for coordinators inviting and admitting.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use desk::{Command, JoiningView, MemberView};
use maud::{Markup, html};
use statements::Role;

use super::door::{Fields, Session};
use super::page::{Page, Place, csrf, words};
use super::shifts::{device, hex};
use super::{App, errors, unlocked};

/// `GET /roster`. A person who opens it is shown who has answered; a refresh by the script does not ask again.
pub(crate) async fn get(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
) -> Result<Markup, Response> {
    let page = unlocked(&app, session, Place::Roster).await?;
    let is_refresh = headers.contains_key("x-script");
    if !is_refresh && page.is_coordinator() && !page.shown.view.invited.is_empty() {
        // The list is shown either way; whether the relay can be asked stands in the status line.
        let _ = page.desk.command(Command::CheckInvitations).await;
    }
    Ok(render(&page, None))
}

fn role_name(page: &Page, role: Role) -> String {
    match role {
        Role::Guide => page.say("role-guide"),
        Role::Coordinator => page.say("role-coordinator"),
    }
}

fn render(page: &Page, error: Option<&str>) -> Markup {
    let content = html! {
        @if let Some(error) = error { p.alarm role="alert" data-testid="error" { (error) } }
        section #members data-live="" { (members(page)) }
        @if page.is_coordinator() {
            section aria-labelledby="invite-heading" {
                h2 #invite-heading { (page.say("invite")) }
                (invite_form(page))
                div #invitations data-live="" { (invitations(page)) }
            }
            section #joining data-live="" { @for newcomer in &page.shown.view.joining { (joining(page, newcomer)) } }
        }
    };
    page.with(&page.say("nav-roster"), content)
}

fn members(page: &Page) -> Markup {
    let roster = &page.shown.view.roster;
    html! {
        @if roster.is_empty() { p { (page.say("roster-empty")) } }
        @else {
            table {
                thead { tr { th scope="col" { (page.say("work-name")) } th scope="col" { (page.say("role")) } } }
                tbody { @for member in roster { (member_row(page, member)) } }
            }
        }
    }
}

fn member_row(page: &Page, member: &MemberView) -> Markup {
    html! {
        tr data-testid="member" data-device=(hex(&member.device)) {
            td { @if member.me { strong { bdi { (member.work_name) } } } @else { bdi { (member.work_name) } } }
            td { (role_name(page, member.role)) }
        }
    }
}

fn invite_form(page: &Page) -> Markup {
    html! {
        form method="post" action="/roster/invite" {
            (csrf(&page.session))
            label for="invite-name" { (page.say("invite-name")) }
            input #invite-name name="name" maxlength="64" required dir="auto" autocomplete="off" data-testid="invite-name";
            " "
            button type="submit" data-testid="invite" { (page.say("invite")) }
        }
    }
}

fn invitations(page: &Page) -> Markup {
    let invited = &page.shown.view.invited;
    html! {
        @if !invited.is_empty() {
            @if let Some(invitation) = &page.shown.invitation {
                label for="invitation" { (page.say("invite-made")) }
                textarea #invitation readonly rows="5" data-testid="invitation" spellcheck="false" { (invitation.as_str()) }
                button.quiet type="button" data-copy="invitation" hidden { (page.say("copy")) }
            }
            p { (page.say("invite-waiting")) }
            ul { @for name in invited { li data-testid="invited" { bdi { (name) } } } }
            (page.button("/roster/look", "look", &page.say("try-again")))
        }
    }
}

fn joining(page: &Page, newcomer: &JoiningView) -> Markup {
    let hidden = html! {
        (csrf(&page.session))
        input type="hidden" name="device" value=(hex(&newcomer.device));
    };
    html! {
        article.joining data-testid="joining" data-device=(hex(&newcomer.device)) {
            h3 {
                bdi { (newcomer.work_name) }
                @if newcomer.invited_as != newcomer.work_name { " (" bdi { (newcomer.invited_as) } ")" }
            }
            p { (page.say("admit-compare")) }
            (words(page.strings(), &newcomer.comparison))
            @if newcomer.admitting { p { (page.say("syncing")) } }
            @else {
                form method="post" action="/roster/admit" {
                    (hidden)
                    label {
                        (page.say("role")) " "
                        select name="role" data-testid="role" {
                            option value="guide" selected { (role_name(page, Role::Guide)) }
                            option value="coordinator" { (role_name(page, Role::Coordinator)) }
                        }
                    }
                    " "
                    button type="submit" data-testid="admit" { (page.say("admit")) }
                }
                form method="post" action="/roster/refuse" {
                    (hidden)
                    button.danger type="submit" data-testid="refuse" { (page.say("refuse")) }
                }
            }
        }
    }
}

/// The role of a code in forms and scripts.
pub(super) fn role_of(code: &str) -> Option<Role> {
    match code {
        "guide" => Some(Role::Guide),
        "coordinator" => Some(Role::Coordinator),
        _ => None,
    }
}

/// The code of a role in forms and scripts.
pub(super) fn role_code(role: Role) -> &'static str {
    match role {
        Role::Guide => "guide",
        Role::Coordinator => "coordinator",
    }
}

async fn carry_out(page: &Page, command: Command) -> Response {
    match page.desk.command(command).await {
        Ok(()) => Redirect::to("/roster").into_response(),
        Err(error) => {
            let text = errors::command(page.strings(), &error);
            (errors::status(&error), render(page, Some(&text))).into_response()
        }
    }
}

/// `POST /roster/invite`.
pub(crate) async fn invite(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Roster).await?;
    let command = Command::Invite {
        work_name: fields.get("name").trim().to_owned(),
    };
    Ok(carry_out(&page, command).await)
}

/// `POST /roster/look`: who has answered an invitation?
pub(crate) async fn look(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Roster).await?;
    Ok(carry_out(&page, Command::CheckInvitations).await)
}

fn unknown(page: &Page) -> Response {
    let text = errors::refusal(page.strings(), desk::Refusal::UnknownNewcomer);
    (axum::http::StatusCode::CONFLICT, render(page, Some(&text))).into_response()
}

/// `POST /roster/admit`.
pub(crate) async fn admit(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Roster).await?;
    match (device(fields.get("device")), role_of(fields.get("role"))) {
        (Some(device), Some(role)) => Ok(carry_out(&page, Command::Admit { device, role }).await),
        _ => Err(unknown(&page)),
    }
}

/// `POST /roster/refuse`.
pub(crate) async fn refuse(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Roster).await?;
    match device(fields.get("device")) {
        Some(device) => Ok(carry_out(&page, Command::RefuseJoin { device }).await),
        None => Err(unknown(&page)),
    }
}

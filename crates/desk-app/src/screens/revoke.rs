//! Shutting a device out: what happens then, in plain words, and only after its work name was typed.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use desk::{Command, MemberView};
use maud::{Markup, html};
use statements::RemovalReason;

use super::door::{Fields, Session};
use super::forms::labelled;
use super::member::{device_digits, find};
use super::page::{Page, csrf};
use super::roster::places;
use super::shifts::hex;
use super::{App, errors, help};

/// `GET /roster/member/DEVICE/revoke`.
pub(crate) async fn get(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(digits): Path<String>,
) -> Result<Markup, Response> {
    let (page, member) = find(&app, session, &digits).await?;
    match page.is_coordinator() {
        true => Ok(render(&page, &member, None, "")),
        false => Err(help::missing(&page)),
    }
}

/// The name of why a device leaves.
pub(super) fn reason_name(page: &Page, reason: RemovalReason) -> String {
    page.say(&format!("removal-{}", reason.word()))
}

fn render(page: &Page, member: &MemberView, error: Option<&str>, chosen: &str) -> Markup {
    let strings = page.strings();
    let name = [("name", member.work_name.as_str())];
    let confirm = html! {
        input name="confirm" required dir="auto" autocomplete="off" spellcheck="false" data-testid="revoke-confirm";
    };
    let content = html! {
        @if let Some(error) = error { p.alarm role="alert" data-testid="error" { (error) } }
        (places(page, ""))
        p { (page.say("device")) ": " (device_digits(&hex(&member.device))) }
        h2 { (page.say("revoke-what-happens")) }
        ol data-testid="revoke-explained" {
            li { (strings.say_with("revoke-now", &name)) }
            li { (page.say("revoke-keys")) }
            li { (page.say("revoke-cases")) }
            li { (page.say("revoke-contacts")) }
            li { (page.say("revoke-exposure")) }
            li { (page.say("revoke-final")) }
        }
        @if member.me { p.alarm { (page.say("revoke-self")) } }
        form method="post" action={ "/roster/member/" (hex(&member.device)) "/revoke" } {
            (csrf(&page.session))
            fieldset {
                legend { (page.say("revoke-reason")) }
                @for reason in RemovalReason::ALL.iter().copied() {
                    label.choice {
                        input type="radio" name="reason" value=(reason.word()) required checked[chosen == reason.word()]
                            data-testid={ "reason-" (reason.word()) };
                        " " (reason_name(page, reason))
                    }
                }
            }
            (labelled(&strings.say_with("revoke-type-name", &name), &confirm))
            button.danger type="submit" data-testid="revoke-now" { (page.say("revoke")) }
            " "
            a href={ "/roster/member/" (hex(&member.device)) } { (page.say("cancel")) }
        }
    };
    page.with(&strings.say_with("revoke-heading", &name), content)
}

/// `POST /roster/member/DEVICE/revoke`.
pub(crate) async fn post(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(digits): Path<String>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let (page, member) = find(&app, session, &digits).await?;
    let chosen = fields.get("reason");
    let wrong = |message: String| {
        let screen = render(&page, &member, Some(&message), chosen);
        (StatusCode::UNPROCESSABLE_ENTITY, screen).into_response()
    };
    let Some(reason) = RemovalReason::from_word(chosen) else {
        return Err(wrong(page.say("revoke-no-reason")));
    };
    if fields.get("confirm").trim() != member.work_name {
        return Err(wrong(page.say("revoke-wrong-name")));
    }
    let command = Command::Revoke {
        device: member.device,
        reason,
    };
    match page.desk.command(command).await {
        Ok(()) => Ok(Redirect::to("/exposure").into_response()),
        Err(error) => {
            let text = errors::command(page.strings(), &error);
            let screen = render(&page, &member, Some(&text), chosen);
            Err((errors::status(&error), screen).into_response())
        }
    }
}

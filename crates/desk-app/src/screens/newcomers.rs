//! Inviting and admitting: for coordinators.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use desk::{Command, JoiningView, Refusal};
use maud::{Markup, PreEscaped, html};
use qrcode::{EcLevel, QrCode, render::svg};
use statements::{Act, Profile, Stage};

use super::door::{Fields, Session};
use super::forms::{self, Typed, USUAL_DAYS};
use super::page::{Page, Place, csrf, words};
use super::roster::render;
use super::shifts::{device, hex};
use super::{App, Made, errors, unlocked};
use crate::card_set::date_of;
use crate::sync::CommandError;

/// The smallest width of the picture of an invitation, in pixels.
const PICTURE_SIZE: u32 = 280;

/// Everything about newcomers on the roster screen.
pub(super) fn section(page: &Page, made: &[Made], typed: Typed<'_>) -> Markup {
    html! {
        section aria-labelledby="invite-heading" {
            h2 #invite-heading { (page.say("invite")) }
            (invite_form(page))
            div #invitations data-live="" { (invitations(page, made)) }
        }
        section #joining data-live="" {
            @for newcomer in &page.shown.view.joining { (joining(page, newcomer, typed)) }
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

fn invitations(page: &Page, made: &[Made]) -> Markup {
    let invited = &page.shown.view.invited;
    html! {
        @for (number, made) in made.iter().enumerate().rev() { (invitation(page, number, made)) }
        @if !invited.is_empty() {
            p { (page.say("invite-waiting")) }
            ul { @for name in invited { li data-testid="invited" { bdi { (name) } } } }
            (page.button("/roster/look", "look", &page.say("try-again")))
        }
    }
}

fn invitation(page: &Page, number: usize, made: &Made) -> Markup {
    let id = format!("invitation-{number}");
    html! {
        article data-testid="made" {
            h3 { bdi { (made.work_name) } }
            label for=(id) { (page.say("invite-made")) }
            textarea.invitation id=(id) readonly rows="5" data-testid="invitation" spellcheck="false" { (made.text.as_str()) }
            button.quiet type="button" data-copy=(id) hidden { (page.say("copy")) }
            p { a href={ "/roster/invitation/" (number) } download="footbridge-invitation.txt" data-testid="invitation-file" {
                (page.say("invite-file"))
            } }
            @if let Some(picture) = picture(&made.text) {
                details {
                    summary { (page.say("invite-picture")) }
                    div.picture role="img" aria-label=(page.say("invite-picture")) data-testid="invitation-picture" { (picture) }
                }
            }
        }
    }
}

/// The text as a QR code; `None` when it is too long for one.
fn picture(text: &str) -> Option<Markup> {
    let code = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
    let drawn = code
        .render::<svg::Color<'_>>()
        .min_dimensions(PICTURE_SIZE, PICTURE_SIZE)
        .build();
    // What stands before it is for files of their own.
    let from = drawn.find("<svg")?;
    Some(PreEscaped(drawn.get(from..)?.to_owned()))
}

fn joining(page: &Page, newcomer: &JoiningView, typed: Typed<'_>) -> Markup {
    let digits = hex(&newcomer.device);
    let hidden = html! {
        (csrf(&page.session))
        input type="hidden" name="device" value=(digits);
    };
    // What was typed for one newcomer is not shown for another.
    let typed = Typed(typed.0.filter(|fields| fields.get("device") == digits));
    html! {
        article.joining data-testid="joining" data-device=(digits) {
            h3 {
                bdi { (newcomer.work_name) }
                @if newcomer.invited_as != newcomer.work_name { " (" bdi { (newcomer.invited_as) } ")" }
            }
            p { (page.say("admit-compare")) }
            (words(page.strings(), &newcomer.comparison))
            @if newcomer.admitting { p data-testid="admitting" { (page.say("admitting")) } }
            @else {
                form method="post" action="/roster/admit" data-typed[typed.0.is_some()] {
                    (hidden)
                    (admission_fields(page, typed))
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

fn admission_fields(page: &Page, typed: Typed<'_>) -> Markup {
    let until = date_of(page.shown.now.day().plus(USUAL_DAYS));
    html! {
        (forms::stage_choice(page, typed, Stage::Trainee))
        (forms::date("until", &page.say("member-until"), &typed.value("until", &until)))
        fieldset {
            legend { (page.say("permissions")) }
            @for act in Act::ALL.iter().copied() {
                label.choice {
                    input type="checkbox" name="act" value=(act.word()) data-testid={ "act-" (act.word()) }
                        checked[typed.is_chosen("act", act.word(), act == Act::Answer)];
                    " " (forms::act_name(page, act))
                }
            }
            (forms::permission_fields(page, typed))
        }
        (forms::profile_fields(page, typed, &Profile::default()))
    }
}

/// Goes back to the roster screen; when it was refused, with the reason and all that was typed.
async fn answer(
    app: &App,
    page: &Page,
    done: Result<(), CommandError>,
    fields: Option<&Fields>,
) -> Response {
    let Err(error) = done else {
        return Redirect::to("/roster").into_response();
    };
    let text = errors::command(page.strings(), &error);
    let made = app.unanswered(&page.shown.view.invited).await;
    let screen = render(page, &made, Some(&text), Typed(fields));
    (errors::status(&error), screen).into_response()
}

/// `POST /roster/invite`.
pub(crate) async fn invite(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Roster).await?;
    let done = app.invite(&page.desk, fields.get("name").trim()).await;
    Ok(answer(&app, &page, done, None).await)
}

/// `POST /roster/look`: who has answered an invitation?
pub(crate) async fn look(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Roster).await?;
    let done = page.desk.command(Command::CheckInvitations).await;
    Ok(answer(&app, &page, done, None).await)
}

fn admission(fields: &Fields) -> Result<Command, Refusal> {
    let acts = fields.all("act").filter_map(Act::from_word);
    Ok(Command::Admit {
        device: device(fields.get("device")).ok_or(Refusal::UnknownNewcomer)?,
        stage: forms::stage(fields).ok_or(Refusal::UnknownNewcomer)?,
        until: forms::day(fields, "until")?,
        profile: forms::profile(fields)?,
        permissions: acts
            .map(|act| forms::permission(fields, act))
            .collect::<Result<_, _>>()?,
    })
}

/// `POST /roster/admit`.
pub(crate) async fn admit(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Roster).await?;
    let done = match admission(&fields) {
        Ok(command) => page.desk.command(command).await,
        Err(refusal) => Err(CommandError::Refused(refusal)),
    };
    Ok(answer(&app, &page, done, Some(&fields)).await)
}

/// `POST /roster/refuse`.
pub(crate) async fn refuse(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Roster).await?;
    let done = match device(fields.get("device")) {
        Some(device) => page.desk.command(Command::RefuseJoin { device }).await,
        None => Err(CommandError::Refused(Refusal::UnknownNewcomer)),
    };
    Ok(answer(&app, &page, done, None).await)
}

/// `GET /roster/invitation/NUMBER`: an invitation as a file.
pub(crate) async fn file(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(number): Path<usize>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Roster).await?;
    let made = app.unanswered(&page.shown.view.invited).await;
    let Some(made) = made.get(number).filter(|_| page.is_coordinator()) else {
        return Err(super::help::missing(&page));
    };
    let kind = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"footbridge-invitation.txt\"",
        ),
    ];
    Ok((StatusCode::OK, kind, format!("{}\n", made.text.as_str())).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_is_a_picture_without_a_head_of_its_own() {
        let text = format!("footbridge-invitation:{}", "Ab9_-".repeat(200));
        let drawn = picture(&text).unwrap().into_string();
        assert!(drawn.starts_with("<svg") && drawn.ends_with("</svg>"));
        assert!(!drawn.contains("style="));
        assert!(picture(&"x".repeat(4000)).is_none());
    }
}

//! The line's end: said by two coordinators, shown to everybody, and what is left of a desk after it.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Extension, Router};
use desk::{Command, EndingView};
use maud::{Markup, html};
use statements::{FinalNotice, LineEnd};

use super::door::{Fields, Session};
use super::forms::labelled;
use super::page::{Page, Place, csrf};
use super::{App, errors, unlocked};
use crate::card_set::date_of;

/// In how many days an orderly end comes, unless somebody says otherwise: most contacts come back within a month.
const USUAL_DAYS: u32 = 30;

/// The screen, and what can be done on it.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/ending", get(show).post(orderly))
        .route("/ending/emergency", get(show).post(emergency))
}

/// What a final notice says.
pub(super) fn notice_text(page: &Page, notice: &FinalNotice) -> String {
    let date = date_of(notice.last_day);
    let id = format!("ending-{}", notice.how.word());
    page.strings().say_with(&id, &[("date", &date)])
}

/// All that is left to show at a desk whose line has ended.
pub(super) fn nothing_left(page: &Page, ending: &EndingView) -> Markup {
    let is_destroyed = page.shown.trouble.is_none();
    html! {
        p data-testid="ended" { (page.say("ended-about")) }
        @if is_destroyed { p { (page.say("ended-destroyed")) } }
        @else { p.alarm data-testid="ended-trouble" { (page.say("ended-not-destroyed")) } }
        p { (page.say("ended-yours")) }
        p.detail { (notice_text(page, &ending.notice)) }
    }
}

fn render(page: &Page, error: Option<&str>) -> Markup {
    let said = page.shown.view.ending.as_ref();
    let content = html! {
        @if let Some(error) = error { p.alarm role="alert" data-testid="error" { (error) } }
        div #ending-now data-live="" {
            @match said {
                Some(said) => { p.alarm data-testid="ending-said" { (notice_text(page, &said.notice)) } }
                None => { p data-testid="ending-none" { (page.say("ending-none")) } }
            }
        }
        p { (page.say("ending-about")) }
        ul {
            @for line in ["ending-told", "ending-until", "ending-then", "ending-sooner"] { li { (page.say(line)) } }
        }
        @if page.is_coordinator() { (orderly_form(page)) (emergency_form(page)) }
        @else { p { (page.say("ending-who")) } }
    };
    page.with(&page.say("ending"), content)
}

fn orderly_form(page: &Page) -> Markup {
    html! {
        section aria-labelledby="orderly-heading" {
            h2 #orderly-heading { (page.say("ending-orderly-heading")) }
            p { (page.say("ending-before")) }
            form method="post" action="/ending" {
                (csrf(&page.session))
                (labelled(&page.say("ending-days"), &html! {
                    input type="number" name="days" min=(FinalNotice::NOTICE_DAYS) max=(FinalNotice::LATEST_DAYS)
                        value=(USUAL_DAYS) required data-testid="ending-days";
                }))
                button.danger type="submit" data-testid="ending-orderly" { (page.say("ending-say")) }
            }
        }
    }
}

fn emergency_form(page: &Page) -> Markup {
    html! {
        section aria-labelledby="emergency-heading" {
            h2 #emergency-heading { (page.say("ending-emergency-heading")) }
            p { (page.say("ending-emergency-about")) }
            form method="post" action="/ending/emergency" {
                (csrf(&page.session))
                label { input type="checkbox" name="sure" value="yes" required data-testid="ending-sure"; " " (page.say("ending-sure")) }
                button.danger type="submit" data-testid="ending-emergency" { (page.say("ending-say-emergency")) }
            }
        }
    }
}

/// `GET /ending`.
async fn show(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Result<Markup, Response> {
    let page = unlocked(&app, session, Place::Decisions).await?;
    Ok(render(&page, None))
}

async fn carry_out(page: &Page, how: LineEnd, days: u32) -> Result<Response, Response> {
    match page.desk.command(Command::EndLine { how, days }).await {
        Ok(()) => Ok(Redirect::to("/decisions").into_response()),
        Err(error) => {
            let text = errors::command(page.strings(), &error);
            Err((errors::status(&error), render(page, Some(&text))).into_response())
        }
    }
}

/// `POST /ending`: an end with a last day, for a second person to agree to.
async fn orderly(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Decisions).await?;
    // Not a number is no day at all, which the desk refuses.
    let days = fields.get("days").trim().parse().unwrap_or(0);
    carry_out(&page, LineEnd::Orderly, days).await
}

/// `POST /ending/emergency`: an end at once, for a second person to agree to.
async fn emergency(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Decisions).await?;
    // Nobody ends a line by a slip.
    let days = if fields.get("sure") == "yes" {
        0
    } else {
        u32::MAX
    };
    carry_out(&page, LineEnd::Emergency, days).await
}

//! The board of seniors and coordinators: the shift in numbers, and nothing that opens a case.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use desk::{BoardRow, BoardView, Command};
use maud::{Markup, html};
use protocol::Helped;

use super::door::Session;
use super::page::{Page, Place, duration};
use super::shifts::readiness_code;
use super::{App, errors, times, unlocked};

/// Shifts that begin or end within so many minutes are shown.
const SOON_MINUTES: u32 = 12 * 60;

fn render(page: &Page, error: Option<&str>) -> Markup {
    let content = html! {
        @if let Some(error) = error { p.alarm role="alert" data-testid="error" { (error) } }
        @match &page.shown.view.board {
            Some(board) => {
                div #board data-live="" { (figures(page, board)) (desks(page, board)) (shifts(page)) (endings(page, board)) (feedback(page, board)) }
                @if page.is_coordinator() {
                    (surge(page, board))
                    p { a href="/outcomes" data-testid="to-outcomes" { (page.say("outcomes")) } }
                }
            }
            None => { p { (page.say("board-not-yours")) } }
        }
    };
    page.with(&page.say("board"), content)
}

fn figure(testid: &str, name: &str, value: &str, is_bad: bool, bad: &str) -> Markup {
    html! {
        div.figure data-testid=(testid) data-value=(value) {
            dt { (name) }
            dd { strong { (value) } @if is_bad { " " span.short { (bad) } } }
        }
    }
}

fn figures(page: &Page, board: &BoardView) -> Markup {
    let bad = page.say("board-look");
    let one = |testid: &str, count: usize, is_bad: bool| {
        figure(testid, &page.say(testid), &count.to_string(), is_bad, &bad)
    };
    let longest = duration(page.strings(), board.longest_wait);
    html! {
        dl.figures {
            (one("board-waiting", board.waiting, false))
            (one("board-acute", board.acute, board.acute > 0))
            (figure("board-longest", &page.say("board-longest"), &longest, false, &bad))
            (one("board-without-guide", board.without_guide, board.without_guide > 0))
            (one("board-silent", board.silent, board.silent > 0))
            (one("board-over", board.desks.iter().filter(|desk| desk.over).count(), board.desks.iter().any(|desk| desk.over)))
            (one("board-parked", board.parked, false))
            (one("board-ending", board.ending, board.ending > 0))
            (one("board-to-call", board.to_call, false))
        }
    }
}

fn desks(page: &Page, board: &BoardView) -> Markup {
    html! {
        section aria-labelledby="desks-heading" {
            h2 #desks-heading { (page.say("board-desks")) }
            @if board.desks.is_empty() { p { (page.say("board-nobody")) } } @else {
                div.scroll tabindex="0" role="region" aria-label=(page.say("board-desks")) {
                    table {
                        thead { tr {
                            th scope="col" { (page.say("board-name")) }
                            th scope="col" { (page.say("board-state")) }
                            th scope="col" { (page.say("board-live")) }
                            th scope="col" { (page.say("board-open")) }
                            th scope="col" { (page.say("board-unread")) }
                        } }
                        tbody { @for desk in &board.desks { (desk_row(page, desk)) } }
                    }
                }
            }
        }
    }
}

fn desk_row(page: &Page, desk: &BoardRow) -> Markup {
    html! {
        tr data-testid="board-desk" {
            th scope="row" { bdi { (desk.work_name) } }
            td {
                (page.say(&format!("readiness-{}", readiness_code(desk.readiness))))
                @if desk.silent { " · " strong.short { (page.say("board-is-silent")) } }
                @if desk.over { " · " strong.short { (page.say("board-is-over")) } }
            }
            td data-name=(page.say("board-live")) { (desk.live) @if desk.acute > 0 { " · " (page.say("urgency-minutes")) " " (desk.acute) } }
            td data-name=(page.say("board-open")) { (desk.open) }
            td data-name=(page.say("board-unread")) { (desk.unread) }
        }
    }
}

fn shifts(page: &Page) -> Markup {
    let now = page.shown.now;
    let soon = |minute: wire::Minute| now <= minute && minute <= now.plus(SOON_MINUTES);
    let shown = page.shown.view.shifts.iter();
    let changing: Vec<_> = shown.filter(|s| soon(s.from) || soon(s.until)).collect();
    html! {
        section aria-labelledby="changes-heading" {
            h2 #changes-heading { (page.say("board-changes")) }
            @if changing.is_empty() { p { (page.say("board-no-changes")) } }
            ul { @for shift in changing { li { (times::span(page, shift.from, shift.until)) } } }
        }
    }
}

fn endings(page: &Page, board: &BoardView) -> Markup {
    html! {
        section aria-labelledby="endings-heading" {
            h2 #endings-heading { (page.say("board-endings")) }
            @if board.endings.is_empty() { p { (page.say("board-too-few")) } }
            ul { @for (ending, count) in &board.endings {
                li data-testid="board-ending-count" { (page.say(&format!("ending-{}", super::case::ending_code(*ending)))) ": " (count) }
            } }
        }
    }
}

/// What contacts said of the help they got: nobody can tell of which case.
fn feedback(page: &Page, board: &BoardView) -> Markup {
    let word = |helped| match helped {
        Helped::Yes => page.say("feedback-yes"),
        Helped::Partly => page.say("feedback-partly"),
        Helped::No => page.say("feedback-no"),
    };
    html! {
        @if page.is_coordinator() {
            section aria-labelledby="feedback-heading" {
                h2 #feedback-heading { (page.say("feedback")) }
                p.hint { (page.say("feedback-about")) }
                @if board.feedback.is_empty() { p { (page.say("board-too-few")) } }
                ul { @for (helped, count) in &board.feedback {
                    li data-testid="feedback-count" { (word(*helped)) ": " (count) }
                } }
            }
        }
    }
}

fn surge(page: &Page, board: &BoardView) -> Markup {
    html! {
        section aria-labelledby="surge-heading" {
            h2 #surge-heading { (page.say("surge")) }
            p { (page.say("surge-about")) }
            @if page.shown.view.surge { (page.button("/board/surge-over", "surge-off", &page.say("surge-off"))) }
            @else { (page.button("/board/surge", "surge-on", &page.say("surge-on"))) }
            p { (page.strings().say_with("call-about", &[("count", &board.to_call.to_string())])) }
            (page.button("/board/call", "call-up", &page.say("call-up")))
        }
    }
}

/// `GET /board`.
pub(crate) async fn get(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Board).await?;
    let status = match page.shown.view.board {
        Some(_) => StatusCode::OK,
        None => StatusCode::FORBIDDEN,
    };
    Ok((status, render(&page, None)).into_response())
}

async fn carry_out(app: &App, session: Session, command: Command) -> Result<Response, Response> {
    let page = unlocked(app, session, Place::Board).await?;
    match page.desk.command(command).await {
        Ok(()) => Ok(axum::response::Redirect::to("/board").into_response()),
        Err(error) => {
            let text = errors::command(page.strings(), &error);
            Err((errors::status(&error), render(&page, Some(&text))).into_response())
        }
    }
}

/// `POST /board/surge`.
pub(crate) async fn surge_on(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Result<Response, Response> {
    carry_out(&app, session, Command::SetSurge(true)).await
}

/// `POST /board/surge-over`.
pub(crate) async fn surge_off(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Result<Response, Response> {
    carry_out(&app, session, Command::SetSurge(false)).await
}

/// `POST /board/call`.
pub(crate) async fn call(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Result<Response, Response> {
    carry_out(&app, session, Command::CallUp).await
}

//! Notes on probes: what was noticed, never who; shown to all once a second person has let them stand.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use desk::Command;
use maud::{Markup, html};
use protocol::Text;

use super::door::{Fields, Session};
use super::page::{Page, Place, csrf, text_of};
use super::queue::{self, Left};
use super::{App, errors, unlocked};
use crate::card_set::date_of;

/// The notes, and the field for a new one.
pub(super) fn section(page: &Page) -> Markup {
    let probes = &page.shown.view.probes;
    html! {
        details.probes open[!probes.is_empty()] {
            summary { (page.say("probes")) @if !probes.is_empty() { " (" (probes.len()) ")" } }
            p.hint { (page.say("probes-about")) }
            ul {
                @for probe in probes {
                    li data-testid="probe-note" data-stands=(probe.stands) {
                        (text_of(&probe.text))
                        p.detail {
                            (page.say("probe-by")) " " bdi { (probe.by) } " · "
                            (page.strings().say_with("probe-until", &[("date", &date_of(probe.until))]))
                            @if !probe.stands { " · " strong { (page.say("probe-waits")) } }
                        }
                        @if probe.may_judge {
                            @let id = data_encoding::HEXLOWER.encode(&probe.note);
                            div.actions {
                                (page.button(&format!("/probes/{id}/stands"), "probe-stands", &page.say("probe-stands")))
                                (page.button(&format!("/probes/{id}/drop"), "probe-drop", &page.say("probe-drop")))
                            }
                        }
                    }
                }
            }
            form method="post" action="/probes" {
                (csrf(&page.session))
                label for="probe-text" { (page.say("probe-write")) }
                textarea #probe-text name="text" rows="2" dir="auto" maxlength="400" autocomplete="off" data-testid="probe-text" {}
                button type="submit" data-testid="probe-send" { (page.say("probe-send")) }
            }
        }
    }
}

async fn carry_out(page: &Page, command: Command) -> Result<Response, Response> {
    match page.desk.command(command).await {
        Ok(()) => Ok(Redirect::to("/").into_response()),
        Err(error) => {
            let text = errors::command(page.strings(), &error);
            let screen = queue::render(page, Some(&text), &Left::default());
            Err((errors::status(&error), screen).into_response())
        }
    }
}

/// `POST /probes`.
pub(crate) async fn note(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Queue).await?;
    match Text::new(&fields.get("text").replace("\r\n", "\n")) {
        Ok(text) => carry_out(&page, Command::NoteProbe(text)).await,
        Err(_) => {
            let text = page.say("refused-note-too-long");
            let screen = queue::render(&page, Some(&text), &Left::default());
            Err((StatusCode::UNPROCESSABLE_ENTITY, screen).into_response())
        }
    }
}

/// `POST /probes/NOTE/STEP`.
pub(crate) async fn judge(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path((note, step)): Path<(String, String)>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Queue).await?;
    let bytes = data_encoding::HEXLOWER.decode(note.as_bytes()).ok();
    let note = bytes.and_then(|bytes| <[u8; 16]>::try_from(bytes).ok());
    let stands = match step.as_str() {
        "stands" => Some(true),
        "drop" => Some(false),
        _ => None,
    };
    match (note, stands) {
        (Some(note), Some(stands)) => carry_out(&page, Command::JudgeProbe { note, stands }).await,
        _ => Err(super::help::gone(&page)),
    }
}

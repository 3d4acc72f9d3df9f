//! Letters that somebody without a network wrote and somebody else brought here. The desk hands them in as anybody can; whether it can open
//! one is no matter here.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use client::{ClientError, RelayClient};
use letters::{Carried, Letter, PartsError};
use maud::{Markup, html};

use super::door::{Fields, Session};
use super::page::{Page, Place, csrf};
use super::{App, paper, unlocked};

/// The form, and the two things to do with a letter.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/letters", get(show))
        .route("/letters/deliver", post(deliver))
        .route("/letters/collect", post(collect))
}

/// What the form says after it was sent.
#[derive(Default)]
struct Said {
    text: String,
    is_alarm: bool,
    /// What was typed, where it is needed once more.
    typed: String,
}

fn render(page: &Page, said: &Said) -> Markup {
    let content = html! {
        p.hint { (page.say("letters-about")) }
        @if !said.text.is_empty() {
            @if said.is_alarm {
                p.alarm role="alert" data-testid="error" { (said.text) }
            } @else {
                p role="status" data-testid="letters-said" { (said.text) }
            }
        }
        form method="post" action="/letters/deliver" {
            (csrf(&page.session))
            label for="letter" { (page.say("letters-text")) }
            textarea #letter name="letter" rows="8" required autocomplete="off" spellcheck="false" data-testid="letter" { (said.typed) }
            div.actions {
                button type="submit" data-testid="letter-deliver" { (page.say("letters-deliver")) }
                button type="submit" formaction="/letters/collect" data-testid="letter-collect" { (page.say("letters-collect")) }
            }
        }
        p { a href="/" { (page.say("back")) } }
    };
    page.with(&page.say("letters"), content)
}

/// `GET /letters`.
async fn show(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Result<Markup, Response> {
    let page = unlocked(&app, session, Place::Queue).await?;
    Ok(render(&page, &Said::default()))
}

fn wrong(page: &Page, status: StatusCode, text: String, typed: &str) -> Response {
    let said = Said {
        text,
        is_alarm: true,
        typed: typed.to_owned(),
    };
    (status, render(page, &said)).into_response()
}

fn not_whole(page: &Page, error: &PartsError) -> String {
    match error {
        PartsError::Nothing => page.say("letters-nothing"),
        PartsError::Mixed => page.say("letters-mixed"),
        PartsError::Missing { numbers, count } => {
            let numbers: Vec<String> = numbers.iter().map(u8::to_string).collect();
            let values = [
                ("numbers", numbers.join(", ")),
                ("count", count.to_string()),
            ];
            let values = values.each_ref().map(|(name, text)| (*name, text.as_str()));
            page.strings().say_with("letters-missing", &values)
        }
    }
}

/// The letter that was pasted, or what is wrong with it.
fn read(page: &Page, typed: &str) -> Result<Letter, String> {
    let bytes = letters::from_text(typed).map_err(|error| not_whole(page, &error))?;
    match Carried::parse(&bytes) {
        Ok(Carried::Letter(letter)) => Ok(*letter),
        Ok(Carried::Answer(_)) => Err(page.say("letters-nothing")),
        Err(_) => Err(page.say("letters-damaged")),
    }
}

/// Why the relay did not take it, for whoever brought it.
fn not_taken(page: &Page, error: &ClientError, typed: &str) -> Response {
    let (status, id) = match error.code() {
        Some("conflict") => (StatusCode::CONFLICT, "letters-earlier"),
        Some("shift_over" | "no_shift") => (StatusCode::CONFLICT, "letters-late"),
        Some("wrong_line") => (StatusCode::CONFLICT, "letters-other-line"),
        _ => (StatusCode::BAD_GATEWAY, "letters-not-known"),
    };
    wrong(page, status, page.say(id), typed)
}

/// What was brought: the letter, and the relay that it is for.
struct Bringing<'a> {
    page: Page,
    typed: &'a str,
    letter: Letter,
    relay: RelayClient,
}

impl<'a> Bringing<'a> {
    async fn read(
        app: &App,
        session: Session,
        fields: &'a Fields,
    ) -> Result<Bringing<'a>, Response> {
        let page = unlocked(app, session, Place::Queue).await?;
        let typed = fields.get("letter");
        let letter = read(&page, typed);
        let unread = |text| wrong(&page, StatusCode::UNPROCESSABLE_ENTITY, text, typed);
        let letter = letter.map_err(unread)?;
        let relay = RelayClient::new(&page.shown.relay_url);
        let relay = relay.map_err(|error| not_taken(&page, &error, typed))?;
        Ok(Bringing {
            page,
            typed,
            letter,
            relay,
        })
    }

    fn not_taken(&self, error: &ClientError) -> Response {
        not_taken(&self.page, error, self.typed)
    }
}

/// `POST /letters/deliver`.
async fn deliver(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Extension(fields): Extension<Fields>,
) -> Result<Markup, Response> {
    let brought = Bringing::read(&app, session, &fields).await?;
    let Letter { state, post, .. } = &brought.letter;
    let taken = brought.relay.save_and_post(state, post).await;
    taken.map_err(|error| brought.not_taken(&error))?;
    let said = Said {
        text: brought.page.say("letters-delivered"),
        ..Said::default()
    };
    Ok(render(&brought.page, &said))
}

/// `POST /letters/collect`: what lies in the letter's slots, as a file for its writer.
async fn collect(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let brought = Bringing::read(&app, session, &fields).await?;
    let read = async |names| {
        let slots = brought.relay.read_slots(&names).await;
        slots.map_err(|error| brought.not_taken(&error))
    };
    let [first, second, third] = brought.letter.look();
    let found = [read(first).await?, read(second).await?, read(third).await?];
    let answer = Carried::Answer(brought.letter.answer(found)).to_bytes();
    let text = letters::to_parts(&answer).join("\n") + "\n";
    let kind = "text/plain; charset=utf-8";
    Ok(paper::file(kind, "answer.txt", text.into_bytes()))
}

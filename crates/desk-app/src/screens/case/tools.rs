//! What can be done with one message: erase it everywhere, or put a translation beside it; and what it holds that can kill.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use caution::Found;
use desk::{CaseView, Command, MessageKind, MessageView};
use maud::{Markup, html};
use protocol::{Language, Text};

use super::super::door::{Fields, Session};
use super::super::page::{Page, csrf, language_name, text_of};
use super::super::{App, errors};
use super::{find_held, looks};

/// The kinds of what was found, each once, in words.
pub(in super::super) fn kinds(page: &Page, found: &[Found]) -> String {
    let mut kinds: Vec<caution::Kind> = found.iter().map(|one| one.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let names = kinds
        .iter()
        .map(|kind| page.say(&format!("caution-{}", kind.word())));
    names.collect::<Vec<_>>().join(", ")
}

/// Whether something can be done with a message.
fn is_open(message: &MessageView) -> bool {
    message.kind == MessageKind::Words && !message.text.is_empty()
}

fn place(case: &CaseView, message: &MessageView) -> String {
    let side = if message.from_contact {
        "contact"
    } else {
        "guide"
    };
    format!("/case/{}/message/{side}/{}", case.label, message.number)
}

/// What stands under a message: translations, a warning with the one tap that erases it everywhere, and the way to more.
pub(super) fn under(page: &Page, case: &CaseView, message: &MessageView) -> Markup {
    let found = match message.from_contact {
        true => caution::find(&message.text),
        false => Vec::new(),
    };
    html! {
        @for translation in &message.translations {
            div.translation data-testid="translation" {
                p.from { (page.say("translation")) " · " (language_name(page.strings(), translation.language)) }
                (text_of(&translation.text))
            }
        }
        @if !case.supervised && is_open(message) {
            @if !found.is_empty() {
                div.caution data-testid="caution" role="note" {
                    p { (page.strings().say_with("caution-found", &[("what", &kinds(page, &found))])) }
                    (page.button(&format!("{}/erase", place(case, message)), "erase", &page.say("erase-everywhere")))
                }
            }
            p.tools-of-message { a href=(place(case, message)) data-testid="message-tools" { (page.say("message-tools")) } }
        }
    }
}

fn screen(page: &Page, case: &CaseView, message: &MessageView, error: Option<&str>) -> Markup {
    let at = place(case, message);
    let content = html! {
        (looks())
        @if let Some(error) = error { p.alarm role="alert" data-testid="error" { (error) } }
        (text_of(&message.text))
        section aria-labelledby="translate-heading" {
            h2 #translate-heading { (page.say("translate")) }
            p.hint { (page.say("translate-about")) }
            form method="post" action={ (at) "/translate" } {
                (csrf(&page.session))
                label for="translate-language" { (page.say("column-language")) }
                select #translate-language name="language" data-testid="translate-language" {
                    @for language in Language::ALL.iter().filter(|language| **language != case.language) {
                        option value=(language.tag()) { (language_name(page.strings(), *language)) }
                    }
                }
                label for="translate-text" { (page.say("translation")) }
                textarea #translate-text name="text" rows="5" dir="auto" autocomplete="off" data-testid="translate-text" {}
                button type="submit" data-testid="translate" { (page.say("translate-keep")) }
            }
        }
        section aria-labelledby="erase-heading" {
            h2 #erase-heading { (page.say("erase-everywhere")) }
            p.hint { (page.say("erase-about")) }
            (page.button(&format!("{at}/erase"), "erase", &page.say("erase-everywhere")))
        }
        p { a href={ "/case/" (case.label) } data-testid="cancel" { (page.say("back")) } }
    };
    page.with(&page.case_name(case.label), content)
}

/// The case and the number of the message that an address names.
async fn find_message(
    app: &App,
    session: Session,
    (label, side, number): &(String, String, u32),
) -> Result<(Page, CaseView, usize), Response> {
    let (page, case) = find_held(app, session, label).await?;
    let from_contact = side == "contact";
    let at = case.messages.iter().position(|message| {
        message.from_contact == from_contact && message.number == *number && is_open(message)
    });
    match at {
        Some(at) => Ok((page, case, at)),
        None => Err(Redirect::to(&format!("/case/{}", case.label)).into_response()),
    }
}

/// `GET /case/LABEL/message/SIDE/NUMBER`.
pub(crate) async fn get(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(place): Path<(String, String, u32)>,
) -> Result<Markup, Response> {
    let (page, case, at) = find_message(&app, session, &place).await?;
    match case.messages.get(at) {
        Some(message) => Ok(screen(&page, &case, message, None)),
        None => Err(super::help::gone(&page)),
    }
}

async fn carry_out(page: &Page, case: &CaseView, at: usize, command: Command) -> Response {
    let Err(error) = page.desk.command(command).await else {
        return Redirect::to(&format!("/case/{}", case.label)).into_response();
    };
    let text = errors::command(page.strings(), &error);
    match case.messages.get(at) {
        Some(message) => {
            let again = screen(page, case, message, Some(&text));
            (errors::status(&error), again).into_response()
        }
        None => super::help::gone(page),
    }
}

/// `POST /case/LABEL/message/SIDE/NUMBER/erase`.
pub(crate) async fn erase(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(place): Path<(String, String, u32)>,
) -> Result<Response, Response> {
    let (page, case, at) = find_message(&app, session, &place).await?;
    let command = Command::Erase {
        case: case.label,
        from_contact: place.1 == "contact",
        number: place.2,
    };
    Ok(carry_out(&page, &case, at, command).await)
}

/// `POST /case/LABEL/message/SIDE/NUMBER/translate`.
pub(crate) async fn translate(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(place): Path<(String, String, u32)>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let (page, case, at) = find_message(&app, session, &place).await?;
    let text = Text::new(&fields.get("text").replace("\r\n", "\n"));
    let language = Language::from_tag(fields.get("language"));
    let (Ok(text), Some(language)) = (text, language) else {
        let Some(message) = case.messages.get(at) else {
            return Err(super::help::gone(&page));
        };
        let error = page.say("refused-text");
        let again = screen(&page, &case, message, Some(&error));
        return Err((StatusCode::UNPROCESSABLE_ENTITY, again).into_response());
    };
    let command = Command::Translate {
        case: case.label,
        from_contact: place.1 == "contact",
        number: place.2,
        language,
        text,
    };
    Ok(carry_out(&page, &case, at, command).await)
}

//! What a guide does in a case: answer, send a card, keep a draft or a note, say something to colleagues, close and destroy.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use desk::{CaseLabel, CaseView, Command};
use maud::{Markup, html};
use protocol::{Language, Text};

use super::case::{self, Retry};
use super::door::{Fields, Session};
use super::page::{Page, csrf};
use super::{App, errors};

/// Carries out a command for a case; if that fails the screen comes back with what was typed.
pub(super) async fn carry_out(
    page: &Page,
    case: &CaseView,
    command: Command,
    mut retry: Retry,
) -> Response {
    let Err(error) = page.desk.command(command).await else {
        return back_to(case.label);
    };
    retry.error = Some(errors::command(page.strings(), &error));
    (errors::status(&error), case::render(page, case, &retry)).into_response()
}

fn back_to(label: CaseLabel) -> Response {
    Redirect::to(&format!("/case/{label}")).into_response()
}

/// The text of a form, or the screen again with what was typed and by how much it is too long. Browsers send line ends as two
/// characters; a person counts them as one.
fn text_of(
    page: &Page,
    case: &CaseView,
    typed: &str,
    mut retry: Retry,
) -> Result<Text, Box<Response>> {
    Text::new(&typed.replace("\r\n", "\n")).map_err(|too_long| {
        retry.error = Some(case::too_long(page, too_long.over));
        let screen = case::render(page, case, &retry);
        Box::new((StatusCode::UNPROCESSABLE_ENTITY, screen).into_response())
    })
}

/// The answer of a form, or the screen again: too long at all, or for a surge. A draft may be longer than either.
fn answer_of(page: &Page, case: &CaseView, fields: &Fields) -> Result<Text, Box<Response>> {
    let text = text_of(page, case, fields.get("text"), typed_answer(fields))?;
    match text.as_str().len().checked_sub(case::answer_limit(page)) {
        None | Some(0) => Ok(text),
        Some(over) => {
            let mut retry = typed_answer(fields);
            retry.error = Some(case::too_long(page, over));
            let screen = case::render(page, case, &retry);
            Err(Box::new(
                (StatusCode::UNPROCESSABLE_ENTITY, screen).into_response(),
            ))
        }
    }
}

fn typed_answer(fields: &Fields) -> Retry {
    Retry {
        answer: Some(fields.get("text").to_owned()),
        ..Retry::default()
    }
}

/// Asks once more before something that can kill is written; or gives the answer back without it.
fn warn(page: &Page, case: &CaseView, fields: &Fields, found: &[caution::Found]) -> Response {
    let typed = fields.get("text").replace("\r\n", "\n");
    let retry = match fields.get("caution") {
        "remove" => Retry {
            answer: Some(caution::without(&typed, &caution::find(&typed))),
            ..Retry::default()
        },
        _ => Retry {
            answer: Some(typed),
            caution: Some(case::kinds(page, found)),
            ..Retry::default()
        },
    };
    (StatusCode::CONFLICT, case::render(page, case, &retry)).into_response()
}

fn typed_note(fields: &Fields) -> Retry {
    Retry {
        note: Some(fields.get("text").to_owned()),
        ..Retry::default()
    }
}

/// `POST /case/LABEL/answer`.
pub(crate) async fn answer(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(label): Path<String>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let (page, case) = case::find_held(&app, session, &label).await?;
    let text = answer_of(&page, &case, &fields).map_err(|screen| *screen)?;
    let found = caution::find(text.as_str());
    if !found.is_empty() && fields.get("caution") != "keep" {
        return Ok(warn(&page, &case, &fields, &found));
    }
    let command = Command::Answer {
        case: case.label,
        text,
    };
    Ok(carry_out(&page, &case, command, typed_answer(&fields)).await)
}

/// `POST /case/LABEL/draft`: as typed by the script (answered 204), or by a button.
pub(crate) async fn draft(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(label): Path<String>,
    headers: HeaderMap,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let (page, case) = case::find_held(&app, session, &label).await?;
    let text = text_of(&page, &case, fields.get("text"), typed_answer(&fields))
        .map_err(|screen| *screen)?;
    let command = Command::SaveDraft {
        case: case.label,
        text,
    };
    let response = carry_out(&page, &case, command, typed_answer(&fields)).await;
    match response.status().is_redirection() && headers.contains_key("x-script") {
        true => Ok(StatusCode::NO_CONTENT.into_response()),
        false => Ok(response),
    }
}

/// `POST /case/LABEL/note`.
pub(crate) async fn note(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(label): Path<String>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let (page, case) = case::find_held(&app, session, &label).await?;
    let text =
        text_of(&page, &case, fields.get("text"), typed_note(&fields)).map_err(|screen| *screen)?;
    let command = Command::AddNote {
        case: case.label,
        text,
    };
    Ok(carry_out(&page, &case, command, typed_note(&fields)).await)
}

/// `POST /case/LABEL/whisper`: to the colleagues of the case, by whoever holds it or reads along.
pub(crate) async fn whisper(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(label): Path<String>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let (page, case) = case::find(&app, session, &label).await?;
    let typed = || Retry {
        whisper: Some(fields.get("text").to_owned()),
        ..Retry::default()
    };
    let text = text_of(&page, &case, fields.get("text"), typed()).map_err(|screen| *screen)?;
    let command = Command::Whisper {
        case: case.label,
        text,
    };
    Ok(carry_out(&page, &case, command, typed()).await)
}

/// `POST /case/LABEL/show`: an answer to whoever approves it.
pub(crate) async fn show_draft(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(label): Path<String>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let (page, case) = case::find_held(&app, session, &label).await?;
    let text = answer_of(&page, &case, &fields).map_err(|screen| *screen)?;
    let command = Command::SubmitDraft {
        case: case.label,
        text,
    };
    Ok(carry_out(&page, &case, command, typed_answer(&fields)).await)
}

/// `POST /case/LABEL/card`.
pub(crate) async fn card(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(label): Path<String>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let (page, case) = case::find_held(&app, session, &label).await?;
    let command = Command::AnswerWithCard {
        case: case.label,
        card: fields.get("card").to_owned(),
        language: Language::from_tag(fields.get("language")).unwrap_or(case.language),
    };
    Ok(carry_out(&page, &case, command, Retry::default()).await)
}

/// `GET /case/LABEL/destroy`: asks once more.
pub(crate) async fn confirm_destroy(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(label): Path<String>,
) -> Result<Markup, Response> {
    let (page, case) = case::find_held(&app, session, &label).await?;
    let content = html! {
        p { (page.say("destroy-confirm")) }
        (case::destroys(&page))
        (case::helper_note(&page))
        form method="post" action={ "/case/" (case.label) "/destroy" } {
            (csrf(&page.session))
            button.danger type="submit" data-testid="destroy-confirm" { (page.say("destroy")) }
        }
        p { a href={ "/case/" (case.label) } data-testid="destroy-cancel" { (page.say("cancel")) } }
    };
    Ok(page.with(&page.case_name(case.label), content))
}

/// `POST /case/LABEL/destroy`.
pub(crate) async fn destroy(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(label): Path<String>,
) -> Result<Response, Response> {
    let (page, case) = case::find_held(&app, session, &label).await?;
    let response = carry_out(&page, &case, Command::Destroy(case.label), Retry::default()).await;
    match response.status().is_redirection() {
        true => Ok(Redirect::to("/").into_response()),
        false => Ok(response),
    }
}

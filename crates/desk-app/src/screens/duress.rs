//! The second phrase: what it does, setting it, and clearing it.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};

use super::door::{Fields, Session};
use super::errors;
use super::page::{Page, Place, csrf};
use super::{App, unlocked};
use crate::Passphrase;
use crate::sync::DuressError;

/// `GET /duress`.
pub(crate) async fn get(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Help).await?;
    Ok(render(&page, None).await.into_response())
}

async fn render(page: &Page, error: Option<&str>) -> Markup {
    let is_set = page.desk.has_second_phrase().await.unwrap_or(false);
    let content = html! {
        @if let Some(error) = error { p.alarm role="alert" data-testid="error" { (error) } }
        p { (page.say("duress-does")) }
        p { (page.say("duress-does-not")) }
        p { (page.say("duress-choose")) }
        p role="status" data-testid="duress-state" data-set=(is_set) {
            @if is_set { (page.say("duress-is-set")) } @else { (page.say("duress-is-not-set")) }
        }
        form method="post" action="/duress" {
            (csrf(&page.session))
            (typed("phrase", &page.say("duress-phrase")))
            (typed("again", &page.say("duress-again")))
            button type="submit" data-testid="duress-set" data-working=(page.say("unlock-working")) {
                @if is_set { (page.say("duress-replace")) } @else { (page.say("duress-set")) }
            }
        }
        @if is_set { (page.button("/duress/clear", "duress-clear", &page.say("duress-clear"))) }
    };
    page.with(&page.say("duress-title"), content)
}

fn typed(name: &str, label: &str) -> Markup {
    html! {
        label.field {
            span { (label) }
            input type="password" name=(name) required autocomplete="off" data-testid={ "duress-" (name) };
        }
    }
}

fn why(page: &Page, error: &DuressError) -> String {
    match error {
        DuressError::TooAlike => page.say("duress-too-alike"),
        DuressError::Command(error) => errors::command(page.strings(), error),
        DuressError::DiskFull => page.say("error-disk-full"),
        DuressError::Memory => page.say("unlock-memory"),
        DuressError::Vault => page.say("error-vault"),
    }
}

async fn answer(page: &Page, done: Result<(), String>) -> Response {
    match done {
        Ok(()) => Redirect::to("/duress").into_response(),
        Err(text) => (StatusCode::CONFLICT, render(page, Some(&text)).await).into_response(),
    }
}

/// `POST /duress`. Takes the vault's cost: about a second and 256 MiB.
pub(crate) async fn set(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Help).await?;
    let phrase = Passphrase::new(fields.get("phrase").to_owned());
    let done = match (
        phrase.is_empty(),
        fields.get("phrase") == fields.get("again"),
    ) {
        (true, _) => Err(page.say("duress-empty")),
        (false, false) => Err(page.say("duress-differs")),
        (false, true) => {
            let done = page.desk.set_second_phrase(phrase).await;
            done.map_err(|error| why(&page, &error))
        }
    };
    Ok(answer(&page, done).await)
}

/// `POST /duress/clear`.
pub(crate) async fn clear(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Help).await?;
    let done = page.desk.clear_second_phrase().await;
    Ok(answer(&page, done.map_err(|error| why(&page, &error))).await)
}

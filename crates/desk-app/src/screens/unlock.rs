//! Unlocking the vault with its passphrase, and locking it again.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};

use super::App;
use super::door::{Fields, Session};
use super::page::{self, csrf};
use crate::Passphrase;
use crate::strings::Strings;
use crate::sync::StartError;
use crate::vault::VaultError;

/// `GET /unlock`.
pub(crate) async fn get(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Response {
    match app.desk().await {
        Some(_) => Redirect::to("/").into_response(),
        None => render(&session, None).into_response(),
    }
}

fn render(session: &Session, error: Option<&str>) -> Markup {
    let strings = session.strings;
    let content = html! {
        p data-testid="locked" { (strings.say("locked")) }
        @if let Some(error) = error { p.alarm role="alert" data-testid="error" { (error) } }
        form method="post" action="/unlock" {
            (csrf(session))
            label for="passphrase" { (strings.say("unlock-label")) }
            input #passphrase type="password" name="passphrase" required autofocus autocomplete="off" data-testid="passphrase";
            " "
            button type="submit" data-testid="unlock" data-working=(strings.say("unlock-working")) { (strings.say("unlock")) }
        }
    };
    page::locked(session, content)
}

fn why(strings: &Strings, error: &StartError) -> String {
    match error {
        StartError::Vault(VaultError::WrongPassphrase) => strings.say("unlock-wrong"),
        StartError::Vault(VaultError::DiskFull) => strings.say("error-disk-full"),
        StartError::Vault(VaultError::InUse) => strings.say("unlock-in-use"),
        StartError::Vault(VaultError::Memory) => strings.say("unlock-memory"),
        StartError::Vault(_) | StartError::Records(_) => strings.say("error-vault"),
        StartError::Relay(_) => strings.say("error-offline"),
    }
}

/// `POST /unlock`. Takes the vault's cost: about a second and 256 MiB.
pub(crate) async fn post(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Extension(fields): Extension<Fields>,
) -> Response {
    let passphrase = Passphrase::new(fields.get("passphrase").to_owned());
    match app.unlock(passphrase).await {
        Ok(()) => Redirect::to("/").into_response(),
        Err(error) => {
            let text = why(session.strings, &error);
            (StatusCode::FORBIDDEN, render(&session, Some(&text))).into_response()
        }
    }
}

/// `POST /lock`.
pub(crate) async fn lock(State(app): State<Arc<App>>) -> Redirect {
    app.lock().await;
    Redirect::to("/unlock")
}

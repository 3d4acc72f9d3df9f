//! The screens: a local web server that one guide's browser uses. One screen, one file.

mod api;
mod card_view;
mod cards;
mod case;
mod case_actions;
mod door;
mod errors;
mod events;
mod help;
mod page;
mod queue;
mod record;
mod roster;
mod shifts;
#[cfg(test)]
mod tests;
mod unlock;

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::http::header;
use axum::middleware;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use tokio::sync::Mutex;

use crate::Passphrase;
use crate::sync::{Handle, Running, StartError};
use crate::vault::Vault;
use door::{Door, Session};
use page::Place;

/// What all screens share: the door, and the desk while it is unlocked.
pub(crate) struct App {
    door: Door,
    vault: PathBuf,
    relay_url: Option<String>,
    running: Mutex<Option<Running>>,
}

impl App {
    /// A locked desk on a port.
    pub(crate) fn new(port: u16, vault: PathBuf, relay_url: Option<String>) -> Arc<App> {
        Arc::new(App {
            door: Door::new(port),
            vault,
            relay_url,
            running: Mutex::new(None),
        })
    }

    /// A link that works once.
    pub(crate) fn link(&self) -> String {
        self.door.link()
    }

    /// Opens the vault and starts the desk; one that is open stays open.
    pub(crate) async fn unlock(&self, passphrase: Passphrase) -> Result<(), StartError> {
        // Held while the key is computed: several at once would take the memory several times.
        let mut running = self.running.lock().await;
        if running.is_some() {
            return Ok(());
        }
        let directory = self.vault.clone();
        let opening = tokio::task::spawn_blocking(move || Vault::open(&directory, &passphrase));
        let vault = opening.await.map_err(|_| crate::VaultError::Damaged)??;
        *running = Some(Running::start(vault, self.relay_url.as_deref())?);
        Ok(())
    }

    /// Ends the desk, closes the vault and wipes its keys.
    pub(crate) async fn lock(&self) {
        let running = self.running.lock().await.take();
        if let Some(running) = running {
            running.stop().await;
        }
    }

    /// The desk, if it is unlocked.
    async fn desk(&self) -> Option<Handle> {
        let running = self.running.lock().await;
        running.as_ref().map(|running| running.handle().clone())
    }

    /// All screens behind their door.
    pub(crate) fn router(self: Arc<Self>) -> Router {
        Router::new()
            .route("/", get(queue::get))
            .route("/take-next", post(queue::take_next))
            .route("/case/{label}", get(case::get))
            .route("/case/{label}/take", post(queue::take))
            .route("/case/{label}/answer", post(case_actions::answer))
            .route("/case/{label}/card", post(case_actions::card))
            .route("/case/{label}/draft", post(case_actions::draft))
            .route("/case/{label}/note", post(case_actions::note))
            .route(
                "/case/{label}/destroy",
                get(case_actions::confirm_destroy).post(case_actions::destroy),
            )
            .route("/cards", get(cards::get).post(cards::search))
            .route("/cards/publish", post(cards::publish))
            .route("/record", get(record::get))
            .route("/shifts", get(shifts::get).post(shifts::plan))
            .route("/shifts/check-in", post(shifts::check_in))
            .route("/shifts/check-out", post(shifts::check_out))
            .route("/roster", get(roster::get))
            .route("/roster/invite", post(roster::invite))
            .route("/roster/look", post(roster::look))
            .route("/roster/admit", post(roster::admit))
            .route("/roster/refuse", post(roster::refuse))
            .route("/help", get(help::get))
            .route("/language", post(help::language))
            .route("/unlock", get(unlock::get).post(unlock::post))
            .route("/lock", post(unlock::lock))
            .route("/events", get(events::get))
            .route("/api/view", get(api::view))
            .route("/api/case/{label}", get(api::case))
            .route("/api/command", post(api::command))
            .route("/desk.css", get(style))
            .route("/desk.js", get(script))
            .route("/open/{token}", get(door::open))
            .fallback(help::not_found)
            .layer(middleware::from_fn_with_state(
                Arc::clone(&self),
                door::guard,
            ))
            .with_state(self)
    }
}

async fn style() -> Response {
    let kind = [(header::CONTENT_TYPE, "text/css; charset=utf-8")];
    (kind, include_str!("desk.css")).into_response()
}

async fn script() -> Response {
    let kind = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")];
    (kind, include_str!("desk.js")).into_response()
}

/// The unlocked desk of a request, or the way to the screen that unlocks it.
async fn unlocked(app: &App, session: Session, place: Place) -> Result<page::Page, Response> {
    match app.desk().await {
        Some(desk) => Ok(page::Page::new(desk, session, place)),
        None => Err(Redirect::to("/unlock").into_response()),
    }
}

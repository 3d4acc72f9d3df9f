//! Tells a screen that something changed, so that it need not ask again and again.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;

use super::App;

/// `GET /events`: the version of what is shown, at once and with each change. A locked desk answers 204, after which a
/// browser does not ask again.
pub(crate) async fn get(State(app): State<Arc<App>>) -> Response {
    let Some(desk) = app.desk().await else {
        return StatusCode::NO_CONTENT.into_response();
    };
    let mut changes = desk.changes();
    // Only the receiver is kept: a stream must not keep the vault open.
    drop(desk);
    changes.mark_changed();
    let events = stream::unfold(changes, |mut changes| async move {
        changes.changed().await.ok()?;
        let version = changes.borrow_and_update().version.to_string();
        let event = Event::default().event("change").data(version);
        Some((Ok::<Event, Infallible>(event), changes))
    });
    Sse::new(events)
        .keep_alive(KeepAlive::default())
        .into_response()
}

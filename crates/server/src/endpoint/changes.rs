//! `GET /v1/desk/changes`: tells a desk when something new is there, instead of being asked again and again.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use relay::{RelayError, Store};

use super::{Answer, Description};
use crate::app::{App, Progress};
use crate::clock;
use crate::io::{self, Refusal};

pub(crate) const DESCRIPTION: Description = Description {
    method: "get",
    path: "/v1/desk/changes",
    summary: "Server-sent events `posts`, `log`, `line`: the newest places.",
    body: None,
    answer: Answer::Events,
    desk_only: true,
    errors: &[RelayError::Unauthorised, RelayError::Ended],
};

/// The events that tell how `now` differs from `told`.
fn differences(told: Option<Progress>, now: Progress) -> Vec<Event> {
    let mut events = Vec::new();
    let mut tell = |name: &str, before: Option<u64>, after: u64| {
        if before != Some(after) {
            events.push(Event::default().event(name).data(after.to_string()));
        }
    };
    tell("posts", told.map(|told| told.posts), now.posts);
    tell("log", told.map(|told| told.log), now.log);
    tell("line", told.map(|told| told.line), now.line);
    events
}

pub(crate) async fn get<S: Store>(
    State(app): State<Arc<App<S>>>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let token = io::bearer(&headers)?;
    app.relay.authorise(&token, clock::now())?;
    let progress = app.progress.subscribe();
    let start = (progress, None, Vec::new().into_iter());
    let events = stream::unfold(start, move |(mut progress, mut told, mut events)| {
        let app = Arc::clone(&app);
        async move {
            loop {
                if let Some(event) = events.next() {
                    return Some((Ok::<Event, Infallible>(event), (progress, told, events)));
                }
                if told.is_some() {
                    progress.changed().await.ok()?;
                    // A desk that was shut out hears nothing more.
                    app.relay.authorise(&token, clock::now()).ok()?;
                }
                let now = *progress.borrow_and_update();
                events = differences(told, now).into_iter();
                told = Some(now);
            }
        }
    });
    let keep_alive = KeepAlive::new().interval(Duration::from_secs(30));
    Ok(Sse::new(events).keep_alive(keep_alive).into_response())
}

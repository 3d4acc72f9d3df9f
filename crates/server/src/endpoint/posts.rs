//! `POST /v1/posts`: a post into the tray.

use std::future::Future;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use relay::{Appended, RelayError, Store};

use super::{Answer, Description, Size};
use crate::app::{self, App};
use crate::clock;
use crate::io::{self, Refusal, Whole};
use wire::{ENVELOPE_SIZE, EnvelopeHash, TurnKind};

pub(crate) const DESCRIPTION: Description = Description {
    method: "post",
    path: "/v1/posts",
    summary: "A post into the tray; durable when answered, and the same post again is answered alike. While work is asked for, only a turn brings it along.",
    body: Some(Size::Exactly(ENVELOPE_SIZE)),
    answer: Answer::Bytes(Size::Exactly(32)),
    desk_only: false,
    errors: &[
        RelayError::WrongSize,
        RelayError::WrongVersion,
        RelayError::WrongLine,
        RelayError::NoShift,
        RelayError::ShiftOver,
        RelayError::MoreEffort,
        RelayError::Ended,
        RelayError::Full,
        RelayError::Unavailable,
    ],
};

pub(crate) async fn post<S: Store>(
    State(app): State<Arc<App<S>>>,
    Whole(body): Whole<ENVELOPE_SIZE>,
) -> Result<Response, Refusal> {
    let now = clock::now();
    app.admit(TurnKind::Post, &body, None, now).await?;
    let taken = take(app, |app| async move { app.relay.post(&body, now).await });
    Ok(io::bytes(taken.await?))
}

/// Takes a post and tells the desks that wait. Gives the hash.
pub(super) async fn take<S: Store, Taking>(
    app: Arc<App<S>>,
    taking: impl FnOnce(Arc<App<S>>) -> Taking,
) -> Result<Vec<u8>, RelayError>
where
    Taking: Future<Output = Result<(EnvelopeHash, Appended), RelayError>> + Send + 'static,
{
    let taking = taking(Arc::clone(&app));
    app::carry_through(async move {
        let (hash, appended) = taking.await?;
        app.advanced(|progress| progress.posts = progress.posts.max(appended.sequence));
        Ok(hash.0.to_vec())
    })
    .await
}

//! `POST /v1/desk/log`: an entry into the team log.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use relay::{RelayError, Store};

use super::{Answer, Description, Size};
use crate::app::{self, App};
use crate::clock;
use crate::io::{self, Refusal, Whole};
use wire::ENVELOPE_SIZE;

pub(crate) const DESCRIPTION: Description = Description {
    method: "post",
    path: "/v1/desk/log",
    summary: "An entry into the team log; durable when answered, and the same entry again is answered alike.",
    body: Some(Size::Exactly(ENVELOPE_SIZE)),
    answer: Answer::Bytes(Size::Exactly(8)),
    desk_only: true,
    errors: &[
        RelayError::WrongSize,
        RelayError::WrongVersion,
        RelayError::WrongLine,
        RelayError::Unauthorised,
        RelayError::Ended,
        RelayError::Full,
        RelayError::Unavailable,
    ],
};

pub(crate) async fn post<S: Store>(
    State(app): State<Arc<App<S>>>,
    headers: HeaderMap,
    Whole(body): Whole<ENVELOPE_SIZE>,
) -> Result<Response, Refusal> {
    app.relay.authorise(&io::bearer(&headers)?, clock::now())?;
    let sequence = app::carry_through(async move {
        let appended = app.relay.log_append(&body, clock::now()).await?;
        app.advanced(|progress| progress.log = progress.log.max(appended.sequence));
        Ok(appended.sequence)
    });
    Ok(io::bytes(sequence.await?.to_be_bytes().to_vec()))
}

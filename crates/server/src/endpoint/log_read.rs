//! `GET /v1/desk/log?after=N`: log entries in order.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use relay::{RelayError, Sequence, Store};

use super::posts_read::After;
use super::{Answer, Description, Size};
use crate::app::App;
use crate::clock;
use crate::io::{self, Refusal};
use wire::{ENVELOPE_SIZE, POSTS_PER_PAGE};

pub(crate) const DESCRIPTION: Description = Description {
    method: "get",
    path: "/v1/desk/log",
    summary: "At most 128 log entries after a place, in order.",
    body: None,
    answer: Answer::Bytes(Size::AtMost(POSTS_PER_PAGE * (8 + ENVELOPE_SIZE))),
    desk_only: true,
    errors: &[
        RelayError::WrongSize,
        RelayError::Unauthorised,
        RelayError::Ended,
        RelayError::Unavailable,
    ],
};

pub(crate) async fn get<S: Store>(
    State(app): State<Arc<App<S>>>,
    query: Result<Query<After>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    app.relay.authorise(&io::bearer(&headers)?, clock::now())?;
    let Query(query) = query.map_err(|_| RelayError::WrongSize)?;
    let items = app.relay.read(Sequence::Log, query.after).await?;
    Ok(io::bytes(wire::write_sequenced(&items)))
}

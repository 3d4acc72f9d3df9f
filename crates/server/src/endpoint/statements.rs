//! `POST /v1/statements`: a statement of the line, from whoever has it: its signatures speak.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use relay::{RelayError, Store};

use super::{Answer, Description, Size};
use crate::app::{self, App};
use crate::clock;
use crate::io::{self, Refusal, Whole};

/// The size of a statement at most, in bytes: a body of 1 MiB and its signatures.
const STATEMENT_SIZE: usize = (1 << 20) + 4096;

pub(crate) const DESCRIPTION: Description = Description {
    method: "post",
    path: "/v1/statements",
    summary: "A signed statement of the line: delegation, revocation, shift notice, device list, wait notice, card set, feedback key.",
    body: Some(Size::AtMost(STATEMENT_SIZE)),
    answer: Answer::Nothing,
    desk_only: false,
    errors: &[
        RelayError::WrongSize,
        RelayError::NotAccepted,
        RelayError::Ended,
        RelayError::Full,
        RelayError::Unavailable,
    ],
};

pub(crate) async fn post<S: Store>(
    State(app): State<Arc<App<S>>>,
    Whole(body): Whole<STATEMENT_SIZE>,
) -> Result<Response, Refusal> {
    let published = app::carry_through(async move {
        app.relay.statement(&body, clock::now()).await?;
        app.advanced(|progress| progress.line += 1);
        Ok(())
    });
    published.await?;
    Ok(io::done())
}

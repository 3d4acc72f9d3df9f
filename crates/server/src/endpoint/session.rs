//! `POST /v1/desk/session`: a session for a desk that signed a challenge.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use relay::{RelayError, Store};

use super::{Answer, Description, Size};
use crate::app::{App, rng};
use crate::clock;
use crate::io::{self, Refusal, Whole};
use wire::DeskSession;

pub(crate) const DESCRIPTION: Description = Description {
    method: "post",
    path: "/v1/desk/session",
    summary: "A session for an admitted desk that signed a challenge.",
    body: Some(Size::Exactly(DeskSession::SIZE)),
    answer: Answer::Bytes(Size::Exactly(32)),
    desk_only: false,
    errors: &[
        RelayError::WrongSize,
        RelayError::Unauthorised,
        RelayError::Ended,
    ],
};

pub(crate) async fn post<S: Store>(
    State(app): State<Arc<App<S>>>,
    Whole(body): Whole<{ DeskSession::SIZE }>,
) -> Result<Response, Refusal> {
    let token = app.relay.session(&body, clock::now(), &mut rng())?;
    Ok(io::bytes(token.0.to_vec()))
}

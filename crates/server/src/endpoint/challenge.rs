//! `POST /v1/desk/challenge`: what a desk signs to open a session.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use relay::Store;

use super::{Answer, Description, Size};
use crate::app::{App, rng};
use crate::io;

pub(crate) const DESCRIPTION: Description = Description {
    method: "post",
    path: "/v1/desk/challenge",
    summary: "A nonce for a desk to sign; it serves once.",
    body: None,
    answer: Answer::Bytes(Size::Exactly(32)),
    desk_only: false,
    errors: &[],
};

pub(crate) async fn post<S: Store>(State(app): State<Arc<App<S>>>) -> Response {
    io::bytes(app.relay.challenge(&mut rng()).to_vec())
}

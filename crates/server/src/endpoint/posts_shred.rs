//! `POST /v1/posts/shred`: destroys a post for whoever has its token.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use relay::{RelayError, Sequence, Store};

use super::{Answer, Description, Size};
use crate::app::App;
use crate::io::{self, Refusal, Whole};
use wire::Shred;

pub(crate) const DESCRIPTION: Description = Description {
    method: "post",
    path: "/v1/posts/shred",
    summary: "Destroys a post for whoever has its token; never says whether it was there.",
    body: Some(Size::Exactly(Shred::SIZE)),
    answer: Answer::Nothing,
    desk_only: false,
    errors: &[RelayError::WrongSize, RelayError::Unavailable],
};

pub(crate) async fn post<S: Store>(
    State(app): State<Arc<App<S>>>,
    Whole(body): Whole<{ Shred::SIZE }>,
) -> Result<Response, Refusal> {
    app.relay.shred(Sequence::Tray, &body).await?;
    Ok(io::done())
}

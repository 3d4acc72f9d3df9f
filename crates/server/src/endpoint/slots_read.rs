//! `POST /v1/slots/read`: two slots, or noise.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use relay::{RelayError, Store};

use super::{Answer, Description, Size};
use crate::app::{App, rng};
use crate::clock;
use crate::io::{self, Refusal, Whole};
use wire::{SlotContent, SlotNames};

pub(crate) const DESCRIPTION: Description = Description {
    method: "post",
    path: "/v1/slots/read",
    summary: "What two slots hold, and noise of the same size where there is nothing.",
    body: Some(Size::Exactly(SlotNames::SIZE)),
    answer: Answer::Bytes(Size::Exactly(2 * SlotContent::SIZE)),
    desk_only: false,
    errors: &[
        RelayError::WrongSize,
        RelayError::Ended,
        RelayError::Unavailable,
    ],
};

pub(crate) async fn post<S: Store>(
    State(app): State<Arc<App<S>>>,
    Whole(body): Whole<{ SlotNames::SIZE }>,
) -> Result<Response, Refusal> {
    // Made whether it is needed or not, so that the time it takes says nothing.
    let noise = [app.relay.noise(&mut rng())?, app.relay.noise(&mut rng())?];
    Ok(io::bytes(
        app.relay.slots_read(&body, noise, clock::now()).await?,
    ))
}

//! `POST /v1/slots/write`: writes a slot that holds what its writer expects.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use relay::{RelayError, Store};

use super::{Answer, Description, Size};
use crate::app::App;
use crate::clock;
use crate::io::{self, Refusal, Whole};
use wire::{SlotWrite, TurnKind};

pub(crate) const DESCRIPTION: Description = Description {
    method: "post",
    path: "/v1/slots/write",
    summary: "Writes a slot that holds what its writer expects, and destroys what was there. While work is asked for, only a turn brings it along.",
    body: Some(Size::Exactly(SlotWrite::SIZE)),
    answer: Answer::Nothing,
    desk_only: false,
    errors: &[
        RelayError::WrongSize,
        RelayError::WrongVersion,
        RelayError::WrongLine,
        RelayError::Conflict,
        RelayError::MoreEffort,
        RelayError::Ended,
        RelayError::Full,
        RelayError::Unavailable,
    ],
};

pub(crate) async fn post<S: Store>(
    State(app): State<Arc<App<S>>>,
    Whole(body): Whole<{ SlotWrite::SIZE }>,
) -> Result<Response, Refusal> {
    let now = clock::now();
    app.admit(TurnKind::WriteSlot, &body, None, now).await?;
    app.relay.slot_write(&body, now).await?;
    Ok(io::done())
}

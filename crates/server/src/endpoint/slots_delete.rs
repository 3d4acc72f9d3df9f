//! `POST /v1/slots/delete`: destroys what two slots hold.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use relay::{RelayError, Store};

use super::{Answer, Description, Size};
use crate::app::App;
use crate::io::{self, Refusal, Whole};
use wire::SlotNames;

pub(crate) const DESCRIPTION: Description = Description {
    method: "post",
    path: "/v1/slots/delete",
    summary: "Destroys what two slots hold; never says whether there was anything.",
    body: Some(Size::Exactly(SlotNames::SIZE)),
    answer: Answer::Nothing,
    desk_only: false,
    errors: &[RelayError::WrongSize, RelayError::Unavailable],
};

pub(crate) async fn post<S: Store>(
    State(app): State<Arc<App<S>>>,
    Whole(body): Whole<{ SlotNames::SIZE }>,
) -> Result<Response, Refusal> {
    app.relay.slots_delete(&body).await?;
    Ok(io::done())
}

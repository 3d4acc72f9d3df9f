//! `POST /v1/turn`: whatever a page asks, in one size and answered in one size.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use relay::{RelayError, Store};
use tokio::time::MissedTickBehavior;
use wire::{Reader, TURN_SIZE, Turn, TurnAnswer, TurnKind, Writer};

use super::{Answer, Description, Size, line, posts};
use crate::app::{App, rng};
use crate::clock;
use crate::io::{self, Refusal, Whole};

pub(crate) const DESCRIPTION: Description = Description {
    method: "post",
    path: "/v1/turn",
    summary: "One turn of a page: reads or destroys slots, writes one, posts, or hears of the line; asked and answered in one size.",
    body: Some(Size::Exactly(TURN_SIZE)),
    answer: Answer::Bytes(Size::Exactly(TURN_SIZE)),
    desk_only: false,
    errors: &[RelayError::WrongSize],
};

/// A turn is answered after this time, or after twice or three times as much: a durable write takes longer than a read, and how long a turn
/// took would say which it was.
const BEAT: Duration = Duration::from_millis(100);

pub(crate) async fn post<S: Store>(
    State(app): State<Arc<App<S>>>,
    Whole(body): Whole<TURN_SIZE>,
) -> Result<Response, Refusal> {
    let turn = Turn::parse(&body).map_err(|_| RelayError::WrongSize)?;
    let mut beats = tokio::time::interval(BEAT);
    beats.set_missed_tick_behavior(MissedTickBehavior::Skip);
    beats.tick().await;
    // A refusal is inside of the answer: outside of it, all are alike.
    let carried = carry_out(Arc::clone(&app), turn).await;
    let (status, body) = match carried {
        Ok(body) if body.is_empty() => (204, body),
        Ok(body) => (200, body),
        Err(error) => {
            app.refusals.count(error);
            Refusal(error).answer()
        }
    };
    beats.tick().await;
    let answer = TurnAnswer {
        status,
        body,
        demand: app.demand(clock::now()),
    };
    Ok(io::bytes(answer.to_bytes()))
}

async fn carry_out<S: Store>(app: Arc<App<S>>, turn: Turn<'_>) -> Result<Vec<u8>, RelayError> {
    let now = clock::now();
    let body = turn.body.to_vec();
    app.admit(turn.kind, &body, Some(turn.nonce), now).await?;
    // Made whether it is needed or not, so that the time it takes says nothing.
    let noise = [app.relay.noise(&mut rng())?, app.relay.noise(&mut rng())?];
    match turn.kind {
        TurnKind::ReadSlots => app.relay.slots_read(&body, noise, now).await,
        TurnKind::WriteSlot => app.relay.slot_write(&body, now).await.map(|()| Vec::new()),
        TurnKind::DeleteSlots => app.relay.slots_delete(&body).await.map(|()| Vec::new()),
        TurnKind::Line => line_part(&line::without_cards(&app).to_bytes(), &body),
        TurnKind::Post => {
            posts::take(app, |app| async move { app.relay.post(&body, now).await }).await
        }
        TurnKind::SaveAndPost => {
            let take = |app: Arc<App<S>>| async move { app.relay.save_and_post(&body, now).await };
            posts::take(app, take).await
        }
    }
}

/// The document's length u32 ‖ as much of it as has room, from an offset u32 on.
fn line_part(document: &[u8], offset: &[u8]) -> Result<Vec<u8>, RelayError> {
    let offset = Reader::new(offset)
        .u32()
        .map_err(|_| RelayError::WrongSize)?;
    let length = u32::try_from(document.len()).map_err(|_| RelayError::Unavailable)?;
    let offset = usize::try_from(offset).unwrap_or(usize::MAX);
    let rest = document.get(offset..).unwrap_or_default();
    let part = rest.get(..TurnAnswer::LINE_PART).unwrap_or(rest);
    Ok(Writer::default().u32(length).put(part).done())
}

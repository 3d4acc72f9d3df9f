//! Turns, and the work that a relay asks for when many write at once.

use effort::Worker;
use hyper::StatusCode;
use wire::{Demand, Envelope, SlotNames, Turn, TurnAnswer, TurnKind};

use crate::{ClientError, RelayClient, error};

/// The status of a request that brought too little work.
const MORE_EFFORT: u16 = 429;
/// So often work is done anew, when more is asked for meanwhile than was done.
const TIMES: usize = 4;
/// So many attempts are made before it is looked whether anybody still waits.
const ATTEMPTS: u32 = 64;

/// What a turn's answer comes to.
fn done(answer: TurnAnswer) -> Result<Vec<u8>, ClientError> {
    match answer.status {
        200 | 204 => Ok(answer.body),
        status => {
            let status = StatusCode::from_u16(status).map_err(|_| ClientError::Answer)?;
            Err(error::refused(status, &answer.body))
        }
    }
}

impl RelayClient {
    /// `POST /v1/turn`.
    async fn turn(
        &self,
        kind: TurnKind,
        body: &[u8],
        nonce: u64,
    ) -> Result<TurnAnswer, ClientError> {
        let turn = Turn { kind, body, nonce };
        let answer = self.post_bytes("/v1/turn", turn.to_bytes()).await?;
        TurnAnswer::parse(&answer).map_err(|_| ClientError::Answer)
    }

    /// What work the relay asks for now.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn demand(&self) -> Result<Demand, ClientError> {
        let nothing = [0; SlotNames::SIZE];
        let answer = self.turn(TurnKind::ReadSlots, &nothing, 0).await?;
        Ok(answer.demand)
    }

    /// Takes a turn; if it is refused for that, again with the work that is asked for `envelope`.
    pub(crate) async fn work_and_turn(
        &self,
        kind: TurnKind,
        body: &[u8],
        envelope: &Envelope,
    ) -> Result<Vec<u8>, ClientError> {
        let mut answer = self.turn(kind, body, 0).await?;
        for _ in 0..TIMES {
            if answer.status != MORE_EFFORT {
                break;
            }
            let nonce = work(answer.demand, envelope.clone()).await?;
            answer = self.turn(kind, body, nonce).await?;
        }
        done(answer)
    }
}

/// A nonce that is enough for the larger of both demands: which one it is depends on what the relay remembers.
async fn work(demand: Demand, envelope: Envelope) -> Result<u64, ClientError> {
    let effort = demand.first.max(demand.again);
    let (asks, waits) = tokio::sync::oneshot::channel::<()>();
    let search = move || {
        let mut worker = Worker::new();
        let mut first = 0;
        while !asks.is_closed() {
            let found = worker.search((&demand.seed, effort), &envelope, first, ATTEMPTS);
            if found.is_some() {
                return found;
            }
            first += 2 * u64::from(ATTEMPTS);
        }
        None
    };
    let found = tokio::task::spawn_blocking(search).await;
    drop(waits);
    found.ok().flatten().ok_or(ClientError::NotSent)
}

//! Work that requests bring along when many write at once: asked for by the relay, checked here.

use std::sync::Arc;

use effort::Worker;
use relay::{RelayError, Store};
use wire::{Demand, Minute, TurnKind};

use crate::app::{App, rng};

/// So many requests have their work checked at once, each half a millisecond of a processor; more wait, and what asks for no work
/// waits for none of them.
pub(crate) const CHECKS: usize = 2;

impl<S: Store> App<S> {
    /// What work is asked for now.
    pub(crate) fn demand(&self, now: Minute) -> Demand {
        self.relay.demand(now, &mut rng())
    }

    /// Lets a request in if the work that it brings along is enough.
    ///
    /// # Errors
    /// `MoreEffort` when it is not; `WrongSize`, `WrongVersion`.
    pub(crate) async fn admit(
        self: &Arc<Self>,
        kind: TurnKind,
        body: &[u8],
        nonce: Option<u64>,
        now: Minute,
    ) -> Result<(), RelayError> {
        let Some(work) = self.relay.work(kind, body, now, &mut rng())? else {
            return Ok(());
        };
        let nonce = nonce.ok_or(RelayError::MoreEffort)?;
        let _place = self.checks.acquire().await;
        let check = move || {
            let seed = work.seed_of(nonce);
            let score = Worker::new().score(&seed, &work.envelope, nonce);
            effort::is_enough(score, work.effort)
        };
        match tokio::task::spawn_blocking(check).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(RelayError::MoreEffort),
            Err(_) => Err(RelayError::Unavailable),
        }
    }
}

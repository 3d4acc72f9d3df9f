//! What stands at a relay, for whoever asks.

use wire::{Day, LineDocument, LineId, Minute};

use crate::RelayError;
use crate::decide::Relay;
use crate::store::Store;

impl<S: Store> Relay<S> {
    /// The line.
    pub fn line(&self) -> LineId {
        self.followed().standing.line()
    }

    /// `GET /v1/line`.
    pub fn line_document(&self, now: Minute) -> LineDocument {
        self.followed().standing.document(now)
    }

    /// What [`Standing::outcomes`] gives.
    pub fn outcomes(&self, now: Minute) -> Vec<Vec<u8>> {
        self.followed().standing.outcomes(now)
    }

    /// The last day of the delegation that stands.
    pub fn delegation_until(&self) -> Day {
        self.followed().standing.delegation().until()
    }

    /// Whether the delegation that stands holds on a day.
    pub fn delegation_holds_on(&self, day: Day) -> bool {
        self.followed().standing.delegation().holds_on(day)
    }

    pub(crate) fn last_shift(&self) -> Option<Minute> {
        self.followed().standing.last_shift()
    }

    /// Whether the line has not ended.
    ///
    /// # Errors
    /// `Ended` when it has: then nothing is taken or given out any more but its final notice.
    pub fn is_open(&self, now: Minute) -> Result<(), RelayError> {
        self.followed().standing.is_open(now)
    }
}

//! How often requests were refused, by kind. Nothing is counted of a request that was carried out.

use std::sync::atomic::{AtomicU64, Ordering};

use relay::RelayError;

/// How many kinds there are.
pub(crate) const KINDS: usize = 6;
/// Their names in the metrics.
pub(crate) const NAMES: [&str; KINDS] = [
    "malformed",
    "outdated",
    "conflict",
    "desk",
    "effort",
    "storage",
];
/// The place of the refusals that are our own failure.
pub(crate) const STORAGE: usize = 5;

/// Refusals since the start.
#[derive(Default)]
pub(crate) struct Refusals([AtomicU64; KINDS]);

fn place(error: RelayError) -> usize {
    match error {
        RelayError::WrongSize | RelayError::WrongVersion | RelayError::WrongLine => 0,
        RelayError::ShiftOver | RelayError::NoShift | RelayError::Ended => 1,
        RelayError::Conflict => 2,
        RelayError::Unauthorised | RelayError::NotAccepted => 3,
        RelayError::MoreEffort => 4,
        RelayError::Full | RelayError::Unavailable => STORAGE,
    }
}

impl Refusals {
    pub(crate) fn count(&self, error: RelayError) {
        if let Some(count) = self.0.get(place(error)) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(crate) fn read(&self) -> [u64; KINDS] {
        self.0.each_ref().map(|count| count.load(Ordering::Relaxed))
    }
}

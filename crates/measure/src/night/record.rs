//! What is noted while a night is played: how long each step took, what was acknowledged, and what was read.
#![allow(
    clippy::disallowed_methods,
    reason = "a measurement reads the clock, and that is all this file does with it"
)]

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use client::ClientError;
use protocol::envelope_hash;
use wire::{Envelope, EnvelopeHash};

/// The steps of which a night consists, as they are called in the report.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum StepKind {
    FirstPost,
    FollowUp,
    SaveState,
    LogAppend,
    Reply,
    SlotRead,
    SlotDelete,
    Fetch,
}

impl StepKind {
    /// Whether it is a post of a contact.
    pub(crate) fn is_post(self) -> bool {
        matches!(self, StepKind::FirstPost | StepKind::FollowUp)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            StepKind::FirstPost => "first message",
            StepKind::FollowUp => "follow-up or receipt",
            StepKind::SaveState => "state saved",
            StepKind::LogAppend => "log entry",
            StepKind::Reply => "reply",
            StepKind::SlotRead => "slots read",
            StepKind::SlotDelete => "slots deleted",
            StepKind::Fetch => "desk's fetch",
        }
    }
}

/// What was noted.
#[derive(Default)]
pub(crate) struct Noted {
    /// Of each step: when it ended, in seconds of the night, and how long it took, in milliseconds.
    pub(crate) times: BTreeMap<StepKind, Vec<(f64, f64)>>,
    /// Acknowledged posts and log entries.
    pub(crate) posts: Vec<EnvelopeHash>,
    pub(crate) entries: Vec<EnvelopeHash>,
    /// Acknowledged replies, and replies that contacts opened.
    pub(crate) replies: usize,
    pub(crate) replies_read: usize,
    /// Contacts who had read every answer when the night ended.
    pub(crate) finished: usize,
    pub(crate) transfers: usize,
    /// Requests that were not answered well, by what was said.
    pub(crate) refused: BTreeMap<String, usize>,
    /// Of each contact, by its first post: when that was acknowledged, when the first words to it were, both in seconds of the night, and
    /// how many words it collected.
    pub(crate) asked: HashMap<EnvelopeHash, f64>,
    pub(crate) answered: HashMap<EnvelopeHash, f64>,
    pub(crate) collected: HashMap<EnvelopeHash, u32>,
}

/// Takes notes for everybody at once.
pub(crate) struct Recorder {
    begin: Instant,
    noted: Mutex<Noted>,
}

impl Recorder {
    pub(crate) fn new() -> Recorder {
        Recorder {
            begin: Instant::now(),
            noted: Mutex::default(),
        }
    }

    /// Seconds since the night began.
    pub(crate) fn seconds(&self) -> f64 {
        self.begin.elapsed().as_secs_f64()
    }

    pub(crate) fn noted(&self) -> MutexGuard<'_, Noted> {
        // Whoever panicked left whole notes: each is one push.
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a request and notes how long it took. A request that failed gives nothing and is counted.
    pub(crate) async fn timed<T>(
        &self,
        kind: StepKind,
        request: impl Future<Output = Result<T, ClientError>>,
    ) -> Option<T> {
        let begin = Instant::now();
        let answer = request.await;
        let took = begin.elapsed().as_secs_f64() * 1000.0;
        let ended = self.seconds();
        let mut noted = self.noted();
        match answer {
            Ok(answer) => {
                noted.times.entry(kind).or_default().push((ended, took));
                Some(answer)
            }
            Err(error) => {
                let what = format!("{}: {error}", kind.name());
                *noted.refused.entry(what).or_default() += 1;
                None
            }
        }
    }

    pub(crate) fn post_acknowledged(&self, envelope: &Envelope) {
        self.noted().posts.push(envelope_hash(envelope));
    }

    pub(crate) fn asked(&self, first: EnvelopeHash) {
        let now = self.seconds();
        self.noted().asked.insert(first, now);
    }

    pub(crate) fn answered(&self, first: EnvelopeHash) {
        let now = self.seconds();
        self.noted().answered.insert(first, now);
    }

    pub(crate) fn collected(&self, first: EnvelopeHash) {
        *self.noted().collected.entry(first).or_default() += 1;
    }

    pub(crate) fn entry_acknowledged(&self, envelope: &Envelope) {
        self.noted().entries.push(envelope_hash(envelope));
    }
}

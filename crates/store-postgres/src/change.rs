//! What the writer is asked to do, and what it answers.

use relay::{Appended, Sequence, SlotKey, SlotReplace, StatementKey, StoreError, StoredSlot};
use statements::StatementKind;
use tokio::sync::oneshot;
use wire::{Day, Envelope, EnvelopeHash};

/// One change of the store.
pub(crate) enum Change {
    Append {
        to: Sequence,
        envelope: Envelope,
        hash: EnvelopeHash,
        day: Day,
    },
    Shred {
        from: Sequence,
        envelope: EnvelopeHash,
        shred_hash: [u8; 32],
    },
    SlotWrite {
        slot: SlotKey,
        replaces: SlotReplace,
        content: StoredSlot,
        hash: EnvelopeHash,
        day: Day,
    },
    SlotDelete {
        slot: SlotKey,
    },
    StatementPut {
        key: StatementKey,
        statement: Vec<u8>,
        revision: u64,
    },
    Expire {
        posts: Day,
        slots: Day,
    },
    Clear {
        kept: &'static [StatementKind],
    },
}

/// What became of a change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Changed {
    Appended(Appended),
    /// The statements' new revision.
    Put(u64),
    Done,
    Conflict,
}

/// A change and who waits for it.
pub(crate) struct Waiting {
    pub(crate) change: Change,
    pub(crate) answer: oneshot::Sender<Result<Changed, StoreError>>,
}

/// The table of a sequence.
pub(crate) fn table(sequence: Sequence) -> &'static str {
    match sequence {
        Sequence::Tray => "tray",
        Sequence::Log => "log",
    }
}

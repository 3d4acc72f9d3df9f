//! The port behind which a store stands. Every store passes `conformance`.

use std::future::Future;

use statements::StatementKind;
use wire::{Day, Envelope, EnvelopeHash, SequencedEnvelope, SlotContent};

/// Which ordered sequence an envelope is appended to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sequence {
    /// Contacts' posts.
    Tray = 1,
    /// The team log.
    Log = 2,
}

/// What became of an append.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Appended {
    /// Its place; the first is 1.
    pub sequence: u64,
    /// False when the same envelope had been appended before: then this is its first place.
    pub fresh: bool,
}

/// The name of a slot in a store: `H(tag "slot" ‖ name)`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SlotKey(pub [u8; 32]);

/// What a slot's writer expects to be there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SlotReplace {
    /// Nothing.
    Nothing,
    /// This envelope.
    Envelope(EnvelopeHash),
}

/// What a slot holds.
pub type StoredSlot = SlotContent;

/// Under what a statement is kept: one for each kind and number (of a shift; otherwise 0).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct StatementKey {
    /// The kind.
    pub kind: StatementKind,
    /// The number.
    pub number: u32,
}

/// Why a store did not do something. Whatever it was, nothing acknowledged before is lost.
#[derive(thiserror::Error, Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreError {
    /// The slot holds something else than its writer expects.
    #[error("the slot holds something else")]
    Conflict,
    /// There is no room.
    #[error("there is no room")]
    Full,
    /// The store can't be reached, or the system refused.
    #[error("the store does not answer")]
    Unavailable,
}

/// A store. What a method has returned is durable: it survives the end of the process and of the power.
///
/// No method is told a time finer than a day. Whatever is deleted, destroyed, replaced or expired is gone: its key is
/// destroyed, not only its row.
pub trait Store: Send + Sync + 'static {
    /// Appends an envelope. The same envelope again, within its retention, gives its first place and is not doubled.
    fn append(
        &self,
        to: Sequence,
        envelope: Envelope,
        day: Day,
    ) -> impl Future<Output = Result<Appended, StoreError>> + Send;

    /// At most `limit` envelopes with a place above `after`, in order.
    fn read(
        &self,
        from: Sequence,
        after: u64,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<SequencedEnvelope>, StoreError>> + Send;

    /// The last place given out; 0 when there was none.
    fn last(&self, of: Sequence) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// Destroys an envelope if it is there and its header carries `shred_hash`. Says nothing about whether it was.
    fn shred(
        &self,
        from: Sequence,
        envelope: EnvelopeHash,
        shred_hash: [u8; 32],
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// What a slot holds, if anything.
    fn slot_read(
        &self,
        slot: SlotKey,
    ) -> impl Future<Output = Result<Option<StoredSlot>, StoreError>> + Send;

    /// Writes a slot that holds what is expected, and destroys the shred key of what was there. Writing the same
    /// envelope again is fine.
    ///
    /// Fails with `Conflict` when the slot holds anything else.
    fn slot_write(
        &self,
        slot: SlotKey,
        replaces: SlotReplace,
        content: StoredSlot,
        day: Day,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Destroys what a slot holds, if anything.
    fn slot_delete(&self, slot: SlotKey) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Keeps a statement, in place of an earlier one under the same key.
    fn statement_put(
        &self,
        key: StatementKey,
        statement: Vec<u8>,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// All statements, by key.
    fn statements(
        &self,
    ) -> impl Future<Output = Result<Vec<(StatementKey, Vec<u8>)>, StoreError>> + Send;

    /// Destroys posts that came before `posts` and slots last written before `slots`.
    fn expire(&self, posts: Day, slots: Day)
    -> impl Future<Output = Result<(), StoreError>> + Send;
}

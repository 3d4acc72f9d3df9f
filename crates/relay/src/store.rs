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

/// The statements that a store keeps.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Kept {
    /// Changes with each that is put, and never comes again while anybody has the store open.
    pub revision: u64,
    /// All of them, by key.
    pub statements: Vec<(StatementKey, Vec<u8>)>,
}

/// What another relay on the same store has changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Announced {
    /// Something was appended to a sequence.
    Appended(Sequence),
    /// A statement was put.
    Statement,
    /// Nobody listened for a while: any of it.
    Anything,
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
/// No method is told a time finer than a day. Whatever is deleted, destroyed, replaced or expired is gone for everybody who
/// asks; how soon its bytes are gone from the disk is each store's to say.
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

    /// Keeps a statement, in place of an earlier one under the same key, if the revision is still the one that it was
    /// decided on; gives the new one.
    ///
    /// Fails with `Conflict` when another was put since.
    fn statement_put(
        &self,
        key: StatementKey,
        statement: Vec<u8>,
        revision: u64,
    ) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// All statements.
    fn statements(&self) -> impl Future<Output = Result<Kept, StoreError>> + Send;

    /// Waits until something was changed, perhaps by another relay on the same store. One's own changes may come too. A store that one
    /// process has to itself never tells anything.
    fn announced(&self) -> impl Future<Output = Announced> + Send {
        std::future::pending()
    }

    /// Destroys posts that came before `posts` and slots last written before `slots`.
    fn expire(&self, posts: Day, slots: Day)
    -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Destroys every post, log entry and slot, and every statement but those of the `kept` kinds. The last places given out stay.
    fn clear(
        &self,
        kept: &'static [StatementKind],
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
}

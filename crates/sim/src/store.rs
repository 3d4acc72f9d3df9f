//! The relay's store, which fails now and then: before it does something or after it, and nobody is told which.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rand_chacha::ChaCha8Rng;
use rand_core::Rng;
use relay::{
    Appended, Kept, MemoryStore, Sequence, SlotKey, SlotReplace, StatementKey, Store, StoreError,
    StoredSlot,
};
use statements::StatementKind;
use wire::{Day, Envelope, EnvelopeHash, SequencedEnvelope};

/// One of so many requests fails.
const FAILS: u64 = 50;

struct Luck {
    rng: ChaCha8Rng,
    faulty: bool,
    faults: usize,
}

/// A store that outlives its relay. Clones are the same one.
#[derive(Clone)]
pub(crate) struct FaultyStore {
    held: Arc<MemoryStore>,
    luck: Arc<Mutex<Luck>>,
}

impl FaultyStore {
    pub(crate) fn new(rng: ChaCha8Rng) -> FaultyStore {
        let luck = Luck {
            rng,
            faulty: false,
            faults: 0,
        };
        FaultyStore {
            held: Arc::default(),
            luck: Arc::new(Mutex::new(luck)),
        }
    }

    fn luck(&self) -> MutexGuard<'_, Luck> {
        self.luck.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set_faulty(&self, faulty: bool) {
        self.luck().faulty = faulty;
    }

    pub(crate) fn faults(&self) -> usize {
        self.luck().faults
    }

    /// A failure that may come here, if one of them is drawn.
    fn fails(&self, may: &[StoreError]) -> Result<(), StoreError> {
        let mut luck = self.luck();
        if !luck.faulty || !luck.rng.next_u64().is_multiple_of(FAILS) {
            return Ok(());
        }
        let drawn = match luck.rng.next_u64().is_multiple_of(2) {
            true => StoreError::Full,
            false => StoreError::Unavailable,
        };
        if !may.contains(&drawn) {
            return Ok(());
        }
        luck.faults += 1;
        Err(drawn)
    }

    /// A disk that is full refuses before anything was done; any other failure may come before or after it.
    async fn does<T>(
        &self,
        request: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> Result<T, StoreError> {
        self.fails(&[StoreError::Full, StoreError::Unavailable])?;
        let done = request.await?;
        self.fails(&[StoreError::Unavailable])?;
        Ok(done)
    }
}

impl Store for FaultyStore {
    async fn append(
        &self,
        to: Sequence,
        envelope: Envelope,
        day: Day,
    ) -> Result<Appended, StoreError> {
        self.does(self.held.append(to, envelope, day)).await
    }

    async fn read(
        &self,
        from: Sequence,
        after: u64,
        limit: usize,
    ) -> Result<Vec<SequencedEnvelope>, StoreError> {
        self.does(self.held.read(from, after, limit)).await
    }

    async fn last(&self, of: Sequence) -> Result<u64, StoreError> {
        self.does(self.held.last(of)).await
    }

    async fn shred(
        &self,
        from: Sequence,
        envelope: EnvelopeHash,
        shred_hash: [u8; 32],
    ) -> Result<(), StoreError> {
        self.does(self.held.shred(from, envelope, shred_hash)).await
    }

    async fn slot_read(&self, slot: SlotKey) -> Result<Option<StoredSlot>, StoreError> {
        self.does(self.held.slot_read(slot)).await
    }

    async fn slot_write(
        &self,
        slot: SlotKey,
        replaces: SlotReplace,
        content: StoredSlot,
        day: Day,
    ) -> Result<(), StoreError> {
        let written = self.held.slot_write(slot, replaces, content, day);
        self.does(written).await
    }

    async fn slot_delete(&self, slot: SlotKey) -> Result<(), StoreError> {
        self.does(self.held.slot_delete(slot)).await
    }

    async fn statement_put(
        &self,
        key: StatementKey,
        statement: Vec<u8>,
        revision: u64,
    ) -> Result<u64, StoreError> {
        let put = self.held.statement_put(key, statement, revision);
        self.does(put).await
    }

    async fn statements(&self) -> Result<Kept, StoreError> {
        self.does(self.held.statements()).await
    }

    async fn expire(&self, posts: Day, slots: Day) -> Result<(), StoreError> {
        self.does(self.held.expire(posts, slots)).await
    }

    async fn clear(&self, kept: &'static [StatementKind]) -> Result<(), StoreError> {
        self.does(self.held.clear(kept)).await
    }
}

//! A store in memory, for tests and for the simulation. It is durable as long as it is not dropped.

mod moving;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use statements::StatementKind;
use wire::{Day, Envelope, EnvelopeHash, SequencedEnvelope};

use crate::hash::envelope_hash;
use crate::moving::Condition;
use crate::store::{
    Appended, Kept, Sequence, SlotKey, SlotReplace, StatementKey, Store, StoreError, StoredSlot,
};

#[derive(Default)]
struct Ordered {
    last: u64,
    envelopes: BTreeMap<u64, Envelope>,
    places: BTreeMap<EnvelopeHash, (u64, Day)>,
}

#[derive(Default)]
struct Contents {
    condition: Condition,
    tray: Ordered,
    log: Ordered,
    slots: BTreeMap<SlotKey, (StoredSlot, Day)>,
    statements: BTreeMap<StatementKey, Vec<u8>>,
    revision: u64,
}

impl Contents {
    fn ordered(&mut self, sequence: Sequence) -> &mut Ordered {
        match sequence {
            Sequence::Tray => &mut self.tray,
            Sequence::Log => &mut self.log,
        }
    }
}

/// A store in memory.
#[derive(Default)]
pub struct MemoryStore {
    contents: Mutex<Contents>,
}

impl MemoryStore {
    fn contents(&self) -> MutexGuard<'_, Contents> {
        self.contents.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for MemoryStore {
    async fn append(
        &self,
        to: Sequence,
        envelope: Envelope,
        day: Day,
    ) -> Result<Appended, StoreError> {
        let mut contents = self.contents();
        let ordered = contents.ordered(to);
        let hash = envelope_hash(&envelope);
        if let Some((sequence, _)) = ordered.places.get(&hash) {
            return Ok(Appended {
                sequence: *sequence,
                fresh: false,
            });
        }
        ordered.last += 1;
        let sequence = ordered.last;
        ordered.places.insert(hash, (sequence, day));
        ordered.envelopes.insert(sequence, envelope);
        Ok(Appended {
            sequence,
            fresh: true,
        })
    }

    async fn read(
        &self,
        from: Sequence,
        after: u64,
        limit: usize,
    ) -> Result<Vec<SequencedEnvelope>, StoreError> {
        let mut contents = self.contents();
        let later = contents
            .ordered(from)
            .envelopes
            .range(after.saturating_add(1)..);
        Ok(later
            .take(limit)
            .map(|(sequence, envelope)| SequencedEnvelope {
                sequence: *sequence,
                envelope: envelope.clone(),
            })
            .collect())
    }

    async fn last(&self, of: Sequence) -> Result<u64, StoreError> {
        Ok(self.contents().ordered(of).last)
    }

    async fn shred(
        &self,
        from: Sequence,
        envelope: EnvelopeHash,
        shred_hash: [u8; 32],
    ) -> Result<(), StoreError> {
        let mut contents = self.contents();
        let ordered = contents.ordered(from);
        // The place stays taken, so that the same envelope sent again late is not shown again.
        if let Some((sequence, _)) = ordered.places.get(&envelope)
            && let Some(held) = ordered.envelopes.get(sequence)
            && held.header().shred_hash == shred_hash
        {
            ordered.envelopes.remove(sequence);
        }
        Ok(())
    }

    async fn slot_read(&self, slot: SlotKey) -> Result<Option<StoredSlot>, StoreError> {
        Ok(self
            .contents()
            .slots
            .get(&slot)
            .map(|(content, _)| content.clone()))
    }

    async fn slot_write(
        &self,
        slot: SlotKey,
        replaces: SlotReplace,
        content: StoredSlot,
        day: Day,
    ) -> Result<(), StoreError> {
        let mut contents = self.contents();
        let held = contents
            .slots
            .get(&slot)
            .map(|(held, _)| envelope_hash(&held.envelope));
        let expected = match replaces {
            SlotReplace::Nothing => None,
            SlotReplace::Envelope(hash) => Some(hash),
        };
        if held == Some(envelope_hash(&content.envelope)) {
            return Ok(());
        }
        if held != expected {
            return Err(StoreError::Conflict);
        }
        contents.slots.insert(slot, (content, day));
        Ok(())
    }

    async fn slot_delete(&self, slot: SlotKey) -> Result<(), StoreError> {
        self.contents().slots.remove(&slot);
        Ok(())
    }

    async fn statement_put(
        &self,
        key: StatementKey,
        statement: Vec<u8>,
        revision: u64,
    ) -> Result<u64, StoreError> {
        let mut contents = self.contents();
        if contents.revision != revision {
            return Err(StoreError::Conflict);
        }
        contents.statements.insert(key, statement);
        contents.revision += 1;
        Ok(contents.revision)
    }

    async fn statements(&self) -> Result<Kept, StoreError> {
        let contents = self.contents();
        let statements = contents.statements.iter();
        Ok(Kept {
            revision: contents.revision,
            statements: statements
                .map(|(key, bytes)| (*key, bytes.clone()))
                .collect(),
        })
    }

    async fn expire(&self, posts: Day, slots: Day) -> Result<(), StoreError> {
        let mut contents = self.contents();
        let tray = &mut contents.tray;
        let envelopes = &mut tray.envelopes;
        tray.places.retain(|_, (sequence, day)| {
            let is_kept = *day >= posts;
            if !is_kept {
                envelopes.remove(sequence);
            }
            is_kept
        });
        contents.slots.retain(|_, (_, day)| *day >= slots);
        Ok(())
    }

    async fn clear(&self, kept: &'static [StatementKind]) -> Result<(), StoreError> {
        let mut contents = self.contents();
        for of in [Sequence::Tray, Sequence::Log] {
            let rows = contents.ordered(of);
            rows.envelopes.clear();
            rows.places.clear();
        }
        contents.slots.clear();
        contents
            .statements
            .retain(|key, _| kept.contains(&key.kind));
        Ok(())
    }
}

//! A desk of a drill: its state, its records, and everything that its records ever were.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::sync::Mutex;

use anyhow::Result;
use desk::{Desk, Effect, Input, Notice, Record, RelayTask};
use rand_chacha::ChaCha8Rng;
use relay::{Relay, RelayError, Sequence};
use store_sqlite::SqliteStore;
use tokio::runtime::Runtime;
use wire::{Minute, SequencedEnvelope, SlotContent};
use zeroize::Zeroizing;

/// The named values of a vault.
pub(crate) type Records = BTreeMap<String, Zeroizing<Vec<u8>>>;

/// What desks gave the relay in one round, besides entries and posts.
#[derive(Default)]
pub(crate) struct Given {
    pub(crate) published: usize,
    pub(crate) shredded: HashSet<[u8; 32]>,
}

/// A desk.
pub(crate) struct Station {
    pub(crate) desk: Desk,
    pub(crate) records: Records,
    /// The last value of each record that there ever was: what a changed program has, which destroys nothing.
    pub(crate) hoard: Records,
    pub(crate) told: Vec<Notice>,
    pub(crate) published: usize,
    pub(crate) rng: ChaCha8Rng,
}

impl Station {
    pub(crate) fn new(desk: Desk, rng: ChaCha8Rng) -> Station {
        Station {
            desk,
            records: Records::new(),
            hoard: Records::new(),
            told: Vec::new(),
            published: 0,
            rng,
        }
    }

    /// Gives an input, and carries out all that follows.
    pub(crate) fn give(
        &mut self,
        input: Input,
        relay: &Relay<SqliteStore>,
        runtime: &Runtime,
        now: Minute,
        given: &Mutex<Given>,
    ) -> Result<()> {
        let effects = self.desk.step(input, now, &mut self.rng);
        self.carry_out(effects, relay, runtime, now, given)
    }

    pub(crate) fn carry_out(
        &mut self,
        effects: Vec<Effect>,
        relay: &Relay<SqliteStore>,
        runtime: &Runtime,
        now: Minute,
        given: &Mutex<Given>,
    ) -> Result<()> {
        let mut open: VecDeque<Effect> = effects.into();
        while let Some(effect) = open.pop_front() {
            match effect {
                Effect::Save(records) => self.save(records),
                Effect::Destroy => self.records.clear(),
                Effect::Tell(notice) => self.told.push(notice),
                Effect::Relay(id, task) => {
                    let answer = match runtime.block_on(ask(relay, &task, now, &mut self.rng)) {
                        Ok(None) => Input::Done(id),
                        Ok(Some(contents)) => Input::SlotRead { task: id, contents },
                        Err(RelayError::Conflict) => Input::Conflict(id),
                        Err(error) => Input::Refused(id, error.code().to_owned()),
                    };
                    if let Ok(mut given) = given.lock() {
                        match &task {
                            RelayTask::Publish(_) => given.published += 1,
                            RelayTask::ShredPost(shred) | RelayTask::ShredLog(shred) => {
                                given.shredded.insert(shred.envelope.0);
                            }
                            _ => {}
                        }
                    }
                    open.extend(self.desk.step(answer, now, &mut self.rng));
                }
            }
        }
        Ok(())
    }

    fn save(&mut self, records: Vec<Record>) {
        for Record { key, value } in records {
            match value {
                Some(value) => {
                    self.hoard.insert(key.clone(), value.clone());
                    self.records.insert(key, value);
                }
                None => drop(self.records.remove(&key)),
            }
        }
    }

    /// Reads the log and the tray to their ends.
    pub(crate) fn read(
        &mut self,
        (log, tray): (&[SequencedEnvelope], &[SequencedEnvelope]),
        relay: &Relay<SqliteStore>,
        runtime: &Runtime,
        now: Minute,
        given: &Mutex<Given>,
    ) -> Result<()> {
        for entry in after(log, self.desk.cursors().log_after) {
            self.give(Input::LogEntry(entry.clone()), relay, runtime, now, given)?;
        }
        for post in after(tray, self.desk.cursors().posts_after) {
            self.give(Input::Post(post.clone()), relay, runtime, now, given)?;
        }
        self.give(Input::CaughtUp, relay, runtime, now, given)
    }

    /// Whether a text is anywhere in some records.
    pub(crate) fn holds(records: &Records, text: &str) -> bool {
        let needle = text.as_bytes();
        let mut values = records.values();
        values.any(|value| memchr::memmem::find(value, needle).is_some())
    }
}

fn after(items: &[SequencedEnvelope], sequence: u64) -> &[SequencedEnvelope] {
    let first = items.partition_point(|item| item.sequence <= sequence);
    items.get(first..).unwrap_or_default()
}

/// Asks the relay, as a shell would.
async fn ask(
    relay: &Relay<SqliteStore>,
    task: &RelayTask,
    now: Minute,
    rng: &mut ChaCha8Rng,
) -> Result<Option<[SlotContent; 2]>, RelayError> {
    match task {
        RelayTask::AppendLog(entry) => relay.log_append(entry.as_bytes(), now).await.map(drop)?,
        RelayTask::WriteSlot(write) => relay.slot_write(&write.to_bytes(), now).await?,
        RelayTask::ReadSlots(names) => {
            let noise = [relay.noise(rng)?, relay.noise(rng)?];
            let answer = relay.slots_read(&names.to_bytes(), noise, now).await?;
            return Ok(SlotContent::parse_answer(&answer).ok());
        }
        RelayTask::DeleteSlots(names) => relay.slots_delete(&names.to_bytes()).await?,
        RelayTask::ShredPost(shred) => relay.shred(Sequence::Tray, &shred.to_bytes()).await?,
        RelayTask::ShredLog(shred) => relay.shred(Sequence::Log, &shred.to_bytes()).await?,
        RelayTask::Publish(statement) => relay.statement(statement, now).await?,
        RelayTask::Post(envelope) => relay.post(envelope.as_bytes(), now).await.map(drop)?,
    }
    Ok(None)
}

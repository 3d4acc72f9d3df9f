//! What one transaction writes: decided here, without a database, from what it holds and what is asked.

use std::collections::HashMap;

use relay::{Appended, Sequence, SlotReplace};

use crate::change::{Change, Changed};

/// What a sequence holds of what is asked about.
#[derive(Default)]
pub(crate) struct Held {
    /// The last place given out.
    pub(crate) last: u64,
    /// The places of envelopes by their hashes.
    pub(crate) places: HashMap<[u8; 32], u64>,
}

/// What the database holds of what a batch is about.
#[derive(Default)]
pub(crate) struct Known {
    pub(crate) tray: Held,
    pub(crate) log: Held,
    /// How often statements were put.
    pub(crate) revision: u64,
    /// The hashes of what is in slots, by their keys.
    pub(crate) slots: HashMap<[u8; 32], [u8; 32]>,
}

/// Rows for a sequence, column by column.
#[derive(Default)]
pub(crate) struct Appends {
    pub(crate) sequences: Vec<i64>,
    pub(crate) hashes: Vec<Vec<u8>>,
    pub(crate) days: Vec<i32>,
    pub(crate) envelopes: Vec<Vec<u8>>,
}

/// What is shredded in a sequence, column by column.
#[derive(Default)]
pub(crate) struct Shreds {
    pub(crate) hashes: Vec<Vec<u8>>,
    pub(crate) shred_hashes: Vec<Vec<u8>>,
}

/// What slots hold in the end, by their keys; `None` where nothing.
pub(crate) type SlotsAfter<'a> = HashMap<[u8; 32], Option<(&'a Change, [u8; 32])>>;

/// What one transaction writes, and what it answers once that is durable.
#[derive(Default)]
pub(crate) struct Plan<'a> {
    pub(crate) tray: Appends,
    pub(crate) log: Appends,
    pub(crate) tray_shreds: Shreds,
    pub(crate) log_shreds: Shreds,
    pub(crate) slots: SlotsAfter<'a>,
    /// Statements and expiries, in their order.
    pub(crate) others: Vec<&'a Change>,
    pub(crate) answers: Vec<Changed>,
}

pub(crate) fn day_column(day: wire::Day) -> i32 {
    i32::try_from(day.0).unwrap_or(i32::MAX)
}

impl Appends {
    /// Gives an envelope its place, unless it has one.
    fn append(&mut self, held: &mut Held, hash: [u8; 32], bytes: &[u8], day: i32) -> Appended {
        if let Some(sequence) = held.places.get(&hash) {
            return Appended {
                sequence: *sequence,
                fresh: false,
            };
        }
        held.last += 1;
        held.places.insert(hash, held.last);
        self.sequences
            .push(i64::try_from(held.last).unwrap_or(i64::MAX));
        self.hashes.push(hash.to_vec());
        self.days.push(day);
        self.envelopes.push(bytes.to_vec());
        Appended {
            sequence: held.last,
            fresh: true,
        }
    }
}

impl<'a> Plan<'a> {
    /// Decides a batch. Nobody who is in it has had an answer, so any order among them is right; this is the one in
    /// which they came, but that appends are written before anything is shredded.
    pub(crate) fn decide(changes: &[&'a Change], known: &mut Known) -> Plan<'a> {
        let mut plan = Plan::default();
        for change in changes {
            let answer = plan.take(change, known);
            plan.answers.push(answer);
        }
        plan
    }

    fn take(&mut self, change: &'a Change, known: &mut Known) -> Changed {
        match change {
            Change::Append {
                to,
                envelope,
                hash,
                day,
            } => {
                let (appends, held) = match to {
                    Sequence::Tray => (&mut self.tray, &mut known.tray),
                    Sequence::Log => (&mut self.log, &mut known.log),
                };
                let bytes = envelope.as_bytes();
                return Changed::Appended(appends.append(held, hash.0, bytes, day_column(*day)));
            }
            Change::Shred {
                from,
                envelope,
                shred_hash,
            } => {
                let shreds = match from {
                    Sequence::Tray => &mut self.tray_shreds,
                    Sequence::Log => &mut self.log_shreds,
                };
                shreds.hashes.push(envelope.0.to_vec());
                shreds.shred_hashes.push(shred_hash.to_vec());
            }
            Change::SlotWrite {
                slot,
                replaces,
                hash,
                ..
            } => {
                let held = known.slots.get(&slot.0).copied();
                let expected = match replaces {
                    SlotReplace::Nothing => None,
                    SlotReplace::Envelope(hash) => Some(hash.0),
                };
                if held == Some(hash.0) {
                    return Changed::Done;
                }
                if held != expected {
                    return Changed::Conflict;
                }
                known.slots.insert(slot.0, hash.0);
                self.slots.insert(slot.0, Some((change, hash.0)));
            }
            Change::SlotDelete { slot } => {
                known.slots.remove(&slot.0);
                self.slots.insert(slot.0, None);
            }
            Change::StatementPut { revision, .. } => {
                if *revision != known.revision {
                    return Changed::Conflict;
                }
                known.revision += 1;
                self.others.push(change);
                return Changed::Put(known.revision);
            }
            Change::Expire { .. } | Change::Clear { .. } => self.others.push(change),
        }
        Changed::Done
    }
}

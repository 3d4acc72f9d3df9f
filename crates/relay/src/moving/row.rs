//! What travels: a row as a value, its place in the order, and what was counted on the way.

use sha2::{Digest, Sha256};
use statements::UnverifiedStatement;
use wire::{Day, Envelope, EnvelopeHash};

use crate::hash::envelope_hash;
use crate::store::{Sequence, SlotKey, StatementKey, StoredSlot};

/// A row's key. The order of the keys is the order in which rows travel.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum RowKey {
    /// A statement.
    Statement(StatementKey),
    /// A place in the team log.
    Log(u64),
    /// A place in the tray.
    Tray(u64),
    /// A slot.
    Slot(SlotKey),
}

/// Rows of one kind that are still to be read, and behind which of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stretch {
    /// Statements behind this one, or all.
    Statements(Option<StatementKey>),
    /// Places of a sequence above this one.
    Places(Sequence, u64),
    /// Slots behind this one, or all.
    Slots(Option<SlotKey>),
}

impl Stretch {
    /// All that lies behind a key, in order.
    pub fn behind(after: Option<RowKey>) -> Vec<Stretch> {
        let statements = Stretch::Statements(None);
        let log = Stretch::Places(Sequence::Log, 0);
        let tray = Stretch::Places(Sequence::Tray, 0);
        let slots = Stretch::Slots(None);
        match after {
            None => vec![statements, log, tray, slots],
            Some(RowKey::Statement(key)) => vec![Stretch::Statements(Some(key)), log, tray, slots],
            Some(RowKey::Log(place)) => vec![Stretch::Places(Sequence::Log, place), tray, slots],
            Some(RowKey::Tray(place)) => vec![Stretch::Places(Sequence::Tray, place), slots],
            Some(RowKey::Slot(key)) => vec![Stretch::Slots(Some(key))],
        }
    }
}

/// One thing that a store keeps.
#[derive(Clone)]
pub enum Row {
    /// A statement.
    Statement {
        /// Under what it is kept.
        key: StatementKey,
        /// Its bytes.
        bytes: Vec<u8>,
    },
    /// A place that was given out in a sequence.
    Place {
        /// In which.
        of: Sequence,
        /// Which place; the first is 1.
        place: u64,
        /// The hash of the envelope that came there: whoever sends it again gets this place.
        hash: EnvelopeHash,
        /// The day on which it came.
        day: Day,
        /// The envelope; none where it was shredded.
        envelope: Option<Envelope>,
    },
    /// A slot that holds something.
    Slot {
        /// Its name in a store.
        key: SlotKey,
        /// The day on which it was written last.
        day: Day,
        /// What it holds.
        content: StoredSlot,
    },
}

impl Row {
    /// Its key.
    pub fn key(&self) -> RowKey {
        match self {
            Row::Statement { key, .. } => RowKey::Statement(*key),
            Row::Place { of, place, .. } => match of {
                Sequence::Log => RowKey::Log(*place),
                Sequence::Tray => RowKey::Tray(*place),
            },
            Row::Slot { key, .. } => RowKey::Slot(*key),
        }
    }

    /// The tag of the line to which it says that it belongs, where it says so.
    pub fn line_tag(&self) -> Option<[u8; 8]> {
        match self {
            Row::Statement { bytes, .. } => {
                let statement = UnverifiedStatement::parse(bytes).ok()?;
                Some(statement.line().tag())
            }
            Row::Place { envelope, .. } => Some(envelope.as_ref()?.header().line_tag),
            Row::Slot { content, .. } => Some(content.envelope.header().line_tag),
        }
    }

    /// Whether an envelope in it is the one that its hash names. A slot's hash is made of what it holds.
    pub fn is_sound(&self) -> bool {
        match self {
            Row::Place {
                envelope: Some(envelope),
                hash,
                ..
            } => envelope_hash(envelope) == *hash,
            _ => true,
        }
    }
}

/// What was counted of a store's rows, and a hash over all of them in order.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Tally {
    /// Statements.
    pub statements: u64,
    /// Entries of the team log.
    pub entries: u64,
    /// Posts in the tray.
    pub posts: u64,
    /// Places whose envelope was shredded.
    pub shredded: u64,
    /// Slots.
    pub slots: u64,
    /// `H(hash before ‖ row)`, from 32 zeros on.
    pub hash: [u8; 32],
}

impl Tally {
    /// Counts one more row. A row is hashed as kind u8 ‖ key ‖ day u32 ‖ what it holds; each kind has one length but statements,
    /// whose length goes first.
    pub fn add(&mut self, row: &Row) {
        let hash = Sha256::new().chain_update(self.hash);
        let hash = match row {
            Row::Statement { key, bytes } => {
                self.statements += 1;
                hash.chain_update([1, key.kind as u8])
                    .chain_update(key.number.to_be_bytes())
                    .chain_update((bytes.len() as u64).to_be_bytes())
                    .chain_update(bytes)
            }
            Row::Place {
                of,
                place,
                hash: name,
                day,
                envelope,
            } => {
                *match (envelope, of) {
                    (None, _) => &mut self.shredded,
                    (Some(_), Sequence::Log) => &mut self.entries,
                    (Some(_), Sequence::Tray) => &mut self.posts,
                } += 1;
                let held = envelope.as_ref().map(|envelope| envelope.as_bytes());
                hash.chain_update([2, *of as u8, u8::from(held.is_some())])
                    .chain_update(place.to_be_bytes())
                    .chain_update(name.0)
                    .chain_update(day.0.to_be_bytes())
                    .chain_update(held.map_or(&[][..], |bytes| &bytes[..]))
            }
            Row::Slot { key, day, content } => {
                self.slots += 1;
                hash.chain_update([3])
                    .chain_update(key.0)
                    .chain_update(day.0.to_be_bytes())
                    .chain_update(content.to_bytes())
            }
        };
        self.hash = hash.finalize().into();
    }

    /// How many rows were counted.
    pub fn rows(&self) -> u64 {
        self.statements + self.entries + self.posts + self.shredded + self.slots
    }
}

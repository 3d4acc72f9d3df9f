//! Requests to a relay, one after the other, as bytes tell: true ones, changed ones, and anything else.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use pollster::block_on;
use relay::{MemoryStore, Relay, Retention, Sequence, Standing, envelope_hash, shred_hash};
use statements::{Delegation, DeviceKey, DeviceList, Root, RootKey, ShiftNotice, ShiftSigningKey};
use wire::{
    Envelope, EnvelopeHash, Header, Kind, LineId, Minute, SEALED_SIZE, Shred, SlotContent,
    SlotName, SlotNames, SlotWrite,
};

const START: Minute = Minute(20_000 * Minute::PER_DAY);
/// The one shift, which takes posts for a day.
const SHIFT: u32 = 1;

/// A line as it begins, and what its coordinator publishes.
struct Ground {
    standing: Standing,
    line: LineId,
    published: Vec<Vec<u8>>,
}

fn ground() -> Option<&'static Ground> {
    static GROUND: OnceLock<Option<Ground>> = OnceLock::new();
    let make = || {
        let root_key = RootKey::from_seed(&[1; 32]);
        let coordinator = DeviceKey::from_seed(&[2; 32]);
        let root = Root::new(1, vec![root_key.public()]).ok()?;
        let line = root.line_id();
        let days = (START.day(), START.day().plus(300));
        let delegation = Delegation::draft(line, 1, days, 1, &[coordinator.public()]);
        let delegation = delegation.sign_by_root(&root_key).done();
        let list = DeviceList::draft(line, 1, &[coordinator.public()]);
        let key = protocol::ShiftSecretKey::from_seed(&[3; 32]).public();
        let signing = ShiftSigningKey::from_seed(&[4; 32]).public();
        let times = (START, START.plus(Minute::PER_DAY));
        let shift = ShiftNotice::draft(line, SHIFT, times, &key, signing);
        let published = [list, shift].map(|draft| draft.sign_by_device(&coordinator).done());
        Some(Ground {
            standing: Standing::new(root, &delegation).ok()?,
            line,
            published: published
                .iter()
                .map(statements::UnverifiedStatement::to_bytes)
                .collect(),
        })
    };
    GROUND.get_or_init(make).as_ref()
}

/// The bytes that tell what is asked; zeros when they are over.
struct Told<'bytes>(&'bytes [u8]);

impl<'bytes> Told<'bytes> {
    fn byte(&mut self) -> u8 {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        *first
    }

    fn some(&mut self, count: usize) -> &'bytes [u8] {
        let (some, rest) = self.0.split_at(count.min(self.0.len()));
        self.0 = rest;
        some
    }

    /// A body as it should be, one with a changed byte, one that is cut short, or other bytes altogether.
    fn body(&mut self, right: Vec<u8>) -> Vec<u8> {
        let mut body = right;
        let place = usize::from(u16::from_be_bytes([self.byte(), self.byte()]));
        match self.byte() % 8 {
            0 => {
                if let Some(byte) = body.get_mut(place) {
                    *byte ^= self.byte();
                }
            }
            1 => body.truncate(place),
            2 => body = self.some(place).to_vec(),
            _ => {}
        }
        body
    }
}

fn envelope(line: &LineId, kind: Kind, number: u8) -> Option<Envelope> {
    let header = Header {
        kind,
        epoch: if kind == Kind::Slot { 0 } else { SHIFT },
        line_tag: line.tag(),
        mark: [number; 16],
        shred_hash: shred_hash(&[number; 32]),
    };
    Envelope::assemble(&header, &[number; SEALED_SIZE]).ok()
}

/// What must be there, of what was acknowledged.
#[derive(Default)]
struct Model {
    posts: BTreeSet<EnvelopeHash>,
    entries: BTreeSet<EnvelopeHash>,
    /// What somebody may have destroyed: sent again it is acknowledged, and not shown again.
    shredded: BTreeSet<EnvelopeHash>,
    /// By their names' bytes.
    slots: BTreeMap<[u8; 32], EnvelopeHash>,
}

fn write(line: &LineId, model: &Model, told: &mut Told<'_>) -> Option<SlotWrite> {
    let name = SlotName([told.byte() % 4; 32]);
    let number = told.byte();
    let replaces = match told.byte() % 4 {
        0 => None,
        1 => Some(EnvelopeHash([number; 32])),
        _ => model.slots.get(&name.0).copied(),
    };
    Some(SlotWrite {
        name,
        replaces,
        shred_key: [number; 32],
        envelope: envelope(line, Kind::Slot, number)?,
    })
}

fn saved(model: &mut Model, body: &[u8]) {
    if let Ok(write) = SlotWrite::parse(body) {
        model
            .slots
            .insert(write.name.0, envelope_hash(&write.envelope));
    }
}

fn check(relay: &Relay<MemoryStore>, model: &Model, now: Minute) {
    for (sequence, acknowledged) in [
        (Sequence::Tray, &model.posts),
        (Sequence::Log, &model.entries),
    ] {
        let mut after = 0;
        let mut held = BTreeSet::new();
        while let Ok(page) = block_on(relay.read(sequence, after)) {
            for item in &page {
                assert!(item.sequence > after, "places rise");
                after = item.sequence;
                assert!(held.insert(envelope_hash(&item.envelope)), "once");
            }
            if page.is_empty() {
                break;
            }
        }
        let mut kept = acknowledged.difference(&model.shredded);
        assert!(kept.all(|one| held.contains(one)), "nothing is lost");
    }
    for (name, hash) in &model.slots {
        let names = SlotNames([SlotName(*name), SlotName([9; 32])]);
        let noise = || envelope(&LineId([0; 32]), Kind::Slot, 0);
        let (Some(one), Some(two)) = (noise(), noise()) else {
            return;
        };
        let noise = [one, two].map(|envelope| SlotContent {
            shred_key: [0; 32],
            envelope,
        });
        let read = block_on(relay.slots_read(&names.to_bytes(), noise, now));
        let read = read
            .ok()
            .and_then(|answer| SlotContent::parse_answer(&answer).ok());
        let is_there = read.is_some_and(|[content, _]| envelope_hash(&content.envelope) == *hash);
        assert!(is_there, "what was saved is there");
    }
}

/// One request; notes what was acknowledged.
fn ask(
    relay: &Relay<MemoryStore>,
    (line, now): (&LineId, Minute),
    model: &mut Model,
    told: &mut Told<'_>,
) -> Option<()> {
    let what = told.byte();
    match what % 9 {
        0 => {
            let right = envelope(line, Kind::Post, told.byte())?;
            let body = told.body(right.as_bytes().to_vec());
            if let Ok((hash, _)) = block_on(relay.post(&body, now)) {
                model.posts.insert(hash);
            }
        }
        1 => {
            let right = envelope(line, Kind::LogEntry, told.byte())?;
            let body = told.body(right.as_bytes().to_vec());
            if block_on(relay.log_append(&body, now)).is_ok() {
                let entry = Envelope::parse(&body).ok()?;
                model.entries.insert(envelope_hash(&entry));
            }
        }
        2 => {
            let right = write(line, model, told)?;
            let body = told.body(right.to_bytes());
            if block_on(relay.slot_write(&body, now)).is_ok() {
                saved(model, &body);
            }
        }
        3 => {
            let post = envelope(line, Kind::Post, told.byte())?;
            let right = write(line, model, told)?;
            let body = told.body(wire::save_and_post(&right, &post));
            let posted = block_on(relay.save_and_post(&body, now));
            let (written, _) = body.split_at_checked(SlotWrite::SIZE)?;
            if let Ok((hash, _)) = posted {
                model.posts.insert(hash);
                saved(model, written);
            } else if let Ok(write) = SlotWrite::parse(written) {
                // The slot may have been written.
                model.slots.remove(&write.name.0);
            }
        }
        4 => {
            let number = told.byte();
            let (from, kind) = match number % 2 {
                0 => (Sequence::Tray, Kind::Post),
                _ => (Sequence::Log, Kind::LogEntry),
            };
            let shred = Shred {
                envelope: envelope_hash(&envelope(line, kind, told.byte())?),
                token: [number; 32],
            };
            let body = told.body(shred.to_bytes().to_vec());
            if block_on(relay.shred(from, &body)).is_ok() {
                let shred = Shred::parse(&body).ok()?;
                model.shredded.insert(shred.envelope);
            }
        }
        5 => {
            let names = SlotNames([SlotName([told.byte() % 4; 32]), SlotName([told.byte(); 32])]);
            let body = told.body(names.to_bytes());
            if block_on(relay.slots_delete(&body)).is_ok() {
                let SlotNames(names) = SlotNames::parse(&body).ok()?;
                for name in &names {
                    model.slots.remove(&name.0);
                }
            }
        }
        6 => {
            let place = usize::from(told.byte() % 2);
            let body = told.body(ground()?.published.get(place)?.clone());
            let _ = block_on(relay.statement(&body, now));
        }
        7 => {
            let token: [u8; 32] = [told.byte(); 32];
            let _ = relay.authorise(&token, now);
            let _ = relay.line_document(now).to_bytes();
        }
        _ => {
            let count = usize::from(told.byte());
            let body = told.some(count);
            let _ = block_on(relay.statement(body, now));
            let _ = block_on(relay.slot_write(body, now));
            let _ = block_on(relay.save_and_post(body, now));
        }
    }
    Some(())
}

/// Whatever is asked, nothing panics, and what was acknowledged is there once until somebody who may has it destroyed.
pub(crate) fn requests(bytes: &[u8]) {
    let Some(ground) = ground() else {
        return;
    };
    let (store, standing) = (MemoryStore::default(), ground.standing.clone());
    let opened = block_on(Relay::open(store, standing, Retention::default(), START));
    let Ok(relay) = opened else {
        return;
    };
    for statement in &ground.published {
        let _ = block_on(relay.statement(statement, START));
    }
    let (mut model, mut told, mut now) = (Model::default(), Told(bytes), START);
    while !told.0.is_empty() {
        now = now.plus(u32::from(told.byte()));
        let _ = ask(&relay, (&ground.line, now), &mut model, &mut told);
    }
    check(&relay, &model, now);
}

//! The vault's records: their names, and which part of the desk each one holds. Every value begins with a version byte, 1.

use core::fmt;

use protocol::{CaseId, EpochSecretKey};
use statements::{DevicePublicKey, PartnerId};
use wire::{Day, ReadError, Reader, Writer};
use zeroize::Zeroizing;

use crate::case::Case;
use crate::closing::Closing;
use crate::codec::{hex, read_all, unhex, write_all};
use crate::entrances::Watch;
use crate::feedback::Feedback;
use crate::identity::{Identity, Progress};
use crate::invitation::Invitation;
use crate::outbox::Task;
use crate::outcomes::Outcomes;
use crate::partners::Admitted;
use crate::presence::Presence;
use crate::probes::Probes;
use crate::proposals::Proposal;
use crate::published::PublishedKeys;
use crate::queue::Waiting;
use crate::recovery::Exposure;
use crate::reports::Reports;
use crate::revision::Revision;
use crate::roster::Roster;
use crate::rota::Rota;
use crate::shifts::Shift;
use crate::supervised::Supervised;
use crate::trail::Trail;
use crate::{Desk, ProposalLabel, Record, RestoreError};

const VERSION: u8 = 1;

/// The name of a record.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum RecordKey {
    Device,
    Progress,
    Roster,
    Duty,
    Author(DevicePublicKey),
    Keys(DevicePublicKey),
    Epoch(Day),
    Shift(u32),
    Holders(u32),
    Seen(u32, u8),
    Taken(u8),
    Waiting(CaseId),
    Case(CaseId),
    Closing(CaseId),
    Outbox(u64),
    Invitation([u8; 8]),
    Kept(CaseId),
    KeptEntry(CaseId, u64),
    Supervised(CaseId),
    Proposal([u8; 16]),
    Exposure(DevicePublicKey),
    Trail,
    Rota,
    Probes,
    Editing,
    Revision([u8; 16]),
    Feedback,
    Watch,
    Partner(PartnerId),
    Outcomes,
    Reports,
}

impl fmt::Display for RecordKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RecordKey::Device => f.write_str("device"),
            RecordKey::Progress => f.write_str("progress"),
            RecordKey::Roster => f.write_str("roster"),
            RecordKey::Duty => f.write_str("duty"),
            RecordKey::Author(device) => write!(f, "author/{}", hex(&device.0)),
            RecordKey::Keys(device) => write!(f, "keys/{}", hex(&device.0)),
            RecordKey::Epoch(day) => write!(f, "epoch/{:08x}", day.0),
            RecordKey::Shift(number) => write!(f, "shift/{number:08x}"),
            RecordKey::Holders(number) => write!(f, "holders/{number:08x}"),
            RecordKey::Seen(number, bucket) => write!(f, "seen/{number:08x}{bucket:02x}"),
            RecordKey::Taken(bucket) => write!(f, "taken/{bucket:02x}"),
            RecordKey::Waiting(case) => write!(f, "waiting/{}", hex(&case.0)),
            RecordKey::Case(case) => write!(f, "case/{}", hex(&case.0)),
            RecordKey::Closing(case) => write!(f, "closing/{}", hex(&case.0)),
            RecordKey::Outbox(id) => write!(f, "outbox/{id:016x}"),
            RecordKey::Invitation(id) => write!(f, "invitation/{}", hex(id)),
            RecordKey::Kept(case) => write!(f, "kept/{}", hex(&case.0)),
            RecordKey::KeptEntry(case, sequence) => {
                write!(f, "kept-entry/{}{sequence:016x}", hex(&case.0))
            }
            RecordKey::Supervised(case) => write!(f, "supervised/{}", hex(&case.0)),
            RecordKey::Proposal(id) => write!(f, "proposal/{}", hex(id)),
            RecordKey::Exposure(device) => write!(f, "exposure/{}", hex(&device.0)),
            RecordKey::Trail => f.write_str("trail"),
            RecordKey::Rota => f.write_str("rota"),
            RecordKey::Probes => f.write_str("probes"),
            RecordKey::Editing => f.write_str("editing"),
            RecordKey::Revision(label) => write!(f, "revision/{}", hex(label)),
            RecordKey::Feedback => f.write_str("feedback"),
            RecordKey::Watch => f.write_str("watch"),
            RecordKey::Partner(id) => write!(f, "partner/{}", hex(&id.0)),
            RecordKey::Outcomes => f.write_str("outcomes"),
            RecordKey::Reports => f.write_str("reports"),
        }
    }
}

impl RecordKey {
    fn parse(name: &str) -> Option<RecordKey> {
        let Some((kind, id)) = name.split_once('/') else {
            return match name {
                "device" => Some(RecordKey::Device),
                "progress" => Some(RecordKey::Progress),
                "roster" => Some(RecordKey::Roster),
                "duty" => Some(RecordKey::Duty),
                "trail" => Some(RecordKey::Trail),
                "rota" => Some(RecordKey::Rota),
                "probes" => Some(RecordKey::Probes),
                "editing" => Some(RecordKey::Editing),
                "feedback" => Some(RecordKey::Feedback),
                "watch" => Some(RecordKey::Watch),
                "outcomes" => Some(RecordKey::Outcomes),
                "reports" => Some(RecordKey::Reports),
                _ => None,
            };
        };
        let number = || unhex(id).map(u32::from_be_bytes);
        let case = || unhex(id).map(CaseId);
        match kind {
            "author" => unhex(id).map(|key| RecordKey::Author(DevicePublicKey(key))),
            "keys" => unhex(id).map(|key| RecordKey::Keys(DevicePublicKey(key))),
            "epoch" => number().map(|day| RecordKey::Epoch(Day(day))),
            "shift" => number().map(RecordKey::Shift),
            "holders" => number().map(RecordKey::Holders),
            "seen" => unhex(id).map(|[a, b, c, d, bucket]| {
                RecordKey::Seen(u32::from_be_bytes([a, b, c, d]), bucket)
            }),
            "taken" => unhex(id).map(|[bucket]| RecordKey::Taken(bucket)),
            "waiting" => case().map(RecordKey::Waiting),
            "case" => case().map(RecordKey::Case),
            "closing" => case().map(RecordKey::Closing),
            "outbox" => unhex(id).map(|id| RecordKey::Outbox(u64::from_be_bytes(id))),
            "invitation" => unhex(id).map(RecordKey::Invitation),
            "kept" => case().map(RecordKey::Kept),
            "kept-entry" => {
                let (case, sequence) = id.split_at_checked(32)?;
                let sequence = u64::from_be_bytes(unhex(sequence)?);
                Some(RecordKey::KeptEntry(CaseId(unhex(case)?), sequence))
            }
            "supervised" => case().map(RecordKey::Supervised),
            "proposal" => unhex(id).map(RecordKey::Proposal),
            "partner" => unhex(id).map(|id| RecordKey::Partner(PartnerId(id))),
            "revision" => unhex(id).map(RecordKey::Revision),
            "exposure" => unhex(id).map(|key| RecordKey::Exposure(DevicePublicKey(key))),
            _ => None,
        }
    }
}

impl Desk {
    /// Notes that a record has to be saved, or destroyed if what it held is gone.
    pub(crate) fn mark(&mut self, key: RecordKey) {
        self.dirty.insert(key);
    }

    /// Every record that changed since the last time, and the cursors with them.
    pub(crate) fn changed(&mut self) -> Vec<Record> {
        if self.dirty.is_empty() {
            return Vec::new();
        }
        self.dirty.insert(RecordKey::Progress);
        let keys = core::mem::take(&mut self.dirty);
        keys.into_iter()
            .map(|key| Record {
                key: key.to_string(),
                value: self.encode(key),
            })
            .collect()
    }

    fn encode(&self, key: RecordKey) -> Option<Zeroizing<Vec<u8>>> {
        let room = match key {
            RecordKey::Case(case) => self.cases.get(&case)?.size(),
            RecordKey::Outbox(_) | RecordKey::Invitation(_) => 8192,
            _ => 512,
        };
        let writer = Writer::with_capacity(room).u8(VERSION);
        self.encode_to(writer, key)
            .map(|writer| Zeroizing::new(writer.done()))
    }

    fn encode_to(&self, writer: Writer, key: RecordKey) -> Option<Writer> {
        Some(match key {
            RecordKey::Device => self.identity.encode(writer),
            RecordKey::Progress => self.progress.encode(writer, self.posts_to_save()),
            RecordKey::Roster => self.roster.encode(writer),
            RecordKey::Duty => self.presence.encode(writer),
            RecordKey::Author(device) => writer.u64(*self.authors.get(&device)?),
            RecordKey::Keys(device) => self.keys.get(&device)?.encode(writer),
            RecordKey::Epoch(day) => writer.put(self.epochs.get(&day)?.expose()),
            RecordKey::Shift(number) => self.shifts.get(&number)?.encode(writer),
            RecordKey::Holders(number) => {
                let holders = self.holders.get(&number)?;
                write_all(writer, holders.iter(), |writer, key| writer.put(&key.0))
            }
            RecordKey::Seen(shift, bucket) => self.queue.encode_seen(writer, shift, bucket)?,
            RecordKey::Taken(bucket) => self.queue.encode_taken(writer, bucket)?,
            RecordKey::Waiting(case) => self.queue.waiting.get(&case)?.encode(writer),
            RecordKey::Case(case) => self.cases.get(&case)?.encode(writer),
            RecordKey::Closing(case) => self.closing.get(&case)?.encode(writer),
            RecordKey::Outbox(id) => self.outbox.get(id)?.encode(writer)?,
            RecordKey::Invitation(id) => self.invitations.get(&id)?.encode(writer),
            RecordKey::Kept(case) => self.kept.get(&case)?.encode(writer),
            RecordKey::KeptEntry(case, sequence) => {
                self.kept.get(&case)?.encode_entry(writer, sequence)?
            }
            RecordKey::Supervised(case) => self.supervised.get(&case)?.encode(writer),
            RecordKey::Proposal(id) => self.proposals.get(&ProposalLabel(id))?.encode(writer),
            RecordKey::Exposure(device) => self.exposures.get(&device)?.encode(writer),
            RecordKey::Trail => self.trail.encode(writer),
            RecordKey::Rota => self.rota.encode(writer),
            RecordKey::Probes => self.probes.encode(writer),
            RecordKey::Editing => self.editing.encode(writer),
            RecordKey::Revision(label) => self.editing.revisions.get(&label)?.encode(writer),
            RecordKey::Feedback => self.feedback.encode(writer),
            RecordKey::Watch => self.watch.encode(writer),
            RecordKey::Partner(id) => self.partners.get(&id)?.encode(writer),
            RecordKey::Outcomes => self.outcomes.encode(writer),
            RecordKey::Reports => self.reports.encode(writer),
        })
    }

    fn decode(&mut self, key: RecordKey, reader: &mut Reader<'_>) -> Result<(), ReadError> {
        let line = self.identity.line;
        match key {
            RecordKey::Device => self.identity = Identity::decode(reader)?,
            RecordKey::Progress => self.progress = Progress::decode(reader)?,
            RecordKey::Roster => self.roster = Roster::decode(reader)?,
            RecordKey::Duty => self.presence = Presence::decode(reader)?,
            RecordKey::Author(device) => {
                self.authors.insert(device, reader.u64()?);
            }
            RecordKey::Keys(device) => {
                let keys = PublishedKeys::decode(reader, &line)?;
                self.keys.insert(device, keys);
            }
            RecordKey::Epoch(day) => {
                let key = EpochSecretKey::from_seed(&reader.array()?);
                self.epochs.insert(day, key);
            }
            RecordKey::Shift(number) => {
                self.shifts.insert(number, Shift::decode(reader)?);
            }
            RecordKey::Holders(number) => {
                let holders = read_all(reader, |reader| reader.array().map(DevicePublicKey))?;
                self.holders.insert(number, holders.into_iter().collect());
            }
            RecordKey::Seen(shift, _) => self.queue.decode_seen(reader, shift)?,
            RecordKey::Taken(_) => self.queue.decode_taken(reader)?,
            RecordKey::Waiting(case) => {
                self.queue.waiting.insert(case, Waiting::decode(reader)?);
            }
            RecordKey::Case(case) => {
                self.cases.insert(case, Case::decode(reader)?);
            }
            RecordKey::Closing(case) => {
                self.closing.insert(case, Closing::decode(reader)?);
            }
            RecordKey::Outbox(id) => self.outbox.insert(id, Task::decode(reader)?),
            RecordKey::Invitation(id) => {
                let invitation = Invitation::decode(reader, &line)?;
                self.invitations.insert(id, invitation);
            }
            RecordKey::Kept(case) => self.kept.entry(case).or_default().decode(reader)?,
            RecordKey::KeptEntry(case, sequence) => {
                let kept = self.kept.entry(case).or_default();
                kept.decode_entry(sequence, reader)?;
            }
            RecordKey::Supervised(case) => {
                self.supervised.insert(case, Supervised::decode(reader)?);
            }
            RecordKey::Proposal(id) => {
                let proposal = Proposal::decode(reader)?;
                self.proposals.insert(ProposalLabel(id), proposal);
            }
            RecordKey::Exposure(device) => {
                self.exposures.insert(device, Exposure::decode(reader)?);
            }
            RecordKey::Trail => self.trail = Trail::decode(reader)?,
            RecordKey::Rota => self.rota = Rota::decode(reader)?,
            RecordKey::Probes => self.probes = Probes::decode(reader)?,
            RecordKey::Editing => self.editing.decode(reader)?,
            RecordKey::Revision(label) => {
                let revision = Revision::decode(reader)?;
                self.editing.revisions.insert(label, revision);
            }
            RecordKey::Feedback => self.feedback = Feedback::decode(reader)?,
            RecordKey::Watch => self.watch = Watch::decode(reader)?,
            RecordKey::Partner(id) => {
                self.partners.insert(id, Admitted::decode(reader, &line)?);
            }
            RecordKey::Outcomes => self.outcomes = Outcomes::decode(reader)?,
            RecordKey::Reports => self.reports = Reports::decode(reader)?,
        }
        Ok(())
    }

    pub(crate) fn from_records(records: &[Record]) -> Result<Desk, RestoreError> {
        let device = records.iter().find(|record| record.key == "device");
        let device = device.and_then(|record| record.value.as_ref());
        let device = device.ok_or(RestoreError::NoDevice)?;
        let wrong = |key: &str| RestoreError::Record(key.into());
        let identity = read_value(device, Identity::decode);
        let mut desk = Desk::empty(identity.map_err(|_| wrong("device"))?);
        for record in records {
            let key = RecordKey::parse(&record.key).ok_or_else(|| wrong(&record.key))?;
            if let Some(value) = &record.value {
                read_value(value, |reader| desk.decode(key, reader))
                    .map_err(|_| wrong(&record.key))?;
            }
        }
        desk.queue.recall_contacts();
        Ok(desk)
    }
}

fn read_value<T>(
    value: &[u8],
    read: impl FnOnce(&mut Reader<'_>) -> Result<T, ReadError>,
) -> Result<T, ReadError> {
    let mut reader = Reader::new(value);
    if reader.u8()? != VERSION {
        return Err(ReadError::Value);
    }
    let value = read(&mut reader)?;
    reader.end()?;
    Ok(value)
}

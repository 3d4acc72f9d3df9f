//! What a changed program can write: anything, signed with its own device's key, under the team's key.

use anyhow::{Context, Result};
use protocol::{
    CaseEntry, CaseId, CaseLogSecret, CaseState, EpochSecretKey, ExtensionReason, Grant,
    GrantPurpose, GrantSubject, KeepingSecret, TeamEvent, TeamKey, TeamLog, TrailSecretKey,
    Whisper, WhisperSecret,
};
use statements::{EpochKey, RosterAction, RosterEntry, RosterFreshness, RosterHash};
use wire::{ENVELOPE_SIZE, Envelope, Reader};

use super::line::{DrillLine, random};

/// An insider at a desk.
pub(crate) struct Forger<'a> {
    pub(crate) line: &'a mut DrillLine,
    pub(crate) station: usize,
}

impl Forger<'_> {
    /// The team key in the desk's own records, and its generation.
    fn team_key(&self) -> Result<(u32, TeamKey)> {
        let station = self.line.stations.get(self.station);
        let record = station.and_then(|station| station.records.get("device"));
        let mut reader = Reader::new(record.context("no device record")?);
        // version ‖ device seed ‖ line ‖ work name ‖ count, then the keys
        reader.take(1 + 32 + 32)?;
        reader.medium()?;
        reader.u32()?;
        Ok((reader.u32()?, TeamKey::from_bytes(&reader.array()?)))
    }

    /// An entry as the log takes it.
    fn sealed(&mut self, event: &TeamEvent, counter: u64) -> Result<Envelope> {
        let (generation, key) = self.team_key()?;
        let log = TeamLog {
            line: &self.line.id,
            generation,
            key: &key,
        };
        let station = self.line.stations.get(self.station);
        let author = station.context("no such desk")?.desk.device_key();
        let (envelope, _) = log.seal(author, counter, event, &mut self.line.rng)?;
        Ok(envelope)
    }

    fn append(&mut self, envelope: &[u8]) -> Result<bool> {
        let appended = self.line.relay.log_append(envelope, self.line.now);
        Ok(self.line.runtime.block_on(appended).is_ok())
    }

    /// Writes an event; each later one counts higher than those before.
    pub(crate) fn write(&mut self, event: &TeamEvent) -> Result<()> {
        let counter = (1 << 40) + u64::try_from(self.line.entries)?;
        let envelope = self.sealed(event, counter)?;
        self.append(envelope.as_bytes())?;
        Ok(())
    }

    /// Gives the relay what is no entry, and an entry of a generation far ahead. Returns whether anything was taken that has not the shape.
    pub(crate) fn write_garbage(&mut self) -> Result<bool> {
        let event = TeamEvent::Call;
        let counter = (1 << 40) + u64::try_from(self.line.entries)?;
        let entry = self.sealed(&event, counter)?;
        let mut ahead = *entry.as_bytes();
        // The generation stands in bytes 4 to 8 of the header.
        for byte in ahead.iter_mut().skip(4).take(4) {
            *byte = 0xff;
        }
        let mut turned = *entry.as_bytes();
        if let Some(last) = turned.last_mut() {
            *last ^= 1;
        }
        self.append(&ahead)?;
        self.append(&turned)?;
        let cut = self.append(
            entry
                .as_bytes()
                .get(..ENVELOPE_SIZE - 1)
                .unwrap_or_default(),
        )?;
        let long = self.append(&[entry.as_bytes().as_slice(), &[0]].concat())?;
        Ok(cut || long)
    }

    /// A key of its own, as others would grant to it.
    fn epoch_key(&mut self) -> Result<EpochKey> {
        let day = self.line.now.day();
        let key = EpochSecretKey::random(&mut self.line.rng);
        let station = self.line.stations.get(self.station);
        let author = station.context("no such desk")?.desk.device_key();
        let draft = EpochKey::draft(self.line.id, author.public(), day, &key.public());
        let statement = draft.sign_by_device(author).done();
        Ok(EpochKey::verify(&statement, &self.line.id)?)
    }

    /// A grant to itself.
    pub(crate) fn grant(
        &mut self,
        purpose: GrantPurpose,
        subject: GrantSubject,
        content: &[u8],
    ) -> Result<TeamEvent> {
        let key = self.epoch_key()?;
        let what = (purpose, subject, 1000);
        let grant = Grant::seal(&self.line.id, what, &key, content, &mut self.line.rng)?;
        Ok(TeamEvent::Grant(grant))
    }

    pub(crate) fn entry(&mut self, case: CaseId) -> Result<TeamEvent> {
        let secret = CaseLogSecret::random(&mut self.line.rng);
        let rng = &mut self.line.rng;
        let entry = CaseEntry::seal(&self.line.id, case, (1000, &secret), b"forged", rng)?;
        Ok(TeamEvent::CaseEntry(entry))
    }

    pub(crate) fn state(&mut self, case: CaseId) -> Result<TeamEvent> {
        let secret = KeepingSecret::random(&mut self.line.rng);
        let rng = &mut self.line.rng;
        let state = CaseState::seal(&self.line.id, case, (1000, &secret), b"forged", rng)?;
        Ok(TeamEvent::CaseState { state, anew: true })
    }

    pub(crate) fn whisper(&mut self, case: CaseId) -> Result<TeamEvent> {
        let secret = WhisperSecret::random(&mut self.line.rng);
        let rng = &mut self.line.rng;
        let whisper = Whisper::seal(&self.line.id, case, (1000, &secret), b"forged", rng)?;
        Ok(TeamEvent::Whisper(whisper))
    }

    pub(crate) fn trail_key(&mut self) -> TeamEvent {
        let key = TrailSecretKey::random(&mut self.line.rng).public();
        TeamEvent::TrailKey {
            generation: 1000,
            key,
        }
    }

    pub(crate) fn extension(&mut self, case: CaseId) -> TeamEvent {
        TeamEvent::Extend {
            proposal: random(&mut self.line.rng),
            case,
            until: self.line.now.day().plus(300),
            reason: ExtensionReason::ContactAsked,
        }
    }

    /// A decision of the roster that this device alone signed, twice if asked.
    pub(crate) fn decision(&mut self, about: usize, action: RosterAction) -> Result<TeamEvent> {
        let entry = RosterEntry {
            id: random(&mut self.line.rng),
            day: self.line.now.day(),
            device: self.line.device(about)?,
            action,
        };
        let station = self.line.stations.get(self.station);
        let key = station.context("no such desk")?.desk.device_key();
        let draft = entry.draft(self.line.id).sign_by_device(key);
        let signed = draft.sign_by_device(key).done();
        Ok(TeamEvent::Statement(signed.to_bytes()))
    }

    /// That the roster is another.
    pub(crate) fn another_roster(&mut self) -> Result<TeamEvent> {
        let freshness = RosterFreshness {
            entries: 1,
            head: RosterHash([7; 32]),
            issued: self.line.now,
        };
        let station = self.line.stations.get(self.station);
        let key = station.context("no such desk")?.desk.device_key();
        let signed = freshness.draft(self.line.id).sign_by_device(key).done();
        Ok(TeamEvent::Statement(signed.to_bytes()))
    }
}

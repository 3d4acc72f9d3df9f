//! The trail: what desks did, without content and without anything about contacts; and the alarms that come of it.

use std::collections::BTreeMap;

use protocol::{
    Grant, GrantPurpose, GrantSubject, ShredToken, TeamEvent, TrailEntry, TrailSecretKey,
};
use sha2::{Digest, Sha256};
use statements::{DevicePublicKey, SealPublicKey};
use wire::{Day, Envelope, Minute, ReadError, Reader, Shred, Writer};

use crate::codec::{read_all, read_flag, write_all};
use crate::outbox::{About, read_shred, write_shred};
use crate::records::RecordKey;
use crate::turn::Turn;
use crate::view::TrailRow;
use crate::{Alarm, Desk, Notice, Refusal, RefusedStep, RelayTask};

/// For how many days a step is kept.
const KEPT_DAYS: u32 = 90;
/// How many steps of others are held at most.
const STEPS: usize = 2000;
/// How many steps and alarms are shown.
pub(crate) const SHOWN: usize = 200;

macro_rules! steps {
    ($($step:ident = $code:literal $word:literal),+ $(,)?) => {
        /// What a desk did.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(crate) enum Step { $($step = $code),+ }

        impl Step {
            fn from_code(code: u8) -> Option<Step> {
                [$(Step::$step),+].into_iter().find(|step| *step as u8 == code)
            }

            fn word(self) -> &'static str {
                match self { $(Step::$step => $word),+ }
            }
        }
    };
}

steps!(
    Opened = 1 "opened",
    Took = 2 "took",
    Transferred = 3 "transferred",
    Returned = 4 "returned",
    AskedExtension = 5 "asked-extension",
    Agreed = 6 "agreed",
    Declined = 7 "declined",
    Proposed = 8 "proposed",
    Revoked = 9 "revoked",
    InvitedSupervisor = 10 "invited-supervisor",
    JudgedDraft = 11 "judged-draft",
    Destroyed = 12 "destroyed",
    RefusedOpen = 13 "refused-open",
    RefusedExport = 14 "refused-export",
    RefusedAct = 15 "refused-act",
    PreparedDuress = 16 "prepared-duress",
    Recovered = 17 "recovered",
    Erased = 18 "erased",
    Blocked = 19 "blocked",
    Warned = 20 "warned",
    AskedHandover = 21 "asked-handover",
    TookBackOffer = 22 "took-back-offer",
    HandedOver = 23 "handed-over",
    RemovedPartner = 24 "removed-partner",
);

impl Step {
    fn alarm(self) -> Option<Alarm> {
        match self {
            Step::RefusedOpen => Some(Alarm::OpenedUnassigned),
            Step::RefusedExport => Some(Alarm::ExportRefused),
            Step::RefusedAct => Some(Alarm::ActRefused),
            _ => None,
        }
    }
}

/// One step as it was read.
struct Read {
    who: DevicePublicKey,
    step: Step,
    day: Day,
    on_duty: bool,
}

/// An alarm that was raised.
pub(crate) struct Raised {
    pub(crate) number: u64,
    pub(crate) alarm: Alarm,
    pub(crate) device: DevicePublicKey,
    pub(crate) day: Day,
    pub(crate) acknowledged: bool,
}

/// Everything about the trail.
#[derive(Default)]
pub(crate) struct Trail {
    /// The newest key, and the secret halves that this desk was granted.
    key: Option<(u32, SealPublicKey)>,
    secrets: BTreeMap<u32, TrailSecretKey>,
    /// This desk's own steps: the number and hash of the last, and what destroys each.
    number: u64,
    last: [u8; 32],
    own: Vec<(Day, Shred)>,
    /// The last step of every other device.
    chains: BTreeMap<DevicePublicKey, (u64, [u8; 32])>,
    steps: Vec<Read>,
    pub(crate) alarms: Vec<Raised>,
    /// The marks of duress posts, and whose they are.
    pub(crate) duress: BTreeMap<[u8; 16], DevicePublicKey>,
    /// Who was granted which generation of the key; not kept, so that after a restart it is granted once more.
    granted: BTreeMap<DevicePublicKey, u32>,
    /// When each device took cases lately; not kept.
    pub(crate) takes: BTreeMap<DevicePublicKey, Vec<Minute>>,
}

impl Trail {
    /// Whether steps can be written.
    pub(crate) fn has_key(&self) -> bool {
        self.key.is_some()
    }

    fn newest_secret(&self) -> Option<(u32, &TrailSecretKey)> {
        let newest = self.secrets.iter().next_back();
        newest.map(|(generation, secret)| (*generation, secret))
    }

    pub(crate) fn is_alarm_known(&self, alarm: Alarm, device: &DevicePublicKey, day: Day) -> bool {
        self.alarms.iter().any(|raised| {
            raised.alarm == alarm
                && raised.device == *device
                && raised.day == day
                && !raised.acknowledged
        })
    }

    /// (generation u32 ‖ key 1,216)* ‖ (generation u32 ‖ secret 32)* ‖ number u64 ‖ last 32 ‖ own ‖ chains ‖ steps ‖ alarms ‖ duress.
    pub(crate) fn encode(&self, writer: Writer) -> Writer {
        let keys: Vec<_> = self.key.iter().collect();
        let writer = write_all(writer, keys.into_iter(), |writer, (generation, key)| {
            writer.u32(*generation).put(key.as_bytes())
        });
        let writer = write_all(
            writer,
            self.secrets.iter(),
            |writer, (generation, secret)| writer.u32(*generation).put(secret.expose()),
        );
        let writer = writer.u64(self.number).put(&self.last);
        let writer = write_all(writer, self.own.iter(), |writer, (day, shred)| {
            write_shred(writer.u32(day.0), shred)
        });
        let writer = write_all(
            writer,
            self.chains.iter(),
            |writer, (device, (number, hash))| writer.put(&device.0).u64(*number).put(hash),
        );
        let writer = write_all(writer, self.steps.iter(), |writer, read| {
            let writer = writer.put(&read.who.0).u8(read.step as u8);
            writer.u32(read.day.0).u8(read.on_duty.into())
        });
        let writer = write_all(writer, self.alarms.iter(), |writer, raised| {
            writer
                .u64(raised.number)
                .u8(raised.alarm as u8)
                .put(&raised.device.0)
                .u32(raised.day.0)
                .u8(raised.acknowledged.into())
        });
        write_all(writer, self.duress.iter(), |writer, (mark, device)| {
            writer.put(mark).put(&device.0)
        })
    }

    pub(crate) fn decode(reader: &mut Reader<'_>) -> Result<Trail, ReadError> {
        let keys = read_all(reader, |reader| {
            let generation = reader.u32()?;
            let key = reader.take(statements::SEAL_PUBLIC_KEY_SIZE)?;
            let key = SealPublicKey::from_bytes(key).ok_or(ReadError::Value)?;
            Ok((generation, key))
        })?;
        let secrets = read_all(reader, |reader| {
            Ok((reader.u32()?, TrailSecretKey::from_seed(&reader.array()?)))
        })?;
        let (number, last) = (reader.u64()?, reader.array()?);
        let own = read_all(reader, |reader| {
            Ok((Day(reader.u32()?), read_shred(reader)?))
        })?;
        let chains = read_all(reader, |reader| {
            let device = DevicePublicKey(reader.array()?);
            Ok((device, (reader.u64()?, reader.array()?)))
        })?;
        let steps = read_all(reader, |reader| {
            Ok(Read {
                who: DevicePublicKey(reader.array()?),
                step: Step::from_code(reader.u8()?).ok_or(ReadError::Value)?,
                day: Day(reader.u32()?),
                on_duty: read_flag(reader)?,
            })
        })?;
        let alarms = read_all(reader, |reader| {
            Ok(Raised {
                number: reader.u64()?,
                alarm: Alarm::from_code(reader.u8()?).ok_or(ReadError::Value)?,
                device: DevicePublicKey(reader.array()?),
                day: Day(reader.u32()?),
                acknowledged: read_flag(reader)?,
            })
        })?;
        let duress = read_all(reader, |reader| {
            Ok((reader.array()?, DevicePublicKey(reader.array()?)))
        })?;
        Ok(Trail {
            key: keys.into_iter().next(),
            secrets: secrets.into_iter().collect(),
            number,
            last,
            own,
            chains: chains.into_iter().collect(),
            steps,
            alarms,
            duress: duress.into_iter().collect(),
            granted: BTreeMap::new(),
            takes: BTreeMap::new(),
        })
    }
}

impl Desk {
    /// Writes a step of this desk into the trail.
    pub(crate) fn note(&mut self, step: Step, turn: &mut Turn<'_>) {
        self.note_with(step, &[], turn);
    }

    /// number u64 ‖ hash of the step before 32 ‖ step u8 ‖ day ‖ on duty u8 ‖ more.
    fn note_with(&mut self, step: Step, more: &[u8], turn: &mut Turn<'_>) {
        let (line, me, day) = (self.line(), self.device(), turn.now.day());
        let on_duty = self.shift_on_duty(turn.now).is_some();
        let Some((generation, key)) = &self.trail.key else {
            return;
        };
        let number = self.trail.number.saturating_add(1);
        let content = Writer::with_capacity(128)
            .u64(number)
            .put(&self.trail.last)
            .u8(step as u8)
            .u32(day.0)
            .u8(on_duty.into())
            .put(more)
            .done();
        let sealed = TrailEntry::seal(&line, &me, (*generation, key), &content, turn.rng);
        let Ok(entry) = sealed else {
            return;
        };
        self.trail.number = number;
        self.trail.last = step_hash(&content);
        let shred = self.append(&TeamEvent::Trail(entry), About::Nothing, turn);
        self.trail.own.extend(shred.map(|shred| (day, shred)));
        self.mark(RecordKey::Trail);
    }

    /// A command was refused: what looks like trying belongs into the trail.
    pub(crate) fn note_refusal(&mut self, refusal: Refusal, turn: &mut Turn<'_>) {
        let is_trying = matches!(
            refusal,
            Refusal::NotCoordinator
                | Refusal::NotSupervisor
                | Refusal::NoPermission(_)
                | Refusal::SamePerson
                | Refusal::NeedsApproval
        );
        if is_trying && self.is_admitted() {
            self.note(Step::RefusedAct, turn);
        }
    }

    pub(crate) fn note_refused(&mut self, step: RefusedStep, turn: &mut Turn<'_>) {
        let step = match step {
            RefusedStep::OpenCase => Step::RefusedOpen,
            RefusedStep::Export => Step::RefusedExport,
        };
        self.note(step, turn);
    }

    /// Makes the post that a duress phrase sends: random but for its mark, which whoever watches over the trail is told.
    pub(crate) fn prepare_duress(&mut self, turn: &mut Turn<'_>) -> Result<(), Refusal> {
        self.may_act(turn)?;
        let mut bytes = vec![0; wire::ENVELOPE_SIZE];
        turn.rng.fill_bytes(&mut bytes);
        let token = ShredToken::random(turn.rng);
        let mut mark = [0; 16];
        turn.rng.fill_bytes(&mut mark);
        let header = wire::Header {
            kind: wire::Kind::Post,
            epoch: self.shift_on_duty(turn.now).unwrap_or_default(),
            line_tag: self.line().tag(),
            mark,
            shred_hash: token.hash(),
        };
        let envelope = Envelope::assemble(&header, bytes.get(64..).unwrap_or_default());
        let envelope = envelope.map_err(|_| Refusal::LineUnknown)?;
        self.note_with(Step::PreparedDuress, &mark, turn);
        turn.tell(Notice::DuressPrepared(Box::new(envelope)));
        Ok(())
    }

    /// A key for the trail of the next generation, for all who watch over it.
    pub(crate) fn new_trail_key(&mut self, turn: &mut Turn<'_>) {
        let newest = self.trail.key.as_ref().map(|(generation, _)| *generation);
        let next = newest.map_or(0, |newest| newest.saturating_add(1));
        let secret = TrailSecretKey::random(turn.rng);
        let event = TeamEvent::TrailKey {
            generation: next,
            key: secret.public(),
        };
        self.trail.secrets.insert(next, secret);
        self.mark(RecordKey::Trail);
        self.append(&event, About::Nothing, turn);
        self.complete_trail_keys(turn);
    }

    /// Grants the trail's newest key to all who watch over it and have not got it.
    pub(crate) fn complete_trail_keys(&mut self, turn: &mut Turn<'_>) {
        let Some((newest, _)) = self.trail.newest_secret().filter(|_| self.is_coordinator()) else {
            return;
        };
        let watching = self.roster.members.keys().filter(|device| {
            let granted = self.trail.granted.get(device);
            self.roster.supervises(device) && granted.is_none_or(|granted| *granted < newest)
        });
        for device in watching.copied().collect::<Vec<_>>() {
            self.grant_trail_key(&device, turn);
        }
    }

    /// Notes that a device was granted the trail's key.
    pub(crate) fn note_trail_grant(&mut self, to: DevicePublicKey, generation: u32) {
        let granted = self.trail.granted.entry(to).or_insert(generation);
        *granted = generation.max(*granted);
    }

    /// Grants the trail's key to a device that watches over it.
    fn grant_trail_key(&mut self, to: &DevicePublicKey, turn: &mut Turn<'_>) {
        let (line, today) = (self.line(), turn.now.day());
        if *to == self.device() || !self.roster.supervises(to) {
            return;
        }
        let key = self.key_of(to, today);
        let (Some(key), Some((generation, secret))) = (key, self.trail.newest_secret()) else {
            return;
        };
        let what = (GrantPurpose::Trail, GrantSubject::shift(0), generation);
        if let Ok(grant) = Grant::seal(&line, what, key, secret.expose(), turn.rng) {
            self.note_trail_grant(*to, generation);
            self.append(&TeamEvent::Grant(grant), About::Nothing, turn);
        }
    }

    pub(crate) fn fold_trail_key(&mut self, generation: u32, key: &SealPublicKey) {
        let known = self.trail.key.as_ref().map(|(known, _)| *known);
        if known.is_none_or(|known| known < generation) {
            self.trail.key = Some((generation, key.clone()));
            self.mark(RecordKey::Trail);
        }
    }

    pub(crate) fn receive_trail_key(&mut self, generation: u32, content: &[u8]) {
        if let Ok(seed) = content.try_into() {
            let secret = TrailSecretKey::from_seed(seed);
            self.trail.secrets.insert(generation, secret);
            self.mark(RecordKey::Trail);
        }
    }

    pub(crate) fn fold_trail(
        &mut self,
        who: DevicePublicKey,
        entry: &TrailEntry,
        turn: &mut Turn<'_>,
    ) {
        let line = self.line();
        let secret = self.trail.secrets.get(&entry.generation);
        let opened = secret.and_then(|secret| entry.open(&line, &who, secret).ok());
        let Some(content) = opened else {
            return;
        };
        if self.read_step(who, &content, turn).is_err() {
            self.raise(Alarm::TrailGap, who, turn);
        }
        self.mark(RecordKey::Trail);
    }

    fn read_step(
        &mut self,
        who: DevicePublicKey,
        content: &[u8],
        turn: &mut Turn<'_>,
    ) -> Result<(), ReadError> {
        let mut reader = Reader::new(content);
        let number = reader.u64()?;
        let before: [u8; 32] = reader.array()?;
        let step = Step::from_code(reader.u8()?).ok_or(ReadError::Value)?;
        let day = Day(reader.u32()?);
        let on_duty = read_flag(&mut reader)?;
        let known = self.trail.chains.insert(who, (number, step_hash(content)));
        // A desk that watches since yesterday does not know what came before.
        if known.is_some_and(|(last, hash)| number != last.saturating_add(1) || before != hash) {
            self.raise(Alarm::TrailGap, who, turn);
        }
        if step == Step::PreparedDuress {
            let mark = reader.array()?;
            self.trail.duress.retain(|_, device| *device != who);
            self.trail.duress.insert(mark, who);
        }
        reader.end()?;
        self.trail.steps.push(Read {
            who,
            step,
            day,
            on_duty,
        });
        let surplus = self.trail.steps.len().saturating_sub(STEPS);
        self.trail.steps.drain(..surplus);
        if let Some(alarm) = step.alarm() {
            self.raise(alarm, who, turn);
        }
        Ok(())
    }

    /// Whether this desk watches over the trail.
    pub(crate) fn watches(&self) -> bool {
        self.roster.supervises(&self.device())
    }

    /// Steps age out: everybody destroys his own at the relay, and forgets what he has read.
    pub(crate) fn age_trail(&mut self, today: Day) {
        let is_old = |day: Day| today > day.plus(KEPT_DAYS);
        let known = self.trail.steps.len() + self.trail.own.len();
        self.trail.steps.retain(|read| !is_old(read.day));
        let old = self.trail.own.iter().filter(|(day, _)| is_old(*day));
        let old: Vec<Shred> = old.map(|(_, shred)| shred.clone()).collect();
        self.trail.own.retain(|(day, _)| !is_old(*day));
        for shred in old {
            self.ask(RelayTask::ShredLog(shred), About::Nothing, None);
        }
        if self.trail.steps.len() + self.trail.own.len() != known {
            self.mark(RecordKey::Trail);
        }
    }

    pub(crate) fn name_of(&self, device: &DevicePublicKey) -> String {
        let known = self.roster.work_name(device).map(str::to_owned);
        known.unwrap_or_else(|| crate::codec::hex(device.0.get(..4).unwrap_or_default()))
    }

    pub(crate) fn show_trail(&self) -> Vec<TrailRow> {
        let steps = self.trail.steps.iter().rev().take(SHOWN);
        steps
            .filter(|_| self.watches())
            .map(|read| TrailRow {
                who: self.name_of(&read.who),
                step: read.step.word(),
                day: read.day,
                on_duty: read.on_duty,
            })
            .collect()
    }
}

fn step_hash(content: &[u8]) -> [u8; 32] {
    Sha256::new()
        .chain_update(wire::tag!("trail-step"))
        .chain_update(content)
        .finalize()
        .into()
}

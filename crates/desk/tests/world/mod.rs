//! A tiny line in memory: a relay that keeps what it is told, desks whose effects are carried out until all is quiet, and contacts.
#![allow(dead_code, reason = "each test file uses its own part of it")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where its own ground gives way"
)]

pub(crate) mod partner;
mod relay;

pub(crate) use relay::{Answer, Relay};

use std::collections::{BTreeMap, VecDeque};

use desk::{CaseLabel, Command, Desk, Effect, Input, Notice, Record, Refusal};
use protocol::{
    AuthoredEvent, Choices, ContactState, JoinSecret, Language, Pending, ReplyPart, TeamKey,
    TeamLog, Text, Urgency,
};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use statements::{
    Act, Delegation, DeviceKey, DevicePublicKey, Permission, Profile, Root, RootKey, ShiftNotice,
    Stage,
};
use wire::{Envelope, LineId, Minute, Reader};
use zeroize::Zeroizing;

pub(crate) const HOUR: u32 = 60;
pub(crate) const START: Minute = Minute(20_780 * Minute::PER_DAY + 9 * HOUR);
pub(crate) const CARDS: &str = r#"{"demonstration":true,"cards":[{"id":"is-this-real","class":"general","reviewed":"2026-11-20","review_by":"2027-05-01",
    "sources":[{"title":"This line","kind":"primary"}],"texts":{"en":{"question":"Is this real?","answer":"CANARY card."}}}]}"#;

/// A desk, its vault, and what it told.
pub(crate) struct Station {
    pub(crate) desk: Desk,
    pub(crate) records: BTreeMap<String, Zeroizing<Vec<u8>>>,
    pub(crate) told: Vec<Notice>,
    /// The process dies before so many more effects and answers.
    pub(crate) fuse: Option<usize>,
    pub(crate) died: usize,
    /// What this desk's clock is off by, in minutes.
    pub(crate) clock: i64,
    pub(crate) published: usize,
    pub(crate) carried: usize,
}

/// The line with its desks.
pub(crate) struct World {
    pub(crate) relay: Relay,
    pub(crate) stations: Vec<Station>,
    pub(crate) now: Minute,
    pub(crate) rng: ChaCha20Rng,
    pub(crate) id: LineId,
    pub(crate) root: RootKey,
}

impl World {
    /// A line with its first coordinator, station 0, settled.
    pub(crate) fn found(seed: u64) -> World {
        World::found_with_fuse(seed, None)
    }

    pub(crate) fn found_with_fuse(seed: u64, fuse: Option<usize>) -> World {
        let mut rng = ChaCha20Rng::seed_from_u64(seed);
        let root_key = RootKey::from_seed(&random(&mut rng));
        let device = DeviceKey::from_seed(&random(&mut rng));
        let root = Root::new(1, vec![root_key.public()]).expect("one key is a root");
        let days = (START.day(), START.day().plus(365));
        let draft = Delegation::draft(root.line_id(), 1, days, 1, &[device.public()]);
        let relay = Relay {
            day: START.day().0,
            root: root.statement().to_bytes(),
            delegation: draft.sign_by_root(&root_key).done().to_bytes(),
            ..Relay::default()
        };
        let line = relay.line(None);
        let (desk, effects) = Desk::found(&line, device, "Heron", START, &mut rng);
        let mut world = World {
            relay,
            stations: Vec::new(),
            now: START,
            rng,
            id: line.id(),
            root: root_key,
        };
        world.add(desk, effects, fuse);
        world.settle();
        world
    }

    pub(crate) fn add(&mut self, desk: Desk, effects: Vec<Effect>, fuse: Option<usize>) -> usize {
        self.stations.push(Station {
            desk,
            records: BTreeMap::new(),
            told: Vec::new(),
            fuse: None,
            died: 0,
            clock: 0,
            published: usize::MAX,
            carried: 0,
        });
        let station = self.stations.len() - 1;
        // The vault is made with the first save; before that there is no desk to die.
        self.carry_out(station, effects);
        self.stations[station].fuse = fuse;
        station
    }

    pub(crate) fn clock(&self, station: usize) -> Minute {
        let clock = i64::from(self.now.0) + self.stations[station].clock;
        Minute(u32::try_from(clock).expect("clocks stay in range"))
    }

    pub(crate) fn give(&mut self, station: usize, input: Input) {
        let now = self.clock(station);
        let effects = self.stations[station].desk.step(input, now, &mut self.rng);
        self.carry_out(station, effects);
    }

    pub(crate) fn command(&mut self, station: usize, command: Command) {
        self.give(station, Input::Command(command));
    }

    /// Whether the process dies now.
    fn burns_down(&mut self, station: usize) -> bool {
        let station = &mut self.stations[station];
        station.carried += 1;
        match &mut station.fuse {
            Some(0) => {
                station.fuse = None;
                true
            }
            Some(left) => {
                *left -= 1;
                false
            }
            None => false,
        }
    }

    /// The process is killed and started again from what was saved.
    pub(crate) fn restart(&mut self, station: usize) -> Vec<Effect> {
        let now = self.clock(station);
        let here = &mut self.stations[station];
        here.died += 1;
        here.published = usize::MAX;
        here.desk = Desk::restore(records(&here.records)).expect("what was saved can be restored");
        here.desk.resume(now, &mut self.rng)
    }

    /// The process was ended and started again, and has caught up.
    pub(crate) fn restart_quietly(&mut self, station: usize) {
        let effects = self.restart(station);
        self.carry_out(station, effects);
        self.settle();
    }

    pub(crate) fn carry_out(&mut self, station: usize, effects: Vec<Effect>) {
        enum Work {
            Effect(Effect),
            Answer(Box<Input>),
        }
        let mut work: VecDeque<Work> = effects.into_iter().map(Work::Effect).collect();
        while let Some(next) = work.pop_front() {
            if self.burns_down(station) {
                let effects = self.restart(station);
                work = effects.into_iter().map(Work::Effect).collect();
                continue;
            }
            match next {
                Work::Effect(Effect::Save(changed)) => {
                    for Record { key, value } in changed {
                        let records = &mut self.stations[station].records;
                        match value {
                            Some(value) => records.insert(key, value),
                            None => records.remove(&key),
                        };
                    }
                }
                Work::Effect(Effect::Relay(task, what)) => {
                    let answer = match self.relay.carry_out(what) {
                        Answer::Done => Input::Done(task),
                        Answer::Conflict => Input::Conflict(task),
                        Answer::Read(contents) => Input::SlotRead { task, contents },
                    };
                    work.push_back(Work::Answer(Box::new(answer)));
                }
                Work::Effect(Effect::Destroy) => self.stations[station].records.clear(),
                Work::Effect(Effect::Tell(notice)) => self.stations[station].told.push(notice),
                Work::Answer(input) => {
                    let now = self.clock(station);
                    let effects = self.stations[station].desk.step(*input, now, &mut self.rng);
                    work.extend(effects.into_iter().map(Work::Effect));
                }
            }
        }
    }

    /// One desk reads everything there is. Returns whether anything was new.
    pub(crate) fn sync(&mut self, station: usize) -> bool {
        let mut any = false;
        if self.stations[station].published != self.relay.published {
            self.read_line(station);
        }
        if self.stations[station].desk.has_ended() {
            return false;
        }
        loop {
            let cursors = self.stations[station].desk.cursors();
            let entry = self
                .relay
                .log
                .iter()
                .find(|e| e.sequence > cursors.log_after);
            if let Some(entry) = entry.cloned() {
                self.give(station, Input::LogEntry(entry));
                any = true;
                continue;
            }
            let post = self
                .relay
                .tray
                .iter()
                .find(|e| e.sequence > cursors.posts_after);
            if let Some(post) = post.cloned() {
                self.give(station, Input::Post(post));
                any = true;
                continue;
            }
            break;
        }
        let died = self.stations[station].died;
        self.give(station, Input::CaughtUp);
        any || self.stations[station].published != self.relay.published
            || self.stations[station].died != died
    }

    /// All desks read until nothing new comes.
    pub(crate) fn settle(&mut self) {
        for _ in 0..50 {
            let busy: Vec<bool> = (0..self.stations.len()).map(|i| self.sync(i)).collect();
            if !busy.contains(&true) {
                return;
            }
        }
        panic!("the line does not become quiet");
    }

    /// Time passes, for the relay too; desks fetch the line again and tick.
    pub(crate) fn pass(&mut self, minutes: u32) {
        self.now = self.now.plus(minutes);
        self.relay.day = self.now.day().0;
        for station in 0..self.stations.len() {
            self.stations[station].published = usize::MAX;
            self.sync(station);
            self.give(station, Input::Tick);
        }
        self.settle();
    }

    /// About a minute passed at one desk.
    pub(crate) fn tick(&mut self, station: usize) {
        self.sync(station);
        self.give(station, Input::Tick);
    }

    /// A newcomer is invited by station 0, joins, and is admitted after the check words were compared.
    pub(crate) fn admit(&mut self, work_name: &str, stage: Stage) -> usize {
        self.admit_with_fuse(work_name, stage, None)
    }

    pub(crate) fn admit_with_fuse(
        &mut self,
        name: &str,
        stage: Stage,
        fuse: Option<usize>,
    ) -> usize {
        let (newcomer, device) = self.join(name, fuse);
        let admit = self.admission(device, stage);
        self.command(0, admit);
        self.settle();
        newcomer
    }

    /// The wish to admit a device, with what its stage commonly may do.
    pub(crate) fn admission(&self, device: DevicePublicKey, stage: Stage) -> Command {
        let today = self.now.day();
        let acts: &[Act] = match stage.supervises() {
            true => &[Act::Answer, Act::Supervise, Act::Publish],
            false => &[Act::Answer],
        };
        let permissions = acts.iter().map(|act| permission(*act, today, 300));
        Command::Admit {
            device,
            stage,
            until: today.plus(300),
            profile: Profile::default(),
            permissions: permissions.collect(),
        }
    }

    /// The secret of the invitation that station 0 made last.
    pub(crate) fn newest_invitation(&self) -> JoinSecret {
        let told = self.stations[0].told.iter().rev();
        let mut secrets = told.filter_map(|notice| match notice {
            Notice::Invitation { secret, .. } => Some(JoinSecret::from_bytes(secret)),
            _ => None,
        });
        secrets.next().expect("an invitation is told")
    }

    /// A newcomer is invited by station 0 and asks to join.
    pub(crate) fn join(&mut self, name: &str, fuse: Option<usize>) -> (usize, DevicePublicKey) {
        let work_name = name.into();
        self.command(0, Command::Invite { work_name });
        let secret = self.newest_invitation();
        let device = DeviceKey::from_seed(&random(&mut self.rng));
        let line = self.relay.line(Some(&self.id));
        let (desk, effects) = Desk::join(&line, device, name, secret, self.now, &mut self.rng);
        let newcomer = self.add(desk, effects, fuse);
        self.command(0, Command::CheckInvitations);
        let device = self.stations[newcomer].desk.device();
        let asks = self.stations[0].desk.view(self.now).joining;
        let asks = asks.into_iter().find(|ask| ask.device == device);
        let words = self.stations[newcomer].desk.join_words();
        assert_eq!(
            asks.map(|ask| ask.comparison),
            words,
            "both sides see the same check words"
        );
        (newcomer, device)
    }

    pub(crate) fn device(&self, station: usize) -> DevicePublicKey {
        self.stations[station].desk.device()
    }

    /// The root keys name these desks' holders as coordinators, of whom so many must agree.
    pub(crate) fn delegate(&mut self, serial: u32, threshold: u8, stations: &[usize]) {
        self.announce_delegation(serial, threshold, stations);
        self.settle();
    }

    /// As `delegate`, before any desk has read of it.
    pub(crate) fn announce_delegation(&mut self, serial: u32, threshold: u8, stations: &[usize]) {
        let devices: Vec<DevicePublicKey> = stations.iter().map(|s| self.device(*s)).collect();
        let days = (self.now.day(), self.now.day().plus(365));
        let draft = Delegation::draft(self.id, serial, days, threshold, &devices);
        self.relay.delegation = draft.sign_by_root(&self.root).done().to_bytes();
        self.relay.published += 1;
    }

    /// A desk reads what the line says of itself, and nothing else.
    pub(crate) fn read_line(&mut self, station: usize) {
        let line = self.relay.line(Some(&self.id));
        self.stations[station].published = self.relay.published;
        self.give(station, Input::Line(Box::new(line)));
    }

    /// Proposed by station 0, agreed to by station 1.
    pub(crate) fn admit_by_two(&mut self, name: &str, stage: Stage) -> usize {
        let newcomer = self.admit(name, stage);
        let view = self.stations[1].desk.view(self.now);
        let label = view.proposals.first().expect("it is proposed").label;
        self.command(1, Command::Approve(label));
        self.settle();
        newcomer
    }

    /// Appends an event as a changed program on that desk could: signed with its key, under its team key.
    pub(crate) fn append_as(&mut self, station: usize, event: &protocol::TeamEvent) {
        let (generation, key) = team_key(&self.stations[station].records["device"]);
        let log = TeamLog {
            line: &self.id,
            generation,
            key: &key,
        };
        let author = self.stations[station].desk.device_key();
        let sealed = log.seal(author, u64::MAX / 2, event, &mut self.rng);
        let (envelope, _) = sealed.expect("it fits");
        self.relay.carry_out(desk::RelayTask::AppendLog(envelope));
    }

    /// What one desk was told since this was last asked.
    pub(crate) fn told(&mut self, station: usize) -> Vec<Notice> {
        core::mem::take(&mut self.stations[station].told)
    }

    /// A shift from now on for these desks.
    pub(crate) fn plan(&mut self, hours: u32, stations: &[usize]) {
        let guides = stations
            .iter()
            .map(|station| self.device(*station))
            .collect();
        let (from, until) = (self.now, self.now.plus(hours * HOUR));
        self.command(
            0,
            Command::PlanShift {
                from,
                until,
                guides,
            },
        );
        self.settle();
    }

    /// The shift that contacts see.
    pub(crate) fn shift(&self) -> ShiftNotice {
        let line = self.relay.line(Some(&self.id));
        let newest = line.shifts().iter().max_by_key(|shift| shift.number());
        newest.expect("a shift was planned").clone()
    }

    /// The labels of those who wait, as one desk shows them.
    pub(crate) fn waiting(&self, station: usize) -> Vec<CaseLabel> {
        let view = self.stations[station].desk.view(self.clock(station));
        view.waiting.iter().map(|row| row.label).collect()
    }

    /// The labels of the cases that one desk has.
    pub(crate) fn cases(&self, station: usize) -> Vec<CaseLabel> {
        let view = self.stations[station].desk.view(self.clock(station));
        view.cases.iter().map(|row| row.label).collect()
    }

    /// What the contact wrote, as the case's screen shows it.
    pub(crate) fn received(&self, station: usize, label: CaseLabel) -> Vec<String> {
        let case = self.stations[station]
            .desk
            .case(label)
            .expect("the case is there");
        let messages = case.messages.iter().filter(|message| message.from_contact);
        messages.map(|message| message.text.to_string()).collect()
    }

    pub(crate) fn answer(&mut self, station: usize, case: CaseLabel, words: &str) {
        let text = text(words);
        self.command(station, Command::Answer { case, text });
    }

    /// What the log still holds, opened with the team key of a desk's vault.
    pub(crate) fn open_log(&self, station: usize) -> Vec<AuthoredEvent> {
        let (generation, key) = team_key(&self.stations[station].records["device"]);
        let log = TeamLog {
            line: &self.id,
            generation,
            key: &key,
        };
        let entries = self.relay.log.iter();
        entries
            .filter_map(|entry| log.open(&entry.envelope).ok())
            .collect()
    }
}

/// Coordinators 0 and 1, of whom both must agree; guide 2; a shift for all three.
pub(crate) fn two_of_three(seed: u64) -> World {
    let mut world = World::found(seed);
    world.admit("Magpie", Stage::Coordinator);
    world.admit("Wren", Stage::Guide);
    world.delegate(2, 2, &[0, 1]);
    world.plan(6, &[0, 1, 2]);
    for station in 0..3 {
        world.told(station);
    }
    world
}

/// What was refused at a desk since it was last asked what it was told.
pub(crate) fn refusals(world: &mut World, station: usize) -> Vec<Refusal> {
    let told = world.told(station).into_iter();
    told.filter_map(|notice| match notice {
        Notice::CommandRefused(refusal) => Some(refusal),
        _ => None,
    })
    .collect()
}

/// A desk agrees to what it shows first of what waits for a second person.
pub(crate) fn approve_first(world: &mut World, station: usize) {
    let view = world.stations[station].desk.view(world.now);
    let label = view.proposals[0].label;
    world.command(station, Command::Approve(label));
    world.settle();
}

/// The team key in a device record.
pub(crate) fn team_key(record: &[u8]) -> (u32, TeamKey) {
    let mut reader = Reader::new(record);
    reader.take(1 + 32 + 32).expect("version, device, line");
    reader.medium().expect("work name");
    assert_ne!(reader.u32(), Ok(0), "the desk has the team key");
    let generation = reader.u32().expect("generation");
    let key = reader.array().expect("team key");
    (generation, TeamKey::from_bytes(&key))
}

pub(crate) fn random<const N: usize>(rng: &mut ChaCha20Rng) -> [u8; N] {
    let mut bytes = [0; N];
    rng.fill_bytes(&mut bytes);
    bytes
}

/// What a coordinator commonly gives.
pub(crate) fn permission(act: Act, from: wire::Day, days: u32) -> Permission {
    Permission {
        act,
        authority: "The association".into(),
        document: "minutes 7".into(),
        scope: String::new(),
        from,
        until: from.plus(days),
    }
}

pub(crate) fn text(words: &str) -> Text {
    Text::new(words).expect("short enough")
}

pub(crate) fn records(saved: &BTreeMap<String, Zeroizing<Vec<u8>>>) -> Vec<Record> {
    let copy = |(key, value): (&String, &Zeroizing<Vec<u8>>)| Record {
        key: key.clone(),
        value: Some(value.clone()),
    };
    saved.iter().map(copy).collect()
}

/// A contact who keeps the state in the head.
pub(crate) struct Contact {
    pub(crate) state: ContactState,
}

impl Contact {
    pub(crate) fn new(world: &mut World) -> Contact {
        Contact {
            state: ContactState::new(&mut world.rng),
        }
    }

    pub(crate) fn seal(&mut self, world: &mut World, words: &str, urgency: Urgency) -> Envelope {
        self.seal_choosing(world, words, urgency, Choices::default())
    }

    /// A post whose contact wishes something of whoever answers, in Korean if anything.
    pub(crate) fn seal_choosing(
        &mut self,
        world: &mut World,
        words: &str,
        urgency: Urgency,
        choices: Choices,
    ) -> Envelope {
        let language = match choices == Choices::default() {
            true => Language::English,
            false => Language::Korean,
        };
        self.state.begin(Pending {
            language,
            urgency,
            choices,
            text: text(words),
        });
        let shift = world.shift();
        let sealed = self.state.seal_pending(shift.recipient(), &mut world.rng);
        sealed
            .expect("something is pending")
            .expect("the keys are keys")
    }

    pub(crate) fn write(&mut self, world: &mut World, words: &str) {
        let envelope = self.seal(world, words, Urgency::Hours);
        world.relay.post(envelope);
        self.state.sent();
    }

    /// Reads everything that lies there, deletes it, and leaves a receipt.
    pub(crate) fn collect(&mut self, world: &mut World) -> Vec<String> {
        let mut read = Vec::new();
        while let Some(content) = world.relay.slots.remove(&self.state.reply_slot(0).0) {
            let reply = self
                .state
                .receive(&content.envelope, &world.id, &mut world.rng)
                .expect("a reply opens");
            read.push(match reply.part {
                ReplyPart::Taken => "taken".into(),
                ReplyPart::Words(text) => text.as_str().into(),
                ReplyPart::Card { card, text, .. } => format!("{card}: {}", text.as_str()),
                ReplyPart::Closed => "closed".into(),
                ReplyPart::Offer(_) => "offered".into(),
                ReplyPart::OfferEnded => "offer ended".into(),
                ReplyPart::Transferred => "transferred".into(),
                ReplyPart::Correction(correction) => {
                    format!("({:?}) {}", correction.now, correction.text.as_str())
                }
                ReplyPart::Exposed { .. } => "exposed".into(),
            });
        }
        if let Some(number) = self.state.reserve_receipt() {
            let shift = world.shift();
            let receipt = self
                .state
                .seal_receipt(number, shift.recipient(), &mut world.rng);
            world.relay.post(receipt.expect("the keys are keys"));
        }
        read
    }
}

//! A whole line for the drills: the real relay on the real store, and as many desks as a line has, each with its own keys.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Mutex;

use anyhow::{Context, Result};
use desk::{Command, Desk, Input, Notice};
use protocol::{JoinSecret, Text};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use relay::{Relay, Retention, Sequence, Standing};
use statements::{
    Act, Delegation, DeviceKey, DevicePublicKey, Line, Permission, Profile, Root, RootKey,
    ShiftNotice, Stage,
};
use store_sqlite::SqliteStore;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use wire::{LineId, Minute, SequencedEnvelope};

use super::station::{Given, Station};

/// When a drill begins, in its own time.
const START: Minute = Minute(20_000 * Minute::PER_DAY + 600);
/// How long the shift is, in minutes.
const SHIFT: u32 = 14 * 60;
/// After so many rounds a line that is not quiet never will be.
const ROUNDS: usize = 80;

/// The line, its desks, and what the relay gives out at the moment.
pub(crate) struct DrillLine {
    pub(crate) relay: Relay<SqliteStore>,
    pub(crate) stations: Vec<Station>,
    pub(crate) now: Minute,
    pub(crate) id: LineId,
    pub(crate) rng: ChaCha8Rng,
    pub(crate) runtime: Runtime,
    root: RootKey,
    published: usize,
    log: Vec<SequencedEnvelope>,
    tray: Vec<SequencedEnvelope>,
    /// How many entries and posts were ever read here, with what was destroyed since.
    pub(crate) entries: usize,
    _directory: Option<TempDir>,
}

/// A short text.
pub(super) fn text(words: &str) -> Text {
    Text::new(words).unwrap_or_else(|_| Text::empty())
}

pub(crate) fn random<const N: usize>(rng: &mut ChaCha8Rng) -> [u8; N] {
    let mut bytes = [0; N];
    rng.fill_bytes(&mut bytes);
    bytes
}

/// What the association commonly allows.
pub(crate) fn permission(act: Act, line: &DrillLine) -> Permission {
    let from = line.now.day();
    Permission {
        act,
        authority: "The association".into(),
        document: "minutes 7".into(),
        scope: String::new(),
        from,
        until: from.plus(300),
    }
}

impl DrillLine {
    /// A line with its first coordinator.
    pub(crate) fn found(seed: u64) -> Result<DrillLine> {
        let directory = tempfile::tempdir()?;
        let mut line = DrillLine::found_in(directory.path(), seed, START)?;
        line._directory = Some(directory);
        Ok(line)
    }

    /// The same from a minute on, with its store in a directory that stays.
    pub(crate) fn found_in(directory: &Path, seed: u64, start: Minute) -> Result<DrillLine> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let root_key = RootKey::from_seed(&random(&mut rng));
        let device = DeviceKey::from_seed(&random(&mut rng));
        let root = Root::new(1, vec![root_key.public()])?;
        let id = root.line_id();
        let days = (start.day(), start.day().plus(365));
        let draft = Delegation::draft(id, 1, days, 1, &[device.public()]);
        let standing = Standing::new(root, &draft.sign_by_root(&root_key).done())?;
        let store = SqliteStore::open(directory)?;
        let runtime = Runtime::new()?;
        let relay = runtime.block_on(Relay::open(store, standing, Retention::default(), start))?;
        let mut line = DrillLine {
            relay,
            stations: Vec::new(),
            now: start,
            id,
            rng,
            runtime,
            root: root_key,
            published: 1,
            log: Vec::new(),
            tray: Vec::new(),
            entries: 0,
            _directory: None,
        };
        let verified = line.line()?;
        let (desk, effects) = Desk::found(&verified, device, "Heron", start, &mut line.rng);
        line.add(desk, effects)?;
        line.settle()?;
        Ok(line)
    }

    fn add(&mut self, desk: Desk, effects: Vec<desk::Effect>) -> Result<usize> {
        let rng = ChaCha8Rng::from_seed(random(&mut self.rng));
        let mut station = Station::new(desk, rng);
        let given = Mutex::new(Given::default());
        station.carry_out(effects, &self.relay, &self.runtime, self.now, &given)?;
        self.stations.push(station);
        self.take_in(given)?;
        Ok(self.stations.len() - 1)
    }

    /// What the relay serves to everybody.
    pub(crate) fn line(&self) -> Result<Line> {
        let document = self.relay.line_document(self.now);
        Ok(Line::verify(&document, Some(&self.id))?)
    }

    /// The newest shift on duty, as a contact sees it.
    pub(crate) fn shift(&self) -> Result<ShiftNotice> {
        let line = self.line()?;
        let newest = line.shifts().iter().max_by_key(|shift| shift.number());
        newest.cloned().context("no shift is on duty")
    }

    pub(crate) fn device(&self, station: usize) -> Result<DevicePublicKey> {
        let station = self.stations.get(station).context("no such desk")?;
        Ok(station.desk.device())
    }

    /// Gives a command at a desk, and carries out what it asks for.
    pub(crate) fn command(&mut self, station: usize, command: Command) -> Result<()> {
        let given = Mutex::new(Given::default());
        let station = self.stations.get_mut(station).context("no such desk")?;
        let input = Input::Command(command);
        station.give(input, &self.relay, &self.runtime, self.now, &given)?;
        self.take_in(given)
    }

    fn take_in(&mut self, given: Mutex<Given>) -> Result<()> {
        let given = given.into_inner().unwrap_or_default();
        self.published += given.published;
        let gone = |item: &SequencedEnvelope, gone: &HashSet<[u8; 32]>| {
            !gone.is_empty() && gone.contains(&protocol::envelope_hash(&item.envelope).0)
        };
        if !given.shredded.is_empty() {
            self.log.retain(|item| !gone(item, &given.shredded));
            self.tray.retain(|item| !gone(item, &given.shredded));
        }
        Ok(())
    }

    /// All that the relay has of a sequence after a place.
    pub(super) fn read_after(
        &self,
        sequence: Sequence,
        mut after: u64,
    ) -> Result<Vec<SequencedEnvelope>> {
        let mut all = Vec::new();
        loop {
            let page = self.runtime.block_on(self.relay.read(sequence, after))?;
            let Some(last) = page.last() else {
                return Ok(all);
            };
            after = last.sequence;
            all.extend(page);
        }
    }

    /// Reads what is new at the relay. Returns whether anything is.
    fn refresh(&mut self) -> Result<bool> {
        let last = |items: &[SequencedEnvelope]| items.last().map_or(0, |item| item.sequence);
        let entries = self.read_after(Sequence::Log, last(&self.log))?;
        let posts = self.read_after(Sequence::Tray, last(&self.tray))?;
        let count = entries.len() + posts.len();
        self.entries += count;
        self.log.extend(entries);
        self.tray.extend(posts);
        Ok(count > 0)
    }

    /// Every desk reads what there is, on all processors, and carries out what follows. Returns whether anything was new.
    pub(crate) fn round(&mut self) -> Result<bool> {
        let published = self.published;
        let mut any = self.refresh()?;
        let given = Mutex::new(Given::default());
        let (relay, runtime, now) = (&self.relay, &self.runtime, self.now);
        let (log, tray, id) = (&self.log, &self.tray, &self.id);
        let part = self.stations.len().div_ceil(2).max(1);
        let done: Result<Vec<()>> = std::thread::scope(|scope| {
            let chunks = self.stations.chunks_mut(part);
            let threads: Vec<_> = chunks
                .map(|stations| {
                    let given = &given;
                    scope.spawn(move || -> Result<()> {
                        for station in stations {
                            if station.published != published {
                                station.published = published;
                                let document = relay.line_document(now);
                                let line = Line::verify(&document, Some(id))?;
                                station.give(
                                    Input::Line(Box::new(line)),
                                    relay,
                                    runtime,
                                    now,
                                    given,
                                )?;
                            }
                            station.read((log, tray), relay, runtime, now, given)?;
                        }
                        Ok(())
                    })
                })
                .collect();
            let joined = threads.into_iter().map(|thread| {
                thread
                    .join()
                    .unwrap_or_else(|_| Err(anyhow::anyhow!("a desk stopped working")))
            });
            joined.collect()
        });
        done?;
        self.take_in(given)?;
        any |= self.published != published;
        Ok(any)
    }

    /// A minute passes, for the relay and every desk.
    pub(crate) fn pass_minute(&mut self) -> Result<()> {
        self.now = self.now.plus(1);
        let given = Mutex::new(Given::default());
        for station in &mut self.stations {
            station.give(Input::Tick, &self.relay, &self.runtime, self.now, &given)?;
        }
        self.take_in(given)?;
        self.settle()?;
        Ok(())
    }

    /// Rounds until nothing is new. Returns how many it took.
    pub(crate) fn settle(&mut self) -> Result<usize> {
        for rounds in 1..=ROUNDS {
            // What a round itself has written is read in the next.
            if !self.round()? && !self.refresh()? {
                return Ok(rounds);
            }
        }
        anyhow::bail!("the line does not become quiet")
    }

    /// Station 0 invites newcomers, compares words by voice, and admits them, all at once.
    pub(crate) fn admit(&mut self, newcomers: &[(String, Stage)]) -> Result<()> {
        let verified = self.line()?;
        for (name, _) in newcomers {
            let work_name = name.clone();
            self.command(0, Command::Invite { work_name })?;
            let told = self.stations.first().context("no coordinator")?.told.iter();
            let secret = told.rev().find_map(|notice| match notice {
                Notice::Invitation { secret, .. } => Some(JoinSecret::from_bytes(secret)),
                _ => None,
            });
            let secret = secret.context("an invitation is told")?;
            let key = DeviceKey::from_seed(&random(&mut self.rng));
            let (desk, effects) = Desk::join(&verified, key, name, secret, self.now, &mut self.rng);
            self.add(desk, effects)?;
        }
        self.command(0, Command::CheckInvitations)?;
        self.settle()?;
        let first = self.stations.first().context("no coordinator")?;
        let joining = first.desk.view(self.now).joining;
        for ask in joining {
            let named = newcomers.iter().find(|(name, _)| *name == ask.invited_as);
            let (_, stage) = named.context("somebody else answered")?;
            let acts: &[Act] = match stage.supervises() {
                true => &[Act::Answer, Act::Supervise, Act::Publish],
                false => &[Act::Answer],
            };
            let admit = Command::Admit {
                device: ask.device,
                stage: *stage,
                until: self.now.day().plus(300),
                profile: Profile::default(),
                permissions: acts.iter().map(|act| permission(*act, self)).collect(),
            };
            self.command(0, admit)?;
        }
        self.settle()?;
        Ok(())
    }

    /// The root keys name these desks' holders as coordinators, of whom two must agree.
    pub(crate) fn delegate(&mut self, serial: u32, coordinators: &[usize]) -> Result<()> {
        let devices: Result<Vec<_>> = coordinators.iter().map(|one| self.device(*one)).collect();
        let days = (self.now.day(), self.now.day().plus(365));
        let draft = Delegation::draft(self.id, serial, days, 2, &devices?);
        let bytes = draft.sign_by_root(&self.root).done().to_bytes();
        self.runtime
            .block_on(self.relay.statement(&bytes, self.now))?;
        self.published += 1;
        self.settle()?;
        Ok(())
    }

    /// A shift from now on for everybody.
    pub(crate) fn plan(&mut self) -> Result<()> {
        let guides = self.stations.iter().map(|s| s.desk.device()).collect();
        let plan = Command::PlanShift {
            from: self.now,
            until: self.now.plus(SHIFT),
            guides,
        };
        self.command(0, plan)?;
        self.settle()?;
        Ok(())
    }

    /// Whether the relay lets a device in.
    pub(crate) fn lets_in(&mut self, station: usize) -> Result<bool> {
        let nonce = self.relay.challenge(&mut self.rng);
        let station = self.stations.get(station).context("no such desk")?;
        let request = wire::DeskSession {
            device: station.desk.device().0,
            nonce,
            signature: station.desk.device_key().sign_session(&self.id, &nonce),
        };
        let session = self
            .relay
            .session(&request.to_bytes(), self.now, &mut self.rng);
        Ok(session.is_ok())
    }

    /// What the relay gives out now.
    pub(crate) fn given_out(&self) -> (&[SequencedEnvelope], &[SequencedEnvelope]) {
        (&self.log, &self.tray)
    }
}

//! One line and everybody on it.

use desk::{Command, Desk, Input, Notice};
use pollster::block_on;
use protocol::JoinSecret;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use relay::{MemoryStore, Relay, Retention, Sequence, Standing};
use statements::{Delegation, DeviceKey, Line, Role, Root, RootKey, ShiftNotice};
use wire::{LineId, Minute};

use crate::Report;
use crate::carry::Late;
use crate::contact::Contact;
use crate::model::Model;
use crate::network::Dice;
use crate::station::Station;

/// When a simulation begins.
const START: Minute = Minute(20_000 * Minute::PER_DAY + 600);
/// How long the shift is, in minutes; a run stays within it.
const SHIFT: u32 = 20 * 60;
/// How many steps of the past are kept for a failure's report.
const TRAIL: usize = 40;
/// After so many rounds without faults a line that is not at rest never will be.
const ROUNDS: usize = 60;

/// One line, its contacts, its desks, its relay, its network.
pub struct World {
    pub(crate) dice: Dice,
    pub(crate) now: Minute,
    pub(crate) id: LineId,
    pub(crate) relay: Relay<MemoryStore>,
    pub(crate) stations: Vec<Station>,
    pub(crate) contacts: Vec<Contact>,
    pub(crate) late: Vec<Late>,
    pub(crate) model: Model,
    trail: Vec<String>,
}

fn random<const N: usize>(rng: &mut ChaCha8Rng) -> [u8; N] {
    let mut bytes = [0; N];
    rng.fill_bytes(&mut bytes);
    bytes
}

impl World {
    /// A line with a coordinator, two guides on duty, and two to four contacts, from a seed.
    ///
    /// # Panics
    /// When the line can't even be set up, without any fault: then nothing else matters.
    #[allow(
        clippy::expect_used,
        reason = "without a line there is nothing to simulate"
    )]
    pub fn new(seed: u64) -> World {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let root_key = RootKey::from_seed(&random(&mut rng));
        let device = DeviceKey::from_seed(&random(&mut rng));
        let root = Root::new(1, vec![root_key.public()]).expect("one key is a root");
        let id = root.line_id();
        let days = (START.day(), START.day().plus(365));
        let draft = Delegation::draft(id, 1, days, 1, &[device.public()]);
        let delegation = draft.sign_by_root(&root_key).done();
        let standing = Standing::new(root, &delegation).expect("the delegation is signed");
        let store = MemoryStore::default();
        let relay = block_on(Relay::open(store, standing, Retention::default(), START));
        let mut world = World {
            dice: Dice {
                rng,
                faulty: false,
                faults: 0,
            },
            now: START,
            id,
            relay: relay.expect("a store in memory opens"),
            stations: Vec::new(),
            contacts: Vec::new(),
            late: Vec::new(),
            model: Model::default(),
            trail: Vec::new(),
        };
        world
            .set_up(device)
            .expect("a line without faults can be set up");
        world
    }

    fn set_up(&mut self, coordinator: DeviceKey) -> Result<(), String> {
        let line = self.line()?;
        let (desk, effects) =
            Desk::found(&line, coordinator, "Heron", self.now, &mut self.dice.rng);
        self.stations.push(Station::new(desk, effects));
        self.settle()?;
        for name in ["Magpie", "Wren"] {
            self.admit(name)?;
        }
        let guides = self
            .stations
            .iter()
            .skip(1)
            .map(|station| station.desk.device())
            .collect();
        let plan = Command::PlanShift {
            from: self.now,
            until: self.now.plus(SHIFT),
            guides,
        };
        self.command(0, plan);
        self.settle()?;
        for guide in [1, 2] {
            self.command(guide, Command::CheckIn);
        }
        self.settle()?;
        for number in 0..2 + self.dice.below(3) {
            let root = random(&mut self.dice.rng);
            self.contacts.push(Contact::new(number, root, self.id));
        }
        Ok(())
    }

    fn admit(&mut self, name: &str) -> Result<(), String> {
        let work_name = name.to_owned();
        self.command(0, Command::Invite { work_name });
        self.settle()?;
        let told = self
            .stations
            .first()
            .into_iter()
            .flat_map(|station| station.told.iter().rev());
        let secret = told
            .into_iter()
            .find_map(|notice| match notice {
                Notice::Invitation { secret, .. } => Some(JoinSecret::from_bytes(secret)),
                _ => None,
            })
            .ok_or("an invitation is told")?;
        let device = DeviceKey::from_seed(&random(&mut self.dice.rng));
        let public = device.public();
        let line = self.line()?;
        let (desk, effects) = Desk::join(&line, device, name, secret, self.now, &mut self.dice.rng);
        self.stations.push(Station::new(desk, effects));
        self.settle()?;
        self.command(0, Command::CheckInvitations);
        self.settle()?;
        let role = Role::Guide;
        self.command(
            0,
            Command::Admit {
                device: public,
                role,
            },
        );
        self.settle()
    }

    fn line(&self) -> Result<Line, String> {
        let document = self.relay.line_document(self.now);
        Line::verify(&document, None).map_err(|error| error.to_string())
    }

    fn shift(&self) -> Result<ShiftNotice, String> {
        let line = self.line()?;
        line.shifts()
            .first()
            .cloned()
            .ok_or_else(|| "no shift is planned".into())
    }

    fn command(&mut self, station: usize, command: Command) {
        let now = self.now;
        if let Some(station) = self.stations.get_mut(station) {
            station.give(Input::Command(command), now, &mut self.dice);
        }
    }

    pub(crate) fn note(&mut self, what: String) {
        if self.trail.len() == TRAIL {
            self.trail.remove(0);
        }
        self.trail.push(what);
    }

    /// What happened last, oldest first.
    pub fn trail(&self) -> Vec<String> {
        self.trail.clone()
    }

    /// Plays random steps under faults.
    ///
    /// # Errors
    /// What was broken.
    pub fn play(&mut self, steps: u32) -> Result<(), String> {
        self.dice.faulty = true;
        for _ in 0..steps {
            match self.dice.below(12) {
                0..=4 => self.contact_step()?,
                5..=9 => self.station_step()?,
                10 => self.arrive_late()?,
                _ => self.pass_time(),
            }
        }
        Ok(())
    }

    fn pass_time(&mut self) {
        let minutes = u32::try_from(1 + self.dice.below(5)).unwrap_or(1);
        if self.now.0 + minutes >= START.plus(SHIFT).0 - 60 {
            return;
        }
        self.now = self.now.plus(minutes);
        let now = self.now;
        for station in &mut self.stations {
            station.give(Input::Tick, now, &mut self.dice);
        }
        self.note(format!("{minutes} minutes pass"));
    }

    fn contact_step(&mut self) -> Result<(), String> {
        let number = self.dice.below(self.contacts.len());
        let shift = self.shift()?;
        let choice = self.dice.below(12);
        let Some(contact) = self.contacts.get_mut(number) else {
            return Ok(());
        };
        let did = if contact.request().is_some() && choice > 0 {
            return self.carry_out_contact(number, &shift);
        } else if choice == 0 {
            contact.leave();
            "leaves"
        } else if contact.is_paused() {
            contact.retry(&shift, &mut self.model, &mut self.dice)?;
            "tries again"
        } else if contact.is_ready() && choice > 5 {
            contact.write(&shift, &mut self.model, &mut self.dice)?;
            "writes"
        } else if contact.is_ready() {
            contact.leave();
            "leaves when done"
        } else {
            contact.open(&mut self.model, &mut self.dice)?;
            "opens the page"
        };
        self.note(format!("contact {number} {did}"));
        Ok(())
    }

    fn station_step(&mut self) -> Result<(), String> {
        let number = self.dice.below(self.stations.len());
        let now = self.now;
        let choice = self.dice.below(16);
        if choice < 9 {
            return match self.dice.once_in(3) {
                true => self.fetch(number),
                false => self.carry_out_station(number),
            };
        }
        let Some(station) = self.stations.get_mut(number) else {
            return Ok(());
        };
        let did = match choice {
            9 => {
                station.crash(now, &mut self.dice)?;
                self.fetch_line(number)?;
                "dies and is started again"
            }
            10..=12 => {
                station.take_next(now, &mut self.dice);
                "takes whoever is next"
            }
            _ => {
                station.answer(number, now, &mut self.model, &mut self.dice)?;
                "answers"
            }
        };
        self.note(format!("desk {number} {did}"));
        Ok(())
    }

    fn fetch_line(&mut self, number: usize) -> Result<(), String> {
        let (line, now) = (self.line()?, self.now);
        if let Some(station) = self.stations.get_mut(number) {
            station.give(Input::Line(line), now, &mut self.dice);
        }
        Ok(())
    }

    /// A desk reads what is new, or some of it.
    fn fetch(&mut self, number: usize) -> Result<(), String> {
        self.fetch_line(number)?;
        let now = self.now;
        let at_most = if self.dice.faulty {
            1 + self.dice.below(8)
        } else {
            usize::MAX
        };
        let Some(station) = self.stations.get_mut(number) else {
            return Ok(());
        };
        let cursors = station.desk.cursors();
        let read = |sequence, after| {
            block_on(self.relay.read(sequence, after)).map_err(|error| error.to_string())
        };
        let log = read(Sequence::Log, cursors.log_after)?;
        let posts = read(Sequence::Tray, cursors.posts_after)?;
        let all = log.len() + posts.len() <= at_most;
        let entries = log.into_iter().map(Input::LogEntry);
        let inputs = entries.chain(posts.into_iter().map(Input::Post));
        let mut count = 0;
        for input in inputs.take(at_most) {
            station.give(input, now, &mut self.dice);
            count += 1;
        }
        if all {
            station.give(Input::CaughtUp, now, &mut self.dice);
        }
        self.note(format!("desk {number} reads {count}"));
        Ok(())
    }

    /// All desks read and carry out until nothing new comes.
    fn settle(&mut self) -> Result<(), String> {
        for _ in 0..ROUNDS {
            let before = (self.last(Sequence::Log)?, self.last(Sequence::Tray)?);
            for number in 0..self.stations.len() {
                self.fetch(number)?;
                while self
                    .stations
                    .get(number)
                    .is_some_and(|station| !station.is_idle())
                {
                    self.carry_out_station(number)?;
                }
            }
            if before == (self.last(Sequence::Log)?, self.last(Sequence::Tray)?) {
                return Ok(());
            }
        }
        Err("the desks never come to rest".into())
    }

    fn last(&self, of: Sequence) -> Result<u64, String> {
        block_on(self.relay.last(of)).map_err(|error| error.to_string())
    }

    /// Every contact comes with a device, reads everything, and goes.
    fn everybody_reads(&mut self) -> Result<(), String> {
        let shift = self.shift()?;
        for number in 0..self.contacts.len() {
            if let Some(contact) = self.contacts.get_mut(number) {
                contact.leave();
                contact.open(&mut self.model, &mut self.dice)?;
            }
            while self
                .contacts
                .get(number)
                .is_some_and(|contact| contact.request().is_some())
            {
                self.carry_out_contact(number, &shift)?;
            }
        }
        Ok(())
    }

    /// Faults end, everybody comes, and every promise is checked.
    ///
    /// # Errors
    /// What was broken.
    pub fn rest(&mut self) -> Result<(), String> {
        while !self.late.is_empty() {
            self.arrive_late()?;
        }
        self.dice.faulty = false;
        self.settle()?;
        self.everybody_reads()?;
        self.settle()?;
        let now = self.now;
        for _ in 0..ROUNDS {
            let Some(guide) = self
                .stations
                .get_mut(1)
                .filter(|guide| guide.waiting(now) > 0)
            else {
                break;
            };
            guide.take_next(now, &mut self.dice);
            self.settle()?;
        }
        self.everybody_reads()?;
        self.settle()?;
        self.everybody_reads()?;
        self.check()
    }

    fn check(&mut self) -> Result<(), String> {
        let now = self.now;
        if let Some(waiting) = self
            .stations
            .iter()
            .position(|station| station.waiting(now) > 0)
        {
            return Err(format!("somebody still waits at desk {waiting}"));
        }
        let held: Vec<_> = self
            .stations
            .iter()
            .map(|station| station.held(now))
            .collect();
        self.model.check_held(&held)?;
        self.model.check_answers()?;
        for (number, station) in self.stations.iter().enumerate() {
            let others = held
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != number);
            for text in others.flat_map(|(_, cases)| cases).flatten() {
                if station.keeps(text) {
                    return Err(format!("desk {number} keeps {text:?} of another's case"));
                }
            }
        }
        self.check_relay()
    }

    fn check_relay(&self) -> Result<(), String> {
        for sequence in [Sequence::Tray, Sequence::Log] {
            let held = block_on(self.relay.read(sequence, 0)).map_err(|error| error.to_string())?;
            let in_the_clear = |bytes: &[u8]| bytes.windows(6).any(|at| at == b"canary");
            if held
                .iter()
                .any(|item| in_the_clear(item.envelope.as_bytes()))
            {
                return Err("the relay holds a text in the clear".into());
            }
        }
        Ok(())
    }

    /// What the run did.
    pub fn report(&self) -> Report {
        Report {
            sent: self.model.sent.len(),
            answered: self.model.answers.len(),
            crashes: self.stations.iter().map(|station| station.crashes).sum(),
            faults: self.dice.faults,
        }
    }
}

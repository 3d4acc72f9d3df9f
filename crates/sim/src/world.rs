//! One line and everybody on it.

use desk::{Command, Input};
use pollster::block_on;
use relay::{Relay, Sequence, Standing};
use statements::{Line, Recipient};
use wire::{Envelope, LineId, Minute};

use crate::Report;
use crate::carry::Late;
use crate::contact::Contact;
use crate::founding::{SHIFT, START};
use crate::letter::{Writer, is_letter};
use crate::model::Model;
use crate::network::Dice;
use crate::station::Station;
use crate::store::FaultyStore;
use crate::trust::Removed;

/// How many steps of the past are kept for a failure's report.
const TRAIL: usize = 2000;
/// After so many rounds without faults a line that is not at rest never will be.
const ROUNDS: usize = 60;

/// One line, its contacts, its desks, its relay, its network.
pub struct World {
    pub(crate) dice: Dice,
    pub(crate) now: Minute,
    pub(crate) id: LineId,
    pub(crate) relay: Relay<FaultyStore>,
    /// What outlives the relay.
    pub(crate) store: FaultyStore,
    /// The line as it began.
    pub(crate) beginning: Standing,
    /// Whether machines fail, and not only the network.
    pub(crate) turmoil: bool,
    /// So many minutes the relay's clock is ahead of the time.
    pub(crate) relay_ahead: i64,
    /// What the relay's clock showed when it was started, and when that was.
    pub(crate) relay_since: (Minute, Minute),
    pub(crate) stations: Vec<Station>,
    pub(crate) contacts: Vec<Contact>,
    /// Contacts without a network.
    pub(crate) writers: Vec<Writer>,
    pub(crate) late: Vec<Late>,
    pub(crate) model: Model,
    /// The desk whose device was shut out, if any was.
    pub(crate) removed: Option<Removed>,
    /// Everything that ever lay in the tray, as somebody has it who keeps all that the relay gives out.
    pub(crate) posted: Vec<Envelope>,
    pub(crate) trail: Vec<String>,
}

impl World {
    pub(crate) fn line(&self) -> Result<Line, String> {
        self.line_at(self.now)
    }

    /// The line as a relay gives it whose clock shows this.
    fn line_at(&self, now: Minute) -> Result<Line, String> {
        let document = self.relay.line_document(now);
        Line::verify(&document, None).map_err(|error| error.to_string())
    }

    pub(crate) fn shift(&self) -> Result<Recipient, String> {
        let line = self.line()?;
        line.shifts()
            .first()
            .map(|shift| shift.recipient().clone())
            .ok_or_else(|| "no shift is planned".into())
    }

    pub(crate) fn command(&mut self, station: usize, command: Command) {
        let now = self.now;
        if let Some(station) = self.stations.get_mut(station) {
            station.give(Input::Command(command), now, &mut self.dice);
        }
    }

    /// Notes what a desk was told since this was last asked.
    pub(crate) fn note_told(&mut self, number: usize) {
        let Some(station) = self.stations.get_mut(number) else {
            return;
        };
        for notice in station.newly_told() {
            self.note(format!("desk {number} is told {notice}"));
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
        self.set_faulty(true);
        for _ in 0..steps {
            if self.turmoil_step()? {
                continue;
            }
            match self.dice.below(12) {
                0..=4 => self.contact_step()?,
                5..=9 => self.station_step()?,
                10 => self.arrive_late()?,
                11 if self.dice.once_in(2) => self.writer_step()?,
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
            if now >= station.asleep_until {
                station.give(Input::Tick, now, &mut self.dice);
            }
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
        let choice = self.dice.below(21);
        if self.is_asleep(number) {
            return Ok(());
        }
        if choice < 10 {
            return match self.dice.once_in(3) {
                true => self.fetch(number),
                false => self.carry_out_station(number),
            };
        }
        let Some(station) = self.stations.get_mut(number) else {
            return Ok(());
        };
        let did = match choice {
            10 => {
                station.crash(now, &mut self.dice)?;
                self.fetch_line(number)?;
                "dies and is started again"
            }
            11..=13 => {
                station.take_next(now, &mut self.dice);
                "takes whoever is next"
            }
            14..=16 => {
                station.answer(number, now, &mut self.model, &mut self.dice)?;
                "answers"
            }
            17 | 18 => return self.trust_step(number),
            _ => {
                self.shift_step(number);
                return Ok(());
            }
        };
        self.note(format!("desk {number} {did}"));
        Ok(())
    }

    pub(crate) fn fetch_line(&mut self, number: usize) -> Result<(), String> {
        let line = self.line_at(self.relay_now())?;
        let (now, misled) = (self.now, self.relay_ahead != 0);
        if let Some(station) = self.stations.get_mut(number) {
            station.misled = misled;
            station.give(Input::Line(Box::new(line)), now, &mut self.dice);
        }
        Ok(())
    }

    /// A desk reads what is new, or some of it.
    pub(crate) fn fetch(&mut self, number: usize) -> Result<(), String> {
        self.fetch_line(number)?;
        let now = self.now;
        let at_most = if self.dice.faulty {
            1 + self.dice.below(8)
        } else {
            usize::MAX
        };
        let mut count = 0;
        let mut all = true;
        // As shells do: what the log brings may have the desk read the tray again.
        for sequence in [Sequence::Log, Sequence::Tray] {
            let Some(station) = self.stations.get_mut(number) else {
                return Ok(());
            };
            let cursors = station.desk.cursors();
            let after = match sequence {
                Sequence::Log => cursors.log_after,
                Sequence::Tray => cursors.posts_after,
            };
            let Ok(items) = block_on(self.relay.read(sequence, after)) else {
                self.note(format!("desk {number} can't read"));
                return Ok(());
            };
            all &= items.len() <= at_most - count;
            for item in items.into_iter().take(at_most - count) {
                let input = match sequence {
                    Sequence::Log => Input::LogEntry(item),
                    Sequence::Tray => Input::Post(item),
                };
                station.give(input, now, &mut self.dice);
                count += 1;
            }
        }
        if let Some(station) = self.stations.get_mut(number).filter(|_| all) {
            station.give(Input::CaughtUp, now, &mut self.dice);
        }
        self.note(format!("desk {number} reads {count}"));
        self.note_told(number);
        Ok(())
    }

    /// All desks read and carry out until nothing new comes.
    pub(crate) fn settle(&mut self) -> Result<(), String> {
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
        self.every_writer_reads()
    }

    /// Faults end, everybody comes, and every promise is checked.
    ///
    /// # Errors
    /// What was broken.
    pub fn rest(&mut self) -> Result<(), String> {
        while !self.late.is_empty() {
            self.arrive_late()?;
        }
        self.set_faulty(false);
        self.set_clocks();
        self.settle()?;
        self.let_everybody_be_missed()?;
        self.everybody_reads()?;
        self.settle()?;
        self.everybody_is_taken()?;
        self.everybody_reads()?;
        self.settle()?;
        self.everybody_reads()?;
        self.check()
    }

    /// Whoever waits is taken, by whoever may.
    fn everybody_is_taken(&mut self) -> Result<(), String> {
        for _ in 0..ROUNDS {
            let now = self.now;
            if self
                .stations
                .iter()
                .all(|station| station.waiting(now) == 0)
            {
                break;
            }
            self.everybody_takes()?;
            self.settle()?;
        }
        Ok(())
    }

    /// Notes who has what, for a failure's report.
    fn note_holdings(&mut self) {
        for number in 0..self.stations.len() {
            let Some(station) = self.stations.get(number) else {
                return;
            };
            let labels = station.labels(self.now).into_iter();
            let held: Vec<String> = labels
                .map(|label| format!("{label} {:?}", station.received(label)))
                .collect();
            let waiting: Vec<String> = station
                .desk
                .view(self.now)
                .waiting
                .iter()
                .map(|row| row.label.to_string())
                .collect();
            self.note(format!(
                "desk {number} holds {held:?}, sees waiting {waiting:?}"
            ));
        }
    }

    fn check(&mut self) -> Result<(), String> {
        self.note_holdings();
        let now = self.now;
        for (number, station) in self.stations.iter().enumerate() {
            if station.waiting(now) > 0 {
                return Err(format!("somebody still waits at desk {number}"));
            }
            station.check_quiet(number, now)?;
        }
        let held: Vec<_> = self
            .stations
            .iter()
            .map(|station| station.held(now))
            .collect();
        self.model.check_held(&held)?;
        let removed = self.removed.as_ref().map(|removed| removed.station);
        self.model.check_answers(removed)?;
        for (number, station) in self.stations.iter().enumerate() {
            let others = held
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != number);
            let read_along = station.supervised(now);
            for text in others.flat_map(|(_, cases)| cases).flatten() {
                if station.keeps(text) && !read_along.contains(text) {
                    return Err(format!("desk {number} keeps {text:?} of another's case"));
                }
            }
        }
        self.check_removed()?;
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
            letters: self
                .model
                .sent
                .iter()
                .filter(|text| is_letter(text))
                .count(),
            answered: self.model.answers.len(),
            crashes: self.stations.iter().map(|station| station.crashes).sum(),
            removed: usize::from(self.removed.is_some()),
            faults: self.dice.faults + self.store.faults(),
        }
    }
}

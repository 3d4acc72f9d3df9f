//! What a shift does besides answering: people come and go, have breaks, close their lids, set things for a case.

use desk::{Command, Input};
use protocol::{Readiness, Urgency};
use wire::Minute;

use crate::world::World;

/// So many minutes pass at rest, so that who fell silent is missed and its cases are with others.
const MISSED: u32 = 8;

impl World {
    /// Whether a desk's lid is closed now.
    pub(crate) fn is_asleep(&self, number: usize) -> bool {
        let station = self.stations.get(number);
        station.is_some_and(|station| self.now < station.asleep_until)
    }

    /// Somebody at a desk does something that concerns the shift.
    pub(crate) fn shift_step(&mut self, number: usize) {
        let did = match self.dice.below(10) {
            0 => self
                .accepts(number, Command::CheckOut { debriefed: true })
                .map(|()| "leaves"),
            1..=3 => self
                .accepts(number, Command::CheckIn(Readiness::Here))
                .map(|()| "is there"),
            4 => self
                .accepts(number, Command::CheckIn(Readiness::Break))
                .map(|()| "has a break"),
            5 | 6 => self
                .in_a_case(number, Command::Hold)
                .map(|()| "waits for the contact"),
            7 => self
                .in_a_case(number, |case| Command::Raise {
                    case,
                    urgency: Urgency::Minutes,
                })
                .map(|()| "raises the urgency"),
            8 => {
                let day = Some(self.now.day().plus(2));
                self.in_a_case(number, |case| Command::AgreeNext { case, day })
                    .map(|()| "agrees on a day")
            }
            _ => self.close_lid(number),
        };
        if let Some(did) = did {
            self.note(format!("desk {number} {did}"));
        }
    }

    /// A laptop sleeps for some minutes: nothing is read, sent or told there.
    fn close_lid(&mut self, number: usize) -> Option<&'static str> {
        let minutes = u32::try_from(1 + self.dice.below(12)).unwrap_or(1);
        let until = self.now.plus(minutes);
        self.stations.get_mut(number)?.asleep_until = until;
        Some("closes the lid")
    }

    /// Minutes pass one by one, at rest: every desk is awake, and reads.
    pub(crate) fn let_everybody_be_missed(&mut self) -> Result<(), String> {
        for station in &mut self.stations {
            station.asleep_until = Minute(0);
        }
        for _ in 0..MISSED {
            self.now = self.now.plus(1);
            let now = self.now;
            for station in &mut self.stations {
                station.give(Input::Tick, now, &mut self.dice);
            }
            self.settle()?;
        }
        Ok(())
    }

    /// Everybody who may is there, answers what is open, and takes whoever waits, also those who wait for nothing but their contact.
    pub(crate) fn everybody_takes(&mut self) -> Result<(), String> {
        for number in 0..self.stations.len() {
            self.make_room(number)?;
            let now = self.now;
            let Some(station) = self.stations.get_mut(number) else {
                return Ok(());
            };
            let view = station.desk.view(now);
            let rows = view.waiting.iter().chain(&view.parked);
            for label in rows.map(|row| row.label).collect::<Vec<_>>() {
                station.command(Command::Take(label), now, &mut self.dice);
            }
        }
        Ok(())
    }

    fn make_room(&mut self, number: usize) -> Result<(), String> {
        self.accepts(number, Command::CheckIn(Readiness::Here));
        let now = self.now;
        let Some(station) = self.stations.get_mut(number) else {
            return Ok(());
        };
        for case in station.labels(now) {
            station.answer_case(number, case, now, &mut self.model, &mut self.dice)?;
            station.command(Command::Hold(case), now, &mut self.dice);
        }
        Ok(())
    }
}

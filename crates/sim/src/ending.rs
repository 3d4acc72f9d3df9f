//! The end of a simulated line: two coordinators end it at once, while the network fails and desks crash.

use desk::{Command, Proposed};
use pollster::block_on;
use relay::Sequence;
use statements::LineEnd;

use crate::world::World;

/// How many random steps are taken while the end spreads.
const STEPS: usize = 60;

impl World {
    /// Ends the line, lets the end spread under faults and then without, and checks that nothing is left anywhere.
    ///
    /// # Errors
    /// What is left, or that the line could not be ended.
    pub fn end(&mut self) -> Result<(), String> {
        let emergency = Command::EndLine {
            how: LineEnd::Emergency,
            days: 0,
        };
        self.accepts(0, emergency)
            .ok_or("a coordinator can't end the line")?;
        self.settle()?;
        let stations = self.stations.iter().enumerate();
        let agreed = stations.skip(1).find_map(|(number, station)| {
            let proposals = station.desk.view(self.now).proposals.into_iter();
            let mut ends = proposals.filter(|open| matches!(open.what, Proposed::End(_)));
            let end = ends.find(|open| open.may_decide)?;
            Some((number, end.label))
        });
        let (second, label) = agreed.ok_or("nobody can agree to the end")?;
        self.accepts(second, Command::Approve(label))
            .ok_or("the end is not agreed to")?;
        self.set_faulty(true);
        for _ in 0..STEPS {
            let number = self.dice.below(self.stations.len());
            self.ending_step(number)?;
        }
        while !self.late.is_empty() {
            self.arrive_late()?;
        }
        self.set_faulty(false);
        // Whoever had read before the end was published hears of it in the second round.
        self.settle()?;
        self.settle()?;
        // As its shell does each hour, should the store have failed before.
        block_on(self.relay.expire(self.now)).map_err(|error| error.to_string())?;
        self.check_nothing_is_left()
    }

    /// A desk carries something out, reads, or dies and starts again.
    fn ending_step(&mut self, number: usize) -> Result<(), String> {
        let now = self.now;
        let has_ended = |world: &World| {
            let station = world.stations.get(number);
            station.is_none_or(|station| station.desk.has_ended())
        };
        match self.dice.below(4) {
            0 if !has_ended(self) => match self.stations.get_mut(number) {
                Some(station) => station.crash(now, &mut self.dice),
                None => Ok(()),
            },
            1 => self.fetch(number),
            2 => self.arrive_late(),
            _ => self.carry_out_station(number),
        }
    }

    fn check_nothing_is_left(&self) -> Result<(), String> {
        for sequence in [Sequence::Tray, Sequence::Log] {
            let held = block_on(self.relay.read(sequence, 0)).map_err(|error| error.to_string())?;
            if !held.is_empty() {
                return Err(format!(
                    "the relay still holds {} of {sequence:?}",
                    held.len()
                ));
            }
        }
        for (number, station) in self.stations.iter().enumerate() {
            if !station.desk.has_ended() || !station.is_empty() {
                return Err(format!("desk {number} outlives its line"));
            }
        }
        Ok(())
    }
}

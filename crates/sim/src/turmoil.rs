//! What happens to machines: clocks jump, and are set right; the relay dies, and is started again.

use std::time::Duration;

use pollster::block_on;
use relay::{Relay, Retention};
use wire::Minute;

use crate::carry::is_passing;
use crate::world::World;

/// One of so many steps is such a thing.
const SELDOM: usize = 30;
const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;
/// How far a clock jumps, in minutes: a time zone, a battery that is empty, a wrong year.
const JUMPS: [i64; 8] = [
    -3000 * DAY,
    -40 * DAY,
    -3 * DAY,
    -9 * HOUR,
    9 * HOUR,
    3 * DAY,
    40 * DAY,
    3000 * DAY,
];
/// The relay's is looked after: in a wrong year it is not ready, and says so.
const RELAY_JUMPS: [i64; 6] = [-40 * DAY, -3 * DAY, -9 * HOUR, 9 * HOUR, 3 * DAY, 40 * DAY];

/// What a clock shows that is so many minutes ahead of the time.
pub(crate) fn shown(now: Minute, ahead: i64) -> Minute {
    let minutes = i64::from(now.0) + ahead;
    Minute(u32::try_from(minutes.max(0)).unwrap_or(u32::MAX))
}

impl World {
    /// Whether this step was one of these things.
    pub(crate) fn turmoil_step(&mut self) -> Result<bool, String> {
        if !self.turmoil || !self.dice.once_in(SELDOM) {
            return Ok(false);
        }
        match self.dice.below(5) {
            0 => self.start_relay()?,
            4 => self.expire()?,
            1 if self.stations.iter().all(|station| station.ahead == 0) => {
                self.relay_ahead = self.jump(&RELAY_JUMPS, self.relay_ahead, "the relay's clock");
            }
            // Of two clocks one is right: what only both together can destroy is otherwise lost.
            _ if self.relay_ahead == 0 => {
                let number = self.dice.below(self.stations.len());
                let station = self.stations.get(number).filter(|one| !one.misled);
                let Some(ahead) = station.map(|station| station.ahead) else {
                    return Ok(false);
                };
                let ahead = self.jump(&JUMPS, ahead, &format!("the clock of desk {number}"));
                if let Some(station) = self.stations.get_mut(number) {
                    station.ahead = ahead;
                }
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// How far a clock is ahead after it jumped, or, if it had jumped before, was set right.
    fn jump(&mut self, jumps: &[i64], ahead: i64, whose: &str) -> i64 {
        let jump = match ahead {
            0 => jumps.get(self.dice.below(jumps.len())).copied(),
            _ => None,
        };
        let jump = jump.unwrap_or_default();
        self.note(format!("{whose} is {jump} minutes ahead"));
        jump
    }

    /// The relay dies, and goes on from its store.
    fn start_relay(&mut self) -> Result<(), String> {
        self.note("the relay is started again".into());
        self.store.set_faulty(false);
        let (store, beginning) = (self.store.clone(), self.beginning.clone());
        let now = self.relay_now();
        let relay = block_on(Relay::open(store, beginning, Retention::default(), now));
        self.relay = relay.map_err(|error| error.to_string())?;
        self.relay_since = (now, self.now);
        self.store.set_faulty(true);
        Ok(())
    }

    /// The hour at which the relay's shell looks for what is old, unless it doubts the clock.
    fn expire(&mut self) -> Result<(), String> {
        let (since, begun) = self.relay_since;
        let passed = Duration::from_secs(60 * u64::from(self.now.0 - begun.0));
        let now = self.relay_now();
        let doubt = self.relay.doubts((since, passed), now);
        self.note(format!(
            "the relay looks for what is old; in doubt: {doubt:?}"
        ));
        match doubt.map_or_else(|| block_on(self.relay.expire(now)), |_| Ok(())) {
            Err(error) if !is_passing(error) => Err(error.to_string()),
            _ => Ok(()),
        }
    }

    /// Somebody sets all clocks right.
    pub(crate) fn set_clocks(&mut self) {
        self.relay_ahead = 0;
        for station in &mut self.stations {
            station.ahead = 0;
        }
    }

    /// What the relay's clock shows.
    pub(crate) fn relay_now(&self) -> Minute {
        shown(self.now, self.relay_ahead)
    }

    /// From now on everything fails now and then, or nothing does.
    pub(crate) fn set_faulty(&mut self, faulty: bool) {
        self.dice.faulty = faulty;
        self.store.set_faulty(faulty && self.turmoil);
    }
}

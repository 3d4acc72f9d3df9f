//! How many guides are missing, found by trying.

use crate::line::{Team, WEEK};
use crate::week::{Sample, gather, plays, staffed};
use crate::work::Work;

/// A rota that is tried.
struct Trial<'a> {
    team: Team,
    work: &'a Work,
    is_staffed: Vec<bool>,
    sample: Sample,
    more: Vec<u32>,
}

impl Trial<'_> {
    fn misses(&self) -> Vec<usize> {
        let mut team = self.team.clone();
        for (hour, more) in team.week.iter_mut().zip(&self.more) {
            hour.guides += more;
        }
        let played = plays(&team, self.work, self.sample);
        let week = gather(&team, &self.is_staffed, &played, self.sample);
        let missing = week.iter().enumerate().filter(|(_, hour)| hour.misses);
        missing.map(|(index, _)| index).collect()
    }

    fn change(&mut self, hours: &[usize], adds: bool) {
        for hour in hours {
            if let Some(more) = self.more.get_mut(*hour) {
                *more = if adds {
                    *more + 1
                } else {
                    more.saturating_sub(1)
                };
            }
        }
    }

    /// Where the guides of a week can't do what comes in, begins with as many in each hour as its people keep busy.
    fn begins(&mut self) {
        let each = self.work.attention(self.team.acute_share) / 60.0;
        let on_duty = |team: &Team| -> u32 {
            let week = team.week.iter();
            week.map(|hour| hour.guides + hour.trainees).sum()
        };
        if self.team.people() * each < f64::from(on_duty(&self.team)) {
            return;
        }
        for (hour, more) in self.team.week.iter().zip(&mut self.more) {
            let busy = (hour.arrivals * each).floor() as u32;
            *more = busy.saturating_sub(hour.guides + hour.trainees);
        }
    }

    /// Adds one guide wherever the aim is missed, again and again. Where it is missed since the hour before left people waiting, that one
    /// comes first.
    fn fills(&mut self) -> bool {
        const ROUNDS: usize = 150;
        for _ in 0..ROUNDS {
            let missing = self.misses();
            if missing.is_empty() {
                return true;
            }
            let before = |hour: usize| missing.contains(&((hour + WEEK - 1) % WEEK));
            let first = missing.iter().copied().filter(|hour| !before(*hour));
            let first: Vec<usize> = first.collect();
            let hours = if first.is_empty() { missing } else { first };
            self.change(&hours, true);
        }
        false
    }

    /// Takes away again what turns out not to be needed: from many hours at once, and from half of them where that was too much.
    fn trims(&mut self, hours: &[usize], tries: &mut usize) {
        if hours.is_empty() || *tries == 0 {
            return;
        }
        *tries -= 1;
        self.change(hours, false);
        if self.misses().is_empty() {
            return;
        }
        self.change(hours, true);
        if hours.len() > 1 {
            let (one, other) = hours.split_at(hours.len() / 2);
            self.trims(one, tries);
            self.trims(other, tries);
        }
    }
}

/// How many more guides each hour needs, and whether they are enough.
pub(crate) fn gap(team: &Team, work: &Work, seed: u64) -> (Vec<u32>, bool) {
    // Each try plays many weeks.
    let mut tries = 60;
    let mut trial = Trial {
        team: team.clone(),
        work,
        is_staffed: staffed(team),
        sample: Sample::tried(team, seed),
        more: vec![0; WEEK],
    };
    trial.begins();
    if !trial.fills() {
        return (trial.more, false);
    }
    let added = trial.more.iter().enumerate().filter(|(_, more)| **more > 0);
    let added: Vec<usize> = added.map(|(hour, _)| hour).collect();
    trial.trims(&added, &mut tries);
    // Trimming ends where these few people just do; more people show where others would not.
    trial.sample = Sample::of(team, seed);
    let is_met = trial.fills();
    (trial.more, is_met)
}

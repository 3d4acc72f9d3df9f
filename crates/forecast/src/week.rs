//! The waits of a usual week, by hour and language, and how many guides are missing.

use crate::gap::gap;
use crate::line::{Line, Team, WEEK};
use crate::simulation::{Played, Scene, play};
use crate::waits::Waits;
use crate::work::Work;

/// Minutes within which 9 of 10 are to have a person's first reply.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Aim {
    /// Those who have only minutes.
    pub acute: f64,
    /// Others who write in an hour with somebody on duty.
    pub staffed: f64,
    /// Others in any other hour.
    pub any: f64,
}

/// What the line aims at.
pub const AIM: Aim = Aim {
    acute: 5.0,
    staffed: 30.0,
    any: 120.0,
};

/// The share of people who may wait longer.
pub(crate) const LATER: f64 = 0.1;
/// So many people are played for each language, if it is not too many weeks; fewer where a rota is only tried.
const PEOPLE: f64 = 150_000.0;
const PEOPLE_TRIED: f64 = 25_000.0;
const WEEKS: (f64, f64) = (30.0, 400.0);
const WEEKS_TRIED: f64 = 12.0;

/// An hour of the week, or the same hour of all days together.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct HourForecast {
    /// People who write in it, a week.
    pub people: f64,
    /// Guides on duty, trainees too: the mean, if it is several hours.
    pub on_duty: f64,
    /// Waits of the people played: those with minutes, and others.
    pub acute: Waits,
    /// See `acute`.
    pub others: Waits,
    /// How many of them waited longer than is aimed at.
    pub acute_later: usize,
    /// See `acute_later`.
    pub others_later: usize,
    /// Whether it misses the aim, beyond what chance explains; of several hours, whether one does.
    pub misses: bool,
    /// Guide-hours a week that would meet the aim everywhere if they were added here and in the other hours.
    pub more: u32,
}

impl HourForecast {
    /// The share of all people who wait longer than is aimed at for them; nothing when nobody was played.
    pub fn later(&self) -> Option<f64> {
        let people = self.acute.people() + self.others.people();
        let later = self.acute_later + self.others_later;
        (people > 0).then(|| later as f64 / people as f64)
    }

    fn add(&mut self, other: &HourForecast, days: f64) {
        self.people += other.people;
        self.on_duty += other.on_duty / days;
        self.acute.add(&other.acute);
        self.others.add(&other.others);
        self.acute_later += other.acute_later;
        self.others_later += other.others_later;
        self.misses |= other.misses;
        self.more += other.more;
    }
}

/// A language of the line.
#[derive(Clone, PartialEq, Debug)]
pub struct TeamForecast {
    /// Its tag.
    pub language: String,
    /// 168 hours, from Monday 00:00 UTC on.
    pub week: Vec<HourForecast>,
    /// Whether the guides can do what comes in. If not, waits grow from week to week, and those shown are of as many weeks as were
    /// played.
    pub keeps_up: bool,
    /// How many more people wait after each week than after the one before, if it does not keep up.
    pub left_over: f64,
    /// Whether the hours with `more` were found; if not, they are not enough.
    pub is_met: bool,
    /// How many weeks were played.
    pub weeks: usize,
}

impl TeamForecast {
    /// The 24 hours of the day, all days together.
    pub fn day(&self) -> Vec<HourForecast> {
        let mut day = vec![HourForecast::default(); 24];
        for (hour, of) in self.week.iter().enumerate() {
            if let Some(sum) = day.get_mut(hour % 24) {
                sum.add(of, 7.0);
            }
        }
        day
    }

    /// All hours together.
    pub fn all(&self) -> HourForecast {
        let mut all = HourForecast::default();
        for hour in &self.week {
            all.add(hour, WEEK as f64);
        }
        all
    }
}

/// How far beyond a tenth, in standard deviations, is not chance: 19 of 20 hours that keep the aim are not said to miss it.
const SURE: f64 = 1.64;
/// The same for a rota that is tried, so that few hours which are said to be met are not.
const CAREFUL: f64 = 0.5;

/// Whether so many of so many are more than a tenth, beyond chance.
fn are_too_many(later: usize, people: usize, deviations: f64) -> bool {
    let people = people as f64;
    let spread = (people * LATER * (1.0 - LATER)).sqrt();
    later as f64 - people * LATER > deviations * spread
}

/// The people of whom a week is played.
#[derive(Clone, Copy)]
pub(crate) struct Sample {
    weeks: usize,
    seed: u64,
    /// See [`are_too_many`].
    deviations: f64,
}

impl Sample {
    pub(crate) fn of(team: &Team, seed: u64) -> Sample {
        Sample {
            weeks: weeks(team, PEOPLE, WEEKS.0),
            seed,
            deviations: SURE,
        }
    }

    pub(crate) fn tried(team: &Team, seed: u64) -> Sample {
        Sample {
            weeks: weeks(team, PEOPLE_TRIED, WEEKS_TRIED),
            seed,
            deviations: CAREFUL,
        }
    }
}

/// How many weeks are played, the first and the last, which do not count, among them.
fn weeks(team: &Team, people: f64, least: f64) -> usize {
    let weeks = people / team.people().max(1e-9);
    weeks.clamp(least, WEEKS.1) as usize + 2
}

pub(crate) fn plays(team: &Team, work: &Work, sample: Sample) -> Played {
    let scene = Scene {
        cycle: &team.week,
        hours: sample.weeks * WEEK,
        acute_share: team.acute_share,
        work,
        call_list: None,
    };
    play(&scene, sample.seed)
}

/// Whether an hour of the week has somebody on duty, by the rota as it is: what is aimed at does not change with what is tried.
pub(crate) fn staffed(team: &Team) -> Vec<bool> {
    let week = team.week.iter();
    week.map(|hour| hour.guides + hour.trainees > 0).collect()
}

pub(crate) fn gather(
    team: &Team,
    is_staffed: &[bool],
    played: &Played,
    sample: Sample,
) -> Vec<HourForecast> {
    let mut week: Vec<HourForecast> = team
        .week
        .iter()
        .map(|hour| HourForecast {
            people: hour.arrivals,
            on_duty: f64::from(hour.guides + hour.trainees),
            ..HourForecast::default()
        })
        .collect();
    // The first week begins with an empty queue; who writes in the last may not be answered before the end.
    let counts = WEEK..(sample.weeks - 1) * WEEK;
    for person in played
        .people
        .iter()
        .filter(|person| counts.contains(&person.hour))
    {
        let Some(hour) = week.get_mut(person.hour % WEEK) else {
            continue;
        };
        match person.is_acute {
            true => hour.acute.count(person.outcome),
            false => hour.others.count(person.outcome),
        }
    }
    for (hour, is_staffed) in week.iter_mut().zip(is_staffed) {
        hour.acute.sort();
        hour.others.sort();
        let aim = if *is_staffed { AIM.staffed } else { AIM.any };
        hour.acute_later = hour.acute.later_than(AIM.acute);
        hour.others_later = hour.others.later_than(aim);
        let miss = |later, waits: &Waits| are_too_many(later, waits.people(), sample.deviations);
        hour.misses = miss(hour.acute_later, &hour.acute) || miss(hour.others_later, &hour.others);
    }
    week
}

/// How many are left over after each week, when that is not chance.
fn left_over(team: &Team, played: &Played, weeks: usize) -> f64 {
    let waiting = played.waiting.last().copied().unwrap_or(0) as f64;
    match waiting > (team.people() / 2.0).max(20.0) {
        true => waiting / weeks as f64,
        false => 0.0,
    }
}

fn forecast(team: &Team, work: &Work, seed: u64) -> TeamForecast {
    let sample = Sample::of(team, seed);
    let played = plays(team, work, sample);
    let mut week = gather(team, &staffed(team), &played, sample);
    let left_over = left_over(team, &played, sample.weeks);
    let (more, is_met) = gap(team, work, seed);
    for (hour, more) in week.iter_mut().zip(more) {
        hour.more = more;
    }
    TeamForecast {
        language: team.language.clone(),
        week,
        keeps_up: left_over == 0.0,
        left_over,
        is_met,
        weeks: sample.weeks - 2,
    }
}

impl Line {
    /// What a usual week brings with the rota as it is, for each language in which somebody writes.
    pub fn forecast(&self, seed: u64) -> Vec<TeamForecast> {
        let teams = self.teams.iter().filter(|team| team.people() > 0.0);
        teams.map(|team| forecast(team, &self.work, seed)).collect()
    }
}

/// Whether all of a week together keeps what is aimed at: for those without minutes alone, and for all.
pub(crate) struct Kept {
    pub(crate) others: bool,
    pub(crate) all: bool,
}

/// Tries a language with fewer people than a forecast takes.
pub(crate) fn is_kept(team: &Team, work: &Work, seed: u64) -> Kept {
    let sample = Sample::tried(team, seed);
    let played = plays(team, work, sample);
    let mut all = HourForecast::default();
    for hour in gather(team, &staffed(team), &played, sample) {
        all.add(&hour, WEEK as f64);
    }
    let keeps = |later: usize, waits: &Waits| later as f64 <= LATER * waits.people() as f64;
    let others =
        left_over(team, &played, sample.weeks) == 0.0 && keeps(all.others_later, &all.others);
    Kept {
        others,
        all: others && keeps(all.acute_later, &all.acute),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EXAMPLE;

    fn example() -> Line {
        Line::parse(EXAMPLE).unwrap()
    }

    /// The example with one guide in each hour.
    fn alone(language: &str) -> Team {
        let line = example();
        let team = line
            .teams
            .into_iter()
            .find(|team| team.language == language);
        let mut team = team.unwrap();
        for hour in &mut team.week {
            (hour.guides, hour.trainees) = (1, 0);
        }
        team
    }

    fn missing(week: &[HourForecast]) -> usize {
        week.iter().filter(|hour| hour.misses).count()
    }

    #[test]
    fn the_hours_that_are_added_meet_the_aim_on_other_people_too() {
        let line = example();
        let team = &line.teams[1];
        let (more, is_met) = gap(team, &line.work, 1);
        let mut filled = team.clone();
        for (hour, more) in filled.week.iter_mut().zip(&more) {
            hour.guides += more;
        }
        // What is aimed at is that of the rota as it is.
        let sample = Sample::of(team, 2);
        let week = |team_played: &Team| {
            let played = plays(team_played, &line.work, sample);
            gather(team_played, &staffed(team), &played, sample)
        };
        let (before, after) = (missing(&week(team)), missing(&week(&filled)));
        assert!(is_met && before > 30, "{before}");
        assert!(after <= WEEK / 10, "{after} of {before}");
    }

    #[test]
    fn a_language_that_cannot_keep_up_says_so() {
        let line = example();
        let team = alone("ko");
        let sample = Sample::tried(&team, 1);
        let played = plays(&team, &line.work, sample);
        assert!(left_over(&team, &played, sample.weeks) > 50.0);
        let mut all = HourForecast::default();
        for hour in gather(&team, &staffed(&team), &played, sample) {
            all.add(&hour, 1.0);
        }
        assert!(all.others.waiting() > all.others.people() / 4);
        let most = all.others.percentile(0.9);
        assert_eq!(most, None, "nine of ten were never answered");
        let team = &line.teams[0];
        let played = plays(team, &line.work, sample);
        assert_eq!(left_over(team, &played, sample.weeks), 0.0);
    }

    #[test]
    fn a_language_far_from_keeping_up_is_told_its_gap_all_the_same() {
        let line = example();
        let mut team = alone("ko");
        for hour in &mut team.week {
            hour.arrivals *= 3.0;
        }
        let (more, is_met) = gap(&team, &line.work, 1);
        let more: u32 = more.iter().sum();
        let busy = team.people() * line.work.attention(team.acute_share) / 60.0;
        // What people keep busy, and not much more: such a team has little to spare for chance.
        let all = f64::from(more) + WEEK as f64;
        assert!(is_met && (busy..1.6 * busy).contains(&all), "{all} {busy}");
    }

    #[test]
    fn more_people_wait_longer() {
        let line = example();
        let share = |line: &Line| {
            let team = &line.teams[1];
            let sample = Sample::tried(team, 1);
            let played = plays(team, &line.work, sample);
            let week = gather(team, &staffed(team), &played, sample);
            let later: usize = week.iter().map(|hour| hour.others_later).sum();
            let people: usize = week.iter().map(|hour| hour.others.people()).sum();
            later as f64 / people as f64
        };
        assert!(share(&line) * 1.3 < share(&line.with_arrivals(2.0)));
    }

    #[test]
    fn chance_alone_is_no_gap() {
        assert!(
            !are_too_many(0, 0, SURE) && !are_too_many(12, 100, SURE) && !are_too_many(1, 3, SURE)
        );
        assert!(
            are_too_many(16, 100, SURE) && are_too_many(1, 1, SURE) && are_too_many(110, 900, SURE)
        );
    }
}

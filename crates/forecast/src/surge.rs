//! A day on which very many write.

use crate::line::{Line, Team};
use crate::simulation::{CallList, Hour, Scene, play};
use crate::waits::Waits;
use crate::week::{AIM, LATER};

/// What is asked.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Surge {
    /// First messages that need a person or a card from one.
    pub messages: u32,
    /// Within so many hours: half of them evenly in the first third, half evenly in all of it.
    pub hours: u32,
    /// Guides on shift all the time.
    pub on_shift: u32,
    /// Guides who come within an hour once more than two wait for each who is there.
    pub to_call: u32,
}

/// Hours that can be played.
pub const SURGE_HOURS: std::ops::RangeInclusive<u32> = 1..=168;

/// Why a surge is not played.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SurgeError {
    /// Nobody writes.
    #[error("nobody writes in this surge: say how many with --messages")]
    NoMessages,
    /// Too short or too long.
    #[error("a surge lasts from 1 to 168 hours: say how long with --within")]
    Hours,
    /// Nobody answers.
    #[error("nobody is on shift, so nobody is ever answered: say how many are with --on-shift")]
    NobodyOnShift,
    /// More than a line has.
    #[error("at most 100,000 messages and 1,000 guides can be played")]
    TooMany,
}

/// One hour of the surge. Counts are means over all runs.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct SurgeHour {
    /// How many write in it.
    pub people: f64,
    /// How many are on duty at its end.
    pub on_duty: f64,
    /// How many wait at its end for somebody to take the case.
    pub waiting: f64,
    /// Waits of those who wrote in it.
    pub acute: Waits,
    /// See `acute`.
    pub others: Waits,
}

/// What a surge brings.
#[derive(Clone, PartialEq, Debug)]
pub struct SurgeForecast {
    /// Hour by hour.
    pub hours: Vec<SurgeHour>,
    /// All hours together.
    pub acute: Waits,
    /// See `acute`.
    pub others: Waits,
    /// Of each run, how many had no reply when the hours were over.
    pub unanswered: f64,
    /// In which minute the call list was called, on average; nothing if it never was.
    pub called_at: Option<f64>,
    /// How many days were played.
    pub runs: u32,
    /// How many guides on shift from the beginning would meet the aim for all of the hours together, with nobody called; nothing if 1,000
    /// would not.
    pub enough: Option<u32>,
    /// How many would have no reply at the end if everybody got a conversation as on other days: no cards first, no short answers.
    pub unanswered_as_usual: f64,
}

const RUNS: u32 = 40;
const RUNS_TRIED: u32 = 8;
const MOST_MESSAGES: u32 = 100_000;
const MOST_GUIDES: u32 = 1_000;

impl Surge {
    /// Whether it can be played.
    ///
    /// # Errors
    /// Names what is missing or too much.
    pub fn check(&self) -> Result<(), SurgeError> {
        if self.messages == 0 {
            return Err(SurgeError::NoMessages);
        }
        if !SURGE_HOURS.contains(&self.hours) {
            return Err(SurgeError::Hours);
        }
        if self.on_shift == 0 {
            return Err(SurgeError::NobodyOnShift);
        }
        let guides = u64::from(self.on_shift) + u64::from(self.to_call);
        match self.messages > MOST_MESSAGES || guides > u64::from(MOST_GUIDES) {
            true => Err(SurgeError::TooMany),
            false => Ok(()),
        }
    }

    /// How many write in each hour, on average.
    fn hours(&self) -> Vec<Hour> {
        let (messages, hours) = (f64::from(self.messages), f64::from(self.hours));
        let third = hours / 3.0;
        let hour = |hour: u32| {
            let of_third = (third - f64::from(hour)).clamp(0.0, 1.0);
            Hour {
                arrivals: messages / 2.0 * (of_third / third + 1.0 / hours),
                guides: self.on_shift,
                trainees: 0,
            }
        };
        (0..self.hours).map(hour).collect()
    }
}

/// How acute people are on average over all languages.
fn acute_share(teams: &[Team]) -> f64 {
    let people: f64 = teams.iter().map(Team::people).sum();
    let acute = teams.iter().map(|team| team.people() * team.acute_share);
    acute.sum::<f64>() / people.max(1e-9)
}

fn plays(line: &Line, surge: &Surge, runs: u32, seed: u64) -> SurgeForecast {
    let cycle = surge.hours();
    let scene = Scene {
        cycle: &cycle,
        hours: cycle.len(),
        acute_share: acute_share(&line.teams),
        work: &line.surge_work,
        call_list: (surge.to_call > 0).then_some(CallList {
            people: surge.to_call,
            waiting_each: 2,
            within: 60.0,
        }),
    };
    let mut hours = vec![SurgeHour::default(); cycle.len()];
    let (mut acute, mut others) = (Waits::default(), Waits::default());
    let (mut called, mut calls) = (0.0, 0.0);
    let each = 1.0 / f64::from(runs);
    // Far apart, so that the days of one seed are not those of the next.
    let first = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    for run in 0..runs {
        let played = play(&scene, first.wrapping_add(u64::from(run)));
        for person in &played.people {
            let Some(hour) = hours.get_mut(person.hour) else {
                continue;
            };
            hour.people += each;
            let (of_hour, of_all) = match person.is_acute {
                true => (&mut hour.acute, &mut acute),
                false => (&mut hour.others, &mut others),
            };
            of_hour.count(person.outcome);
            of_all.count(person.outcome);
        }
        let ends = played.waiting.iter().zip(&played.on_duty);
        for (hour, (waiting, on_duty)) in hours.iter_mut().zip(ends) {
            hour.waiting += *waiting as f64 * each;
            hour.on_duty += *on_duty as f64 * each;
        }
        called += played.called_at.unwrap_or(0.0);
        calls += f64::from(u8::from(played.called_at.is_some()));
    }
    let all = hours.iter_mut().flat_map(|h| [&mut h.acute, &mut h.others]);
    all.chain([&mut acute, &mut others]).for_each(Waits::sort);
    SurgeForecast {
        unanswered: (acute.waiting() + others.waiting()) as f64 * each,
        hours,
        acute,
        others,
        called_at: (calls > 0.0).then(|| called / calls),
        runs,
        enough: None,
        unanswered_as_usual: 0.0,
    }
}

fn is_met(line: &Line, surge: &Surge, seed: u64) -> bool {
    let found = plays(line, surge, RUNS_TRIED, seed);
    let keeps =
        |waits: &Waits, aim: f64| waits.later_than(aim) as f64 <= LATER * waits.people() as f64;
    keeps(&found.acute, AIM.acute) && keeps(&found.others, AIM.staffed)
}

/// How many on shift from the beginning are enough, by halving.
fn enough(line: &Line, surge: &Surge, seed: u64) -> Option<u32> {
    let with = |on_shift: u32| Surge {
        on_shift,
        to_call: 0,
        ..*surge
    };
    let (mut low, mut high) = (0, MOST_GUIDES);
    if !is_met(line, &with(high), seed) {
        return None;
    }
    while high - low > 1 {
        let middle = (low + high) / 2;
        match is_met(line, &with(middle), seed) {
            true => high = middle,
            false => low = middle,
        }
    }
    Some(high)
}

impl Line {
    /// What a surge brings, all languages together: guides who speak only some of them carry less.
    ///
    /// # Errors
    /// For a surge that can't be played.
    pub fn surge(&self, surge: &Surge, seed: u64) -> Result<SurgeForecast, SurgeError> {
        surge.check()?;
        let mut found = plays(self, surge, RUNS, seed);
        found.enough = enough(self, surge, seed);
        let as_usual = Line {
            surge_work: self.work.clone(),
            ..self.clone()
        };
        found.unanswered_as_usual = plays(&as_usual, surge, RUNS_TRIED, seed).unanswered;
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Scenario S12.
    const DAY: Surge = Surge {
        messages: 2_000,
        hours: 15,
        on_shift: 12,
        to_call: 40,
    };

    #[test]
    fn a_day_of_two_thousand_is_played_with_those_who_wait() {
        let line = Line::assumed();
        let found = line.surge(&DAY, 1).unwrap();
        let people: f64 = found.hours.iter().map(|hour| hour.people).sum();
        assert!((people - 2_000.0).abs() < 60.0, "{people}");
        assert!(found.called_at.is_some());
        assert!(found.hours[14].on_duty > 51.9);
        let alone = Surge { to_call: 0, ..DAY };
        let alone = line.surge(&alone, 1).unwrap();
        assert!(alone.unanswered > found.unanswered + 100.0);
        let p90 = |found: &SurgeForecast| found.others.percentile(0.9).unwrap_or(f64::INFINITY);
        assert!(p90(&alone) > 2.0 * p90(&found));
        let people = |seed| plays(&line, &DAY, 1, seed).others.people();
        assert_ne!((people(1), people(2)), (people(2), people(3)), "other days");
        let enough = found.enough.unwrap();
        assert_eq!(alone.enough, found.enough, "nobody is called in it");
        assert!((15..100).contains(&enough), "{enough}");
        assert!(found.unanswered_as_usual > 200.0, "not by hand: {found:?}");
    }

    #[test]
    fn half_of_them_come_in_the_first_third() {
        let hours = DAY.hours();
        let sum = |some: &[Hour]| some.iter().map(|hour| hour.arrivals).sum::<f64>();
        assert!((sum(&hours) - 2_000.0).abs() < 1e-6);
        assert!((sum(&hours[..5]) - (1_000.0 + 1_000.0 / 3.0)).abs() < 1e-6);
        let short = Surge { hours: 1, ..DAY };
        assert!((sum(&short.hours()) - 2_000.0).abs() < 1e-6);
    }

    #[test]
    fn a_surge_that_is_none_is_refused() {
        let line = Line::assumed();
        let refused = [
            (Surge { messages: 0, ..DAY }, SurgeError::NoMessages),
            (Surge { hours: 0, ..DAY }, SurgeError::Hours),
            (Surge { hours: 169, ..DAY }, SurgeError::Hours),
            (Surge { on_shift: 0, ..DAY }, SurgeError::NobodyOnShift),
            (
                Surge {
                    to_call: u32::MAX,
                    ..DAY
                },
                SurgeError::TooMany,
            ),
            (
                Surge {
                    messages: 100_001,
                    ..DAY
                },
                SurgeError::TooMany,
            ),
        ];
        for (surge, error) in refused {
            assert_eq!(line.surge(&surge, 1).unwrap_err(), error);
        }
    }
}

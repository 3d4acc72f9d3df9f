//! What is known of a line: counts by hour of the week, language by language.

use crate::simulation::Hour;
use crate::work::{Bin, Lengths, Work};

/// Hours of a week, from Monday 00:00 UTC on.
pub const WEEK: usize = 168;

/// Something that was not counted on the line, and is taken from what others report or from what is planned for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Assumption {
    /// How many write and when: in proportion to nothing that was counted.
    Arrivals,
    /// One in 25 of those who write has only minutes left.
    AcuteShare,
    /// A conversation by text takes 45 to 60 minutes.
    Conversations,
    /// The first reply is written 2 minutes after an acute case was taken, 3 after another.
    FirstReply,
    /// Of two conversations at once each takes half as long again.
    TwoAtOnce,
    /// When very many write at once, a card settles 60 in 100 questions in 2 minutes, and others take 12 to 20.
    Surge,
}

/// A language of a line: its own people, its own guides.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Team {
    pub(crate) language: String,
    /// The mean of each hour of the week.
    pub(crate) week: Vec<Hour>,
    pub(crate) acute_share: f64,
}

impl Team {
    pub(crate) fn people(&self) -> f64 {
        self.week.iter().map(|hour| hour.arrivals).sum()
    }
}

/// A line in counts. `parse` makes one of a file; [`Line::assumed`] makes one of nothing but assumptions.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    pub(crate) teams: Vec<Team>,
    pub(crate) work: Work,
    pub(crate) surge_work: Work,
    /// How many people the arrivals were counted from, and over how many weeks.
    pub(crate) counted: u64,
    pub(crate) weeks: u32,
    pub(crate) assumed: Vec<Assumption>,
}

/// Of 100 who write, so many have only minutes left.
pub(crate) const ACUTE_SHARE: f64 = 0.04;
const REPLY_ACUTE: f64 = 2.0;
const REPLY_OTHERS: f64 = 3.0;
const STRETCH: f64 = 1.5;
/// What the desk enforces: at most two conversations at once, one of six guides free for somebody with minutes.
const LIVE: usize = 2;
const ONE_FREE_OF: usize = 6;

fn bin(from: f64, to: f64, count: f64) -> Bin {
    Bin { from, to, count }
}

/// Conversations as others report them.
pub(crate) fn assumed_work() -> Work {
    let lengths = Lengths::Counted(vec![bin(45.0, 60.0, 1.0)]);
    Work {
        acute: lengths.clone(),
        others: lengths,
        reply_acute: REPLY_ACUTE,
        reply_others: REPLY_OTHERS,
        stretch: STRETCH,
        live: LIVE,
        one_free_of: ONE_FREE_OF,
        patience: None,
    }
}

/// Conversations when very many write: cards first, short answers.
pub(crate) fn assumed_surge_work() -> Work {
    Work {
        acute: Lengths::Counted(vec![bin(10.0, 16.0, 1.0)]),
        others: Lengths::Counted(vec![bin(2.0, 2.0, 60.0), bin(12.0, 20.0, 36.0)]),
        ..assumed_work()
    }
}

impl Line {
    /// A line of which nothing was counted: one language, as many people in each hour, everything assumed. Nobody is on duty until
    /// [`Line::carries`] asks about so many guides.
    pub fn assumed() -> Line {
        let hour = Hour {
            arrivals: 1.0,
            ..Hour::default()
        };
        Line {
            teams: vec![Team {
                language: "any".into(),
                week: vec![hour; WEEK],
                acute_share: ACUTE_SHARE,
            }],
            work: assumed_work(),
            surge_work: assumed_surge_work(),
            counted: 0,
            weeks: 0,
            assumed: vec![
                Assumption::Arrivals,
                Assumption::AcuteShare,
                Assumption::Conversations,
                Assumption::FirstReply,
                Assumption::TwoAtOnce,
                Assumption::Surge,
            ],
        }
    }

    /// What was not counted.
    pub fn assumptions(&self) -> &[Assumption] {
        &self.assumed
    }

    /// How many people the counts are of; 0 if none were counted.
    pub fn counted(&self) -> u64 {
        self.counted
    }

    /// Over how many weeks they were counted; 0 if none were.
    pub fn weeks(&self) -> u32 {
        self.weeks
    }

    /// By how much, in proportion, the mean of as many people could differ by chance alone, 19 times in 20: 1.96 / √count.
    pub fn chance(&self) -> Option<f64> {
        (self.counted > 0).then(|| 1.96 / (self.counted as f64).sqrt())
    }

    /// The same line when so many times as many people write.
    #[must_use]
    pub fn with_arrivals(&self, factor: f64) -> Line {
        let mut line = self.clone();
        let weeks = line.teams.iter_mut().map(|team| &mut team.week);
        for hour in weeks.flatten() {
            hour.arrivals *= factor;
        }
        line
    }

    /// The same line when so many guide-hours a week are placed where most write: first one in each hour in which anybody does, if there are
    /// enough, then in proportion (D'Hondt). It is the best that a rota can do; shifts of real people are longer than an hour.
    #[must_use]
    pub fn with_guide_hours(&self, guide_hours: u32) -> Line {
        let mut line = self.clone();
        let weeks = line.teams.iter_mut().map(|team| &mut team.week);
        let mut hours: Vec<&mut Hour> = weeks.flatten().collect();
        for hour in &mut hours {
            (hour.guides, hour.trainees) = (0, 0);
        }
        hours.retain(|hour| hour.arrivals > 0.0);
        let each = u32::from(hours.len() <= guide_hours as usize);
        for hour in &mut hours {
            hour.guides = each;
        }
        let placed = if each == 1 { hours.len() as u32 } else { 0 };
        for _ in placed..guide_hours {
            let share = |hour: &Hour| hour.arrivals / f64::from(hour.guides + 1);
            let next = hours
                .iter_mut()
                .max_by(|one, other| share(one).total_cmp(&share(other)));
            if let Some(hour) = next {
                hour.guides += 1;
            }
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guide_hours_go_where_people_write_and_none_is_lost() {
        let mut line = Line::assumed();
        let week = &mut line.teams[0].week;
        week[0].arrivals = 3.0;
        week[1].arrivals = 0.0;
        for (hours, busiest) in [(100, 2), (167, 1), (800, 13)] {
            let placed = line.with_guide_hours(hours);
            let week = &placed.teams[0].week;
            let sum: u32 = week.iter().map(|hour| hour.guides).sum();
            assert_eq!((sum, week[1].guides), (hours, 0));
            assert!(week[0].guides >= busiest, "{hours}: {}", week[0].guides);
        }
    }
}

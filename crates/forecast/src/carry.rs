//! How many people a number of guides can carry.

use crate::line::{Assumption, Line, Team};
use crate::week::is_kept;
use crate::work::Work;

/// People a week.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Volume {
    /// As many as 9 of 10 of those without minutes have a reply within 30 minutes, or 2 hours when nobody is on duty.
    pub others: f64,
    /// As many as, besides, 9 of 10 of those with only minutes have one within 5.
    pub all: f64,
    /// More than these are never done, however long they wait.
    pub ceiling: f64,
}

/// What a number of guides can carry.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Carries {
    /// Guide-hours a week.
    pub guide_hours: u32,
    /// How many are on duty, on average over the week.
    pub on_duty: f64,
    /// With conversations as they were counted or assumed.
    pub likely: Volume,
    /// If two at once gain nothing, and conversations that were not counted take an hour.
    pub low: Volume,
    /// If two at once cost nothing, and conversations that were not counted take three quarters of an hour.
    pub high: Volume,
}

/// How often a volume is halved on the way to the answer: to about a hundredth.
const STEPS: usize = 7;

/// As many people as one can say, in two digits: the third would be invented.
fn two_digits(people: f64) -> f64 {
    if people < 1.0 {
        return 0.0;
    }
    let unit = 10_f64.powf((people.log10().floor() - 1.0).max(0.0));
    (people / unit).floor() * unit
}

/// The largest factor on the arrivals with which every language keeps it.
fn largest(teams: &[Team], keeps: impl Fn(&Team) -> bool, most: f64) -> f64 {
    let (mut low, mut high) = (0.0, most);
    for _ in 0..STEPS {
        let middle = (low + high) / 2.0;
        let all = teams.iter().all(|team| {
            let mut team = team.clone();
            for hour in &mut team.week {
                hour.arrivals *= middle;
            }
            keeps(&team)
        });
        match all {
            true => low = middle,
            false => high = middle,
        }
    }
    low
}

fn volume(line: &Line, work: &Work, seed: u64) -> Volume {
    let teams: Vec<Team> = line
        .teams
        .iter()
        .filter(|team| team.people() > 0.0)
        .cloned()
        .collect();
    let people: f64 = teams.iter().map(Team::people).sum();
    // The language whose guides have the least beyond what comes in.
    let most = teams.iter().map(|team| {
        let guides: u32 = team
            .week
            .iter()
            .map(|hour| hour.guides + hour.trainees)
            .sum();
        f64::from(guides) * 60.0 / (work.attention(team.acute_share) * team.people())
    });
    let most = most.min_by(f64::total_cmp).unwrap_or(0.0);
    let others = largest(&teams, |team| is_kept(team, work, seed).others, most);
    let all = largest(
        &teams,
        |team| is_kept(team, work, seed).all,
        others.max(0.01),
    );
    Volume {
        others: two_digits(others * people),
        all: two_digits(all * people),
        ceiling: two_digits(most * people),
    }
}

impl Line {
    /// What so many guides with so many hours a week each can carry, if people write at the hours at which they were counted and the guides'
    /// hours are placed where most write. All come when they have said so: whoever does not is to be taken off the number first.
    pub fn carries(&self, guides: u32, hours: f64, seed: u64) -> Carries {
        let guide_hours = (f64::from(guides) * hours).clamp(0.0, 1e6) as u32;
        let line = self.with_guide_hours(guide_hours);
        let is_assumed = self.assumed.contains(&Assumption::Conversations);
        // Assumed are 45 to 60 minutes, 52.5 on average.
        let vary = |stretch: f64, minutes: f64| {
            let factor = if is_assumed { minutes / 52.5 } else { 1.0 };
            Work {
                acute: self.work.acute.times(factor),
                others: self.work.others.times(factor),
                stretch,
                ..self.work.clone()
            }
        };
        Carries {
            guide_hours,
            on_duty: f64::from(guide_hours) / crate::WEEK as f64,
            likely: volume(&line, &self.work, seed),
            low: volume(&line, &vary(2.0, 60.0), seed),
            high: volume(&line, &vary(1.0, 45.0), seed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_people_has_no_more_digits_than_are_known() {
        let said = [0.4, 7.9, 48.0, 99.9, 437.0, 1_284.0].map(two_digits);
        assert_eq!(said, [0.0, 7.0, 48.0, 99.0, 430.0, 1_200.0]);
    }

    #[test]
    fn two_hundred_guides_carry_some_hundreds_and_more_guides_carry_more() {
        let line = Line::assumed();
        let found = line.carries(200, 4.0, 1);
        assert_eq!(found.guide_hours, 800);
        assert!((found.on_duty - 4.76).abs() < 0.01);
        let Carries {
            low, likely, high, ..
        } = found;
        assert!(
            low.others <= likely.others && likely.others <= high.others,
            "{found:?}"
        );
        assert!((500.0..1_100.0).contains(&likely.others), "{found:?}");
        assert!(
            likely.all <= likely.others && likely.others < likely.ceiling,
            "{found:?}"
        );
        // A team twice as large carries more than twice as many: it is rarely all busy at once.
        let twice = line.carries(400, 4.0, 1).likely;
        assert!(twice.all > 2.5 * likely.all, "{twice:?}");
        assert_eq!(line.carries(0, 4.0, 1).likely.ceiling, 0.0);
    }
}

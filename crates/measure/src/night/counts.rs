//! What a night knows of its contacts, as the two files that people who run a line would count by hand: a month's counts for `footbridge
//! outcomes`, and a tally by hour for `footbridge forecast`; and that forecast beside the waits that there really were.
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts and minutes for a person"
)]

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use forecast::Line;
use serde::Serialize;
use wire::Day;

use super::Options;
use super::record::Noted;

/// A night stands for so many hours: one hour for each tenth of its minutes.
const HOURS: f64 = 10.0;
/// A contact writes so often, and so often a desk answers it.
const ANSWERS: u32 = super::MESSAGES;

/// How long a night's answers take, in minutes of the time for which it stands.
#[derive(Clone, Copy)]
pub(crate) struct Pace {
    pub(crate) answer_minutes: u32,
    /// Minutes of that time in one second of the night.
    scale: f64,
}

impl Pace {
    /// Of a night of so many real minutes.
    pub(crate) fn of(answer_minutes: u32, minutes: f64) -> Pace {
        Pace {
            answer_minutes,
            scale: HOURS / minutes,
        }
    }

    /// How long an answer really takes.
    pub(crate) fn answer(&self) -> std::time::Duration {
        std::time::Duration::from_secs_f64(f64::from(self.answer_minutes) / self.scale)
    }

    /// A moment or a time of the night, from seconds to minutes of the time for which it stands.
    fn minutes(&self, seconds: f64) -> f64 {
        seconds * self.scale
    }
}

/// Waits for the first answer, in minutes of the time for which the night stands.
#[derive(Serialize, Clone, Copy, PartialEq, Debug)]
pub(crate) struct Waited {
    pub(crate) p50: Option<f64>,
    pub(crate) p90: Option<f64>,
    /// Contacts without an answer when the night ended.
    pub(crate) unanswered: usize,
}

/// The forecast beside what happened.
#[derive(Serialize)]
pub(crate) struct Compared {
    answer_minutes: u32,
    /// Minutes of the time for which the night stands in one of its own.
    scale: f64,
    pub(crate) happened: Waited,
    pub(crate) forecast: Waited,
}

/// The wait of a share of all contacts; whoever had no answer waited longer than everybody who had.
fn percentile(waits: &[f64], unanswered: usize, share: f64) -> Option<f64> {
    let all = waits.len() + unanswered;
    let rank = ((all as f64 * share).ceil().max(1.0)) as usize;
    waits.get(rank - 1).copied()
}

fn happened(noted: &Noted, pace: &Pace) -> Waited {
    let answered = noted
        .asked
        .iter()
        .filter_map(|(post, asked)| Some(pace.minutes(noted.answered.get(post)? - asked)));
    let mut waits: Vec<f64> = answered.collect();
    waits.sort_by(f64::total_cmp);
    let unanswered = noted.asked.len() - waits.len();
    Waited {
        p50: percentile(&waits, unanswered, 0.5),
        p90: percentile(&waits, unanswered, 0.9),
        unanswered,
    }
}

fn row(hours: &[u32]) -> String {
    let hours: Vec<String> = hours.iter().map(u32::to_string).collect();
    format!("[{}]", hours.join(", "))
}

/// The tally of a night as `footbridge forecast` reads it: the night is a Monday, and nobody writes on other days.
pub(crate) fn tally(options: &Options, noted: &Noted, pace: &Pace) -> String {
    let mut arrivals = [0_u32; 24];
    for asked in noted.asked.values() {
        let hour = (pace.minutes(*asked) / 60.0).min(23.0) as usize;
        if let Some(count) = arrivals.get_mut(hour) {
            *count += 1;
        }
    }
    let others = vec![row(&[0; 24]); 6].join(", ");
    let guides = row(&[options.desks as u32; 24]);
    let guides = vec![guides; 7].join(", ");
    let (answer, all) = (pace.answer_minutes, pace.answer_minutes * ANSWERS);
    format!(
        "# {}\n# One night of one week. A night stands for ten hours and each answer takes a desk {answer} minutes of them; a desk answers one contact after\n\
         # the other, so two at once take twice as long.\nweeks = 1\n\n[[team]]\nlanguage = \"ko\"\narrivals = [{}, {others}]\nacute = 0\nguides = [{guides}]\n\n\
         [conversations]\nothers = [[{all}, {all}, {}]]\nfirst_reply_others = {answer}\ntwo_at_once = 2.0\n",
        command(options),
        row(&arrivals),
        noted.asked.len().max(1),
    )
}

/// What `footbridge forecast` says of a tally.
fn foreseen(tally: &str, seed: u64) -> Result<Waited> {
    let teams = Line::parse(tally)?.forecast(seed);
    let team = teams.first().context("nobody wrote in this night")?;
    let others = team.all().others;
    Ok(Waited {
        p50: others.percentile(0.5),
        p90: others.percentile(0.9),
        unanswered: others.waiting() / team.weeks.max(1),
    })
}

/// The last month whose days are over on a day, such as 2026-10: no month is published sooner.
fn month(today: Day) -> String {
    let date = |day: Day| record::date_of(day);
    let number = date(today)
        .get(8..)
        .and_then(|day| day.parse::<u32>().ok())
        .unwrap_or(1);
    let last = today.minus(number);
    date(last).get(..7).unwrap_or("1970-01").to_owned()
}

fn command(options: &Options) -> String {
    let pace = match options.answer_minutes {
        0 => String::new(),
        minutes => format!(" --answer-minutes {minutes}"),
    };
    format!(
        "cargo xtask night --contacts {} --desks {} --minutes {} --seed {}{pace}",
        options.contacts, options.desks, options.minutes, options.seed
    )
}

/// The counts of a night as `footbridge outcomes` reads them. All of it happened on one day, and a night closes no case; so contacts differ by
/// how many answers they collected.
pub(crate) fn counts(options: &Options, noted: &Noted, today: Day) -> String {
    let mut by_replies: BTreeMap<u32, usize> = BTreeMap::new();
    let answered = noted.asked.keys();
    for post in answered.filter(|post| noted.answered.contains_key(post)) {
        let collected = noted.collected.get(post).copied().unwrap_or(0);
        *by_replies.entry(collected).or_default() += 1;
    }
    let contacts = by_replies.iter().map(|(replies, number)| {
        format!("\n[[contacts]]\nnumber = {number}\nwaited = \"same-day\"\nreached = \"open\"\nreplies-collected = {replies}\n")
    });
    format!(
        "# What a simulated night knows of its contacts, as `footbridge outcomes` reads it. It was written by\n# {}\n\
         # A night is over on its day, closes nothing, and has no cards and no handovers, so only what follows is asked. Its own month\n\
         # is not over: it is counted to the one before.\nmonth = \"{}\"\nquestions = [\"contacts\", \"waits\", \"reached\"]\n{}",
        command(options),
        month(today),
        contacts.collect::<String>(),
    )
}

/// Writes both files into a folder that is there, and compares the forecast with what happened where answers take their time.
pub(crate) fn write(
    (options, folder): (&Options, &Path),
    noted: &Noted,
    today: Day,
) -> Result<Option<Compared>> {
    let put = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).with_context(|| format!("can't write {}", path.display()))
    };
    put("counts.toml", &counts(options, noted, today))?;
    let Some(pace) = options.pace() else {
        return Ok(None);
    };
    let tally = tally(options, noted, &pace);
    put("tally.toml", &tally)?;
    Ok(Some(Compared {
        answer_minutes: pace.answer_minutes,
        scale: pace.minutes(60.0),
        happened: happened(noted, &pace),
        forecast: foreseen(&tally, options.seed)?,
    }))
}

impl Compared {
    /// Prints the forecast beside what happened, with its error.
    pub(crate) fn print(&self) {
        println!(
            "waits             each answer takes {} minutes; one minute of this night stands for {:.0}",
            self.answer_minutes, self.scale
        );
        println!("                  happened  forecast     error");
        let rows = [
            ("first answer, p50", self.happened.p50, self.forecast.p50),
            ("first answer, p90", self.happened.p90, self.forecast.p90),
        ];
        for (name, happened, forecast) in rows {
            let said = |value: Option<f64>| value.map_or("none".into(), |m| format!("{m:.0} min"));
            let error = happened.zip(forecast);
            let error = error.map_or("·".into(), |(was, said)| format!("{:+.0} min", said - was));
            println!(
                "{name:18}{:>8}{:>10}{error:>10}",
                said(happened),
                said(forecast)
            );
        }
        println!(
            "unanswered        {:>8}{:>10}",
            self.happened.unanswered, self.forecast.unanswered
        );
        println!(
            "                  Desks of a night take what falls to them by its place, one after the other, and keep nobody free for the acute;"
        );
        println!(
            "                  the forecast has one queue for all, and one guide of six kept free. The error is that of this picture."
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::EnvelopeHash;

    fn options(answer_minutes: u32) -> Options {
        Options {
            contacts: 4,
            desks: 2,
            minutes: 1.0,
            seed: 1,
            out: None,
            counts: None,
            limits: false,
            answer_minutes,
        }
    }

    /// Four wrote in the first tenth of the night; three were answered, after 1, 2 and 3 seconds.
    fn noted() -> Noted {
        let mut noted = Noted::default();
        for number in 0..4_u8 {
            let post = EnvelopeHash([number; 32]);
            noted.asked.insert(post, f64::from(number));
            if number < 3 {
                noted.answered.insert(post, 1.0 + 2.0 * f64::from(number));
                noted.collected.insert(post, number.into());
            }
        }
        noted
    }

    #[test]
    fn the_waits_of_a_night_are_told_in_the_time_for_which_it_stands() {
        let pace = Pace::of(3, 1.0);
        assert!((pace.minutes(60.0) - 600.0).abs() < 1e-9, "ten hours");
        assert!((pace.answer().as_secs_f64() - 0.3).abs() < 1e-9);
        let happened = happened(&noted(), &pace);
        assert_eq!(happened.unanswered, 1);
        assert_eq!(happened.p50.map(f64::round), Some(20.0));
        assert_eq!(happened.p90, None, "whoever had no answer counts");
    }

    #[test]
    fn the_files_of_a_night_are_read_by_what_they_are_for() {
        let (options, noted) = (options(3), noted());
        let counts = counts(&options, &noted, Day(20_784));
        assert!(counts.contains("month = \"2026-10\""), "{counts}");
        assert_eq!(
            counts.matches("[[contacts]]").count(),
            3,
            "who was answered"
        );
        let pace = options.pace().unwrap();
        let said = foreseen(&tally(&options, &noted, &pace), 1).unwrap();
        assert!(said.p50.is_some_and(|minutes| minutes >= 3.0), "{said:?}");
    }

    #[test]
    fn a_night_that_answers_at_once_is_compared_with_nothing() {
        assert!(options(0).pace().is_none());
        let folder = tempfile::tempdir().unwrap();
        let written = write((&options(0), folder.path()), &noted(), Day(20_784)).unwrap();
        assert!(written.is_none() && folder.path().join("counts.toml").exists());
        assert!(!folder.path().join("tally.toml").exists());
    }
}

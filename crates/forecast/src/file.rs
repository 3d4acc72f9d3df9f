//! The file in which a coordinator brings counts. It can hold nothing else: no name, no time of a message, no case.

use serde::Deserialize;

use crate::line::{ACUTE_SHARE, Assumption, Line, Team, WEEK, assumed_surge_work, assumed_work};
use crate::simulation::Hour;
use crate::work::{Bin, Lengths, Work};

/// A file with every key and what it means.
pub const EXAMPLE: &str = include_str!("../example.toml");

/// Why a file is no forecast's.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FileError {
    /// It can't be read as what it has to be.
    #[error("{0}\nCounts are whole numbers; the example shows every key")]
    NotCounts(String),
    /// Nothing was counted.
    #[error(
        "there is no data: nobody wrote in the hours counted here, so there is nothing to forecast from. Count for two weeks or more, for each language, how many first messages come in each hour of the day and how many guides are on duty; then how long conversations take"
    )]
    NoData,
    /// A language without anybody on duty all week.
    #[error(
        "nobody is on duty for {0:?} in any hour of the week, so nobody would ever be answered: put the rota under `guides`, or ask with --guides what so many could carry"
    )]
    NobodyOnDuty(String),
    /// Not one row or seven of 24.
    #[error("`{key}` of {language:?} has to be one row of 24 hours or seven, from Monday on")]
    Rows {
        /// Of which language.
        language: String,
        /// Which key.
        key: &'static str,
    },
    /// A number that cannot be.
    #[error("`{0}` has a number that cannot be: {1}")]
    Number(&'static str, &'static str),
    /// A language without a name, or twice.
    #[error("each team needs a `language` of its own, such as \"ko\"; {0:?} is not")]
    Language(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLine {
    weeks: u32,
    #[serde(default)]
    team: Vec<RawTeam>,
    #[serde(default)]
    conversations: RawWork,
    #[serde(default)]
    surge: RawWork,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTeam {
    language: String,
    arrivals: Vec<Vec<u32>>,
    #[serde(default)]
    acute: Option<u32>,
    #[serde(default)]
    guides: Vec<Vec<u32>>,
    #[serde(default)]
    trainees: Vec<Vec<u32>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawWork {
    acute: Option<Vec<(u32, u32, u32)>>,
    others: Option<Vec<(u32, u32, u32)>>,
    first_reply_acute: Option<f64>,
    first_reply_others: Option<f64>,
    two_at_once: Option<f64>,
    patience: Option<f64>,
}

/// More than this in one hour is a mistake.
const MOST_IN_A_CELL: u32 = 1_000_000;
/// More guides than this are not on duty at once.
const MOST_GUIDES: u32 = 1_000;
/// Minutes of a day: no conversation at one sitting is longer.
const DAY: f64 = 1_440.0;

/// One row for every day, or seven.
fn rows(rows: &[Vec<u32>], key: &'static str, language: &str) -> Result<Vec<u32>, FileError> {
    let refused = || FileError::Rows {
        language: language.into(),
        key,
    };
    let is_day = |row: &Vec<u32>| row.len() == 24;
    if !matches!(rows.len(), 1 | 7) || !rows.iter().all(is_day) {
        return Err(refused());
    }
    Ok(rows.iter().flatten().copied().cycle().take(WEEK).collect())
}

fn at_most(all: &[u32], most: u32, key: &'static str) -> Result<(), FileError> {
    match all.iter().all(|count| *count <= most) {
        true => Ok(()),
        false => Err(FileError::Number(key, "more than can be in one hour")),
    }
}

fn staff(raw: &[Vec<u32>], key: &'static str, language: &str) -> Result<Vec<u32>, FileError> {
    if raw.is_empty() {
        return Ok(vec![0; WEEK]);
    }
    let staff = rows(raw, key, language)?;
    at_most(&staff, MOST_GUIDES, key)?;
    Ok(staff)
}

fn team(raw: &RawTeam, weeks: u32) -> Result<(Team, u64), FileError> {
    let language = raw.language.as_str();
    let counts = rows(&raw.arrivals, "arrivals", language)?;
    at_most(&counts, MOST_IN_A_CELL, "arrivals")?;
    let counted: u64 = raw.arrivals.iter().flatten().copied().map(u64::from).sum();
    // One row holds all days of all weeks together.
    let days = if raw.arrivals.len() == 1 { 7 } else { 1 };
    let over = f64::from(weeks) * f64::from(days);
    let guides = staff(&raw.guides, "guides", language)?;
    let trainees = staff(&raw.trainees, "trainees", language)?;
    let week = counts.iter().zip(guides.iter().zip(&trainees));
    let week = week.map(|(count, (guides, trainees))| Hour {
        arrivals: f64::from(*count) / over,
        guides: *guides,
        trainees: *trainees,
    });
    let acute_share = match raw.acute {
        Some(acute) if u64::from(acute) > counted => {
            return Err(FileError::Number("acute", "more than wrote at all"));
        }
        Some(acute) if counted > 0 => f64::from(acute) / counted as f64,
        _ => ACUTE_SHARE,
    };
    let team = Team {
        language: language.into(),
        week: week.collect(),
        acute_share,
    };
    Ok((team, counted))
}

fn lengths(raw: &[(u32, u32, u32)], key: &'static str) -> Result<Lengths, FileError> {
    let bins = raw.iter().map(|(from, to, count)| {
        let bin = Bin {
            from: f64::from(*from),
            to: f64::from(*to),
            count: f64::from(*count),
        };
        match bin.from <= bin.to && bin.to > 0.0 && bin.to <= DAY {
            true => Ok(bin),
            false => Err(FileError::Number(
                key,
                "write [from, to, how many], in minutes of one day, the shorter first",
            )),
        }
    });
    let bins = bins.collect::<Result<Vec<_>, _>>()?;
    match bins.iter().any(|bin| bin.count > 0.0) {
        true => Ok(Lengths::Counted(bins)),
        false => Err(FileError::Number(
            key,
            "no conversation was counted; leave the key out",
        )),
    }
}

fn within(value: f64, from: f64, to: f64, key: &'static str) -> Result<f64, FileError> {
    // What is no number lies in no range.
    match (from..=to).contains(&value) {
        true => Ok(value),
        false => Err(FileError::Number(
            key,
            "the example says from where to where",
        )),
    }
}

fn work(raw: &RawWork, mut work: Work) -> Result<Work, FileError> {
    if let Some(bins) = &raw.acute {
        work.acute = lengths(bins, "acute")?;
    }
    if let Some(bins) = &raw.others {
        work.others = lengths(bins, "others")?;
    }
    if let Some(minutes) = raw.first_reply_acute {
        work.reply_acute = within(minutes, 0.0, DAY, "first_reply_acute")?;
    }
    if let Some(minutes) = raw.first_reply_others {
        work.reply_others = within(minutes, 0.0, DAY, "first_reply_others")?;
    }
    if let Some(stretch) = raw.two_at_once {
        work.stretch = within(stretch, 1.0, 2.0, "two_at_once")?;
    }
    if let Some(patience) = raw.patience {
        work.patience = Some(within(patience, 1.0, 100.0 * DAY, "patience")?);
    }
    Ok(work)
}

/// What the file does not say.
fn assumed(raw: &RawLine) -> Vec<Assumption> {
    let talks = &raw.conversations;
    let has_reply = talks.first_reply_acute.is_some() && talks.first_reply_others.is_some();
    let said = [
        (
            raw.team.iter().all(|team| team.acute.is_some()),
            Assumption::AcuteShare,
        ),
        (
            talks.acute.is_some() && talks.others.is_some(),
            Assumption::Conversations,
        ),
        (has_reply, Assumption::FirstReply),
        (talks.two_at_once.is_some(), Assumption::TwoAtOnce),
        (
            raw.surge.acute.is_some() && raw.surge.others.is_some(),
            Assumption::Surge,
        ),
    ];
    let missing = said.into_iter().filter(|(is_said, _)| !is_said);
    missing.map(|(_, assumption)| assumption).collect()
}

impl Line {
    /// Reads a file of counts.
    ///
    /// # Errors
    /// For what is no such file, for numbers that cannot be, and when nobody wrote in the hours that were counted.
    pub fn parse(text: &str) -> Result<Line, FileError> {
        let raw: RawLine =
            toml::from_str(text).map_err(|error| FileError::NotCounts(error.to_string()))?;
        if !(1..=520).contains(&raw.weeks) {
            return Err(FileError::Number("weeks", "count for 1 to 520 weeks"));
        }
        let mut line = Line {
            teams: Vec::new(),
            work: work(&raw.conversations, assumed_work())?,
            surge_work: work(&raw.surge, assumed_surge_work())?,
            counted: 0,
            weeks: raw.weeks,
            assumed: assumed(&raw),
        };
        for one in &raw.team {
            let is_there = line.teams.iter().any(|team| team.language == one.language);
            let is_tag = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
            let is_language =
                (1..=16).contains(&one.language.len()) && one.language.chars().all(is_tag);
            if !is_language || is_there {
                return Err(FileError::Language(one.language.clone()));
            }
            let (team, counted) = team(one, raw.weeks)?;
            line.counted += counted;
            line.teams.push(team);
        }
        match line.counted {
            0 => Err(FileError::NoData),
            _ => Ok(line),
        }
    }

    /// Whether somebody is on duty for every language in which anybody writes.
    ///
    /// # Errors
    /// Names the first language for which nobody ever is.
    pub fn has_a_rota(&self) -> Result<(), FileError> {
        let is_alone = |team: &&Team| {
            let on_duty = |hour: &Hour| hour.guides + hour.trainees > 0;
            team.people() > 0.0 && !team.week.iter().any(on_duty)
        };
        let alone = self.teams.iter().find(is_alone);
        alone.map_or(Ok(()), |team| {
            Err(FileError::NobodyOnDuty(team.language.clone()))
        })
    }
}

//! `cargo xtask drill absence`: a guide's desk was off for a week of a busy line; how long it takes until it has caught up.
//!
//! The week is written by real desks through the real relay, as fast as they compute; then the desk that was off reads all of it. HTTP and the
//! vault come on top: `cargo xtask bench absence` has them too.
#![allow(
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    reason = "a drill tells how long the computing took, and counts what fits into a float"
)]

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;
use std::time::Instant;

use anyhow::{Context, Result};
use desk::{CaseLabel, Command};
use relay::Sequence;
use serde::Serialize;
use statements::Stage;
use wire::{ENVELOPE_SIZE, SequencedEnvelope};

use super::contact::Contact;
use super::line::{DrillLine, text};
use super::station::{Given, Station};
use crate::desk_files;
use crate::night::ground;

/// How many contacts write before the desks take what there is.
const AT_ONCE: usize = 40;

/// What happened.
#[derive(Serialize)]
pub(crate) struct Report {
    desks: usize,
    cases: usize,
    /// Log entries and posts that were there to be read, and their bytes.
    log_entries: usize,
    posts: usize,
    megabytes: f64,
    /// Getting them from the store, in seconds.
    reading_seconds: f64,
    /// Opening and folding them, in seconds, and how many a second.
    folding_seconds: f64,
    a_second: f64,
    /// What the vault then has: records, and their bytes.
    records: usize,
    record_megabytes: f64,
    /// Cases that another desk knows of and this one does not, or the other way round.
    differing: usize,
}

/// What a desk has to catch up with.
#[derive(Serialize)]
pub(crate) struct Week {
    /// Log entries and posts.
    entries: usize,
    /// Contacts who wait when it is back.
    waiting: usize,
}

impl Report {
    /// Whether it knows in the end what those know who were there.
    pub(crate) fn is_good(&self) -> bool {
        self.differing == 0 && self.log_entries > self.cases
    }

    pub(crate) fn print(&self) {
        println!(
            "{} desks, {} cases in the week: {} log entries and {} posts to catch up with, {:.1} MB",
            self.desks, self.cases, self.log_entries, self.posts, self.megabytes
        );
        println!(
            "reading them from the store    {:6.2} s",
            self.reading_seconds
        );
        println!(
            "opening and folding them       {:6.2} s, {:.0} a second",
            self.folding_seconds, self.a_second
        );
        println!(
            "in the vault                   {} records, {:.2} MB",
            self.records, self.record_megabytes
        );
        println!("cases that it sees otherwise   {}", self.differing);
    }
}

/// A week of a line: everybody who writes is taken, answered, and closed.
fn week(line: &mut DrillLine, cases: usize) -> Result<()> {
    let guides = line.stations.len();
    for begun in (0..cases).step_by(AT_ONCE) {
        eprintln!("{begun} of {cases} cases");
        let mut labels = Vec::new();
        for number in begun..cases.min(begun + AT_ONCE) {
            let mut contact = Contact::new(line);
            contact.write(line, &format!("question {number}"))?;
            labels.push(CaseLabel::of(&contact.case.context("nothing was written")?));
        }
        line.settle()?;
        for some in labels.chunks(guides) {
            for (guide, label) in some.iter().enumerate() {
                line.command(guide, Command::Take(*label))?;
            }
            line.settle()?;
            for (guide, case) in some.iter().enumerate() {
                let text = text(&format!("answer of {guide}"));
                line.command(guide, Command::Answer { case: *case, text })?;
                line.command(guide, Command::Destroy(*case))?;
            }
            line.settle()?;
        }
    }
    Ok(())
}

/// The cases that a desk sees waiting.
fn waiting(line: &DrillLine, station: usize) -> Result<BTreeSet<CaseLabel>> {
    let station = line.stations.get(station).context("no such desk")?;
    let waiting = station.desk.view(line.now).waiting;
    Ok(waiting.iter().map(|case| case.label).collect())
}

/// Plays a week without one desk; gives that desk.
fn missed(line: &mut DrillLine, desks: usize, cases: usize) -> Result<Station> {
    let newcomers: Vec<(String, Stage)> = (1..desks)
        .map(|number| (format!("Guide {number}"), Stage::Guide))
        .collect();
    line.admit(&newcomers)?;
    line.plan()?;
    let absent = line.stations.pop().context("no desk to be absent")?;
    week(line, cases)?;
    // Some wait still when he is back.
    for number in 0..AT_ONCE {
        Contact::new(line).write(line, &format!("still waiting {number}"))?;
    }
    line.settle()?;
    Ok(absent)
}

/// What the relay has that a desk has not read: of the team log, and of the tray.
fn unread(
    line: &DrillLine,
    station: &Station,
) -> Result<(Vec<SequencedEnvelope>, Vec<SequencedEnvelope>)> {
    let cursors = station.desk.cursors();
    let log = line.read_after(Sequence::Log, cursors.log_after)?;
    let tray = line.read_after(Sequence::Tray, cursors.posts_after)?;
    Ok((log, tray))
}

/// Makes `store`, `line.statements` and `records` in a directory, of a week that the desk of these records missed, for `bench absence`.
///
/// # Errors
/// When the line can't be made, or a desk refuses what it is told.
pub(crate) fn write(directory: &Path, desks: usize, cases: usize) -> Result<Week> {
    let mut line = DrillLine::found_in(&directory.join("store"), 1, ground::now()?)?;
    let absent = missed(&mut line, desks, cases)?;
    let (log, tray) = unread(&line, &absent)?;
    let document = line.relay.line_document(line.now);
    desk_files::write(directory, &document, absent.records)?;
    Ok(Week {
        entries: log.len() + tray.len(),
        waiting: AT_ONCE,
    })
}

/// Plays a week without one desk, and lets it catch up.
///
/// # Errors
/// When the line can't be made, or a desk refuses what it is told.
pub(crate) fn run(desks: usize, cases: usize) -> Result<Report> {
    let mut line = DrillLine::found(1)?;
    let mut absent = missed(&mut line, desks, cases)?;

    let begun = Instant::now();
    let (log, tray) = unread(&line, &absent)?;
    let reading_seconds = begun.elapsed().as_secs_f64();
    let given = Mutex::new(Given::default());
    let begun = Instant::now();
    absent.read((&log, &tray), &line.relay, &line.runtime, line.now, &given)?;
    let folding_seconds = begun.elapsed().as_secs_f64();

    let read = log.len() + tray.len();
    let records = absent.records.len();
    let bytes: usize = absent.records.values().map(|value| value.len()).sum();
    line.stations.push(absent);
    line.settle()?;
    let (there, back) = (waiting(&line, 0)?, waiting(&line, desks - 1)?);
    Ok(Report {
        desks,
        cases,
        log_entries: log.len(),
        posts: tray.len(),
        megabytes: (read * ENVELOPE_SIZE) as f64 / 1e6,
        reading_seconds,
        folding_seconds,
        a_second: read as f64 / folding_seconds,
        records,
        record_megabytes: bytes as f64 / 1e6,
        differing: there.symmetric_difference(&back).count(),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test")]

    use super::*;

    #[test]
    fn a_desk_that_was_off_knows_in_the_end_what_the_others_know() {
        let report = run(4, 12).unwrap();
        assert!(report.is_good());
        assert_eq!(report.posts, AT_ONCE, "what was taken is not there");
    }
}

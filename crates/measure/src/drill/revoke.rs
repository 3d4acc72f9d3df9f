//! `cargo xtask drill revoke`: a coordinator shuts out a guide in the middle of a full evening; how long it takes until the device reads
//! nothing new and its cases are answered by others, and whether everything that was promised holds.
#![allow(
    clippy::disallowed_methods,
    reason = "a drill tells how long the computing took"
)]

use std::collections::BTreeSet;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use desk::{CaseLabel, Command, ExposedState};
use serde::Serialize;
use statements::{RemovalReason, Stage};

use super::contact::Contact;
use super::line::{DrillLine, text};
use super::modified::Modified;
use super::station::Station;

/// The coordinator who shuts the device out.
const REVOKING: usize = 1;
/// The desks of coordinators.
const COORDINATORS: usize = 3;
/// The guide who is shut out.
const REMOVED: usize = COORDINATORS;
/// How many cases that guide took at most.
const HIS: usize = 8;
/// How many of them he gave to colleagues since.
const GIVEN_AWAY: usize = 2;

/// What happened.
#[derive(Serialize)]
pub(crate) struct Report {
    desks: usize,
    cases: usize,
    /// The cases that the removed device held.
    held: usize,
    /// Of those, the ones that have new keys and are back in the queue.
    rekeyed: usize,
    /// Of those, the ones that colleagues took with all that was written and answered before.
    taken_with_context: usize,
    /// Computing until the relay lets the device in no longer, in seconds.
    refused_seconds: f64,
    /// Computing of all desks until the team has new keys, in seconds.
    new_keys_seconds: f64,
    /// Computing of all desks until the last case is back in the queue, in seconds.
    queue_seconds: f64,
    /// How often each desk read what is new until then; a desk that hears of news at once needs as many turns.
    queue_rounds: usize,
    /// Whether the exposure list of each coordinator names just the cases that the device could read.
    exposure_complete: bool,
    /// The contacts who are to be told, and those who read it at their next visit.
    to_tell: usize,
    told: usize,
    /// Messages that are at no desk, or at more than one.
    lost: usize,
    /// What was written to new keys, and how much of it the removed device opens, with everything that it ever had.
    written_after: usize,
    read_by_removed: usize,
    /// What the removal cost, in log entries of 4,096 bytes each.
    log_entries: usize,
    /// The whole drill, in seconds.
    seconds: f64,
}

impl Report {
    /// Whether every promise was kept.
    pub(crate) fn is_good(&self) -> bool {
        self.rekeyed == self.held
            && self.taken_with_context == self.held
            && self.exposure_complete
            && self.told == self.to_tell
            && self.lost == 0
            && self.read_by_removed == 0
    }

    pub(crate) fn print(&self) {
        println!("{} desks, {} open cases", self.desks, self.cases);
        println!(
            "the relay refuses the device after   {:6.2} s of computing",
            self.refused_seconds
        );
        println!(
            "the team, its shift have new keys    {:6.2} s (all desks)",
            self.new_keys_seconds
        );
        println!(
            "its cases are back in the queue      {:6.2} s (all desks, {} turns each)",
            self.queue_seconds, self.queue_rounds
        );
        println!(
            "cases with new keys                  {} of {}",
            self.rekeyed, self.held
        );
        println!(
            "taken by others with their context   {} of {}",
            self.taken_with_context, self.held
        );
        println!(
            "exposure list complete               {}",
            self.exposure_complete
        );
        println!(
            "contacts told at their next visit    {} of {}",
            self.told, self.to_tell
        );
        println!("messages lost or doubled             {}", self.lost);
        println!(
            "read by the removed device           {} of {} written to new keys",
            self.read_by_removed, self.written_after
        );
        println!(
            "cost                                 {} log entries",
            self.log_entries
        );
        println!(
            "the whole drill                      {:6.0} s",
            self.seconds
        );
    }
}

struct Drill {
    line: DrillLine,
    contacts: Vec<Contact>,
    /// Which desk has each contact's case.
    holders: Vec<usize>,
}

impl Drill {
    fn label(&self, contact: usize) -> Result<CaseLabel> {
        let contact = self.contacts.get(contact).context("no such contact")?;
        Ok(CaseLabel::of(&contact.case.context("nothing was written")?))
    }

    /// A line with so many desks, all on duty, and so many cases, each with a first post, an answer and a follow-up.
    fn set_up(desks: usize, cases: usize) -> Result<Drill> {
        eprintln!("{desks} desks are admitted");
        let mut line = DrillLine::found(1)?;
        let newcomers: Vec<(String, Stage)> = (1..desks)
            .map(|number| {
                let stage = match number < COORDINATORS {
                    true => Stage::Coordinator,
                    false => Stage::Guide,
                };
                (format!("Guide {number}"), stage)
            })
            .collect();
        for some in newcomers.chunks(50) {
            line.admit(some)?;
        }
        line.delegate(2, &(0..COORDINATORS).collect::<Vec<_>>())?;
        line.plan()?;
        eprintln!("{cases} contacts write, and are answered");
        let mut contacts: Vec<Contact> = (0..cases).map(|_| Contact::new(&mut line)).collect();
        for (number, contact) in contacts.iter_mut().enumerate() {
            contact.write(&line, &format!("canary {number} first"))?;
        }
        line.settle()?;
        let guides = desks - COORDINATORS;
        let his = HIS.min(cases / 2);
        let holders: Vec<usize> = (0..cases)
            .map(|number| match number < his {
                true => REMOVED,
                false if guides > 1 => REMOVED + 1 + number % (guides - 1),
                false => REMOVED,
            })
            .collect();
        let mut drill = Drill {
            line,
            contacts,
            holders,
        };
        drill.take_and_answer()?;
        drill.give_away(his)?;
        for number in 0..cases {
            let contact = drill.contacts.get_mut(number).context("no such contact")?;
            contact.visit(&mut drill.line)?;
            contact.write(&drill.line, &format!("canary {number} second"))?;
        }
        drill.line.settle()?;
        Ok(drill)
    }

    /// Every guide takes one case after the other, answers it and waits for the contact, as one person can.
    fn take_and_answer(&mut self) -> Result<()> {
        let mut places = std::collections::BTreeMap::<usize, usize>::new();
        let place_of = self.holders.iter().map(|holder| {
            let place = places.entry(*holder).or_default();
            *place += 1;
            *place
        });
        let place_of: Vec<usize> = place_of.collect();
        for place in 1..=place_of.iter().copied().max().unwrap_or(0) {
            let turn = |number: usize| place_of.get(number) == Some(&place);
            self.for_each(turn, |label, _| Command::Take(label))?;
            self.answer_and_hold(turn)?;
        }
        Ok(())
    }

    fn answer_and_hold(&mut self, which: impl Fn(usize) -> bool) -> Result<()> {
        let answer = |case, number: usize| Command::Answer {
            case,
            text: text(&format!("answer {number}")),
        };
        self.for_each(&which, answer)?;
        self.for_each(&which, |label, _| Command::Hold(label))
    }

    /// The holder of each case does something.
    fn for_each(
        &mut self,
        which: impl Fn(usize) -> bool,
        command: impl Fn(CaseLabel, usize) -> Command,
    ) -> Result<()> {
        for number in (0..self.contacts.len()).filter(|number| which(*number)) {
            let label = self.label(number)?;
            let holder = *self.holders.get(number).context("no holder")?;
            self.line.command(holder, command(label, number))?;
        }
        self.line.settle()?;
        Ok(())
    }

    /// The guide who will be shut out had some cases that he gave to colleagues.
    fn give_away(&mut self, his: usize) -> Result<()> {
        let to = REMOVED + 1;
        if to >= self.line.stations.len() {
            return Ok(());
        }
        let device = self.line.device(to)?;
        let given = given_away(his);
        self.for_each(
            |number| number < given,
            |case, _| Command::Transfer {
                case,
                to: device,
                note: text("yours"),
            },
        )?;
        for holder in self.holders.iter_mut().take(given) {
            *holder = to;
        }
        Ok(())
    }

    /// The contacts whose cases a desk has.
    fn of(&self, desk: usize) -> Vec<usize> {
        let holders = self.holders.iter().enumerate();
        holders
            .filter(|(_, holder)| **holder == desk)
            .map(|(number, _)| number)
            .collect()
    }

    /// What contacts wrote that is not at exactly one desk.
    fn lost(&self) -> usize {
        let mut places = std::collections::BTreeMap::<String, usize>::new();
        for station in &self.line.stations {
            for row in station.desk.view(self.line.now).cases {
                let case = station.desk.case(row.label);
                for message in case.into_iter().flat_map(|case| case.messages) {
                    if message.from_contact {
                        *places.entry(message.text.to_string()).or_default() += 1;
                    }
                }
            }
        }
        let written = self.contacts.iter().flat_map(|contact| &contact.written);
        written.filter(|text| places.get(*text) != Some(&1)).count()
    }

    fn exposed_labels(&self, desk: usize) -> Result<Option<BTreeSet<CaseLabel>>> {
        let station = self.line.stations.get(desk).context("no such desk")?;
        let exposures = station.desk.view(self.line.now).exposures;
        let exposed = exposures.first();
        Ok(exposed.map(|exposed| exposed.cases.iter().map(|case| case.label).collect()))
    }

    fn are_rekeyed(&self, labels: &[CaseLabel]) -> Result<usize> {
        let station = self.line.stations.get(REVOKING).context("no such desk")?;
        let exposures = station.desk.view(self.line.now).exposures;
        let cases = exposures.iter().flat_map(|exposed| &exposed.cases);
        let waiting = station.desk.view(self.line.now).waiting;
        let queued = |label: &CaseLabel| {
            let mut rows = waiting.iter();
            rows.any(|row| row.label == *label && row.returned)
        };
        Ok(cases
            .filter(|case| labels.contains(&case.label) && queued(&case.label))
            .filter(|case| case.state == ExposedState::Rekeyed)
            .count())
    }
}

/// How many of so many cases he gave away.
fn given_away(his: usize) -> usize {
    GIVEN_AWAY.min(his / 3)
}

/// The drill.
///
/// # Errors
/// When the line can't be brought up at all; a broken promise is in the report.
pub(crate) fn run(desks: usize, cases: usize) -> Result<Report> {
    ensure!(
        desks >= COORDINATORS + 2,
        "at least {} desks",
        COORDINATORS + 2
    );
    ensure!(cases >= 4, "at least 4 cases");
    let started = Instant::now();
    let mut drill = Drill::set_up(desks, cases)?;
    let his = drill.of(REMOVED);
    let labels: Result<Vec<CaseLabel>> = his.iter().map(|one| drill.label(*one)).collect();
    let labels = labels?;
    let given: Vec<usize> = (0..given_away(HIS.min(cases / 2))).collect();
    let could_read: Result<BTreeSet<CaseLabel>> = given
        .iter()
        .chain(&his)
        .map(|one| drill.label(*one))
        .collect();
    let could_read = could_read?;
    let shift_before = drill.line.shift()?.number();

    eprintln!("a device is shut out");
    let entries = drill.line.entries;
    let clock = Instant::now();
    let revoke = Command::Revoke {
        device: drill.line.device(REMOVED)?,
        reason: RemovalReason::Lost,
    };
    drill.line.command(REVOKING, revoke)?;
    let (mut refused, mut keys, mut queued) = (None, None, None);
    let mut rounds = 0;
    while queued.is_none() && rounds < 40 {
        rounds += 1;
        let any = drill.line.round()?;
        if refused.is_none() && !drill.line.lets_in(REMOVED)? {
            refused = Some(clock.elapsed().as_secs_f64());
        }
        if keys.is_none() && drill.line.shift()?.number() > shift_before {
            keys = Some(clock.elapsed().as_secs_f64());
        }
        if drill.are_rekeyed(&labels)? == labels.len() {
            queued = Some(clock.elapsed().as_secs_f64());
        }
        if !any {
            break;
        }
    }
    drill.line.settle()?;
    let rekeyed = drill.are_rekeyed(&labels)?;
    let log_entries = drill.line.entries - entries;
    let exposed = [0, REVOKING, 2].map(|desk| drill.exposed_labels(desk));
    let exposed: Result<Vec<_>> = exposed.into_iter().collect();
    let exposure_complete = exposed?
        .iter()
        .all(|list| list.as_ref() == Some(&could_read));

    eprintln!("colleagues take its cases");
    let others = desks - REMOVED - 1;
    let takers: BTreeSet<usize> = (0..his.len())
        .map(|place| REMOVED + 1 + place % others)
        .collect();
    let busy: Vec<bool> = drill
        .holders
        .iter()
        .map(|holder| takers.contains(holder))
        .collect();
    drill.answer_and_hold(|number| busy.get(number) == Some(&true))?;
    for (place, number) in his.iter().enumerate() {
        if let Some(holder) = drill.holders.get_mut(*number) {
            *holder = REMOVED + 1 + place % others;
        }
    }
    drill.for_each(
        |number| his.contains(&number),
        |label, _| Command::Take(label),
    )?;
    let mut with_context = 0;
    for number in &his {
        let holder = *drill.holders.get(*number).context("no holder")?;
        let station = drill.line.stations.get(holder).context("no such desk")?;
        let case = station.desk.case(drill.label(*number)?);
        let texts: Vec<String> = case
            .into_iter()
            .flat_map(|case| case.messages)
            .map(|message| message.text.to_string())
            .collect();
        let due = [
            format!("canary {number} first"),
            format!("answer {number}"),
            format!("canary {number} second"),
        ];
        with_context += usize::from(due.iter().all(|text| texts.contains(text)));
    }

    eprintln!("contacts come back");
    let mut told = 0;
    let mut written_after = Vec::new();
    for number in given.iter().chain(&his) {
        let contact = drill.contacts.get_mut(*number).context("no such contact")?;
        contact.visit(&mut drill.line)?;
        told += usize::from(contact.has_read("exposed") == 1);
        let words = format!("canary {number} after");
        contact.write(&drill.line, &words)?;
        written_after.push(words);
    }
    let mut newcomer = Contact::new(&mut drill.line);
    newcomer.write(&drill.line, "canary of a newcomer")?;
    written_after.push("canary of a newcomer".into());
    drill.contacts.push(newcomer);
    drill.holders.push(REMOVED + 1);
    let modified = Modified::of(&drill.line, REMOVED)?.read(&drill.line)?;
    drill.line.settle()?;
    let last = drill.contacts.len() - 1;
    let busy: Vec<bool> = drill
        .holders
        .iter()
        .enumerate()
        .map(|(number, holder)| *holder == REMOVED + 1 && number != last)
        .collect();
    drill.answer_and_hold(|number| busy.get(number) == Some(&true))?;
    drill.for_each(|number| number == last, |label, _| Command::Take(label))?;
    let read = |text: &&String| Station::holds(&modified, text);
    Ok(Report {
        desks,
        cases,
        held: his.len(),
        rekeyed,
        taken_with_context: with_context,
        refused_seconds: refused.unwrap_or(f64::INFINITY),
        new_keys_seconds: keys.unwrap_or(f64::INFINITY),
        queue_seconds: queued.unwrap_or(f64::INFINITY),
        queue_rounds: rounds,
        exposure_complete,
        to_tell: given.len() + his.len(),
        told,
        lost: drill.lost(),
        written_after: written_after.len(),
        read_by_removed: written_after.iter().filter(read).count(),
        log_entries,
        seconds: started.elapsed().as_secs_f64(),
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_small_line_keeps_every_promise_when_a_device_is_shut_out() {
        let report = super::run(7, 12).unwrap();
        let json = serde_json::to_string(&report).unwrap();
        assert!(report.is_good(), "{json}");
        assert!(report.held > 0 && report.to_tell > report.held);
    }
}

//! `cargo xtask drill surge`: the day of an announcement (scenario S12): 2,000 first messages between noon and midnight, 12 guides on
//! shift and 40 to call. Real keys, the real relay and the real store; the people and the clock are simulated.
#![allow(
    clippy::disallowed_methods,
    reason = "a drill tells how long the computing took"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use desk::{CaseLabel, Command, MessageKind, Notice};
use protocol::{Ending, Language, Readiness, Text, Urgency};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use statements::Stage;
use wire::Minute;

use super::contact::Contact;
use super::line::DrillLine;
use super::surge_forecast::{self, Everybody};
use super::surge_model::{self as model, Need};
use super::surge_report::Report;

/// The desks of coordinators.
const COORDINATORS: usize = 2;
/// A surge is said, and those on the call list are called, once so many wait for each guide who is there.
const WAITING_EACH: usize = 2;
/// The card that settles a question.
const CARDS: &str = r#"{"demonstration":true,"cards":[{"id":"is-this-real","class":"general","reviewed":"2024-10-01","review_by":"2025-03-01",
    "sources":[{"title":"이 안내창구","kind":"primary"}],"texts":{"ko":{"question":"진짜입니까?","answer":"확인 단어를 비교하십시오."}}}]}"#;

/// Somebody who writes.
struct Person {
    contact: Contact,
    need: Need,
    urgency: Urgency,
    wrote: Minute,
    told: Option<u16>,
    first_answer: Option<Minute>,
    answers: usize,
    writes_at: Option<Minute>,
}

struct Drill {
    line: DrillLine,
    rng: ChaCha8Rng,
    people: Vec<Person>,
    of_case: BTreeMap<CaseLabel, usize>,
    /// When whoever has a case will have written the next answer.
    due: BTreeMap<CaseLabel, Minute>,
    /// Who was called, and when they come.
    coming: BTreeMap<usize, Minute>,
    acute: BTreeMap<usize, usize>,
    surge: Option<u32>,
    report: Report,
}

impl Drill {
    fn set_up(messages: usize, minutes: u32, on_shift: usize, to_call: usize) -> Result<Drill> {
        let guides = on_shift + to_call;
        eprintln!("{} desks are admitted", guides + COORDINATORS);
        let mut line = DrillLine::found(12)?;
        let newcomers: Vec<(String, Stage)> = (1..guides + COORDINATORS)
            .map(|number| match number < COORDINATORS {
                true => (format!("Coordinator {number}"), Stage::Coordinator),
                false => (format!("Guide {number}"), Stage::Guide),
            })
            .collect();
        for some in newcomers.chunks(30) {
            line.admit(some)?;
        }
        line.delegate(2, &(0..COORDINATORS).collect::<Vec<_>>())?;
        line.command(0, Command::PublishCards(CARDS.into()))?;
        line.settle()?;
        let second = line.stations.get(1).context("no second coordinator")?;
        let proposals = second.desk.view(line.now).proposals;
        for proposal in proposals {
            line.command(1, Command::Approve(proposal.label))?;
        }
        line.plan()?;
        let mut drill = Drill {
            line,
            rng: ChaCha8Rng::seed_from_u64(12),
            people: Vec::new(),
            of_case: BTreeMap::new(),
            due: BTreeMap::new(),
            coming: BTreeMap::new(),
            acute: BTreeMap::new(),
            surge: None,
            report: Report {
                messages,
                minutes,
                on_shift,
                to_call,
                assumed_card_share: model::CARD_SHARE,
                ..Report::default()
            },
        };
        for guide in drill.guides() {
            let command = match guide < COORDINATORS + on_shift {
                true => Command::CheckIn(Readiness::Here),
                false => Command::BeOnCallList(true),
            };
            drill.line.command(guide, command)?;
        }
        drill.line.settle()?;
        Ok(drill)
    }

    fn guides(&self) -> std::ops::Range<usize> {
        COORDINATORS..self.line.stations.len()
    }

    /// Somebody writes for the first time, and is told what the page then shows.
    fn arrives(&mut self) -> Result<()> {
        let need = model::need(&mut self.rng);
        let urgency = need.urgency(&mut self.rng);
        let mut contact = Contact::new(&mut self.line);
        let words = format!("canary {} first", self.people.len());
        let verified = self.line.line()?;
        let wait = verified.wait(self.line.now);
        self.report.told_at_once += usize::from(wait.is_some());
        let told = wait.and_then(statements::WaitNotice::expected);
        contact.write_with(&self.line, &words, urgency)?;
        self.report.acknowledged += 1;
        let case = contact.case.context("nothing was written")?;
        self.of_case.insert(CaseLabel::of(&case), self.people.len());
        self.people.push(Person {
            contact,
            need,
            urgency,
            wrote: self.line.now,
            told,
            first_answer: None,
            answers: 0,
            writes_at: None,
        });
        Ok(())
    }

    /// Contacts who were answered read, and some write again.
    fn contacts_come_back(&mut self) -> Result<()> {
        for person in &mut self.people {
            if person.writes_at.is_none_or(|at| at > self.line.now) {
                continue;
            }
            person.writes_at = None;
            person.contact.visit(&mut self.line)?;
            if person.answers < person.need.answers() {
                let words = format!("canary again {}", person.answers);
                person
                    .contact
                    .write_with(&self.line, &words, person.urgency)?;
                self.report.acknowledged += 1;
            }
        }
        Ok(())
    }

    /// What one guide does in one minute.
    fn works(&mut self, guide: usize) -> Result<()> {
        let now = self.line.now;
        let station = self.line.stations.get(guide).context("no such desk")?;
        let view = station.desk.view(now);
        if !view.checked_in {
            return self.maybe_comes(guide);
        }
        for row in view.cases.iter().filter(|row| !row.destroyed) {
            let Some(number) = self.of_case.get(&row.label).copied() else {
                continue;
            };
            let need = self.people.get(number).context("nobody")?.need;
            if row.unanswered {
                let due = *self
                    .due
                    .entry(row.label)
                    .or_insert_with(|| now.plus(need.minutes()));
                if due <= now {
                    self.answers(guide, row.label, number)?;
                }
            } else if row.uncollected == 0 && self.is_settled(number) {
                self.settles(guide, row.label, need)?;
            }
        }
        self.line.command(guide, Command::TakeNext)?;
        let station = self.line.stations.get(guide).context("no such desk")?;
        let took = station.desk.view(now).waiting.iter().any(|row| row.taking);
        if took {
            // Desks hear of a take at once: nobody else takes the same a moment later.
            self.line.settle()?;
        }
        Ok(())
    }

    fn is_settled(&self, number: usize) -> bool {
        let person = self.people.get(number);
        person.is_some_and(|person| person.answers >= person.need.answers())
    }

    fn answers(&mut self, guide: usize, case: CaseLabel, number: usize) -> Result<()> {
        let now = self.line.now;
        self.due.remove(&case);
        let person = self.people.get_mut(number).context("nobody")?;
        let command = match person.need {
            Need::Card => Command::AnswerWithCard {
                case,
                card: "is-this-real".into(),
                language: Language::Korean,
            },
            Need::Talk | Need::Acute => Command::Answer {
                case,
                text: Text::new("I am here").map_err(|_| anyhow::anyhow!("a short text fits"))?,
            },
        };
        person.answers += 1;
        person.first_answer.get_or_insert(now);
        person.writes_at = Some(now.plus(model::WRITES_AFTER));
        // Between two answers of a talk the person stays with it.
        let is_over = person.answers >= person.need.answers();
        self.line.command(guide, command)?;
        if is_over {
            self.line.command(guide, Command::Hold(case))?;
        }
        Ok(())
    }

    fn settles(&mut self, guide: usize, case: CaseLabel, need: Need) -> Result<()> {
        self.report.settled += 1;
        self.report.settled_by_cards += usize::from(need == Need::Card);
        let ending = Ending::Closed;
        self.line.command(guide, Command::CloseAs { case, ending })
    }

    /// Whoever was called comes a little later.
    fn maybe_comes(&mut self, guide: usize) -> Result<()> {
        let now = self.line.now;
        let station = self.line.stations.get_mut(guide).context("no such desk")?;
        if station.told.contains(&Notice::Called) && !self.coming.contains_key(&guide) {
            let minutes = model::below(&mut self.rng, model::COME_WITHIN);
            self.coming
                .insert(guide, now.plus(u32::try_from(minutes).unwrap_or_default()));
        }
        if self.coming.get(&guide).is_some_and(|at| *at <= now) {
            self.report.called += 1;
            self.line
                .command(guide, Command::CheckIn(Readiness::Here))?;
        }
        Ok(())
    }

    /// A coordinator looks at the board.
    fn coordinates(&mut self, minute: u32) -> Result<()> {
        let first = self.line.stations.first().context("no coordinator")?;
        let view = first.desk.view(self.line.now);
        let board = view.board.context("a coordinator has a board")?;
        self.report.over_capacity_minutes += usize::from(board.desks.iter().any(|desk| desk.over));
        let open = board.desks.iter().map(|desk| desk.open).max().unwrap_or(0);
        self.report.most_open = self.report.most_open.max(open);
        let here = board.desks.len().max(1);
        if self.surge.is_none() && board.waiting > WAITING_EACH * here {
            self.surge = Some(minute);
            self.line.command(0, Command::SetSurge(true))?;
            self.line.command(0, Command::CallUp)?;
        }
        Ok(())
    }

    fn count_acute(&mut self) {
        for guide in self.guides() {
            let Some(station) = self.line.stations.get_mut(guide) else {
                continue;
            };
            let won = std::mem::take(&mut station.told).into_iter();
            let mut kept = Vec::new();
            for notice in won {
                if let Notice::TakeWon(label) = &notice {
                    let number = self.of_case.get(label).copied();
                    let person = number.and_then(|number| self.people.get(number));
                    if person.is_some_and(|person| person.need == Need::Acute) {
                        *self.acute.entry(guide).or_default() += 1;
                    }
                }
                kept.extend((notice == Notice::Called).then_some(notice));
            }
            station.told = kept;
        }
    }

    /// What contacts wrote that is neither at a desk nor in a queue, nor settled.
    fn lost(&self) -> usize {
        let mut there = BTreeSet::new();
        let mut shown = BTreeMap::<CaseLabel, usize>::new();
        for station in &self.line.stations {
            let view = station.desk.view(self.line.now);
            let rows = view.waiting.iter().chain(&view.parked);
            there.extend(rows.map(|row| row.label));
            for row in view.cases.iter().filter(|row| !row.destroyed) {
                let case = station.desk.case(row.label).into_iter();
                let words = case
                    .flat_map(|case| case.messages)
                    .filter(|message| message.from_contact && message.kind == MessageKind::Words);
                *shown.entry(row.label).or_default() += words.count();
            }
        }
        let people = self.people.iter().enumerate();
        people
            .filter(|(number, person)| {
                let Some(case) = person.contact.case else {
                    return true;
                };
                let case = CaseLabel::of(&case);
                let at_a_desk = shown.get(&case) == Some(&person.contact.written.len());
                !at_a_desk && !there.contains(&case) && !self.is_settled(*number)
            })
            .count()
    }

    fn ends(mut self, started: Instant) -> Report {
        let mut waits: (Vec<u32>, Vec<u32>) = Default::default();
        let mut waiting = (0, 0);
        let (mut promised, mut kept) = (0, 0);
        for person in &self.people {
            let Some(first) = person.first_answer else {
                self.report.still_waiting += 1;
                match person.urgency {
                    Urgency::Minutes => waiting.0 += 1,
                    _ => waiting.1 += 1,
                }
                continue;
            };
            let waited = first.0 - person.wrote.0;
            match person.urgency {
                Urgency::Minutes => waits.0.push(waited),
                _ => waits.1.push(waited),
            }
            if let Some(told) = person.told {
                promised += 1;
                kept += usize::from(waited <= u32::from(told));
            }
        }
        let report = &mut self.report;
        report.acute = waits.0.len();
        report.acute_p50 = model::percentile(&mut waits.0, 50);
        report.acute_p90 = model::percentile(&mut waits.0, 90);
        report.others_p50 = model::percentile(&mut waits.1, 50);
        report.others_p90 = model::percentile(&mut waits.1, 90);
        report.everybody = Everybody {
            acute_p50: model::percentile_with(&mut waits.0, waiting.0, 50),
            acute_p90: model::percentile_with(&mut waits.0, waiting.0, 90),
            others_p50: model::percentile_with(&mut waits.1, waiting.1, 50),
            others_p90: model::percentile_with(&mut waits.1, waiting.1, 90),
            still_waiting: report.still_waiting,
        };
        report.within_what_was_told = (kept * 100).checked_div(promised);
        report.settled_by_cards = (report.settled_by_cards * 100)
            .checked_div(report.settled)
            .unwrap_or(0);
        report.most_acute = self.acute.values().copied().max().unwrap_or(0);
        report.surge_minute = self.surge;
        report.seconds = started.elapsed().as_secs_f64();
        self.report
    }
}

/// The drill.
///
/// # Errors
/// When the line can't be brought up at all; a broken promise is in the report.
pub(crate) fn run(
    messages: usize,
    minutes: u32,
    on_shift: usize,
    to_call: usize,
) -> Result<Report> {
    ensure!(on_shift >= 4, "at least 4 guides on shift");
    ensure!((30..=660).contains(&minutes), "30 to 660 minutes");
    let started = Instant::now();
    let mut drill = Drill::set_up(messages, minutes, on_shift, to_call)?;
    let mut arrivals = model::arrivals(&mut drill.rng, messages, minutes)
        .into_iter()
        .peekable();
    for minute in 0..minutes {
        while arrivals.next_if(|at| *at <= minute).is_some() {
            drill.arrives()?;
        }
        drill.line.settle()?;
        for guide in drill.guides() {
            drill.works(guide)?;
        }
        drill.line.settle()?;
        drill.coordinates(minute)?;
        drill.contacts_come_back()?;
        drill.line.pass_minute()?;
        drill.count_acute();
        if minute % 30 == 29 {
            eprintln!(
                "{} of {minutes} minutes, {} have written",
                minute + 1,
                drill.people.len()
            );
        }
    }
    drill.report.forecast = surge_forecast::of(messages, minutes, on_shift, to_call)?;
    drill.report.lost = drill.lost();
    Ok(drill.ends(started))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_small_crowd_loses_nothing_and_overloads_nobody() {
        let report = super::run(90, 40, 5, 4).unwrap();
        let json = serde_json::to_string(&report).unwrap();
        assert_eq!(report.lost, 0, "{json}");
        assert_eq!(report.told_at_once, report.messages, "{json}");
        assert_eq!(report.over_capacity_minutes, 0, "{json}");
        assert!(report.most_acute <= 3 && report.settled > 0, "{json}");
        assert!(report.called > 0, "{json}");
    }
}

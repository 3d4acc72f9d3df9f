//! What is counted of a closed case for a month's outcomes: said by the desk that took and closed it, hours later, to coordinators alone, with
//! nothing in it that names a case, a contact or a guide. One report of a case at most, and bounded, so that its noise is known beforehand.

use std::collections::BTreeMap;

use outcomes::{Contact, Counts, Month, Question, Questions, Waited};
use protocol::{CaseId, CaseReport, Ending, ReplyPart, TakenWithin, envelope_hash};
use statements::{Line, OnDuty};
use wire::{Day, Envelope, Minute, ReadError, Reader, Writer};

use crate::case::{Case, Message};
use crate::codec::{read_all, write_all};
use crate::handover::Handover;
use crate::outbox::About;
use crate::records::RecordKey;
use crate::turn::Turn;
use crate::upkeep::TAKEN_DAYS;
use crate::{Desk, RelayTask};

/// What reports answer; the log answers the others.
pub(crate) const REPORTED: [Question; 4] = [
    Question::Waits,
    Question::Cards,
    Question::Handovers,
    Question::Replies,
];
/// A report is held back for so many minutes at least, and for as many again and more by chance: the log says when a case was closed.
const HELD_MINUTES: u32 = 60;
const CHANCE_MINUTES: u32 = 23 * 60;
/// Reports of so many months are kept: longer than a month can be drawn.
const MONTH_DAYS: u32 = 100;

/// When a case was taken, and within how many days, as the desk knows that took it.
#[derive(Clone, Copy)]
struct Noted {
    month: Month,
    within: TakenWithin,
}

/// What this desk will say, and what it was told.
#[derive(Default)]
pub(crate) struct Reports {
    noted: BTreeMap<CaseId, Noted>,
    /// What is to be said, from which minute on.
    due: Vec<(Minute, CaseReport)>,
    /// What was told, and how often.
    tally: BTreeMap<CaseReport, u32>,
}

impl Reports {
    /// (case 16 ‖ month 3 ‖ within u8)* ‖ (minute ‖ report 6)* ‖ (report 6 ‖ count u32)*.
    pub(crate) fn encode(&self, writer: Writer) -> Writer {
        let writer = write_all(writer, self.noted.iter(), |writer, (case, noted)| {
            noted
                .month
                .write(writer.put(&case.0))
                .u8(noted.within.code())
        });
        let writer = write_all(writer, self.due.iter(), |writer, (from, report)| {
            report.write(writer.u32(from.0))
        });
        write_all(writer, self.tally.iter(), |writer, (report, count)| {
            report.write(writer).u32(*count)
        })
    }

    pub(crate) fn decode(reader: &mut Reader<'_>) -> Result<Reports, ReadError> {
        let noted = read_all(reader, |reader| {
            let case = CaseId(reader.array()?);
            let month = Month::read(reader)?;
            let within = TakenWithin::from_code(reader.u8()?).ok_or(ReadError::Value)?;
            Ok((case, Noted { month, within }))
        })?;
        let due = read_all(reader, |reader| {
            Ok((Minute(reader.u32()?), CaseReport::read(reader)?))
        })?;
        let tally = read_all(reader, |reader| {
            Ok((CaseReport::read(reader)?, reader.u32()?))
        })?;
        Ok(Reports {
            noted: noted.into_iter().collect(),
            due,
            tally: tally.into_iter().collect(),
        })
    }
}

fn waited(within: TakenWithin) -> Waited {
    match within {
        TakenWithin::SameDay => Waited::SameDay,
        TakenWithin::NextDay => Waited::NextDay,
        TakenWithin::Later => Waited::Later,
    }
}

fn month_of(report: &CaseReport) -> Option<Month> {
    Month::new(report.year, report.month)
}

/// Whether a report can still be of use: its month can be drawn, or is not over.
fn is_of_use(month: Month, today: Day) -> bool {
    month.first_day() <= today && today <= month.first_day().plus(TAKEN_DAYS)
}

/// Whether the first answer was a card that was collected, and nothing was asked after it.
fn settled_by_card(case: &Case) -> bool {
    let is_answer = |message: &Message| {
        matches!(
            message,
            Message::Sent {
                part: ReplyPart::Words(_) | ReplyPart::Card { .. },
                ..
            }
        )
    };
    let mut rest = case.messages.iter().skip_while(|one| !is_answer(one));
    let is_card = match rest.next() {
        Some(Message::Sent {
            number,
            part: ReplyPart::Card { .. },
            ..
        }) => *number < case.collected_below,
        _ => false,
    };
    is_card && !rest.any(|message| matches!(message, Message::Received { .. }))
}

/// How many answers were collected.
fn replies_collected(case: &Case) -> u8 {
    let collected = case.messages.iter().filter(|message| match message {
        Message::Sent { number, part, .. } => {
            let is_answer = matches!(part, ReplyPart::Words(_) | ReplyPart::Card { .. });
            is_answer && *number < case.collected_below
        }
        Message::Received { .. } => false,
    });
    let most = usize::from(CaseReport::REPLIES);
    u8::try_from(collected.take(most).count()).unwrap_or(CaseReport::REPLIES)
}

impl Desk {
    /// Notes of a case that this desk has taken how long its contact waited. What came while nobody was there is reckoned from the end of the
    /// shift to which it was sealed, so that a wait is said to be longer rather than shorter.
    pub(crate) fn note_wait(
        &mut self,
        id: &CaseId,
        (learnt, shift): (Day, u32),
        turn: &mut Turn<'_>,
    ) {
        let today = turn.now.day();
        let times = self.shifts.get(&shift).and_then(|shift| shift.times);
        let came = times.map_or(learnt, |(_, until)| learnt.min(until.day()));
        let within = match today.0.saturating_sub(came.0) {
            0 => TakenWithin::SameDay,
            1 => TakenWithin::NextDay,
            _ => TakenWithin::Later,
        };
        if let Some(month) = Month::of(today) {
            self.reports.noted.insert(*id, Noted { month, within });
            self.mark(RecordKey::Reports);
        }
    }

    /// Makes the report of a case that is being closed, once.
    pub(crate) fn make_report(&mut self, id: &CaseId, ending: Ending, turn: &mut Turn<'_>) {
        let Some(noted) = self.reports.noted.remove(id) else {
            return;
        };
        self.mark(RecordKey::Reports);
        let Some(case) = self.cases.get(id).filter(|_| ending != Ending::Void) else {
            return;
        };
        let report = CaseReport {
            year: noted.month.year(),
            month: noted.month.number(),
            taken_within: noted.within,
            settled_by_card: settled_by_card(case),
            handover_confirmed: matches!(case.handover, Handover::Received { .. }),
            replies: replies_collected(case),
        };
        let chance = turn.rng.next_u32() % CHANCE_MINUTES;
        let from = turn.now.plus(HELD_MINUTES).plus(chance);
        self.reports.due.push((from, report));
    }

    /// Says what is due, each as a post of its own, and drops what is of no use any more.
    pub(crate) fn send_reports(&mut self, turn: &mut Turn<'_>) {
        let now = turn.now;
        self.forget_reports(self.certain(now).day());
        if !self.trusts_clock(now) || !self.reports.due.iter().any(|(from, _)| *from <= now) {
            return;
        }
        let line = self.line.as_ref();
        let key = line.and_then(Line::feedback_key);
        let Some((key, OnDuty::Now(shift))) = key.zip(line.map(|line| line.on_duty(now))) else {
            return;
        };
        let (due, later): (Vec<_>, Vec<_>) =
            self.reports.due.iter().partition(|(from, _)| *from <= now);
        let sealed = due
            .iter()
            .filter_map(|(_, report)| report.seal(key, shift.recipient(), turn.rng).ok());
        let sealed: Vec<Envelope> = sealed.collect();
        self.reports.due = later;
        self.mark(RecordKey::Reports);
        for envelope in sealed {
            self.ask(RelayTask::Post(envelope), About::Report, None);
        }
    }

    fn forget_reports(&mut self, today: Day) {
        let size =
            |reports: &Reports| (reports.noted.len(), reports.due.len(), reports.tally.len());
        let before = size(&self.reports);
        let reports = &mut self.reports;
        reports
            .noted
            .retain(|_, noted| is_of_use(noted.month, today));
        reports
            .due
            .retain(|(_, report)| month_of(report).is_some_and(|month| is_of_use(month, today)));
        reports.tally.retain(|report, _| {
            month_of(report).is_some_and(|month| today <= month.first_day().plus(MONTH_DAYS))
        });
        if size(&self.reports) != before {
            self.mark(RecordKey::Reports);
        }
    }

    /// Counts a post that is a report of a case, once.
    pub(crate) fn count_report(&mut self, post: &Envelope, turn: &mut Turn<'_>) -> bool {
        let line = self.line();
        let opened = self
            .feedback
            .secrets()
            .find_map(|secret| CaseReport::open(post, &line, secret).ok());
        let Some(report) = opened else {
            return false;
        };
        let today = turn.now.day();
        let is_useful = month_of(&report).is_some_and(|month| is_of_use(month, today));
        if self.is_counted_first(&envelope_hash(post), today) && is_useful {
            let count = self.reports.tally.entry(report).or_insert(0);
            *count = count.saturating_add(1);
            self.mark(RecordKey::Reports);
        }
        true
    }

    /// Adds what was told of a month to its counts, each case to the questions that reports answer and to no others.
    pub(crate) fn add_reports(&self, counts: &mut Counts) {
        let Some(reported) = Questions::of(&REPORTED) else {
            return;
        };
        let month = counts.month();
        let told = self.reports.tally.iter();
        for (report, number) in told.filter(|(report, _)| month_of(report) == Some(month)) {
            let contact = Contact {
                waited: Some(waited(report.taken_within)),
                reached: None,
                settled_by_cards: report.settled_by_card,
                handover_confirmed: report.handover_confirmed,
                replies_collected: report.replies.into(),
            };
            (0..*number).for_each(|_| counts.add_known(&contact, reported));
        }
    }
}

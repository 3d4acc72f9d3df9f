//! The clocks of cases: reminded, destroyed; drafts logged for a successor; what is back in the queue.

use protocol::{CaseId, Ending, TeamEvent};
use wire::Day;

use crate::outbox::About;
use crate::records::RecordKey;
use crate::turn::Turn;
use crate::{CaseLabel, Desk, Notice};

impl Desk {
    /// What is due by now.
    pub(crate) fn run_clocks(&mut self, turn: &mut Turn<'_>) {
        let today = turn.now.day();
        let certain = self.certain(turn.now).day();
        self.age_trail(certain);
        self.forget_old_proposals(certain);
        self.forget_old_invitations(certain);
        // What is destroyed does not come back: a clock that jumped ahead is found out when the line is next read.
        if !self.trusts_clock(turn.now) || !self.is_admitted() {
            return;
        }
        self.destroy_overdue(today, turn);
        let held: Vec<CaseId> = self.cases.keys().copied().collect();
        for id in held {
            self.append_draft(&id, turn);
        }
        self.keep_promises(turn);
    }

    /// A case that was counted from a day to come, by a clock that was ahead, is counted from today.
    fn count_from_today(&mut self, today: Day) {
        let ahead = self.cases.values_mut();
        let ahead = ahead.filter(|case| case.last_heard > today).map(|case| {
            case.last_heard = today;
            case.id
        });
        for id in ahead.collect::<Vec<_>>() {
            self.mark(RecordKey::Case(id));
        }
    }

    /// Destroys cases whose last day is over, and says once a day which are near it.
    fn destroy_overdue(&mut self, today: Day, turn: &mut Turn<'_>) {
        self.count_from_today(today);
        let mut overdue = Vec::new();
        for case in self.cases.values().filter(|case| case.leaving.is_none()) {
            // What may have come on the agreed day has to be read before silence is believed.
            let is_agreed = self.read_all_on == Some(today) && case.agreed_close(today).is_some();
            if today > case.destroy_after() || is_agreed {
                overdue.push(case.id);
            } else if today >= case.remind_on() && self.told_clocks != Some(today) {
                let label = CaseLabel::of(&case.id);
                turn.tell(Notice::DestructionNears(label, case.destroy_after()));
            }
        }
        if self
            .told_clocks
            .replace(today)
            .is_some_and(|told| told != today)
        {
            self.tell_reminders(turn);
        }
        for id in overdue {
            self.say_last_word(&id, today, turn);
            self.destroy(&id, Ending::Closed, turn);
        }
    }

    /// A desk that was killed between a take and the transfer gives the case once more.
    fn keep_promises(&mut self, turn: &mut Turn<'_>) {
        let me = self.device();
        let taken = self.queue.taken.iter();
        let promised = taken.filter(|(_, taken)| taken.by == me && !taken.closed);
        let promised = promised.filter_map(|(case, taken)| {
            let to = taken.returned.as_ref()?.promised?;
            Some((*case, to))
        });
        for (case, to) in promised.collect::<Vec<_>>() {
            self.keep_promise(&case, to, turn);
        }
    }

    /// A coordinator's desk puts a newer delegation into the log, where the roster is judged by it.
    pub(crate) fn pass_on_delegation(&mut self, turn: &mut Turn<'_>) {
        let Some(line) = self.line.clone().filter(|_| self.is_coordinator()) else {
            return;
        };
        let known = self.roster.delegation().map(|d| d.serial());
        let newer = known.is_none_or(|known| known < line.delegation().serial());
        if newer && self.passed_on != Some(line.delegation().serial()) {
            self.passed_on = Some(line.delegation().serial());
            self.append_delegation(&line, turn);
        }
    }

    /// The case that is back in the queue and that a person calls so.
    pub(crate) fn returned_case(&self, label: CaseLabel) -> Option<CaseId> {
        let mut returned = self.returned_cases();
        returned.find(|id| CaseLabel::of(id) == label)
    }

    /// The cases that are back in the queue and that nobody has taken.
    pub(crate) fn returned_cases(&self) -> impl Iterator<Item = CaseId> + '_ {
        let taken = self.queue.taken.iter();
        let returned = taken.filter(|(_, taken)| {
            let returned = taken.returned.as_ref();
            returned.is_some_and(|returned| returned.promised.is_none())
        });
        returned.map(|(id, _)| *id)
    }

    /// Says in the log that this desk takes a case that is back in the queue; whoever keeps it gives it.
    pub(crate) fn take_returned(&mut self, id: &CaseId, turn: &mut Turn<'_>) {
        let Some(taken) = self.queue.taken.get_mut(id) else {
            return;
        };
        let contact = taken.contact;
        let Some(returned) = taken.returned.as_mut().filter(|returned| !returned.taking) else {
            return;
        };
        returned.taking = true;
        let take = TeamEvent::Take { case: *id, contact };
        self.append(&take, About::Take(*id), turn);
    }
}

//! What the screens show.

use protocol::CaseId;
use statements::{OnDuty, Role, ShiftNotice};
use wire::Minute;

use crate::view::{CaseRow, JoiningView, MemberView, ShiftView, WaitingRow};
use crate::{CaseLabel, CaseView, Desk, View};

impl Desk {
    /// What the main screen shows.
    pub fn view(&self, now: Minute) -> View {
        let me = self.device();
        let member = self.roster.members.get(&me);
        let on_duty = self.shift_on_duty(now);
        View {
            me,
            work_name: member
                .map_or(&self.identity.work_name, |member| &member.work_name)
                .clone(),
            role: member.map_or(Role::Guide, |member| member.role),
            admitted: self.is_admitted(),
            stale_roster: self.is_admitted() && self.roster.is_stale(now),
            clock_off: self.clock_off,
            connected_shift: self.show_shift_on_duty(now),
            on_duty: on_duty.is_some(),
            checked_in: on_duty.is_some_and(|shift| self.checked_in.get(&me) == Some(&shift)),
            guides_checked_in: on_duty.map_or(0, |shift| self.guides_at(shift)),
            waiting: self.show_waiting(now),
            cases: self.show_cases(),
            roster: self.show_roster(),
            shifts: self.show_shifts(now),
            joining: self.show_joining(),
            invited: self.show_invited(),
            cards: self.show_cards(),
            outbox: self.outbox.len(),
        }
    }

    /// What a case's screen shows; `None` when this desk has no such case.
    pub fn case(&self, label: CaseLabel) -> Option<CaseView> {
        let mut cases = self.cases.values();
        cases
            .find(|case| case.label() == label)
            .map(|case| case.view())
    }

    fn show_notice(&self, notice: &ShiftNotice) -> ShiftView {
        ShiftView {
            number: notice.number(),
            from: notice.from(),
            until: notice.until(),
            on_duty_me: self.shifts.contains_key(&notice.number()),
        }
    }

    fn show_shift_on_duty(&self, now: Minute) -> Option<ShiftView> {
        let announced = self.line.as_ref().and_then(|line| match line.on_duty(now) {
            OnDuty::Now(notice) => Some(self.show_notice(notice)),
            _ => None,
        });
        let shifts = self.show_shifts(now);
        announced.or_else(|| {
            shifts
                .into_iter()
                .find(|shift| shift.from <= now && now < shift.until)
        })
    }

    fn show_shifts(&self, now: Minute) -> Vec<ShiftView> {
        let announced = self.line.as_ref().map(|line| line.shifts());
        let mut shifts: Vec<ShiftView> = announced
            .unwrap_or_default()
            .iter()
            .map(|notice| self.show_notice(notice))
            .collect();
        for (number, shift) in &self.shifts {
            let known = shifts.iter().any(|shown| shown.number == *number);
            if let (Some((from, until)), false) = (shift.times, known) {
                shifts.push(ShiftView {
                    number: *number,
                    from,
                    until,
                    on_duty_me: true,
                });
            }
        }
        shifts.retain(|shift| now < shift.until);
        shifts.sort_by_key(|shift| shift.number);
        shifts
    }

    fn show_waiting(&self, now: Minute) -> Vec<WaitingRow> {
        let waiting = self.queue.waiting.iter();
        let mut waiting: Vec<_> = waiting
            .filter(|(_, waiting)| !waiting.is_hidden())
            .collect();
        waiting.sort_by_key(|(_, waiting)| waiting.order());
        waiting
            .into_iter()
            .map(|(case, waiting)| waiting.row(case, now))
            .collect()
    }

    fn show_cases(&self) -> Vec<CaseRow> {
        let closing = self.closing.iter();
        let closing = closing.map(|(case, closing): (&CaseId, _)| closing.row(case));
        let open = self.cases.values().map(|case| case.row());
        open.chain(closing).collect()
    }

    fn show_roster(&self) -> Vec<MemberView> {
        let me = self.device();
        let members = self.roster.members.iter();
        members
            .map(|(device, member)| MemberView {
                work_name: member.work_name.clone(),
                role: member.role,
                device: *device,
                me: *device == me,
            })
            .collect()
    }

    fn show_joining(&self) -> Vec<JoiningView> {
        let line = self.line();
        let invitations = self.invitations.values();
        invitations
            .filter_map(|invitation| {
                let request = invitation.request()?;
                let device = request.epoch_key().device();
                Some(JoiningView {
                    device,
                    work_name: request.work_name().into(),
                    invited_as: invitation.work_name.clone(),
                    comparison: invitation.secret.comparison(&line, &device),
                    admitting: invitation.admitting.is_some(),
                })
            })
            .collect()
    }

    fn show_invited(&self) -> Vec<String> {
        let open = self.invitations.values().filter(|i| i.request().is_none());
        open.map(|invitation| invitation.work_name.clone())
            .collect()
    }

    fn show_cards(&self) -> Option<String> {
        let cards = self.line.as_ref()?.cards()?;
        Some(cards.cards().into())
    }
}

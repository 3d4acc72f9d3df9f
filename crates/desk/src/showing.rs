//! What the screens show.

use protocol::{CaseId, ContactMark, NamingSecret, PairingSecret, ReplyPublicKey, Text, Urgency};
use statements::{DevicePublicKey, OnDuty, SealPublicKey, ShiftNotice, Stage};
use wire::{Day, Minute};

use crate::case::{Case, Link, show_text};
use crate::logged::Logged;
use crate::supervised::{Draft, Said};
use crate::view::{
    CaseRow, DraftState, DraftView, JoiningView, ShiftView, WaitingRow, WhisperView,
};
use crate::{CaseLabel, CaseView, Desk, View};

impl Desk {
    /// What the main screen shows.
    pub fn view(&self, now: Minute) -> View {
        let me = self.device();
        let member = self.roster.members.get(&me);
        let on_duty = self.shift_on_duty(now);
        let delegation = self.line.as_ref().map(|line| line.delegation());
        View {
            me,
            work_name: member
                .map_or(&self.identity.work_name, |member| &member.is.work_name)
                .clone(),
            stage: member.map_or(Stage::Trainee, |member| member.is.stage),
            admitted: self.is_admitted(),
            shut_out: self.progress.shut_out,
            stale_roster: self.is_admitted() && self.roster.is_stale(now),
            forked_roster: self.roster.forked_by.is_some(),
            admission_threshold: delegation.map(|d| d.admission_threshold()),
            delegation_until: delegation.map(|d| d.until()),
            clock_off: self.clock_off,
            connected_shift: self.show_shift_on_duty(now),
            on_duty: on_duty.is_some(),
            checked_in: on_duty.is_some() && self.my_shift() == on_duty,
            guides_checked_in: on_duty.map_or(0, |shift| self.guides_at(shift, now)),
            readiness: self.my_readiness(),
            waiting: self.show_waiting(now),
            longest_wait: self.longest_wait(now),
            parked: self.show_parked(now),
            full: self.has_room(Urgency::NoHurry, now).err(),
            collected: self.collected(),
            completed_shifts: self.presence.completed,
            surge: self.rota.surge,
            rota: self.show_rota(now),
            on_call_list: self.is_on_call_list(),
            probes: self.show_probes(),
            editing: self.show_editing(now),
            entrances: self.show_entrances(now.day()),
            ending: self.show_end(),
            partners: self.show_partners(now.day()),
            board: self.show_board(now),
            outcomes: self.show_outcomes(now.day()),
            cases: self.show_cases(),
            supervised: self.show_supervised(),
            roster: self.show_roster(now.day(), on_duty),
            proposals: self.show_proposals(),
            alarms: self.show_alarms(),
            trail: self.show_trail(),
            exposures: match self.is_coordinator() {
                true => self.show_exposures(),
                false => Vec::new(),
            },
            shifts: self.show_shifts(now),
            joining: self.show_joining(),
            invited: self.show_invited(),
            cards: self.show_cards(),
            cards_day: self.cards_day(now.day()),
            outbox: self.outbox.len(),
        }
    }

    /// What a case's screen shows; `None` when this desk neither has nor reads along such a case.
    pub fn case(&self, label: CaseLabel) -> Option<CaseView> {
        if let Ok(id) = self.held(label) {
            return self.cases.get(&id).map(|case| self.show_case(case));
        }
        let mut supervised = self.supervised.keys();
        let id = supervised.find(|id| CaseLabel::of(id) == label)?;
        self.show_read_along(id)
    }

    fn name(&self, device: &DevicePublicKey) -> String {
        self.roster.work_name(device).unwrap_or_default().into()
    }

    fn show_said(&self, said: &[Said]) -> Vec<WhisperView> {
        let me = self.device();
        said.iter()
            .map(|said| WhisperView {
                from: self.name(&said.by),
                mine: said.by == me,
                text: show_text(&said.text),
            })
            .collect()
    }

    fn show_case(&self, case: &Case) -> CaseView {
        CaseView {
            label: case.label(),
            language: case.language,
            urgency: case.urgency(),
            urgency_said: case.urgency,
            topic: case.choices.topic,
            on_hold: case.on_hold,
            next_contact: case.tended.next_contact,
            blocked_until: case.tended.blocked_until,
            messages: case.messages.iter().map(|m| case.show(m)).collect(),
            notes: case.notes.iter().map(show_text).collect(),
            draft: show_text(&case.draft),
            supervised: false,
            holder: self.name(&self.device()),
            supervisors: case.supervisors.iter().map(|d| self.name(d)).collect(),
            whispers: self.show_said(&case.whispers),
            drafts: show_drafts(&case.drafts),
            needs_approval: self.needs_approval(),
            remind_on: case.remind_on(),
            destroy_after: case.destroy_after(),
            extension: self.proposed_extension(&case.id),
            handover: self.show_handover(case),
            stage: case.course.stage,
            wishes: case.course.show_wishes(),
            aftercare: case.course.show_aftercare(),
        }
    }

    /// A case that this desk reads along, from its history alone: no key of it is here.
    fn show_read_along(&self, id: &CaseId) -> Option<CaseView> {
        let read = self.supervised.get(id)?;
        let mut shown = self.replay(id)?;
        shown.unread = false;
        let holder = self.queue.taken.get(id).map(|taken| self.name(&taken.by));
        Some(CaseView {
            draft: show_text(&Text::empty()),
            supervised: true,
            holder: holder.unwrap_or_default(),
            supervisors: vec![self.name(&self.device())],
            whispers: self.show_said(&read.whispers),
            drafts: show_drafts(&read.drafts),
            needs_approval: false,
            handover: None,
            ..self.show_case(&shown)
        })
    }

    /// A case without keys, into which a history is put to be shown.
    fn replay(&self, id: &CaseId) -> Option<Case> {
        let entries = self.read_along(id)?;
        let nothing = [0; 32];
        let link = Link::first(
            PairingSecret::from_bytes(&nothing),
            NamingSecret::from_bytes(&nothing),
            Day(0),
        );
        let logged = Logged::nothing();
        let contact = ContactMark([0; 16]);
        let no_key = ReplyPublicKey(SealPublicKey::default());
        let mut case = Case::new((*id, contact), vec![link], logged, no_key, Day(0));
        entries.into_values().for_each(|entry| case.recall(entry));
        Some(case)
    }

    fn show_supervised(&self) -> Vec<CaseRow> {
        let supervised = self.supervised.iter();
        supervised
            .filter_map(|(id, read)| {
                let case = self.replay(id)?;
                let waits = read.drafts.iter().any(|d| d.state == DraftState::Waits);
                Some(CaseRow {
                    unread: waits,
                    ..case.row()
                })
            })
            .collect()
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
        for (number, shift) in self.duty_shifts() {
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
        waiting.sort_by_key(|(_, waiting)| (waiting.urgency(), waiting.oldest()));
        let waiting = waiting
            .into_iter()
            .map(|(id, w)| w.row(id, self.is_for_me(id), now));
        // Whoever had to wait twice waits no longer among equals.
        let mut rows: Vec<WaitingRow> = self.returned_rows(true, now).chain(waiting).collect();
        rows.sort_by_key(|row| row.urgency);
        rows
    }

    fn collected(&self) -> (usize, usize) {
        let held = self.cases.values().filter(|case| case.is_held());
        held.fold((0, 0), |(collected, all), case| {
            let answers = case.answers();
            let open = usize::try_from(case.uncollected()).unwrap_or(usize::MAX);
            (collected + answers.saturating_sub(open), all + answers)
        })
    }

    fn returned_rows(&self, unanswered: bool, now: Minute) -> impl Iterator<Item = WaitingRow> {
        self.returned_cases().filter_map(move |id| {
            let returned = self.queue.taken.get(&id)?.returned.as_ref()?;
            let is_one = returned.unanswered == unanswered;
            is_one.then(|| returned.row(&id, self.is_for_me(&id), now))
        })
    }

    /// Cases of the team whose contacts have not written since they were answered.
    pub(crate) fn show_parked(&self, now: Minute) -> Vec<WaitingRow> {
        self.returned_rows(false, now).collect()
    }

    /// For how many minutes the one who waits longest has waited.
    pub(crate) fn longest_wait(&self, now: Minute) -> u32 {
        let waiting = self.queue.waiting.values().filter(|w| !w.is_hidden());
        let returned = self.returned_rows(true, now).map(|row| row.waited_minutes);
        waiting
            .map(|w| w.waited(now))
            .chain(returned)
            .max()
            .unwrap_or(0)
    }

    fn show_cases(&self) -> Vec<CaseRow> {
        let closing = self.closing.iter();
        let closing = closing.map(|(case, closing): (&CaseId, _)| closing.row(case));
        let held = self.cases.values().filter(|case| case.is_held());
        let open = held.map(|case| case.row());
        open.chain(closing).collect()
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
                    admitting: invitation.admitting && self.is_admission_proposed(&device),
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

fn show_drafts(drafts: &[Draft]) -> Vec<DraftView> {
    drafts
        .iter()
        .map(|draft| DraftView {
            number: draft.number,
            text: show_text(&draft.text),
            state: draft.state,
        })
        .collect()
}

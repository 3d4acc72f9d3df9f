//! What the person at the desk wants, and why it may be refused.

use protocol::{CaseId, Ending, Language, ReplyPart, Text};
use statements::Act;

use crate::cards;
use crate::case::Case;
use crate::keeping::Back;
use crate::logged::Entry;
use crate::records::RecordKey;
use crate::tending::Translation;
use crate::trail::Step;
use crate::turn::Turn;
use crate::{CaseLabel, Command, Desk, Notice, Refusal};

impl Desk {
    pub(crate) fn command(&mut self, command: Command, turn: &mut Turn<'_>) {
        let carried_out = match command {
            Command::Take(label) => self.take(Some(label), turn),
            Command::TakeNext => self.take(None, turn),
            Command::Answer { case, text } => self.answer(case, text, turn),
            Command::AnswerWithCard {
                case,
                card,
                language,
            } => self.answer_with_card(case, &card, language, turn),
            Command::SaveDraft { case, text } => self.change(case, |case| case.draft = text),
            Command::AddNote { case, text } => self.add_note(case, text, turn),
            Command::MarkRead(case) => self.mark_read(case, turn),
            Command::Destroy(case) => self.close(case, Ending::Closed, turn),
            Command::CloseAs { case, ending } => self.close(case, ending, turn),
            Command::PlanShift {
                from,
                until,
                guides,
            } => self.plan_shift((from, until), &guides, turn),
            Command::Invite { work_name } => self.invite(work_name, turn),
            Command::CheckInvitations => self.check_invitations(turn),
            Command::RefuseJoin { device } => self.refuse_join(&device, turn),
            Command::PublishCards(json) => self.publish_cards(&json, turn),
            Command::Transfer { case, to, note } => self.transfer(case, &to, note, turn),
            Command::Return(case) => self.give_back(case, Back::Now, turn),
            Command::StepAside(case) => self.give_back(case, Back::Aside, turn),
            Command::InviteSupervisor { case, device } => {
                self.invite_supervisor(case, &device, turn)
            }
            Command::Whisper { case, text } => self.whisper(case, text, turn),
            Command::SubmitDraft { case, text } => self.submit_draft(case, text, turn),
            Command::ApproveDraft { case, draft } => self.judge_draft(case, draft, None, turn),
            Command::RejectDraft { case, draft, text } => {
                self.judge_draft(case, draft, Some(text), turn)
            }
            Command::ExtendCase {
                case,
                until,
                reason,
            } => self.extend_case(case, until, reason, turn),
            of_the_shift => self.shift_command(of_the_shift, turn),
        };
        match carried_out {
            Ok(()) => {}
            Err(Refusal::RosterStale) => turn.tell(Notice::RosterStale),
            Err(refusal) => {
                self.note_refusal(refusal, turn);
                turn.tell(Notice::CommandRefused(refusal));
            }
        }
    }

    /// What is done with a case besides answering, and what is said of a shift.
    fn shift_command(&mut self, command: Command, turn: &mut Turn<'_>) -> Result<(), Refusal> {
        match command {
            Command::Hold(case) => self.hold(case),
            Command::Raise { case, urgency } => self.raise_urgency(case, urgency, turn),
            Command::AgreeNext { case, day } => self.agree_next(case, day, turn),
            Command::Block { case, until, text } => self.block(case, (until, text), turn),
            Command::Unblock(case) => self.unblock(case, turn),
            Command::Erase {
                case,
                from_contact,
                number,
            } => self.erase(case, (from_contact, number), turn),
            Command::Translate {
                case,
                from_contact,
                number,
                language,
                text,
            } => {
                let translation = Translation {
                    from_contact,
                    number,
                    language,
                    text,
                };
                self.translate(case, translation, turn)
            }
            Command::CheckIn(readiness) => self.check_in(readiness, turn),
            Command::CheckOut { debriefed } => self.check_out(debriefed, turn),
            Command::PlanDuties(windows) => self.plan_duties(&windows, turn),
            Command::CancelDuty(duty) => self.cancel_duty(duty, turn),
            Command::Staff {
                duty,
                device,
                staffing,
            } => self.staff(duty, device, staffing, turn),
            Command::BeOnCallList(ready) => self.set_call_list(ready, turn),
            Command::CallUp => self.call(turn),
            Command::SetSurge(on) => self.set_surge(on, turn),
            Command::Revise {
                edited,
                base,
                for_review,
            } => self.revise(*edited, base, for_review, turn),
            Command::CheckRevision {
                revision,
                check,
                objection,
            } => self.check_revision(revision, &check, objection, turn),
            Command::DropRevision(revision) => self.drop_revision(revision, turn),
            Command::PublishEdited => self.publish_edited(turn),
            Command::StopCard { card, for_good } => self.stop_card(&card, for_good, turn),
            Command::Remark {
                card,
                language,
                remark,
            } => self.remark(card, language, remark, turn),
            Command::SetEntrances {
                entrances,
                fakes,
                good_days,
            } => self.set_entrances(entrances, fakes, good_days, turn),
            Command::Warn {
                about,
                address,
                days,
            } => self.warn(about, address, days, turn),
            Command::EndWarning => self.end_warning(turn),
            Command::EndLine { how, days } => self.end_line(how, days, turn),
            Command::ProposePack(built) => self.propose_pack(&built, turn),
            Command::ApprovePack { proposal, built } => self.approve_pack(&proposal, &built, turn),
            Command::DrawOutcomes {
                month,
                epsilon,
                questions,
            } => self.draw_outcomes((month, epsilon, questions), turn),
            Command::AgreeOutcomes(month) => self.agree_outcomes(month, turn),
            Command::ShowOutcomesAgain(month) => self.show_outcomes_again(month, turn),
            Command::ReportFake(address) => self.report_fake(address, turn),
            Command::ForgetReport(address) => self.forget_report(&address, turn),
            Command::NoteProbe(text) => self.note_probe(text, turn),
            Command::JudgeProbe { note, stands } => self.judge_probe(note, stands, turn),
            of_its_course => self.course_command(of_its_course, turn),
        }
    }

    /// Closes a case, and says how it ended.
    fn close(
        &mut self,
        label: CaseLabel,
        ending: Ending,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        let id = self.held(label)?;
        if ending == Ending::Void {
            return Err(Refusal::UnknownCase);
        }
        self.destroy(&id, ending, turn);
        Ok(())
    }

    /// What changes the team, its permissions and its watch.
    pub(crate) fn team_command(
        &mut self,
        command: Command,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        match command {
            Command::Admit {
                device,
                stage,
                until,
                profile,
                permissions,
            } => self.admit(&device, (stage, until, profile), permissions, turn),
            Command::ChangeMember { device, membership } => {
                self.change_member(&device, membership, turn)
            }
            Command::Permit { device, permission } => self.permit(&device, permission, true, turn),
            Command::AskPermission { device, permission } => {
                self.permit(&device, permission, false, turn)
            }
            Command::WithdrawPermission { device, act } => self.withdraw(&device, act, turn),
            Command::Revoke { device, reason } => self.revoke(&device, reason, turn),
            Command::Approve(label) => self.approve(&label, turn),
            Command::Decline { proposal, reason } => self.decline(&proposal, reason, turn),
            Command::AcknowledgeAlarm(number) => {
                self.acknowledge_alarm(number);
                Ok(())
            }
            Command::PrepareDuress => self.prepare_duress(turn),
            Command::NoteRefused(step) => {
                self.note_refused(step, turn);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// The case of this desk that a person calls so.
    pub(crate) fn held(&self, label: CaseLabel) -> Result<CaseId, Refusal> {
        let mut held = self.cases.values().filter(|case| case.is_held());
        let found = held.find(|case| case.label() == label);
        found.map(|case| case.id).ok_or(Refusal::UnknownCase)
    }

    /// Opening a case that has something unread is a step of the trail.
    fn mark_read(&mut self, label: CaseLabel, turn: &mut Turn<'_>) -> Result<(), Refusal> {
        let id = self.held(label)?;
        if self.cases.get(&id).is_some_and(|case| case.unread) {
            self.note(Step::Opened, turn);
        }
        self.change(label, |case| case.unread = false)
    }

    fn change(&mut self, label: CaseLabel, change: impl FnOnce(&mut Case)) -> Result<(), Refusal> {
        let id = self.held(label)?;
        if let Some(case) = self.cases.get_mut(&id) {
            change(case);
        }
        self.mark(RecordKey::Case(id));
        Ok(())
    }

    /// Whether this desk may speak for the line now.
    pub(crate) fn may_act(&self, turn: &Turn<'_>) -> Result<(), Refusal> {
        if !self.is_admitted() {
            return Err(Refusal::NotAdmitted);
        }
        if self.roster.forked_by.is_some() {
            return Err(Refusal::RosterForked);
        }
        if self.roster.is_stale(turn.now) {
            return Err(Refusal::RosterStale);
        }
        Ok(())
    }

    fn answer(&mut self, label: CaseLabel, text: Text, turn: &mut Turn<'_>) -> Result<(), Refusal> {
        if text.is_empty() {
            return Err(Refusal::EmptyText);
        }
        if self.needs_approval() {
            return Err(Refusal::NeedsApproval);
        }
        self.reply(label, ReplyPart::Words(text), turn)?;
        self.change(label, |case| case.draft = Text::empty())
    }

    fn answer_with_card(
        &mut self,
        label: CaseLabel,
        card: &str,
        language: Language,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        let line = self.line.as_ref().ok_or(Refusal::LineUnknown)?;
        let cards = line.cards().ok_or(Refusal::UnknownCard)?;
        let today = self.cards_day(turn.now.day());
        let part = cards::card_reply(cards.cards(), card, language, today)?;
        if self.editing.held_back.contains_key(card) {
            return Err(Refusal::CardSuspended);
        }
        self.reply(label, part, turn)
    }

    pub(crate) fn reply(
        &mut self,
        label: CaseLabel,
        part: ReplyPart,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        let id = self.held(label)?;
        self.may(Act::Answer, turn)?;
        let today = turn.now.day();
        if let Some(case) = self.cases.get_mut(&id)
            && case.is_renewal_due(today)
        {
            case.renew(today, turn.rng);
            self.relog(&id, false, None, turn);
        }
        if self.send_reply(&id, part, turn) {
            self.append_newest_message(&id, turn);
        }
        let now = turn.now;
        self.change(label, |case| {
            case.unread = false;
            case.active = Some(now);
        })
    }

    fn add_note(
        &mut self,
        label: CaseLabel,
        text: Text,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        if text.is_empty() {
            return Err(Refusal::EmptyText);
        }
        let id = self.held(label)?;
        self.append_entry(&id, &Entry::Note(text.duplicate()), turn);
        self.change(label, |case| case.notes.push(text))
    }
}

//! What the person at the desk wants, and why it may be refused.

use protocol::{CaseId, Language, ReplyPart, TeamEvent, Text};
use wire::Writer;
use zeroize::Zeroizing;

use crate::cards;
use crate::case::Case;
use crate::outbox::About;
use crate::records::RecordKey;
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
            Command::MarkRead(case) => self.change(case, |case| case.unread = false),
            Command::Destroy(case) => self.case_id(case).map(|id| self.destroy(&id, turn)),
            Command::CheckIn => self.check_in(turn),
            Command::CheckOut => self.check_out(turn),
            Command::PlanShift {
                from,
                until,
                guides,
            } => self.plan_shift((from, until), &guides, turn),
            Command::Invite { work_name } => self.invite(work_name, turn),
            Command::CheckInvitations => self.check_invitations(turn),
            Command::Admit { device, role } => self.admit(&device, role, turn),
            Command::RefuseJoin { device } => self.refuse_join(&device),
            Command::PublishCards(json) => self.publish_cards(&json, turn),
        };
        match carried_out {
            Ok(()) => {}
            Err(Refusal::RosterStale) => turn.tell(Notice::RosterStale),
            Err(refusal) => turn.tell(Notice::CommandRefused(refusal)),
        }
    }

    fn case_id(&self, label: CaseLabel) -> Result<CaseId, Refusal> {
        let found = self.cases.keys().find(|id| CaseLabel::of(id) == label);
        found.copied().ok_or(Refusal::UnknownCase)
    }

    fn change(&mut self, label: CaseLabel, change: impl FnOnce(&mut Case)) -> Result<(), Refusal> {
        let id = self.case_id(label)?;
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
        if self.roster.is_stale(turn.now) {
            return Err(Refusal::RosterStale);
        }
        Ok(())
    }

    /// Says in the log that this desk takes a case, by the post that names it; the others follow once it has won.
    fn take(&mut self, label: Option<CaseLabel>, turn: &mut Turn<'_>) -> Result<(), Refusal> {
        self.may_act(turn)?;
        let waiting = self.queue.waiting.iter();
        let waiting = waiting.filter(|(_, waiting)| !waiting.is_hidden());
        let chosen = match label {
            Some(label) => waiting
                .map(|(id, _)| *id)
                .find(|id| CaseLabel::of(id) == label)
                .ok_or(Refusal::UnknownCase)?,
            None => waiting
                .filter(|(_, waiting)| !waiting.taking)
                .min_by_key(|(_, waiting)| waiting.order())
                .map(|(id, _)| *id)
                .ok_or(Refusal::NobodyWaits)?,
        };
        let Some(waiting) = self.queue.waiting.get_mut(&chosen) else {
            return Ok(());
        };
        if waiting.taking {
            return Ok(());
        }
        waiting.taking = true;
        let take = TeamEvent::Take {
            case: chosen,
            contact: waiting.mark,
        };
        self.mark(RecordKey::Waiting(chosen));
        self.append(&take, About::Take(chosen), turn);
        Ok(())
    }

    fn answer(&mut self, label: CaseLabel, text: Text, turn: &mut Turn<'_>) -> Result<(), Refusal> {
        if text.is_empty() {
            return Err(Refusal::EmptyText);
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
        let part = cards::card_reply(cards.cards(), card, language, turn.now.day())?;
        self.reply(label, part, turn)
    }

    fn reply(
        &mut self,
        label: CaseLabel,
        part: ReplyPart,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        let id = self.case_id(label)?;
        self.may_act(turn)?;
        if self.send_reply(&id, part, turn) {
            self.append_newest_message(&id, turn);
        }
        self.change(label, |case| case.unread = false)
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
        let id = self.case_id(label)?;
        let writer = Writer::with_capacity(2048).u8(3);
        let content = writer.medium(text.as_str().as_bytes()).done();
        self.append_entry(&id, &Zeroizing::new(content), turn);
        self.change(label, |case| case.notes.push(text))
    }

    fn check_in(&mut self, turn: &mut Turn<'_>) -> Result<(), Refusal> {
        self.may_act(turn)?;
        let shift = self.shift_on_duty(turn.now).ok_or(Refusal::NotOnDuty)?;
        self.append(&TeamEvent::CheckIn { shift }, About::Nothing, turn);
        Ok(())
    }

    fn check_out(&mut self, turn: &mut Turn<'_>) -> Result<(), Refusal> {
        let shift = self.checked_in.get(&self.device()).copied();
        let shift = shift.ok_or(Refusal::NotOnDuty)?;
        self.append(&TeamEvent::CheckOut { shift }, About::Nothing, turn);
        Ok(())
    }
}

//! What a holder sets of how a case goes: how far it has come, what the contact wishes, what is agreed for the weeks after.

use protocol::{CaseId, ExtensionReason, ReplyPart, Text};
use wire::Day;

use crate::case::Case;
use crate::course::{Aftercare, CaseStage, Course, LINE_SIZE, Silence};
use crate::logged::Entry;
use crate::records::RecordKey;
use crate::trail::Step;
use crate::turn::Turn;
use crate::{CaseLabel, Command, Desk, Refusal};

/// So far ahead aftercare is agreed on at most.
const AFTERCARE_DAYS: u32 = 90;

/// A line of at most 300 bytes.
fn line(text: &Text) -> Result<(), Refusal> {
    match text.as_str().len() <= LINE_SIZE {
        true => Ok(()),
        false => Err(Refusal::LineTooLong),
    }
}

impl Desk {
    /// What is set of how a case goes.
    pub(crate) fn course_command(
        &mut self,
        command: Command,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        match command {
            Command::SetCaseStage { case, stage } => self.set_stage(case, stage, turn),
            Command::KeepWish { case, text } => self.keep_wish(case, text, turn),
            Command::ForgetWish { case, number } => self.forget_wish(case, number, turn),
            Command::AgreeAftercare {
                case,
                until,
                terms,
                silence,
            } => self.agree_aftercare(case, (until, terms, silence), turn),
            Command::EndAftercare(case) => {
                self.set_course(case, |course| course.aftercare = None, turn)
            }
            of_a_handover => self.handover_command(of_a_handover, turn),
        }
    }

    /// Changes the course of a case, and logs it for a successor.
    fn set_course(
        &mut self,
        label: CaseLabel,
        set: impl FnOnce(&mut Course),
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        let id = self.held(label)?;
        self.may_act(turn)?;
        let case = self.cases.get_mut(&id).ok_or(Refusal::UnknownCase)?;
        set(&mut case.course);
        let now = case.course.duplicate();
        self.mark(RecordKey::Case(id));
        self.append_entry(&id, &Entry::Course(now), turn);
        Ok(())
    }

    fn set_stage(
        &mut self,
        label: CaseLabel,
        stage: CaseStage,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        let id = self.held(label)?;
        match self.cases.get(&id) {
            Some(case) if case.course.stage == stage => Ok(()),
            _ => self.set_course(label, |course| course.stage = stage, turn),
        }
    }

    fn keep_wish(
        &mut self,
        label: CaseLabel,
        text: Text,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        if text.is_empty() {
            return Err(Refusal::EmptyText);
        }
        line(&text)?;
        let today = turn.now.day();
        self.set_course(label, |course| course.wish(today, text), turn)
    }

    /// Destroys a wish everywhere: the history is written anew without it, as for a message.
    fn forget_wish(
        &mut self,
        label: CaseLabel,
        number: u32,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        let id = self.held(label)?;
        self.may_act(turn)?;
        let case = self.cases.get_mut(&id).ok_or(Refusal::UnknownCase)?;
        let before = case.course.wishes.len();
        case.course.wishes.retain(|wish| wish.number != number);
        if case.course.wishes.len() == before {
            return Err(Refusal::UnknownWish);
        }
        self.relog(&id, true, None, turn);
        self.note(Step::Erased, turn);
        Ok(())
    }

    /// Keeps what the contact agreed to. Where the case would end before, a second person is asked to keep it longer.
    fn agree_aftercare(
        &mut self,
        label: CaseLabel,
        (until, terms, silence): (Day, Text, Silence),
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        let id = self.held(label)?;
        self.may_act(turn)?;
        let today = turn.now.day();
        let longest = today.plus(AFTERCARE_DAYS);
        if until <= today || until > longest {
            return Err(Refusal::BadDay);
        }
        line(&terms)?;
        silence.text().map_or(Ok(()), line)?;
        match &silence {
            // What a newcomer says to a contact is seen by somebody first, and nobody would see that.
            Silence::Close { last_word } if !last_word.is_empty() && self.needs_approval() => {
                return Err(Refusal::NeedsApproval);
            }
            Silence::Remind { reminder } if reminder.is_empty() => return Err(Refusal::EmptyText),
            _ => {}
        }
        let ends = self.cases.get(&id).map(Case::destroy_after);
        if ends < Some(until) && self.proposed_extension(&id).is_none() {
            self.extend_case(label, until, ExtensionReason::Aftercare, turn)?;
        }
        let agreed = Aftercare {
            until,
            terms,
            silence,
            has_written: false,
        };
        self.set_course(label, |course| course.aftercare = Some(agreed), turn)
    }

    /// The last word that was agreed on, before a case is closed by that agreement.
    pub(crate) fn say_last_word(&mut self, id: &CaseId, today: Day, turn: &mut Turn<'_>) {
        let case = self.cases.get(id);
        let agreed = case.and_then(|case| case.agreed_close(today));
        if let Some(text) = agreed.filter(|text| !text.is_empty()).map(Text::duplicate) {
            self.send_reply(id, ReplyPart::Words(text), turn);
        }
    }
}

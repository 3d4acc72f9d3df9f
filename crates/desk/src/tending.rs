//! What a holder does with a case besides answering: hold, raise, agree on the next time, block, erase, translate, step aside.

use protocol::{Language, ReplyPart, Text, Urgency};
use wire::{Day, ReadError, Reader, Writer};

use crate::case::{Case, Message};
use crate::codec::{read_flag, read_language, read_option, read_text, write_option};
use crate::logged::Entry;
use crate::records::RecordKey;
use crate::trail::Step;
use crate::turn::Turn;
use crate::{CaseLabel, Desk, Notice, Refusal};

/// A contact is blocked for so many days at most.
const BLOCK_DAYS: u32 = 7;
/// So far ahead a next time is agreed on at most.
const NEXT_DAYS: u32 = 60;

/// A translation of a message, by a person.
pub(crate) struct Translation {
    /// Whether the contact wrote the message.
    pub(crate) from_contact: bool,
    /// The message's number.
    pub(crate) number: u32,
    pub(crate) language: Language,
    pub(crate) text: Text,
}

impl Translation {
    pub(crate) fn duplicate(&self) -> Translation {
        Translation {
            text: self.text.duplicate(),
            ..*self
        }
    }
}

/// What a holder has set for a case, of which only the newest counts: raised u8 (0: not) ‖ next contact day? ‖ blocked until day?.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tended {
    pub(crate) raised: Option<Urgency>,
    /// When the contact wants to write again.
    pub(crate) next_contact: Option<Day>,
    /// The last day on which what the contact writes is dropped.
    pub(crate) blocked_until: Option<Day>,
}

impl Translation {
    /// from contact u8 ‖ number u32 ‖ language u8 ‖ text.
    pub(crate) fn write(&self, writer: Writer) -> Writer {
        writer
            .u8(self.from_contact.into())
            .u32(self.number)
            .u8(self.language.code())
            .medium(self.text.as_str().as_bytes())
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Translation, ReadError> {
        Ok(Translation {
            from_contact: read_flag(reader)?,
            number: reader.u32()?,
            language: read_language(reader)?,
            text: read_text(reader)?,
        })
    }
}

impl Tended {
    pub(crate) fn write(self, writer: Writer) -> Writer {
        let writer = writer.u8(self.raised.map_or(0, Urgency::code));
        let writer = write_option(writer, self.next_contact, |writer, day| writer.u32(day.0));
        write_option(writer, self.blocked_until, |writer, day| writer.u32(day.0))
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Tended, ReadError> {
        let day = |reader: &mut Reader<'_>| reader.u32().map(Day);
        Ok(Tended {
            raised: match reader.u8()? {
                0 => None,
                code => Some(Urgency::from_code(code).ok_or(ReadError::Value)?),
            },
            next_contact: read_option(reader, day)?,
            blocked_until: read_option(reader, day)?,
        })
    }
}

impl Case {
    /// How urgent it is: as the contact says, or as somebody has raised it.
    pub(crate) fn urgency(&self) -> Urgency {
        let raised = self.tended.raised;
        raised.map_or(self.urgency, |raised| raised.min(self.urgency))
    }

    pub(crate) fn is_acute(&self) -> bool {
        self.urgency() == Urgency::Minutes
    }

    pub(crate) fn is_blocked(&self, today: Day) -> bool {
        self.tended
            .blocked_until
            .is_some_and(|until| today <= until)
    }

    /// Whether the last word is the contact's.
    pub(crate) fn is_unanswered(&self) -> bool {
        let mut said = self.messages.iter().rev();
        let last = said.find(|message| match message {
            Message::Received { text, .. } => !text.is_empty(),
            Message::Sent { part, .. } => {
                matches!(part, ReplyPart::Words(_) | ReplyPart::Card { .. })
            }
        });
        matches!(last, Some(Message::Received { .. }))
    }

    pub(crate) fn is_tended(&self) -> bool {
        self.tended != Tended::default()
    }

    pub(crate) fn tended(&self) -> Tended {
        self.tended
    }
}

impl Desk {
    /// Something was set for a case, which a successor has to know.
    fn tend(
        &mut self,
        label: CaseLabel,
        set: impl FnOnce(&mut Tended),
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        let id = self.held(label)?;
        self.may_act(turn)?;
        let Some(case) = self.cases.get_mut(&id) else {
            return Err(Refusal::UnknownCase);
        };
        let before = case.tended;
        set(&mut case.tended);
        let now = case.tended;
        if before != now {
            self.mark(RecordKey::Case(id));
            self.append_entry(&id, &Entry::Tended(now), turn);
        }
        Ok(())
    }

    /// The contact is to write next: the case takes no more of the person's attention until then.
    pub(crate) fn hold(&mut self, label: CaseLabel) -> Result<(), Refusal> {
        let id = self.held(label)?;
        if let Some(case) = self.cases.get_mut(&id) {
            if case.is_unanswered() {
                return Err(Refusal::Unanswered);
            }
            case.on_hold = true;
            self.mark(RecordKey::Case(id));
        }
        Ok(())
    }

    /// Somebody has judged that there is less time than the contact said; never more.
    pub(crate) fn raise_urgency(
        &mut self,
        label: CaseLabel,
        urgency: Urgency,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        let id = self.held(label)?;
        let said = self.cases.get(&id).map(|case| case.urgency);
        let raised = (Some(urgency) < said).then_some(urgency);
        self.tend(label, |tended| tended.raised = raised, turn)
    }

    pub(crate) fn agree_next(
        &mut self,
        label: CaseLabel,
        day: Option<Day>,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        let today = turn.now.day();
        if day.is_some_and(|day| day < today || day > today.plus(NEXT_DAYS)) {
            return Err(Refusal::BadDay);
        }
        self.tend(label, |tended| tended.next_contact = day, turn)
    }

    /// Drops what the contact writes for some days, and says so to the contact.
    pub(crate) fn block(
        &mut self,
        label: CaseLabel,
        (until, text): (Day, Text),
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        let today = turn.now.day();
        if until < today || until > today.plus(BLOCK_DAYS) {
            return Err(Refusal::BadDay);
        }
        if !text.is_empty() {
            self.reply(label, ReplyPart::Words(text), turn)?;
        }
        self.tend(label, |tended| tended.blocked_until = Some(until), turn)?;
        self.note(Step::Blocked, turn);
        Ok(())
    }

    pub(crate) fn unblock(&mut self, label: CaseLabel, turn: &mut Turn<'_>) -> Result<(), Refusal> {
        self.tend(label, |tended| tended.blocked_until = None, turn)
    }

    /// Destroys a message everywhere: the case's history is written anew without it, under secrets that open nothing of before.
    pub(crate) fn erase(
        &mut self,
        label: CaseLabel,
        (from_contact, number): (bool, u32),
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        let id = self.held(label)?;
        self.may_act(turn)?;
        let case = self.cases.get_mut(&id).ok_or(Refusal::UnknownCase)?;
        let is_it = |message: &&mut Message| match message {
            Message::Received { number: n, .. } => from_contact && *n == number,
            Message::Sent {
                number: n, part, ..
            } => !from_contact && *n == number && matches!(part, ReplyPart::Words(_)),
        };
        let found = case.messages.iter_mut().find(is_it);
        match found.ok_or(Refusal::UnknownMessage)? {
            Message::Received { text, .. } => *text = Text::empty(),
            Message::Sent { part, .. } => *part = ReplyPart::Words(Text::empty()),
        }
        case.translations
            .retain(|one| (one.from_contact, one.number) != (from_contact, number));
        self.relog(&id, true, None, turn);
        self.note(Step::Erased, turn);
        Ok(())
    }

    /// Puts a translation beside a message.
    pub(crate) fn translate(
        &mut self,
        label: CaseLabel,
        translation: Translation,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        if translation.text.is_empty() {
            return Err(Refusal::EmptyText);
        }
        let id = self.held(label)?;
        self.may_act(turn)?;
        let case = self.cases.get_mut(&id).ok_or(Refusal::UnknownCase)?;
        let exists = case.messages.iter().any(|message| match message {
            Message::Received { number, .. } => {
                translation.from_contact && *number == translation.number
            }
            Message::Sent { number, .. } => {
                !translation.from_contact && *number == translation.number
            }
        });
        if !exists {
            return Err(Refusal::UnknownMessage);
        }
        let entry = Entry::Translation(translation.duplicate());
        case.keep_translation(translation);
        self.mark(RecordKey::Case(id));
        self.append_entry(&id, &entry, turn);
        Ok(())
    }

    /// Says at the beginning of a shift, and once a day, with whom something was agreed for today. Only the guide is reminded.
    pub(crate) fn tell_reminders(&mut self, turn: &mut Turn<'_>) {
        let today = turn.now.day();
        for case in self.cases.values().filter(|case| case.is_held()) {
            if let Some(day) = case.tended.next_contact.filter(|day| *day <= today) {
                turn.tell(Notice::Reminder(case.label(), day));
            }
            if let Some(day) = case.agreed_reminder(today) {
                turn.tell(Notice::AgreedReminder(case.label(), day));
            }
        }
    }
}

impl Case {
    /// The newest translation of a message into a language replaces the one before.
    pub(crate) fn keep_translation(&mut self, translation: Translation) {
        self.translations.retain(|one| {
            (one.from_contact, one.number, one.language)
                != (
                    translation.from_contact,
                    translation.number,
                    translation.language,
                )
        });
        self.translations.push(translation);
    }
}

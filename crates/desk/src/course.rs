//! How a case goes: how far it has come, what its contact wishes, and what is agreed for the weeks after. All of it is the holder's to
//! set and the contact's to change; nothing of it is a decision, and nothing of it reaches a contact that did not agree to it.

use protocol::Text;
use wire::{Day, ReadError, Reader, Writer};

use crate::case::{Case, show_text};
use crate::codec::{read_all, read_flag, read_option, read_text, write_all, write_option};
use crate::view_course::{AftercareView, WishView};

/// A case holds so many wishes; then the oldest goes.
pub(crate) const WISHES: usize = 6;
/// A wish, and each text of what is agreed for afterwards, has so many bytes of UTF-8 at most.
pub(crate) const LINE_SIZE: usize = 300;

/// How far a case has come, as its holder sees it; people change their minds, so that each may follow each.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub enum CaseStage {
    /// The guide listens.
    #[default]
    Listening = 1,
    /// The contact knows what can be known.
    Informed = 2,
    /// The contact weighs it.
    Deciding = 3,
    /// What the contact wants is being arranged.
    Arranging = 4,
    /// A partner has the contact.
    HandedOver = 5,
    /// The contact stayed.
    Stayed = 6,
    /// The dangerous weeks after either.
    After = 7,
}

impl CaseStage {
    /// All of them, in the order in which most cases move.
    pub const ALL: [CaseStage; 7] = [
        CaseStage::Listening,
        CaseStage::Informed,
        CaseStage::Deciding,
        CaseStage::Arranging,
        CaseStage::HandedOver,
        CaseStage::Stayed,
        CaseStage::After,
    ];

    /// The one with this code.
    pub fn from_code(code: u8) -> Option<CaseStage> {
        Self::ALL.into_iter().find(|stage| *stage as u8 == code)
    }

    /// Its name in strings and JSON: lower-case words.
    pub fn word(self) -> &'static str {
        match self {
            CaseStage::Listening => "listening",
            CaseStage::Informed => "informed",
            CaseStage::Deciding => "deciding",
            CaseStage::Arranging => "arranging",
            CaseStage::HandedOver => "handed-over",
            CaseStage::Stayed => "stayed",
            CaseStage::After => "after",
        }
    }

    /// The one with this name.
    pub fn from_word(word: &str) -> Option<CaseStage> {
        Self::ALL.into_iter().find(|stage| stage.word() == word)
    }
}

/// What is to happen if nothing comes from the contact any more. There is no alarm to anybody among it, on purpose.
pub enum Silence {
    /// Nothing; the case ends by its clock.
    Nothing,
    /// After the agreed day the case is closed.
    Close {
        /// What the contact agreed to be told last; nothing when empty.
        last_word: Text,
    },
    /// On the agreed day the guide is reminded.
    Remind {
        /// Of what, as the contact agreed.
        reminder: Text,
    },
}

impl Silence {
    /// Its name in strings and JSON: lower-case words.
    pub fn word(&self) -> &'static str {
        match self {
            Silence::Nothing => "nothing",
            Silence::Close { .. } => "close",
            Silence::Remind { .. } => "remind",
        }
    }

    /// The text that belongs to it.
    pub(crate) fn text(&self) -> Option<&Text> {
        match self {
            Silence::Nothing => None,
            Silence::Close { last_word: text } | Silence::Remind { reminder: text } => Some(text),
        }
    }

    /// From when on it is to happen: whoever reminds has to be reminded while the contact may still come.
    pub(crate) fn first_day(&self, until: Day) -> Day {
        match self {
            Silence::Remind { .. } => until,
            Silence::Nothing | Silence::Close { .. } => until.plus(1),
        }
    }

    fn duplicate(&self) -> Silence {
        match self {
            Silence::Nothing => Silence::Nothing,
            Silence::Close { last_word } => Silence::Close {
                last_word: last_word.duplicate(),
            },
            Silence::Remind { reminder } => Silence::Remind {
                reminder: reminder.duplicate(),
            },
        }
    }

    /// 0; or 1 ‖ last word; or 2 ‖ reminder.
    fn write(&self, writer: Writer) -> Writer {
        match self {
            Silence::Nothing => writer.u8(0),
            Silence::Close { last_word } => write_line(writer.u8(1), last_word),
            Silence::Remind { reminder } => write_line(writer.u8(2), reminder),
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Silence, ReadError> {
        Ok(match reader.u8()? {
            0 => Silence::Nothing,
            1 => Silence::Close {
                last_word: read_text(reader)?,
            },
            2 => Silence::Remind {
                reminder: read_text(reader)?,
            },
            _ => return Err(ReadError::Value),
        })
    }
}

fn write_line(writer: Writer, text: &Text) -> Writer {
    writer.medium(text.as_str().as_bytes())
}

/// What the contact wished on a day, in the contact's own words.
pub(crate) struct Wish {
    /// By which it is named; rises.
    pub(crate) number: u32,
    pub(crate) said: Day,
    pub(crate) text: Text,
}

impl Wish {
    /// number u32 ‖ said day ‖ text.
    fn write(&self, writer: Writer) -> Writer {
        write_line(writer.u32(self.number).u32(self.said.0), &self.text)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Wish, ReadError> {
        Ok(Wish {
            number: reader.u32()?,
            said: Day(reader.u32()?),
            text: read_text(reader)?,
        })
    }
}

/// What is agreed for the weeks after.
pub(crate) struct Aftercare {
    /// The last day on which the contact may come back before it counts as silent.
    pub(crate) until: Day,
    /// How the contact wants to be met.
    pub(crate) terms: Text,
    pub(crate) silence: Silence,
    /// The contact has written since it was agreed: what was agreed for silence holds no longer.
    pub(crate) has_written: bool,
}

impl Aftercare {
    /// until day ‖ terms ‖ silence ‖ has written u8.
    fn write(&self, writer: Writer) -> Writer {
        let writer = write_line(writer.u32(self.until.0), &self.terms);
        self.silence.write(writer).u8(self.has_written.into())
    }

    fn read(reader: &mut Reader<'_>) -> Result<Aftercare, ReadError> {
        Ok(Aftercare {
            until: Day(reader.u32()?),
            terms: read_text(reader)?,
            silence: Silence::read(reader)?,
            has_written: read_flag(reader)?,
        })
    }

    fn show(&self) -> AftercareView {
        AftercareView {
            until: self.until,
            terms: show_text(&self.terms),
            silence: self.silence.duplicate(),
            has_written: self.has_written,
        }
    }

    /// Whether its day has come in silence, and what was agreed for that is to be done.
    pub(crate) fn is_due(&self, today: Day) -> bool {
        !self.has_written && today >= self.silence.first_day(self.until)
    }
}

/// How a case goes; of what the log has of it only the newest counts.
#[derive(Default)]
pub(crate) struct Course {
    pub(crate) stage: CaseStage,
    /// The oldest first.
    pub(crate) wishes: Vec<Wish>,
    pub(crate) aftercare: Option<Aftercare>,
}

impl Course {
    pub(crate) fn is_blank(&self) -> bool {
        let nothing = self.wishes.is_empty() && self.aftercare.is_none();
        nothing && self.stage == CaseStage::default()
    }

    /// Another copy, on purpose.
    pub(crate) fn duplicate(&self) -> Course {
        let wishes = self.wishes.iter().map(|wish| Wish {
            text: wish.text.duplicate(),
            ..*wish
        });
        let aftercare = self.aftercare.as_ref().map(|agreed| Aftercare {
            terms: agreed.terms.duplicate(),
            silence: agreed.silence.duplicate(),
            ..*agreed
        });
        Course {
            stage: self.stage,
            wishes: wishes.collect(),
            aftercare,
        }
    }

    /// stage u8 ‖ (number u32 ‖ said day ‖ text)* ‖ aftercare? (until day ‖ terms ‖ silence ‖ has written u8).
    pub(crate) fn write(&self, writer: Writer) -> Writer {
        let writer = writer.u8(self.stage as u8);
        let writer = write_all(writer, self.wishes.iter(), |writer, wish| {
            wish.write(writer)
        });
        write_option(writer, self.aftercare.as_ref(), |writer, agreed| {
            agreed.write(writer)
        })
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Course, ReadError> {
        Ok(Course {
            stage: CaseStage::from_code(reader.u8()?).ok_or(ReadError::Value)?,
            wishes: read_all(reader, Wish::read)?,
            aftercare: read_option(reader, Aftercare::read)?,
        })
    }

    /// The same from a record whose last part it is: those that were saved before there was a course end before it.
    pub(crate) fn read_tail(reader: &mut Reader<'_>) -> Result<Course, ReadError> {
        match reader.left() {
            0 => Ok(Course::default()),
            _ => Course::read(reader),
        }
    }

    /// At most how many bytes it takes.
    pub(crate) fn size(&self) -> usize {
        16 + (self.wishes.len() + 3) * (LINE_SIZE + 16)
    }

    /// Keeps what the contact wishes now.
    pub(crate) fn wish(&mut self, said: Day, text: Text) {
        let last = self.wishes.last();
        let number = last.map_or(0, |last| last.number.saturating_add(1));
        self.wishes.push(Wish { number, said, text });
        let over = self.wishes.len().saturating_sub(WISHES);
        self.wishes.drain(..over);
    }

    /// The contact has written: silence is over.
    pub(crate) fn hear(&mut self) {
        if let Some(agreed) = &mut self.aftercare {
            agreed.has_written = true;
        }
    }

    pub(crate) fn show_wishes(&self) -> Vec<WishView> {
        let wishes = self.wishes.iter();
        wishes
            .map(|wish| WishView {
                number: wish.number,
                said: wish.said,
                text: show_text(&wish.text),
            })
            .collect()
    }

    pub(crate) fn show_aftercare(&self) -> Option<AftercareView> {
        self.aftercare.as_ref().map(Aftercare::show)
    }
}

impl Case {
    /// The agreed day has passed in silence, and closing is what was agreed for that: the last word.
    pub(crate) fn agreed_close(&self, today: Day) -> Option<&Text> {
        let agreed = self.course.aftercare.as_ref()?;
        match &agreed.silence {
            Silence::Close { last_word } if agreed.is_due(today) => Some(last_word),
            _ => None,
        }
    }

    /// The day on which the guide is to be reminded of what was agreed for silence, if it has come.
    pub(crate) fn agreed_reminder(&self, today: Day) -> Option<Day> {
        let agreed = self.course.aftercare.as_ref()?;
        let reminds = matches!(agreed.silence, Silence::Remind { .. });
        (reminds && agreed.is_due(today)).then_some(agreed.until)
    }
}

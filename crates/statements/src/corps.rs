//! The corps: what is said of a guide in the roster, and what somebody allowed.

use alloc::{string::String, vec::Vec};
use wire::{Day, ReadError, Reader, Writer};

use crate::StatementError;

/// The size of a work name at most, in bytes of UTF-8.
pub const WORK_NAME_SIZE: usize = 64;
/// The size of any other line of text in the roster at most, in bytes of UTF-8.
pub const LINE_SIZE: usize = 80;
/// How many languages, dialects or topics one guide has at most.
const MAX_ITEMS: usize = 6;

/// Whether a character may stand in a name: no controls, and none that turn the direction of what follows.
fn is_visible(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Whether a text has at most `size` bytes and nothing that could make it look like another one.
pub fn is_plain(text: &str, size: usize) -> bool {
    text.len() <= size && text.chars().all(is_visible) && text.trim() == text
}

pub(crate) fn read_line(reader: &mut Reader<'_>, size: usize) -> Result<String, StatementError> {
    let text = core::str::from_utf8(reader.short()?).map_err(|_| StatementError::Rule)?;
    is_plain(text, size)
        .then(|| text.into())
        .ok_or(StatementError::Rule)
}

/// Reads a work name: 1 to 64 bytes.
pub(crate) fn read_work_name(reader: &mut Reader<'_>) -> Result<String, StatementError> {
    let name = read_line(reader, WORK_NAME_SIZE)?;
    (!name.is_empty())
        .then_some(name)
        .ok_or(StatementError::Rule)
}

fn write_lines(writer: Writer, lines: &[String]) -> Writer {
    let count = u8::try_from(lines.len()).unwrap_or(u8::MAX);
    lines
        .iter()
        .take(count.into())
        .fold(writer.u8(count), |writer, line| {
            writer.short(line.as_bytes())
        })
}

fn read_lines(reader: &mut Reader<'_>) -> Result<Vec<String>, StatementError> {
    let count = usize::from(reader.u8()?);
    if count > MAX_ITEMS {
        return Err(StatementError::Rule);
    }
    (0..count).map(|_| read_line(reader, LINE_SIZE)).collect()
}

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$item_doc:meta])* $item:ident = $code:literal: $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum $name { $($(#[$item_doc])* $item = $code),+ }

        impl $name {
            /// All of them, by code.
            pub const ALL: &'static [$name] = &[$($name::$item),+];

            /// The one with this code.
            pub fn from_code(code: u8) -> Option<$name> {
                Self::ALL.iter().copied().find(|one| *one as u8 == code)
            }

            /// Its name in files and addresses: lower-case words.
            pub fn word(self) -> &'static str {
                match self { $($name::$item => $word),+ }
            }

            /// The one with this name.
            pub fn from_word(word: &str) -> Option<$name> {
                Self::ALL.iter().copied().find(|one| one.word() == word)
            }
        }
    };
}
pub(crate) use codes;

codes!(
    /// How far a guide is trusted.
    Stage {
        /// Answers, with drafts approved in the first ten cases.
        Trainee = 1: "trainee",
        /// Answers.
        Guide = 2: "guide",
        /// Answers, and supervises.
        Senior = 3: "senior",
        /// Supervises, and hands over to partners.
        HandoverOfficer = 4: "handover-officer",
        /// Admits, permits, plans, publishes, revokes.
        Coordinator = 5: "coordinator",
    }
);

codes!(
    /// What a permission allows.
    Act {
        /// Take cases and answer contacts.
        Answer = 1: "answer",
        /// Read a colleague's case by invitation, whisper, approve drafts.
        Supervise = 2: "supervise",
        /// Publish cards.
        Publish = 3: "publish",
        /// Hand a contact over to a partner.
        HandOver = 4: "hand-over",
        /// Appear in public for the line.
        AppearInPublic = 5: "appear-in-public",
        /// Travel for the line.
        Travel = 6: "travel",
        /// Check, as a lawyer, cards that speak of the law.
        CheckLaw = 7: "check-law",
    }
);

codes!(
    /// Why a device leaves the roster.
    RemovalReason {
        /// Its holder leaves the team.
        Leaves = 1: "leaves",
        /// The device is lost or was seized.
        Lost = 2: "lost",
        /// Its holder may be acting for somebody else, or be under force.
        Distrusted = 3: "distrusted",
    }
);

impl Stage {
    /// Whether this stage supervises others, and reads the trail.
    pub fn supervises(self) -> bool {
        matches!(self, Stage::Senior | Stage::Coordinator)
    }
}

/// What a guide wants known of him, so that contacts can choose: nothing, unless he says so.
///
/// languages ‖ dialects ‖ topics (each count u8 ‖ (length u8 ‖ text)*) ‖ branch length u8 ‖ branch ‖ years u8 (0: not said) ‖ outside u8.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Profile {
    /// Languages, by their tags (BCP 47).
    pub languages: Vec<String>,
    /// Dialects, in the guide's words.
    pub dialects: Vec<String>,
    /// Topics that the guide knows about.
    pub topics: Vec<String>,
    /// The branch of service.
    pub branch: String,
    /// Years of service; 0 when not said.
    pub years: u8,
    /// The groups to which the guide says not to belong, a bit each: 1 those who served in this army, 2 those from the contacts' home
    /// region, 4 men, 8 women. Whoever says nothing is taken for one of each, by those who want none of them.
    pub outside: u8,
}

impl Profile {
    /// Whether each text is plain and short enough, and there are not too many.
    pub fn is_valid(&self) -> bool {
        let lists = [&self.languages, &self.dialects, &self.topics];
        let short = |lines: &&Vec<String>| {
            lines.len() <= MAX_ITEMS && lines.iter().all(|line| is_plain(line, LINE_SIZE))
        };
        lists.iter().all(short) && is_plain(&self.branch, LINE_SIZE)
    }

    /// Writes it.
    pub fn write(&self, writer: Writer) -> Writer {
        let writer = write_lines(writer, &self.languages);
        let writer = write_lines(writer, &self.dialects);
        let writer = write_lines(writer, &self.topics);
        writer
            .short(self.branch.as_bytes())
            .u8(self.years)
            .u8(self.outside)
    }

    /// Reads it.
    ///
    /// # Errors
    /// `Layout`; `Rule` when a text is too long or not plain, or there are too many.
    pub fn read(reader: &mut Reader<'_>) -> Result<Profile, StatementError> {
        Ok(Profile {
            languages: read_lines(reader)?,
            dialects: read_lines(reader)?,
            topics: read_lines(reader)?,
            branch: read_line(reader, LINE_SIZE)?,
            years: reader.u8()?,
            outside: reader.u8()?,
        })
    }
}

/// Under whose word somebody may do something, from when until when.
///
/// act u8 ‖ authority ‖ document ‖ scope (each length u8 ‖ text) ‖ from day ‖ until day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Permission {
    /// What is allowed.
    pub act: Act,
    /// Who allows it.
    pub authority: String,
    /// The reference of the document that says so; may be empty.
    pub document: String,
    /// Where, for whom, and how far; may be empty.
    pub scope: String,
    /// The first day.
    pub from: Day,
    /// The last day.
    pub until: Day,
}

impl Permission {
    /// Whether it holds on that day (both ends included).
    pub fn holds_on(&self, day: Day) -> bool {
        self.from <= day && day <= self.until
    }

    /// Whether it names an authority, its texts are plain and short enough, and its days are in order.
    pub fn is_valid(&self) -> bool {
        let texts = [&self.authority, &self.document, &self.scope];
        !self.authority.is_empty()
            && texts.iter().all(|text| is_plain(text, LINE_SIZE))
            && self.from <= self.until
    }

    /// Writes it.
    pub fn write(&self, writer: Writer) -> Writer {
        writer
            .u8(self.act as u8)
            .short(self.authority.as_bytes())
            .short(self.document.as_bytes())
            .short(self.scope.as_bytes())
            .u32(self.from.0)
            .u32(self.until.0)
    }

    /// Reads it.
    ///
    /// # Errors
    /// `Layout`; `Rule` when it names no authority, a text is too long or not plain, or it ends before it begins.
    pub fn read(reader: &mut Reader<'_>) -> Result<Permission, StatementError> {
        let permission = Permission {
            act: Act::from_code(reader.u8()?).ok_or(ReadError::Value)?,
            authority: read_line(reader, LINE_SIZE)?,
            document: read_line(reader, LINE_SIZE)?,
            scope: read_line(reader, LINE_SIZE)?,
            from: Day(reader.u32()?),
            until: Day(reader.u32()?),
        };
        permission
            .is_valid()
            .then_some(permission)
            .ok_or(StatementError::Rule)
    }
}

//! What desks tell each other about a shift: who is there, who comes, what each carries (`docs/protocol.md`, section 5).

use wire::{Minute, ReadError, Reader, Writer};

use crate::text::{Language, codes};

codes!(
    /// Whether somebody at a desk takes cases.
    Readiness {
        /// Takes cases.
        Here = 1,
        /// Has come and is not ready yet.
        NotYet = 2,
        /// Has a break, and goes on with what is open.
        Break = 3,
    }
);

codes!(
    /// Whether somebody is staffed for a duty.
    Staffing {
        /// Is not.
        Off = 1,
        /// Is.
        On = 2,
        /// Is, and offers the place to anybody.
        Offered = 3,
    }
);

codes!(
    /// How a case ended; counted, and never said of a person.
    Ending {
        /// As conversations end, or by its clock.
        Closed = 1,
        /// Nothing came any more.
        Silent = 2,
        /// A joke.
        Joke = 3,
        /// Abuse.
        Abusive = 4,
        /// Somebody who wanted something else.
        WrongLine = 5,
        /// Somebody who only tested the line.
        Probe = 6,
        /// The take counted for nothing: its device was removed.
        Void = 7,
    }
);

/// What one desk carries, in numbers: live u8 ‖ acute u8 ‖ open u8 ‖ unread u8 ‖ ending u8.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Load {
    /// Cases in which somebody is writing, acute ones among them.
    pub live: u8,
    /// Acute ones.
    pub acute: u8,
    /// All that are not closed.
    pub open: u8,
    /// Those with something that nobody has looked at.
    pub unread: u8,
    /// Those that end within three days.
    pub ending: u8,
}

impl Load {
    pub(crate) fn write(self, writer: Writer) -> Writer {
        writer
            .u8(self.live)
            .u8(self.acute)
            .u8(self.open)
            .u8(self.unread)
            .u8(self.ending)
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Load, ReadError> {
        Ok(Load {
            live: reader.u8()?,
            acute: reader.u8()?,
            open: reader.u8()?,
            unread: reader.u8()?,
            ending: reader.u8()?,
        })
    }
}

/// A part of the rota: id 8 ‖ from minute ‖ until minute ‖ language u8 ‖ minimum u8.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Duty {
    /// Random; names it.
    pub id: [u8; 8],
    /// The first minute.
    pub from: Minute,
    /// The first minute no longer in it.
    pub until: Minute,
    /// The language that is staffed.
    pub language: Language,
    /// How many guides are needed at least.
    pub minimum: u8,
}

impl Duty {
    /// So many duties fit into one event.
    pub const PER_EVENT: usize = 64;

    /// Writes it.
    pub fn write(&self, writer: Writer) -> Writer {
        writer
            .put(&self.id)
            .u32(self.from.0)
            .u32(self.until.0)
            .u8(self.language.code())
            .u8(self.minimum)
    }

    /// Reads it.
    ///
    /// # Errors
    /// `Value` when the language is not known, or it ends before it begins.
    pub fn read(reader: &mut Reader<'_>) -> Result<Duty, ReadError> {
        let duty = Duty {
            id: reader.array()?,
            from: Minute(reader.u32()?),
            until: Minute(reader.u32()?),
            language: Language::from_code(reader.u8()?).ok_or(ReadError::Value)?,
            minimum: reader.u8()?,
        };
        (duty.from < duty.until)
            .then_some(duty)
            .ok_or(ReadError::Value)
    }
}

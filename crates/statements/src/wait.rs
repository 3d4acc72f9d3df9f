//! What those on duty say about the wait, of each choice that a contact has.

use alloc::vec::Vec;
use wire::{LineId, Minute, ReadError, Reader, Writer};

use crate::shift::ShiftNotice;
use crate::statement::{Draft, StatementError, StatementKind, UnverifiedStatement};

/// How many choices one notice speaks of at most.
const MAX_CHOICES: usize = 32;
/// What stands for a wait that nobody can tell.
const UNKNOWN: u16 = u16::MAX;

crate::corps::codes!(
    /// Of what a contact can choose.
    ChoiceKind {
        /// The language of the answer; its code.
        Language = 1: "language",
        /// How much time is left; its code.
        Urgency = 2: "urgency",
        /// The dialect of the answer; its code.
        Dialect = 3: "dialect",
        /// What it is about; its code.
        Topic = 4: "topic",
        /// Who is not to answer; the bit's place.
        Exclusion = 5: "exclusion",
    }
);

/// The wait of those who choose so: kind u8 ‖ value u8 ‖ expected minutes u16 (65,535: not known; 65,534: nobody on duty fits).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ChoiceWait {
    /// Of what is chosen.
    pub kind: ChoiceKind,
    /// Which of it.
    pub value: u8,
    /// In minutes; `None` when nobody can say, [`ChoiceWait::NOBODY`] when nobody on duty fits.
    pub expected: Option<u16>,
}

impl ChoiceWait {
    /// Stands for a wait that only ends with somebody else's shift: nobody on duty fits the choice.
    pub const NOBODY: u16 = 65_534;
}

/// The wait as those on duty know it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wait {
    /// How many guides are at their desks.
    pub guides: u8,
    /// In minutes, for who chooses nothing; `None` when nobody can say.
    pub expected: Option<u16>,
    /// Whether more write than can be answered soon.
    pub surge: bool,
    /// What each choice changes; at most 32.
    pub choices: Vec<ChoiceWait>,
}

impl Wait {
    /// A wait of which nothing more is known.
    pub fn of(guides: u8, expected: Option<u16>) -> Wait {
        Wait {
            guides,
            expected,
            surge: false,
            choices: Vec::new(),
        }
    }

    fn write(&self, writer: Writer) -> Writer {
        let count = self.choices.len().min(MAX_CHOICES);
        let writer = writer
            .u8(self.guides)
            .u16(self.expected.unwrap_or(UNKNOWN))
            .u8(self.surge.into())
            .u8(u8::try_from(count).unwrap_or(u8::MAX));
        self.choices.iter().take(count).fold(writer, |writer, one| {
            let expected = one.expected.unwrap_or(UNKNOWN);
            writer.u8(one.kind as u8).u8(one.value).u16(expected)
        })
    }

    fn read(reader: &mut Reader<'_>) -> Result<Wait, ReadError> {
        let known = |minutes| (minutes != UNKNOWN).then_some(minutes);
        let guides = reader.u8()?;
        let expected = known(reader.u16()?);
        let surge = match reader.u8()? {
            0 => false,
            1 => true,
            _ => return Err(ReadError::Value),
        };
        let count = usize::from(reader.u8()?);
        if count > MAX_CHOICES {
            return Err(ReadError::Value);
        }
        let mut choices = Vec::with_capacity(count);
        for _ in 0..count {
            choices.push(ChoiceWait {
                kind: ChoiceKind::from_code(reader.u8()?).ok_or(ReadError::Value)?,
                value: reader.u8()?,
                expected: known(reader.u16()?),
            });
        }
        Ok(Wait {
            guides,
            expected,
            surge,
            choices,
        })
    }
}

/// What those on duty say about the wait: shift number u32 ‖ issued minute ‖ guides u8 ‖ expected minutes u16 (65,535: not known) ‖ surge u8 ‖
/// count u8 (≤ 32) ‖ (kind u8 ‖ value u8 ‖ expected minutes u16, 65,534: nobody on duty fits)*.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WaitNotice {
    shift: u32,
    issued: Minute,
    wait: Wait,
}

impl WaitNotice {
    /// A wait notice for the shift to sign; of more than 32 choices the first are told.
    pub fn draft(line: LineId, shift: u32, issued: Minute, wait: &Wait) -> Draft {
        let writer = Writer::default().u32(shift).u32(issued.0);
        let body = wait.write(writer).done();
        Draft::new(StatementKind::WaitNotice, line, body)
    }

    /// Believes a wait notice that this shift's signing key signed.
    ///
    /// # Errors
    /// `Signatures` when it did not; `Kind`, `Line`, `Layout`; `Rule` when it speaks of another shift.
    pub fn verify(
        statement: &UnverifiedStatement,
        shift: &ShiftNotice,
    ) -> Result<WaitNotice, StatementError> {
        let signing = shift.signing_key();
        let body = statement.verified_body(StatementKind::WaitNotice, &shift.line(), 1, |key| {
            *key == signing.0
        })?;
        let mut reader = Reader::new(body);
        let number = reader.u32()?;
        let issued = Minute(reader.u32()?);
        let wait = Wait::read(&mut reader)?;
        reader.end()?;
        if number != shift.number() {
            return Err(StatementError::Rule);
        }
        Ok(WaitNotice {
            shift: number,
            issued,
            wait,
        })
    }

    /// The shift that says so.
    pub fn shift(&self) -> u32 {
        self.shift
    }

    /// When it was said.
    pub fn issued(&self) -> Minute {
        self.issued
    }

    /// What is said.
    pub fn wait(&self) -> &Wait {
        &self.wait
    }

    /// How many guides are at their desks.
    pub fn guides(&self) -> u8 {
        self.wait.guides
    }

    /// The expected wait in minutes of who chooses nothing, when somebody can say.
    pub fn expected(&self) -> Option<u16> {
        self.wait.expected
    }
}

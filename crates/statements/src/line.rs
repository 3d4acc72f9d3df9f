//! A line as a visitor sees it: everything of `GET /v1/line`, verified back to the root.

use alloc::vec::Vec;
use wire::{Day, LineDocument, LineId, Minute};

use crate::{
    CardSet, Delegation, Root, ShiftNotice, StatementError, StatementKind, UnverifiedStatement,
    WaitNotice,
};

/// Why a line document is not believed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LineError {
    /// It has no root or no delegation, so nothing can be verified.
    Incomplete,
    /// It belongs to another line than the expected one.
    OtherLine,
    /// One of its statements is wrong.
    Statement(StatementError),
}

impl From<StatementError> for LineError {
    fn from(error: StatementError) -> Self {
        LineError::Statement(error)
    }
}

impl core::fmt::Display for LineError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            LineError::Incomplete => f.write_str("the line's document has no root or delegation"),
            LineError::OtherLine => f.write_str("this is another line than the expected one"),
            LineError::Statement(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for LineError {}

/// Which shift a message is sealed to, and how sure that is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OnDuty<'a> {
    /// The device's clock and the line agree that this shift is on duty.
    Now(&'a ShiftNotice),
    /// The device's clock says that none is: it is wrong, or the document is old. This is the earliest shift offered.
    ClockDisagrees(&'a ShiftNotice),
    /// The line offers no shift.
    Nobody,
}

/// A line whose statements all verified back to its root.
#[derive(Clone, Debug)]
pub struct Line {
    root: Root,
    id: LineId,
    day: Day,
    delegation: Delegation,
    shifts: Vec<ShiftNotice>,
    wait: Option<WaitNotice>,
    cards: Option<CardSet>,
}

impl Line {
    /// For how many minutes a wait notice is believed.
    pub const WAIT_MINUTES: u32 = 15;

    /// Verifies a whole document; `expected` is the line id that the reader already trusts, if any.
    ///
    /// # Errors
    /// `Incomplete`, `OtherLine`, or what is wrong with the first wrong statement: one wrong statement and nothing is believed.
    pub fn verify(document: &LineDocument, expected: Option<&LineId>) -> Result<Line, LineError> {
        let statements = document
            .statements
            .iter()
            .map(|bytes| UnverifiedStatement::parse(bytes))
            .collect::<Result<Vec<_>, StatementError>>()?;
        let of_kind = |kind| statements.iter().filter(move |s| s.kind() == kind);
        let root = of_kind(StatementKind::Root).next();
        let root = Root::read(root.ok_or(LineError::Incomplete)?)?;
        let id = root.line_id();
        if expected.is_some_and(|expected| *expected != id) {
            return Err(LineError::OtherLine);
        }
        let delegation = of_kind(StatementKind::Delegation).next();
        let delegation = Delegation::verify(delegation.ok_or(LineError::Incomplete)?, &root)?;
        let shifts = of_kind(StatementKind::ShiftNotice)
            .map(|statement| ShiftNotice::verify(statement, &delegation))
            .collect::<Result<Vec<_>, StatementError>>()?;
        let wait = of_kind(StatementKind::WaitNotice).find_map(|statement| {
            shifts
                .iter()
                .find_map(|shift| WaitNotice::verify(statement, shift).ok())
        });
        let cards = of_kind(StatementKind::CardSet)
            .next()
            .map(|statement| CardSet::verify(statement, &delegation))
            .transpose()?;
        Ok(Line {
            root,
            id,
            day: document.day,
            delegation,
            shifts,
            wait,
            cards,
        })
    }

    /// The line id.
    pub fn id(&self) -> LineId {
        self.id
    }

    /// The root.
    pub fn root(&self) -> &Root {
        &self.root
    }

    /// The relay's own day when it gave the document.
    pub fn day(&self) -> Day {
        self.day
    }

    /// The coordinators.
    pub fn delegation(&self) -> &Delegation {
        &self.delegation
    }

    /// The shifts offered.
    pub fn shifts(&self) -> &[ShiftNotice] {
        &self.shifts
    }

    /// The shift to seal to in this minute of the device's clock.
    pub fn on_duty(&self, now: Minute) -> OnDuty<'_> {
        let on_duty = self.shifts.iter().filter(|shift| shift.is_on_duty(now));
        match on_duty.max_by_key(|shift| shift.number()) {
            Some(shift) => OnDuty::Now(shift),
            None => self
                .shifts
                .iter()
                .min_by_key(|shift| shift.number())
                .map_or(OnDuty::Nobody, OnDuty::ClockDisagrees),
        }
    }

    /// The wait as those on duty last gave it, unless that is too long ago or in the future by this clock.
    pub fn wait(&self, now: Minute) -> Option<&WaitNotice> {
        self.wait.as_ref().filter(|wait| {
            let issued = wait.issued();
            issued <= now.plus(2) && now <= issued.plus(Self::WAIT_MINUTES)
        })
    }

    /// The cards.
    pub fn cards(&self) -> Option<&CardSet> {
        self.cards.as_ref()
    }
}

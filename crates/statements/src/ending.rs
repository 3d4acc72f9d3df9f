//! That a line ends: when, and how.

use wire::{Day, LineId, Minute, Reader, Writer};

use crate::corps::codes;
use crate::statement::{Draft, StatementError, StatementKind, UnverifiedStatement};
use crate::{Delegation, Root};

codes!(
    /// How a line ends. What people are told of it stands in the strings of screens, in each language.
    LineEnd {
        /// With a last day that is said beforehand; until then everything works.
        Orderly = 1: "orderly",
        /// At once: nothing is taken or given out any more.
        Emergency = 2: "emergency",
    }
);

/// The last thing that a line says: how u8 ‖ issued minute ‖ last day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FinalNotice {
    /// How it ends.
    pub how: LineEnd,
    /// When it was first signed.
    pub issued: Minute,
    /// The last day on which messages are taken, answered and given out. In an emergency the day of `issued`, and over already.
    pub last_day: Day,
}

impl FinalNotice {
    /// So many days lie between an orderly end's first signature and its last day at least: whoever comes back each week still hears of it.
    pub const NOTICE_DAYS: u32 = 7;
    /// And so many at most: a notice is no plan.
    pub const LATEST_DAYS: u32 = 180;

    /// Whether it may be signed: an emergency ends the line on the day on which it is signed, and nothing else does.
    pub fn is_valid(&self) -> bool {
        let from = self.issued.day();
        match self.how {
            LineEnd::Orderly => {
                let (first, latest) = (from.plus(Self::NOTICE_DAYS), from.plus(Self::LATEST_DAYS));
                first <= self.last_day && self.last_day <= latest
            }
            LineEnd::Emergency => self.last_day == from,
        }
    }

    /// Whether the line has ended on a day.
    pub fn is_over(&self, today: Day) -> bool {
        self.how == LineEnd::Emergency || self.last_day < today
    }

    /// Whether it takes the place of another one: an end may come sooner than was said, and never later.
    pub fn comes_before(&self, other: &FinalNotice) -> bool {
        let order = |notice: &FinalNotice| (notice.how == LineEnd::Orderly, notice.last_day);
        order(self) < order(other)
    }

    /// A notice for coordinators, or for the root keys, to sign.
    pub fn draft(&self, line: LineId) -> Draft {
        let body = Writer::default()
            .u8(self.how as u8)
            .u32(self.issued.0)
            .u32(self.last_day.0)
            .done();
        Draft::new(StatementKind::FinalNotice, line, body)
    }

    /// Believes a notice that the admission threshold of the coordinators signed, or the threshold of the root keys: the line can be
    /// ended also when its coordinators can't act any more.
    ///
    /// # Errors
    /// `Signatures` when too few did; `Kind`, `Line`, `Layout`; `Rule` for an unknown code, or when [`FinalNotice::is_valid`] does not hold.
    pub fn verify(
        statement: &UnverifiedStatement,
        root: &Root,
        delegation: &Delegation,
    ) -> Result<FinalNotice, StatementError> {
        let kind = StatementKind::FinalNotice;
        let threshold = delegation.admission_threshold();
        let body = match delegation.verified_body(statement, kind, threshold) {
            Err(StatementError::Signatures) => root.verified_body(statement, kind)?,
            body => body?,
        };
        Self::read(body)
    }

    /// Reads what a statement proposes, whoever signed it.
    ///
    /// # Errors
    /// `Kind`, `Line`, `Layout`, `Rule`, as [`FinalNotice::verify`].
    pub fn proposed(
        statement: &UnverifiedStatement,
        line: &LineId,
    ) -> Result<FinalNotice, StatementError> {
        Self::read(statement.unsigned_body(StatementKind::FinalNotice, line)?)
    }

    fn read(body: &[u8]) -> Result<FinalNotice, StatementError> {
        let mut reader = Reader::new(body);
        let notice = FinalNotice {
            how: LineEnd::from_code(reader.u8()?).ok_or(StatementError::Rule)?,
            issued: Minute(reader.u32()?),
            last_day: Day(reader.u32()?),
        };
        reader.end()?;
        let is_valid = notice.is_valid();
        is_valid.then_some(notice).ok_or(StatementError::Rule)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notice(how: LineEnd, after: u32) -> FinalNotice {
        let issued = Minute(20_000 * Minute::PER_DAY + 77);
        FinalNotice {
            how,
            issued,
            last_day: issued.day().plus(after),
        }
    }

    #[test]
    fn an_orderly_end_gives_a_week_and_an_emergency_none() {
        let valid = |how, after| notice(how, after).is_valid();
        assert!(!valid(LineEnd::Orderly, 6));
        assert!(valid(LineEnd::Orderly, 7) && valid(LineEnd::Orderly, 180));
        assert!(!valid(LineEnd::Orderly, 181));
        assert!(valid(LineEnd::Emergency, 0) && !valid(LineEnd::Emergency, 1));
    }

    #[test]
    fn the_last_day_is_whole_and_an_emergency_waits_for_nothing() {
        let orderly = notice(LineEnd::Orderly, 30);
        assert!(!orderly.is_over(orderly.last_day));
        assert!(orderly.is_over(orderly.last_day.plus(1)));
        let emergency = notice(LineEnd::Emergency, 0);
        assert!(emergency.is_over(Day(0)), "whatever the clock says");
    }

    #[test]
    fn an_end_comes_sooner_and_never_later() {
        let (soon, late) = (notice(LineEnd::Orderly, 20), notice(LineEnd::Orderly, 30));
        assert!(soon.comes_before(&late) && !late.comes_before(&soon));
        assert!(!soon.comes_before(&soon));
        let emergency = notice(LineEnd::Emergency, 0);
        assert!(emergency.comes_before(&soon) && !soon.comes_before(&emergency));
        assert!(!emergency.comes_before(&emergency));
    }
}

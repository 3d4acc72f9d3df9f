//! What a line publishes of its work in numbers: a month's outcomes, exactly as two persons agreed to them.

use alloc::vec::Vec;
use wire::{Day, LineId, Reader, Writer};

use crate::Delegation;
use crate::statement::{Draft, StatementError, StatementKind, UnverifiedStatement};

/// The outcomes of one month as bytes whose head alone is read here: version u8 = 1 ‖ year u16 ‖ month u8 ‖ figures. Who shows them reads the
/// rest, and shows nothing of what it can't read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublishedMonth {
    year: u16,
    month: u8,
    publication: Vec<u8>,
}

impl PublishedMonth {
    /// How many bytes a publication has at most.
    pub const SIZE: usize = 200;
    /// So many months a line shows at most: of each month of the calendar the newest.
    pub const KEPT: u32 = 12;
    const VERSION: u8 = 1;

    /// A month's publication.
    ///
    /// # Errors
    /// `Layout` when it has no head, `Rule` when it is of another version, of no month from 1970 to 9998, or too long.
    pub fn of(publication: Vec<u8>) -> Result<PublishedMonth, StatementError> {
        let mut reader = Reader::new(&publication);
        let version = reader.u8()?;
        let (year, month) = (reader.u16()?, reader.u8()?);
        let is_month = (1970..9999).contains(&year) && (1..=12).contains(&month);
        let fits = publication.len() <= Self::SIZE && reader.left() > 0;
        if version != Self::VERSION || !is_month || !fits {
            return Err(StatementError::Rule);
        }
        Ok(PublishedMonth {
            year,
            month,
            publication,
        })
    }

    /// The year.
    pub fn year(&self) -> u16 {
        self.year
    }

    /// The number of the month within its year, from 1: the place where it is kept, in which it follows the same month of earlier years.
    pub fn month(&self) -> u8 {
        self.month
    }

    /// What was agreed to.
    pub fn publication(&self) -> &[u8] {
        &self.publication
    }

    /// Whether all days of the month are over.
    pub fn is_over(&self, today: Day) -> bool {
        // The first of the month after it, in years that begin in March and so have the leap day last.
        let next = u32::from(self.month) + 1;
        let (years, months) = match next {
            2 => (u32::from(self.year) - 1, 11),
            _ => (u32::from(self.year), next - 3),
        };
        let days = 365 * years + years / 4 - years / 100 + years / 400 + (153 * months + 2) / 5;
        today.0 >= days - 719_468
    }

    /// Whether it takes the place of what is held of the same month of the calendar: a later year does, and the same again. A month is
    /// published once.
    pub fn follows(&self, held: &PublishedMonth) -> bool {
        self.year > held.year || self == held
    }

    /// A publication for coordinators to sign.
    pub fn draft(&self, line: LineId) -> Draft {
        let body = Writer::default().put(&self.publication).done();
        Draft::new(StatementKind::Outcomes, line, body)
    }

    /// Believes a publication that the admission threshold of the coordinators signed.
    ///
    /// # Errors
    /// `Signatures` when too few did; `Kind`, `Line`; `Layout`, `Rule` as [`PublishedMonth::of`].
    pub fn verify(
        statement: &UnverifiedStatement,
        delegation: &Delegation,
    ) -> Result<PublishedMonth, StatementError> {
        let (kind, threshold) = (StatementKind::Outcomes, delegation.admission_threshold());
        let body = delegation.verified_body(statement, kind, threshold)?;
        Self::of(body.to_vec())
    }

    /// Reads what a statement proposes, whoever signed it.
    ///
    /// # Errors
    /// `Kind`, `Line`, `Layout`, `Rule`, as [`PublishedMonth::verify`].
    pub fn proposed(
        statement: &UnverifiedStatement,
        line: &LineId,
    ) -> Result<PublishedMonth, StatementError> {
        let body = statement.unsigned_body(StatementKind::Outcomes, line)?;
        Self::of(body.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    fn month(year: u16, month: u8) -> PublishedMonth {
        let head = Writer::default().u8(1).u16(year).u8(month);
        PublishedMonth::of(head.u8(7).done()).unwrap()
    }

    #[test]
    fn a_month_is_over_on_the_first_day_of_the_next() {
        for (year, number, first_after) in [
            (1970, 1, 31),
            (1970, 2, 59),
            (1970, 12, 365),
            (2000, 2, 11_017),
            (2024, 2, 19_783),
            (2026, 10, 20_758),
            (2026, 11, 20_788),
            (2026, 12, 20_819),
            (2100, 2, 47_541),
        ] {
            let of = month(year, number);
            assert!(of.is_over(Day(first_after)), "{year}-{number}");
            assert!(!of.is_over(Day(first_after - 1)), "{year}-{number}");
        }
    }

    #[test]
    fn a_month_is_published_once_and_makes_room_for_the_same_month_of_a_later_year() {
        let (old, new) = (month(2025, 11), month(2026, 11));
        assert!(new.follows(&old) && !old.follows(&new) && new.follows(&new));
        let mut other = new.publication().to_vec();
        other.push(9);
        let other = PublishedMonth::of(other).unwrap();
        assert!(!other.follows(&new), "another draw of that month");
    }

    #[test]
    fn what_has_no_month_is_none() {
        let head = |version, year, month| Writer::default().u8(version).u16(year).u8(month);
        let whole = |version, year, month| head(version, year, month).u8(7).done();
        for wrong in [
            whole(0, 2026, 11),
            whole(2, 2026, 11),
            whole(1, 1969, 11),
            whole(1, 9999, 1),
            whole(1, 2026, 0),
            whole(1, 2026, 13),
            head(1, 2026, 11).done(),
            [whole(1, 2026, 11), vec![0; PublishedMonth::SIZE]].concat(),
            vec![1, 7],
        ] {
            assert!(PublishedMonth::of(wrong.clone()).is_err(), "{wrong:?}");
        }
    }
}

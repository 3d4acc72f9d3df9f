//! A month of the calendar.

use core::fmt;

use record::day_of;
use wire::{Day, ReadError, Reader, Writer};

/// A month, from 1970-01 to 9998-12.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Month {
    year: u16,
    number: u8,
}

impl Month {
    /// The month of a year, with a number from 1; `None` outside of what can be counted.
    pub fn new(year: u16, number: u8) -> Option<Month> {
        let fits = (1970..9999).contains(&year) && (1..=12).contains(&number);
        fits.then_some(Month { year, number })
    }

    /// The month that is written such as 2026-11.
    pub fn parse(text: &str) -> Option<Month> {
        let (year, number) = text.split_once('-')?;
        let is_written_so = year.len() == 4 && number.len() == 2;
        let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_written_so || !is_digits(year) || !is_digits(number) {
            return None;
        }
        Month::new(year.parse().ok()?, number.parse().ok()?)
    }

    /// The month in which a day lies.
    pub fn of(day: Day) -> Option<Month> {
        Month::parse(record::date_of(day).get(..7)?)
    }

    /// The year.
    pub fn year(self) -> u16 {
        self.year
    }

    /// The number within the year, from 1.
    pub fn number(self) -> u8 {
        self.number
    }

    /// The month after this one.
    pub fn next(self) -> Month {
        match self.number {
            12 => Month {
                year: self.year.saturating_add(1),
                number: 1,
            },
            number => Month {
                year: self.year,
                number: number.saturating_add(1),
            },
        }
    }

    /// Its first day.
    pub fn first_day(self) -> Day {
        day_of(&format!("{self}-01")).unwrap_or(Day(u32::MAX))
    }

    /// Whether a day lies in it.
    pub fn has(self, day: Day) -> bool {
        (self.first_day()..self.next().first_day()).contains(&day)
    }

    /// Whether all its days are over.
    pub fn is_over(self, today: Day) -> bool {
        today >= self.next().first_day()
    }

    /// year u16 ‖ number u8.
    pub fn write(self, writer: Writer) -> Writer {
        writer.u16(self.year).u8(self.number)
    }

    /// Reads what [`Month::write`] writes.
    ///
    /// # Errors
    /// [`ReadError`] when it is no month, or too short.
    pub fn read(reader: &mut Reader<'_>) -> Result<Month, ReadError> {
        Month::new(reader.u16()?, reader.u8()?).ok_or(ReadError::Value)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_lies_in_one_month_and_it_is_over_on_the_next_ones_first() {
        for day in (0..40_000).map(Day) {
            let month = Month::of(day).unwrap();
            assert!(month.has(day) && !month.next().has(day) && !month.is_over(day));
            assert!(month.is_over(month.next().first_day()));
        }
    }

    #[test]
    fn what_is_no_month_is_refused() {
        for wrong in [
            "",
            "2026",
            "2026-13",
            "2026-00",
            "2026-1",
            "+026-11",
            "1969-12",
            "9999-01",
            "2026-11-01",
        ] {
            assert_eq!(Month::parse(wrong), None, "{wrong}");
        }
        assert_eq!(Month::parse("2026-11").unwrap().to_string(), "2026-11");
    }
}

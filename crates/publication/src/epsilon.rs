//! How much a publication may give away.

use core::fmt;

use wire::{ReadError, Reader, Writer};

/// A privacy loss ε, in thousandths: how likely anything published is differs by a factor of at most e^ε between neighbours.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Epsilon(u32);

impl Epsilon {
    /// What a month takes if nothing else is said: 0.5, a factor of 1.65.
    pub const MONTH: Epsilon = Epsilon(500);
    /// What one month takes at most: 2.
    pub const MONTH_MOST: Epsilon = Epsilon(2000);
    /// The least: 0.001.
    pub const LEAST: Epsilon = Epsilon(1);
    /// What a calendar year has: 6, so that twelve months at the usual price fit. One constant for all lines: who publishes does not set it.
    pub const YEAR: Epsilon = Epsilon(6000);

    /// So many thousandths; `None` for none and above [`Epsilon::MONTH_MOST`].
    pub fn from_thousandths(thousandths: u32) -> Option<Epsilon> {
        (1..=Epsilon::MONTH_MOST.0)
            .contains(&thousandths)
            .then_some(Epsilon(thousandths))
    }

    /// A number such as 0.5, with at most three decimals.
    pub fn parse(text: &str) -> Option<Epsilon> {
        let (whole, rest) = text.split_once('.').unwrap_or((text, "0"));
        let is_digits =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_digits(whole) || !is_digits(rest) || rest.len() > 3 {
            return None;
        }
        let thousandths = format!("{rest:0<3}").parse::<u32>().ok()?;
        let whole = whole.parse::<u32>().ok()?.checked_mul(1000)?;
        Epsilon::from_thousandths(whole.checked_add(thousandths)?)
    }

    /// In thousandths.
    pub fn thousandths(self) -> u32 {
        self.0
    }

    /// The factor e^ε, in hundredths, rounded up.
    pub fn factor_hundredths(self) -> u32 {
        let factor = (f64::from(self.0) / 1000.0).exp();
        // At most e^6 times a hundred.
        (factor * 100.0).ceil() as u32
    }

    /// A sum of what several months took, or what is left of [`Epsilon::YEAR`]: it may be none, or more than one month takes.
    pub fn sum(thousandths: u32) -> Epsilon {
        Epsilon(thousandths)
    }

    /// thousandths u32.
    pub(crate) fn write(self, writer: Writer) -> Writer {
        writer.u32(self.0)
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Epsilon, ReadError> {
        Epsilon::from_thousandths(reader.u32()?).ok_or(ReadError::Value)
    }
}

impl fmt::Display for Epsilon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}.{:03}", self.0 / 1000, self.0 % 1000);
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_exactly_or_refused() {
        for (text, thousandths) in [
            ("0.5", 500),
            ("1", 1000),
            ("0.001", 1),
            ("2", 2000),
            ("1.25", 1250),
        ] {
            let epsilon = Epsilon::parse(text).unwrap();
            assert_eq!(
                (epsilon.thousandths(), epsilon.to_string().as_str()),
                (thousandths, text)
            );
        }
        for wrong in [
            "",
            "0",
            "-1",
            "0.0001",
            "2.001",
            "1e3",
            "nan",
            ".5",
            "1.",
            "99999999999",
        ] {
            assert_eq!(Epsilon::parse(wrong), None, "{wrong}");
        }
        assert_eq!(Epsilon::MONTH.factor_hundredths(), 165);
    }
}

//! Days and minutes, as plain counts.

/// Days since 1970-01-01 UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Day(pub u32);

/// Minutes since 1970-01-01 UTC; used only in what the line itself announces.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Minute(pub u32);

impl Minute {
    /// Minutes in a day.
    pub const PER_DAY: u32 = 24 * 60;

    /// The day in which this minute lies.
    pub fn day(self) -> Day {
        Day(self.0 / Self::PER_DAY)
    }

    /// This minute and `minutes` more, ending at the last representable minute.
    pub fn plus(self, minutes: u32) -> Minute {
        Minute(self.0.saturating_add(minutes))
    }
}

impl Day {
    /// The first minute of this day.
    pub fn start(self) -> Minute {
        Minute(self.0.saturating_mul(Minute::PER_DAY))
    }

    /// This day and `days` more, ending at the last representable day.
    pub fn plus(self, days: u32) -> Day {
        Day(self.0.saturating_add(days))
    }

    /// So many days earlier; the first day at the earliest.
    pub fn minus(self, days: u32) -> Day {
        Day(self.0.saturating_sub(days))
    }
}

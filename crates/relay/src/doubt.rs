//! Whether a clock can be believed, where something is destroyed by its day.

use core::time::Duration;

use thiserror::Error;
use wire::Minute;

use crate::decide::Relay;
use crate::store::Store;

/// So far ahead of what has passed a clock may get; a leap second, a correction and a time zone set wrong are less.
const AHEAD: u32 = 2 * Minute::PER_DAY;

/// A line that is at work plans its shifts ahead. So long after the last one a clock is wrong, or the line rests.
const RESTS: u32 = 14 * Minute::PER_DAY;

/// Whether a line's own statements let a clock show this: its delegation holds, and its last shift, if it ever had one, is not long over.
fn is_expected(now: Minute, delegation_holds: bool, last_shift: Option<Minute>) -> bool {
    delegation_holds && !is_long_after(now, last_shift)
}

/// Whether a clock shows a day long after the last shift.
fn is_long_after(now: Minute, last_shift: Option<Minute>) -> bool {
    last_shift.is_some_and(|until| now > until.plus(RESTS))
}

/// For so long a relay whose clock shows a day that its line does not expect waits for somebody to look. Who lets it run on means the day.
const WAITS: Duration = Duration::from_secs(7 * 24 * 3600);

/// Why a clock is not gone by where something is destroyed by its day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum Doubt {
    /// It is far ahead of the time that has passed since the relay started.
    #[error(
        "the clock jumped ahead; nothing is destroyed by its day until it is set right, or the relay is started again"
    )]
    Jumped,
    /// It shows a day that the line does not expect, and the relay started lately.
    #[error(
        "on the clock's day the line's delegation does not hold, or its last shift is over for two weeks; for a week nothing is destroyed by its day: set the clock, publish a newer delegation, or plan a shift"
    )]
    Unexpected,
}

/// Whether the clock, which showed `since` when `passed` began and shows `now`, is in doubt.
fn doubt((since, passed): (Minute, Duration), now: Minute, is_expected: bool) -> Option<Doubt> {
    let minutes = u32::try_from(passed.as_secs() / 60).unwrap_or(u32::MAX);
    if now > since.plus(minutes).plus(AHEAD) {
        return Some(Doubt::Jumped);
    }
    (!is_expected && passed < WAITS).then_some(Doubt::Unexpected)
}

impl<S: Store> Relay<S> {
    /// Whether the clock is in doubt, which showed `since` when `passed` began, at the relay's start, and shows `now`. What a day destroys does not
    /// come back, so whoever calls [`Relay::expire`] asks this first.
    pub fn doubts(&self, since: (Minute, Duration), now: Minute) -> Option<Doubt> {
        let holds = self.delegation_holds_on(now.day());
        doubt(since, now, is_expected(now, holds, self.last_shift()))
    }

    /// Whether a clock shows a day long after the last shift that was announced.
    pub fn rests(&self, now: Minute) -> bool {
        is_long_after(now, self.last_shift())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test")]

    use super::*;

    #[test]
    fn a_clock_that_runs_on_has_not_jumped_and_one_set_to_another_year_has() {
        let since = Minute(29_000_000);
        let week = Duration::from_secs(7 * 24 * 3600);
        let after = |days: u32| since.plus(days * Minute::PER_DAY);
        let seen = |passed, now| doubt((since, passed), now, true);
        assert_eq!(seen(week, after(7)), None);
        assert_eq!(seen(week, after(9)), None, "corrected by two days");
        assert_eq!(seen(week, after(9).plus(1)), Some(Doubt::Jumped));
        assert_eq!(seen(Duration::ZERO, after(3 * 365)), Some(Doubt::Jumped));
        assert_eq!(seen(week, Minute(0)), None, "back: nothing is too old then");
    }

    #[test]
    fn a_line_expects_no_day_long_after_its_last_shift_nor_one_without_delegation() {
        let shift = Minute(29_000_000);
        let after = |days: u32| shift.plus(days * Minute::PER_DAY);
        assert!(is_expected(after(14), true, Some(shift)));
        assert!(!is_expected(after(14).plus(1), true, Some(shift)));
        assert!(!is_expected(after(0), false, Some(shift)));
        assert!(is_expected(after(300), true, None), "it never had a shift");
        assert!(is_expected(Minute(0), true, Some(shift)), "planned ahead");
    }

    #[test]
    fn a_relay_that_starts_on_a_day_that_its_line_does_not_expect_waits_for_somebody_to_look() {
        let now = Minute(29_000_000);
        let seen = |passed, holds| {
            let since = Minute(now.0 - u32::try_from(passed / 60).unwrap());
            doubt((since, Duration::from_secs(passed)), now, holds)
        };
        assert_eq!(seen(0, true), None);
        assert_eq!(seen(0, false), Some(Doubt::Unexpected));
        let week = WAITS.as_secs();
        assert_eq!(seen(week - 60, false), Some(Doubt::Unexpected));
        assert_eq!(seen(week, false), None, "who lets it run on means the day");
    }
}

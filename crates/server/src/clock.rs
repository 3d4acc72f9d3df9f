//! The relay's clock, in minutes; the only place where this shell reads time.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use thiserror::Error;
use wire::Minute;

/// This minute.
#[allow(clippy::disallowed_methods, reason = "a shell reads the clock")]
pub(crate) fn now() -> Minute {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Minute(u32::try_from(since.as_secs() / 60).unwrap_or(u32::MAX))
}

/// So far ahead of what has passed a clock may get; a leap second, a correction and a time zone set wrong are less.
const AHEAD: u32 = 2 * Minute::PER_DAY;

/// For so long a relay whose clock shows a day outside of its delegation's waits for somebody to look. Who lets it run on means the day.
const WAITS: Duration = Duration::from_secs(7 * 24 * 3600);

/// Why a clock is not gone by where something is destroyed by its day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub(crate) enum Doubt {
    /// It is far ahead of the time that has passed since the relay started.
    #[error(
        "the clock jumped ahead; nothing is destroyed by its day until it is set right, or the relay is started again"
    )]
    Jumped,
    /// It shows a day on which the line's delegation does not hold, and the relay started lately.
    #[error(
        "the line's delegation does not hold on the clock's day; for a week nothing is destroyed by its day: set the clock, or publish a newer delegation"
    )]
    OutsideDelegation,
}

/// Whether the clock, which showed `since` when `passed` began and shows `now`, is in doubt. What a day destroys does not come back, so whoever
/// destroys by the day asks this first.
pub(crate) fn doubt(
    (since, passed): (Minute, Duration),
    now: Minute,
    delegation_holds: bool,
) -> Option<Doubt> {
    let minutes = u32::try_from(passed.as_secs() / 60).unwrap_or(u32::MAX);
    if now > since.plus(minutes).plus(AHEAD) {
        return Some(Doubt::Jumped);
    }
    (!delegation_holds && passed < WAITS).then_some(Doubt::OutsideDelegation)
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
    fn a_relay_that_starts_in_a_year_without_delegation_waits_for_somebody_to_look() {
        let now = Minute(29_000_000);
        let seen = |passed, holds| {
            let since = Minute(now.0 - u32::try_from(passed / 60).unwrap());
            doubt((since, Duration::from_secs(passed)), now, holds)
        };
        assert_eq!(seen(0, true), None);
        assert_eq!(seen(0, false), Some(Doubt::OutsideDelegation));
        let week = WAITS.as_secs();
        assert_eq!(seen(week - 60, false), Some(Doubt::OutsideDelegation));
        assert_eq!(seen(week, false), None, "who lets it run on means the day");
    }
}

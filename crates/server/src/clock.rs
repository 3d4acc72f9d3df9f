//! The relay's clock, in minutes; the only place where this shell reads time.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

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

/// Whether the clock, which showed `since` when `passed` began, has jumped ahead. What a day destroys does not come back, so whoever destroys
/// by the day asks this first.
pub(crate) fn has_jumped(since: Minute, passed: Duration, now: Minute) -> bool {
    let passed = u32::try_from(passed.as_secs() / 60).unwrap_or(u32::MAX);
    now > since.plus(passed).plus(AHEAD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_runs_on_has_not_jumped_and_one_set_to_another_year_has() {
        let since = Minute(29_000_000);
        let week = Duration::from_secs(7 * 24 * 3600);
        let after = |days: u32| since.plus(days * Minute::PER_DAY);
        assert!(!has_jumped(since, week, after(7)));
        assert!(!has_jumped(since, week, after(9)), "corrected by two days");
        assert!(has_jumped(since, week, after(9).plus(1)));
        assert!(has_jumped(since, Duration::ZERO, after(3 * 365)));
        assert!(
            !has_jumped(since, week, Minute(0)),
            "back: nothing is too old then"
        );
    }
}

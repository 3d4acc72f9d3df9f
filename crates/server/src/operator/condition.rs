//! Whether the relay is ready, and why not: pure, of facts that were looked up.

use serde::Serialize;
use wire::{Day, Minute};

/// With fewer free bytes where the store is a relay is not ready: a night of ten thousand posts and what the write-ahead log needs beside them.
pub const ROOM: u64 = 256 << 20;
/// No clock shows an earlier day than that on which this was written, 2026-11-27.
pub const EARLIEST: Day = Day(20_784);

/// What was looked up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts {
    /// What the clock shows.
    pub(crate) now: Minute,
    /// Whether the store answered a reading in time.
    pub(crate) store_answers: bool,
    /// Bytes that are free where the store is; `None` where that is not this machine's to tell.
    pub(crate) free: Option<u64>,
    /// The last day of the delegation that stands.
    pub(crate) delegation_until: Day,
    /// Whether the delegation holds today.
    pub(crate) delegation_holds: bool,
    /// Whether it is long after the last shift that was announced.
    pub(crate) rests: bool,
    /// The last whole day of the certificate, if there is one that can be read.
    pub(crate) certificate_until: Option<Day>,
}

/// One thing without which the relay can't do its work.
#[derive(Serialize, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Condition {
    /// Its name, also in the metrics.
    pub(crate) name: &'static str,
    /// Whether it is as it must be.
    pub(crate) well: bool,
    /// What is the matter, and what to do; empty when all is well.
    pub(crate) says: &'static str,
}

fn condition(name: &'static str, well: bool, says: &'static str) -> Condition {
    let says = if well { "" } else { says };
    Condition { name, well, says }
}

/// All conditions, in the order in which they should be looked at.
pub(crate) fn conditions(facts: &Facts) -> [Condition; 5] {
    let today = facts.now.day();
    let has_begun = facts.delegation_holds || facts.delegation_until < today;
    let clock_says = match facts.rests {
        true => {
            "the clock shows a day more than two weeks after the line's last shift: set it, or, if it is right, plan a shift"
        }
        false => {
            "the clock shows a day before this program or the line's delegation was made: set it, and let it be kept"
        }
    };
    [
        condition(
            "clock",
            today >= EARLIEST && has_begun && !facts.rests,
            clock_says,
        ),
        condition(
            "store",
            facts.store_answers,
            "the store does not answer: see the relay's log, then footbridge doctor",
        ),
        condition(
            "disk",
            facts.free.is_none_or(|free| free >= ROOM),
            "less than 256 MiB are free where the store is: make room; what was acknowledged is safe",
        ),
        condition(
            "delegation",
            facts.delegation_until >= today,
            "the delegation is over: root keys must sign a new one (footbridge delegate draft)",
        ),
        condition(
            "certificate",
            facts.certificate_until.is_none_or(|until| until >= today),
            "the certificate is over: renew it and start the relay again",
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    const WELL: Facts = Facts {
        now: Minute(20_800 * Minute::PER_DAY),
        store_answers: true,
        free: Some(ROOM),
        delegation_until: Day(20_800),
        delegation_holds: true,
        rests: false,
        certificate_until: None,
    };

    fn wrong(facts: Facts) -> Vec<&'static str> {
        let all = conditions(&facts).into_iter();
        all.filter(|one| !one.well).map(|one| one.name).collect()
    }

    #[test]
    fn each_condition_is_missed_by_itself() {
        assert_eq!(wrong(WELL), [""; 0]);
        let store_answers = false;
        assert_eq!(
            wrong(Facts {
                store_answers,
                ..WELL
            }),
            ["store"]
        );
        let free = Some(ROOM - 1);
        assert_eq!(wrong(Facts { free, ..WELL }), ["disk"]);
        assert_eq!(wrong(Facts { free: None, ..WELL }), [""; 0]);
        let over = Facts {
            delegation_until: Day(20_799),
            delegation_holds: false,
            ..WELL
        };
        assert_eq!(wrong(over), ["delegation"]);
        let not_begun = Facts {
            delegation_until: Day(30_000),
            delegation_holds: false,
            ..WELL
        };
        assert_eq!(wrong(not_begun), ["clock"]);
        let certificate_until = Some(Day(20_799));
        assert_eq!(
            wrong(Facts {
                certificate_until,
                ..WELL
            }),
            ["certificate"]
        );
        let reset = Facts {
            now: Minute(0),
            ..WELL
        };
        assert_eq!(wrong(reset), ["clock"]);
        let rests = true;
        assert_eq!(wrong(Facts { rests, ..WELL }), ["clock"]);
    }

    #[test]
    fn only_what_is_wrong_says_something() {
        let free = Some(0);
        for one in conditions(&Facts { free, ..WELL }) {
            assert_eq!(one.says.is_empty(), one.well, "{}", one.name);
        }
    }
}

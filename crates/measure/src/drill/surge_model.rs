//! The people of a day on which very many write: what each needs, and how long an answer takes. Assumptions, all of them printed with
//! the result; nothing here is measured.

use protocol::Urgency;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng;

/// What somebody who writes needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Need {
    /// One answer that a card gives.
    Card,
    /// A talk of three answers.
    Talk,
    /// Somebody at once, for three answers with a person's whole attention.
    Acute,
}

impl Need {
    /// How much time somebody says to have.
    pub(crate) fn urgency(self, rng: &mut ChaCha8Rng) -> Urgency {
        match (self, below(rng, 5)) {
            (Need::Acute, _) => Urgency::Minutes,
            (_, 0 | 1) => Urgency::Hours,
            (_, 2 | 3) => Urgency::Days,
            _ => Urgency::NoHurry,
        }
    }

    /// After how many answers it is settled.
    pub(crate) fn answers(self) -> usize {
        match self {
            Need::Card => 1,
            Need::Talk | Need::Acute => 3,
        }
    }

    /// How many minutes an answer takes, in a surge: short answers, cards first.
    pub(crate) fn minutes(self) -> u32 {
        match self {
            Need::Card => 2,
            Need::Talk => 4,
            Need::Acute => 3,
        }
    }
}

/// Assumed of those who write: the share, in a hundred, whose question a card answers, and of whom minutes are left.
pub(crate) const CARD_SHARE: u64 = 60;
pub(crate) const ACUTE_SHARE: u64 = 4;
/// Those who are called come within so many minutes, evenly.
pub(crate) const COME_WITHIN: u64 = 60;
/// The contact writes again so many minutes after an answer.
pub(crate) const WRITES_AFTER: u32 = 2;

pub(crate) fn below(rng: &mut ChaCha8Rng, limit: u64) -> u64 {
    rng.next_u64() % limit.max(1)
}

pub(crate) fn need(rng: &mut ChaCha8Rng) -> Need {
    match below(rng, 100) {
        share if share < ACUTE_SHARE => Need::Acute,
        share if share < ACUTE_SHARE + CARD_SHARE => Need::Card,
        _ => Need::Talk,
    }
}

/// In which minute of the day each of so many writes: the crowd comes in the first third.
pub(crate) fn arrivals(rng: &mut ChaCha8Rng, messages: usize, minutes: u32) -> Vec<u32> {
    let third = u64::from(minutes / 3).max(1);
    let mut all: Vec<u32> = (0..messages)
        .map(|_| {
            let span = match below(rng, 2) {
                0 => third,
                _ => u64::from(minutes),
            };
            u32::try_from(below(rng, span)).unwrap_or_default()
        })
        .collect();
    all.sort_unstable();
    all
}

/// The value below which so many in a hundred of them lie; nothing of none.
pub(crate) fn percentile(values: &mut [u32], percent: usize) -> Option<u32> {
    values.sort_unstable();
    let last = values.len().checked_sub(1)?;
    values.get(last * percent / 100).copied()
}

/// The same, when so many more wait longer than any of these; nothing when it lies among them.
pub(crate) fn percentile_with(values: &mut [u32], longer: usize, percent: usize) -> Option<u32> {
    values.sort_unstable();
    let last = (values.len() + longer).checked_sub(1)?;
    values.get(last * percent / 100).copied()
}

#[cfg(test)]
mod tests {
    use super::{percentile, percentile_with};

    #[test]
    fn who_still_waits_makes_the_wait_longer_and_never_shorter() {
        let mut values = [4, 1, 3, 2];
        assert_eq!(percentile(&mut values, 50), Some(2));
        assert_eq!(percentile_with(&mut values, 2, 50), Some(3));
        assert_eq!(percentile_with(&mut values, 2, 90), None);
        assert_eq!(
            percentile_with(&mut values, 0, 90),
            percentile(&mut values, 90)
        );
    }
}

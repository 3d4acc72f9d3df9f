//! Waits of many people, those among them who were never answered.

use crate::simulation::Outcome;

/// The waits of some people for the first reply of a person.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Waits {
    /// In minutes, of those who were answered.
    answered: Vec<f64>,
    left: usize,
    waiting: usize,
    is_sorted: bool,
}

impl Waits {
    pub(crate) fn count(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Answered(minutes) => self.answered.push(minutes),
            Outcome::Left(_) => self.left += 1,
            Outcome::Waiting(_) => self.waiting += 1,
        }
        self.is_sorted = false;
    }

    /// Puts the waits of others to these.
    pub(crate) fn add(&mut self, other: &Waits) {
        self.answered.extend(&other.answered);
        self.left += other.left;
        self.waiting += other.waiting;
        self.sort();
    }

    pub(crate) fn sort(&mut self) {
        self.answered.sort_by(f64::total_cmp);
        self.is_sorted = true;
    }

    /// How many people.
    pub fn people(&self) -> usize {
        self.answered.len() + self.left + self.waiting
    }

    /// How many of them had left before anybody answered.
    pub fn left(&self) -> usize {
        self.left
    }

    /// How many of them nobody had answered at the end.
    pub fn waiting(&self) -> usize {
        self.waiting
    }

    /// The wait in minutes that a share of **all** people, from 0 to 1, did not exceed. Whoever was not answered waited longer than
    /// everybody who was. Nothing when so many were not answered, and of nobody.
    pub fn percentile(&self, share: f64) -> Option<f64> {
        debug_assert!(self.is_sorted || self.answered.is_empty());
        let rank = (self.people() as f64 * share).ceil().max(1.0) as usize;
        self.answered.get(rank - 1).copied()
    }

    /// How many people waited longer than so many minutes. Whoever was not answered counts, however short that was before the end.
    pub fn later_than(&self, minutes: f64) -> usize {
        debug_assert!(self.is_sorted || self.answered.is_empty());
        let in_time = self.answered.partition_point(|wait| *wait <= minutes);
        self.people() - in_time
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_never_answered_waits_longest() {
        let mut waits = Waits::default();
        for minutes in [4.0, 2.0, 3.0, 1.0] {
            waits.count(Outcome::Answered(minutes));
        }
        waits.count(Outcome::Waiting(0.5));
        waits.count(Outcome::Left(0.1));
        waits.sort();
        assert_eq!(waits.percentile(0.5), Some(3.0));
        assert_eq!(waits.percentile(0.9), None);
        assert_eq!((waits.later_than(3.0), waits.people()), (3, 6));
        assert_eq!(Waits::default().percentile(0.5), None);
    }
}

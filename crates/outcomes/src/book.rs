//! The book of what was published: the account of a year's budget, and each month once.

use std::collections::BTreeMap;

use publication::{Epsilon, Month, Publication};
use rand_core::CryptoRng;
use wire::{Day, ReadError, Reader, Writer};

use crate::counts::Counts;
use crate::draw::draw;

/// Why a month can't be published.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// The year's budget does not reach so far.
    #[error("{month} would take {asked} of the budget of {year}, and {left} of {} is left; ask for no more than that, or wait for the next year's months", Epsilon::YEAR, year = .month.year())]
    Spent {
        /// The month.
        month: Month,
        /// What was asked for.
        asked: Epsilon,
        /// What is left.
        left: Epsilon,
    },
    /// Its days are not over.
    #[error("{0} is not over; publish it on the first day after it or later")]
    NotOver(Month),
    /// It was drawn, and is not to be drawn again.
    #[error("{0} was drawn already; what was drawn then is what there is")]
    Drawn(Month),
    /// Nothing is asked.
    #[error("nothing is asked of {0}; count at least one question")]
    Nothing(Month),
}

/// What was drawn, and what it took. Nothing in it tells on a contact.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Book {
    drawn: BTreeMap<Month, Publication>,
    /// What draws took that count for nothing, in thousandths, by year.
    void: BTreeMap<u16, u32>,
}

impl Book {
    /// What is left of a year's budget.
    pub fn left(&self, year: u16) -> Epsilon {
        let of_year = self
            .drawn
            .values()
            .filter(|drawn| drawn.month().year() == year);
        let void = self.void.get(&year).copied().unwrap_or(0);
        let spent = of_year.map(|drawn| drawn.epsilon().thousandths());
        let spent = spent.fold(void, u32::saturating_add);
        Epsilon::sum(Epsilon::YEAR.thousandths().saturating_sub(spent))
    }

    /// Whether a month may be drawn on a day at a price.
    ///
    /// # Errors
    /// [`Refusal`] when it is not over, was drawn before, or is too dear.
    pub fn may_draw(&self, month: Month, epsilon: Epsilon, today: Day) -> Result<(), Refusal> {
        if !month.is_over(today) {
            return Err(Refusal::NotOver(month));
        }
        if self.drawn.contains_key(&month) {
            return Err(Refusal::Drawn(month));
        }
        let left = self.left(month.year());
        if epsilon > left {
            return Err(Refusal::Spent {
                month,
                asked: epsilon,
                left,
            });
        }
        Ok(())
    }

    /// Publishes a month, or gives what was published of it before, whatever is asked for now: never a second draw.
    ///
    /// # Errors
    /// As [`Book::may_draw`], and when nothing is asked; then nothing is spent.
    pub fn publish(
        &mut self,
        counts: &Counts,
        epsilon: Epsilon,
        today: Day,
        rng: &mut dyn CryptoRng,
    ) -> Result<Publication, Refusal> {
        let month = counts.month();
        if let Some(published) = self.of(month) {
            return Ok(published.clone());
        }
        self.may_draw(month, epsilon, today)?;
        let drawn = draw(counts, epsilon, rng).ok_or(Refusal::Nothing(month))?;
        self.note(drawn.clone());
        Ok(drawn)
    }

    /// Notes a draw that was made, here or elsewhere, and says whether it counts. One that should not have been made, because its month
    /// was drawn before or the year is spent, takes of the budget all the same, and counts for nothing else.
    pub fn note(&mut self, drawn: Publication) -> bool {
        let (month, epsilon) = (drawn.month(), drawn.epsilon());
        if self.drawn.contains_key(&month) || epsilon > self.left(month.year()) {
            let void = self.void.entry(month.year()).or_insert(0);
            *void = void.saturating_add(epsilon.thousandths());
            return false;
        }
        self.drawn.insert(month, drawn);
        true
    }

    /// What counts of a month.
    pub fn of(&self, month: Month) -> Option<&Publication> {
        self.drawn.get(&month)
    }

    /// What counts, by month.
    pub fn publications(&self) -> impl DoubleEndedIterator<Item = &Publication> {
        self.drawn.values()
    }

    /// count u16 ‖ (publication, with its length u16)* ‖ (year u16 ‖ thousandths u32 that draws took which do not count)*.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Fewer months can be named than a u16 counts to.
        let count = u16::try_from(self.drawn.len()).unwrap_or(u16::MAX);
        let drawn = self.drawn.values().take(count.into());
        let writer = Writer::with_capacity(64).u16(count);
        let writer = drawn.fold(writer, |writer, drawn| writer.medium(&drawn.to_bytes()));
        let void = self.void.iter();
        void.fold(writer, |writer, (year, void)| writer.u16(*year).u32(*void))
            .done()
    }

    /// Reads what [`Book::to_bytes`] writes.
    ///
    /// # Errors
    /// [`ReadError`] when it is anything else, or has a month twice.
    pub fn from_bytes(bytes: &[u8]) -> Result<Book, ReadError> {
        let mut reader = Reader::new(bytes);
        let mut book = Book::default();
        for _ in 0..reader.u16()? {
            let drawn = Publication::from_bytes(reader.medium()?)?;
            if book.drawn.insert(drawn.month(), drawn).is_some() {
                return Err(ReadError::Value);
            }
        }
        while reader.left() > 0 {
            book.void.insert(reader.u16()?, reader.u32()?);
        }
        Ok(book)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Contact, FEW, Question, Questions, Said};
    use rand_chacha::ChaCha20Rng;
    use rand_chacha::rand_core::SeedableRng;

    const LATE: Day = Day(40_000);

    fn rng() -> ChaCha20Rng {
        ChaCha20Rng::seed_from_u64(1)
    }

    fn counts(month: Month, contacts: u32) -> Counts {
        let questions = Questions::of(&[Question::Contacts, Question::Reached]).unwrap();
        let mut counts = Counts::new(month, questions);
        (0..contacts).for_each(|_| counts.add(&Contact::default()));
        counts
    }

    fn month(number: u8) -> Month {
        Month::new(2026, number).unwrap()
    }

    #[test]
    fn a_month_is_drawn_once_whatever_is_asked_for_later() {
        let (mut book, mut rng) = (Book::default(), rng());
        let first = book
            .publish(&counts(month(1), 40), Epsilon::MONTH, LATE, &mut rng)
            .unwrap();
        for _ in 0..20 {
            let again = book.publish(&counts(month(1), 900), Epsilon::MONTH_MOST, LATE, &mut rng);
            assert_eq!(again.as_ref(), Ok(&first));
        }
        assert_eq!(book.left(2026).thousandths(), 5500);
    }

    #[test]
    fn a_spent_budget_refuses_and_takes_nothing_and_the_next_year_has_its_own() {
        let (mut book, mut rng) = (Book::default(), rng());
        for number in 1..=3 {
            book.publish(
                &counts(month(number), 40),
                Epsilon::MONTH_MOST,
                LATE,
                &mut rng,
            )
            .unwrap();
        }
        let before = book.clone();
        let refused = book.publish(
            &counts(month(4), 40),
            Epsilon::from_thousandths(1).unwrap(),
            LATE,
            &mut rng,
        );
        assert!(matches!(refused, Err(Refusal::Spent { left, .. }) if left.thousandths() == 0));
        assert_eq!(book, before);
        // What was published can still be asked for.
        assert!(
            book.publish(&counts(month(3), 40), Epsilon::MONTH, LATE, &mut rng)
                .is_ok()
        );
        let next = Month::new(2027, 1).unwrap();
        assert!(
            book.publish(&counts(next, 40), Epsilon::MONTH, LATE, &mut rng)
                .is_ok()
        );
    }

    #[test]
    fn a_second_draw_that_came_from_elsewhere_is_spent_and_not_shown() {
        let (mut book, mut rng) = (Book::default(), rng());
        let first = book
            .publish(&counts(month(1), 40), Epsilon::MONTH_MOST, LATE, &mut rng)
            .unwrap();
        let other = draw(&counts(month(1), 40), Epsilon::MONTH_MOST, &mut rng).unwrap();
        assert!(!book.note(other));
        assert_eq!(
            (book.of(month(1)), book.left(2026).thousandths()),
            (Some(&first), 2000)
        );
        let read = Book::from_bytes(&book.to_bytes()).unwrap();
        assert_eq!(read, book);
    }

    #[test]
    fn a_month_that_is_not_over_is_refused_until_its_last_day_has_passed() {
        let mut book = Book::default();
        let last = month(12).first_day().minus(1);
        let counted = counts(month(11), 3);
        let refused = book.publish(&counted, Epsilon::MONTH, last, &mut rng());
        assert_eq!(refused, Err(Refusal::NotOver(month(11))));
        assert!(
            book.publish(&counted, Epsilon::MONTH, last.plus(1), &mut rng())
                .is_ok()
        );
    }

    #[test]
    fn small_figures_are_not_told_apart_and_the_true_count_lies_in_the_range() {
        let mut rng = rng();
        for contacts in [0, 1, 5, 40, 400] {
            let mut inside = 0;
            for _ in 0..400 {
                let drawn = draw(&counts(month(1), contacts), Epsilon::MONTH, &mut rng).unwrap();
                let (_, said) = drawn.said().next().unwrap();
                assert!(!matches!(said, Said::About(value) if value < FEW));
                let (low, high) = drawn.range(said);
                inside += u32::from((low..=high).contains(&contacts));
            }
            // 95 of 100, less four standard deviations of 400 draws.
            assert!(inside >= 363, "{contacts}: {inside}");
        }
    }

    #[test]
    fn bytes_that_are_no_publication_are_refused() {
        let drawn = draw(&counts(month(1), 40), Epsilon::MONTH, &mut rng()).unwrap();
        let bytes = drawn.to_bytes();
        assert_eq!(Publication::from_bytes(&bytes).as_ref(), Ok(&drawn));
        for end in 0..bytes.len() {
            assert!(Publication::from_bytes(&bytes[..end]).is_err());
        }
        let with = |at: usize, value: u8| {
            let mut bytes = bytes.clone();
            bytes[at] = value;
            Publication::from_bytes(&bytes)
        };
        // Version, month, epsilon above what a month may take, no question, an unknown one, one more than there are figures.
        for (at, value) in [(0, 2), (3, 13), (4, 1), (8, 0), (8, 0x80), (8, 7)] {
            assert!(with(at, value).is_err(), "{at}");
        }
        // A figure from 1 to 9 is never published.
        let last = bytes.len() - 1;
        assert!(
            (1..10).all(|few| bytes[last - 3..last].iter().any(|byte| *byte != 0)
                || with(last, few).is_err())
        );
        assert!(Publication::from_bytes(&[bytes.clone(), vec![0]].concat()).is_err());
    }
}

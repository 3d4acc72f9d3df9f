//! The exact counts of a month: they stay where they are made, and only their blurred likeness leaves.

use std::collections::BTreeMap;

use publication::{Figure, Month, Question, Questions, Reached, Waited};

/// What is known of one contact in one month. Whoever came back within the month is one contact still.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Contact {
    /// How long it waited, if that is known.
    pub waited: Option<Waited>,
    /// How far its case came, if that is known.
    pub reached: Option<Reached>,
    /// Cards settled its first question.
    pub settled_by_cards: bool,
    /// Its handover was confirmed.
    pub handover_confirmed: bool,
    /// How many replies it collected.
    pub replies_collected: u32,
}

/// The exact counts of a month. No `Debug`, no bytes: nothing but a publication is meant to be seen.
pub struct Counts {
    month: Month,
    questions: Questions,
    counts: BTreeMap<Figure, u32>,
}

impl Counts {
    /// A month without contacts, of which these questions are asked.
    pub fn new(month: Month, questions: Questions) -> Counts {
        Counts {
            month,
            questions,
            counts: BTreeMap::new(),
        }
    }

    /// Counts one contact in. However much is known of it, it adds at most [`Questions::bound`]; the caller vouches that no contact is
    /// counted twice.
    pub fn add(&mut self, contact: &Contact) {
        self.add_known(contact, self.questions);
    }

    /// Counts one contact in to those of the questions that are in `of` too: for who knows of a contact by two ways, each of which answers other
    /// questions. The caller vouches that no contact is counted twice to one question.
    pub fn add_known(&mut self, contact: &Contact, of: Questions) {
        for question in self.questions.asked().filter(|one| of.has(*one)) {
            let (figure, more) = match question {
                Question::Contacts => (Some(Figure::Contacts), 1),
                Question::Waits => (contact.waited.map(Figure::Waited), 1),
                Question::Reached => (contact.reached.map(Figure::Reached), 1),
                Question::Cards => (Some(Figure::Cards), contact.settled_by_cards.into()),
                Question::Handovers => (Some(Figure::Handovers), contact.handover_confirmed.into()),
                Question::Replies => (Some(Figure::Replies), contact.replies_collected),
            };
            if let Some(figure) = figure {
                let count = self.counts.entry(figure).or_insert(0);
                *count = count.saturating_add(more.min(question.bound()));
            }
        }
    }

    /// The month.
    pub fn month(&self) -> Month {
        self.month
    }

    /// What is asked of it.
    pub fn questions(&self) -> Questions {
        self.questions
    }

    /// The exact count; never to be shown.
    pub(crate) fn exact(&self, figure: Figure) -> u32 {
        self.counts.get(&figure).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn contact() -> impl Strategy<Value = Contact> {
        let waited = [
            None,
            Some(Waited::SameDay),
            Some(Waited::NextDay),
            Some(Waited::Later),
        ];
        let reached = [
            None,
            Some(Reached::Open),
            Some(Reached::Ended),
            Some(Reached::Silent),
            Some(Reached::Other),
        ];
        let parts = (
            prop::sample::select(waited.to_vec()),
            prop::sample::select(reached.to_vec()),
            any::<(bool, bool, u32)>(),
        );
        parts.prop_map(
            |(waited, reached, (settled_by_cards, handover_confirmed, replies_collected))| {
                Contact {
                    waited,
                    reached,
                    settled_by_cards,
                    handover_confirmed,
                    replies_collected,
                }
            },
        )
    }

    proptest! {
        /// The guarantee rests on this: one contact more changes all counts together by no more than the noise is made for.
        #[test]
        fn one_contact_more_changes_all_counts_together_by_at_most_the_bound(
            others in prop::collection::vec(contact(), 0..30),
            one in contact(),
            bits in 1u8..64,
        ) {
            let questions = Questions::from_bits(bits).unwrap();
            let mut counts = Counts::new(Month::new(2026, 11).unwrap(), questions);
            others.iter().for_each(|other| counts.add(other));
            let before: Vec<u32> = questions.figures().map(|figure| counts.exact(figure)).collect();
            counts.add(&one);
            let after = questions.figures().map(|figure| counts.exact(figure));
            let changed: u32 = after.zip(before).map(|(after, before)| after.abs_diff(before)).sum();
            prop_assert!(changed <= questions.bound());
        }
    }
}

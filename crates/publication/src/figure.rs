//! What is counted: questions, the figures that answer each, and what one contact can add to them.

use wire::ReadError;

/// How long somebody waited until a guide took the case, in days: nothing finer is known for certain.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Waited {
    /// Taken on the day on which it came.
    SameDay,
    /// Taken on the day after.
    NextDay,
    /// Taken later than that.
    Later,
}

/// How far a case came.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Reached {
    /// It is still being answered.
    Open,
    /// It ended as conversations end, or by its clock.
    Ended,
    /// Nothing came from the contact any more.
    Silent,
    /// It was nothing for the line: a joke, abuse, another line's matter, a probe.
    Other,
}

/// One question that figures answer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Question {
    /// How many contacts there were.
    Contacts,
    /// How long they waited.
    Waits,
    /// How far their cases came.
    Reached,
    /// How often cards settled the first question.
    Cards,
    /// How many handovers were confirmed.
    Handovers,
    /// How many replies were collected.
    Replies,
}

/// One published number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Figure {
    /// Contacts.
    Contacts,
    /// Contacts who waited so.
    Waited(Waited),
    /// Contacts whose case came so far.
    Reached(Reached),
    /// Contacts whose first question was settled by cards.
    Cards,
    /// Contacts whose handover was confirmed.
    Handovers,
    /// Replies that were collected, at most [`Question::REPLIES_EACH`] of each contact.
    Replies,
}

impl Question {
    /// All of them, in the order of their bits and of what is shown.
    pub const ALL: [Question; 6] = [
        Question::Contacts,
        Question::Waits,
        Question::Reached,
        Question::Cards,
        Question::Handovers,
        Question::Replies,
    ];

    /// So many collected replies of one contact count at most: more would need more noise for everybody.
    pub const REPLIES_EACH: u32 = 3;

    /// What one contact adds at most to all figures of this question together.
    pub fn bound(self) -> u32 {
        match self {
            Question::Replies => Question::REPLIES_EACH,
            // Of several figures of one question a contact counts in one.
            _ => 1,
        }
    }

    /// Its figures.
    pub fn figures(self) -> &'static [Figure] {
        match self {
            Question::Contacts => &[Figure::Contacts],
            Question::Waits => &[
                Figure::Waited(Waited::SameDay),
                Figure::Waited(Waited::NextDay),
                Figure::Waited(Waited::Later),
            ],
            Question::Reached => &[
                Figure::Reached(Reached::Open),
                Figure::Reached(Reached::Ended),
                Figure::Reached(Reached::Silent),
                Figure::Reached(Reached::Other),
            ],
            Question::Cards => &[Figure::Cards],
            Question::Handovers => &[Figure::Handovers],
            Question::Replies => &[Figure::Replies],
        }
    }

    /// Its name in CSV and in strings.
    pub fn key(self) -> &'static str {
        match self {
            Question::Contacts => "contacts",
            Question::Waits => "waits",
            Question::Reached => "reached",
            Question::Cards => "cards",
            Question::Handovers => "handovers",
            Question::Replies => "replies",
        }
    }

    fn bit(self) -> u8 {
        1 << (self as u8)
    }
}

impl Figure {
    /// Its name in CSV and in strings.
    pub fn key(self) -> &'static str {
        match self {
            Figure::Contacts => "contacts",
            Figure::Waited(Waited::SameDay) => "waited-same-day",
            Figure::Waited(Waited::NextDay) => "waited-next-day",
            Figure::Waited(Waited::Later) => "waited-later",
            Figure::Reached(Reached::Open) => "reached-open",
            Figure::Reached(Reached::Ended) => "reached-ended",
            Figure::Reached(Reached::Silent) => "reached-silent",
            Figure::Reached(Reached::Other) => "reached-other",
            Figure::Cards => "cards",
            Figure::Handovers => "handovers",
            Figure::Replies => "replies",
        }
    }
}

/// The questions of one publication. What is not asked costs nothing and is said not to be counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Questions(u8);

impl Questions {
    /// These questions; `None` without any.
    pub fn of(asked: &[Question]) -> Option<Questions> {
        let bits = asked.iter().fold(0, |bits, question| bits | question.bit());
        (bits != 0).then_some(Questions(bits))
    }

    /// Whether a question is asked.
    pub fn has(self, question: Question) -> bool {
        self.0 & question.bit() != 0
    }

    /// Those that are asked, in order.
    pub fn asked(self) -> impl Iterator<Item = Question> {
        Question::ALL
            .into_iter()
            .filter(move |question| self.has(*question))
    }

    /// Those that are not asked, in order.
    pub fn left_out(self) -> impl Iterator<Item = Question> {
        Question::ALL
            .into_iter()
            .filter(move |question| !self.has(*question))
    }

    /// Their figures, in order.
    pub fn figures(self) -> impl Iterator<Item = Figure> {
        self.asked()
            .flat_map(|question| question.figures().iter().copied())
    }

    /// What one contact adds at most to all their figures together: by how much two neighbours differ, in the sum of the differences.
    pub fn bound(self) -> u32 {
        self.asked().map(Question::bound).sum()
    }

    pub(crate) fn to_bits(self) -> u8 {
        self.0
    }

    /// The questions of bits, each the place of one in [`Question::ALL`].
    ///
    /// # Errors
    /// [`ReadError`] for none and for unknown ones.
    pub fn from_bits(bits: u8) -> Result<Questions, ReadError> {
        let known = Question::ALL
            .iter()
            .fold(0, |all, question| all | question.bit());
        if bits == 0 || bits & !known != 0 {
            return Err(ReadError::Value);
        }
        Ok(Questions(bits))
    }
}

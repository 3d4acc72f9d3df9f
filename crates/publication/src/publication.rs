//! What is published of a month: blurred figures, small ones not told apart, each with its uncertainty.

use std::collections::BTreeMap;

use wire::{ReadError, Reader, Writer};

use crate::epsilon::Epsilon;
use crate::figure::{Figure, Questions};
use crate::margin;
use crate::month::Month;

/// Below this a blurred figure is only said to be fewer.
pub const FEW: u32 = 10;
const VERSION: u8 = 1;

/// What is said of one figure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Said {
    /// Fewer than [`FEW`], judged by the blurred figure: the true count may be above.
    Fewer,
    /// About so many; [`FEW`] or more.
    About(u32),
}

/// The published figures of a month: drawn once, and the same ever after.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Publication {
    month: Month,
    epsilon: Epsilon,
    questions: Questions,
    said: BTreeMap<Figure, Said>,
}

impl Publication {
    /// What is said of a month by blurred figures, in the order of the questions' figures; what has no figure counts as 0. Whoever has
    /// counts draws with the crate `outcomes`.
    pub fn of(
        (month, epsilon, questions): (Month, Epsilon, Questions),
        blurred: impl IntoIterator<Item = i64>,
    ) -> Publication {
        let blurred = blurred.into_iter().chain(core::iter::repeat(0));
        let said = questions.figures().zip(blurred.map(Said::of)).collect();
        Publication {
            month,
            epsilon,
            questions,
            said,
        }
    }

    /// The month.
    pub fn month(&self) -> Month {
        self.month
    }

    /// What it took of the year's budget.
    pub fn epsilon(&self) -> Epsilon {
        self.epsilon
    }

    /// What was asked.
    pub fn questions(&self) -> Questions {
        self.questions
    }

    /// The figures in order.
    pub fn said(&self) -> impl Iterator<Item = (Figure, Said)> + '_ {
        let figures = self.questions.figures();
        figures.filter_map(|figure| Some((figure, *self.said.get(&figure)?)))
    }

    /// By how much a blurred figure is away from the true count at most, in 95 of 100 draws.
    pub fn margin(&self) -> u32 {
        margin::margin(self.questions.bound(), self.epsilon)
    }

    /// Between which counts the true one lies, both included, in at least 95 of 100 draws of this figure by itself.
    pub fn range(&self, said: Said) -> (u32, u32) {
        let margin = self.margin();
        match said {
            Said::Fewer => (0, margin.saturating_add(FEW - 1)),
            Said::About(value) => (value.saturating_sub(margin), value.saturating_add(margin)),
        }
    }

    /// version u8 = 1 ‖ year u16 ‖ month u8 ‖ thousandths u32 ‖ questions u8 ‖ (0, or the figure from 10 on, u32) of each figure in order.
    pub fn to_bytes(&self) -> Vec<u8> {
        let writer = self.month.write(Writer::with_capacity(64).u8(VERSION));
        let writer = self.epsilon.write(writer).u8(self.questions.to_bits());
        let figures = self.said();
        figures
            .fold(writer, |writer, (_, said)| match said {
                Said::Fewer => writer.u32(0),
                Said::About(value) => writer.u32(value),
            })
            .done()
    }

    /// Reads what [`Publication::to_bytes`] writes.
    ///
    /// # Errors
    /// [`ReadError`] when it is anything else: another version, an unknown question, a figure from 1 to 9, bytes that are left.
    pub fn from_bytes(bytes: &[u8]) -> Result<Publication, ReadError> {
        let mut reader = Reader::new(bytes);
        if reader.u8()? != VERSION {
            return Err(ReadError::Value);
        }
        let month = Month::read(&mut reader)?;
        let epsilon = Epsilon::read(&mut reader)?;
        let questions = Questions::from_bits(reader.u8()?)?;
        let mut said = BTreeMap::new();
        for figure in questions.figures() {
            let value = match reader.u32()? {
                0 => Said::Fewer,
                value if value >= FEW => Said::About(value),
                _ => return Err(ReadError::Value),
            };
            said.insert(figure, value);
        }
        reader.end()?;
        Ok(Publication {
            month,
            epsilon,
            questions,
            said,
        })
    }
}

impl Said {
    fn of(blurred: i64) -> Said {
        match u32::try_from(blurred.min(u32::MAX.into())) {
            Ok(value) if value >= FEW => Said::About(value),
            _ => Said::Fewer,
        }
    }
}

//! What the network does to a request.

use rand_chacha::ChaCha8Rng;
use rand_core::Rng;

/// What becomes of one request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fate {
    /// It arrives and is answered.
    Fine,
    /// It never leaves.
    NotSent,
    /// It is lost on the way; the sender does not know.
    Lost,
    /// It arrives, and its answer is lost.
    AnswerLost,
    /// It arrives at some later time, after others; the sender does not know.
    Delayed,
    /// It arrives and is answered, and arrives once more at some later time.
    Doubled,
}

/// Chances without which nothing is random.
pub(crate) struct Dice {
    pub(crate) rng: ChaCha8Rng,
    /// While false the network is perfect.
    pub(crate) faulty: bool,
    pub(crate) faults: usize,
}

impl Dice {
    /// A number below `count`.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        let wide = u64::try_from(count.max(1)).unwrap_or(1);
        usize::try_from(self.rng.next_u64() % wide).unwrap_or_default()
    }

    /// True once in `count` times.
    pub(crate) fn once_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    pub(crate) fn fate(&mut self) -> Fate {
        if !self.faulty {
            return Fate::Fine;
        }
        let fate = match self.below(20) {
            0 => Fate::NotSent,
            1 => Fate::Lost,
            2 | 3 => Fate::AnswerLost,
            4 => Fate::Delayed,
            5 => Fate::Doubled,
            _ => Fate::Fine,
        };
        self.faults += usize::from(fate != Fate::Fine);
        fate
    }
}

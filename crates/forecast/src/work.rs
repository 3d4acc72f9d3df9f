//! How long conversations take, and what one guide carries.

use rand_chacha::ChaCha8Rng;
use rand_core::Rng;

/// A number from 0 to below 1.
pub(crate) fn fraction(rng: &mut ChaCha8Rng) -> f64 {
    // The upper 53 bits: as many as a number of this kind holds.
    (rng.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

/// An exponential time with this mean.
pub(crate) fn exponential(mean: f64, rng: &mut ChaCha8Rng) -> f64 {
    -mean * (1.0 - fraction(rng)).ln()
}

/// How many conversations took from so many minutes to so many; evenly in between.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Bin {
    pub(crate) from: f64,
    pub(crate) to: f64,
    pub(crate) count: f64,
}

/// How long conversations take while a guide has no other.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Lengths {
    /// As they were counted.
    Counted(Vec<Bin>),
    /// Exponential with a mean of so many minutes, as Erlang's formulas want them.
    #[cfg(test)]
    Exponential(f64),
}

impl Lengths {
    /// The mean in minutes.
    pub(crate) fn mean(&self) -> f64 {
        match self {
            Lengths::Counted(bins) => {
                let all: f64 = bins.iter().map(|bin| bin.count).sum();
                let minutes = bins.iter().map(|bin| bin.count * (bin.from + bin.to) / 2.0);
                minutes.sum::<f64>() / all
            }
            #[cfg(test)]
            Lengths::Exponential(mean) => *mean,
        }
    }

    pub(crate) fn draw(&self, rng: &mut ChaCha8Rng) -> f64 {
        match self {
            Lengths::Counted(bins) => {
                let all: f64 = bins.iter().map(|bin| bin.count).sum();
                let (mut place, within) = (fraction(rng) * all, fraction(rng));
                let found = bins.iter().find(|bin| {
                    place -= bin.count;
                    place < 0.0
                });
                let found = found.or(bins.last());
                found.map_or(0.0, |bin| bin.from + within * (bin.to - bin.from))
            }
            #[cfg(test)]
            Lengths::Exponential(mean) => exponential(*mean, rng),
        }
    }

    /// The same with every length multiplied, to ask what a longer or shorter conversation would change.
    pub(crate) fn times(&self, factor: f64) -> Lengths {
        match self {
            Lengths::Counted(bins) => {
                let bins = bins.iter().map(|bin| Bin {
                    from: bin.from * factor,
                    to: bin.to * factor,
                    count: bin.count,
                });
                Lengths::Counted(bins.collect())
            }
            #[cfg(test)]
            Lengths::Exponential(mean) => Lengths::Exponential(mean * factor),
        }
    }
}

/// What conversations ask of guides. Times are in minutes.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Work {
    pub(crate) acute: Lengths,
    pub(crate) others: Lengths,
    /// From taking a case to the first reply, while a guide has no other.
    pub(crate) reply_acute: f64,
    pub(crate) reply_others: f64,
    /// How much longer each of two conversations at once takes: 1 not at all, 2 as if one had to wait for the other.
    pub(crate) stretch: f64,
    /// Most conversations that a guide carries at once, none of them acute.
    pub(crate) live: usize,
    /// One of so many on duty is kept free for somebody with minutes; 0 keeps nobody.
    pub(crate) one_free_of: usize,
    /// The mean patience of those who wait, exponential; nobody leaves without one.
    pub(crate) patience: Option<f64>,
}

impl Work {
    /// Minutes of a guide's whole attention that a conversation takes, at best and with two at once.
    pub(crate) fn attention(&self, acute_share: f64) -> f64 {
        let each = if self.live > 1 {
            self.stretch / 2.0
        } else {
            1.0
        };
        acute_share * self.acute.mean() + (1.0 - acute_share) * self.others.mean() * each
    }
}

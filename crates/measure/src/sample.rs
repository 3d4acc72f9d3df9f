//! What measurements have in common: envelopes that a relay accepts, and times in order.

use anyhow::Result;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use wire::{Envelope, Header, Kind, LineId, SEALED_SIZE};

/// The shift to which all posts go, and the generation of all entries.
pub(crate) const EPOCH: u32 = 1;

pub(crate) fn random<const N: usize>(rng: &mut ChaCha8Rng) -> [u8; N] {
    let mut bytes = [0; N];
    rng.fill_bytes(&mut bytes);
    bytes
}

/// An envelope as the relay sees it: a true header and a sealed part that means nothing to it.
pub(crate) fn envelope(kind: Kind, line: &LineId, rng: &mut ChaCha8Rng) -> Result<Envelope> {
    let header = Header {
        kind,
        epoch: match kind {
            Kind::Post | Kind::LogEntry => EPOCH,
            Kind::Slot => 0,
        },
        line_tag: line.tag(),
        mark: random(rng),
        shred_hash: random(rng),
    };
    let mut sealed = vec![0; SEALED_SIZE];
    rng.fill_bytes(&mut sealed);
    Ok(Envelope::assemble(&header, &sealed)?)
}

/// Posts of a line, each unlike all before.
pub(crate) struct Posts {
    line: LineId,
    rng: ChaCha8Rng,
}

impl Posts {
    /// `seed` keeps two sources apart.
    pub(crate) fn new(line: &LineId, seed: u64) -> Posts {
        Posts {
            line: *line,
            rng: ChaCha8Rng::seed_from_u64(seed),
        }
    }

    pub(crate) fn next(&mut self) -> Result<Envelope> {
        envelope(Kind::Post, &self.line, &mut self.rng)
    }
}

/// Times in order, in milliseconds.
pub(crate) struct Times(Vec<f64>);

impl Times {
    pub(crate) fn new(mut times: Vec<f64>) -> Times {
        times.sort_by(f64::total_cmp);
        Times(times)
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// The time that a share of them did not exceed, such as 0.99; 0 when there are none.
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place in a list that fits into memory"
    )]
    pub(crate) fn at(&self, share: f64) -> f64 {
        let place = (self.0.len() as f64 * share) as usize;
        self.0.get(place).copied().unwrap_or_default()
    }

    pub(crate) fn most(&self) -> f64 {
        self.0.last().copied().unwrap_or_default()
    }
}

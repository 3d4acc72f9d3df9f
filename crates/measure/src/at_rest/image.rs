//! A disk as whoever took it looks at it.

use std::collections::HashSet;
use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::io::Read;
use std::path::Path;

use anyhow::{Result, ensure};
use memchr::memmem;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde::Serialize;
use shape::{Features, block_features, is_printable};

/// File systems and both stores write in steps of this size.
const BLOCK: usize = 4096;
/// The unit that is sealed by itself.
const SECTOR: usize = 512;
/// So many printable bytes in a row are a string; `strings` takes four, of which noise is full.
const STRING: usize = 12;

/// What was looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub(super) struct Image {
    pub(super) bytes: usize,
    /// Runs of twelve or more printable bytes.
    pub(super) strings: usize,
    /// Sectors whose bytes stood in an earlier one.
    pub(super) repeated: usize,
    /// Places where bytes stand that a store or a file system writes.
    pub(super) known: usize,
}

fn strings(bytes: &[u8]) -> usize {
    let runs = bytes.split(|byte| !is_printable(*byte));
    runs.filter(|run| run.len() >= STRING).count()
}

fn repeated(bytes: &[u8]) -> usize {
    let state = RandomState::new();
    let sectors = bytes.chunks(SECTOR).map(|sector| state.hash_one(sector));
    let different: HashSet<u64> = sectors.collect();
    bytes.len().div_ceil(SECTOR) - different.len()
}

/// A disk and some of its blocks.
pub(super) type Look = (Image, Vec<Features>);

/// Looks at a disk, and takes `count` of its blocks, drawn by lot.
///
/// # Errors
/// When it can't be read or has fewer blocks.
pub(super) fn look(path: &Path, known: &[&[u8]], (count, seed): (usize, u64)) -> Result<Look> {
    let mut bytes = Vec::new();
    File::open(path)?.read_to_end(&mut bytes)?;
    let mut blocks: Vec<&[u8]> = bytes.chunks_exact(BLOCK).collect();
    ensure!(
        blocks.len() >= count,
        "too small to take {count} blocks of it"
    );
    let image = Image {
        bytes: bytes.len(),
        strings: strings(&bytes),
        repeated: repeated(&bytes),
        known: known
            .iter()
            .map(|known| memmem::find_iter(&bytes, known).count())
            .sum(),
    };
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut taken = Vec::with_capacity(count);
    while taken.len() < count {
        let place = usize::try_from(rng.next_u64())? % blocks.len();
        taken.push(block_features(blocks.swap_remove(place)));
    }
    Ok((image, taken))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test")]

    use super::*;

    #[test]
    fn what_a_disk_shows_is_counted() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("disk");
        let mut bytes: Vec<u8> = (0..4 * BLOCK).map(|at| u8::from(at % 3 == 0)).collect();
        bytes[100..120].copy_from_slice(b"take me to the river");
        bytes[300..306].copy_from_slice(b"SQLite");
        std::fs::write(&path, bytes).unwrap();
        let (image, blocks) = look(&path, &[b"SQLite", b"none"], (4, 1)).unwrap();
        let expected = Image {
            bytes: 4 * BLOCK,
            strings: 1,
            // Three is no divisor of a sector, so there are three kinds of them, and the one with text.
            repeated: 32 - 4,
            known: 1,
        };
        assert_eq!((image, blocks.len()), (expected, 4));
        assert!(look(&path, &[], (5, 1)).is_err());
    }
}

//! Numbers of a block of a disk: what tells text, tables and emptiness from noise.

use std::collections::HashSet;

use crate::features::Features;

/// Ciphers without a place of their own for each unit show the same unit twice; this is the size of AES's.
const UNIT: usize = 16;

/// Each byte with the next one.
fn neighbours(block: &[u8]) -> impl Iterator<Item = (u8, u8)> {
    block.iter().copied().zip(block.iter().copied().skip(1))
}

/// The most neighbours in a row for which something holds.
fn longest(block: &[u8], holds: impl Fn(u8, u8) -> bool) -> f64 {
    let (mut most, mut now) = (0_u32, 0_u32);
    for (one, next) in neighbours(block) {
        now = if holds(one, next) { now + 1 } else { 0 };
        most = most.max(now);
    }
    f64::from(most)
}

/// Whether a byte is of a text: a letter, a digit, a sign or a space of ASCII.
pub fn is_printable(byte: u8) -> bool {
    byte.is_ascii_graphic() || byte == b' '
}

/// How much a byte says of the next one: their correlation, from -1 to 1.
fn correlation(block: &[u8], mean: f64) -> f64 {
    let (mut together, mut alone) = (0.0, 0.0);
    for (one, next) in neighbours(block) {
        let (one, next) = (f64::from(one) - mean, f64::from(next) - mean);
        together += one * next;
        alone += one * one;
    }
    if alone > 0.0 { together / alone } else { 1.0 }
}

/// Numbers of a block of at least one byte: how its bytes are spread, what is printable, empty or repeated in it, how many bits are set.
pub fn block_features(block: &[u8]) -> Features {
    let mut counts = [0_u32; 256];
    for byte in block {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count += 1;
        }
    }
    let length = block.len() as f64;
    let mean = block.iter().map(|byte| f64::from(*byte)).sum::<f64>() / length;
    let expected = length / 256.0;
    let shares = counts.iter().filter(|count| **count > 0);
    let entropy: f64 = shares
        .map(|count| f64::from(*count) / length)
        .map(|share| -share * share.log2())
        .sum();
    let squares = counts.iter().map(|count| {
        let off = f64::from(*count) - expected;
        off * off / expected
    });
    let count = |holds: &dyn Fn(u8) -> bool| block.iter().filter(|byte| holds(**byte)).count();
    let bits: u32 = block.iter().map(|byte| byte.count_ones()).sum();
    let units = block.chunks(UNIT);
    let different: HashSet<&[u8]> = units.clone().collect();
    let mut features = Features::default();
    features.put("bits of entropy in a byte", entropy);
    features.put("chi-square of the bytes", squares.sum());
    features.put("mean", mean);
    features.put("correlation of neighbours", correlation(block, mean));
    features.put("set bits", f64::from(bits));
    features.put("zeros", count(&|byte| byte == 0) as f64);
    features.put("printable", count(&is_printable) as f64);
    let seldom = counts.iter().filter(|count| **count == 0).count();
    features.put("bytes that do not occur", seldom as f64);
    let most = counts.iter().max().copied().unwrap_or_default();
    features.put("count of the most frequent byte", f64::from(most));
    let in_words = longest(block, |one, next| is_printable(one) && is_printable(next));
    features.put("longest text", in_words);
    features.put("longest run", longest(block, |one, next| one == next));
    features.put("repeated units", (units.len() - different.len()) as f64);
    features
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forest::rng;
    use crate::{Effort, judge};
    use rand_core::Rng;

    fn noise(seed: u64) -> Vec<u8> {
        let mut block = vec![0; 4096];
        rng(seed).fill_bytes(&mut block);
        block
    }

    fn value(features: &Features, name: &str) -> f64 {
        let named = features.names.iter().zip(&features.values);
        *named.clone().find(|(one, _)| *one == name).unwrap().1
    }

    #[test]
    fn noise_text_and_emptiness_have_the_numbers_that_they_must_have() {
        let random = block_features(&noise(1));
        assert!((7.9..8.0).contains(&value(&random, "bits of entropy in a byte")));
        assert!((100.0..400.0).contains(&value(&random, "chi-square of the bytes")));
        assert!(value(&random, "repeated units") == 0.0);
        let empty = block_features(&[0; 4096]);
        assert!(value(&empty, "bits of entropy in a byte") == 0.0);
        assert!(value(&empty, "repeated units") == 255.0);
        assert!(value(&empty, "longest run") == 4095.0);
        let text = block_features(&b"take the road by the river ".repeat(100));
        assert!(value(&text, "longest text") == 2699.0);
    }

    #[test]
    fn a_forest_finds_emptiness_among_noise_and_nothing_between_noise_and_noise() {
        let effort = Effort {
            folds: 2,
            trees: 20,
            resamples: 200,
            shuffles: 1,
            seed: 1,
        };
        let told = |emptied: usize| {
            let blocks = (0..400).map(|number: usize| {
                let mut block = noise(number as u64);
                let kind = u32::from(number.is_multiple_of(2));
                if kind == 1 {
                    block.get_mut(..emptied).unwrap().fill(0);
                }
                (kind, block_features(&block))
            });
            let blocks: Vec<_> = blocks.collect();
            judge(&["one", "other"], &blocks, &effort, |_| {}).unwrap()
        };
        assert!(told(64).advantage.low > 0.9);
        let nothing = told(0).advantage;
        assert!(nothing.low < 0.0 && nothing.high > 0.0, "{nothing:?}");
    }
}

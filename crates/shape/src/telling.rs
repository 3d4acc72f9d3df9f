//! Which number tells two kinds of sessions apart, each number by itself.

use serde::Serialize;

/// So many are named.
const NAMED: usize = 5;

/// A number that tells two kinds apart.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Telling {
    /// What it is.
    pub number: String,
    /// From 0 (it lies alike in both) to 1 (one kind always has more): twice the distance of the area under its curve from a half. The
    /// greatest of several hundred lies above 0 even where nothing is to be found.
    pub strength: f64,
    /// The middle value in the first kind, and in the other.
    pub middle: (f64, f64),
}

fn middle(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}

/// How far the ranks of two sets lie apart (Mann and Whitney), equal numbers counting half.
fn strength(one: &[f64], other: &[f64]) -> f64 {
    let mut sorted = other.to_vec();
    sorted.sort_by(f64::total_cmp);
    let before = |value: f64| sorted.partition_point(|its| *its < value) as f64;
    let until = |value: f64| sorted.partition_point(|its| *its <= value) as f64;
    let sum: f64 = one
        .iter()
        .map(|value| (before(*value) + until(*value)) / 2.0)
        .sum();
    let area = sum / (one.len() as f64 * other.len() as f64);
    (2.0 * area - 1.0).abs()
}

/// The numbers that tell the two kinds of these rows apart best, the best first.
pub(crate) fn telling(names: &[String], rows: &[&[f64]], kinds: &[u32]) -> Vec<Telling> {
    let first = kinds.iter().min().copied().unwrap_or_default();
    let mut found: Vec<Telling> = names
        .iter()
        .enumerate()
        .map(|(place, name)| {
            let column = |is_first: bool| {
                let its = rows
                    .iter()
                    .zip(kinds)
                    .filter(|(_, kind)| (**kind == first) == is_first);
                its.filter_map(|(row, _)| row.get(place).copied())
                    .collect::<Vec<f64>>()
            };
            let (one, other) = (column(true), column(false));
            Telling {
                number: name.clone(),
                strength: strength(&one, &other),
                middle: (middle(one), middle(other)),
            }
        })
        .collect();
    found.sort_by(|one, other| other.strength.total_cmp(&one.strength));
    found.truncate(NAMED);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strength_is_of_ranks() {
        assert_eq!(strength(&[1.0, 2.0], &[3.0, 4.0]), 1.0);
        assert_eq!(strength(&[1.0, 1.0], &[1.0]), 0.0);
        assert_eq!(strength(&[1.0, 4.0], &[2.0, 3.0]), 0.0);
    }
}

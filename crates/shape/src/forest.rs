//! A random forest that guesses what each session was, from others than it has learned from.

use rand_chacha::ChaCha12Rng;
use rand_core::{Rng, SeedableRng};
use smartcore::ensemble::random_forest_classifier::{
    RandomForestClassifier, RandomForestClassifierParameters,
};
use smartcore::linalg::basic::matrix::DenseMatrix;

/// Why nothing can be said of sessions.
#[derive(thiserror::Error, Debug, Clone, PartialEq, Eq)]
pub enum ShapeError {
    /// Fewer than two kinds, or a kind with fewer sessions than folds.
    #[error("too few sessions: each of at least two kinds needs {0} or more")]
    TooFew(usize),
    /// The sessions were not measured alike.
    #[error("the sessions do not all have the same numbers")]
    Uneven,
    /// The classifier did not learn.
    #[error("the classifier: {0}")]
    Classifier(String),
}

pub(crate) fn rng(seed: u64) -> ChaCha12Rng {
    ChaCha12Rng::seed_from_u64(seed)
}

/// A number below `bound`; the bias is far below what is measured.
pub(crate) fn below(rng: &mut ChaCha12Rng, bound: usize) -> usize {
    let bound = (bound as u64).max(1);
    usize::try_from(rng.next_u64() % bound).unwrap_or(0)
}

pub(crate) fn shuffle<T>(items: &mut [T], rng: &mut ChaCha12Rng) {
    for place in (1..items.len()).rev() {
        items.swap(place, below(rng, place + 1));
    }
}

/// To which fold each session belongs: of each kind as many to each, as far as that goes.
fn folds(kinds: &[u32], count: usize, rng: &mut ChaCha12Rng) -> Vec<usize> {
    let mut order: Vec<usize> = (0..kinds.len()).collect();
    shuffle(&mut order, rng);
    // A stable sort: within a kind the order stays drawn.
    order.sort_by_key(|session| kinds.get(*session).copied());
    let mut folds = vec![0; kinds.len()];
    for (place, session) in order.into_iter().enumerate() {
        if let Some(fold) = folds.get_mut(session) {
            *fold = place % count;
        }
    }
    folds
}

/// What a forest takes each session for that has learned from the sessions of the other folds only. A session is one row, whatever
/// it consists of, so nothing of one is in two folds.
pub(crate) fn guesses(
    rows: &[&[f64]],
    kinds: &[u32],
    (fold_count, trees): (usize, u16),
    seed: u64,
) -> Result<Vec<u32>, ShapeError> {
    let mut rng = rng(seed);
    let folds = folds(kinds, fold_count, &mut rng);
    let mut guessed = vec![0; kinds.len()];
    for fold in 0..fold_count {
        let of = |is_in: bool| {
            let all = rows.iter().zip(kinds).zip(&folds).enumerate();
            all.filter(move |(_, (_, its))| (**its == fold) == is_in)
        };
        let (learned, answers): (Vec<Vec<f64>>, Vec<u32>) = of(false)
            .map(|(_, ((row, kind), _))| (row.to_vec(), *kind))
            .unzip();
        let asked: Vec<Vec<f64>> = of(true).map(|(_, ((row, _), _))| row.to_vec()).collect();
        let places = of(true).map(|(place, _)| place);
        let failed = |error: smartcore::error::Failed| ShapeError::Classifier(error.to_string());
        let parameters = RandomForestClassifierParameters::default()
            .with_n_trees(trees)
            .with_seed(rng.next_u64());
        let learned = DenseMatrix::from_2d_vec(&learned).map_err(failed)?;
        let forest = RandomForestClassifier::fit(&learned, &answers, parameters).map_err(failed)?;
        let asked = DenseMatrix::from_2d_vec(&asked).map_err(failed)?;
        let given: Vec<u32> = forest.predict(&asked).map_err(failed)?;
        for (place, guess) in places.zip(given) {
            if let Some(guessed) = guessed.get_mut(place) {
                *guessed = guess;
            }
        }
    }
    Ok(guessed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fold_has_as_many_of_each_kind() {
        let kinds: Vec<u32> = (0..60).map(|place| u32::from(place % 3 == 0)).collect();
        let folds = folds(&kinds, 5, &mut rng(1));
        for fold in 0..5 {
            let here = |kind| {
                folds
                    .iter()
                    .zip(&kinds)
                    .filter(|(its, one)| **its == fold && **one == kind)
                    .count()
            };
            assert_eq!((here(0), here(1)), (8, 4));
        }
    }
}

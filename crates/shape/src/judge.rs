//! How much better than guessing blindly the sessions can be told apart.

use rand_chacha::ChaCha12Rng;
use serde::Serialize;

use crate::features::Features;
use crate::forest::{ShapeError, below, guesses, rng, shuffle};
use crate::telling::{Telling, telling};

/// How hard is tried.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// Into so many parts the sessions are cut; each is guessed by what has learned from the others.
    pub folds: usize,
    /// Trees of each forest.
    pub trees: u16,
    /// So often sessions are drawn again for the interval.
    pub resamples: usize,
    /// So often it is tried with kinds that were dealt out at random.
    pub shuffles: usize,
    /// From this all that is drawn follows.
    pub seed: u64,
}

impl Default for Effort {
    fn default() -> Effort {
        Effort {
            folds: 5,
            trees: 100,
            resamples: 2000,
            shuffles: 20,
            seed: 1,
        }
    }
}

/// How far right guesses go beyond blind ones: (balanced accuracy − 1/k) / (1 − 1/k) for k kinds, where balanced accuracy is the mean
/// over the kinds of the part of its sessions that were guessed right. 0 is blind guessing, 1 is always right, and for two kinds it is
/// the advantage of a distinguisher: the rate of right alarms less that of false ones. It can come out below 0.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Advantage {
    /// As measured.
    pub advantage: f64,
    /// The lower end of the interval in which 95 of 100 lie when sessions are drawn again, within each kind. It says what the number of
    /// sessions leaves open, not what another classifier could do.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

/// Whether an advantage is at most what it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Aim {
    /// It surely is.
    Holds,
    /// It surely is not.
    Fails,
    /// So many sessions don't say.
    Undecided,
}

impl Advantage {
    /// Whether it is at most so much, as far as its interval says. Nobody guesses worse than blindly for a reason, so what comes out
    /// below 0 is as much chance as the same above it would be: the interval must be short enough also around 0.
    pub fn is_at_most(&self, most: f64) -> Aim {
        match self.high.max(self.high - self.advantage) {
            _ if self.low > most => Aim::Fails,
            chance if chance <= most => Aim::Holds,
            _ => Aim::Undecided,
        }
    }
}

/// What the same forest gets out of nothing: the kinds dealt out to the sessions at random.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Nothing {
    /// The mean of all tries.
    pub mean: f64,
    /// The greatest of all tries.
    pub highest: f64,
}

/// Two kinds alone: what somebody gains who wants to tell just these apart.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pair {
    /// One kind.
    pub one: String,
    /// The other.
    pub other: String,
    /// How well they are told apart.
    #[serde(flatten)]
    pub advantage: Advantage,
    /// The numbers that tell them apart best, each by itself.
    pub telling: Vec<Telling>,
}

/// What is given away to somebody who sees these numbers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verdict {
    /// All kinds at once.
    #[serde(flatten)]
    pub advantage: Advantage,
    /// The same out of nothing.
    pub nothing: Nothing,
    /// Of each kind (rows, in the order of the names) how many were taken for which.
    pub taken_for: Vec<Vec<usize>>,
    /// Each pair of kinds by itself.
    pub pairs: Vec<Pair>,
}

/// The advantage of guesses of `kinds` kinds. A kind without sessions counts as guessed blindly.
fn advantage(truth: &[u32], guessed: &[u32], kinds: &[u32]) -> f64 {
    let blind = 1.0 / kinds.len() as f64;
    let rates = kinds.iter().map(|kind| {
        let its = truth
            .iter()
            .zip(guessed)
            .filter(|(true_one, _)| *true_one == kind);
        let (all, right) = its.fold((0.0, 0.0), |(all, right), (_, guess)| {
            (all + 1.0, right + f64::from(u8::from(guess == kind)))
        });
        if all > 0.0 { right / all } else { blind }
    });
    let accuracy = rates.sum::<f64>() / kinds.len() as f64;
    (accuracy - blind) / (1.0 - blind)
}

/// The interval: sessions drawn again with repetition, within each kind.
fn interval(
    truth: &[u32],
    guessed: &[u32],
    kinds: &[u32],
    times: usize,
    rng: &mut ChaCha12Rng,
) -> (f64, f64) {
    let groups: Vec<Vec<u32>> = kinds
        .iter()
        .map(|kind| {
            let its = truth
                .iter()
                .zip(guessed)
                .filter(|(true_one, _)| *true_one == kind);
            its.map(|(_, guess)| *guess).collect()
        })
        .collect();
    let mut drawn: Vec<f64> = (0..times)
        .map(|_| {
            let mut truth = Vec::new();
            let mut again = Vec::new();
            for (kind, group) in kinds.iter().zip(&groups) {
                for _ in group {
                    truth.push(*kind);
                    again.push(group.get(below(rng, group.len())).copied().unwrap_or(*kind));
                }
            }
            advantage(&truth, &again, kinds)
        })
        .collect();
    drawn.sort_by(f64::total_cmp);
    let at = |hundredths: f64| {
        let place = (drawn.len() as f64 * hundredths / 100.0) as usize;
        let place = place.min(drawn.len().saturating_sub(1));
        drawn.get(place).copied().unwrap_or(f64::NAN)
    };
    (at(2.5), at(97.5))
}

fn measured(truth: &[u32], guessed: &[u32], kinds: &[u32], effort: &Effort) -> Advantage {
    let mut rng = rng(effort.seed ^ 0x1234);
    let (low, high) = interval(truth, guessed, kinds, effort.resamples, &mut rng);
    Advantage {
        advantage: advantage(truth, guessed, kinds),
        low,
        high,
    }
}

/// The sessions that are of some of the kinds.
fn only<'a>(sessions: &'a [(u32, Features)], kinds: &[u32]) -> (Vec<&'a [f64]>, Vec<u32>) {
    let chosen = sessions.iter().filter(|(kind, _)| kinds.contains(kind));
    chosen
        .map(|(kind, features)| (features.values.as_slice(), *kind))
        .unzip()
}

fn check(names: &[&str], sessions: &[(u32, Features)], effort: &Effort) -> Result<(), ShapeError> {
    let enough = |kind: usize| {
        let its = sessions.iter().filter(|(one, _)| *one as usize == kind);
        its.count() >= effort.folds
    };
    if effort.folds < 2 || names.len() < 2 || !(0..names.len()).all(enough) {
        return Err(ShapeError::TooFew(effort.folds.max(2)));
    }
    let first = sessions.first().map(|(_, features)| &features.names);
    let is_even = |(kind, features): &(u32, Features)| {
        Some(&features.names) == first
            && features.values.len() == features.names.len()
            && (*kind as usize) < names.len()
    };
    match sessions.iter().all(is_even) {
        true => Ok(()),
        false => Err(ShapeError::Uneven),
    }
}

/// Judges sessions, each with the place of its kind among `names`. `progress` is told what is done next.
///
/// The classifier is a standard one that was not tuned: an advantage that it finds is real within the interval, but that it finds none
/// does not show that there is none.
///
/// # Errors
/// [`ShapeError`] when there are too few sessions of a kind, or they were not measured alike.
pub fn judge(
    names: &[&str],
    sessions: &[(u32, Features)],
    effort: &Effort,
    progress: impl Fn(&str),
) -> Result<Verdict, ShapeError> {
    check(names, sessions, effort)?;
    let size = (effort.folds, effort.trees);
    let kinds: Vec<u32> = (0..).take(names.len()).collect();
    let (rows, truth) = only(sessions, &kinds);
    progress("all kinds at once");
    let guessed = guesses(&rows, &truth, size, effort.seed)?;
    let count = |kind: u32, guess: u32| {
        truth
            .iter()
            .zip(&guessed)
            .filter(|(one, other)| (**one, **other) == (kind, guess))
            .count()
    };
    let taken_for = kinds
        .iter()
        .map(|kind| kinds.iter().map(|guess| count(*kind, *guess)).collect())
        .collect();
    let overall = measured(&truth, &guessed, &kinds, effort);
    progress("the same out of nothing");
    let nothing = nothing(&rows, &truth, &kinds, effort)?;
    let mut pairs = Vec::new();
    for (place, one) in names.iter().enumerate() {
        for (other_place, other) in names.iter().enumerate().skip(place + 1) {
            progress(&format!("{one} and {other}"));
            let two: Vec<u32> = kinds
                .iter()
                .copied()
                .filter(|kind| [place, other_place].contains(&(*kind as usize)))
                .collect();
            let (rows, truth) = only(sessions, &two);
            // Where there are no other kinds, all of them were judged already.
            let advantage = match two == kinds {
                true => overall,
                false => {
                    let guessed = guesses(&rows, &truth, size, effort.seed)?;
                    measured(&truth, &guessed, &two, effort)
                }
            };
            let names = sessions
                .first()
                .map_or(&[][..], |(_, features)| &features.names);
            pairs.push(Pair {
                one: (*one).to_owned(),
                other: (*other).to_owned(),
                advantage,
                telling: telling(names, &rows, &truth),
            });
        }
    }
    Ok(Verdict {
        advantage: overall,
        nothing,
        taken_for,
        pairs,
    })
}

fn nothing(
    rows: &[&[f64]],
    truth: &[u32],
    kinds: &[u32],
    effort: &Effort,
) -> Result<Nothing, ShapeError> {
    let mut rng = rng(effort.seed ^ 0x5678);
    let mut dealt = truth.to_vec();
    let mut found = Vec::new();
    for _ in 0..effort.shuffles {
        shuffle(&mut dealt, &mut rng);
        let guessed = guesses(
            rows,
            &dealt,
            (effort.folds, effort.trees),
            below(&mut rng, usize::MAX) as u64,
        )?;
        found.push(advantage(&dealt, &guessed, kinds));
    }
    Ok(Nothing {
        mean: found.iter().sum::<f64>() / found.len().max(1) as f64,
        highest: found.iter().copied().fold(f64::NEG_INFINITY, f64::max),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::record_features;
    use crate::records::{Record, Seen};

    const QUICK: Effort = Effort {
        folds: 5,
        trees: 40,
        resamples: 500,
        shuffles: 4,
        seed: 7,
    };

    /// A session with a turn each second, and perhaps requests beside the turns.
    fn session(rng: &mut ChaCha12Rng, beside: usize) -> Features {
        let mut records = Vec::new();
        let mut turn = |at: u64, rng: &mut ChaCha12Rng| {
            let late = below(rng, 3_000) as u64;
            for (after, is_outgoing, size) in [(0, true, 4_200), (20_000 + late, false, 8_300)] {
                let record = Record { kind: 23, size };
                records.push(Seen {
                    at: at + after,
                    is_outgoing,
                    record,
                });
            }
        };
        for second in 0..20 {
            turn(second * 1_000_000, rng);
        }
        for _ in 0..beside {
            let at = below(rng, 18_000_000) as u64;
            turn(at, rng);
        }
        records.sort_by_key(|seen| seen.at);
        record_features(&records, 1, 20_000_000)
    }

    fn sessions(counts: [usize; 2]) -> Vec<(u32, Features)> {
        let mut rng = rng(99);
        (0..200)
            .map(|place| {
                let kind = place % 2;
                (kind, session(&mut rng, counts[kind as usize]))
            })
            .collect()
    }

    #[test]
    fn kinds_that_differ_are_told_apart_and_it_is_said_by_what() {
        let verdict = judge(&["idle", "write"], &sessions([0, 3]), &QUICK, |_| {}).unwrap();
        assert!(verdict.advantage.advantage > 0.95, "{verdict:?}");
        assert!(verdict.advantage.low > 0.8, "{verdict:?}");
        assert!(verdict.nothing.highest < 0.6, "{verdict:?}");
        let best = &verdict.pairs[0].telling[0];
        assert!(best.strength > 0.95, "{verdict:?}");
        assert_eq!(verdict.taken_for.iter().flatten().sum::<usize>(), 200);
    }

    #[test]
    fn kinds_that_do_not_differ_are_not_told_apart() {
        let verdict = judge(&["idle", "write"], &sessions([1, 1]), &QUICK, |_| {}).unwrap();
        let Advantage { low, high, .. } = verdict.advantage;
        assert!(low < 0.0 && 0.0 < high, "{verdict:?}");
    }

    #[test]
    fn the_same_sessions_get_the_same_figures() {
        let one = judge(&["idle", "write"], &sessions([0, 1]), &QUICK, |_| {});
        let two = judge(&["idle", "write"], &sessions([0, 1]), &QUICK, |_| {});
        assert_eq!(one, two);
    }

    #[test]
    fn only_a_short_interval_decides() {
        let decided = |low, advantage, high| {
            let found = Advantage {
                advantage,
                low,
                high,
            };
            found.is_at_most(0.02)
        };
        assert_eq!(decided(-0.01, 0.0, 0.01), Aim::Holds);
        assert_eq!(decided(-0.02, 0.01, 0.04), Aim::Undecided);
        assert_eq!(decided(0.03, 0.05, 0.07), Aim::Fails);
        // Few sessions, and luck: the interval lies below the aim, and says nothing of it.
        assert_eq!(decided(-0.22, -0.12, 0.0), Aim::Undecided);
    }

    #[test]
    fn advantage_is_nought_for_blind_guesses_and_one_for_right_ones() {
        let truth = [0, 0, 0, 0, 1, 1];
        assert_eq!(advantage(&truth, &truth, &[0, 1]), 1.0);
        // Whoever always says the same is right for one kind only, however many sessions it has.
        assert_eq!(advantage(&truth, &[0; 6], &[0, 1]), 0.0);
        let two_of_three = advantage(&[0, 1, 2], &[0, 1, 0], &[0, 1, 2]);
        assert!((two_of_three - 0.5).abs() < 1e-9, "{two_of_three}");
    }

    #[test]
    fn too_few_sessions_are_refused() {
        let few = &sessions([0, 0])[..8];
        let refused = judge(&["idle", "write"], few, &QUICK, |_| {});
        assert_eq!(refused, Err(ShapeError::TooFew(5)));
        let mut uneven = sessions([0, 0]);
        uneven[3].1 = Features::default();
        let refused = judge(&["idle", "write"], &uneven, &QUICK, |_| {});
        assert_eq!(refused, Err(ShapeError::Uneven));
    }
}

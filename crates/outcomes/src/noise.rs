//! The noise: the discrete Laplace distribution of the library `prio`, exact over the integers, with no floating point in what is drawn.

use prio::dp::distributions::PureDpDiscreteLaplace;
use prio::dp::{DifferentialPrivacyStrategy, PureDpBudget, Rational};
use rand::distr::Distribution;
use rand_core::CryptoRng;

use publication::Epsilon;

/// Noise for `figures` figures, to which one contact adds at most `bound` together, in their order; `None` only for a bound of 0.
///
/// How long it takes to draw depends on what is drawn; nobody measures it but who made the counts.
pub(crate) fn draw(
    (bound, epsilon): (u32, Epsilon),
    figures: usize,
    rng: &mut dyn CryptoRng,
) -> Option<Vec<i64>> {
    let epsilon = Rational::from_unsigned(epsilon.thousandths(), 1000).ok()?;
    let sensitivity = Rational::from_unsigned(bound, 1).ok()?;
    let budget = PureDpBudget::new(epsilon).ok()?;
    let strategy = PureDpDiscreteLaplace::from_budget(budget);
    let distribution = strategy.create_distribution(sensitivity).ok()?;
    let one = || {
        let noise = distribution.sample(rng);
        let most = if noise > 0.into() { i64::MAX } else { i64::MIN };
        // What does not fit is never drawn; were it, to cut it off is processing of what was drawn.
        i64::try_from(noise).unwrap_or(most)
    };
    Some(core::iter::repeat_with(one).take(figures).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha20Rng;
    use rand_chacha::rand_core::SeedableRng;

    const DRAWS: usize = 20_000;

    /// What is relied on of the library: that its noise is distributed as the guarantee needs it.
    #[test]
    fn the_noise_is_distributed_as_the_guarantee_needs_it() {
        let mut rng = ChaCha20Rng::seed_from_u64(11);
        for (bound, epsilon) in [
            (1, Epsilon::MONTH),
            (8, Epsilon::MONTH_MOST),
            (3, Epsilon::MONTH),
        ] {
            let noise = draw((bound, epsilon), DRAWS, &mut rng).unwrap();
            let scale = 1000.0 * f64::from(bound) / f64::from(epsilon.thousandths());
            let q = (-1.0 / scale).exp();
            for value in -12_i64..=12 {
                let seen = noise.iter().filter(|noise| **noise == value).count() as f64;
                let due =
                    DRAWS as f64 * (1.0 - q) / (1.0 + q) * q.powi(value.unsigned_abs() as i32);
                assert!(
                    (seen - due).abs() < 5.0 * due.sqrt() + 5.0,
                    "{value}: {seen} for {due}"
                );
            }
        }
    }
}

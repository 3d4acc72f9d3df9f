//! How far a blurred figure may be away from the true count: worked out from what is public.

use crate::epsilon::Epsilon;

/// In so many of a thousand draws the noise of a figure lies within its margin.
const WITHIN: f64 = 0.95;

/// The least margin within which the noise of a figure lies in 95 of 100 draws.
pub(crate) fn margin(bound: u32, epsilon: Epsilon) -> u32 {
    let q = ratio(bound, epsilon);
    // The noise is further away than k with a probability of 2 q^(k+1) / (1 + q).
    let beyond = (1.0 - WITHIN) * (1.0 + q) / 2.0;
    let least = beyond.ln() / q.ln() - 1.0;
    least.ceil().clamp(0.0, f64::from(u32::MAX)) as u32
}

/// By how much less likely the next integer is: e^(−1 / scale).
fn ratio(bound: u32, epsilon: Epsilon) -> f64 {
    (-f64::from(epsilon.thousandths()) / (1000.0 * f64::from(bound.max(1)))).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_margin_is_the_least_that_holds_95_of_100_draws() {
        for (bound, thousandths) in [(1, 500), (3, 500), (8, 500), (3, 2000), (8, 1), (1, 2000)] {
            let epsilon = Epsilon::from_thousandths(thousandths).unwrap();
            let q = ratio(bound, epsilon);
            let inside = |margin: f64| 1.0 - 2.0 * q.powf(margin + 1.0) / (1.0 + q);
            let margin = f64::from(margin(bound, epsilon));
            assert!(inside(margin) >= WITHIN - 1e-9, "{bound} {thousandths}");
            assert!(
                margin == 0.0 || inside(margin - 1.0) < WITHIN,
                "{bound} {thousandths}"
            );
        }
    }
}

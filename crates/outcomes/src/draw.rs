//! From exact counts to what may be published of them.

use publication::{Epsilon, Publication};
use rand_core::CryptoRng;

use crate::counts::Counts;
use crate::noise;

/// Blurs the counts. Each call draws anew and spends anew, so only the [`Book`](crate::Book) or an account like it may call it.
///
/// `None` only if nothing is asked.
pub fn draw(counts: &Counts, epsilon: Epsilon, rng: &mut dyn CryptoRng) -> Option<Publication> {
    let questions = counts.questions();
    let figures = questions.figures().count();
    let noise = noise::draw((questions.bound(), epsilon), figures, rng)?;
    let exact = questions.figures().map(|figure| counts.exact(figure));
    let blurred = exact
        .zip(noise)
        .map(|(exact, noise)| i64::from(exact).saturating_add(noise));
    Some(Publication::of(
        (counts.month(), epsilon, questions),
        blurred,
    ))
}

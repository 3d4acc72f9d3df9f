//! An attacker who knows all contacts of a month but one looks at what is published, and tries to tell whether that one is there.

#![allow(clippy::unwrap_used, reason = "a test")]

use outcomes::{
    Contact, Counts, Epsilon, FEW, Figure, Month, Publication, Question, Questions, Reached, Said,
    Waited, draw,
};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

const DRAWS: u32 = 10_000;

fn month() -> Month {
    Month::parse("2026-11").unwrap()
}

/// The one contact of which the attacker knows nothing: it adds to every count as much as anybody can.
fn target() -> Contact {
    Contact {
        waited: Some(Waited::SameDay),
        reached: Some(Reached::Ended),
        settled_by_cards: true,
        handover_confirmed: true,
        replies_collected: 1_000,
    }
}

/// The month as the attacker knows it, with the target or without.
fn counts(known: u32, with_target: bool) -> Counts {
    let questions = Questions::of(&Question::ALL).unwrap();
    let mut counts = Counts::new(month(), questions);
    for number in 0..known {
        counts.add(&Contact {
            waited: Some(Waited::Later),
            reached: Some(Reached::Silent),
            replies_collected: number % 3,
            ..Contact::default()
        });
    }
    if with_target {
        counts.add(&target());
    }
    counts
}

/// How an attacker sums up what he sees: how much the figures to which the target would add are above what he knows.
fn suspicion(published: &Publication) -> u32 {
    let values = published.said().map(|(_, said)| match said {
        Said::Fewer => 0,
        Said::About(value) => value,
    });
    values.fold(0, u32::saturating_add)
}

fn draws(known: u32, with_target: bool, epsilon: Epsilon, seed: u64) -> Vec<u32> {
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    let counts = counts(known, with_target);
    let one = || suspicion(&draw(&counts, epsilon, &mut rng).unwrap());
    std::iter::repeat_with(one).take(DRAWS as usize).collect()
}

/// Whatever threshold the attacker sets, he is right with the target at most e^ε times as often as he is wrong without it, and the
/// other way round. The slack is five standard deviations of what is counted.
fn is_bounded(with: &[u32], without: &[u32], epsilon: Epsilon) {
    let factor = (f64::from(epsilon.thousandths()) / 1000.0).exp();
    let above =
        |seen: &[u32], threshold: u32| seen.iter().filter(|one| **one >= threshold).count() as f64;
    let is_within = |one: f64, other: f64| {
        one <= factor * other + 5.0 * (one + factor * factor * other + 1.0).sqrt()
    };
    for threshold in 0..400 {
        let (hit, wrong) = (above(with, threshold), above(without, threshold));
        let all = f64::from(DRAWS);
        assert!(
            is_within(hit, wrong) && is_within(wrong, hit),
            "{threshold}: {hit} against {wrong}"
        );
        assert!(
            is_within(all - hit, all - wrong) && is_within(all - wrong, all - hit),
            "{threshold}"
        );
    }
}

#[test]
fn who_knows_all_contacts_but_one_can_not_tell_whether_it_is_there() {
    for (seed, epsilon) in [(1, Epsilon::MONTH), (2, Epsilon::MONTH_MOST)] {
        let with = draws(40, true, epsilon, seed);
        let without = draws(40, false, epsilon, seed + 100);
        is_bounded(&with, &without, epsilon);
    }
}

#[test]
fn a_month_with_one_contact_looks_like_a_month_with_none() {
    let with = draws(0, true, Epsilon::MONTH_MOST, 3);
    let without = draws(0, false, Epsilon::MONTH_MOST, 4);
    is_bounded(&with, &without, Epsilon::MONTH_MOST);
    // Both say of nearly every figure only that it is fewer.
    let silent = |seen: &[u32]| seen.iter().filter(|one| **one == 0).count();
    assert!(silent(&with) > 0 && silent(&without) > 0);
}

/// Somebody who came back after a closed conversation is two contacts to every desk: he is covered by the square of the factor, and by no less.
#[test]
fn who_has_two_conversations_in_a_month_is_covered_by_the_square_of_the_factor() {
    let epsilon = Epsilon::MONTH;
    let doubled = Epsilon::from_thousandths(2 * epsilon.thousandths()).unwrap();
    let draws = |conversations: u32, seed: u64| -> Vec<u32> {
        let mut rng = ChaCha20Rng::seed_from_u64(seed);
        let mut counts = counts(40, false);
        (0..conversations).for_each(|_| counts.add(&target()));
        let one = || suspicion(&draw(&counts, epsilon, &mut rng).unwrap());
        std::iter::repeat_with(one).take(DRAWS as usize).collect()
    };
    is_bounded(&draws(2, 7), &draws(0, 8), doubled);
}

/// What the log tells of a contact and what a report tells of it go to different questions: together it adds no more than the bound.
#[test]
fn a_contact_that_is_known_by_two_ways_adds_no_more_than_the_bound() {
    let questions = Questions::of(&Question::ALL).unwrap();
    let logged = Questions::of(&[Question::Contacts, Question::Reached]).unwrap();
    let reported: Vec<Question> = logged.left_out().collect();
    let reported = Questions::of(&reported).unwrap();
    assert_eq!(logged.bound() + reported.bound(), questions.bound());
    let mut by_two_ways = Counts::new(month(), questions);
    by_two_ways.add_known(&target(), logged);
    by_two_ways.add_known(&target(), reported);
    let mut at_once = Counts::new(month(), questions);
    at_once.add(&target());
    let drawn = |counts: &Counts| draw(counts, Epsilon::MONTH, &mut ChaCha20Rng::seed_from_u64(9));
    assert_eq!(drawn(&by_two_ways), drawn(&at_once));
}

/// The test itself can fail: noise for a tenth of what a contact adds gives it away.
#[test]
fn too_little_noise_would_be_found_out() {
    let epsilon = Epsilon::MONTH_MOST;
    let with = draws(40, true, epsilon, 5);
    let without = draws(40, false, epsilon, 6);
    let claimed = Epsilon::from_thousandths(epsilon.thousandths() / 10).unwrap();
    let found = std::panic::catch_unwind(|| is_bounded(&with, &without, claimed));
    assert!(found.is_err());
}

/// The best attacker there is: for each publication he works out exactly how likely it is with the target and without it.
#[test]
fn no_publication_is_more_than_e_to_the_epsilon_times_as_likely_with_one_contact_more() {
    for (known, epsilon) in [
        (0, Epsilon::MONTH),
        (40, Epsilon::MONTH),
        (40, Epsilon::MONTH_MOST),
    ] {
        let bound = f64::from(epsilon.thousandths()) / 1000.0;
        let mut largest: f64 = 0.0;
        for with_target in [false, true] {
            let counts = counts(known, with_target);
            let mut rng = ChaCha20Rng::seed_from_u64(7);
            for _ in 0..2_000 {
                let published = draw(&counts, epsilon, &mut rng).unwrap();
                let ratio = log_ratio(&published, known);
                assert!(ratio.abs() <= bound + 1e-6, "{ratio} at {bound}");
                largest = largest.max(ratio.abs());
            }
        }
        // He does learn as much as he is allowed to, so it is the bound that holds him and not his clumsiness.
        assert!(known == 0 || largest > bound / 2.0, "{largest}");
    }
}

/// ln of how much likelier a publication is with the target.
fn log_ratio(published: &Publication, known: u32) -> f64 {
    let scale = f64::from(published.questions().bound()) * 1000.0
        / f64::from(published.epsilon().thousandths());
    let ratios = published.said().map(|(figure, said)| {
        let (without, adds) = known_and_added(figure, known);
        let with = without + adds;
        probability(said, with, scale).ln() - probability(said, without, scale).ln()
    });
    ratios.sum()
}

/// What the attacker knows of a figure, and what the target would add.
fn known_and_added(figure: Figure, known: u32) -> (u32, u32) {
    match figure {
        Figure::Contacts => (known, 1),
        Figure::Waited(Waited::SameDay) | Figure::Reached(Reached::Ended) => (0, 1),
        Figure::Waited(Waited::Later) | Figure::Reached(Reached::Silent) => (known, 0),
        Figure::Waited(_) | Figure::Reached(_) => (0, 0),
        Figure::Cards | Figure::Handovers => (0, 1),
        Figure::Replies => ((0..known).map(|number| number % 3).sum(), 3),
    }
}

/// How likely it is that a count is published so.
fn probability(said: Said, count: u32, scale: f64) -> f64 {
    let q = (-1.0 / scale).exp();
    let count = f64::from(count);
    match said {
        Said::About(value) => (1.0 - q) / (1.0 + q) * q.powf((f64::from(value) - count).abs()),
        Said::Fewer => {
            // The noise is at most this.
            let most = f64::from(FEW) - 1.0 - count;
            match most < 0.0 {
                true => q.powf(-most) / (1.0 + q),
                false => 1.0 - q.powf(most + 1.0) / (1.0 + q),
            }
        }
    }
}

//! Erlang's formulas: people arrive at random at a constant rate, conversations have an exponential length, each guide has one at a time,
//! the oldest comes first.
//!
//! Erlang B by its recurrence (A. K. Erlang 1917; as `1/B`, which never overflows into a wrong number), Erlang C out of it, and Erlang A
//! (C. Palm 1946) as A. Mandelbaum and S. Zeltyn write it in "Service Engineering in Action: The Palm/Erlang-A Queue, with Applications to
//! Call Centers" (2007), section 4.
//!
//! They are a check on the simulation and not the forecast: a line's arrivals change by the hour, guides carry two cases, and those with
//! minutes come first.

/// A load that does not change.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Flow {
    /// People who arrive, a minute.
    pub arrivals: f64,
    /// Minutes that a conversation takes on average.
    pub handling: f64,
    /// Guides on duty.
    pub guides: u32,
}

/// Why there is no figure.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ErlangError {
    /// Not a finite number.
    #[error("a rate or a time is not a finite number: give counts and minutes")]
    NotFinite,
    /// Below nothing.
    #[error("a rate or a time is negative: give counts and minutes from 0 on")]
    Negative,
    /// A time that may not be nothing.
    #[error("a conversation, or people's patience, takes no time at all: give minutes above 0")]
    NoTime,
    /// Nobody answers.
    #[error("nobody is on duty, so nobody is ever answered: give at least one guide")]
    NoGuides,
    /// As much work comes as can be done, or more: the queue grows without end.
    #[error(
        "as much comes in as the guides can do, or more: the queue grows without end, and there is no usual wait. Add guides"
    )]
    NoSteadyState,
}

impl Flow {
    fn check(self) -> Result<Flow, ErlangError> {
        let numbers = [self.arrivals, self.handling];
        if numbers.iter().any(|number| !number.is_finite()) {
            return Err(ErlangError::NotFinite);
        }
        if numbers.iter().any(|number| *number < 0.0) {
            return Err(ErlangError::Negative);
        }
        if self.handling == 0.0 {
            return Err(ErlangError::NoTime);
        }
        if self.guides == 0 {
            return Err(ErlangError::NoGuides);
        }
        match self.load().is_finite() {
            true => Ok(self),
            false => Err(ErlangError::NotFinite),
        }
    }

    /// The load in erlangs: how many guides it would keep busy.
    fn load(self) -> f64 {
        self.arrivals * self.handling
    }

    /// The load of each guide.
    fn each(self) -> f64 {
        self.load() / f64::from(self.guides)
    }
}

/// `1/B` for a load in erlangs: `1/B(0) = 1`, `1/B(k) = 1 + k/load · 1/B(k−1)`. Infinite where B is too small for a number, or the load is 0.
fn inverse_b(load: f64, guides: u32) -> f64 {
    (1..=guides).fold(1.0, |inverse, k| 1.0 + inverse * f64::from(k) / load)
}

/// Erlang B: the share of those who come while all guides are busy, if nobody waits.
///
/// # Errors
/// For a load that is negative or not finite, and without guides.
pub fn erlang_b(load: f64, guides: u32) -> Result<f64, ErlangError> {
    let flow = Flow {
        arrivals: load,
        handling: 1.0,
        guides,
    };
    Ok(1.0 / inverse_b(flow.check()?.load(), guides))
}

/// What Erlang C says. Times are in minutes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ErlangC {
    /// The share of people who wait at all.
    pub waits: f64,
    /// The mean wait of everybody, of those too who do not wait.
    pub mean_wait: f64,
    /// How much faster conversations end than begin while all guides are busy, a minute.
    drain: f64,
}

impl ErlangC {
    /// The wait that a share of people, from 0 to 1, does not exceed: 0 when so many do not wait at all.
    pub fn percentile(&self, share: f64) -> f64 {
        let later = (1.0 - share.clamp(0.0, 1.0)) / self.waits;
        (-later.ln() / self.drain).max(0.0)
    }

    /// The share of people who wait longer than so many minutes.
    pub fn later_than(&self, minutes: f64) -> f64 {
        self.waits * (-self.drain * minutes.max(0.0)).exp()
    }
}

/// Erlang C: everybody waits until somebody is free. `1/C = 1/B · (1 − ρ) + ρ`.
///
/// # Errors
/// For what is no flow, and when the load is as much as the guides can do, or more.
pub fn erlang_c(flow: Flow) -> Result<ErlangC, ErlangError> {
    let flow = flow.check()?;
    let each = flow.each();
    if each >= 1.0 {
        return Err(ErlangError::NoSteadyState);
    }
    let waits = 1.0 / (inverse_b(flow.load(), flow.guides) * (1.0 - each) + each);
    let drain = f64::from(flow.guides) / flow.handling - flow.arrivals;
    Ok(ErlangC {
        waits,
        mean_wait: waits / drain,
        drain,
    })
}

/// What Erlang A says. Times are in minutes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ErlangA {
    /// The share of people who do not find a guide free.
    pub waits: f64,
    /// The share of people who leave before anybody answers.
    pub leaves: f64,
    /// The mean time in the queue of everybody, of those who leave too.
    pub mean_wait: f64,
}

/// `A = 1 + Σ_j Π_{k=1..j} λ / (nμ + kθ)`: what the states with a queue weigh against the one in which just all guides are busy. Infinite where it is
/// too large for a number.
fn queue_weight(flow: Flow, patience: f64) -> f64 {
    let ends = f64::from(flow.guides) / flow.handling;
    let (mut sum, mut term, mut rate) = (1.0_f64, 1.0_f64, ends);
    loop {
        rate += 1.0 / patience;
        term *= flow.arrivals / rate;
        sum += term;
        // The terms rise as long as more come than end or leave.
        let is_falling = rate > flow.arrivals;
        if !sum.is_finite() || (is_falling && term <= sum * f64::EPSILON / 16.0) {
            return sum;
        }
    }
}

/// Erlang A: people leave after an exponential patience with a mean of so many minutes. It holds under any load.
///
/// `P(wait) = 1 / (1 + (1/B − 1) / A)`, `P(leaves | wait) = 1/(ρA) + 1 − 1/ρ`, `E(wait) = P(leaves) · patience`.
///
/// # Errors
/// For what is no flow, and for a patience that is negative, none, or not finite.
pub fn erlang_a(flow: Flow, patience: f64) -> Result<ErlangA, ErlangError> {
    let flow = flow.check()?;
    if !patience.is_finite() {
        return Err(ErlangError::NotFinite);
    }
    if patience < 0.0 {
        return Err(ErlangError::Negative);
    }
    if patience == 0.0 {
        return Err(ErlangError::NoTime);
    }
    if flow.load() == 0.0 {
        return Ok(ErlangA {
            waits: 0.0,
            leaves: 0.0,
            mean_wait: 0.0,
        });
    }
    let weight = queue_weight(flow, patience);
    let inverse_b = inverse_b(flow.load(), flow.guides);
    let waits = match inverse_b.is_finite() {
        true => 1.0 / (1.0 + (inverse_b - 1.0) / weight),
        false => 0.0,
    };
    let each = flow.each();
    let leaves = waits * (1.0 / (each * weight) + 1.0 - 1.0 / each).max(0.0);
    Ok(ErlangA {
        waits,
        leaves,
        mean_wait: leaves * patience,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flow(arrivals: f64, handling: f64, guides: u32) -> Flow {
        Flow {
            arrivals,
            handling,
            guides,
        }
    }

    /// The loads, in erlangs, at which a share is blocked, as the usual tables of Erlang B print them.
    const TABLE_B: [(u32, f64, f64); 14] = [
        (1, 0.01, 0.0101),
        (2, 0.01, 0.153),
        (5, 0.01, 1.36),
        (10, 0.01, 4.46),
        (20, 0.01, 12.0),
        (50, 0.01, 37.9),
        (100, 0.01, 84.1),
        (10, 0.001, 3.09),
        (10, 0.02, 5.08),
        (10, 0.05, 6.22),
        (10, 0.1, 7.51),
        (30, 0.01, 20.3),
        (5, 0.05, 2.22),
        (20, 0.05, 15.2),
    ];

    #[test]
    fn erlang_b_is_that_of_the_tables() {
        for (guides, blocked, load) in TABLE_B {
            // A table rounds the load to three digits.
            let half = 0.5 * 10_f64.powf(load.log10().floor() - 2.0);
            let below = erlang_b(load - half, guides).unwrap();
            let above = erlang_b(load + half, guides).unwrap();
            let is_between = (below..=above).contains(&blocked);
            assert!(is_between, "{guides} {load}: {below} to {above}");
        }
    }

    /// By the definition, with factorials.
    fn c_by_definition(load: f64, guides: u32) -> f64 {
        let power = |k: u32| (1..=k).fold(1.0, |product, i| product * load / f64::from(i));
        let last = power(guides) * f64::from(guides) / (f64::from(guides) - load);
        last / ((0..guides).map(power).sum::<f64>() + last)
    }

    #[test]
    fn erlang_c_is_that_of_published_examples_and_of_its_definition() {
        // 360 calls in half an hour, 4 minutes each, 55 agents: the worked example of several Erlang C calculators, 0.239 and 8.2 seconds.
        let found = erlang_c(flow(12.0, 4.0, 55)).unwrap();
        assert!((found.waits - 0.239).abs() < 0.0005, "{found:?}");
        assert!((found.mean_wait * 60.0 - 8.2).abs() < 0.05, "{found:?}");
        // 48 calls a minute, 1 minute each, 50 agents: Mandelbaum and Zeltyn's table, 20.8 and 58.1 seconds.
        let found = erlang_c(flow(48.0, 1.0, 50)).unwrap();
        let seconds = [found.mean_wait * 60.0, found.percentile(0.9) * 60.0];
        assert!((seconds[0] - 20.8).abs() < 0.05, "{seconds:?}");
        assert!((seconds[1] - 58.1).abs() < 0.05, "{seconds:?}");
        for (load, guides) in [(0.5, 1), (2.0, 3), (4.0, 5), (7.9, 8), (0.01, 9)] {
            let found = erlang_c(flow(load, 1.0, guides)).unwrap().waits;
            let expected = c_by_definition(load, guides);
            assert!((found / expected - 1.0).abs() < 1e-12, "{load} {guides}");
        }
    }

    #[test]
    fn a_percentile_of_erlang_c_is_where_that_share_still_waits() {
        let found = erlang_c(flow(0.1, 45.0, 6)).unwrap();
        let wait = found.percentile(0.9);
        assert!(wait > 0.0 && (found.later_than(wait) - 0.1).abs() < 1e-12);
        let rarely = erlang_c(flow(0.001, 45.0, 6)).unwrap();
        assert_eq!(rarely.percentile(0.9), 0.0);
    }

    #[test]
    fn erlang_a_is_that_of_the_published_table() {
        // The same table, with a patience of 2 minutes: 3.1 % leave, 3.7 seconds.
        let found = erlang_a(flow(48.0, 1.0, 50), 2.0).unwrap();
        assert!((found.leaves * 100.0 - 3.1).abs() < 0.05, "{found:?}");
        assert!((found.mean_wait * 60.0 - 3.7).abs() < 0.05, "{found:?}");
    }

    #[test]
    fn erlang_a_goes_over_into_its_limits() {
        // Very patient people: Erlang C. As patient as conversations are long: a queue without limit, Poisson.
        let calm = flow(0.1, 45.0, 6);
        let (a, c) = (erlang_a(calm, 1e7).unwrap(), erlang_c(calm).unwrap());
        assert!((a.mean_wait / c.mean_wait - 1.0).abs() < 1e-3);
        let found = erlang_a(flow(2.0, 1.0, 1), 1.0).unwrap();
        assert!((found.waits - (1.0 - (-2.0_f64).exp())).abs() < 1e-12);
        // Five times too many, and very patient: four of five leave.
        let found = erlang_a(flow(5.0, 1.0, 1), 1e6).unwrap();
        assert!((found.leaves - 0.8).abs() < 1e-9 && found.waits > 0.999_999);
        assert_eq!(erlang_a(flow(0.0, 1.0, 1), 1.0).unwrap().waits, 0.0);
        assert_eq!(erlang_a(flow(1.0, 1.0, 500), 1.0).unwrap().waits, 0.0);
    }

    #[test]
    fn what_has_no_answer_gets_none() {
        use ErlangError::*;
        let refused_by_c = [
            (flow(1.0, 45.0, 0), NoGuides),
            (flow(1.0, 45.0, 45), NoSteadyState),
            (flow(1.0, 45.0, 44), NoSteadyState),
            (flow(1e300, 1e300, 9), NotFinite),
            (flow(f64::NAN, 45.0, 9), NotFinite),
            (flow(f64::INFINITY, 45.0, 9), NotFinite),
            (flow(0.1, f64::NAN, 9), NotFinite),
            (flow(-0.1, 45.0, 9), Negative),
            (flow(0.1, -45.0, 9), Negative),
            (flow(0.1, 0.0, 9), NoTime),
        ];
        for (flow, error) in refused_by_c {
            assert_eq!(erlang_c(flow), Err(error), "{flow:?}");
            let is_overload = error == NoSteadyState;
            assert_eq!(erlang_a(flow, 60.0).is_ok(), is_overload, "{flow:?}");
        }
        for (patience, error) in [(f64::NAN, NotFinite), (-1.0, Negative), (0.0, NoTime)] {
            assert_eq!(erlang_a(flow(0.1, 45.0, 9), patience), Err(error));
        }
        assert_eq!(erlang_b(f64::NAN, 1), Err(NotFinite));
        assert_eq!(erlang_b(-1.0, 1), Err(Negative));
        assert_eq!(erlang_b(1.0, 0), Err(NoGuides));
    }
}

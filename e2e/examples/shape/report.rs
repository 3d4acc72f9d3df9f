//! What is told at the end.

use serde::Serialize;
use shape::{Aim, Pair, Verdict};

/// The most that a watcher of the network should gain.
pub(crate) const AIM: f64 = 0.02;

/// The visits of one kind.
#[derive(Serialize, Default)]
pub(crate) struct Kind {
    pub(crate) kind: &'static str,
    pub(crate) sessions: usize,
    /// How many had done what they came for when they left.
    pub(crate) done: usize,
    /// In how many a turn began later than the lot can make it.
    pub(crate) late: usize,
    /// Requests of a session, on average.
    pub(crate) requests: f64,
    /// TLS records of a session, on average.
    pub(crate) records: f64,
}

/// All that is told.
#[derive(Serialize)]
pub(crate) struct Report {
    pub(crate) sessions: usize,
    /// How many of them earlier runs had kept.
    pub(crate) earlier: usize,
    pub(crate) seconds: u64,
    pub(crate) parallel: usize,
    /// How many times slower than a core of this machine each device was.
    pub(crate) slower: u32,
    pub(crate) kinds: Vec<Kind>,
    /// Visits that could not be made.
    pub(crate) lost: usize,
    /// Visits whose page counted as hidden at any time.
    pub(crate) hidden: usize,
    /// Visits in which the page's script failed the person.
    pub(crate) in_trouble: usize,
    /// Bytes on the wire that were no TLS.
    pub(crate) strange_bytes: u64,
    /// What the network sees.
    pub(crate) network: Verdict,
    /// What a log of the relay could see: paths, sizes, times.
    pub(crate) log: Verdict,
    /// The same with the first byte of each body, which the relay must know to carry a turn out.
    pub(crate) log_with_kind: Verdict,
    pub(crate) aim: f64,
    pub(crate) network_aim: Aim,
}

fn print_pair(pair: &Pair) {
    let Pair {
        one,
        other,
        advantage,
        telling,
    } = pair;
    let best = telling.first().map(|best| {
        let (one, other) = best.middle;
        format!("{} ({one:.0} to {other:.0})", best.number)
    });
    println!(
        "    {one:>5} or {other:5}  {:6.3}  {:6.3} to {:6.3}  {}",
        advantage.advantage,
        advantage.low,
        advantage.high,
        best.unwrap_or_default()
    );
}

fn print_verdict(what: &str, verdict: &Verdict) {
    let (found, nothing) = (&verdict.advantage, &verdict.nothing);
    println!("{what}");
    println!(
        "  advantage over guessing {:.3}, 95 in 100 between {:.3} and {:.3}; out of nothing {:.3} on average, {:.3} at most",
        found.advantage, found.low, found.high, nothing.mean, nothing.highest
    );
    verdict.pairs.iter().for_each(print_pair);
}

impl Report {
    /// For a person.
    pub(crate) fn print(&self) {
        println!(
            "{} sessions of {} s, {} of them kept from before, {} at a time, devices {} times slower; {} lost, {} hidden, {} in trouble",
            self.sessions,
            self.seconds,
            self.earlier,
            self.parallel,
            self.slower,
            self.lost,
            self.hidden,
            self.in_trouble
        );
        for kind in &self.kinds {
            println!(
                "  {:5} {:4} sessions, {:4} had done all, {:4} with a late turn; {:.1} requests and {:.1} TLS records each",
                kind.kind, kind.sessions, kind.done, kind.late, kind.requests, kind.records
            );
        }
        print_verdict("what the network sees", &self.network);
        print_verdict("what a log of the relay could see", &self.log);
        print_verdict("the same with what each turn is for", &self.log_with_kind);
        println!(
            "aim: at most {} on the network: {}",
            self.aim,
            match self.network_aim {
                Aim::Holds => "holds",
                Aim::Fails => "fails",
                Aim::Undecided => "undecided by so many sessions",
            }
        );
    }
}

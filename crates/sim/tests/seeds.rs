//! Many seeds, on every change. A failing seed is printed and can be played again alone.
#![allow(clippy::panic, reason = "a test says which seed failed")]

use sim::Trouble;

/// Plays a range of seeds.
fn play(seeds: std::ops::Range<u64>, steps: u32, trouble: Trouble) {
    let mut sent = 0;
    let mut answered = 0;
    let mut letters = 0;
    let mut removed = 0;
    for seed in seeds {
        match sim::run(seed, steps, trouble) {
            Ok(report) => {
                sent += report.sent;
                letters += report.letters;
                answered += report.answered;
                removed += report.removed;
            }
            Err(failure) => panic!("{failure}"),
        }
    }
    println!("sent {sent}, of them letters {letters}; answered {answered}; removed {removed}");
    assert!(
        sent > letters && letters > 0 && answered > 0 && removed > 0,
        "something was sent by both ways and answered, and somebody was shut out"
    );
}

#[test]
fn runs_keep_every_promise() {
    play(0..100, 400, Trouble::Network);
}

#[test]
fn more_runs_keep_every_promise() {
    play(100..200, 400, Trouble::Everything);
}

#[test]
fn long_runs_keep_every_promise() {
    play(10_000..10_025, 800, Trouble::Everything);
}

/// A letter on its way while its case changed hands, one that was claimed by whoever then gave the case away, and a case that went on
/// from a share whose keeper had not been among its keepers from the beginning.
#[test]
fn runs_that_once_broke_a_promise_keep_it() {
    for seed in [225, 854, 896] {
        if let Err(failure) = sim::run(seed, 400, Trouble::Network) {
            panic!("{failure}");
        }
    }
    // Clocks that destroyed cases, a team key that reached nobody, a letter that the relay kept from a day long over.
    for seed in [7, 12, 50, 118, 407, 511] {
        if let Err(failure) = sim::run(seed, 400, Trouble::Everything) {
            panic!("{failure}");
        }
    }
}

//! Many seeds, on every change. A failing seed is printed and can be played again alone.
#![allow(clippy::panic, reason = "a test says which seed failed")]

/// Plays a range of seeds.
fn play(seeds: std::ops::Range<u64>, steps: u32) {
    let mut sent = 0;
    let mut answered = 0;
    for seed in seeds {
        match sim::run(seed, steps) {
            Ok(report) => {
                sent += report.sent;
                answered += report.answered;
            }
            Err(failure) => panic!("{failure}"),
        }
    }
    assert!(sent > 0 && answered > 0, "something was sent and answered");
}

#[test]
fn short_runs_keep_every_promise() {
    play(0..1000, 150);
}

#[test]
fn more_short_runs_keep_every_promise() {
    play(1000..2000, 150);
}

#[test]
fn long_runs_keep_every_promise() {
    play(10_000..10_100, 400);
}

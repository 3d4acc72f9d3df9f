//! Plays many seeds: `cargo run --release -p sim --example seeds -- 0 10000 400` (first seed, count, steps).
//! Ends with 1 if a promise was broken.

use std::process::ExitCode;

use sim::Trouble;

fn main() -> ExitCode {
    let mut arguments = std::env::args()
        .skip(1)
        .filter_map(|argument| argument.parse::<u64>().ok());
    let first = arguments.next().unwrap_or(0);
    let count = arguments.next().unwrap_or(1000);
    let steps = u32::try_from(arguments.next().unwrap_or(400)).unwrap_or(400);
    let (mut failed, mut faults, mut crashes) = (0, 0, 0);
    let (mut sent, mut letters, mut answered, mut removed) = (0, 0, 0, 0);
    for seed in first..first + count {
        match sim::run(seed, steps, Trouble::Everything) {
            Ok(report) => {
                faults += report.faults;
                crashes += report.crashes;
                removed += report.removed;
                sent += report.sent;
                letters += report.letters;
                answered += report.answered;
            }
            Err(failure) => {
                failed += 1;
                println!("{failure}");
            }
        }
    }
    println!(
        "{count} seeds of {steps} steps: {failed} failed; {sent} messages sent, {letters} of them letters, {answered} answers, {removed} devices shut out, {faults} faults, {crashes} crashes"
    );
    match failed {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

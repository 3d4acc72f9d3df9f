//! `cargo xtask nightly`: what takes too long for every change, one after the other; whatever fails, the rest is played too.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::{Value, json};

use crate::run::{root, run as run_program};
use crate::{demo, fuzz, setup};

/// So many seeds are played by one process; then it stands in [`NEXT`] how far they are.
const CHUNK: u64 = 250;
/// The next seed to play, for a night that goes on where the last one stopped.
const NEXT: &str = "target/nightly-next-seed";

/// How long a night is.
#[derive(Args)]
#[command(after_help = "Examples:
  cargo xtask nightly --json                      10,000 seeds, 300 kills, 200 power cuts, 5 minutes of fuzzing for each parser
  cargo xtask nightly --resume --minutes 60       seeds from where the last night stopped, for an hour at most
  cargo xtask nightly --first 854 --seeds 1 --rounds 0 --power-cuts 0 --fuzz-seconds 0    one seed that failed, again")]
pub struct NightlyArguments {
    /// How many seeds of the simulation.
    #[arg(long, default_value_t = 10_000)]
    seeds: u64,
    /// The first seed.
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// Go on with the seed after the last one that was played here.
    #[arg(long, conflicts_with = "first")]
    resume: bool,
    /// Steps of each seed.
    #[arg(long, default_value_t = 400)]
    steps: u32,
    /// No further seeds are begun after so many minutes.
    #[arg(long, default_value_t = 240)]
    minutes: u64,
    /// How often the relay is killed.
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(..=10_000))]
    rounds: u32,
    /// How often its disk loses power.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(..=10_000))]
    power_cuts: u32,
    /// Compare disks with and without contacts as well; needs root, FUSE and loop devices.
    #[arg(long)]
    disks: bool,
    /// Seconds of fuzzing for each parser.
    #[arg(long, default_value_t = 300)]
    fuzz_seconds: u32,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// Where seeds begin.
fn first(asked: &NightlyArguments, next: Option<&str>) -> Result<u64> {
    match (asked.resume, next) {
        (true, Some(next)) => next.trim().parse().context(NEXT),
        _ => Ok(asked.first),
    }
}

/// Runs a built program and gives whether it ended well, with what it printed.
fn play(program: &str, arguments: &[String]) -> Result<(bool, String)> {
    let output = Command::new(root().join(program))
        .args(arguments)
        .current_dir(root())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("can't run {program}"))?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok((output.status.success(), said))
}

/// Plays seeds in their order; gives what was played, and what of it broke a promise.
#[allow(clippy::disallowed_methods, reason = "a night has an end")]
fn seeds(asked: &NightlyArguments) -> Result<Value> {
    let begin = Instant::now();
    let next = std::fs::read_to_string(root().join(NEXT)).ok();
    let first = first(asked, next.as_deref())?;
    let end = first.saturating_add(asked.seeds);
    let (mut seed, mut broken) = (first, Vec::new());
    while seed < end && begin.elapsed() < Duration::from_secs(60 * asked.minutes) {
        let count = CHUNK.min(end - seed);
        let arguments = [seed, count, asked.steps.into()].map(|number| number.to_string());
        let (is_good, said) = play("target/release/examples/seeds", &arguments)?;
        eprint!("… seed {seed}: {said}");
        if !is_good {
            broken.extend(said.lines().map(str::to_owned));
        }
        seed += count;
        std::fs::write(root().join(NEXT), seed.to_string())?;
    }
    let seconds = begin.elapsed().as_secs();
    Ok(
        json!({ "first": first, "played": seed - first, "steps": asked.steps, "seconds": seconds, "broken": broken }),
    )
}

/// Plays rounds of kills or power cuts; nothing when there are to be none.
fn rounds(command: &str, rounds: u32) -> Result<Option<(bool, Value)>> {
    if rounds == 0 {
        return Ok(None);
    }
    eprintln!("… {command}: {rounds} rounds");
    let rounds = rounds.to_string();
    let arguments = [command, "--rounds", &rounds, "--json"].map(str::to_owned);
    let (is_good, said) = play("target/release/measure", &arguments)?;
    let report = serde_json::from_str(&said).unwrap_or(Value::Null);
    Ok(Some((is_good, report)))
}

/// Compares disks; gives whether they are alike.
fn disks() -> (bool, Value) {
    eprintln!("… disks");
    let arguments = ["shape-at-rest", "--json"].map(str::to_owned);
    let compared = setup::volume().and_then(|()| play("target/release/measure", &arguments));
    match compared {
        Ok((is_alike, said)) => (is_alike, serde_json::from_str(&said).unwrap_or_default()),
        Err(error) => (false, json!({ "error": format!("{error:#}") })),
    }
}

/// `cargo xtask nightly`.
pub(crate) fn run(asked: &NightlyArguments) -> Result<()> {
    eprintln!("building what is played (the first time this takes some minutes)");
    demo::build_commands()?;
    let example = [
        "build",
        "--release",
        "--package",
        "sim",
        "--example",
        "seeds",
    ];
    run_program("cargo", &example)?;
    let simulated = seeds(asked)?;
    let mut is_good = simulated.get("broken") == Some(&json!([]));
    let mut report = serde_json::Map::new();
    report.insert("seeds".into(), simulated);
    for (command, count) in [("crash", asked.rounds), ("power-cuts", asked.power_cuts)] {
        if let Some((kept, played)) = rounds(command, count)? {
            is_good &= kept;
            report.insert(command.into(), played);
        }
    }
    if asked.disks {
        let (is_alike, disks) = disks();
        is_good &= is_alike;
        report.insert("shape-at-rest".into(), disks);
    }
    if asked.fuzz_seconds > 0 {
        let fuzzed = fuzz::run(asked.fuzz_seconds, None);
        is_good &= fuzzed.is_ok();
        let fuzzed = match fuzzed {
            Ok(seconds) => json!({ "cpu_seconds": seconds }),
            Err(error) => json!({ "error": format!("{error:#}") }),
        };
        report.insert("fuzz".into(), fuzzed);
    }
    report.insert("good".into(), is_good.into());
    let report = Value::Object(report);
    match asked.json {
        true => println!("{report}"),
        false => println!("{report:#}"),
    }
    match is_good {
        true => Ok(()),
        false => bail!("something is wrong; the report says what"),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Asked {
        #[command(flatten)]
        night: NightlyArguments,
    }

    fn first_of(arguments: &[&str], next: Option<&str>) -> Result<u64> {
        let words = [&["nightly"], arguments].concat();
        first(&Asked::try_parse_from(words)?.night, next)
    }

    #[test]
    fn a_night_goes_on_where_the_last_one_stopped_only_when_it_is_asked_to() {
        assert_eq!(first_of(&["--resume"], Some("750\n")).unwrap(), 750);
        assert_eq!(first_of(&["--resume"], None).unwrap(), 0);
        assert_eq!(first_of(&[], Some("750")).unwrap(), 0);
        assert_eq!(first_of(&["--first", "9"], Some("750")).unwrap(), 9);
        assert!(first_of(&["--resume"], Some("no number")).is_err());
    }
}

//! `cargo xtask night`, `cargo xtask flood` and `cargo xtask crash`.

use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use clap::Args;

use crate::demo;
use crate::run::root;

/// How large a night is.
#[derive(Args)]
#[command(after_help = "Examples:
  cargo xtask night                                      10,000 contacts and 200 desks in 5 minutes
  cargo xtask night --contacts 500 --desks 10 --minutes 0.5
  cargo xtask night --contacts 2000 --desks 40 --minutes 3 --answer-minutes 3   and the forecast of its waits beside what they were
  cargo xtask night --out target/night.svg --json        ends with 1 if anything was lost, doubled or refused")]
pub struct NightArguments {
    /// How many write, twice each.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    contacts: u32,
    /// How many desks answer.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u16).range(1..=300))]
    desks: u16,
    /// In about how many minutes; parts of one are allowed. After twice that time it ends whoever still waits.
    #[arg(long, default_value_t = 5.0)]
    minutes: f64,
    /// What is drawn by lot follows from it.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Write a picture of latency and memory here, as SVG.
    #[arg(long)]
    out: Option<PathBuf>,
    /// How many minutes each answer takes a desk, of the ten hours for which the night stands. Left out: as fast as can be, and then there are no
    /// waits to compare with a forecast.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=60))]
    answer_minutes: u32,
    /// Write what the night counted into this folder: counts.toml for `footbridge outcomes`, and with --answer-minutes tally.toml for
    /// `footbridge forecast`.
    #[arg(long, default_value = "target/night")]
    counts: PathBuf,
    /// Leave out what this machine can at most.
    #[arg(long)]
    without_limits: bool,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// How often the relay is killed.
#[derive(Args)]
#[command(after_help = "Examples:
  cargo xtask crash --rounds 1000
  cargo xtask crash --power-cuts 100    on a disk of its own that also fails, fills and tears; needs /dev/fuse
  cargo xtask crash --rounds 20 --seed 7 --json    ends with 1 if anything was lost, doubled or could not go on")]
pub struct CrashArguments {
    /// How many times.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    rounds: u32,
    /// Cut the power of its disk so many times instead; the disk forgets and tears what was not synced.
    #[arg(long, conflicts_with = "rounds", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    power_cuts: Option<u32>,
    /// What is drawn by lot follows from it.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// How large a flood is.
#[derive(Args)]
#[command(after_help = "Examples:
  cargo xtask flood                        two minutes, by as many as this machine can send
  cargo xtask flood --seconds 600 --guessers 512           and by 512 who send without having done the work
  cargo xtask flood --seconds 20 --free-posts 0 --json     ends with 1 if a contact was refused, or anything lost or doubled")]
pub struct FloodArguments {
    /// For how many seconds.
    #[arg(long, default_value_t = 120, value_parser = clap::value_parser!(u64).range(2..=3600))]
    seconds: u64,
    /// How many send at once.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u64).range(1..=64))]
    senders: u64,
    /// On how many connections posts are sent besides whose work nobody did.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u64).range(..=4096))]
    guessers: u64,
    /// How many posts come without work.
    #[arg(long, default_value_t = 4_000)]
    free_posts: u32,
    /// What is drawn by lot follows from it.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

fn measure(mut arguments: Vec<String>, as_json: bool) -> Result<()> {
    eprintln!("building the relay and the load (the first time this takes some minutes)");
    demo::build_commands()?;
    arguments.extend(as_json.then(|| "--json".to_owned()));
    let mut command = Command::new(root().join("target/release/measure"));
    command.args(arguments).current_dir(root());
    Err(command.exec()).context("can't run it")
}

fn with_numbers(command: &str, numbers: &[(&str, String)]) -> Vec<String> {
    let numbers = numbers
        .iter()
        .flat_map(|(name, number)| [(*name).to_owned(), number.clone()]);
    std::iter::once(command.to_owned()).chain(numbers).collect()
}

/// `cargo xtask night`.
pub(crate) fn night(asked: &NightArguments) -> Result<()> {
    let mut arguments = with_numbers(
        "night",
        &[
            ("--contacts", asked.contacts.to_string()),
            ("--desks", asked.desks.to_string()),
            ("--minutes", asked.minutes.to_string()),
            ("--seed", asked.seed.to_string()),
            ("--answer-minutes", asked.answer_minutes.to_string()),
        ],
    );
    let counts = std::path::absolute(&asked.counts)?;
    arguments.extend(["--counts".to_owned(), counts.display().to_string()]);
    if let Some(out) = &asked.out {
        let out = std::path::absolute(out)?;
        arguments.extend(["--out".to_owned(), out.display().to_string()]);
    }
    arguments.extend(asked.without_limits.then(|| "--without-limits".to_owned()));
    measure(arguments, asked.json)
}

/// `cargo xtask crash`.
pub(crate) fn crash(asked: &CrashArguments) -> Result<()> {
    let (command, rounds) = match asked.power_cuts {
        Some(cuts) => ("power-cuts", cuts),
        None => ("crash", asked.rounds),
    };
    let arguments = with_numbers(
        command,
        &[
            ("--rounds", rounds.to_string()),
            ("--seed", asked.seed.to_string()),
        ],
    );
    measure(arguments, asked.json)
}

/// `cargo xtask flood`.
pub(crate) fn flood(asked: &FloodArguments) -> Result<()> {
    let arguments = with_numbers(
        "flood",
        &[
            ("--seconds", asked.seconds.to_string()),
            ("--senders", asked.senders.to_string()),
            ("--guessers", asked.guessers.to_string()),
            ("--free-posts", asked.free_posts.to_string()),
            ("--seed", asked.seed.to_string()),
        ],
    );
    measure(arguments, asked.json)
}

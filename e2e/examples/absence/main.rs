//! `cargo xtask bench absence`: how long a desk that was off for a week of a busy line takes until it has caught up, with everything that
//! `cargo xtask drill absence` leaves out: the program as it is released, the relay as a process of its own, HTTP between them, and the
//! vault, which is written for each page of entries.
#![allow(
    clippy::disallowed_methods,
    reason = "a benchmark tells how long something took"
)]
#![allow(
    clippy::indexing_slicing,
    reason = "indexing a JSON value gives null where there is nothing"
)]

#[path = "../paint/desk.rs"]
mod desk;

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use clap::Parser;
use demo::DeskDoor;
use serde_json::{Value, json};

use crate::desk::{PATIENCE, Running, is_connected, open, prepare, serve};

/// How long a desk that was off for a week takes until it has caught up.
#[derive(Parser)]
struct Cli {
    /// How many desks the line has.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(2..=50))]
    desks: u16,
    /// How many cases the week has.
    #[arg(long, default_value_t = 5000, value_parser = clap::value_parser!(u16).range(10..=20_000))]
    cases: u16,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// Opens the desk and waits until it has read everything; gives the seconds from the start of its process on, and how many wait.
async fn caught_up(directory: &Path, relay: &Running) -> Result<(f64, usize)> {
    let begun = Instant::now();
    let desk = open(directory, relay).await?;
    let link = |name: &str| {
        desk.links[name]
            .as_str()
            .context("the desk gives two links")
    };
    let door = DeskDoor::enter(link("open")?, link("script")?).await?;
    let view = door.wait_until(PATIENCE, is_connected).await?;
    let seconds = begun.elapsed().as_secs_f64();
    desk.process.stop().await;
    Ok((seconds, view["waiting"].as_array().map_or(0, Vec::len)))
}

/// What the files in a directory take, in bytes.
fn size(directory: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(directory)? {
        bytes += entry?.metadata()?.len();
    }
    Ok(bytes)
}

async fn run(cli: &Cli) -> Result<Value> {
    let directory = tempfile::tempdir_in("target")?;
    let directory = directory.path();
    let (desks, cases) = (cli.desks.to_string(), cli.cases.to_string());
    let command = ["absence-records", "--desks", &desks, "--cases", &cases];
    let week: Value = serde_json::from_str(&prepare(directory, &command)?)?;
    let relay = serve(directory).await?;
    let (seconds, waiting) = caught_up(directory, &relay).await?;
    let (seconds_again, waiting_again) = caught_up(directory, &relay).await?;
    relay.process.stop().await;
    let waits = week["waiting"].as_u64().context("some wait still")?;
    ensure!(
        [waiting, waiting_again].map(|count| count as u64) == [waits; 2],
        "{waits} wait, and the desk sees {waiting}, and {waiting_again} when it is opened again"
    );
    let entries = week["entries"].as_f64().context("a number of entries")?;
    Ok(json!({
        "desks": cli.desks,
        "cases": cli.cases,
        "entries": entries,
        "megabytes": entries * wire::ENVELOPE_SIZE as f64 / 1e6,
        "seconds": seconds,
        "seconds_again": seconds_again,
        "a_second": entries / seconds,
        "vault_megabytes": size(&directory.join("vault"))? as f64 / 1e6,
    }))
}

fn print(report: &Value) {
    let number = |name: &str| report[name].as_f64().unwrap_or(f64::NAN);
    println!(
        "{} desks, {} cases in the week: {} entries and posts to catch up with, {:.1} MB",
        report["desks"],
        report["cases"],
        number("entries"),
        number("megabytes")
    );
    println!(
        "from the desk's start until it has read and kept all   {:6.2} s, {:.0} a second",
        number("seconds"),
        number("a_second")
    );
    println!(
        "when it is opened again, with nothing to catch up with {:6.2} s",
        number("seconds_again")
    );
    println!(
        "the vault then                                         {:6.2} MB",
        number("vault_megabytes")
    );
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(&cli).await {
        Ok(report) if cli.json => println!("{report}"),
        Ok(report) => print(&report),
        Err(error) => {
            eprintln!("{error:#}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

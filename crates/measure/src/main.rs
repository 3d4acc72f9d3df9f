//! Benchmarks and searches of a running line; `cargo xtask bench` and `cargo xtask seize` run it.

mod at_rest;
mod bench;
mod connection;
mod crash;
mod curve;
mod desk_files;
mod drill;
mod flood;
mod junk;
mod memory;
mod night;
mod pack;
mod pages;
mod paint;
mod power;
mod sample;
mod seize;
mod stores;
mod truth;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use serde::Serialize;

/// Benchmarks and searches of a running line.
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Durable posts per second, beside two limits of this machine.
    Bench {
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// What a request costs the store as it fills.
    BenchCurve {
        /// Up to ten to this power of posts.
        #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u32).range(4..=7))]
        most: u32,
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// The relay's memory with very many pages open.
    BenchMemory {
        /// How many.
        #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=16_000))]
        pages: u32,
        /// How they speak to the relay; without it in each of the three ways, one after the other.
        #[arg(long, value_enum)]
        over: Option<connection::Over>,
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// How long it takes to judge all cards again.
    BenchRecord {
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Search a relay's files, logs and memory after a conversation.
    Seize {
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Shut a device out in the middle of a full evening, and see whether every promise holds.
    DrillRevoke {
        /// How many desks the line has.
        #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u16).range(5..=300))]
        desks: u16,
        /// How many cases are open.
        #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u16).range(4..=10_000))]
        cases: u16,
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// A desk was off for a week; how long it takes until it has caught up.
    DrillAbsence {
        /// How many desks the line has.
        #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(3..=40))]
        desks: u16,
        /// How many cases the week has.
        #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u16).range(4..=20_000))]
        cases: u16,
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Very many write in one night, and everything acknowledged is read back.
    Night {
        /// How many write.
        #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
        contacts: u32,
        /// How many answer.
        #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u16).range(1..=300))]
        desks: u16,
        /// In how many minutes; parts of one are allowed, such as 0.1.
        #[arg(long, default_value_t = 5.0)]
        minutes: f64,
        /// What is drawn by lot follows from it.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Write the picture here, as SVG.
        #[arg(long)]
        out: Option<std::path::PathBuf>,
        /// Write what the night counted into this folder.
        #[arg(long)]
        counts: Option<std::path::PathBuf>,
        /// How many minutes each answer takes, of the ten hours for which the night stands; 0: as fast as can be.
        #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=60))]
        answer_minutes: u32,
        /// Leave out the limits of this machine.
        #[arg(long)]
        without_limits: bool,
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Flood a relay while contacts write, and see what they and the flood pay.
    Flood {
        /// For how long.
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
    },
    /// Kill the relay under load, again and again, and see whether anything is lost or doubled.
    Crash {
        /// How many times.
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
        rounds: u32,
        /// What is drawn by lot follows from it.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Cut the relay's power under load, on a disk that also fails, fills and tears.
    PowerCuts {
        /// How many times.
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
        rounds: u32,
        /// What is drawn by lot follows from it.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Compare disks of lines that nobody and that very many have written to.
    ShapeAtRest {
        /// How many have written to the second.
        #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(10..=20_000))]
        contacts: u32,
        /// How many blocks of each disk are looked at.
        #[arg(long, default_value_t = 5_000, value_parser = clap::value_parser!(u32).range(100..=100_000))]
        blocks: u32,
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Let changed programs try what their devices may not.
    DrillInsider {
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Play the day of an announcement, and see who waits how long.
    DrillSurge {
        /// How many write for the first time.
        #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u16).range(1..=5_000))]
        messages: u16,
        /// In how many minutes.
        #[arg(long, default_value_t = 660, value_parser = clap::value_parser!(u32).range(30..=660))]
        minutes: u32,
        /// Guides on shift.
        #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u16).range(4..=100))]
        on_shift: u16,
        /// Guides on the call list.
        #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u16).range(0..=150))]
        to_call: u16,
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Durable posts per second of SQLite and of PostgreSQL, side by side.
    BenchStores {
        /// JSON instead of lines.
        #[arg(long)]
        json: bool,
    },
    /// A line and the records of a desk with many cases, for `bench paint`, into a new directory.
    #[command(hide = true)]
    PaintRecords {
        /// Where to.
        directory: std::path::PathBuf,
    },
    /// A line, and the records of a desk that missed a week of it, for `bench absence`, into a new directory; prints what it missed.
    #[command(hide = true)]
    AbsenceRecords {
        /// Where to.
        directory: std::path::PathBuf,
        /// How many desks the line has.
        #[arg(long)]
        desks: u16,
        /// How many cases the week has.
        #[arg(long)]
        cases: u16,
    },
    /// An empty handler on a free port, for `bench`; prints the port.
    #[command(hide = true)]
    Empty,
}

/// Tells a report to a script, or to a person.
fn tell<Report: Serialize>(report: &Report, json: bool, print: impl FnOnce(&Report)) -> Result<()> {
    match json {
        true => println!("{}", serde_json::to_string(report)?),
        false => print(report),
    }
    Ok(())
}

async fn run(command: Command) -> Result<bool> {
    match command {
        Command::Bench { json } => {
            let report = bench::run().await?;
            tell(&report, json, |report| report.print())?;
            Ok(true)
        }
        Command::BenchCurve { most, json } => {
            let report = curve::run(most).await?;
            tell(&report, json, |report| report.print())?;
            Ok(true)
        }
        Command::BenchMemory { pages, over, json } => {
            let ways = over.map_or(connection::Over::ALL.to_vec(), |over| vec![over]);
            let mut reports = Vec::new();
            for over in ways {
                reports.push(pages::run(usize::try_from(pages)?, over).await?);
            }
            tell(&reports, json, |reports| {
                reports.iter().for_each(pages::Report::print);
            })?;
            Ok(reports.iter().all(pages::Report::is_good))
        }
        Command::BenchStores { json } => {
            let all = stores::run().await?;
            tell(&all, json, |all| stores::print(all))?;
            Ok(true)
        }
        Command::BenchRecord { json } => {
            let report = truth::run()?;
            tell(&report, json, |report| report.print())?;
            Ok(report.is_quick())
        }
        Command::Seize { json } => {
            let report = seize::run().await?;
            tell(&report, json, |report| report.print())?;
            Ok(report.is_clean())
        }
        Command::Night {
            contacts,
            desks,
            minutes,
            seed,
            out,
            counts,
            answer_minutes,
            without_limits,
            json,
        } => {
            anyhow::ensure!(
                (0.01..=60.0).contains(&minutes),
                "--minutes is from 0.01 to 60"
            );
            let options = night::Options {
                contacts: usize::try_from(contacts)?,
                desks: desks.into(),
                minutes,
                seed,
                out,
                counts,
                answer_minutes,
                limits: !without_limits,
            };
            // Desks share a thread, so that the load takes less of what the relay needs.
            let local = tokio::task::LocalSet::new();
            let report = local.run_until(night::run(&options)).await?;
            tell(&report, json, |report| report.print())?;
            Ok(report.is_good())
        }
        Command::Flood {
            seconds,
            senders,
            guessers,
            free_posts,
            seed,
            json,
        } => {
            let options = flood::Options {
                seconds,
                senders,
                guessers,
                free_posts,
                seed,
            };
            let report = flood::run(&options).await?;
            tell(&report, json, |report| report.print())?;
            Ok(report.is_good())
        }
        Command::Crash { rounds, seed, json } => {
            let local = tokio::task::LocalSet::new();
            let played = crash::run(usize::try_from(rounds)?, seed);
            let report = local.run_until(played).await?;
            tell(&report, json, |report| report.print())?;
            Ok(report.is_good())
        }
        Command::PowerCuts { rounds, seed, json } => {
            let local = tokio::task::LocalSet::new();
            let played = power::run(usize::try_from(rounds)?, seed);
            let report = local.run_until(played).await?;
            tell(&report, json, |report| report.print())?;
            Ok(report.is_good())
        }
        Command::ShapeAtRest {
            contacts,
            blocks,
            json,
        } => {
            let local = tokio::task::LocalSet::new();
            let taken = at_rest::run(usize::try_from(contacts)?, usize::try_from(blocks)?);
            let report = local.run_until(taken).await?;
            tell(&report, json, |report| report.print())?;
            Ok(report.is_good())
        }
        Command::DrillRevoke { .. }
        | Command::DrillAbsence { .. }
        | Command::DrillInsider { .. }
        | Command::DrillSurge { .. }
        | Command::AbsenceRecords { .. }
        | Command::PaintRecords { .. } => Ok(false),
        Command::Empty => {
            bench::empty_handler().await?;
            Ok(true)
        }
    }
}

/// What a drill found, told; whether it is good.
fn drilled<Report: Serialize>(
    report: Result<Report>,
    json: bool,
    print: impl FnOnce(&Report),
    is_good: impl FnOnce(&Report) -> bool,
) -> Result<bool> {
    let report = report?;
    tell(&report, json, print)?;
    Ok(is_good(&report))
}

/// Drills block, on threads of their own.
fn drill(command: &Command) -> Option<Result<bool>> {
    use drill::{absence, insider, revoke, surge, surge_report};
    Some(match *command {
        Command::DrillRevoke { desks, cases, json } => {
            let report = revoke::run(desks.into(), cases.into());
            drilled(report, json, revoke::Report::print, revoke::Report::is_good)
        }
        Command::DrillAbsence { desks, cases, json } => {
            let report = absence::run(desks.into(), cases.into());
            drilled(
                report,
                json,
                absence::Report::print,
                absence::Report::is_good,
            )
        }
        Command::DrillInsider { json } => {
            let report = insider::run();
            drilled(
                report,
                json,
                insider::Report::print,
                insider::Report::is_good,
            )
        }
        Command::DrillSurge {
            messages,
            minutes,
            on_shift,
            to_call,
            json,
        } => {
            let report = surge::run(messages.into(), minutes, on_shift.into(), to_call.into());
            drilled(
                report,
                json,
                surge_report::Report::print,
                surge_report::Report::is_good,
            )
        }
        Command::AbsenceRecords {
            ref directory,
            desks,
            cases,
        } => {
            let week = absence::write(directory, desks.into(), cases.into());
            week.and_then(|week| tell(&week, true, |_| {}))
                .map(|()| true)
        }
        Command::PaintRecords { ref directory } => paint::write(directory).map(|()| true),
        _ => return None,
    })
}

fn main() -> ExitCode {
    let command = Cli::parse().command;
    if let Some(result) = drill(&command) {
        return ended(result);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let result = runtime
        .map_err(Into::into)
        .and_then(|runtime| runtime.block_on(run(command)));
    ended(result)
}

fn ended(result: Result<bool>) -> ExitCode {
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

//! Benchmarks and searches of a running line; `cargo xtask bench` and `cargo xtask seize` run it.

mod bench;
mod memory;
mod seize;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

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
    /// Search a relay's files, logs and memory after a conversation.
    Seize {
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// An empty handler on a free port, for `bench`; prints the port.
    #[command(hide = true)]
    Empty,
}

async fn run(command: Command) -> Result<bool> {
    match command {
        Command::Bench { json } => {
            let report = bench::run().await?;
            if json {
                println!("{}", serde_json::to_string(&report)?);
            } else {
                report.print();
            }
            Ok(true)
        }
        Command::Seize { json } => {
            let report = seize::run().await?;
            if json {
                println!("{}", serde_json::to_string(&report)?);
            } else {
                report.print();
            }
            Ok(report.is_clean())
        }
        Command::Empty => {
            bench::empty_handler().await?;
            Ok(true)
        }
    }
}

fn main() -> ExitCode {
    let command = Cli::parse().command;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let result = runtime
        .map_err(Into::into)
        .and_then(|runtime| runtime.block_on(run(command)));
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

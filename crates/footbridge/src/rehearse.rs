//! `footbridge rehearse`: how long it takes from the first report of a fake to the warning that everybody reads.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueHint};
use demo::{DemoLine, DemoOptions, WarnedBy};

use crate::{Failure, terminal};

/// Arguments of `footbridge rehearse`.
#[derive(Args)]
#[command(after_help = "Examples:
  footbridge rehearse                 brings up a demonstration line, raises the alarm, and waits until you have warned everybody
  footbridge rehearse --once --json   the same without a person, for a script; ends with 1 when it took more than 60 minutes")]
pub(crate) struct RehearseArguments {
    /// Let the coordinator's desk warn by itself.
    #[arg(long)]
    once: bool,
    /// Print one JSON object instead of text.
    #[arg(long)]
    json: bool,
    /// Where the page's files are (`cargo xtask page` makes them).
    #[arg(long, default_value = "target/page-files", value_hint = ValueHint::DirPath)]
    page_files: PathBuf,
    /// Where the demonstration data are.
    #[arg(long, default_value = "demonstration", value_hint = ValueHint::DirPath)]
    data: PathBuf,
}

/// `footbridge rehearse`.
pub(crate) async fn run(arguments: RehearseArguments) -> Result<ExitCode, Failure> {
    let options = DemoOptions {
        executable: std::env::current_exe()?,
        directory: None,
        page_files: arguments.page_files,
        data: arguments.data,
        port: 0,
    };
    let bringing_up = DemoLine::start(&options, |step| eprintln!("… {step}"));
    let line = tokio::select! {
        line = bringing_up => line?,
        () = terminal::stop_asked() => return Ok(ExitCode::SUCCESS),
    };
    let by = match arguments.once {
        true => WarnedBy::Script,
        false => WarnedBy::Person,
    };
    if by == WarnedBy::Person {
        eprintln!(
            "\nSomebody will have reported a false address. Open the coordinator's desk, find what was reported under\n\
             “Cards”, “Entrances and warnings”, and warn everybody. The address works once:\n\n  {}\n",
            line.coordinator().link()
        );
    }
    let rehearsed = tokio::select! {
        rehearsed = demo::rehearse(&line, by) => Some(rehearsed),
        () = terminal::stop_asked() => None,
    };
    eprintln!("… stopping");
    line.stop().await;
    let Some(rehearsed) = rehearsed else {
        return Ok(ExitCode::FAILURE);
    };
    let rehearsed = rehearsed?;
    match arguments.json {
        true => println!("{}", serde_json::to_string(&rehearsed)?),
        false => print!("{rehearsed}"),
    }
    Ok(match rehearsed.held {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

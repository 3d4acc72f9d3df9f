//! `footbridge rehearse`: how long it takes from the first report of a fake to the warning that everybody reads; and a handover, step by step.

use std::process::ExitCode;

use demo::{DemoLine, DemoOptions, WarnedBy};

use crate::cli::public::{RehearseArguments, Rehearsed};
use crate::{Failure, terminal};

/// `footbridge rehearse`.
pub(crate) async fn run(arguments: RehearseArguments) -> Result<ExitCode, Failure> {
    let options = DemoOptions {
        executable: std::env::current_exe()?,
        directory: None,
        page_files: arguments.page_files,
        data: arguments.data,
        port: 0,
        pace_milliseconds: None,
    };
    let bringing_up = DemoLine::start(&options, |step| eprintln!("… {step}"));
    let line = tokio::select! {
        line = bringing_up => line?,
        () = terminal::stop_asked() => return Ok(ExitCode::SUCCESS),
    };
    if arguments.what == Rehearsed::Handover {
        return handover(arguments.json, line).await;
    }
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

/// Plays a handover through the line, without a person.
async fn handover(is_json: bool, line: DemoLine) -> Result<ExitCode, Failure> {
    let played = tokio::select! {
        played = demo::hand_over(&line) => Some(played),
        () = terminal::stop_asked() => None,
    };
    eprintln!("… stopping");
    line.stop().await;
    let Some(played) = played else {
        return Ok(ExitCode::FAILURE);
    };
    let transcript = played?;
    match is_json {
        true => println!("{}", serde_json::to_string(&transcript)?),
        false => print!("{transcript}"),
    }
    Ok(match transcript.held {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

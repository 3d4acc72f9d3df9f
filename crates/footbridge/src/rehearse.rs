//! `footbridge rehearse`: how long it takes from the first report of a fake to the warning that everybody reads; a handover, and the line's end, step by step.

use std::process::ExitCode;

use demo::{DemoError, DemoLine, DemoOptions, Transcript, WarnedBy};

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
    let mut line = tokio::select! {
        line = bringing_up => line?,
        () = terminal::stop_asked() => return Ok(ExitCode::SUCCESS),
    };
    match arguments.what {
        Rehearsed::Handover => {
            let played = until_stopped(demo::hand_over(&line)).await;
            return told(arguments.json, line, played).await;
        }
        Rehearsed::Close => {
            let played = until_stopped(demo::close(&mut line)).await;
            return told(arguments.json, line, played).await;
        }
        Rehearsed::Warning => {}
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

/// What a part of the story comes to; nothing when somebody asked to stop before.
async fn until_stopped(
    playing: impl Future<Output = Result<Transcript, DemoError>>,
) -> Option<Result<Transcript, DemoError>> {
    tokio::select! {
        played = playing => Some(played),
        () = terminal::stop_asked() => None,
    }
}

/// Stops the line, and tells how a part of the story went.
async fn told(
    is_json: bool,
    line: DemoLine,
    played: Option<Result<Transcript, DemoError>>,
) -> Result<ExitCode, Failure> {
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

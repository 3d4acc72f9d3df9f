//! `footbridge demo`: a whole line on this machine.

use std::process::ExitCode;

use demo::{DemoLine, DemoOptions};

use crate::Failure;
use crate::cli::DemoArguments;
use crate::terminal;

/// `footbridge demo`.
pub(crate) async fn run(arguments: DemoArguments) -> Result<ExitCode, Failure> {
    let options = DemoOptions {
        executable: std::env::current_exe()?,
        directory: arguments.directory.clone(),
        page_files: arguments.page_files.clone(),
        data: arguments.data.clone(),
        port: arguments.port,
        pace_milliseconds: None,
    };
    let bringing_up = DemoLine::start(&options, |step| eprintln!("… {step}"));
    let mut line = tokio::select! {
        line = bringing_up => line?,
        () = terminal::stop_asked() => return Ok(ExitCode::SUCCESS),
    };
    let code = match arguments.once {
        true => once(&mut line, arguments.json).await,
        false => {
            announce(&line, arguments.json);
            terminal::stop_asked().await;
            Ok(ExitCode::SUCCESS)
        }
    };
    eprintln!("… stopping");
    line.stop().await;
    code
}

fn announce(line: &DemoLine, as_json: bool) {
    let (page, porch) = (line.relay_url(), line.porch_url());
    let (guide, second_guide) = (line.guide().link(), line.second_guide().link());
    let (coordinator, second_coordinator) =
        (line.coordinator().link(), line.second_coordinator().link());
    if as_json {
        let addresses = serde_json::json!({
            "page": page, "porch": porch, "guide": guide, "second_guide": second_guide,
            "coordinator": coordinator, "second_coordinator": second_coordinator,
        });
        println!("{addresses}");
        return;
    }
    println!(
        "\nThe line is up. Open each in a browser:\n\n  the contact's page       {page}\n  \
         the same without scripts {porch}\n  \
         a guide's desk           {guide}\n  a colleague's desk       {second_guide}\n  \
         a coordinator's desk     {coordinator}\n  the second coordinator   {second_coordinator}\n\n\
         The desks' addresses work once. Nothing here is real; Ctrl-C stops and removes it.\n"
    );
}

async fn once(line: &mut DemoLine, as_json: bool) -> Result<ExitCode, Failure> {
    let transcript = demo::play(line).await?;
    if as_json {
        println!("{}", serde_json::to_string(&transcript)?);
    } else {
        print!("{transcript}");
    }
    Ok(if transcript.held {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

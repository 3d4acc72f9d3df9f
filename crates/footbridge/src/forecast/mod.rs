//! `footbridge forecast`: what waits a rota brings, from counts alone.

mod object;
mod text;

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use forecast::{EXAMPLE, FileError, Line, Surge, TeamForecast};

use crate::Failure;
use crate::cli::forecast::ForecastArguments;

/// What to do when there is nothing to reckon from.
const NO_FILE: &str = "No counts were given. `footbridge forecast --example` prints a file to put them in; --guides and --messages can be asked without one.";

fn line(path: &Path) -> Result<Line, Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("can't read {}: {error}", path.display()))?;
    Line::parse(&text).map_err(|error| format!("{}: {error}", path.display()).into())
}

/// A line of a file, or of assumptions where that can be asked.
fn asked(arguments: &ForecastArguments) -> Result<Line, Failure> {
    let is_what_if = arguments.guides.is_some() || arguments.messages.is_some();
    match &arguments.file {
        Some(path) => line(path),
        None if is_what_if => Ok(Line::assumed()),
        None => Err(format!("{}. {NO_FILE}", FileError::NoData).into()),
    }
}

fn within(value: f64, from: f64, to: f64, name: &str) -> Result<f64, Failure> {
    match (from..=to).contains(&value) {
        true => Ok(value),
        false => Err(format!("{name} is a number from {from} to {to}").into()),
    }
}

fn surge(arguments: &ForecastArguments, messages: u32) -> Surge {
    Surge {
        messages,
        hours: arguments.within,
        on_shift: arguments.on_shift,
        to_call: arguments.to_call,
    }
}

/// Draws a forecast into a new file.
fn draw(line: &Line, teams: &[TeamForecast], path: &Path, language: &str) -> Result<(), Failure> {
    let picture = line.chart(teams, language);
    let picture = picture.ok_or_else(|| format!("there is no picture in {language}"))?;
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    let written = file.and_then(|mut file| file.write_all(picture.as_bytes()));
    written.map_err(|error| {
        let path = path.display();
        format!("can't write {path}: {error}. No file is written over: choose another name").into()
    })
}

/// `footbridge forecast`.
pub(crate) fn run(arguments: &ForecastArguments) -> Result<ExitCode, Failure> {
    if arguments.example {
        print!("{EXAMPLE}");
        return Ok(ExitCode::SUCCESS);
    }
    let line = asked(arguments)?;
    let seed = arguments.seed;
    let (said, object) = if let Some(guides) = arguments.guides {
        let hours = within(arguments.hours, 0.1, 80.0, "--hours")?;
        let carries = line.carries(guides, hours, seed);
        let said = text::carries(&line, guides, hours, &carries);
        (said, object::carries(&line, &carries))
    } else if let Some(messages) = arguments.messages {
        let surge = surge(arguments, messages);
        let found = line.surge(&surge, seed)?;
        let said = text::surge(&line, &surge, &found);
        (said, object::surge(&line, &found))
    } else {
        line.has_a_rota()?;
        let factor = within(arguments.surge.unwrap_or(1.0), 0.01, 100.0, "--surge")?;
        let teams = line.with_arrivals(factor).forecast(seed);
        if let Some(path) = &arguments.svg {
            draw(&line, &teams, path, &arguments.language)?;
        }
        let said = text::week(&line, factor, &teams, arguments.week);
        (said, object::week(&line, &teams))
    };
    match arguments.json {
        true => println!("{object}"),
        false => print!("{said}"),
    }
    Ok(ExitCode::SUCCESS)
}

//! `footbridge print`: a line's leaflet and poster, from its relay or from a file that somebody brought.

use std::fs;
use std::path::Path;

use client::RelayClient;
use statements::Line;
use wire::{Day, LineDocument};
use words::{List, Tongue};

use crate::cli::public::{Paper, PrintArguments};
use crate::init::today;
use crate::{Failure, beside};

fn from_file(path: &Path) -> Result<LineDocument, Failure> {
    let bytes = fs::read(path).map_err(|error| {
        format!(
            "can't read {}: {error}; give a file, or an address that begins with https://",
            path.display()
        )
    })?;
    LineDocument::parse(&bytes).map_err(|_| {
        format!(
            "{} is not what a relay answers under /v1/line: fetch it again, as it is",
            path.display()
        )
        .into()
    })
}

/// The line of an address or of a file, verified back to its root.
async fn line(named: &str) -> Result<Line, Failure> {
    let is_address = ["http://", "https://"]
        .iter()
        .any(|scheme| named.starts_with(scheme));
    let document = match is_address {
        true => RelayClient::new(named)?.line().await?,
        false => from_file(Path::new(named))?,
    };
    let verified = Line::verify(&document, None);
    Ok(verified.map_err(|error| format!("the line in {named} is not believed: {error}"))?)
}

fn day(date: Option<&str>) -> Result<Day, Failure> {
    let Some(date) = date else {
        return Ok(today());
    };
    let day = record::day_of(date);
    Ok(day.ok_or_else(|| format!("{date:?} is no date: write it as 2026-11-26"))?)
}

/// Writes a whole file or none; what is there is only replaced by a whole one.
fn write(path: &Path, bytes: &[u8], is_forced: bool) -> Result<(), Failure> {
    let failed = |error: std::io::Error| format!("can't write {}: {error}", path.display());
    if !is_forced && path.exists() {
        return Err(format!(
            "{} is there already and was left as it is: choose another name, or give --force",
            path.display()
        )
        .into());
    }
    Ok(beside::replace(path, bytes).map_err(failed)?)
}

/// `footbridge print`.
pub(crate) async fn run(arguments: &PrintArguments) -> Result<(), Failure> {
    let day = day(arguments.date.as_deref())?;
    let line = line(&arguments.line).await?;
    let language = arguments.language.as_str();
    let bytes = match arguments.paper {
        Paper::Leaflet => ::print::leaflet(&line, day, language)?,
        Paper::Poster => ::print::poster(&line, day, language)?,
    };
    write(&arguments.out, &bytes, arguments.force)?;
    println!("Written: {}", arguments.out.display());
    println!("It is for the line with these check words:");
    let on_paper = Tongue::nearest(language).map_or(List::English, Tongue::list);
    let mut lists = vec![on_paper];
    if on_paper != List::English {
        lists.push(List::English);
    }
    for list in lists {
        let words = words::check_words(list, &line.id().0).join(" ");
        println!("  {}  {words}", list.language());
    }
    println!(
        "Compare them with those that you know from another way. If one is different, print nothing."
    );
    if matches!(arguments.paper, Paper::Leaflet) {
        println!(
            "Print it on one side and fold it with the print inside: then nothing shows outside."
        );
    }
    Ok(())
}

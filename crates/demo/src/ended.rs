//! The end of the story: the line says that it ends, and then ends at once.
#![allow(
    clippy::indexing_slicing,
    reason = "indexing a JSON value gives null where there is nothing"
)]

use std::path::{Path, PathBuf};

use protocol::{Language, Urgency};
use serde_json::{Value, json};
use words::List;

use crate::line::{PATIENCE, file_error};
use crate::story::Transcript;
use crate::{DemoContact, DemoError, DemoLine};

const UNREAD: &str = "Somebody should read this.";
const LATE: &str = "Is nobody there any more?";
/// In how many days the orderly end would come.
const DAYS: u32 = 30;

/// Plays it through on a line of its own, for whoever wants to see this part alone.
///
/// # Errors
/// Only when a door can't be used at all; a step that goes wrong is in the transcript.
pub async fn close(line: &mut DemoLine) -> Result<Transcript, DemoError> {
    let mut story = Transcript::new();
    the_line_ends(line, &mut story).await?;
    Ok(story)
}

/// The same as the last part of a story.
pub(crate) async fn the_line_ends(
    line: &mut DemoLine,
    story: &mut Transcript,
) -> Result<(), DemoError> {
    end_is_said(line, story).await?;
    let mut contact = DemoContact::new(line.relay_url())?;
    let words = contact.new_phrase(List::English);
    contact.open(List::English, &words).await?;
    contact
        .write(UNREAD, Language::English, Urgency::Days)
        .await?;
    at_once(line, story).await?;
    contact
        .write(LATE, Language::English, Urgency::Days)
        .await?;
    story.note(
        "a contact who writes on is told that nothing was taken",
        contact.refused() == "ended",
        contact.refused().to_owned(),
    );
    line.lose_relay().await;
    line.restore_relay().await?;
    let page = DemoContact::new(line.relay_url())?
        .plain("en/index.html")
        .await?;
    story.note(
        "the relay, started again, serves the signed notice and no card",
        page.contains("This line has ended") && !page.contains("card/"),
        "This line has ended",
    );
    let document = line.directory().join("line/store");
    let found = line.search_disks(&[UNREAD, LATE, &words])?;
    story.note(
        "no file of the relay or of a desk holds what was not read",
        found.is_empty() && document.exists(),
        found.join(", "),
    );
    Ok(())
}

/// An orderly end, by two; everybody reads it, and everything works on.
async fn end_is_said(line: &DemoLine, story: &mut Transcript) -> Result<(), DemoError> {
    let orderly = json!({"command": "end-line", "how": "orderly", "days": DAYS});
    line.by_two(&orderly).await?;
    let is_said = |view: &Value| view["ending"]["notice"]["how"] == "orderly";
    let view = line.guide().wait_until(PATIENCE, is_said).await?;
    let last_day = view["ending"]["notice"]["last_day"].to_string();
    let last_day = last_day.trim_matches('"');
    let contact = DemoContact::new(line.relay_url())?;
    let page = contact.plain("en/index.html").await?;
    story.note(
        "two coordinators say that the line ends, and everybody reads the last day",
        page.contains("This line ends after") && page.contains(last_day),
        last_day,
    );
    Ok(())
}

/// An emergency, by two: the relay and every desk destroy what they hold.
async fn at_once(line: &DemoLine, story: &mut Transcript) -> Result<(), DemoError> {
    let emergency = json!({"command": "end-line", "how": "emergency"});
    line.by_two(&emergency).await?;
    let desks = [
        line.coordinator(),
        line.second_coordinator(),
        line.guide(),
        line.second_guide(),
    ];
    for desk in desks {
        desk.wait_until(PATIENCE, |view| view["ending"]["over"] == true)
            .await?;
    }
    let left: Vec<String> = line
        .vaults()
        .iter()
        .filter_map(|vault| files_in(vault).transpose())
        .collect::<Result<_, _>>()?;
    story.note(
        "two coordinators end it at once: no desk's vault has a file left",
        left.is_empty(),
        left.join(", "),
    );
    Ok(())
}

/// What is left in a vault's directory, if anything.
fn files_in(vault: &PathBuf) -> Result<Option<String>, DemoError> {
    let entries = std::fs::read_dir(vault).map_err(file_error(Path::new(vault)))?;
    let names: Vec<String> = entries
        .filter_map(|entry| Some(entry.ok()?.path().display().to_string()))
        .collect();
    Ok((!names.is_empty()).then(|| names.join(", ")))
}

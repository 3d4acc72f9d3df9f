//! A part of the story: somebody without a network writes a letter, a friend hands it in and brings the answer.
#![allow(
    clippy::indexing_slicing,
    reason = "indexing a JSON value gives null where there is nothing"
)]

use protocol::{Language, ReplyPart, Shown, Urgency};
use serde_json::json;
use words::List;

use crate::line::{PATIENCE, file_error};
use crate::story::Transcript;
use crate::{DemoContact, DemoError, DemoLine};

const LETTER: &str = "I have no network. A friend carries this.";
const ANSWER: &str = "It came. Your friend could not read it.";

/// Plays it through.
///
/// # Errors
/// Only when a door can't be used at all; a step that goes wrong is in the transcript.
pub(crate) async fn a_letter_is_answered(
    line: &DemoLine,
    story: &mut Transcript,
) -> Result<(), DemoError> {
    let mut writer = DemoContact::new(line.relay_url())?;
    let words = writer.new_phrase(List::English);
    let with = (List::English, words.as_str());
    let letter = writer
        .write_letter(with, LETTER, (Language::English, Urgency::NoHurry))
        .await?;
    let file = line.directory().join("letter.txt");
    std::fs::write(&file, &letter).map_err(file_error(&file))?;
    let file = file.display().to_string();
    let done = line
        .command(
            "letter",
            &["deliver", "--relay", line.relay_url(), &file, "--json"],
        )
        .await?;
    story.note(
        "a message that was sealed without a network is handed in by somebody else",
        done["handed_in"] == true && !letter.contains("network"),
        format!("{} parts of text", letter.lines().count()),
    );

    let coordinator = line.coordinator();
    let view = coordinator
        .wait_until(PATIENCE, |view| view["waiting"][0].is_object())
        .await?;
    let others = line.guide().view().await?;
    story.note(
        "it waits at the coordinators' desks, and guides cannot open it",
        others["waiting"][0].is_null(),
        "a coordinator's desk: one who waits; a guide's: nobody",
    );
    let label = view["waiting"][0]["label"].clone();
    let take = json!({"command": "take", "case": label});
    coordinator.command(&take).await?;
    coordinator
        .wait_until(PATIENCE, |view| view["cases"][0]["label"] == label)
        .await?;
    let answer = json!({"command": "answer", "case": label, "text": ANSWER});
    coordinator.command(&answer).await?;
    coordinator.settled(PATIENCE).await?;

    let back = line.directory().join("answer.txt");
    let out = back.display().to_string();
    let asked = [
        "collect",
        "--relay",
        line.relay_url(),
        &file,
        "--out",
        &out,
        "--json",
    ];
    line.command("answer", &asked).await?;
    let brought = std::fs::read_to_string(&back).map_err(file_error(&back))?;
    let shown = writer.open_by_hand(with, &brought)?;
    let words = shown.iter().find_map(|item| match item {
        Shown::Reply(ReplyPart::Words(text)) => Some(text.as_str()),
        _ => None,
    });
    story.note(
        "the answer is brought back, and read without a network",
        words == Some(ANSWER),
        words.unwrap_or("nothing"),
    );
    let destroy = json!({"command": "destroy", "case": label});
    coordinator.command(&destroy).await?;
    coordinator.settled(PATIENCE).await
}

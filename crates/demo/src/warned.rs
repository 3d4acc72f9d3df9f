//! A part of the story: somebody came through a fake, reports it, and everybody is warned.
#![allow(
    clippy::indexing_slicing,
    reason = "indexing a JSON value gives null where there is nothing"
)]

use serde_json::json;

use crate::line::PATIENCE;
use crate::story::Transcript;
use crate::{DemoContact, DemoError, DemoLine};

/// An address that only looks like the line.
const FAKE: &str = "https://1ine.example/";

/// Plays it through.
///
/// # Errors
/// Only when a door can't be used at all; a step that goes wrong is in the transcript.
pub(crate) async fn fake_is_warned_of(
    line: &DemoLine,
    story: &mut Transcript,
) -> Result<(), DemoError> {
    let mut contact = DemoContact::new(line.relay_url())?;
    let places = contact.entrances().await?;
    story.note(
        "the page shows where the line can be reached, signed by two",
        places == [line.relay_url(), line.porch_url()],
        places.join(", "),
    );
    contact.report_fake(FAKE).await?;
    let coordinator = line.coordinator();
    let is_reported = |view: &serde_json::Value| view["entrances"]["reports"][0]["address"] == FAKE;
    let view = coordinator.wait_until(PATIENCE, is_reported).await?;
    story.note(
        "a contact reports a fake by its address alone, and the coordinators see it",
        view["entrances"]["reports"][0]["count"] == 1,
        view["entrances"]["reports"].to_string(),
    );
    let own = json!({"command": "warn", "about": "fake-entrance", "address": line.relay_url(), "days": 3});
    let is_refused = coordinator.command(&own).await.is_err();
    story.note(
        "nobody alone can call the line's own entrance a fake",
        is_refused,
        "refused",
    );
    let warning = json!({"command": "warn", "about": "fake-entrance", "address": FAKE, "days": 3});
    coordinator.command(&warning).await?;
    let is_warned = |view: &serde_json::Value| view["entrances"]["warning"]["address"] == FAKE;
    line.guide().wait_until(PATIENCE, is_warned).await?;
    let shown = contact.warning().await?;
    story.note(
        "one coordinator warns, and everybody is warned at once",
        shown.as_deref() == Some(FAKE),
        shown.unwrap_or_default(),
    );
    Ok(())
}

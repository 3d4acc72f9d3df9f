//! The conversation that `footbridge demo --once` plays: the main job, step by step, each step checked.
#![allow(
    clippy::indexing_slicing,
    reason = "indexing a JSON value gives null where there is nothing"
)]

use std::time::Duration;

use protocol::{Language, ReplyPart, Shown, Urgency};
use serde::Serialize;

use crate::ended::the_line_ends;
use crate::handed::{a_contact_is_handed_over, has_tools};
use crate::letter::a_letter_is_answered;
use crate::warned::fake_is_warned_of;
use crate::{DemoContact, DemoError, DemoLine};

/// How long one step may take before it counts as failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// One step of the story.
#[derive(Serialize)]
pub struct StoryStep {
    /// What should happen.
    pub step: &'static str,
    /// Whether it did.
    pub held: bool,
    /// What was seen.
    pub seen: String,
}

/// All steps, in order.
#[derive(Serialize)]
pub struct Transcript {
    /// The steps.
    pub steps: Vec<StoryStep>,
    /// Whether every step held.
    pub held: bool,
}

impl Transcript {
    pub(crate) fn new() -> Transcript {
        Transcript {
            steps: Vec::new(),
            held: true,
        }
    }

    pub(crate) fn note(&mut self, step: &'static str, held: bool, seen: impl Into<String>) {
        self.held &= held;
        self.steps.push(StoryStep {
            step,
            held,
            seen: seen.into(),
        });
    }
}

impl std::fmt::Display for Transcript {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for step in &self.steps {
            let mark = if step.held { "held  " } else { "FAILED" };
            writeln!(f, "{mark}  {}\n        {}", step.step, step.seen)?;
        }
        Ok(())
    }
}

const QUESTION: &str = "Is this real? What happens to my mother?";
const ANSWER: &str = "I read you. I left the same army. Tell me only what you want to tell.";
const WRITTEN_BACK: &str = "Thank you. I will come back.";
const NOTE: &str = "Waits for an answer about papers. Promised nothing.";
const TO_COLLEAGUE: &str = "I was told that a colleague goes on.";

/// Plays the conversation through a running line.
///
/// # Errors
/// Only when a door can't be used at all; a step that goes wrong is in the transcript.
pub async fn play(line: &mut DemoLine) -> Result<Transcript, DemoError> {
    let mut story = Transcript::new();
    let words = first_message(line, &mut story).await?;
    let case = take_and_answer(line, &mut story).await?;
    come_back(line, &mut story, &words).await?;
    collected(line, &mut story, &case).await?;
    transfer(line, &mut story, &case, &words).await?;
    shut_out(line, &mut story, &case, &words).await?;
    alarm(line, &mut story).await?;
    fake_is_warned_of(line, &mut story).await?;
    a_letter_is_answered(line, &mut story).await?;
    match has_tools() {
        true => a_contact_is_handed_over(line, &mut story).await?,
        false => story.note(
            "a contact is handed over to a partner",
            true,
            "left out: age or openssl, with which a partner opens and signs, is not on this machine",
        ),
    }
    destroy(line, &mut story, &case, &words).await?;
    the_line_ends(line, &mut story).await?;
    Ok(story)
}

/// Takes whoever waits at the guide's desk and answers in words.
///
/// # Errors
/// When the desk can't be used, or nobody comes to wait.
pub async fn answer(line: &DemoLine, text: &str) -> Result<(), DemoError> {
    let guide = line.guide();
    let view = guide
        .wait_until(PATIENCE, |view| view["waiting"][0].is_object())
        .await?;
    let label = &view["waiting"][0]["label"];
    guide
        .command(&serde_json::json!({"command": "take", "case": label}))
        .await?;
    guide
        .wait_until(PATIENCE, |view| view["cases"][0].is_object())
        .await?;
    let answer = serde_json::json!({"command": "answer", "case": label, "text": text});
    guide.command(&answer).await?;
    guide.settled(PATIENCE).await
}

async fn first_message(line: &mut DemoLine, story: &mut Transcript) -> Result<Words, DemoError> {
    let mut contact = DemoContact::new(line.relay_url())?;
    let phrase = contact.new_phrase(words::List::English);
    story.note(
        "the page shows seven words",
        phrase.split_whitespace().count() == words::WORDS,
        &phrase,
    );
    let shown = contact.open(words::List::English, &phrase).await?;
    story.note(
        "typed back, they open an empty line",
        matches!(shown.as_slice(), [Shown::EmptyLine]),
        "empty line",
    );
    let shown = contact
        .write(QUESTION, Language::English, Urgency::Hours)
        .await?;
    story.note(
        "the contact writes, says how much time is left, and it is acknowledged",
        shown.iter().any(|item| matches!(item, Shown::Sent)),
        QUESTION,
    );
    let wait = contact.wait().await?;
    story.note(
        "the contact is told a wait that those on duty signed",
        wait.is_some(),
        wait.unwrap_or_else(|| "nobody said".into()),
    );
    Ok(Words(phrase))
}

struct Words(String);

/// Takes the case at the guide's desk and answers in words and with a card. Gives the case's label.
async fn take_and_answer(line: &mut DemoLine, story: &mut Transcript) -> Result<String, DemoError> {
    let guide = line.guide();
    let waiting = guide
        .wait_until(PATIENCE, |view| {
            view["waiting"]
                .as_array()
                .is_some_and(|rows| !rows.is_empty())
        })
        .await?;
    let label = waiting["waiting"][0]["label"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    story.note(
        "the guide's desk shows somebody waiting, without a preview",
        waiting["waiting"].as_array().map(Vec::len) == Some(1)
            && !waiting.to_string().contains("mother"),
        format!("case {label}, urgency {}", waiting["waiting"][0]["urgency"]),
    );
    guide
        .command(&serde_json::json!({"command": "take", "case": label}))
        .await?;
    guide
        .wait_until(PATIENCE, |view| {
            view["cases"]
                .as_array()
                .is_some_and(|rows| !rows.is_empty())
        })
        .await?;
    let case = guide.case(&label).await?;
    story.note(
        "the guide takes the case and reads the message",
        case["messages"][0]["text"] == QUESTION,
        case["messages"][0]["text"].to_string(),
    );
    guide
        .command(&serde_json::json!({"command": "answer", "case": label, "text": ANSWER}))
        .await?;
    guide
        .command(&serde_json::json!({
            "command": "answer-with-card", "case": label, "card": "is-this-real", "language": "en",
        }))
        .await?;
    guide.settled(PATIENCE).await?;
    let case = guide.case(&label).await?;
    story.note(
        "the guide answers in own words and with a card",
        states(&case) == ["received", "uncollected", "uncollected", "uncollected"],
        states(&case).join(", "),
    );
    Ok(label)
}

/// The states of a case's messages at the desk, in order.
fn states(case: &serde_json::Value) -> Vec<String> {
    let messages = case["messages"].as_array().into_iter().flatten();
    messages
        .filter_map(|message| message["state"].as_str().map(str::to_owned))
        .collect()
}

async fn come_back(
    line: &mut DemoLine,
    story: &mut Transcript,
    words: &Words,
) -> Result<(), DemoError> {
    let mut stranger = DemoContact::new(line.relay_url())?;
    let other = stranger.new_phrase(words::List::English);
    let shown = stranger.open(words::List::English, &other).await?;
    story.note(
        "other words open an empty line",
        matches!(shown.as_slice(), [Shown::EmptyLine]),
        "empty line",
    );
    let mut contact = DemoContact::new(line.relay_url())?;
    let shown = contact.open(words::List::English, &words.0).await?;
    let texts: Vec<&str> = shown
        .iter()
        .filter_map(|item| match item {
            Shown::Reply(ReplyPart::Words(text) | ReplyPart::Card { text, .. }) => {
                Some(text.as_str())
            }
            _ => None,
        })
        .collect();
    story.note(
        "another device, the same words: the answer and the card are there, and are erased from the line",
        texts.first() == Some(&ANSWER)
            && texts.len() == 2
            && shown.iter().any(|item| matches!(item, Shown::Erased)),
        texts.join(" / "),
    );
    let shown = contact
        .write(WRITTEN_BACK, Language::English, Urgency::NoHurry)
        .await?;
    story.note(
        "the contact writes back",
        shown.iter().any(|item| matches!(item, Shown::Sent)),
        WRITTEN_BACK,
    );
    Ok(())
}

async fn collected(
    line: &mut DemoLine,
    story: &mut Transcript,
    label: &str,
) -> Result<(), DemoError> {
    let guide = line.guide();
    let case = guide
        .wait_for_case(PATIENCE, label, |case| {
            case["messages"].as_array().is_some_and(|messages| {
                messages
                    .iter()
                    .any(|message| message["text"] == WRITTEN_BACK)
            })
        })
        .await?;
    let states = states(&case);
    story.note(
        "the desk shows that the answers were collected, and what the contact wrote back",
        states.iter().filter(|state| *state == "collected").count() == 3,
        states.join(", "),
    );
    let elsewhere = line.coordinator().view().await?;
    story.note(
        "nobody else's desk holds the case",
        elsewhere["cases"].as_array().is_some_and(Vec::is_empty)
            && elsewhere["waiting"].as_array().is_some_and(Vec::is_empty),
        "the coordinator's desk: no case, nobody waiting",
    );
    Ok(())
}

/// The parts of replies that a contact is shown.
fn parts(shown: &[Shown]) -> Vec<&ReplyPart> {
    let parts = shown.iter().filter_map(|item| match item {
        Shown::Reply(part) => Some(part),
        _ => None,
    });
    parts.collect()
}

async fn come_again(
    line: &DemoLine,
    words: &Words,
) -> Result<(DemoContact, Vec<Shown>), DemoError> {
    let mut contact = DemoContact::new(line.relay_url())?;
    let shown = contact.open(words::List::English, &words.0).await?;
    Ok((contact, shown))
}

fn texts(case: &serde_json::Value) -> Vec<&str> {
    let messages = case["messages"].as_array().into_iter().flatten();
    messages
        .filter_map(|message| message["text"].as_str())
        .collect()
}

async fn transfer(
    line: &DemoLine,
    story: &mut Transcript,
    label: &str,
    words: &Words,
) -> Result<(), DemoError> {
    let colleague = line.second_guide();
    let device = colleague.view().await?["device"].clone();
    let transfer = serde_json::json!({
        "command": "transfer", "case": label, "device": device, "note": NOTE,
    });
    line.guide().command(&transfer).await?;
    colleague
        .wait_until(PATIENCE, |view| view["cases"][0]["label"] == label)
        .await?;
    colleague.settled(PATIENCE).await?;
    line.guide()
        .wait_until(PATIENCE, |view| {
            view["cases"].as_array().is_some_and(Vec::is_empty)
        })
        .await?;
    let case = colleague.case(label).await?;
    story.note(
        "the guide gives the case to a colleague, who has all of it; the guide has nothing of it any more",
        texts(&case).contains(&QUESTION)
            && texts(&case).contains(&WRITTEN_BACK)
            && case["notes"][0] == NOTE
            && line.guide().case(label).await.is_err(),
        format!("note: {}", case["notes"][0]),
    );
    let (mut contact, shown) = come_again(line, words).await?;
    story.note(
        "the contact is told that a colleague goes on",
        matches!(parts(&shown).as_slice(), [ReplyPart::Transferred]),
        "a colleague goes on",
    );
    contact
        .write(TO_COLLEAGUE, Language::English, Urgency::Days)
        .await?;
    colleague
        .wait_for_case(PATIENCE, label, |case| texts(case).contains(&TO_COLLEAGUE))
        .await?;
    Ok(())
}

/// The colleague's laptop is lost: one coordinator shuts it out.
async fn shut_out(
    line: &DemoLine,
    story: &mut Transcript,
    label: &str,
    words: &Words,
) -> Result<(), DemoError> {
    let (lost, coordinator) = (line.second_guide(), line.second_coordinator());
    let device = lost.view().await?["device"].clone();
    let revoke = serde_json::json!({"command": "revoke", "device": device, "reason": "lost"});
    coordinator.command(&revoke).await?;
    let guide = line.guide();
    guide
        .wait_until(PATIENCE, |view| view["waiting"][0]["returned"] == true)
        .await?;
    let view = coordinator
        .wait_until(PATIENCE, |view| {
            view["exposures"][0]["cases"][0]["state"] == "rekeyed"
        })
        .await?;
    story.note(
        "a lost device is shut out; its case has new keys and is back in the queue, and the exposure list names it",
        view["exposures"][0]["cases"][0]["case"] == label
            && view["cases"].as_array().is_some_and(Vec::is_empty),
        "whoever shut it out reads nothing of it",
    );
    guide
        .command(&serde_json::json!({"command": "take", "case": label}))
        .await?;
    guide
        .wait_until(PATIENCE, |view| view["cases"][0]["label"] == label)
        .await?;
    guide.settled(PATIENCE).await?;
    let case = guide.case(label).await?;
    story.note(
        "whoever takes it has its whole history",
        texts(&case).contains(&QUESTION) && texts(&case).contains(&TO_COLLEAGUE),
        texts(&case).join(" / "),
    );
    let (_, shown) = come_again(line, words).await?;
    let told = matches!(
        parts(&shown).as_slice(),
        [ReplyPart::Exposed { .. }, ReplyPart::Transferred]
    );
    story.note(
        "the contact is told at the next visit since when that device could read",
        told,
        "exposed, and a colleague goes on",
    );
    Ok(())
}

/// A desk that is asked for somebody else's case says nothing, and two others are told.
async fn alarm(line: &DemoLine, story: &mut Transcript) -> Result<(), DemoError> {
    let refused = line.guide().case("0badcafe").await.is_err();
    let alarmed = |view: &serde_json::Value| {
        view["alarms"].as_array().is_some_and(|alarms| {
            alarms
                .iter()
                .any(|alarm| alarm["alarm"] == "opened-unassigned")
        })
    };
    line.coordinator().wait_until(PATIENCE, alarmed).await?;
    line.second_coordinator()
        .wait_until(PATIENCE, alarmed)
        .await?;
    story.note(
        "a case that is not this desk's is not opened, and two coordinators are alarmed",
        refused,
        "opened-unassigned",
    );
    Ok(())
}

async fn destroy(
    line: &mut DemoLine,
    story: &mut Transcript,
    label: &str,
    words: &Words,
) -> Result<(), DemoError> {
    let guide = line.guide();
    guide
        .command(&serde_json::json!({"command": "destroy", "case": label}))
        .await?;
    guide
        .wait_until(PATIENCE, |view| {
            view["cases"].as_array().is_some_and(Vec::is_empty)
        })
        .await?;
    guide.settled(PATIENCE).await?;
    story.note(
        "the case is closed and destroyed at the desk",
        guide.case(label).await.is_err(),
        "the desk no longer knows it",
    );
    let mut contact = DemoContact::new(line.relay_url())?;
    let shown = contact.open(words::List::English, &words.0).await?;
    story.note(
        "the contact is told that it was closed",
        shown
            .iter()
            .any(|item| matches!(item, Shown::Reply(ReplyPart::Closed))),
        "closed",
    );
    let found =
        line.search_disks(&[QUESTION, ANSWER, WRITTEN_BACK, NOTE, TO_COLLEAGUE, &words.0])?;
    story.note(
        "no file of the relay or of a desk holds the conversation",
        found.is_empty(),
        if found.is_empty() {
            "nothing found".into()
        } else {
            found.join(", ")
        },
    );
    Ok(())
}

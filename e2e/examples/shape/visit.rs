//! One visit to the page, captured from its first byte on.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use e2e::Browser;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::line::VisitedLine;
use crate::wire::{Captured, Front, PACE, Wire};

/// What people do at the page, in the order in which figures name it.
pub(crate) const KINDS: [&str; 5] = ["open", "idle", "read", "write", "leave"];
const READ: usize = 2;
/// Everybody leaves after this part of the time at the earliest: whatever the kind, at a moment drawn from the same stretch.
const STAYS: f64 = 0.6;
/// After the stretch a little is captured that no figure looks at, so that the last moment is whole.
const AFTER: Duration = Duration::from_millis(300);
/// How long a browser may take to answer before a visit counts as lost.
const PATIENCE: Duration = Duration::from_secs(30);
const PERSON: &str = include_str!("person.js");
/// What somebody writes; which of them is drawn.
const MESSAGES: [&str; 4] = [
    "Is this real?",
    "What happens to my mother if I do not come back?",
    "They told us that nobody is let go. Is there anybody who was there and can say how it was?",
    "I have two questions. How long does it take until somebody hears of it at home, and whom do they ask first? I am afraid.",
];

/// A visit, and what is known of it beside what was captured.
#[derive(Serialize, Deserialize)]
pub(crate) struct Visit {
    pub(crate) kind: usize,
    pub(crate) captured: Captured,
    /// Whether the person had done what it came for when it left.
    pub(crate) is_done: bool,
    /// Whether the page counted as hidden at any time.
    pub(crate) was_hidden: bool,
    pub(crate) trouble: String,
}

/// A number from 0 up to 1, drawn.
pub(crate) fn drawn() -> Result<f64> {
    let drawn = getrandom::u32().map_err(|error| anyhow::anyhow!("{error}"))?;
    Ok(f64::from(drawn) / (f64::from(u32::MAX) + 1.0))
}

async fn until(moment: Instant) {
    tokio::time::sleep_until(moment.into()).await;
}

/// What the person is to do. Who leaves by the page's own way has looked at cards like one who is idle.
async fn plan(line: &VisitedLine, kind: usize, words: Option<String>) -> Result<Value> {
    let name = KINDS.get(kind).copied().unwrap_or_default();
    let visit = if name == "leave" { "idle" } else { name };
    let words = words.map_or_else(|| line.new_words(), Ok)?;
    let place = (drawn()? * MESSAGES.len() as f64) as usize;
    let text = MESSAGES.get(place).copied().unwrap_or_default();
    Ok(json!({"visit": visit, "words": words, "text": text, "pace": PACE / 1000}))
}

/// Makes one visit in a window of its own.
pub(crate) async fn visit(
    browser: &Browser,
    (line, front): (&Arc<VisitedLine>, &Arc<Front>),
    kind: usize,
    stretch: Duration,
) -> Result<Visit> {
    let conversation = match kind {
        READ => Some(line.answered().await?),
        _ => None,
    };
    let words = conversation.as_ref().map(|one| one.words.clone());
    let plan = plan(line, kind, words).await?;
    let made = captured(browser, front, kind, plan, stretch).await;
    if let Some(conversation) = conversation {
        let line = Arc::clone(line);
        let is_taken = made.as_ref().is_ok_and(|made| made.captured.has_saved());
        tokio::spawn(async move {
            if let Err(error) = line.was_read(conversation, is_taken).await {
                eprintln!("a conversation is lost: {error:#}");
            }
        });
    }
    made
}

async fn captured(
    browser: &Browser,
    front: &Arc<Front>,
    kind: usize,
    plan: Value,
    stretch: Duration,
) -> Result<Visit> {
    let wire = Wire::new(front).await?;
    browser.enter_window().await?;
    let begun = Instant::now();
    let leaves = begun + stretch.mul_f64(STAYS + (1.0 - STAYS) * drawn()?);
    let opening = async {
        browser.open(&wire.address()).await?;
        browser.script_with(PERSON, plan).await
    };
    let opened = tokio::time::timeout(PATIENCE, opening).await;
    if !matches!(opened, Ok(Ok(_))) {
        browser.leave_window().await?;
        opened.context("the page did not open in time")??;
    }
    until(leaves).await;
    let person = browser.script("return window.person || {}").await?;
    let is_leave = KINDS.get(kind) == Some(&"leave");
    match is_leave {
        true => drop(
            browser
                .script("document.getElementById('leave').click()")
                .await?,
        ),
        false => browser.leave_window().await?,
    }
    until(begun + stretch + AFTER).await;
    if is_leave {
        browser.leave_window().await?;
    }
    let said = |name: &str| {
        person
            .get(name)
            .and_then(Value::as_bool)
            .unwrap_or_default()
    };
    let trouble = person.get("trouble").and_then(Value::as_str);
    Ok(Visit {
        kind,
        captured: wire.finish()?,
        is_done: said("done"),
        was_hidden: said("hidden"),
        trouble: trouble.unwrap_or_default().to_owned(),
    })
}

//! A rehearsal: from the first report of a fake to the warning that everybody reads, by the clock.
#![allow(
    clippy::indexing_slicing,
    reason = "indexing a JSON value gives null where there is nothing"
)]

use std::fmt;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::{Value, json};

use crate::line::PATIENCE;
use crate::{DemoContact, DemoError, DemoLine};

/// How long may pass from the alarm to the public notice.
const AT_MOST: Duration = Duration::from_secs(60 * 60);
/// The address that is reported.
const FAKE: &str = "https://1ine.example/";

/// Who issues the warning.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum WarnedBy {
    /// A person at the coordinator's desk, within an hour.
    Person,
    /// The coordinator's desk by itself.
    Script,
}

/// Something that happened, and when after the alarm.
#[derive(Serialize)]
pub struct Reached {
    /// What.
    pub what: &'static str,
    /// Seconds since the alarm.
    pub seconds: f64,
}

/// What happened between the alarm and the public notice.
#[derive(Serialize)]
pub struct Rehearsal {
    /// In order.
    pub reached: Vec<Reached>,
    /// Whether everybody could read the warning within 60 minutes.
    pub held: bool,
}

impl fmt::Display for Rehearsal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for reached in &self.reached {
            writeln!(f, "{:9.2} s  {}", reached.seconds, reached.what)?;
        }
        let verdict = match self.held {
            true => "Everybody could read the warning within 60 minutes of the alarm.",
            false => "NOT everybody could read the warning within 60 minutes of the alarm.",
        };
        writeln!(f, "{verdict}")
    }
}

/// A stopwatch that writes down what is reached.
struct Stopwatch {
    begin: Instant,
    reached: Vec<Reached>,
}

impl Stopwatch {
    #[allow(
        clippy::disallowed_methods,
        reason = "a rehearsal goes by the clock on the wall"
    )]
    fn start() -> Stopwatch {
        Stopwatch {
            begin: Instant::now(),
            reached: Vec::new(),
        }
    }

    fn note(&mut self, what: &'static str) {
        let seconds = self.begin.elapsed().as_secs_f64();
        self.reached.push(Reached { what, seconds });
    }
}

/// Plays it on a demonstration line.
///
/// # Errors
/// When a door can't be used, or a step does not come in time: a minute for a program, an hour for a person.
pub async fn rehearse(line: &DemoLine, by: WarnedBy) -> Result<Rehearsal, DemoError> {
    let mut contact = DemoContact::new(line.relay_url())?;
    let coordinator = line.coordinator();
    let is_warned = |view: &Value| view["entrances"]["warning"].is_object();
    let mut watch = Stopwatch::start();
    contact.report_fake(FAKE).await?;
    watch.note("a contact has reported a false address: the alarm");
    coordinator
        .wait_until(PATIENCE, |view| {
            view["entrances"]["reports"][0]["address"] == FAKE
        })
        .await?;
    watch.note("a coordinator’s desk shows it");
    match by {
        WarnedBy::Person => drop(coordinator.wait_until(AT_MOST, is_warned).await?),
        WarnedBy::Script => {
            let about =
                json!({"command": "warn", "about": "fake-entrance", "address": FAKE, "days": 14});
            coordinator.command(&about).await?;
        }
    }
    watch.note("a coordinator has warned everybody");
    for desk in [line.second_coordinator(), line.guide(), line.second_guide()] {
        desk.wait_until(PATIENCE, is_warned).await?;
    }
    watch.note("every desk shows the warning");
    let on_page = contact.warning().await?.is_some();
    watch.note("the page shows it");
    let without_scripts = contact.plain("en/index.html").await?.contains(FAKE);
    watch.note("the pages without scripts show it");
    let in_feed = contact.plain("en/feed.xml").await?.contains(FAKE);
    watch.note("the feed has it");
    let in_time = watch.begin.elapsed() <= AT_MOST;
    Ok(Rehearsal {
        held: on_page && without_scripts && in_feed && in_time,
        reached: watch.reached,
    })
}

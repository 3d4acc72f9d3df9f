//! `cargo xtask bench slow`: a first visit on a slow link with a slow device, from nothing to the first message sent, as a waterfall.
//!
//! A real browser, the real page, TLS 1.3. The link is a program between them (`link.rs`); the device is a sixth of one core for all of the
//! browser together, where the system lets control groups be made. What the person needs to read and to type is not counted: the program
//! types at once.

#![allow(
    clippy::disallowed_methods,
    reason = "a benchmark tells how long something took"
)]

mod link;
#[path = "../shape/wire.rs"]
#[allow(dead_code, reason = "the records are looked at by the other example")]
mod wire;

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Parser;
use e2e::{Browser, Kind, SlowDevice};
use link::{Link, Shape};
use serde_json::json;
use wire::{Front, Wire};

/// Looking costs the slow device time as well.
const LOOK: Duration = Duration::from_millis(200);
const PATIENCE: Duration = Duration::from_secs(180);

/// Measures a first visit on a slow link.
#[derive(Parser)]
struct Arguments {
    /// Bits a second, each way.
    #[arg(long, default_value_t = 50_000)]
    rate: u64,
    /// There and back, in milliseconds.
    #[arg(long, default_value_t = 300)]
    round_trip: u64,
    /// Lost of a hundred packets.
    #[arg(long, default_value_t = 1)]
    lost: u32,
    /// How many times slower than one core of this machine the device is.
    #[arg(long, default_value_t = 6)]
    slower: u32,
    /// How many visits are made.
    #[arg(long, default_value_t = 3)]
    visits: usize,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// What had happened by when, and how many bytes had gone up and come down by then.
struct Mark {
    what: &'static str,
    after: Duration,
    up: u64,
    down: u64,
}

struct Visit<'a> {
    browser: &'a Browser,
    link: &'a Link,
    begun: Instant,
    marks: Vec<Mark>,
}

impl Visit<'_> {
    async fn mark(&mut self, what: &'static str, condition: &str) -> Result<()> {
        let look = format!("return Boolean({condition})");
        let due = Instant::now() + PATIENCE;
        while self.browser.script(&look).await.ok() != Some(json!(true)) {
            anyhow::ensure!(Instant::now() < due, "{what} did not come");
            tokio::time::sleep(LOOK).await;
        }
        let (up, down) = self.link.bytes();
        self.marks.push(Mark {
            what,
            after: self.begun.elapsed(),
            up,
            down,
        });
        Ok(())
    }
}

const SEEN: &str = "(id => { const e = document.querySelector(`[data-testid=\"${id}\"]`); return e && e.offsetParent !== null; })";

async fn visit(arguments: &Arguments, line: &demo::DemoLine) -> Result<(Vec<Mark>, usize)> {
    let front = Front::new(line.relay_url())?;
    let wire = Wire::new(&front).await?;
    let shape = Shape {
        rate: arguments.rate,
        round_trip: Duration::from_millis(arguments.round_trip),
        lost: arguments.lost,
    };
    let link = Link::new(shape, wire.port()).await?;
    let device = SlowDevice::new(arguments.slower)
        .inspect_err(|error| eprintln!("{error}"))
        .ok();
    let browser = Browser::start_impatient(Kind::Chromium, 360, 640, device.as_ref()).await?;
    let mut visit = Visit {
        browser: &browser,
        link: &link,
        begun: Instant::now(),
        marks: Vec::new(),
    };
    browser
        .open(&format!("https://127.0.0.1:{}/en", link.port()))
        .await?;
    visit
        .mark("first card readable", &format!("{SEEN}('card')"))
        .await?;
    visit
        .mark("words can be drawn", &format!("{SEEN}('new')"))
        .await?;
    browser.click("new").await?;
    visit
        .mark("words shown", &format!("{SEEN}('word')"))
        .await?;
    let words = browser.texts("word").await?.join(" ");
    browser.click("words-next").await?;
    browser.write("words-typed", &words).await?;
    visit.mark("words typed", "true").await?;
    browser.click("words-open").await?;
    visit
        .mark(
            "key derived, conversation open",
            &format!("{SEEN}('message')"),
        )
        .await?;
    browser.write("message", "Is this real?").await?;
    browser.click("send").await?;
    let arrived = "document.getElementById('outcome').dataset.say.startsWith('sent')";
    visit.mark("message sent", arrived).await?;
    visit
        .mark("and kept under the words", &format!("{SEEN}('write-more')"))
        .await?;
    let marks = visit.marks;
    browser.close().await?;
    let requests = wire.finish()?.requests;
    Ok((marks, requests.len()))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let line = e2e::demonstration_at(None).await?;
    let mut visits = Vec::new();
    // The first visit finds the relay compressing the document, so it is not counted.
    for number in 0..=arguments.visits {
        eprintln!("visit {number} of {}", arguments.visits);
        visits.push(visit(&arguments, &line).await?);
    }
    visits.remove(0);
    line.stop().await;
    let (first, _) = visits.first().context("at least one visit")?;
    let mut rows = Vec::new();
    for (place, mark) in first.iter().enumerate() {
        let of = |value: fn(&Mark) -> f64| {
            median(
                visits
                    .iter()
                    .filter_map(|(marks, _)| marks.get(place))
                    .map(value)
                    .collect(),
            )
        };
        let seconds = of(|mark| mark.after.as_secs_f64());
        let (up, down) = (
            of(|mark| mark.up as f64) / 1e3,
            of(|mark| mark.down as f64) / 1e3,
        );
        rows.push(json!({"what": mark.what, "seconds": seconds, "up_kB": up, "down_kB": down}));
        if !arguments.json {
            println!(
                "{:32} {seconds:6.1} s   {up:6.1} kB up   {down:6.1} kB down",
                mark.what
            );
        }
    }
    let requests = median(
        visits
            .iter()
            .map(|(_, requests)| *requests as f64)
            .collect(),
    );
    if arguments.json {
        println!(
            "{}",
            json!({"marks": rows, "requests": requests, "visits": arguments.visits})
        );
    } else {
        println!(
            "{requests} requests in all, those that only fill time among them; medians of {} visits",
            arguments.visits
        );
    }
    Ok(())
}

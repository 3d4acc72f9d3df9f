//! `cargo xtask bench record`: how long it takes to judge all cards again after a claim changed, beside reading the same set.

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use record::CardSet;
use serde::Serialize;
use wire::Day;

const CARDS: usize = 2_000;
const CLAIMS: usize = 20_000;
const LANGUAGES: [&str; 4] = ["en", "ko", "ru", "uk"];
/// The middle one of so many counts.
const TIMES: usize = 9;
/// 2026-11-23.
const TODAY: Day = Day(20_780);
/// What an editor waits for, in milliseconds.
const AIM: f64 = 100.0;

/// What was measured, in milliseconds.
#[derive(Serialize)]
pub(crate) struct Report {
    cards: usize,
    claims: usize,
    bytes: usize,
    live: usize,
    suspended: usize,
    parse: f64,
    standings: f64,
    problems: f64,
    /// Judging all again, in times of reading the set.
    ratio: f64,
}

/// A set of that size in which every tenth claim contradicts another and every seventh supports one.
fn set() -> Result<String> {
    let mut json = String::from(r#"{"headings":{},"cards":["#);
    for card in 0..CARDS {
        let texts = LANGUAGES.map(|tag| {
            format!(r#""{tag}":{{"question":"Question {card}?","answer":"An answer of two sentences. It is number {card}."}}"#)
        });
        let on =
            [0, 1, 2].map(|step| format!(r#""c{}""#, (card * 10 + step * 3 + card % 4) % CLAIMS));
        let comma = if card == 0 { "" } else { "," };
        write!(
            json,
            r#"{comma}{{"id":"card-{card}","class":"general","reviewed":"2026-11-01","review_by":"2027-04-01","rests_on":[{}],
            "sources":[{{"title":"t","kind":"primary"}}],"texts":{{{}}}}}"#,
            on.join(","),
            texts.join(",")
        )?;
    }
    json.push_str(r#"],"record":{"claims":["#);
    for claim in 0..CLAIMS {
        let other = claim + 1 + claim % 50;
        let more = match claim {
            _ if other >= CLAIMS => String::new(),
            claim if claim % 10 == 0 => format!(r#","contradicts":["c{other}"]"#),
            claim if claim % 7 == 0 => format!(r#","supports":["c{other}"]"#),
            _ => String::new(),
        };
        let comma = if claim == 0 { "" } else { "," };
        write!(
            json,
            r#"{comma}{{"id":"c{claim}","text":"Somebody said number {claim}.","said_by":"Somebody","how":"stated"{more}}}"#
        )?;
    }
    json.push_str("]}}");
    Ok(json)
}

/// The middle of some runs, in milliseconds.
#[allow(
    clippy::disallowed_methods,
    reason = "a benchmark tells how long something took"
)]
fn middle(mut work: impl FnMut()) -> f64 {
    let mut times: Vec<Duration> = (0..TIMES)
        .map(|_| {
            let begin = Instant::now();
            work();
            begin.elapsed()
        })
        .collect();
    times.sort();
    let middle = times.get(TIMES / 2).copied().unwrap_or_default();
    middle.as_secs_f64() * 1000.0
}

pub(crate) fn run() -> Result<Report> {
    let json = set()?;
    let set = CardSet::parse(&json).context("the set was made to be read")?;
    let standings = set.standings(TODAY);
    let count = |word: &str| {
        let of = standings
            .iter()
            .filter(|(_, standing)| standing.word() == word);
        of.count()
    };
    let parse = middle(|| {
        let _ = black_box(CardSet::parse(black_box(&json)));
    });
    let judge = middle(|| {
        black_box(black_box(&set).standings(TODAY));
    });
    let problems = middle(|| {
        black_box(black_box(&set).problems());
    });
    Ok(Report {
        cards: CARDS,
        claims: CLAIMS,
        bytes: json.len(),
        live: count("live"),
        suspended: count("suspended"),
        parse,
        standings: judge,
        problems,
        ratio: judge / parse,
    })
}

impl Report {
    /// Whether an editor would not have to wait.
    pub(crate) fn is_quick(&self) -> bool {
        self.parse + self.standings < AIM
    }

    pub(crate) fn print(&self) {
        println!(
            "{} cards in {} languages and {} claims, {:.1} MB: {} live, {} suspended",
            self.cards,
            LANGUAGES.len(),
            self.claims,
            self.bytes as f64 / 1e6,
            self.live,
            self.suspended
        );
        println!("  reading the set               {:7.1} ms", self.parse);
        println!(
            "  judging all cards again       {:7.1} ms ({:.2} times the reading)",
            self.standings, self.ratio
        );
        println!("  looking for all mistakes      {:7.1} ms", self.problems);
        println!("  aim: read and judged under {AIM} ms");
    }
}

//! How long a card pack of many cards takes to build and to check: a part of `cargo xtask bench record`.

use std::hint::black_box;

use anyhow::{Context, Result};
use plain::Pack;
use serde::Serialize;
use statements::{CardSet, Delegation, DeviceKey, Root, RootKey};
use wire::{Day, LineDocument};

use crate::truth::{LANGUAGES, middle};

/// How often it is built and checked.
const TIMES: usize = 3;

/// What was measured; times in milliseconds.
#[derive(Serialize)]
pub(crate) struct Report {
    cards: usize,
    /// The published set, in bytes of JSON.
    set_bytes: usize,
    files: usize,
    /// The pack, in bytes.
    bytes: usize,
    build: f64,
    seal: f64,
    check: f64,
}

/// As many short cards in all languages, as a set that can be published has room for.
fn short_cards(cards: usize) -> String {
    let all = (0..cards).map(|card| {
        let texts = LANGUAGES.map(|tag| {
            format!(r#""{tag}":{{"question":"Question {card}?","answer":"Answer {card}."}}"#)
        });
        format!(
            r#"{{"id":"card-{card}","class":"general","reviewed":"2026-11-01","review_by":"2027-04-01","sources":[{{"kind":"primary"}}],"texts":{{{}}}}}"#,
            texts.join(",")
        )
    });
    let all: Vec<String> = all.collect();
    format!(r#"{{"cards":[{}]}}"#, all.join(","))
}

/// A line that one coordinator signs alone, with a card set.
fn line(json: &str, today: Day) -> Result<(LineDocument, DeviceKey)> {
    let root_key = RootKey::from_seed(&[1; 32]);
    let coordinator = DeviceKey::from_seed(&[2; 32]);
    let root = Root::new(1, vec![root_key.public()]);
    let root = root.map_err(|error| anyhow::anyhow!("{error}"))?;
    let days = (today, today.plus(365));
    let delegation = Delegation::draft(root.line_id(), 1, days, 1, &[coordinator.public()]);
    let delegation = delegation.sign_by_root(&root_key).done();
    let cards = CardSet::draft(root.line_id(), 1, today, json);
    let cards = cards.sign_by_device(&coordinator).done();
    let document = LineDocument {
        day: today,
        statements: vec![
            root.statement().to_bytes(),
            delegation.to_bytes(),
            cards.to_bytes(),
        ],
    };
    Ok((document, coordinator))
}

pub(crate) fn run(cards: usize, today: Day) -> Result<Report> {
    let json = short_cards(cards);
    let (document, coordinator) = line(&json, today)?;
    let pack = Pack::build(&document, today)?;
    let line = statements::Line::verify(&document, None)?.id();
    let manifest = pack.manifest().draft(line);
    let manifest = manifest.sign_by_device(&coordinator).done().to_bytes();
    let sealed = pack.sealed(&manifest)?;
    let checked = plain::check(&sealed, Some(&line), today);
    checked
        .map(drop)
        .context("the pack was made to be genuine")?;
    Ok(Report {
        cards,
        set_bytes: json.len(),
        files: pack.files().count(),
        bytes: sealed.len(),
        build: middle(TIMES, || {
            let _ = black_box(Pack::build(black_box(&document), today));
        }),
        seal: middle(TIMES, || {
            let _ = black_box(pack.sealed(&manifest));
        }),
        check: middle(TIMES, || {
            let _ = black_box(plain::check(black_box(&sealed), Some(&line), today));
        }),
    })
}

impl Report {
    /// Whether it is built in seconds.
    pub(crate) fn is_quick(&self) -> bool {
        self.build + self.seal < 10_000.0
    }

    pub(crate) fn print(&self) {
        println!(
            "a pack of {} short cards in {} languages ({:.2} MB of cards): {} files, {:.1} MB",
            self.cards,
            LANGUAGES.len(),
            self.set_bytes as f64 / 1e6,
            self.files,
            self.bytes as f64 / 1e6
        );
        println!("  building it                   {:7.1} ms", self.build);
        println!("  putting it into one file      {:7.1} ms", self.seal);
        println!("  checking it                   {:7.1} ms", self.check);
    }
}

//! What is proposed for sentences of articles: a table of cases in four languages, and the founding article's claims as a yardstick.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

use record::{Context, Proposal, Record, day_of, sentences_of};

const CASES: &str = include_str!("propose.tsv");
const FOUNDING: &str = include_str!("founding.tsv");
const RECORD: &str = include_str!("../../../demonstration/record.json");

fn rows(table: &str) -> impl Iterator<Item = Vec<&str>> {
    let lines = table.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split('\t').collect())
}

/// A proposal as a line of the table.
fn line(proposal: &Proposal) -> Vec<String> {
    let number = proposal.number.as_ref();
    let value = number.map(|number| number.value.to_string());
    let fields = [
        proposal.speaker.clone(),
        proposal.how.to_owned(),
        value.unwrap_or_default(),
        number.map(|n| n.bound.clone()).unwrap_or_default(),
        number.map(|n| n.unit.clone()).unwrap_or_default(),
        proposal.date_said.clone(),
    ];
    let shown = fields.into_iter().map(|field| match field.is_empty() {
        true => "-".to_owned(),
        false => field,
    });
    shown.collect()
}

#[test]
fn each_sentence_gets_what_stands_in_it_and_no_more() {
    let mut wrong = Vec::new();
    for row in rows(CASES) {
        let context = Context {
            published: day_of("2024-10-31"),
            language: match row[0] {
                "ko" => "ko",
                "ru" => "ru",
                "uk" => "uk",
                _ => "en",
            },
        };
        assert_eq!(sentences_of(row[1]), [row[1]], "one sentence");
        let found = line(&Proposal::of(row[1], context));
        if found != row[2..] {
            wrong.push(format!(
                "{}\n   is {found:?}\n  not {:?}",
                row[1],
                &row[2..]
            ));
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_languages_of_the_table_are_told_by_their_letters() {
    for row in rows(CASES) {
        let all: String = rows(CASES)
            .filter(|other| other[0] == row[0])
            .map(|other| other[1])
            .collect();
        assert_eq!(Context::of(&all, None).language, row[0]);
    }
}

#[test]
fn most_of_the_founding_article_is_proposed_right() {
    let record: Record = serde_json::from_str(RECORD).unwrap();
    let (mut speakers, mut named, mut hows, mut numbers, mut numbered) = (0, 0, 0, 0, 0);
    let mut invented = Vec::new();
    for row in rows(FOUNDING) {
        let claim = record
            .claims
            .iter()
            .find(|claim| claim.id == row[0])
            .unwrap();
        let proposal = Proposal::of(row[1], Context::of(row[1], None));
        // The article says of itself nowhere that it says something: there the field stays empty.
        let is_named = claim.said_by != "the article";
        named += usize::from(is_named);
        let names = |name: &str| name.trim_start_matches("the ").to_owned();
        let same = is_named
            && claim.said_by.starts_with(&names(&proposal.speaker))
            && !proposal.speaker.is_empty();
        speakers += usize::from(same);
        hows += usize::from(proposal.how == claim.how);
        numbered += usize::from(claim.number.is_some());
        let value = |number: &record::Number| (number.value.clone(), number.bound.clone());
        let is_number = claim.number.as_ref().map(value) == proposal.number.as_ref().map(value);
        numbers += usize::from(is_number && claim.number.is_some());
        if (!same && !proposal.speaker.is_empty()) || (!is_number && proposal.number.is_some()) {
            invented.push(format!("{}: {proposal:?}", row[0]));
        }
        println!("{} · {} · {}", row[0], proposal.speaker, proposal.how);
    }
    println!(
        "speaker {speakers}/{named}, how {hows}/{}, number {numbers}/{numbered}",
        record.claims.len()
    );
    assert_eq!(rows(FOUNDING).count(), record.claims.len());
    assert!(invented.is_empty(), "{invented:?}");
    assert!(
        speakers >= FLOOR.0 && hows >= FLOOR.1 && numbers >= FLOOR.2,
        "{speakers} {hows} {numbers}"
    );
}

/// Of 10 speakers, 18 ways of saying and 5 numbers so many at least.
const FLOOR: (usize, usize, usize) = (10, 15, 5);

#[test]
fn a_million_characters_are_read() {
    let mut all: String = rows(CASES).map(|row| format!("{} ", row[1])).collect();
    all = all.repeat(1_000_000 / all.chars().count());
    let context = Context::of(&all, None);
    let sentences = sentences_of(&all);
    assert!(sentences.len() > 10_000);
    for sentence in sentences.iter().take(1000) {
        let _ = Proposal::of(sentence, context);
    }
    for text in [
        "said ".repeat(200_000),
        ",".repeat(1_000_000),
        "1 ".repeat(500_000),
    ] {
        for sentence in sentences_of(&text).iter().take(3) {
            let _ = Proposal::of(sentence, context);
        }
    }
}

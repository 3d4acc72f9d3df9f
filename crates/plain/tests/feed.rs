//! The feed against the grammar of RFC 4287 (appendix B) by `xmllint`, and what the grammar does not say: an author, an alternate link and a
//! unique, absolute and stable id for each entry, the order, and links that lead to pages of the set.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod common;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::{Command, Output};

use common::{Ground, TODAY, cards, demonstration};
use plain::Pages;
use quick_xml::Reader;
use quick_xml::events::Event;
use statements::WarningAbout;
use wire::Day;

fn validated(feed: &[u8]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("feed.xml");
    std::fs::write(&file, feed).unwrap();
    let grammar = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/assets/atom.rng");
    let mut command = Command::new("xmllint");
    command.args(["--noout", "--nonet", "--relaxng"]);
    let output = command.arg(grammar).arg(file).output();
    output.expect("xmllint is needed: `cargo xtask setup`")
}

fn feed(ground: &Ground, path: &str, today: Day) -> String {
    let pages = Pages::of(&ground.line(), today, None);
    String::from_utf8(pages.get(path).unwrap().bytes.clone()).unwrap()
}

/// One entry: element's name → text, links as `link`.
type Entry = Vec<(String, String)>;

fn field<'a>(entry: &'a Entry, name: &str) -> &'a str {
    let found = entry.iter().find(|(field, _)| field == name);
    found.map_or("", |(_, text)| text)
}

/// The head of a feed, and its entries.
fn read(feed: &str) -> (Entry, Vec<Entry>) {
    let mut reader = Reader::from_str(feed);
    let (mut all, mut name) = (vec![Entry::new()], String::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => break,
            Event::Start(tag) if tag.name().as_ref() == "entry" => all.push(Entry::new()),
            Event::Start(tag) => name = tag.name().as_ref().to_owned(),
            Event::Empty(tag) => {
                let of = |name: &str| {
                    let value = tag.try_get_attribute(name).unwrap();
                    value.map(|value| value.value.into_owned())
                };
                let entry = all.last_mut().unwrap();
                if let Some(term) = of("term") {
                    entry.push(("term".into(), term));
                }
                if of("rel").as_deref() == Some("alternate") {
                    entry.push(("link".into(), of("href").unwrap()));
                }
            }
            Event::Text(text) => {
                let text = text.as_ref().to_owned();
                let entry = all.last_mut().unwrap();
                match entry.last_mut().filter(|(last, _)| *last == name) {
                    Some((_, before)) if !name.is_empty() => before.push_str(&text),
                    _ => entry.push((name.clone(), text)),
                }
            }
            Event::GeneralRef(reference) => {
                let text = format!("&{};", reference.as_ref());
                all.last_mut()
                    .unwrap()
                    .last_mut()
                    .unwrap()
                    .1
                    .push_str(&text);
            }
            Event::End(_) => name.clear(),
            _ => {}
        }
    }
    let head = all.remove(0);
    (head, all)
}

#[test]
fn feeds_follow_the_grammar_of_the_standard() {
    for ground in [
        Ground::new(&cards()),
        Ground::new(&demonstration()),
        Ground::bare(),
    ] {
        for path in [
            "feed.xml",
            "en/feed.xml",
            "ko/feed.xml",
            "ru/feed.xml",
            "uk/feed.xml",
        ] {
            let output = validated(feed(&ground, path, TODAY).as_bytes());
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{path}: {said}");
        }
    }
}

#[test]
fn the_grammar_refuses_what_is_wrong() {
    let right = feed(&Ground::new(&cards()), "en/feed.xml", TODAY);
    for (part, instead) in [
        ("<updated>2026", "<updated>soon 2026"),
        ("</id>", "</id><id>urn:x</id>"),
        (" href=", " hreff="),
        ("<name>", "<names>"),
        (
            "http://www.w3.org/2005/Atom",
            "http://www.w3.org/2005/Atoms",
        ),
    ] {
        let wrong = right.replacen(part, instead, 1);
        assert_ne!(wrong, right);
        assert!(!validated(wrong.as_bytes()).status.success(), "{instead}");
    }
}

#[test]
fn each_change_is_there_once_with_its_day_and_no_answer() {
    let ground = Ground::new(&cards());
    let feed = feed(&ground, "en/feed.xml", TODAY);
    let (head, entries) = read(&feed);
    let by = |term: &str, title: &str| {
        let mut found = entries.iter().filter(|entry| field(entry, "term") == term);
        let found = found.find(|entry| field(entry, "title").starts_with(title));
        found.unwrap_or_else(|| panic!("no {term} {title} in {feed}"))
    };
    assert_eq!(
        field(by("live", "Plain"), "updated"),
        "2026-11-01T00:00:00Z"
    );
    assert_eq!(
        field(by("suspended", "Held"), "updated"),
        "2026-11-20T00:00:00Z"
    );
    assert_eq!(
        field(by("withdrawn", "Taken"), "updated"),
        "2026-11-21T00:00:00Z"
    );
    assert_eq!(
        field(by("expired", "Too old"), "updated"),
        "2026-11-26T00:00:00Z"
    );
    assert_eq!(
        field(by("entrances", "Where"), "updated"),
        "2026-11-23T00:00:00Z"
    );
    assert_eq!(
        field(by("warning", "Warning"), "updated"),
        "2026-11-26T01:15:00Z"
    );
    assert!(!feed.contains("answer.") && !feed.contains("One side"));
    assert!(field(by("live", "Plain"), "summary").contains("after 2026-12-23"));
    let words = words::check_words(words::List::English, &ground.id().0).join(" ");
    assert_eq!(field(&head, "name"), words, "the line is the author");
    let updated: Vec<&str> = entries
        .iter()
        .map(|entry| field(entry, "updated"))
        .collect();
    assert!(
        updated.is_sorted_by(|one, other| one >= other),
        "{updated:?}"
    );
    assert_eq!(field(&head, "updated"), updated[0]);
}

#[test]
fn ids_are_absolute_unique_and_stay() {
    let ground = Ground::new(&cards());
    let ids = |path: &str, today: Day| -> Vec<(String, String)> {
        let (_, entries) = read(&feed(&ground, path, today));
        let entries = entries.iter();
        let pair = |entry: &Entry| {
            (
                field(entry, "term").to_owned(),
                field(entry, "id").to_owned(),
            )
        };
        entries.map(pair).collect()
    };
    let today = ids("en/feed.xml", TODAY);
    let unique: BTreeSet<&String> = today.iter().map(|(_, id)| id).collect();
    assert_eq!(unique.len(), today.len());
    for id in &unique {
        let digits = id.strip_prefix("urn:uuid:").unwrap();
        assert_eq!(digits.len(), 36);
        assert_eq!(digits.as_bytes()[14], b'8', "version 8");
        assert!(
            b"89ab".contains(&digits.as_bytes()[19]),
            "the variant of RFC 9562"
        );
    }
    assert_eq!(
        ids("feed.xml", TODAY),
        today,
        "the same feed in another place"
    );
    let korean = ids("ko/feed.xml", TODAY);
    assert!(korean.iter().all(|(_, id)| !unique.contains(id)));
    // A month later all has expired, which is news; what had fallen before stays as it was.
    let later = ids("en/feed.xml", Day(20_783 + 60));
    let kept = later.iter().filter(|(_, id)| unique.contains(id));
    let kept: BTreeSet<&str> = kept.map(|(term, _)| term.as_str()).collect();
    let due = ["entrances", "expired", "suspended", "withdrawn"];
    assert_eq!(kept.into_iter().collect::<Vec<_>>(), due);
}

#[test]
fn links_lead_to_pages_of_the_set() {
    let ground = Ground::new(&cards());
    let pages = Pages::of(&ground.line(), TODAY, None);
    for (path, base) in [
        ("feed.xml", ""),
        ("en/feed.xml", "en/"),
        ("ko/feed.xml", "ko/"),
    ] {
        let (head, entries) = read(&feed(&ground, path, TODAY));
        assert!(entries.len() > 5);
        for entry in entries.iter().chain([&head]) {
            let target = format!("{base}{}", field(entry, "link"));
            assert!(pages.get(&target).is_some(), "{path} links to {target}");
        }
    }
}

#[test]
fn hostile_text_is_escaped_and_a_warning_that_is_over_is_no_news() {
    let mut ground = Ground::new(&cards());
    let text = feed(&ground, "en/feed.xml", TODAY);
    assert!(text.contains("&lt;script&gt;alert(1)&lt;/script&gt;&amp;"));
    assert!(!text.contains('\0'));
    assert!(text.contains("https://l1ne.example"));
    ground.statements.pop();
    ground.warn(WarningAbout::WritesFirst, Day(20_782));
    assert!(!feed(&ground, "en/feed.xml", TODAY).contains("term=\"warning\""));
}

//! What people and programs are shown of a month.

#![allow(clippy::unwrap_used, reason = "a test")]

use outcomes::{
    Contact, Counts, Epsilon, Language, Month, Publication, Question, Questions, Reached, Related,
    chart, csv, draw, sentences,
};
use quick_xml::Reader;
use quick_xml::events::Event;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

fn published(contacts: u32) -> Publication {
    let questions = Questions::of(&[Question::Contacts, Question::Reached]).unwrap();
    let mut counts = Counts::new(Month::parse("2026-11").unwrap(), questions);
    for _ in 0..contacts {
        counts.add(&Contact {
            reached: Some(Reached::Ended),
            ..Contact::default()
        });
    }
    draw(&counts, Epsilon::MONTH, &mut ChaCha20Rng::seed_from_u64(5)).unwrap()
}

fn record() -> record::Record {
    serde_json::from_str(include_str!("../../../demonstration/record.json")).unwrap()
}

/// All texts of a picture, and its element names.
fn read(svg: &str) -> (String, Vec<String>) {
    let mut reader = Reader::from_str(svg);
    let (mut texts, mut names) = (String::new(), Vec::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => names.push(start.name().as_ref().to_owned()),
            Event::Text(text) => {
                texts.push_str(&text);
                texts.push(' ');
            }
            Event::Eof => return (texts, names),
            _ => {}
        }
    }
}

#[test]
fn the_picture_is_well_formed_stands_alone_and_says_everything_in_words() {
    let published = published(120);
    let related = Related::of(&record(), "deserted");
    for language in Language::ALL {
        let svg = chart(&published, &related, language);
        let (texts, names) = read(&svg);
        assert_eq!(names.first().map(String::as_str), Some("svg"));
        for needed in ["title", "desc"] {
            assert!(names.iter().any(|name| name == needed), "{needed}");
        }
        assert!(
            !names
                .iter()
                .any(|name| name == "script" || name == "image" || name == "style")
        );
        assert!(
            !svg.replace("http://www.w3.org/2000/svg", "")
                .contains("http")
        );
        for sentence in sentences(&published, &related, language) {
            let first = sentence.split_whitespace().next().unwrap();
            assert!(texts.contains(first), "{sentence}");
        }
        // No id of a message is left where its text should be.
        assert!(
            !texts.contains("figure-") && !texts.contains("claim-"),
            "{texts}"
        );
        assert!(texts.contains("deserted") && texts.contains("deserters-direction"));
    }
}

#[test]
fn a_claim_is_shown_with_who_said_it_and_how_and_never_as_a_fact() {
    let record = record();
    let related = Related::of(&record, "troops-at-front");
    let said = sentences(&published(120), &related, Language::English);
    let has = |text: &str| said.iter().any(|sentence| sentence.contains(text));
    assert!(has("Lloyd Austin, U.S. Secretary of Defense confirmed:"));
    assert!(has("Moscow denied something, saying:"));
    assert!(has("neither confirm nor deny"));
    assert!(Related::of(&record, "no-such-claim").is_empty());
    let mut withdrawn = record.clone();
    withdrawn
        .claims
        .iter_mut()
        .for_each(|claim| claim.withdrawn = "2026-11-01".to_owned());
    assert!(Related::of(&withdrawn, "deserted").is_empty());
}

#[test]
fn what_is_not_counted_is_said() {
    let said = sentences(&published(120), &[], Language::English).join(" ");
    assert!(said.contains("Not counted: How long they waited, First questions settled by cards, Handovers confirmed, Replies collected."));
}

#[test]
fn a_small_figure_is_in_no_output_more_than_fewer() {
    let few = published(0);
    let lines = csv(&[&few]);
    assert_eq!(lines.lines().count(), 6);
    for line in lines.lines().skip(1) {
        assert!(line.contains(",,10,0,"), "{line}");
    }
    let (texts, _) = read(&chart(&few, &[], Language::English));
    assert!(texts.contains("fewer than 10") && !texts.contains("about 1"));
}

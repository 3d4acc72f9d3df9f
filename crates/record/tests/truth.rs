//! What may be sent, and what is wrong with a set: as an editor and a contact depend on it.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test"
)]

use std::path::Path;

use proptest::prelude::*;
use record::{CardSet, Flag, Problem, Standing, Why, day_of};
use wire::Day;

const TODAY: &str = "2026-12-01";

fn today() -> Day {
    day_of(TODAY).unwrap()
}

/// A set with one card `c` that rests on these claims, beside a record of these.
fn set(rests_on: &str, claims: &str) -> CardSet {
    let json = format!(
        r#"{{"cards":[{{"id":"c","class":"general","reviewed":"2026-11-23","review_by":"2027-05-22","rests_on":[{rests_on}],
        "sources":[{{"title":"t","publisher":"p","kind":"primary"}}],
        "texts":{{"en":{{"question":"Q?","answer":"A."}}}}}}],"record":{{"claims":[{claims}]}}}}"#
    );
    CardSet::parse(&json).unwrap()
}

fn claim(id: &str, more: &str) -> String {
    format!(r#"{{"id":"{id}","text":"t","how":"stated"{more}}}"#)
}

fn standing_of(set: &CardSet) -> Standing<'_> {
    set.standing("c", today()).unwrap()
}

#[test]
fn a_card_stands_while_its_check_and_its_claims_do() {
    let a = claim("a", "");
    assert_eq!(standing_of(&set(r#""a""#, &a)), Standing::Live);
    assert_eq!(
        set(r#""a""#, &a).standing("c", day_of("2027-05-22").unwrap()),
        Some(Standing::Expired)
    );
    let withdrawn = claim("a", r#","withdrawn":"2026-11-30""#);
    assert_eq!(
        standing_of(&set(r#""a""#, &withdrawn)),
        Standing::Suspended(Why::ClaimWithdrawn("a"))
    );
    assert_eq!(
        standing_of(&set(r#""b""#, &a)),
        Standing::Suspended(Why::ClaimMissing("b"))
    );
}

#[test]
fn a_contradiction_suspends_a_card_that_is_silent_about_it() {
    let said = claim("a", "");
    let denied = claim("b", r#","contradicts":["a"]"#);
    let both = format!("{said},{denied}");
    let contradicted = |claim, by| Standing::Suspended(Why::Contradicted { claim, by });
    assert_eq!(standing_of(&set(r#""a""#, &both)), contradicted("a", "b"));
    // Whoever tells only what the one side denies is as silent.
    assert_eq!(standing_of(&set(r#""b""#, &both)), contradicted("b", "a"));
    assert_eq!(standing_of(&set(r#""a","b""#, &both)), Standing::Live);
    let one_of_two = format!(
        "{said},{},{}",
        claim("z", ""),
        claim("b", r#","contradicts":["z","a"]"#)
    );
    assert_eq!(standing_of(&set(r#""a","b""#, &one_of_two)), Standing::Live);
    let taken_back = claim("b", r#","contradicts":["a"],"withdrawn":"2026-11-30""#);
    let after = format!("{said},{taken_back}");
    assert_eq!(standing_of(&set(r#""a""#, &after)), Standing::Live);
}

#[test]
fn support_in_a_circle_supports_nothing() {
    let claims = [
        claim("a", r#","supports":["b"]"#),
        claim("b", r#","supports":["c"]"#),
        claim("c", r#","supports":["a"]"#),
        claim("d", r#","supports":["a"]"#),
    ]
    .join(",");
    let circle = set(r#""a""#, &claims);
    assert_eq!(
        standing_of(&circle),
        Standing::Suspended(Why::Circular("a"))
    );
    let found = circle.problems();
    for id in ["a", "b", "c"] {
        assert!(found.contains(&Problem::Circular(id.into())), "{found:?}");
    }
    assert!(!found.contains(&Problem::Circular("d".into())));
    assert_eq!(standing_of(&set(r#""d""#, &claims)), Standing::Live);
    // A chain of very many is no circle, and no reason to fall over.
    let chain: Vec<String> = (0..20_000)
        .map(|n| claim(&format!("n{n}"), &format!(r#","supports":["n{}"]"#, n + 1)))
        .collect();
    let long = set(r#""n0""#, &(chain.join(",") + "," + &claim("n20000", "")));
    assert_eq!(standing_of(&long), Standing::Live);
}

#[test]
fn a_set_says_of_itself_what_is_suspended_and_loses_nothing() {
    let card = |id: &str, on: &str| {
        format!(
            r#"{{"id":"{id}","reviewed":"2026-11-23","review_by":"2027-05-22","rests_on":["{on}"],"later":[1,{{"x":null}}]}}"#
        )
    };
    let json = |claims: &str| {
        let cards = [card("a", "said"), card("b", "other")].join(",");
        format!(
            r#"{{"unknown":{{"kept":true}},"cards":[{cards}],"record":{{"claims":[{claims}]}}}}"#
        )
    };
    let said = [claim("said", ""), claim("other", "")].join(",");
    assert_eq!(record::suspended_where_due(&json(&said), today()), Ok(None));
    let denied = said + "," + &claim("denied", r#","contradicts":["said"]"#);
    let stamped = record::suspended_where_due(&json(&denied), today())
        .unwrap()
        .unwrap();
    let mut value: serde_json::Value = serde_json::from_str(&stamped).unwrap();
    assert_eq!(value["cards"][0]["suspended"], TODAY);
    value["cards"][0]
        .as_object_mut()
        .unwrap()
        .remove("suspended");
    assert_eq!(
        value,
        serde_json::from_str::<serde_json::Value>(&json(&denied)).unwrap()
    );
    assert_eq!(record::suspended_where_due(&stamped, today()), Ok(None));
}

#[test]
fn what_is_said_of_a_card_counts_before_all_else() {
    let mut both = set("", "");
    both.cards[0].suspended = "2026-11-30".into();
    assert_eq!(standing_of(&both), Standing::Suspended(Why::Said));
    both.cards[0].withdrawn = "2026-11-30".into();
    assert_eq!(standing_of(&both), Standing::Withdrawn);
    let twin = both.cards[0].clone();
    both.cards.push(twin);
    assert_eq!(
        both.standing("c", today()),
        None,
        "two of one name are none"
    );
    assert!(both.problems().contains(&Problem::CardName("c".into())));
}

#[test]
fn each_mistake_has_its_name() {
    let claims = |more: &str| claim("a", more) + "," + &claim("b", "");
    let with = |more: &str| set(r#""a""#, &claims(more)).problems();
    assert_eq!(with(""), []);
    assert_eq!(
        with(r#","supports":["b"],"contradicts":["b"]"#),
        [Problem::SupportsAndContradicts("a".into(), "b".into())]
    );
    assert_eq!(
        with(r#","about":["a"]"#),
        [Problem::ClaimOfItself("a".into())]
    );
    assert_eq!(
        with(r#","supports":["z"]"#),
        [Problem::UnknownClaim("a".into(), "z".into())]
    );
    assert_eq!(
        with(r#","source":"nowhere""#),
        [Problem::UnknownSource("a".into(), "nowhere".into())]
    );
    let mut card = set("", "");
    let fresh = card.clone();
    card.cards[0].sources.clear();
    assert_eq!(card.refusals(), [Problem::TooFewSources("c".into())]);
    card.demonstration = true;
    assert_eq!(card.refusals(), []);
    assert_eq!(card.problems(), [Problem::TooFewSources("c".into())]);
    for (change, expected) in [
        (
            Box::new(|set: &mut CardSet| set.cards[0].class = "weather".into())
                as Box<dyn Fn(&mut CardSet)>,
            Problem::CardClass("c".into()),
        ),
        (
            Box::new(|set| set.cards[0].review_by = "2027-05-23".into()),
            Problem::ReviewTooFar("c".into(), 180),
        ),
        (
            Box::new(|set| set.cards[0].class = "partners".into()),
            Problem::ReviewTooFar("c".into(), 14),
        ),
        (
            Box::new(|set| set.cards[0].review_by = "soon".into()),
            Problem::CardDate("c".into()),
        ),
        (
            Box::new(|set| set.cards[0].texts.clear()),
            Problem::CardEmpty("c".into()),
        ),
        (
            Box::new(|set| {
                set.cards[0].texts.get_mut("en").unwrap().not_known = "N".into();
            }),
            Problem::NoHeading("c".into(), "en".into()),
        ),
        (
            Box::new(|set| {
                set.cards[0].texts.get_mut("en").unwrap().answer = "One. Two! Three? Four…".into();
            }),
            Problem::AnswerTooLong("c".into(), "en".into()),
        ),
        (
            Box::new(|set| {
                set.cards[0].texts.get_mut("en").unwrap().answer = "x".repeat(1500);
            }),
            Problem::TextTooLong("c".into(), "en".into(), 4),
        ),
    ] {
        let mut changed = fresh.clone();
        change(&mut changed);
        assert_eq!(changed.problems(), [expected]);
    }
}

#[test]
fn the_demonstration_is_as_it_should_be() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demonstration");
    let read = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
    let mut set = CardSet::parse(&read("cards.json")).unwrap();
    set.record = Some(serde_json::from_str(&read("record.json")).unwrap());
    assert_eq!(set.refusals(), []);
    for (card, standing) in set.standings(today()) {
        assert_eq!(standing, Standing::Live, "{}", card.id);
        let languages: Vec<&str> = card.texts.keys().map(String::as_str).collect();
        assert_eq!(languages, ["en", "ko", "ru", "uk"], "{}", card.id);
        let flagged = set.card_flags(card).into_iter().flat_map(|(_, _, all)| all);
        // That nobody can promise is said with that word.
        let others = flagged.filter(|one| one.flag != Flag::Promise);
        assert_eq!(others.count(), 0, "{}", card.id);
    }
}

proptest! {
    #[test]
    fn any_text_at_all_is_a_set_or_none(json in "\\PC{0,400}") {
        if let Ok(set) = CardSet::parse(&json) {
            set.problems();
            set.standings(today());
        }
    }

    #[test]
    fn any_record_at_all_is_looked_at_to_its_end(
        links in proptest::collection::vec((0_usize..12, 0_usize..12, 0_u8..4), 0..40),
        on in proptest::collection::vec(0_usize..14, 0..5),
    ) {
        let mut set = CardSet::default();
        let mut record = record::Record::default();
        record.claims = (0..12)
            .map(|n| record::Claim { id: format!("n{n}"), how: "stated".into(), ..Default::default() })
            .collect();
        for (from, to, kind) in links {
            let claim = &mut record.claims[from];
            let to = format!("n{to}");
            match kind {
                0 => claim.supports.push(to),
                1 => claim.contradicts.push(to),
                2 => claim.about.push(to),
                _ => claim.withdrawn = TODAY.into(),
            }
        }
        set.record = Some(record);
        let rests_on: Vec<String> = on.iter().map(|n| format!("n{n}")).collect();
        set.cards.push(record::Card {
            id: "c".into(), reviewed: "2026-11-23".into(), review_by: "2027-01-01".into(), rests_on: rests_on.clone(), ..Default::default()
        });
        set.problems();
        if set.standing("c", today()) == Some(Standing::Live) {
            // Whatever a live card rests on is there, stands, and hides no contradiction.
            let claims = &set.record.as_ref().unwrap().claims;
            for id in &rests_on {
                let claim = claims.iter().find(|claim| claim.id == *id).unwrap();
                prop_assert!(claim.stands());
                for other in claims.iter().filter(|other| other.stands()) {
                    prop_assert!(!other.contradicts.contains(id) || rests_on.contains(&other.id));
                }
            }
        }
    }
}

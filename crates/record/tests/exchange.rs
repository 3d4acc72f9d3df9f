//! The record in others' formats: what is written is valid by its schemas and by schema.org's vocabulary, comes back whole, and what is
//! wrong in a file is said with its row.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

use std::collections::BTreeMap;

use proptest::prelude::*;
use record::{Claim, Earlier, Exchange, Fault, Number, Record, RecordSource, date_of};
use serde_json::{Value, json};

const SCHEMA: &str = include_str!("../schemas/record.schema.json");
const TABLE: &str = include_str!("../schemas/record.csv-schema.json");
const VOCABULARY: &str = include_str!("assets/schema-org.json");
const RECORD: &str = include_str!("../../../demonstration/record.json");
const TEXTS: &str = include_str!("../../../demonstration/claims.json");

fn founding() -> Exchange {
    Exchange {
        record: serde_json::from_str(RECORD).unwrap(),
        texts: serde_json::from_str(TEXTS).unwrap(),
    }
}

fn assert_valid(json_ld: &str) {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let value: Value = serde_json::from_str(json_ld).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&value)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
}

/// Each property of a node is one that schema.org has for its type, or one of ours.
fn assert_in_vocabulary(value: &Value, vocabulary: &BTreeMap<String, Vec<String>>) {
    match value {
        Value::Array(items) => items
            .iter()
            .for_each(|item| assert_in_vocabulary(item, vocabulary)),
        Value::Object(object) => {
            let kind = object.get("@type").and_then(Value::as_str);
            for (name, inner) in object {
                let is_ours = name.starts_with('@')
                    || name.starts_with("fb:")
                    || (kind.is_none() && name == "name");
                let of_type = kind.and_then(|kind| vocabulary.get(kind));
                let is_theirs = of_type.is_some_and(|all| all.contains(name));
                assert!(is_ours || is_theirs, "{kind:?} has no {name}");
                assert_in_vocabulary(inner, vocabulary);
            }
        }
        _ => {}
    }
}

/// The table by its schema: columns in order, and each value of its type and among those allowed.
fn assert_table(csv: &str) {
    let schema: Value = serde_json::from_str(TABLE).unwrap();
    let fields = schema["fields"].as_array().unwrap();
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let head = reader.headers().unwrap().clone();
    for (place, name) in head.iter().enumerate() {
        match fields.get(place) {
            Some(field) => assert_eq!(field["name"], name),
            None => assert!(name.starts_with("text_")),
        }
    }
    for row in reader.records() {
        let row = row.unwrap();
        for (field, cell) in fields.iter().zip(&row) {
            let allowed = field["constraints"]["enum"].as_array();
            let is_allowed = allowed.is_none_or(|all| all.iter().any(|one| one == cell));
            let is_typed = match field["type"].as_str().unwrap() {
                "number" => cell.parse::<f64>().is_ok(),
                "integer" => cell.parse::<u32>().is_ok(),
                "date" => record::day_of(cell).is_some(),
                _ => true,
            };
            assert!(
                cell.is_empty() || (is_allowed && is_typed),
                "{} {cell}",
                field["name"]
            );
        }
    }
}

#[test]
fn the_founding_record_goes_out_valid_and_comes_back_whole() {
    let exchange = founding();
    let json_ld = exchange.to_json_ld();
    assert_valid(&json_ld);
    let vocabulary = serde_json::from_str(VOCABULARY).unwrap();
    let value: Value = serde_json::from_str(&json_ld).unwrap();
    assert_in_vocabulary(&value["@graph"], &vocabulary);
    assert!(
        !json_ld.contains("ating"),
        "nobody's rating of truth is in it"
    );
    assert_eq!(Exchange::from_json_ld(&json_ld).unwrap(), exchange);
    let csv = exchange.to_csv();
    assert_table(&csv);
    assert_eq!(Exchange::from_csv(&csv).unwrap(), exchange);
    assert_eq!(
        Exchange::from_csv(&format!("\u{feff}{csv}")).unwrap(),
        exchange
    );
    let semicolons = "id;text;how;said_by\na;Said;stated;One\n";
    assert_eq!(
        Exchange::from_csv(semicolons).unwrap().record.claims[0].said_by,
        "One"
    );
}

fn text() -> impl Strategy<Value = String> {
    "[=+@'\\-\t]?[ -~а-я가-힣\n\";\\\\]{0,12}"
}

fn date() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        (0_u32..40_000).prop_map(|day| date_of(wire::Day(day)))
    ]
}

fn number() -> impl Strategy<Value = Option<Number>> {
    let value = prop_oneof![
        any::<u64>().prop_map(serde_json::Number::from),
        (-9_999_i64..0).prop_map(serde_json::Number::from),
        (-1e6..1e6_f64).prop_map(|value| serde_json::Number::from_f64(value).unwrap())
    ];
    let bound = prop::sample::select(vec!["", "exactly", "about", "at least", "at most"]);
    prop::option::of(
        (value, text(), bound).prop_map(|(value, unit, bound)| Number {
            value,
            unit,
            bound: bound.into(),
        }),
    )
}

fn source(id: String) -> impl Strategy<Value = RecordSource> {
    let published = prop::option::of((0_u32..9999, prop::option::of(1_u32..13)));
    let relays = prop::collection::vec("[a-z;\\\\ ]{1,6}", 0..3);
    (
        text(),
        text(),
        text(),
        text(),
        published,
        date(),
        "[0-9a-f]{0,64}",
        relays,
        date(),
    )
        .prop_map(
            move |(
                kind,
                author,
                publisher,
                address,
                published,
                date_read,
                archived,
                relays,
                gone,
            )| RecordSource {
                id: id.clone(),
                kind,
                author,
                publisher,
                address,
                year: published.map(|(year, _)| year),
                month: published.and_then(|(_, month)| month),
                date_read,
                archived,
                relays,
                gone,
            },
        )
}

fn claim(place: usize) -> impl Strategy<Value = Claim> {
    let earlier =
        (date(), text(), text(), number()).prop_map(|(until, text, said_by, number)| Earlier {
            until,
            text,
            said_by,
            number,
            ..Earlier::default()
        });
    let how = prop::sample::select(Claim::WAYS.to_vec());
    let links = prop::sample::subsequence((0..place).collect::<Vec<_>>(), 0..=place);
    let parts = (
        text(),
        text(),
        how,
        number(),
        date(),
        0..3_usize,
        links,
        text(),
        date(),
        prop::collection::vec(earlier, 0..2),
    );
    parts.prop_map(
        move |(text, said_by, how, number, date_said, source, links, note, withdrawn, earlier)| {
            let of = |rest: usize| {
                links
                    .iter()
                    .filter(|link| *link % 3 == rest)
                    .map(|link| format!("c{link}"))
                    .collect()
            };
            Claim {
                id: format!("c{place}"),
                text,
                said_by,
                how: how.into(),
                number,
                date_said,
                source: ["", "s0", "s1"][source].into(),
                contradicts: of(0),
                supports: of(1),
                about: of(2),
                note,
                withdrawn,
                earlier,
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_a_record_holds_comes_back(
        own in source(String::new()), sources in (source("s0".into()), source("s1".into())),
        claims in (claim(0), claim(1), claim(2), claim(3)), translated in prop::option::of("[ -~가-힣]{1,9}"),
    ) {
        let record = Record { source: own, sources: vec![sources.0, sources.1], claims: vec![claims.0, claims.1, claims.2, claims.3] };
        let texts = translated.map(|text| ("c1".to_owned(), BTreeMap::from([("ko".to_owned(), text)])));
        let exchange = Exchange { record, texts: texts.into_iter().collect() };
        let json_ld = Exchange::from_json_ld(&exchange.to_json_ld());
        prop_assert_eq!(json_ld.unwrap(), exchange.clone());
        let csv = Exchange::from_csv(&exchange.to_csv());
        prop_assert_eq!(csv.unwrap(), exchange);
    }

    #[test]
    fn whatever_bytes_come_nothing_breaks(text in ".{0,200}", cut in 0_usize..4000) {
        let _ = Exchange::from_csv(&text);
        let _ = Exchange::from_json_ld(&text);
        let exchange = founding();
        for whole in [exchange.to_csv(), exchange.to_json_ld()] {
            let part: String = whole.chars().take(cut).collect();
            let _ = Exchange::from_csv(&part);
            let _ = Exchange::from_json_ld(&part);
        }
    }
}

#[test]
fn no_cell_is_computed_by_a_spreadsheet() {
    let mut exchange = founding();
    for (claim, text) in exchange
        .record
        .claims
        .iter_mut()
        .zip(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "'=1", "\r=1"])
    {
        claim.text = text.into();
    }
    let csv = exchange.to_csv();
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    for row in reader.records() {
        for cell in &row.unwrap() {
            assert!(
                !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
                "{cell:?}"
            );
        }
    }
    assert_eq!(Exchange::from_csv(&csv).unwrap(), exchange);
}

/// The problems of a table: row, and what is wrong.
fn wrong(csv: &str) -> Vec<(usize, String)> {
    let problems = Exchange::from_csv(csv).unwrap_err();
    problems
        .into_iter()
        .map(|one| (one.row, one.fault.to_string()))
        .collect()
}

#[test]
fn what_is_wrong_in_a_table_is_said_with_its_row() {
    let rows = |rows: &str| {
        wrong(&format!(
            "id,text,how,number,date_said,contradicts,supports\n{rows}"
        ))
    };
    for (table, row, said) in [
        ("a,A,stated,,,,\na,B,stated,,,,", 3, "claim-name"),
        ("a,A,sworn,,,,", 2, "claim-how"),
        ("a,A,,,,,", 2, "claim-how"),
        ("a,A,stated,many,,,", 2, "many"),
        ("a,A,stated,,yesterday,,", 2, "yesterday"),
        ("a,A,stated,,,,nobody", 2, "unknown-claim"),
        (
            "b,B,stated,,,,\na,A,stated,,,b,b",
            3,
            "supports-and-contradicts",
        ),
        ("a,A,stated,,,,b\nb,B,stated,,,,a", 2, "circular"),
        ("a,A,stated,,,,a", 2, "claim-of-itself"),
        ("a,A,stated", 2, "3 fields"),
        ("a,\"A,stated,,,,", 0, "quotation"),
    ] {
        let found = rows(table);
        assert!(
            found
                .iter()
                .any(|(at, what)| *at == row && what.contains(said)),
            "{table}: {found:?}"
        );
    }
    assert!(wrong("id,how\n")[0].1.contains("text"));
    assert!(wrong("id,text,colour\n")[0].1.contains("colour"));
    assert!(wrong("id,text,id\n")[0].1.contains("twice"));
    assert!(wrong(" \n")[0].1.contains("empty"));
    assert!(
        wrong("row,id,text,how\nperson,a,A,stated\n")[0]
            .1
            .contains("record-source")
    );
    let long = format!("id,text,how\na,{},stated\n", "x".repeat(1_000_001));
    assert_eq!(
        wrong(&long)[0],
        (2, "text has more than 1,000,000 bytes".into())
    );
    let fits = format!("id,text,how\na,{},stated\n", "x".repeat(1_000_000));
    assert!(Exchange::from_csv(&fits).is_ok());
}

fn review(rating: &Value) -> Value {
    json!({"@context": "https://schema.org", "@type": "ClaimReview", "url": "https://checker.example/1", "datePublished": "2024-10-24T10:00Z",
        "claimReviewed": "18 soldiers have deserted", "author": {"@type": "Organization", "name": "Checker"}, "reviewRating": rating,
        "itemReviewed": {"@type": "Claim", "author": {"@type": "Person", "name": "One"}, "datePublished": "2024-10-20",
            "appearance": {"@type": "CreativeWork", "url": "https://news.example/a"}}})
}

#[test]
fn a_reviewer_s_verdict_is_what_the_reviewer_says() {
    let rated = |value: u32| json!({"@type": "Rating", "ratingValue": value, "worstRating": 1, "bestRating": 5, "alternateName": "Verdict"});
    for (value, name) in [(1, "contradicts"), (5, "supports"), (3, "about")] {
        let read = Exchange::from_json_ld(&review(&rated(value)).to_string()).unwrap();
        let [claim, verdict] = &read.record.claims[..] else {
            panic!("{:?}", read.record)
        };
        assert_eq!(
            (
                claim.said_by.as_str(),
                claim.how.as_str(),
                claim.date_said.as_str()
            ),
            ("One", "stated", "2024-10-20")
        );
        assert_eq!(
            (
                verdict.said_by.as_str(),
                verdict.text.as_str(),
                verdict.date_said.as_str()
            ),
            ("Checker", "Verdict", "2024-10-24")
        );
        let links = serde_json::to_value(verdict).unwrap();
        assert_eq!(links[name], json!([claim.id]), "{value}");
        let addresses: Vec<_> = read
            .record
            .sources
            .iter()
            .map(|source| source.address.as_str())
            .collect();
        assert_eq!(
            addresses,
            ["https://news.example/a", "https://checker.example/1"]
        );
        assert_ne!(claim.source, verdict.source);
    }
    let without = Exchange::from_json_ld(&review(&json!({})).to_string()).unwrap_err();
    assert_eq!(without[0].row, 1);
    let both = json!([review(&rated(1)), review(&rated(5))]);
    assert_eq!(
        Exchange::from_json_ld(&both.to_string())
            .unwrap()
            .record
            .claims
            .len(),
        4
    );
}

#[test]
fn what_is_wrong_in_a_graph_is_said_with_its_entry() {
    let graph =
        |nodes: Value| Exchange::from_json_ld(&json!({"@graph": nodes}).to_string()).unwrap_err();
    let node = |id: &str, more: Value| {
        let mut node = json!({"@type": "Claim", "identifier": id, "text": "A", "fb:how": "stated"});
        node.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        node
    };
    let twice = graph(json!([node("a", json!({})), node("a", json!({}))]));
    assert_eq!(twice[0].row, 2);
    let unknown = graph(json!([node("a", json!({"fb:how": "sworn"}))]));
    assert!(matches!(unknown[0].fault, Fault::Record(_)));
    for odd in [
        json!({"text": {"x": 1}}),
        json!({"fb:number": 3}),
        json!({"dateCreated": "soon"}),
        json!({"fb:supports": ["a"]}),
    ] {
        assert_eq!(
            graph(json!([node("a", json!({})), node("b", odd)]))[0].row,
            2
        );
    }
    for none in ["", "{", "[]", "{}", "3", "{\"@type\":\"Person\"}"] {
        assert!(Exchange::from_json_ld(none).is_err(), "{none}");
    }
}

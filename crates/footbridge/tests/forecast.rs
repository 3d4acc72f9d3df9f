//! What a coordinator asks about staffing, and hears.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod ground;

use std::path::Path;

use ground::{footbridge, said};
use serde_json::Value;

/// One language with one guide all day, and few people.
fn write_counts(directory: &Path) {
    let row = |count: &str| [count; 24].join(", ");
    let text = format!(
        "weeks = 2\n[[team]]\nlanguage = \"uk\"\narrivals = [[{}]]\nguides = [[{}]]\n",
        row("3"),
        row("1")
    );
    std::fs::write(directory.join("counts.toml"), text).unwrap();
}

#[test]
fn without_counts_it_says_what_to_count_and_invents_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let nothing = footbridge(directory, &["forecast"]);
    assert!(!nothing.status.success() && nothing.stdout.is_empty());
    let heard = said(&nothing);
    assert!(
        heard.contains("there is no data") && heard.contains("--example"),
        "{heard}"
    );
    std::fs::write(directory.join("empty.toml"), "weeks = 2\n").unwrap();
    let empty = footbridge(directory, &["forecast", "empty.toml", "--json"]);
    assert!(
        !empty.status.success() && empty.stdout.is_empty(),
        "{}",
        said(&empty)
    );
    let example = footbridge(directory, &["forecast", "--example"]);
    assert_eq!(
        String::from_utf8(example.stdout).unwrap(),
        forecast::EXAMPLE
    );
}

#[test]
fn a_week_names_its_hours_its_gap_and_what_was_assumed() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    write_counts(directory);
    let week = footbridge(directory, &["forecast", "counts.toml", "--surge", "2"]);
    let heard = said(&week);
    assert!(week.status.success(), "{heard}");
    for part in [
        "Do not publish",
        "Assumed, not measured",
        "uk: 72 people a week",
        "hours of single persons",
        "\n23 ",
        "more guide-hours a week",
    ] {
        assert!(heard.contains(part), "{part}: {heard}");
    }
    let arguments = [
        "forecast",
        "counts.toml",
        "--svg",
        "waits.svg",
        "--language",
        "ko",
        "--json",
    ];
    let object = footbridge(directory, &arguments);
    let object: Value = serde_json::from_slice(&object.stdout).unwrap();
    let team = &object["teams"][0];
    assert_eq!(
        (
            team["week"].as_array().unwrap().len(),
            &object["from"]["publish"]
        ),
        (168, &Value::Bool(false))
    );
    assert!(team["day"][3]["others"]["p90"].as_f64().unwrap() > 3.0);
    let svg = std::fs::read_to_string(directory.join("waits.svg")).unwrap();
    assert!(svg.contains("lang=\"ko\"") && svg.contains("근무 중"));
    let again = footbridge(directory, &arguments);
    assert!(!again.status.success(), "a picture is not written over");
}

#[test]
fn what_two_hundred_can_carry_is_one_sentence_and_says_how_sure_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let carries = footbridge(
        directory.path(),
        &["forecast", "--guides", "200", "--hours", "4"],
    );
    let heard = said(&carries);
    assert!(
        heard.contains(
            "200 guides with 4 hours a week each are 4.8 on duty on average, and carry about"
        ),
        "{heard}"
    );
    assert!(
        heard.contains("rests on assumptions alone") && heard.lines().count() <= 24,
        "{heard}"
    );
    let surge = [
        "forecast",
        "--messages",
        "2000",
        "--within",
        "15",
        "--on-shift",
        "12",
        "--to-call",
        "40",
    ];
    let heard = said(&footbridge(directory.path(), &surge));
    assert!(
        heard.contains("\n14 ") && heard.contains("The call list is called after"),
        "{heard}"
    );
}

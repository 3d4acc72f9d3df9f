//! A small night, a small flood, some rounds of a crash and some power cuts, as `cargo xtask night` and `cargo xtask crash` play large ones.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn measure(arguments: &[&str]) -> Value {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    let output = Command::new(env!("CARGO_BIN_EXE_measure"))
        .args(arguments)
        .current_dir(root.unwrap())
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{errors}{said}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_small_night_loses_doubles_and_refuses_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let picture = directory.path().join("night.svg");
    let night = [
        "night",
        "--contacts",
        "50",
        "--desks",
        "4",
        "--minutes",
        "0.2",
        "--without-limits",
        "--json",
        "--out",
    ];
    let report = measure(&[&night[..], &[picture.to_str().unwrap()]].concat());
    assert_eq!(report["lost"], 0, "{report}");
    assert_eq!(report["doubled"], 0, "{report}");
    assert_eq!(report["refused"], serde_json::json!({}), "{report}");
    assert_eq!(report["finished"], 50, "{report}");
    assert!(report["replies"].as_u64().unwrap() >= 150, "{report}");
    let svg = std::fs::read_to_string(picture).unwrap();
    assert!(svg.contains("<title") && svg.contains("<desc"));
}

#[test]
fn a_small_night_writes_what_it_counted_and_says_how_far_its_forecast_was_off() {
    let directory = tempfile::tempdir().unwrap();
    let folder = directory.path().join("counts");
    let night = [
        "night",
        "--contacts",
        "40",
        "--desks",
        "4",
        "--minutes",
        "0.2",
        "--answer-minutes",
        "3",
        "--without-limits",
        "--json",
        "--counts",
    ];
    let report = measure(&[&night[..], &[folder.to_str().unwrap()]].concat());
    assert_eq!(report["finished"], 40, "{report}");
    for what in ["happened", "forecast"] {
        let waited = report["waits"][what]["p50"].as_f64();
        assert!(waited.is_some_and(|minutes| minutes >= 3.0), "{report}");
    }
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let counts: toml::Table = read("counts.toml").parse().unwrap();
    let contacts = counts["contacts"].as_array().unwrap().iter();
    let all: i64 = contacts.map(|of| of["number"].as_integer().unwrap()).sum();
    assert_eq!(all, 40);
    let tally: toml::Table = read("tally.toml").parse().unwrap();
    let rows = tally["team"][0]["arrivals"].as_array().unwrap();
    let monday = rows[0].as_array().unwrap().iter();
    let wrote: i64 = monday.map(|hour| hour.as_integer().unwrap()).sum();
    assert_eq!((wrote, rows.len()), (40, 7));
}

#[test]
fn a_relay_that_is_killed_under_load_loses_and_doubles_nothing_and_lets_everybody_go_on() {
    let report = measure(&["crash", "--rounds", "5", "--json"]);
    for promise in ["lost", "doubled", "wedged"] {
        assert_eq!(report[promise], 0, "{report}");
    }
    assert_eq!(report["refused"], serde_json::json!([]), "{report}");
    assert!(report["unanswered"].as_u64().unwrap() > 0, "{report}");
}

#[test]
fn a_relay_whose_disk_fails_fills_and_loses_power_loses_and_doubles_nothing_and_lets_everybody_go_on()
 {
    let report = measure(&["power-cuts", "--rounds", "12", "--json"]);
    for promise in ["lost", "doubled", "wedged", "refused_unclear"] {
        assert_eq!(report[promise], 0, "{report}");
    }
    assert_eq!(report["refused"], serde_json::json!([]), "{report}");
    for met in ["unanswered", "refused_full", "refused_failing"] {
        assert!(report[met].as_u64().unwrap() > 0, "{met}: {report}");
    }
}

#[test]
fn in_a_small_flood_every_contact_is_acknowledged_and_nothing_is_lost_or_doubled() {
    let flood = ["flood", "--seconds", "4", "--senders", "2"];
    let report = measure(&[&flood[..], &["--free-posts", "10", "--json"]].concat());
    for promise in ["lost", "doubled"] {
        assert_eq!(report[promise], 0, "{report}");
    }
    for contact in ["first_flood", "again_flood"] {
        assert_eq!(report[contact]["refused"], 0, "{report}");
        assert!(report[contact]["sent"].as_u64().unwrap() > 0, "{report}");
    }
    assert!(report["flood_posts"].as_u64().unwrap() > 0, "{report}");
    assert!(report["effort"].as_u64().unwrap() > 0, "{report}");
}

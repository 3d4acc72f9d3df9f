//! A month's counts as a coordinator publishes them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

mod ground;

use std::path::Path;

use ground::{footbridge, said};
use serde_json::Value;

const MONTH: &str = r#"
month = "MONTH"
questions = ["contacts", "reached", "replies"]
[[contacts]]
number = 140
reached = "ended"
replies-collected = 9
[[contacts]]
number = 1
reached = "silent"
"#;

fn write(directory: &Path, month: &str) -> String {
    let name = format!("{month}.toml");
    std::fs::write(directory.join(&name), MONTH.replace("MONTH", month)).unwrap();
    name
}

fn publish(directory: &Path, month: &str, epsilon: &str) -> Result<Value, String> {
    let file = write(directory, month);
    let arguments = [
        "outcomes",
        &file,
        "--book",
        "book",
        "--epsilon",
        epsilon,
        "--json",
    ];
    let output = footbridge(directory, &arguments);
    match output.status.success() {
        true => Ok(serde_json::from_slice(&output.stdout).unwrap()),
        false => Err(said(&output)),
    }
}

#[test]
fn a_month_asked_twice_is_the_same_and_a_spent_budget_refuses() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let first = publish(directory, "2025-01", "2").unwrap();
    let again = publish(directory, "2025-01", "0.5").unwrap();
    assert_eq!(first, again);
    assert_eq!(first["left_of_year"], "4");
    publish(directory, "2025-02", "2").unwrap();
    publish(directory, "2025-03", "1.9").unwrap();
    let book = std::fs::read(directory.join("book")).unwrap();
    let refused = publish(directory, "2025-04", "0.5").unwrap_err();
    assert!(refused.contains("0.1 of 6 is left"), "{refused}");
    assert_eq!(std::fs::read(directory.join("book")).unwrap(), book);
    // A whole other form of what was published spends nothing.
    let csv = footbridge(
        directory,
        &["outcomes", "2025-01.toml", "--book", "book", "--as", "csv"],
    );
    assert!(said(&csv).starts_with("month,figure,value"));
    assert_eq!(std::fs::read(directory.join("book")).unwrap(), book);
}

#[test]
fn a_damaged_book_is_not_taken_for_an_empty_one() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    publish(directory, "2025-01", "0.5").unwrap();
    let mut book = std::fs::read(directory.join("book")).unwrap();
    book.pop();
    std::fs::write(directory.join("book"), &book).unwrap();
    let refused = publish(directory, "2025-01", "0.5").unwrap_err();
    assert!(refused.contains("drawn twice"), "{refused}");
    assert_eq!(std::fs::read(directory.join("book")).unwrap(), book);
}

#[test]
fn the_example_is_shown_with_the_claim_and_who_said_it() {
    let directory = tempfile::tempdir().unwrap();
    let record = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../demonstration/record.json"
    );
    let claim = ["--claim", "deserted", "--record", record];
    let arguments = [&["outcomes", "--example"][..], &claim].concat();
    let shown = said(&footbridge(directory.path(), &arguments));
    assert!(shown.contains("Outcomes of 2026-10"), "{shown}");
    assert!(
        shown.contains("the article reported: “At least 18 North Korean soldiers have deserted.”")
    );
    assert!(shown.contains("This line knows only of those who wrote to it."));
    let unknown = [
        "outcomes",
        "--example",
        "--claim",
        "nothing",
        "--record",
        record,
    ];
    assert!(said(&footbridge(directory.path(), &unknown)).contains("has no claim"));
}

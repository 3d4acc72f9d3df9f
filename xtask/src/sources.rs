//! The sources: module documents, lengths, nothing half done, nothing of one machine.

use anyhow::Result;

use crate::run::{read, tracked_files};

/// The longest a source file may be, without its tests.
const LONGEST: usize = 500;

/// Places and hosts that belong to one machine or one registry, and words that mean unfinished work. Written in
/// pieces, so that this list does not find itself.
fn unwanted() -> Vec<String> {
    let pieces = [
        ("/wo", "rk/"),
        ("/ro", "ot/"),
        ("index.cra", "tes.io"),
        ("static.cra", "tes.io"),
        ("registry.np", "mjs.org"),
        ("files.python", "hosted.org"),
        ("TO", "DO"),
        ("FIX", "ME"),
    ];
    pieces
        .iter()
        .map(|(one, two)| format!("{one}{two}"))
        .collect()
}

fn is_text(path: &str) -> bool {
    let endings = [
        ".rs", ".md", ".toml", ".js", ".mjs", ".css", ".html", ".ftl", ".sql", ".py", ".json",
        ".tsv", ".yml",
    ];
    endings.iter().any(|ending| path.ends_with(ending))
}

/// Lines before a file's own tests.
fn length(text: &str) -> usize {
    text.lines()
        .take_while(|line| *line != "#[cfg(test)]")
        .count()
}

/// What is wrong with the sources.
pub(crate) fn check() -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    let unwanted = unwanted();
    for path in tracked_files()? {
        if !is_text(&path) || path.starts_with("e2e/assets/") {
            continue;
        }
        let text = read(&path)?;
        for found in unwanted.iter().filter(|word| text.contains(word.as_str())) {
            wrong.push(format!("{path} has {found:?}"));
        }
        if !path.ends_with(".rs") {
            continue;
        }
        if !text.trim_start().starts_with("//!") {
            wrong.push(format!("{path} does not begin by saying what it is (//!)"));
        }
        let is_test = path.contains("/tests/") || path.ends_with("conformance.rs");
        let length = length(&text);
        if length > LONGEST && !is_test {
            wrong.push(format!("{path} has {length} lines; {LONGEST} are the most"));
        }
    }
    Ok(wrong)
}

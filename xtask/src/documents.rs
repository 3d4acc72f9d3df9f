//! The documents: every path, command, crate and rule that they name exists.

use std::collections::BTreeSet;

use anyhow::Result;
use clap::CommandFactory;

use crate::Cli;
use crate::run::{read, root, tracked_files};

/// Files that are written by a person's own doing and so need not be in the project.
const MADE_LATER: [&str; 2] = ["target/page-files", "target/"];

fn is_document(path: &str) -> bool {
    let top = !path.contains('/') || path.starts_with("docs/");
    top && path.ends_with(".md")
}

/// What stands between backticks, on one line.
fn quoted(text: &str) -> Vec<String> {
    let mut in_block = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_block = !in_block;
            continue;
        }
        if !in_block {
            let parts = line.split('`').enumerate();
            found.extend(
                parts
                    .filter(|(place, _)| place % 2 == 1)
                    .map(|(_, part)| part.to_owned()),
            );
        }
    }
    found
}

fn is_path(word: &str) -> bool {
    let starts = [
        "crates/",
        "docs/",
        "vectors/",
        "xtask/",
        "e2e/",
        "fuzz/",
        "demonstration/",
        ".ci/",
    ];
    starts.iter().any(|start| word.starts_with(start))
}

fn footbridge_commands() -> BTreeSet<String> {
    // The enum of subcommands is the definition; its variants are the commands.
    let text = read("crates/footbridge/src/cli.rs").unwrap_or_default();
    let body = text.split("enum Command {").nth(1).unwrap_or_default();
    let body = body.split("\n}").next().unwrap_or_default();
    let variants = body.lines().filter_map(|line| line.strip_prefix("    "));
    let names = variants.filter(|line| line.starts_with(char::is_uppercase));
    let name = |line: &str| {
        line.split(['(', ' ', '{', ','])
            .next()
            .unwrap_or_default()
            .to_lowercase()
    };
    names.map(name).chain(["help".to_owned()]).collect()
}

fn check_word(
    word: &str,
    xtask: &BTreeSet<String>,
    footbridge: &BTreeSet<String>,
) -> Option<String> {
    let mut parts = word.split_whitespace();
    match (parts.next(), parts.next(), parts.next()) {
        (Some("cargo"), Some("xtask"), Some(command)) => {
            (!xtask.contains(command)).then(|| format!("`{word}`: cargo xtask has no {command}"))
        }
        (Some("footbridge"), Some(command), _) if !command.starts_with('-') => (!footbridge
            .contains(command))
        .then(|| format!("`{word}`: footbridge has no {command}")),
        (Some(path), None, None) if is_path(path) => {
            let bare = path.split(['#', ':', '*']).next().unwrap_or(path);
            let later = MADE_LATER.iter().any(|made| bare.starts_with(made));
            (!later && !root().join(bare).exists()).then(|| format!("`{path}` does not exist"))
        }
        _ => None,
    }
}

/// Rules of the protocol: each names tests and vectors that exist.
fn check_rules(wrong: &mut Vec<String>) -> Result<()> {
    let protocol = read("docs/protocol.md")?;
    let rows = protocol.lines().filter(|line| {
        let first = line
            .trim_start_matches("| ")
            .split(' ')
            .next()
            .unwrap_or_default();
        line.starts_with("| P") && first[1..].chars().all(|c| c.is_ascii_digit())
    });
    let mut count = 0;
    for row in rows {
        count += 1;
        let words = quoted(row);
        let tests: Vec<&String> = words.iter().filter(|word| word.contains("::")).collect();
        if tests.is_empty() {
            wrong.push(format!("docs/protocol.md: a rule names no test: {row}"));
        }
        for test in tests {
            let Some((file, name)) = test.rsplit_once("::") else {
                continue;
            };
            let text = read(file).unwrap_or_default();
            if !text.contains(&format!("fn {name}(")) {
                wrong.push(format!("docs/protocol.md: there is no test {test}"));
            }
        }
    }
    if count == 0 {
        wrong.push("docs/protocol.md: no numbered rules".into());
    }
    Ok(())
}

/// What is wrong with the documents.
pub(crate) fn check() -> Result<Vec<String>> {
    let xtask: BTreeSet<String> = Cli::command()
        .get_subcommands()
        .map(|command| command.get_name().to_owned())
        .collect();
    let footbridge = footbridge_commands();
    let mut wrong = Vec::new();
    for path in tracked_files()?
        .into_iter()
        .filter(|path| is_document(path))
    {
        let words = quoted(&read(&path)?);
        let found = words
            .iter()
            .filter_map(|word| check_word(word, &xtask, &footbridge));
        wrong.extend(found.map(|what| format!("{path}: {what}")));
    }
    check_rules(&mut wrong)?;
    Ok(wrong)
}

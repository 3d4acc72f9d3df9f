//! The documents: every path, command, option, crate and test that they name exists.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use clap::CommandFactory;
use serde_json::Value;

use crate::run::{read, tracked_files};
use crate::{Cli, arrows, rules};

/// The command line of `footbridge`: its definition alone, without what it does.
#[path = "../../crates/footbridge/src/cli.rs"]
#[allow(dead_code, reason = "only its names are read")]
mod footbridge;

/// The commands of a program, and the options of each.
type Commands = BTreeMap<String, BTreeSet<String>>;

/// What a document may name.
struct House {
    /// All files, and all folders that hold them.
    paths: BTreeSet<String>,
    crates: Vec<String>,
    xtask: Commands,
    footbridge: Commands,
}

fn is_document(path: &str) -> bool {
    let top = !path.contains('/') || path.starts_with("docs/");
    top && path.ends_with(".md")
}

/// A document's lines, each with whether it stands in a fenced block.
fn lines(text: &str) -> impl Iterator<Item = (bool, &str)> {
    let mut in_block = false;
    text.lines().filter_map(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        in_block ^= is_fence;
        (!is_fence).then_some((in_block, line))
    })
}

/// What stands between backticks; what is quoted may go on in the next line of its paragraph.
pub(crate) fn quoted(text: &str) -> Vec<String> {
    let mut paragraphs = vec![String::new()];
    for (in_block, line) in lines(text) {
        // A new paragraph begins after an empty line, at a block, at a row and at an item: a stray backtick ends there.
        let begins = line.trim().is_empty()
            || in_block
            || ["|", "#", "* ", "- "]
                .iter()
                .any(|mark| line.starts_with(mark));
        if begins {
            paragraphs.push(String::new());
        }
        if let Some(paragraph) = paragraphs.last_mut().filter(|_| !in_block) {
            paragraph.push_str(line);
            paragraph.push(' ');
        }
    }
    let quoted = paragraphs.iter().flat_map(|paragraph| {
        let count = paragraph.split('`').count();
        let parts = paragraph.split('`').enumerate();
        // One that is never closed quotes nothing.
        parts.filter(move |(place, _)| place % 2 == 1 && place + 1 < count)
    });
    quoted.map(|(_, part)| part.to_owned()).collect()
}

/// The commands that stand in fenced blocks, without what is said about them.
fn in_blocks(text: &str) -> Vec<String> {
    let blocks = lines(text).filter(|(in_block, _)| *in_block);
    let commands = blocks.map(|(_, line)| line.split(" #").next().unwrap_or_default().trim());
    let is_ours = |line: &&str| line.starts_with("cargo ") || line.starts_with("footbridge ");
    commands.filter(is_ours).map(str::to_owned).collect()
}

/// All commands of a program by their words, with the options of each.
fn commands(program: &clap::Command) -> Commands {
    let mut found = Commands::new();
    for command in program.get_subcommands() {
        let options = command.get_arguments().filter_map(clap::Arg::get_long);
        let name = command.get_name();
        found.insert(name.to_owned(), options.map(str::to_owned).collect());
        let below = commands(command).into_iter();
        found.extend(below.map(|(command, options)| (format!("{name} {command}"), options)));
    }
    found
}

/// What is wrong with a command of ours: its name, or its options.
fn wrong_command(program: &str, line: &str, known: &Commands) -> Option<String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let (first, rest) = words.split_first()?;
    if first.starts_with('-') || *first == "help" {
        return None;
    }
    let below = rest.first().map(|second| format!("{first} {second}"));
    let nested = below.filter(|command| known.contains_key(command));
    let words = rest.iter().skip(usize::from(nested.is_some()));
    let command = nested.unwrap_or_else(|| (*first).to_owned());
    let Some(options) = known.get(&command) else {
        return Some(format!("`{program} {line}`: {program} has no {command}"));
    };
    let named = words.filter_map(|word| word.strip_prefix("--"));
    let mut named = named.map(|option| option.split('=').next().unwrap_or(option));
    let unknown =
        named.find(|option| !matches!(*option, "" | "help") && !options.contains(*option));
    unknown.map(|option| format!("`{program} {line}`: {program} {command} has no --{option}"))
}

impl House {
    fn read(metadata: &Value) -> Result<House> {
        let mut paths = BTreeSet::new();
        for path in tracked_files()? {
            let folders = path
                .match_indices('/')
                .filter_map(|(end, _)| path.get(..end));
            paths.extend(folders.map(str::to_owned));
            paths.insert(path);
        }
        let footbridge = commands(&footbridge::Cli::command());
        let mut xtask = commands(&Cli::command());
        // `cargo xtask demo` hands what it does not know to `footbridge demo`.
        let handed = footbridge.get("demo").cloned().unwrap_or_default();
        xtask.entry("demo".into()).or_default().extend(handed);
        Ok(House {
            paths,
            crates: arrows::members(metadata),
            xtask,
            footbridge,
        })
    }

    /// Whether a word is meant as a path: it begins with one of our folders, or is a file's name alone.
    fn is_path(&self, word: &str) -> bool {
        let endings = [
            ".md", ".toml", ".rs", ".mjs", ".js", ".css", ".html", ".json",
        ];
        match word.split_once('/') {
            Some((first, _)) => self.paths.contains(first),
            None => endings.iter().any(|ending| {
                let stem = word.strip_suffix(ending).unwrap_or_default();
                !stem.is_empty() && stem.bytes().all(|byte| byte.is_ascii_graphic())
            }),
        }
    }

    fn wrong_path(&self, word: &str) -> Option<String> {
        let bare = word.split(['#', '*', ':']).next().unwrap_or(word);
        let bare = bare.trim_end_matches('/');
        let is_there = self.paths.contains(bare)
            || !bare.contains('/')
                && self
                    .paths
                    .iter()
                    .any(|path| path.rsplit('/').next() == Some(bare));
        (!is_there).then(|| format!("`{word}` does not exist"))
    }

    fn wrong_crate(&self, line: &str) -> Option<String> {
        let mut words = line.split_whitespace();
        words.find(|word| matches!(*word, "-p" | "--package"))?;
        let name = words.next()?;
        (!self.crates.iter().any(|known| known == name))
            .then(|| format!("`cargo {line}`: there is no crate {name}"))
    }

    /// What is wrong with something that a document names.
    fn wrong(&self, word: &str) -> Option<String> {
        if let Some(line) = word.strip_prefix("cargo xtask ") {
            return wrong_command("cargo xtask", line, &self.xtask);
        }
        if let Some(line) = word.strip_prefix("footbridge ") {
            return wrong_command("footbridge", line, &self.footbridge);
        }
        if let Some(line) = word.strip_prefix("cargo ") {
            return self.wrong_crate(line);
        }
        if word.contains(".rs::") {
            return rules::missing_test(word);
        }
        let is_path = !word.contains(char::is_whitespace) && self.is_path(word);
        is_path.then(|| self.wrong_path(word)).flatten()
    }
}

/// `ARCHITECTURE.md` has a section for each crate, in the order of `Cargo.toml`.
fn sections(architecture: &str, crates: &[String], paths: &BTreeSet<String>) -> Vec<String> {
    let sections: Vec<&str> = architecture
        .lines()
        .filter_map(|line| line.strip_prefix("`crates/")?.split_once('`'))
        .map(|(name, _)| name)
        .collect();
    let due: Vec<&str> = crates
        .iter()
        .map(String::as_str)
        .filter(|name| paths.contains(&format!("crates/{name}")))
        .collect();
    let missing = due.iter().filter(|name| !sections.contains(name));
    let mut wrong: Vec<String> = missing
        .map(|name| format!("ARCHITECTURE.md has no section for crates/{name}"))
        .collect();
    if wrong.is_empty() && sections != due {
        wrong.push("the sections of ARCHITECTURE.md are not in the order of Cargo.toml".into());
    }
    wrong
}

/// What is wrong with the documents.
pub(crate) fn check(metadata: &Value) -> Result<Vec<String>> {
    let house = House::read(metadata)?;
    let architecture = read("ARCHITECTURE.md")?;
    let mut wrong = sections(&architecture, &house.crates, &house.paths);
    for path in house.paths.iter().filter(|path| is_document(path)) {
        let text = read(path)?;
        let words = quoted(&text).into_iter().chain(in_blocks(&text));
        let found = words.filter_map(|word| house.wrong(&word));
        wrong.extend(found.map(|what| format!("{path}: {what}")));
    }
    Ok(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn house() -> House {
        let paths = [
            "Cargo.toml",
            "README.md",
            "docs",
            "docs/protocol.md",
            "crates",
            "crates/wire",
        ];
        House {
            paths: paths.into_iter().map(str::to_owned).collect(),
            crates: vec!["wire".into()],
            xtask: commands(&Cli::command()),
            footbridge: commands(&footbridge::Cli::command()),
        }
    }

    #[test]
    fn what_exists_may_be_named() {
        let named = [
            "docs/protocol.md",
            "protocol.md",
            "crates/wire",
            "docs/",
            "cargo xtask tidy --json",
            "cargo test -p wire",
            "footbridge init --root-keys 3",
            "footbridge completions",
            "footbridge delegate draft --relay https://line.example --coordinator KEY",
            "footbridge delegate",
            "footbridge --help",
            "GET /v1/line",
            "rng",
        ];
        for word in named {
            assert_eq!(house().wrong(word), None);
        }
    }

    #[test]
    fn what_is_gone_is_found() {
        let gone = [
            "docs/protocols.md",
            "GONE.md",
            "crates/wires",
            "cargo xtask tidied",
            "cargo xtask tidy --jason",
            "cargo test -p wires",
            "footbridge initiate",
            "footbridge init --root-key 3",
            "footbridge delegate --threshold 2",
            "footbridge delegate sign --threshold 2",
            "crates/wires/src/lib.rs::a_test",
        ];
        for word in gone {
            assert!(house().wrong(word).is_some(), "{word}");
        }
    }

    #[test]
    fn what_is_quoted_may_cross_a_line_and_blocks_are_read_as_commands() {
        let text = "one `two\nthree` four `five`\n\nstray ` here\n\n* `six`\n```\ncargo xtask page   # why\n  `seven`\n```\n`eight`";
        assert_eq!(quoted(text), ["two three", "five", "six", "eight"]);
        assert_eq!(in_blocks(text), ["cargo xtask page"]);
    }

    #[test]
    fn a_crate_without_a_section_and_a_wrong_order_are_found() {
        let crates = ["wire".to_owned(), "words".to_owned()];
        let paths = ["crates/wire", "crates/words"].map(str::to_owned).into();
        assert_eq!(
            sections("`crates/wire`. a\n`crates/words`. b", &crates, &paths).len(),
            0
        );
        assert_eq!(
            sections("`crates/words`. b\n`crates/wire`. a", &crates, &paths).len(),
            1
        );
        assert_eq!(sections("`crates/words`. b", &crates, &paths).len(), 1);
    }
}

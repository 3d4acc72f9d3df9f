//! `cargo xtask tidy`: the house is as its documents say.

use anyhow::{Result, bail};
use serde_json::json;

use crate::{arrows, documents, fuzz, rules, sources, strings};

/// One check, and what became of it.
struct Check {
    name: &'static str,
    /// What to do when it finds something.
    remedy: &'static str,
    /// What is wrong; nothing if all is in order.
    wrong: Vec<String>,
}

/// A check that can't be made is itself something wrong, and does not keep the others from being made.
fn check(name: &'static str, remedy: &'static str, found: Result<Vec<String>>) -> Check {
    let wrong = found.unwrap_or_else(|error| vec![format!("{error:#}")]);
    Check {
        name,
        remedy,
        wrong,
    }
}

fn all() -> Result<Vec<Check>> {
    let metadata = arrows::metadata()?;
    Ok(vec![
        check(
            "arrows",
            "remove the dependency; or, if the arrow is meant, write the decision in docs/decisions and add it to arrows.toml",
            arrows::check(&metadata),
        ),
        check(
            "documents",
            "name what exists now, or bring back what the document promises",
            documents::check(&metadata),
        ),
        check(
            "rules",
            "give each rule in docs/protocol.md its number, its test as file.rs::name, and its vectors",
            rules::check(),
        ),
        check(
            "sources",
            "split the file, finish the work or take the line out; comments say why",
            sources::check(),
        ),
        check(
            "strings",
            "write each text in every language, with the same variables, in short words and sentences; crates/page/strings/README.md",
            Ok(strings::check()),
        ),
        check(
            "fuzz targets",
            "list the target in fuzz/targets.rs and put at least one file into its corpus",
            fuzz::check(),
        ),
    ])
}

/// `cargo xtask tidy`.
pub(crate) fn run(as_json: bool) -> Result<()> {
    let checks = all()?;
    let count: usize = checks.iter().map(|check| check.wrong.len()).sum();
    if as_json {
        let checks: serde_json::Map<_, _> = checks
            .into_iter()
            .map(|check| (check.name.to_owned(), json!(check.wrong)))
            .collect();
        println!("{}", json!({"tidy": count == 0, "wrong": checks}));
    } else {
        for check in checks {
            print(&check);
        }
    }
    if count > 0 {
        bail!("tidy found {count} that are not in order");
    }
    Ok(())
}

fn print(check: &Check) {
    if check.wrong.is_empty() {
        println!("{:13} in order", check.name);
        return;
    }
    println!(
        "{:13} {} not in order: {}",
        check.name,
        check.wrong.len(),
        check.remedy
    );
    for what in &check.wrong {
        println!("  {what}");
    }
}

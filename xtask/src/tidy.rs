//! `cargo xtask tidy`: the house is as its documents say.

use anyhow::{Result, bail};
use serde_json::json;

use crate::{arrows, documents, sources, strings};

/// `cargo xtask tidy`.
pub(crate) fn run(as_json: bool) -> Result<()> {
    let mut checks = vec![
        ("arrows", arrows::check()?),
        ("documents", documents::check()?),
        ("sources", sources::check()?),
    ];
    for directory in strings::DIRECTORIES {
        checks.push((directory, strings::check(directory)?));
    }
    let count: usize = checks.iter().map(|(_, wrong)| wrong.len()).sum();
    if as_json {
        let checks: serde_json::Map<_, _> = checks
            .into_iter()
            .map(|(name, wrong)| (name.to_owned(), json!(wrong)))
            .collect();
        println!("{}", json!({"tidy": count == 0, "wrong": checks}));
    } else {
        for (name, wrong) in checks {
            println!(
                "{name}: {}",
                if wrong.is_empty() {
                    "in order"
                } else {
                    "not in order"
                }
            );
            for what in wrong {
                println!("  {what}");
            }
        }
    }
    if count > 0 {
        bail!("{count} things are not in order");
    }
    Ok(())
}

//! `cargo xtask fuzz`: the real fuzzer on the targets of `fuzz/targets.rs`. Their corpora are replayed by a test on every change.

use anyhow::{Context, Result, bail};

use crate::run::{has, output, read, root, run as run_program};

/// The names of the targets: the binaries of `fuzz/Cargo.toml`.
fn targets(manifest: &str) -> Result<Vec<String>> {
    let manifest: toml::Table = manifest.parse().context("fuzz/Cargo.toml")?;
    let binaries = manifest.get("bin").and_then(toml::Value::as_array);
    let names = binaries.into_iter().flatten().filter_map(|binary| {
        let name = binary.get("name").and_then(toml::Value::as_str);
        name.map(str::to_owned)
    });
    Ok(names.collect())
}

/// Each target of the fuzzer is in the list that the test replays, and has a corpus.
pub(crate) fn check() -> Result<Vec<String>> {
    let shared = read("fuzz/targets.rs")?;
    let mut wrong = Vec::new();
    for name in targets(&read("fuzz/Cargo.toml")?)? {
        if !shared.contains(&format!("(\"{name}\", {name})")) {
            wrong.push(format!("fuzz/targets.rs does not list {name}"));
        }
        let corpus = std::fs::read_dir(root().join("fuzz/corpus").join(&name));
        if corpus.map_or(0, Iterator::count) == 0 {
            wrong.push(format!("fuzz/corpus/{name} is empty"));
        }
    }
    Ok(wrong)
}

/// `cargo xtask fuzz`.
pub(crate) fn run(seconds: u32, only: Option<&str>) -> Result<()> {
    if !has("cargo-fuzz", "--version") {
        bail!("cargo-fuzz is missing: cargo install cargo-fuzz");
    }
    let toolchains = output("rustup", &["toolchain", "list"]).unwrap_or_default();
    if !toolchains.lines().any(|line| line.starts_with("nightly")) {
        bail!("the fuzzer needs nightly Rust: rustup toolchain install nightly --profile minimal");
    }
    let all = targets(&read("fuzz/Cargo.toml")?)?;
    let chosen: Vec<&String> = all
        .iter()
        .filter(|name| only.is_none_or(|only| only == *name))
        .collect();
    if chosen.is_empty() {
        bail!("there is no such target; there are: {}", all.join(", "));
    }
    let time = format!("-max_total_time={seconds}");
    for target in chosen {
        eprintln!("fuzzing {target} for {seconds} s");
        // What it finds goes into the first directory; the committed corpus is only read.
        let found = format!("target/fuzz-corpus/{target}");
        let committed = format!("fuzz/corpus/{target}");
        std::fs::create_dir_all(root().join(&found))?;
        let arguments = [
            "+nightly",
            "fuzz",
            "run",
            target,
            &found,
            &committed,
            "--",
            &time,
            "-verbosity=0",
            "-print_final_stats=1",
        ];
        run_program("cargo", &arguments).with_context(|| {
            format!("{target}: keep the file that it names in fuzz/corpus/{target}, then mend what it found")
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_targets_are_the_binaries() {
        let manifest = "[[bin]]\nname = 'one'\n[[bin]]\nname = 'two'\n";
        assert_eq!(targets(manifest).unwrap(), ["one", "two"]);
        assert!(targets("no manifest").is_err());
    }
}

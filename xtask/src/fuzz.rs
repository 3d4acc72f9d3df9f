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

/// Ticks of the kernel's clock in `/proc`, a second.
const TICKS: f64 = 100.0;
/// Where it stands how long each target was fuzzed on this machine, in all runs.
const RECORD: &str = "target/fuzz-cpu-seconds.toml";

/// Processor time of all programs that this one has run and waited for, and of theirs, in seconds, out of `/proc/self/stat`.
fn children_seconds(stat: &str) -> Option<f64> {
    // After the name, which may hold anything: the state is the third field, and theirs are the 16th and 17th.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |field: usize| fields.get(field - 3)?.parse::<f64>().ok();
    Some((ticks(16)? + ticks(17)?) / TICKS)
}

fn spent() -> Result<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    children_seconds(&stat).context("/proc/self/stat")
}

/// Adds what a target was fuzzed to what stands of earlier runs, and gives the sum.
fn record(target: &str, seconds: f64) -> Result<f64> {
    let path = root().join(RECORD);
    let held = std::fs::read_to_string(&path).unwrap_or_default();
    let mut table: toml::Table = held.parse().context(RECORD)?;
    let before = table.get(target).and_then(toml::Value::as_float);
    let sum = before.unwrap_or_default() + seconds;
    table.insert(target.to_owned(), toml::Value::Float(sum));
    std::fs::write(&path, table.to_string())?;
    Ok(sum)
}

/// `cargo xtask fuzz`; gives the processor seconds of all targets in this run.
pub(crate) fn run(seconds: u32, only: Option<&str>) -> Result<f64> {
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
    let mut all_seconds = 0.0;
    for target in chosen {
        // By itself, so that building it does not count as fuzzing.
        run_program("cargo", &["+nightly", "fuzz", "build", target])?;
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
        let before = spent()?;
        let fuzzed = run_program("cargo", &arguments);
        let own = spent()? - before;
        let sum = record(target, own)?;
        all_seconds += own;
        eprintln!("{target}: {own:.0} s of a processor, {sum:.0} s in all runs here");
        fuzzed.with_context(|| {
            format!("{target}: keep the file that it names in fuzz/corpus/{target}, then mend what it found")
        })?;
    }
    Ok(all_seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_is_that_of_the_programs_that_were_waited_for() {
        let stat = "7 (x) y) R 1 2 3 4 5 6 7 8 9 10 11000 12000 150 250 20 0 1 0";
        assert_eq!(children_seconds(stat), Some(4.0));
        assert_eq!(children_seconds("7 (x) R 1"), None);
    }

    #[test]
    fn the_targets_are_the_binaries() {
        let manifest = "[[bin]]\nname = 'one'\n[[bin]]\nname = 'two'\n";
        assert_eq!(targets(manifest).unwrap(), ["one", "two"]);
        assert!(targets("no manifest").is_err());
    }
}

//! `cargo xtask reproduce`: the page is built twice from what is committed, at two places, and compared byte by byte.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::run::{output, root};

/// Where the page's files are in a checkout.
const FILES: &str = "target/page-files";
/// Two places that differ in what must not matter: the path and its length, the clock's zone, the language, and the kind of sort order.
const PLACES: [(&str, &str, &str); 2] = [
    ("a", "UTC", "C"),
    (
        "another/place with a longer path/b",
        "Asia/Seoul",
        "ko_KR.UTF-8",
    ),
];

/// A directory that goes away with its value.
struct Ground(PathBuf);

impl Drop for Ground {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Checks out what is committed and builds the page there.
fn build(place: &Path, zone: &str, language: &str) -> Result<()> {
    std::fs::create_dir_all(place.parent().context("a place has a parent")?)?;
    let cloned = Command::new("git")
        .args(["clone", "--quiet", "--local"])
        .args([root().as_path(), place])
        .status()?;
    if !cloned.success() {
        bail!("git can't check out what is committed");
    }
    let built = Command::new("cargo")
        .args(["xtask", "page"])
        .current_dir(place)
        .env("TZ", zone)
        .env("LC_ALL", language)
        .env_remove("CARGO_TARGET_DIR")
        .env_remove("RUSTFLAGS")
        .stdout(std::process::Stdio::null())
        .status()?;
    if !built.success() {
        bail!("the page does not build in {}", place.display());
    }
    Ok(())
}

/// The files of a directory by name, without what is only compressed anew.
fn files(directory: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let entries = std::fs::read_dir(directory).with_context(|| {
        format!(
            "can't read {}; `cargo xtask page` makes it",
            directory.display()
        )
    })?;
    let mut files = BTreeMap::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".html") || name.ends_with(".json") {
            files.insert(name, std::fs::read(entry.path())?);
        }
    }
    Ok(files)
}

/// Where two sets of files differ, in words; nothing when they are the same.
fn differences(one: &BTreeMap<String, Vec<u8>>, two: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let mut found = Vec::new();
    for (name, bytes) in one {
        let Some(other) = two.get(name) else {
            found.push(format!("{name} is in one of them only"));
            continue;
        };
        let at = bytes.iter().zip(other).position(|(one, two)| one != two);
        match at {
            Some(at) => found.push(format!("{name} differs from byte {at} on")),
            None if bytes.len() != other.len() => {
                found.push(format!(
                    "{name} has {} and {} bytes",
                    bytes.len(),
                    other.len()
                ));
            }
            None => {}
        }
    }
    let more = two.keys().filter(|name| !one.contains_key(*name));
    found.extend(more.map(|name| format!("{name} is in one of them only")));
    found
}

fn sum(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .fold(String::new(), |mut text, byte| {
            // Writing into a text does not fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// `cargo xtask reproduce`.
pub(crate) fn run(against: Option<&Path>, as_json: bool) -> Result<()> {
    let is_changed =
        output("git", &["status", "--porcelain"]).is_none_or(|said| !said.trim().is_empty());
    if is_changed {
        eprintln!(
            "there are changes that are not committed: what is compared is the last commit without them"
        );
    }
    let commit = output("git", &["rev-parse", "HEAD"]).unwrap_or_default();
    let ground =
        Ground(std::env::temp_dir().join(format!("footbridge-reproduce-{}", std::process::id())));
    let mut built = Vec::new();
    for (number, (place, zone, language)) in (1..).zip(PLACES) {
        eprintln!(
            "building the page, {number} of {} (some minutes)",
            PLACES.len()
        );
        let place = ground.0.join(place);
        build(&place, zone, language)?;
        built.push(files(&place.join(FILES))?);
    }
    if let Some(directory) = against {
        built.push(files(directory)?);
    }
    let (first, others) = built.split_first().context("it was built")?;
    let wrong: Vec<String> = others
        .iter()
        .flat_map(|other| differences(first, other))
        .collect();
    let sums: BTreeMap<&String, String> = first
        .iter()
        .map(|(name, bytes)| (name, sum(bytes)))
        .collect();
    if as_json {
        println!(
            "{}",
            json!({"commit": commit.trim(), "same": wrong.is_empty(), "differences": wrong, "sha256": sums})
        );
    } else {
        for (name, sum) in &sums {
            println!("{sum}  {name}");
        }
        for line in &wrong {
            println!("{line}");
        }
    }
    if !wrong.is_empty() {
        bail!("the page that was built is not the same everywhere");
    }
    if !as_json {
        println!("commit {}: the same bytes at both places", commit.trim());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(files: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
        let files = files.iter();
        files
            .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()))
            .collect()
    }

    #[test]
    fn each_difference_is_told_with_its_place() {
        let one = set(&[("a", "same"), ("b", "abc"), ("c", "abc"), ("d", "x")]);
        let two = set(&[("a", "same"), ("b", "abd"), ("c", "abcd"), ("e", "x")]);
        let told = differences(&one, &two);
        let due = [
            "b differs from byte 2 on",
            "c has 3 and 4 bytes",
            "d is in one of them only",
            "e is in one of them only",
        ];
        assert_eq!(told, due);
        assert_eq!(differences(&one, &one), [""; 0]);
    }

    #[test]
    fn a_sum_is_as_sha256sum_prints_it() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(sum(b""), empty);
    }
}

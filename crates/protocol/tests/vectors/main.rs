//! The wire formats as files: every vector in `vectors/` is accepted or refused as it says, natively and in WebAssembly.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing
)]

mod check;
#[path = "../ground/mod.rs"]
#[cfg(not(target_family = "wasm"))]
mod ground;
#[cfg(not(target_family = "wasm"))]
mod make;
mod published;

use std::path::{Path, PathBuf};

use check::Inputs;
use serde_json::Value;

/// Where the vectors are; in WebAssembly `vectors/run-wasm.mjs` puts them at the root.
fn directory() -> PathBuf {
    if cfg!(target_family = "wasm") {
        "/vectors".into()
    } else {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors")
    }
}

fn names(directory: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).expect("a directory of vectors");
    let mut names: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    names.sort();
    names
}

/// Checks one file. Returns what is wrong with it.
fn wrong(topic: &str, verdict: &str, path: &Path) -> Option<String> {
    let text = std::fs::read_to_string(path).expect("a vector");
    let vector: Value = serde_json::from_str(&text).expect("JSON");
    let field = |name: &str| vector[name].as_str().unwrap_or_default().to_owned();
    if Path::new(&field("name")).file_name() != path.file_stem() {
        return Some("its name is not that of its file".into());
    }
    let expected = field("expect");
    if expected.split(':').next() != Some(verdict) {
        return Some(format!("it stands under {verdict} and expects {expected}"));
    }
    let found = match check::check(topic, &Inputs::new(&vector["inputs"])) {
        Ok(gives) if gives == vector["gives"] => "accept".into(),
        Ok(gives) => format!("accept, but it gives {gives}"),
        Err(refused) => format!("reject: {refused}"),
    };
    (found != expected).then(|| format!("expected {expected}, found {found}"))
}

#[test]
fn every_vector_holds() {
    let mut wrongs = Vec::new();
    let (mut accepted, mut rejected) = (0, 0);
    for topic in names(&directory()).into_iter().filter(|path| path.is_dir()) {
        let name = topic.file_name().unwrap().to_str().unwrap();
        for verdict in ["accept", "reject"] {
            let held = topic.join(verdict);
            if !held.exists() {
                continue;
            }
            for path in names(&held) {
                *(if verdict == "accept" {
                    &mut accepted
                } else {
                    &mut rejected
                }) += 1;
                if let Some(what) = wrong(name, verdict, &path) {
                    wrongs.push(format!("{}: {what}", path.display()));
                }
            }
        }
    }
    println!("{accepted} accepted, {rejected} refused");
    assert!(wrongs.is_empty(), "{}", wrongs.join("\n"));
    assert!(
        accepted >= 30 && rejected > 2 * accepted,
        "{accepted} to accept, {rejected} to reject"
    );
}

/// Writes all vectors anew; what changes in them then has to be argued for.
#[cfg(not(target_family = "wasm"))]
#[test]
#[ignore = "writes files"]
fn make() {
    make::all(&directory());
}

#[cfg(not(target_family = "wasm"))]
#[test]
fn the_files_are_what_the_generator_makes() {
    let mut wrongs = Vec::new();
    for (path, text) in make::files() {
        let kept = std::fs::read_to_string(directory().join(&path)).unwrap_or_default();
        if kept != text {
            wrongs.push(path);
        }
    }
    assert!(
        wrongs.is_empty(),
        "differ from what is made now: {wrongs:?}"
    );
}

//! A process that is killed in the middle of writing: what it acknowledged is there once, what it destroyed is gone.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use relay::conformance::numbered_post;
use relay::{Sequence, Store, envelope_hash, shred_hash};
use store_sqlite::SqliteStore;
use wire::Day;

/// Tells the child where to write; without it the child does nothing.
const DIRECTORY: &str = "FOOTBRIDGE_TEST_STORE";
const ROUND: &str = "FOOTBRIDGE_TEST_ROUND";
const ROUNDS: u32 = 4;
/// How many acknowledgements the child gives before it is killed, at least.
const ENOUGH: usize = 150;

fn say(what: &str, number: u32) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n{what} {number}").unwrap();
    out.flush().unwrap();
}

/// Eight writers at once; each destroys every third of its own posts.
async fn write_for_ever(directory: &Path, round: u32) {
    let store = Arc::new(SqliteStore::open(directory).unwrap());
    let writers = (0..8).map(|writer| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            for count in 0.. {
                let number = round * 1_000_000 + count * 8 + writer;
                let post = numbered_post(number);
                let hash = envelope_hash(&post);
                store.append(Sequence::Tray, post, Day(1)).await.unwrap();
                if count % 3 == 0 {
                    let token = shred_hash(&[7; 32]);
                    store.shred(Sequence::Tray, hash, token).await.unwrap();
                    say("destroyed", number);
                } else {
                    say("kept", number);
                }
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
}

#[tokio::test]
#[ignore = "the child of the other test"]
async fn child() {
    let (Ok(directory), Ok(round)) = (std::env::var(DIRECTORY), std::env::var(ROUND)) else {
        return;
    };
    write_for_ever(Path::new(&directory), round.parse().unwrap()).await;
}

/// What a child said before it was killed.
fn run_and_kill(directory: &Path, round: u32) -> Vec<(String, u32)> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--ignored", "--nocapture"])
        .env(DIRECTORY, directory)
        .env(ROUND, round.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = Vec::new();
    let mut is_killed = false;
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        if let Some((what @ ("kept" | "destroyed"), number)) = line.split_once(' ')
            && let Ok(number) = number.parse()
        {
            said.push((what.to_owned(), number));
        }
        if said.len() >= ENOUGH && !is_killed {
            child.kill().unwrap();
            is_killed = true;
        }
    }
    let _ = child.wait().unwrap();
    assert!(is_killed, "the child ended by itself");
    said
}

#[tokio::test]
async fn a_killed_process_loses_nothing_that_it_acknowledged() {
    let directory = tempfile::tempdir().unwrap();
    let mut kept = BTreeSet::new();
    let mut destroyed = BTreeSet::new();
    for round in 1..=ROUNDS {
        let mut said = run_and_kill(directory.path(), round);
        // The last line may have been cut by the end of the process.
        said.pop();
        for (what, number) in said {
            match what.as_str() {
                "kept" => kept.insert(number),
                _ => destroyed.insert(number),
            };
        }
        let store = SqliteStore::open(directory.path()).unwrap();
        let held = store.read(Sequence::Tray, 0, usize::MAX).await.unwrap();
        let mut once = BTreeSet::new();
        for item in &held {
            let number = item.envelope.header().epoch;
            assert!(
                item.envelope == numbered_post(number),
                "{number} byte for byte"
            );
            assert!(once.insert(number), "{number} is there twice");
        }
        let lost: Vec<_> = kept.difference(&once).collect();
        assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
        let spared: Vec<_> = destroyed.intersection(&once).collect();
        assert!(spared.is_empty(), "destroyed and still there: {spared:?}");
    }
}

//! `cargo xtask bench stores`: durable appends per second of both stores, in one run on the same machine, without HTTP.
//!
//! SQLite with `synchronous=FULL` and a key for each row; PostgreSQL in a cluster of its own with `fsync`, `full_page_writes` and
//! `synchronous_commit` on, over a Unix socket. Each reaches its own disk in the same directory's file system.

#![allow(
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    reason = "a benchmark reads the clock and counts what fits into a float"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use ground_postgres::Ground;
use relay::{Sequence, Store};
use serde::Serialize;
use store_postgres::PostgresStore;
use store_sqlite::SqliteStore;
use wire::{Day, LineId};

use crate::sample::Posts;

/// How many writers append at once, in turn.
const WRITERS: [u64; 2] = [1, 64];
/// For how long each is measured, twice, by turns.
const SECONDS: u64 = 3;
const TURNS: u64 = 2;

/// Both stores with as many writers.
#[derive(Serialize)]
pub(crate) struct Both {
    writers: u64,
    sqlite_per_second: f64,
    postgresql_per_second: f64,
    /// How many times as fast SQLite is.
    ratio: f64,
}

/// Acknowledged appends per second, by as many writers at once; `turn` keeps what they write apart from that of other turns.
///
/// # Errors
/// When the store refuses one.
pub(crate) async fn per_second<S: Store>(
    store: &Arc<S>,
    writers: u64,
    turn: u64,
    time: Duration,
) -> Result<f64> {
    let begin = Instant::now();
    let end = begin + time;
    let appending: Vec<_> = (0..writers)
        .map(|writer| {
            let store = Arc::clone(store);
            let seed = turn * 1_000_000 + writers * 1_000 + writer;
            let mut posts = Posts::new(&LineId([0; 32]), seed);
            tokio::spawn(async move {
                let mut count = 0_u64;
                while Instant::now() < end {
                    store.append(Sequence::Tray, posts.next()?, Day(1)).await?;
                    count += 1;
                }
                anyhow::Ok(count)
            })
        })
        .collect();
    let mut count = 0;
    for writer in appending {
        count += writer.await??;
    }
    Ok(count as f64 / begin.elapsed().as_secs_f64())
}

/// Runs the benchmark.
///
/// # Errors
/// When a store can't be made or refuses an append: a run with refusals is no measurement.
pub(crate) async fn run() -> Result<Vec<Both>> {
    let directory = tempfile::tempdir()?;
    let ground = Ground::start(&[]).map_err(anyhow::Error::msg)?;
    let url = ground.create("line").map_err(anyhow::Error::msg)?;
    let sqlite = Arc::new(SqliteStore::open(directory.path())?);
    let postgres = Arc::new(PostgresStore::open(&url).await.context("the database")?);
    let time = Duration::from_secs(SECONDS);
    let mut all = Vec::new();
    for writers in WRITERS {
        let (mut one, mut other) = (0.0, 0.0);
        for turn in 0..TURNS {
            one += per_second(&sqlite, writers, turn, time).await?;
            other += per_second(&postgres, writers, turn, time).await?;
        }
        all.push(Both {
            writers,
            sqlite_per_second: one / TURNS as f64,
            postgresql_per_second: other / TURNS as f64,
            ratio: one / other,
        });
    }
    Ok(all)
}

/// The figures in lines for a person.
pub(crate) fn print(all: &[Both]) {
    for both in all {
        println!(
            "{:3} writers  SQLite {:8.0} posts/s  PostgreSQL {:8.0} posts/s  ratio {:.2}",
            both.writers, both.sqlite_per_second, both.postgresql_per_second, both.ratio
        );
    }
}

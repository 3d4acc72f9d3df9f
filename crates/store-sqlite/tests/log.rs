//! The write-ahead log under load: it is copied beside the writer, and begins anew.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::sync::Arc;
use std::time::Duration;

use relay::conformance::numbered_post;
use relay::{Sequence, Store};
use store_sqlite::{SqliteStore, files};
use wire::Day;

const WRITERS: u32 = 64;
const EACH: u32 = 160;
/// All that is written comes to more than twice as much.
const MOST: u64 = 32 << 20;

#[tokio::test(flavor = "multi_thread")]
async fn the_log_stays_short_however_much_is_written() {
    let directory = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(directory.path()).unwrap());
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                for number in writer * EACH..(writer + 1) * EACH {
                    let post = numbered_post(number);
                    let appended = store.append(Sequence::Tray, post, Day(20_000)).await;
                    assert!(appended.unwrap().fresh);
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let [database, _] = files(directory.path());
    let log = database.with_extension("sqlite3-wal");
    let bytes = log.metadata().unwrap().len();
    assert!(bytes < MOST, "the log is {bytes} bytes long");
    assert!(database.metadata().unwrap().len() > u64::from(WRITERS * EACH) * 4096);
    assert_eq!(
        store.last(Sequence::Tray).await,
        Ok(u64::from(WRITERS * EACH))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_waits_for_whoever_holds_the_lock_for_a_moment() {
    let directory = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(directory.path()).unwrap();
    let day = Day(20_000);
    store
        .append(Sequence::Tray, numbered_post(1), day)
        .await
        .unwrap();
    // As a reader does that meets the log's head just while it is written, only longer.
    let [database, _] = files(directory.path());
    let holder = rusqlite::Connection::open(database).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut append = Box::pin(store.append(Sequence::Tray, numbered_post(2), day));
    let early = tokio::time::timeout(Duration::from_millis(200), &mut append).await;
    assert!(early.is_err(), "it did not wait: {early:?}");
    holder.execute_batch("COMMIT").unwrap();
    assert!(append.await.unwrap().fresh);
}

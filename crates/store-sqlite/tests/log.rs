//! The write-ahead log under load: it is copied beside the writer, and begins anew.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

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
async fn whoever_reads_at_the_same_moment_has_no_write_refused() {
    let directory = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(directory.path()).unwrap());
    let is_over = Arc::new(AtomicBool::new(false));
    let readers: Vec<_> = (0..8)
        .map(|_| {
            let (store, is_over) = (Arc::clone(&store), Arc::clone(&is_over));
            tokio::spawn(async move {
                while !is_over.load(Ordering::Relaxed) {
                    store.last(Sequence::Tray).await.unwrap();
                }
            })
        })
        .collect();
    for number in 0..3_000 {
        let appended = store
            .append(Sequence::Tray, numbered_post(number), Day(20_000))
            .await;
        assert!(appended.is_ok(), "post {number}: {appended:?}");
    }
    is_over.store(true, Ordering::Relaxed);
    for reader in readers {
        reader.await.unwrap();
    }
}

//! What lies on the disk: it opens only with its key, it has the schema written down, and it belongs to one process.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::path::Path;

use relay::conformance::envelope;
use relay::{Sequence, SlotKey, SlotReplace, Store, envelope_hash, shred_hash};
use rusqlite::Connection;
use store_sqlite::{OpenError, SqliteStore};
use wire::{Day, Kind, SlotContent};

const TODAY: Day = Day(20_000);
const DATABASE: &str = "line.sqlite3";
const CELLS: &str = "line.cells";
const SLOT: SlotKey = SlotKey([4; 32]);

async fn append(store: &SqliteStore, number: u8) {
    let post = envelope(Kind::Post, number);
    store.append(Sequence::Tray, post, TODAY).await.unwrap();
}

async fn shred(store: &SqliteStore, number: u8) {
    let hash = envelope_hash(&envelope(Kind::Post, number));
    let token = shred_hash(&[number; 32]);
    store.shred(Sequence::Tray, hash, token).await.unwrap();
}

async fn held(store: &SqliteStore) -> Vec<u8> {
    let read = store.read(Sequence::Tray, 0, 1000).await.unwrap();
    read.iter()
        .map(|item| item.envelope.header().mark[0])
        .collect()
}

fn all_bytes(directory: &Path) -> Vec<u8> {
    let files = std::fs::read_dir(directory).unwrap();
    files
        .flat_map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .collect()
}

fn database(directory: &Path) -> Connection {
    Connection::open(directory.join(DATABASE)).unwrap()
}

#[tokio::test]
async fn neither_envelopes_nor_shred_keys_lie_in_the_open() {
    let directory = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(directory.path()).unwrap();
    append(&store, 61).await;
    let content = SlotContent {
        shred_key: [62; 32],
        envelope: envelope(Kind::Slot, 63),
    };
    let written = store.slot_write(SLOT, SlotReplace::Nothing, content, TODAY);
    written.await.unwrap();
    for closed in [false, true] {
        let bytes = all_bytes(directory.path());
        for number in [61, 62, 63] {
            let is_there = bytes.windows(32).any(|window| window == [number; 32]);
            assert!(!is_there, "{number} lies in the open, closed: {closed}");
        }
        assert!(!bytes.is_empty());
    }
    assert_eq!(held(&store).await, [61]);
}

#[tokio::test]
async fn an_older_copy_of_the_database_opens_nothing_that_was_destroyed() {
    let directory = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(directory.path()).unwrap();
    for number in [1, 2] {
        append(&store, number).await;
    }
    let content = |number| SlotContent {
        shred_key: [number; 32],
        envelope: envelope(Kind::Slot, number),
    };
    let first = envelope_hash(&content(1).envelope);
    let written = store.slot_write(SLOT, SlotReplace::Nothing, content(1), TODAY);
    written.await.unwrap();
    drop(store);
    let older = std::fs::read(directory.path().join(DATABASE)).unwrap();

    let store = SqliteStore::open(directory.path()).unwrap();
    shred(&store, 1).await;
    let replaced = store.slot_write(SLOT, SlotReplace::Envelope(first), content(2), TODAY);
    replaced.await.unwrap();
    drop(store);
    std::fs::write(directory.path().join(DATABASE), older).unwrap();

    let store = SqliteStore::open(directory.path()).unwrap();
    assert_eq!(
        held(&store).await,
        [2],
        "a destroyed post counts as deleted"
    );
    assert!(store.slot_read(SLOT).await.unwrap().is_none());
}

#[tokio::test]
async fn a_key_that_a_crash_spared_is_destroyed_at_the_next_start() {
    let directory = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(directory.path()).unwrap();
    append(&store, 1).await;
    append(&store, 2).await;
    drop(store);
    // The process ended after the transaction of a shredding and before its cell was overwritten.
    let cell: u32 = database(directory.path())
        .query_row("SELECT cell FROM tray WHERE sequence = 1", [], |row| {
            row.get(0)
        })
        .unwrap();
    let key = |cell: u32| {
        let bytes = std::fs::read(directory.path().join(CELLS)).unwrap();
        bytes[cell as usize * 32..][..32].to_vec()
    };
    let before = key(cell);
    database(directory.path())
        .execute_batch(&format!(
            "UPDATE tray SET cell = NULL, sealed = NULL WHERE sequence = 1;
             INSERT INTO dying_cell (cell) VALUES ({cell});"
        ))
        .unwrap();
    let store = SqliteStore::open(directory.path()).unwrap();
    assert_ne!(key(cell), before);
    assert_eq!(held(&store).await, [2]);
}

#[tokio::test]
async fn keys_of_what_was_never_committed_are_destroyed_at_the_next_start() {
    let directory = tempfile::tempdir().unwrap();
    let mut orphans = cells::Cells::open(&directory.path().join(CELLS)).unwrap();
    let (index, key) = orphans.allocate().unwrap();
    orphans.sync().unwrap();
    drop(orphans);
    drop(SqliteStore::open(directory.path()).unwrap());
    let after = cells::Cells::open(&directory.path().join(CELLS)).unwrap();
    assert_ne!(after.read(index).unwrap().unwrap(), key);
}

#[tokio::test]
async fn a_cell_given_out_again_survives_a_list_that_was_not_cleared() {
    let directory = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(directory.path()).unwrap();
    append(&store, 1).await;
    drop(store);
    database(directory.path())
        .execute("INSERT INTO dying_cell (cell) SELECT cell FROM tray", [])
        .unwrap();
    let store = SqliteStore::open(directory.path()).unwrap();
    assert_eq!(held(&store).await, [1], "an acknowledged post is not lost");
}

#[tokio::test]
async fn rows_whose_keys_are_gone_count_as_deleted_and_harm_no_other() {
    let directory = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(directory.path()).unwrap();
    for number in 0..20 {
        append(&store, number).await;
    }
    drop(store);
    std::fs::write(directory.path().join(CELLS), b"cut short").unwrap();
    let store = SqliteStore::open(directory.path()).unwrap();
    assert!(held(&store).await.is_empty());
    let tomorrow = TODAY.plus(1);
    for number in 20..40 {
        let post = envelope(Kind::Post, number);
        store.append(Sequence::Tray, post, tomorrow).await.unwrap();
    }
    store.expire(tomorrow, tomorrow).await.unwrap();
    assert_eq!(held(&store).await, (20..40).collect::<Vec<u8>>());
}

#[tokio::test]
async fn one_process_has_a_store_and_the_other_is_told_why() {
    let directory = tempfile::tempdir().unwrap();
    let _first = SqliteStore::open(directory.path()).unwrap();
    let Err(error) = SqliteStore::open(directory.path()) else {
        panic!("two processes would write over each other");
    };
    assert!(error.to_string().contains("in use by another process"));
}

#[test]
fn a_store_of_a_newer_program_is_refused_and_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    drop(SqliteStore::open(directory.path()).unwrap());
    let newer = database(directory.path());
    newer.pragma_update(None, "user_version", 99).unwrap();
    drop(newer);
    let refused = SqliteStore::open(directory.path()).err();
    assert!(matches!(refused, Some(OpenError::Newer { found: 99, .. })));
    let version: u32 = database(directory.path())
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!(version, 99);
}

#[test]
fn the_schema_written_down_is_what_the_migrations_make() {
    let described = |connection: &Connection| {
        let select = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name";
        let mut select = connection.prepare(select).unwrap();
        let rows = select.query_map([], |row| {
            let sql: Option<String> = row.get(3)?;
            let texts: (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok((texts, sql))
        });
        rows.unwrap().map(Result::unwrap).collect::<Vec<_>>()
    };
    let directory = tempfile::tempdir().unwrap();
    drop(SqliteStore::open(directory.path()).unwrap());
    let written_down = Connection::open_in_memory().unwrap();
    written_down
        .execute_batch(include_str!("../schema.sql"))
        .unwrap();
    assert_eq!(
        described(&database(directory.path())),
        described(&written_down)
    );
}

#[tokio::test]
async fn a_restored_store_gives_up_what_was_destroyed_meanwhile_and_no_place_twice() {
    let from = tempfile::tempdir().unwrap();
    let to = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(from.path()).unwrap();
    for number in 1..=3 {
        append(&store, number).await;
    }
    let [database, cells] = store_sqlite::files(to.path());
    store_sqlite::copy_database(from.path(), &database).unwrap();
    // Between the two copies a post is destroyed, and one comes.
    shred(&store, 2).await;
    append(&store, 4).await;
    std::fs::copy(from.path().join(CELLS), cells).unwrap();
    let again = store_sqlite::copy_database(from.path(), &database);
    assert!(again.is_err(), "nothing is written over");
    let restored = store_sqlite::restore(to.path()).unwrap();
    assert_eq!((restored.posts, restored.given_up), (2, 1));
    let restored = SqliteStore::open(to.path()).unwrap();
    assert_eq!(held(&restored).await, [1, 3]);
    append(&restored, 5).await;
    let read = restored.read(Sequence::Tray, 0, 1000).await.unwrap();
    assert!(
        read.last().unwrap().sequence > 1_000_000,
        "desks have read others"
    );
}

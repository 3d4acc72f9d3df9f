//! Stores as earlier programs wrote them, one for each version of the schema: they open, everything in them is read back, and they go on.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use relay::conformance::envelope;
use relay::{
    Sequence, SlotKey, SlotReplace, StatementKey, Store, StoredSlot, envelope_hash, shred_hash,
};
use statements::StatementKind;
use store_sqlite::{OpenError, Seen, SqliteStore, look};
use wire::{Day, Kind};

/// A day that no retention has passed when a test says that nothing is older.
const DAY: Day = Day(20_784);
const SLOT: SlotKey = SlotKey([4; 32]);
const STATEMENT: StatementKey = StatementKey {
    kind: StatementKind::Warning,
    number: 0,
};

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn slot() -> StoredSlot {
    StoredSlot {
        shred_key: [5; 32],
        envelope: envelope(Kind::Slot, 5),
    }
}

/// What is in each golden store: two posts of three, an entry of the team log, a slot, a statement.
async fn fill(store: &SqliteStore) {
    for number in 1..=3 {
        let post = envelope(Kind::Post, number);
        store.append(Sequence::Tray, post, DAY).await.unwrap();
    }
    let second = envelope_hash(&envelope(Kind::Post, 2));
    let token = shred_hash(&[2; 32]);
    store.shred(Sequence::Tray, second, token).await.unwrap();
    let entry = envelope(Kind::LogEntry, 4);
    store.append(Sequence::Log, entry, DAY).await.unwrap();
    let written = store.slot_write(SLOT, SlotReplace::Nothing, slot(), DAY);
    written.await.unwrap();
    let put = store.statement_put(STATEMENT, b"a statement".to_vec(), 0);
    put.await.unwrap();
}

async fn places(store: &SqliteStore, from: Sequence) -> Vec<(u64, u8)> {
    let read = store.read(from, 0, 100).await.unwrap();
    let place = |item: &wire::SequencedEnvelope| (item.sequence, item.envelope.header().mark[0]);
    read.iter().map(place).collect()
}

async fn check(store: &SqliteStore) {
    assert_eq!(places(store, Sequence::Tray).await, [(1, 1), (3, 3)]);
    assert_eq!(places(store, Sequence::Log).await, [(1, 4)]);
    let held = store.slot_read(SLOT).await.unwrap().unwrap();
    assert_eq!(held.to_bytes(), slot().to_bytes());
    let statements = store.statements().await.unwrap();
    assert_eq!(
        statements.statements,
        [(STATEMENT, b"a statement".to_vec())]
    );
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for file in std::fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

fn bytes(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = std::fs::read_dir(directory).unwrap();
    let read = |path: PathBuf| (path.clone(), std::fs::read(path).unwrap());
    files.map(|file| read(file.unwrap().path())).collect()
}

fn version(directory: &Path) -> usize {
    let path = directory.join("line.sqlite3");
    let database = rusqlite::Connection::open(path).unwrap();
    let read = database.pragma_query_value(None, "user_version", |row| row.get(0));
    read.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "writes the golden store of a schema that is new"]
async fn write_the_golden_store_of_the_newest_schema() {
    let directory = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(directory.path()).unwrap();
    fill(&store).await;
    drop(store);
    let to = golden().join(version(directory.path()).to_string());
    assert!(!to.exists(), "a golden store is never written anew");
    copy(directory.path(), &to);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_of_each_schema_opens_is_whole_and_goes_on() {
    let newest = tempfile::tempdir().unwrap();
    drop(SqliteStore::open(newest.path()).unwrap());
    let newest = version(newest.path());
    for schema in 1..=newest {
        let directory = tempfile::tempdir().unwrap();
        let directory = directory.path();
        copy(&golden().join(schema.to_string()), directory);
        assert_eq!(version(directory), schema);
        let store = SqliteStore::open(directory).unwrap();
        check(&store).await;
        // The same post again is known, and a new one gets the next place.
        let again = envelope(Kind::Post, 1);
        let again = store.append(Sequence::Tray, again, DAY).await.unwrap();
        assert_eq!((again.sequence, again.fresh), (1, false));
        let new = envelope(Kind::Post, 9);
        let new = store.append(Sequence::Tray, new, DAY).await.unwrap();
        assert_eq!((new.sequence, new.fresh), (4, true));
        drop(store);
        assert_eq!(version(directory), newest, "it was upgraded");
    }
}

#[test]
fn a_store_of_a_newer_program_is_refused_byte_for_byte_untouched() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    copy(&golden().join("1"), directory);
    let path = directory.join("line.sqlite3");
    let mut database = std::fs::read(&path).unwrap();
    // `user_version` in the header of an SQLite file.
    database[60..64].copy_from_slice(&99u32.to_be_bytes());
    std::fs::write(&path, database).unwrap();
    // Half a cell, which opening would cut off.
    let cells = directory.join("line.cells");
    let longer = [&std::fs::read(&cells).unwrap()[..], &[7; 5]].concat();
    std::fs::write(&cells, longer).unwrap();
    let before = bytes(directory);
    let Some(error) = SqliteStore::open(directory).err() else {
        panic!("it would be read wrongly");
    };
    assert!(matches!(error, OpenError::Newer { found: 99, .. }));
    let said = error.to_string();
    assert!(said.contains("nothing was changed"), "{said}");
    assert!(matches!(look(directory), Err(OpenError::Newer { .. })));
    assert_eq!(before, bytes(directory));
}

#[test]
fn looking_at_a_store_says_who_has_it_and_changes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    assert_eq!(look(&directory.join("none")).unwrap(), Seen::Nothing);
    assert!(!directory.join("none").exists());
    copy(&golden().join("1"), directory);
    let before = bytes(directory);
    assert_eq!(look(directory).unwrap(), Seen::AtRest);
    assert_eq!(before, bytes(directory));
    let store = SqliteStore::open(directory).unwrap();
    assert_eq!(look(directory).unwrap(), Seen::InUse);
    drop(store);
    assert_eq!(look(directory).unwrap(), Seen::AtRest);
}

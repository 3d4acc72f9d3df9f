//! What an end of a move does when there is no room, and what a destroyed half leaves on the disk.

use std::path::Path;

use relay::conformance::numbered_post;
use wire::Day;

use super::*;

const NOTE: MoveNote = MoveNote {
    id: MoveId([7; 16]),
    line: LineId([1; 32]),
};

fn post(number: u32) -> Row {
    let envelope = numbered_post(number);
    Row::Place {
        of: Sequence::Tray,
        place: u64::from(number),
        hash: envelope_hash(&envelope),
        day: Day(20_000),
        envelope: Some(envelope),
    }
}

fn posts(numbers: std::ops::Range<u32>) -> Vec<Row> {
    numbers.map(post).collect()
}

async fn arriving(directory: &Path) -> SqliteEnd {
    let mut end = SqliteEnd::open(directory).unwrap();
    let passed = end.pass(Condition::Whole, Condition::Arriving(NOTE)).await;
    passed.unwrap();
    end
}

fn limit_pages(end: &SqliteEnd, pages: u32) {
    let limited = end.connection.pragma_update(None, "max_page_count", pages);
    limited.unwrap();
}

#[tokio::test]
async fn a_full_disk_keeps_whole_batches_and_is_over_when_there_is_room() {
    let directory = tempfile::tempdir().unwrap();
    let mut end = arriving(directory.path()).await;
    limit_pages(&end, 40);
    let mut first = 1;
    let refused = loop {
        match end.take(NOTE, posts(first..first + 8)).await {
            Ok(()) => first += 8,
            Err(error) => break error,
        }
    };
    assert_eq!(refused, EndError::Full);
    assert!(first > 1, "some went in");
    let reached = Ok(Some(RowKey::Tray(u64::from(first - 1))));
    assert_eq!(end.reached().await, reached, "nothing of the last batch");
    limit_pages(&end, 400);
    end.take(NOTE, posts(first..first + 8)).await.unwrap();
    let twice = end.take(NOTE, posts(first..first + 8)).await;
    assert_eq!(twice, Err(EndError::Changed), "nothing is doubled");
    drop(end);
    let mut end = SqliteEnd::open(directory.path()).unwrap();
    let rows = end.rows(None, 1000).await.unwrap();
    assert_eq!(rows.len() as u64, u64::from(first + 7));
    assert!(rows.iter().all(Row::is_sound), "and all of it opens");
}

#[tokio::test]
async fn the_keys_of_what_is_cleared_are_destroyed() {
    let directory = tempfile::tempdir().unwrap();
    let mut end = arriving(directory.path()).await;
    end.take(NOTE, posts(1..9)).await.unwrap();
    let cells: Vec<CellIndex> = {
        let mut select = end.connection.prepare("SELECT cell FROM tray").unwrap();
        let rows = select.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    };
    let keys: Vec<_> = cells
        .iter()
        .map(|cell| end.cells.read(*cell).unwrap().unwrap())
        .collect();
    let wrong = end.clear(Condition::Whole).await;
    assert_eq!(
        wrong,
        Err(EndError::Changed),
        "only what was said to be there"
    );
    end.clear(Condition::Arriving(NOTE)).await.unwrap();
    assert_eq!(end.count().await, Ok(0));
    assert_eq!(end.condition().await, Ok(Condition::Arriving(NOTE)));
    let file = std::fs::read(directory.path().join("line.cells")).unwrap();
    for key in keys {
        let is_there = file.windows(key.len()).any(|at| at == key.as_slice());
        assert!(!is_there, "a key is still in the file");
    }
}

#[tokio::test]
async fn the_file_itself_says_that_no_relay_may_serve_from_it() {
    let directory = tempfile::tempdir().unwrap();
    drop(arriving(directory.path()).await);
    let seen = crate::look(directory.path());
    assert!(matches!(seen, Err(OpenError::Unserved(Unserved::Arriving))));
    let opened = crate::SqliteStore::open(directory.path()).err();
    assert!(matches!(
        opened,
        Some(OpenError::Unserved(Unserved::Arriving))
    ));
    let copied = crate::copy_database(directory.path(), &directory.path().join("copy"));
    assert!(matches!(copied, Err(OpenError::Unserved(_))));
    let mut end = SqliteEnd::open(directory.path()).unwrap();
    let passed = end.pass(Condition::Arriving(NOTE), Condition::Whole).await;
    passed.unwrap();
    drop(end);
    assert!(crate::look(directory.path()).is_ok());
}

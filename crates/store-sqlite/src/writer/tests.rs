//! What the writer does when there is no room.

use std::path::Path;

use relay::shred_hash;
use wire::{Header, Kind, SEALED_SIZE};

use super::*;
use crate::checkpoint;
use crate::open::{self, Opened};

fn writer(directory: &Path) -> Writer {
    let Opened { connection, cells } = open::open(directory).unwrap();
    let (log, _) = checkpoint::copier(open::connect(directory).unwrap());
    Writer::new(connection, cells, log)
}

fn envelope(kind: Kind, number: u16) -> Envelope {
    let header = Header {
        kind,
        epoch: u32::from(number),
        line_tag: [1; 8],
        mark: [0; 16],
        shred_hash: shred_hash(&[7; 32]),
    };
    Envelope::assemble(&header, &[3; SEALED_SIZE]).unwrap()
}

fn append(number: u16) -> Change {
    let envelope = envelope(Kind::Post, number);
    Change::Append {
        to: Sequence::Tray,
        hash: envelope_hash(&envelope),
        envelope,
        day: Day(20_000),
    }
}

fn shred(number: u16) -> Change {
    Change::Shred {
        from: Sequence::Tray,
        envelope: envelope_hash(&envelope(Kind::Post, number)),
        shred_hash: shred_hash(&[7; 32]),
    }
}

fn limit_pages(writer: &Writer, pages: u32) {
    writer
        .connection
        .pragma_update(None, "max_page_count", pages)
        .unwrap();
}

fn held(writer: &Writer) -> Vec<u32> {
    let select = "SELECT cell FROM tray WHERE cell IS NOT NULL ORDER BY sequence";
    let mut select = writer.connection.prepare(select).unwrap();
    let rows = select.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn a_full_disk_loses_nothing_and_is_over_when_there_is_room() {
    let directory = tempfile::tempdir().unwrap();
    let mut writer = writer(directory.path());
    limit_pages(&writer, 40);
    let mut acknowledged = 0;
    let failure = loop {
        match writer.transact(&[&append(acknowledged)]) {
            Ok(_) => acknowledged += 1,
            Err(failure) => break failure,
        }
    };
    assert_eq!(failure, Failure::Full);
    assert_eq!(held(&writer).len(), usize::from(acknowledged));
    assert!(
        writer.transact(&[&shred(0)]).is_ok(),
        "what makes room is still possible"
    );
    limit_pages(&writer, 400);
    for number in 0..acknowledged + 5 {
        writer.transact(&[&append(number)]).unwrap();
    }
    let cells = held(&writer);
    assert_eq!(
        cells.len(),
        usize::from(acknowledged) + 4,
        "0 stays shredded"
    );
    let distinct: std::collections::BTreeSet<_> = cells.iter().collect();
    assert_eq!(distinct.len(), cells.len(), "no two rows share a key");
}

#[test]
fn one_change_without_room_does_not_take_others_with_it() {
    let directory = tempfile::tempdir().unwrap();
    let mut writer = writer(directory.path());
    for number in 0..10 {
        writer.transact(&[&append(number)]).unwrap();
    }
    let pages: u32 = writer
        .connection
        .pragma_query_value(None, "page_count", |row| row.get(0))
        .unwrap();
    limit_pages(&writer, pages);
    let changes = (0..40).map(append).chain([shred(3)]);
    let (waiting, answers): (Vec<_>, Vec<_>) = changes
        .map(|change| {
            let (answer, answered) = tokio::sync::oneshot::channel();
            (Waiting { change, answer }, answered)
        })
        .unzip();
    writer.serve(waiting);
    let answers = answers
        .into_iter()
        .map(|answer| answer.blocking_recv().unwrap());
    let done: Vec<bool> = answers.map(|answer| answer.is_ok()).collect();
    assert!(done[..10].iter().all(|done| *done), "retries need no room");
    assert!(done[40], "nor does destroying");
    assert!(!done[10..40].iter().all(|done| *done), "there was no room");
    let made = done[10..40].iter().filter(|done| **done).count();
    assert_eq!(held(&writer).len(), 9 + made);
}

#[test]
fn what_is_acknowledged_survives_the_loss_of_power() {
    let directory = tempfile::tempdir().unwrap();
    let writer = writer(directory.path());
    let setting = |name: &str| {
        let value = writer.connection.pragma_query_value(None, name, |row| {
            Ok(match row.get_ref(0)? {
                rusqlite::types::ValueRef::Integer(number) => number.to_string(),
                other => other.as_str().unwrap_or_default().to_owned(),
            })
        });
        value.unwrap()
    };
    const FULL: &str = "2";
    assert_eq!(setting("synchronous"), FULL);
    assert_eq!(setting("journal_mode"), "wal");
    assert_eq!(setting("secure_delete"), "1");
}

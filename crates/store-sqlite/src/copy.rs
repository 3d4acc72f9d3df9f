//! A store's files on their way into a backup and back.

use std::path::{Path, PathBuf};

use cells::{CellReader, Cells};
use rusqlite::{Connection, OpenFlags, params};

use crate::moving;
use crate::open::{self, OpenError, Opened};
use crate::rest::{self, Place};

/// Places that are left out in each sequence after a backup was restored: desks have read places that were given out after the backup, and
/// look for nothing below them.
const PLACES_LEFT_OUT: i64 = 1_000_000;

/// What a restored store holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Restored {
    /// Posts in the tray.
    pub posts: u64,
    /// Entries of the team log.
    pub entries: u64,
    /// Slots.
    pub slots: u64,
    /// Rows whose key was destroyed while the backup was made, or never came along: they were given up.
    pub given_up: u64,
}

/// Copies a store's database as it is at one moment into a new file, while a relay may go on with it. Without the file of cells nothing in
/// the copy opens; what is copied of that must be read *after* this has returned, so that no row lacks a key that was there.
///
/// # Errors
/// [`OpenError::Database`] when there is no store, the file exists, or there is no room; `Unserved` when it is an end of a move.
pub fn copy_database(directory: &Path, to: &Path) -> Result<(), OpenError> {
    let connection = Connection::open_with_flags(
        open::database(directory),
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    moving::refuse_end(&connection)?;
    connection.execute("VACUUM INTO ?1", params![to.display().to_string()])?;
    Ok(())
}

/// Where a store has its database and its cells.
pub fn files(directory: &Path) -> [PathBuf; 2] {
    [open::database(directory), open::cells(directory)]
}

/// Destroys all keys of a store that nobody needs any more, and then its directory.
///
/// # Errors
/// [`OpenError`] when another process has it, or the system refuses.
pub fn discard(directory: &Path) -> Result<(), OpenError> {
    let mut cells = Cells::open(&open::cells(directory))?;
    cells.set_in_use(std::iter::empty());
    cells.renew_free()?;
    cells.sync()?;
    std::fs::remove_dir_all(directory).map_err(|error| OpenError::Directory {
        path: directory.to_owned(),
        error,
    })
}

/// Makes a store of copied files: gives up what no key opens, and leaves out places that may have been given out since.
///
/// # Errors
/// [`OpenError`] when it is no store, is damaged, was written by a newer program, or another process has it.
pub fn restore(directory: &Path) -> Result<Restored, OpenError> {
    let Opened { connection, cells } = open::open(directory)?;
    let found: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    if found != "ok" {
        return Err(OpenError::Damaged(found));
    }
    let reader = cells.reader()?;
    let mut restored = Restored::default();
    let kinds = [
        (
            "tray",
            "hash",
            b't',
            "UPDATE tray SET cell = NULL, sealed = NULL WHERE rowid = ?1",
        ),
        (
            "log",
            "hash",
            b'l',
            "UPDATE log SET cell = NULL, sealed = NULL WHERE rowid = ?1",
        ),
        ("slot", "key", b's', "DELETE FROM slot WHERE rowid = ?1"),
    ];
    let transaction = connection.unchecked_transaction()?;
    for (table, key, letter, give_up) in kinds {
        let (held, keyless) = look_through(&transaction, &reader, (table, key, letter))?;
        for row in &keyless {
            transaction.execute(give_up, [row])?;
        }
        restored.given_up += keyless.len() as u64;
        match letter {
            b't' => restored.posts = held,
            b'l' => restored.entries = held,
            _ => restored.slots = held,
        }
    }
    transaction.execute(
        "UPDATE last_place SET place = place + ?1",
        [PLACES_LEFT_OUT],
    )?;
    transaction.commit()?;
    Ok(restored)
}

/// How many rows of a table open, and which do not.
fn look_through(
    connection: &Connection,
    cells: &CellReader,
    (table, key, letter): (&str, &str, u8),
) -> Result<(u64, Vec<i64>), OpenError> {
    let query = format!("SELECT rowid, {key}, cell, sealed FROM {table} WHERE cell IS NOT NULL");
    let mut select = connection.prepare(&query)?;
    let mut rows = select.query([])?;
    let (mut held, mut keyless) = (0, Vec::new());
    while let Some(row) = rows.next()? {
        let name: [u8; 32] = row.get(1)?;
        let sealed: Vec<u8> = row.get(3)?;
        let place = Place {
            table: letter,
            row: &name,
        };
        let key = cells.read(row.get(2)?)?;
        match key.and_then(|key| rest::open(&key, &place, &sealed)) {
            Some(_) => held += 1,
            None => keyless.push(row.get(0)?),
        }
    }
    Ok((held, keyless))
}

//! Opening a store: migrations by number, settings that make acknowledged mean durable, keys left over from a crash.

use std::collections::BTreeSet;
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use cells::{CellError, Cells};
use rusqlite::Connection;

/// The migrations, in order; `user_version` counts those that were applied.
pub(crate) const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001.sql"),
    include_str!("../migrations/0002.sql"),
];

/// Why a store can't be opened.
#[derive(thiserror::Error, Debug)]
pub enum OpenError {
    /// Its directory or a file in it can't be used.
    #[error("can't use the store in {path}: {error}")]
    Directory {
        /// Which directory.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// The key cells can't be used; most often another relay is running on this store.
    #[error(transparent)]
    Cells(#[from] CellError),
    /// SQLite refused.
    #[error("the store's database: {0}")]
    Database(#[from] rusqlite::Error),
    /// SQLite finds damage in it.
    #[error("the store's database is damaged: {0}")]
    Damaged(String),
    /// It is an end of a move.
    #[error(transparent)]
    Unserved(#[from] relay::Unserved),
    /// A newer program wrote it.
    #[error(
        "the store is of version {found}, this program knows {known}: nothing was changed; start the newer program again, or restore a backup that this one made"
    )]
    Newer {
        /// Its version.
        found: usize,
        /// The newest that this program knows.
        known: usize,
    },
}

/// A database and its cells, ready to be written.
pub(crate) struct Opened {
    pub(crate) connection: Connection,
    pub(crate) cells: Cells,
}

/// The database file of a store.
pub(crate) fn database(directory: &Path) -> PathBuf {
    directory.join("line.sqlite3")
}

/// The file of cells of a store.
pub(crate) fn cells(directory: &Path) -> PathBuf {
    directory.join("line.cells")
}

/// Opens or creates the store in a directory.
pub(crate) fn open(directory: &Path) -> Result<Opened, OpenError> {
    crate::look::refuse_newer(directory)?;
    // Nobody else on this machine has a reason to look into it.
    let made = DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory);
    made.map_err(|error| OpenError::Directory {
        path: directory.to_owned(),
        error,
    })?;
    let mut cells = Cells::open(&self::cells(directory))?;
    let mut connection = connect(directory)?;
    migrate(&mut connection)?;
    drop_keyless(&mut connection, cells.count())?;
    let used = used_cells(&connection)?;
    destroy_dying(&connection, &mut cells, &used)?;
    cells.set_in_use(used.into_iter());
    // A crash may have left the key of an envelope that was sealed and not committed.
    cells.renew_free()?;
    Ok(Opened { connection, cells })
}

/// A connection that may write, with the settings that make a commit durable.
pub(crate) fn connect(directory: &Path) -> Result<Connection, OpenError> {
    let connection = Connection::open(database(directory))?;
    // A row of 4,112 sealed bytes leaves 489 beside its columns in the table's page and fills one page of its own with
    // the rest: 1.13 pages a row. A page twice as large would hold one row and be half empty.
    connection.pragma_update(None, "page_size", 4096)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "secure_delete", true)?;
    Ok(connection)
}

fn migrate(connection: &mut Connection) -> Result<(), OpenError> {
    let version: usize = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version > MIGRATIONS.len() {
        return Err(OpenError::Newer {
            found: version,
            known: MIGRATIONS.len(),
        });
    }
    for (number, migration) in MIGRATIONS.iter().enumerate().skip(version) {
        let transaction = connection.transaction()?;
        transaction.execute_batch(migration)?;
        transaction.pragma_update(None, "user_version", number + 1)?;
        transaction.commit()?;
    }
    Ok(())
}

/// Gives up rows whose key is not there any more, which happens when the file of cells was cut short: nothing opens
/// them, and the cell that they name will belong to another row.
fn drop_keyless(connection: &mut Connection, count: u32) -> Result<(), OpenError> {
    let transaction = connection.transaction()?;
    for statement in [
        "UPDATE tray SET cell = NULL, sealed = NULL WHERE cell >= ?1",
        "UPDATE log SET cell = NULL, sealed = NULL WHERE cell >= ?1",
        "DELETE FROM slot WHERE cell >= ?1",
    ] {
        transaction.execute(statement, [count])?;
    }
    Ok(transaction.commit()?)
}

/// Destroys the keys that a crash kept from being destroyed. A cell that a row uses was destroyed already and given out
/// again: only its name stayed on the list.
pub(crate) fn destroy_dying(
    connection: &Connection,
    cells: &mut Cells,
    used: &BTreeSet<u32>,
) -> Result<(), OpenError> {
    let dying = {
        let mut select = connection.prepare("SELECT cell FROM dying_cell")?;
        let rows = select.query_map([], |row| row.get(0))?;
        rows.collect::<Result<Vec<u32>, _>>()?
    };
    if dying.is_empty() {
        return Ok(());
    }
    for cell in dying.iter().filter(|cell| !used.contains(cell)) {
        cells.destroy(*cell)?;
    }
    cells.sync()?;
    connection.execute("DELETE FROM dying_cell", [])?;
    Ok(())
}

fn used_cells(connection: &Connection) -> Result<BTreeSet<u32>, OpenError> {
    let mut select = connection.prepare(
        "SELECT cell FROM tray WHERE cell IS NOT NULL
         UNION ALL SELECT cell FROM log WHERE cell IS NOT NULL
         UNION ALL SELECT cell FROM slot",
    )?;
    let rows = select.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<BTreeSet<u32>, _>>()?)
}

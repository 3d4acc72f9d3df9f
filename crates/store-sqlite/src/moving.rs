//! The embedded store as an end of a move: no relay has it, and rows come and go as values.

mod rows;

use std::path::Path;

use cells::{CellError, CellIndex, Cells};
use relay::{
    Condition, EndError, LastPlaces, Movable, MoveId, MoveNote, Row, RowKey, Rows, Sequence,
    Unserved, envelope_hash,
};
use rusqlite::{Connection, ErrorCode, OptionalExtension, Transaction, params};
use wire::LineId;

use crate::open::{self, OpenError, Opened};
use crate::rest::{self, Place};
use crate::writer::table;

/// With the code of a condition added, what the header of a store says that no relay may serve from. 0 in all others.
const APPLICATION: u32 = 0x4662_7200;

/// Why no relay may serve from a store with this `application_id`, if so.
pub(crate) fn refusal(application_id: u32) -> Option<Unserved> {
    let code = application_id.checked_sub(APPLICATION)?;
    Condition::refusal(u8::try_from(code).ok()?)
}

/// Refuses a store that is an end of a move.
pub(crate) fn refuse_end(connection: &Connection) -> Result<(), OpenError> {
    let id: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    match u32::try_from(id).ok().and_then(refusal) {
        Some(unserved) => Err(unserved.into()),
        None => Ok(()),
    }
}

/// A store in one directory that is moved, or moved to. One process at a time has it, and no relay meanwhile.
///
/// Its methods wait for the disk and hold up the thread that they run on.
pub struct SqliteEnd {
    connection: Connection,
    cells: Cells,
}

/// Why a transaction did not go through.
enum Broken {
    Database(rusqlite::Error),
    Cells(CellError),
    End(EndError),
}

impl From<rusqlite::Error> for Broken {
    fn from(error: rusqlite::Error) -> Broken {
        Broken::Database(error)
    }
}

impl From<CellError> for Broken {
    fn from(error: CellError) -> Broken {
        Broken::Cells(error)
    }
}

impl From<EndError> for Broken {
    fn from(error: EndError) -> Broken {
        Broken::End(error)
    }
}

impl From<Broken> for EndError {
    fn from(broken: Broken) -> EndError {
        match broken {
            Broken::End(error) => error,
            Broken::Cells(CellError::Full) => EndError::Full,
            Broken::Cells(_) => EndError::Unavailable,
            Broken::Database(error) => match error.sqlite_error_code() {
                Some(ErrorCode::DiskFull) => EndError::Full,
                Some(ErrorCode::ConstraintViolation) => EndError::Changed,
                _ => EndError::Unavailable,
            },
        }
    }
}

fn condition(connection: &Connection) -> Result<Condition, Broken> {
    let select = "SELECT condition, id, line FROM moving";
    let row: Option<(u8, [u8; 16], [u8; 32])> = connection
        .query_row(select, [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    let Some((code, id, line)) = row else {
        return Ok(Condition::Whole);
    };
    let note = MoveNote {
        id: MoveId(id),
        line: LineId(line),
    };
    Ok(Condition::from_code(code, note).ok_or(EndError::Newer)?)
}

fn expect(connection: &Connection, expected: Condition) -> Result<(), Broken> {
    match condition(connection)? == expected {
        true => Ok(()),
        false => Err(EndError::Changed.into()),
    }
}

fn note_condition(transaction: &Transaction<'_>, condition: Condition) -> Result<(), Broken> {
    transaction.execute("DELETE FROM moving", [])?;
    let mut application = 0;
    if let Some(note) = condition.note() {
        transaction.execute(
            "INSERT INTO moving (one, condition, id, line) VALUES (1, ?1, ?2, ?3)",
            params![condition.code(), note.id.0, note.line.0],
        )?;
        application = APPLICATION + u32::from(condition.code());
    }
    Ok(transaction.pragma_update(None, "application_id", application)?)
}

/// Seals bytes under a new key; the key has to be made durable before the row.
fn seal(
    cells: &mut Cells,
    made: &mut Vec<CellIndex>,
    place: &Place<'_>,
    bytes: &[u8],
) -> Result<(CellIndex, Vec<u8>), Broken> {
    let (cell, key) = cells.allocate()?;
    made.push(cell);
    let sealed = rest::seal(&key, place, bytes).ok_or(EndError::Unavailable)?;
    Ok((cell, sealed))
}

fn insert(
    transaction: &Transaction<'_>,
    cells: &mut Cells,
    made: &mut Vec<CellIndex>,
    row: &Row,
) -> Result<(), Broken> {
    match row {
        Row::Statement { key, bytes } => {
            let insert = "INSERT INTO statement (kind, number, bytes) VALUES (?1, ?2, ?3)";
            let mut insert = transaction.prepare_cached(insert)?;
            insert.execute(params![key.kind as u8, key.number, bytes])?;
        }
        Row::Place {
            of,
            place,
            hash,
            day,
            envelope,
        } => {
            let table = table(*of);
            let at = Place {
                table: table.letter,
                row: &hash.0,
            };
            let sealed = envelope
                .as_ref()
                .map(|envelope| seal(cells, made, &at, envelope.as_bytes()))
                .transpose()?;
            let (cell, sealed) = sealed.unzip();
            let insert = format!(
                "INSERT INTO {} (sequence, hash, day, cell, sealed) VALUES (?1, ?2, ?3, ?4, ?5)",
                table.name
            );
            let mut insert = transaction.prepare_cached(&insert)?;
            insert.execute(params![place, hash.0, day.0, cell, sealed])?;
        }
        Row::Slot { key, day, content } => {
            let at = Place {
                table: b's',
                row: &key.0,
            };
            let (cell, sealed) = seal(cells, made, &at, &content.to_bytes())?;
            let insert =
                "INSERT INTO slot (key, hash, day, cell, sealed) VALUES (?1, ?2, ?3, ?4, ?5)";
            let hash = envelope_hash(&content.envelope).0;
            let mut insert = transaction.prepare_cached(insert)?;
            insert.execute(params![key.0, hash, day.0, cell, sealed])?;
        }
    }
    Ok(())
}

impl SqliteEnd {
    /// Opens or creates the store in a directory, whichever end of a move it is.
    ///
    /// # Errors
    /// [`OpenError`] when another process has it, such as the relay that serves from it, a newer program wrote it, or the system refuses.
    pub fn open(directory: &Path) -> Result<SqliteEnd, OpenError> {
        let Opened { connection, cells } = open::open(directory)?;
        Ok(SqliteEnd { connection, cells })
    }

    /// Takes rows in one transaction; cells that it then does not need are given back.
    fn take_rows(&mut self, note: MoveNote, rows: &[Row]) -> Result<(), Broken> {
        let mut made = Vec::new();
        let taken = self.commit_rows(note, rows, &mut made);
        if taken.is_err() {
            made.into_iter().for_each(|cell| self.cells.give_back(cell));
        }
        taken
    }

    fn commit_rows(
        &mut self,
        note: MoveNote,
        rows: &[Row],
        made: &mut Vec<CellIndex>,
    ) -> Result<(), Broken> {
        let transaction = self.connection.transaction()?;
        expect(&transaction, Condition::Arriving(note))?;
        for row in rows {
            insert(&transaction, &mut self.cells, made, row)?;
        }
        self.cells.sync()?;
        Ok(transaction.commit()?)
    }

    fn set_condition(&mut self, from: Condition, to: Condition) -> Result<(), Broken> {
        let transaction = self.connection.transaction()?;
        expect(&transaction, from)?;
        note_condition(&transaction, to)?;
        transaction.commit()?;
        // Into the file itself, where it is seen without opening the database.
        self.connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(())
    }

    /// Rows first, then their keys: the list of keys in the same transaction brings them to the next start.
    fn clear_rows(&mut self, condition: Condition) -> Result<(), Broken> {
        let transaction = self.connection.transaction()?;
        expect(&transaction, condition)?;
        if condition == Condition::Whole {
            return Err(EndError::Changed.into());
        }
        transaction.execute_batch(
            "INSERT INTO dying_cell (cell) SELECT cell FROM tray WHERE cell IS NOT NULL
                UNION ALL SELECT cell FROM log WHERE cell IS NOT NULL UNION ALL SELECT cell FROM slot;
             DELETE FROM tray; DELETE FROM log; DELETE FROM slot; DELETE FROM statement;
             UPDATE last_place SET place = 0",
        )?;
        transaction.commit()?;
        open::destroy_dying(&self.connection, &mut self.cells, &[].into()).map_err(|error| {
            match error {
                OpenError::Cells(error) => Broken::Cells(error),
                OpenError::Database(error) => Broken::Database(error),
                _ => Broken::End(EndError::Unavailable),
            }
        })
    }
}

impl Rows for SqliteEnd {
    async fn rows(&mut self, after: Option<RowKey>, limit: usize) -> Result<Vec<Row>, EndError> {
        Ok(rows::read(&self.connection, &self.cells, after, limit)?)
    }

    async fn count(&mut self) -> Result<u64, EndError> {
        let count = "SELECT (SELECT count(*) FROM statement) + (SELECT count(*) FROM log)
            + (SELECT count(*) FROM tray) + (SELECT count(*) FROM slot)";
        let counted = self.connection.query_row(count, [], |row| row.get(0));
        Ok(counted.map_err(Broken::from)?)
    }

    async fn last_places(&mut self) -> Result<LastPlaces, EndError> {
        let last = |of: Sequence| {
            let select = "SELECT place FROM last_place WHERE sequence = ?1";
            let place = |row: &rusqlite::Row<'_>| row.get(0);
            self.connection.query_row(select, [table(of).name], place)
        };
        Ok(LastPlaces {
            tray: last(Sequence::Tray).map_err(Broken::from)?,
            log: last(Sequence::Log).map_err(Broken::from)?,
        })
    }
}

impl Movable for SqliteEnd {
    async fn condition(&mut self) -> Result<Condition, EndError> {
        Ok(condition(&self.connection)?)
    }

    async fn pass(&mut self, from: Condition, to: Condition) -> Result<(), EndError> {
        Ok(self.set_condition(from, to)?)
    }

    async fn reached(&mut self) -> Result<Option<RowKey>, EndError> {
        Ok(rows::last(&self.connection)?)
    }

    async fn take(&mut self, note: MoveNote, rows: Vec<Row>) -> Result<(), EndError> {
        Ok(self.take_rows(note, &rows)?)
    }

    async fn set_last_places(
        &mut self,
        note: MoveNote,
        places: LastPlaces,
    ) -> Result<(), EndError> {
        let set = |connection: &mut Connection| {
            let transaction = connection.transaction()?;
            expect(&transaction, Condition::Arriving(note))?;
            for (of, place) in [(Sequence::Tray, places.tray), (Sequence::Log, places.log)] {
                let update = "UPDATE last_place SET place = ?1 WHERE sequence = ?2";
                transaction.execute(update, params![place, table(of).name])?;
            }
            Ok::<(), Broken>(transaction.commit()?)
        };
        Ok(set(&mut self.connection)?)
    }

    async fn clear(&mut self, condition: Condition) -> Result<(), EndError> {
        Ok(self.clear_rows(condition)?)
    }
}

#[cfg(test)]
mod tests;

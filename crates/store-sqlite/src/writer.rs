//! The writer thread: everything that waits goes into one transaction.

use cells::{CellError, CellIndex, Cells};
use relay::{Appended, Sequence, SlotReplace, StoreError, StoredSlot, envelope_hash};
use rusqlite::{
    Connection, ErrorCode, OptionalExtension, Transaction, TransactionBehavior, params,
};
use statements::StatementKind;
use tokio::sync::mpsc::Receiver;
use wire::{Day, Envelope, EnvelopeHash};

use crate::checkpoint::Log;
use crate::command::{Change, Changed, Waiting};
use crate::rest::{self, Place};

/// How many changes go into one transaction at most.
const BATCH: usize = 256;

/// What one transaction did to the cells.
#[derive(Default)]
struct Touched {
    made: Vec<CellIndex>,
    dying: Vec<CellIndex>,
}

/// Why a transaction did not go through.
#[derive(Debug, PartialEq, Eq)]
enum Failure {
    Full,
    Other,
    /// It did go through, but a key that it was to destroy may still be there.
    NotDestroyed,
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Failure::Full,
            _ => Failure::Other,
        }
    }
}

impl From<CellError> for Failure {
    fn from(error: CellError) -> Self {
        match error {
            CellError::Full => Failure::Full,
            _ => Failure::Other,
        }
    }
}

/// The letter and the SQL of a sequence's table.
pub(crate) struct Table {
    pub(crate) letter: u8,
    pub(crate) name: &'static str,
}

pub(crate) fn table(sequence: Sequence) -> Table {
    match sequence {
        Sequence::Tray => Table {
            letter: b't',
            name: "tray",
        },
        Sequence::Log => Table {
            letter: b'l',
            name: "log",
        },
    }
}

/// Owns the connection that writes.
pub(crate) struct Writer {
    connection: Connection,
    cells: Cells,
    /// Keys of rows that are gone, still to be destroyed.
    dying: Vec<CellIndex>,
    log: Log,
}

impl Writer {
    pub(crate) fn new(connection: Connection, cells: Cells, log: Log) -> Writer {
        connection.set_prepared_statement_cache_capacity(64);
        Writer {
            connection,
            cells,
            dying: Vec::new(),
            log,
        }
    }

    /// Serves until nobody can ask any more.
    pub(crate) fn run(mut self, mut queue: Receiver<Waiting>) {
        let mut batch = Vec::with_capacity(BATCH);
        while queue.blocking_recv_many(&mut batch, BATCH) > 0 {
            self.serve(std::mem::take(&mut batch));
            // Whoever waited has the answer by now: what is committed is durable in the log.
            self.log.follow(&self.connection);
        }
    }

    fn serve(&mut self, batch: Vec<Waiting>) {
        let changes: Vec<&Change> = batch.iter().map(|waiting| &waiting.change).collect();
        match self.transact(&changes) {
            Ok(results) => {
                for (waiting, changed) in batch.into_iter().zip(results) {
                    let _ = waiting.answer.send(Ok(changed));
                }
            }
            // One change that can't be made must not take the others with it.
            Err(Failure::Full | Failure::Other) if batch.len() > 1 => {
                for waiting in batch {
                    self.serve(vec![waiting]);
                }
            }
            Err(failure) => {
                let error = match failure {
                    Failure::Full => StoreError::Full,
                    Failure::Other | Failure::NotDestroyed => StoreError::Unavailable,
                };
                for waiting in batch {
                    let _ = waiting.answer.send(Err(error));
                }
            }
        }
    }

    fn transact(&mut self, changes: &[&Change]) -> Result<Vec<Changed>, Failure> {
        // Nothing is acknowledged as destroyed before it is, also not when it is asked for again.
        self.destroy_dying()?;
        let mut touched = Touched::default();
        match self.commit(changes, &mut touched) {
            Ok(results) => {
                self.dying = touched.dying;
                self.log.committed(changes.len() + self.dying.len());
                self.destroy_dying()?;
                Ok(results)
            }
            Err(failure) => {
                for cell in touched.made {
                    self.cells.give_back(cell);
                }
                Err(failure)
            }
        }
    }

    fn commit(
        &mut self,
        changes: &[&Change],
        touched: &mut Touched,
    ) -> Result<Vec<Changed>, Failure> {
        // Whoever reads the log's head at this moment may hold the lock for some microseconds; only the beginning waits for it.
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut unit = Unit {
            transaction: &transaction,
            cells: &mut self.cells,
            touched,
        };
        let mut results = Vec::with_capacity(changes.len());
        for change in changes {
            results.push(unit.apply(change)?);
        }
        if !touched.made.is_empty() {
            self.cells.sync()?;
        }
        for cell in &touched.dying {
            transaction
                .prepare_cached("INSERT INTO dying_cell (cell) VALUES (?1)")?
                .execute([cell])?;
        }
        transaction.commit()?;
        Ok(results)
    }

    /// Destroys the keys of rows that are gone. Should the process end first, the list in the database brings it to the
    /// next start.
    fn destroy_dying(&mut self) -> Result<(), Failure> {
        if self.dying.is_empty() {
            return Ok(());
        }
        self.dying
            .iter()
            .try_for_each(|cell| self.cells.destroy(*cell))
            .and_then(|()| self.cells.sync())
            .map_err(|_| Failure::NotDestroyed)?;
        self.dying.clear();
        // A list that can't be cleared does no harm: at the next start, cells given out again are left alone.
        let _ = self.connection.execute("DELETE FROM dying_cell", []);
        Ok(())
    }
}

/// One transaction under way.
struct Unit<'a> {
    transaction: &'a Transaction<'a>,
    cells: &'a mut Cells,
    touched: &'a mut Touched,
}

impl Unit<'_> {
    fn apply(&mut self, change: &Change) -> Result<Changed, Failure> {
        match change {
            Change::Append {
                to,
                envelope,
                hash,
                day,
            } => self
                .append(*to, envelope, hash, *day)
                .map(Changed::Appended),
            Change::Shred {
                from,
                envelope,
                shred_hash,
            } => self.shred(*from, envelope, shred_hash),
            Change::SlotWrite {
                slot,
                replaces,
                content,
                day,
            } => self.slot_write(&slot.0, *replaces, content, *day),
            Change::SlotDelete { slot } => self.slot_delete(&slot.0),
            Change::StatementPut { key, statement } => {
                self.transaction
                    .prepare_cached(
                        "INSERT INTO statement (kind, number, bytes) VALUES (?1, ?2, ?3)
                         ON CONFLICT DO UPDATE SET bytes = excluded.bytes",
                    )?
                    .execute(params![key.kind as u8, key.number, statement])?;
                Ok(Changed::Done)
            }
            Change::Expire { posts, slots } => self.expire(*posts, *slots),
            Change::Clear { kept } => self.clear(kept),
        }
    }

    fn seal(&mut self, place: &Place<'_>, bytes: &[u8]) -> Result<(CellIndex, Vec<u8>), Failure> {
        let (cell, key) = self.cells.allocate()?;
        self.touched.made.push(cell);
        let sealed = rest::seal(&key, place, bytes).ok_or(Failure::Other)?;
        Ok((cell, sealed))
    }

    fn append(
        &mut self,
        to: Sequence,
        envelope: &Envelope,
        hash: &EnvelopeHash,
        day: Day,
    ) -> Result<Appended, Failure> {
        let table = table(to);
        let name = table.name;
        let held: Option<u64> = self
            .transaction
            .prepare_cached(&format!("SELECT sequence FROM {name} WHERE hash = ?1"))?
            .query_row([hash.0], |row| row.get(0))
            .optional()?;
        if let Some(sequence) = held {
            return Ok(Appended {
                sequence,
                fresh: false,
            });
        }
        let place = Place {
            table: table.letter,
            row: &hash.0,
        };
        let (cell, sealed) = self.seal(&place, envelope.as_bytes())?;
        let sequence: u64 = self
            .transaction
            .prepare_cached(
                "UPDATE last_place SET place = place + 1 WHERE sequence = ?1 RETURNING place",
            )?
            .query_row([name], |row| row.get(0))?;
        self.transaction
            .prepare_cached(&format!(
                "INSERT INTO {name} (sequence, hash, day, cell, sealed) VALUES (?1, ?2, ?3, ?4, ?5)"
            ))?
            .execute(params![sequence, hash.0, day.0, cell, sealed])?;
        Ok(Appended {
            sequence,
            fresh: true,
        })
    }

    fn shred(
        &mut self,
        from: Sequence,
        hash: &EnvelopeHash,
        shred_hash: &[u8; 32],
    ) -> Result<Changed, Failure> {
        let table = table(from);
        let name = table.name;
        let held: Option<(u32, Vec<u8>)> = self
            .transaction
            .prepare_cached(&format!(
                "SELECT cell, sealed FROM {name} WHERE hash = ?1 AND cell IS NOT NULL"
            ))?
            .query_row([hash.0], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((cell, sealed)) = held else {
            return Ok(Changed::Done);
        };
        let place = Place {
            table: table.letter,
            row: &hash.0,
        };
        let key = self.cells.read(cell)?;
        let envelope = key
            .and_then(|key| rest::open(&key, &place, &sealed))
            .and_then(|bytes| Envelope::parse(&bytes).ok());
        if envelope.is_some_and(|envelope| envelope.header().shred_hash == *shred_hash) {
            // The row stays as long as a post would, so that a late retry is not shown again.
            self.transaction
                .prepare_cached(&format!(
                    "UPDATE {name} SET cell = NULL, sealed = NULL WHERE hash = ?1"
                ))?
                .execute([hash.0])?;
            self.touched.dying.push(cell);
        }
        Ok(Changed::Done)
    }

    fn slot_write(
        &mut self,
        slot: &[u8; 32],
        replaces: SlotReplace,
        content: &StoredSlot,
        day: Day,
    ) -> Result<Changed, Failure> {
        let held: Option<([u8; 32], u32)> = self
            .transaction
            .prepare_cached("SELECT hash, cell FROM slot WHERE key = ?1")?
            .query_row([slot], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let new = envelope_hash(&content.envelope).0;
        let held_hash = held.map(|(hash, _)| hash);
        let expected = match replaces {
            SlotReplace::Nothing => None,
            SlotReplace::Envelope(hash) => Some(hash.0),
        };
        if held_hash == Some(new) {
            return Ok(Changed::Done);
        }
        if held_hash != expected {
            return Ok(Changed::Conflict);
        }
        let place = Place {
            table: b's',
            row: slot,
        };
        let (cell, sealed) = self.seal(&place, &content.to_bytes())?;
        self.transaction
            .prepare_cached(
                "INSERT INTO slot (key, hash, day, cell, sealed) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (key) DO UPDATE SET
                    hash = excluded.hash, day = excluded.day,
                    cell = excluded.cell, sealed = excluded.sealed",
            )?
            .execute(params![slot, new, day.0, cell, sealed])?;
        self.touched.dying.extend(held.map(|(_, cell)| cell));
        Ok(Changed::Done)
    }

    fn slot_delete(&mut self, slot: &[u8; 32]) -> Result<Changed, Failure> {
        let gone: Option<u32> = self
            .transaction
            .prepare_cached("DELETE FROM slot WHERE key = ?1 RETURNING cell")?
            .query_row([slot], |row| row.get(0))
            .optional()?;
        self.touched.dying.extend(gone);
        Ok(Changed::Done)
    }

    fn expire(&mut self, posts: Day, slots: Day) -> Result<Changed, Failure> {
        self.delete("DELETE FROM tray WHERE day < ?1 RETURNING cell", [posts.0])?;
        self.delete("DELETE FROM slot WHERE day < ?1 RETURNING cell", [slots.0])?;
        Ok(Changed::Done)
    }

    fn clear(&mut self, kept: &[StatementKind]) -> Result<Changed, Failure> {
        for table in ["tray", "log", "slot"] {
            self.delete(&format!("DELETE FROM {table} RETURNING cell"), [])?;
        }
        let mut statements = self
            .transaction
            .prepare_cached("SELECT DISTINCT kind FROM statement")?;
        let kinds = statements.query_map([], |row| row.get::<_, u8>(0))?;
        for kind in kinds.collect::<Result<Vec<_>, _>>()? {
            if kept.iter().all(|one| *one as u8 != kind) {
                self.transaction
                    .execute("DELETE FROM statement WHERE kind = ?1", [kind])?;
            }
        }
        Ok(Changed::Done)
    }

    /// Deletes rows, and notes their keys to be destroyed.
    fn delete(&mut self, statement: &str, values: impl rusqlite::Params) -> Result<(), Failure> {
        let mut delete = self.transaction.prepare_cached(statement)?;
        let cells = delete.query_map(values, |row| row.get::<_, Option<u32>>(0))?;
        for cell in cells {
            self.touched.dying.extend(cell?);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;

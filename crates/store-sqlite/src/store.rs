//! The store as the relay sees it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};

use cells::CellReader;
use relay::{
    Appended, Kept, Sequence, SlotKey, SlotReplace, StatementKey, Store, StoreError, StoredSlot,
    envelope_hash,
};
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};
use statements::StatementKind;
use tokio::sync::{mpsc, oneshot};
use wire::{Day, ENVELOPE_SIZE, Envelope, EnvelopeHash, SequencedEnvelope};

use crate::checkpoint;
use crate::command::{Change, Changed, Waiting};
use crate::moving;
use crate::open::{self, OpenError, Opened};
use crate::rest::{self, Place};
use crate::writer::{Writer, table};

/// How many changes may wait for the writer before those who ask wait too.
const QUEUE: usize = 1024;

/// How many connections wait for the next reading; more are closed after use.
const IDLE: usize = 8;

/// Connections that read, each used by one thread at a time.
struct Readers {
    path: PathBuf,
    cells: CellReader,
    idle: Mutex<Vec<Connection>>,
}

/// A store in one directory. One process at a time has it.
pub struct SqliteStore {
    queue: Option<mpsc::Sender<Waiting>>,
    /// The writer, and who copies what it wrote; the second ends after the first.
    threads: Vec<JoinHandle<()>>,
    readers: Arc<Readers>,
    /// How many statements this process has put; nobody else has the store.
    revision: tokio::sync::Mutex<u64>,
}

impl SqliteStore {
    /// Opens or creates the store in a directory.
    ///
    /// # Errors
    /// [`OpenError`] when another process has it, it is an end of a move, a newer program wrote it, or the system refuses.
    pub fn open(directory: &Path) -> Result<SqliteStore, OpenError> {
        let Opened { connection, cells } = open::open(directory)?;
        moving::refuse_end(&connection)?;
        let readers = Readers {
            path: open::database(directory),
            cells: cells.reader()?,
            idle: Mutex::default(),
        };
        // No commit makes a checkpoint: the writer and the copier see to it.
        connection.pragma_update(None, "wal_autocheckpoint", 0)?;
        let (queue, waiting) = mpsc::channel(QUEUE);
        let (log, copier) = checkpoint::copier(open::connect(directory)?);
        let writer = Writer::new(connection, cells, log);
        let start = |name: &str, work: Box<dyn FnOnce() + Send>| {
            let started = Builder::new().name(name.into()).spawn(work);
            started.map_err(|error| OpenError::Directory {
                path: directory.to_owned(),
                error,
            })
        };
        let writer = start("store-writer", Box::new(move || writer.run(waiting)))?;
        let copier = start("store-copier", Box::new(move || copier.run()))?;
        Ok(SqliteStore {
            queue: Some(queue),
            threads: vec![writer, copier],
            readers: Arc::new(readers),
            revision: tokio::sync::Mutex::default(),
        })
    }

    async fn change(&self, change: Change) -> Result<Changed, StoreError> {
        let (answer, changed) = oneshot::channel();
        let queue = self.queue.as_ref().ok_or(StoreError::Unavailable)?;
        let waiting = Waiting { change, answer };
        queue
            .send(waiting)
            .await
            .map_err(|_| StoreError::Unavailable)?;
        changed.await.map_err(|_| StoreError::Unavailable)?
    }

    async fn done(&self, change: Change) -> Result<(), StoreError> {
        match self.change(change).await? {
            Changed::Conflict => Err(StoreError::Conflict),
            Changed::Appended(_) | Changed::Done => Ok(()),
        }
    }

    async fn query<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection, &CellReader) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let readers = Arc::clone(&self.readers);
        let reading = tokio::task::spawn_blocking(move || readers.with(read));
        let read = reading.await.map_err(|_| StoreError::Unavailable)?;
        read.map_err(|_| StoreError::Unavailable)
    }
}

impl Drop for SqliteStore {
    /// Lets the writer finish what waits, so that the files are free when this returns.
    fn drop(&mut self) {
        self.queue = None;
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

impl Readers {
    fn with<T>(
        &self,
        read: impl FnOnce(&Connection, &CellReader) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let held = idle().pop();
        let connection = match held {
            Some(connection) => connection,
            None => {
                let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                Connection::open_with_flags(&self.path, flags)?
            }
        };
        let result = read(&connection, &self.cells)?;
        let mut idle = idle();
        if idle.len() < IDLE {
            idle.push(connection);
        }
        Ok(result)
    }
}

/// Opens a row's bytes. `None` when its key is destroyed: then it counts as deleted.
fn open_row(cells: &CellReader, cell: u32, place: &Place<'_>, sealed: &[u8]) -> Option<Vec<u8>> {
    rest::open(&cells.read(cell).ok()??, place, sealed)
}

fn read_sequence(
    connection: &Connection,
    cells: &CellReader,
    from: Sequence,
    after: u64,
    limit: usize,
) -> rusqlite::Result<Vec<SequencedEnvelope>> {
    let table = table(from);
    let Ok(after) = i64::try_from(after) else {
        return Ok(Vec::new());
    };
    let mut select = connection.prepare_cached(&format!(
        "SELECT sequence, hash, cell, sealed FROM {}
         WHERE sequence > ?1 AND cell IS NOT NULL ORDER BY sequence LIMIT ?2",
        table.name
    ))?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut rows = select.query(params![after, limit])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let hash: [u8; 32] = row.get(1)?;
        let sealed: Vec<u8> = row.get(3)?;
        let place = Place {
            table: table.letter,
            row: &hash,
        };
        let bytes = open_row(cells, row.get(2)?, &place, &sealed);
        if let Some(envelope) = bytes.and_then(|bytes| Envelope::parse(&bytes).ok()) {
            found.push(SequencedEnvelope {
                sequence: row.get(0)?,
                envelope,
            });
        }
    }
    Ok(found)
}

fn read_slot(
    connection: &Connection,
    cells: &CellReader,
    slot: &SlotKey,
) -> rusqlite::Result<Option<StoredSlot>> {
    let mut select = connection.prepare_cached("SELECT cell, sealed FROM slot WHERE key = ?1")?;
    // Between the row and its cell the slot may be written anew; then both are read again.
    for _ in 0..3 {
        let row: Option<(u32, Vec<u8>)> = select
            .query_row([slot.0], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((cell, sealed)) = row else {
            return Ok(None);
        };
        let place = Place {
            table: b's',
            row: &slot.0,
        };
        if let Some(bytes) = open_row(cells, cell, &place, &sealed) {
            return Ok(parse_slot(&bytes));
        }
    }
    Ok(None)
}

pub(crate) fn parse_slot(bytes: &[u8]) -> Option<StoredSlot> {
    let (shred_key, envelope) = bytes.split_first_chunk::<32>()?;
    let envelope: &[u8; ENVELOPE_SIZE] = envelope.try_into().ok()?;
    Some(StoredSlot {
        shred_key: *shred_key,
        envelope: Envelope::parse(envelope).ok()?,
    })
}

impl Store for SqliteStore {
    async fn append(
        &self,
        to: Sequence,
        envelope: Envelope,
        day: Day,
    ) -> Result<Appended, StoreError> {
        let hash = envelope_hash(&envelope);
        let append = Change::Append {
            to,
            envelope,
            hash,
            day,
        };
        match self.change(append).await? {
            Changed::Appended(appended) => Ok(appended),
            Changed::Done | Changed::Conflict => Err(StoreError::Unavailable),
        }
    }

    async fn read(
        &self,
        from: Sequence,
        after: u64,
        limit: usize,
    ) -> Result<Vec<SequencedEnvelope>, StoreError> {
        self.query(move |connection, cells| read_sequence(connection, cells, from, after, limit))
            .await
    }

    async fn last(&self, of: Sequence) -> Result<u64, StoreError> {
        self.query(move |connection, _| {
            let select = "SELECT place FROM last_place WHERE sequence = ?1";
            connection.query_row(select, [table(of).name], |row| row.get(0))
        })
        .await
    }

    async fn shred(
        &self,
        from: Sequence,
        envelope: EnvelopeHash,
        shred_hash: [u8; 32],
    ) -> Result<(), StoreError> {
        self.done(Change::Shred {
            from,
            envelope,
            shred_hash,
        })
        .await
    }

    async fn slot_read(&self, slot: SlotKey) -> Result<Option<StoredSlot>, StoreError> {
        self.query(move |connection, cells| read_slot(connection, cells, &slot))
            .await
    }

    async fn slot_write(
        &self,
        slot: SlotKey,
        replaces: SlotReplace,
        content: StoredSlot,
        day: Day,
    ) -> Result<(), StoreError> {
        self.done(Change::SlotWrite {
            slot,
            replaces,
            content,
            day,
        })
        .await
    }

    async fn slot_delete(&self, slot: SlotKey) -> Result<(), StoreError> {
        self.done(Change::SlotDelete { slot }).await
    }

    async fn statement_put(
        &self,
        key: StatementKey,
        statement: Vec<u8>,
        revision: u64,
    ) -> Result<u64, StoreError> {
        let mut held = self.revision.lock().await;
        if *held != revision {
            return Err(StoreError::Conflict);
        }
        // Before it is known whether it was kept: whoever decides next reads what there is.
        *held += 1;
        self.done(Change::StatementPut { key, statement }).await?;
        Ok(*held)
    }

    async fn statements(&self) -> Result<Kept, StoreError> {
        let revision = self.revision.lock().await;
        let statements = self.query(|connection, _| {
            let mut select = connection.prepare_cached(
                "SELECT kind, number, bytes FROM statement ORDER BY kind, number",
            )?;
            let mut rows = select.query([])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                if let Some(kind) = StatementKind::from_code(row.get(0)?) {
                    let number = row.get(1)?;
                    found.push((StatementKey { kind, number }, row.get(2)?));
                }
            }
            Ok(found)
        });
        Ok(Kept {
            statements: statements.await?,
            revision: *revision,
        })
    }

    async fn expire(&self, posts: Day, slots: Day) -> Result<(), StoreError> {
        self.done(Change::Expire { posts, slots }).await
    }

    async fn clear(&self, kept: &'static [StatementKind]) -> Result<(), StoreError> {
        self.done(Change::Clear { kept }).await
    }
}

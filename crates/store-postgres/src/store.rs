//! The store as the relay sees it.

use std::sync::atomic::{AtomicUsize, Ordering};

use relay::{
    Announced, Appended, Kept, Sequence, SlotKey, SlotReplace, StatementKey, Store, StoreError,
    StoredSlot, envelope_hash,
};
use statements::StatementKind;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio_postgres::Row;
use tokio_postgres::types::{ToSql, Type};
use wire::{Day, ENVELOPE_SIZE, Envelope, EnvelopeHash, SequencedEnvelope};

use crate::change::{Change, Changed, Waiting, table};
use crate::connect::{Address, Link, in_time};
use crate::listen;
use crate::open::{self, OpenError};
use crate::writer;

/// How many changes may wait for the writer before those who ask wait too.
const QUEUE: usize = 1024;

/// How many announcements may wait to be heard before the database keeps them back.
const HEARD: usize = 64;

/// How many connections read; each serves many at once, one after the other.
const READERS: usize = 2;

/// A store in a database. Any number of relays may have it at once.
pub struct PostgresStore {
    queue: mpsc::Sender<Waiting>,
    readers: [Link; READERS],
    next: AtomicUsize,
    heard: Mutex<mpsc::Receiver<Announced>>,
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn sequenced(row: &Row) -> Option<SequencedEnvelope> {
    Some(SequencedEnvelope {
        sequence: u64::try_from(row.get::<_, i64>(0)).ok()?,
        envelope: Envelope::parse(row.get(1)).ok()?,
    })
}

pub(crate) fn parse_slot(bytes: &[u8]) -> Option<StoredSlot> {
    let (shred_key, envelope) = bytes.split_first_chunk::<32>()?;
    let envelope: &[u8; ENVELOPE_SIZE] = envelope.try_into().ok()?;
    Some(StoredSlot {
        shred_key: *shred_key,
        envelope: Envelope::parse(envelope).ok()?,
    })
}

impl PostgresStore {
    /// Opens the store in a database, or makes it there; connections that break later are made anew.
    ///
    /// `url` is as PostgreSQL writes it, with several hosts where there is a standby; the one that takes writes is used.
    ///
    /// # Errors
    /// [`OpenError`] when the address can't be read or is of another machine, the server does not answer or may forget what
    /// it accepted, the store is an end of a move, or a newer program wrote it.
    pub async fn open(url: &str) -> Result<PostgresStore, OpenError> {
        let address = Address::parse(url)?;
        let client = open::open(&address).await?;
        open::refuse_end(&address, &client).await?;
        let (queue, waiting) = mpsc::channel(QUEUE);
        let (tell, heard) = mpsc::channel(HEARD);
        tokio::spawn(listen::run(address.clone(), tell));
        // It ends with the last that can ask.
        tokio::spawn(writer::run(Link::new(address.clone()), waiting));
        Ok(PostgresStore {
            queue,
            readers: std::array::from_fn(|_| Link::new(address.clone())),
            next: AtomicUsize::new(0),
            heard: Mutex::new(heard),
        })
    }

    async fn change(&self, change: Change) -> Result<Changed, StoreError> {
        let (answer, changed) = oneshot::channel();
        let waiting = Waiting { change, answer };
        let sent = self.queue.send(waiting).await;
        sent.map_err(|_| StoreError::Unavailable)?;
        changed.await.map_err(|_| StoreError::Unavailable)?
    }

    async fn done(&self, change: Change) -> Result<(), StoreError> {
        match self.change(change).await? {
            Changed::Conflict => Err(StoreError::Conflict),
            Changed::Appended(_) | Changed::Put(_) | Changed::Done => Ok(()),
        }
    }

    async fn query(
        &self,
        query: &str,
        values: &[(&(dyn ToSql + Sync), Type)],
    ) -> Result<Vec<Row>, StoreError> {
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % READERS;
        let link = self.readers.get(turn).ok_or(StoreError::Unavailable)?;
        let client = link.client().await?;
        let found = in_time(client.query_typed(query, values)).await;
        if found.is_err() {
            link.drop_client();
        }
        Ok(found?)
    }
}

impl Store for PostgresStore {
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
            Changed::Put(_) | Changed::Done | Changed::Conflict => Err(StoreError::Unavailable),
        }
    }

    async fn read(
        &self,
        from: Sequence,
        after: u64,
        limit: usize,
    ) -> Result<Vec<SequencedEnvelope>, StoreError> {
        let query = format!(
            "SELECT sequence, envelope FROM {}
             WHERE sequence > $1 AND envelope IS NOT NULL ORDER BY sequence LIMIT $2",
            table(from)
        );
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let values: [(&(dyn ToSql + Sync), Type); 2] =
            [(&signed(after), Type::INT8), (&limit, Type::INT8)];
        let rows = self.query(&query, &values).await?;
        Ok(rows.iter().filter_map(sequenced).collect())
    }

    async fn last(&self, of: Sequence) -> Result<u64, StoreError> {
        let query = format!("SELECT {} FROM line", table(of));
        let rows = self.query(&query, &[]).await?;
        let row = rows.first().ok_or(StoreError::Unavailable)?;
        Ok(u64::try_from(row.get::<_, i64>(0)).unwrap_or_default())
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
        let query = "SELECT content FROM slot WHERE key = $1";
        let key = slot.0.as_slice();
        let rows = self.query(query, &[(&key, Type::BYTEA)]).await?;
        Ok(rows.first().and_then(|row| parse_slot(row.get(0))))
    }

    async fn slot_write(
        &self,
        slot: SlotKey,
        replaces: SlotReplace,
        content: StoredSlot,
        day: Day,
    ) -> Result<(), StoreError> {
        let hash = envelope_hash(&content.envelope);
        self.done(Change::SlotWrite {
            slot,
            replaces,
            content,
            hash,
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
        let put = Change::StatementPut {
            key,
            statement,
            revision,
        };
        match self.change(put).await? {
            Changed::Put(revision) => Ok(revision),
            Changed::Conflict => Err(StoreError::Conflict),
            Changed::Appended(_) | Changed::Done => Err(StoreError::Unavailable),
        }
    }

    async fn statements(&self) -> Result<Kept, StoreError> {
        // One statement sees one moment; the line's row is there even when no statement is.
        let query =
            "SELECT line.statements, kind, number, bytes FROM line LEFT JOIN statement ON TRUE
             ORDER BY kind, number";
        let rows = self.query(query, &[]).await?;
        let line = rows.first().ok_or(StoreError::Unavailable)?;
        let parse = |row: &Row| {
            let kind = u8::try_from(row.get::<_, Option<i32>>(1)?).ok()?;
            let kind = StatementKind::from_code(kind)?;
            let number = u32::try_from(row.get::<_, i64>(2)).ok()?;
            Some((StatementKey { kind, number }, row.get(3)))
        };
        Ok(Kept {
            revision: u64::try_from(line.get::<_, i64>(0)).unwrap_or_default(),
            statements: rows.iter().filter_map(parse).collect(),
        })
    }

    async fn announced(&self) -> Announced {
        match self.heard.lock().await.recv().await {
            Some(announced) => announced,
            // Only when the process ends.
            None => std::future::pending().await,
        }
    }

    async fn expire(&self, posts: Day, slots: Day) -> Result<(), StoreError> {
        self.done(Change::Expire { posts, slots }).await
    }

    async fn clear(&self, kept: &'static [StatementKind]) -> Result<(), StoreError> {
        self.done(Change::Clear { kept }).await
    }
}

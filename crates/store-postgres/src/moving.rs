//! The store in a database as an end of a move: no relay has it, and rows come and go as values.

mod rows;

pub(crate) use rows::read;

use relay::{
    Condition, EndError, LastPlaces, Movable, MoveId, MoveNote, Row, RowKey, Rows, Sequence,
};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Error, Transaction};
use wire::LineId;

use crate::change::table;
use crate::connect::Address;
use crate::listen::SERVING;
use crate::open::{self, OpenError};

/// How long to wait for relays that are just stopping, and for the end of a command that was killed. A move has a name of its own among
/// the connections.
const SESSION: &str = "SET lock_timeout = '3s'; SET application_name = 'footbridge move'";

/// How many connections of relays there are. Those of a program from before there were moves hold no lock.
const RELAYS: &str = "SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'footbridge'";

/// How often to look whether the connections of a relay that has stopped are gone, twenty times a second.
const PATIENCE: u32 = 60;

/// Tells two connections to one database from connections to two. Any number that nothing else in the database uses.
const MEETING: i64 = 0x666f_6f74_6272_6966;

/// A store in a database that is moved, or moved to. It has the database to itself.
pub struct PostgresEnd {
    client: Client,
    address: Address,
}

fn broken(error: Error) -> EndError {
    match error.code() {
        Some(code) if *code == SqlState::DISK_FULL => EndError::Full,
        Some(code) if *code == SqlState::UNIQUE_VIOLATION => EndError::Changed,
        _ => EndError::Unavailable,
    }
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

pub(crate) async fn count(client: &Client) -> Result<u64, EndError> {
    let count = "SELECT (SELECT count(*) FROM statement) + (SELECT count(*) FROM log)
        + (SELECT count(*) FROM tray) + (SELECT count(*) FROM slot)";
    let row = client.query_one(count, &[]).await.map_err(broken)?;
    Ok(unsigned(row.get(0)))
}

pub(crate) async fn last_places(client: &Client) -> Result<LastPlaces, EndError> {
    let row = client.query_one("SELECT tray, log FROM line", &[]).await;
    let row = row.map_err(broken)?;
    Ok(LastPlaces {
        tray: unsigned(row.get(0)),
        log: unsigned(row.get(1)),
    })
}

async fn condition(transaction: &Transaction<'_>) -> Result<Condition, EndError> {
    let select = "SELECT condition, move_id, move_line FROM line FOR UPDATE";
    let row = transaction.query_one(select, &[]).await.map_err(broken)?;
    let (id, line): (Option<&[u8]>, Option<&[u8]>) = (row.get(1), row.get(2));
    let note = MoveNote {
        id: MoveId(id.unwrap_or_default().try_into().unwrap_or_default()),
        line: LineId(line.unwrap_or_default().try_into().unwrap_or_default()),
    };
    let code = u8::try_from(row.get::<_, i32>(0)).map_err(|_| EndError::Newer)?;
    Condition::from_code(code, note).ok_or(EndError::Newer)
}

async fn expect(transaction: &Transaction<'_>, expected: Condition) -> Result<(), EndError> {
    match condition(transaction).await? == expected {
        true => Ok(()),
        false => Err(EndError::Changed),
    }
}

impl PostgresEnd {
    /// Connects to the store in a database, or makes it there, whichever end of a move it is. Nothing is kept away from it before
    /// [`PostgresEnd::have`].
    ///
    /// # Errors
    /// As [`crate::PostgresStore::open`], but for a store that is an end of a move.
    pub async fn open(url: &str) -> Result<PostgresEnd, OpenError> {
        let address = Address::parse(url)?;
        let client = open::open(&address).await?;
        let named = client.batch_execute(SESSION).await;
        named.map_err(|error| OpenError::unreachable(&address, &error))?;
        Ok(PostgresEnd { client, address })
    }

    /// Keeps relays and other moves away from it for as long as this value lives.
    ///
    /// # Errors
    /// `InUse` when a relay or another command has it; `Unreachable` when the server does not answer.
    pub async fn have(&self) -> Result<(), OpenError> {
        let unreachable = |error: Error| OpenError::unreachable(&self.address, &error);
        let in_use = || OpenError::InUse {
            hosts: self.address.hosts(),
        };
        let lock = self
            .client
            .execute("SELECT pg_advisory_lock($1)", &[&SERVING]);
        if let Err(error) = lock.await {
            return match error.code() {
                Some(&SqlState::LOCK_NOT_AVAILABLE) => Err(in_use()),
                _ => Err(unreachable(error)),
            };
        }
        for _ in 0..PATIENCE {
            let relays = self.client.query_one(RELAYS, &[]).await;
            if relays.map_err(unreachable)?.get::<_, i64>(0) == 0 {
                return Ok(());
            }
            let breath = self.client.batch_execute("SELECT pg_sleep(0.05)").await;
            breath.map_err(unreachable)?;
        }
        let let_go = self
            .client
            .execute("SELECT pg_advisory_unlock($1)", &[&SERVING]);
        let_go.await.map_err(unreachable)?;
        Err(in_use())
    }

    /// Whether the other is the same database, by whatever address.
    ///
    /// # Errors
    /// `Unreachable` when a server does not answer.
    pub async fn is_same(&self, other: &PostgresEnd) -> Result<bool, OpenError> {
        let ask = async |end: &PostgresEnd, query: &str| {
            let row = end.client.query_one(query, &[&MEETING]).await;
            let row = row.map_err(|error| OpenError::unreachable(&end.address, &error))?;
            Ok::<bool, OpenError>(row.get(0))
        };
        // A lock belongs to one database, and to one connection to it.
        ask(self, "SELECT pg_advisory_lock($1) IS NOT NULL").await?;
        let is_other = ask(other, "SELECT pg_try_advisory_lock($1)").await?;
        ask(self, "SELECT pg_advisory_unlock($1)").await?;
        if is_other {
            ask(other, "SELECT pg_advisory_unlock($1)").await?;
        }
        Ok(!is_other)
    }

    async fn begin(&mut self, expected: Condition) -> Result<Transaction<'_>, EndError> {
        let transaction = self.client.transaction().await.map_err(broken)?;
        expect(&transaction, expected).await?;
        Ok(transaction)
    }
}

impl Rows for PostgresEnd {
    async fn rows(&mut self, after: Option<RowKey>, limit: usize) -> Result<Vec<Row>, EndError> {
        read(&self.client, after, limit).await
    }

    async fn count(&mut self) -> Result<u64, EndError> {
        count(&self.client).await
    }

    async fn last_places(&mut self) -> Result<LastPlaces, EndError> {
        last_places(&self.client).await
    }
}

impl Movable for PostgresEnd {
    async fn condition(&mut self) -> Result<Condition, EndError> {
        let transaction = self.client.transaction().await.map_err(broken)?;
        condition(&transaction).await
    }

    async fn pass(&mut self, from: Condition, to: Condition) -> Result<(), EndError> {
        let transaction = self.begin(from).await?;
        let note = to.note();
        let id = note.map(|note| note.id.0.to_vec());
        let line = note.map(|note| note.line.0.to_vec());
        let update = "UPDATE line SET condition = $1, move_id = $2, move_line = $3";
        let code = i32::from(to.code());
        let updated = transaction.execute(update, &[&code, &id, &line]).await;
        updated.map_err(broken)?;
        transaction.commit().await.map_err(broken)
    }

    async fn reached(&mut self) -> Result<Option<RowKey>, EndError> {
        rows::last(&self.client).await
    }

    async fn take(&mut self, note: MoveNote, rows: Vec<Row>) -> Result<(), EndError> {
        let transaction = self.begin(Condition::Arriving(note)).await?;
        rows::insert(&transaction, &rows).await.map_err(broken)?;
        transaction.commit().await.map_err(broken)
    }

    async fn set_last_places(
        &mut self,
        note: MoveNote,
        places: LastPlaces,
    ) -> Result<(), EndError> {
        let transaction = self.begin(Condition::Arriving(note)).await?;
        let update = format!(
            "UPDATE line SET {} = $1, {} = $2, statements = statements + 1",
            table(Sequence::Tray),
            table(Sequence::Log)
        );
        let (tray, log) = (signed(places.tray), signed(places.log));
        let updated = transaction.execute(&update, &[&tray, &log]).await;
        updated.map_err(broken)?;
        transaction.commit().await.map_err(broken)
    }

    async fn clear(&mut self, condition: Condition) -> Result<(), EndError> {
        if condition == Condition::Whole {
            return Err(EndError::Changed);
        }
        let transaction = self.begin(condition).await?;
        let clear = "TRUNCATE tray, log, slot, statement; UPDATE line SET tray = 0, log = 0";
        transaction.batch_execute(clear).await.map_err(broken)?;
        transaction.commit().await.map_err(broken)
    }
}

//! Opening a store: migrations by number, and a refusal of a server whose "committed" does not mean durable.

use relay::Condition;
use tokio_postgres::Client;

use crate::connect::Address;

/// The migrations, in order; `store_version` counts those that were applied.
pub(crate) const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001.sql"),
    include_str!("../migrations/0002.sql"),
];

/// Held while a database is migrated, so that two relays that start at once do it one after the other. Any number that
/// nothing else in the database uses.
const MIGRATING: i64 = 0x666f_6f74_6272_6964;

/// Settings without which PostgreSQL accepts and then forgets.
const DURABLE: [&str; 3] = ["fsync", "full_page_writes", "synchronous_commit"];

/// Why a store can't be opened. No text of it holds a password or an address's user.
#[derive(thiserror::Error, Debug)]
pub enum OpenError {
    /// The address can't be read.
    #[error(
        "the database's address can't be read; it is like postgresql://footbridge@%2Frun%2Fpostgresql/footbridge, \
         and names a host or the directory of a socket"
    )]
    Address,
    /// The database is on another machine.
    #[error(
        "the database is on another machine, and this program speaks to databases without encryption: name a Unix socket or \
         a loopback address, and bring a distant database there by an encrypted tunnel (docs/operate/postgresql.md)"
    )]
    NotHere,
    /// No server answers, or it lets nobody in.
    #[error(
        "can't use the database at {hosts}: {reason}. Is PostgreSQL running there, is one of them a primary, and are the \
         role and the database there?"
    )]
    Unreachable {
        /// Where.
        hosts: String,
        /// What PostgreSQL said.
        reason: String,
    },
    /// The server may forget what it accepted.
    #[error(
        "the database at {hosts} has {setting} = {found}: a PostgreSQL that accepts and then forgets would lose what people \
         wrote. Set {setting} to on, and restart it"
    )]
    Forgets {
        /// Where.
        hosts: String,
        /// Which setting.
        setting: &'static str,
        /// Its value.
        found: String,
    },
    /// It is an end of a move.
    #[error(transparent)]
    Unserved(#[from] relay::Unserved),
    /// A relay has it, or another command that moves it.
    #[error(
        "a relay has the store in the database at {hosts}, or another `footbridge move`: stop it first"
    )]
    InUse {
        /// Where.
        hosts: String,
    },
    /// A newer program wrote it.
    #[error("the store is of version {found}, this program knows {known}: use the newer program")]
    Newer {
        /// Its version.
        found: usize,
        /// The newest that this program knows.
        known: usize,
    },
    /// An older program wrote it, or nothing is in the database.
    #[error(
        "the database at {hosts} holds no store of version {known}: is it the right one? If an older relay serves from it, back up with that relay's own program, or start the newer relay first"
    )]
    Older {
        /// Where.
        hosts: String,
        /// The version that this program knows.
        known: usize,
    },
}

/// What PostgreSQL said, without parameters: those may be anybody's.
fn reason(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(said) => said.message().to_owned(),
        None => error.to_string(),
    }
}

impl OpenError {
    pub(crate) fn unreachable(address: &Address, error: &tokio_postgres::Error) -> OpenError {
        OpenError::Unreachable {
            hosts: address.hosts(),
            reason: reason(error),
        }
    }
}

/// Refuses a store that is an end of a move.
pub(crate) async fn refuse_end(address: &Address, client: &Client) -> Result<(), OpenError> {
    let row = client.query_one("SELECT condition FROM line", &[]).await;
    let row = row.map_err(|error| OpenError::unreachable(address, &error))?;
    let code = u8::try_from(row.get::<_, i32>(0)).unwrap_or(u8::MAX);
    match Condition::refusal(code) {
        Some(unserved) => Err(unserved.into()),
        None => Ok(()),
    }
}

/// Connects to a store of this version and changes nothing, neither its version nor an empty database.
pub(crate) async fn look(address: &Address) -> Result<Client, OpenError> {
    let unreachable = |error: tokio_postgres::Error| OpenError::unreachable(address, &error);
    let known = MIGRATIONS.len();
    let older = || OpenError::Older {
        hosts: address.hosts(),
        known,
    };
    let client = address.connect().await.map_err(unreachable)?;
    let is_there = "SELECT to_regclass('store_version') IS NOT NULL";
    let row = client.query_one(is_there, &[]).await.map_err(unreachable)?;
    if !row.get::<_, bool>(0) {
        return Err(older());
    }
    match version(&client).await.map_err(unreachable)? {
        found if found > known => Err(OpenError::Newer { found, known }),
        found if found < known => Err(older()),
        _ => Ok(client),
    }
}

async fn version(client: &Client) -> Result<usize, tokio_postgres::Error> {
    let row = client
        .query_one("SELECT coalesce(max(version), 0) FROM store_version", &[])
        .await?;
    Ok(usize::try_from(row.get::<_, i32>(0)).unwrap_or(usize::MAX))
}

/// Connects, checks and migrates.
pub(crate) async fn open(address: &Address) -> Result<Client, OpenError> {
    let unreachable = |error: tokio_postgres::Error| OpenError::unreachable(address, &error);
    let client = address.connect().await.map_err(unreachable)?;
    for setting in DURABLE {
        let shown = client.query_one(&format!("SHOW {setting}"), &[]).await;
        let found: String = shown.map_err(unreachable)?.get(0);
        if found != "on" {
            let hosts = address.hosts();
            return Err(OpenError::Forgets {
                hosts,
                setting,
                found,
            });
        }
    }
    client.batch_execute("BEGIN").await.map_err(unreachable)?;
    let found = migrate(&client).await.map_err(unreachable)?;
    if found > MIGRATIONS.len() {
        return Err(OpenError::Newer {
            found,
            known: MIGRATIONS.len(),
        });
    }
    client.batch_execute("COMMIT").await.map_err(unreachable)?;
    Ok(client)
}

/// Brings a database to this program's version, within a transaction; gives the version that it had.
async fn migrate(client: &Client) -> Result<usize, tokio_postgres::Error> {
    client
        .execute("SELECT pg_advisory_xact_lock($1)", &[&MIGRATING])
        .await?;
    client
        .batch_execute("CREATE TABLE IF NOT EXISTS store_version (version INTEGER NOT NULL)")
        .await?;
    let version = version(client).await?;
    for (number, migration) in MIGRATIONS.iter().enumerate().skip(version) {
        client.batch_execute(migration).await?;
        let number = i32::try_from(number + 1).unwrap_or(i32::MAX);
        client
            .execute(
                "INSERT INTO store_version (version) VALUES ($1)",
                &[&number],
            )
            .await?;
    }
    Ok(version)
}

//! What nearly every transaction asks, read and planned by the database once for each connection.

use futures_util::future::try_join;
use relay::Sequence;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Error, Statement};

use crate::change::table;

/// What is asked of a sequence.
pub(crate) struct OfSequence {
    /// The places of envelopes, by their hashes.
    pub(crate) places: Statement,
    /// The last place; sequences, hashes, days and envelopes; the channel and what is told on it.
    pub(crate) append: Statement,
}

/// The statements of one connection.
pub(crate) struct Prepared {
    /// Locks the line's row and gives the last places and the revision. No row of a store that is an end of a move, also if that
    /// began after this relay did: then nothing is written.
    pub(crate) lock: Statement,
    pub(crate) tray: OfSequence,
    pub(crate) log: OfSequence,
    /// The hashes of what lies in slots, by their keys.
    pub(crate) slots: Statement,
}

impl OfSequence {
    async fn new(client: &Client, of: Sequence) -> Result<OfSequence, Error> {
        let name = table(of);
        let places = format!("SELECT hash, sequence FROM {name} WHERE hash = ANY ($1)");
        // What is told hangs on the row that is changed in any case, so it takes no statement of its own.
        let append = format!(
            "WITH placed AS (UPDATE line SET {name} = $1 RETURNING pg_notify($6, $7))
             INSERT INTO {name} (sequence, hash, day, envelope) SELECT * FROM unnest($2, $3, $4, $5)"
        );
        let kinds = [
            Type::INT8,
            Type::INT8_ARRAY,
            Type::BYTEA_ARRAY,
            Type::INT4_ARRAY,
            Type::BYTEA_ARRAY,
            Type::TEXT,
            Type::TEXT,
        ];
        let (places, append) = try_join(
            client.prepare_typed(&places, &[Type::BYTEA_ARRAY]),
            client.prepare_typed(&append, &kinds),
        )
        .await?;
        Ok(OfSequence { places, append })
    }
}

impl Prepared {
    /// Prepares all of them.
    pub(crate) async fn new(client: &Client) -> Result<Prepared, Error> {
        let lock = "SELECT tray, log, statements FROM line WHERE condition = 0 FOR UPDATE";
        let slots = "SELECT key, hash FROM slot WHERE key = ANY ($1)";
        let (tray, log) = try_join(
            OfSequence::new(client, Sequence::Tray),
            OfSequence::new(client, Sequence::Log),
        )
        .await?;
        Ok(Prepared {
            lock: client.prepare(lock).await?,
            tray,
            log,
            slots: client.prepare_typed(slots, &[Type::BYTEA_ARRAY]).await?,
        })
    }
}

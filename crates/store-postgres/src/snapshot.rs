//! What a line's database holds at one moment, read while relays go on with it.

use relay::{EndError, LastPlaces, Row, RowKey, Rows};
use tokio_postgres::{Client, Error};

use crate::connect::Address;
use crate::moving;
use crate::open::{self, OpenError};

/// One transaction that sees the database as it was when it first looked, locks nothing that a relay needs, and may pause for as long as
/// what it gives out takes to be written.
const SNAPSHOT: &str = "SET application_name = 'footbridge backup';
    SET idle_in_transaction_session_timeout = '10min';
    BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// A line's rows as of one moment. For as long as this lives, the database keeps what is deleted meanwhile.
pub struct PostgresSnapshot {
    client: Client,
}

impl PostgresSnapshot {
    /// Looks at the store in a database, and changes nothing of it.
    ///
    /// # Errors
    /// [`OpenError`], when it is an end of a move, of another version, or nothing is there; or the server does not answer.
    pub async fn take(url: &str) -> Result<PostgresSnapshot, OpenError> {
        let address = Address::parse(url)?;
        let unreachable = |error: Error| OpenError::unreachable(&address, &error);
        let client = open::look(&address).await?;
        client.batch_execute(SNAPSHOT).await.map_err(unreachable)?;
        open::refuse_end(&address, &client).await?;
        Ok(PostgresSnapshot { client })
    }
}

impl Rows for PostgresSnapshot {
    async fn rows(&mut self, after: Option<RowKey>, limit: usize) -> Result<Vec<Row>, EndError> {
        moving::read(&self.client, after, limit).await
    }

    async fn count(&mut self) -> Result<u64, EndError> {
        moving::count(&self.client).await
    }

    async fn last_places(&mut self) -> Result<LastPlaces, EndError> {
        moving::last_places(&self.client).await
    }
}

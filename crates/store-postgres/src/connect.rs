//! Connections: where to, with which promises, and again when one broke.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use relay::StoreError;
use tokio_postgres::config::{Host, TargetSessionAttrs};
use tokio_postgres::tls::NoTlsStream;
use tokio_postgres::{Client, Config, Connection, NoTls, Socket};

use crate::open::OpenError;

/// How long a server may take to answer a connection.
const CONNECT_TIME: Duration = Duration::from_secs(5);

/// How long anything may take that somebody waits for; then the connection counts as broken and nothing as done.
const ANSWER_TIME: Duration = Duration::from_secs(15);

/// What every connection promises. A relay that stopped in the middle of a transaction must not keep the others waiting,
/// and nothing may be committed without being durable, whatever the role or the database has as its default.
const SESSION: &str = "SET synchronous_commit = on;
    SET idle_in_transaction_session_timeout = '10s';
    SET lock_timeout = '10s';
    SET statement_timeout = 0;
    SET default_transaction_isolation = 'read committed';
    SET client_min_messages = 'error'";

/// Where a database is and how to log in; never shown.
#[derive(Clone)]
pub(crate) struct Address(Config);

/// Whether bytes to a host never leave this machine.
fn stays_here(host: &Host) -> bool {
    match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            let address: Option<std::net::IpAddr> = name.parse().ok();
            name == "localhost" || address.is_some_and(|address| address.is_loopback())
        }
    }
}

impl Address {
    pub(crate) fn parse(url: &str) -> Result<Address, OpenError> {
        // What the library says of a wrong address may quote it.
        let mut config: Config = url.parse().map_err(|_| OpenError::Address)?;
        if config.get_hosts().is_empty() {
            return Err(OpenError::Address);
        }
        let elsewhere = config.get_hosts().iter().find(|host| !stays_here(host));
        let loopback = config
            .get_hostaddrs()
            .iter()
            .all(std::net::IpAddr::is_loopback);
        if elsewhere.is_some() || !loopback {
            return Err(OpenError::NotHere);
        }
        config
            .application_name("footbridge")
            .connect_timeout(CONNECT_TIME)
            .target_session_attrs(TargetSessionAttrs::ReadWrite);
        Ok(Address(config))
    }

    /// The hosts, without anything secret.
    pub(crate) fn hosts(&self) -> String {
        let named = self.0.get_hosts().iter().map(|host| match host {
            Host::Unix(path) => path.display().to_string(),
            Host::Tcp(name) => name.clone(),
        });
        named.collect::<Vec<_>>().join(", ")
    }

    /// A new connection for listening only; whoever has it must keep polling it.
    pub(crate) async fn connect_to_hear(
        &self,
    ) -> Result<(Client, Connection<Socket, NoTlsStream>), tokio_postgres::Error> {
        self.0.connect(NoTls).await
    }

    /// A new connection that keeps the promises of [`SESSION`].
    pub(crate) async fn connect(&self) -> Result<Client, tokio_postgres::Error> {
        let (client, connection) = self.0.connect(NoTls).await?;
        // It ends with the client or with the connection; then the client says that it is closed.
        tokio::spawn(connection);
        client.batch_execute(SESSION).await?;
        Ok(client)
    }
}

/// Waits for the database, but not for ever.
pub(crate) async fn in_time<T>(
    work: impl Future<Output = Result<T, tokio_postgres::Error>>,
) -> Result<T, Broken> {
    match tokio::time::timeout(ANSWER_TIME, work).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(Broken::of(&error)),
        Err(_) => Err(Broken::Unavailable),
    }
}

/// Why the database did not do something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Broken {
    Full,
    /// What was asked can't be done; the connection is as good as before.
    Refused,
    Unavailable,
}

impl Broken {
    fn of(error: &tokio_postgres::Error) -> Broken {
        use tokio_postgres::error::SqlState;
        match error.code() {
            Some(code) if *code == SqlState::DISK_FULL => Broken::Full,
            // The connection breaks, the server goes down or comes up, or it takes no writes any more: all the same to the next change.
            Some(code) if code.code().starts_with("08") || code.code().starts_with("57") => {
                Broken::Unavailable
            }
            Some(code) if *code == SqlState::READ_ONLY_SQL_TRANSACTION => Broken::Unavailable,
            Some(_) => Broken::Refused,
            None => Broken::Unavailable,
        }
    }
}

impl From<Broken> for StoreError {
    fn from(broken: Broken) -> StoreError {
        match broken {
            Broken::Full => StoreError::Full,
            Broken::Refused | Broken::Unavailable => StoreError::Unavailable,
        }
    }
}

/// A connection that is made anew when it broke.
pub(crate) struct Link {
    address: Address,
    client: Mutex<Option<Arc<Client>>>,
}

impl Link {
    pub(crate) fn new(address: Address) -> Link {
        Link {
            address,
            client: Mutex::default(),
        }
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Option<Arc<Client>>> {
        self.client.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection that was alive when last heard of.
    pub(crate) async fn client(&self) -> Result<Arc<Client>, Broken> {
        let alive = self.held().clone().filter(|client| !client.is_closed());
        if let Some(client) = alive {
            return Ok(client);
        }
        let client = Arc::new(in_time(self.address.connect()).await?);
        *self.held() = Some(Arc::clone(&client));
        Ok(client)
    }

    /// Lets go of a connection that is not to be trusted any more.
    pub(crate) fn drop_client(&self) {
        *self.held() = None;
    }
}

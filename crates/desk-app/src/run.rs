//! Runs a desk: the vault, the sync, and the screens on a loopback address, until it is told to stop.

use std::future::Future;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::time::Duration;

use tokio::net::TcpListener;

use crate::Passphrase;
use crate::screens::App;
use crate::sync::StartError;
use crate::vault::{Vault, VaultError};

/// How long open answers may go on after the end was asked for.
const GRACE: Duration = Duration::from_secs(5);

/// What a desk needs to run.
pub struct DeskConfig {
    /// The directory of its vault.
    pub vault: PathBuf,
    /// What opens it; without one the first screen asks for it.
    pub passphrase: Option<Passphrase>,
    /// The relay's address, if another than the line's own.
    pub relay_url: Option<String>,
    /// The port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
}

/// Two links into the desk that work once each.
pub struct Links {
    /// For a person's browser.
    pub open: String,
    /// For a script.
    pub script: String,
}

/// Why a desk does not run.
#[derive(thiserror::Error, Debug)]
pub enum DeskAppError {
    /// Its port can't be had.
    #[error("can't listen on port {port} of this computer: {error}; choose another with --port")]
    Listen {
        /// Which port.
        port: u16,
        /// What the system said.
        error: std::io::Error,
    },
    /// It can't be started from its vault.
    #[error(transparent)]
    Start(#[from] StartError),
    /// Serving ended by itself.
    #[error("the screens ended: {0}")]
    Serve(std::io::Error),
}

impl From<VaultError> for DeskAppError {
    fn from(error: VaultError) -> Self {
        DeskAppError::Start(error.into())
    }
}

/// Runs a desk until `shutdown` is done; `ready` is given the links when the screens can be opened.
///
/// # Errors
/// [`DeskAppError`] when the vault does not open or the port can't be had.
pub async fn run(
    config: DeskConfig,
    ready: impl FnOnce(Links),
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), DeskAppError> {
    let listen = |error| DeskAppError::Listen {
        port: config.port,
        error,
    };
    let address = (Ipv4Addr::LOCALHOST, config.port);
    let listener = TcpListener::bind(address).await.map_err(listen)?;
    let port = listener.local_addr().map_err(listen)?.port();
    if !Vault::exists(&config.vault) {
        return Err(VaultError::NoVault.into());
    }
    let app = App::new(port, config.vault, config.relay_url);
    if let Some(passphrase) = config.passphrase {
        app.unlock(passphrase).await?;
    }
    ready(Links {
        open: app.link(),
        script: app.link(),
    });
    let stopping = app.clone();
    let (stopped, mut is_stopped) = tokio::sync::watch::channel(false);
    let stop = async move {
        shutdown.await;
        // Streams that screens listen to end with the desk, so that the server can end.
        stopping.lock().await;
        let _ = stopped.send(true);
    };
    let served = axum::serve(listener, app.clone().router()).with_graceful_shutdown(stop);
    let served = std::future::IntoFuture::into_future(served);
    tokio::select! {
        ended = served => ended.map_err(DeskAppError::Serve)?,
        () = grace(&mut is_stopped) => {}
    }
    app.lock().await;
    Ok(())
}

/// Ends some time after the stop, for browsers that do not close their connections.
async fn grace(stopped: &mut tokio::sync::watch::Receiver<bool>) {
    if stopped.wait_for(|stopped| *stopped).await.is_err() {
        std::future::pending::<()>().await;
    }
    let never = std::future::pending::<()>();
    let _ = tokio::time::timeout(GRACE, never).await;
}

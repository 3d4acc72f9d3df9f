//! Listening: connections come, are served, and end; their addresses are dropped at once.

use std::future::Future;
use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use hyper_util::service::TowerToHyperService;
use relay::{RelayError, Store};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::app::App;
use crate::clock;
use crate::connection::{self, GRACE};
use crate::endpoint;
use crate::tls::Tls;

/// How long to wait when the system gives no more connections.
const BREATH: Duration = Duration::from_secs(1);
/// How often old envelopes are looked for.
const EXPIRE_EVERY: Duration = Duration::from_secs(3600);

/// Serves until `shutdown` is done; then ends what is under way.
pub async fn serve<S: Store>(
    listener: TcpListener,
    app: Arc<App<S>>,
    tls: Option<Tls>,
    shutdown: impl Future<Output = ()>,
) {
    if let Err(error) = app.start().await {
        tracing::error!(code = error.code(), "the store does not answer");
    }
    let service = TowerToHyperService::new(endpoint::router(Arc::clone(&app)));
    let places = Arc::clone(&app.places);
    let hearing = tokio::spawn(hear(Arc::clone(&app)));
    let expiry = tokio::spawn(expire(app));
    let (stop, stopping) = watch::channel(false);
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &places) => accepted,
            () = &mut shutdown => break,
        };
        let Some((stream, place)) = accepted else {
            continue;
        };
        let served = connection::serve(stream, tls.clone(), service.clone(), stopping.clone());
        tokio::spawn(async move {
            served.await;
            drop(place);
        });
    }
    hearing.abort();
    expiry.abort();
    drop(stopping);
    stop.send_replace(true);
    let _ = tokio::time::timeout(GRACE, stop.closed()).await;
}

/// The next connection and its place among those allowed. Who it is from is not kept.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, _)) => {
            stream.set_nodelay(true).ok()?;
            Some((stream, place))
        }
        Err(error) => {
            if !is_of_one_connection(error.kind()) {
                tracing::error!(
                    "the system gives no more connections; raise its limit of open files"
                );
                breathe().await;
            }
            None
        }
    }
}

/// Whether an error is that of a connection which ended before it was accepted, rather than the listener's.
fn is_of_one_connection(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::ConnectionAborted | ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset
    )
}

#[allow(
    clippy::disallowed_methods,
    reason = "the system does not tell when it has room again; asking without a pause would use up a processor"
)]
async fn breathe() {
    tokio::time::sleep(BREATH).await;
}

/// Goes by what other relays on the same store change; what can't be looked at now is looked at a little later.
async fn hear<S: Store>(app: Arc<App<S>>) {
    loop {
        let announced = app.relay.announced().await;
        while app.hear(announced).await.is_err() {
            breathe().await;
        }
    }
}

/// Destroys what has been kept long enough, now and each hour.
async fn expire<S: Store>(app: Arc<App<S>>) {
    let mut hours = tokio::time::interval(EXPIRE_EVERY);
    let (begun, since) = (tokio::time::Instant::now(), clock::now());
    loop {
        hours.tick().await;
        let now = clock::now();
        if let Some(doubt) = app.relay.doubts((since, begun.elapsed()), now) {
            tracing::error!("{doubt}");
            continue;
        }
        if let Err(error) = app.relay.expire(now).await {
            log_failed(error);
        }
    }
}

fn log_failed(error: RelayError) {
    tracing::error!(
        code = error.code(),
        "expiring failed; it is tried again in an hour"
    );
}

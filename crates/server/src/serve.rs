//! Listening: connections come, are served, and end; their addresses are dropped at once.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use relay::{RelayError, Store};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use crate::app::App;
use crate::clock;
use crate::endpoint;
use crate::tls::Tls;

/// How many connections there are at most; more wait in the system's queue.
const CONNECTIONS: usize = 16_384;
/// How long the head of a request, or a TLS handshake, may take.
const HEAD_TIME: Duration = Duration::from_secs(20);
/// How often old envelopes are looked for.
const EXPIRE_EVERY: Duration = Duration::from_secs(3600);
/// How long open requests may go on after the end was asked for.
const GRACE: Duration = Duration::from_secs(5);

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
    let router = endpoint::router(Arc::clone(&app));
    let service = TowerToHyperService::new(router);
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let expiry = tokio::spawn(expire(app));
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &places) => accepted,
            () = &mut shutdown => break,
        };
        let Some((stream, place)) = accepted else {
            continue;
        };
        let service = service.clone();
        let watcher = graceful.watcher();
        let tls = tls.clone();
        tokio::spawn(async move {
            let Some(stream) = secure(stream, tls).await else {
                return;
            };
            let mut builder = Builder::new(TokioExecutor::new());
            builder
                .http1()
                .timer(TokioTimer::new())
                .header_read_timeout(HEAD_TIME);
            builder
                .http2()
                .timer(TokioTimer::new())
                .keep_alive_interval(HEAD_TIME)
                .max_concurrent_streams(32);
            let connection = builder.serve_connection(TokioIo::new(stream), service);
            let _ = watcher.watch(connection.into_owned()).await;
            drop(place);
        });
    }
    expiry.abort();
    let _ = tokio::time::timeout(GRACE, graceful.shutdown()).await;
}

/// The next connection and its place among those allowed. Who it is from is not kept.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    let (stream, _) = listener.accept().await.ok()?;
    stream.set_nodelay(true).ok()?;
    Some((stream, place))
}

/// A stream in the clear or under TLS.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

async fn secure(stream: TcpStream, tls: Option<Tls>) -> Option<Box<dyn Stream>> {
    match tls {
        None => Some(Box::new(stream)),
        Some(tls) => {
            let handshake = tokio::time::timeout(HEAD_TIME, tls.accept(stream));
            Some(Box::new(handshake.await.ok()?.ok()?))
        }
    }
}

/// Destroys what has been kept long enough, now and each hour.
async fn expire<S: Store>(app: Arc<App<S>>) {
    let mut hours = tokio::time::interval(EXPIRE_EVERY);
    loop {
        hours.tick().await;
        if let Err(error) = app.relay.expire(clock::now()).await {
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

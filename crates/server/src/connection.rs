//! One connection from its first byte to its last; every way of saying nothing on it comes to an end.

use std::time::Duration;

use axum::Router;
use hyper::server::conn::http2::Builder;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::watch;

use crate::impatient::Impatient;
use crate::resting;
use crate::tls::Tls;

/// How long the head of a request, or a TLS handshake, may take; and how long a connection may be idle.
pub(crate) const HEAD_TIME: Duration = Duration::from_secs(20);
/// How long an HTTP/2 connection may last. Its pings are answered by any other side, however little it wants.
const HTTP2_TIME: Duration = Duration::from_secs(15 * 60);
/// How long open requests may go on after the end was asked for.
pub(crate) const GRACE: Duration = Duration::from_secs(5);

/// A stream in the clear or under TLS.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// The two ways in which requests are written. Which one it is was agreed before the first byte: guessing it from the
/// bytes would wait for them for ever.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Version {
    Http1,
    Http2,
}

async fn secure(stream: TcpStream, tls: Option<Tls>) -> Option<(Box<dyn Stream>, Version)> {
    let stream = Impatient::new(stream);
    let Some(tls) = tls else {
        return Some((Box::new(stream), Version::Http1));
    };
    let handshake = tokio::time::timeout(HEAD_TIME, tls.accept(stream));
    let (stream, is_http2) = handshake.await.ok()?.ok()?;
    let version = if is_http2 {
        Version::Http2
    } else {
        Version::Http1
    };
    Some((Box::new(stream), version))
}

fn http2() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .timer(TokioTimer::new())
        .keep_alive_interval(HEAD_TIME)
        .max_concurrent_streams(32);
    builder
}

#[allow(
    clippy::disallowed_methods,
    reason = "a connection that lasts too long shows it by nothing but time"
)]
async fn lasted_too_long() {
    tokio::time::sleep(HTTP2_TIME).await;
}

/// Serves HTTP/2, for a while.
async fn serve_http2(
    stream: Box<dyn Stream>,
    service: TowerToHyperService<Router>,
    mut stopping: watch::Receiver<bool>,
) {
    let builder = http2();
    let mut connection = std::pin::pin!(builder.serve_connection(TokioIo::new(stream), service));
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stopping.wait_for(|stopping| *stopping) => {}
        () = lasted_too_long() => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = tokio::time::timeout(GRACE, connection).await;
}

/// Serves a connection until it ends, or `stopping` says so; then what is under way is finished first.
pub(crate) async fn serve(
    stream: TcpStream,
    tls: Option<Tls>,
    service: TowerToHyperService<Router>,
    stopping: watch::Receiver<bool>,
) {
    let Some((stream, version)) = secure(stream, tls).await else {
        return;
    };
    match version {
        // Its heads have a time of their own, its answers are taken or it breaks, and a desk listens on one for days.
        Version::Http1 => resting::serve(stream, service, stopping).await,
        // On the heap, so that connections of the other kind do not have its size.
        Version::Http2 => Box::pin(serve_http2(stream, service, stopping)).await,
    }
}

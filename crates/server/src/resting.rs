//! HTTP/1 on one connection that gives its buffers back while nothing is asked on it: a page asks for a moment every few seconds, and very many
//! pages are open at once.
//!
//! hyper keeps some 24 KiB for a connection for as long as it has it. So hyper has it only while it is used: once all that was asked is answered,
//! hyper is told to end without closing, and gets the stream again with the first byte of what is asked next. A connection rests only when
//! hyper would have kept it open too, and when nothing of the last request can be left on it that might be taken for the next one.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::header::CONNECTION;
use axum::http::{HeaderMap, Request, Response, Version};
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::watch;

use crate::connection::{GRACE, HEAD_TIME, Stream};
use crate::picked_up::PickedUp;

/// After so long without a request, at the most after twice as long, a connection rests. What asks at once again does not pay for it.
const QUIET: Duration = Duration::from_millis(250);

/// What was asked and answered on a connection since hyper has it.
#[derive(Default)]
struct Activity {
    /// Requests whose head has come.
    begun: AtomicU64,
    /// Those of them whose body was read to its end.
    read: AtomicU64,
    /// Those whose answer was given to its end.
    answered: AtomicU64,
    /// Whether any of them, or of their answers, was the last for this connection.
    is_last: AtomicBool,
}

impl Activity {
    fn begun(&self) -> u64 {
        self.begun.load(Ordering::Relaxed)
    }

    /// Whether everything that was asked was read and answered whole, and more may be asked.
    fn is_over(&self) -> bool {
        let begun = self.begun();
        let done = [&self.read, &self.answered];
        begun > 0
            && done
                .iter()
                .all(|done| done.load(Ordering::Relaxed) == begun)
            && !self.is_last.load(Ordering::Relaxed)
    }
}

/// Whether heads say that nothing follows on their connection (RFC 9112, section 9.3).
fn ends(version: Version, headers: &HeaderMap) -> bool {
    let mut said = headers.get_all(CONNECTION).iter();
    version != Version::HTTP_11
        || said.any(|value| {
            let value = value.as_bytes().to_ascii_lowercase();
            value
                .split(|byte| *byte == b',')
                .any(|option| option.trim_ascii() == b"close")
        })
}

/// A body that is counted once it has come, or gone, to its end.
struct Counted<B> {
    body: B,
    activity: Arc<Activity>,
    counter: fn(&Activity) -> &AtomicU64,
    is_counted: bool,
}

impl<B: HttpBody> Counted<B> {
    fn new(body: B, activity: &Arc<Activity>, counter: fn(&Activity) -> &AtomicU64) -> Counted<B> {
        let mut counted = Counted {
            body,
            activity: Arc::clone(activity),
            counter,
            is_counted: false,
        };
        counted.count_if(counted.body.is_end_stream());
        counted
    }

    fn count_if(&mut self, ended: bool) {
        if ended && !self.is_counted {
            self.is_counted = true;
            (self.counter)(&self.activity).fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl<B: HttpBody + Unpin> HttpBody for Counted<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        let ended = matches!(polled, Poll::Ready(None)) || self.body.is_end_stream();
        self.count_if(ended);
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The service, watched on one connection.
struct Watched {
    service: TowerToHyperService<Router>,
    activity: Arc<Activity>,
}

impl Service<Request<Incoming>> for Watched {
    type Response = Response<Counted<Body>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let activity = Arc::clone(&self.activity);
        activity.begun.fetch_add(1, Ordering::Relaxed);
        if ends(request.version(), request.headers()) {
            activity.is_last.store(true, Ordering::Relaxed);
        }
        let request = request.map(|body| Body::new(Counted::new(body, &activity, |of| &of.read)));
        let answering = self.service.call(request);
        Box::pin(async move {
            let answer = answering.await?;
            if ends(Version::HTTP_11, answer.headers()) {
                activity.is_last.store(true, Ordering::Relaxed);
            }
            Ok(answer.map(|body| Counted::new(body, &activity, |of| &of.answered)))
        })
    }
}

type Connection<T> = http1::Connection<TokioIo<PickedUp<T>>, Watched>;

fn connection<T: Stream>(
    stream: PickedUp<T>,
    service: &TowerToHyperService<Router>,
    activity: &Arc<Activity>,
) -> Box<Connection<T>> {
    let service = Watched {
        service: service.clone(),
        activity: Arc::clone(activity),
    };
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME);
    // On the heap, so that it is not there while the connection rests.
    Box::new(builder.serve_connection(TokioIo::new(stream), service))
}

#[allow(
    clippy::disallowed_methods,
    reason = "that nothing is asked is no event; only time tells"
)]
async fn quiet() {
    tokio::time::sleep(QUIET).await;
}

/// Serves what is asked until nothing is. Gives the stream and what was read of it already; nothing when the connection is over.
async fn serve_busy<T: Stream>(
    stream: PickedUp<T>,
    service: &TowerToHyperService<Router>,
    stopping: &mut watch::Receiver<bool>,
) -> Option<(PickedUp<T>, Bytes)> {
    let activity = Arc::new(Activity::default());
    let flushed = stream.flushed();
    let mut connection = connection(stream, service, &activity);
    let mut begun = 0;
    loop {
        let stops = tokio::select! {
            _ = connection.as_mut() => return None,
            _ = stopping.wait_for(|stopping| *stopping) => true,
            () = quiet() => false,
        };
        if stops {
            Pin::new(connection.as_mut()).graceful_shutdown();
            let _ = tokio::time::timeout(GRACE, connection.as_mut()).await;
            return None;
        }
        if activity.is_over() && activity.begun() == begun && flushed.load(Ordering::Relaxed) {
            break;
        }
        begun = activity.begun();
    }
    Pin::new(connection.as_mut()).graceful_shutdown();
    poll_fn(|context| connection.poll_without_shutdown(context))
        .await
        .ok()?;
    let parts = connection.into_parts();
    Some((parts.io.into_inner(), parts.read_buf))
}

/// Waits for the next byte. Gives it; nothing when the connection is over, or was idle for too long.
async fn rest<T: Stream>(
    stream: &mut PickedUp<T>,
    stopping: &mut watch::Receiver<bool>,
) -> Option<Bytes> {
    let mut first = [0];
    let read = tokio::select! {
        read = tokio::time::timeout(HEAD_TIME, stream.read(&mut first)) => read.ok()?.ok()?,
        _ = stopping.wait_for(|stopping| *stopping) => 0,
    };
    (read > 0).then(|| Bytes::copy_from_slice(&first))
}

/// Serves a connection until it ends, or `stopping` says so; then what is under way is finished first.
pub(crate) async fn serve<T: Stream>(
    stream: T,
    service: TowerToHyperService<Router>,
    mut stopping: watch::Receiver<bool>,
) {
    let mut stream = PickedUp::new(stream);
    while let Some((given_back, read)) = serve_busy(stream, &service, &mut stopping).await {
        stream = given_back;
        let next = if read.is_empty() {
            // Empty as it is, it holds all of hyper's room for reading.
            drop(read);
            rest(&mut stream, &mut stopping).await
        } else {
            Some(read)
        };
        let Some(next) = next else {
            let _ = tokio::time::timeout(GRACE, stream.shutdown()).await;
            return;
        };
        stream.give_back(next);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

    use std::future::pending;

    use axum::routing::{get, post};
    use tokio::io::{DuplexStream, duplex};

    use super::*;

    const GET: &str = "GET /hello HTTP/1.1\r\nhost: line\r\n\r\n";

    fn service() -> TowerToHyperService<Router> {
        let router = Router::new()
            .route("/hello", get(|| async { "hello" }))
            .route("/echo", post(|body: String| async { body }))
            .route("/unread", post(|| async { "unread" }))
            .route("/never", get(pending::<String>));
        TowerToHyperService::new(router)
    }

    /// The other side of a connection that is served, and what stops it.
    fn served() -> (DuplexStream, watch::Sender<bool>) {
        let (near, far) = duplex(1 << 16);
        let (stop, stopping) = watch::channel(false);
        tokio::spawn(serve(far, service(), stopping));
        (near, stop)
    }

    /// What comes until a text was seen so often, or the connection ends.
    async fn read_until(stream: &mut DuplexStream, text: &str, times: usize) -> String {
        let mut seen = String::new();
        let mut bytes = [0; 1024];
        while seen.matches(text).count() < times {
            let count = stream.read(&mut bytes).await.unwrap();
            if count == 0 {
                break;
            }
            seen.push_str(std::str::from_utf8(&bytes[..count]).unwrap());
        }
        seen
    }

    /// Far longer than after what a connection rests, and shorter than what ends it.
    async fn later() {
        for _ in 0..10 {
            tokio::time::advance(QUIET).await;
            tokio::task::yield_now().await;
        }
    }

    async fn rests_after(asked: &str) -> bool {
        let (mut near, far) = duplex(1 << 16);
        let (_stop, mut stopping) = watch::channel(false);
        near.write_all(asked.as_bytes()).await.unwrap();
        let service = service();
        let serving = serve_busy(PickedUp::new(far), &service, &mut stopping);
        let serving = tokio::time::timeout(HEAD_TIME / 2, serving);
        matches!(serving.await, Ok(Some(_)))
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_rests_once_all_was_asked_and_answered_whole() {
        let echo = |body: &str| {
            format!("POST /echo HTTP/1.1\r\nhost: line\r\ncontent-length: 4\r\n\r\n{body}")
        };
        assert!(rests_after(GET).await);
        assert!(rests_after(&GET.repeat(3)).await);
        assert!(rests_after(&echo("four")).await);
        let chunked = "POST /echo HTTP/1.1\r\nhost: line\r\ntransfer-encoding: chunked\r\n\r\n4\r\nfour\r\n0\r\n\r\n";
        assert!(rests_after(chunked).await);
        for restless in [
            // Nothing, a part of a head or of a body, no answer yet.
            "",
            "GET /hel",
            &echo("fo"),
            "GET /never HTTP/1.1\r\nhost: line\r\n\r\n",
            // A body that nobody read.
            "POST /unread HTTP/1.1\r\nhost: line\r\ncontent-length: 4\r\n\r\n",
            "POST /unread HTTP/1.1\r\nhost: line\r\ncontent-length: 4\r\n\r\nfour",
            "POST /unread HTTP/1.1\r\nhost: line\r\ntransfer-encoding: chunked\r\n\r\n4\r\nfour\r\n",
            // The last request of its connection.
            "GET /hello HTTP/1.0\r\n\r\n",
            "GET /hello HTTP/1.1\r\nhost: line\r\nconnection: close\r\n\r\n",
            "GET /hello HTTP/1.1\r\nhost: line\r\nconnection: x, Close\r\n\r\n",
            // No HTTP.
            "\u{16}\u{3}\u{1}",
        ] {
            assert!(!rests_after(restless).await, "{restless}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_asked_after_a_rest_is_answered() {
        let (mut near, _stop) = served();
        for _ in 0..3 {
            near.write_all(GET.as_bytes()).await.unwrap();
            assert!(
                read_until(&mut near, "hello", 1)
                    .await
                    .starts_with("HTTP/1.1 200")
            );
            later().await;
        }
        // Several at once, and a head that comes in halves with a rest between them.
        near.write_all(GET.repeat(3).as_bytes()).await.unwrap();
        read_until(&mut near, "hello", 3).await;
        let (first, second) = GET.split_at(9);
        near.write_all(first.as_bytes()).await.unwrap();
        later().await;
        near.write_all(second.as_bytes()).await.unwrap();
        assert!(read_until(&mut near, "hello", 1).await.ends_with("hello"));
    }

    #[tokio::test(start_paused = true)]
    async fn half_a_head_behind_a_request_is_not_lost() {
        let (mut near, _stop) = served();
        let (first, second) = GET.split_at(9);
        near.write_all(format!("{GET}{first}").as_bytes())
            .await
            .unwrap();
        read_until(&mut near, "hello", 1).await;
        later().await;
        near.write_all(second.as_bytes()).await.unwrap();
        assert!(read_until(&mut near, "hello", 1).await.ends_with("hello"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_nobody_read_is_never_taken_for_a_request() {
        let head = format!(
            "POST /unread HTTP/1.1\r\nhost: line\r\ncontent-length: {}\r\n\r\n",
            GET.len()
        );
        for waits in [false, true] {
            let (mut near, _stop) = served();
            near.write_all(head.as_bytes()).await.unwrap();
            if waits {
                read_until(&mut near, "unread", 1).await;
                later().await;
            }
            // The connection may be closed by then, as hyper does it.
            let _ = near.write_all(GET.as_bytes()).await;
            let seen = read_until(&mut near, "hello", 1).await;
            assert!(!seen.contains("hello"), "{seen}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_ends_when_it_says_so_rests_too_long_or_is_stopped() {
        let (mut near, _stop) = served();
        let last = "GET /hello HTTP/1.1\r\nhost: line\r\nconnection: close\r\n\r\n";
        near.write_all(last.as_bytes()).await.unwrap();
        read_until(&mut near, "no more", 1).await;

        let (mut near, _stop) = served();
        near.write_all(GET.as_bytes()).await.unwrap();
        let begun = tokio::time::Instant::now();
        read_until(&mut near, "no more", 1).await;
        assert!(begun.elapsed() >= HEAD_TIME && begun.elapsed() < 2 * HEAD_TIME);

        let (mut near, stop) = served();
        near.write_all(GET.as_bytes()).await.unwrap();
        read_until(&mut near, "hello", 1).await;
        later().await;
        let begun = tokio::time::Instant::now();
        stop.send_replace(true);
        read_until(&mut near, "no more", 1).await;
        assert!(begun.elapsed() < GRACE);
    }
}

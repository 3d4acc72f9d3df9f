//! What lies between a browser and the relay while a visit is captured: first whoever watches the network, then the end of TLS, where
//! the requests can be written down.
//!
//! TLS ends here with the libraries and settings with which `server` ends it, and the relay behind gets the requests in the clear: in
//! this way one visit gives both what the network sees and what a log of the relay could hold, without a log in the relay.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response, header};
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use serde::{Deserialize, Serialize};
use shape::{RecordSplitter, Seen};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// As the relay has them.
const HTTP2: &[u8] = b"h2";
const KEEP_ALIVE: Duration = Duration::from_secs(20);
const STREAMS: u32 = 32;
const FRAGMENT: usize = 2_048;
const TURN: &str = "/v1/turn";
/// What a turn is for that writes a slot, and nothing else.
const SAVES: u8 = 2;
/// How often a turn is due, up to how much later it begins by lot (`crates/page/web/turns.js`), and what more is noticed: microseconds.
pub(crate) const PACE: u64 = 6_000_000;
const LOTS: u64 = PACE / 6;
const NOTICED: u64 = 200_000;
/// Bytes between the watcher and the end of TLS.
const ROOM: usize = 1 << 16;

/// A request as the end of TLS sees it.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Logged {
    pub(crate) at: u64,
    pub(crate) took: u64,
    pub(crate) path: String,
    /// The first byte of its body, which says what a turn is to carry out.
    pub(crate) first_byte: Option<u8>,
    pub(crate) asked: usize,
    pub(crate) answered: usize,
}

/// What was captured of a visit.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Captured {
    #[serde(skip)]
    begun: Option<Instant>,
    pub(crate) connections: usize,
    pub(crate) records: Vec<Seen>,
    pub(crate) requests: Vec<Logged>,
    /// Bytes that were no TLS.
    pub(crate) strange: u64,
}

impl Captured {
    /// Whether a contact's state was saved, as it is once an answer was read.
    pub(crate) fn has_saved(&self) -> bool {
        let mut requests = self.requests.iter();
        requests.any(|one| one.path == TURN && one.first_byte == Some(SAVES))
    }

    /// Whether a turn began later after it was due than the lot makes it. What is due is counted from the first.
    pub(crate) fn is_late(&self) -> bool {
        let turns = self.requests.iter().filter(|one| one.path == TURN);
        let mut turns = turns.map(|one| one.at);
        let first = turns.next().unwrap_or_default();
        // On its way a turn may win a little on the first.
        let after_due = |at: u64| (at + NOTICED - first) % PACE;
        turns.any(|at| after_due(at) > LOTS + 2 * NOTICED)
    }

    /// Microseconds since the first byte.
    fn at(&mut self) -> u64 {
        let now = Instant::now();
        let begun = *self.begun.get_or_insert(now);
        u64::try_from(now.duration_since(begun).as_micros()).unwrap_or(u64::MAX)
    }
}

#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Captured>>);

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Captured> {
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// The end of TLS before the relay.
pub(crate) struct Front {
    acceptor: TlsAcceptor,
    relay: String,
    http: Client<HttpConnector, Full<Bytes>>,
}

impl Front {
    /// Before a relay in the clear, at an address such as `http://127.0.0.1:8080`, with a certificate that is made for it.
    pub(crate) fn new(relay: &str) -> Result<Arc<Front>> {
        let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()])?;
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let mut provider = aws_lc_rs::default_provider();
        provider
            .kx_groups
            .sort_by_key(|group| group.name() != aws_lc_rs::kx_group::X25519MLKEM768.name());
        let mut config = ServerConfig::builder_with_provider(Arc::new(provider))
            .with_protocol_versions(&[&rustls::version::TLS13])?
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)?;
        config.max_fragment_size = Some(FRAGMENT);
        config.alpn_protocols = vec![HTTP2.to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(Front {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            relay: relay.trim_end_matches('/').to_owned(),
            http: Client::builder(TokioExecutor::new()).build_http(),
        }))
    }

    async fn serve(
        self: Arc<Front>,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        captured: Shared,
    ) -> Result<()> {
        let stream = self.acceptor.accept(stream).await?;
        let is_http2 = stream.get_ref().1.alpn_protocol() == Some(HTTP2);
        let mut builder = Builder::new(TokioExecutor::new());
        builder.http1().timer(TokioTimer::new());
        builder
            .http2()
            .timer(TokioTimer::new())
            .keep_alive_interval(KEEP_ALIVE)
            .max_concurrent_streams(STREAMS);
        let builder = match is_http2 {
            true => builder.http2_only(),
            false => builder.http1_only(),
        };
        let service = hyper::service::service_fn(move |request| {
            let (front, captured) = (Arc::clone(&self), captured.clone());
            async move { front.forward(request, &captured).await }
        });
        let served = builder.serve_connection(TokioIo::new(stream), service);
        served.await.map_err(|error| anyhow::anyhow!("{error}"))
    }

    async fn forward(
        &self,
        request: Request<Incoming>,
        captured: &Shared,
    ) -> Result<Response<Full<Bytes>>> {
        let (head, body) = request.into_parts();
        let at = captured.lock().at();
        let body = body.collect().await?.to_bytes();
        let path = head
            .uri
            .path_and_query()
            .map_or("/", |path| path.as_str())
            .to_owned();
        let mut onward = Request::builder()
            .method(head.method)
            .uri(format!("{}{path}", self.relay));
        let headers = head.headers.iter();
        for (name, value) in headers.filter(|(name, _)| !is_of_the_connection(name)) {
            onward = onward.header(name, value);
        }
        let (first_byte, asked) = (body.first().copied(), body.len());
        let answer = self.http.request(onward.body(Full::new(body))?).await?;
        let (mut head, body) = answer.into_parts();
        let body = body.collect().await?.to_bytes();
        let mut captured = captured.lock();
        let took = captured.at().saturating_sub(at);
        captured.requests.push(Logged {
            at,
            took,
            path,
            first_byte,
            asked,
            answered: body.len(),
        });
        head.headers.remove(header::CONNECTION);
        head.headers.remove(header::TRANSFER_ENCODING);
        head.version = hyper::Version::default();
        Ok(Response::from_parts(head, Full::new(body)))
    }
}

/// Whether a header is about one connection only, or is set anew.
fn is_of_the_connection(name: &header::HeaderName) -> bool {
    [
        header::CONNECTION,
        header::HOST,
        header::TRANSFER_ENCODING,
        header::CONTENT_LENGTH,
    ]
    .contains(name)
}

/// The way of one visit, with a port of its own.
pub(crate) struct Wire {
    port: u16,
    captured: Shared,
    listening: JoinHandle<()>,
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl Wire {
    /// Listens on a free port of 127.0.0.1.
    pub(crate) async fn new(front: &Arc<Front>) -> Result<Wire> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        let captured = Shared::default();
        let (front, shared) = (Arc::clone(front), captured.clone());
        let listening = tokio::spawn(async move {
            // What is served ends with this, so that nothing of a visit goes on after it.
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((browser, _)) = listener.accept().await {
                let _ = browser.set_nodelay(true);
                shared.lock().connections += 1;
                let (near, far) = tokio::io::duplex(ROOM);
                connections.spawn(Arc::clone(&front).serve(far, shared.clone()));
                let ((from_browser, to_browser), (from_relay, to_relay)) =
                    (browser.into_split(), tokio::io::split(near));
                connections.spawn(watch(from_browser, to_relay, true, shared.clone()));
                connections.spawn(watch(from_relay, to_browser, false, shared.clone()));
            }
        });
        Ok(Wire {
            port,
            captured,
            listening,
        })
    }

    /// The port that it listens on.
    #[allow(dead_code, reason = "asked for by the other example")]
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The page's address on this way.
    pub(crate) fn address(&self) -> String {
        format!("https://127.0.0.1:{}/", self.port)
    }

    /// Ends it, and gives what was captured.
    pub(crate) fn finish(self) -> Result<Captured> {
        self.listening.abort();
        let mut captured = std::mem::take(&mut *self.captured.lock());
        captured.begun.context("the browser never came")?;
        captured.requests.sort_by_key(|request| request.at);
        Ok(captured)
    }
}

/// Hands bytes on as they come, and writes down when which record was whole.
async fn watch(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    is_outgoing: bool,
    captured: Shared,
) -> Result<()> {
    let mut splitter = RecordSplitter::default();
    let mut bytes = vec![0; ROOM];
    loop {
        let count = from.read(&mut bytes).await?;
        let Some(read) = bytes.get(..count).filter(|read| !read.is_empty()) else {
            return Ok(to.shutdown().await?);
        };
        let before = splitter.strange_bytes();
        let records = splitter.push(read);
        {
            let mut captured = captured.lock();
            let at = captured.at();
            captured.strange += splitter.strange_bytes() - before;
            captured
                .records
                .extend(records.into_iter().map(|record| Seen {
                    at,
                    is_outgoing,
                    record,
                }));
        }
        to.write_all(read).await?;
    }
}

//! The one HTTP client of the relay's interface (`docs/protocol.md`, section 6).
//!
//! Errors tell apart what a person must be told: the relay said no, nothing was sent, or it is not known whether it
//! arrived. It never tries again by itself; every request may be repeated safely by the caller.

mod changes;
mod error;
mod session;
mod work;

use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{Method, Request, StatusCode, Uri, header};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::crypto::aws_lc_rs;
use rustls_pki_types::{CertificateDer, pem::PemObject};
use wire::{
    Envelope, EnvelopeHash, Kind, LineDocument, SequencedEnvelope, Shred, SlotContent, SlotNames,
    SlotWrite, TurnKind,
};

pub use changes::{Change, Changes};
pub use error::ClientError;
pub use session::DeskClient;

/// How long one request may take.
const TIME: Duration = Duration::from_secs(60);
/// How long a connection is kept for the next request; a relay ends it a little later, and a request that meets that end
/// would not be known to have arrived.
const IDLE: Duration = Duration::from_secs(15);
/// The size of an answer at most, in bytes.
const ANSWER: usize = 4 << 20;
/// The largest page that is read.
const PAGE: usize = 16 << 20;
/// The size of a card pack at most, in bytes.
const PACK: usize = 64 << 20;
/// How long a card pack may take, which is larger than all else.
const PACK_TIME: Duration = Duration::from_secs(900);

type Http = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// The relay as anybody may ask it.
#[derive(Clone)]
pub struct RelayClient {
    http: Http,
    base: String,
}

impl RelayClient {
    /// A client for the relay at an address such as `https://line.example` (`http://` only makes sense on loopback or
    /// behind an onion service).
    ///
    /// # Errors
    /// [`ClientError::Address`] when it is none.
    pub fn new(address: &str) -> Result<RelayClient, ClientError> {
        let roots =
            rustls::RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        RelayClient::with_roots(address, roots, None)
    }

    /// As [`RelayClient::new`], from one of this machine's own addresses; for tests of what a relay keeps of addresses.
    ///
    /// # Errors
    /// [`ClientError::Address`] when the relay's address is none.
    pub fn from_address(address: &str, own: IpAddr) -> Result<RelayClient, ClientError> {
        RelayClient::with_roots(address, rustls::RootCertStore::empty(), Some(own))
    }

    /// As [`RelayClient::new`], trusting only the certificates in a PEM file.
    ///
    /// # Errors
    /// [`ClientError::Address`] when it is no address, [`ClientError::Certificate`] when the file can't be used.
    pub fn with_certificate(address: &str, path: &Path) -> Result<RelayClient, ClientError> {
        let mut roots = rustls::RootCertStore::empty();
        let certificates =
            CertificateDer::pem_file_iter(path).map_err(|_| ClientError::Certificate)?;
        for certificate in certificates {
            let certificate = certificate.map_err(|_| ClientError::Certificate)?;
            roots
                .add(certificate)
                .map_err(|_| ClientError::Certificate)?;
        }
        RelayClient::with_roots(address, roots, None)
    }

    fn with_roots(
        address: &str,
        roots: rustls::RootCertStore,
        own: Option<IpAddr>,
    ) -> Result<RelayClient, ClientError> {
        let base = address.trim_end_matches('/').to_owned();
        let uri: Uri = base.parse().map_err(|_| ClientError::Address)?;
        if !matches!(uri.scheme_str(), Some("http" | "https")) || uri.authority().is_none() {
            return Err(ClientError::Address);
        }
        let mut provider = aws_lc_rs::default_provider();
        // A relay goes by what it is offered first: what is recorded today is not opened by a quantum computer later.
        provider
            .kx_groups
            .sort_by_key(|group| group.name() != aws_lc_rs::kx_group::X25519MLKEM768.name());
        let config = rustls::ClientConfig::builder_with_provider(provider.into())
            .with_safe_default_protocol_versions()
            .map_err(|_| ClientError::Certificate)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let mut connector = HttpConnector::new();
        connector.enforce_http(false);
        connector.set_nodelay(true);
        connector.set_local_address(own);
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(config)
            .https_or_http()
            .enable_http1()
            .wrap_connector(connector);
        let http = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .build(connector);
        Ok(RelayClient { http, base })
    }

    /// The address it was made with.
    pub fn address(&self) -> &str {
        &self.base
    }

    fn request(
        &self,
        method: Method,
        path: &str,
        body: Vec<u8>,
        token: Option<&str>,
    ) -> Result<Request<Full<Bytes>>, ClientError> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header(header::CONTENT_TYPE, "application/octet-stream");
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, token);
        }
        request
            .body(Full::from(body))
            .map_err(|_| ClientError::Address)
    }

    async fn exchange(
        &self,
        request: Request<Full<Bytes>>,
        limit: usize,
        time: Duration,
    ) -> Result<(StatusCode, Bytes), ClientError> {
        let answer = async {
            let answer =
                self.http
                    .request(request)
                    .await
                    .map_err(|error| match error.is_connect() {
                        true => ClientError::NotSent,
                        false => ClientError::NotKnown,
                    })?;
            let status = answer.status();
            let body = Limited::new(answer.into_body(), limit);
            let body = body.collect().await.map_err(|_| ClientError::NotKnown)?;
            Ok((status, body.to_bytes()))
        };
        let answered = tokio::time::timeout(time, answer).await;
        answered.unwrap_or(Err(ClientError::NotKnown))
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Vec<u8>,
        token: Option<&str>,
    ) -> Result<Bytes, ClientError> {
        let request = self.request(method, path, body, token)?;
        let (status, body) = self.exchange(request, ANSWER, TIME).await?;
        match status {
            StatusCode::OK | StatusCode::NO_CONTENT => Ok(body),
            _ => Err(error::refused(status, &body)),
        }
    }

    async fn post_bytes(&self, path: &str, body: Vec<u8>) -> Result<Bytes, ClientError> {
        self.ask(Method::POST, path, body, None).await
    }

    /// `GET /v1/line`; verify it with `statements::Line::verify`.
    ///
    /// # Errors
    /// [`ClientError`]; `Answer` when it is no line document.
    pub async fn line(&self) -> Result<LineDocument, ClientError> {
        let answer = self.ask(Method::GET, "/v1/line", Vec::new(), None).await?;
        LineDocument::parse(&answer).map_err(|_| ClientError::Answer)
    }

    /// `GET /plain/PATH`: one of the pages without scripts, or their feed. Nothing of it is checked.
    ///
    /// # Errors
    /// [`ClientError`]; `Answer` when it is no text.
    pub async fn plain(&self, path: &str) -> Result<String, ClientError> {
        let path = format!("/plain/{path}");
        let answer = self.ask(Method::GET, &path, Vec::new(), None).await?;
        String::from_utf8(answer.to_vec()).map_err(|_| ClientError::Answer)
    }

    /// `GET /TAG`: the page of a language, or at an empty tag of any, as a browser gets it; at most 16 MiB. Nothing of it is checked.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn page(&self, tag: &str) -> Result<Bytes, ClientError> {
        let request = self.request(Method::GET, &format!("/{tag}"), Vec::new(), None)?;
        match self.exchange(request, PAGE, TIME).await? {
            (StatusCode::OK, page) => Ok(page),
            (status, body) => Err(error::refused(status, &body)),
        }
    }

    /// `GET /plain/pack.zip`: the card pack, at most 64 MiB; `None` when the relay has none now. Nothing of it is checked.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn pack(&self) -> Result<Option<Bytes>, ClientError> {
        let request = self.request(Method::GET, "/plain/pack.zip", Vec::new(), None)?;
        match self.exchange(request, PACK, PACK_TIME).await? {
            (StatusCode::OK, pack) => Ok(Some(pack)),
            (StatusCode::NOT_FOUND, _) => Ok(None),
            (status, body) => Err(error::refused(status, &body)),
        }
    }

    /// `POST /v1/posts`; when the relay asks for work, the work and a turn.
    ///
    /// # Errors
    /// [`ClientError`]; `Answer` when the acknowledgement is not of this envelope's size.
    pub async fn post(&self, envelope: &Envelope) -> Result<EnvelopeHash, ClientError> {
        let body = envelope.as_bytes().to_vec();
        let answer = match self.post_bytes("/v1/posts", body).await {
            Err(error) if error.asks_for_work() => {
                let body = envelope.as_bytes();
                self.work_and_turn(TurnKind::Post, body, envelope).await?
            }
            answer => answer?.to_vec(),
        };
        let hash = answer.try_into().map_err(|_| ClientError::Answer)?;
        Ok(EnvelopeHash(hash))
    }

    /// `POST /v1/posts/shred`.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn shred_post(&self, shred: &Shred) -> Result<(), ClientError> {
        self.post_bytes("/v1/posts/shred", shred.to_bytes())
            .await
            .map(drop)
    }

    /// `POST /v1/log/shred`.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn shred_log(&self, shred: &Shred) -> Result<(), ClientError> {
        self.post_bytes("/v1/log/shred", shred.to_bytes())
            .await
            .map(drop)
    }

    /// `POST /v1/slots/read`: what two slots hold, or noise.
    ///
    /// # Errors
    /// [`ClientError`]; `Answer` when it has not the right size.
    pub async fn read_slots(&self, names: &SlotNames) -> Result<[SlotContent; 2], ClientError> {
        let answer = self.post_bytes("/v1/slots/read", names.to_bytes()).await?;
        SlotContent::parse_answer(&answer).map_err(|_| ClientError::Answer)
    }

    /// `POST /v1/slots/write`; when the relay asks for work, the work and a turn.
    ///
    /// # Errors
    /// [`ClientError`]; see [`ClientError::is_conflict`].
    pub async fn write_slot(&self, write: &SlotWrite) -> Result<(), ClientError> {
        let body = write.to_bytes();
        match self.post_bytes("/v1/slots/write", body.clone()).await {
            Err(error) if error.asks_for_work() => {
                let kind = TurnKind::WriteSlot;
                let turn = self.work_and_turn(kind, &body, &write.envelope);
                turn.await.map(drop)
            }
            answer => answer.map(drop),
        }
    }

    /// Writes a slot and then, only if that was done, posts: one turn. It once more does no harm.
    ///
    /// # Errors
    /// [`ClientError`], of either.
    pub async fn save_and_post(
        &self,
        write: &SlotWrite,
        post: &Envelope,
    ) -> Result<EnvelopeHash, ClientError> {
        let body = wire::save_and_post(write, post);
        let answer = self
            .work_and_turn(TurnKind::SaveAndPost, &body, post)
            .await?;
        let hash = answer.try_into().map_err(|_| ClientError::Answer)?;
        Ok(EnvelopeHash(hash))
    }

    /// `POST /v1/slots/delete`.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn delete_slots(&self, names: &SlotNames) -> Result<(), ClientError> {
        self.post_bytes("/v1/slots/delete", names.to_bytes())
            .await
            .map(drop)
    }

    /// `POST /v1/statements`.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn publish(&self, statement: &[u8]) -> Result<(), ClientError> {
        self.post_bytes("/v1/statements", statement.to_vec())
            .await
            .map(drop)
    }

    async fn read_sequence(
        &self,
        path: &str,
        kind: Kind,
        token: &str,
    ) -> Result<Vec<SequencedEnvelope>, ClientError> {
        let answer = self.ask(Method::GET, path, Vec::new(), Some(token)).await?;
        wire::read_sequenced(&answer, kind).map_err(|_| ClientError::Answer)
    }
}

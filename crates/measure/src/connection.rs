//! One connection to a relay, kept open, for loads that say exactly what is sent.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::{http1, http2};
use hyper::{Request, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// How requests travel.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Over {
    /// HTTP/1.1 in the clear, as behind a terminator of TLS.
    Clear,
    /// HTTP/1.1 under the relay's own TLS.
    Tls,
    /// HTTP/2 under the relay's own TLS, as browsers choose it.
    Http2,
}

impl Over {
    pub(crate) const ALL: [Over; 3] = [Over::Clear, Over::Tls, Over::Http2];
}

/// How a relay is reached.
#[derive(Clone)]
pub(crate) struct Way {
    host: String,
    tls: Option<TlsConnector>,
    is_http2: bool,
}

/// The name in the certificate.
const NAME: &str = "localhost";

impl Way {
    /// To a host and port in the clear.
    pub(crate) fn clear(host: &str) -> Way {
        Way {
            host: host.to_owned(),
            tls: None,
            is_http2: false,
        }
    }

    /// To a host and port whose certificate, for `localhost`, is in a PEM file.
    ///
    /// # Errors
    /// When the certificate can't be used.
    pub(crate) fn under_tls(host: &str, certificate: &Path, is_http2: bool) -> Result<Way> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_file_iter(certificate)? {
            roots.add(certificate?)?;
        }
        let provider = Arc::new(aws_lc_rs::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let protocol: &[u8] = if is_http2 { b"h2" } else { b"http/1.1" };
        config.alpn_protocols = vec![protocol.to_vec()];
        Ok(Way {
            host: host.to_owned(),
            tls: Some(TlsConnector::from(Arc::new(config))),
            is_http2,
        })
    }
}

enum Sender {
    Http1(http1::SendRequest<Full<Bytes>>),
    Http2(http2::SendRequest<Full<Bytes>>),
}

/// An open connection.
pub(crate) struct Connection {
    base: String,
    host: String,
    sender: Sender,
}

async fn begin(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    is_http2: bool,
) -> Result<Sender> {
    let stream = TokioIo::new(stream);
    // The connection ends with its sender.
    Ok(match is_http2 {
        false => {
            let (sender, connection) = http1::handshake(stream).await?;
            tokio::spawn(connection);
            Sender::Http1(sender)
        }
        true => {
            let (sender, connection) = http2::handshake(TokioExecutor::new(), stream).await?;
            tokio::spawn(connection);
            Sender::Http2(sender)
        }
    })
}

impl Connection {
    /// Opens one.
    ///
    /// # Errors
    /// When nobody listens, or the handshake fails.
    pub(crate) async fn open(way: &Way) -> Result<Connection> {
        let host = &way.host;
        let stream = TcpStream::connect(host)
            .await
            .with_context(|| format!("can't reach {host}"))?;
        stream.set_nodelay(true)?;
        let sender = match &way.tls {
            None => begin(stream, way.is_http2).await?,
            Some(tls) => {
                let name = ServerName::try_from(NAME)?;
                begin(tls.connect(name, stream).await?, way.is_http2).await?
            }
        };
        Ok(Connection {
            // HTTP/2 carries scheme and host in its path.
            base: if way.is_http2 {
                format!("https://{NAME}")
            } else {
                String::new()
            },
            host: host.clone(),
            sender,
        })
    }

    /// Posts a body; gives the answer.
    ///
    /// # Errors
    /// When the connection broke.
    pub(crate) async fn post(&mut self, path: &str, body: Bytes) -> Result<(StatusCode, Bytes)> {
        let request = Request::post(format!("{}{path}", self.base));
        let answer = match &mut self.sender {
            Sender::Http1(sender) => {
                let request = request.header("host", &self.host);
                sender.send_request(request.body(Full::new(body))?).await?
            }
            Sender::Http2(sender) => sender.send_request(request.body(Full::new(body))?).await?,
        };
        let status = answer.status();
        Ok((status, answer.into_body().collect().await?.to_bytes()))
    }
}

//! TLS 1.3 by rustls, preferring the hybrid key exchange X25519MLKEM768; behind the feature `tls`.

use std::path::{Path, PathBuf};

/// Why TLS can't be offered.
#[derive(thiserror::Error, Debug)]
pub enum TlsError {
    /// This program was built without it.
    #[error("this program was built without TLS: put a terminator in front, or build it with TLS")]
    NotBuilt,
    /// The certificate or key can't be read.
    #[error("can't read {path}: {reason}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// They do not fit together, or are of a kind that is not spoken here.
    #[error("the certificate and the key can't be used: {0}")]
    Unusable(String),
}

#[cfg(feature = "tls")]
pub use with::Tls;

#[cfg(feature = "tls")]
mod with {
    use std::sync::Arc;

    use super::{Path, TlsError};
    use rustls::ServerConfig;
    use rustls::crypto::aws_lc_rs;
    use rustls_pki_types::pem::PemObject;
    use rustls_pki_types::{CertificateDer, PrivateKeyDer};
    use tokio::io::{AsyncRead, AsyncWrite};
    use tokio_rustls::TlsAcceptor;
    use tokio_rustls::server::TlsStream;
    use wire::Day;
    use x509_cert::Certificate;
    use x509_cert::der::Decode;

    /// HTTP/2 as TLS names it.
    const HTTP2: &[u8] = b"h2";
    /// The most bytes in one TLS record; what is around each costs one part in a hundred.
    const RECORD_SIZE: usize = 2_048;

    /// A certificate and its key, ready to accept connections.
    #[derive(Clone)]
    pub struct Tls {
        acceptor: TlsAcceptor,
        until: Day,
    }

    /// The last whole day of the first certificate of a chain.
    fn last_day(chain: &[CertificateDer<'_>]) -> Result<Day, String> {
        let first = chain.first().ok_or("there is no certificate in the file")?;
        let read = Certificate::from_der(first).map_err(|error| error.to_string())?;
        let end = read.tbs_certificate().validity().not_after;
        let days = end.to_unix_duration().as_secs() / 86_400;
        Ok(Day(u32::try_from(days)
            .unwrap_or(u32::MAX)
            .saturating_sub(1)))
    }

    impl Tls {
        /// Reads a certificate chain and its key, both PEM.
        ///
        /// # Errors
        /// `File` when one can't be read; `Unusable` when they do not fit together.
        pub fn load(certificate: &Path, key: &Path) -> Result<Tls, TlsError> {
            let file = |path: &Path, reason: rustls_pki_types::pem::Error| TlsError::File {
                path: path.to_owned(),
                reason: reason.to_string(),
            };
            let chain: Vec<_> = CertificateDer::pem_file_iter(certificate)
                .and_then(Iterator::collect)
                .map_err(|error| file(certificate, error))?;
            let secret = PrivateKeyDer::from_pem_file(key).map_err(|error| file(key, error))?;
            let until = last_day(&chain).map_err(|reason| TlsError::File {
                path: certificate.to_owned(),
                reason,
            })?;
            let mut provider = aws_lc_rs::default_provider();
            // The hybrid first: what is recorded today is not opened by a quantum computer later.
            provider
                .kx_groups
                .sort_by_key(|group| group.name() != aws_lc_rs::kx_group::X25519MLKEM768.name());
            let unusable = |error: rustls::Error| TlsError::Unusable(error.to_string());
            let mut config = ServerConfig::builder_with_provider(Arc::new(provider))
                .with_protocol_versions(&[&rustls::version::TLS13])
                .map_err(unusable)?
                .with_no_client_auth()
                .with_single_cert(chain, secret)
                .map_err(unusable)?;
            // Nothing of a record can be read before the whole of it has come: on a slow link 16 kB are some seconds.
            config.max_fragment_size = Some(RECORD_SIZE);
            config.alpn_protocols = vec![HTTP2.to_vec(), b"http/1.1".to_vec()];
            let acceptor = TlsAcceptor::from(Arc::new(config));
            Ok(Tls { acceptor, until })
        }

        /// The last whole day on which the certificate holds.
        pub fn until(&self) -> Day {
            self.until
        }

        /// The stream under TLS, and whether HTTP/2 was agreed on.
        pub(crate) async fn accept<T: AsyncRead + AsyncWrite + Unpin>(
            &self,
            stream: T,
        ) -> std::io::Result<(TlsStream<T>, bool)> {
            let stream = self.acceptor.accept(stream).await?;
            let (_, session) = stream.get_ref();
            let is_http2 = session.alpn_protocol() == Some(HTTP2);
            Ok((stream, is_http2))
        }
    }
}

/// TLS in a program that was built without it: there is no value of this type.
#[cfg(not(feature = "tls"))]
#[derive(Clone)]
pub enum Tls {}

#[cfg(not(feature = "tls"))]
impl Tls {
    /// Says that this program was built without TLS.
    ///
    /// # Errors
    /// Always `NotBuilt`.
    pub fn load(_certificate: &Path, _key: &Path) -> Result<Tls, TlsError> {
        Err(TlsError::NotBuilt)
    }

    /// Never called: there is no value of this type.
    pub fn until(&self) -> wire::Day {
        match *self {}
    }

    pub(crate) async fn accept<T>(&self, _stream: T) -> std::io::Result<(T, bool)> {
        match *self {}
    }
}

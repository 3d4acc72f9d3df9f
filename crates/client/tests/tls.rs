//! The relay under TLS: the hybrid key exchange is agreed on, and nobody else's certificate is believed.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

mod ground;

use std::path::PathBuf;
use std::sync::Arc;

use client::{ClientError, RelayClient};
use ground::Line;
use ground::certificate::Certificate;
use relay::MemoryStore;
use rustls::crypto::{SupportedKxGroup, aws_lc_rs};
use rustls::{ClientConfig, NamedGroup, RootCertStore, ServerConfig, SupportedProtocolVersion};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use server::Tls;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{TlsAcceptor, TlsConnector};

/// Which key exchange and which protocol above TLS are agreed on with somebody who offers these.
async fn agree(
    base: &str,
    certificate: &Certificate,
    groups: &[&'static dyn SupportedKxGroup],
    version: &'static SupportedProtocolVersion,
) -> std::io::Result<(Option<NamedGroup>, Option<Vec<u8>>)> {
    let mut roots = RootCertStore::empty();
    let trusted = CertificateDer::from_pem_file(certificate.path()).unwrap();
    roots.add(trusted).unwrap();
    let mut provider = aws_lc_rs::default_provider();
    provider.kx_groups = groups.to_vec();
    let mut config = ClientConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(&[version])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let address = base
        .trim_start_matches("https://")
        .replace("localhost", "127.0.0.1");
    let stream = TcpStream::connect(address).await?;
    let name = ServerName::try_from("localhost").unwrap();
    let stream = TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await?;
    let (_, session) = stream.get_ref();
    let group = session.negotiated_key_exchange_group();
    let above = session.alpn_protocol().map(<[u8]>::to_vec);
    Ok((group.map(|group| group.name()), above))
}

#[tokio::test]
async fn the_hybrid_key_exchange_is_preferred_and_old_versions_are_refused() {
    let certificate = Certificate::new();
    let base = Line::new()
        .serve_with(MemoryStore::default(), Some(certificate.tls()))
        .await;
    let hybrid = aws_lc_rs::kx_group::X25519MLKEM768;
    let classical = aws_lc_rs::kx_group::X25519;
    let new = &rustls::version::TLS13;
    for (offered, agreed) in [
        (vec![hybrid, classical], NamedGroup::X25519MLKEM768),
        (vec![classical], NamedGroup::X25519),
    ] {
        let (group, above) = agree(&base, &certificate, &offered, new).await.unwrap();
        assert_eq!(group, Some(agreed));
        assert_eq!(above.unwrap(), b"h2");
    }
    let old = agree(&base, &certificate, &[classical], &rustls::version::TLS12).await;
    assert!(old.is_err());
}

#[tokio::test]
async fn desks_ask_for_the_hybrid_key_exchange_first() {
    let certificate = Certificate::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let chain = vec![CertificateDer::from_pem_file(certificate.path()).unwrap()];
    let key = PrivateKeyDer::from_pem_file(certificate.key()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let accepting = async {
        let (stream, _) = listener.accept().await.unwrap();
        let stream = acceptor.accept(stream).await.unwrap();
        let group = stream.get_ref().1.negotiated_key_exchange_group();
        group.map(|group| group.name())
    };
    let base = format!("https://localhost:{port}");
    let client = RelayClient::with_certificate(&base, &certificate.path()).unwrap();
    let (group, _) = tokio::join!(accepting, client.line());
    assert_eq!(group, Some(NamedGroup::X25519MLKEM768));
}

#[tokio::test]
async fn a_post_goes_through_tls_and_only_to_the_certificate_that_is_trusted() {
    let line = Line::new();
    let certificate = Certificate::new();
    let base = line
        .serve_with(MemoryStore::default(), Some(certificate.tls()))
        .await;
    let client = RelayClient::with_certificate(&base, &certificate.path()).unwrap();
    line.publish_shift(&client, 1).await;
    client.post(&line.post(1, 1)).await.unwrap();
    let other = Certificate::new();
    let misled = RelayClient::with_certificate(&base, &other.path()).unwrap();
    assert_eq!(
        misled.post(&line.post(1, 2)).await.unwrap_err(),
        ClientError::NotSent
    );
    let public = RelayClient::new(&base).unwrap();
    assert_eq!(public.line().await.unwrap_err(), ClientError::NotSent);
}

#[test]
fn certificates_that_cannot_be_used_are_named() {
    let (one, other) = (Certificate::new(), Certificate::new());
    let missing = one.directory.path().join("missing.pem");
    let error = |certificate: &PathBuf, key: &PathBuf| {
        let loaded = Tls::load(certificate, key);
        loaded.err().unwrap().to_string()
    };
    assert!(error(&missing, &one.key()).contains("missing.pem"));
    assert!(
        error(&one.path(), &one.path()).contains("certificate.pem"),
        "a key was expected"
    );
    let mixed = error(&one.path(), &other.key());
    assert!(mixed.contains("can't be used"), "{mixed}");
}

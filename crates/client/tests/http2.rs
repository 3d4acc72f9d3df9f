//! HTTP/2 as somebody writes it who means harm: his connection ends, and everybody else is served meanwhile.
//!
//! Time is virtual: it passes as soon as nothing else is to be done.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

mod ground;

use std::sync::Arc;
use std::time::Duration;

use client::RelayClient;
use ground::Line;
use ground::certificate::Certificate;
use relay::MemoryStore;
use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Longer than any connection of this kind may last.
const LONG: Duration = Duration::from_secs(30 * 60);

const HEADERS: u8 = 1;
const RESET: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;
const CONTINUATION: u8 = 9;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
/// RFC 9113, section 7: the other side behaves in a way that makes too much work.
const ENHANCE_YOUR_CALM: u32 = 11;
/// RFC 9113, section 6.5.2.
const INITIAL_WINDOW: u16 = 4;

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let head = [&length[1..], &[kind, flags], &stream.to_be_bytes()].concat();
    [&head, payload].concat()
}

/// `GET /` (RFC 7541: indexed fields, and the authority as a literal).
fn asks() -> Vec<u8> {
    [&[0x82, 0x87, 0x84, 0x01, 9][..], b"localhost"].concat()
}

/// A field with a name of one letter and a value of so many bytes, below 127.
fn field(length: u8) -> Vec<u8> {
    [&[0, 1, b'x', length][..], &vec![b'y'; length.into()]].concat()
}

/// A relay under TLS, somebody who is served, and somebody who is not.
struct Place {
    line: Line,
    base: String,
    certificate: Certificate,
}

impl Place {
    async fn new() -> Place {
        let (line, certificate) = (Line::new(), Certificate::new());
        let tls = Some(certificate.tls());
        let base = line.serve_with(MemoryStore::default(), tls).await;
        Place {
            line,
            base,
            certificate,
        }
    }

    /// A connection that has said its greeting, with one setting.
    async fn connect(&self, setting: Option<(u16, u32)>) -> TlsStream<TcpStream> {
        let mut roots = RootCertStore::empty();
        let trusted = CertificateDer::from_pem_file(self.certificate.path()).unwrap();
        roots.add(trusted).unwrap();
        let provider = Arc::new(aws_lc_rs::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec()];
        let address = self.base.replace("https://localhost", "127.0.0.1");
        let stream = TcpStream::connect(address).await.unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        let connector = TlsConnector::from(Arc::new(config));
        let mut stream = connector.connect(name, stream).await.unwrap();
        let setting = setting.map_or(Vec::new(), |(name, value)| {
            [&name.to_be_bytes()[..], &value.to_be_bytes()].concat()
        });
        let greeting = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
        let said = [&greeting[..], &frame(SETTINGS, 0, 0, &setting)].concat();
        stream.write_all(&said).await.unwrap();
        stream
    }

    /// Somebody else writes to the line and is acknowledged.
    async fn serves_others(&self, number: u64) {
        let path = self.certificate.path();
        let client = RelayClient::with_certificate(&self.base, &path).unwrap();
        if number == 1 {
            self.line.publish_shift(&client, 1).await;
        }
        client.post(&self.line.post(1, number)).await.unwrap();
    }
}

/// Sends bytes for as long as they are taken, and gives all frames that came until the other side ended the connection.
async fn until_it_ends(stream: TlsStream<TcpStream>, bytes: Vec<u8>) -> Vec<(u8, Vec<u8>)> {
    let (mut from, mut to) = tokio::io::split(stream);
    let sending = tokio::spawn(async move {
        // Whoever is being shut out finds his connection broken somewhere in the middle.
        let _ = to.write_all(&bytes).await;
        to
    });
    let mut said = Vec::new();
    let ended = tokio::time::timeout(LONG, from.read_to_end(&mut said)).await;
    assert!(ended.is_ok(), "the connection keeps its place for ever");
    drop(sending.await.unwrap());
    let mut frames = Vec::new();
    let mut rest = &said[..];
    while let Some((head, after)) = rest.split_first_chunk::<9>() {
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
        let Some((payload, next)) = after.split_at_checked(length) else {
            break;
        };
        frames.push((head[3], payload.to_vec()));
        rest = next;
    }
    frames
}

fn reason(frames: &[(u8, Vec<u8>)]) -> Option<u32> {
    let last = frames.iter().rev().find(|(kind, _)| *kind == GOAWAY)?;
    let code = last.1.get(4..8)?;
    Some(u32::from_be_bytes(code.try_into().unwrap()))
}

#[tokio::test(start_paused = true)]
async fn whoever_asks_and_takes_it_back_again_and_again_is_shut_out_and_others_are_served() {
    let place = Place::new().await;
    place.serves_others(1).await;
    let stream = place.connect(None).await;
    let bytes = (0..20_000).flat_map(|number| {
        let stream = 2 * number + 1;
        let asked = frame(HEADERS, END_STREAM | END_HEADERS, stream, &asks());
        [asked, frame(RESET, 0, stream, &8_u32.to_be_bytes())].concat()
    });
    let frames = until_it_ends(stream, bytes.collect()).await;
    assert_eq!(reason(&frames), Some(ENHANCE_YOUR_CALM));
    place.serves_others(2).await;
}

#[tokio::test(start_paused = true)]
async fn headers_that_never_end_are_not_collected() {
    let place = Place::new().await;
    place.serves_others(1).await;
    let stream = place.connect(None).await;
    let mut bytes = frame(HEADERS, END_STREAM, 1, &asks());
    let more: Vec<u8> = (0..100).flat_map(|_| field(100)).collect();
    for _ in 0..2_000 {
        bytes.extend(frame(CONTINUATION, 0, 1, &more));
    }
    let frames = until_it_ends(stream, bytes).await;
    assert!(
        frames.iter().all(|(kind, _)| *kind != HEADERS),
        "nothing was answered as if it were a request"
    );
    place.serves_others(2).await;
}

#[tokio::test(start_paused = true)]
async fn whoever_opens_more_streams_than_allowed_is_refused_those_and_does_not_stay() {
    let place = Place::new().await;
    place.serves_others(1).await;
    let stream = place.connect(None).await;
    // Each begins a request and does not finish it.
    let bytes = (0..500).flat_map(|number| frame(HEADERS, END_HEADERS, 2 * number + 1, &asks()));
    let frames = until_it_ends(stream, bytes.collect()).await;
    assert!(
        reason(&frames).is_some() || frames.iter().any(|(kind, _)| *kind == RESET),
        "streams beyond the limit are refused"
    );
    place.serves_others(2).await;
}

#[tokio::test(start_paused = true)]
async fn whoever_gives_no_room_for_answers_keeps_nobody_waiting_and_does_not_stay() {
    let place = Place::new().await;
    place.serves_others(1).await;
    let stream = place.connect(Some((INITIAL_WINDOW, 0))).await;
    let bytes = (0..32)
        .flat_map(|number| frame(HEADERS, END_STREAM | END_HEADERS, 2 * number + 1, &asks()));
    let (frames, ()) = tokio::join!(
        until_it_ends(stream, bytes.collect()),
        place.serves_others(2)
    );
    // The heads of the answers come, and nothing of their bodies.
    assert!(frames.iter().any(|(kind, _)| *kind == HEADERS));
    let bodies = frames.iter().filter(|(kind, _)| *kind == 0);
    assert_eq!(bodies.map(|(_, body)| body.len()).sum::<usize>(), 0);
}

//! Connections that say nothing, too little, or never take their answer: all end, none keeps its place for ever.
//!
//! Time is virtual: it passes as soon as nothing else is to be done.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

mod ground;

use std::time::Duration;

use ground::Line;
use relay::MemoryStore;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Longer than any connection may be silent.
const LONG: Duration = Duration::from_secs(30 * 60);

async fn connect(base: &str) -> TcpStream {
    TcpStream::connect(&base[7..]).await.unwrap()
}

/// Whether the relay ends the connection within [`LONG`], and what it said before.
async fn rest(mut stream: TcpStream) -> Option<Vec<u8>> {
    let mut said = Vec::new();
    match tokio::time::timeout(LONG, stream.read_to_end(&mut said)).await {
        Ok(_) => Some(said),
        Err(_) => None,
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_begun_and_not_finished_ends() {
    let base = Line::new().serve(MemoryStore::default()).await;
    for begun in [
        "",
        "P",
        "PRI * HTTP/2.0\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "GET / HT",
        "GET / HTTP/1.1\r\nhost: x\r\n",
        "POST /v1/posts HTTP/1.1\r\nhost: x\r\ncontent-length: 4096\r\n\r\nbegun",
        "GET /v1/health HTTP/1.1\r\nhost: x\r\n\r\n",
    ] {
        let mut stream = connect(&base).await;
        stream.write_all(begun.as_bytes()).await.unwrap();
        assert!(
            rest(stream).await.is_some(),
            "{begun:?} holds its place for ever"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_body_is_refused_with_a_reason() {
    let base = Line::new().serve(MemoryStore::default()).await;
    let mut stream = connect(&base).await;
    let begun = "POST /v1/posts HTTP/1.1\r\nhost: x\r\ncontent-length: 4096\r\n\r\nbegun";
    stream.write_all(begun.as_bytes()).await.unwrap();
    let answer = String::from_utf8(rest(stream).await.unwrap()).unwrap();
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert!(answer.contains("\"error\":\"wrong_size\""), "{answer}");
}

#[tokio::test(start_paused = true)]
async fn whoever_does_not_take_his_answer_is_let_go() {
    let base = Line::new().serve(MemoryStore::default()).await;
    let mut stream = connect(&base).await;
    let asked = "GET / HTTP/1.1\r\nhost: x\r\n\r\n";
    stream.write_all(asked.as_bytes()).await.unwrap();
    stream.readable().await.unwrap();
    // Nothing is read; the clock goes on.
    tokio::time::advance(LONG).await;
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    let said = rest(stream).await.expect("the connection ends");
    assert!(
        said.len() < ground::PAGE_SIZE,
        "it was cut off in the middle"
    );
}

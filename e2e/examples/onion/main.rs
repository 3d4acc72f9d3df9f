//! `cargo xtask onion`: a line published as onion services in a Tor network of its own on this machine.
//!
//! `footbridge onion` publishes the demonstration's relay and its porch; the page is fetched and turns are taken through Tor, and the porch
//! is read in a browser that runs no scripts, as Tor Browser does at its safest level. Nothing outside of this machine is reached.
#![allow(
    clippy::disallowed_methods,
    reason = "a measurement tells how long something took"
)]

mod network;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use clap::Parser;
use e2e::Browser;
use network::Network;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use wire::{TURN_SIZE, Turn, TurnAnswer, TurnKind};

const PATIENCE: Duration = Duration::from_secs(180);
const TURNS: usize = 20;

/// Publishes a line as onion services in a Tor network of its own.
#[derive(Parser)]
struct Arguments {
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// A running `footbridge onion`.
struct Onion {
    child: Child,
    name: String,
}

impl Drop for Onion {
    fn drop(&mut self) {
        // It ends its tor only when it is asked, not when it is killed.
        let _ = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        let _ = self.child.wait();
    }
}

impl Onion {
    fn start(line: &demo::DemoLine, network: &Network, (to, name): (&str, &str)) -> Result<Onion> {
        let directory = line.directory().join(name);
        let more = line.directory().join(format!("{name}.torrc"));
        std::fs::write(&more, &network.lines)?;
        let to = to.strip_prefix("http://").context("a local address")?;
        let mut child = Command::new(e2e::command()?)
            .args(["onion", "--json", "--to", to.trim_end_matches('/')])
            .arg("--directory")
            .arg(&directory)
            .arg("--tor-configuration")
            .arg(&more)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let output = child.stdout.take().context("its output")?;
        let mut said = String::new();
        BufReader::new(output).read_line(&mut said)?;
        let said: Value = serde_json::from_str(&said)
            .context("footbridge onion ended; run it by hand to see why")?;
        let ready = said
            .get("ready")
            .and_then(Value::as_str)
            .context("an address")?;
        let name = ready
            .strip_prefix("http://")
            .context("an onion address")?
            .to_owned();
        ensure!(
            said.get("effort") == Some(&json!(true)),
            "this tor has no proof of work"
        );
        Ok(Onion { child, name })
    }
}

/// A connection through the client's proxy (SOCKS 5, RFC 1928, without authentication, by name).
async fn connect(socks: u16, name: &str) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(("127.0.0.1", socks)).await?;
    stream.write_all(&[5, 1, 0]).await?;
    let mut greeting = [0; 2];
    stream.read_exact(&mut greeting).await?;
    let length = u8::try_from(name.len())?;
    let request = [
        &[5, 1, 0, 3, length],
        name.as_bytes(),
        &80_u16.to_be_bytes(),
    ]
    .concat();
    stream.write_all(&request).await?;
    let mut answer = [0; 10];
    stream.read_exact(&mut answer).await?;
    match answer {
        [5, 0, ..] => Ok(stream),
        [_, code, ..] => bail!("the proxy says {code}"),
    }
}

/// One request on a connection that goes on; gives the body.
async fn ask(stream: &mut TcpStream, name: &str, head: &str, body: &[u8]) -> Result<Vec<u8>> {
    let head = format!(
        "{head} HTTP/1.1\r\nhost: {name}\r\naccept-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(&[head.as_bytes(), body].concat()).await?;
    let mut answer = Vec::new();
    let mut more = vec![0; 16_384];
    loop {
        let count = stream.read(&mut more).await?;
        ensure!(count > 0, "the connection ended");
        answer.extend_from_slice(more.get(..count).unwrap_or_default());
        let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(answer.get(..end).unwrap_or_default()).to_lowercase();
        ensure!(head.starts_with("http/1.1 200"), "{head}");
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.context("a length")?.trim().parse()?;
        if answer.len() >= end + 4 + length {
            return Ok(answer.split_off(end + 4));
        }
    }
}

async fn page(socks: u16, name: &str) -> Result<(TcpStream, Vec<u8>)> {
    let mut stream = connect(socks, name).await?;
    let page = ask(&mut stream, name, "GET /en", &[]).await?;
    Ok((stream, page))
}

fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 10_000.0).round() / 10.0
}

async fn measure(line: &demo::DemoLine) -> Result<Value> {
    let begun = Instant::now();
    let network = Network::start()?;
    let relay = Onion::start(line, &network, (line.relay_url(), "relay-onion"))?;
    let published = begun.elapsed();
    let (mut stream, document) = loop {
        let attempt =
            tokio::time::timeout(Duration::from_secs(20), page(network.socks, &relay.name)).await;
        if let Ok(Ok(found)) = attempt {
            break found;
        }
        ensure!(
            begun.elapsed() < PATIENCE,
            "the relay's onion service does not answer: {attempt:?}"
        );
    };
    let first = begun.elapsed();
    let mut turns = Vec::new();
    let body = [7; 64];
    let asked = Turn {
        kind: TurnKind::ReadSlots,
        body: &body,
        nonce: 0,
    }
    .to_bytes();
    for _ in 0..TURNS {
        let at = Instant::now();
        let answer = ask(&mut stream, &relay.name, "POST /v1/turn", &asked).await?;
        ensure!(
            answer.len() == TURN_SIZE && TurnAnswer::parse(&answer)?.status == 200,
            "a turn"
        );
        turns.push(at.elapsed());
    }
    turns.sort();
    let porch = Onion::start(line, &network, (line.porch_url(), "porch-onion"))?;
    let browser = Browser::start_without_scripts_by_proxy(360, 740, network.socks).await?;
    let address = format!("http://{}/", porch.name);
    let at = Instant::now();
    while browser.open(&address).await.is_err() {
        ensure!(
            at.elapsed() < PATIENCE,
            "the porch's onion service does not answer"
        );
    }
    let shown = browser.text().await?;
    ensure!(shown.contains("English"), "the porch shows: {shown}");
    browser.click_link("English").await?;
    let shown = browser.text().await?;
    ensure!(
        shown.contains("works without scripts"),
        "the porch shows: {shown}"
    );
    browser.picture("onion-porch-360").await?;
    browser.close().await?;
    let median = turns.get(TURNS / 2).copied().unwrap_or_default();
    let worst = turns.last().copied().unwrap_or_default();
    Ok(json!({
        "network_and_tor_up_seconds": published.as_secs_f64().round(), "first_page_seconds": first.as_secs_f64().round(),
        "page_bytes": document.len(), "turn_median_ms": milliseconds(median), "turn_worst_ms": milliseconds(worst), "porch": "read without scripts",
    }))
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let line = e2e::demonstration_at(None).await?;
    let measured = measure(&line).await;
    line.stop().await;
    let measured = measured?;
    if arguments.json {
        println!("{measured}");
        return Ok(());
    }
    for (name, value) in measured.as_object().context("an object")? {
        println!("{:28} {value}", name.replace('_', " "));
    }
    Ok(())
}

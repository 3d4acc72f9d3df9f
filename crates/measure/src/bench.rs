//! `cargo xtask bench`: durable posts per second, beside two limits of the same machine, in one run.
//!
//! The relay runs as its own process on the embedded store with its production settings. The load comes from this
//! process over keep-alive connections on loopback: envelopes with true headers and random sealed parts, which is all
//! that a relay can see of any. Beside it, in the same run: the store without HTTP, and an empty handler without a store.

#![allow(
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::indexing_slicing,
    reason = "a benchmark reads the clock and counts what fits into a float"
)]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use axum::Router;
use axum::routing::post;
use bytes::Bytes;
use client::RelayClient;
use demo::Process;
use serde::Serialize;
use statements::{Delegation, DeviceKey, Root, RootKey, ShiftNotice, ShiftSigningKey};
use store_sqlite::SqliteStore;
use tokio::net::TcpListener;
use wire::{Day, LineDocument, LineId, Minute};

use crate::connection::{Connection, Way};
use crate::night::ground::WIDE;
use crate::sample::{EPOCH, Posts, Times};
use crate::stores;

/// How many connections post at once, in turn.
const CLIENTS: [usize; 3] = [1, 8, 64];
/// For how long each is measured.
const SECONDS: u64 = 8;

/// One measured load.
#[derive(Serialize)]
pub(crate) struct Load {
    /// Connections that post at once.
    clients: usize,
    /// Acknowledged posts per second.
    per_second: f64,
    /// Half of the posts were faster than this, in milliseconds.
    p50_ms: f64,
    /// All but a hundredth were faster than this, in milliseconds.
    p99_ms: f64,
    /// CPU time of the server for one post, in milliseconds.
    cpu_ms: f64,
    /// Memory of the server afterwards, in MiB.
    memory_mib: f64,
}

/// One run.
#[derive(Serialize)]
pub(crate) struct Report {
    /// The relay with HTTP and store.
    relay: Vec<Load>,
    /// An empty handler that reads 4 KiB and answers 32 bytes.
    empty_handler: Vec<Load>,
    /// The store alone: appends per second at 64 waiting writers.
    store_per_second: f64,
    /// The relay at 64 clients as a share of the nearer limit.
    share_of_nearer_limit: f64,
}

/// CPU time and memory of a process, from `/proc`.
pub(crate) fn usage(process: u32) -> Result<(f64, f64)> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    let after_name = stat.rsplit(')').next().context("no process name")?;
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let ticks = |index: usize| {
        fields
            .get(index)
            .and_then(|field| field.parse::<f64>().ok())
    };
    let (user, system) = (ticks(11).context("utime")?, ticks(12).context("stime")?);
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let resident = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|kib| kib.parse::<f64>().ok())
        .context("VmRSS")?;
    // Linux counts in hundredths of a second for every architecture that Rust runs on.
    Ok(((user + system) * 10.0, resident / 1024.0))
}

async fn post_until(
    address: String,
    path: &'static str,
    mut posts: Posts,
    end: Instant,
) -> Result<Vec<f64>> {
    let mut connection = Connection::open(&Way::clear(&address)).await?;
    let mut times = Vec::new();
    while Instant::now() < end {
        let body = Bytes::copy_from_slice(posts.next()?.as_bytes());
        let begin = Instant::now();
        let (status, answer) = connection.post(path, body).await?;
        if !status.is_success() {
            bail!("{path} was answered {status}: {answer:?}");
        }
        times.push(begin.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(times)
}

/// Posts from `clients` connections for some seconds.
async fn load(
    address: &str,
    path: &'static str,
    line: &LineId,
    process: u32,
    clients: usize,
) -> Result<Load> {
    let (cpu_before, _) = usage(process)?;
    let begin = Instant::now();
    let end = begin + Duration::from_secs(SECONDS);
    let tasks: Vec<_> = (0..clients)
        .map(|client| {
            let seed = u64::try_from(clients * 1000 + client).unwrap_or_default();
            let posts = Posts::new(line, seed);
            tokio::spawn(post_until(address.to_owned(), path, posts, end))
        })
        .collect();
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await??);
    }
    let elapsed = begin.elapsed().as_secs_f64();
    let (cpu_after, memory_mib) = usage(process)?;
    let times = Times::new(times);
    let count = times.count() as f64;
    Ok(Load {
        clients,
        per_second: count / elapsed,
        p50_ms: times.at(0.5),
        p99_ms: times.at(0.99),
        cpu_ms: (cpu_after - cpu_before) / count.max(1.0),
        memory_mib,
    })
}

/// A line made for the benchmark: files for `footbridge serve`, and the keys to plan a shift.
struct BenchLine {
    id: LineId,
    coordinator: DeviceKey,
}

impl BenchLine {
    fn make(directory: &Path) -> Result<BenchLine> {
        let root_key = RootKey::from_seed(&[1; 32]);
        let root = Root::new(1, vec![root_key.public()])?;
        let id = root.line_id();
        let coordinator = DeviceKey::from_seed(&[2; 32]);
        let days = (Day(0), Day(u32::MAX));
        let delegation = Delegation::draft(id, 1, days, 1, &[coordinator.public()])
            .sign_by_root(&root_key)
            .done();
        let document = LineDocument {
            day: Day(0),
            statements: vec![root.statement().to_bytes(), delegation.to_bytes()],
        };
        std::fs::write(directory.join("line.statements"), document.to_bytes())?;
        let page = Path::new("target/page-files")
            .canonicalize()
            .context("run cargo xtask page first")?;
        let config = format!("line = \"line.statements\"\npage_files = {page:?}\n{WIDE}");
        std::fs::write(directory.join("footbridge.toml"), config)?;
        Ok(BenchLine { id, coordinator })
    }

    async fn plan_shift(&self, address: &str) -> Result<()> {
        let since = SystemTime::now().duration_since(UNIX_EPOCH)?;
        let now = Minute(u32::try_from(since.as_secs() / 60)?);
        let key = protocol::ShiftSecretKey::from_seed(&[3; 32]).public();
        let signing = ShiftSigningKey::from_seed(&[4; 32]).public();
        let notice = ShiftNotice::draft(self.id, EPOCH, (now, now.plus(600)), &key, signing)
            .sign_by_device(&self.coordinator)
            .done();
        RelayClient::new(address)?
            .publish(&notice.to_bytes())
            .await?;
        Ok(())
    }
}

/// The `footbridge` command, beside this one.
pub(crate) fn footbridge() -> Result<std::path::PathBuf> {
    let beside = std::env::current_exe()?.with_file_name("footbridge");
    if !beside.exists() {
        bail!(
            "{} is missing: cargo build --release -p footbridge",
            beside.display()
        );
    }
    Ok(beside)
}

async fn measure_relay(directory: &Path) -> Result<Vec<Load>> {
    let line = BenchLine::make(directory)?;
    let config = directory.join("footbridge.toml").display().to_string();
    let arguments = [
        "serve",
        "--config",
        &config,
        "--listen",
        "127.0.0.1:0",
        "--json",
    ];
    let mut relay = Process::start(
        "relay",
        &footbridge()?,
        &arguments,
        &directory.join("relay.log"),
    )?;
    let ready = relay.says().await?;
    let address = ready["ready"]
        .as_str()
        .context("the relay gave no address")?
        .to_owned();
    line.plan_shift(&address).await?;
    let loads = all_loads(&address, &line.id, &relay).await?;
    relay.stop().await;
    Ok(loads)
}

async fn all_loads(address: &str, line: &LineId, process: &Process) -> Result<Vec<Load>> {
    let host = address.trim_start_matches("http://");
    let id = process.id().context("the process ended")?;
    let mut loads = Vec::new();
    for clients in CLIENTS {
        eprintln!("… {clients} clients");
        loads.push(load(host, "/v1/posts", line, id, clients).await?);
    }
    Ok(loads)
}

/// A server that reads each body and answers 32 bytes, on a free port that it prints.
///
/// # Errors
/// When it can't listen.
pub(crate) async fn empty_handler() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!(
        "{}",
        serde_json::json!({"ready": format!("http://{}", listener.local_addr()?)})
    );
    let answer = async |_: Bytes| vec![0_u8; 32];
    let router = Router::new().route("/v1/posts", post(answer));
    axum::serve(listener, router).await?;
    Ok(())
}

pub(crate) async fn measure_empty(directory: &Path) -> Result<Vec<Load>> {
    let this = std::env::current_exe()?;
    let mut server = Process::start(
        "empty handler",
        &this,
        &["empty"],
        &directory.join("empty.log"),
    )?;
    let ready = server.says().await?;
    let address = ready["ready"]
        .as_str()
        .context("the handler gave no address")?
        .to_owned();
    let loads = all_loads(&address, &LineId([0; 32]), &server).await?;
    server.kill().await;
    Ok(loads)
}

/// Appends from 64 writers at once, without HTTP.
pub(crate) async fn measure_store(directory: &Path) -> Result<f64> {
    let store = Arc::new(SqliteStore::open(&directory.join("store-alone"))?);
    stores::per_second(&store, 64, 0, Duration::from_secs(SECONDS)).await
}

/// What the largest load reached, a second.
pub(crate) fn most(loads: &[Load]) -> f64 {
    loads.last().map(|load| load.per_second).unwrap_or_default()
}

/// Runs the whole benchmark.
///
/// # Errors
/// When a process can't be started or refuses a post: a run with refusals is no measurement.
pub(crate) async fn run() -> Result<Report> {
    let directory = tempfile::tempdir_in("target")?;
    eprintln!("… the relay");
    let relay = measure_relay(directory.path()).await?;
    eprintln!("… an empty handler");
    let empty_handler = measure_empty(directory.path()).await?;
    eprintln!("… the store alone");
    let store_per_second = measure_store(directory.path()).await?;
    let limit = most(&empty_handler).min(store_per_second);
    Ok(Report {
        share_of_nearer_limit: most(&relay) / limit,
        relay,
        empty_handler,
        store_per_second,
    })
}

impl Report {
    /// The report in lines for a person.
    pub(crate) fn print(&self) {
        let table = |name: &str, loads: &[Load]| {
            for load in loads {
                println!(
                    "{name:14} {:3} clients  {:8.0} posts/s  p50 {:7.2} ms  p99 {:7.2} ms  {:6.3} CPU-ms a post  {:6.1} MiB",
                    load.clients,
                    load.per_second,
                    load.p50_ms,
                    load.p99_ms,
                    load.cpu_ms,
                    load.memory_mib
                );
            }
        };
        table("relay", &self.relay);
        table("empty handler", &self.empty_handler);
        println!(
            "store alone     64 writers  {:8.0} posts/s",
            self.store_per_second
        );
        println!(
            "The relay at 64 clients reaches {:.0} % of the nearer limit.",
            self.share_of_nearer_limit * 100.0
        );
    }
}

//! A relay and a desk as they are released, each a process of its own, on a line and records that `measure` has written.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use demo::Process;
use desk::Record;
use desk_app::{Passphrase, Vault, VaultCost};
use serde_json::Value;
use wire::Reader;
use zeroize::Zeroizing;

/// How long anything may take before it counts as never.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);
const PASSPHRASE: &str = "benchmark";
/// Opening the vault is not what is measured.
const CHEAP: VaultCost = VaultCost {
    memory_kib: 8,
    passes: 1,
};

fn records(path: &Path) -> Result<Vec<Record>> {
    let bytes = std::fs::read(path)?;
    let mut reader = Reader::new(&bytes);
    let mut records = Vec::new();
    while let Ok(key) = reader.medium() {
        let key = std::str::from_utf8(key)?.to_owned();
        let value = reader
            .long()
            .map_err(|_| anyhow::anyhow!("the records end too soon"))?;
        records.push(Record {
            key,
            value: Some(Zeroizing::new(value.to_vec())),
        });
    }
    Ok(records)
}

/// The line by a command of the measuring program, and the vault by the desk's own; gives what the program printed.
pub(crate) fn prepare(directory: &Path, command: &[&str]) -> Result<String> {
    let measure = e2e::root()?.join("target/release/measure");
    let made = Command::new(measure)
        .args(command)
        .arg(directory)
        .current_dir(e2e::root()?)
        .stderr(Stdio::inherit())
        .output()
        .context("target/release/measure is not built: cargo xtask bench builds it")?;
    ensure!(made.status.success(), "the records were not made");
    let passphrase = Passphrase::new(PASSPHRASE.into());
    let records = records(&directory.join("records"))?;
    Vault::create(&directory.join("vault"), &passphrase, CHEAP, records)?;
    std::fs::write(directory.join("passphrase"), PASSPHRASE)?;
    let page = e2e::root()?.join("target/page-files");
    let config = format!("line = \"line.statements\"\npage_files = {:?}\n", page);
    std::fs::write(directory.join("footbridge.toml"), config)?;
    Ok(String::from_utf8(made.stdout)?)
}

/// A process, and what it said when it was ready.
pub(crate) struct Running {
    pub(crate) process: Process,
    pub(crate) links: Value,
}

async fn start(name: &'static str, directory: &Path, arguments: &[&str]) -> Result<Running> {
    let footbridge = e2e::root()?.join("target/release/footbridge");
    let log = directory.join(format!("{name}.log"));
    let mut process = Process::start(name, &footbridge, arguments, &log)?;
    let links = process.says().await?;
    Ok(Running { process, links })
}

/// Starts the relay.
pub(crate) async fn serve(directory: &Path) -> Result<Running> {
    let config = directory.join("footbridge.toml").display().to_string();
    let listen = ["--listen", "127.0.0.1:0", "--json"];
    let arguments = [&["serve", "--config", config.as_str()][..], &listen].concat();
    start("relay", directory, &arguments).await
}

/// Opens the desk.
pub(crate) async fn open(directory: &Path, relay: &Running) -> Result<Running> {
    let path = |name: &str| directory.join(name).display().to_string();
    let (vault, passphrase) = (path("vault"), path("passphrase"));
    let address = relay.links["ready"].as_str().context("the relay listens")?;
    let arguments = [
        "desk",
        "--vault",
        &vault,
        "--passphrase-file",
        &passphrase,
        "--relay",
        address,
        "--json",
    ];
    start("desk", directory, &arguments).await
}

/// Whether the desk has read all that the relay has, and the relay all that the desk has written.
pub(crate) fn is_connected(view: &Value) -> bool {
    view["connection"] == "connected" && view["outbox"] == 0
}

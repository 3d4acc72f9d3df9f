//! `cargo xtask setup`: what the tests need, on a fresh machine.

use anyhow::{Result, bail};

use crate::run::{self, has, output};

/// The WebAssembly target of the page.
pub(crate) const TARGET: &str = "wasm32-wasip1";

/// Adds the WebAssembly target if it is missing.
pub(crate) fn webassembly() -> Result<()> {
    let installed = output("rustup", &["target", "list", "--installed"]).unwrap_or_default();
    if installed.lines().any(|line| line == TARGET) {
        return Ok(());
    }
    eprintln!("installing the Rust target {TARGET}");
    run::run("rustup", &["target", "add", TARGET])
}

/// Installs a browser and its driver if they are missing, where this user may.
fn browser() -> Result<()> {
    if has("chromedriver", "--version") && has("chromium", "--version") {
        return Ok(());
    }
    let packages =
        "apt-get install -y --no-install-recommends chromium chromium-driver fonts-noto-cjk";
    let is_root = output("id", &["-u"]).is_some_and(|id| id.trim() == "0");
    if !is_root || !has("apt-get", "--version") {
        bail!("the browser tests need Chromium and ChromeDriver; as root: {packages}");
    }
    eprintln!("installing Chromium and ChromeDriver");
    run::run("apt-get", &["update", "-qq"])?;
    run::run(
        "sh",
        &[
            "-c",
            &format!("DEBIAN_FRONTEND=noninteractive {packages} -qq > /dev/null"),
        ],
    )
}

/// Installs everything.
pub(crate) fn run_all() -> Result<()> {
    webassembly()?;
    browser()?;
    if !has("node", "--version") {
        bail!("the page's own tests need Node.js 20 or newer; as root: apt-get install -y nodejs");
    }
    Ok(())
}

/// `cargo xtask setup`.
pub(crate) fn run() -> Result<()> {
    run_all()?;
    println!("everything that the tests need is here");
    Ok(())
}

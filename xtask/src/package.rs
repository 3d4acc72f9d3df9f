//! `cargo xtask package`: a Debian package of the relay, with the page that it serves.

use std::path::Path;

use anyhow::{Context, Result};

use crate::run::{output, read, root, run, run_with};
use crate::{page, release};

/// Where the package is put.
const PACKAGE: &str = "target/package/footbridge.deb";

/// `cargo xtask package`. A program that was built already can be given instead.
pub(crate) fn run_all(program: Option<&Path>) -> Result<()> {
    page::build()?;
    let built = root().join("target/release/footbridge");
    if program.is_none() {
        run("cargo", &["build", "--release", "--package", "footbridge"])?;
    }
    let program = program.unwrap_or(&built).display().to_string();
    let version = release::version(&read("Cargo.toml")?)?;
    let folder = root().join(PACKAGE);
    std::fs::create_dir_all(folder.parent().context("no folder")?)?;
    // The day of the commit, so that the same commit gives the same bytes.
    let commit = output("git", &["log", "-1", "--format=%ct"]).unwrap_or_default();
    let date = ("SOURCE_DATE_EPOCH", commit.trim());
    let script = ["packaging/deb.sh", &program, page::FILES, &version, PACKAGE];
    run_with("sh", &script, date)?;
    println!("{PACKAGE}\nThe container is made of it: packaging/Containerfile says how.");
    Ok(())
}

//! `cargo xtask package`: a Debian package of the relay, with the page that it serves, and a container of that.

use std::path::Path;

use anyhow::{Context, Result};

use crate::run::{output, read, root, run, run_with};
use crate::{page, release};

/// Where the package is put.
const PACKAGE: &str = "target/package/footbridge.deb";

/// What builds containers, in the order in which it is looked for.
const ENGINES: [&str; 3] = ["podman", "buildah", "docker"];
/// The container's name.
const TAG: &str = "footbridge";

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
    println!("{PACKAGE}");
    Ok(())
}

/// A container of the package that was made, by the first engine that is here; it fetches the base if it has not got it.
pub(crate) fn container(base: Option<&str>) -> Result<()> {
    let mut engines = ENGINES.iter();
    let engine = engines
        .find(|engine| output(engine, &["--version"]).is_some())
        .context("no podman, buildah or docker is here: install one (on Debian: apt-get install buildah)")?;
    let base = base.map(|base| format!("BASE={base}"));
    let mut arguments = vec!["build", "--file", "packaging/Containerfile", "--tag", TAG];
    if let Some(base) = &base {
        arguments.extend(["--build-arg", base]);
    }
    arguments.push(".");
    run(engine, &arguments)?;
    println!("localhost/{TAG}: packaging/Containerfile says how it is run");
    Ok(())
}

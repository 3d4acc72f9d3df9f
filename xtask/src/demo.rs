//! `cargo xtask demo`, and the commands that measure a running line: build what they need, then run them.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use clap::Args;

use crate::run::{root, run as run_program};
use crate::{page, setup};

/// `cargo xtask demo`.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let all = [&["demo".to_owned()], arguments].concat();
    footbridge(&all)
}

/// `cargo xtask drill warning`.
pub(crate) fn rehearse(arguments: &[String]) -> Result<()> {
    footbridge(arguments)
}

/// The command as it is released, with the page beside it.
fn footbridge(arguments: &[String]) -> Result<()> {
    eprintln!("building the page");
    page::build()?;
    eprintln!("building the footbridge command (the first time this takes a few minutes)");
    run_program("cargo", &["build", "--release", "--package", "footbridge"])?;
    // The command takes over this process, so that Ctrl-C reaches it and its answer is ours.
    let error = Command::new(root().join("target/release/footbridge"))
        .args(arguments)
        .current_dir(root())
        .exec();
    Err(error).context("can't run footbridge")
}

/// `cargo xtask drill`.
pub(crate) fn drill(arguments: &[String]) -> Result<()> {
    eprintln!("building the drills (the first time this takes some minutes)");
    run_program("cargo", &["build", "--release", "--package", "measure"])?;
    let mut command = Command::new(root().join("target/release/measure"));
    command.args(arguments).current_dir(root());
    Err(command.exec()).context("can't run the drill")
}

/// Builds the page and the commands as they are released.
fn build_all() -> Result<()> {
    eprintln!("building the page and the commands");
    page::build()?;
    build_commands()
}

/// The commands alone.
pub(crate) fn build_commands() -> Result<()> {
    let build = [
        "build",
        "--release",
        "--package",
        "footbridge",
        "--package",
        "measure",
    ];
    run_program("cargo", &build)
}

/// `cargo xtask shape-at-rest`: it needs two builds and no page.
pub(crate) fn shape_at_rest(contacts: u32, blocks: u32, as_json: bool) -> Result<()> {
    setup::volume()?;
    build_commands()?;
    let mut command = Command::new(root().join("target/release/measure"));
    let (contacts, blocks) = (contacts.to_string(), blocks.to_string());
    command.args([
        "shape-at-rest",
        "--contacts",
        &contacts,
        "--blocks",
        &blocks,
    ]);
    command
        .args(as_json.then_some("--json"))
        .current_dir(root());
    Err(command.exec()).context("can't compare the disks")
}

/// `cargo xtask bench paint` and `cargo xtask bench absence`: the programs that measure are examples of the browser tests.
pub(crate) fn desk(example: &str, as_json: bool) -> Result<()> {
    build_all()?;
    run_example(example, as_json.then(|| "--json".into()))
}

/// Becomes an example of the browser tests; does not return when that has started.
fn run_example(name: &str, arguments: impl IntoIterator<Item = OsString>) -> Result<()> {
    let mut command = Command::new("cargo");
    command
        .args(["run", "--quiet", "--package", "e2e", "--example", name])
        .arg("--")
        .args(arguments)
        .current_dir(root());
    Err(command.exec()).with_context(|| format!("can't run the example {name}"))
}

/// `cargo xtask pictures`: taken by an example of the browser tests, of the command as the tests build it.
pub(crate) fn pictures(into: &Path, of_guide: bool) -> Result<()> {
    eprintln!("building the page and the command");
    page::build()?;
    run_program("cargo", &["build", "--quiet", "--package", "footbridge"])?;
    let guide = of_guide.then(|| "docs/operate/pictures".into());
    run_example("pictures", [into.into()].into_iter().chain(guide))
}

/// `cargo xtask bench slow` and `cargo xtask onion`: they need a browser too.
pub(crate) fn example(name: &str, as_json: bool) -> Result<()> {
    page::build()?;
    run_program("cargo", &["build", "--quiet", "--package", "footbridge"])?;
    run_example(name, as_json.then(|| "--json".into()))
}

/// What `cargo xtask shape` measures.
#[derive(Args)]
pub struct Shape {
    /// How many sessions, of all kinds together; 0: judge those that are kept.
    #[arg(long, default_value_t = 500)]
    sessions: u32,
    /// How many seconds each is watched.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// How many at a time, each in a browser of its own.
    #[arg(long, default_value_t = 8)]
    parallel: u16,
    /// How many times slower than one core of this machine each browser's device is.
    #[arg(long, default_value_t = 1)]
    slower: u32,
    /// Keep the sessions in this file, and judge them with those that it has: of the same page and devices, watched for as long.
    #[arg(long)]
    into: Option<PathBuf>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// `cargo xtask shape`: it needs browsers, so the program that captures is an example of the browser tests.
pub(crate) fn shape(shape: &Shape) -> Result<()> {
    eprintln!(
        "building the page, the command and the capture (the first time this takes some minutes)"
    );
    page::build()?;
    run_program("cargo", &["build", "--quiet", "--package", "footbridge"])?;
    let mut arguments: Vec<OsString> = Vec::new();
    for (name, number) in [
        ("--sessions", shape.sessions),
        ("--seconds", shape.seconds),
        ("--parallel", shape.parallel.into()),
        ("--slower", shape.slower),
    ] {
        arguments.extend([name.into(), number.to_string().into()]);
    }
    if let Some(into) = &shape.into {
        // The program runs in the root, whoever calls this somewhere else.
        arguments.extend(["--into".into(), std::path::absolute(into)?.into()]);
    }
    arguments.extend(shape.json.then(|| "--json".into()));
    run_example("shape", arguments)
}

/// `cargo xtask bench` and `cargo xtask seize`.
pub(crate) fn measure(what: &str, as_json: bool) -> Result<()> {
    build_all()?;
    let mut command = Command::new(root().join("target/release/measure"));
    command.arg(what).current_dir(root());
    if as_json {
        command.arg("--json");
    }
    Err(command.exec()).with_context(|| format!("can't run measure {what}"))
}

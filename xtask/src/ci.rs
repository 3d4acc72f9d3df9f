//! `cargo xtask test` and `cargo xtask ci`.

use anyhow::Result;

use crate::run::{has, run as run_program};
use crate::steps::Steps;
use crate::{page, setup, tidy};

fn all_tests() -> Result<()> {
    if has("cargo-nextest", "--version") {
        let arguments = ["nextest", "run", "--workspace", "--no-fail-fast"];
        return run_program("cargo", &arguments);
    }
    let kinds = ["--lib", "--bins", "--tests", "--no-fail-fast"];
    run_program("cargo", &[&["test", "--workspace"], &kinds[..]].concat())
}

/// The vectors once more, as WebAssembly under node.
fn vectors_in_webassembly() -> Result<()> {
    // What the test says decides, not how node ends: reading folders corrupts the memory of node 20's own WASI, which then
    // crashes after the test has passed.
    let build = "cargo test --quiet --package protocol --test vectors --target wasm32-wasip1 --no-run \
                 --message-format json | node --no-warnings vectors/run-wasm.mjs \
                 | tee -a /dev/stderr | grep -q 'test result: ok. 1 passed; 0 failed'";
    run_program("bash", &["-c", build])
}

/// Makes what the tests start. Gives whether they can begin.
fn is_ready(steps: &mut Steps, setup: impl FnOnce() -> Result<()>) -> bool {
    let build = ["build", "--quiet", "--package", "footbridge"];
    steps.run("setup", setup)
        && steps.run("the page", || page::size(false))
        && steps.run("the command that the tests start", || {
            run_program("cargo", &build)
        })
}

fn test_steps(steps: &mut Steps) {
    if !is_ready(steps, setup::run_all) {
        return;
    }
    steps.run("tests", all_tests);
    steps.run("tests in documents", || {
        run_program("cargo", &["test", "--workspace", "--doc", "--quiet"])
    });
    steps.run("vectors in WebAssembly", vectors_in_webassembly);
}

/// `cargo xtask test`.
pub(crate) fn test() -> Result<()> {
    let mut steps = Steps::default();
    test_steps(&mut steps);
    steps.finish()
}

/// Tests of the contact's page that `cargo xtask test` leaves out, by what their names have in common.
fn left_out(name: &'static str, part: &str, installs: fn() -> Result<()>) -> Result<()> {
    let mut steps = Steps::default();
    if is_ready(&mut steps, || setup::run_all().and_then(|()| installs())) {
        let tests = ["test", "--package", "e2e", "--tests", "--no-fail-fast"];
        let chosen = [part, "--", "--ignored", "--test-threads=1"];
        steps.run(name, || {
            run_program("cargo", &[&tests[..], &chosen[..]].concat())
        });
    }
    steps.finish()
}

/// `cargo xtask firefox`.
pub(crate) fn firefox() -> Result<()> {
    left_out("tests in Firefox", "in_firefox", setup::firefox)
}

/// `cargo xtask screen-reader`.
pub(crate) fn screen_reader() -> Result<()> {
    let name = "a test with a screen reader";
    left_out(name, "by_a_screen_reader", setup::screen_reader)
}

/// `cargo xtask ci`. All steps are made, so that one run says all that is wrong.
pub(crate) fn run() -> Result<()> {
    let mut steps = Steps::default();
    steps.run("format", || {
        run_program("cargo", &["fmt", "--all", "--check"])?;
        let fuzz = ["fmt", "--manifest-path", "fuzz/Cargo.toml", "--check"];
        run_program("cargo", &fuzz)
    });
    steps.run("tidy", || tidy::run(false));
    let lints = [
        "clippy",
        "--quiet",
        "--workspace",
        "--all-targets",
        "--",
        "--deny",
        "warnings",
    ];
    steps.run("lints", || run_program("cargo", &lints));
    test_steps(&mut steps);
    steps.finish()
}

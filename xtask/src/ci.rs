//! `cargo xtask test`, `cargo xtask ci`, `cargo xtask fuzz`.

use anyhow::{Result, bail};

use crate::run::{has, root, run as run_program};
use crate::{page, setup, tidy};

/// `cargo xtask test`.
pub(crate) fn test() -> Result<()> {
    eprintln!("setting up what the tests need");
    setup::run_all()?;
    eprintln!("building the page");
    page::build()?;
    eprintln!("building the command that the tests start");
    run_program("cargo", &["build", "--quiet", "--package", "footbridge"])?;
    eprintln!("running the tests");
    if has("cargo-nextest", "--version") {
        run_program(
            "cargo",
            &["nextest", "run", "--workspace", "--no-fail-fast"],
        )?;
    } else {
        run_program(
            "cargo",
            &[
                "test",
                "--workspace",
                "--lib",
                "--bins",
                "--tests",
                "--no-fail-fast",
            ],
        )?;
    }
    run_program("cargo", &["test", "--workspace", "--doc", "--quiet"])?;
    eprintln!("checking the vectors in WebAssembly");
    // What the test says decides, not how node ends: reading folders corrupts the memory of node 20's own WASI, which then
    // crashes after the test has passed.
    let build = "cargo test --quiet --package protocol --test vectors --target wasm32-wasip1 --no-run \
                 --message-format json | node --no-warnings vectors/run-wasm.mjs \
                 | tee /dev/stderr | grep -q 'test result: ok. 1 passed; 0 failed'";
    run_program("bash", &["-c", build])
}

/// `cargo xtask ci`.
pub(crate) fn run() -> Result<()> {
    eprintln!("format");
    run_program("cargo", &["fmt", "--all", "--check"])?;
    eprintln!("tidy");
    tidy::run(false)?;
    eprintln!("lints");
    let lints = [
        "clippy",
        "--quiet",
        "--workspace",
        "--all-targets",
        "--",
        "--deny",
        "warnings",
    ];
    run_program("cargo", &lints)?;
    test()
}

/// `cargo xtask fuzz`: the real fuzzer, which needs nightly Rust and cargo-fuzz.
pub(crate) fn fuzz(seconds: u32) -> Result<()> {
    if !has("cargo-fuzz", "--version") {
        bail!("cargo-fuzz is missing: cargo install cargo-fuzz");
    }
    let time = format!("-max_total_time={seconds}");
    for target in ["envelope", "statement", "bodies", "words", "page"] {
        // What it finds goes into the first directory; the committed corpus is only read.
        let found = format!("target/fuzz-corpus/{target}");
        let committed = format!("fuzz/corpus/{target}");
        std::fs::create_dir_all(root().join(&found))?;
        let arguments = [
            "+nightly", "fuzz", "run", target, &found, &committed, "--", &time,
        ];
        run_program("cargo", &arguments)?;
    }
    Ok(())
}

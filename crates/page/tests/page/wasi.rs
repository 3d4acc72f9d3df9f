//! The module in a JavaScript engine, through page.js's own WASI imports, answers as the native program does.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::bytes::saying_all;
use crate::handover::a_handover;
use crate::line::{Browser, ENGLISH, NOW, TestRelay, lexicon};
use crate::visit::{whole_conversation, wishes_in_doubt};

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Builds the module as `cargo xtask page` does; quick when nothing changed.
fn module() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let arguments = "build --quiet --package page --bin page --target wasm32-wasip1 --profile page --target-dir target/page";
    let built = Command::new(env!("CARGO"))
        .args(arguments.split(' '))
        .current_dir(&root)
        .status();
    assert!(built.unwrap().success(), "the module does not build");
    root.join("target/page/wasm32-wasip1/page/page.wasm")
}

#[test]
fn the_module_answers_as_the_native_program_does() {
    if Command::new("node").arg("--version").output().is_err() {
        println!(
            "not compared: there is no node on this machine; the browser tests still run the module"
        );
        return;
    }
    let mut browser = Browser::new(&TestRelay::new(), 3);
    let typed = lexicon(wire::Writer::default().u8(1), ENGLISH).long("aban".as_bytes());
    browser.call(3, &typed.done()).unwrap();
    let described = wire::Writer::default().put(&[0; 32]).u32(NOW.0);
    browser
        .call(1, &described.long(&saying_all()).done())
        .unwrap();
    browser.call(77, b"no such command").unwrap_err();
    let calls: String = [
        whole_conversation(),
        wishes_in_doubt(),
        a_handover(),
        browser.calls,
    ]
    .concat()
    .iter()
    .map(|(request, answer)| format!("{} {}\n", hexadecimal(request), hexadecimal(answer)))
    .collect();
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("page-calls.txt");
    std::fs::write(&file, calls).unwrap();
    let output = Command::new("node")
        .arg("--test")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/page.test.mjs"))
        .env("PAGE_WASM", module())
        .env("PAGE_CALLS", file)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    println!("{said}");
    assert!(
        output.status.success(),
        "the module or page.js is not as it should be"
    );
}

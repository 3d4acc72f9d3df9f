//! The Debian package as an operator gets it: unpacked into a root of its own, its relay answers, and the doctor is content.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod ground;

use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use ground::{Relay, said, write_page};

fn packaging() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packaging")
}

fn run(program: &str, arguments: &[&str]) -> Output {
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output();
    output.unwrap_or_else(|error| panic!("{program}: {error}"))
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

/// Page files that nobody looks at, and a line.
fn prepare(directory: &Path) -> PathBuf {
    let page = directory.join("page");
    write_page(&page);
    let passphrase = directory.join("passphrase");
    std::fs::write(&passphrase, "only for this test\n").unwrap();
    let line = directory.join("line");
    let made = run(
        env!("CARGO_BIN_EXE_footbridge"),
        &[
            "init",
            "--directory",
            &text(&line),
            "--relay",
            "http://127.0.0.1:8080",
            "--name",
            "Willow",
            "--passphrase-file",
            &text(&passphrase),
        ],
    );
    assert!(made.status.success(), "{}", said(&made));
    page
}

fn package(page: &Path, out: &Path) {
    let script = text(&packaging().join("deb.sh"));
    let program = env!("CARGO_BIN_EXE_footbridge");
    let version = env!("CARGO_PKG_VERSION");
    let made = run("sh", &[&script, program, &text(page), version, &text(out)]);
    assert!(made.status.success(), "{}", said(&made));
}

/// What the package's files say of `/`, made to say of another root.
fn settle(root: &Path) -> PathBuf {
    let config = root.join("etc/footbridge/footbridge.toml");
    let shipped = std::fs::read_to_string(&config).unwrap();
    let settled = ["/var/lib", "/usr/share/footbridge", "/run/footbridge"]
        .iter()
        .fold(shipped, |text, path| {
            let settled = format!("{}{path}", root.display());
            text.replace(&format!("\"{path}"), &format!("\"{settled}"))
                .replace(&format!("\"unix:{path}"), &format!("\"unix:{settled}"))
        });
    std::fs::write(&config, settled).unwrap();
    config
}

#[test]
fn the_package_holds_what_a_relay_needs_and_nothing_secret() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let page = prepare(directory);
    let deb = directory.join("footbridge.deb");
    package(&page, &deb);
    let again = directory.join("again.deb");
    package(&page, &again);
    let same = std::fs::read(&deb).unwrap() == std::fs::read(&again).unwrap();
    assert!(same, "the same input gives the same bytes");
    let listed = said(&run("dpkg-deb", &["--contents", &text(&deb)]));
    for path in [
        "./usr/bin/footbridge",
        "./usr/lib/systemd/system/footbridge.service",
        "./usr/lib/sysusers.d/footbridge.conf",
        "./usr/share/footbridge/page-files/ko-KP.html.br",
        "./usr/share/doc/footbridge/running.md",
        "./usr/share/bash-completion/completions/footbridge",
    ] {
        assert!(listed.contains(path), "{path} is not in {listed}");
    }
    for never in [".key", "line.statements", "store", "passphrase"] {
        assert!(!listed.contains(never), "{never} is in {listed}");
    }
    // What the operator changed stays over an upgrade.
    let conffiles = said(&run("dpkg-deb", &["--info", &text(&deb), "conffiles"]));
    assert_eq!(conffiles.trim(), "/etc/footbridge/footbridge.toml");

    // Unpacked with the libraries that it is linked with, as the container is.
    let root = directory.join("root");
    let script = text(&packaging().join("root.sh"));
    let made = run("sh", &[&script, &text(&deb), &text(&root)]);
    assert!(made.status.success(), "{}", said(&made));
    std::fs::copy(
        directory.join("line/line.statements"),
        root.join("etc/footbridge/line.statements"),
    )
    .unwrap();
    let private = std::fs::Permissions::from_mode(0o700);
    std::fs::set_permissions(root.join("var/lib/footbridge"), private).unwrap();
    answers_and_is_well(&root);
}

#[test]
fn the_unit_is_a_unit_and_leaves_little_open() {
    let unit = packaging().join("footbridge.service");
    let security = ["security", "--offline=true", "--threshold=20", &text(&unit)];
    let Ok(analyzed) = Command::new("systemd-analyze").args(security).output() else {
        // Not every machine has systemd; those that build packages have.
        return;
    };
    // 2.0 of 10, in tenths.
    assert!(analyzed.status.success(), "{}", said(&analyzed));
    let directory = tempfile::tempdir().unwrap();
    let copy = directory.path().join("footbridge.service");
    let written = std::fs::read_to_string(&unit).unwrap();
    // `verify` asks whether the program is there.
    std::fs::write(&copy, written.replace("/usr/bin/footbridge", "/bin/true")).unwrap();
    let verified = run("systemd-analyze", &["verify", &text(&copy)]);
    assert!(verified.status.success(), "{}", said(&verified));
    let said = said(&verified);
    assert!(!said.contains("footbridge.service:"), "{said}");
}

fn answers_and_is_well(root: &Path) {
    let config = text(&settle(root));
    let program = text(&root.join("usr/bin/footbridge"));
    let relay = Relay::start(
        Command::new(&program)
            .args(["serve", "--config", &config])
            .args(["--listen", "127.0.0.1:0", "--json"]),
    );
    let socket = root.join("run/footbridge/operator.sock");
    let mut stream = UnixStream::connect(socket).unwrap();
    stream
        .write_all(b"GET /ready HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let doctor = run(&program, &["doctor", "--config", &config, "--json"]);
    let findings: serde_json::Value = serde_json::from_slice(&doctor.stdout).unwrap();
    assert_eq!(findings["well"], true, "while it runs: {findings}");
    drop(relay);
    let doctor = run(&program, &["doctor", "--config", &config, "--json"]);
    let findings: serde_json::Value = serde_json::from_slice(&doctor.stdout).unwrap();
    assert_eq!(findings["well"], true, "when it is stopped: {findings}");
}

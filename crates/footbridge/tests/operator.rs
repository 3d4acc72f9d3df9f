//! What an operator sees of a relay that runs: readiness and figures on a listener of their own, what the service manager is told, and a log
//! in which nothing of anybody stands.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod ground;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use client::RelayClient;
use ground::{Relay, footbridge, write_page};
use wire::{Envelope, Header, Kind, LineId, SEALED_SIZE, SlotName, SlotNames, SlotWrite};

/// A line in `line` whose relay answers its operator.
fn prepare(directory: &Path, operator: &str) {
    std::fs::write(directory.join("passphrase"), "only for this test\n").unwrap();
    write_page(&directory.join("page"));
    let arguments = "init --directory line --relay http://127.0.0.1:8080 --name Willow --page-files ../page --passphrase-file passphrase";
    let arguments: Vec<&str> = arguments.split(' ').collect();
    let made = footbridge(directory, &arguments);
    assert!(made.status.success());
    let config = directory.join("line/footbridge.toml");
    let mut text = std::fs::read_to_string(&config).unwrap();
    text += &format!("\n[operator]\nlisten = \"{operator}\"\n");
    std::fs::write(config, text).unwrap();
}

fn serve(directory: &Path, more: &[&str], environment: &[(&str, &Path)]) -> Relay {
    let log = std::fs::File::create(directory.join("log")).unwrap();
    let arguments = "serve --config line/footbridge.toml --listen 127.0.0.1:0 --json";
    // No file may grow beyond 400 blocks of 512 bytes: a disk that is soon full.
    let limited = "trap '' XFSZ; ulimit -f 400; exec \"$0\" \"$@\"";
    Relay::start(
        Command::new("sh")
            .args(["-c", limited, env!("CARGO_BIN_EXE_footbridge")])
            .args(arguments.split(' '))
            .args(more)
            .envs(environment.iter().copied())
            .current_dir(directory)
            .stderr(log),
    )
}

/// Sends bytes and gives all that comes back.
fn exchange(mut stream: impl Read + Write, request: &[u8]) -> String {
    stream.write_all(request).unwrap();
    let mut answer = Vec::new();
    // A relay may hang up on what it does not understand.
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
}

fn slot_name(number: u8) -> SlotName {
    let mut name = *b"canary: the name of a slot heron";
    name[31] = number;
    SlotName(name)
}

fn slot(line: &LineId, number: u8) -> SlotWrite {
    let header = Header {
        kind: Kind::Slot,
        epoch: 0,
        line_tag: line.tag(),
        mark: [number; 16],
        shred_hash: [1; 32],
    };
    SlotWrite {
        name: slot_name(number),
        replaces: None,
        shred_key: [1; 32],
        envelope: Envelope::assemble(&header, &[1; SEALED_SIZE]).unwrap(),
    }
}

#[test]
fn the_operator_is_answered_on_a_socket_that_only_this_machine_has() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    prepare(directory, "unix:operator.sock");
    let relay = serve(directory, &[], &[]);
    let socket = directory.join("line/operator.sock");
    assert!(relay.said("operator").ends_with("operator.sock"));
    let ask = |path: &str| {
        let stream = UnixStream::connect(&socket).unwrap();
        exchange(stream, get(path).as_bytes())
    };
    let ready = ask("/ready");
    assert!(ready.starts_with("HTTP/1.1 200"), "{ready}");
    assert!(ready.contains("\"ready\":true"), "{ready}");
    let metrics = ask("/metrics");
    assert!(
        metrics.contains("footbridge_delegation_days 365\n"),
        "{metrics}"
    );
    assert!(metrics.contains("footbridge_condition{name=\"store\"} 1\n"));
    // Not where others reach it.
    for path in ["/ready", "/metrics"] {
        let stream = TcpStream::connect(relay.address()).unwrap();
        let answer = exchange(stream, get(path).as_bytes());
        assert!(answer.starts_with("HTTP/1.1 404"), "{path}: {answer}");
    }
    // One that was killed leaves its socket behind; the next takes its place.
    drop(relay);
    assert!(socket.exists());
    let again = serve(directory, &[], &[]);
    assert!(ask("/health").ends_with("running\n"));
    drop(again);
}

#[test]
fn the_service_manager_is_told_when_the_relay_is_ready_lives_and_stops() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    prepare(directory, "127.0.0.1:0");
    let socket = directory.join("notify.sock");
    let manager = UnixDatagram::bind(&socket).unwrap();
    manager
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    let hear = || {
        let mut told = [0; 256];
        let length = manager.recv(&mut told).unwrap();
        String::from_utf8_lossy(&told[..length]).trim().to_owned()
    };
    let environment = [
        ("NOTIFY_SOCKET", socket.as_path()),
        ("WATCHDOG_USEC", Path::new("600000")),
    ];
    let mut relay = serve(directory, &[], &environment);
    assert_eq!(hear(), "READY=1");
    assert_eq!(hear(), "WATCHDOG=1");
    assert_eq!(hear(), "WATCHDOG=1");
    let id = relay.process.id().to_string();
    let asked = Command::new("kill").args(["-TERM", &id]).status().unwrap();
    assert!(asked.success());
    let last = std::iter::from_fn(|| Some(hear())).find(|told| told != "WATCHDOG=1");
    assert_eq!(last.unwrap(), "STOPPING=1");
    assert!(relay.process.wait().unwrap().success());
}

#[test]
fn an_older_program_refuses_a_newer_store_and_says_what_to_do() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    prepare(directory, "127.0.0.1:0");
    let mut relay = serve(directory, &[], &[]);
    let id = relay.process.id().to_string();
    let asked = Command::new("kill").args(["-TERM", &id]).status().unwrap();
    assert!(asked.success() && relay.process.wait().unwrap().success());
    // As a program of the future leaves it: `user_version` in the header of the database.
    let path = directory.join("line/store/line.sqlite3");
    let mut database = std::fs::read(&path).unwrap();
    database[60..64].copy_from_slice(&7u32.to_be_bytes());
    std::fs::write(&path, &database).unwrap();
    let config = ["--config", "line/footbridge.toml"];
    for command in ["serve", "doctor"] {
        let output = footbridge(directory, &[&[command], &config[..]].concat());
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(!output.status.success(), "{command}: {said}");
        assert!(said.contains("the store is of version 7"), "{said}");
        assert!(said.contains("start the newer program again"), "{said}");
        assert_eq!(std::fs::read(&path).unwrap(), database, "{command}");
    }
}

/// A certificate for so many days, and its key.
fn certificate(directory: &Path, days: &str) {
    let made = Command::new("openssl")
        .args("req -x509 -newkey ed25519 -nodes -keyout key.pem -out certificate.pem -subj /CN=localhost -days".split(' '))
        .arg(days)
        .current_dir(directory)
        .output()
        .unwrap();
    assert!(made.status.success());
}

/// What the doctor says of one thing, and whether that is well.
fn doctor(directory: &Path, what: &str) -> (bool, String) {
    let arguments = ["doctor", "--config", "line/footbridge.toml", "--json"];
    let output = footbridge(directory, &arguments);
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = found["findings"].as_array().unwrap();
    let one = findings.iter().find(|one| one["what"] == what).unwrap();
    assert!(one["why"].as_str().is_some_and(|why| !why.is_empty()));
    let says = one["says"].as_str().unwrap().to_owned();
    (one["well"] == true, says)
}

#[test]
fn the_doctor_counts_a_certificate_s_days_and_looks_who_may_read_its_key() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    prepare(directory, "127.0.0.1:0");
    let config = directory.join("line/footbridge.toml");
    let mut text = std::fs::read_to_string(&config).unwrap();
    text += "[tls]\ncertificate = \"../certificate.pem\"\nkey = \"../key.pem\"\n";
    std::fs::write(config, text).unwrap();
    certificate(directory, "90");
    let (well, says) = doctor(directory, "TLS");
    assert!(well && says.contains("for 89 days"), "{says}");
    let (well, says) = doctor(directory, "permissions");
    assert!(well, "{says}");
    let key = directory.join("key.pem");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let (well, says) = doctor(directory, "permissions");
    assert!(!well && says.contains("chmod 600"), "{says}");
    certificate(directory, "6");
    let (well, says) = doctor(directory, "TLS");
    assert!(!well && says.contains("ends in 5 days"), "{says}");
    // In the relay's own figures too.
    let relay = serve(directory, &[], &[]);
    let stream = TcpStream::connect(relay.said("operator")).unwrap();
    let metrics = exchange(stream, get("/metrics").as_bytes());
    assert!(
        metrics.contains("footbridge_certificate_days 5\n"),
        "{metrics}"
    );
}

/// Requests with canaries in every place that a stranger can fill.
fn hostile(address: &str) {
    let head = "host: canary.example\r\nuser-agent: canary-agent\r\nreferer: https://canary.example/\r\nx-forwarded-for: 203.0.113.77\r\ncookie: canary=1\r\nconnection: close";
    let body = "canary: my mother must not know of this";
    let length = body.len();
    let requests = [
        format!("GET /canary-path?canary=query HTTP/1.1\r\n{head}\r\n\r\n"),
        format!(
            "GET /v1/desk/posts?after=canary HTTP/1.1\r\n{head}\r\nauthorization: Bearer canary\r\n\r\n"
        ),
        format!("POST /v1/posts HTTP/1.1\r\n{head}\r\ncontent-length: {length}\r\n\r\n{body}"),
        format!("POST /v1/turn HTTP/1.1\r\n{head}\r\ncontent-length: {length}\r\n\r\n{body}"),
        format!("POST /v1/slots/read HTTP/1.1\r\n{head}\r\ncontent-length: 3\r\n\r\n{body}"),
        format!("POST /v1/statements HTTP/1.1\r\n{head}\r\ncontent-length: {length}\r\n\r\n{body}"),
        format!("CANARY /canary HTTP/9.9\r\n{head}\r\n\r\n"),
        "canary \u{0}\u{1}\u{2} no request at all\r\n\r\n".to_owned(),
    ];
    for request in requests {
        let stream = TcpStream::connect(address).unwrap();
        exchange(stream, request.as_bytes());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_anybody_stands_in_the_log_in_either_format() {
    for format in ["text", "json"] {
        let directory = tempfile::tempdir().unwrap();
        let directory = directory.path();
        prepare(directory, "127.0.0.1:0");
        // Whatever a library could say is asked for too.
        let everything = [
            ("RUST_LOG", Path::new("trace")),
            ("RUST_BACKTRACE", Path::new("full")),
        ];
        let relay = serve(directory, &["--log-format", format], &everything);
        let url = format!("http://{}", relay.address());
        let contact = RelayClient::new(&url).unwrap();
        let document = contact.line().await.unwrap();
        let line = statements::Line::verify(&document, None).unwrap().id();
        contact.write_slot(&slot(&line, 0)).await.unwrap();
        hostile(relay.address());
        // The disk is full at last: that is told, and not whose request met it; and nothing is lost.
        let mut refused = None;
        for number in 1..=255 {
            refused = contact.write_slot(&slot(&line, number)).await.err();
            if refused.is_some() {
                break;
            }
        }
        assert!(refused.is_some(), "the files stayed small");
        let names = SlotNames([slot_name(0), slot_name(1)]);
        let held = contact.read_slots(&names).await.unwrap();
        assert_eq!(held[0].envelope, slot(&line, 0).envelope);
        assert_eq!(held[1].envelope, slot(&line, 1).envelope);
        exchange(
            TcpStream::connect(relay.said("operator")).unwrap(),
            get("/metrics").as_bytes(),
        );
        drop(relay);
        let log = std::fs::read_to_string(directory.join("log")).unwrap();
        assert!(log.contains("the store refused"), "{format}: {log}");
        let low = log.to_lowercase();
        for never in [
            "canary",
            "mother",
            "heron",
            "203.0.113",
            "127.0.0.1",
            "/v1/",
            "agent",
            "bearer",
            "content-length",
        ] {
            assert!(
                !low.contains(never),
                "{never} stands in the {format} log: {log}"
            );
        }
        // Neither a date nor a time of the day.
        let has_time = log.as_bytes().windows(3).any(|three| {
            three[0].is_ascii_digit() && three[1] == b':' && three[2].is_ascii_digit()
        });
        assert!(!has_time && !log.contains("2026-"), "{log}");
    }
}

//! A backup of a relay that runs, opened with the standard age tool, and what becomes of one that was changed or is another's.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod ground;

use std::path::Path;

use client::RelayClient;
use ground::{Relay, footbridge, keygen, run, said, write_page};
use wire::{Envelope, Header, Kind, LineId, SEALED_SIZE, SlotName, SlotNames, SlotWrite};

/// A line in `line`, with pages that nobody looks at.
fn prepare(directory: &Path, relay_url: &str) {
    std::fs::write(directory.join("passphrase"), "only for this test\n").unwrap();
    write_page(&directory.join("page"));
    let page = directory.join("page").display().to_string();
    let init = [
        "init",
        "--directory",
        "line",
        "--relay",
        relay_url,
        "--name",
        "Willow",
        "--page-files",
        &page,
        "--passphrase-file",
        "passphrase",
    ];
    let made = footbridge(directory, &init);
    assert!(made.status.success(), "{}", said(&made));
}

fn slot(line: &LineId, number: u8) -> SlotWrite {
    let header = Header {
        kind: Kind::Slot,
        epoch: 0,
        line_tag: line.tag(),
        mark: [number; 16],
        shred_hash: [number; 32],
    };
    SlotWrite {
        name: SlotName([number; 32]),
        replaces: None,
        shred_key: [number; 32],
        envelope: Envelope::assemble(&header, &[number; SEALED_SIZE]).unwrap(),
    }
}

/// Which of two slots hold what was written.
async fn held(relay: &RelayClient, line: &LineId, numbers: [u8; 2]) -> [bool; 2] {
    let names = SlotNames(numbers.map(|number| SlotName([number; 32])));
    let found = relay.read_slots(&names).await.unwrap();
    let mut numbers = numbers.into_iter();
    found.map(|content| content.envelope == slot(line, numbers.next().unwrap()).envelope)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_relay_is_backed_up_and_made_again() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let address = format!("127.0.0.1:{}", demo::free_port().unwrap());
    let url = format!("http://{address}");
    prepare(directory, &url);
    let recipient = keygen(directory, "key.txt");
    keygen(directory, "other.txt");
    let first = Relay::serve(directory, "line/footbridge.toml", &address);
    let relay = RelayClient::new(&url).unwrap();
    let document = relay.line().await.unwrap();
    let line = statements::Line::verify(&document, None).unwrap().id();
    for number in 1..=2 {
        relay.write_slot(&slot(&line, number)).await.unwrap();
    }
    let backup = [
        "backup",
        "--config",
        "line/footbridge.toml",
        "--recipient",
        &recipient,
        "--out",
        "monday.age",
        "--json",
        "--least-mib",
        "1",
    ];
    let made = footbridge(directory, &backup);
    assert!(made.status.success(), "{}", said(&made));
    let length = |name: &str| directory.join(name).metadata().unwrap().len();
    let again = footbridge(directory, &backup);
    assert!(
        said(&again).contains("monday.age exists"),
        "{}",
        said(&again)
    );
    assert!(!directory.join("line/store/backup.sqlite3").exists());
    let noted = server::last_backup(&directory.join("line/store"));
    assert!(noted.is_some(), "the doctor and the metrics tell its age");
    assert!(!directory.join("monday.age.part").exists());
    // What comes after the backup is not in it, and a backup with it is no longer.
    relay.write_slot(&slot(&line, 3)).await.unwrap();
    let tuesday = backup.map(|word| {
        if word == "monday.age" {
            "tuesday.age"
        } else {
            word
        }
    });
    let made = footbridge(directory, &tuesday);
    assert!(made.status.success(), "{}", said(&made));
    assert_eq!(length("monday.age"), length("tuesday.age"));
    assert!(length("monday.age") > 1 << 20);
    drop(first);

    let restore = [
        "restore",
        "monday.age",
        "--identity",
        "key.txt",
        "--directory",
        "again",
        "--json",
    ];
    let restored = footbridge(directory, &restore);
    assert!(restored.status.success(), "{}", said(&restored));
    let told: serde_json::Value = serde_json::from_slice(&restored.stdout).unwrap();
    assert_eq!((&told["slots"], &told["given_up"]), (&2.into(), &0.into()));
    let words = words::check_words(words::List::English, &line.0).join(" ");
    assert_eq!(told["check_words"], words.as_str());
    let over = footbridge(directory, &restore);
    assert!(
        said(&over).contains("can't make the new directory"),
        "{}",
        said(&over)
    );

    let _second = Relay::serve(directory, "again/footbridge.toml", &address);
    let relay = RelayClient::new(&url).unwrap();
    assert_eq!(held(&relay, &line, [1, 2]).await, [true, true]);
    assert_eq!(held(&relay, &line, [3, 4]).await, [false, false]);
    assert_eq!(relay.line().await.unwrap(), document);

    // Another's key, a changed file, half a file: refused, and nothing of it stays.
    let whole = std::fs::read(directory.join("monday.age")).unwrap();
    let mut changed = whole.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    std::fs::write(directory.join("changed.age"), changed).unwrap();
    std::fs::write(directory.join("half.age"), &whole[..middle]).unwrap();
    for (file, key) in [
        ("monday.age", "other.txt"),
        ("changed.age", "key.txt"),
        ("half.age", "key.txt"),
        ("none.age", "key.txt"),
    ] {
        let refused = footbridge(
            directory,
            &["restore", file, "--identity", key, "--directory", "wrong"],
        );
        assert!(!refused.status.success(), "{file}");
        assert!(
            said(&refused).contains("age did not open it"),
            "{file}: {}",
            said(&refused)
        );
        assert!(!directory.join("wrong").exists(), "{file}");
    }
    // Something else that the key opens is no backup.
    std::fs::write(directory.join("other"), b"any text").unwrap();
    let sealed = run(
        "age",
        directory,
        &[
            "--encrypt",
            "--recipient",
            &recipient,
            "--output",
            "text.age",
            "other",
        ],
    );
    assert!(sealed.status.success());
    let refused = footbridge(
        directory,
        &[
            "restore",
            "text.age",
            "--identity",
            "key.txt",
            "--directory",
            "wrong",
        ],
    );
    assert!(!refused.status.success() && !directory.join("wrong").exists());
    let wrong = [
        "backup",
        "--config",
        "line/footbridge.toml",
        "--recipient",
        "nobody",
        "--out",
        "x.age",
    ];
    let refused = footbridge(directory, &wrong);
    assert!(
        said(&refused).contains("age did not seal it"),
        "{}",
        said(&refused)
    );
    assert!(!directory.join("x.age").exists() && !directory.join("x.age.part").exists());
}

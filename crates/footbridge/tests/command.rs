//! The command as an operator, a coordinator and a guide use it, from making a line to asking to join it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod ground;

use std::path::Path;

use ground::{Relay, footbridge, said, write_page};

fn prepare(directory: &Path) -> String {
    std::fs::write(directory.join("passphrase"), "only for this test\n").unwrap();
    write_page(&directory.join("page"));
    format!("127.0.0.1:{}", demo::free_port().unwrap())
}

#[test]
fn a_line_is_made_served_and_joined() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let address = prepare(directory);
    let relay_url = format!("http://{address}");
    let init = [
        "init",
        "--directory",
        "line",
        "--relay",
        &relay_url,
        "--name",
        "Willow",
        "--page-files",
        "../page",
        "--passphrase-file",
        "passphrase",
    ];
    let made = footbridge(directory, &init);
    assert!(made.status.success(), "{}", said(&made));
    assert!(said(&made).contains("Its check words"));
    let again = footbridge(directory, &init);
    assert!(!again.status.success(), "a line is never made over another");
    assert!(directory.join("line/root-keys/3.key").exists());

    let doctor = footbridge(
        directory,
        &["doctor", "--config", "line/footbridge.toml", "--json"],
    );
    assert!(
        said(&doctor).contains("files are still in"),
        "root keys belong elsewhere: {}",
        said(&doctor)
    );
    std::fs::rename(directory.join("line/root-keys"), directory.join("far-away")).unwrap();
    let doctor = footbridge(
        directory,
        &["doctor", "--config", "line/footbridge.toml", "--json"],
    );
    let findings: serde_json::Value = serde_json::from_slice(&doctor.stdout).unwrap();
    assert_eq!(findings["well"], true, "{findings}");

    let _relay = Relay::serve(directory, "line/footbridge.toml", &address);
    let doctor = footbridge(directory, &["doctor", "--config", "line/footbridge.toml"]);
    assert!(doctor.status.success(), "{}", said(&doctor));
    assert!(
        said(&doctor).contains("a relay has it"),
        "{}",
        said(&doctor)
    );
    let second = [
        "serve",
        "--config",
        "line/footbridge.toml",
        "--listen",
        "127.0.0.1:0",
    ];
    let second = footbridge(directory, &second);
    assert!(!second.status.success(), "two relays on one store");
    assert!(
        said(&second).contains("in use by another process; stop that one first"),
        "{}",
        said(&second)
    );

    let print = [
        "print",
        "poster",
        "--line",
        &relay_url,
        "--language",
        "uk",
        "--out",
        "x.pdf",
    ];
    let printed = footbridge(directory, &print);
    assert!(
        said(&printed).contains("no list of entrances"),
        "the line was fetched, and has none yet: {}",
        said(&printed)
    );

    let passphrase = ["--passphrase-file", "passphrase"];
    let invite = [
        &["invite", "--vault", "line/coordinator", "--name", "Birch"][..],
        &passphrase,
    ]
    .concat();
    let invited = footbridge(directory, &invite);
    assert!(invited.status.success(), "{}", said(&invited));
    let invitation = String::from_utf8(invited.stdout).unwrap();
    let invitation = invitation.trim();
    assert!(
        invitation.starts_with("footbridge-invitation:"),
        "{invitation}"
    );

    let cut = &invitation[..invitation.len() - 3];
    let join = |invitation: &str, vault: &str| {
        let arguments = [
            "join", invitation, "--vault", vault, "--name", "Birch", "--json",
        ];
        footbridge(directory, &[&arguments[..], &passphrase].concat())
    };
    assert!(
        !join(cut, "cut").status.success(),
        "half an invitation is none"
    );
    let joined = join(invitation, "guide");
    assert!(joined.status.success(), "{}", said(&joined));
    let joined: serde_json::Value = serde_json::from_slice(&joined.stdout).unwrap();
    assert_eq!(joined["words"].as_array().map(Vec::len), Some(5));
    assert_eq!(joined["sent"], true);
    let again = join(invitation, "another");
    assert!(!again.status.success(), "an invitation serves once");
    assert!(
        said(&again).contains("answered already"),
        "{}",
        said(&again)
    );
}

/// The first coordinator's device, as the line's delegation names it.
fn coordinators(directory: &Path, relay_url: &str) -> serde_json::Value {
    let show = ["delegate", "show", "--relay", relay_url, "--json"];
    let shown = footbridge(directory, &show);
    assert!(shown.status.success(), "{}", said(&shown));
    serde_json::from_slice(&shown.stdout).unwrap()
}

#[test]
fn two_root_keys_of_three_name_the_coordinators() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let address = prepare(directory);
    let relay_url = format!("http://{address}");
    let init = [
        "init",
        "--directory",
        "line",
        "--relay",
        &relay_url,
        "--name",
        "Willow",
        "--page-files",
        "../page",
        "--passphrase-file",
        "passphrase",
    ];
    assert!(footbridge(directory, &init).status.success());
    let _relay = Relay::serve(directory, "line/footbridge.toml", &address);
    let present = coordinators(directory, &relay_url);
    let first = present["coordinators"][0].as_str().unwrap().to_owned();
    let second = "ab".repeat(32);
    let delegate = |step: &[&str]| {
        let file = ["--file", "delegation.txt"];
        footbridge(directory, &[&["delegate"], step, &file].concat())
    };
    let draft = [
        "draft",
        "--relay",
        &relay_url,
        "--coordinator",
        &first,
        "--coordinator",
        &second,
    ];
    let drafted = delegate(&draft);
    assert!(drafted.status.success(), "{}", said(&drafted));
    let publish = ["publish", "--relay", &relay_url];
    let early = delegate(&publish);
    assert!(
        said(&early).contains("2 more root keys must sign"),
        "{}",
        said(&early)
    );
    let signed = delegate(&["sign", "--key", "line/root-keys/1.key"]);
    assert!(
        said(&signed).contains("1 more must sign"),
        "{}",
        said(&signed)
    );
    let twice = delegate(&["sign", "--key", "line/root-keys/1.key"]);
    assert!(said(&twice).contains("signed already"), "{}", said(&twice));
    std::fs::write(directory.join("foreign.key"), "7f".repeat(32)).unwrap();
    let foreign = delegate(&["sign", "--key", "foreign.key"]);
    assert!(
        said(&foreign).contains("not one of this line's"),
        "{}",
        said(&foreign)
    );
    assert!(
        delegate(&["sign", "--key", "line/root-keys/3.key"])
            .status
            .success()
    );
    let published = delegate(&publish);
    assert!(published.status.success(), "{}", said(&published));
    let now = coordinators(directory, &relay_url);
    assert_eq!((&now["serial"], &now["threshold"]), (&2.into(), &2.into()));
    assert_eq!(now["coordinators"][1], *second);
    // What is published is not replaced by another of the same serial.
    std::fs::write(directory.join("delegation.txt"), "no delegation").unwrap();
    let broken = delegate(&publish);
    assert!(
        said(&broken).contains("is it a delegation's?"),
        "{}",
        said(&broken)
    );
}

#[test]
fn an_editor_is_told_what_is_wrong_with_cards_before_proposing_them() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let with_record = ["--record", "demonstration/record.json", "--json"];
    let file = ["cards", "demonstration/cards.json"];
    let right = footbridge(&root, &[&file[..], &with_record].concat());
    assert!(right.status.success(), "{}", said(&right));
    let found: serde_json::Value = serde_json::from_slice(&right.stdout).unwrap();
    assert_eq!(found["publishable"], true);
    assert_eq!(found["cards"].as_array().unwrap().len(), 11);
    assert_eq!(found["disputes"], 1);

    // Without its record nothing carries what the cards say.
    let wrong = footbridge(&root, &file);
    assert_eq!(wrong.status.code(), Some(1));
    let told = said(&wrong);
    assert!(told.contains("not-known: unknown-claim deserted"), "{told}");
    for (name, expected) in [
        ("nothing.json", "nothing.json"),
        ("README.md", "is not JSON"),
    ] {
        let none = footbridge(&root, &["cards", name]);
        assert!(!none.status.success() && said(&none).contains(expected));
    }
}

#[test]
fn it_explains_itself() {
    let directory = tempfile::tempdir().unwrap();
    let help = footbridge(directory.path(), &["--help"]);
    assert!(said(&help).contains("Examples:"));
    let completions = footbridge(directory.path(), &["completions", "bash"]);
    assert!(said(&completions).contains("doctor"));
    let missing = footbridge(directory.path(), &["serve"]);
    assert!(
        said(&missing).contains("`footbridge init` writes one"),
        "{}",
        said(&missing)
    );
    let no_vault = footbridge(directory.path(), &["desk", "--vault", "nowhere"]);
    assert!(!no_vault.status.success());
}

#[test]
fn the_record_goes_out_and_comes_back_and_a_copy_has_its_hash() {
    let directory = tempfile::tempdir().unwrap();
    let record = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../demonstration/record.json"
    );
    let claims = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../demonstration/claims.json"
    );
    for format in ["json-ld", "csv"] {
        let out = footbridge(
            directory.path(),
            &[
                "record", "export", "--format", format, "--claims", claims, record,
            ],
        );
        assert!(out.status.success(), "{}", said(&out));
        let (file, texts) = (format!("record.{format}"), format!("texts.{format}"));
        std::fs::write(directory.path().join(&file), &out.stdout).unwrap();
        let back = footbridge(
            directory.path(),
            &[
                "record", "import", "--format", format, &file, "--claims", &texts,
            ],
        );
        assert!(back.status.success(), "{}", said(&back));
        let read = |text: &[u8]| serde_json::from_slice::<record::Record>(text).unwrap();
        assert_eq!(read(&back.stdout), read(&std::fs::read(record).unwrap()));
        let value = |path: &Path| {
            serde_json::from_slice::<serde_json::Value>(&std::fs::read(path).unwrap()).unwrap()
        };
        assert_eq!(
            value(&directory.path().join(&texts)),
            value(Path::new(claims))
        );
        let again = footbridge(
            directory.path(),
            &[
                "record", "import", "--format", format, &file, "--claims", &texts,
            ],
        );
        assert!(
            !again.status.success(),
            "a file that is there is not overwritten"
        );
    }
    std::fs::write(
        directory.path().join("wrong.csv"),
        "id,text,how\na,A,sworn\n",
    )
    .unwrap();
    let wrong = footbridge(
        directory.path(),
        &["record", "import", "--format", "csv", "wrong.csv"],
    );
    assert!(!wrong.status.success() && wrong.stdout.is_empty());
    assert!(
        said(&wrong).contains("wrong.csv: row 2"),
        "{}",
        said(&wrong)
    );
    std::fs::write(directory.path().join("copy.txt"), "abc").unwrap();
    let hash = footbridge(directory.path(), &["record", "hash", "copy.txt"]);
    assert!(
        said(&hash).starts_with(
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  copy.txt"
        )
    );
    let none = footbridge(directory.path(), &["record", "hash", "nowhere"]);
    assert!(!none.status.success() && said(&none).contains("nowhere"));
}

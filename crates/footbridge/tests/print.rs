//! The command as somebody uses it who prints for a line: from a file, and what it refuses.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::path::Path;
use std::process::{Command, Output, Stdio};

use statements::{
    CardSet, Delegation, DeviceKey, Entrance, EntranceKind, EntranceList, Root, RootKey,
};
use wire::{Day, LineDocument};

/// 26 November 2026.
const TODAY: Day = Day(20_783);

fn print(directory: &Path, paper: &str, further: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_footbridge"));
    command.current_dir(directory).stdin(Stdio::null());
    command.args(["print", paper, "--line", "line.bin", "--date", "2026-11-26"]);
    command.args(further).output().unwrap()
}

fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

/// A line with one Korean card and one entrance; returns its Korean check words.
fn write_line(directory: &Path) -> String {
    let root_key = RootKey::from_seed(&[1; 32]);
    let coordinator = DeviceKey::from_seed(&[2; 32]);
    let root = Root::new(1, vec![root_key.public()]).unwrap();
    let id = root.line_id();
    let days = (Day(0), TODAY.plus(1000));
    let delegation = Delegation::draft(id, 1, days, 1, &[coordinator.public()]);
    let list = EntranceList {
        serial: 1,
        day: TODAY,
        good_until: TODAY.plus(50),
        entrances: vec![Entrance {
            kind: EntranceKind::Site,
            address: "https://line.example".into(),
        }],
        fakes: Vec::new(),
    };
    let cards = r#"{"cards":[{"id":"one","class":"general","reviewed":"2026-11-23","review_by":"2027-05-22",
        "texts":{"ko":{"question":"이것이 진짜입니까?","answer":"확인 단어를 맞추어 보십시오."}}}]}"#;
    let signed = [CardSet::draft(id, 1, TODAY, cards), list.draft(id)];
    let signed = signed.map(|draft| draft.sign_by_device(&coordinator).done().to_bytes());
    let mut statements = vec![
        root.statement().to_bytes(),
        delegation.sign_by_root(&root_key).done().to_bytes(),
    ];
    statements.extend(signed);
    let document = LineDocument {
        day: TODAY,
        statements,
    };
    std::fs::write(directory.join("line.bin"), document.to_bytes()).unwrap();
    words::check_words(words::List::Korean, &id.0).join(" ")
}

#[test]
fn a_leaflet_and_a_poster_are_written_once_with_the_check_words_to_compare() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let check_words = write_line(directory);
    for paper in ["leaflet", "poster"] {
        let out = format!("{paper}.pdf");
        let arguments = ["--language", "ko", "--out", &out];
        let printed = print(directory, paper, &arguments);
        assert!(printed.status.success(), "{}", said(&printed));
        assert!(said(&printed).contains(&check_words), "{}", said(&printed));
        let written = std::fs::read(directory.join(&out)).unwrap();
        assert!(written.starts_with(b"%PDF-"));

        std::fs::write(directory.join(&out), "mine").unwrap();
        let again = print(directory, paper, &arguments);
        assert!(
            !again.status.success() && said(&again).contains("--force"),
            "{}",
            said(&again)
        );
        assert_eq!(std::fs::read(directory.join(&out)).unwrap(), b"mine");
        let forced = [&arguments[..], &["--force"]].concat();
        assert!(print(directory, paper, &forced).status.success());
        assert_eq!(std::fs::read(directory.join(&out)).unwrap(), written);
    }
    assert_eq!(
        std::fs::read_dir(directory).unwrap().count(),
        3,
        "nothing else is left behind"
    );
}

#[test]
fn what_cannot_be_printed_says_what_to_do_and_writes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    write_line(directory);
    let bytes = std::fs::read(directory.join("line.bin")).unwrap();
    for (language, date, due) in [
        ("fr", "2026-11-26", "choose en, ko, ru or uk"),
        ("en", "2026-11-26", "choose another language"),
        ("ko", "26.11.2026", "write it as 2026-11-26"),
        ("ko", "2027-02-01", "sign a new one"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_footbridge"));
        command
            .current_dir(directory)
            .args(["print", "leaflet", "--line", "line.bin"]);
        command.args(["--language", language, "--date", date, "--out", "x.pdf"]);
        let refused = command.output().unwrap();
        assert!(
            !refused.status.success() && said(&refused).contains(due),
            "{}",
            said(&refused)
        );
    }
    for (content, due) in [
        (bytes[..bytes.len() - 1].to_vec(), "fetch it again"),
        (
            [&bytes[..bytes.len() - 1], &[0]].concat(),
            "is not believed",
        ),
        (b"<html>".to_vec(), "fetch it again"),
    ] {
        std::fs::write(directory.join("line.bin"), content).unwrap();
        let refused = print(directory, "poster", &["--language", "ko", "--out", "x.pdf"]);
        assert!(
            !refused.status.success() && said(&refused).contains(due),
            "{}",
            said(&refused)
        );
    }
    std::fs::remove_file(directory.join("line.bin")).unwrap();
    let refused = print(directory, "poster", &["--language", "ko", "--out", "x.pdf"]);
    assert!(
        said(&refused).contains("can't read line.bin"),
        "{}",
        said(&refused)
    );
    assert!(!directory.join("x.pdf").exists());
}

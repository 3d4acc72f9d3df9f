//! A line is moved by the command itself: killed at several moments and gone on with, served from one store at a time, refused where it
//! would do harm.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod ground;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use client::{DeskClient, RelayClient};
use ground::{Relay, footbridge, said, write_page};
use ground_postgres::Ground;
use relay::{Condition, LastPlaces, Movable, MoveId, MoveNote, Row, Sequence, StatementKey};
use statements::{
    Delegation, DeviceKey, Root, RootKey, SealPublicKey, ShiftNotice, ShiftSigningKey,
    StatementKind,
};
use store_sqlite::SqliteEnd;
use wire::{
    Day, Envelope, Header, Kind, LineDocument, LineId, Minute, SEALED_SIZE, SlotContent, SlotName,
    SlotNames,
};

const POSTS: u32 = 1500;
const SLOTS: u32 = 100;
/// Nobody has its key any more: the one that age's own documentation shows.
const RECIPIENT: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

#[allow(clippy::disallowed_methods, reason = "the relays read the real clock")]
fn now() -> Minute {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Minute(u32::try_from(since.as_secs() / 60).unwrap())
}

/// A line with root key and device `seed`, its configuration in `name.toml`, with pages that nobody looks at.
fn prepare(directory: &Path, name: &str, seed: u8, store: &str) -> LineId {
    let root_key = RootKey::from_seed(&[seed; 32]);
    let root = Root::new(1, vec![root_key.public()]).unwrap();
    let line = root.line_id();
    let coordinator = DeviceKey::from_seed(&[seed; 32]).public();
    let days = (Day(0), Day(u32::MAX));
    let delegation = Delegation::draft(line, 1, days, 1, &[coordinator]).sign_by_root(&root_key);
    let document = LineDocument {
        day: now().day(),
        statements: vec![root.statement().to_bytes(), delegation.done().to_bytes()],
    };
    std::fs::write(directory.join(format!("line-{seed}")), document.to_bytes()).unwrap();
    if !directory.join("page-files").exists() {
        write_page(&directory.join("page-files"));
    }
    let config = format!("line = \"line-{seed}\"\n{store}\n");
    std::fs::write(directory.join(name), config).unwrap();
    line
}

fn envelope(line: LineId, kind: Kind, number: u32) -> Envelope {
    let mut mark = [0; 16];
    mark[..4].copy_from_slice(&number.to_be_bytes());
    let header = Header {
        kind,
        epoch: 1,
        line_tag: line.tag(),
        mark,
        shred_hash: [5; 32],
    };
    Envelope::assemble(&header, &[1; SEALED_SIZE]).unwrap()
}

fn slot_name(number: u32) -> SlotName {
    let mut name = [9; 32];
    name[..4].copy_from_slice(&number.to_be_bytes());
    SlotName(name)
}

fn place(of: Sequence, kind: Kind, line: LineId, number: u32) -> Row {
    let envelope = envelope(line, kind, number);
    Row::Place {
        of,
        place: u64::from(number),
        hash: relay::envelope_hash(&envelope),
        day: now().day(),
        envelope: Some(envelope),
    }
}

fn slot(line: LineId, number: u32) -> Row {
    Row::Slot {
        key: relay::slot_key(&slot_name(number)),
        day: now().day(),
        content: SlotContent {
            shred_key: [6; 32],
            envelope: envelope(line, Kind::Slot, number),
        },
    }
}

/// A shift's notice, an entry of the log, posts and slots, as a relay would have put them there.
async fn fill(directory: &Path, line: LineId, seed: u8, posts: u32) {
    let key = SealPublicKey::from_bytes(&[9; 1216]).unwrap();
    let signing = ShiftSigningKey::from_seed(&[3; 32]).public();
    let notice = ShiftNotice::draft(line, 1, (now(), now().plus(60)), &key, signing)
        .sign_by_device(&DeviceKey::from_seed(&[seed; 32]))
        .done();
    let key = StatementKey {
        kind: StatementKind::ShiftNotice,
        number: 1,
    };
    let bytes = notice.to_bytes();
    let mut rows = vec![Row::Statement { key, bytes }];
    rows.push(place(Sequence::Log, Kind::LogEntry, line, 1));
    rows.extend((1..=posts).map(|number| place(Sequence::Tray, Kind::Post, line, number)));
    rows.extend((1..=SLOTS).map(|number| slot(line, number)));
    rows.sort_by_key(Row::key);
    let note = MoveNote {
        id: MoveId([seed; 16]),
        line,
    };
    let places = LastPlaces {
        tray: posts.into(),
        log: 1,
    };
    let mut end = SqliteEnd::open(directory).unwrap();
    let begun = end.pass(Condition::Whole, Condition::Arriving(note)).await;
    begun.unwrap();
    end.take(note, rows).await.unwrap();
    end.set_last_places(note, places).await.unwrap();
    let done = end.pass(Condition::Arriving(note), Condition::Whole).await;
    done.unwrap();
}

/// A desk's cursor goes on, a contact finds his slot, and what is new gets the next place.
async fn serves(relay: &Relay, line: LineId, last: u32) {
    let client = RelayClient::new(relay.said("ready")).unwrap();
    let key = DeviceKey::from_seed(&[1; 32]);
    let desk = DeskClient::new(RelayClient::new(relay.said("ready")).unwrap(), line, key);
    let after = u64::from(last) - 10;
    let read = desk.posts(after).await.unwrap();
    let places: Vec<u64> = read.iter().map(|item| item.sequence).collect();
    assert_eq!(places, (after + 1..=u64::from(last)).collect::<Vec<_>>());
    let early = desk.posts(100).await.unwrap();
    assert_eq!(early[0].sequence, 101, "nothing lost, nothing doubled");
    assert!(early[0].envelope == envelope(line, Kind::Post, 101));
    let names = SlotNames([slot_name(SLOTS), slot_name(SLOTS + 1)]);
    let found = client.read_slots(&names).await.unwrap();
    assert!(found[0].envelope == envelope(line, Kind::Slot, SLOTS));
    // One that was sent before is known; a new one gets the next place.
    for number in [last, last + 1] {
        let post = envelope(line, Kind::Post, number);
        client.post(&post).await.unwrap();
    }
    let read = desk.posts(u64::from(last)).await.unwrap();
    assert_eq!(read.len(), 1);
    assert_eq!(read[0].sequence, u64::from(last) + 1);
}

fn moves<'a>(from: &'a str, to: &'a str) -> [&'a str; 5] {
    ["move", "--from", from, "--to", to]
}

/// Starts a command, and kills it when it has said that it is so far. Gives the first that it said.
fn kill_at(directory: &Path, arguments: &[&str], said: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_footbridge"));
    command.args(arguments).current_dir(directory);
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let mut process = command.stderr(Stdio::piped()).spawn().unwrap();
    let mut first = None;
    let mut is_killed = false;
    for line in BufReader::new(process.stderr.take().unwrap()).lines() {
        let line = line.unwrap();
        if line.starts_with(said) && !is_killed {
            process.kill().unwrap();
            is_killed = true;
        }
        first.get_or_insert(line);
    }
    process.wait().unwrap();
    assert!(is_killed, "it never said {said}: {first:?}");
    first.unwrap()
}

/// How far a line of progress is.
fn count(progress: &str) -> u32 {
    let number = progress.split(' ').nth(1);
    number
        .and_then(|number| number.parse().ok())
        .expect(progress)
}

/// Gives the command again until the line is moved; only the very last kill may have come too late to matter.
fn finish(directory: &Path, arguments: &[&str]) {
    let done = footbridge(directory, arguments);
    let is_done = done.status.success() || said(&done).contains("nothing is left to do");
    assert!(is_done, "{}", said(&done));
}

fn refused(directory: &Path, arguments: &[&str], why: &str) {
    let refused = footbridge(directory, arguments);
    assert!(!refused.status.success(), "{arguments:?}");
    assert!(
        said(&refused).contains(why),
        "{arguments:?}: {}",
        said(&refused)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_that_is_killed_is_gone_on_with_there_and_back() {
    let ground = Ground::start(&[]).unwrap();
    let url = ground.create("line").unwrap();
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let line = prepare(directory, "old.toml", 1, "");
    prepare(directory, "new.toml", 1, &format!("database = \"{url}\""));
    fill(&directory.join("store"), line, 1, POSTS).await;

    let there = moves("old.toml", "new.toml");
    assert_eq!(count(&kill_at(directory, &there, "copied 256")), 0);
    // Half moved: nobody serves from either, and each says what to do.
    let serve = ["serve", "--listen", "127.0.0.1:0", "--config"];
    refused(
        directory,
        &[&serve[..], &["new.toml"]].concat(),
        "half moved",
    );
    refused(
        directory,
        &[&serve[..], &["old.toml"]].concat(),
        "not finished",
    );
    refused(directory, &["doctor", "--config", "new.toml"], "half moved");
    refused(
        directory,
        &["doctor", "--config", "old.toml"],
        "not finished",
    );
    let begun = count(&kill_at(directory, &there, "copied 1024"));
    assert!(begun >= 256, "it goes on where it was: {begun}");
    kill_at(directory, &there, "compared 512");
    kill_at(directory, &there, "equal");
    finish(directory, &there);
    refused(
        directory,
        &[&serve[..], &["old.toml"]].concat(),
        "moved away",
    );
    let moved = Relay::serve(directory, "new.toml", "127.0.0.1:0");
    serves(&moved, line, POSTS).await;
    // Not while a relay serves from it, and not over what the old store holds without a word.
    let back = moves("new.toml", "old.toml");
    refused(directory, &back, "stop it first");
    drop(moved);
    refused(directory, &back, "--again");
    let again = [&back[..], &["--again"]].concat();
    kill_at(directory, &again, "copied 768");
    refused(
        directory,
        &[&serve[..], &["old.toml"]].concat(),
        "half moved",
    );
    refused(directory, &["doctor", "--config", "old.toml"], "half moved");
    kill_at(directory, &back, "equal");
    finish(directory, &back);
    refused(
        directory,
        &[&serve[..], &["new.toml"]].concat(),
        "moved away",
    );
    let moved = Relay::serve(directory, "old.toml", "127.0.0.1:0");
    serves(&moved, line, POSTS + 1).await;
    refused(directory, &moves("old.toml", "third"), "in use");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_do_harm_is_refused_and_nothing_is_touched() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let line = prepare(directory, "one.toml", 1, "store = \"one\"");
    let other = prepare(directory, "other.toml", 2, "store = \"other\"");
    fill(&directory.join("one"), line, 1, POSTS).await;
    fill(&directory.join("other"), other, 2, 3).await;
    let cases = [
        (moves("one.toml", "other"), "another line"),
        (moves("one.toml", "other.toml"), "another line"),
        (moves("one.toml", "one"), "are one store"),
        (moves("one.toml", "./one/../one"), "are one store"),
        (moves("none", "new"), "no store in none"),
        (
            moves("one.toml", "postgresql://line:hunter2@%2Fnowhere/x"),
            "can't use the database",
        ),
    ];
    for (arguments, why) in &cases {
        refused(directory, arguments, why);
        let said = said(&footbridge(directory, arguments));
        assert!(!said.contains("hunter2"), "{said}");
    }
    // A configuration that names another line than its store holds.
    prepare(directory, "wrong.toml", 2, "store = \"one\"");
    refused(directory, &moves("wrong.toml", "new"), "holds another line");
    let one = ["move", "--from", "one.toml"];
    refused(directory, &one, "--to");
    let give_up = [&one[..], &["--give-up"]].concat();
    refused(directory, &give_up, "none was begun");

    // Begun and given up: it is served again, and the half is not gone on with.
    let there = moves("one.toml", "new");
    kill_at(directory, &there, "copied 256");
    std::fs::write(
        directory.join("half.toml"),
        "line = \"line-1\"\nstore = \"new\"\n",
    )
    .unwrap();
    let backup = [
        "backup",
        "--recipient",
        RECIPIENT,
        "--out",
        "x.age",
        "--config",
        "half.toml",
    ];
    refused(directory, &backup, "half moved");
    assert!(!directory.join("x.age").exists());
    let given_up = footbridge(directory, &give_up);
    assert!(given_up.status.success(), "{}", said(&given_up));
    drop(Relay::serve(directory, "one.toml", "127.0.0.1:0"));
    refused(directory, &there, "earlier move");
    let again = [&there[..], &["--again", "--json"]].concat();
    let moved = footbridge(directory, &again);
    assert!(moved.status.success(), "{}", said(&moved));
    let told: serde_json::Value = serde_json::from_slice(&moved.stdout).unwrap();
    assert_eq!(
        (&told["posts"], &told["slots"]),
        (&POSTS.into(), &SLOTS.into())
    );
    assert_eq!(told["hash"].as_str().unwrap().len(), 64);
    refused(directory, &there, "nothing is left to do");
    serves(
        &Relay::serve(directory, "half.toml", "127.0.0.1:0"),
        line,
        POSTS,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_of_a_newer_program_is_not_moved_and_one_that_was_damaged_not_in_part() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let line = prepare(directory, "one.toml", 1, "store = \"one\"");
    fill(&directory.join("one"), line, 1, 300).await;
    let database = directory.join("one/line.sqlite3");
    let whole = std::fs::read(&database).unwrap();
    let mut newer = whole.clone();
    // `user_version` in the header of an SQLite file.
    newer[60..64].copy_from_slice(&99u32.to_be_bytes());
    std::fs::write(&database, newer).unwrap();
    refused(directory, &moves("one.toml", "new"), "version 99");
    std::fs::write(&database, whole).unwrap();
    // Keys that are not its own: as if each row had been destroyed.
    let cells = directory.join("one/line.cells");
    let keys = std::fs::read(&cells).unwrap();
    let wrong: Vec<u8> = keys.iter().map(|byte| !byte).collect();
    std::fs::write(&cells, wrong).unwrap();
    refused(directory, &moves("one.toml", "new"), "does not open");
    std::fs::write(&cells, keys).unwrap();
    let moved = footbridge(directory, &moves("one.toml", "new"));
    assert!(moved.status.success(), "{}", said(&moved));
    let text = said(&moved);
    assert!(text.contains("shred --remove one/line.cells"), "{text}");
    assert!(text.contains("300 posts"), "{text}");
    let help = said(&footbridge(directory, &["move", "--help"]));
    assert!(
        help.contains("Examples:") && help.contains("--give-up"),
        "{help}"
    );
}

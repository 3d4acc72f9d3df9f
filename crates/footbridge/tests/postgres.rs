//! Relays, as processes of their own, on one database: what is kept at one is known at the other, and one may die, or the database's machine.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

mod ground;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use client::{Change, DeskClient, RelayClient};
use ground::{Relay, footbridge, keygen, said, write_page};
use ground_postgres::Ground;
use statements::{
    Delegation, DeviceKey, DeviceList, DevicePublicKey, Root, RootKey, SealPublicKey, ShiftNotice,
    ShiftSigningKey,
};
use wire::{
    Day, Envelope, Header, Kind, LineDocument, LineId, Minute, SEALED_SIZE, SlotName, SlotNames,
    SlotWrite,
};

#[allow(clippy::disallowed_methods, reason = "the relays read the real clock")]
fn now() -> Minute {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Minute(u32::try_from(since.as_secs() / 60).unwrap())
}

fn client(relay: &Relay) -> RelayClient {
    RelayClient::new(relay.said("ready")).unwrap()
}

fn desk(relay: &Relay, line: LineId, seed: u8) -> DeskClient {
    DeskClient::new(client(relay), line, DeviceKey::from_seed(&[seed; 32]))
}

fn serve(directory: &Path) -> Relay {
    Relay::serve(directory, "footbridge.toml", "127.0.0.1:0")
}

/// A line whose coordinator has device 2, with pages that nobody looks at.
fn prepare(directory: &Path, database: &str) -> LineId {
    let root_key = RootKey::from_seed(&[1; 32]);
    let root = Root::new(1, vec![root_key.public()]).unwrap();
    let line = root.line_id();
    let coordinator = DeviceKey::from_seed(&[2; 32]).public();
    let days = (Day(0), Day(u32::MAX));
    let delegation = Delegation::draft(line, 1, days, 1, &[coordinator]).sign_by_root(&root_key);
    let document = LineDocument {
        day: now().day(),
        statements: vec![root.statement().to_bytes(), delegation.done().to_bytes()],
    };
    std::fs::write(directory.join("line.statements"), document.to_bytes()).unwrap();
    write_page(&directory.join("page-files"));
    let config = format!("line = \"line.statements\"\ndatabase = \"{database}\"\n");
    std::fs::write(directory.join("footbridge.toml"), config).unwrap();
    line
}

async fn publish_shift(relay: &RelayClient, line: LineId) {
    let key = SealPublicKey::from_bytes(&[9; 1216]).unwrap();
    let signing = ShiftSigningKey::from_seed(&[3; 32]).public();
    let notice = ShiftNotice::draft(line, 1, (now(), now().plus(60)), &key, signing)
        .sign_by_device(&DeviceKey::from_seed(&[2; 32]));
    relay.publish(&notice.done().to_bytes()).await.unwrap();
}

async fn publish_devices(relay: &RelayClient, line: LineId, serial: u32, list: &[DevicePublicKey]) {
    let list =
        DeviceList::draft(line, serial, list).sign_by_device(&DeviceKey::from_seed(&[2; 32]));
    relay.publish(&list.done().to_bytes()).await.unwrap();
}

fn envelope(line: LineId, kind: Kind, epoch: u32, number: u32) -> Envelope {
    let mut mark = [0; 16];
    mark[..4].copy_from_slice(&number.to_be_bytes());
    let header = Header {
        kind,
        epoch,
        line_tag: line.tag(),
        mark,
        shred_hash: [5; 32],
    };
    Envelope::assemble(&header, &[1; SEALED_SIZE]).unwrap()
}

/// Waits for news of one kind.
async fn hear(changes: &mut client::Changes, is_it: impl Fn(&Change) -> bool) {
    while !is_it(&changes.next().await.unwrap()) {}
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_at_one_relay_is_known_at_the_other() {
    let ground = Ground::start(&[]).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let line = prepare(directory.path(), &ground.create("line").unwrap());
    let (one, other) = (serve(directory.path()), serve(directory.path()));
    let coordinator = desk(&other, line, 2);
    let mut changes = coordinator.changes().await.unwrap();

    // A shift is published at one, and the other gives it out.
    publish_shift(&client(&one), line).await;
    hear(&mut changes, |change| matches!(change, Change::Line(1..))).await;
    assert_eq!(
        client(&one).line().await.unwrap(),
        client(&other).line().await.unwrap()
    );
    // A contact posts at one; a desk that waits at the other is woken and reads it.
    let post = envelope(line, Kind::Post, 1, 1);
    client(&one).post(&post).await.unwrap();
    hear(&mut changes, |change| *change == Change::Posts(1)).await;
    assert!(coordinator.posts(0).await.unwrap()[0].envelope == post);
    // It answers there; the contact reads it where it wrote.
    let answer = SlotWrite {
        name: SlotName([4; 32]),
        replaces: None,
        shred_key: [6; 32],
        envelope: envelope(line, Kind::Slot, 0, 2),
    };
    client(&other).write_slot(&answer).await.unwrap();
    let names = SlotNames([SlotName([4; 32]), SlotName([5; 32])]);
    let read = client(&one).read_slots(&names).await.unwrap();
    assert!(read[0].envelope == answer.envelope);

    // A guide is admitted at one and let in at the other; shut out at one, it is shut out at the other, in the session that it has.
    let guide = DeviceKey::from_seed(&[8; 32]).public();
    publish_devices(&client(&one), line, 1, &[guide]).await;
    hear(&mut changes, |change| matches!(change, Change::Line(2..))).await;
    let desk = desk(&other, line, 8);
    desk.posts(0).await.unwrap();
    publish_devices(&client(&one), line, 2, &[]).await;
    hear(&mut changes, |change| matches!(change, Change::Line(3..))).await;
    let refused = desk.posts(0).await.unwrap_err();
    assert_eq!(refused.code(), Some("unauthorised"));
}

/// Posts numbers from `first` on, each until a relay has acknowledged it, at the first relay that answers.
async fn post_each(relays: [RelayClient; 2], line: LineId, first: u32, done: Arc<AtomicU32>) {
    for number in first..first + 60 {
        let post = envelope(line, Kind::Post, 1, number);
        while relays[0].post(&post).await.is_err() && relays[1].post(&post).await.is_err() {
            tokio::task::yield_now().await;
        }
        done.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_is_killed_loses_nothing_and_the_other_goes_on() {
    let ground = Ground::start(&[]).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let line = prepare(directory.path(), &ground.create("line").unwrap());
    let (mut one, other) = (serve(directory.path()), serve(directory.path()));
    publish_shift(&client(&other), line).await;
    let desk = desk(&other, line, 2);
    let done = Arc::new(AtomicU32::new(0));
    let writers: Vec<_> = (0..8)
        .map(|writer| {
            let relays = [client(&one), client(&other)];
            tokio::spawn(post_each(relays, line, writer * 1000, Arc::clone(&done)))
        })
        .collect();
    while done.load(Ordering::Relaxed) < 100 {
        tokio::task::yield_now().await;
    }
    one.kill();
    for writer in writers {
        writer.await.unwrap();
    }
    all_are_there_once(&desk).await;
}

/// The 480 posts of eight writers, each once and without a gap.
async fn all_are_there_once(desk: &DeskClient) {
    let mut read = Vec::new();
    loop {
        let after = read.last().map_or(0, |(place, _)| *place);
        let page = desk.posts(after).await.unwrap();
        if page.is_empty() {
            break;
        }
        read.extend(
            page.into_iter()
                .map(|item| (item.sequence, item.envelope.header().mark)),
        );
    }
    let places: Vec<u64> = read.iter().map(|(place, _)| *place).collect();
    assert_eq!(
        places,
        (1..=480).collect::<Vec<u64>>(),
        "nothing lost, no gap"
    );
    let marks: BTreeSet<_> = read.iter().map(|(_, mark)| *mark).collect();
    assert_eq!(marks.len(), 480, "nothing doubled");
}

/// Makes a primary wait for its standby with each commit.
async fn wait_for_standby(primary: &Ground) {
    let wait_for_it = "ALTER SYSTEM SET synchronous_standby_names = 'standby'";
    primary.sql("postgres", wait_for_it).unwrap();
    primary.sql("postgres", "SELECT pg_reload_conf()").unwrap();
    let state = "SELECT sync_state FROM pg_stat_replication";
    while primary.sql("postgres", state).unwrap() != "sync" {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_whose_primary_is_killed_goes_on_at_the_standby_with_all_that_it_acknowledged() {
    let mut primary = Ground::start(&[]).unwrap();
    primary.create("line").unwrap();
    let standby = primary.standby().unwrap();
    wait_for_standby(&primary).await;
    let host = |ground: &Ground| ground.socket().display().to_string().replace('/', "%2F");
    let both = format!("{},{}", host(&primary), host(&standby));
    let directory = tempfile::tempdir().unwrap();
    let line = prepare(directory.path(), &format!("postgresql://line@{both}/line"));
    let relay = serve(directory.path());
    publish_shift(&client(&relay), line).await;
    let desk = desk(&relay, line, 2);
    let done = Arc::new(AtomicU32::new(0));
    let writers: Vec<_> = (0..8)
        .map(|writer| {
            let relays = [client(&relay), client(&relay)];
            tokio::spawn(post_each(relays, line, writer * 1000, Arc::clone(&done)))
        })
        .collect();
    while done.load(Ordering::Relaxed) < 100 {
        tokio::task::yield_now().await;
    }
    primary.kill();
    assert!(done.load(Ordering::Relaxed) < 480, "in the middle of it");
    standby.promote().unwrap();
    for writer in writers {
        writer.await.unwrap();
    }
    all_are_there_once(&desk).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_is_backed_up_while_its_relay_runs_and_restored_without_a_database() {
    let ground = Ground::start(&[]).unwrap();
    let root = tempfile::tempdir().unwrap();
    let directory = root.path();
    let line = prepare(directory, &ground.create("line").unwrap());
    let relay = serve(directory);
    publish_shift(&client(&relay), line).await;
    for number in 0..300 {
        let post = envelope(line, Kind::Post, 1, number);
        client(&relay).post(&post).await.unwrap();
    }
    let recipient = keygen(directory, "key.txt");
    let backup = |out: &str| {
        let arguments = ["backup", "--recipient", &recipient, "--least-mib", "4"];
        footbridge(directory, &[&arguments[..], &["--out", out]].concat())
    };
    let made = backup("monday.age");
    assert!(made.status.success(), "{}", said(&made));
    let left: Vec<_> = std::fs::read_dir(directory).unwrap().collect();
    assert_eq!(
        left.len(),
        6,
        "key, line, pages, configuration, note: {left:?}"
    );
    assert!(server::last_backup(directory).is_some());
    // What comes later is not in it, and the relay was not disturbed.
    let later = envelope(line, Kind::Post, 1, 1000);
    client(&relay).post(&later).await.unwrap();
    drop(relay);
    ground.sql("line", "UPDATE line SET condition = 1").unwrap();
    let refused = backup("tuesday.age");
    assert!(
        said(&refused).contains("a move of this line"),
        "{}",
        said(&refused)
    );
    assert!(!directory.join("tuesday.age").exists());
    assert!(!directory.join("tuesday.age.copy").exists());
    // Somebody else's directory is no leftover of a backup.
    let note = directory.join("wednesday.age.copy/note.txt");
    std::fs::create_dir(note.parent().unwrap()).unwrap();
    std::fs::write(&note, "kept").unwrap();
    let refused = backup("wednesday.age");
    assert!(
        said(&refused).contains("can't make a copy in wednesday.age.copy"),
        "{}",
        said(&refused)
    );
    assert!(note.exists());
    // Another database is not the line's, and is not made one.
    ground.create("empty").unwrap();
    let config = std::fs::read_to_string(directory.join("footbridge.toml")).unwrap();
    std::fs::write(
        directory.join("empty.toml"),
        config.replace("/line\"", "/empty\""),
    )
    .unwrap();
    let arguments = [
        "backup",
        "--config",
        "empty.toml",
        "--recipient",
        &recipient,
    ];
    let refused = footbridge(
        directory,
        &[&arguments[..], &["--out", "empty.age"]].concat(),
    );
    assert!(
        said(&refused).contains("holds no store"),
        "{}",
        said(&refused)
    );
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(ground.sql("empty", tables).unwrap(), "0");
    drop(ground);

    let restored = ["restore", "monday.age", "--identity", "key.txt"];
    let restored = [&restored[..], &["--directory", "again", "--json"]].concat();
    let restored = footbridge(directory, &restored);
    assert!(restored.status.success(), "{}", said(&restored));
    let told: serde_json::Value = serde_json::from_slice(&restored.stdout).unwrap();
    assert_eq!(
        (&told["posts"], &told["given_up"]),
        (&300.into(), &0.into())
    );
    write_page(&directory.join("again/page-files"));
    let again = Relay::serve(directory, "again/footbridge.toml", "127.0.0.1:0");
    client(&again).post(&later).await.unwrap();
    let desk = desk(&again, line, 2);
    let (mut last, mut numbers) = (0, BTreeSet::new());
    while let Some(posts) = Some(desk.posts(last).await.unwrap()).filter(|posts| !posts.is_empty())
    {
        for post in posts {
            last = post.sequence;
            numbers.insert(post.envelope.header().mark);
        }
    }
    assert_eq!(numbers.len(), 301, "all, each once, and what came again");
    assert_eq!(last, 1_000_301, "no desk takes it for what it has read");
}

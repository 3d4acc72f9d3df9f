//! `footbridge pack` as somebody uses it who was passed a file, and somebody who keeps a mirror.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::path::Path;
use std::process::{Output, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use relay::{MemoryStore, Relay, Retention, Standing};
use serde_json::Value;
use server::{App, PageFiles};
use statements::{CardSet, Delegation, DeviceKey, Root, RootKey};
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::sync::oneshot;
use wire::{Day, LineDocument, Minute};

#[allow(
    clippy::disallowed_methods,
    reason = "the command reads the real clock, so must its test"
)]
fn now() -> Minute {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Minute(u32::try_from(since.as_secs() / 60).unwrap())
}

fn cards(serial: u32) -> String {
    format!(
        r#"{{"cards": [
            {{"id": "holds", "class": "general", "reviewed": "2020-01-01", "review_by": "9999-01-01",
                "texts": {{"en": {{"question": "Holds {serial}?", "answer": "Yes."}}}}}},
            {{"id": "ended", "class": "general", "reviewed": "2020-01-01", "review_by": "2020-06-01",
                "texts": {{"en": {{"question": "Ended?", "answer": "No."}}}}}}
        ]}}"#
    )
}

struct Ground {
    root: Root,
    delegation: Vec<u8>,
    coordinator: DeviceKey,
}

impl Ground {
    fn new(seed: u8) -> Ground {
        let root_key = RootKey::from_seed(&[seed; 32]);
        let root = Root::new(1, vec![root_key.public()]).unwrap();
        let coordinator = DeviceKey::from_seed(&[seed + 1; 32]);
        let days = (Day(0), Day(u32::MAX));
        let delegation = Delegation::draft(root.line_id(), 1, days, 1, &[coordinator.public()]);
        let delegation = delegation.sign_by_root(&root_key).done().to_bytes();
        Ground {
            root,
            delegation,
            coordinator,
        }
    }

    /// The statements of a line with its cards and the manifest of its pack for a day.
    fn document(&self, serial: u32, day: Day) -> LineDocument {
        let line = self.root.line_id();
        let sign = |draft: statements::Draft| draft.sign_by_device(&self.coordinator).done();
        let set = CardSet::draft(line, serial, Day(18_300), &cards(serial));
        let mut statements = vec![self.root.statement().to_bytes(), self.delegation.clone()];
        statements.push(sign(set).to_bytes());
        let mut document = LineDocument { day, statements };
        let manifest = plain::Pack::build(&document, day).unwrap().manifest();
        document
            .statements
            .push(sign(manifest.draft(line)).to_bytes());
        document
    }

    fn pack(&self, serial: u32, day: Day) -> Vec<u8> {
        plain::Pack::published(&self.document(serial, day))
            .unwrap()
            .unwrap()
    }

    fn words(&self) -> String {
        words::check_words(words::List::Korean, &self.root.line_id().0).join(" ")
    }

    /// A relay of this line; it ends when what is given back is dropped.
    async fn serve(&self, document: &LineDocument) -> (String, oneshot::Sender<()>) {
        let parse = |bytes: &[u8]| statements::UnverifiedStatement::parse(bytes).unwrap();
        let mut standing = Standing::new(self.root.clone(), &parse(&self.delegation)).unwrap();
        for bytes in &document.statements[2..] {
            standing.accept(&parse(bytes), now()).unwrap();
        }
        let relay = Relay::open(
            MemoryStore::default(),
            standing,
            Retention::default(),
            now(),
        );
        let app = App::new(relay.await.unwrap(), PageFiles::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(server::serve(listener, app, None, async {
            let _ = stopped.await;
        }));
        (address, stop)
    }
}

async fn pack(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_footbridge"));
    command.arg("pack").args(arguments).current_dir(folder);
    command.stdin(Stdio::null()).output().await.unwrap()
}

fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

fn object(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

#[tokio::test]
async fn a_pack_that_was_passed_on_is_checked_without_a_network() {
    let folder = tempfile::tempdir().unwrap();
    let ground = Ground::new(1);
    let file = folder.path().join("pack.zip");
    std::fs::write(&file, ground.pack(1, Day(18_300))).unwrap();
    let found = pack(folder.path(), &["check", "pack.zip"]).await;
    assert!(found.status.success(), "{}", said(&found));
    for part in [
        "genuine",
        &ground.words(),
        "Compare the check words",
        "ended (expired 2020-06-01)",
        "newer pack",
    ] {
        assert!(
            said(&found).contains(part),
            "{part} is not in {}",
            said(&found)
        );
    }
    let words = ground.words();
    let found = pack(folder.path(), &["check", "pack.zip", "--words", &words]).await;
    assert!(said(&found).contains("the line that you expected"));
    let found = pack(
        folder.path(),
        &["check", "pack.zip", "--words", &words, "--json"],
    )
    .await;
    let found = object(&found);
    assert_eq!(found["genuine"], true);
    assert_eq!(found["compared"], true);
    assert_eq!(found["day"], "2020-02-08");
    assert_eq!(found["expired_since"], serde_json::json!(["ended"]));
}

#[tokio::test]
async fn what_is_not_genuine_ends_with_one_and_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let ground = Ground::new(1);
    let right = ground.pack(1, Day(18_300));
    let mut changed = right.clone();
    changed[400] ^= 1;
    std::fs::write(folder.path().join("right.zip"), &right).unwrap();
    std::fs::write(folder.path().join("changed.zip"), changed).unwrap();
    std::fs::write(folder.path().join("cut.zip"), &right[..900]).unwrap();
    let other = Ground::new(7).words();
    let id = "0".repeat(64);
    for arguments in [
        vec!["check", "changed.zip"],
        vec!["check", "cut.zip"],
        vec!["check", "right.zip", "--words", &other],
        vec!["check", "right.zip", "--words", "five"],
        vec!["check", "right.zip", "--line", &id],
    ] {
        let found = pack(folder.path(), &arguments).await;
        assert_eq!(found.status.code(), Some(1), "{arguments:?}");
        assert!(said(&found).contains("NOT GENUINE"), "{}", said(&found));
        assert!(said(&found).contains("do not pass it on"));
    }
    let found = pack(folder.path(), &["check", "cut.zip", "--json"]).await;
    assert_eq!(found.status.code(), Some(1));
    assert_eq!(object(&found)["genuine"], false);
    for (arguments, says) in [
        (vec!["check", "gone.zip"], "can't read gone.zip"),
        (vec!["check", "right.zip", "--line", "abc"], "64 hex digits"),
    ] {
        let found = pack(folder.path(), &arguments).await;
        assert_eq!(found.status.code(), Some(1));
        assert!(said(&found).contains(says), "{}", said(&found));
    }
}

#[tokio::test]
async fn a_mirror_fetches_what_is_genuine_and_keeps_what_is_newer() {
    let folder = tempfile::tempdir().unwrap();
    let ground = Ground::new(1);
    let out = folder.path().join("pack.zip");
    let (newer, _one) = ground.serve(&ground.document(2, Day(18_310))).await;
    let (older, _two) = ground.serve(&ground.document(1, Day(18_300))).await;
    let fetch = async |relay: &str| {
        let arguments = ["fetch", "--relay", relay, "--out", "pack.zip"];
        pack(folder.path(), &arguments).await
    };
    assert!(fetch(&older).await.status.success());
    let found = fetch(&newer).await;
    assert!(found.status.success(), "{}", said(&found));
    let kept = std::fs::read(&out).unwrap();
    assert_eq!(kept, ground.pack(2, Day(18_310)));
    let found = fetch(&older).await;
    assert_eq!(found.status.code(), Some(1));
    assert!(
        said(&found).contains("the newer one stays"),
        "{}",
        said(&found)
    );
    let other = Ground::new(5);
    let (other, _three) = other.serve(&other.document(9, Day(18_400))).await;
    let found = fetch(&other).await;
    assert!(
        said(&found).contains("a pack of another line"),
        "{}",
        said(&found)
    );
    let mut without = ground.document(2, Day(18_310));
    without.statements.pop();
    let (without, _four) = ground.serve(&without).await;
    let found = fetch(&without).await;
    assert!(
        said(&found).contains("has no card pack now"),
        "{}",
        said(&found)
    );
    assert_eq!(std::fs::read(&out).unwrap(), kept, "nothing of it was lost");
    std::fs::write(&out, b"notes of mine").unwrap();
    let found = fetch(&newer).await;
    assert!(
        said(&found).contains("move it away first"),
        "{}",
        said(&found)
    );
    assert_eq!(std::fs::read(&out).unwrap(), b"notes of mine");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

//! The plain pages, the feed and the card pack, as a browser without scripts gets them over HTTP.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::time::{SystemTime, UNIX_EPOCH};

use plain::{Pack, check};
use publication::{Epsilon, Month, Publication, Question, Questions};
use relay::{MemoryStore, Relay, Retention, Standing};
use server::{App, PageFiles};
use statements::{
    CardSet, Delegation, DeviceKey, Draft, PublishedMonth, Root, RootKey, SealPublicKey,
    ShiftNotice, ShiftSigningKey, UnverifiedStatement, Wait, WaitNotice,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use wire::{Day, LineDocument, LineId, Minute};

#[allow(
    clippy::disallowed_methods,
    reason = "the server reads the real clock, so must its test"
)]
fn now() -> Minute {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Minute(u32::try_from(since.as_secs() / 60).unwrap())
}

const CARDS: &str = r#"{"cards": [
    {"id": "old", "class": "general", "reviewed": "2020-01-01", "review_by": "2020-02-01",
        "texts": {"en": {"question": "Old?", "answer": "Old answer."}}},
    {"id": "new", "class": "general", "reviewed": "2020-01-01", "review_by": "9999-01-01",
        "texts": {"en": {"question": "New?", "answer": "New answer."}, "ko": {"question": "새것?", "answer": "새 답."}}}
]}"#;

struct Ground {
    address: String,
    line: LineId,
    coordinator: DeviceKey,
    _stop: oneshot::Sender<()>,
}

struct Answer {
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    fn has(&self, header: &str) -> bool {
        self.head.to_lowercase().contains(&header.to_lowercase())
    }
}

impl Ground {
    async fn new() -> Ground {
        let root_key = RootKey::from_seed(&[1; 32]);
        let root = Root::new(1, vec![root_key.public()]).unwrap();
        let line = root.line_id();
        let coordinator = DeviceKey::from_seed(&[2; 32]);
        let days = (Day(0), Day(u32::MAX));
        let delegation = Delegation::draft(line, 1, days, 1, &[coordinator.public()]);
        let delegation = delegation.sign_by_root(&root_key).done();
        let standing = Standing::new(root, &delegation).unwrap();
        let store = MemoryStore::default();
        let relay = Relay::open(store, standing, Retention::default(), now());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let app = App::new(relay.await.unwrap(), PageFiles::default());
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(server::serve(listener, app, None, async {
            let _ = stopped.await;
        }));
        let ground = Ground {
            address,
            line,
            coordinator,
            _stop: stop,
        };
        ground
            .say(CardSet::draft(line, 1, now().day(), CARDS))
            .await;
        ground
    }

    async fn ask(&self, request: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(&self.address).await.unwrap();
        stream.write_all(request).await.unwrap();
        let mut all = Vec::new();
        stream.read_to_end(&mut all).await.unwrap();
        let end = all.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let body = all.split_off(end + 4);
        let head = String::from_utf8(all).unwrap();
        Answer { head, body }
    }

    async fn get_with(&self, path: &str, headers: &str) -> Answer {
        let request =
            format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}\r\n");
        self.ask(request.as_bytes()).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.get_with(path, "").await
    }

    async fn publish(&self, statement: &[u8]) {
        let size = statement.len();
        let head = format!(
            "POST /v1/statements HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {size}\r\n\r\n"
        );
        let answer = self.ask(&[head.as_bytes(), statement].concat()).await;
        assert!(answer.head.starts_with("HTTP/1.1 204"), "{}", answer.head);
    }

    async fn say(&self, draft: Draft) {
        let statement = draft.sign_by_device(&self.coordinator).done();
        self.publish(&statement.to_bytes()).await;
    }

    async fn document(&self) -> LineDocument {
        LineDocument::parse(&self.get("/v1/line").await.body).unwrap()
    }
}

#[tokio::test]
async fn pages_come_without_scripts_and_leave_nothing() {
    let ground = Ground::new().await;
    let answer = ground.get("/plain/").await;
    assert!(answer.head.starts_with("HTTP/1.1 200"));
    for header in [
        "content-type: text/html; charset=utf-8",
        "content-security-policy: default-src 'none'; style-src 'self';",
        "cache-control: no-store",
        "clear-site-data: \"cache\", \"cookies\", \"storage\"",
        "referrer-policy: no-referrer",
        "x-content-type-options: nosniff",
    ] {
        assert!(answer.has(header), "{header} is not in {}", answer.head);
    }
    assert!(!answer.has("script-src"), "nothing allows a script");
    assert!(answer.text().contains("href=\"ko/index.html\""));
    for folder in ["/plain/en/", "/plain/en/index.html"] {
        assert!(ground.get(folder).await.text().contains("New?"));
    }
    assert!(
        ground
            .get(&format!("/plain/ko/{}", plain::card_file("new")))
            .await
            .text()
            .contains("새 답.")
    );
    let old = ground
        .get(&format!("/plain/en/{}", plain::card_file("old")))
        .await;
    assert!(old.text().contains("Old?") && !old.text().contains("Old answer."));
    let style = ground.get("/plain/style.css").await;
    assert!(style.has("content-type: text/css") && !style.has("clear-site-data"));
    for feed in ["/plain/feed.xml", "/plain/ko/feed.xml"] {
        let feed = ground.get(feed).await;
        assert!(feed.has("content-type: application/atom+xml"));
        assert!(feed.text().contains("<entry>"));
    }
}

#[tokio::test]
async fn what_is_not_there_is_said_and_the_folder_has_its_slash() {
    let ground = Ground::new().await;
    let moved = ground.get("/plain").await;
    assert!(moved.head.starts_with("HTTP/1.1 308") && moved.has("location: /plain/"));
    for path in [
        "/plain/en/none.html",
        "/plain/fr/",
        "/plain/en",
        "/plain/../v1/health",
        "/plain/%2e%2e/line",
        "/plain/en/%00.html",
    ] {
        let answer = ground.get(path).await;
        assert!(
            answer.head.starts_with("HTTP/1.1 404"),
            "{path}: {}",
            answer.head
        );
    }
    let posted =
        b"POST /plain/ HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
    assert!(ground.ask(posted).await.head.starts_with("HTTP/1.1 405"));
    let head = b"HEAD /plain/ HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let head = ground.ask(head).await;
    assert!(head.head.starts_with("HTTP/1.1 200") && head.body.is_empty());
}

#[tokio::test]
async fn a_month_that_coordinators_sign_is_shown_at_once_and_no_page_grows() {
    let ground = Ground::new().await;
    let before = ground.document().await;
    let page = "/plain/en/outcomes-2025-10.html";
    assert!(ground.get(page).await.head.starts_with("HTTP/1.1 404"));
    let questions = Questions::of(&[Question::Contacts]).unwrap();
    let head = (Month::new(2025, 10).unwrap(), Epsilon::MONTH, questions);
    let drawn = Publication::of(head, [120]).to_bytes();
    let of = PublishedMonth::of(drawn).unwrap();
    ground.say(of.draft(ground.line)).await;
    let shown = ground.get(page).await;
    assert!(shown.has("content-type: text/html; charset=utf-8"));
    assert!(shown.has("default-src 'none'; style-src 'self';"));
    assert!(shown.text().contains("about 120"), "{}", shown.text());
    let front = ground.get("/plain/en/").await;
    assert!(front.text().contains("outcomes-2025-10.html"));
    let picture = ground.get("/plain/ko/outcomes-2025-10.svg").await;
    assert!(picture.has("content-type: image/svg+xml") && picture.text().contains("<svg"));
    let table = ground.get("/plain/outcomes.csv").await;
    assert!(table.has("content-type: text/csv") && table.text().contains("2025-10,contacts,120"));
    let signed = ground.get("/plain/outcomes-2025-10.statement").await;
    assert!(UnverifiedStatement::parse(&signed.body).is_ok());
    // What a contact's page takes along is what it was.
    let after = ground.document().await;
    assert_eq!(after.statements, before.statements);
}

#[tokio::test]
async fn pages_are_compressed_for_who_understands_it() {
    let ground = Ground::new().await;
    let small = ground
        .get_with("/plain/en/", "accept-encoding: br\r\n")
        .await;
    assert!(small.has("content-encoding: br") && small.has("vary: accept-encoding"));
    let whole = ground.get("/plain/en/").await;
    assert!(!whole.has("content-encoding") && small.body.len() < whole.body.len());
    let mut unpacked = Vec::new();
    let mut reader = small.body.as_slice();
    brotli::BrotliDecompress(&mut reader, &mut unpacked).unwrap();
    assert_eq!(unpacked, whole.body);
}

#[tokio::test]
async fn a_new_card_set_is_shown_at_once_and_the_wait_while_it_holds() {
    let ground = Ground::new().await;
    assert!(!ground.get("/plain/en/").await.text().contains("min."));
    let shift = ShiftSigningKey::from_seed(&[3; 32]);
    let key = SealPublicKey::from_bytes(&[9; 1216]).unwrap();
    let minutes = (now(), now().plus(60));
    ground
        .say(ShiftNotice::draft(
            ground.line,
            1,
            minutes,
            &key,
            shift.public(),
        ))
        .await;
    let wait = WaitNotice::draft(ground.line, 1, now(), &Wait::of(3, Some(30)));
    ground
        .publish(&wait.sign_by_shift(&shift).done().to_bytes())
        .await;
    assert!(
        ground
            .get("/plain/en/")
            .await
            .text()
            .contains("about 30 min.")
    );
    let changed = CARDS.replace("New?", "Newer?");
    ground
        .say(CardSet::draft(ground.line, 2, now().day(), &changed))
        .await;
    assert!(ground.get("/plain/en/").await.text().contains("Newer?"));
}

#[tokio::test]
async fn the_pack_is_given_only_while_the_signed_one_is_what_the_line_says() {
    let ground = Ground::new().await;
    let none = ground.get("/plain/pack.zip").await;
    assert!(none.head.starts_with("HTTP/1.1 404") && none.has("content-type: text/plain"));
    let pack = Pack::build(&ground.document().await, now().day()).unwrap();
    ground.say(pack.manifest().draft(ground.line)).await;
    for _ in 0..2 {
        let given = ground.get("/plain/pack.zip").await;
        assert!(given.has("content-type: application/zip"));
        let checked = check(&given.body, Some(&ground.line), now().day()).unwrap();
        assert_eq!(checked.cards.len(), 2);
    }
    let changed = CARDS.replace("New?", "Newer?");
    ground
        .say(CardSet::draft(ground.line, 2, now().day(), &changed))
        .await;
    let none = ground.get("/plain/pack.zip").await;
    assert!(none.head.starts_with("HTTP/1.1 404"));
}

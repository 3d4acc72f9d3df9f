//! The client against a real server on loopback, with a store in memory: good requests and bad ones.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::time::{SystemTime, UNIX_EPOCH};

use client::{Change, ClientError, DeskClient, RelayClient};
use data_encoding::BASE64;
use effort::Worker;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use relay::{IntakeLimits, MemoryStore, Relay, Retention, Standing, envelope_hash, shred_hash};
use server::{App, PageFile, PageFiles};
use statements::{
    Delegation, DeviceKey, DeviceList, Line, Root, RootKey, SealPublicKey, ShiftNotice,
    ShiftSigningKey, WaitNotice,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use wire::{
    Day, Envelope, Header, Kind, LineDocument, LineId, Minute, SEALED_SIZE, Shred, SlotContent,
    SlotName, SlotNames, SlotWrite, Turn, TurnAnswer, TurnKind,
};

/// A document with all that the relay completes.
const PAGE: &str = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'sha256-x'\"><body \
    data-pace=\"@pace@\">@warning@<p>@check-words@</p>@answers@<i>@line@</i>";

#[allow(
    clippy::disallowed_methods,
    reason = "the server reads the real clock, so must its test"
)]
fn now() -> Minute {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Minute(u32::try_from(since.as_secs() / 60).unwrap())
}

struct Ground {
    address: String,
    line: LineId,
    coordinator: DeviceKey,
    shift_key: ShiftSigningKey,
    _stop: oneshot::Sender<()>,
}

impl Ground {
    async fn new() -> Ground {
        Ground::with_intake(IntakeLimits::default()).await
    }

    async fn with_intake(limits: IntakeLimits) -> Ground {
        let root_key = RootKey::from_seed(&[1; 32]);
        let root = Root::new(1, vec![root_key.public()]).unwrap();
        let line = root.line_id();
        let coordinator = DeviceKey::from_seed(&[2; 32]);
        let days = (Day(0), Day(u32::MAX));
        let delegation = Delegation::draft(line, 1, days, 1, &[coordinator.public()])
            .sign_by_root(&root_key)
            .done();
        let standing = Standing::new(root, &delegation).unwrap();
        let store = MemoryStore::default();
        let relay = Relay::open(store, standing, Retention::default(), now())
            .await
            .unwrap();
        let relay = relay.with_intake(limits);
        let documents = ["/en.html", "/ko-KP.html"].map(|path| PageFile {
            path: path.into(),
            content_type: PageFiles::content_type(path),
            bytes: PAGE.as_bytes().to_vec(),
            brotli: None,
        });
        let page = PageFiles::new(documents.into());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(server::serve(
            listener,
            App::new(relay, page),
            None,
            async {
                let _ = stopped.await;
            },
        ));
        Ground {
            address,
            line,
            coordinator,
            shift_key: ShiftSigningKey::from_seed(&[3; 32]),
            _stop: stop,
        }
    }

    fn client(&self) -> RelayClient {
        RelayClient::new(&self.address).unwrap()
    }

    fn desk(&self, seed: u8) -> DeskClient {
        DeskClient::new(self.client(), self.line, DeviceKey::from_seed(&[seed; 32]))
    }

    async fn plan_shift(&self, number: u32, from: Minute, until: Minute) {
        let key = SealPublicKey::from_bytes(&[9; 1216]).unwrap();
        let minutes = (from, until);
        let notice = ShiftNotice::draft(self.line, number, minutes, &key, self.shift_key.public())
            .sign_by_device(&self.coordinator)
            .done();
        self.client().publish(&notice.to_bytes()).await.unwrap();
    }

    fn envelope(&self, kind: Kind, epoch: u32, number: u64) -> Envelope {
        let mut sealed = [0; SEALED_SIZE];
        ChaCha8Rng::seed_from_u64(number).fill_bytes(&mut sealed);
        let header = Header {
            kind,
            epoch,
            line_tag: self.line.tag(),
            mark: [0; 16],
            shred_hash: shred_hash(&[7; 32]),
        };
        Envelope::assemble(&header, &sealed).unwrap()
    }

    async fn raw(&self, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(&self.address[7..]).await.unwrap();
        stream.write_all(request).await.unwrap();
        let mut answer = vec![0; 64 * 1024];
        let count = stream.read(&mut answer).await.unwrap();
        String::from_utf8_lossy(&answer[..count]).into_owned()
    }
}

fn code(error: ClientError) -> String {
    error
        .code()
        .map_or_else(|| error.to_string(), str::to_owned)
}

#[tokio::test]
async fn a_post_reaches_the_desk_once_and_can_be_shredded_by_its_reader() {
    let ground = Ground::new().await;
    ground.plan_shift(1, now(), now().plus(60)).await;
    let desk = ground.desk(2);
    let mut changes = desk.changes().await.unwrap();
    assert_eq!(changes.next().await.unwrap(), Change::Posts(0));
    let post = ground.envelope(Kind::Post, 1, 1);
    let client = ground.client();
    let acknowledged = client.post(&post).await.unwrap();
    assert_eq!(acknowledged, envelope_hash(&post));
    assert_eq!(
        client.post(&post).await.unwrap(),
        acknowledged,
        "a retry is answered alike"
    );
    loop {
        if changes.next().await.unwrap() == Change::Posts(1) {
            break;
        }
    }
    let posts = desk.posts(0).await.unwrap();
    assert_eq!(posts.len(), 1);
    assert!(posts[0].envelope == post);
    let shred = |token| Shred {
        envelope: acknowledged,
        token,
    };
    client.shred_post(&shred([8; 32])).await.unwrap();
    assert_eq!(desk.posts(0).await.unwrap().len(), 1);
    client.shred_post(&shred([7; 32])).await.unwrap();
    assert!(desk.posts(0).await.unwrap().is_empty());
}

#[tokio::test]
async fn posts_that_do_not_belong_are_refused_with_a_reason() {
    let ground = Ground::new().await;
    let client = ground.client();
    let post = |epoch| ground.envelope(Kind::Post, epoch, 1);
    assert_eq!(code(client.post(&post(1)).await.unwrap_err()), "no_shift");
    ground
        .plan_shift(1, Minute(now().0 - 120), Minute(now().0 - 60))
        .await;
    client
        .post(&post(1))
        .await
        .expect("nobody followed this shift: better a late answer than none");
    ground
        .plan_shift(2, Minute(now().0 - 60), now().plus(60))
        .await;
    assert_eq!(code(client.post(&post(1)).await.unwrap_err()), "shift_over");
    ground.plan_shift(3, now().plus(60), now().plus(120)).await;
    assert_eq!(code(client.post(&post(3)).await.unwrap_err()), "no_shift");
    let other = Envelope::assemble(
        &Header {
            line_tag: [1; 8],
            ..*post(2).header()
        },
        post(2).sealed(),
    );
    assert_eq!(
        code(client.post(&other.unwrap()).await.unwrap_err()),
        "wrong_line"
    );
    let entry = ground.envelope(Kind::LogEntry, 2, 1);
    assert_eq!(
        code(client.post(&entry).await.unwrap_err()),
        "wrong_version"
    );
}

#[tokio::test]
async fn slots_hold_what_was_written_and_noise_looks_the_same() {
    let ground = Ground::new().await;
    let client = ground.client();
    let names = SlotNames([SlotName([1; 32]), SlotName([2; 32])]);
    let first = client.read_slots(&names).await.unwrap();
    let again = client.read_slots(&names).await.unwrap();
    assert!(
        first[0].envelope != again[0].envelope,
        "noise is fresh each time"
    );
    assert_eq!(first[0].envelope.header().line_tag, ground.line.tag());
    let write = |replaces, number| SlotWrite {
        name: SlotName([1; 32]),
        replaces,
        shred_key: [5; 32],
        envelope: ground.envelope(Kind::Slot, 0, number),
    };
    client.write_slot(&write(None, 1)).await.unwrap();
    client
        .write_slot(&write(None, 1))
        .await
        .expect("a retry is answered alike");
    assert!(
        client
            .write_slot(&write(None, 2))
            .await
            .unwrap_err()
            .is_conflict()
    );
    let held = envelope_hash(&ground.envelope(Kind::Slot, 0, 1));
    client.write_slot(&write(Some(held), 2)).await.unwrap();
    let read = client.read_slots(&names).await.unwrap();
    assert!(read[0].envelope == ground.envelope(Kind::Slot, 0, 2));
    assert_eq!(read[0].shred_key, [5; 32]);
    client.delete_slots(&names).await.unwrap();
    let gone = client.read_slots(&names).await.unwrap();
    assert!(gone[0].envelope != read[0].envelope);
}

#[tokio::test]
async fn only_admitted_desks_get_in_and_a_removed_one_is_out_at_once() {
    let ground = Ground::new().await;
    let guide = ground.desk(8);
    assert_eq!(code(guide.posts(0).await.unwrap_err()), "unauthorised");
    let admit = async |serial, devices: &[statements::DevicePublicKey]| {
        let list =
            DeviceList::draft(ground.line, serial, devices).sign_by_device(&ground.coordinator);
        ground.client().publish(&list.done().to_bytes()).await
    };
    admit(2, &[DeviceKey::from_seed(&[8; 32]).public()])
        .await
        .unwrap();
    let entry = ground.envelope(Kind::LogEntry, 1, 1);
    assert_eq!(guide.append(&entry).await.unwrap(), 1);
    assert_eq!(
        guide.append(&entry).await.unwrap(),
        1,
        "a retry is answered alike"
    );
    assert_eq!(guide.log(0).await.unwrap().len(), 1);
    assert_eq!(
        code(admit(1, &[]).await.unwrap_err()),
        "not_accepted",
        "no going back"
    );
    admit(3, &[]).await.unwrap();
    assert_eq!(code(guide.log(0).await.unwrap_err()), "unauthorised");
    assert_eq!(
        ground.desk(2).log(0).await.unwrap().len(),
        1,
        "a coordinator always gets in"
    );
}

#[tokio::test]
async fn the_line_document_verifies_and_strangers_publish_nothing() {
    let ground = Ground::new().await;
    ground.plan_shift(1, now(), now().plus(60)).await;
    let wait = WaitNotice::draft(ground.line, 1, now(), &statements::Wait::of(3, Some(30)));
    let forged = WaitNotice::draft(ground.line, 1, now(), &statements::Wait::of(3, Some(30)))
        .sign_by_shift(&ShiftSigningKey::from_seed(&[99; 32]))
        .done();
    let refused = ground
        .client()
        .publish(&forged.to_bytes())
        .await
        .unwrap_err();
    assert_eq!(code(refused), "not_accepted");
    let wait = wait.sign_by_shift(&ground.shift_key).done();
    ground.client().publish(&wait.to_bytes()).await.unwrap();
    let document = ground.client().line().await.unwrap();
    let line = Line::verify(&document, Some(&ground.line)).unwrap();
    assert_eq!(line.wait(now()).unwrap().expected(), Some(30));
    let stranger = Line::verify(&document, Some(&LineId([0; 32])));
    assert!(stranger.is_err());
    let garbage = ground
        .client()
        .publish(b"not a statement")
        .await
        .unwrap_err();
    assert_eq!(code(garbage), "wrong_size");
}

#[tokio::test]
async fn truncated_and_oversized_bodies_are_refused() {
    let ground = Ground::new().await;
    for (path, right) in [
        ("/v1/posts", 4096),
        ("/v1/posts/shred", 64),
        ("/v1/slots/read", 64),
        ("/v1/slots/write", 4192),
        ("/v1/slots/delete", 64),
        ("/v1/desk/session", 128),
    ] {
        for size in [0, right - 1, right + 1, 100_000] {
            let mut request = format!(
                "POST {path} HTTP/1.1\r\nhost: x\r\ncontent-length: {size}\r\nconnection: close\r\n\r\n"
            )
            .into_bytes();
            request.extend(vec![1; size]);
            let answer = ground.raw(&request).await;
            assert!(
                answer.starts_with("HTTP/1.1 400"),
                "{path} {size}: {answer}"
            );
            assert!(
                answer.contains("\"error\":\"wrong_size\""),
                "{path} {size}: {answer}"
            );
        }
    }
}

#[tokio::test]
async fn half_open_connections_stall_nobody() {
    let ground = Ground::new().await;
    ground.plan_shift(1, now(), now().plus(60)).await;
    let mut stalled = Vec::new();
    for _ in 0..64 {
        let mut stream = TcpStream::connect(&ground.address[7..]).await.unwrap();
        let head = b"POST /v1/posts HTTP/1.1\r\nhost: x\r\ncontent-length: 4096\r\n\r\nbegun";
        stream.write_all(head).await.unwrap();
        stalled.push(stream);
    }
    ground
        .client()
        .post(&ground.envelope(Kind::Post, 1, 1))
        .await
        .unwrap();
}

#[tokio::test]
async fn the_page_is_served_under_a_strict_policy_and_kept_nowhere() {
    let ground = Ground::new().await;
    let get = "GET / HTTP/1.1\r\nhost: x\r\naccept-encoding: gzip, br\r\nconnection: close\r\n\r\n";
    let answer = ground.raw(get.as_bytes()).await.to_lowercase();
    for expected in [
        "content-security-policy: default-src 'none'; script-src 'sha256-x'; frame-ancestors 'none'\r\n",
        "cache-control: no-store",
        "clear-site-data:",
        "referrer-policy: no-referrer",
        "content-encoding: br",
    ] {
        assert!(
            answer.contains(expected),
            "{expected} is missing in {answer}"
        );
    }
    assert!(!answer.contains("server:") && !answer.contains("set-cookie"));
}

#[tokio::test]
async fn a_document_is_completed_with_what_the_line_says_and_in_the_language_asked_for() {
    let ground = Ground::new().await;
    let get = |path: &str, language: &str| {
        let get = format!(
            "GET {path} HTTP/1.1\r\nhost: x\r\naccept-language: {language}\r\nconnection: close\r\n\r\n"
        );
        let ground = &ground;
        async move { ground.raw(get.as_bytes()).await }
    };
    let words = words::check_words(words::List::English, &ground.line.0).join(" ");
    for (path, language) in [("/", "en"), ("/", "de, en;q=0.5"), ("/en", "ko"), ("/", "")] {
        let document = get(path, language).await;
        assert!(document.contains("data-pace=\"6000\""), "{document}");
        assert!(document.contains(&format!("<p>{words}</p>")), "{document}");
        let line = document.split("<i>").nth(1).unwrap().split("</i>");
        let line = BASE64
            .decode(line.clone().next().unwrap().as_bytes())
            .unwrap();
        assert_eq!(
            Line::verify(&LineDocument::parse(&line).unwrap(), None)
                .unwrap()
                .id(),
            ground.line
        );
    }
    let words = words::check_words(words::List::Korean, &ground.line.0).join(" ");
    for (path, language) in [
        ("/", "ko-KP"),
        ("/", "de;q=1, ko-kp;q=0.5"),
        ("/ko-KP", "en"),
    ] {
        let document = get(path, language).await;
        assert!(document.contains(&format!("<p>{words}</p>")), "{document}");
    }
    // This page has no document in the South's Korean.
    for missing in [
        get("/", "ko").await,
        get("/", "ko-KR").await,
        get("/ko", "en").await,
        get("/ko-kp", "en").await,
        get("/en.html", "en").await,
    ] {
        assert!(missing.starts_with("HTTP/1.1 404"), "{missing}");
    }
}

/// One turn: its status and body, once its size was looked at.
async fn turn(ground: &Ground, kind: TurnKind, body: &[u8]) -> TurnAnswer {
    turn_with(ground, kind, body, 0).await
}

async fn turn_with(ground: &Ground, kind: TurnKind, body: &[u8], nonce: u64) -> TurnAnswer {
    let turn = Turn { kind, body, nonce }.to_bytes();
    let head = format!(
        "POST /v1/turn HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        turn.len()
    );
    let mut stream = TcpStream::connect(&ground.address[7..]).await.unwrap();
    stream
        .write_all(&[head.as_bytes(), &turn].concat())
        .await
        .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let end = answer
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap()
        + 4;
    assert!(answer.starts_with(b"HTTP/1.1 200"));
    TurnAnswer::parse(&answer[end..]).unwrap()
}

#[tokio::test]
async fn every_turn_is_answered_in_one_size() {
    let ground = Ground::new().await;
    let write = SlotWrite {
        name: SlotName([1; 32]),
        replaces: None,
        shred_key: [2; 32],
        envelope: ground.envelope(Kind::Slot, 0, 1),
    };
    let post = ground.envelope(Kind::Post, 7, 2);
    let both = wire::save_and_post(&write, &post);
    // Nobody is on duty: the slot is written, and the post is refused.
    let refused = turn(&ground, TurnKind::SaveAndPost, &both).await;
    assert_eq!(refused.status, 409);
    assert!(refused.body.starts_with(b"{\"error\":\"no_shift\""));
    let names = [write.name.0, [9; 32]].concat();
    let read = turn(&ground, TurnKind::ReadSlots, &names).await;
    assert_eq!(read.status, 200);
    let [held, _] = SlotContent::parse_answer(&read.body).unwrap();
    assert_eq!(held.envelope, write.envelope);

    ground.plan_shift(7, now(), now().plus(60)).await;
    let hash = envelope_hash(&post).0.to_vec();
    for kind in [TurnKind::SaveAndPost, TurnKind::SaveAndPost, TurnKind::Post] {
        let body: &[u8] = if kind == TurnKind::Post {
            post.as_bytes()
        } else {
            &both
        };
        let taken = turn(&ground, kind, body).await;
        assert_eq!(
            (taken.status, taken.body),
            (200, hash.clone()),
            "the same again is answered alike"
        );
    }
    let posts = ground.desk(2).posts(0).await.unwrap();
    assert_eq!(posts.len(), 1);

    let other = SlotWrite {
        envelope: ground.envelope(Kind::Slot, 0, 3),
        ..write.clone()
    };
    let both = wire::save_and_post(&other, &ground.envelope(Kind::Post, 7, 4));
    let conflict = turn(&ground, TurnKind::SaveAndPost, &both).await;
    assert_eq!(conflict.status, 409);
    assert_eq!(
        ground.desk(2).posts(0).await.unwrap().len(),
        1,
        "what was not saved is not posted"
    );

    let line = turn(&ground, TurnKind::Line, &[0; 4]).await;
    let document = LineDocument::parse(&line.body[4..]).unwrap();
    assert_eq!(
        line.body[..4],
        u32::try_from(line.body.len() - 4).unwrap().to_be_bytes()
    );
    assert!(Line::verify(&document, Some(&ground.line)).is_ok());
    assert_eq!(
        turn(&ground, TurnKind::Line, &u32::MAX.to_be_bytes())
            .await
            .body
            .len(),
        4
    );
    assert_eq!(
        turn(&ground, TurnKind::DeleteSlots, &names).await.status,
        204
    );
    let gone = turn(&ground, TurnKind::ReadSlots, &names).await;
    let [gone, _] = SlotContent::parse_answer(&gone.body).unwrap();
    assert_ne!(gone.envelope, write.envelope);
}

#[tokio::test]
async fn a_relay_that_is_not_there_means_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = RelayClient::new(&address).unwrap();
    assert_eq!(client.line().await.unwrap_err(), ClientError::NotSent);
    assert!(RelayClient::new("ftp://line.example").is_err());
}

#[tokio::test]
async fn a_relay_that_dies_before_acknowledging_means_not_known() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let relay = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut received = vec![0; 4096];
        stream.read_exact(&mut received).await.unwrap();
    });
    let ground = Ground::new().await;
    let client = RelayClient::new(&address).unwrap();
    let error = client
        .post(&ground.envelope(Kind::Post, 1, 1))
        .await
        .unwrap_err();
    assert_eq!(error, ClientError::NotKnown);
    relay.await.unwrap();
}

/// Two posts are free, and from then on an effort of 64 is asked for.
const NARROW: IntakeLimits = IntakeLimits {
    free_posts: 2,
    per_minute: 0,
    doubling: 1_000,
    most_effort: 4_096,
    shift_posts: 10,
};

#[tokio::test]
async fn when_many_write_each_message_brings_work_along() {
    let ground = Ground::with_intake(NARROW).await;
    ground.plan_shift(7, now(), now().plus(60)).await;
    let relay = RelayClient::new(&ground.address).unwrap();
    let post = |number| ground.envelope(Kind::Post, 7, number);
    for number in 1..=2 {
        let answer = turn(&ground, TurnKind::Post, post(number).as_bytes()).await;
        assert_eq!(answer.status, 200);
    }
    let refused = turn(&ground, TurnKind::Post, post(3).as_bytes()).await;
    assert_eq!(refused.status, 429);
    assert!(refused.body.starts_with(b"{\"error\":\"more_effort\""));
    assert_eq!((refused.demand.first, refused.demand.again), (64, 0));
    let seed = (&refused.demand.seed, 64);
    let nonce = Worker::new()
        .search(seed, &post(3), 0, 100_000)
        .expect("so many attempts find it");
    let answer = turn_with(&ground, TurnKind::Post, post(3).as_bytes(), nonce).await;
    assert_eq!(answer.status, 200);
    // It serves no other envelope; and the client does it by itself.
    let answer = turn_with(&ground, TurnKind::Post, post(4).as_bytes(), nonce).await;
    assert_eq!(answer.status, 429);
    assert_eq!(relay.post(&post(4)).await, Ok(envelope_hash(&post(4))));
    // Whoever does not know whether it arrived sends it again, and is not asked for more.
    let again = turn(&ground, TurnKind::Post, post(4).as_bytes()).await;
    assert_eq!(again.status, 200);
}

#[tokio::test]
async fn who_has_written_before_has_room_and_brings_no_work() {
    let ground = Ground::with_intake(NARROW).await;
    ground.plan_shift(7, now(), now().plus(60)).await;
    let relay = RelayClient::new(&ground.address).unwrap();
    let write = |replaces, content| SlotWrite {
        name: SlotName([1; 32]),
        replaces,
        shred_key: [2; 32],
        envelope: ground.envelope(Kind::Slot, 0, content),
    };
    let mine = write(None, 1);
    let first = ground.envelope(Kind::Post, 7, 100);
    relay.save_and_post(&mine, &first).await.unwrap();
    // What is no post of this version is refused as it is without a flood.
    relay
        .post(&ground.envelope(Kind::Post, 7, 50))
        .await
        .unwrap();
    let mut spoken = wire::save_and_post(&mine, &first);
    spoken[SlotWrite::SIZE] = 2;
    let refused = turn(&ground, TurnKind::SaveAndPost, &spoken).await;
    assert!(refused.demand.first > 0);
    assert!(refused.body.starts_with(b"{\"error\":\"wrong_version\""));
    // The flood fills all that is not reserved: 8 of 10.
    for number in 1..=6 {
        relay
            .post(&ground.envelope(Kind::Post, 7, number))
            .await
            .unwrap();
    }
    let refused = relay.post(&ground.envelope(Kind::Post, 7, 8)).await;
    assert_eq!(refused.unwrap_err().code(), Some("full"));
    let next = write(Some(envelope_hash(&mine.envelope)), 2);
    let second = ground.envelope(Kind::Post, 7, 101);
    let body = wire::save_and_post(&next, &second);
    let answer = turn(&ground, TurnKind::SaveAndPost, &body).await;
    assert_eq!(answer.status, 200, "without work, and with room");
}

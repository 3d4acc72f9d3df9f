//! The operator's listener, asked as its operator asks it, beside a public one that a contact asks.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use relay::{MemoryStore, Relay, Retention};
use statements::{
    Delegation, DeviceKey, Root, RootKey, SealPublicKey, ShiftNotice, ShiftSigningKey,
};
use tower::ServiceExt;
use wire::{
    Envelope, Header, Kind, LineId, SEALED_SIZE, SlotName, SlotNames, SlotWrite, Turn, TurnAnswer,
    TurnKind,
};

use super::*;
use crate::endpoint;
use crate::page_files::PageFiles;

/// A relay whose line has a shift on duty, and what its operator sees.
struct Ground {
    public: Router,
    operator: Arc<Operator<MemoryStore>>,
    line: LineId,
}

impl Ground {
    async fn new(until: Day, premises: Premises) -> Ground {
        let root_key = RootKey::from_seed(&[1; 32]);
        let root = Root::new(1, vec![root_key.public()]).unwrap();
        let line = root.line_id();
        let coordinator = DeviceKey::from_seed(&[2; 32]);
        let days = (Day(0), until);
        let delegation = Delegation::draft(line, 1, days, 1, &[coordinator.public()]);
        let delegation = delegation.sign_by_root(&root_key).done();
        let standing = relay::Standing::new(root, &delegation).unwrap();
        let relay = Relay::open(
            MemoryStore::default(),
            standing,
            Retention::default(),
            clock::now(),
        );
        let app = App::new(relay.await.unwrap(), PageFiles::default());
        let ground = Ground {
            public: endpoint::router(Arc::clone(&app)),
            operator: Arc::new(Operator::new(app, premises, Minute(1))),
            line,
        };
        let times = (Minute(0), clock::now().plus(60));
        let signing = ShiftSigningKey::from_seed(&[3; 32]).public();
        let key = SealPublicKey::from_bytes(&[9; 1216]).unwrap();
        let shift = ShiftNotice::draft(line, 1, times, &key, signing);
        let shift = shift.sign_by_device(&coordinator).done().to_bytes();
        assert_eq!(
            ground.post("/v1/statements", shift).await.0,
            StatusCode::NO_CONTENT
        );
        ground
    }

    async fn post(&self, path: &str, body: Vec<u8>) -> (StatusCode, Vec<u8>) {
        let request = Request::post(path).body(Body::from(body)).unwrap();
        let answer = self.public.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        (
            status,
            to_bytes(answer.into_body(), 1 << 20).await.unwrap().into(),
        )
    }

    async fn ask(&self, path: &str) -> (StatusCode, String) {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let answer = router(Arc::clone(&self.operator)).oneshot(request);
        let answer = answer.await.unwrap();
        let status = answer.status();
        let body = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        (status, String::from_utf8(body.into()).unwrap())
    }

    fn envelope(&self, kind: Kind, epoch: u32) -> Envelope {
        let header = Header {
            kind,
            epoch,
            line_tag: self.line.tag(),
            mark: [5; 16],
            shred_hash: [6; 32],
        };
        Envelope::assemble(&header, &[7; SEALED_SIZE]).unwrap()
    }

    async fn turn(&self, kind: TurnKind, body: &[u8]) -> u16 {
        let (status, answer) = self
            .post(
                "/v1/turn",
                Turn {
                    kind,
                    body,
                    nonce: 0,
                }
                .to_bytes(),
            )
            .await;
        assert_eq!(status, StatusCode::OK);
        TurnAnswer::parse(&answer).unwrap().status
    }

    /// A contact reads, saves the state and posts, once as each other request of a page does it.
    async fn a_contact_writes_and_returns(&self) {
        let name = || SlotName([8; 32]);
        let write = SlotWrite {
            name: name(),
            replaces: None,
            shred_key: [9; 32],
            envelope: self.envelope(Kind::Slot, 0),
        };
        let post = self.envelope(Kind::Post, 1);
        let both = [&write.to_bytes()[..], post.as_bytes()].concat();
        let names = SlotNames([name(), name()]).to_bytes();
        assert_eq!(self.turn(TurnKind::ReadSlots, &names).await, 200);
        assert_eq!(self.turn(TurnKind::SaveAndPost, &both).await, 200);
        assert_eq!(self.turn(TurnKind::ReadSlots, &names).await, 200);
        assert_eq!(self.turn(TurnKind::DeleteSlots, &names).await, 204);
    }

    /// The operator's own looks, at the beginning and after one and two quarters of an hour, and what the metrics say at each.
    fn look(&self, minute: u32) -> String {
        let trial = Trial {
            read: Some(Duration::from_millis(2)),
            sync: Some(Duration::from_millis(20)),
        };
        let counted = self.operator.counted();
        self.operator
            .figures()
            .observe(Minute(minute), trial, counted);
        let facts = self.operator.facts(clock::now(), true);
        self.operator.metrics(clock::now(), &conditions(&facts))
    }
}

#[tokio::test]
async fn the_metrics_are_the_same_with_one_contact_and_with_none() {
    let quiet = Ground::new(Day(u32::MAX), Premises::default()).await;
    let written = Ground::new(Day(u32::MAX), Premises::default()).await;
    assert_eq!(quiet.look(1500), written.look(1500));
    written.a_contact_writes_and_returns().await;
    for minute in [1501, 1515, 1530] {
        let (without, with) = (quiet.look(minute), written.look(minute));
        assert_eq!(without, with, "at minute {minute}");
        assert!(with.contains("footbridge_refused_total{kind=\"malformed\"} 0\n"));
    }
}

#[tokio::test]
async fn many_refusals_show_by_kind_whichever_way_they_were_asked() {
    let ground = Ground::new(Day(u32::MAX), Premises::default()).await;
    ground.look(1500);
    let elsewhere = ground.envelope(Kind::Post, 99);
    for _ in 0..40 {
        let (status, _) = ground.post("/v1/posts", vec![0; 9]).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        let (status, _) = ground.post("/v1/slots/read", vec![0; 9]).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
    }
    // Inside of a turn a refusal is answered by 200.
    let turns = (0..70).map(|_| ground.turn(TurnKind::Post, elsewhere.as_bytes()));
    let statuses = futures_util::future::join_all(turns).await;
    assert_eq!(statuses, [409; 70]);
    let shown = ground.look(1515);
    assert!(shown.contains("kind=\"malformed\"} 64\n"), "{shown}");
    assert!(shown.contains("kind=\"outdated\"} 64\n"), "{shown}");
}

#[tokio::test]
async fn readiness_says_what_is_wrong_and_what_to_do() {
    let well = Ground::new(Day(u32::MAX), Premises::default()).await;
    let (status, body) = well.ask("/ready").await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(well.ask("/health").await.1, "running\n");

    let gone = Premises {
        store: Some("/nowhere/at/all".into()),
        backups: None,
        certificate_until: Some(Day(20_000)),
    };
    let ill = Ground::new(Day(u32::MAX), gone).await;
    let (status, body) = ill.ask("/ready").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(body["ready"], false);
    let wrong: Vec<&str> = body["conditions"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["well"] == false)
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(wrong, ["disk", "certificate"], "{body}");
    // The process runs all the same.
    assert_eq!(ill.ask("/health").await.0, StatusCode::OK);
    let (_, metrics) = ill.ask("/metrics").await;
    assert!(metrics.contains("footbridge_condition{name=\"disk\"} 0\n"));
    assert!(metrics.contains("footbridge_condition{name=\"store\"} 1\n"));
}

#[tokio::test]
async fn the_public_listener_has_neither_readiness_nor_metrics() {
    let ground = Ground::new(Day(u32::MAX), Premises::default()).await;
    for path in ["/ready", "/metrics", "/health"] {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let answer = ground.public.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
    }
}

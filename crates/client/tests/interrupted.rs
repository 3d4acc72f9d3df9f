//! Connections and relays that end at the worst moment: between receiving and acknowledging.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

mod ground;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use client::{Change, ClientError, RelayClient};
use ground::Line;
use relay::{
    Appended, Kept, MemoryStore, Sequence, SlotKey, SlotReplace, StatementKey, Store, StoreError,
    StoredSlot,
};
use statements::{DeviceKey, DeviceList, DevicePublicKey, StatementKind};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use wire::{Day, Envelope, EnvelopeHash, SequencedEnvelope};

/// A store that keeps at once and answers only when it is let.
#[derive(Clone)]
struct Hesitating {
    kept: Arc<MemoryStore>,
    has_kept: Arc<Semaphore>,
    may_answer: Arc<Semaphore>,
    /// The first device list waits for this before it is kept.
    may_keep_list: Arc<Semaphore>,
    lists: Arc<AtomicUsize>,
}

impl Hesitating {
    fn new() -> Hesitating {
        Hesitating {
            kept: Arc::default(),
            has_kept: Arc::new(Semaphore::new(0)),
            may_answer: Arc::new(Semaphore::new(0)),
            may_keep_list: Arc::new(Semaphore::new(0)),
            lists: Arc::default(),
        }
    }
}

impl Store for Hesitating {
    async fn append(
        &self,
        to: Sequence,
        envelope: Envelope,
        day: Day,
    ) -> Result<Appended, StoreError> {
        let appended = self.kept.append(to, envelope, day).await;
        self.has_kept.add_permits(1);
        self.may_answer.acquire().await.unwrap().forget();
        appended
    }

    async fn read(
        &self,
        from: Sequence,
        after: u64,
        limit: usize,
    ) -> Result<Vec<SequencedEnvelope>, StoreError> {
        self.kept.read(from, after, limit).await
    }

    async fn last(&self, of: Sequence) -> Result<u64, StoreError> {
        self.kept.last(of).await
    }

    async fn shred(
        &self,
        from: Sequence,
        envelope: EnvelopeHash,
        hash: [u8; 32],
    ) -> Result<(), StoreError> {
        self.kept.shred(from, envelope, hash).await
    }

    async fn slot_read(&self, slot: SlotKey) -> Result<Option<StoredSlot>, StoreError> {
        self.kept.slot_read(slot).await
    }

    async fn slot_write(
        &self,
        slot: SlotKey,
        replaces: SlotReplace,
        content: StoredSlot,
        day: Day,
    ) -> Result<(), StoreError> {
        self.kept.slot_write(slot, replaces, content, day).await
    }

    async fn slot_delete(&self, slot: SlotKey) -> Result<(), StoreError> {
        self.kept.slot_delete(slot).await
    }

    async fn statement_put(
        &self,
        key: StatementKey,
        statement: Vec<u8>,
        revision: u64,
    ) -> Result<u64, StoreError> {
        if key.kind == StatementKind::DeviceList && self.lists.fetch_add(1, Ordering::Relaxed) == 0
        {
            self.may_keep_list.acquire().await.unwrap().forget();
        }
        self.kept.statement_put(key, statement, revision).await
    }

    async fn statements(&self) -> Result<Kept, StoreError> {
        self.kept.statements().await
    }

    async fn expire(&self, posts: Day, slots: Day) -> Result<(), StoreError> {
        self.kept.expire(posts, slots).await
    }

    async fn clear(&self, kept: &'static [StatementKind]) -> Result<(), StoreError> {
        self.kept.clear(kept).await
    }
}

#[tokio::test]
async fn a_relay_that_dies_between_keeping_and_acknowledging_is_asked_again_without_doubling() {
    let line = Line::new();
    let store = Hesitating::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let base = format!("http://{address}");
    let dying = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let app = line.app(store.clone()).await;
    let listener = listener.into_std().unwrap();
    dying.spawn(async move {
        let listener = TcpListener::from_std(listener).unwrap();
        server::serve(listener, app, None, std::future::pending()).await;
    });
    let client = RelayClient::new(&base).unwrap();
    line.publish_shift(&client, 1).await;
    let post = line.post(1, 1);
    let asking = client.post(&post);
    let killing = async {
        store.has_kept.acquire().await.unwrap().forget();
        dying.shutdown_background();
    };
    let (asked, ()) = tokio::join!(asking, killing);
    assert_eq!(asked.unwrap_err(), ClientError::NotKnown);

    store.may_answer.add_permits(100);
    let base = line.serve(store).await;
    let client = RelayClient::new(&base).unwrap();
    client.post(&post).await.unwrap();
    let posts = line.desk(&base, 2).posts(0).await.unwrap();
    assert_eq!(posts.len(), 1, "once, though it was sent twice");
    assert!(posts[0].envelope == post);
}

#[tokio::test]
async fn desks_hear_of_a_post_whose_sender_is_gone() {
    let line = Line::new();
    let store = Hesitating::new();
    let base = line.serve(store.clone()).await;
    let client = RelayClient::new(&base).unwrap();
    line.publish_shift(&client, 1).await;
    let mut changes = line.desk(&base, 2).changes().await.unwrap();
    assert_eq!(changes.next().await.unwrap(), Change::Posts(0));

    let mut sender = TcpStream::connect(&base[7..]).await.unwrap();
    let head = "POST /v1/posts HTTP/1.1\r\nhost: x\r\ncontent-length: 4096\r\n\r\n";
    sender.write_all(head.as_bytes()).await.unwrap();
    sender.write_all(line.post(1, 1).as_bytes()).await.unwrap();
    store.has_kept.acquire().await.unwrap().forget();
    drop(sender);
    // A second connection: by the time it was answered, the relay has seen the end of the first.
    for _ in 0..20 {
        client.line().await.unwrap();
    }
    store.may_answer.add_permits(1);
    let heard = async { while changes.next().await.unwrap() != Change::Posts(1) {} };
    let patience = std::time::Duration::from_secs(20);
    assert!(
        tokio::time::timeout(patience, heard).await.is_ok(),
        "the post waits and no desk knows"
    );
}

#[tokio::test]
async fn a_device_list_that_is_kept_late_does_not_bring_a_removed_device_back() {
    let line = Line::new();
    let store = Hesitating::new();
    let base = line.serve(store.clone()).await;
    let client = RelayClient::new(&base).unwrap();
    let publish = async |serial, devices: &[DevicePublicKey]| {
        let list = DeviceList::draft(line.id, serial, devices)
            .sign_by_device(&DeviceKey::from_seed(&[2; 32]));
        client.publish(&list.done().to_bytes()).await
    };
    let guide = [DeviceKey::from_seed(&[8; 32]).public()];
    let earlier = publish(1, &guide);
    let later = async {
        while store.lists.load(Ordering::Relaxed) == 0 {
            tokio::task::yield_now().await;
        }
        publish(2, &[]).await.unwrap();
        store.may_keep_list.add_permits(1);
    };
    let (earlier, ()) = tokio::join!(earlier, later);
    let refused = earlier.unwrap_err();
    assert_eq!(refused.code(), Some("not_accepted"), "it never stood");
    let base = line.serve(store).await;
    let refused = line.desk(&base, 8).posts(0).await.unwrap_err();
    assert_eq!(refused.code(), Some("unauthorised"), "after a restart");
}

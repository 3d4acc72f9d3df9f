//! A line with one coordinator, and relays for it.
#![allow(dead_code, reason = "each test uses a part")]

pub(crate) mod certificate;

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use client::{DeskClient, RelayClient};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use relay::{Relay, Retention, Standing, Store, shred_hash};
use server::{App, PageFile, PageFiles, Tls};
use statements::{
    Delegation, DeviceKey, Root, RootKey, SealPublicKey, ShiftNotice, ShiftSigningKey,
};
use tokio::net::TcpListener;
use wire::{Day, Envelope, Header, Kind, LineId, Minute, SEALED_SIZE};

/// This minute, as the server reads it.
#[allow(
    clippy::disallowed_methods,
    reason = "the server reads the real clock, so must its test"
)]
pub(crate) fn now() -> Minute {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Minute(u32::try_from(since.as_secs() / 60).unwrap())
}

/// A line; device 2 is its coordinator's.
pub(crate) struct Line {
    pub(crate) id: LineId,
    root_key: RootKey,
}

impl Line {
    pub(crate) fn new() -> Line {
        let root_key = RootKey::from_seed(&[1; 32]);
        let id = Root::new(1, vec![root_key.public()]).unwrap().line_id();
        Line { id, root_key }
    }

    pub(crate) async fn app<S: Store>(&self, store: S) -> Arc<App<S>> {
        let root = Root::new(1, vec![self.root_key.public()]).unwrap();
        let coordinator = DeviceKey::from_seed(&[2; 32]).public();
        let days = (Day(0), Day(u32::MAX));
        let delegation = Delegation::draft(self.id, 1, days, 1, &[coordinator])
            .sign_by_root(&self.root_key)
            .done();
        let standing = Standing::new(root, &delegation).unwrap();
        let relay = Relay::open(store, standing, Retention::default(), now());
        let page = PageFile {
            path: "/en.html".into(),
            content_type: PageFiles::content_type("en.html"),
            bytes: vec![b' '; PAGE_SIZE],
            brotli: None,
        };
        App::new(relay.await.unwrap(), PageFiles::new(vec![page]))
    }

    /// A relay on a free port; it ends with the test.
    pub(crate) async fn serve<S: Store>(&self, store: S) -> String {
        self.serve_with(store, None).await
    }

    pub(crate) async fn serve_with<S: Store>(&self, store: S, tls: Option<Tls>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let port = listener.local_addr().unwrap().port();
        let host = if tls.is_some() {
            "localhost"
        } else {
            "127.0.0.1"
        };
        let app = self.app(store).await;
        tokio::spawn(server::serve(listener, app, tls, std::future::pending()));
        format!("{scheme}://{host}:{port}")
    }

    pub(crate) fn desk(&self, base: &str, seed: u8) -> DeskClient {
        let relay = RelayClient::new(base).unwrap();
        DeskClient::new(relay, self.id, DeviceKey::from_seed(&[seed; 32]))
    }

    /// A shift that is on duty for the next hour.
    pub(crate) async fn publish_shift(&self, client: &RelayClient, number: u32) {
        let key = SealPublicKey::from_bytes(&[9; 1216]).unwrap();
        let minutes = (now(), now().plus(60));
        let signing = ShiftSigningKey::from_seed(&[3; 32]).public();
        let notice = ShiftNotice::draft(self.id, number, minutes, &key, signing)
            .sign_by_device(&DeviceKey::from_seed(&[2; 32]))
            .done();
        client.publish(&notice.to_bytes()).await.unwrap();
    }

    pub(crate) fn post(&self, shift: u32, number: u64) -> Envelope {
        let mut sealed = [0; SEALED_SIZE];
        ChaCha8Rng::seed_from_u64(number).fill_bytes(&mut sealed);
        let header = Header {
            kind: Kind::Post,
            epoch: shift,
            line_tag: self.id.tag(),
            mark: [0; 16],
            shred_hash: shred_hash(&[7; 32]),
        };
        Envelope::assemble(&header, &sealed).unwrap()
    }
}

/// More than the system holds for a reader who does not read.
pub(crate) const PAGE_SIZE: usize = 32 << 20;

//! A line in one process: a real relay on loopback with a store in memory, desks, and a contact.
#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test file uses a part of it"
)]

pub mod team;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use client::RelayClient;
use desk_app::{Handle, Joined, NewDesk, Passphrase, Running, Shown, Vault, VaultCost};
use getrandom::SysRng;
use protocol::{
    Language, Outcome, Pending, PhraseRoot, Request, Shown as Seen, Step, Text, Urgency, Visit,
};
use rand_core::UnwrapErr;
use relay::{MemoryStore, Relay, Retention, Standing};
use server::{App, PageFiles};
use statements::{Delegation, DeviceKey, Line, OnDuty, Root, RootKey, UnverifiedStatement};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use wire::{Day, Minute};

/// How long anything may take before it counts as never.
pub const PATIENCE: Duration = Duration::from_secs(60);
pub const CHEAP: VaultCost = VaultCost {
    memory_kib: 8,
    passes: 1,
};

pub fn passphrase() -> Passphrase {
    Passphrase::new("a passphrase".into())
}

#[allow(
    clippy::disallowed_methods,
    reason = "the relay reads the real clock, so must its test"
)]
pub fn now() -> Minute {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    Minute(u32::try_from(since.as_secs() / 60).unwrap())
}

/// A line, whose relay may be up or down.
pub struct Ground {
    pub directory: tempfile::TempDir,
    address: SocketAddr,
    root: Root,
    delegation: UnverifiedStatement,
    up: Option<tokio::runtime::Runtime>,
}

impl Ground {
    /// A line with the vault of its first coordinator, and no relay yet.
    pub async fn new() -> Ground {
        let root_key = RootKey::from_seed(&[1; 32]);
        let root = Root::new(1, vec![root_key.public()]).unwrap();
        let device = || DeviceKey::from_seed(&[2; 32]);
        let days = (Day(0), Day(u32::MAX));
        let delegation = Delegation::draft(root.line_id(), 1, days, 1, &[device().public()])
            .sign_by_root(&root_key)
            .done();
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let ground = Ground {
            directory: tempfile::tempdir().unwrap(),
            address: free.local_addr().unwrap(),
            root,
            delegation,
            up: None,
        };
        let (url, root, delegation) = (ground.url(), ground.root.statement(), &ground.delegation);
        let new = ground.new_desk("coordinator", "Willow");
        desk_app::found(new, device(), &url, &root, delegation)
            .await
            .unwrap();
        ground
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn vault(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub fn new_desk(&self, name: &str, work_name: &str) -> NewDesk {
        NewDesk {
            vault: self.vault(name),
            passphrase: passphrase(),
            cost: CHEAP,
            work_name: work_name.into(),
        }
    }

    /// Starts the relay, with nothing in its store, in a runtime of its own that can be ended as a power cut would.
    pub async fn start_relay(&mut self) {
        let standing = Standing::new(self.root.clone(), &self.delegation).unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let address = self.address;
        let (ready, is_ready) = oneshot::channel();
        runtime.spawn(async move {
            let store = MemoryStore::default();
            let relay = Relay::open(store, standing, Retention::default(), now())
                .await
                .unwrap();
            let listener = TcpListener::bind(address).await.unwrap();
            let _ = ready.send(());
            let app = App::new(relay, PageFiles::default());
            server::serve(listener, app, None, std::future::pending()).await;
        });
        is_ready.await.unwrap();
        self.up = Some(runtime);
    }

    pub fn stop_relay(&mut self) {
        if let Some(runtime) = self.up.take() {
            runtime.shutdown_background();
        }
    }

    pub fn desk(&self, name: &str) -> Running {
        let vault = Vault::open(&self.vault(name), &passphrase()).unwrap();
        Running::start(vault, None).unwrap()
    }

    pub async fn join(&self, invitation: &str, name: &str, work_name: &str) -> Joined {
        desk_app::join(invitation, self.new_desk(name, work_name))
            .await
            .unwrap()
    }

    pub async fn contact(&self) -> Contact {
        Contact {
            relay: RelayClient::new(&self.url()).unwrap(),
            visit: None,
            line: None,
        }
    }
}

/// Waits until a desk shows something, with a limit that only a broken desk reaches.
pub async fn until(
    desk: &Handle,
    what: &str,
    shows: impl Fn(&Shown) -> bool,
) -> std::sync::Arc<Shown> {
    let waiting = tokio::time::timeout(PATIENCE, desk.wait_until(shows));
    waiting
        .await
        .unwrap_or_else(|_| panic!("never: {what}"))
        .unwrap()
}

/// A contact's visits.
pub struct Contact {
    relay: RelayClient,
    visit: Option<Visit>,
    line: Option<Line>,
}

impl Contact {
    fn shift(&self) -> Option<statements::ShiftNotice> {
        match self.line.as_ref()?.on_duty(now()) {
            OnDuty::Now(shift) | OnDuty::ClockDisagrees(shift) => Some(shift.clone()),
            OnDuty::Nobody => None,
        }
    }

    async fn fetch_line(&mut self) {
        let document = self.relay.line().await.unwrap();
        self.line = Some(Line::verify(&document, None).unwrap());
    }

    /// Opens with words, and gives what is there.
    pub async fn open(&mut self, phrase: &[u8; 15]) -> Vec<Seen> {
        self.fetch_line().await;
        let root = PhraseRoot::derive(phrase, &self.line.as_ref().unwrap().id());
        let (visit, step) = Visit::open(root, &mut UnwrapErr(SysRng));
        self.visit = Some(visit);
        self.run(step).await
    }

    pub async fn write(&mut self, text: &str) -> Vec<Seen> {
        self.fetch_line().await;
        let message = Pending {
            language: Language::Korean,
            urgency: Urgency::Hours,
            choices: protocol::Choices::default(),
            text: Text::new(text).unwrap(),
        };
        let shift = self.shift();
        let visit = self.visit.as_mut().unwrap();
        let step = visit.write(
            message,
            shift.as_ref().map(statements::ShiftNotice::recipient),
            &mut UnwrapErr(SysRng),
        );
        self.run(step).await
    }

    async fn run(&mut self, mut step: Step) -> Vec<Seen> {
        let mut shown = Vec::new();
        loop {
            shown.append(&mut step.shown);
            let Some(request) = step.request else {
                return shown;
            };
            let outcome = match request {
                Request::ReadSlots(names) => {
                    Outcome::Slots(Box::new(self.relay.read_slots(&names).await.unwrap()))
                }
                Request::WriteSlot(write) => done(self.relay.write_slot(&write).await),
                Request::DeleteSlots(names) => done(self.relay.delete_slots(&names).await),
                Request::Post(envelope) => done(self.relay.post(&envelope).await.map(drop)),
                Request::SaveAndPost(write, post) => {
                    match done(self.relay.write_slot(&write).await) {
                        Outcome::Done => done(self.relay.post(&post).await.map(drop)),
                        conflict => conflict,
                    }
                }
            };
            let shift = self.shift();
            let visit = self.visit.as_mut().unwrap();
            step = visit.step(
                outcome,
                shift.as_ref().map(statements::ShiftNotice::recipient),
                &mut UnwrapErr(SysRng),
            );
        }
    }
}

fn done(answer: Result<(), client::ClientError>) -> Outcome {
    match answer {
        Ok(()) => Outcome::Done,
        Err(error) if error.is_conflict() => Outcome::Conflict,
        Err(error) => panic!("{error}"),
    }
}

/// The files below a directory that hold these bytes.
pub fn holding(directory: &Path, needle: &[u8]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(holding(&path, needle));
        } else if std::fs::read(&path)
            .unwrap()
            .windows(needle.len())
            .any(|at| at == needle)
        {
            found.push(path);
        }
    }
    found
}

impl Drop for Ground {
    fn drop(&mut self) {
        self.stop_relay();
    }
}

//! Carries out what the desk decides, and tells it what happened.
//!
//! The *keeper* owns the desk and the vault on a thread of its own, since both compute and write to the disk. The *courier*
//! brings the desk's requests to the relay, one after the other, until each is answered. The *listener* reads the line, the
//! tray and the team log whenever the relay says that something is new. Screens hold a [`Handle`].

mod alarm;
mod courier;
mod duress;
mod half;
mod harmless;
mod keeper;
mod listener;
mod rotation;
mod shown;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use client::{ClientError, DeskClient, RelayClient};
use desk::{CaseLabel, CaseView, Command, ProposalLabel, Proposed, Refusal};
use statements::{DeviceKey, PackManifest};
use tokio::sync::{mpsc, oneshot, watch};
use wire::Day;

pub use shown::{Cards, Connection, ParsedCards, Shown, ShownNotice, Trouble};

use crate::Passphrase;
use crate::vault::{Vault, VaultError};
use harmless::HarmlessDesk;
use keeper::{Keeper, Message};

/// How often the desk is told that a minute passed.
const TICK: Duration = Duration::from_secs(60);

/// Why a desk can't be started from a vault.
#[derive(thiserror::Error, Debug)]
pub enum StartError {
    /// The vault can't be used.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The vault opens, but what is in it is not a desk.
    #[error(transparent)]
    Records(#[from] desk::RestoreError),
    /// The relay's address is none.
    #[error(transparent)]
    Relay(#[from] ClientError),
}

/// Why a command was not carried out.
#[derive(thiserror::Error, Debug, Clone, PartialEq, Eq)]
pub enum CommandError {
    /// The desk refuses it.
    #[error("{0}")]
    Refused(Refusal),
    /// The disk is full: nothing was sent, and nothing has changed.
    #[error("disk-full")]
    DiskFull,
    /// The vault can't be written: nothing was sent, and nothing has changed.
    #[error("vault")]
    Vault,
    /// The cases open when the relay answers: nothing has changed.
    #[error("needs-line")]
    NeedsLine,
    /// The desk was locked meanwhile.
    #[error("locked")]
    Locked,
}

/// Why the second phrase was not set or cleared.
#[derive(thiserror::Error, Debug, Clone, PartialEq, Eq)]
pub enum DuressError {
    /// It differs from the desk's own phrase by no more than case and spaces.
    #[error("too-alike")]
    TooAlike,
    /// The desk does not make an alarm now.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// The disk is full.
    #[error("disk-full")]
    DiskFull,
    /// There is not enough memory to compute its key.
    #[error("memory")]
    Memory,
    /// The vault can't be written.
    #[error("vault")]
    Vault,
}

/// A way to talk to a running desk. When the last one and its tasks are gone the vault is closed.
#[derive(Clone)]
pub struct Handle {
    messages: mpsc::Sender<Message>,
    shown: watch::Receiver<Arc<Shown>>,
}

impl Handle {
    /// Carries out a command; on return its effects are saved, though perhaps not yet sent.
    ///
    /// # Errors
    /// [`CommandError`]: then nothing has changed.
    pub async fn command(&self, command: Command) -> Result<(), CommandError> {
        let command = match command {
            Command::Approve(proposal) => self.built_first(proposal).await,
            command => command,
        };
        let (answer, answered) = oneshot::channel();
        let message = Message::Command(command, answer);
        let locked = CommandError::Locked;
        self.messages
            .send(message)
            .await
            .map_err(|_| locked.clone())?;
        answered.await.unwrap_or(Err(locked))
    }

    /// What the card pack of a day holds, built out of the line as it was read last; `None` before it was read.
    pub async fn build_pack(&self, day: Day) -> Option<PackManifest> {
        let document = self.view().document.clone()?;
        let build = move || plain::Pack::build(&document, day).ok();
        let built = tokio::task::spawn_blocking(build).await.ok().flatten();
        built.map(|pack| pack.manifest())
    }

    /// The approval of a proposal; that of a card pack brings what this desk has built itself.
    async fn built_first(&self, proposal: ProposalLabel) -> Command {
        let shown = self.view();
        let mut open = shown.view.proposals.iter();
        let day = open.find_map(|open| match &open.what {
            Proposed::Pack(pack) if open.label == proposal => Some(pack.day),
            _ => None,
        });
        let built = match day {
            Some(day) => self.build_pack(day).await,
            None => None,
        };
        match built {
            Some(built) => Command::ApprovePack { proposal, built },
            None => Command::Approve(proposal),
        }
    }

    /// What the main screen shows now.
    pub fn view(&self) -> Arc<Shown> {
        self.shown.borrow().clone()
    }

    /// What a case's screen shows; `None` when this desk has no such case.
    pub async fn case(&self, label: CaseLabel) -> Option<CaseView> {
        let (answer, answered) = oneshot::channel();
        self.messages
            .send(Message::Case(label, answer))
            .await
            .ok()?;
        answered.await.ok()?
    }

    /// Whether a second phrase is set.
    ///
    /// # Errors
    /// `Locked` when the desk was locked meanwhile.
    pub async fn has_second_phrase(&self) -> Result<bool, CommandError> {
        let (answer, answered) = oneshot::channel();
        let _ = self.messages.send(Message::HasSecondPhrase(answer)).await;
        answered.await.map_err(|_| CommandError::Locked)
    }

    /// Sets the second phrase, or another one. Takes the vault's cost: about a second and 256 MiB.
    ///
    /// # Errors
    /// [`DuressError`]: then it is what it was.
    pub async fn set_second_phrase(&self, passphrase: Passphrase) -> Result<(), DuressError> {
        let (answer, answered) = oneshot::channel();
        let message = Message::SetSecondPhrase(passphrase, answer);
        let _ = self.messages.send(message).await;
        answered.await.unwrap_or(Err(CommandError::Locked.into()))
    }

    /// Forgets the second phrase.
    ///
    /// # Errors
    /// [`DuressError`]: then there may still be one.
    pub async fn clear_second_phrase(&self) -> Result<(), DuressError> {
        let (answer, answered) = oneshot::channel();
        let _ = self.messages.send(Message::ClearSecondPhrase(answer)).await;
        answered.await.unwrap_or(Err(CommandError::Locked.into()))
    }

    /// What the person at the desk was told lately.
    pub fn notices(&self) -> Vec<ShownNotice> {
        self.view().notices.clone()
    }

    /// Waits until the desk shows something; `None` when it was locked meanwhile.
    pub async fn wait_until(&self, shows: impl Fn(&Shown) -> bool) -> Option<Arc<Shown>> {
        let mut shown = self.shown.clone();
        let found = shown.wait_for(|shown| shows(shown)).await;
        found.ok().map(|shown| shown.clone())
    }

    /// Waits for a version other than this one; gives what is shown then, or the same after the desk was locked.
    pub async fn wait_for_change(&self, version: u64) -> Arc<Shown> {
        match self.wait_until(|shown| shown.version != version).await {
            Some(shown) => shown,
            None => self.view(),
        }
    }

    /// A receiver that is told of each change.
    pub(crate) fn changes(&self) -> watch::Receiver<Arc<Shown>> {
        self.shown.clone()
    }
}

/// A desk that runs. Stop it with [`Running::stop`]; dropped, it ends by itself a little later.
pub struct Running {
    handle: Handle,
    end: oneshot::Sender<()>,
    threads: [std::thread::JoinHandle<()>; 2],
}

impl Running {
    /// Starts a desk from its vault. `relay` is an address to use instead of the line's own.
    ///
    /// # Errors
    /// [`StartError`]; the vault is closed again and unchanged.
    pub fn start(vault: Vault, relay: Option<&str>) -> Result<Running, StartError> {
        if vault.is_harmless() {
            return Running::start_harmless(vault, relay);
        }
        let (mut keeper, line) = Keeper::restore(vault)?;
        let client = RelayClient::new(relay.unwrap_or(&line.relay_url))?;
        let device = DeviceKey::from_seed(&keeper.device_seed());
        let id = keeper.line();
        let client = DeskClient::new(client, id, device);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(VaultError::from)?;
        let (messages, received) = mpsc::channel(64);
        let (errands, queue) = mpsc::unbounded_channel();
        let (halves, rotations) = mpsc::unbounded_channel();
        let (end, ended) = oneshot::channel();
        let wanted = keeper.wanted_half();
        let shown = keeper.connect(errands, halves);
        let outward = messages.clone();
        // The tasks are made on their own thread: they need not be able to move to another.
        let network = move || {
            let relay = client.relay().clone();
            let work = async move {
                if let Some(name) = wanted {
                    half::fetch(relay.clone(), name, outward.clone()).await;
                }
                tokio::select! {
                    () = courier::run(client.clone(), queue, outward.clone()) => {}
                    () = listener::run(client.clone(), id, outward.clone()) => {}
                    () = half::keep(relay, rotations, outward.clone()) => {}
                    () = tick(outward.clone()) => {}
                }
            };
            runtime.block_on(async move {
                tokio::select! {
                    () = work => {}
                    _ = ended => {}
                }
            });
        };
        let threads = [
            std::thread::spawn(move || keeper.run(received)),
            std::thread::spawn(network),
        ];
        Ok(Running {
            handle: Handle { messages, shown },
            end,
            threads,
        })
    }

    /// The desk that the second phrase opens.
    fn start_harmless(vault: Vault, relay: Option<&str>) -> Result<Running, StartError> {
        let desk = HarmlessDesk::restore(vault)?;
        let part = desk.part();
        let client = RelayClient::new(relay.unwrap_or(&part.relay_url))?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(VaultError::from)?;
        let (messages, received) = mpsc::channel(64);
        let (end, ended) = oneshot::channel();
        let shown = desk.subscribe();
        let outward = messages.clone();
        let network = move || {
            runtime.block_on(async move {
                tokio::select! {
                    () = alarm::listen(client.clone(), part.line, outward.clone()) => {}
                    () = alarm::send(client.clone(), part.line, part.alarm, outward.clone()) => {}
                    () = tick(outward.clone()) => {}
                    _ = ended => {}
                }
            });
        };
        let threads = [
            std::thread::spawn(move || desk.run(received)),
            std::thread::spawn(network),
        ];
        Ok(Running {
            handle: Handle { messages, shown },
            end,
            threads,
        })
    }

    /// A way to talk to it.
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Ends everything and closes the vault; handles that are left get [`CommandError::Locked`].
    pub async fn stop(self) {
        let _ = self.end.send(());
        let _ = self.handle.messages.send(Message::Close).await;
        let threads = self.threads;
        let join = move || threads.map(std::thread::JoinHandle::join);
        let _ = tokio::task::spawn_blocking(join).await;
    }
}

async fn tick(messages: mpsc::Sender<Message>) {
    let mut minutes = tokio::time::interval(TICK);
    minutes.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    minutes.tick().await;
    loop {
        minutes.tick().await;
        if messages.send(Message::Tick).await.is_err() {
            return;
        }
    }
}

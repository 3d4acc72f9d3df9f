//! What all endpoints share.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use getrandom::SysRng;
use rand_core::UnwrapErr;
use relay::{Announced, Relay, RelayError, Sequence, Store};
use tokio::sync::{Semaphore, watch};
use wire::{LineDocument, Minute};

use crate::clock;
use crate::documents::{self, Documents};
use crate::operator::counts::Refusals;
use crate::page_files::PageFiles;
use crate::plain_pages::{PlainPages, Shown};
use crate::work::CHECKS;

/// How far the tray, the log and the line's statements have come.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Progress {
    pub(crate) posts: u64,
    pub(crate) log: u64,
    pub(crate) line: u64,
}

/// How many connections there are at most.
const CONNECTIONS: usize = 16_384;

/// A relay with its page, shared by all connections.
pub struct App<S> {
    pub(crate) relay: Relay<S>,
    pub(crate) page: PageFiles,
    pub(crate) plain: PlainPages,
    pub(crate) documents: Documents,
    pub(crate) progress: watch::Sender<Progress>,
    /// Places for checks of work.
    pub(crate) checks: Semaphore,
    /// Places for connections; more wait in the system's queue.
    pub(crate) places: Arc<Semaphore>,
    pub(crate) refusals: Refusals,
    compressed: Mutex<Compressed>,
}

/// The newest line document, as it is and compressed.
#[derive(Default)]
struct Compressed {
    plain: Vec<u8>,
    brotli: Bytes,
}

/// The operating system's randomness; without it the process ends rather than go on with less.
pub(crate) fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

impl<S: Store> App<S> {
    /// A relay and the page's files.
    pub fn new(relay: Relay<S>, page: PageFiles) -> Arc<App<S>> {
        Arc::new(App {
            relay,
            page,
            plain: PlainPages::default(),
            documents: Documents::default(),
            progress: watch::Sender::new(Progress::default()),
            checks: Semaphore::new(CHECKS),
            places: Arc::new(Semaphore::new(CONNECTIONS)),
            refusals: Refusals::default(),
            compressed: Mutex::default(),
        })
    }

    /// How many connections there can be.
    pub(crate) const PLACES: u64 = CONNECTIONS as u64;

    /// How many places are taken, one by the connection that is waited for.
    pub(crate) fn open_connections(&self) -> u64 {
        let free = self.places.available_permits();
        u64::try_from(CONNECTIONS.saturating_sub(free)).unwrap_or(u64::MAX)
    }

    /// Reads from the store how far it has come, before anybody is told.
    pub(crate) async fn start(&self) -> Result<(), RelayError> {
        let posts = self.relay.last(Sequence::Tray).await?;
        let log = self.relay.last(Sequence::Log).await?;
        self.progress.send_replace(Progress {
            posts,
            log,
            line: 0,
        });
        Ok(())
    }

    /// Goes by what another relay on the same store has changed, and tells those who wait here.
    pub(crate) async fn hear(&self, announced: Announced) -> Result<(), RelayError> {
        let hears = |what| announced == Announced::Anything || announced == what;
        if hears(Announced::Appended(Sequence::Tray)) {
            let posts = self.relay.last(Sequence::Tray).await?;
            self.advanced(|progress| progress.posts = progress.posts.max(posts));
        }
        if hears(Announced::Appended(Sequence::Log)) {
            let log = self.relay.last(Sequence::Log).await?;
            self.advanced(|progress| progress.log = progress.log.max(log));
        }
        if hears(Announced::Statement) && self.relay.follow(clock::now()).await? {
            self.advanced(|progress| progress.line += 1);
        }
        Ok(())
    }

    /// What the line shows in public now, without scripts and before scripts run; `None` when it has lost what proves it.
    pub(crate) async fn shown(&self, document: LineDocument, now: Minute) -> Option<Arc<Shown>> {
        self.plain.of(document, self.relay.outcomes(now)).await
    }

    /// The line document with Brotli; compressed anew only when it has changed.
    pub(crate) fn compress_line(&self, plain: Vec<u8>) -> Bytes {
        let mut held = self
            .compressed
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if held.plain != plain {
            *held = Compressed {
                brotli: documents::brotli(&plain, 11).into(),
                plain,
            };
        }
        held.brotli.clone()
    }

    pub(crate) fn advanced(&self, change: impl FnOnce(&mut Progress)) {
        self.progress.send_if_modified(|progress| {
            let before = *progress;
            change(progress);
            *progress != before
        });
    }
}

/// Carries a change through to its end even if whoever asked for it goes away meanwhile: what was stored is announced.
///
/// # Errors
/// What the change gives; `Unavailable` when it broke off.
pub(crate) async fn carry_through<T: Send + 'static>(
    change: impl Future<Output = Result<T, RelayError>> + Send + 'static,
) -> Result<T, RelayError> {
    let carried = tokio::spawn(change).await;
    carried.unwrap_or(Err(RelayError::Unavailable))
}

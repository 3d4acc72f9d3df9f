//! The plain pages of the newest line document, judged once for a document and a day, and made page by page as they are asked for.

use std::sync::Arc;

use bytes::Bytes;
use plain::{Pack, Site};
use statements::{Line, StatementKind, Wait};
use tokio::sync::{Mutex, OnceCell};
use tokio::task::spawn_blocking;
use wire::{LineDocument, Minute};

/// Whether a statement is about shifts: those change within minutes, and only the wait of them is shown.
fn is_of_shifts(bytes: &[u8]) -> bool {
    let kinds = [
        StatementKind::ShiftNotice,
        StatementKind::WaitNotice,
        StatementKind::FeedbackKey,
    ];
    let kind = bytes.get(1).copied();
    kinds.into_iter().any(|one| kind == Some(one as u8))
}

fn is_card_set(bytes: &[u8]) -> bool {
    bytes.get(1).copied() == Some(StatementKind::CardSet as u8)
}

/// The wait as those on duty gave it, out of a document whose cards need not be verified again for it.
pub(crate) fn wait(mut document: LineDocument, now: Minute) -> Option<Wait> {
    document.statements.retain(|bytes| !is_card_set(bytes));
    let line = Line::verify(&document, None).ok()?;
    Some(line.wait(now)?.wait().clone())
}

/// What one document says on one day.
pub(crate) struct Shown {
    document: LineDocument,
    outcomes: Vec<Vec<u8>>,
    pub(crate) site: Site,
    pack: OnceCell<Option<Bytes>>,
}

impl Shown {
    fn of(document: LineDocument, outcomes: Vec<Vec<u8>>) -> Option<Shown> {
        let line = Line::verify(&document, None).ok()?;
        let months = outcomes.iter().map(Vec::as_slice);
        let site = Site::of(&line, document.day).with_outcomes(&line, months);
        Some(Shown {
            document,
            outcomes,
            site,
            pack: OnceCell::new(),
        })
    }

    /// The card pack, if the one that was signed is the one that these statements give. Made when it is first asked for.
    pub(crate) async fn pack(&self) -> Option<Bytes> {
        let made = self.pack.get_or_init(|| async {
            let document = self.document.clone();
            let made = spawn_blocking(move || Pack::published(&document)).await;
            made.ok()?.ok()?.map(Bytes::from)
        });
        made.await.clone()
    }
}

/// The newest of them.
#[derive(Default)]
pub(crate) struct PlainPages(Mutex<Option<Arc<Shown>>>);

impl PlainPages {
    /// What a document and the outcomes of months say on its day; `None` when the line has lost what proves it, which the relay does not let happen.
    pub(crate) async fn of(
        &self,
        mut document: LineDocument,
        outcomes: Vec<Vec<u8>>,
    ) -> Option<Arc<Shown>> {
        document.statements.retain(|bytes| !is_of_shifts(bytes));
        // Whoever comes meanwhile waits instead of judging the same cards again.
        let mut held = self.0.lock().await;
        let is_same =
            |shown: &&Arc<Shown>| shown.document == document && shown.outcomes == outcomes;
        if let Some(shown) = held.as_ref().filter(is_same) {
            return Some(Arc::clone(shown));
        }
        let made = spawn_blocking(move || Shown::of(document, outcomes)).await;
        let made = Arc::new(made.ok()??);
        *held = Some(Arc::clone(&made));
        Some(made)
    }
}

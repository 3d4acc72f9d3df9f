//! What screens are shown of a running desk.

use std::sync::{Arc, OnceLock};

use desk::{Notice, View};
use record::{CardIndex, CardSet};
use wire::{LineDocument, Minute};
use zeroize::Zeroizing;

/// Whether the relay answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Connection {
    /// It is being asked for what is new.
    Fetching,
    /// Everything was read, and the relay tells when there is more.
    Connected,
    /// It does not answer.
    Offline {
        /// Since when.
        since: Minute,
    },
    /// It answers, and does not let this desk in.
    NotAdmitted,
}

/// What keeps a desk from saving.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trouble {
    /// The disk is full.
    DiskFull,
    /// The vault can't be written or read.
    Vault,
    /// The cases open when the relay answers.
    NeedsLine,
    /// Another desk has a newer copy of this vault, or the relay has lost its half.
    OutOfDate,
}

/// Something that the person at the desk was told.
#[derive(Clone)]
pub struct ShownNotice {
    /// Rises with each notice.
    pub serial: u64,
    /// What it says.
    pub notice: Arc<Notice>,
}

/// The cards and the record of one card set, read once, when the first screen needs them.
#[derive(Default)]
pub struct Cards {
    json: Option<String>,
    parsed: OnceLock<ParsedCards>,
}

/// A card set that was read, and the index of its cards.
pub struct ParsedCards {
    /// The set; without anything when there is none.
    pub set: CardSet,
    /// Where its cards have which words.
    pub index: CardIndex,
}

impl Cards {
    /// The cards of a set, not read yet.
    pub fn of(json: Option<&str>) -> Arc<Cards> {
        Arc::new(Cards {
            json: json.map(str::to_owned),
            parsed: OnceLock::new(),
        })
    }

    /// The same if the set is still the same to the byte; else those of the new one.
    pub fn renewed(self: &Arc<Cards>, json: Option<&str>) -> Arc<Cards> {
        match self.json.as_deref() == json {
            true => Arc::clone(self),
            false => Cards::of(json),
        }
    }

    /// The set and its index.
    pub fn parsed(&self) -> &ParsedCards {
        self.parsed.get_or_init(|| {
            let set = CardSet::of_desk(self.json.as_deref());
            let index = CardIndex::of(&set);
            ParsedCards { set, index }
        })
    }
}

/// Everything that the main screens show, at one moment.
pub struct Shown {
    /// Rises with each change.
    pub version: u64,
    /// What the desk shows.
    pub view: View,
    /// Its cards and the record.
    pub cards: Arc<Cards>,
    /// Whether the relay answers.
    pub connection: Connection,
    /// What keeps the desk from saving, if anything.
    pub trouble: Option<Trouble>,
    /// Whether no earlier copy of the vault opens anything that was destroyed.
    pub is_destroyed_everywhere: bool,
    /// What was told lately, the newest last.
    pub notices: Vec<ShownNotice>,
    /// The text of the newest invitation made since the desk was unlocked.
    pub invitation: Option<Arc<Zeroizing<String>>>,
    /// The hash whose check words a newcomer compares by voice; `None` when not joining.
    pub join_words: Option<[u8; 32]>,
    /// The line as it was read last.
    pub document: Option<Arc<LineDocument>>,
    /// The address of the relay.
    pub relay_url: String,
    /// The minute at which this was shown.
    pub now: Minute,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_read_once_until_it_changes() {
        let first = Cards::of(Some(r#"{"cards":[{"id":"a"}]}"#));
        let same = first.renewed(Some(r#"{"cards":[{"id":"a"}]}"#));
        assert!(std::ptr::eq(first.parsed(), same.parsed()));
        let next = first.renewed(Some(r#"{"cards":[]}"#));
        assert!(next.parsed().set.cards.is_empty() && first.parsed().set.cards.len() == 1);
        assert!(next.renewed(None).parsed().set.cards.is_empty());
    }
}

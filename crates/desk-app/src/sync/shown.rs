//! What screens are shown of a running desk.

use std::sync::Arc;

use desk::{Notice, View};
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

/// Everything that the main screens show, at one moment.
pub struct Shown {
    /// Rises with each change.
    pub version: u64,
    /// What the desk shows.
    pub view: View,
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

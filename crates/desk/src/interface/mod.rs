//! What goes into a desk and what comes out of it.

mod command;
mod notice;

pub use command::{Command, RefusedStep};
pub use notice::{Alarm, Notice, Refusal};

use protocol::CaseId;
use statements::Line;
use wire::{Envelope, SequencedEnvelope, Shred, SlotContent, SlotNames, SlotWrite};
use zeroize::Zeroizing;

/// Names one thing that a desk asked the relay for; rises, and is never used twice by one desk.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TaskId(pub u64);

/// What screens and addresses call a case: the first 4 bytes of its id, not secret and without meaning.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CaseLabel(pub [u8; 4]);

impl CaseLabel {
    /// The label of a case.
    pub fn of(case: &CaseId) -> CaseLabel {
        let [a, b, c, d, ..] = case.0;
        CaseLabel([a, b, c, d])
    }

    /// The label that 8 hex digits name.
    pub fn from_hex(digits: &str) -> Option<CaseLabel> {
        let plain = digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = u32::from_str_radix(digits, 16).ok().filter(|_| plain)?;
        Some(CaseLabel(number.to_be_bytes()))
    }
}

impl core::fmt::Display for CaseLabel {
    /// 8 hex digits.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{:08x}", u32::from_be_bytes(self.0))
    }
}

/// Names a proposal: the first 16 bytes of a hash of what is proposed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ProposalLabel(pub [u8; 16]);

impl ProposalLabel {
    /// The label that 32 hex digits name.
    pub fn from_hex(digits: &str) -> Option<ProposalLabel> {
        crate::codec::unhex(digits).map(ProposalLabel)
    }
}

/// Names a revision of a card or a claim.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RevisionLabel(pub [u8; 16]);

impl RevisionLabel {
    /// The label that 32 hex digits name.
    pub fn from_hex(digits: &str) -> Option<RevisionLabel> {
        crate::codec::unhex(digits).map(RevisionLabel)
    }
}

impl core::fmt::Display for ProposalLabel {
    /// 32 hex digits.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(&crate::codec::hex(&self.0))
    }
}

/// How far a desk has read; to be asked before each fetch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cursors {
    /// The sequence of the last post that needs not be fetched again.
    pub posts_after: u64,
    /// The sequence of the last log entry that needs not be fetched again.
    pub log_after: u64,
}

/// Something that happened.
pub enum Input {
    /// The line was fetched again and verified: shifts, cards, delegation. Comes first after [`crate::Desk::restore`],
    /// and at least once a day, since its day is what the desk's own clock is measured by.
    Line(Box<Line>),
    /// An entry of the team log, in sequence order.
    LogEntry(SequencedEnvelope),
    /// A post of the tray, in sequence order.
    Post(SequencedEnvelope),
    /// The log and the tray were read to their ends.
    CaughtUp,
    /// The relay did what was asked.
    Done(TaskId),
    /// The relay holds something else in the slot that was to be written.
    Conflict(TaskId),
    /// The relay will never do what was asked; with the code that it gave.
    Refused(TaskId, String),
    /// The answer to [`RelayTask::ReadSlots`]; no [`Input::Done`] follows.
    SlotRead {
        /// The task.
        task: TaskId,
        /// What the two slots hold, or noise.
        contents: [SlotContent; 2],
    },
    /// The person at the desk wants something.
    Command(Command),
    /// About a minute passed.
    Tick,
}

/// What the shell has to do, in order.
pub enum Effect {
    /// To be durable, as one transaction, before any later effect of the same list is carried out.
    Save(Vec<Record>),
    /// To be sent to the relay; asked for again by [`crate::Desk::resume`] until it is answered.
    Relay(TaskId, RelayTask),
    /// Everything that was ever saved is to be destroyed, with all keys; the desk has ended, and saves nothing more.
    Destroy,
    /// To be shown to the person at the desk.
    Tell(Notice),
}

/// One request to the relay; each may be sent again without harm.
#[derive(Clone)]
pub enum RelayTask {
    /// Append an entry to the team log.
    AppendLog(Envelope),
    /// Write a slot.
    WriteSlot(SlotWrite),
    /// Read two slots; answered by [`Input::SlotRead`].
    ReadSlots(SlotNames),
    /// Delete two slots, and the keys that the relay holds beside them.
    DeleteSlots(SlotNames),
    /// Destroy a post.
    ShredPost(Shred),
    /// Destroy a log entry.
    ShredLog(Shred),
    /// Publish a statement.
    Publish(Vec<u8>),
    /// Post what only coordinators open, as a contact would.
    Post(Envelope),
}

/// One named value of the vault.
pub struct Record {
    /// Its name: lower-case words, hex digits and slashes; `case/` and the case id for a case.
    pub key: String,
    /// What it holds from now on; `None` to destroy it and the key that locks it.
    pub value: Option<Zeroizing<Vec<u8>>>,
}

/// Why a vault's records are not a desk.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RestoreError {
    /// There is no device record.
    #[error("the vault holds no device: join a line first")]
    NoDevice,
    /// A record has not the layout that its name promises.
    #[error(
        "the vault's record \"{0}\" cannot be read: use a newer version of this program, or a backup"
    )]
    Record(String),
}

/// The join secret of an invitation, 16 bytes; it is not printed, and wipes itself.
#[derive(PartialEq, Eq)]
pub struct InvitationSecret(pub(crate) Zeroizing<[u8; 16]>);

impl core::ops::Deref for InvitationSecret {
    type Target = [u8; 16];

    fn deref(&self) -> &[u8; 16] {
        &self.0
    }
}

impl core::fmt::Debug for InvitationSecret {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("InvitationSecret")
    }
}

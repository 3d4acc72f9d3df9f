//! What goes into a desk and what comes out of it.

use protocol::{CaseId, Language, Text};
use statements::{DevicePublicKey, Line, Role};
use wire::{Envelope, Minute, SequencedEnvelope, Shred, SlotContent, SlotNames, SlotWrite};
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
    Line(Line),
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
    /// Destroy a post.
    ShredPost(Shred),
    /// Destroy a log entry.
    ShredLog(Shred),
    /// Publish a statement.
    Publish(Vec<u8>),
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

/// What the person at the desk wants.
pub enum Command {
    /// Take a waiting case.
    Take(CaseLabel),
    /// Take the most urgent of the waiting cases, among equals the oldest.
    TakeNext,
    /// Answer in own words.
    Answer {
        /// The case.
        case: CaseLabel,
        /// The words.
        text: Text,
    },
    /// Answer with a card of the line's card set.
    AnswerWithCard {
        /// The case.
        case: CaseLabel,
        /// The card's id.
        card: String,
        /// In which language.
        language: Language,
    },
    /// Keep an unfinished answer.
    SaveDraft {
        /// The case.
        case: CaseLabel,
        /// The draft.
        text: Text,
    },
    /// Keep a note for the people of the case.
    AddNote {
        /// The case.
        case: CaseLabel,
        /// The note.
        text: Text,
    },
    /// The messages of a case have been seen.
    MarkRead(CaseLabel),
    /// Tell the contact that the case is closed, and destroy it.
    Destroy(CaseLabel),
    /// Be on duty at this desk.
    CheckIn,
    /// Leave the desk.
    CheckOut,
    /// Plan a shift and issue its keys; for coordinators.
    PlanShift {
        /// The first minute on duty.
        from: Minute,
        /// The first minute no longer on duty.
        until: Minute,
        /// The devices of those on duty.
        guides: Vec<DevicePublicKey>,
    },
    /// Make an invitation, which a [`Notice::Invitation`] brings; for coordinators.
    Invite {
        /// For whom; kept here to recognise the request.
        work_name: String,
    },
    /// Read what invited newcomers have left; for coordinators.
    CheckInvitations,
    /// Admit a newcomer whose check words were compared by voice; for coordinators.
    Admit {
        /// The newcomer's device.
        device: DevicePublicKey,
        /// What the newcomer will do.
        role: Role,
    },
    /// Refuse a newcomer and forget the invitation; for coordinators.
    RefuseJoin {
        /// The newcomer's device.
        device: DevicePublicKey,
    },
    /// Publish a card set, as JSON; for coordinators.
    PublishCards(String),
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

/// Something that the person at the desk should know.
#[derive(PartialEq, Eq, Debug)]
pub enum Notice {
    /// Somebody new waits.
    NewWaiting(CaseLabel),
    /// The case is this desk's.
    TakeWon(CaseLabel),
    /// Another desk took the case first.
    TakeLost(CaseLabel),
    /// Nobody took the case while its shift's key lived; it can't be opened any more.
    WaitingExpired(CaseLabel),
    /// A contact wrote again.
    NewMessage(CaseLabel),
    /// A contact has collected at least one more answer.
    AnswerCollected(CaseLabel),
    /// Everything of the case is destroyed, here and at the relay.
    CaseDestroyed(CaseLabel),
    /// This desk was admitted to the team.
    Admitted,
    /// An invitation was made: the join secret.
    Invitation {
        /// For whom.
        work_name: String,
        /// The join secret, which must reach the newcomer by a safe way.
        secret: InvitationSecret,
    },
    /// A newcomer has answered an invitation: compare the check words by voice.
    JoinRequested(DevicePublicKey),
    /// A guide of the planned shift has published no epoch key lately, and did not get the shift's keys.
    GuideUnreachable(DevicePublicKey),
    /// No coordinator has vouched for the roster within a day, so nothing can be taken or answered.
    RosterStale,
    /// This computer's clock and the line's day contradict each other.
    ClockOff,
    /// A command was refused.
    CommandRefused(Refusal),
    /// The relay refused something for good; with the code that it gave.
    RelayRefused(String),
}

/// Why a command was refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// The desk is not admitted to the team yet.
    #[error("not-admitted")]
    NotAdmitted,
    /// Only coordinators may do this.
    #[error("not-coordinator")]
    NotCoordinator,
    /// No coordinator has vouched for the roster within a day.
    #[error("roster-stale")]
    RosterStale,
    /// There is no such case.
    #[error("unknown-case")]
    UnknownCase,
    /// Nobody waits.
    #[error("nobody-waits")]
    NobodyWaits,
    /// The text is empty.
    #[error("empty-text")]
    EmptyText,
    /// There is no such card, or not in that language.
    #[error("unknown-card")]
    UnknownCard,
    /// The card's review is overdue.
    #[error("card-expired")]
    CardExpired,
    /// The card's text is longer than a reply holds.
    #[error("card-too-long")]
    CardTooLong,
    /// The cards are not JSON of the expected shape, or too large.
    #[error("bad-cards")]
    BadCards,
    /// No shift that is on duty now has given this desk its key.
    #[error("not-on-duty")]
    NotOnDuty,
    /// The shift ends before it begins, or is over already.
    #[error("bad-shift-times")]
    BadShiftTimes,
    /// A guide of the shift is not in the roster.
    #[error("unknown-device")]
    UnknownDevice,
    /// Nobody with that device asks to join.
    #[error("unknown-newcomer")]
    UnknownNewcomer,
    /// The work name is empty or longer than 64 bytes.
    #[error("bad-work-name")]
    BadWorkName,
    /// This line wants the signatures of several coordinators, which this version cannot gather.
    #[error("several-signatures")]
    SeveralSignatures,
    /// The line has not been fetched since this desk started.
    #[error("line-unknown")]
    LineUnknown,
    /// The contact's key is not a key, so nothing can be sealed to it.
    #[error("contact-key")]
    ContactKey,
}

impl Refusal {
    /// A stable code in lower-case words, under which screens find their text.
    pub fn code(self) -> String {
        self.to_string()
    }
}

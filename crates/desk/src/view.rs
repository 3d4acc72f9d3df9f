//! What screens show: plain data that owns its strings.

use protocol::{Language, Urgency};
use statements::{DevicePublicKey, Role};
use wire::{Day, Minute};
use zeroize::Zeroizing;

use crate::CaseLabel;

/// Everything that the main screen shows.
pub struct View {
    /// This desk's device.
    pub me: DevicePublicKey,
    /// The work name of whoever sits here.
    pub work_name: String,
    /// This desk's role; of a newcomer that of a guide.
    pub role: Role,
    /// Whether the team has admitted this desk.
    pub admitted: bool,
    /// Whether no coordinator has vouched for the roster within a day.
    pub stale_roster: bool,
    /// Whether the clock and the line's day contradict each other.
    pub clock_off: bool,
    /// The shift on duty now, if any.
    pub connected_shift: Option<ShiftView>,
    /// Whether this desk holds the key of the shift on duty now.
    pub on_duty: bool,
    /// Whether this desk is checked in for the shift on duty now.
    pub checked_in: bool,
    /// How many desks are checked in for the shift on duty now.
    pub guides_checked_in: usize,
    /// Who waits: the most urgent first, among equals the oldest.
    pub waiting: Vec<WaitingRow>,
    /// The cases of this desk.
    pub cases: Vec<CaseRow>,
    /// The team.
    pub roster: Vec<MemberView>,
    /// The shifts that are known and not over.
    pub shifts: Vec<ShiftView>,
    /// Newcomers to be admitted.
    pub joining: Vec<JoiningView>,
    /// The work names of invitations that nobody has answered yet.
    pub invited: Vec<String>,
    /// The JSON of the verified card set.
    pub cards: Option<String>,
    /// How many requests the relay has not answered yet.
    pub outbox: usize,
}

/// Somebody who waits; nothing of what was written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WaitingRow {
    /// The case.
    pub label: CaseLabel,
    /// In which language the contact wants to be answered.
    pub language: Language,
    /// How much time is left.
    pub urgency: Urgency,
    /// For how many minutes this desk has known of it since it started.
    pub waited_minutes: u32,
    /// Whether this desk is taking it.
    pub taking: bool,
}

/// A case of this desk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CaseRow {
    /// The case.
    pub label: CaseLabel,
    /// In which language the contact wants to be answered.
    pub language: Language,
    /// How much time is left.
    pub urgency: Urgency,
    /// Whether there is a message that nobody has looked at.
    pub unread: bool,
    /// How many answers the contact has not collected.
    pub uncollected: u32,
    /// Whether its keys are gone and the relay is still being told.
    pub destroyed: bool,
}

/// A member of the team.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MemberView {
    /// The work name.
    pub work_name: String,
    /// What the member does.
    pub role: Role,
    /// The member's device.
    pub device: DevicePublicKey,
    /// Whether it is this desk.
    pub me: bool,
}

/// A shift.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShiftView {
    /// Its number.
    pub number: u32,
    /// The first minute on duty.
    pub from: Minute,
    /// The first minute no longer on duty.
    pub until: Minute,
    /// Whether this desk holds its key.
    pub on_duty_me: bool,
}

/// A newcomer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JoiningView {
    /// The newcomer's device.
    pub device: DevicePublicKey,
    /// The work name that the newcomer proposes.
    pub work_name: String,
    /// The work name under which the invitation was made.
    pub invited_as: String,
    /// The hash whose check words are compared by voice.
    pub comparison: [u8; 32],
    /// Whether the admission is under way.
    pub admitting: bool,
}

/// Everything that a case's screen shows.
pub struct CaseView {
    /// The case.
    pub label: CaseLabel,
    /// In which language the contact wants to be answered.
    pub language: Language,
    /// How much time is left.
    pub urgency: Urgency,
    /// The messages, in the order in which this desk learnt of them.
    pub messages: Vec<MessageView>,
    /// The notes.
    pub notes: Vec<Zeroizing<String>>,
    /// The unfinished answer.
    pub draft: Zeroizing<String>,
}

/// One message of a case.
pub struct MessageView {
    /// Whether the contact wrote it.
    pub from_contact: bool,
    /// What it is.
    pub kind: MessageKind,
    /// What it says; empty when it says nothing.
    pub text: Zeroizing<String>,
    /// How far it has come.
    pub state: MessageState,
}

/// What a message is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum MessageKind {
    /// Somebody's own words.
    Words,
    /// A card.
    Card {
        /// The card's id.
        card: String,
        /// In which language.
        language: Language,
        /// When it was last checked.
        reviewed: Day,
    },
    /// That the case was taken.
    Taken,
    /// That the case is closed.
    Closed,
}

/// How far a message has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MessageState {
    /// The relay has not acknowledged it yet.
    Pending,
    /// It lies at the relay.
    Uncollected,
    /// The contact has collected it.
    Collected,
    /// It came from the contact.
    Received,
}

//! What screens show: plain data that owns its strings.

use protocol::{CardNow, Dialect, Language, Readiness, Topic, Urgency};
use statements::{DevicePublicKey, Permission, Profile, RemovalReason, Stage};
use wire::{Day, Minute};
use zeroize::Zeroizing;

use crate::course::CaseStage;
use crate::editing_shown::EditingView;
use crate::ending::EndingView;
use crate::entrances::EntrancesView;
use crate::view_course::{AftercareView, WishView};
use crate::view_handover::{HandoverView, PartnerView};
use crate::view_outcomes::OutcomesView;
use crate::view_proposals::ProposalView;
use crate::view_shift::{BoardView, DutyView, ProbeNoteView, TranslationView};
use crate::{Alarm, CaseLabel};

/// Everything that the main screen shows.
pub struct View {
    /// This desk's device.
    pub me: DevicePublicKey,
    /// The work name of whoever sits here.
    pub work_name: String,
    /// This desk's stage; of a newcomer that of a trainee.
    pub stage: Stage,
    /// Whether the team has admitted this desk.
    pub admitted: bool,
    /// Whether this desk was shut out of the team.
    pub shut_out: bool,
    /// Whether no coordinator has vouched for the roster within a day.
    pub stale_roster: bool,
    /// Whether two histories of the roster are shown.
    pub forked_roster: bool,
    /// How many coordinators must agree; `None` until the line is known.
    pub admission_threshold: Option<u8>,
    /// The last day of the root keys' delegation.
    pub delegation_until: Option<Day>,
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
    /// What the person here has said: ready, not yet, a break; `None` when not checked in.
    pub readiness: Option<Readiness>,
    /// Who waits: the most urgent first, among equals the oldest.
    pub waiting: Vec<WaitingRow>,
    /// For how many minutes the one who waits longest has waited.
    pub longest_wait: u32,
    /// Cases of the team whose contacts have not written since they were answered.
    pub parked: Vec<WaitingRow>,
    /// Why the person here can't take one more now; `None` when there is room for one that is not acute.
    pub full: Option<crate::Refusal>,
    /// Of the answers in the cases that are open here, how many were collected, and how many there are.
    pub collected: (usize, usize),
    /// How many shifts the person here has brought to their end.
    pub completed_shifts: u32,
    /// Whether more write than can be answered soon.
    pub surge: bool,
    /// The rota from now on.
    pub rota: Vec<DutyView>,
    /// Whether the person here may be called.
    pub on_call_list: bool,
    /// Notes on probes.
    pub probes: Vec<ProbeNoteView>,
    /// Cards and claims that are not published.
    pub editing: EditingView,
    /// Where the line can be reached, and what only looks like it.
    pub entrances: EntrancesView,
    /// When the line ends, if that was said.
    pub ending: Option<EndingView>,
    /// The partners that coordinators have admitted, by name.
    pub partners: Vec<PartnerView>,
    /// What the shift carries, in numbers; for seniors and coordinators.
    pub board: Option<BoardView>,
    /// What may be said of the line's work in numbers; for coordinators.
    pub outcomes: Option<OutcomesView>,
    /// The cases of this desk.
    pub cases: Vec<CaseRow>,
    /// The cases of others that this desk supervises.
    pub supervised: Vec<CaseRow>,
    /// The team, by work name.
    pub roster: Vec<MemberView>,
    /// What waits for a second person, oldest first.
    pub proposals: Vec<ProposalView>,
    /// What two persons should look at: what nobody here has seen first, silent alarms before others, then the newest; for seniors
    /// and coordinators.
    pub alarms: Vec<AlarmView>,
    /// What desks did, newest first; for seniors and coordinators.
    pub trail: Vec<TrailRow>,
    /// What removed devices could read, newest first; for coordinators.
    pub exposures: Vec<ExposureView>,
    /// The shifts that are known and not over.
    pub shifts: Vec<ShiftView>,
    /// Newcomers to be admitted.
    pub joining: Vec<JoiningView>,
    /// The work names of invitations that nobody has answered yet.
    pub invited: Vec<String>,
    /// The JSON of the verified card set.
    pub cards: Option<String>,
    /// The day by which they are judged.
    pub cards_day: Day,
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
    /// What it is about, if the contact says so.
    pub topic: Option<Topic>,
    /// The dialect that the contact wishes.
    pub dialect: Option<Dialect>,
    /// For how many minutes this desk has known of it since it started.
    pub waited_minutes: u32,
    /// Whether this desk is taking it.
    pub taking: bool,
    /// Whether somebody had it before, so that its history comes with it.
    pub returned: bool,
    /// Whether it is for the person here: else a colleague's, for a reason that is the contact's own.
    pub fits: bool,
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
    /// Whether the last word is the contact's.
    pub unanswered: bool,
    /// Whether the contact is to write next.
    pub on_hold: bool,
    /// When the contact wants to write again.
    pub next_contact: Option<Day>,
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
    /// How far the member is trusted.
    pub stage: Stage,
    /// The last day.
    pub until: Day,
    /// What the member wants known.
    pub profile: Profile,
    /// What the member may do, and since what is asked for.
    pub permissions: Vec<PermissionView>,
    /// The member's device.
    pub device: DevicePublicKey,
    /// Whether it is this desk.
    pub me: bool,
    /// Whether the device has published a key lately, so that something can be given to it.
    pub reachable: bool,
    /// Whether the member is checked in for the shift on duty now.
    pub checked_in: bool,
}

/// A permission of a member.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PermissionView {
    /// What is allowed, by whom, until when.
    pub permission: Permission,
    /// How it stands today.
    pub state: PermissionState,
}

/// How a permission stands today.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PermissionState {
    /// It holds.
    Holds,
    /// It holds, and ends within two weeks.
    EndsSoon,
    /// It begins on a later day.
    NotYet,
    /// It is over.
    Over,
    /// The authority was asked and has not answered.
    Asked,
}

/// Something that two persons should look at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AlarmView {
    /// Its number at this desk.
    pub number: u64,
    /// What it is.
    pub alarm: Alarm,
    /// Whose desk it is about; the work name, or a few digits of an unknown device.
    pub about: String,
    /// The device.
    pub device: DevicePublicKey,
    /// The day.
    pub day: Day,
    /// Whether somebody at this desk has seen it.
    pub acknowledged: bool,
}

/// One step of the trail: nothing of contacts, nothing that was written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrailRow {
    /// The work name of whoever did it.
    pub who: String,
    /// What was done: lower-case words, under which screens find their text.
    pub step: &'static str,
    /// The day.
    pub day: Day,
    /// Whether the desk was on duty then.
    pub on_duty: bool,
}

/// What a removed device could read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExposureView {
    /// The work name of its holder.
    pub work_name: String,
    /// Why it was removed.
    pub reason: RemovalReason,
    /// The day of the removal.
    pub day: Day,
    /// The first day of the first shift whose first posts it could open, and how many such shifts.
    pub shifts: Option<(Day, usize)>,
    /// The cases that it could read.
    pub cases: Vec<ExposedCase>,
}

/// A case that a removed device could read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExposedCase {
    /// The case.
    pub label: CaseLabel,
    /// Since which day.
    pub since: Day,
    /// How far it is made safe.
    pub state: ExposedState,
}

/// How far an exposed case is made safe.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExposedState {
    /// It has no new keys yet: another coordinator's desk has to open its share.
    WaitsForShares,
    /// It has new keys, and the contact is told at the next visit.
    Rekeyed,
    /// It was closed before.
    Closed,
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
    /// How much time is left in the contact's own words, where somebody has raised it.
    pub urgency_said: Urgency,
    /// What it is about, if the contact says so.
    pub topic: Option<Topic>,
    /// Whether the contact is to write next.
    pub on_hold: bool,
    /// When the contact wants to write again.
    pub next_contact: Option<Day>,
    /// The last day on which what the contact writes is dropped.
    pub blocked_until: Option<Day>,
    /// The messages, in the order in which this desk learnt of them.
    pub messages: Vec<MessageView>,
    /// The notes.
    pub notes: Vec<Zeroizing<String>>,
    /// The unfinished answer.
    pub draft: Zeroizing<String>,
    /// Whether this desk only supervises the case, and can't answer.
    pub supervised: bool,
    /// The work name of whoever holds the case.
    pub holder: String,
    /// The work names of those who supervise it.
    pub supervisors: Vec<String>,
    /// What the colleagues said to each other; never shown to the contact.
    pub whispers: Vec<WhisperView>,
    /// Answers that wait for approval, and what became of them.
    pub drafts: Vec<DraftView>,
    /// Whether an answer must be approved before it is sent.
    pub needs_approval: bool,
    /// The day on which the holder is reminded.
    pub remind_on: Day,
    /// The last day: then everything of it is destroyed.
    pub destroy_after: Day,
    /// The extension that waits for a second person.
    pub extension: Option<Day>,
    /// How far the contact is handed over to a partner, if that was begun.
    pub handover: Option<HandoverView>,
    /// How far the case has come.
    pub stage: CaseStage,
    /// What the contact wished, the oldest first.
    pub wishes: Vec<WishView>,
    /// What is agreed for the weeks after.
    pub aftercare: Option<AftercareView>,
}

/// Something a colleague said about a case.
pub struct WhisperView {
    /// The work name.
    pub from: String,
    /// Whether it was said here.
    pub mine: bool,
    /// What was said.
    pub text: Zeroizing<String>,
}

/// An answer of a trainee.
pub struct DraftView {
    /// Its number.
    pub number: u32,
    /// What it says.
    pub text: Zeroizing<String>,
    /// What became of it.
    pub state: DraftState,
}

/// What became of a trainee's answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DraftState {
    /// It waits.
    Waits,
    /// It was approved, and is sent.
    Approved,
    /// It is to be written anew.
    Rejected,
}

/// One message of a case.
pub struct MessageView {
    /// Whether the contact wrote it.
    pub from_contact: bool,
    /// Its number, of the contact's messages or of the answers.
    pub number: u32,
    /// What it is.
    pub kind: MessageKind,
    /// What it says; empty when it says nothing.
    pub text: Zeroizing<String>,
    /// What it says in other languages, as persons translated it.
    pub translations: Vec<TranslationView>,
    /// How far it has come.
    pub state: MessageState,
}

/// What a message is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum MessageKind {
    /// Somebody's own words.
    Words,
    /// Words that were erased everywhere.
    Erased,
    /// A card.
    Card {
        /// The card's id.
        card: String,
        /// In which language.
        language: Language,
        /// When it was last checked.
        reviewed: Day,
    },
    /// What became of a card that the contact was given.
    Correction {
        /// The card's id.
        card: String,
        /// What became of it.
        now: CardNow,
    },
    /// That the case was taken.
    Taken,
    /// That a colleague goes on with the case.
    Transferred,
    /// That the contact may hand itself over to a partner.
    Offered,
    /// That this offer does not stand any more.
    OfferEnded,
    /// That a device which could read the case since that day may be in wrong hands.
    Exposed(Day),
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

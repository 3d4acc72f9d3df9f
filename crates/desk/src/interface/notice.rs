//! What the person at the desk is told, and why something is refused.

use statements::{Act, DevicePublicKey, WarningAbout};
use wire::{Day, Envelope, Minute};

use super::{CaseLabel, InvitationSecret, ProposalLabel, RevisionLabel};

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
    /// Two rosters are told apart: somebody shows desks different histories. Nothing can be taken or answered until that is cleared up.
    RosterForked,
    /// This desk was shut out of the team; its keys are destroyed.
    ShutOut,
    /// Another person has proposed something that this desk may decide.
    ProposalWaits(ProposalLabel),
    /// A proposal of this desk was refused; with the reason.
    ProposalDeclined(ProposalLabel, String),
    /// A proposal of this desk was agreed to.
    ProposalSettled(ProposalLabel),
    /// One of this desk's permissions ends soon, or has ended.
    PermissionEnds(Act, Day),
    /// A colleague has given this desk a case.
    CaseReceived(CaseLabel),
    /// A case of this desk is another's now.
    CaseGivenUp(CaseLabel),
    /// A case is back in the queue.
    CaseReturned(CaseLabel),
    /// The holder of a case has fallen silent; it is back in the queue, and this desk keeps it until somebody takes it.
    CaseRecovered(CaseLabel),
    /// The contact of a case wanted to write again on that day.
    Reminder(CaseLabel, Day),
    /// Nothing came from the contact of a case until that day, and a reminder is what was agreed for that.
    AgreedReminder(CaseLabel, Day),
    /// There are too few, and this desk's person is on the call list.
    Called,
    /// More write than can be answered soon, or that is over.
    Surge(bool),
    /// A duty that begins then has fewer guides than it needs; for coordinators.
    StaffingGap(Minute),
    /// A note on a probe waits for a second person.
    ProbeNoteWaits,
    /// Somebody wants a card to be checked, or a claim to be looked at.
    RevisionWaits(RevisionLabel),
    /// Somebody has looked at a revision of this desk's.
    RevisionChecked(RevisionLabel),
    /// Somebody changed the same card first: this desk's revision is kept beside that one.
    RevisionBeside(RevisionLabel),
    /// A card, by name, is not to be sent for now: what it rests on does not hold.
    CardHeldBack(String),
    /// Somebody has reported an address that only looks like the line; for coordinators.
    FakeReported(String),
    /// People are warned of this from now on, or no longer of anything.
    Warned(Option<WarningAbout>),
    /// The line ends after that day.
    LineEnds(Day),
    /// The line has ended; everything of this desk is destroyed.
    LineEnded,
    /// A case's contact has handed something over: the partner can collect it.
    HandedOver(CaseLabel),
    /// An offer, or what was asked for one, stands no longer: the partner is another one now, or none.
    OfferOver(CaseLabel),
    /// A colleague has said something about a case.
    Whispered(CaseLabel),
    /// A trainee's answer waits for approval.
    DraftWaits(CaseLabel),
    /// An answer of this desk was approved and is sent.
    DraftApproved(CaseLabel),
    /// An answer of this desk is to be written anew.
    DraftRejected(CaseLabel),
    /// A case's contact has been silent; it is destroyed on that day unless it is extended.
    DestructionNears(CaseLabel, Day),
    /// Something happened that two persons should look at now.
    Alarmed(Alarm, DevicePublicKey),
    /// The silent alarm that a duress phrase sends: a post like any other.
    DuressPrepared(Box<Envelope>),
    /// This computer's clock and the line's day contradict each other.
    ClockOff,
    /// A command was refused.
    CommandRefused(Refusal),
    /// The relay refused something for good; with the code that it gave.
    RelayRefused(String),
}

/// Why two persons should look.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Alarm {
    /// A duress phrase was given.
    Duress = 1,
    /// A case was to be opened that is another's.
    OpenedUnassigned = 2,
    /// Many cases were taken in a short time.
    MassTaking = 3,
    /// A case was taken outside of the taker's shift.
    OffShift = 4,
    /// Something was to be exported that may not leave a desk.
    ExportRefused = 5,
    /// A device spoke that was shut out, or that never belonged.
    Outsider = 6,
    /// A trail has a gap: steps are missing.
    TrailGap = 7,
    /// Two histories of the roster are shown.
    Fork = 8,
    /// An act was refused for want of stage or permission.
    ActRefused = 9,
    /// A device wrote into the log what no program of ours writes there: about a case that is not its, or keys that it may not give.
    Forged = 10,
}

impl Alarm {
    /// All of them, by code.
    pub const ALL: [Alarm; 10] = [
        Alarm::Duress,
        Alarm::OpenedUnassigned,
        Alarm::MassTaking,
        Alarm::OffShift,
        Alarm::ExportRefused,
        Alarm::Outsider,
        Alarm::TrailGap,
        Alarm::Fork,
        Alarm::ActRefused,
        Alarm::Forged,
    ];

    /// The one with this code.
    pub fn from_code(code: u8) -> Option<Alarm> {
        Self::ALL.into_iter().find(|alarm| *alarm as u8 == code)
    }

    /// Its name in strings and JSON: lower-case words.
    pub fn word(self) -> &'static str {
        match self {
            Alarm::Duress => "duress",
            Alarm::OpenedUnassigned => "opened-unassigned",
            Alarm::MassTaking => "mass-taking",
            Alarm::OffShift => "off-shift",
            Alarm::ExportRefused => "export-refused",
            Alarm::Outsider => "outsider",
            Alarm::TrailGap => "trail-gap",
            Alarm::Fork => "fork",
            Alarm::ActRefused => "act-refused",
            Alarm::Forged => "forged",
        }
    }
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
    /// There is no such case at this desk.
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
    /// Something is wrong with the cards; `record` says what.
    #[error("cards-wrong")]
    CardsWrong,
    /// Not enough persons have checked a card that is new or says something new.
    #[error("not-checked")]
    NotChecked,
    /// The person here cannot answer for that: an author, a trainee, or somebody whose profile does not name the language.
    #[error("not-checker")]
    NotChecker,
    /// There is no such revision any more.
    #[error("unknown-revision")]
    UnknownRevision,
    /// A revision has more than 67,995 bytes.
    #[error("revision-too-long")]
    RevisionTooLong,
    /// A card's or claim's name has 1 to 64 characters: a to z, 0 to 9, hyphens.
    #[error("bad-name")]
    BadName,
    /// Nothing that is edited is ready.
    #[error("nothing-to-publish")]
    NothingToPublish,
    /// What the card rests on does not hold any more.
    #[error("card-suspended")]
    CardSuspended,
    /// The card is not to be sent any more.
    #[error("card-withdrawn")]
    CardWithdrawn,
    /// An entrance is no address as entrances have it, stands there twice or among the fakes, or the list would be good for too long.
    #[error("bad-entrances")]
    BadEntrances,
    /// The warning names no address where it must, or would be shown for too long.
    #[error("bad-warning")]
    BadWarning,
    /// The address is one of the line's own entrances: to take it off the list needs two.
    #[error("names-entrance")]
    NamesEntrance,
    /// A card pack is agreed to only after this desk has built it too.
    #[error("build-first")]
    BuildFirst,
    /// This desk has built another pack: what the line says has changed, or the programs differ.
    #[error("other-pack")]
    OtherPack,
    /// Nothing is warned of.
    #[error("no-warning")]
    NoWarning,
    /// An end was said already, and it can only come sooner.
    #[error("ends-sooner")]
    EndsSooner,
    /// The month has days to come.
    #[error("month-not-over")]
    MonthNotOver,
    /// Cases of the month are forgotten already, so that its count would be too small.
    #[error("month-forgotten")]
    MonthForgotten,
    /// The month was drawn already, here or by another coordinator: what was drawn then is what there is.
    #[error("outcomes-drawn")]
    OutcomesDrawn,
    /// The year's budget does not reach so far.
    #[error("outcomes-spent")]
    OutcomesSpent,
    /// Nothing was drawn of that month, or it is agreed to already.
    #[error("unknown-outcomes")]
    UnknownOutcomes,
    /// What was typed is no address.
    #[error("bad-address")]
    BadAddress,
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
    /// The work name is empty, longer than 64 bytes, or has characters that can mislead.
    #[error("bad-work-name")]
    BadWorkName,
    /// Only seniors and coordinators may do this.
    #[error("not-supervisor")]
    NotSupervisor,
    /// Nobody has allowed this, or the permission is over or was withdrawn.
    #[error("no-permission-{}", .0.word())]
    NoPermission(Act),
    /// There is no such proposal, or it is decided already.
    #[error("unknown-proposal")]
    UnknownProposal,
    /// The proposal is older than a week.
    #[error("proposal-over")]
    ProposalOver,
    /// The second person must be another one.
    #[error("same-person")]
    SamePerson,
    /// The last coordinator can't go: another must be admitted first, or the root keys name one.
    #[error("last-coordinator")]
    LastCoordinator,
    /// Somebody else of the team has this work name.
    #[error("work-name-taken")]
    WorkNameTaken,
    /// What is said of the member is too long, or has characters that can mislead.
    #[error("bad-profile")]
    BadProfile,
    /// The permission names no authority, ends before it begins, or is too long.
    #[error("bad-permission")]
    BadPermission,
    /// The day is over already, or too far away.
    #[error("bad-day")]
    BadDay,
    /// The root keys' delegation is over: it has to be renewed.
    #[error("delegation-over")]
    DelegationOver,
    /// Somebody shows desks different rosters.
    #[error("roster-forked")]
    RosterForked,
    /// The colleague's desk has published no key lately.
    #[error("colleague-unreachable")]
    ColleagueUnreachable,
    /// A trainee's answer is approved first.
    #[error("needs-approval")]
    NeedsApproval,
    /// There is no such draft, or it is decided already.
    #[error("unknown-draft")]
    UnknownDraft,
    /// Nobody of the team may supervise now.
    #[error("no-supervisor")]
    NoSupervisor,
    /// The line has not been fetched since this desk started.
    #[error("line-unknown")]
    LineUnknown,
    /// The person here has said not to be ready, or has a break.
    #[error("not-ready")]
    NotReady,
    /// The contact wishes somebody else: another language, dialect or topic, or nobody of a group.
    #[error("not-for-you")]
    NotForYou,
    /// The contact wishes somebody else than that colleague.
    #[error("not-for-colleague")]
    NotForColleague,
    /// That colleague carries as much as one person can.
    #[error("colleague-full")]
    ColleagueFull,
    /// Two conversations are live here; a trainee has one.
    #[error("too-many-live")]
    TooManyLive,
    /// An acute case needs a person's whole attention: none besides it.
    #[error("acute-needs-all")]
    AcuteNeedsAll,
    /// The person here is kept free for somebody with minutes; a case of the list can be taken all the same.
    #[error("kept-for-acute")]
    KeptForAcute,
    /// Three acute cases were taken here in this shift.
    #[error("too-many-acute")]
    TooManyAcute,
    /// Eight cases are open here.
    #[error("too-many-open")]
    TooManyOpen,
    /// Three cases here have messages that nobody has looked at.
    #[error("too-many-unread")]
    TooManyUnread,
    /// The last word is the contact's: it has to be answered first.
    #[error("unanswered")]
    Unanswered,
    /// There is no such message, or it is one that can't be changed.
    #[error("unknown-message")]
    UnknownMessage,
    /// There is no such duty on the rota.
    #[error("unknown-duty")]
    UnknownDuty,
    /// The person has another duty at that time.
    #[error("duties-overlap")]
    DutiesOverlap,
    /// Whoever is needed offers the place, and stays until somebody has taken it.
    #[error("offer-instead")]
    OfferInstead,
    /// The rota holds no more duties.
    #[error("rota-full")]
    RotaFull,
    /// There is no such note, or it is over.
    #[error("unknown-note")]
    UnknownNote,
    /// The note is longer than 400 bytes.
    #[error("note-too-long")]
    NoteTooLong,
    /// A wish, or a text agreed on for afterwards, is longer than 300 bytes.
    #[error("line-too-long")]
    LineTooLong,
    /// There is no such wish any more.
    #[error("unknown-wish")]
    UnknownWish,
    /// There is no such partner, or it was taken away.
    #[error("unknown-partner")]
    UnknownPartner,
    /// A text of the partner is empty, too long or could mislead, it asks nothing or too much, or all of it is too large.
    #[error("bad-partner")]
    BadPartner,
    /// The partner's last day is over: it has to be admitted anew.
    #[error("partner-over")]
    PartnerOver,
    /// Contacts would not believe the partner: too few of those who signed are coordinators now. It has to be admitted anew.
    #[error("partner-unsigned")]
    PartnerUnsigned,
    /// Only handover officers and coordinators agree to a handover.
    #[error("not-handover-officer")]
    NotHandoverOfficer,
    /// An offer stands, or is asked for: it has to end first.
    #[error("offer-stands")]
    OfferStands,
    /// Nothing is offered.
    #[error("nothing-offered")]
    NothingOffered,
    /// What was pasted is not the last line of a handover.
    #[error("receipt-unreadable")]
    ReceiptUnreadable,
    /// The receipt is for another handover, or for one that this desk has not seen.
    #[error("receipt-other")]
    ReceiptOther,
    /// The partner's key did not sign the receipt.
    #[error("receipt-forged")]
    ReceiptForged,
    /// This receipt was given before; nothing changed.
    #[error("receipt-known")]
    ReceiptKnown,
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

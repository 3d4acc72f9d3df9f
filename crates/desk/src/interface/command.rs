//! What the person at the desk wants.

use outcomes::{Epsilon, Month, Questions};
use protocol::{Ending, ExtensionReason, Language, Readiness, Remark, Staffing, Text, Urgency};
use record::{Check, Edited};
use statements::{
    Act, DevicePublicKey, Entrance, LineEnd, Membership, PackManifest, Partner, PartnerId,
    Permission, Profile, RemovalReason, Signature, Stage, WarningAbout,
};
use wire::{Day, Minute};

use crate::course::{CaseStage, Silence};

use super::{CaseLabel, ProposalLabel, RevisionLabel};

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
    /// Tell the contact that the case is closed, and destroy it: as conversations end.
    Destroy(CaseLabel),
    /// Tell the contact that the case is closed, destroy it, and count how it ended.
    CloseAs {
        /// The case.
        case: CaseLabel,
        /// How it ended; [`Ending::Void`] is refused.
        ending: Ending,
    },
    /// The contact is to write next: until then the case frees its place.
    Hold(CaseLabel),
    /// Say that there is less time than the contact wrote; the contact's own word, or a later one, takes that back.
    Raise {
        /// The case.
        case: CaseLabel,
        /// How much time is left.
        urgency: Urgency,
    },
    /// Note when the contact wants to write again, so that the guide is reminded; never sends anything.
    AgreeNext {
        /// The case.
        case: CaseLabel,
        /// The day; `None` to forget it.
        day: Option<Day>,
    },
    /// Say how far a case has come; any stage may follow any.
    SetCaseStage {
        /// The case.
        case: CaseLabel,
        /// How far.
        stage: CaseStage,
    },
    /// Keep what the contact wishes today, in the contact's own words; it counts until the next.
    KeepWish {
        /// The case.
        case: CaseLabel,
        /// The wish, of at most 300 bytes.
        text: Text,
    },
    /// Destroy a wish everywhere.
    ForgetWish {
        /// The case.
        case: CaseLabel,
        /// Its number.
        number: u32,
    },
    /// Keep what the contact has agreed to for the weeks after. If the case ends before, a second person is asked to keep it longer.
    AgreeAftercare {
        /// The case.
        case: CaseLabel,
        /// The last day on which the contact may come back before it counts as silent; at most 90 days ahead.
        until: Day,
        /// How the contact wants to be met; at most 300 bytes, may be empty.
        terms: Text,
        /// What happens if nothing comes any more; its text has at most 300 bytes.
        silence: Silence,
    },
    /// What was agreed for the weeks after holds no longer.
    EndAftercare(CaseLabel),
    /// Drop what the contact writes, for at most seven days.
    Block {
        /// The case.
        case: CaseLabel,
        /// The last day.
        until: Day,
        /// What the contact is told of it; nothing when empty.
        text: Text,
    },
    /// End a block.
    Unblock(CaseLabel),
    /// Destroy one message everywhere.
    Erase {
        /// The case.
        case: CaseLabel,
        /// Whether the contact wrote it.
        from_contact: bool,
        /// Its number.
        number: u32,
    },
    /// Put a translation beside a message.
    Translate {
        /// The case.
        case: CaseLabel,
        /// Whether the contact wrote the message.
        from_contact: bool,
        /// The message's number.
        number: u32,
        /// Into which language.
        language: Language,
        /// The translation, made or checked by a person.
        text: Text,
    },
    /// Put a case back into the queue and never have it again; without a reason.
    StepAside(CaseLabel),
    /// Be at this desk, for the shift on duty.
    CheckIn(Readiness),
    /// Leave the desk: what is open here goes back to the team.
    CheckOut {
        /// Whether the talk after the shift was had; only that it was is counted, and only here.
        debriefed: bool,
    },
    /// Put duties on the rota: from, until, language, how many are needed; for coordinators.
    PlanDuties(Vec<(Minute, Minute, Language, u8)>),
    /// Take a duty off the rota; for coordinators.
    CancelDuty([u8; 8]),
    /// Come to a duty, offer the place, or leave; for others only coordinators.
    Staff {
        /// The duty.
        duty: [u8; 8],
        /// Who.
        device: DevicePublicKey,
        /// Whether.
        staffing: Staffing,
    },
    /// Be called when there are too few, or not any more.
    BeOnCallList(bool),
    /// Call those on the call list; for coordinators.
    CallUp,
    /// Say that more write than can be answered soon, or that it is over; for coordinators.
    SetSurge(bool),
    /// Note what looked like somebody who only tests the line; never who.
    NoteProbe(Text),
    /// Say, as a second person, whether such a note stands.
    JudgeProbe {
        /// The note.
        note: [u8; 16],
        /// Whether; else it is dropped.
        stands: bool,
    },
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
    /// Propose to admit a newcomer whose check words were compared by voice; for coordinators.
    Admit {
        /// The newcomer's device.
        device: DevicePublicKey,
        /// How far the newcomer is trusted.
        stage: Stage,
        /// The last day.
        until: Day,
        /// What the newcomer wants known of him.
        profile: Profile,
        /// What the newcomer may do.
        permissions: Vec<Permission>,
    },
    /// Refuse a newcomer and forget the invitation; for coordinators.
    RefuseJoin {
        /// The newcomer's device.
        device: DevicePublicKey,
    },
    /// Propose another stage, last day or profile; for coordinators.
    ChangeMember {
        /// The member's device.
        device: DevicePublicKey,
        /// What is said of him from then on; the work name stays what it is.
        membership: Membership,
    },
    /// Propose a permission; for coordinators.
    Permit {
        /// The member's device.
        device: DevicePublicKey,
        /// What is allowed.
        permission: Permission,
    },
    /// Record that an authority was asked for a permission; for coordinators.
    AskPermission {
        /// The member's device.
        device: DevicePublicKey,
        /// What is asked for.
        permission: Permission,
    },
    /// Withdraw a permission at once; for coordinators.
    WithdrawPermission {
        /// The member's device.
        device: DevicePublicKey,
        /// What is no longer allowed.
        act: Act,
    },
    /// Shut a device out at once, and re-key what it could read; for coordinators.
    Revoke {
        /// The device.
        device: DevicePublicKey,
        /// Why.
        reason: RemovalReason,
    },
    /// Agree, as the second person, to what another proposed.
    Approve(ProposalLabel),
    /// Refuse what another proposed.
    Decline {
        /// The proposal.
        proposal: ProposalLabel,
        /// Why, for the one who proposed it.
        reason: Text,
    },
    /// Propose a card set, as JSON; for coordinators.
    PublishCards(String),
    /// Write a revision of a card or a claim.
    Revise {
        /// What it says.
        edited: Box<Edited>,
        /// The revision that it was made from, if what it changes is being edited.
        base: Option<RevisionLabel>,
        /// Whether it is to be checked now.
        for_review: bool,
    },
    /// Answer for a part of a card, or say what is wrong with it.
    CheckRevision {
        /// The revision.
        revision: RevisionLabel,
        /// For what.
        check: Check,
        /// What is wrong; empty when nothing is.
        objection: Text,
    },
    /// Give a revision up; for its authors and coordinators.
    DropRevision(RevisionLabel),
    /// Propose a card set with all that is ready; for coordinators.
    PublishEdited,
    /// Propose that a published card be sent no more; for coordinators.
    StopCard {
        /// The card's id.
        card: String,
        /// Whether it is withdrawn; else it is suspended until it was checked again.
        for_good: bool,
    },
    /// Say that a card is wrong, or that one is missing.
    Remark {
        /// The card's id; empty when there is none.
        card: String,
        /// In which language.
        language: Language,
        /// What.
        remark: Remark,
    },
    /// Say where the line can be reached, and which addresses only look like it; for coordinators.
    SetEntrances {
        /// The places.
        entrances: Vec<Entrance>,
        /// Known fakes.
        fakes: Vec<String>,
        /// For how many days, at most 60, the list is to be trusted.
        good_days: u32,
    },
    /// Warn everybody at once; for coordinators.
    Warn {
        /// Of what.
        about: WarningAbout,
        /// The address that it is about; may be empty.
        address: String,
        /// For how many days, at most 60.
        days: u32,
    },
    /// End the warning that is shown; for coordinators.
    EndWarning,
    /// Say that the line ends; for coordinators.
    EndLine {
        /// How.
        how: LineEnd,
        /// In how many days its last one is: 7 to 180, in an emergency 0.
        days: u32,
    },
    /// Propose to publish a card pack that was built here; for coordinators.
    ProposePack(PackManifest),
    /// Agree, as the second person, to publish a card pack, after this desk has built the same.
    ApprovePack {
        /// The proposal.
        proposal: ProposalLabel,
        /// What was built here.
        built: PackManifest,
    },
    /// Draw what may be published of a month, and spend that much of the year's budget; for coordinators.
    DrawOutcomes {
        /// The month.
        month: Month,
        /// How much it may give away.
        epsilon: Epsilon,
        /// What is asked of it: each question makes the others less exact.
        questions: Questions,
    },
    /// Agree, as the second person, to publish what was drawn of a month; for coordinators.
    AgreeOutcomes(Month),
    /// Shows what was drawn of a month once more to who may agree: nobody did within the time of a proposal, or who signed it does not count
    /// any more.
    ShowOutcomesAgain(Month),
    /// Tell the coordinators of an address that only looks like the line.
    ReportFake(String),
    /// Drop a reported address at this desk; for coordinators.
    ForgetReport(String),
    /// Give a case to a colleague.
    Transfer {
        /// The case.
        case: CaseLabel,
        /// The colleague's device.
        to: DevicePublicKey,
        /// What the colleague should know.
        note: Text,
    },
    /// Put a case back into the queue, with its context.
    Return(CaseLabel),
    /// Let a senior read a case and whisper.
    InviteSupervisor {
        /// The case.
        case: CaseLabel,
        /// The senior's device.
        device: DevicePublicKey,
    },
    /// Say something to the colleagues of a case; never to the contact.
    Whisper {
        /// The case.
        case: CaseLabel,
        /// What is said.
        text: Text,
    },
    /// Show an answer to the supervisor before it is sent; for trainees.
    SubmitDraft {
        /// The case.
        case: CaseLabel,
        /// The answer.
        text: Text,
    },
    /// Let a trainee's answer be sent; for whoever supervises the case.
    ApproveDraft {
        /// The case.
        case: CaseLabel,
        /// The draft's number.
        draft: u32,
    },
    /// Ask a trainee to write an answer anew; for whoever supervises the case.
    RejectDraft {
        /// The case.
        case: CaseLabel,
        /// The draft's number.
        draft: u32,
        /// Why.
        text: Text,
    },
    /// Ask to keep a case longer; a second person has to agree.
    ExtendCase {
        /// The case.
        case: CaseLabel,
        /// The last day.
        until: Day,
        /// Why.
        reason: ExtensionReason,
    },
    /// Propose a partner; for coordinators. Its serial, first day and id are not looked at.
    AdmitPartner {
        /// What is said of it.
        partner: Box<Partner>,
        /// Of which partner that is a newer statement, if it is not a new one.
        renews: Option<PartnerId>,
    },
    /// Take a partner away at once; for coordinators.
    RemovePartner(PartnerId),
    /// Ask to offer a case's contact a handover; a second person has to agree.
    AskHandover {
        /// The case.
        case: CaseLabel,
        /// To whom.
        partner: PartnerId,
    },
    /// End an offer, and delete what was handed over if it lies there still.
    TakeBackOffer(CaseLabel),
    /// Look whether a case's contact has handed something over.
    LookForHandover(CaseLabel),
    /// Give the partner's receipt: with it a case is handed over.
    GiveReceipt {
        /// The case.
        case: CaseLabel,
        /// The last line of what the partner read.
        line: String,
        /// The partner's signature over it.
        signature: Box<Signature>,
    },
    /// An alarm was seen.
    AcknowledgeAlarm(u64),
    /// Make the silent alarm that a duress phrase sends; a [`super::Notice::DuressPrepared`] brings it.
    PrepareDuress,
    /// The screens refused something that belongs into the trail.
    NoteRefused(RefusedStep),
}

/// What screens refuse without asking the desk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RefusedStep {
    /// A case was to be opened that is not this desk's.
    OpenCase,
    /// Something was to be exported that may not leave the desk.
    Export,
}

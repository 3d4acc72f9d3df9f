//! One desk of one line: it folds the team log and the posts into a queue and cases, and decides what to append, write and destroy.
//!
//! Events go in, effects come out; the clock and randomness are arguments. `docs/protocol.md`, sections 4 and 5, has the rules.
//! A shell that could not carry out an [`Effect::Save`] drops the desk and restores it from what was saved before.

mod aftercare;
mod alarms;
mod asking;
mod board;
mod capacity;
mod cards;
mod case;
mod case_record;
mod case_shown;
mod choosing;
mod clocks;
mod closing;
mod codec;
mod commands;
mod coordinate;
mod corps;
mod corrections;
mod course;
mod editing;
mod editing_commands;
mod editing_shown;
mod ending;
mod entrances;
mod extensions;
mod feedback;
mod founding;
mod grants;
mod handover;
mod identity;
mod interface;
mod invitation;
mod keeping;
mod kept;
mod letters;
mod logged;
mod offers;
mod outbox;
mod outcomes;
mod partners;
mod passing;
mod posts;
mod presence;
mod probes;
mod proposals;
mod proposals_shown;
mod published;
mod queue;
mod records;
mod recovery;
mod reports;
mod revision;
mod roster;
mod rota;
mod shares;
mod shifts;
mod showing;
mod succession;
mod supervised;
mod supervision;
mod take;
mod team_log;
mod tending;
mod trail;
mod turn;
mod upkeep;
mod view;
mod view_course;
mod view_handover;
mod view_outcomes;
mod view_proposals;
mod view_shift;
mod waits;

pub use cards::judge_card;
pub use course::{CaseStage, Silence};
pub use editing::ChangeKind;
pub use editing_shown::{ChangeView, EditingView, RemarkView, RevisionView};
pub use ending::EndingView;
pub use entrances::EntrancesView;
pub use interface::{
    Alarm, CaseLabel, Command, Cursors, Effect, Input, InvitationSecret, Notice, ProposalLabel,
    Record, Refusal, RefusedStep, RelayTask, RestoreError, RevisionLabel, TaskId,
};
pub use view::{
    AlarmView, CaseRow, CaseView, DraftState, DraftView, ExposedCase, ExposedState, ExposureView,
    JoiningView, MemberView, MessageKind, MessageState, MessageView, PermissionState,
    PermissionView, ShiftView, TrailRow, View, WaitingRow, WhisperView,
};
pub use view_course::{AftercareView, WishView};
pub use view_handover::{HandoverState, HandoverView, PartnerState, PartnerView};
pub use view_outcomes::{MonthView, OutcomesView};
pub use view_proposals::{ProposalView, Proposed};
pub use view_shift::{BoardRow, BoardView, DutyView, ProbeNoteView, StaffView, TranslationView};

use std::collections::{BTreeMap, BTreeSet};

use protocol::{CaseId, EpochSecretKey};
use statements::{DeviceKey, DevicePublicKey, Line, Wait};
use wire::{Day, Envelope, LineId, Minute};

use crate::outcomes::Outcomes;
use case::Case;
use closing::Closing;
use editing::Editing;
use entrances::Watch;
use feedback::Feedback;
use identity::{Identity, Progress};
use invitation::Invitation;
use kept::AllKept;
use letters::Letters;
use outbox::Outbox;
use partners::Partners;
use presence::Presence;
use probes::Probes;
use proposals::Proposal;
use published::PublishedKeys;
use queue::Queue;
use records::RecordKey;
use recovery::Exposure;
use reports::Reports;
use roster::Roster;
use rota::Rota;
use shifts::Shift;
use supervised::Supervised;
use trail::Trail;

/// One device of one line: all state, no I/O.
pub struct Desk {
    identity: Identity,
    progress: Progress,
    /// The line as last fetched; not kept.
    line: Option<Line>,
    roster: Roster,
    /// The epoch keys that each device has published.
    keys: BTreeMap<DevicePublicKey, PublishedKeys>,
    /// The counter of each author's last event.
    authors: BTreeMap<DevicePublicKey, u64>,
    /// Who is at a desk.
    presence: Presence,
    rota: Rota,
    probes: Probes,
    editing: Editing,
    feedback: Feedback,
    letters: Letters,
    watch: Watch,
    partners: Partners,
    outcomes: Outcomes,
    reports: Reports,
    /// This device's own epoch keys.
    epochs: BTreeMap<Day, EpochSecretKey>,
    shifts: BTreeMap<u32, Shift>,
    /// To which devices each shift's keys were granted, and who granted them.
    holders: BTreeMap<u32, BTreeSet<DevicePublicKey>>,
    queue: Queue,
    cases: BTreeMap<CaseId, Case>,
    closing: BTreeMap<CaseId, Closing>,
    /// What this desk keeps, sealed, of the cases of others.
    kept: AllKept,
    /// The cases of others that this desk reads along.
    supervised: BTreeMap<CaseId, Supervised>,
    proposals: BTreeMap<ProposalLabel, Proposal>,
    exposures: BTreeMap<DevicePublicKey, Exposure>,
    trail: Trail,
    outbox: Outbox,
    invitations: BTreeMap<[u8; 8], Invitation>,
    /// Log entries that can't be read yet, by sequence: the team key or the line is missing.
    held_back: BTreeMap<u64, Envelope>,
    /// Records that changed since the last save.
    dirty: BTreeSet<RecordKey>,
    caught_up: bool,
    /// When it last had read everything that there was; not kept.
    read_all_on: Option<Day>,
    clock_off: bool,
    /// The line has ended, and nothing is left here.
    has_ended: bool,
    told_stale: bool,
    /// When this desk was last told which of its permissions end.
    told_permissions: Option<Day>,
    /// When it was last told which cases are near their end.
    told_clocks: Option<Day>,
    /// The newest delegation that this desk has put into the log.
    passed_on: Option<u32>,
    /// Up to which entry and when this desk last vouched for the roster.
    vouched: Option<(u32, Minute)>,
    /// The last wait notice, and when.
    last_wait: Option<(Minute, Wait)>,
}

impl Desk {
    fn empty(identity: Identity) -> Desk {
        Desk {
            identity,
            progress: Progress::default(),
            line: None,
            roster: Roster::default(),
            keys: BTreeMap::new(),
            authors: BTreeMap::new(),
            presence: Presence::default(),
            rota: Rota::default(),
            probes: Probes::default(),
            editing: Editing::default(),
            feedback: Feedback::default(),
            letters: Letters::default(),
            watch: Watch::default(),
            partners: Partners::new(),
            outcomes: Outcomes::default(),
            reports: Reports::default(),
            epochs: BTreeMap::new(),
            shifts: BTreeMap::new(),
            holders: BTreeMap::new(),
            queue: Queue::default(),
            cases: BTreeMap::new(),
            closing: BTreeMap::new(),
            kept: AllKept::new(),
            supervised: BTreeMap::new(),
            proposals: BTreeMap::new(),
            exposures: BTreeMap::new(),
            trail: Trail::default(),
            outbox: Outbox::default(),
            invitations: BTreeMap::new(),
            held_back: BTreeMap::new(),
            dirty: BTreeSet::new(),
            caught_up: false,
            read_all_on: None,
            clock_off: false,
            has_ended: false,
            told_stale: false,
            told_permissions: None,
            told_clocks: None,
            passed_on: None,
            vouched: None,
            last_wait: None,
        }
    }

    /// How far the desk has read.
    pub fn cursors(&self) -> Cursors {
        let held_back = self.held_back.keys().next_back().copied();
        Cursors {
            posts_after: self.progress.posts_after,
            log_after: held_back.unwrap_or(0).max(self.progress.log_after),
        }
    }

    /// The device.
    pub fn device(&self) -> DevicePublicKey {
        self.identity.device.public()
    }

    /// The device's key, for a session with the relay.
    pub fn device_key(&self) -> &DeviceKey {
        &self.identity.device
    }

    /// The line.
    pub fn line(&self) -> LineId {
        self.identity.line
    }

    /// The hash whose check words a newcomer compares by voice; `None` when not joining.
    pub fn join_words(&self) -> Option<[u8; 32]> {
        let secret = self.identity.joining.as_ref()?;
        Some(secret.comparison(&self.line(), &self.device()))
    }

    /// Posts from here on are read again after a restart, in case a key for them comes.
    fn posts_to_save(&self) -> u64 {
        let unopened = self.queue.unopened.keys().next();
        unopened.map_or(self.progress.posts_after, |first| {
            first.saturating_sub(1).min(self.progress.posts_after)
        })
    }

    fn is_admitted(&self) -> bool {
        !self.identity.team.is_empty() && self.roster.members.contains_key(&self.device())
    }

    fn is_coordinator(&self) -> bool {
        self.is_admitted() && self.roster.is_coordinator(&self.device())
    }

    /// The shift on duty now whose key this desk holds.
    fn shift_on_duty(&self, now: Minute) -> Option<u32> {
        let on_duty = self.duty_shifts().rev().find(|(_, s)| s.is_on_duty(now));
        on_duty.map(|(number, _)| *number)
    }
}

//! The desk that the second phrase opens: an admitted guide's, on a quiet shift.
//!
//! It has no device key, no team key and no case, and so nothing to be forced to show. Screens read it through the same
//! [`super::Handle`] as a real one.

use std::sync::Arc;

use desk::{Command, MemberView, Refusal, ShiftView, View};
use protocol::Readiness;
use statements::{DevicePublicKey, Line, OnDuty, Profile, Stage};
use tokio::sync::{mpsc, watch};
use wire::{Day, Envelope, LineDocument, LineId, Minute, ReadError, Reader, Writer};
use zeroize::Zeroizing;

use super::keeper::Message;
use super::shown::{Cards, Connection, Shown};
use super::{CommandError, DuressError};
use crate::clock;
use crate::vault::{Vault, VaultError};

const VERSION: u8 = 1;
/// For how many days its guide is shown as a member.
const MEMBER_DAYS: u32 = 180;

/// What the vault keeps for it.
///
/// version u8 ‖ work name short ‖ device 32 ‖ line id ‖ relay address medium ‖ day u32 ‖ tried u8 ‖ alarm long: 4,096 bytes, or
/// none once the relay has it.
#[derive(Clone)]
pub(super) struct HarmlessPart {
    pub(super) work_name: String,
    /// A public key whose secret half nobody has.
    pub(super) device: DevicePublicKey,
    pub(super) line: LineId,
    pub(super) relay_url: String,
    /// When the alarm was prepared.
    pub(super) day: Day,
    /// Whether the alarm may have been sent: a mark counts once, so the real desk prepares another.
    pub(super) was_tried: bool,
    pub(super) alarm: Option<Envelope>,
}

impl HarmlessPart {
    pub(super) fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let alarm = self.alarm.as_ref().map(Envelope::as_bytes);
        let writer = Writer::default()
            .u8(VERSION)
            .short(self.work_name.as_bytes())
            .put(&self.device.0)
            .put(&self.line.0)
            .medium(self.relay_url.as_bytes())
            .u32(self.day.0)
            .u8(u8::from(self.was_tried))
            .long(alarm.map_or(&[][..], |alarm| alarm.as_slice()));
        Zeroizing::new(writer.done())
    }

    fn read(bytes: &[u8]) -> Result<HarmlessPart, ReadError> {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).map_err(|_| ReadError::Value);
        let mut reader = Reader::new(bytes);
        if reader.u8()? != VERSION {
            return Err(ReadError::Value);
        }
        let part = HarmlessPart {
            work_name: text(reader.short()?)?,
            device: DevicePublicKey(reader.array()?),
            line: LineId(reader.array()?),
            relay_url: text(reader.medium()?)?,
            day: Day(reader.u32()?),
            was_tried: reader.u8()? != 0,
            alarm: match reader.long()? {
                [] => None,
                bytes => Some(Envelope::parse(bytes).map_err(|_| ReadError::Value)?),
            },
        };
        reader.end()?;
        Ok(part)
    }

    pub(super) fn of_vault(vault: &Vault) -> Option<HarmlessPart> {
        vault
            .harmless_content()
            .and_then(|content| HarmlessPart::read(content).ok())
    }
}

/// The owner of the harmless desk.
pub(super) struct HarmlessDesk {
    part: HarmlessPart,
    vault: Vault,
    line: Option<Line>,
    document: Option<Arc<LineDocument>>,
    connection: Connection,
    checked_in: bool,
    /// Whether somebody set a second phrase here: it is shown as set, and opens nothing.
    seems_set: bool,
    version: u64,
    shown: watch::Sender<Arc<Shown>>,
}

impl HarmlessDesk {
    pub(super) fn restore(mut vault: Vault) -> Result<HarmlessDesk, VaultError> {
        vault.pass_over()?;
        let mut part = HarmlessPart::of_vault(&vault).ok_or(VaultError::Damaged)?;
        part.was_tried = true;
        // Where the disk is full the alarm goes out all the same.
        let _ = vault.keep_harmless(&part.to_bytes());
        let connection = Connection::Fetching;
        let first = shown(&part, None, (connection, false), 0);
        let (shown, _) = watch::channel(Arc::new(first));
        Ok(HarmlessDesk {
            part,
            vault,
            line: None,
            document: None,
            connection,
            checked_in: false,
            seems_set: false,
            version: 0,
            shown,
        })
    }

    pub(super) fn part(&self) -> HarmlessPart {
        self.part.clone()
    }

    pub(super) fn subscribe(&self) -> watch::Receiver<Arc<Shown>> {
        self.shown.subscribe()
    }

    /// Works until it is closed or nobody is left to talk to it.
    pub(super) fn run(mut self, mut messages: mpsc::Receiver<Message>) {
        while let Some(message) = messages.blocking_recv() {
            match message {
                Message::Close => return,
                message => self.handle(message),
            }
        }
    }

    fn handle(&mut self, message: Message) {
        match message {
            Message::Command(command, answer) => {
                let done = self.command(&command);
                self.show();
                let _ = answer.send(done);
            }
            Message::Case(_, answer) => {
                let _ = answer.send(None);
            }
            Message::HasSecondPhrase(answer) => {
                let _ = answer.send(self.seems_set);
            }
            Message::SetSecondPhrase(passphrase, answer) => {
                let done = match self.vault.is_own_phrase(&passphrase) {
                    true => Err(DuressError::TooAlike),
                    false => Ok(()),
                };
                self.seems_set |= done.is_ok();
                let _ = answer.send(done);
            }
            Message::ClearSecondPhrase(answer) => {
                self.seems_set = false;
                let _ = answer.send(Ok(()));
            }
            Message::Line(document, line) => {
                self.line = Some(*line);
                self.end_with_line();
                self.document = Some(Arc::new(document));
                self.connection = Connection::Connected;
                self.show();
            }
            Message::Connection(connection) if self.connection_is_news(connection) => {
                self.connection = connection;
                self.show();
            }
            Message::AlarmArrived => {
                self.part.alarm = None;
                // If it can't be written, the alarm is sent once more at the next opening: that does no harm.
                let _ = self.vault.keep_harmless(&self.part.to_bytes());
            }
            Message::Tick => self.show(),
            Message::Connection(_)
            | Message::Cursors(_)
            | Message::Entries(..)
            | Message::CaughtUp
            | Message::Answered(..)
            | Message::Half(..)
            | Message::HalfKept(_)
            | Message::Close => {}
        }
    }

    /// What the real desk would do, whichever phrase opened the vault.
    fn end_with_line(&mut self) {
        let today = clock::now().day();
        if self.line.as_ref().is_some_and(|line| line.has_ended(today)) {
            // What could not be destroyed is tried again when the line is read next.
            let _ = self.vault.destroy();
        }
    }

    fn connection_is_news(&self, connection: Connection) -> bool {
        let is_offline = |connection| matches!(connection, Connection::Offline { .. });
        !(is_offline(connection) && is_offline(self.connection))
    }

    fn show(&mut self) {
        self.version += 1;
        let state = (self.connection, self.checked_in);
        let mut shown = shown(&self.part, self.line.as_ref(), state, self.version);
        shown.document = self.document.clone();
        self.shown.send_replace(Arc::new(shown));
    }

    /// Answers as a guide's desk does at which nobody waits and which has no case.
    fn command(&mut self, command: &Command) -> Result<(), CommandError> {
        let on_duty = shift_on_duty(self.line.as_ref(), clock::now()).is_some();
        if let Command::AnswerWithCard { card, language, .. } = command {
            // Refused for the same reasons, in the same order.
            let cards = self.line.as_ref().and_then(Line::cards);
            let json = cards.map_or("", |cards| cards.cards());
            let today = clock::now().day();
            desk::judge_card(json, card, *language, today).map_err(CommandError::Refused)?;
        }
        let refusal = match command {
            Command::CheckIn(_) if on_duty => {
                self.checked_in = true;
                return Ok(());
            }
            Command::CheckOut { .. } if self.checked_in => {
                self.checked_in = false;
                return Ok(());
            }
            Command::NoteRefused(_) | Command::AcknowledgeAlarm(_) | Command::PrepareDuress => {
                return Ok(());
            }
            Command::TakeNext if on_duty => Refusal::NobodyWaits,
            Command::CheckIn(_) | Command::CheckOut { .. } | Command::TakeNext => {
                Refusal::NotOnDuty
            }
            Command::BeOnCallList(_)
            | Command::NoteProbe(_)
            | Command::Revise { .. }
            | Command::Remark { .. }
            | Command::ReportFake(_) => return Ok(()),
            Command::CheckRevision { .. } | Command::DropRevision(_) => Refusal::UnknownRevision,
            Command::Staff { .. } => Refusal::UnknownDuty,
            Command::JudgeProbe { .. } => Refusal::NotSupervisor,
            Command::Approve(_) | Command::Decline { .. } => Refusal::UnknownProposal,
            Command::PlanShift { .. }
            | Command::Invite { .. }
            | Command::CheckInvitations
            | Command::Admit { .. }
            | Command::RefuseJoin { .. }
            | Command::ChangeMember { .. }
            | Command::Permit { .. }
            | Command::AskPermission { .. }
            | Command::WithdrawPermission { .. }
            | Command::Revoke { .. }
            | Command::PublishCards(_)
            | Command::PublishEdited
            | Command::StopCard { .. }
            | Command::SetEntrances { .. }
            | Command::Warn { .. }
            | Command::EndWarning
            | Command::EndLine { .. }
            | Command::ProposePack(_)
            | Command::ApprovePack { .. }
            | Command::ForgetReport(_)
            | Command::DrawOutcomes { .. }
            | Command::AgreeOutcomes(_)
            | Command::ShowOutcomesAgain(_)
            | Command::PlanDuties(_)
            | Command::CancelDuty(_)
            | Command::CallUp
            | Command::SetSurge(_)
            | Command::AdmitPartner { .. }
            | Command::RemovePartner(_) => Refusal::NotCoordinator,
            Command::Take(_)
            | Command::Answer { .. }
            | Command::AnswerWithCard { .. }
            | Command::SaveDraft { .. }
            | Command::AddNote { .. }
            | Command::MarkRead(_)
            | Command::Destroy(_)
            | Command::CloseAs { .. }
            | Command::Hold(_)
            | Command::Raise { .. }
            | Command::AgreeNext { .. }
            | Command::SetCaseStage { .. }
            | Command::KeepWish { .. }
            | Command::ForgetWish { .. }
            | Command::AgreeAftercare { .. }
            | Command::EndAftercare(_)
            | Command::Block { .. }
            | Command::Unblock(_)
            | Command::Erase { .. }
            | Command::Translate { .. }
            | Command::StepAside(_)
            | Command::Transfer { .. }
            | Command::Return(_)
            | Command::InviteSupervisor { .. }
            | Command::Whisper { .. }
            | Command::SubmitDraft { .. }
            | Command::ApproveDraft { .. }
            | Command::RejectDraft { .. }
            | Command::ExtendCase { .. }
            | Command::AskHandover { .. }
            | Command::TakeBackOffer(_)
            | Command::LookForHandover(_)
            | Command::GiveReceipt { .. } => Refusal::UnknownCase,
        };
        Err(CommandError::Refused(refusal))
    }
}

fn shift_on_duty(line: Option<&Line>, now: Minute) -> Option<ShiftView> {
    let OnDuty::Now(notice) = line?.on_duty(now) else {
        return None;
    };
    Some(ShiftView {
        number: notice.number(),
        from: notice.from(),
        until: notice.until(),
        on_duty_me: true,
    })
}

/// A shift that is announced is this guide's; nobody else is known here.
fn view(part: &HarmlessPart, line: Option<&Line>, checked_in: bool, now: Minute) -> View {
    let shift = shift_on_duty(line, now);
    let on_duty = shift.is_some();
    let checked_in = checked_in && on_duty;
    let delegation = line.map(Line::delegation);
    let me = MemberView {
        work_name: part.work_name.clone(),
        stage: Stage::Guide,
        until: part.day.plus(MEMBER_DAYS),
        profile: Profile::default(),
        permissions: Vec::new(),
        device: part.device,
        me: true,
        reachable: true,
        checked_in,
    };
    View {
        me: part.device,
        work_name: part.work_name.clone(),
        stage: Stage::Guide,
        admitted: true,
        shut_out: false,
        stale_roster: false,
        forked_roster: false,
        admission_threshold: delegation.map(|delegation| delegation.admission_threshold()),
        delegation_until: delegation.map(|delegation| delegation.until()),
        clock_off: false,
        shifts: shift.iter().cloned().collect(),
        connected_shift: shift,
        on_duty,
        checked_in,
        guides_checked_in: usize::from(checked_in),
        readiness: checked_in.then_some(Readiness::Here),
        waiting: Vec::new(),
        longest_wait: 0,
        parked: Vec::new(),
        full: None,
        collected: (0, 0),
        completed_shifts: 0,
        entrances: line.map_or_else(Default::default, |line| {
            desk::EntrancesView::of(line, now.day())
        }),
        ending: line.and_then(|line| {
            let is_over = line.has_ended(now.day());
            let notice = *line.final_notice()?;
            Some(desk::EndingView { notice, is_over })
        }),
        surge: false,
        rota: Vec::new(),
        on_call_list: false,
        probes: Vec::new(),
        editing: desk::EditingView::default(),
        partners: Vec::new(),
        board: None,
        outcomes: None,
        cases: Vec::new(),
        supervised: Vec::new(),
        roster: vec![me],
        proposals: Vec::new(),
        alarms: Vec::new(),
        trail: Vec::new(),
        exposures: Vec::new(),
        joining: Vec::new(),
        invited: Vec::new(),
        cards_day: clock::now().day(),
        cards: line
            .and_then(Line::cards)
            .map(|cards| cards.cards().to_owned()),
        outbox: 0,
    }
}

fn shown(
    part: &HarmlessPart,
    line: Option<&Line>,
    (connection, checked_in): (Connection, bool),
    version: u64,
) -> Shown {
    let now = clock::now();
    let view = view(part, line, checked_in, now);
    Shown {
        version,
        cards: Cards::of(view.cards.as_deref()),
        view,
        connection,
        trouble: None,
        is_destroyed_everywhere: true,
        notices: Vec::new(),
        invitation: None,
        join_words: None,
        document: None,
        relay_url: part.relay_url.clone(),
        now,
    }
}

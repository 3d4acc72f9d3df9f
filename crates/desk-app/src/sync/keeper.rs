//! The one owner of a desk and its vault.

use std::sync::Arc;

use desk::{
    CaseLabel, CaseView, Command, Cursors, Desk, Effect, Input, Notice, Record, RelayTask, TaskId,
};
use statements::Line;
use tokio::sync::{mpsc, oneshot, watch};
use wire::{Envelope, LineDocument, LineId, SequencedEnvelope, SlotContent};
use zeroize::Zeroizing;

use super::courier::Errand;
use super::rotation::Rotation;
use super::shown::{Connection, Shown, ShownNotice, Trouble};
use super::{CommandError, DuressError, StartError};
use crate::Passphrase;
use crate::clock;
use crate::setup::{Invitation, LineRecord};
use crate::vault::{HalfWrite, Vault, VaultError};

/// For how many ticks a notice stays.
const NOTICE_TICKS: u64 = 3;

/// What the relay answered to one task.
pub(super) enum Answer {
    Done,
    Conflict,
    Refused(String),
    Slots(Box<[SlotContent; 2]>),
}

/// Which of the relay's two sequences.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sequence {
    Tray,
    Log,
}

/// What the keeper is told. Entries are answered with how far the desk has come, or not at all if they were not saved.
pub(super) enum Message {
    Command(Command, oneshot::Sender<Result<(), CommandError>>),
    Case(CaseLabel, oneshot::Sender<Option<CaseView>>),
    Line(LineDocument, Box<Line>),
    Cursors(oneshot::Sender<Cursors>),
    Entries(Sequence, Vec<SequencedEnvelope>, oneshot::Sender<Cursors>),
    CaughtUp,
    Answered(TaskId, Answer),
    Connection(Connection),
    HasSecondPhrase(oneshot::Sender<bool>),
    SetSecondPhrase(Passphrase, oneshot::Sender<Result<(), DuressError>>),
    ClearSecondPhrase(oneshot::Sender<Result<(), DuressError>>),
    AlarmArrived,
    Half(Box<SlotContent>, oneshot::Sender<bool>),
    HalfKept(bool),
    Tick,
    Close,
}

/// The desk, its vault, and what it has told.
pub(super) struct Keeper {
    pub(super) desk: Desk,
    pub(super) vault: Vault,
    pub(super) line: LineRecord,
    /// The line as it was read last.
    document: Option<Arc<LineDocument>>,
    /// The alarm that was prepared last, until the vault keeps it.
    pub(super) alarm: Option<Box<Envelope>>,
    pub(super) is_alarm_renewed: bool,
    pub(super) rotation: Rotation,
    pub(super) halves: mpsc::UnboundedSender<HalfWrite>,
    pub(super) has_caught_up: bool,
    errands: mpsc::UnboundedSender<Errand>,
    shown: watch::Sender<Arc<Shown>>,
    version: u64,
    pub(super) connection: Connection,
    pub(super) trouble: Option<Trouble>,
    notices: Vec<(u64, ShownNotice)>,
    serial: u64,
    ticks: u64,
    invitation: Option<Arc<Zeroizing<String>>>,
}

/// Divides a vault's records into the desk's own and the shell's.
pub(super) fn divide(records: Vec<Record>) -> Result<(Vec<Record>, LineRecord), StartError> {
    let (mine, desk): (Vec<_>, Vec<_>) = records
        .into_iter()
        .partition(|record| record.key == LineRecord::KEY);
    let line = mine
        .into_iter()
        .next()
        .and_then(|record| LineRecord::parse(&record.value?));
    Ok((desk, line.ok_or(VaultError::Damaged)?))
}

fn nothing_shown(desk: &Desk) -> Shown {
    let now = clock::now();
    Shown {
        version: 0,
        view: desk.view(now),
        cards: Arc::default(),
        connection: Connection::Fetching,
        trouble: None,
        is_destroyed_everywhere: false,
        notices: Vec::new(),
        invitation: None,
        join_words: desk.join_words(),
        document: None,
        relay_url: String::new(),
        now,
    }
}

impl Keeper {
    /// The desk that a vault holds.
    pub(super) fn restore(vault: Vault) -> Result<(Keeper, LineRecord), StartError> {
        let (records, line) = divide(vault.records()?)?;
        let desk = Desk::restore(records)?;
        let (errands, _) = mpsc::unbounded_channel();
        let (shown, _) = watch::channel(Arc::new(nothing_shown(&desk)));
        let keeper = Keeper {
            desk,
            vault,
            line: line.clone(),
            document: None,
            alarm: None,
            is_alarm_renewed: false,
            rotation: Rotation::default(),
            halves: mpsc::unbounded_channel().0,
            has_caught_up: false,
            errands,
            shown,
            version: 0,
            connection: Connection::Fetching,
            trouble: None,
            notices: Vec::new(),
            serial: 0,
            ticks: 0,
            invitation: None,
        };
        Ok((keeper, line))
    }

    pub(super) fn device_seed(&self) -> Zeroizing<[u8; 32]> {
        self.desk.device_key().seed()
    }

    pub(super) fn line(&self) -> LineId {
        self.desk.line()
    }

    /// Gives it a courier, resumes what was unfinished, and shows the desk.
    pub(super) fn connect(
        &mut self,
        errands: mpsc::UnboundedSender<Errand>,
        halves: mpsc::UnboundedSender<HalfWrite>,
    ) -> watch::Receiver<Arc<Shown>> {
        self.errands = errands;
        self.halves = halves;
        if !self.is_closed() {
            self.resume();
        }
        self.show();
        self.shown.subscribe()
    }

    /// Works until it is closed or nobody is left to talk to it.
    pub(super) fn run(mut self, mut messages: mpsc::Receiver<Message>) {
        while let Some(message) = messages.blocking_recv() {
            if matches!(message, Message::Close) {
                return;
            }
            if self.is_closed() || self.desk.has_ended() {
                self.handle_closed(message);
            } else {
                self.handle(message);
                self.rotate_if_due();
            }
        }
    }

    #[cfg(test)]
    pub(super) fn fill_disk(&mut self, is_full: bool) {
        self.vault.is_disk_full = is_full;
    }

    pub(super) fn handle(&mut self, message: Message) {
        match message {
            Message::Command(command, answer) => {
                let done = self.command(command);
                // Whoever gave the command looks at once at what has become of it.
                self.show();
                let _ = answer.send(done);
                return;
            }
            Message::Case(label, answer) => {
                let _ = answer.send(self.desk.case(label));
                return;
            }
            Message::Cursors(answer) => {
                let _ = answer.send(self.desk.cursors());
                return;
            }
            Message::Line(document, line) => self.read_line(document, *line),
            Message::Entries(sequence, entries, answer) => {
                let input = |entry| match sequence {
                    Sequence::Tray => Input::Post(entry),
                    Sequence::Log => Input::LogEntry(entry),
                };
                if self.take_in(entries.into_iter().map(input)).is_ok() {
                    let _ = answer.send(self.desk.cursors());
                }
            }
            Message::CaughtUp => {
                let _ = self.take_in([Input::CaughtUp]);
                self.renew_alarm();
                self.has_caught_up = true;
            }
            Message::HasSecondPhrase(answer) => {
                let _ = answer.send(self.has_second_phrase());
                return;
            }
            Message::SetSecondPhrase(passphrase, answer) => {
                let _ = answer.send(self.set_second_phrase(&passphrase));
            }
            Message::ClearSecondPhrase(answer) => {
                let _ = answer.send(self.clear_second_phrase());
            }
            Message::Answered(task, answer) => self.answered(task, answer),
            Message::Connection(connection) => {
                if !self.connected(connection) {
                    return;
                }
            }
            Message::Tick => self.tick(),
            Message::HalfKept(is_kept) => self.half_kept(is_kept),
            Message::Half(..) | Message::AlarmArrived | Message::Close => return,
        }
        self.show();
    }

    pub(super) fn command(&mut self, command: Command) -> Result<(), CommandError> {
        if self.trouble.is_some() {
            self.resume();
        }
        let told = self.serial;
        let saved = self.take_in([Input::Command(command)]);
        saved.map_err(|trouble| match trouble {
            Trouble::DiskFull => CommandError::DiskFull,
            Trouble::NeedsLine => CommandError::NeedsLine,
            Trouble::Vault | Trouble::OutOfDate => CommandError::Vault,
        })?;
        let refusal = self
            .notices
            .iter()
            .find_map(|(_, shown)| match *shown.notice {
                Notice::CommandRefused(refusal) if shown.serial > told => Some(refusal),
                Notice::RosterStale if shown.serial > told => Some(desk::Refusal::RosterStale),
                _ => None,
            });
        match refusal {
            Some(refusal) => {
                // Whoever gave the command is told; everybody else need not be.
                self.notices.retain(|(_, shown)| shown.serial <= told);
                Err(CommandError::Refused(refusal))
            }
            None => Ok(()),
        }
    }

    fn answered(&mut self, task: TaskId, answer: Answer) {
        let input = match answer {
            Answer::Done => Input::Done(task),
            Answer::Conflict => Input::Conflict(task),
            Answer::Refused(code) => Input::Refused(task, code),
            Answer::Slots(contents) => Input::SlotRead {
                task,
                contents: *contents,
            },
        };
        let _ = self.take_in([input]);
    }

    pub(super) fn read_line(&mut self, document: LineDocument, line: Line) {
        let _ = self.take_in([Input::Line(Box::new(line))]);
        if self.desk.has_ended() {
            return;
        }
        let newer = self.line.with(&document);
        if newer != self.line {
            match self.vault.save(vec![newer.record()]) {
                Ok(()) => self.line = newer,
                Err(error) => self.in_trouble(&error),
            }
        }
        self.document = Some(Arc::new(document));
    }

    /// Whether that is news. A desk stays offline since the first time that the relay did not answer.
    pub(super) fn connected(&mut self, connection: Connection) -> bool {
        let is_offline = |connection| matches!(connection, Connection::Offline { .. });
        let is_news = connection != self.connection
            && !(is_offline(connection) && is_offline(self.connection));
        if is_news {
            self.connection = connection;
        }
        is_news
    }

    fn tick(&mut self) {
        self.ticks += 1;
        let oldest = self.ticks.saturating_sub(NOTICE_TICKS);
        self.notices.retain(|(tick, _)| *tick >= oldest);
        if self.trouble.is_some() {
            self.resume();
        }
        let _ = self.take_in([Input::Tick]);
        let view = self.desk.view(clock::now());
        if !view.invited.is_empty() && view.outbox == 0 {
            let _ = self.take_in([Input::Command(Command::CheckInvitations)]);
        }
    }

    /// Steps the desk through inputs and carries out all effects: what is to be saved first, in one transaction.
    fn take_in(&mut self, inputs: impl IntoIterator<Item = Input>) -> Result<(), Trouble> {
        let now = clock::now();
        let mut effects = Vec::new();
        for input in inputs {
            effects.extend(self.desk.step(input, now, &mut clock::rng()));
        }
        self.carry_out(effects)
    }

    pub(super) fn resume(&mut self) {
        let effects = self.desk.resume(clock::now(), &mut clock::rng());
        if self.carry_out(effects).is_ok() {
            self.trouble = None;
        }
    }

    fn carry_out(&mut self, effects: Vec<Effect>) -> Result<(), Trouble> {
        let mut records = Vec::new();
        let mut tasks = Vec::new();
        let mut notices = Vec::new();
        let mut is_over = false;
        for effect in effects {
            match effect {
                Effect::Save(more) => records.extend(more),
                Effect::Relay(id, task) => tasks.push((id, task)),
                Effect::Destroy => is_over = true,
                Effect::Tell(notice) => notices.push(notice),
            }
        }
        if is_over {
            self.destroy();
        }
        self.rotation.note(&records);
        if !records.is_empty()
            && let Err(error) = self.vault.save(records)
        {
            self.in_trouble(&error);
            return Err(self.trouble.unwrap_or(Trouble::Vault));
        }
        for (id, task) in tasks {
            self.send(id, task);
        }
        for notice in notices {
            self.tell(notice);
        }
        Ok(())
    }

    /// The line has ended. What could not be destroyed now is tried again with each minute, and the screen says so.
    pub(super) fn destroy(&mut self) {
        let _ = self.errands.send(Errand::Forget);
        self.rotation = Rotation::default();
        self.document = None;
        self.trouble = self.vault.destroy().is_err().then_some(Trouble::Vault);
        if self.trouble.is_some() {
            tracing::error!("the line has ended, and the vault could not be destroyed");
        }
    }

    fn send(&self, id: TaskId, task: RelayTask) {
        let _ = self.errands.send(Errand::Task(id, Box::new(task)));
    }

    /// The vault is the truth: a desk that is ahead of it is forgotten, and the one that was saved goes on.
    fn in_trouble(&mut self, error: &VaultError) {
        tracing::error!("the vault could not be written; nothing was sent");
        self.trouble = Some(match error {
            VaultError::DiskFull => Trouble::DiskFull,
            _ => Trouble::Vault,
        });
        let _ = self.errands.send(Errand::Forget);
        let restored = self.vault.records().ok().and_then(|records| {
            let (records, _) = divide(records).ok()?;
            Desk::restore(records).ok()
        });
        match restored {
            Some(desk) => self.desk = desk,
            None => self.trouble = Some(Trouble::Vault),
        }
    }

    fn tell(&mut self, notice: Notice) {
        if let Notice::Invitation { secret, .. } = &notice {
            let text = Invitation::new(&self.line, secret).to_text();
            self.invitation = Some(Arc::new(text));
            return;
        }
        if let Notice::DuressPrepared(alarm) = notice {
            self.alarm = Some(alarm);
            return;
        }
        self.serial += 1;
        let shown = ShownNotice {
            serial: self.serial,
            notice: Arc::new(notice),
        };
        self.notices.push((self.ticks, shown));
    }

    pub(super) fn show(&mut self) {
        self.version += 1;
        let now = clock::now();
        let view = self.desk.view(now);
        let cards = self.shown.borrow().cards.renewed(view.cards.as_deref());
        let shown = Shown {
            version: self.version,
            view,
            cards,
            connection: self.connection,
            trouble: self.trouble.or_else(|| self.half_trouble()),
            is_destroyed_everywhere: self.rotation.is_done(),
            notices: self
                .notices
                .iter()
                .map(|(_, notice)| notice.clone())
                .collect(),
            invitation: self.invitation.clone(),
            join_words: self.desk.join_words(),
            document: self.document.clone(),
            relay_url: self.line.relay_url.clone(),
            now,
        };
        self.shown.send_replace(Arc::new(shown));
    }
}

//! When a desk's contacts key is made anew, and what a desk is whose cases are still closed.

use desk::{Desk, Record};
use wire::{Minute, SlotContent, SlotName};

use super::keeper::{Keeper, Message, divide};
use super::shown::{Connection, Trouble};
use super::{CommandError, DuressError};
use crate::clock;

/// The contacts key is made anew at least so often while the desk is open, and each time it is opened.
const MINUTES: u32 = Minute::PER_DAY;

/// How far a keeper is with its rotations.
#[derive(Default)]
pub(super) struct Rotation {
    is_under_way: bool,
    /// A case was destroyed since the last one.
    is_due: bool,
    last: Option<Minute>,
    /// The relay has the half of a newer copy of this vault.
    pub(super) is_out_of_date: bool,
}

impl Rotation {
    /// Whether nothing was destroyed since the last one.
    pub(super) fn is_done(&self) -> bool {
        self.last.is_some() && !self.is_due && !self.is_under_way
    }

    /// Looks whether a case is destroyed by what is saved.
    pub(super) fn note(&mut self, records: &[Record]) {
        let is_destroyed = |record: &Record| {
            let is_case = ["case/", "supervised/"]
                .iter()
                .any(|prefix| record.key.starts_with(prefix));
            is_case && record.value.is_none()
        };
        self.is_due |= records.iter().any(is_destroyed);
    }
}

impl Keeper {
    /// The slot that has the relay's half, if the cases wait for it.
    pub(super) fn wanted_half(&self) -> Option<SlotName> {
        self.vault.wanted_half()
    }

    /// Whether the cases wait for the relay's half.
    pub(super) fn is_closed(&self) -> bool {
        self.vault.wanted_half().is_some()
    }

    /// What is shown as trouble because of the relay's half.
    pub(super) fn half_trouble(&self) -> Option<Trouble> {
        let is_offline = matches!(self.connection, Connection::Offline { .. });
        if self.desk.has_ended() {
            return None;
        }
        match (self.rotation.is_out_of_date, self.is_closed()) {
            (true, _) => Some(Trouble::OutOfDate),
            (false, true) if is_offline => Some(Trouble::NeedsLine),
            (false, _) => None,
        }
    }

    /// Answers for a desk whose cases are closed: it decides nothing and saves nothing.
    pub(super) fn handle_closed(&mut self, message: Message) {
        let closed = match self.desk.has_ended() {
            true => CommandError::Locked,
            false => CommandError::NeedsLine,
        };
        match message {
            Message::Command(_, answer) => {
                let _ = answer.send(Err(closed));
            }
            Message::SetSecondPhrase(_, answer) => {
                let _ = answer.send(Err(DuressError::Command(closed)));
            }
            Message::Tick if self.desk.has_ended() && self.trouble.is_some() => {
                self.destroy();
                self.show();
            }
            Message::ClearSecondPhrase(answer) => {
                let _ = answer.send(self.clear_second_phrase());
            }
            Message::HasSecondPhrase(answer) => {
                let _ = answer.send(self.has_second_phrase());
            }
            Message::Case(_, answer) => {
                let _ = answer.send(None);
            }
            Message::Half(content, answer) => {
                let _ = answer.send(self.open_contacts(&content));
                self.show();
            }
            // The relay's half went with the line.
            Message::Line(document, line) if line.is_over() => {
                self.read_line(document, *line);
                self.show();
            }
            Message::Connection(connection) if self.connected(connection) => self.show(),
            _ => {}
        }
    }

    fn open_contacts(&mut self, content: &SlotContent) -> bool {
        let opened = self
            .vault
            .open_contacts(&content.shred_key, &content.envelope);
        // After an error the records are open, and the rotation that a crash had interrupted is finished by the next one.
        let is_open = opened.unwrap_or(true);
        self.rotation.is_out_of_date = !is_open;
        if !is_open {
            return false;
        }
        let records = self.vault.records().ok();
        let restored = records.and_then(|records| {
            let (records, _) = divide(records).ok()?;
            Desk::restore(records).ok()
        });
        match restored {
            Some(desk) => {
                self.desk = desk;
                self.resume();
            }
            None => self.trouble = Some(Trouble::Vault),
        }
        true
    }

    /// Begins a rotation if one is due and none is under way.
    pub(super) fn rotate_if_due(&mut self) {
        let now = clock::now();
        let rotation = &self.rotation;
        let is_old = |last: Minute| last > now || now >= last.plus(MINUTES);
        let is_due = rotation.is_due || rotation.last.is_none_or(is_old);
        if !is_due || rotation.is_under_way || rotation.is_out_of_date || !self.has_caught_up {
            return;
        }
        match self.vault.begin_rotation(self.desk.line().tag()) {
            Ok(half) => {
                self.rotation.is_under_way = true;
                self.rotation.is_due = false;
                let _ = self.halves.send(half);
            }
            // The vault says so with its next save; the next message tries again.
            Err(_) => tracing::warn!("the contacts key was not made anew"),
        }
    }

    /// The relay has the half, or a newer copy's.
    pub(super) fn half_kept(&mut self, is_kept: bool) {
        self.rotation.is_under_way = false;
        if !is_kept {
            self.rotation.is_out_of_date = true;
            return;
        }
        match self.vault.finish_rotation() {
            Ok(()) => self.rotation.last = Some(clock::now()),
            Err(_) => self.rotation.last = None,
        }
    }
}

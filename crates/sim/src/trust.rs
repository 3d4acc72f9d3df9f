//! What colleagues do with each other's cases and permissions, and what somebody who was shut out can still read.

use std::collections::BTreeSet;

use desk::{CaseLabel, Command, Input, Proposed};
use protocol::{ExtensionReason, Text};
use statements::{Act, DevicePublicKey, RemovalReason};
use wire::SequencedEnvelope;

use crate::founding::permission;
use crate::world::World;

/// The first desk that is not a coordinator's.
const FIRST_GUIDE: usize = 2;
/// The senior's desk.
const SENIOR: usize = 4;

/// A desk whose device was shut out.
pub(crate) struct Removed {
    pub(crate) station: usize,
    /// The newest shift whose key it may have.
    last_shift: u32,
    /// The contacts whose cases it held, unless it ever gave one away.
    held: BTreeSet<usize>,
}

impl World {
    /// Somebody at a desk does something that concerns colleagues.
    pub(crate) fn trust_step(&mut self, number: usize) -> Result<(), String> {
        let did = match self.dice.below(12) {
            0..=2 => self.transfer(number)?,
            3 => self
                .in_a_case(number, Command::Return)
                .map(|()| "returns a case"),
            4 => self.invite_supervisor(number),
            5 | 6 => self.whisper(number)?,
            7 => self.extend(number),
            8 | 9 => self.decide(number)?,
            10 => self.permit(number),
            _ => self.revoke(number)?,
        };
        if let Some(did) = did {
            self.note(format!("desk {number} {did}"));
        }
        Ok(())
    }

    pub(crate) fn accepts(&mut self, number: usize, command: Command) -> Option<()> {
        let now = self.now;
        let station = self.stations.get_mut(number)?;
        station.command(command, now, &mut self.dice).then_some(())
    }

    /// One of the desk's cases.
    fn a_case(&mut self, number: usize) -> Option<CaseLabel> {
        let labels = self.stations.get(number)?.labels(self.now);
        labels.get(self.dice.below(labels.len())).copied()
    }

    pub(crate) fn in_a_case(
        &mut self,
        number: usize,
        command: impl FnOnce(CaseLabel) -> Command,
    ) -> Option<()> {
        let case = self.a_case(number)?;
        self.accepts(number, command(case))?;
        self.note(format!("desk {number}, in case {case}:"));
        Some(())
    }

    fn device(&self, number: usize) -> Option<DevicePublicKey> {
        Some(self.stations.get(number)?.desk.device())
    }

    fn transfer(&mut self, number: usize) -> Result<Option<&'static str>, String> {
        let to = self.dice.below(self.stations.len());
        let note = Text::new("canary what you should know").map_err(|_| "a short text fits")?;
        let Some(to) = self.device(to) else {
            return Ok(None);
        };
        let transfer = |case| Command::Transfer { case, to, note };
        let done = self.in_a_case(number, transfer);
        Ok(done.map(|()| "gives a case to a colleague"))
    }

    fn invite_supervisor(&mut self, number: usize) -> Option<&'static str> {
        let device = self.device(SENIOR)?;
        self.in_a_case(number, |case| Command::InviteSupervisor { case, device })?;
        Some("invites a senior")
    }

    fn whisper(&mut self, number: usize) -> Result<Option<&'static str>, String> {
        let Some(station) = self.stations.get(number) else {
            return Ok(None);
        };
        let mut labels = station.labels(self.now);
        let along = station.desk.view(self.now).supervised;
        labels.extend(along.into_iter().map(|row| row.label));
        let Some(case) = labels.get(self.dice.below(labels.len())).copied() else {
            return Ok(None);
        };
        let words = format!("canary whisper {number}-{}", self.dice.below(1_000_000));
        let text = Text::new(&words).map_err(|_| "a short text fits")?;
        self.model.whispers(&words);
        let done = self.accepts(number, Command::Whisper { case, text });
        Ok(done.map(|()| "whispers"))
    }

    fn extend(&mut self, number: usize) -> Option<&'static str> {
        let until = self.now.day().plus(60);
        let reason = ExtensionReason::ContactAsked;
        self.in_a_case(number, |case| Command::ExtendCase {
            case,
            until,
            reason,
        })?;
        Some("asks to keep a case longer")
    }

    /// Agrees or declines, as the second person.
    fn decide(&mut self, number: usize) -> Result<Option<&'static str>, String> {
        let Some(station) = self.stations.get(number) else {
            return Ok(None);
        };
        let proposals = station.desk.view(self.now).proposals;
        let Some(first) = proposals.iter().find(|one| one.may_decide) else {
            return Ok(None);
        };
        let harmless = matches!(first.what, Proposed::Extension { .. });
        let command = match harmless && self.dice.once_in(3) {
            true => Command::Decline {
                proposal: first.label,
                reason: Text::new("canary not now").map_err(|_| "a short text fits")?,
            },
            false => Command::Approve(first.label),
        };
        let done = self.accepts(number, command);
        Ok(done.map(|()| "decides"))
    }

    /// Takes a permission away, or proposes to give it back.
    fn permit(&mut self, number: usize) -> Option<&'static str> {
        let whose = FIRST_GUIDE + self.dice.below(self.stations.len() - FIRST_GUIDE);
        let device = self.device(whose)?;
        let act = Act::Answer;
        let permission = permission(act, self.now.day());
        let (command, did) = match self.dice.once_in(3) {
            true => (
                Command::WithdrawPermission { device, act },
                "withdraws a permission",
            ),
            false => (
                Command::Permit { device, permission },
                "proposes a permission",
            ),
        };
        self.accepts(number, command)?;
        Some(did)
    }

    /// A coordinator shuts a device out, once in a run.
    fn revoke(&mut self, number: usize) -> Result<Option<&'static str>, String> {
        let whose = FIRST_GUIDE + self.dice.below(self.stations.len() - FIRST_GUIDE);
        let (Some(device), None) = (self.device(whose), &self.removed) else {
            return Ok(None);
        };
        let last_shift = self.shift()?.number();
        let reason = RemovalReason::Lost;
        if self
            .accepts(number, Command::Revoke { device, reason })
            .is_none()
        {
            return Ok(None);
        }
        let held = match self.stations.get(whose) {
            Some(station) if !station.gave_away => station.held(self.now),
            _ => Vec::new(),
        };
        let authors = held
            .iter()
            .flatten()
            .filter_map(|text| self.model.author(text));
        self.removed = Some(Removed {
            station: whose,
            last_shift,
            held: authors.collect(),
        });
        self.note(format!("desk {whose} is shut out"));
        Ok(Some("shuts a device out"))
    }

    /// At rest: who was shut out holds nothing, and even a program that kept everything and reads every post reads nothing
    /// that was written to new keys; and every contact concerned was told.
    pub(crate) fn check_removed(&mut self) -> Result<(), String> {
        let Some(removed) = &self.removed else {
            return Ok(());
        };
        let Some(station) = self.stations.get(removed.station) else {
            return Ok(());
        };
        if !station.held(self.now).is_empty() {
            return Err("a desk that was shut out holds a case".into());
        }
        let untold = removed
            .held
            .iter()
            .find(|one| !self.model.was_told_of_exposure(**one));
        if let Some(contact) = untold {
            return Err(format!("contact {contact} was never told of the exposure"));
        }
        let mut modified = station.modified()?;
        let first = modified.desk.cursors().posts_after + 1;
        let now = self.now;
        for (sequence, envelope) in (first..).zip(self.posted.iter().cloned()) {
            let post = SequencedEnvelope { sequence, envelope };
            modified.give(Input::Post(post), now, &mut self.dice);
            while modified.next_task().is_some() {}
        }
        let had = modified.held(now).into_iter().flatten();
        let mut had: BTreeSet<usize> = had.filter_map(|text| self.model.author(&text)).collect();
        let along = modified.supervised(now);
        had.extend(along.iter().filter_map(|text| self.model.author(text)));
        let mut closed = self.model.closed_to_removed(removed.last_shift, &had);
        match closed.find(|text| modified.keeps(text)) {
            Some(text) => Err(format!("who was shut out reads {text:?}")),
            None => Ok(()),
        }
    }
}

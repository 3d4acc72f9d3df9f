//! Who is at a desk: each minute those on duty say so, and who has not been heard for a whole minute is missed.

use std::collections::BTreeMap;

use protocol::{Load, Readiness, TeamEvent};
use statements::{Act, DevicePublicKey};
use wire::{Minute, ReadError, Reader, Shred, Writer};

use crate::codec::{read_all, write_all};
use crate::outbox::About;
use crate::records::RecordKey;
use crate::turn::Turn;
use crate::{Desk, Notice, Refusal, RelayTask};

/// Whoever was not heard for so many minutes is silent: a whole one at least has passed without a sign.
pub(crate) const SILENT_MINUTES: u32 = 2;

/// Somebody who checked in.
#[derive(Clone, Copy)]
pub(crate) struct There {
    pub(crate) shift: u32,
    pub(crate) readiness: Readiness,
    pub(crate) load: Load,
}

/// Who is there, and since when this desk hears the others.
#[derive(Default)]
pub(crate) struct Presence {
    pub(crate) there: BTreeMap<DevicePublicKey, There>,
    /// When each device was last heard; not kept.
    heard: BTreeMap<DevicePublicKey, Minute>,
    /// When anybody was last heard, and since when without a pause; not kept.
    hearing: Option<(Minute, Minute)>,
    /// This desk's last sign, and what destroys it; not kept.
    sign: Option<(Minute, Shred)>,
    /// This desk has said that it leaves, and not read it yet; not kept.
    leaving: bool,
    /// What this desk's person has said.
    readiness: Option<Readiness>,
    /// How many acute cases were taken here in the present shift.
    pub(crate) acute: (u32, u8),
    /// How many shifts this desk's person has brought to their end, with the talk after them.
    pub(crate) completed: u32,
}

impl Presence {
    /// (device 32 ‖ shift u32 ‖ readiness u8)* ‖ readiness u8, 0 for none ‖ acute in shift u32 ‖ acute u8 ‖ completed u32.
    pub(crate) fn encode(&self, writer: Writer) -> Writer {
        let writer = write_all(writer, self.there.iter(), |writer, (device, there)| {
            writer
                .put(&device.0)
                .u32(there.shift)
                .u8(there.readiness.code())
        });
        writer
            .u8(self.readiness.map_or(0, Readiness::code))
            .u32(self.acute.0)
            .u8(self.acute.1)
            .u32(self.completed)
    }

    pub(crate) fn decode(reader: &mut Reader<'_>) -> Result<Presence, ReadError> {
        let there = read_all(reader, |reader| {
            let device = DevicePublicKey(reader.array()?);
            let shift = reader.u32()?;
            let readiness = Readiness::from_code(reader.u8()?).ok_or(ReadError::Value)?;
            let load = Load::default();
            let there = There {
                shift,
                readiness,
                load,
            };
            Ok((device, there))
        })?;
        Ok(Presence {
            there: there.into_iter().collect(),
            readiness: match reader.u8()? {
                0 => None,
                code => Some(Readiness::from_code(code).ok_or(ReadError::Value)?),
            },
            acute: (reader.u32()?, reader.u8()?),
            completed: reader.u32()?,
            ..Presence::default()
        })
    }
}

impl Desk {
    /// Somebody said something just now.
    pub(crate) fn hear_from(&mut self, device: DevicePublicKey, turn: &Turn<'_>) {
        if !self.caught_up {
            return;
        }
        let presence = &mut self.presence;
        let since = match presence.hearing {
            Some((last, since)) if turn.now <= last.plus(SILENT_MINUTES) => since,
            // After a pause, or a clock that jumped, everybody has time to be heard again.
            _ => turn.now,
        };
        presence.hearing = Some((turn.now, since));
        presence.heard.insert(device, turn.now);
    }

    /// Whether a device has fallen silent, as far as this desk, which hears others, can tell. For how many minutes above the limit.
    pub(crate) fn silent_for(&self, device: &DevicePublicKey, now: Minute) -> Option<u32> {
        if *device == self.device() {
            return None;
        }
        let (last, since) = self.presence.hearing?;
        if now > last.plus(1) {
            // This desk hears nobody: the relay may be away.
            return None;
        }
        let heard = self.presence.heard.get(device).copied();
        let heard = heard.map_or(since, |heard| heard.max(since));
        now.0.checked_sub(heard.plus(SILENT_MINUTES).0)
    }

    /// Those checked in for a shift who are not silent.
    pub(crate) fn present_at(
        &self,
        shift: u32,
        now: Minute,
    ) -> impl Iterator<Item = (&DevicePublicKey, &There)> {
        let there = self.presence.there.iter();
        there.filter(move |(device, there)| {
            there.shift == shift && self.silent_for(device, now).is_none()
        })
    }

    /// Everybody who is checked in and not silent.
    pub(crate) fn present(&self, now: Minute) -> impl Iterator<Item = &DevicePublicKey> {
        let there = self.presence.there.keys();
        there.filter(move |device| self.silent_for(device, now).is_none())
    }

    /// For which shift this desk is checked in.
    pub(crate) fn my_shift(&self) -> Option<u32> {
        let there = self.presence.there.get(&self.device());
        there.map(|there| there.shift)
    }

    /// Whether the person at this desk takes cases.
    pub(crate) fn my_readiness(&self) -> Option<Readiness> {
        self.my_shift().and(self.presence.readiness)
    }

    pub(crate) fn check_in(
        &mut self,
        readiness: Readiness,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        self.may_act(turn)?;
        let shift = self.shift_on_duty(turn.now).ok_or(Refusal::NotOnDuty)?;
        self.presence.readiness = Some(readiness);
        self.mark(RecordKey::Duty);
        self.say_here(shift, turn);
        Ok(())
    }

    /// Says in the log that this desk is there, once and not again until that was read.
    fn say_here(&mut self, shift: u32, turn: &mut Turn<'_>) {
        let before = self.presence.sign.take();
        let event = TeamEvent::CheckIn {
            shift,
            readiness: self.presence.readiness.unwrap_or(Readiness::Here),
            load: self.load(turn.now),
        };
        let shred = self.append(&event, About::Sign, turn);
        self.presence.sign = shred.map(|shred| (turn.now, shred));
        if let Some((_, shred)) = before {
            let after = self.outbox.last_append();
            self.ask(RelayTask::ShredLog(shred), About::Nothing, after);
        }
    }

    /// The sign of each minute, and the end of a shift that nobody has ended by hand.
    pub(crate) fn keep_signing(&mut self, turn: &mut Turn<'_>) {
        let is_there = self.caught_up && !self.presence.leaving;
        let Some(mine) = self.my_shift().filter(|_| is_there) else {
            return;
        };
        let on_duty = self.shift_on_duty(turn.now);
        let Some(shift) = on_duty else {
            // A wild clock sends nobody home. Refused only when it is on its way already.
            if self.trusts_clock(turn.now) {
                let _ = self.check_out(false, turn);
            }
            return;
        };
        if shift != mine {
            self.presence.acute = (shift, 0);
        }
        let signed = self.presence.sign.as_ref().map(|(when, _)| *when);
        let is_due = signed.is_none_or(|when| when != turn.now) || shift != mine;
        if is_due && !self.outbox.has(&About::Sign) {
            self.say_here(shift, turn);
        }
    }

    /// Leaves the desk: what is open here is the team's again.
    pub(crate) fn check_out(
        &mut self,
        debriefed: bool,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        let shift = self.my_shift().ok_or(Refusal::NotOnDuty)?;
        if core::mem::replace(&mut self.presence.leaving, true) {
            return Err(Refusal::NotOnDuty);
        }
        self.return_all(turn);
        let event = TeamEvent::CheckOut { shift, debriefed };
        self.append(&event, About::Nothing, turn);
        if debriefed {
            self.presence.completed = self.presence.completed.saturating_add(1);
        }
        self.presence.readiness = None;
        self.mark(RecordKey::Duty);
        Ok(())
    }

    pub(crate) fn fold_check_in(
        &mut self,
        author: DevicePublicKey,
        there: There,
        turn: &mut Turn<'_>,
    ) {
        let came = self.presence.there.insert(author, there).is_none();
        self.mark(RecordKey::Duty);
        if came && author == self.device() {
            self.presence.leaving = false;
            self.take_up_again(turn);
            self.tell_reminders(turn);
        }
    }

    pub(crate) fn fold_check_out(&mut self, author: DevicePublicKey) {
        self.presence.there.remove(&author);
        self.presence.leaving &= author != self.device();
        self.mark(RecordKey::Duty);
    }

    /// Whether a notice is for somebody off shift too: alarms and what a person waits for; work is not.
    pub(crate) fn reaches_off_shift(notice: &Notice) -> bool {
        !matches!(
            notice,
            Notice::NewWaiting(_)
                | Notice::NewMessage(_)
                | Notice::AnswerCollected(_)
                | Notice::CaseReturned(_)
                | Notice::Whispered(_)
                | Notice::DraftWaits(_)
                | Notice::Reminder(..)
                | Notice::DestructionNears(..)
        )
    }

    /// Whether the person here may take a case now.
    pub(crate) fn may_take(&mut self, turn: &mut Turn<'_>) -> Result<(), Refusal> {
        self.may(Act::Answer, turn)?;
        if self.shift_on_duty(turn.now).is_none() {
            return Err(Refusal::NotOnDuty);
        }
        match self.my_readiness() {
            Some(Readiness::Here) => Ok(()),
            Some(Readiness::NotYet | Readiness::Break) => Err(Refusal::NotReady),
            // Whoever takes a case is there.
            None => self.check_in(Readiness::Here, turn),
        }
    }
}

//! Who comes when: duties with the guides that each needs, places that are offered, those who may be called, and surges.

use std::collections::{BTreeMap, BTreeSet};

use protocol::{Duty, Language, Staffing, TeamEvent};
use statements::{Act, DevicePublicKey};
use wire::{Day, Minute, ReadError, Reader, Writer};

use crate::codec::{read_all, read_flag, write_all};
use crate::outbox::About;
use crate::records::RecordKey;
use crate::turn::Turn;
use crate::view_shift::{DutyView, StaffView};
use crate::{Desk, Notice, Refusal};

/// For how many days ahead the rota is planned at most.
const AHEAD_DAYS: u32 = 92;
/// A gap is told to coordinators from so many minutes before on.
const GAP_MINUTES: u32 = 72 * 60;
/// How many duties are on the rota at most.
const DUTIES: usize = 2000;

/// A duty and who comes.
struct Staffed {
    duty: Duty,
    staff: BTreeMap<DevicePublicKey, Staffing>,
}

impl Staffed {
    /// How many more are needed, not counting those who offer their place.
    fn missing(&self) -> u8 {
        let on = self.staff.values().filter(|s| **s == Staffing::On).count();
        self.duty
            .minimum
            .saturating_sub(u8::try_from(on).unwrap_or(u8::MAX))
    }
}

/// The rota, and what goes with it.
#[derive(Default)]
pub(crate) struct Rota {
    duties: BTreeMap<[u8; 8], Staffed>,
    call_list: BTreeSet<DevicePublicKey>,
    /// More write than can be answered soon.
    pub(crate) surge: bool,
    /// When coordinators were last told of which gaps; not kept.
    told: Option<Day>,
}

impl Rota {
    /// (duty 18 ‖ (device 32 ‖ staffing u8)*)* ‖ call list ‖ surge u8.
    pub(crate) fn encode(&self, writer: Writer) -> Writer {
        let writer = write_all(writer, self.duties.values(), |writer, staffed| {
            let writer = staffed.duty.write(writer);
            write_all(
                writer,
                staffed.staff.iter(),
                |writer, (device, staffing)| writer.put(&device.0).u8(staffing.code()),
            )
        });
        let writer = write_all(writer, self.call_list.iter(), |writer, device| {
            writer.put(&device.0)
        });
        writer.u8(self.surge.into())
    }

    pub(crate) fn decode(reader: &mut Reader<'_>) -> Result<Rota, ReadError> {
        let duties = read_all(reader, |reader| {
            let duty = Duty::read(reader)?;
            let staff = read_all(reader, |reader| {
                let device = DevicePublicKey(reader.array()?);
                let staffing = Staffing::from_code(reader.u8()?).ok_or(ReadError::Value)?;
                Ok((device, staffing))
            })?;
            let staff = staff.into_iter().collect();
            Ok((duty.id, Staffed { duty, staff }))
        })?;
        let call_list = read_all(reader, |reader| reader.array().map(DevicePublicKey))?;
        Ok(Rota {
            duties: duties.into_iter().collect(),
            call_list: call_list.into_iter().collect(),
            surge: read_flag(reader)?,
            told: None,
        })
    }
}

impl Desk {
    /// Puts duties on the rota; for coordinators. Each is (from, until, language, minimum).
    pub(crate) fn plan_duties(
        &mut self,
        windows: &[(Minute, Minute, Language, u8)],
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        self.may_coordinate(turn)?;
        let latest = turn.now.plus(AHEAD_DAYS * Minute::PER_DAY);
        let wrong = windows.iter().any(|(from, until, _, minimum)| {
            from >= until
                || *until <= turn.now
                || *from > latest
                || until.0 - from.0 > Minute::PER_DAY
                || *minimum == 0
        });
        if wrong || windows.is_empty() {
            return Err(Refusal::BadShiftTimes);
        }
        if self.rota.duties.len() + windows.len() > DUTIES {
            return Err(Refusal::RotaFull);
        }
        let is_known = |window: &(Minute, Minute, Language, u8)| {
            let mut known = self.rota.duties.values().map(|staffed| &staffed.duty);
            known.any(|duty| {
                (duty.from, duty.until, duty.language) == (window.0, window.1, window.2)
            })
        };
        let new: Vec<_> = windows.iter().filter(|window| !is_known(window)).collect();
        for some in new.chunks(Duty::PER_EVENT) {
            let duties = some.iter().map(|(from, until, language, minimum)| {
                let mut id = [0; 8];
                turn.rng.fill_bytes(&mut id);
                Duty {
                    id,
                    from: *from,
                    until: *until,
                    language: *language,
                    minimum: *minimum,
                }
            });
            let event = TeamEvent::Duties(duties.collect());
            self.append(&event, About::Nothing, turn);
        }
        Ok(())
    }

    pub(crate) fn cancel_duty(
        &mut self,
        duty: [u8; 8],
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        self.may_coordinate(turn)?;
        if !self.rota.duties.contains_key(&duty) {
            return Err(Refusal::UnknownDuty);
        }
        self.append(&TeamEvent::CancelDuty { duty }, About::Nothing, turn);
        Ok(())
    }

    /// Puts oneself on a duty, offers the place, or leaves; coordinators do it for others too.
    pub(crate) fn staff(
        &mut self,
        duty: [u8; 8],
        device: DevicePublicKey,
        staffing: Staffing,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        self.may_act(turn)?;
        let is_me = device == self.device();
        if !is_me {
            self.may_coordinate(turn)?;
        }
        let staffed = self.rota.duties.get(&duty).ok_or(Refusal::UnknownDuty)?;
        let day = staffed.duty.from.day();
        let now = staffed.staff.get(&device).copied();
        match staffing {
            Staffing::On => {
                if !self.roster.permits(&device, Act::Answer, day) {
                    return Err(match is_me {
                        true => Refusal::NoPermission(Act::Answer),
                        false => Refusal::UnknownDevice,
                    });
                }
                if self.is_staffed_elsewhere(&device, &staffed.duty) {
                    return Err(Refusal::DutiesOverlap);
                }
            }
            // Whoever is needed stays until somebody has taken the place.
            Staffing::Off if is_me && now.is_some() => {
                let left = staffed
                    .staff
                    .iter()
                    .filter(|(other, staffing)| **other != device && **staffing == Staffing::On);
                if left.count() < usize::from(staffed.duty.minimum) && !self.is_coordinator() {
                    return Err(Refusal::OfferInstead);
                }
            }
            Staffing::Offered if now.is_none() => return Err(Refusal::UnknownDuty),
            Staffing::Off | Staffing::Offered => {}
        }
        let event = TeamEvent::Staff {
            duty,
            device,
            staffing,
        };
        self.append(&event, About::Nothing, turn);
        Ok(())
    }

    fn is_staffed_elsewhere(&self, device: &DevicePublicKey, duty: &Duty) -> bool {
        self.rota.duties.values().any(|staffed| {
            let other = &staffed.duty;
            other.id != duty.id
                && (other.from, other.until) != (duty.from, duty.until)
                && staffed.staff.contains_key(device)
                && other.from < duty.until
                && duty.from < other.until
        })
    }

    pub(crate) fn set_call_list(
        &mut self,
        ready: bool,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        self.may_act(turn)?;
        self.append(&TeamEvent::CallList { ready }, About::Nothing, turn);
        Ok(())
    }

    pub(crate) fn call(&mut self, turn: &mut Turn<'_>) -> Result<(), Refusal> {
        self.may_coordinate(turn)?;
        self.append(&TeamEvent::Call, About::Nothing, turn);
        Ok(())
    }

    pub(crate) fn set_surge(&mut self, on: bool, turn: &mut Turn<'_>) -> Result<(), Refusal> {
        self.may_coordinate(turn)?;
        self.append(&TeamEvent::Surge { on }, About::Nothing, turn);
        Ok(())
    }

    /// What an event says about the rota; what its author may not say is dropped.
    pub(crate) fn fold_rota(
        &mut self,
        author: DevicePublicKey,
        event: &TeamEvent,
        turn: &mut Turn<'_>,
    ) {
        let leads = self.roster.is_coordinator(&author);
        match event {
            TeamEvent::Duties(duties) if leads => {
                for duty in duties {
                    let staff = BTreeMap::new();
                    let staffed = Staffed { duty: *duty, staff };
                    if self.rota.duties.len() < DUTIES {
                        self.rota.duties.entry(duty.id).or_insert(staffed);
                    }
                }
            }
            TeamEvent::CancelDuty { duty } if leads => {
                self.rota.duties.remove(duty);
            }
            TeamEvent::Staff {
                duty,
                device,
                staffing,
            } if leads || *device == author => self.fold_staffing(duty, *device, *staffing),
            TeamEvent::CallList { ready: true } => {
                self.rota.call_list.insert(author);
            }
            TeamEvent::CallList { ready: false } => {
                self.rota.call_list.remove(&author);
            }
            TeamEvent::Call if leads && self.caught_up => {
                let me = self.device();
                if self.rota.call_list.contains(&me) && self.my_shift().is_none() {
                    turn.tell(Notice::Called);
                }
            }
            TeamEvent::Surge { on } if leads => {
                let changed = self.rota.surge != *on;
                self.rota.surge = *on;
                if changed && self.caught_up {
                    turn.tell(Notice::Surge(*on));
                }
            }
            _ => return,
        }
        self.mark(RecordKey::Rota);
    }

    fn fold_staffing(&mut self, duty: &[u8; 8], device: DevicePublicKey, staffing: Staffing) {
        let is_member = self.roster.members.contains_key(&device);
        let Some(staffed) = self.rota.duties.get_mut(duty).filter(|_| is_member) else {
            return;
        };
        match staffing {
            Staffing::Off => {
                staffed.staff.remove(&device);
            }
            Staffing::Offered => {
                if let Some(now) = staffed.staff.get_mut(&device) {
                    *now = Staffing::Offered;
                }
            }
            Staffing::On => {
                let is_new = staffed.staff.insert(device, Staffing::On).is_none();
                let mut staff = staffed.staff.iter();
                let offered = staff.find(|(_, staffing)| **staffing == Staffing::Offered);
                // Whoever comes takes the place that was offered first in the roster's order.
                if let Some(offered) = offered.map(|(device, _)| *device).filter(|_| is_new) {
                    staffed.staff.remove(&offered);
                }
            }
        }
    }

    /// Forgets duties that are over and members who left; tells coordinators once a day of gaps that are near.
    pub(crate) fn keep_rota(&mut self, turn: &mut Turn<'_>) {
        let now = turn.now;
        let certain = self.certain(now);
        let known = self.rota.duties.len() + self.rota.call_list.len();
        let members = &self.roster.members;
        self.rota
            .duties
            .retain(|_, staffed| certain < staffed.duty.until.plus(Minute::PER_DAY));
        for staffed in self.rota.duties.values_mut() {
            staffed
                .staff
                .retain(|device, _| members.contains_key(device));
        }
        self.rota
            .call_list
            .retain(|device| members.contains_key(device));
        if self.rota.duties.len() + self.rota.call_list.len() != known {
            self.mark(RecordKey::Rota);
        }
        if !self.is_coordinator() || self.rota.told == Some(now.day()) {
            return;
        }
        self.rota.told = Some(now.day());
        let duties = self.rota.duties.values();
        let gaps: BTreeSet<Minute> = duties
            .filter(|s| s.missing() > 0 && now < s.duty.until)
            .filter(|s| s.duty.from <= now.plus(GAP_MINUTES))
            .map(|s| s.duty.from)
            .collect();
        for from in gaps {
            turn.tell(Notice::StaffingGap(from));
        }
    }

    /// How many may be called and are not there.
    pub(crate) fn to_call(&self) -> usize {
        let list = self.rota.call_list.iter();
        let there = &self.presence.there;
        list.filter(|device| !there.contains_key(*device)).count()
    }

    pub(crate) fn is_on_call_list(&self) -> bool {
        self.rota.call_list.contains(&self.device())
    }

    /// The rota from now on, by time.
    pub(crate) fn show_rota(&self, now: Minute) -> Vec<DutyView> {
        let me = self.device();
        let duties = self.rota.duties.values();
        let mut shown: Vec<DutyView> = duties
            .filter(|staffed| now < staffed.duty.until)
            .map(|staffed| DutyView {
                id: staffed.duty.id,
                from: staffed.duty.from,
                until: staffed.duty.until,
                language: staffed.duty.language,
                minimum: staffed.duty.minimum,
                missing: staffed.missing(),
                mine: staffed.staff.get(&me).copied(),
                staff: staffed
                    .staff
                    .iter()
                    .map(|(device, staffing)| StaffView {
                        device: *device,
                        work_name: self.name_of(device),
                        offered: *staffing == Staffing::Offered,
                    })
                    .collect(),
                has_keys: self.has_keys_for(&staffed.duty),
            })
            .collect();
        shown.sort_by_key(|duty| (duty.from, duty.until, duty.language));
        shown
    }

    /// Whether a shift is announced for all of a duty.
    fn has_keys_for(&self, duty: &Duty) -> bool {
        let announced = self.line.as_ref().map(|line| line.shifts());
        let announced = announced.unwrap_or_default().iter();
        let announced = announced.map(|notice| (notice.from(), notice.until()));
        let known = self.duty_shifts().filter_map(|(_, shift)| shift.times);
        announced
            .chain(known)
            .any(|(from, until)| from <= duty.from && duty.until <= until)
    }
}

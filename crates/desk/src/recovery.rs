//! After a device was shut out: what it could read, new keys for it, and the cases back in the queue.

use std::collections::BTreeMap;

use protocol::{
    CaseId, ContactMark, Ending, Grant, GrantPurpose, GrantSubject, ReplyPart, TeamEvent, TeamKey,
};
use statements::{DevicePublicKey, RemovalReason, Revocation, RosterAction};
use wire::{Day, ReadError, Reader, Writer};

use crate::codec::{read_all, read_flag, read_option, read_string, write_all, write_option};
use crate::keeping::Back;
use crate::outbox::About;
use crate::queue::bucket;
use crate::records::RecordKey;
use crate::shares::KeepingShare;
use crate::trail::Step;
use crate::turn::Turn;
use crate::view::{ExposedCase, ExposedState, ExposureView};
use crate::{CaseLabel, Desk, Notice, Refusal};

/// What a removed device could read.
pub(crate) struct Exposure {
    work_name: String,
    reason: RemovalReason,
    day: Day,
    /// Who removed it, and goes on with its cases.
    by: DevicePublicKey,
    shifts: Option<(Day, u32)>,
    /// Since when, and whether it had the case when it was removed.
    pub(crate) cases: BTreeMap<CaseId, (Day, bool)>,
}

impl Exposure {
    /// work name ‖ reason u8 ‖ day ‖ by 32 ‖ (first day ‖ shifts u32)? ‖ (case 16 ‖ since day ‖ held u8)*.
    pub(crate) fn encode(&self, writer: Writer) -> Writer {
        let writer = writer
            .medium(self.work_name.as_bytes())
            .u8(self.reason as u8)
            .u32(self.day.0)
            .put(&self.by.0);
        let writer = write_option(writer, self.shifts, |writer, (first, count)| {
            writer.u32(first.0).u32(count)
        });
        write_all(
            writer,
            self.cases.iter(),
            |writer, (case, (since, held))| writer.put(&case.0).u32(since.0).u8((*held).into()),
        )
    }

    pub(crate) fn decode(reader: &mut Reader<'_>) -> Result<Exposure, ReadError> {
        Ok(Exposure {
            work_name: read_string(reader)?,
            reason: RemovalReason::from_code(reader.u8()?).ok_or(ReadError::Value)?,
            day: Day(reader.u32()?),
            by: DevicePublicKey(reader.array()?),
            shifts: read_option(reader, |reader| Ok((Day(reader.u32()?), reader.u32()?)))?,
            cases: read_all(reader, |reader| {
                let case = CaseId(reader.array()?);
                Ok((case, (Day(reader.u32()?), read_flag(reader)?)))
            })?
            .into_iter()
            .collect(),
        })
    }
}

impl Desk {
    /// Shuts a device out at once.
    pub(crate) fn revoke(
        &mut self,
        device: &DevicePublicKey,
        reason: RemovalReason,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        self.may_coordinate(turn)?;
        if !self.roster.members.contains_key(device) {
            return Err(Refusal::UnknownDevice);
        }
        if self.roster.is_last_coordinator(device) {
            return Err(Refusal::LastCoordinator);
        }
        self.decide(*device, RosterAction::Remove(reason), turn)?;
        self.note(Step::Revoked, turn);
        Ok(())
    }

    /// A removal stands. Every desk draws its own consequences; whoever decided it makes new keys for everybody.
    pub(crate) fn fold_removal(
        &mut self,
        author: DevicePublicKey,
        device: DevicePublicKey,
        reason: RemovalReason,
        turn: &mut Turn<'_>,
    ) {
        self.keys.remove(&device);
        self.mark(RecordKey::Keys(device));
        self.presence.there.remove(&device);
        self.mark(RecordKey::Duty);
        if device == self.device() {
            self.shut_out(turn);
            return;
        }
        let exposed = self.expose(author, device, reason, turn.now.day());
        let held: Vec<CaseId> = self.cases_of(&device).collect();
        self.take_back(&device, turn);
        self.tell_exposed(&device, &exposed, turn);
        if author == self.device() {
            self.renew_team(&device, turn);
            self.void_takes(&held, turn);
        }
        if self.is_coordinator() {
            for case in &held {
                self.release_share(case, &author, turn);
            }
        }
    }

    /// What was promised to a removed device is promised to nobody, and what was on its way to it stays where it was.
    fn take_back(&mut self, device: &DevicePublicKey, turn: &mut Turn<'_>) {
        for (id, taken) in &mut self.queue.taken {
            if let Some(returned) = &mut taken.returned
                && returned.promised == Some(*device)
            {
                returned.promised = None;
                self.dirty.insert(RecordKey::Taken(bucket(id)));
            }
        }
        let leaving = self.cases.values_mut();
        let stay: Vec<_> = leaving
            .filter(|case| case.leaving == Some(*device))
            .map(|case| {
                case.leaving = None;
                (case.id, case.contact)
            })
            .collect();
        for (id, contact) in stay {
            self.forget_kept(&id);
            // What came in the meantime was left to the other.
            self.forget_seen(contact);
            let since = turn.now.day();
            self.renew_with(&id, ReplyPart::Exposed { since }, turn);
            self.relog(&id, true, None, turn);
            let waits = self.queue.taken.get(&id);
            if waits.is_some_and(|taken| taken.returned.is_some()) {
                self.return_case(&id, Back::Now, turn);
            }
            self.claim_waiting(&id, turn);
        }
    }

    /// Takes of which the log has no more than the word: nobody was told anything, so the posts wait again.
    fn void_takes(&mut self, held: &[CaseId], turn: &mut Turn<'_>) {
        let taken = |id: &CaseId| self.queue.taken.get(id);
        let logged: Vec<ContactMark> = held
            .iter()
            .filter_map(taken)
            .filter(|taken| taken.logged)
            .map(|taken| taken.contact)
            .collect();
        let void = held.iter().copied().filter(|id| {
            let contact = taken(id).map(|taken| taken.contact);
            contact.is_some_and(|contact| !logged.contains(&contact))
        });
        for case in void.collect::<Vec<_>>() {
            let event = TeamEvent::Closed {
                case,
                ending: Ending::Void,
            };
            self.append(&event, About::Nothing, turn);
        }
    }

    /// A coordinator says that a removed device's take counts for nothing.
    pub(crate) fn fold_void(&mut self, case: &CaseId, turn: &mut Turn<'_>) {
        if let Some(taken) = self.queue.taken.remove(case) {
            self.mark(RecordKey::Taken(bucket(case)));
            for exposure in self.exposures.values_mut() {
                exposure.cases.remove(case);
            }
            let exposed: Vec<DevicePublicKey> = self.exposures.keys().copied().collect();
            for device in exposed {
                self.mark(RecordKey::Exposure(device));
            }
            self.forget_seen(taken.contact);
            self.leave_no_longer(|left_to| left_to == case, turn);
        }
    }

    fn cases_of<'a>(&'a self, device: &'a DevicePublicKey) -> impl Iterator<Item = CaseId> + 'a {
        let taken = self.queue.taken.iter();
        taken
            .filter(move |(_, taken)| taken.by == *device && !taken.closed)
            .map(|(case, _)| *case)
    }

    fn expose(
        &mut self,
        by: DevicePublicKey,
        device: DevicePublicKey,
        reason: RemovalReason,
        today: Day,
    ) -> BTreeMap<CaseId, (Day, bool)> {
        let taken = self.queue.taken.iter();
        let cases: BTreeMap<CaseId, (Day, bool)> = taken
            .filter_map(|(case, taken)| {
                let since = taken.readers.get(&device)?;
                Some((*case, (*since, taken.by == device && !taken.closed)))
            })
            .collect();
        let held = self.holders.iter().filter(|(_, d)| d.contains(&device));
        let shifts: Vec<u32> = held.map(|(number, _)| *number).collect();
        let times = shifts.iter().filter_map(|n| self.shifts.get(n)?.times);
        let first = times.map(|(from, _)| from.day()).min();
        let count = u32::try_from(shifts.len()).unwrap_or(u32::MAX);
        let exposure = Exposure {
            work_name: self.roster.work_name(&device).unwrap_or_default().into(),
            reason,
            day: today,
            by,
            shifts: (count > 0).then_some((first.unwrap_or(today), count)),
            cases: cases.clone(),
        };
        self.exposures.insert(device, exposure);
        self.mark(RecordKey::Exposure(device));
        cases
    }

    /// The contacts of this desk's cases that the device could read are told, and their cases get new keys.
    fn tell_exposed(
        &mut self,
        device: &DevicePublicKey,
        exposed: &BTreeMap<CaseId, (Day, bool)>,
        turn: &mut Turn<'_>,
    ) {
        let was_coordinator = self.exposed_shares(device);
        let mine: Vec<CaseId> = self.cases.keys().copied().collect();
        for id in mine {
            if let Some(case) = self.cases.get_mut(&id) {
                case.supervisors.remove(device);
            }
            if let Some((since, _)) = exposed.get(&id) {
                self.renew_with(&id, ReplyPart::Exposed { since: *since }, turn);
                self.relog(&id, true, None, turn);
            } else if was_coordinator {
                self.relog(&id, false, None, turn);
            }
        }
    }

    /// A contact whose first post a removed device could open is told so by whoever takes it.
    pub(crate) fn tell_first_post_exposed(&mut self, id: &CaseId, shift: u32, turn: &mut Turn<'_>) {
        let holders = self.holders.get(&shift);
        let mut exposed = self.exposures.iter();
        let exposed = exposed.find(|(device, _)| holders.is_some_and(|h| h.contains(device)));
        let Some((_, exposure)) = exposed else {
            return;
        };
        let times = self.shifts.get(&shift).and_then(|shift| shift.times);
        let since = times.map_or(exposure.day, |(from, _)| from.day());
        if self.send_reply(id, ReplyPart::Exposed { since }, turn) {
            self.append_newest_message(id, turn);
        }
    }

    /// Whether the device had shares of every case: then all shares are made anew.
    fn exposed_shares(&self, device: &DevicePublicKey) -> bool {
        let delegation = self.roster.delegation();
        delegation.is_some_and(|delegation| delegation.coordinators().contains(device))
    }

    /// The relay lets the device in no longer; the team, the trail and the shifts get new keys that it does not have.
    fn renew_team(&mut self, device: &DevicePublicKey, turn: &mut Turn<'_>) {
        self.publish_device_list();
        let delegation = self.roster.delegation();
        let named = delegation.filter(|d| d.coordinators().contains(device));
        if let Some(serial) = named.map(|delegation| delegation.serial()) {
            let revocation = Revocation {
                serial,
                device: *device,
            };
            let draft = revocation.draft(self.line());
            let signed = draft.sign_by_device(&self.identity.device).done();
            self.publish(signed.to_bytes(), About::Nothing, None);
        }
        self.new_team_key(turn);
        self.new_trail_key(turn);
        self.replace_shifts(device, turn);
        self.refresh_roster(turn);
    }

    /// A team key of the next generation for every member; granted under the present one.
    fn new_team_key(&mut self, turn: &mut Turn<'_>) {
        let newest = self.identity.team.keys().next_back().copied();
        let next = newest.map_or(0, |newest| newest.saturating_add(1));
        let key = TeamKey::random(turn.rng);
        let members: Vec<DevicePublicKey> = self.roster.members.keys().copied().collect();
        for member in members {
            self.grant_team_key(&member, (next, &key), turn);
        }
        self.identity.team.insert(next, key);
        let newest = &mut self.progress.team_announced;
        *newest = (*newest).max(next);
        self.mark(RecordKey::Progress);
        self.mark(RecordKey::Device);
    }

    pub(crate) fn grant_team_key(
        &mut self,
        to: &DevicePublicKey,
        (generation, key): (u32, &TeamKey),
        turn: &mut Turn<'_>,
    ) {
        let (line, today) = (self.line(), turn.now.day());
        if *to == self.device() {
            return;
        }
        let epoch = self.key_of(to, today);
        let what = (GrantPurpose::Team, GrantSubject::shift(0), generation);
        let sealed = epoch.map(|epoch| Grant::seal(&line, what, epoch, key.expose(), turn.rng));
        match sealed {
            Some(Ok(grant)) => {
                self.append(&TeamEvent::Grant(grant), About::TeamKey(*to), turn);
            }
            _ => turn.tell(Notice::GuideUnreachable(*to)),
        }
    }

    /// Each shift that is on duty or to come, and whose keys the device had, is replaced by one with the same times.
    fn replace_shifts(&mut self, device: &DevicePublicKey, turn: &mut Turn<'_>) {
        let announced = self.line.as_ref().map(|line| line.shifts());
        let announced = announced.unwrap_or_default().iter();
        let announced = announced.map(|notice| (notice.number(), (notice.from(), notice.until())));
        let known = self.duty_shifts().filter_map(|(n, s)| Some((*n, s.times?)));
        let times: BTreeMap<u32, _> = announced.chain(known).collect();
        let open = times.into_iter().filter(|(number, (_, until))| {
            let had = self.holders.get(number).is_some_and(|h| h.contains(device));
            had && *until > turn.now
        });
        for (number, times) in open.collect::<Vec<_>>() {
            let holders = self.holders.get(&number).cloned().unwrap_or_default();
            let guides: Vec<DevicePublicKey> = holders
                .into_iter()
                .filter(|holder| self.roster.members.contains_key(holder))
                .collect();
            let begins = times.0.max(turn.now);
            let _ = self.plan_shift((begins, times.1), &guides, turn);
        }
    }

    /// A coordinator's desk gives its share of a removed device's case to the one who goes on with it.
    fn release_share(&mut self, id: &CaseId, to: &DevicePublicKey, turn: &mut Turn<'_>) {
        if *to == self.device() {
            self.try_recover(id, turn);
            return;
        }
        self.grant_recovery(id, to, About::Share(*id, *to), turn);
    }

    /// Another coordinator's desk gave its share.
    pub(crate) fn receive_share(
        &mut self,
        id: &CaseId,
        generation: u32,
        shares: Vec<KeepingShare>,
        turn: &mut Turn<'_>,
    ) {
        let Some(kept) = self.kept.get_mut(id) else {
            return;
        };
        let is_newest = kept.state.as_ref().map(|state| state.generation) == Some(generation);
        for share in shares.into_iter().filter(|_| is_newest) {
            let is_known = |known: &KeepingShare| known.expose() == share.expose();
            if !kept.recovered.iter().any(is_known) {
                kept.recovered.push(share);
            }
        }
        self.mark(RecordKey::Kept(*id));
        self.try_recover(id, turn);
        self.try_succeed(id, turn);
    }

    /// Goes on with a removed device's case, if there are shares enough: new keys, the contact is told, back into the queue.
    fn try_recover(&mut self, id: &CaseId, turn: &mut Turn<'_>) {
        let me = self.device();
        let mut exposures = self.exposures.values();
        let since = exposures.find_map(|exposure| {
            let (since, held) = exposure.cases.get(id)?;
            (exposure.by == me && *held).then_some(*since)
        });
        let (Some(since), Some(secret)) = (since, self.recovered_secret(id)) else {
            return;
        };
        if self.rebuild(id, secret, turn) {
            // Only with this word is it this desk's in the eyes of the others.
            self.return_case(id, Back::Now, turn);
            self.renew_with(id, ReplyPart::Exposed { since }, turn);
            self.relog(id, true, None, turn);
            self.claim_waiting(id, turn);
        }
    }

    /// This device belongs to the team no longer: whatever it can still read is destroyed.
    fn shut_out(&mut self, turn: &mut Turn<'_>) {
        let keys: Vec<RecordKey> = self
            .cases
            .keys()
            .map(|id| RecordKey::Case(*id))
            .chain(self.shifts.keys().map(|number| RecordKey::Shift(*number)))
            .chain(self.epochs.keys().map(|day| RecordKey::Epoch(*day)))
            .chain(self.supervised.keys().map(|id| RecordKey::Supervised(*id)))
            .collect();
        self.cases.clear();
        self.forget_queue();
        self.shifts.clear();
        self.epochs.clear();
        self.supervised.clear();
        for id in core::mem::take(&mut self.closing).into_keys() {
            self.mark(RecordKey::Closing(id));
        }
        for task in self.outbox.clear() {
            self.mark(RecordKey::Outbox(task));
        }
        for id in self.kept.keys().copied().collect::<Vec<_>>() {
            self.forget_kept(&id);
        }
        keys.into_iter().for_each(|key| self.mark(key));
        self.identity.team.clear();
        self.progress.shut_out = true;
        self.mark(RecordKey::Device);
        turn.tell(Notice::ShutOut);
    }

    pub(crate) fn show_exposures(&self) -> Vec<ExposureView> {
        let mut shown: Vec<ExposureView> = self
            .exposures
            .values()
            .map(|exposure| ExposureView {
                work_name: exposure.work_name.clone(),
                reason: exposure.reason,
                day: exposure.day,
                shifts: exposure
                    .shifts
                    .map(|(first, count)| (first, usize::try_from(count).unwrap_or(usize::MAX))),
                cases: exposure
                    .cases
                    .iter()
                    .map(|(case, (since, _))| ExposedCase {
                        label: CaseLabel::of(case),
                        since: *since,
                        state: self.exposed_state(case),
                    })
                    .collect(),
            })
            .collect();
        shown.sort_by_key(|exposure| core::cmp::Reverse(exposure.day));
        shown
    }

    /// A case is safe once a member has it: whoever gets it makes new keys first.
    fn exposed_state(&self, case: &CaseId) -> ExposedState {
        match self.queue.taken.get(case) {
            None => ExposedState::Closed,
            Some(taken) if taken.closed => ExposedState::Closed,
            Some(taken) if self.roster.members.contains_key(&taken.by) => ExposedState::Rekeyed,
            Some(_) => ExposedState::WaitsForShares,
        }
    }

    /// Notes that a device can read a case from now on.
    pub(crate) fn reads(&mut self, case: &CaseId, device: DevicePublicKey, day: Day) {
        if let Some(taken) = self.queue.taken.get_mut(case) {
            taken.readers.entry(device).or_insert(day);
            self.mark(RecordKey::Taken(bucket(case)));
        }
    }
}

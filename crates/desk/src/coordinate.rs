//! What only coordinators do: plan shifts, invite and admit, publish cards.

use protocol::{Grant, GrantPurpose, GrantSubject, JoinSecret, ShiftSecretKey, TeamEvent, Welcome};
use statements::{
    CardSet, DeviceList, DevicePublicKey, Role, RosterAction, RosterEntry, ShiftNotice,
    ShiftSigningKey, WORK_NAME_SIZE,
};
use wire::{Minute, SlotContent, SlotName, SlotNames};
use zeroize::Zeroizing;

use crate::cards;
use crate::invitation::Invitation;
use crate::outbox::About;
use crate::records::RecordKey;
use crate::shifts::Shift;
use crate::turn::Turn;
use crate::{Desk, InvitationSecret, Notice, Refusal, RelayTask, TaskId};

impl Desk {
    fn may_coordinate(&self) -> Result<(), Refusal> {
        match (self.is_admitted(), self.is_coordinator()) {
            (false, _) => Err(Refusal::NotAdmitted),
            (true, false) => Err(Refusal::NotCoordinator),
            (true, true) => Ok(()),
        }
    }

    pub(crate) fn publish(&mut self, statement: Vec<u8>, about: About, after: Option<u64>) {
        self.ask(RelayTask::Publish(statement), about, after);
    }

    /// Makes a shift's keys and grants them before anybody can write to them.
    pub(crate) fn plan_shift(
        &mut self,
        times: (Minute, Minute),
        guides: &[DevicePublicKey],
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        self.may_coordinate()?;
        let (from, until) = times;
        if from >= until || until <= turn.now {
            return Err(Refusal::BadShiftTimes);
        }
        if !guides
            .iter()
            .all(|guide| self.roster.members.contains_key(guide))
        {
            return Err(Refusal::UnknownDevice);
        }
        let number = self.next_shift();
        self.progress.planned = number;
        let mut seed = Zeroizing::new([0; 32]);
        turn.rng.fill_bytes(seed.as_mut());
        let signing = ShiftSigningKey::from_seed(&seed);
        let mut shift = Shift::new(ShiftSecretKey::random(turn.rng), signing, turn.now.day());
        shift.times = Some(times);
        let notice = ShiftNotice::draft(
            self.line(),
            number,
            times,
            &shift.key.public(),
            shift.signing.public(),
        )
        .sign_by_device(&self.identity.device)
        .done();
        self.shifts.insert(number, shift);
        self.mark(RecordKey::Shift(number));
        self.grant_shifts(number, guides, turn);
        let after = self.outbox.last_append();
        self.publish(notice.to_bytes(), About::Nothing, after);
        Ok(())
    }

    fn next_shift(&self) -> u32 {
        let announced = self.line.as_ref().map(|line| line.shifts());
        let announced = announced
            .unwrap_or_default()
            .iter()
            .map(ShiftNotice::number);
        let known = self.shifts.keys().chain(self.holders.keys()).copied();
        announced
            .chain(known)
            .chain([self.progress.planned])
            .max()
            .unwrap_or(0)
            .saturating_add(1)
    }

    /// Grants a new shift's keys, and those of earlier shifts of which somebody still waits, to the guides and all coordinators.
    fn grant_shifts(&mut self, number: u32, guides: &[DevicePublicKey], turn: &mut Turn<'_>) {
        let (me, today) = (self.device(), turn.now.day());
        let mut devices: Vec<DevicePublicKey> = self
            .roster
            .coordinators(today)
            .chain(guides.iter().copied())
            .filter(|device| *device != me)
            .collect();
        devices.sort_unstable();
        devices.dedup();
        for device in &devices {
            let key = self.keys.get(device).and_then(|keys| keys.for_day(today));
            if key.is_none() {
                turn.tell(Notice::GuideUnreachable(*device));
            }
        }
        let earlier = self.queue.waiting_shifts();
        for shift in earlier.into_iter().filter(|shift| *shift != number) {
            for device in &devices {
                if !self.holds(device, shift) {
                    self.grant_shift(shift, device, turn);
                }
            }
        }
        for device in &devices {
            self.grant_shift(number, device, turn);
        }
    }

    fn grant_shift(&mut self, number: u32, to: &DevicePublicKey, turn: &mut Turn<'_>) {
        let (line, today) = (self.line(), turn.now.day());
        let key = self.keys.get(to).and_then(|keys| keys.for_day(today));
        let (Some(key), Some(shift)) = (key, self.shifts.get(&number)) else {
            return;
        };
        let what = (GrantPurpose::Shift, GrantSubject::shift(number), 0);
        if let Ok(grant) = Grant::seal(&line, what, key, &shift.granted(), turn.rng) {
            self.append(&TeamEvent::Grant(grant), About::Nothing, turn);
        }
    }

    pub(crate) fn invite(&mut self, work_name: String, turn: &mut Turn<'_>) -> Result<(), Refusal> {
        self.may_coordinate()?;
        if !(1..=WORK_NAME_SIZE).contains(&work_name.len()) {
            return Err(Refusal::BadWorkName);
        }
        let mut id = [0; 8];
        turn.rng.fill_bytes(&mut id);
        let secret = JoinSecret::random(turn.rng);
        turn.tell(Notice::Invitation {
            work_name: work_name.clone(),
            secret: InvitationSecret(Zeroizing::new(*secret.expose())),
        });
        self.invitations
            .insert(id, Invitation::new(secret, work_name));
        self.mark(RecordKey::Invitation(id));
        Ok(())
    }

    /// Reads the slots of the invitations that nobody has answered, two at a time, noise beside an odd one.
    pub(crate) fn check_invitations(&mut self, turn: &mut Turn<'_>) -> Result<(), Refusal> {
        self.may_coordinate()?;
        let line = self.line();
        let open = self.invitations.values().filter(|i| i.request().is_none());
        let mut names: Vec<SlotName> = open.map(|i| i.secret.slot(&line)).collect();
        if names.len() % 2 == 1 {
            let mut noise = [0; 32];
            turn.rng.fill_bytes(&mut noise);
            names.push(SlotName(noise));
        }
        let mut names = names.into_iter();
        while let (Some(first), Some(second)) = (names.next(), names.next()) {
            let task = RelayTask::ReadSlots(SlotNames([first, second]));
            self.ask(task, About::Invitations, None);
        }
        Ok(())
    }

    pub(crate) fn slots_read(
        &mut self,
        task: TaskId,
        contents: &[SlotContent; 2],
        turn: &mut Turn<'_>,
    ) {
        if self.outbox.remove(task.0).is_none() {
            return;
        }
        let line = self.line();
        let mut answered = Vec::new();
        for (id, invitation) in &mut self.invitations {
            for content in contents {
                if invitation.answer(&line, &content.envelope) {
                    answered.push(*id);
                    let request = invitation.request();
                    turn.tells
                        .extend(request.map(|r| Notice::JoinRequested(r.epoch_key().device())));
                }
            }
        }
        for id in answered {
            self.mark(RecordKey::Invitation(id));
        }
    }

    fn invitation_of(&self, device: &DevicePublicKey) -> Option<[u8; 8]> {
        let asks = |invitation: &Invitation| {
            invitation
                .request()
                .is_some_and(|request| request.epoch_key().device() == *device)
        };
        let found = self.invitations.iter().find(|(_, i)| asks(i));
        found.map(|(id, _)| *id)
    }

    pub(crate) fn admit(
        &mut self,
        device: &DevicePublicKey,
        role: Role,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        self.may_coordinate()?;
        let line = self.line.as_ref().ok_or(Refusal::LineUnknown)?;
        if line.delegation().admission_threshold() > 1 {
            return Err(Refusal::SeveralSignatures);
        }
        let id = self.invitation_of(device).ok_or(Refusal::UnknownNewcomer)?;
        let invitation = self.invitations.get_mut(&id);
        let invitation = invitation.ok_or(Refusal::UnknownNewcomer)?;
        if invitation.admitting.replace(role).is_none() {
            self.mark(RecordKey::Invitation(id));
            self.append_admission(&id, turn);
        }
        Ok(())
    }

    fn append_admission(&mut self, id: &[u8; 8], turn: &mut Turn<'_>) {
        let (Some(line), Some(invitation)) = (&self.line, self.invitations.get(id)) else {
            return;
        };
        let (Some(request), Some(role)) = (invitation.request(), invitation.admitting) else {
            return;
        };
        let entry = RosterEntry {
            sequence: self.roster.next,
            previous: self.roster.head,
            action: RosterAction::Admit,
            device: request.epoch_key().device(),
            role,
            until: line.delegation().until(),
            work_name: request.work_name().into(),
        };
        let statement = entry
            .draft(self.line())
            .sign_by_device(&self.identity.device);
        let event = TeamEvent::Statement(statement.done().to_bytes());
        self.append(&event, About::Nothing, turn);
    }

    /// This desk's roster entry did not continue the chain: unless somebody else admitted the device, it is written anew.
    pub(crate) fn admit_again(&mut self, device: &DevicePublicKey, turn: &mut Turn<'_>) {
        let waits = self.invitation_of(device);
        let id = waits.filter(|_| !self.roster.members.contains_key(device));
        if let Some(id) = id {
            self.append_admission(&id, turn);
        }
    }

    /// This desk's roster entry stands: the relay lets the device in, and the device gets the team key.
    pub(crate) fn complete_admission(&mut self, entry: &RosterEntry, turn: &mut Turn<'_>) {
        if entry.device == self.device() {
            return;
        }
        self.publish_device_list(entry.sequence.saturating_add(1));
        if let Some(id) = self.invitation_of(&entry.device)
            && let Some(invitation) = self.invitations.remove(&id)
        {
            self.mark(RecordKey::Invitation(id));
            self.welcome(&invitation, turn);
        }
        self.refresh_roster(turn);
    }

    fn welcome(&mut self, invitation: &Invitation, turn: &mut Turn<'_>) {
        let Some(request) = invitation.request() else {
            return;
        };
        let event = TeamEvent::Statement(request.epoch_statement().to_vec());
        self.append(&event, About::Nothing, turn);
        let Some((generation, team_key)) = &self.identity.team else {
            return;
        };
        let welcome = Welcome {
            generation: *generation,
            team_key: team_key.duplicate(),
        };
        let sealed = welcome.seal(&self.line(), request.epoch_key(), turn.rng);
        if let Ok(envelope) = sealed {
            self.append_envelope(envelope, About::Nothing);
        }
    }

    /// All members' devices. The serial is the number of roster entries, so that it rises whichever coordinator publishes.
    pub(crate) fn publish_device_list(&mut self, serial: u32) {
        let devices: Vec<DevicePublicKey> = self.roster.members.keys().copied().collect();
        let list = DeviceList::draft(self.line(), serial, &devices);
        let list = list.sign_by_device(&self.identity.device).done();
        self.publish(list.to_bytes(), About::Nothing, None);
    }

    pub(crate) fn refuse_join(&mut self, device: &DevicePublicKey) -> Result<(), Refusal> {
        self.may_coordinate()?;
        let id = self.invitation_of(device).ok_or(Refusal::UnknownNewcomer)?;
        self.invitations.remove(&id);
        self.mark(RecordKey::Invitation(id));
        Ok(())
    }

    pub(crate) fn publish_cards(&mut self, json: &str, turn: &mut Turn<'_>) -> Result<(), Refusal> {
        self.may_coordinate()?;
        cards::check(json)?;
        let announced = self.line.as_ref().and_then(|line| line.cards());
        let announced = announced.map_or(0, CardSet::serial);
        let serial = announced.max(self.progress.cards).saturating_add(1);
        self.progress.cards = serial;
        let set = CardSet::draft(self.line(), serial, turn.now.day(), json);
        let set = set.sign_by_device(&self.identity.device).done();
        self.publish(set.to_bytes(), About::Nothing, None);
        Ok(())
    }
}

//! What only coordinators do: plan shifts, invite and admit, publish cards.

use protocol::{
    Grant, GrantPurpose, GrantSubject, JoinSecret, ShiftSecretKey, TeamEvent, TeamKey, Welcome,
};
use statements::{
    Act, CardSet, DeviceList, DevicePublicKey, LetterKey, ShiftNotice, ShiftSigningKey,
    WORK_NAME_SIZE, is_plain,
};
use wire::{Day, Minute, SlotContent, SlotName, SlotNames};
use zeroize::Zeroizing;

use crate::cards;
use crate::invitation::Invitation;
use crate::outbox::About;
use crate::records::RecordKey;
use crate::shifts::Shift;
use crate::turn::Turn;
use crate::{Desk, InvitationSecret, Notice, Refusal, RelayTask, TaskId};

impl Desk {
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
        self.may_coordinate(turn)?;
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
        let known = known.filter(|number| *number < LetterKey::FIRST);
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
            if !self.is_reachable(device, today) {
                turn.tell(Notice::GuideUnreachable(*device));
            }
        }
        // Letters stay with coordinators, who hand them on.
        let is_earlier = |shift: &u32| *shift != number && *shift < LetterKey::FIRST;
        let earlier = self.queue.waiting_shifts();
        for shift in earlier.into_iter().filter(is_earlier) {
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

    pub(crate) fn grant_shift(&mut self, number: u32, to: &DevicePublicKey, turn: &mut Turn<'_>) {
        let (line, today) = (self.line(), turn.now.day());
        let key = self.key_of(to, today);
        let (Some(key), Some(shift)) = (key, self.shifts.get(&number)) else {
            return;
        };
        let what = (GrantPurpose::Shift, GrantSubject::shift(number), 0);
        if let Ok(grant) = Grant::seal(&line, what, key, &shift.granted(), turn.rng) {
            self.append(&TeamEvent::Grant(grant), About::Nothing, turn);
        }
    }

    pub(crate) fn invite(&mut self, work_name: String, turn: &mut Turn<'_>) -> Result<(), Refusal> {
        self.may_coordinate(turn)?;
        if work_name.is_empty() || !is_plain(&work_name, WORK_NAME_SIZE) {
            return Err(Refusal::BadWorkName);
        }
        let mut members = self.roster.members.values();
        if members.any(|member| member.is.work_name == work_name) {
            return Err(Refusal::WorkNameTaken);
        }
        let mut id = [0; 8];
        turn.rng.fill_bytes(&mut id);
        let secret = JoinSecret::random(turn.rng);
        turn.tell(Notice::Invitation {
            work_name: work_name.clone(),
            secret: InvitationSecret(Zeroizing::new(*secret.expose())),
        });
        self.invitations
            .insert(id, Invitation::new(secret, work_name, turn.now.day()));
        self.mark(RecordKey::Invitation(id));
        Ok(())
    }

    /// Reads the slots of the invitations that nobody has answered, two at a time, noise beside an odd one.
    pub(crate) fn check_invitations(&mut self, turn: &mut Turn<'_>) -> Result<(), Refusal> {
        self.may_coordinate(turn)?;
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
        let Some(task) = self.outbox.remove(task.0) else {
            return;
        };
        if let (About::Handover(case), [found, _]) = (task.about, contents) {
            self.read_handover(&case, found, turn);
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

    pub(crate) fn invitation_of(&self, device: &DevicePublicKey) -> Option<[u8; 8]> {
        let asks = |invitation: &Invitation| {
            invitation
                .request()
                .is_some_and(|request| request.epoch_key().device() == *device)
        };
        let found = self.invitations.iter().find(|(_, i)| asks(i));
        found.map(|(id, _)| *id)
    }

    /// An admission stands. Whoever said the last word has the relay let the device in; whoever invited it gives it the team
    /// keys.
    pub(crate) fn complete_admission(
        &mut self,
        author: &DevicePublicKey,
        device: DevicePublicKey,
        turn: &mut Turn<'_>,
    ) {
        if device == self.device() {
            return;
        }
        if *author == self.device() {
            self.publish_device_list();
            self.refresh_roster(turn);
        }
        if let Some(id) = self.invitation_of(&device)
            && let Some(invitation) = self.invitations.remove(&id)
        {
            self.mark(RecordKey::Invitation(id));
            self.welcome(&invitation, turn);
        }
    }

    /// Invitations that nobody may answer any more.
    pub(crate) fn forget_old_invitations(&mut self, today: Day) {
        let old = self.invitations.iter();
        let old = old.filter(|(_, invitation)| invitation.is_over(today));
        for id in old.map(|(id, _)| *id).collect::<Vec<_>>() {
            self.invitations.remove(&id);
            self.mark(RecordKey::Invitation(id));
        }
    }

    fn welcome(&mut self, invitation: &Invitation, turn: &mut Turn<'_>) {
        let Some(request) = invitation.request() else {
            return;
        };
        let event = TeamEvent::Statement(request.epoch_statement().to_vec());
        self.append(&event, About::Nothing, turn);
        let Some((first, _)) = self.identity.team.iter().next() else {
            return;
        };
        let keys: Vec<&TeamKey> = self.identity.team.values().collect();
        let line = self.line();
        let mut first = *first;
        let mut welcomes = Vec::new();
        for some in keys.chunks(Welcome::KEYS) {
            let team_keys = some.iter().map(|key| key.duplicate()).collect();
            let welcome = Welcome { first, team_keys };
            let sealed = welcome.seal(&line, request.epoch_key(), &invitation.secret, turn.rng);
            welcomes.extend(sealed);
            first = first.saturating_add(u32::try_from(some.len()).unwrap_or(u32::MAX));
        }
        for welcome in welcomes {
            self.append_envelope(welcome, About::Nothing);
        }
    }

    /// All members' devices. The serial is the number of roster entries, so that it rises whichever coordinator publishes.
    pub(crate) fn publish_device_list(&mut self) {
        let serial = self.roster.entries.saturating_add(1);
        let devices: Vec<DevicePublicKey> = self.roster.members.keys().copied().collect();
        let list = DeviceList::draft(self.line(), serial, &devices);
        let list = list.sign_by_device(&self.identity.device).done();
        self.publish(list.to_bytes(), About::Nothing, None);
    }

    pub(crate) fn refuse_join(
        &mut self,
        device: &DevicePublicKey,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        self.may_coordinate(turn)?;
        let id = self.invitation_of(device).ok_or(Refusal::UnknownNewcomer)?;
        self.invitations.remove(&id);
        self.mark(RecordKey::Invitation(id));
        Ok(())
    }

    /// How many must agree to what is signed now. The line's newest delegation counts before the log has it: by the time anybody judges
    /// what is signed now, the log will.
    pub(crate) fn must_agree(&self) -> u8 {
        let logged = self.roster.delegation();
        let of_line = self.line.as_ref().map(|line| line.delegation());
        let both = logged.into_iter().chain(of_line);
        both.map(|delegation| delegation.admission_threshold())
            .max()
            .unwrap_or(1)
    }

    pub(crate) fn publish_cards(&mut self, json: &str, turn: &mut Turn<'_>) -> Result<(), Refusal> {
        self.may_coordinate(turn)?;
        self.may(Act::Publish, turn)?;
        cards::check(json)?;
        self.is_checked(json)?;
        let today = self.cards_day(turn.now.day());
        let suspended = record::suspended_where_due(json, today).map_err(|_| Refusal::BadCards)?;
        let json = suspended.as_deref().unwrap_or(json);
        let announced = self.line.as_ref().and_then(|line| line.cards());
        let announced = announced.map_or(0, CardSet::serial);
        let serial = announced.max(self.progress.cards).saturating_add(1);
        self.progress.cards = serial;
        let set = CardSet::draft(self.line(), serial, turn.now.day(), json);
        let set = set.sign_by_device(&self.identity.device).done();
        if self.must_agree() > 1 {
            self.propose(&set, turn);
        } else {
            self.publish(set.to_bytes(), About::Nothing, None);
        }
        Ok(())
    }
}

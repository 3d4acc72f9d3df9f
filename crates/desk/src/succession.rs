//! A case whose holder has fallen silent: those who have shares of it give them to one of them, who puts it back into the queue.
//!
//! Each case's keeping secret is shared out (Shamir) among coordinators, two shares each, and some of the colleagues who are there,
//! one each. As many are needed as so many coordinators have as must agree to an admission. The log decides: an asking is void once
//! the holder says anything, and a succession counts only after grants of enough shares.

use std::collections::BTreeSet;

use protocol::{
    CaseId, Choices, Grant, GrantPurpose, GrantSubject, KeepingSecret, Language, TeamEvent,
};
use statements::{Act, DevicePublicKey};
use wire::{Day, Minute, ReadError, Reader, Writer};

use crate::codec::{read_all, read_flag, write_all};
use crate::keeping::Back;
use crate::kept::Kept;
use crate::outbox::About;
use crate::queue::{Taken, bucket};
use crate::records::RecordKey;
use crate::shares::{self, KeepingShare};
use crate::trail::Step;
use crate::turn::Turn;
use crate::{CaseLabel, Desk, Notice};

/// How many colleagues have a share of a case, besides the coordinators.
const STAND_INS: usize = 6;
/// After how many minutes an asking that came to nothing makes way for another.
const ASK_AGAIN_MINUTES: u32 = 3;

/// Somebody asks for shares of a case whose holder is missed.
#[derive(Clone)]
pub(crate) struct Missed {
    pub(crate) by: DevicePublicKey,
    /// Who has given a share since.
    pub(crate) givers: BTreeSet<DevicePublicKey>,
    /// The shares are of a generation whose grants this desk never saw: it slept, and they are destroyed.
    pub(crate) unseen: bool,
    /// When this desk read of it; not kept.
    pub(crate) when: Option<Minute>,
}

impl Missed {
    /// by 32 ‖ unseen u8 ‖ givers.
    pub(crate) fn encode(&self, writer: Writer) -> Writer {
        let writer = writer.put(&self.by.0).u8(self.unseen.into());
        write_all(writer, self.givers.iter(), |writer, giver| {
            writer.put(&giver.0)
        })
    }

    pub(crate) fn decode(reader: &mut Reader<'_>) -> Result<Missed, ReadError> {
        let by = DevicePublicKey(reader.array()?);
        let unseen = read_flag(reader)?;
        let givers = read_all(reader, |reader| reader.array().map(DevicePublicKey))?;
        Ok(Missed {
            by,
            unseen,
            givers: givers.into_iter().collect(),
            when: None,
        })
    }
}

impl Desk {
    /// How many shares a device has of each case in which it has any.
    pub(crate) fn weight(&self, device: &DevicePublicKey) -> usize {
        if self.roster.is_coordinator(device) {
            2
        } else {
            1
        }
    }

    /// How many shares give a case back.
    pub(crate) fn shares_needed(&self) -> usize {
        let delegation = self.roster.delegation();
        let agreed = delegation.map_or(1, |delegation| delegation.admission_threshold());
        let there = self.roster.coordinators(Day(0)).count();
        2 * usize::from(agreed).min(there).max(1)
    }

    /// The colleagues who get a share of a case: of those who are there, as the case's number falls.
    pub(crate) fn stand_ins(
        &self,
        id: &CaseId,
        choices: Choices,
        now: Minute,
    ) -> BTreeSet<DevicePublicKey> {
        let (me, today) = (self.device(), now.day());
        let mine = self.roster.work_name(&me);
        let aside = self.queue.taken.get(id).map(|taken| &taken.aside);
        let mut names = BTreeSet::new();
        let mut there: Vec<&DevicePublicKey> = self
            .present(now)
            .filter(|device| {
                !self.roster.is_coordinator(device)
                    && self.roster.work_name(device) != mine
                    && self.roster.permits(device, Act::Answer, today)
                    && self.is_reachable(device, today)
                    && !self.is_excluded(device, choices)
                    && !aside.is_some_and(|aside| aside.contains(device))
            })
            .collect();
        let turned = |device: &DevicePublicKey| -> Vec<u8> {
            let bytes = device.0.iter().zip(id.0.iter().cycle());
            bytes.map(|(one, other)| one ^ other).collect()
        };
        there.sort_by_key(|device| turned(device));
        there.retain(|device| names.insert(self.roster.work_name(device)));
        there.into_iter().take(STAND_INS).copied().collect()
    }

    /// Whoever is given shares of a case: all coordinators, and its stand-ins.
    pub(crate) fn sharers(
        &self,
        stand_ins: &BTreeSet<DevicePublicKey>,
        today: Day,
    ) -> Vec<DevicePublicKey> {
        let coordinators = self.roster.coordinators(today);
        coordinators.chain(stand_ins.iter().copied()).collect()
    }

    /// Whether one of them had no share of the case until now. It did not keep what the log has of the case, and could give the
    /// next holder only what comes from here on.
    pub(crate) fn lacks_history(&self, id: &CaseId, sharers: &[DevicePublicKey]) -> bool {
        sharers.iter().any(|device| !self.has_shares(device, id))
    }

    /// Shares of a case's keeping secret for all coordinators and stand-ins.
    pub(crate) fn share_grants(
        &self,
        id: &CaseId,
        (generation, secret): (u32, &KeepingSecret),
        stand_ins: &BTreeSet<DevicePublicKey>,
        turn: &mut Turn<'_>,
    ) -> Vec<Grant> {
        let (line, today) = (self.line(), turn.now.day());
        let all = self.sharers(stand_ins, today);
        let count = all.iter().map(|device| self.weight(device)).sum();
        let needed = u8::try_from(self.shares_needed()).unwrap_or(u8::MAX);
        let mut shares = shares::split(secret, needed, count, turn.rng).into_iter();
        let what = (GrantPurpose::Share, GrantSubject::case(id), generation);
        let mut grants = Vec::new();
        for device in all {
            let own: Vec<KeepingShare> = shares.by_ref().take(self.weight(&device)).collect();
            let key = self.key_of(&device, today);
            let content = shares::to_bytes(&own);
            let sealed = key.map(|key| Grant::seal(&line, what, key, &content, turn.rng));
            grants.extend(sealed.and_then(Result::ok));
        }
        grants
    }

    /// Everybody notes who has shares of a case.
    pub(crate) fn note_sharer(&mut self, grant: &Grant) {
        let case = CaseId(grant.subject.0);
        let Some(taken) = self.queue.taken.get_mut(&case) else {
            return;
        };
        let (generation, sharers) = &mut taken.sharers;
        if *generation < grant.generation {
            *generation = grant.generation;
            sharers.clear();
        }
        if *generation == grant.generation {
            sharers.insert(grant.to);
        }
        self.mark(RecordKey::Taken(bucket(&case)));
    }

    /// Whoever speaks is not missed.
    pub(crate) fn end_missing(&mut self, author: &DevicePublicKey) {
        for (id, taken) in &mut self.queue.taken {
            if taken.by == *author && taken.missed.take().is_some() {
                self.dirty.insert(RecordKey::Taken(bucket(id)));
            }
        }
    }

    /// Holders keep shares of their cases with those who are there.
    pub(crate) fn renew_stand_ins(&mut self, turn: &mut Turn<'_>) {
        let needed = self.shares_needed();
        let mut short = Vec::new();
        for case in self.cases.values().filter(|case| case.leaving.is_none()) {
            let there = |device: &&DevicePublicKey| self.silent_for(device, turn.now).is_none();
            let shared = case.stand_ins.iter().filter(there);
            let shared = shared.filter(|device| self.presence.there.contains_key(device));
            let best = self.stand_ins(&case.id, case.choices, turn.now);
            let shared = shared.count();
            if shared <= needed && best.len() > shared && best.len() >= needed {
                short.push(case.id);
            }
        }
        for id in short {
            self.relog_among(&id, (false, true), None, turn);
        }
    }

    /// Looks after cases whose holder is silent: asks for shares, or gives them.
    pub(crate) fn mind_silent(&mut self, turn: &mut Turn<'_>) {
        let me = self.device();
        if !self.is_admitted() || self.clock_off {
            return;
        }
        let mut ask = Vec::new();
        let mut give = Vec::new();
        for (id, taken) in self.queue.taken.iter().filter(|(_, taken)| !taken.closed) {
            let Some(minutes) = self.silent_for(&taken.by, turn.now) else {
                continue;
            };
            if !self.roster.members.contains_key(&taken.by) || !taken.sharers.1.contains(&me) {
                continue;
            }
            match &taken.missed {
                Some(missed) if missed.by == me => {}
                Some(missed) => {
                    let is_old = missed
                        .when
                        .is_none_or(|when| turn.now > when.plus(ASK_AGAIN_MINUTES));
                    let gone = self.silent_for(&missed.by, turn.now).is_some();
                    let shares = taken.sharers.1.contains(&missed.by);
                    if shares && !missed.givers.contains(&me) {
                        give.push((*id, missed.by));
                    }
                    if is_old && (gone || minutes > ASK_AGAIN_MINUTES) {
                        ask.extend(self.may_ask(id, taken, minutes, turn.now).then_some(*id));
                    }
                }
                None => ask.extend(self.may_ask(id, taken, minutes, turn.now).then_some(*id)),
            }
        }
        for (id, to) in give {
            self.give_share(&id, &to, turn);
        }
        for id in ask {
            self.append(&TeamEvent::Miss { case: id }, About::Miss(id), turn);
        }
    }

    /// Whether it is this desk's turn to ask: those who are there ask one after the other, a minute between them.
    fn may_ask(&self, id: &CaseId, taken: &Taken, minutes: u32, now: Minute) -> bool {
        let me = self.device();
        if self.outbox.has(&About::Miss(*id)) || !self.may_keep(&me, taken) {
            return false;
        }
        let there: Vec<&DevicePublicKey> = taken
            .sharers
            .1
            .iter()
            .filter(|device| {
                self.presence.there.contains_key(device)
                    && self.silent_for(device, now).is_none()
                    && self.may_keep(device, taken)
            })
            .collect();
        let rank = there.iter().position(|device| **device == me);
        let rank = rank.unwrap_or(there.len());
        minutes >= u32::try_from(rank).unwrap_or(u32::MAX)
    }

    /// Whether a device may keep a case for the team: nobody whom the contact excludes, or who stepped aside.
    fn may_keep(&self, device: &DevicePublicKey, taken: &Taken) -> bool {
        let choices = taken.returned.as_ref().map(|returned| returned.choices);
        !taken.aside.contains(device)
            && !choices.is_some_and(|choices| self.is_excluded(device, choices))
    }

    /// Somebody asks for shares.
    pub(crate) fn fold_miss(&mut self, author: DevicePublicKey, id: &CaseId, turn: &mut Turn<'_>) {
        let Some(taken) = self.queue.taken.get_mut(id).filter(|taken| !taken.closed) else {
            return;
        };
        if taken.by == author {
            return;
        }
        taken.missed = Some(Missed {
            by: author,
            givers: BTreeSet::new(),
            unseen: false,
            when: Some(turn.now),
        });
        self.mark(RecordKey::Taken(bucket(id)));
        if author == self.device() {
            // One's own shares may be enough.
            self.try_succeed(id, turn);
        } else {
            self.mind_silent(turn);
        }
    }

    fn give_share(&mut self, id: &CaseId, to: &DevicePublicKey, turn: &mut Turn<'_>) {
        if self.outbox.has(&About::Share(*id, *to)) {
            return;
        }
        self.grant_recovery(id, to, About::Share(*id, *to), turn);
    }

    /// Seals this desk's shares of a case for whoever goes on with it.
    pub(crate) fn grant_recovery(
        &mut self,
        id: &CaseId,
        to: &DevicePublicKey,
        about: About,
        turn: &mut Turn<'_>,
    ) {
        let (line, today) = (self.line(), turn.now.day());
        let shares = self.kept.get(id).and_then(Kept::newest_shares);
        let key = self.key_of(to, today);
        let (Some((generation, shares)), Some(key)) = (shares, key) else {
            return;
        };
        let what = (GrantPurpose::Recovery, GrantSubject::case(id), generation);
        let content = shares::to_bytes(&shares);
        if let Ok(grant) = Grant::seal(&line, what, key, &content, turn.rng) {
            self.append(&TeamEvent::Grant(grant), about, turn);
        }
    }

    /// Everybody notes who gave shares to whoever asked.
    pub(crate) fn note_giver(&mut self, author: &DevicePublicKey, grant: &Grant) {
        let case = CaseId(grant.subject.0);
        let Some(taken) = self.queue.taken.get_mut(&case) else {
            return;
        };
        let (generation, sharers) = &taken.sharers;
        let unseen = grant.generation > *generation;
        let has_shares = grant.generation == *generation && sharers.contains(author);
        let missed = taken.missed.as_mut();
        if let Some(missed) = missed.filter(|missed| missed.by == grant.to)
            && (unseen || has_shares)
        {
            missed.givers.insert(*author);
            missed.unseen |= unseen;
            self.mark(RecordKey::Taken(bucket(&case)));
        }
    }

    /// Says that it goes on with a case, once the shares that it was given open it.
    pub(crate) fn try_succeed(&mut self, id: &CaseId, turn: &mut Turn<'_>) {
        let me = self.device();
        let taken = self.queue.taken.get(id);
        let is_asked = taken.is_some_and(|taken| {
            !taken.closed && taken.missed.as_ref().is_some_and(|missed| missed.by == me)
        });
        if !is_asked || self.recovered_secret(id).is_none() || self.outbox.has(&About::Succeed(*id))
        {
            return;
        }
        let event = TeamEvent::Succeed { case: *id };
        self.append(&event, About::Succeed(*id), turn);
    }

    /// The secret that the shares here give, if it opens the case. One share that is none of this secret is left out.
    pub(crate) fn recovered_secret(&self, id: &CaseId) -> Option<KeepingSecret> {
        let line = self.line();
        let kept = self.kept.get(id)?;
        let state = kept.state.as_ref()?;
        let own = kept.newest_shares().into_iter().flat_map(|(_, own)| own);
        let all: Vec<KeepingShare> = own.chain(kept.recovered.iter().cloned()).collect();
        let opens = |shares: &[KeepingShare]| {
            shares::join(shares).filter(|secret| state.open(&line, secret).is_ok())
        };
        opens(&all).or_else(|| {
            (0..all.len()).find_map(|left_out| {
                let mut fewer = all.clone();
                fewer.remove(left_out);
                opens(&fewer)
            })
        })
    }

    /// A case goes to whoever asked, if enough shares were given for it.
    pub(crate) fn fold_succeed(
        &mut self,
        author: DevicePublicKey,
        id: &CaseId,
        turn: &mut Turn<'_>,
    ) {
        let needed = self.shares_needed();
        let Some(taken) = self.queue.taken.get(id).filter(|taken| !taken.closed) else {
            return;
        };
        let Some(missed) = taken.missed.as_ref().filter(|missed| missed.by == author) else {
            return;
        };
        let has_shares = missed.unseen || taken.sharers.1.contains(&author);
        let own = Some(&author).filter(|author| has_shares && !missed.givers.contains(author));
        let gave = missed.givers.iter().chain(own);
        if gave.map(|device| self.weight(device)).sum::<usize>() < needed {
            return;
        }
        let (holder, contact) = (taken.by, taken.contact);
        self.pass_to(holder, author, contact);
        if let Some(taken) = self.queue.taken.get_mut(id) {
            taken.missed = None;
        }
        self.reads(id, author, turn.now.day());
        self.let_open_left(id, turn);
        if holder == self.device() {
            self.lose_case(id, turn);
        }
        if author == self.device() {
            self.go_on_for(id, turn);
        }
        self.stop_supervising(id);
    }

    /// This desk keeps a silent holder's case for whoever takes it.
    fn go_on_for(&mut self, id: &CaseId, turn: &mut Turn<'_>) {
        let promised = self.queue.taken.get(id).and_then(|taken| {
            let returned = taken.returned.as_ref()?;
            returned.promised
        });
        let Some(secret) = self.recovered_secret(id) else {
            return;
        };
        if !self.rebuild(id, secret, turn) {
            return;
        }
        if let Some(case) = self.cases.get_mut(id) {
            case.returned = true;
        }
        match promised {
            Some(to) => self.keep_promise(id, to, turn),
            None => {
                self.return_case(id, Back::ShiftEnds, turn);
                self.relog(id, false, None, turn);
            }
        }
        self.note(Step::Recovered, turn);
        self.claim_waiting(id, turn);
        turn.tell(Notice::CaseRecovered(CaseLabel::of(id)));
    }

    /// Whether somebody else may be given a case: nobody whom the contact excludes, or who stepped aside.
    pub(crate) fn may_have(
        &self,
        device: &DevicePublicKey,
        id: &CaseId,
        (language, choices): (Language, Choices),
    ) -> bool {
        let aside = self.queue.taken.get(id).map(|taken| &taken.aside);
        self.suits(device, language, choices)
            && !aside.is_some_and(|aside| {
                let name = self.roster.work_name(device);
                aside
                    .iter()
                    .any(|other| other == device || self.roster.work_name(other) == name)
            })
    }
}

//! Who can go on with a case: its state in the log, shares of its keeping secret, and passing it on.

use protocol::{
    CaseEntry, CaseId, CaseState, Grant, GrantPurpose, GrantSubject, KeepingSecret, ReplyPart,
    TeamEvent, Text,
};
use statements::{Act, DevicePublicKey};
use wire::Shred;

use crate::case::{Brought, Case, Message, Written};
use crate::codec::duplicate_part;
use crate::logged::Entry;
use crate::outbox::About;
use crate::presence::There;
use crate::records::RecordKey;
use crate::trail::Step;
use crate::turn::Turn;
use crate::{CaseLabel, Desk, Notice, Refusal, RelayTask};

/// Why a case goes back into the queue.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Back {
    /// Somebody is to go on with it now.
    Now,
    /// So too, and never the one who has it.
    Aside,
    /// Its holder leaves or was missed: it waits if the last word is the contact's, else until the contact writes.
    ShiftEnds,
}

impl Desk {
    /// Appends an event of which nothing may be left once the case is destroyed.
    pub(crate) fn append_of_case(&mut self, id: &CaseId, event: &TeamEvent, turn: &mut Turn<'_>) {
        let shred = self.append(event, About::Case(*id), turn);
        if let (Some(shred), Some(case)) = (shred, self.cases.get_mut(id)) {
            case.entries.push(shred);
            self.mark(RecordKey::Case(*id));
        }
    }

    pub(crate) fn append_entry(&mut self, id: &CaseId, entry: &Entry, turn: &mut Turn<'_>) {
        let line = self.line();
        let Some(case) = self.cases.get(id) else {
            return;
        };
        let secret = (case.logged.generation, &case.logged.log);
        if let Ok(entry) = CaseEntry::seal(&line, *id, secret, &entry.write(), turn.rng) {
            self.append_of_case(id, &TeamEvent::CaseEntry(entry), turn);
        }
    }

    /// Appends the newest message for whoever goes on with the case.
    pub(crate) fn append_newest_message(&mut self, id: &CaseId, turn: &mut Turn<'_>) {
        let case = self.cases.get(id);
        let newest = case.and_then(|case| Some((case, case.messages.last()?)));
        if let Some(entry) = newest.map(|(case, message)| case.entry_of(message)) {
            self.append_entry(id, &entry, turn);
        }
    }

    /// Appends what a post brought besides words: a receipt's key and numbers.
    pub(crate) fn append_receipt(&mut self, id: &CaseId, number: u32, turn: &mut Turn<'_>) {
        let entry = self
            .cases
            .get(id)
            .map(|case| case.received(number, Text::empty()));
        if let Some(entry) = entry {
            self.append_entry(id, &entry, turn);
        }
    }

    /// New secrets for what stands of a case in the log: shares for the coordinators, grants for whoever reads along and for a
    /// successor; when it is written anew the whole history; and last the state, with which what stood there before is void and is
    /// destroyed.
    pub(crate) fn relog(
        &mut self,
        id: &CaseId,
        anew: bool,
        successor: Option<&DevicePublicKey>,
        turn: &mut Turn<'_>,
    ) {
        self.relog_among(id, (anew, false), successor, turn);
    }

    /// The same, and whether the people of the case stay the same.
    pub(crate) fn relog_among(
        &mut self,
        id: &CaseId,
        (anew, same_people): (bool, bool),
        successor: Option<&DevicePublicKey>,
        turn: &mut Turn<'_>,
    ) {
        let Some(case) = self.cases.get(id) else {
            return;
        };
        let stand_ins = self.stand_ins(id, case.choices, turn.now);
        let anew = anew
            || case.logged.is_full()
            || self.lacks_history(id, &self.sharers(&stand_ins, turn.now.day()));
        let Some(case) = self.cases.get_mut(id) else {
            return;
        };
        case.logged.replace(anew, same_people, turn.rng);
        let before = match anew {
            true => core::mem::take(&mut case.entries),
            false => Vec::new(),
        };
        case.stand_ins = stand_ins;
        self.mark(RecordKey::Case(*id));
        for grant in self.case_grants(id, successor, turn) {
            self.append_of_case(id, &TeamEvent::Grant(grant), turn);
        }
        if anew {
            self.append_history(id, turn);
        }
        self.append_state(id, anew, turn);
        self.shred_entries(id, &before);
    }

    /// Destroys entries at the relay, once all appends under way are done.
    pub(crate) fn shred_entries(&mut self, id: &CaseId, entries: &[Shred]) {
        let after = self.outbox.last_append();
        for shred in entries {
            self.ask(RelayTask::ShredLog(shred.clone()), About::Case(*id), after);
        }
    }

    fn append_state(&mut self, id: &CaseId, anew: bool, turn: &mut Turn<'_>) {
        let line = self.line();
        let Some(case) = self.cases.get(id) else {
            return;
        };
        let secret = (case.logged.generation, &case.logged.keeping);
        if let Ok(state) = CaseState::seal(&line, *id, secret, &case.state(), turn.rng) {
            self.append_of_case(id, &TeamEvent::CaseState { state, anew }, turn);
        }
    }

    fn append_history(&mut self, id: &CaseId, turn: &mut Turn<'_>) {
        let Some(case) = self.cases.get_mut(id) else {
            return;
        };
        case.logged_draft = None;
        let messages = case.messages.iter().map(|message| case.entry_of(message));
        let notes = case.notes.iter().map(|note| Entry::Note(note.duplicate()));
        let translations = case.translations.iter();
        let translations = translations.map(|one| Entry::Translation(one.duplicate()));
        let tended = case.is_tended().then(|| Entry::Tended(case.tended()));
        let handover =
            (!case.handover.is_none()).then(|| Entry::Handover(case.handover.duplicate()));
        let all = messages.chain(notes).chain(translations).chain(tended);
        let course = (!case.course.is_blank()).then(|| Entry::Course(case.course.duplicate()));
        let all = all.chain(handover).chain(course);
        for entry in all.collect::<Vec<_>>() {
            self.append_entry(id, &entry, turn);
        }
        self.append_draft(id, turn);
    }

    /// Logs the unfinished answer, so that a successor finds it; the one logged before is destroyed.
    pub(crate) fn append_draft(&mut self, id: &CaseId, turn: &mut Turn<'_>) {
        let Some(case) = self.cases.get_mut(id) else {
            return;
        };
        let (before, shred) = match case.logged_draft.take() {
            Some((text, shred)) => (text, Some(shred)),
            None => (Text::empty(), None),
        };
        if before.as_str() == case.draft.as_str() {
            case.logged_draft = shred.map(|shred| (before, shred));
            return;
        }
        let entry = Entry::Draft(case.draft.duplicate());
        self.append_entry(id, &entry, turn);
        if let Some(case) = self.cases.get_mut(id) {
            let newest = case.entries.last().cloned();
            case.logged_draft = newest.map(|shred| (case.draft.duplicate(), shred));
            let before = shred.as_ref().map(|shred| shred.envelope);
            case.entries.retain(|known| Some(known.envelope) != before);
        }
        self.shred_entries(id, shred.as_slice());
        self.mark(RecordKey::Case(*id));
    }

    fn case_grants(
        &self,
        id: &CaseId,
        successor: Option<&DevicePublicKey>,
        turn: &mut Turn<'_>,
    ) -> Vec<Grant> {
        let Some(case) = self.cases.get(id) else {
            return Vec::new();
        };
        let (line, today) = (self.line(), turn.now.day());
        let subject = GrantSubject::case(id);
        let generation = case.logged.generation;
        let keeping = (generation, &case.logged.keeping);
        let mut grants = self.share_grants(id, keeping, &case.stand_ins, turn);
        let key = successor.and_then(|device| self.key_of(device, today));
        let what = (GrantPurpose::Case, subject, generation);
        let secret = case.logged.keeping.expose();
        let sealed = key.map(|key| Grant::seal(&line, what, key, secret, turn.rng));
        grants.extend(sealed.and_then(Result::ok));
        grants.extend(self.supervision_grants(case, turn));
        grants
    }

    pub(crate) fn transfer(
        &mut self,
        label: CaseLabel,
        to: &DevicePublicKey,
        note: Text,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        let id = self.held(label)?;
        self.may(Act::Answer, turn)?;
        let today = turn.now.day();
        if *to == self.device() || !self.roster.permits(to, Act::Answer, today) {
            return Err(Refusal::UnknownDevice);
        }
        if !self.is_reachable(to, today) {
            return Err(Refusal::ColleagueUnreachable);
        }
        self.may_be_given(&id, to)?;
        if let Some(case) = self.cases.get_mut(&id)
            && !note.is_empty()
        {
            case.notes.push(note);
        }
        self.pass_on(&id, to, turn);
        self.note(Step::Transferred, turn);
        Ok(())
    }

    /// Gives a case to another device: everything anew under secrets that it gets, and then the word that it is its.
    pub(crate) fn pass_on(&mut self, id: &CaseId, to: &DevicePublicKey, turn: &mut Turn<'_>) {
        if let Some(case) = self.cases.get_mut(id) {
            case.supervisors.clear();
            case.leaving = Some(*to);
        }
        self.relog(id, true, Some(to), turn);
        let event = TeamEvent::Transfer { case: *id, to: *to };
        self.append(&event, About::Case(*id), turn);
    }

    /// Puts a case back into the queue; this desk keeps it until somebody has taken it.
    pub(crate) fn give_back(
        &mut self,
        label: CaseLabel,
        why: Back,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        let id = self.held(label)?;
        self.may_act(turn)?;
        self.return_case(&id, why, turn);
        self.note(Step::Returned, turn);
        Ok(())
    }

    /// Whether a colleague may be given a case: whom the contact did not exclude, and who has room for it.
    fn may_be_given(&self, id: &CaseId, to: &DevicePublicKey) -> Result<(), Refusal> {
        let case = self.cases.get(id).ok_or(Refusal::UnknownCase)?;
        if !self.may_have(to, id, (case.language, case.choices)) {
            return Err(Refusal::NotForColleague);
        }
        let there = self.presence.there.get(to);
        let has_room = |there: &There| Self::colleague_has_room(there.load, case.urgency());
        match there.is_none_or(has_room) {
            true => Ok(()),
            false => Err(Refusal::ColleagueFull),
        }
    }

    /// Everything that is open here goes back to the team: what nobody answered waits at once, the rest until its contact writes.
    pub(crate) fn return_all(&mut self, turn: &mut Turn<'_>) {
        let held = self.cases.values().filter(|case| case.is_held());
        for id in held.map(|case| case.id).collect::<Vec<_>>() {
            self.return_case(&id, Back::ShiftEnds, turn);
        }
    }

    /// Whoever comes back goes on with what is still kept here.
    pub(crate) fn take_up_again(&mut self, turn: &mut Turn<'_>) {
        let me = self.device();
        let taken = self.queue.taken.iter();
        let kept = taken.filter(|(id, taken)| {
            let is_free = taken
                .returned
                .as_ref()
                .is_some_and(|r| r.promised.is_none());
            let is_own = self.cases.get(*id).is_some_and(|case| case.own);
            taken.by == me && !taken.closed && is_free && is_own && !taken.aside.contains(&me)
        });
        for id in kept.map(|(id, _)| *id).collect::<Vec<_>>() {
            self.take_returned(&id, turn);
        }
    }

    pub(crate) fn return_case(&mut self, id: &CaseId, why: Back, turn: &mut Turn<'_>) {
        self.append_draft(id, turn);
        let today = turn.now.day();
        let Some(case) = self.cases.get_mut(id) else {
            return;
        };
        case.returned = true;
        let is_blocked = case.is_blocked(today);
        let event = TeamEvent::Return {
            case: *id,
            contact: case.contact,
            language: case.language,
            urgency: case.urgency(),
            choices: case.choices,
            unanswered: !is_blocked && (why != Back::ShiftEnds || case.is_unanswered()),
            aside: why == Back::Aside,
            marks: match is_blocked {
                true => Vec::new(),
                false => case.next_marks(),
            },
        };
        self.mark(RecordKey::Case(*id));
        // Like takes and transfers it stays in the log, since who reads the log later has to learn whose the case is.
        self.append(&event, About::Case(*id), turn);
    }

    /// This desk's transfer stands: the case is another's, and its keys here are destroyed.
    pub(crate) fn lose_case(&mut self, id: &CaseId, turn: &mut Turn<'_>) {
        if self.cases.remove(id).is_some() {
            self.mark(RecordKey::Case(*id));
            for reply in self.outbox.forget_replies(id) {
                self.mark(RecordKey::Outbox(reply));
            }
            turn.tell(Notice::CaseGivenUp(CaseLabel::of(id)));
        }
    }

    /// The case was transferred to this desk: new keys, and the contact is told that a colleague goes on.
    pub(crate) fn adopt(&mut self, id: &CaseId, turn: &mut Turn<'_>) {
        let given = self.kept.get_mut(id).and_then(|kept| kept.given.take());
        let Some((_, secret)) = given else {
            return;
        };
        if !self.rebuild(id, secret, turn) {
            return;
        }
        if let Some(case) = self.cases.get_mut(id) {
            case.own = true;
        }
        self.renew_with(id, ReplyPart::Transferred, turn);
        self.relog(id, false, None, turn);
        self.assign_supervisor(id, turn);
        self.claim_waiting(id, turn);
        turn.tell(Notice::CaseReceived(CaseLabel::of(id)));
    }

    /// Makes the case from what was kept of it. What it has not read of the tray is read again.
    pub(crate) fn rebuild(
        &mut self,
        id: &CaseId,
        secret: KeepingSecret,
        turn: &mut Turn<'_>,
    ) -> bool {
        let line = self.line();
        let Some(kept) = self.kept.get(id) else {
            return false;
        };
        let state = kept.state.as_ref();
        let rebuilt = state.and_then(|state| Case::rebuild(&line, state, secret, kept.history()));
        let Some(mut case) = rebuilt else {
            return false;
        };
        case.entries = kept.all_shreds().cloned().collect();
        case.unread = true;
        self.cases.insert(*id, case);
        self.mark(RecordKey::Case(*id));
        self.forget_kept(id);
        self.stop_supervising(id);
        self.progress.posts_after = 0;
        self.write_lost_replies(turn);
        self.write_lost_offers(turn);
        if let Some(contact) = self.cases.get(id).map(|case| case.contact) {
            self.forget_seen(contact);
        }
        true
    }

    /// Begins a new generation and announces it with a reply.
    pub(crate) fn renew_with(&mut self, id: &CaseId, part: ReplyPart, turn: &mut Turn<'_>) {
        if let Some(case) = self.cases.get_mut(id) {
            case.renew(turn.now.day(), turn.rng);
        }
        if self.send_reply(id, part, turn) {
            self.append_newest_message(id, turn);
        }
    }

    /// Takes in a state that the holder of a case appended.
    pub(crate) fn fold_state(&mut self, state: &CaseState, anew: bool, shred: Shred) {
        let id = state.case;
        if !self.keeps(&id) {
            return;
        }
        let kept = self.kept.entry(id).or_default();
        let gone = kept.replace_state(state.clone(), anew, shred);
        for sequence in gone {
            self.mark(RecordKey::KeptEntry(id, sequence));
        }
        self.mark(RecordKey::Kept(id));
    }

    pub(crate) fn fold_entry(&mut self, entry: &CaseEntry, sequence: u64, shred: Shred) {
        let id = entry.case;
        if self.keeps(&id) {
            let kept = self.kept.entry(id).or_default();
            kept.entries.insert(sequence, (entry.clone(), shred));
            self.mark(RecordKey::KeptEntry(id, sequence));
        }
    }

    /// Whether what stands of a case in the log concerns this desk: as a coordinator's backup, or because it was granted something.
    fn keeps(&self, id: &CaseId) -> bool {
        !self.has_for_good(id)
            && (self.is_coordinator()
                || self.kept.contains_key(id)
                || self.supervised.contains_key(id))
    }

    /// Whether the case is this desk's, and not on its way to a colleague.
    pub(crate) fn has_for_good(&self, id: &CaseId) -> bool {
        let case = self.cases.get(id);
        case.is_some_and(|case| case.leaving.is_none())
    }

    pub(crate) fn forget_kept(&mut self, id: &CaseId) {
        if let Some(kept) = self.kept.remove(id) {
            self.mark(RecordKey::Kept(*id));
            for sequence in kept.entries.keys() {
                self.mark(RecordKey::KeptEntry(*id, *sequence));
            }
        }
    }
}

impl Case {
    pub(crate) fn received(&self, number: u32, text: Text) -> Entry {
        Entry::Received {
            brought: Brought {
                number,
                language: self.language,
                urgency: self.urgency,
                reply_key: self.reply_key.clone(),
                text,
            },
            collected_below: self.collected_below,
            heard: self.last_heard,
        }
    }

    fn entry_of(&self, message: &Message) -> Entry {
        match message {
            Message::Received { number, text } => self.received(*number, text.duplicate()),
            Message::Sent {
                number,
                part,
                sealed,
                ..
            } => Entry::Sent {
                number: *number,
                sealed: *sealed,
                part: duplicate_part(part),
            },
        }
    }

    /// The relay holds something in the slot of a reply that a predecessor sent: that reply is there.
    pub(crate) fn is_unknown(&self, reply: u32) -> bool {
        self.messages.iter().any(|message| {
            matches!(message, Message::Sent { number, written: Written::Unknown, .. } if *number == reply)
        })
    }
}

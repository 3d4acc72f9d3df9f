//! Reading the tray: follow-ups of this desk's cases, and first posts.

use protocol::{CaseId, ContactMark, FirstPost, ShredToken, TeamEvent, Text, envelope_hash};
use statements::{DevicePublicKey, LetterKey};
use wire::{Envelope, SequencedEnvelope, Shred};

use crate::case::Brought;
use crate::keeping::Back;
use crate::outbox::About;
use crate::queue::{Taken, Waiting, WaitingPost, bucket};
use crate::records::RecordKey;
use crate::turn::Turn;
use crate::{CaseLabel, Desk, Notice, RelayTask};

/// What destroys a post on the relay.
pub(crate) fn shred_of(envelope: &Envelope, token: &ShredToken) -> Shred {
    Shred {
        envelope: envelope_hash(envelope),
        token: *token.expose(),
    }
}

/// A first post, without the secrets that it shares.
pub(crate) fn brought_first(post: FirstPost) -> Brought {
    Brought {
        number: post.number,
        language: post.language,
        urgency: post.urgency,
        reply_key: post.reply_key,
        text: post.text,
    }
}

impl Desk {
    /// Takes in a post of the tray.
    pub(crate) fn read_post(&mut self, post: SequencedEnvelope, turn: &mut Turn<'_>) {
        if post.sequence <= self.progress.posts_after {
            return;
        }
        self.progress.posts_after = post.sequence;
        self.mark(RecordKey::Progress);
        self.heed_mark(&post.envelope.header().mark, turn);
        if self.is_duress(&post.envelope, turn)
            || self.read_follow_up(&post.envelope, turn)
            || self.count_feedback(&post.envelope, turn)
            || self.count_report(&post.envelope, turn)
        {
            return;
        }
        if self.shifts.contains_key(&post.envelope.header().epoch) {
            self.read_first_post(post.sequence, post.envelope, turn);
        } else {
            self.queue.hold(post.sequence, post.envelope);
        }
    }

    fn read_follow_up(&mut self, envelope: &Envelope, turn: &mut Turn<'_>) -> bool {
        let line = self.line();
        let mut cases = self.cases.values();
        let opened = cases.find_map(|case| Some((case.id, case.open(envelope, &line)?)));
        let Some((id, (post, generation))) = opened else {
            return false;
        };
        if let Some(case) = self.cases.get_mut(&id) {
            if case.leaving.is_some() {
                // Whoever has the case from now on reads it, and lets the relay forget it.
                return true;
            }
            case.uses(generation);
            if case.collected(post.next_reply) && case.is_held() {
                turn.tell(Notice::AnswerCollected(CaseLabel::of(&id)));
            }
        }
        let shred = shred_of(envelope, &post.shred_token);
        let brought = Brought {
            number: post.number,
            language: post.language,
            urgency: post.urgency,
            reply_key: post.reply_key,
            text: post.text,
        };
        self.deliver(&id, brought, shred, turn);
        true
    }

    /// Puts what a post brings into its case, and lets the relay forget the post once the log has it.
    pub(crate) fn deliver(
        &mut self,
        id: &CaseId,
        mut brought: Brought,
        shred: Shred,
        turn: &mut Turn<'_>,
    ) {
        let today = self.latest_day(turn.now.day());
        let Some(case) = self.cases.get_mut(id) else {
            return;
        };
        let known = case.messages.len();
        let number = brought.number;
        if case.is_blocked(today) {
            brought.text = Text::empty();
        }
        let is_new = case.receive(brought);
        let is_message = case.messages.len() > known;
        if is_message {
            case.active = Some(turn.now);
        }
        case.last_heard = case.last_heard.max(today);
        let is_held = case.is_held();
        self.mark(RecordKey::Case(*id));
        self.look_for_handover(id, turn);
        if is_message {
            self.append_newest_message(id, turn);
        } else if is_new {
            self.append_receipt(id, number, turn);
        }
        if is_message && is_held {
            turn.tell(Notice::NewMessage(CaseLabel::of(id)));
        } else if is_message && self.cases.get(id).is_some_and(|case| case.returned) {
            // Others may not see the post any more: whoever keeps the case says that something came.
            self.return_case(id, Back::ShiftEnds, turn);
        }
        self.shred_post(id, shred);
    }

    pub(crate) fn shred_post(&mut self, id: &CaseId, shred: Shred) {
        let after = self.outbox.last_append();
        self.ask(RelayTask::ShredPost(shred), About::Case(*id), after);
    }

    /// Opens a post with its shift's key and finds out whether somebody has to answer it.
    pub(crate) fn read_first_post(
        &mut self,
        sequence: u64,
        envelope: Envelope,
        turn: &mut Turn<'_>,
    ) {
        let line = self.line();
        let Some(shift) = self.shifts.get(&envelope.header().epoch) else {
            return;
        };
        if self.queue.has_seen(&envelope) {
            return;
        }
        let Ok(opened) = FirstPost::open(&envelope, &line, &shift.key) else {
            return;
        };
        let mark = ContactMark::of(&opened.pairing);
        let post = WaitingPost::of(sequence, envelope, &opened);
        let taken = self.queue.taken.get(&post.id());
        match (self.case_of(mark), taken) {
            (Some(_), None) => self.claim(mark, post, turn),
            (Some(case), Some(taken)) if self.succeeds(taken) => {
                self.see(&post.envelope, mark, case);
                let shred = shred_of(&post.envelope, &opened.shred_token);
                self.deliver_claimed(&case, post.id(), (opened, shred), turn);
            }
            _ => self.queue_post(mark, post, turn),
        }
    }

    /// Whether what was taken is this desk's, by its own take or by a predecessor's.
    fn succeeds(&self, taken: &Taken) -> bool {
        let is_left = !self.roster.members.contains_key(&taken.by);
        !taken.closed && (taken.by == self.device() || is_left)
    }

    /// Puts a first post into a case that its contact has already.
    pub(crate) fn deliver_claimed(
        &mut self,
        case: &CaseId,
        post: CaseId,
        (first, shred): (FirstPost, Shred),
        turn: &mut Turn<'_>,
    ) {
        self.deliver(case, brought_first(first), shred, turn);
        if let Some(case) = self.cases.get_mut(case)
            && case.id != post
            && !case.claims.contains(&post)
        {
            case.claims.push(post);
        }
    }

    /// This desk's case of the contact whom first posts know by this mark.
    pub(crate) fn case_of(&self, mark: ContactMark) -> Option<CaseId> {
        let mut cases = self.cases.values();
        let found = cases.find(|case| case.contact == mark && case.leaving.is_none());
        found.map(|case| case.id)
    }

    /// A contact of this desk wrote to the shift before it read a reply. Others on that shift may not know whose the post is,
    /// so it is taken like any other, and put into the case once the take was first.
    pub(crate) fn claim(&mut self, mark: ContactMark, post: WaitingPost, turn: &mut Turn<'_>) {
        let id = post.id();
        self.see(&post.envelope, mark, id);
        let mut waiting = Waiting::new(mark, post, turn.now);
        waiting.taking = true;
        waiting.claimed = true;
        self.queue.waiting.insert(id, waiting);
        self.mark(RecordKey::Waiting(id));
        let take = TeamEvent::Take {
            case: id,
            contact: mark,
        };
        self.append(&take, About::Take(id), turn);
    }

    fn queue_post(&mut self, mark: ContactMark, post: WaitingPost, turn: &mut Turn<'_>) {
        let id = post.id();
        if let Some(taken) = self.queue.taken.get(&id) {
            let is_known = self.cases.contains_key(&id) || self.queue.has_seen(&post.envelope);
            let lost_sight = taken.by == self.device() && !taken.closed && !is_known;
            if lost_sight {
                // The take was read before the post: the case begins now.
                self.wait(mark, post, turn);
                self.begin_case(&id, turn);
            } else {
                self.see(&post.envelope, mark, id);
            }
            return;
        }
        match self.answered_by(&mark) {
            Some((case, by)) if by != self.device() => self.leave(mark, post, case, turn),
            _ => self.wait_or_join(mark, post, turn),
        }
    }

    /// The open case of a contact, as far as the log tells, and whose it is; if that device was removed, the case waits for shares. A contact has one at a time: two guides
    /// would renew its secrets in two ways, and it would follow one of them.
    pub(crate) fn answered_by(&self, mark: &ContactMark) -> Option<(CaseId, DevicePublicKey)> {
        let mut taken = self.queue.taken.iter();
        let open = |taken: &Taken| taken.contact == *mark && !taken.closed;
        let case = taken.clone().find(|(_, taken)| open(taken) && taken.logged);
        // What was taken for a case counts as one until the log has the case.
        let open = case.or_else(|| taken.find(|(_, taken)| open(taken)));
        open.map(|(case, taken)| (*case, taken.by))
    }

    /// Whoever has the case of a post's contact must be able to open the post: a coordinator sees to it.
    fn let_open(&mut self, shift: u32, case: &CaseId, turn: &mut Turn<'_>) {
        let holder = self.queue.taken.get(case).map(|taken| taken.by);
        let members = &self.roster.members;
        let lacks =
            holder.filter(|holder| members.contains_key(holder) && !self.holds(holder, shift));
        if let Some(holder) = lacks.filter(|_| self.is_coordinator()) {
            self.grant_shift(shift, &holder, turn);
        }
    }

    /// What is left to a case's guide must be open to whoever has the case from now on.
    pub(crate) fn let_open_left(&mut self, case: &CaseId, turn: &mut Turn<'_>) {
        let left = self.queue.waiting.values();
        let left = left.filter(|waiting| waiting.left_to.as_ref() == Some(case));
        let shifts: Vec<u32> = left
            .flat_map(|waiting| waiting.posts.iter().map(WaitingPost::shift))
            .collect();
        let letters = self.letters_claimed(case);
        for shift in shifts.into_iter().chain(letters) {
            self.let_open(shift, case, turn);
        }
    }

    /// The letter keys of letters that were claimed for a case. Whoever had it may not have put them into it yet, and guides can't open them.
    fn letters_claimed(&self, case: &CaseId) -> Vec<u32> {
        let contact = self.queue.taken.get(case).map(|taken| taken.contact);
        let of_letters = self.queue.seen.range(LetterKey::FIRST..);
        let has_more = of_letters.filter(|(_, posts)| {
            let mut posts = posts.iter();
            posts.any(|(post, seen)| Some(seen.mark) == contact && post != case)
        });
        has_more.map(|(number, _)| *number).collect()
    }

    /// A contact's posts are opened anew when they are read again: what was known of them holds no longer.
    pub(crate) fn forget_seen(&mut self, contact: ContactMark) {
        for (shift, seen) in &mut self.queue.seen {
            seen.retain(|post, one| {
                let stays = one.mark != contact;
                if !stays {
                    self.dirty.insert(RecordKey::Seen(*shift, bucket(post)));
                }
                stays
            });
        }
        self.queue.contacts.remove(&contact);
        self.progress.posts_after = 0;
        self.mark(RecordKey::Progress);
    }

    /// Nothing is left here of who waits and who has whom.
    pub(crate) fn forget_queue(&mut self) {
        let queue = core::mem::take(&mut self.queue);
        let waiting = queue.waiting.keys().map(|id| RecordKey::Waiting(*id));
        let taken = queue.taken.keys().map(|id| RecordKey::Taken(bucket(id)));
        let seen = queue.seen.iter().flat_map(|(shift, posts)| {
            let posts = posts.keys();
            posts.map(|post| RecordKey::Seen(*shift, bucket(post)))
        });
        waiting
            .chain(taken)
            .chain(seen)
            .for_each(|key| self.mark(key));
    }

    /// The log has a state of the case.
    pub(crate) fn note_logged(&mut self, case: &CaseId) {
        if let Some(taken) = self.queue.taken.get_mut(case).filter(|taken| !taken.logged) {
            taken.logged = true;
            self.mark(RecordKey::Taken(bucket(case)));
        }
    }

    /// What already waits of the contact of a case that this desk has just got is taken for that case.
    pub(crate) fn claim_waiting(&mut self, case: &CaseId, turn: &mut Turn<'_>) {
        let Some(contact) = self.cases.get(case).map(|case| case.contact) else {
            return;
        };
        let waiting = self.queue.waiting.iter();
        let theirs = waiting.filter(|(_, waiting)| waiting.mark == contact);
        for id in theirs.map(|(id, _)| *id).collect::<Vec<_>>() {
            if let Some(waiting) = self.queue.waiting.remove(&id) {
                self.mark(RecordKey::Waiting(id));
                for post in waiting.posts {
                    self.claim(contact, post, turn);
                }
            }
        }
    }

    /// Leaves a post to the guide of its contact's case: it is kept, sealed, until that guide has taken it or closed the case.
    pub(crate) fn leave(
        &mut self,
        mark: ContactMark,
        post: WaitingPost,
        case: CaseId,
        turn: &mut Turn<'_>,
    ) {
        let id = post.id();
        self.see(&post.envelope, mark, case);
        self.let_open(post.shift(), &case, turn);
        let mut waiting = Waiting::new(mark, post, turn.now);
        waiting.left_to = Some(case);
        self.queue.waiting.insert(id, waiting);
        self.mark(RecordKey::Waiting(id));
    }

    /// What was left to the guides of these cases waits for anybody again.
    pub(crate) fn leave_no_longer(
        &mut self,
        is_given_up: impl Fn(&CaseId) -> bool,
        turn: &mut Turn<'_>,
    ) {
        let waiting = self.queue.waiting.iter();
        let again =
            waiting.filter(|(_, waiting)| waiting.left_to.as_ref().is_some_and(&is_given_up));
        for id in again.map(|(id, _)| *id).collect::<Vec<_>>() {
            if let Some(waiting) = self.queue.waiting.remove(&id) {
                self.mark(RecordKey::Waiting(id));
                for post in waiting.posts {
                    self.wait_or_join(waiting.mark, post, turn);
                }
            }
        }
    }

    /// Joins what the same contact already waits with, or waits on its own.
    pub(crate) fn wait_or_join(
        &mut self,
        mark: ContactMark,
        post: WaitingPost,
        turn: &mut Turn<'_>,
    ) {
        let case = self.queue.contacts.get(&mark).copied();
        let open = case.and_then(|case| self.queue.waiting.get_mut(&case));
        if let (Some(case), Some(waiting)) = (case, open.filter(|open| !open.is_hidden())) {
            let envelope = post.envelope.clone();
            waiting.posts.push(post);
            self.mark(RecordKey::Waiting(case));
            self.see(&envelope, mark, case);
        } else {
            self.wait(mark, post, turn);
        }
    }

    /// A post of which nobody knows anything yet names a case that waits.
    pub(crate) fn wait(&mut self, mark: ContactMark, post: WaitingPost, turn: &mut Turn<'_>) {
        let id = post.id();
        self.see(&post.envelope, mark, id);
        let waiting = Waiting::new(mark, post, turn.now);
        self.queue.waiting.insert(id, waiting);
        self.mark(RecordKey::Waiting(id));
        if !self.queue.taken.contains_key(&id) && self.is_for_me(&id) {
            turn.tell(Notice::NewWaiting(CaseLabel::of(&id)));
        }
    }

    fn see(&mut self, post: &Envelope, mark: ContactMark, case: CaseId) {
        self.queue.see(post, mark, case);
        let key = RecordKey::Seen(post.header().epoch, bucket(&CaseId::of(post)));
        self.mark(key);
    }
}

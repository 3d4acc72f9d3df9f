//! Who has a case, as the team log tells: takes, transfers, returns, and the end.

use protocol::{CaseId, ContactMark, Ending, ReplyPart};
use statements::DevicePublicKey;

use crate::case::Case;
use crate::queue::{Returned, Taken, Waiting, bucket};
use crate::records::RecordKey;
use crate::turn::Turn;
use crate::{CaseLabel, Desk, Notice};

impl Desk {
    /// Whether a device has a case, as far as the log tells.
    pub(crate) fn is_holder(&self, device: &DevicePublicKey, case: &CaseId) -> bool {
        let taken = self.queue.taken.get(case);
        taken.is_some_and(|taken| taken.by == *device && !taken.closed)
    }

    /// The first take of a post counts; this desk's own, read back, makes the case.
    pub(crate) fn fold_take(
        &mut self,
        author: DevicePublicKey,
        (case, contact): (CaseId, ContactMark),
        turn: &mut Turn<'_>,
    ) {
        if self.queue.taken.contains_key(&case) {
            self.promise(author, &case, turn);
            return;
        }
        match self.answered_by(&contact) {
            Some((open, by)) if by != author => {
                self.leave_taken(author, &case, open, turn);
                return;
            }
            Some(_) => {}
            None => self.watch_take(author, turn),
        }
        self.count_in_row(&case);
        let taken = Taken::new(contact, author, self.latest_day(turn.now.day()));
        self.queue.taken.insert(case, taken);
        self.queue.contacts.entry(contact).or_insert(case);
        self.mark(RecordKey::Taken(bucket(&case)));
        if author == self.device() {
            self.begin_case(&case, turn);
        } else {
            self.lose_post(&case, turn);
        }
    }

    /// A post was taken whose contact has a case already: the take does not count, and the post is left to that case.
    fn leave_taken(
        &mut self,
        author: DevicePublicKey,
        post: &CaseId,
        open: CaseId,
        turn: &mut Turn<'_>,
    ) {
        let Some(lost) = self.queue.waiting.remove(post) else {
            return;
        };
        self.mark(RecordKey::Waiting(*post));
        if author == self.device() && !lost.claimed {
            turn.tell(Notice::TakeLost(CaseLabel::of(post)));
        }
        let mine = self.cases.contains_key(&open);
        for other in lost.posts {
            match mine {
                true => self.claim(lost.mark, other, turn),
                false => self.leave(lost.mark, other, open, turn),
            }
        }
    }

    /// Another desk took a post: it is forgotten here, and what else waits of that contact is left to that desk.
    fn lose_post(&mut self, post: &CaseId, turn: &mut Turn<'_>) {
        if let Some(lost) = self.stop_waiting(post) {
            if lost.taking && !lost.claimed {
                turn.tell(Notice::TakeLost(CaseLabel::of(post)));
            }
            for other in lost.posts {
                if other.id() == *post {
                    continue;
                }
                self.leave(lost.mark, other, *post, turn);
            }
        }
    }

    /// What waits with a post, which may go by the name of another post of the same contact.
    pub(crate) fn stop_waiting(&mut self, post: &CaseId) -> Option<Waiting> {
        let mut all = self.queue.waiting.iter();
        let (case, _) = all.find(|(case, waiting)| {
            *case == post || waiting.posts.iter().any(|other| other.id() == *post)
        })?;
        let case = *case;
        self.mark(RecordKey::Waiting(case));
        self.queue.waiting.remove(&case)
    }

    /// The holder of a case gave it away.
    pub(crate) fn fold_transfer(
        &mut self,
        author: DevicePublicKey,
        case: &CaseId,
        to: DevicePublicKey,
        turn: &mut Turn<'_>,
    ) {
        if !self.is_holder(&author, case) || !self.roster.members.contains_key(&to) {
            return;
        }
        if let Some(taken) = self.queue.taken.get_mut(case) {
            let contact = taken.contact;
            taken.returned = None;
            self.pass_to(author, to, contact);
        }
        self.reads(case, to, turn.now.day());
        self.let_open_left(case, turn);
        if author == self.device() {
            self.lose_case(case, turn);
        }
        if to == self.device() {
            self.adopt(case, turn);
        } else if self.supervised.contains_key(case) {
            self.stop_supervising(case);
        }
    }

    /// A case has another holder; what was taken for it later goes with it.
    pub(crate) fn pass_to(
        &mut self,
        from: DevicePublicKey,
        to: DevicePublicKey,
        contact: ContactMark,
    ) {
        for (id, taken) in &mut self.queue.taken {
            if taken.contact == contact && taken.by == from && !taken.closed {
                taken.by = to;
                taken.missed = None;
                if from != to {
                    taken.before.insert(from);
                }
                self.dirty.insert(RecordKey::Taken(bucket(id)));
            }
        }
    }

    /// Whoever keeps a case puts it back into the queue: its holder, or a coordinator after the holder was shut out.
    pub(crate) fn fold_return(
        &mut self,
        author: DevicePublicKey,
        (case, contact): (CaseId, ContactMark),
        (returned, aside): (Returned, bool),
        turn: &mut Turn<'_>,
    ) {
        let holder = self.queue.taken.get(&case);
        let Some(holder) = holder.filter(|taken| !taken.closed).map(|taken| taken.by) else {
            return;
        };
        let succeeds =
            !self.roster.members.contains_key(&holder) && self.roster.is_coordinator(&author);
        if holder != author && !succeeds {
            return;
        }
        self.pass_to(holder, author, contact);
        let is_for_me = returned.unanswered
            && !(aside && author == self.device())
            && self.suits(&self.device(), returned.language, returned.choices);
        if let Some(taken) = self.queue.taken.get_mut(&case) {
            // Whoever has taken it meanwhile is still promised it.
            let promised = taken.returned.take().and_then(|before| before.promised);
            let promised = promised.filter(|to| *to != author);
            taken.returned = Some(Returned {
                promised,
                ..returned
            });
            if aside {
                taken.aside.insert(author);
            }
        }
        self.let_open_left(&case, turn);
        self.mark(RecordKey::Taken(bucket(&case)));
        self.stop_supervising(&case);
        let has_again = self.cases.get(&case).is_some_and(Case::is_held);
        if author == self.device() && has_again {
            // It was put back before this desk went on with it, and the log shows that only now.
            self.take_returned(&case, turn);
        } else if is_for_me {
            turn.tell(Notice::CaseReturned(CaseLabel::of(&case)));
        }
    }

    /// A post bears a mark of a contact whose case waits in the queue: somebody has written.
    pub(crate) fn heed_mark(&mut self, mark: &[u8; 16], turn: &mut Turn<'_>) {
        let today = self.latest_day(turn.now.day());
        let returned = self.queue.taken.iter_mut().find_map(|(id, taken)| {
            let returned = taken.returned.as_mut()?;
            let is_new = !returned.unanswered && returned.marks.contains(mark);
            is_new.then_some((*id, returned))
        });
        let Some((id, returned)) = returned else {
            return;
        };
        returned.unanswered = true;
        returned.since = Some(turn.now);
        returned.day = today;
        let (language, choices) = (returned.language, returned.choices);
        self.mark(RecordKey::Taken(bucket(&id)));
        if self.suits(&self.device(), language, choices) {
            turn.tell(Notice::NewWaiting(CaseLabel::of(&id)));
        }
    }

    /// The first to take a case that is back in the queue is given it by whoever keeps it.
    fn promise(&mut self, to: DevicePublicKey, case: &CaseId, turn: &mut Turn<'_>) {
        let me = self.device();
        let Some(taken) = self.queue.taken.get_mut(case) else {
            return;
        };
        let keeper = taken.by;
        let Some(returned) = &mut taken.returned else {
            return;
        };
        let lost = core::mem::take(&mut returned.taking) && to != me;
        if returned.promised.is_some() {
            return;
        }
        returned.promised = Some(to);
        if keeper == to {
            // Whoever keeps it has it.
            taken.returned = None;
        }
        self.mark(RecordKey::Taken(bucket(case)));
        self.watch_take(to, turn);
        if lost {
            turn.tell(Notice::TakeLost(CaseLabel::of(case)));
        }
        if keeper == me {
            self.keep_promise(case, to, turn);
        }
    }

    /// Gives a case that is back in the queue to the one who took it.
    pub(crate) fn keep_promise(&mut self, case: &CaseId, to: DevicePublicKey, turn: &mut Turn<'_>) {
        let me = self.device();
        let Some(kept) = self.cases.get_mut(case) else {
            return;
        };
        if kept.leaving.is_some() || (to == me && !kept.returned) {
            return;
        }
        kept.returned = false;
        let is_own = core::mem::replace(&mut kept.own, true);
        self.mark(RecordKey::Case(*case));
        if to == me {
            if let Some(taken) = self.queue.taken.get_mut(case) {
                taken.returned = None;
            }
            self.mark(RecordKey::Taken(bucket(case)));
            if !is_own {
                self.renew_with(case, ReplyPart::Transferred, turn);
                self.assign_supervisor(case, turn);
            }
            turn.tell(Notice::CaseReceived(CaseLabel::of(case)));
        } else {
            self.pass_on(case, &to, turn);
        }
    }

    pub(crate) fn fold_closed(
        &mut self,
        author: &DevicePublicKey,
        case: &CaseId,
        ending: Ending,
        turn: &mut Turn<'_>,
    ) {
        let holder = self.queue.taken.get(case).map(|taken| taken.by);
        let succeeds = |holder| !self.roster.members.contains_key(&holder);
        if self.roster.is_coordinator(author) && holder.is_some_and(succeeds) {
            self.fold_void(case, turn);
        } else if let Some(taken) = self.queue.taken.get_mut(case)
            && taken.by == *author
        {
            taken.close(ending);
            self.mark(RecordKey::Taken(bucket(case)));
            self.forget_kept(case);
            self.stop_supervising(case);
            self.leave_no_longer(|left_to| left_to == case, turn);
        }
    }

    /// Whether a member holds a shift's keys, as far as the log tells.
    pub(crate) fn holds(&self, device: &DevicePublicKey, shift: u32) -> bool {
        let holds = self.holders.get(&shift);
        holds.is_some_and(|holders| holders.contains(device))
            && self.roster.members.contains_key(device)
    }
}

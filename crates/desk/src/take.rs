//! From a won take to the destruction of the case: keys, replies, entries.

use protocol::{CaseId, ContactMark, Ending, FirstPost, Reply, ReplyPart, ShredKey, TeamEvent};
use rand_core::CryptoRng;
use wire::{Shred, SlotWrite};

use crate::case::{Case, Generations, Link, Message, Written};
use crate::closing::Closing;
use crate::codec::duplicate_part;
use crate::logged::Logged;
use crate::outbox::About;
use crate::posts::{brought_first, shred_of};
use crate::records::RecordKey;
use crate::trail::Step;
use crate::turn::Turn;
use crate::{CaseLabel, Desk, Notice, Refusal, RelayTask};

impl Desk {
    /// This desk took the case: makes its keys, grants them to the backup, tells the contact, and lets the relay forget the posts.
    pub(crate) fn begin_case(&mut self, id: &CaseId, turn: &mut Turn<'_>) {
        let line = self.line();
        let Some(waiting) = self.stop_waiting(id) else {
            return;
        };
        let learnt = waiting.learnt();
        let (named, others): (Vec<_>, Vec<_>) =
            waiting.posts.into_iter().partition(|post| post.id() == *id);
        let opened = named.first().and_then(|post| {
            let shift = self.shifts.get(&post.shift())?;
            let first = FirstPost::open(&post.envelope, &line, &shift.key).ok()?;
            let shred = shred_of(&post.envelope, &first.shred_token);
            Some((first, shred, post.shift()))
        });
        let Some((first, shred, shift)) = opened else {
            turn.tell(Notice::WaitingExpired(CaseLabel::of(id)));
            return;
        };
        if let Some(known) = self.case_of(waiting.mark) {
            self.deliver_claimed(&known, *id, (first, shred), turn);
        } else if self.cases.values().any(|case| case.contact == waiting.mark) {
            // The case is on its way to a colleague, who reads the post again and puts it there.
            return;
        } else {
            self.open_case(id, (waiting.mark, first), shred, turn);
            self.note_wait(id, (learnt, shift), turn);
            self.tell_first_post_exposed(id, shift, turn);
        }
        for other in others {
            self.claim(waiting.mark, other, turn);
        }
    }

    fn open_case(
        &mut self,
        id: &CaseId,
        (contact, first): (ContactMark, FirstPost),
        shred: Shred,
        turn: &mut Turn<'_>,
    ) {
        let today = self.latest_day(turn.now.day());
        let shared = Link::first(first.pairing.duplicate(), first.naming.duplicate(), today);
        let logged = Logged::random(0, turn.rng);
        let reply_key = first.reply_key.clone();
        let mut case = Case::new((*id, contact), vec![shared], logged, reply_key, today);
        case.own = true;
        case.choices = first.choices;
        case.active = Some(turn.now);
        case.receive(brought_first(first));
        self.cases.insert(*id, case);
        self.renew_with(id, ReplyPart::Taken, turn);
        self.relog(id, true, None, turn);
        self.assign_supervisor(id, turn);
        self.shred_post(id, shred);
        self.note(Step::Took, turn);
        turn.tell(Notice::TakeWon(CaseLabel::of(id)));
    }

    fn seal_reply(
        &self,
        case: &Case,
        (number, sealed): (u32, Generations),
        part: &ReplyPart,
        rng: &mut dyn CryptoRng,
    ) -> Option<SlotWrite> {
        let (pairing, naming) = case.secrets(sealed.under)?;
        let reply = Reply {
            address: case.address(sealed.address)?,
            posts_read: case.posts_read(),
            part: duplicate_part(part),
        };
        let line = self.line();
        let envelope = reply.seal(&line, number, &case.reply_key, pairing, rng);
        Some(SlotWrite {
            name: Reply::slot(naming, number),
            replaces: None,
            shred_key: *ShredKey::random(rng).expose(),
            envelope: envelope.ok()?,
        })
    }

    /// Seals a reply once, and has it written after those before it. Returns whether it could be sealed.
    pub(crate) fn send_reply(&mut self, id: &CaseId, part: ReplyPart, turn: &mut Turn<'_>) -> bool {
        let Some(case) = self.cases.get(id) else {
            return false;
        };
        let number = case.next_reply;
        let sealed = case.generations();
        let Some(write) = self.seal_reply(case, (number, sealed), &part, turn.rng) else {
            turn.tell(Notice::CommandRefused(Refusal::ContactKey));
            return false;
        };
        if let Some(case) = self.cases.get_mut(id) {
            case.next_reply = number.saturating_add(1);
            case.messages.push(Message::Sent {
                number,
                part,
                written: Written::Not,
                sealed,
            });
        }
        self.mark(RecordKey::Case(*id));
        self.write_reply(id, number, write);
        true
    }

    fn write_reply(&mut self, id: &CaseId, number: u32, write: SlotWrite) {
        let after = self.outbox.last_reply(id);
        let about = About::Reply(*id, number);
        self.ask(RelayTask::WriteSlot(write), about, after);
    }

    /// Somebody else has written that slot: the reply takes the next number.
    pub(crate) fn renumber_reply(&mut self, id: &CaseId, taken: u32, turn: &mut Turn<'_>) {
        let Some(case) = self.cases.get_mut(id) else {
            return;
        };
        let free = case.next_reply;
        for message in &mut case.messages {
            if let Message::Sent {
                number, written, ..
            } = message
                && *number == taken
                && *written == Written::Not
            {
                *number = free;
                case.next_reply = free.saturating_add(1);
            }
        }
        self.mark(RecordKey::Case(*id));
        self.write_lost_replies(turn);
    }

    /// Writes every reply that is neither at the relay nor on its way there.
    pub(crate) fn write_lost_replies(&mut self, turn: &mut Turn<'_>) {
        let mut lost = Vec::new();
        for case in self.cases.values() {
            for message in &case.messages {
                if let Message::Sent {
                    number,
                    part,
                    written: Written::Not | Written::Unknown,
                    sealed,
                } = message
                    && *number >= case.collected_below
                    && !self.outbox.has(&About::Reply(case.id, *number))
                    && let Some(write) = self.seal_reply(case, (*number, *sealed), part, turn.rng)
                {
                    lost.push((case.id, *number, write));
                }
            }
        }
        for (id, number, write) in lost {
            self.write_reply(&id, number, write);
        }
    }

    /// Tells the contact, tells the team, has the relay forget, and destroys every key of the case here and now.
    pub(crate) fn destroy(&mut self, id: &CaseId, ending: Ending, turn: &mut Turn<'_>) {
        // Before an offer ends: what became of it is counted.
        self.make_report(id, ending, turn);
        self.end_offer(id, turn);
        self.send_reply(id, ReplyPart::Closed, turn);
        let Some(case) = self.cases.remove(id) else {
            return;
        };
        self.mark(RecordKey::Case(*id));
        self.note(Step::Destroyed, turn);
        for closed in case.claims.iter().chain([id]) {
            let event = TeamEvent::Closed {
                case: *closed,
                ending,
            };
            self.append(&event, About::Case(*id), turn);
        }
        let after = self.outbox.last_append();
        for shred in &case.entries {
            let task = RelayTask::ShredLog(shred.clone());
            self.ask(task, About::Case(*id), after);
        }
        let closing = Closing {
            language: case.language,
            urgency: case.urgency,
        };
        self.closing.insert(*id, closing);
        self.mark(RecordKey::Closing(*id));
    }

    /// Once the relay has done everything for a destroyed case, nothing of it is left.
    pub(crate) fn end_closing(&mut self, about: &About, turn: &mut Turn<'_>) {
        let Some(id) = about.case() else {
            return;
        };
        if self.closing.contains_key(&id) && !self.outbox.concerns(&id) {
            self.closing.remove(&id);
            self.mark(RecordKey::Closing(id));
            turn.tell(Notice::CaseDestroyed(CaseLabel::of(&id)));
        }
    }
}

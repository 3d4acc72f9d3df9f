//! From a won take to the destruction of the case: keys, replies, entries.

use protocol::{
    CaseEntry, CaseId, CaseLogSecret, CaseSecretKey, FirstPost, Grant, GrantPurpose, GrantSubject,
    Reply, ReplyPart, ShredKey, TeamEvent,
};
use rand_core::CryptoRng;
use wire::{Shred, SlotWrite, Writer};
use zeroize::Zeroizing;

use crate::case::{Case, Closing, Message};
use crate::codec::{duplicate_part, write_part};
use crate::outbox::About;
use crate::posts::{brought_first, shred_of};
use crate::records::RecordKey;
use crate::turn::Turn;
use crate::{CaseLabel, Desk, Notice, Refusal, RelayTask};

impl Desk {
    /// This desk took the case: makes its keys, grants them to the backup, tells the contact, and lets the relay forget the posts.
    pub(crate) fn begin_case(&mut self, id: &CaseId, turn: &mut Turn<'_>) {
        let line = self.line();
        let Some(waiting) = self.queue.waiting.remove(id) else {
            return;
        };
        self.mark(RecordKey::Waiting(*id));
        let (named, others): (Vec<_>, Vec<_>) =
            waiting.posts.into_iter().partition(|post| post.id() == *id);
        let opened = named.first().and_then(|post| {
            let shift = self.shifts.get(&post.shift())?;
            let first = FirstPost::open(&post.envelope, &line, &shift.key).ok()?;
            let shred = shred_of(&post.envelope, &first.shred_token);
            Some((first, shred))
        });
        let Some((first, shred)) = opened else {
            turn.tell(Notice::WaitingExpired(CaseLabel::of(id)));
            return;
        };
        let mut cases = self.cases.values();
        let known = cases.find(|case| case.pairing.is_same_as(&first.pairing));
        if let Some(known) = known.map(|case| case.id) {
            self.deliver(&known, brought_first(first), shred, turn);
            if let Some(case) = self.cases.get_mut(&known) {
                case.claims.push(*id);
            }
        } else {
            self.open_case(id, first, shred, turn);
        }
        for other in others {
            self.claim(waiting.mark, other, turn);
        }
    }

    fn open_case(&mut self, id: &CaseId, first: FirstPost, shred: Shred, turn: &mut Turn<'_>) {
        let fresh = (
            CaseSecretKey::random(turn.rng),
            CaseLogSecret::random(turn.rng),
        );
        let shared = (first.pairing.duplicate(), first.naming.duplicate());
        let case = Case::new(*id, fresh, shared, first.reply_key.clone());
        self.cases.insert(*id, case);
        self.mark(RecordKey::Case(*id));
        if let Some(case) = self.cases.get_mut(id) {
            case.receive(brought_first(first));
        }
        self.append_newest_message(id, turn);
        self.grant_case(id, turn);
        self.send_reply(id, ReplyPart::Taken, turn);
        self.shred_post(id, shred);
        turn.tell(Notice::TakeWon(CaseLabel::of(id)));
    }

    /// Grants the case's secrets to the coordinators, who are its backup.
    fn grant_case(&mut self, id: &CaseId, turn: &mut Turn<'_>) {
        let (line, me, today) = (self.line(), self.device(), turn.now.day());
        let Some(case) = self.cases.get(id) else {
            return;
        };
        let content = case.granted();
        let what = (GrantPurpose::Case, GrantSubject::case(id), case.generation);
        let backups = self.roster.coordinators(today).filter(|key| *key != me);
        let grants: Vec<Grant> = backups
            .filter_map(|backup| {
                let key = self.keys.get(&backup)?.for_day(today)?;
                Grant::seal(&line, what, key, &content, turn.rng).ok()
            })
            .collect();
        for grant in grants {
            self.append_of_case(id, &TeamEvent::Grant(grant), turn);
        }
    }

    /// Appends an event of which nothing may be left once the case is destroyed.
    fn append_of_case(&mut self, id: &CaseId, event: &TeamEvent, turn: &mut Turn<'_>) {
        let shred = self.append(event, About::Case(*id), turn);
        if let (Some(shred), Some(case)) = (shred, self.cases.get_mut(id)) {
            case.entries.push(shred);
            self.mark(RecordKey::Case(*id));
        }
    }

    /// Appends the newest message as an entry: 1 ‖ post number u32 ‖ text, or 2 ‖ reply number u32 ‖ part.
    pub(crate) fn append_newest_message(&mut self, id: &CaseId, turn: &mut Turn<'_>) {
        let newest = self.cases.get(id).and_then(|case| case.messages.last());
        let Some(newest) = newest else {
            return;
        };
        let writer = Writer::with_capacity(2048);
        let content = match newest {
            Message::Received { number, text } => {
                writer.u8(1).u32(*number).medium(text.as_str().as_bytes())
            }
            Message::Sent { number, part, .. } => write_part(writer.u8(2).u32(*number), part),
        };
        self.append_entry(id, &Zeroizing::new(content.done()), turn);
    }

    /// Appends something of a case for its backup; a note is 3 ‖ text.
    pub(crate) fn append_entry(&mut self, id: &CaseId, content: &[u8], turn: &mut Turn<'_>) {
        let line = self.line();
        let Some(case) = self.cases.get(id) else {
            return;
        };
        let secret = (case.generation, &case.log_secret);
        if let Ok(entry) = CaseEntry::seal(&line, *id, secret, content, turn.rng) {
            self.append_of_case(id, &TeamEvent::CaseEntry(entry), turn);
        }
    }

    fn seal_reply(
        &self,
        case: &Case,
        number: u32,
        part: &ReplyPart,
        rng: &mut dyn CryptoRng,
    ) -> Option<SlotWrite> {
        let reply = Reply {
            address: case.address(),
            posts_read: case.posts_read(),
            part: duplicate_part(part),
        };
        let line = self.line();
        let envelope = reply.seal(&line, number, &case.reply_key, &case.pairing, rng);
        Some(SlotWrite {
            name: Reply::slot(&case.naming, number),
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
        let Some(write) = self.seal_reply(case, number, &part, turn.rng) else {
            turn.tell(Notice::CommandRefused(Refusal::ContactKey));
            return false;
        };
        if let Some(case) = self.cases.get_mut(id) {
            case.next_reply = number.saturating_add(1);
            case.messages.push(Message::Sent {
                number,
                part,
                written: false,
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
                && !*written
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
                    written: false,
                } = message
                    && !self.outbox.has(&About::Reply(case.id, *number))
                    && let Some(write) = self.seal_reply(case, *number, part, turn.rng)
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
    pub(crate) fn destroy(&mut self, id: &CaseId, turn: &mut Turn<'_>) {
        self.send_reply(id, ReplyPart::Closed, turn);
        let Some(case) = self.cases.remove(id) else {
            return;
        };
        self.mark(RecordKey::Case(*id));
        for closed in case.claims.iter().chain([id]) {
            let event = TeamEvent::Closed { case: *closed };
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

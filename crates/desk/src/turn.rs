//! One step: what came in is handed on, and what has to be done is gathered.

use protocol::{TeamEvent, TeamLog, envelope_hash};
use rand_core::CryptoRng;
use wire::{Envelope, Minute, Shred};

use crate::outbox::About;
use crate::records::RecordKey;
use crate::{Desk, Effect, Input, Notice, RelayTask, TaskId};

/// So many changed records are saved at the latest while a desk is catching up.
const UNSAVED: usize = 64;

/// The clock and randomness of one step, and what it tells.
pub(crate) struct Turn<'a> {
    pub(crate) now: Minute,
    pub(crate) rng: &'a mut dyn CryptoRng,
    pub(crate) tells: Vec<Notice>,
}

impl<'a> Turn<'a> {
    pub(crate) fn new(now: Minute, rng: &'a mut dyn CryptoRng) -> Turn<'a> {
        Turn {
            now,
            rng,
            tells: Vec::new(),
        }
    }

    pub(crate) fn tell(&mut self, notice: Notice) {
        self.tells.push(notice);
    }
}

impl Desk {
    /// Takes in what happened, and says what to do.
    pub fn step(&mut self, input: Input, now: Minute, rng: &mut dyn CryptoRng) -> Vec<Effect> {
        if self.has_ended {
            return Vec::new();
        }
        let mut turn = Turn::new(now, rng);
        let may_wait = matches!(input, Input::LogEntry(_) | Input::Post(_)) && !self.caught_up;
        match input {
            Input::Line(line) => self.read_line(*line, &mut turn),
            Input::LogEntry(entry) => self.read_entry(entry, &mut turn),
            Input::Post(post) => self.read_post(post, &mut turn),
            Input::CaughtUp => {
                self.caught_up = true;
                self.read_all_on = Some(turn.now.day());
                self.upkeep(&mut turn);
            }
            Input::Done(task) => self.done(task, &mut turn),
            Input::Conflict(task) => self.conflict(task, &mut turn),
            Input::Refused(task, code) => self.refused(task, code, &mut turn),
            Input::SlotRead { task, contents } => self.slots_read(task, &contents, &mut turn),
            Input::Command(command) => self.command(command, &mut turn),
            Input::Tick => self.upkeep(&mut turn),
        }
        self.finish(turn, may_wait)
    }

    /// Asks again for everything that the relay has not answered.
    pub fn resume(&mut self, now: Minute, rng: &mut dyn CryptoRng) -> Vec<Effect> {
        if self.has_ended {
            return Vec::new();
        }
        let mut turn = Turn::new(now, rng);
        self.outbox.ask_again();
        for waiting in self.queue.waiting.values_mut() {
            waiting.started(now);
        }
        self.write_lost_replies(&mut turn);
        self.write_lost_offers(&mut turn);
        self.finish(turn, false)
    }

    /// Puts the effects together: first what is to be saved, then what is asked of the relay, then what is told.
    ///
    /// While a desk catches up, changes that ask for nothing may wait for the next save: the cursors wait with them.
    pub(crate) fn finish(&mut self, mut turn: Turn<'_>, may_wait: bool) -> Vec<Effect> {
        if self.has_ended {
            let tells = turn.tells.into_iter().map(Effect::Tell);
            return [Effect::Destroy].into_iter().chain(tells).collect();
        }
        self.publish_wait(&mut turn);
        if self.my_shift().is_none() {
            turn.tells.retain(Desk::reaches_off_shift);
        }
        self.outbox.end_step(self.progress.counter);
        let me = self.device();
        let shown = self.authors.get(&me).copied().unwrap_or(0);
        let asked = self.outbox.ready(shown);
        let quiet = asked.is_empty() && turn.tells.is_empty();
        if may_wait && quiet && self.dirty.len() < UNSAVED {
            return Vec::new();
        }
        let changed = self.changed();
        let save = (!changed.is_empty()).then_some(Effect::Save(changed));
        let asked = asked
            .into_iter()
            .map(|(id, task)| Effect::Relay(TaskId(id), task));
        let tells = turn.tells.into_iter().map(Effect::Tell);
        save.into_iter().chain(asked).chain(tells).collect()
    }

    /// Puts a task into the outbox.
    pub(crate) fn ask(&mut self, relay: RelayTask, about: About, after: Option<u64>) -> u64 {
        self.progress.task = self.progress.task.saturating_add(1);
        let id = self.progress.task;
        self.outbox.push(id, relay, about, after);
        if !self.outbox.is_fleeting(id) {
            self.mark(RecordKey::Outbox(id));
        }
        id
    }

    /// Appends a sealed entry after all that are under way.
    pub(crate) fn append_envelope(&mut self, envelope: Envelope, about: About) {
        let after = self.outbox.last_append();
        self.ask(RelayTask::AppendLog(envelope), about, after);
    }

    /// Signs, seals and appends an event. Returns what destroys it; `None` when this desk has no team key or it does not fit.
    pub(crate) fn append(
        &mut self,
        event: &TeamEvent,
        about: About,
        turn: &mut Turn<'_>,
    ) -> Option<Shred> {
        let (generation, key) = self.identity.team.iter().next_back()?;
        let log = TeamLog {
            line: &self.identity.line,
            generation: *generation,
            key,
        };
        let counter = self.progress.counter.saturating_add(1);
        let sealed = log.seal(&self.identity.device, counter, event, turn.rng);
        let (envelope, token) = sealed.ok()?;
        self.progress.counter = counter;
        // A counter that was used and not saved would be used again after a crash, and the event dropped by everybody.
        self.mark(RecordKey::Progress);
        let shred = Shred {
            envelope: envelope_hash(&envelope),
            token: *token.expose(),
        };
        self.append_envelope(envelope, about);
        Some(shred)
    }

    fn answered(&mut self, task: TaskId) -> Option<About> {
        let fleeting = self.outbox.is_fleeting(task.0);
        let answered = self.outbox.remove(task.0)?;
        if !fleeting {
            self.mark(RecordKey::Outbox(task.0));
        }
        Some(answered.about)
    }

    fn done(&mut self, task: TaskId, turn: &mut Turn<'_>) {
        let Some(about) = self.answered(task) else {
            return;
        };
        if let About::Offer(case) = about {
            self.offer_written(&case, turn);
        }
        if let About::Reply(case, number) = about
            && let Some(case) = self.cases.get_mut(&case)
        {
            case.reply_written(number);
            let key = RecordKey::Case(case.id);
            self.mark(key);
        }
        self.end_closing(&about, turn);
    }

    /// A reply that a predecessor had sent already lies where it was to be written once more.
    fn conflict(&mut self, task: TaskId, turn: &mut Turn<'_>) {
        let Some(about) = self.answered(task) else {
            return;
        };
        if let About::Reply(case, number) = about {
            match self.cases.get_mut(&case) {
                Some(case) if case.is_unknown(number) => {
                    case.reply_written(number);
                    let key = RecordKey::Case(case.id);
                    self.mark(key);
                }
                _ => self.renumber_reply(&case, number, turn),
            }
        }
        if let About::Offer(case) = about {
            // Nobody but the people of the case could: a predecessor has written it.
            self.offer_written(&case, turn);
        }
        if about == About::Join {
            // Somebody has answered this invitation before.
            turn.tell(Notice::RelayRefused("invitation-used".into()));
        }
        self.end_closing(&about, turn);
    }

    fn refused(&mut self, task: TaskId, code: String, turn: &mut Turn<'_>) {
        let Some(about) = self.answered(task) else {
            return;
        };
        match about {
            // A report that is lost is one case less in a month.
            About::Wait | About::Invitations | About::Handover(_) | About::Report => return,
            About::Take(case) if !self.outbox.has(&about) => {
                if let Some(waiting) = self.queue.waiting.get_mut(&case) {
                    waiting.taking = false;
                    waiting.claimed = false;
                    self.mark(RecordKey::Waiting(case));
                }
                let taken = self.queue.taken.get_mut(&case);
                if let Some(returned) = taken.and_then(|taken| taken.returned.as_mut()) {
                    returned.taking = false;
                }
            }
            _ => {}
        }
        turn.tell(Notice::RelayRefused(code));
        self.end_closing(&about, turn);
    }
}

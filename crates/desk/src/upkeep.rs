//! What time does: epoch keys and shift keys come and go, the roster is vouched for, the wait is announced.

use protocol::{CaseId, EpochSecretKey, TeamEvent};
use statements::{DevicePublicKey, EpochKey, Line, RosterFreshness};
use wire::{Day, Minute};

use crate::outbox::About;
use crate::queue::bucket;
use crate::records::RecordKey;
use crate::turn::Turn;
use crate::{CaseLabel, Desk, Notice};

/// For how many days epoch keys are published ahead.
const DAYS_AHEAD: u32 = 3;
/// After how many minutes a coordinator vouches for the roster again.
const VOUCH_MINUTES: u32 = 6 * 60;
/// After how many minutes it does so again if what it said before has not come back.
const VOUCH_AGAIN_MINUTES: u32 = 30;
/// For how many days it is remembered at least who took a case; longer than any post can be opened.
pub(crate) const TAKEN_DAYS: u32 = 60;

impl Desk {
    /// Takes in the line as it is now.
    pub(crate) fn read_line(&mut self, line: Line, turn: &mut Turn<'_>) {
        if line.id() != self.line() {
            return;
        }
        let day = line.day();
        if self.progress.line_day != Some(day) {
            self.progress.line_day = Some(day);
            self.mark(RecordKey::Progress);
        }
        let (heard_end, heard) = (self.final_notice(), self.line.replace(line));
        self.hear_end(heard_end, turn);
        if self.has_ended {
            return;
        }
        self.note_times();
        if let Some(before) = heard {
            self.hear_warning(before.warning(), turn);
        }
        self.editing.stirred = true;
        let off = turn.now.day().0.abs_diff(day.0) > 1;
        self.judge_clock(off, turn);
        self.read_held_back(turn);
        self.upkeep(turn);
    }

    /// When keys are to be used, as the line announces it now.
    fn note_times(&mut self) {
        let announced = self.shifts.iter();
        let announced = announced
            .filter_map(|(number, held)| Some((*number, self.announced_times(*number, held)?)));
        for (number, times) in announced.collect::<Vec<_>>() {
            if let Some(held) = self.shifts.get_mut(&number)
                && held.times != Some(times)
            {
                held.times = Some(times);
                self.mark(RecordKey::Shift(number));
            }
        }
    }

    /// Says once when the clock begins to contradict the line's day.
    fn judge_clock(&mut self, off: bool, turn: &mut Turn<'_>) {
        if off && !self.clock_off {
            turn.tell(Notice::ClockOff);
        }
        self.clock_off = off;
    }

    /// Whether the clock can be believed: the line's day, as last fetched, does not contradict it.
    pub(crate) fn trusts_clock(&self, now: Minute) -> bool {
        let today = now.day();
        self.progress
            .line_day
            .is_some_and(|day| !self.clock_off && today.0.abs_diff(day.0) <= 1)
    }

    /// The day from which something is counted that ends on its own: the later one of this clock's and the line's, of which one may be wrong.
    /// A day that is too early would have a case destroyed as soon as the clock is set right; one that is too late is set right then.
    pub(crate) fn latest_day(&self, today: Day) -> Day {
        self.progress.line_day.map_or(today, |day| day.max(today))
    }

    /// The key to grant to: that of this clock's day, or of the line's where that finds none. By a wrong clock alone nobody would have a key,
    /// and what is to be granted would reach nobody.
    pub(crate) fn key_of(&self, device: &DevicePublicKey, day: Day) -> Option<&EpochKey> {
        let keys = self.keys.get(device)?;
        let by_the_line = || self.progress.line_day.and_then(|day| keys.for_day(day));
        keys.for_day(day).or_else(by_the_line)
    }

    /// The minute that has come for certain, by this clock and by the line's day. Whatever is forgotten goes by it, so one wild reading of a clock
    /// ends nothing.
    pub(crate) fn certain(&self, now: Minute) -> Minute {
        let line_day = self.progress.line_day;
        line_day.map_or(now, |day| now.min(day.start()))
    }

    pub(crate) fn upkeep(&mut self, turn: &mut Turn<'_>) {
        // Time has passed for certain on the relay; a clock behind it is wrong. One ahead may just not have asked lately.
        let behind = self
            .progress
            .line_day
            .is_some_and(|day| turn.now.day().plus(1) < day);
        if behind {
            self.judge_clock(true, turn);
        }
        self.destroy_old_keys(turn);
        let certain = self.certain(turn.now);
        if !self.caught_up {
            return;
        }
        self.publish_epoch_keys(turn);
        self.pass_on_delegation(turn);
        self.complete_trail_keys(turn);
        self.run_clocks(turn);
        self.keep_rota(turn);
        self.keep_feedback_key(turn);
        self.send_reports(turn);
        self.keep_letter_key(turn);
        self.age_probes(certain.day());
        self.forget_old_reports(certain.day());
        self.tend_editing(turn);
        self.tend_offers(turn);
        self.keep_signing(turn);
        self.renew_stand_ins(turn);
        self.mind_silent(turn);
        self.tell_permissions(turn);
        let issued = self.roster.fresh;
        let due = issued.is_none_or(|issued| {
            turn.now > issued.plus(VOUCH_MINUTES) || issued > turn.now.plus(VOUCH_MINUTES)
        });
        if due {
            self.refresh_roster(turn);
        }
        let stale = self.is_admitted() && self.roster.is_stale(turn.now);
        if stale && !self.told_stale && !self.is_coordinator() {
            turn.tell(Notice::RosterStale);
        }
        self.told_stale = stale;
    }

    /// Makes and publishes this device's epoch keys of today and the days ahead.
    pub(crate) fn publish_epoch_keys(&mut self, turn: &mut Turn<'_>) {
        if !self.is_admitted() || !self.trusts_clock(turn.now) {
            return;
        }
        let today = turn.now.day();
        for ahead in 0..=DAYS_AHEAD {
            let day = today.plus(ahead);
            if !self.epochs.contains_key(&day) {
                let statement = self.new_epoch_key(day, turn);
                self.append(&TeamEvent::Statement(statement), About::Nothing, turn);
            }
        }
    }

    /// Makes an epoch key and returns its statement.
    pub(crate) fn new_epoch_key(&mut self, day: Day, turn: &mut Turn<'_>) -> Vec<u8> {
        let key = EpochSecretKey::random(turn.rng);
        let draft = EpochKey::draft(self.line(), self.device(), day, &key.public());
        let statement = draft.sign_by_device(&self.identity.device).done();
        self.epochs.insert(day, key);
        self.mark(RecordKey::Epoch(day));
        statement.to_bytes()
    }

    /// Vouches for the roster as it is, if this desk may and one such statement is not under way already.
    pub(crate) fn refresh_roster(&mut self, turn: &mut Turn<'_>) {
        let sequence = self.roster.entries;
        if sequence == 0 || !self.roster.may_sign(&self.device()) {
            return;
        }
        let under_way = self.vouched.is_some_and(|(up_to, when)| {
            up_to == sequence && when <= turn.now && turn.now < when.plus(VOUCH_AGAIN_MINUTES)
        });
        if under_way || !self.trusts_clock(turn.now) {
            return;
        }
        self.vouched = Some((sequence, turn.now));
        let freshness = RosterFreshness {
            entries: sequence,
            head: self.roster.head,
            issued: turn.now,
        };
        let draft = freshness.draft(self.line());
        let statement = draft.sign_by_device(&self.identity.device).done();
        let event = TeamEvent::Statement(statement.to_bytes());
        self.append(&event, About::Nothing, turn);
    }

    /// Destroys keys whose time is over for certain.
    fn destroy_old_keys(&mut self, turn: &mut Turn<'_>) {
        if self.progress.line_day.is_none() {
            return;
        }
        let now = self.certain(turn.now);
        let today = now.day();
        let kept = |day: &Day| today <= day.plus(EpochKey::KEPT_DAYS);
        let admitted = self.is_admitted();
        let old = self.epochs.keys().filter(|day| admitted && !kept(day));
        for day in old.copied().collect::<Vec<_>>() {
            self.epochs.remove(&day);
            self.mark(RecordKey::Epoch(day));
        }
        let expired = self.shifts.iter().filter(|(_, s)| s.is_expired(now));
        for number in expired.map(|(number, _)| *number).collect::<Vec<_>>() {
            self.destroy_shift(number, turn);
        }
        let forgotten = self
            .queue
            .taken
            .iter()
            .filter(|(_, taken)| taken.closed && today > taken.day.plus(TAKEN_DAYS));
        for case in forgotten.map(|(case, _)| *case).collect::<Vec<_>>() {
            self.queue.taken.remove(&case);
            self.mark(RecordKey::Taken(bucket(&case)));
        }
    }

    /// Destroys a shift's keys and everything that only they open.
    fn destroy_shift(&mut self, number: u32, turn: &mut Turn<'_>) {
        self.shifts.remove(&number);
        self.mark(RecordKey::Shift(number));
        self.holders.remove(&number);
        self.mark(RecordKey::Holders(number));
        let seen = self.queue.seen.remove(&number).unwrap_or_default();
        for (post, seen) in seen {
            self.mark(RecordKey::Seen(number, bucket(&post)));
            self.queue.contacts.remove(&seen.mark);
        }
        self.queue.recall_contacts();
        let cases: Vec<_> = self.queue.waiting.keys().copied().collect();
        for case in cases {
            self.expire_posts(&case, number, turn);
        }
    }

    /// Forgets what waits of an expired shift; what the same contact wrote to a later one waits on under its own name.
    fn expire_posts(&mut self, case: &CaseId, shift: u32, turn: &mut Turn<'_>) {
        let waiting = self.queue.waiting.get(case);
        let expired = waiting.is_some_and(|w| w.posts.iter().any(|post| post.shift() == shift));
        if !expired {
            return;
        }
        if let Some(waiting) = self.queue.waiting.remove(case) {
            self.mark(RecordKey::Waiting(*case));
            if waiting.left_to.is_none() {
                turn.tell(Notice::WaitingExpired(CaseLabel::of(case)));
            }
            for post in waiting.posts {
                if post.shift() != shift {
                    self.wait_or_join(waiting.mark, post, turn);
                }
            }
        }
    }
}

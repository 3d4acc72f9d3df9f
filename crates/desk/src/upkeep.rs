//! What time does: epoch keys and shift keys come and go, the roster is vouched for, the wait is announced.

use protocol::{CaseId, EpochSecretKey, TeamEvent};
use statements::{EpochKey, Line, RosterFreshness, WaitNotice};
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
/// After how many minutes the wait is announced again though nothing changed.
const WAIT_MINUTES: u32 = 10;
/// For how many days it is remembered at least who took a case; longer than any post can be opened.
const TAKEN_DAYS: u32 = 60;
/// How many minutes one answer is reckoned to take.
const MINUTES_EACH: usize = 30;
/// What a contact may be told, in minutes.
const WAITS: [u16; 6] = [5, 15, 30, 60, 120, 240];

/// The wait of the next contact: rounded up to one of [`WAITS`], unknown above or when nobody is there.
fn expected_wait(waiting: usize, guides: usize) -> Option<u16> {
    let minutes = waiting.saturating_add(1).saturating_mul(MINUTES_EACH);
    let minutes = minutes.checked_add(guides.checked_sub(1)?)? / guides;
    WAITS
        .into_iter()
        .find(|offered| minutes <= usize::from(*offered))
}

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
        for notice in line.shifts() {
            let times = Some((notice.from(), notice.until()));
            if let Some(shift) = self.shifts.get_mut(&notice.number())
                && shift.times != times
                && shift.is_announced_by(notice)
            {
                shift.times = times;
                self.mark(RecordKey::Shift(notice.number()));
            }
        }
        self.line = Some(line);
        let off = turn.now.day().0.abs_diff(day.0) > 1;
        self.judge_clock(off, turn);
        self.read_held_back(turn);
        self.upkeep(turn);
    }

    /// Says once when the clock begins to contradict the line's day.
    fn judge_clock(&mut self, off: bool, turn: &mut Turn<'_>) {
        if off && !self.clock_off {
            turn.tell(Notice::ClockOff);
        }
        self.clock_off = off;
    }

    /// Whether the clock can be believed: the line's day, as last fetched, does not contradict it.
    fn trusts_clock(&self, now: Minute) -> bool {
        let today = now.day();
        self.progress
            .line_day
            .is_some_and(|day| !self.clock_off && today.0.abs_diff(day.0) <= 1)
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
        if !self.caught_up {
            return;
        }
        self.publish_epoch_keys(turn);
        self.pass_on_delegation(turn);
        self.complete_trail_keys(turn);
        self.run_clocks(turn);
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

    /// Destroys keys whose time is over by this clock and by the line's day: one wild reading of a clock destroys nothing.
    fn destroy_old_keys(&mut self, turn: &mut Turn<'_>) {
        let Some(line_day) = self.progress.line_day else {
            return;
        };
        let now = turn.now.min(line_day.start());
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

    /// How many desks are checked in for a shift.
    pub(crate) fn guides_at(&self, shift: u32) -> usize {
        let there = self.checked_in.values().filter(|at| **at == shift);
        there.count()
    }

    /// Announces the wait, if this desk is on duty and something changed or ten minutes passed.
    pub(crate) fn publish_wait(&mut self, turn: &mut Turn<'_>) {
        let me = self.device();
        let on_duty = self.shift_on_duty(turn.now);
        let on_duty = on_duty.filter(|shift| self.checked_in.get(&me) == Some(shift));
        let Some(number) = on_duty.filter(|_| self.caught_up && self.trusts_clock(turn.now)) else {
            return;
        };
        let waiting = self
            .queue
            .waiting
            .values()
            .filter(|w| !w.is_hidden())
            .count();
        let guides = self.guides_at(number);
        let said_already = self
            .last_wait
            .is_some_and(|(when, then_guides, then_waiting)| {
                (then_guides, then_waiting) == (guides, waiting)
                    && turn.now < when.plus(WAIT_MINUTES)
                    && when <= turn.now
            });
        let Some(shift) = self.shifts.get(&number).filter(|_| !said_already) else {
            return;
        };
        let shown = u8::try_from(guides).unwrap_or(u8::MAX);
        let expected = expected_wait(waiting, guides);
        let draft = WaitNotice::draft(self.line(), number, turn.now, shown, expected);
        let notice = draft.sign_by_shift(&shift.signing).done();
        self.last_wait = Some((turn.now, guides, waiting));
        self.outbox.forget_waits();
        self.publish(notice.to_bytes(), About::Wait, None);
    }
}

#[cfg(test)]
mod tests {
    use super::expected_wait;

    #[test]
    fn the_wait_is_rounded_up_and_never_promised_without_a_guide() {
        assert_eq!(expected_wait(0, 1), Some(30));
        assert_eq!(expected_wait(0, 6), Some(5));
        assert_eq!(expected_wait(0, 5), Some(15));
        assert_eq!(expected_wait(7, 1), Some(240));
        assert_eq!(expected_wait(8, 1), None);
        assert_eq!(expected_wait(0, 0), None);
    }
}

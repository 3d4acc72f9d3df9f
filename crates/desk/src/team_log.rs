//! Folding the team log: what each event means, and whose are dropped.

use protocol::{CaseId, ContactMark, Grant, GrantPurpose, TeamEvent, TeamLog, Welcome};
use statements::{
    DevicePublicKey, EpochKey, RosterAction, RosterEntry, RosterFreshness, StatementKind,
    UnverifiedStatement,
};
use wire::{Envelope, SequencedEnvelope};

use crate::queue::{Taken, bucket};
use crate::records::RecordKey;
use crate::shifts::Shift;
use crate::turn::Turn;
use crate::{CaseLabel, Desk, Notice};

impl Desk {
    /// Takes in an entry, or holds it back until the team key and the line are there.
    pub(crate) fn read_entry(&mut self, entry: SequencedEnvelope, turn: &mut Turn<'_>) {
        if entry.sequence <= self.cursors().log_after {
            return;
        }
        if self.identity.team.is_none() {
            self.read_welcome(&entry.envelope);
        }
        self.held_back.insert(entry.sequence, entry.envelope);
        self.read_held_back(turn);
    }

    /// Folds what was held back, in order, if that is possible now.
    pub(crate) fn read_held_back(&mut self, turn: &mut Turn<'_>) {
        if self.identity.team.is_none() || self.line.is_none() {
            return;
        }
        for (sequence, envelope) in core::mem::take(&mut self.held_back) {
            self.progress.log_after = sequence;
            self.mark(RecordKey::Progress);
            self.fold(&envelope, turn);
        }
    }

    fn read_welcome(&mut self, envelope: &Envelope) {
        let (line, me) = (self.line(), self.device());
        let welcome = self
            .epochs
            .iter()
            .find_map(|(day, key)| Welcome::open(envelope, &line, &me, (*day, key)).ok());
        if let Some(welcome) = welcome {
            self.identity.team = Some((welcome.generation, welcome.team_key));
            self.mark(RecordKey::Device);
        }
    }

    fn fold(&mut self, envelope: &Envelope, turn: &mut Turn<'_>) {
        let Some((generation, key)) = &self.identity.team else {
            return;
        };
        let log = TeamLog {
            line: &self.identity.line,
            generation: *generation,
            key,
        };
        let Ok(authored) = log.open(envelope) else {
            return;
        };
        let author = authored.author();
        if author == self.device() {
            // A desk restored from an old backup must not use its counters again.
            self.progress.counter = self.progress.counter.max(authored.counter());
        }
        let last = self.authors.get(&author).copied().unwrap_or(0);
        if authored.counter() <= last || !self.may_speak(&author, authored.event()) {
            return;
        }
        self.authors.insert(author, authored.counter());
        self.mark(RecordKey::Author(author));
        match authored.event() {
            TeamEvent::Statement(bytes) => self.fold_statement(&author, bytes, turn),
            TeamEvent::Grant(grant) => self.fold_grant(&author, grant, turn),
            TeamEvent::CheckIn { shift } => {
                self.checked_in.insert(author, *shift);
                self.mark(RecordKey::Duty);
            }
            TeamEvent::CheckOut { .. } => {
                self.checked_in.remove(&author);
                self.mark(RecordKey::Duty);
            }
            TeamEvent::Take { case, contact } => self.fold_take(author, (*case, *contact), turn),
            // Entries of cases are for their backup; whoever took the case has them already.
            TeamEvent::CaseEntry(_) => {}
            TeamEvent::Closed { case } => self.fold_closed(&author, case, turn),
        }
    }

    /// Members may; and whom the root delegated may begin the roster, on which nobody stands yet.
    fn may_speak(&self, author: &DevicePublicKey, event: &TeamEvent) -> bool {
        if self.roster.members.contains_key(author) {
            return true;
        }
        let TeamEvent::Statement(bytes) = event else {
            return false;
        };
        let is_roster_entry = UnverifiedStatement::parse(bytes)
            .is_ok_and(|statement| statement.kind() == StatementKind::RosterEntry);
        let delegated = self
            .line
            .as_ref()
            .is_some_and(|line| line.delegation().coordinators().contains(author));
        is_roster_entry && delegated
    }

    fn fold_statement(&mut self, author: &DevicePublicKey, bytes: &[u8], turn: &mut Turn<'_>) {
        let Ok(statement) = UnverifiedStatement::parse(bytes) else {
            return;
        };
        let Some(line) = &self.line else {
            return;
        };
        match statement.kind() {
            StatementKind::RosterEntry => {
                if let Ok(entry) = RosterEntry::verify(&statement, line.delegation()) {
                    self.fold_roster_entry(author, &entry, turn);
                }
            }
            StatementKind::RosterFreshness => {
                if let Ok(freshness) = RosterFreshness::verify(&statement, line.delegation())
                    && self.roster.refresh(&freshness)
                {
                    self.mark(RecordKey::Roster);
                }
            }
            StatementKind::EpochKey => {
                if let Ok(key) = EpochKey::verify(&statement, &self.identity.line)
                    && self.roster.members.contains_key(&key.device())
                {
                    let device = key.device();
                    let published = self.keys.entry(device).or_default();
                    published.insert(key, bytes.to_vec());
                    self.mark(RecordKey::Keys(device));
                }
            }
            _ => {}
        }
    }

    fn fold_roster_entry(
        &mut self,
        author: &DevicePublicKey,
        entry: &RosterEntry,
        turn: &mut Turn<'_>,
    ) {
        let mine = *author == self.device();
        if !self.roster.admit(entry) {
            if mine {
                // Another coordinator was first: the chain has grown, so the entry is written anew.
                self.admit_again(&entry.device, turn);
            }
            return;
        }
        self.mark(RecordKey::Roster);
        if entry.action == RosterAction::Remove {
            self.keys.remove(&entry.device);
            self.checked_in.remove(&entry.device);
            self.mark(RecordKey::Keys(entry.device));
            self.mark(RecordKey::Duty);
            let taken = self.queue.taken.iter();
            let theirs = taken.filter(|(_, taken)| taken.by == entry.device);
            let theirs: Vec<CaseId> = theirs.map(|(case, _)| *case).collect();
            self.leave_no_longer(|case| theirs.contains(case), turn);
        }
        if entry.device == self.device() && entry.action == RosterAction::Admit {
            if self.identity.joining.take().is_some() {
                self.mark(RecordKey::Device);
                turn.tell(Notice::Admitted);
            }
            self.publish_epoch_keys(turn);
            if mine {
                self.refresh_roster(turn);
            }
        }
        if mine {
            self.complete_admission(entry, turn);
        }
    }

    fn fold_grant(&mut self, author: &DevicePublicKey, grant: &Grant, turn: &mut Turn<'_>) {
        if grant.purpose != GrantPurpose::Shift || !self.roster.is_coordinator(author) {
            return;
        }
        let Some(number) = grant.subject.as_shift() else {
            return;
        };
        let holders = self.holders.entry(number).or_default();
        holders.extend([*author, grant.to]);
        self.mark(RecordKey::Holders(number));
        if grant.to != self.device() {
            return;
        }
        let line = self.line();
        let Some(key) = self.epochs.get(&grant.epoch) else {
            return;
        };
        let Ok(content) = grant.open(&line, key) else {
            return;
        };
        if let Ok(shift) = Shift::from_granted(&content, turn.now.day()) {
            self.hold_shift(number, shift, turn);
        }
    }

    /// Takes in a shift's keys, and opens the posts that waited for them.
    pub(crate) fn hold_shift(&mut self, number: u32, mut shift: Shift, turn: &mut Turn<'_>) {
        let notices = self.line.as_ref().map(|line| line.shifts());
        let notice = notices
            .unwrap_or_default()
            .iter()
            .find(|notice| notice.number() == number && shift.is_announced_by(notice));
        if let Some(notice) = notice {
            shift.times = Some((notice.from(), notice.until()));
        }
        let known = self.shifts.get(&number);
        if known.is_some_and(|known| known.times.is_some()) {
            return;
        }
        self.shifts.insert(number, shift);
        self.mark(RecordKey::Shift(number));
        let unopened = core::mem::take(&mut self.queue.unopened);
        let (now_open, still): (Vec<_>, Vec<_>) = unopened
            .into_iter()
            .partition(|(_, envelope)| envelope.header().epoch == number);
        self.queue.unopened = still.into_iter().collect();
        for (sequence, envelope) in now_open {
            self.read_first_post(sequence, envelope, turn);
        }
    }

    /// The first take of a post counts; this desk's own, read back, makes the case.
    fn fold_take(
        &mut self,
        author: DevicePublicKey,
        (case, contact): (CaseId, ContactMark),
        turn: &mut Turn<'_>,
    ) {
        if self.queue.taken.contains_key(&case) {
            return;
        }
        let taken = Taken {
            contact,
            by: author,
            day: turn.now.day(),
            closed: false,
        };
        self.queue.taken.insert(case, taken);
        self.queue.contacts.entry(contact).or_insert(case);
        self.mark(RecordKey::Taken(bucket(&case)));
        if author == self.device() {
            self.begin_case(&case, turn);
        } else {
            self.lose_post(&author, &case, turn);
        }
    }

    /// Another desk took a post: what it can read of that contact is forgotten here, what it cannot goes on waiting.
    fn lose_post(&mut self, winner: &DevicePublicKey, post: &CaseId, turn: &mut Turn<'_>) {
        if let Some(lost) = self.queue.waiting.remove(post) {
            self.mark(RecordKey::Waiting(*post));
            if lost.taking && !lost.claimed {
                turn.tell(Notice::TakeLost(CaseLabel::of(post)));
            }
            for other in lost.posts {
                if other.id() == *post {
                    continue;
                }
                if self.holds(winner, other.shift()) {
                    self.leave(lost.mark, other, *post, turn);
                } else {
                    self.wait_or_join(lost.mark, other, turn);
                }
            }
            return;
        }
        let named_otherwise = self
            .queue
            .waiting
            .iter_mut()
            .find(|(_, waiting)| waiting.posts.iter().any(|other| other.id() == *post));
        if let Some((case, waiting)) = named_otherwise {
            waiting.posts.retain(|other| other.id() != *post);
            let case = *case;
            self.mark(RecordKey::Waiting(case));
        }
    }

    /// Whether a member holds a shift's keys, as far as the log tells.
    pub(crate) fn holds(&self, device: &DevicePublicKey, shift: u32) -> bool {
        let holds = self.holders.get(&shift);
        holds.is_some_and(|holders| holders.contains(device))
            && self.roster.members.contains_key(device)
    }

    fn fold_closed(&mut self, author: &DevicePublicKey, case: &CaseId, turn: &mut Turn<'_>) {
        if let Some(taken) = self.queue.taken.get_mut(case)
            && taken.by == *author
        {
            taken.closed = true;
            self.mark(RecordKey::Taken(bucket(case)));
            self.leave_no_longer(|left_to| left_to == case, turn);
        }
    }
}

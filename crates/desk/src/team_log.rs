//! Folding the team log: what each event means, and whose are dropped.

use protocol::{
    AuthoredEvent, CaseId, ContactMark, Grant, GrantPurpose, KeepingSecret, TeamEvent, TeamKey,
    TeamLog, Welcome, envelope_hash,
};
use statements::{
    DevicePublicKey, EpochKey, RosterAction, RosterEntry, RosterFreshness, StatementKind,
    UnverifiedStatement,
};
use wire::{Envelope, SequencedEnvelope, Shred};

use crate::outbox::About;
use crate::queue::{Returned, Taken, bucket};
use crate::records::RecordKey;
use crate::roster::Vouched;
use crate::shares::KeepingShare;
use crate::shifts::Shift;
use crate::turn::Turn;
use crate::{Alarm, CaseLabel, Desk, Notice, ProposalLabel};

impl Desk {
    /// Takes in an entry, or holds it back until the team key and the line are there.
    pub(crate) fn read_entry(&mut self, entry: SequencedEnvelope, turn: &mut Turn<'_>) {
        if entry.sequence <= self.cursors().log_after {
            return;
        }
        if self.identity.joining.is_some() {
            self.read_welcome(&entry.envelope);
        }
        self.held_back.insert(entry.sequence, entry.envelope);
        self.read_held_back(turn);
    }

    /// Folds what was held back, in order, as far as that is possible now.
    pub(crate) fn read_held_back(&mut self, turn: &mut Turn<'_>) {
        if self.identity.team.is_empty() || self.line.is_none() {
            return;
        }
        while let Some((sequence, envelope)) = self.held_back.pop_first() {
            if self.waits_for_key(&envelope) {
                self.held_back.insert(sequence, envelope);
                self.look_for_key(turn);
                if self
                    .held_back
                    .first_key_value()
                    .is_some_and(|(_, e)| self.waits_for_key(e))
                {
                    return;
                }
                continue;
            }
            self.progress.log_after = sequence;
            self.mark(RecordKey::Progress);
            self.fold(sequence, &envelope, turn);
        }
    }

    /// Whether an entry is of a generation that a coordinator has granted to others, and this desk is still to get.
    fn waits_for_key(&self, envelope: &Envelope) -> bool {
        let generation = envelope.header().epoch;
        let newest = self.identity.team.keys().next_back().copied();
        newest.is_some_and(|newest| generation > newest) && generation <= self.team_announced
    }

    /// Looks ahead for the grant of a team key: order matters for all else, and waits.
    fn look_for_key(&mut self, turn: &mut Turn<'_>) {
        let ahead: Vec<Envelope> = self.held_back.values().cloned().collect();
        for envelope in ahead {
            if let Some(authored) = self.open_entry(&envelope)
                && let TeamEvent::Grant(grant) = authored.event()
                && grant.purpose == GrantPurpose::Team
            {
                self.fold_grant(&authored.author(), grant, turn);
            }
        }
    }

    fn read_welcome(&mut self, envelope: &Envelope) {
        let (line, me) = (self.line(), self.device());
        let Some(invitation) = &self.identity.joining else {
            return;
        };
        let welcome = self.epochs.iter().find_map(|(day, key)| {
            Welcome::open(envelope, &line, &me, (*day, key), invitation).ok()
        });
        if let Some(welcome) = welcome {
            let generations = welcome.first..;
            self.identity
                .team
                .extend(generations.zip(welcome.team_keys));
            let newest = self.identity.team.keys().next_back();
            self.team_announced = newest.copied().unwrap_or_default();
            self.mark(RecordKey::Device);
        }
    }

    fn open_entry(&self, envelope: &Envelope) -> Option<AuthoredEvent> {
        let generation = envelope.header().epoch;
        let key = self.identity.team.get(&generation)?;
        let log = TeamLog {
            line: &self.identity.line,
            generation,
            key,
        };
        log.open(envelope).ok()
    }

    fn fold(&mut self, sequence: u64, envelope: &Envelope, turn: &mut Turn<'_>) {
        let Some(authored) = self.open_entry(envelope) else {
            return;
        };
        let author = authored.author();
        if author == self.device() {
            // A desk restored from an old backup must not use its counters again.
            self.progress.counter = self.progress.counter.max(authored.counter());
        }
        let last = self.authors.get(&author).copied().unwrap_or(0);
        if authored.counter() <= last {
            return;
        }
        if !self.may_speak(&author, authored.event()) {
            if self.caught_up {
                self.raise(Alarm::Outsider, author, turn);
            }
            return;
        }
        self.authors.insert(author, authored.counter());
        self.mark(RecordKey::Author(author));
        let shred = Shred {
            envelope: envelope_hash(envelope),
            token: *authored.shred_token().expose(),
        };
        self.bring_up_to_date(author, envelope.header().epoch, turn);
        self.fold_event(author, authored.event(), (sequence, shred), turn);
    }

    /// A member who still speaks under an earlier team key has not got the newest: one of the coordinators grants it.
    fn bring_up_to_date(&mut self, author: DevicePublicKey, spoke: u32, turn: &mut Turn<'_>) {
        let Some((newest, key)) = self.identity.team.iter().next_back() else {
            return;
        };
        let first = self.roster.coordinators(turn.now.day()).next();
        let is_mine_to_do = first == Some(self.device()) && self.caught_up;
        if spoke < *newest && is_mine_to_do && !self.outbox.has(&About::TeamKey(author)) {
            let (newest, key) = (*newest, key.duplicate());
            self.grant_team_key(&author, (newest, &key), turn);
        }
    }

    fn fold_event(
        &mut self,
        author: DevicePublicKey,
        event: &TeamEvent,
        (sequence, shred): (u64, Shred),
        turn: &mut Turn<'_>,
    ) {
        match event {
            TeamEvent::Statement(bytes) => self.fold_statement(&author, bytes, turn),
            TeamEvent::Grant(grant) => {
                self.fold_grant(&author, grant, turn);
                self.keep_shred(grant, shred);
            }
            TeamEvent::CheckIn { shift } => {
                self.checked_in.insert(author, *shift);
                self.mark(RecordKey::Duty);
            }
            TeamEvent::CheckOut { .. } => {
                self.checked_in.remove(&author);
                self.mark(RecordKey::Duty);
            }
            TeamEvent::Take { case, contact } => self.fold_take(author, (*case, *contact), turn),
            TeamEvent::CaseEntry(entry) if self.is_holder(&author, &entry.case) => {
                self.fold_entry(entry, sequence, shred);
            }
            TeamEvent::CaseState { state, anew } if self.is_holder(&author, &state.case) => {
                self.fold_state(state, *anew, shred);
            }
            TeamEvent::CaseEntry(_) | TeamEvent::CaseState { .. } => {}
            TeamEvent::Transfer { case, to } => self.fold_transfer(author, case, *to, turn),
            TeamEvent::Return {
                case,
                contact,
                language,
                urgency,
            } => {
                let returned = Returned {
                    language: *language,
                    urgency: *urgency,
                    day: turn.now.day(),
                    promised: None,
                    taking: false,
                };
                self.fold_return(author, (*case, *contact), returned, turn);
            }
            TeamEvent::Whisper(whisper) => self.fold_whisper(author, whisper, turn),
            TeamEvent::Trail(entry) => self.fold_trail(author, entry, turn),
            TeamEvent::TrailKey { generation, key } if self.roster.is_coordinator(&author) => {
                self.fold_trail_key(*generation, key);
            }
            TeamEvent::TrailKey { .. } => {}
            TeamEvent::Propose {
                proposal,
                index,
                count,
                bytes,
            } => self.fold_piece(author, *proposal, (*index, *count), bytes, turn),
            TeamEvent::Extend {
                proposal,
                case,
                until,
                reason,
            } => self.fold_extend(author, *proposal, (*case, *until, *reason), turn),
            TeamEvent::Decline { proposal, reason } => {
                self.fold_decline(author, *proposal, reason, turn);
            }
            TeamEvent::Settle { proposal } => self.fold_settle(author, *proposal, turn),
            TeamEvent::Closed { case } => self.fold_closed(&author, case, turn),
        }
    }

    /// Members may; and anybody may repeat what the root keys signed, or a roster entry, which are judged by their own signatures.
    fn may_speak(&self, author: &DevicePublicKey, event: &TeamEvent) -> bool {
        if self.roster.members.contains_key(author) {
            return true;
        }
        let TeamEvent::Statement(bytes) = event else {
            return false;
        };
        let kind = UnverifiedStatement::parse(bytes).map(|statement| statement.kind());
        match kind {
            Ok(StatementKind::Delegation) => true,
            Ok(StatementKind::RosterEntry) => self.roster.may_sign(author),
            _ => false,
        }
    }

    fn fold_statement(&mut self, author: &DevicePublicKey, bytes: &[u8], turn: &mut Turn<'_>) {
        let Ok(statement) = UnverifiedStatement::parse(bytes) else {
            return;
        };
        let Some(line) = &self.line else {
            return;
        };
        match statement.kind() {
            StatementKind::Delegation if self.roster.delegate(line.root(), &statement) => {
                self.mark(RecordKey::Roster);
            }
            StatementKind::RosterEntry => self.fold_roster_entry(author, &statement, turn),
            StatementKind::RosterFreshness => self.fold_freshness(&statement, turn),
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
        statement: &UnverifiedStatement,
        turn: &mut Turn<'_>,
    ) {
        let delegation = self.roster.delegation();
        let verified = delegation.map(|d| RosterEntry::verify(statement, d));
        let Some(Ok((entry, signers))) = verified else {
            return;
        };
        if self.roster.apply(&entry, &signers).is_err() {
            return;
        }
        self.mark(RecordKey::Roster);
        self.proposal_settled(&ProposalLabel(statement.proposal()), turn);
        match &entry.action {
            RosterAction::Remove(reason) => {
                self.fold_removal(*author, entry.device, *reason, turn);
            }
            RosterAction::Admit(..) => {
                if entry.device == self.device() {
                    self.begin_membership(author, turn);
                }
                self.complete_admission(author, entry.device, turn);
            }
            RosterAction::Change(_) => {
                self.complete_trail_keys(turn);
                if *author == self.device() {
                    self.refresh_roster(turn);
                }
            }
            _ if *author == self.device() => self.refresh_roster(turn),
            _ => {}
        }
    }

    /// This desk belongs to the team from here on; whoever founded it also makes the trail's first key.
    fn begin_membership(&mut self, author: &DevicePublicKey, turn: &mut Turn<'_>) {
        if self.identity.joining.take().is_some() {
            self.mark(RecordKey::Device);
            turn.tell(Notice::Admitted);
        }
        self.publish_epoch_keys(turn);
        if *author == self.device() {
            self.refresh_roster(turn);
            if !self.trail.has_key() {
                self.new_trail_key(turn);
            }
        }
    }

    fn fold_freshness(&mut self, statement: &UnverifiedStatement, turn: &mut Turn<'_>) {
        let delegation = self.roster.delegation();
        let verified = delegation.map(|d| RosterFreshness::verify(statement, d));
        let Some(Ok((freshness, signers))) = verified else {
            return;
        };
        let vouched = self.roster.refresh(&freshness, &signers);
        if vouched == Some(Vouched::Forked) {
            turn.tell(Notice::RosterForked);
            if let Some(by) = self.roster.forked_by {
                self.raise(Alarm::Fork, by, turn);
            }
        }
        if vouched.is_some() {
            self.mark(RecordKey::Roster);
        }
    }

    fn fold_grant(&mut self, author: &DevicePublicKey, grant: &Grant, turn: &mut Turn<'_>) {
        let by_coordinator = self.roster.is_coordinator(author);
        let case = CaseId(grant.subject.0);
        let is_allowed = match grant.purpose {
            GrantPurpose::Team | GrantPurpose::Shift | GrantPurpose::Trail => by_coordinator,
            GrantPurpose::Case | GrantPurpose::Share => self.is_holder(author, &case),
            GrantPurpose::Supervision => {
                self.is_holder(author, &case) && self.roster.supervises(&grant.to)
            }
            GrantPurpose::Recovery => by_coordinator,
        };
        if !is_allowed {
            return;
        }
        self.note_grant(author, grant, turn);
        if grant.to != self.device() {
            return;
        }
        let line = self.line();
        let key = self.epochs.get(&grant.epoch);
        let Some(Ok(content)) = key.map(|key| grant.open(&line, key)) else {
            return;
        };
        self.receive_grant(grant, &content, turn);
    }

    /// What everybody notes of a grant.
    fn note_grant(&mut self, author: &DevicePublicKey, grant: &Grant, turn: &mut Turn<'_>) {
        match grant.purpose {
            GrantPurpose::Team => self.team_announced = self.team_announced.max(grant.generation),
            GrantPurpose::Shift => {
                if let Some(number) = grant.subject.as_shift() {
                    let holders = self.holders.entry(number).or_default();
                    holders.extend([*author, grant.to]);
                    self.mark(RecordKey::Holders(number));
                }
            }
            GrantPurpose::Case | GrantPurpose::Supervision => {
                self.reads(&CaseId(grant.subject.0), grant.to, turn.now.day());
            }
            GrantPurpose::Trail => self.note_trail_grant(grant.to, grant.generation),
            GrantPurpose::Share | GrantPurpose::Recovery => {}
        }
    }

    fn receive_grant(&mut self, grant: &Grant, content: &[u8], turn: &mut Turn<'_>) {
        let case = CaseId(grant.subject.0);
        match grant.purpose {
            GrantPurpose::Team => {
                if let Ok(key) = content.try_into() {
                    let key = TeamKey::from_bytes(key);
                    self.identity.team.insert(grant.generation, key);
                    self.mark(RecordKey::Device);
                }
            }
            GrantPurpose::Shift => {
                let number = grant.subject.as_shift();
                let shift = Shift::from_granted(content, turn.now.day());
                if let (Some(number), Ok(shift)) = (number, shift) {
                    self.hold_shift(number, shift, turn);
                }
            }
            GrantPurpose::Case => {
                if let Ok(secret) = content.try_into() {
                    let secret = KeepingSecret::from_bytes(secret);
                    let kept = self.kept.entry(case).or_default();
                    kept.given = Some((grant.generation, secret));
                    self.mark(RecordKey::Kept(case));
                }
            }
            GrantPurpose::Share => {
                if let Some(share) = KeepingShare::from_bytes(content)
                    && !self.cases.contains_key(&case)
                {
                    let kept = self.kept.entry(case).or_default();
                    kept.share = Some((grant.generation, share));
                    self.mark(RecordKey::Kept(case));
                }
            }
            GrantPurpose::Supervision => {
                let read = self.supervised.entry(case).or_default();
                if read.renew(grant.generation, content).is_ok() {
                    self.mark(RecordKey::Supervised(case));
                }
            }
            GrantPurpose::Trail => self.receive_trail_key(grant.generation, content),
            GrantPurpose::Recovery => {
                if let Some(share) = KeepingShare::from_bytes(content) {
                    self.receive_share(&case, grant.generation, share, turn);
                }
            }
        }
    }

    /// What destroys a case's grants is kept with the case, for whoever closes it.
    fn keep_shred(&mut self, grant: &Grant, shred: Shred) {
        let case = CaseId(grant.subject.0);
        let is_of_case = !matches!(
            grant.purpose,
            GrantPurpose::Team | GrantPurpose::Shift | GrantPurpose::Trail
        );
        if is_of_case && let Some(kept) = self.kept.get_mut(&case) {
            kept.shreds.push(shred);
            self.mark(RecordKey::Kept(case));
        }
    }

    /// Whether a device has a case, as far as the log tells.
    pub(crate) fn is_holder(&self, device: &DevicePublicKey, case: &CaseId) -> bool {
        let taken = self.queue.taken.get(case);
        taken.is_some_and(|taken| taken.by == *device && !taken.closed)
    }

    /// The holder of a case gave it away.
    fn fold_transfer(
        &mut self,
        author: DevicePublicKey,
        case: &CaseId,
        to: DevicePublicKey,
        turn: &mut Turn<'_>,
    ) {
        if !self.is_holder(&author, case) || !self.roster.members.contains_key(&to) {
            return;
        }
        let contact = self.queue.taken.get(case).map(|taken| taken.contact);
        for (id, taken) in &mut self.queue.taken {
            // What was taken for the case later goes with it.
            if Some(taken.contact) == contact && taken.by == author && !taken.closed {
                taken.by = to;
                taken.returned = None;
                self.dirty.insert(RecordKey::Taken(bucket(id)));
            }
        }
        self.reads(case, to, turn.now.day());
        if author == self.device() {
            self.lose_case(case, turn);
        }
        if to == self.device() {
            self.adopt(case, turn);
        } else if self.supervised.contains_key(case) {
            self.stop_supervising(case);
        }
    }

    /// Whoever keeps a case puts it back into the queue: its holder, or a coordinator after the holder was shut out.
    fn fold_return(
        &mut self,
        author: DevicePublicKey,
        (case, contact): (CaseId, ContactMark),
        returned: Returned,
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
        for (id, taken) in &mut self.queue.taken {
            if taken.contact == contact && taken.by == holder && !taken.closed {
                taken.by = author;
                self.dirty.insert(RecordKey::Taken(bucket(id)));
            }
        }
        if let Some(taken) = self.queue.taken.get_mut(&case) {
            taken.returned = Some(returned);
        }
        self.mark(RecordKey::Taken(bucket(&case)));
        self.stop_supervising(&case);
        turn.tell(Notice::CaseReturned(CaseLabel::of(&case)));
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
        let taken = Taken {
            contact,
            by: author,
            day: turn.now.day(),
            closed: false,
            readers: [(author, turn.now.day())].into(),
            returned: None,
        };
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
        let Some(kept) = self.cases.get_mut(case).filter(|kept| kept.returned) else {
            return;
        };
        kept.returned = false;
        self.mark(RecordKey::Case(*case));
        if to == me {
            if let Some(taken) = self.queue.taken.get_mut(case) {
                taken.returned = None;
            }
            self.mark(RecordKey::Taken(bucket(case)));
            self.renew_with(case, protocol::ReplyPart::Transferred, turn);
            turn.tell(Notice::CaseReceived(CaseLabel::of(case)));
        } else {
            self.pass_on(case, &to, turn);
        }
    }

    /// Another desk took a post: it is forgotten here, and what else waits of that contact is left to that desk.
    fn lose_post(&mut self, post: &CaseId, turn: &mut Turn<'_>) {
        if let Some(lost) = self.queue.waiting.remove(post) {
            self.mark(RecordKey::Waiting(*post));
            if lost.taking && !lost.claimed {
                turn.tell(Notice::TakeLost(CaseLabel::of(post)));
            }
            for other in lost.posts {
                if other.id() == *post {
                    continue;
                }
                self.leave(lost.mark, other, *post, turn);
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
            taken.returned = None;
            self.mark(RecordKey::Taken(bucket(case)));
            self.forget_kept(case);
            self.stop_supervising(case);
            self.leave_no_longer(|left_to| left_to == case, turn);
        }
    }
}

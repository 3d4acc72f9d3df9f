//! Folding the team log: what each event means, and whose are dropped.

use protocol::{
    AuthoredEvent, CaseEntry, CaseId, CaseState, GrantPurpose, HandoverEvent, TeamEvent, TeamLog,
    Welcome, envelope_hash,
};
use statements::{
    DevicePublicKey, EpochKey, Partner, RosterAction, RosterEntry, RosterFreshness, StatementKind,
    UnverifiedStatement,
};
use wire::{Envelope, SequencedEnvelope, Shred};

use crate::outbox::About;
use crate::presence::There;
use crate::queue::Returned;
use crate::records::RecordKey;
use crate::roster::Vouched;
use crate::turn::Turn;
use crate::{Alarm, Desk, Notice, ProposalLabel};

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
        newest.is_some_and(|newest| generation > newest)
            && generation <= self.progress.team_announced
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
            self.progress.team_announced = newest.copied().unwrap_or_default();
            self.mark(RecordKey::Progress);
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
        self.hear_from(author, turn);
        self.end_missing(&author);
        self.authors.insert(author, authored.counter());
        self.mark(RecordKey::Author(author));
        let shred = Shred {
            envelope: envelope_hash(envelope),
            token: *authored.shred_token().expose(),
        };
        self.bring_up_to_date(author, envelope.header().epoch, turn);
        if self.caught_up && self.is_forged(&author, authored.event()) {
            self.raise(Alarm::Forged, author, turn);
        }
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
            TeamEvent::CheckIn {
                shift,
                readiness,
                load,
            } => {
                let there = There {
                    shift: *shift,
                    readiness: *readiness,
                    load: *load,
                };
                self.fold_check_in(author, there, turn);
            }
            TeamEvent::CheckOut { .. } => self.fold_check_out(author),
            TeamEvent::Take { case, contact } => self.fold_take(author, (*case, *contact), turn),
            TeamEvent::CaseEntry(entry) if self.is_holder(&author, &entry.case) => {
                self.fold_entry(entry, sequence, shred);
            }
            TeamEvent::CaseState { state, anew } if self.is_holder(&author, &state.case) => {
                self.note_logged(&state.case);
                self.fold_state(state, *anew, shred);
            }
            TeamEvent::CaseEntry(_) | TeamEvent::CaseState { .. } => {}
            TeamEvent::Transfer { case, to } => self.fold_transfer(author, case, *to, turn),
            TeamEvent::Return {
                case,
                contact,
                language,
                urgency,
                choices,
                unanswered,
                aside,
                marks,
            } => {
                let returned = Returned {
                    language: *language,
                    urgency: *urgency,
                    choices: *choices,
                    unanswered: *unanswered,
                    marks: marks.clone(),
                    since: self.caught_up.then_some(turn.now),
                    day: turn.now.day(),
                    promised: None,
                    taking: false,
                };
                self.fold_return(author, (*case, *contact), (returned, *aside), turn);
            }
            TeamEvent::Whisper(whisper) => {
                self.keep_whisper(author, &whisper.case, shred);
                self.fold_whisper(author, whisper, turn);
            }
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
            TeamEvent::Closed { case, ending } => {
                self.fold_closed(&author, case, *ending, turn);
            }
            TeamEvent::Miss { case } => self.fold_miss(author, case, turn),
            TeamEvent::Succeed { case } => self.fold_succeed(author, case, turn),
            TeamEvent::ProbeNote { note, text } => {
                self.fold_probe(author, (*note, text), shred, turn);
            }
            TeamEvent::ReportFake { address } => self.watch_address(address, turn),
            TeamEvent::Outcomes(event) => self.fold_outcomes(author, event, turn),
            TeamEvent::Editing(event) => self.fold_editing(author, event, shred, turn),
            TeamEvent::Handover(event) => self.fold_handover(author, event, turn),
            TeamEvent::ProbeSeen { note, stands } => {
                self.fold_probe_seen(author, *note, *stands);
            }
            TeamEvent::Duties(_)
            | TeamEvent::CancelDuty { .. }
            | TeamEvent::Staff { .. }
            | TeamEvent::CallList { .. }
            | TeamEvent::Call
            | TeamEvent::Surge { .. } => self.fold_rota(author, event, turn),
        }
    }

    /// Whether no program of ours writes this: it would not count, and somebody has tried. Told from what the log keeps for good.
    fn is_forged(&self, author: &DevicePublicKey, event: &TeamEvent) -> bool {
        // Whoever slept while the case became another's writes what no longer counts.
        let had = |case: &CaseId| {
            let taken = self.queue.taken.get(case);
            taken.is_some_and(|taken| taken.before.contains(author))
        };
        let succeeds = |case: &CaseId| {
            let holder = self.queue.taken.get(case).map(|taken| taken.by);
            let is_left = holder.is_some_and(|holder| !self.roster.members.contains_key(&holder));
            is_left && self.roster.is_coordinator(author)
        };
        match event {
            // Whoever is to read along may have been removed meanwhile.
            TeamEvent::Grant(grant) if grant.purpose == GrantPurpose::Supervision => {
                let case = CaseId(grant.subject.0);
                !self.is_holder(author, &case) && !had(&case)
            }
            TeamEvent::Grant(grant) => {
                let is_of_case = matches!(
                    grant.purpose,
                    GrantPurpose::Case | GrantPurpose::Share | GrantPurpose::Recovery
                );
                let is_excused = is_of_case && had(&CaseId(grant.subject.0));
                !is_excused && !self.may_grant(author, grant)
            }
            TeamEvent::TrailKey { .. }
            | TeamEvent::Outcomes(_)
            | TeamEvent::Handover(HandoverEvent::RemovePartner { .. }) => {
                !self.roster.is_coordinator(author)
            }
            TeamEvent::Statement(bytes) => self.is_forged_decision(author, bytes),
            TeamEvent::CaseEntry(CaseEntry { case, .. })
            | TeamEvent::CaseState {
                state: CaseState { case, .. },
                ..
            }
            | TeamEvent::Transfer { case, .. }
            | TeamEvent::Handover(HandoverEvent::Offer { case, .. })
            | TeamEvent::Extend { case, .. } => !self.is_holder(author, case) && !had(case),
            TeamEvent::Return { case, .. } | TeamEvent::Closed { case, .. } => {
                !self.is_holder(author, case) && !succeeds(case) && !had(case)
            }
            _ => false,
        }
    }

    /// A decision that too few signed, or a word about the roster by somebody who has none.
    fn is_forged_decision(&self, author: &DevicePublicKey, bytes: &[u8]) -> bool {
        let Some(delegation) = self.roster.delegation() else {
            return false;
        };
        let Ok(statement) = UnverifiedStatement::parse(bytes) else {
            return true;
        };
        match statement.kind() {
            StatementKind::RosterEntry => {
                !self.roster.may_sign(author)
                    || RosterEntry::verify(&statement, delegation).is_err()
            }
            StatementKind::Partner => Partner::verify(&statement, delegation).is_err(),
            StatementKind::RosterFreshness => {
                RosterFreshness::verify(&statement, delegation).is_err()
            }
            _ => false,
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
            StatementKind::Partner => self.fold_partner(&statement, turn),
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
}

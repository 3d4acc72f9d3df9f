//! Grants as the team log brings them: who may give them, what everybody notes, and what they bring to this desk.

use protocol::{CaseId, Grant, GrantPurpose, KeepingSecret, TeamKey};
use statements::DevicePublicKey;
use wire::Shred;

use crate::Desk;
use crate::records::RecordKey;
use crate::shares;
use crate::shifts::Shift;
use crate::turn::Turn;

impl Desk {
    pub(crate) fn fold_grant(
        &mut self,
        author: &DevicePublicKey,
        grant: &Grant,
        turn: &mut Turn<'_>,
    ) {
        if !self.may_grant(author, grant) {
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

    /// Whether a member may grant this.
    pub(crate) fn may_grant(&self, author: &DevicePublicKey, grant: &Grant) -> bool {
        let by_coordinator = self.roster.is_coordinator(author);
        let case = CaseId(grant.subject.0);
        match grant.purpose {
            GrantPurpose::Team | GrantPurpose::Shift | GrantPurpose::Trail => by_coordinator,
            GrantPurpose::Case | GrantPurpose::Share => self.is_holder(author, &case),
            GrantPurpose::Supervision => {
                self.is_holder(author, &case) && self.roster.supervises(&grant.to)
            }
            GrantPurpose::Recovery => by_coordinator || self.has_shares(author, &case),
            GrantPurpose::Feedback => by_coordinator,
        }
    }

    /// Whether a device was given shares of a case, as far as the log tells.
    pub(crate) fn has_shares(&self, device: &DevicePublicKey, case: &CaseId) -> bool {
        let taken = self.queue.taken.get(case);
        taken.is_some_and(|taken| taken.sharers.1.contains(device))
    }

    /// What everybody notes of a grant.
    fn note_grant(&mut self, author: &DevicePublicKey, grant: &Grant, turn: &mut Turn<'_>) {
        match grant.purpose {
            GrantPurpose::Team => {
                let newest = &mut self.progress.team_announced;
                *newest = (*newest).max(grant.generation);
                self.mark(RecordKey::Progress);
            }
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
            GrantPurpose::Share => self.note_sharer(grant),
            GrantPurpose::Recovery => self.note_giver(author, grant),
            GrantPurpose::Feedback => {}
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
                let own = shares::from_bytes(content);
                if !own.is_empty() && !self.has_for_good(&case) {
                    let kept = self.kept.entry(case).or_default();
                    kept.shares.insert(grant.generation, own);
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
            GrantPurpose::Feedback => {
                self.receive_feedback_secret(grant.generation, content);
            }
            GrantPurpose::Recovery => {
                let shares = shares::from_bytes(content);
                self.receive_share(&case, grant.generation, shares, turn);
            }
        }
    }

    /// What destroys a case's grants is kept with the case, for whoever closes it.
    pub(crate) fn keep_shred(&mut self, grant: &Grant, shred: Shred) {
        let case = CaseId(grant.subject.0);
        // Shares that were given to who goes on with a case stay: whoever slept has to learn that it became another's.
        let is_of_case = matches!(
            grant.purpose,
            GrantPurpose::Case | GrantPurpose::Share | GrantPurpose::Supervision
        );
        if is_of_case && let Some(kept) = self.kept.get_mut(&case) {
            kept.shreds.push((grant.generation, shred));
            self.mark(RecordKey::Kept(case));
        }
    }

    /// Takes in a shift's keys, and opens the posts that waited for them.
    pub(crate) fn hold_shift(&mut self, number: u32, mut shift: Shift, turn: &mut Turn<'_>) {
        shift.times = self.announced_times(number, &shift);
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
}

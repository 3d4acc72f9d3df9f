//! What stands: the line's own statements, verified, as the relay goes by them.

use std::collections::BTreeMap;

use statements::{
    CardSet, Delegation, DeviceList, DevicePublicKey, EntranceList, FeedbackKey, FinalNotice,
    LetterKey, PackManifest, PublishedMonth, Revocation, Root, ShiftNotice, StatementError,
    StatementKind, UnverifiedStatement, WaitNotice, Warning,
};
use wire::{Day, LineDocument, LineId, Minute};

use crate::RelayError;
use crate::store::StatementKey;

/// For how many minutes after a newer shift began a post to the one before is still taken.
const GRACE_MINUTES: u32 = 15;
/// For how many days after its end a desk holds the key of a shift that nobody followed.
const KEY_DAYS: u32 = 7;

/// The statements that stand, verified back to the root.
#[derive(Clone)]
pub struct Standing {
    root: Root,
    delegation: Delegation,
    delegation_bytes: Vec<u8>,
    /// By the coordinator's place in the delegation.
    revocations: BTreeMap<u32, (Revocation, Vec<u8>)>,
    shifts: BTreeMap<u32, (ShiftNotice, Vec<u8>)>,
    devices: Option<(DeviceList, Vec<u8>)>,
    cards: Option<(CardSet, Vec<u8>)>,
    feedback_key: Option<(FeedbackKey, Vec<u8>)>,
    /// By number; those before the newest still open what is on its way.
    letter_keys: BTreeMap<u32, (LetterKey, Vec<u8>)>,
    entrances: Option<(EntranceList, Vec<u8>)>,
    warning: Option<(Warning, Vec<u8>)>,
    pack: Option<(PackManifest, Vec<u8>)>,
    final_notice: Option<(FinalNotice, Vec<u8>)>,
    /// By the month of the calendar.
    outcomes: BTreeMap<u8, (PublishedMonth, Vec<u8>)>,
    wait: Option<(WaitNotice, Vec<u8>)>,
}

/// Whether a statement is not believed any more under a delegation.
fn falls<T>(
    bytes: &[u8],
    delegation: &Delegation,
    verify: impl FnOnce(&UnverifiedStatement, &Delegation) -> Result<T, StatementError>,
) -> bool {
    let statement = UnverifiedStatement::parse(bytes);
    statement.and_then(|one| verify(&one, delegation)).is_err()
}

impl Standing {
    /// The kinds of statements that are left of a line that has ended.
    pub const LAST: [StatementKind; 3] = [
        StatementKind::Delegation,
        StatementKind::Revocation,
        StatementKind::FinalNotice,
    ];

    /// A line by its root and delegation, as `footbridge init` wrote them.
    ///
    /// # Errors
    /// `NotAccepted` when the delegation does not verify against the root.
    pub fn new(root: Root, delegation: &UnverifiedStatement) -> Result<Standing, RelayError> {
        let verified =
            Delegation::verify(delegation, &root).map_err(|_| RelayError::NotAccepted)?;
        Ok(Standing {
            root,
            delegation: verified,
            delegation_bytes: delegation.to_bytes(),
            revocations: BTreeMap::new(),
            shifts: BTreeMap::new(),
            devices: None,
            cards: None,
            feedback_key: None,
            letter_keys: BTreeMap::new(),
            entrances: None,
            warning: None,
            pack: None,
            final_notice: None,
            outcomes: BTreeMap::new(),
            wait: None,
        })
    }

    /// The line.
    pub fn line(&self) -> LineId {
        self.delegation.line()
    }

    /// Who the coordinators are.
    pub fn delegation(&self) -> &Delegation {
        &self.delegation
    }

    /// Whether the line has ended: then nothing is taken or given out any more but its final notice.
    ///
    /// # Errors
    /// `Ended` when it has.
    pub fn is_open(&self, now: Minute) -> Result<(), RelayError> {
        let notice = self.final_notice.as_ref();
        let is_over = notice.is_some_and(|(notice, _)| notice.is_over(now.day()));
        (!is_over).then_some(()).ok_or(RelayError::Ended)
    }

    /// Whether a device may open a session: it is in the list, or a coordinator's that was not revoked.
    pub fn admits(&self, device: &DevicePublicKey) -> bool {
        let listed = self
            .devices
            .as_ref()
            .is_some_and(|(list, _)| list.devices().contains(device));
        let is_revoked = self
            .revocations
            .values()
            .any(|(revocation, _)| revocation.device == *device);
        !is_revoked && (listed || self.delegation.coordinators().contains(device))
    }

    /// Takes a statement if it is signed by those who may and not older than what stands. Gives under what to keep it;
    /// `None` for a wait notice, which is kept in memory only.
    ///
    /// # Errors
    /// `NotAccepted` otherwise; then nothing has changed.
    pub fn accept(
        &mut self,
        statement: &UnverifiedStatement,
        now: Minute,
    ) -> Result<Option<StatementKey>, RelayError> {
        let refused = |_| RelayError::NotAccepted;
        let newer = |is_newer: bool| is_newer.then_some(()).ok_or(RelayError::NotAccepted);
        let bytes = || statement.to_bytes();
        let kind = statement.kind();
        let mut number = 0;
        match kind {
            StatementKind::Delegation => {
                let new = Delegation::verify(statement, &self.root).map_err(refused)?;
                let unchanged = bytes() == self.delegation_bytes;
                newer(new.serial() > self.delegation.serial() || unchanged)?;
                if unchanged {
                    return Ok(Some(StatementKey { kind, number }));
                }
                self.delegation = new;
                self.delegation_bytes = bytes();
                self.revocations.clear();
                self.drop_what_no_coordinator_signed();
            }
            StatementKind::ShiftNotice => {
                let new = ShiftNotice::verify(statement, &self.delegation).map_err(refused)?;
                number = new.number();
                // A notice never changes: contacts may have sealed to it already.
                let held = self.shifts.get(&number).map(|(held, _)| held);
                newer(held.is_none_or(|held| *held == new))?;
                self.shifts.insert(number, (new, bytes()));
            }
            StatementKind::DeviceList => {
                let new = DeviceList::verify(statement, &self.delegation).map_err(refused)?;
                newer(
                    self.devices
                        .as_ref()
                        .is_none_or(|(held, _)| held.serial() < new.serial() || *held == new),
                )?;
                self.devices = Some((new, bytes()));
            }
            StatementKind::CardSet => {
                let new = CardSet::verify(statement, &self.delegation).map_err(refused)?;
                newer(
                    self.cards
                        .as_ref()
                        .is_none_or(|(held, _)| held.serial() <= new.serial()),
                )?;
                self.cards = Some((new, bytes()));
            }
            StatementKind::FeedbackKey => {
                let new = FeedbackKey::verify(statement, &self.delegation).map_err(refused)?;
                newer(
                    self.feedback_key
                        .as_ref()
                        .is_none_or(|(held, _)| held.serial() < new.serial() || *held == new),
                )?;
                self.feedback_key = Some((new, bytes()));
            }
            StatementKind::LetterKey => {
                let new = LetterKey::verify(statement, &self.delegation).map_err(refused)?;
                number = new.number();
                // As with a shift: somebody may have sealed to it already.
                let held = self.letter_keys.get(&number).map(|(held, _)| held);
                newer(held.is_none_or(|held| *held == new))?;
                self.letter_keys.insert(number, (new, bytes()));
            }
            StatementKind::EntranceList => {
                let new = EntranceList::verify(statement, &self.delegation).map_err(refused)?;
                let held = self.entrances.as_ref().map(|(held, _)| held);
                newer(held.is_none_or(|held| held.serial < new.serial || *held == new))?;
                self.entrances = Some((new, bytes()));
            }
            StatementKind::Warning => {
                let new = Warning::verify(statement, &self.delegation).map_err(refused)?;
                let held = self.warning.as_ref().map(|(held, _)| held);
                newer(held.is_none_or(|held| held.serial < new.serial || *held == new))?;
                self.warning = Some((new, bytes()));
            }
            StatementKind::PackManifest => {
                let new = PackManifest::verify(statement, &self.delegation).map_err(refused)?;
                let held = self.pack.as_ref().map(|(held, _)| held);
                let order = |pack: &PackManifest| (pack.serial, pack.day);
                newer(held.is_none_or(|held| order(held) <= order(&new)))?;
                self.pack = Some((new, bytes()));
            }
            StatementKind::FinalNotice => {
                let new = FinalNotice::verify(statement, &self.root, &self.delegation);
                let new = new.map_err(refused)?;
                let held = self.final_notice.as_ref().map(|(held, _)| held);
                newer(held.is_none_or(|held| new.comes_before(held) || *held == new))?;
                self.final_notice = Some((new, bytes()));
            }
            StatementKind::Outcomes => {
                let new = PublishedMonth::verify(statement, &self.delegation).map_err(refused)?;
                let held = self.outcomes.get(&new.month()).map(|(held, _)| held);
                // What can't be a month's yet would stay in the place of what will be.
                newer(new.is_over(now.day()) && held.is_none_or(|held| new.follows(held)))?;
                number = new.month().into();
                self.outcomes.insert(new.month(), (new, bytes()));
            }
            StatementKind::Revocation => {
                let new = Revocation::verify(statement, &self.delegation).map_err(refused)?;
                let mut places = self.delegation.coordinators().iter();
                let place = places.position(|device| *device == new.device);
                number = place
                    .and_then(|place| u32::try_from(place).ok())
                    .ok_or(RelayError::NotAccepted)?;
                self.delegation.revoke(&new);
                self.revocations.insert(number, (new, bytes()));
                self.drop_what_no_coordinator_signed();
            }
            StatementKind::WaitNotice => {
                let shift = self.on_duty(now).ok_or(RelayError::NotAccepted)?;
                let new = WaitNotice::verify(statement, shift).map_err(refused)?;
                newer(
                    self.wait
                        .as_ref()
                        .is_none_or(|(held, _)| held.issued() <= new.issued()),
                )?;
                self.wait = Some((new, bytes()));
                return Ok(None);
            }
            StatementKind::Root
            | StatementKind::RosterEntry
            | StatementKind::RosterFreshness
            | StatementKind::EpochKey
            | StatementKind::Partner => return Err(RelayError::NotAccepted),
        }
        Ok(Some(StatementKey { kind, number }))
    }

    /// After a new delegation or a revocation only what one of its coordinators signed still stands: a reader believes a line document
    /// whole or not at all, and a device list of somebody who was removed admits nobody.
    fn drop_what_no_coordinator_signed(&mut self) {
        let delegation = &self.delegation;
        self.shifts
            .retain(|_, (_, bytes)| !falls(bytes, delegation, ShiftNotice::verify));
        self.devices
            .take_if(|(_, bytes)| falls(bytes, delegation, DeviceList::verify));
        self.cards
            .take_if(|(_, bytes)| falls(bytes, delegation, CardSet::verify));
        self.feedback_key
            .take_if(|(_, bytes)| falls(bytes, delegation, FeedbackKey::verify));
        self.letter_keys
            .retain(|_, (_, bytes)| !falls(bytes, delegation, LetterKey::verify));
        self.entrances
            .take_if(|(_, bytes)| falls(bytes, delegation, EntranceList::verify));
        self.warning
            .take_if(|(_, bytes)| falls(bytes, delegation, Warning::verify));
        self.pack
            .take_if(|(_, bytes)| falls(bytes, delegation, PackManifest::verify));
        self.outcomes
            .retain(|_, (_, bytes)| !falls(bytes, delegation, PublishedMonth::verify));
        let root = &self.root;
        self.final_notice.take_if(|(_, bytes)| {
            falls(bytes, delegation, |statement, delegation| {
                FinalNotice::verify(statement, root, delegation)
            })
        });
    }

    /// Takes what a store kept; statements that do not verify any more are left out.
    pub(crate) fn with(mut self, kept: &[(StatementKey, Vec<u8>)], now: Minute) -> Standing {
        for (_, bytes) in kept {
            if let Ok(statement) = UnverifiedStatement::parse(bytes) {
                let _ = self.accept(&statement, now);
            }
        }
        self
    }

    /// Takes over the wait notice, which no store keeps, as far as it still holds.
    pub(crate) fn keep_wait(&mut self, before: &Standing, now: Minute) {
        let notice = before.wait.as_ref().map(|(_, bytes)| bytes);
        if let Some(Ok(notice)) = notice.map(|bytes| UnverifiedStatement::parse(bytes)) {
            let _ = self.accept(&notice, now);
        }
    }

    /// The newest shift on duty.
    pub fn on_duty(&self, now: Minute) -> Option<&ShiftNotice> {
        let shifts = self.shifts.values().rev().map(|(shift, _)| shift);
        shifts.into_iter().find(|shift| shift.is_on_duty(now))
    }

    /// When the last shift ends that was announced and not forgotten, if there is any.
    pub fn last_shift(&self) -> Option<Minute> {
        self.shifts.values().map(|(shift, _)| shift.until()).max()
    }

    /// Whether a post to this shift is taken now: it is on duty, or was until a short while ago, or nobody followed it. A letter is taken
    /// as long as its key stands.
    ///
    /// # Errors
    /// `NoShift` when it is unknown or not on duty yet, or a letter's key is of a later day, `ShiftOver` when a newer one took over or its key is no more.
    pub fn takes_posts(&self, number: u32, now: Minute) -> Result<(), RelayError> {
        if let Some((letter_key, _)) = self.letter_keys.get(&number) {
            // By a clock that stands before it a letter would be kept from a day that is long over once the clock is set right.
            if now.day().plus(1) < letter_key.from() {
                return Err(RelayError::NoShift);
            }
            let stands = now.day() <= letter_key.until();
            return stands.then_some(()).ok_or(RelayError::ShiftOver);
        }
        let (shift, _) = self.shifts.get(&number).ok_or(RelayError::NoShift)?;
        if now < shift.from() {
            return Err(RelayError::NoShift);
        }
        let later = self.shifts.range(number.saturating_add(1)..);
        let taken_over = later
            .map(|(_, (later, _))| later.from().plus(GRACE_MINUTES))
            .any(|from| from <= now);
        let opens = opens_posts(shift, now) && (!taken_over || shift.is_on_duty(now));
        opens.then_some(()).ok_or(RelayError::ShiftOver)
    }

    /// Drops shifts and letter keys that ended before `day`; gives none back: their keys are the desks' to destroy.
    pub fn forget_shifts_before(&mut self, day: Day) {
        self.letter_keys.retain(|_, (key, _)| key.until() >= day);
        self.shifts
            .retain(|_, (shift, _)| shift.until().day() >= day);
    }

    /// The outcomes of months as they were signed, the newest month first. They are no part of the line's document, which every page takes
    /// along: only the plain pages show them.
    pub fn outcomes(&self, now: Minute) -> Vec<Vec<u8>> {
        if self.is_open(now).is_err() {
            return Vec::new();
        }
        let mut held: Vec<_> = self.outcomes.values().collect();
        held.sort_by_key(|(of, _)| std::cmp::Reverse((of.year(), of.month())));
        held.into_iter().map(|(_, bytes)| bytes.clone()).collect()
    }

    /// What `GET /v1/line` answers: the shift on duty, or the last one, and the next. Of a line that has ended only that.
    pub fn document(&self, now: Minute) -> LineDocument {
        let mut statements = vec![
            self.root.statement().to_bytes(),
            self.delegation_bytes.clone(),
        ];
        statements.extend(self.revocations.values().map(|(_, bytes)| bytes.clone()));
        statements.extend(self.final_notice.iter().map(|(_, bytes)| bytes.clone()));
        if self.is_open(now).is_err() {
            return LineDocument {
                day: now.day(),
                statements,
            };
        }
        let begun = |shift: &ShiftNotice| shift.from() <= now;
        let last = self.shifts.values().rev().find(|(shift, _)| begun(shift));
        let current = last.filter(|(shift, _)| opens_posts(shift, now));
        let next = self.shifts.values().find(|(shift, _)| !begun(shift));
        let shifts = [current, next].into_iter().flatten();
        statements.extend(shifts.map(|(_, bytes)| bytes.clone()));
        statements.extend(self.wait.iter().map(|(_, bytes)| bytes.clone()));
        statements.extend(self.feedback_key.iter().map(|(_, bytes)| bytes.clone()));
        let letter_key = self.letter_keys.values().next_back();
        let letter_key = letter_key.filter(|(key, _)| now.day() <= key.until());
        statements.extend(letter_key.map(|(_, bytes)| bytes.clone()));
        statements.extend(self.entrances.iter().map(|(_, bytes)| bytes.clone()));
        statements.extend(self.warning.iter().map(|(_, bytes)| bytes.clone()));
        statements.extend(self.pack.iter().map(|(_, bytes)| bytes.clone()));
        statements.extend(self.cards.iter().map(|(_, bytes)| bytes.clone()));
        LineDocument {
            day: now.day(),
            statements,
        }
    }
}

/// Whether some desk can still open what is sealed to a shift.
fn opens_posts(shift: &ShiftNotice, now: Minute) -> bool {
    now < shift.until().plus(KEY_DAYS * Minute::PER_DAY)
}

//! A line as a visitor sees it: everything of `GET /v1/line`, verified back to the root.

use alloc::vec::Vec;
use wire::{Day, LineDocument, LineId, Minute};

use crate::{
    CardSet, Delegation, EntranceList, FeedbackKey, FinalNotice, LetterKey, PackManifest,
    Revocation, Root, ShiftNotice, StatementError, StatementKind, UnverifiedStatement, WaitNotice,
    Warning,
};

/// Why a line document is not believed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LineError {
    /// It has no root or no delegation, so nothing can be verified.
    Incomplete,
    /// It belongs to another line than the expected one.
    OtherLine,
    /// One of its statements is wrong.
    Statement(StatementError),
}

impl From<StatementError> for LineError {
    fn from(error: StatementError) -> Self {
        LineError::Statement(error)
    }
}

impl core::fmt::Display for LineError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            LineError::Incomplete => f.write_str("the line's document has no root or delegation"),
            LineError::OtherLine => f.write_str("this is another line than the expected one"),
            LineError::Statement(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for LineError {}

/// Which shift a message is sealed to, and how sure that is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OnDuty<'a> {
    /// The device's clock and the line agree that this shift is on duty.
    Now(&'a ShiftNotice),
    /// The device's clock says that none is: it is wrong, or the document is old. This is the earliest shift offered.
    ClockDisagrees(&'a ShiftNotice),
    /// The line offers no shift.
    Nobody,
}

/// What a statement says, if there is one: a wrong one is an error, none is not.
fn verified<T>(
    statement: Option<&UnverifiedStatement>,
    delegation: &Delegation,
    verify: impl FnOnce(&UnverifiedStatement, &Delegation) -> Result<T, StatementError>,
) -> Result<Option<T>, StatementError> {
    statement.map(|one| verify(one, delegation)).transpose()
}

/// A line whose statements all verified back to its root.
#[derive(Clone, Debug)]
pub struct Line {
    root: Root,
    id: LineId,
    day: Day,
    delegation: Delegation,
    delegation_statement: UnverifiedStatement,
    shifts: Vec<ShiftNotice>,
    wait: Option<WaitNotice>,
    cards: Option<CardSet>,
    feedback_key: Option<FeedbackKey>,
    letter_key: Option<LetterKey>,
    entrances: Option<EntranceList>,
    warning: Option<Warning>,
    pack: Option<PackManifest>,
    final_notice: Option<FinalNotice>,
}

impl Line {
    /// For how many minutes a wait notice is believed.
    pub const WAIT_MINUTES: u32 = 15;

    /// Verifies a whole document; `expected` is the line id that the reader already trusts, if any.
    ///
    /// # Errors
    /// `Incomplete`, `OtherLine`, or what is wrong with the first wrong statement: one wrong statement and nothing is believed.
    pub fn verify(document: &LineDocument, expected: Option<&LineId>) -> Result<Line, LineError> {
        let statements = document
            .statements
            .iter()
            .map(|bytes| UnverifiedStatement::parse(bytes))
            .collect::<Result<Vec<_>, StatementError>>()?;
        let of_kind = |kind| statements.iter().filter(move |s| s.kind() == kind);
        let root = of_kind(StatementKind::Root).next();
        let root = Root::read(root.ok_or(LineError::Incomplete)?)?;
        let id = root.line_id();
        if expected.is_some_and(|expected| *expected != id) {
            return Err(LineError::OtherLine);
        }
        let delegation = of_kind(StatementKind::Delegation).next();
        let delegation_statement = delegation.ok_or(LineError::Incomplete)?.clone();
        let mut delegation = Delegation::verify(&delegation_statement, &root)?;
        let revocations = of_kind(StatementKind::Revocation)
            .map(|statement| Revocation::verify(statement, &delegation))
            .collect::<Result<Vec<_>, StatementError>>()?;
        for revocation in &revocations {
            delegation.revoke(revocation);
        }
        let shifts = of_kind(StatementKind::ShiftNotice)
            .map(|statement| ShiftNotice::verify(statement, &delegation))
            .collect::<Result<Vec<_>, StatementError>>()?;
        let wait = of_kind(StatementKind::WaitNotice).find_map(|statement| {
            shifts
                .iter()
                .find_map(|shift| WaitNotice::verify(statement, shift).ok())
        });
        let one = |kind| of_kind(kind).next();
        let letter_key = one(StatementKind::LetterKey);
        let letter_key = verified(letter_key, &delegation, LetterKey::verify)?;
        let final_notice = verified(
            one(StatementKind::FinalNotice),
            &delegation,
            |statement, delegation| FinalNotice::verify(statement, &root, delegation),
        )?;
        let (cards, feedback_key, entrances, warning, pack) = (
            verified(one(StatementKind::CardSet), &delegation, CardSet::verify)?,
            verified(
                one(StatementKind::FeedbackKey),
                &delegation,
                FeedbackKey::verify,
            )?,
            verified(
                one(StatementKind::EntranceList),
                &delegation,
                EntranceList::verify,
            )?,
            verified(one(StatementKind::Warning), &delegation, Warning::verify)?,
            verified(
                one(StatementKind::PackManifest),
                &delegation,
                PackManifest::verify,
            )?,
        );
        Ok(Line {
            root,
            id,
            day: document.day,
            delegation,
            delegation_statement,
            shifts,
            wait,
            cards,
            feedback_key,
            letter_key,
            entrances,
            warning,
            pack,
            final_notice,
        })
    }

    /// The line id.
    pub fn id(&self) -> LineId {
        self.id
    }

    /// The root.
    pub fn root(&self) -> &Root {
        &self.root
    }

    /// The relay's own day when it gave the document.
    pub fn day(&self) -> Day {
        self.day
    }

    /// The coordinators.
    pub fn delegation(&self) -> &Delegation {
        &self.delegation
    }

    /// What the root keys signed.
    pub fn delegation_statement(&self) -> &UnverifiedStatement {
        &self.delegation_statement
    }

    /// The shifts offered.
    pub fn shifts(&self) -> &[ShiftNotice] {
        &self.shifts
    }

    /// The shift to seal to in this minute of the device's clock.
    pub fn on_duty(&self, now: Minute) -> OnDuty<'_> {
        let on_duty = self.shifts.iter().filter(|shift| shift.is_on_duty(now));
        match on_duty.max_by_key(|shift| shift.number()) {
            Some(shift) => OnDuty::Now(shift),
            None => self
                .shifts
                .iter()
                .min_by_key(|shift| shift.number())
                .map_or(OnDuty::Nobody, OnDuty::ClockDisagrees),
        }
    }

    /// The wait as those on duty last gave it, unless that is too long ago or in the future by this clock.
    pub fn wait(&self, now: Minute) -> Option<&WaitNotice> {
        self.wait.as_ref().filter(|wait| {
            let issued = wait.issued();
            issued <= now.plus(2) && now <= issued.plus(Self::WAIT_MINUTES)
        })
    }

    /// The cards.
    pub fn cards(&self) -> Option<&CardSet> {
        self.cards.as_ref()
    }

    /// The key to which contacts seal what they say of the help they got; without one they are not asked.
    pub fn feedback_key(&self) -> Option<&FeedbackKey> {
        self.feedback_key.as_ref()
    }

    /// The key to which letters are sealed; without one, or after its last day, nothing can be.
    pub fn letter_key(&self) -> Option<&LetterKey> {
        self.letter_key.as_ref()
    }

    /// Where it can be reached, if that was signed and is still to be trusted by the line's own day.
    pub fn entrances(&self) -> Option<&EntranceList> {
        let list = self.entrances.as_ref();
        list.filter(|list| self.day <= list.good_until)
    }

    /// The newest list of entrances, trusted or not.
    pub fn newest_entrances(&self) -> Option<&EntranceList> {
        self.entrances.as_ref()
    }

    /// What people are warned of now.
    pub fn warning(&self) -> Option<&Warning> {
        self.warning_on(self.day)
    }

    /// What people are warned of on a day. A warning that calls one of the line's entrances a fake counts for nothing: one person signs
    /// it, and it takes two to take an entrance off the list.
    pub fn warning_on(&self, day: Day) -> Option<&Warning> {
        let leads_here = |warning: &Warning| {
            let list = self.entrances.as_ref();
            list.is_some_and(|list| list.leads_to(&warning.address))
        };
        self.newest_warning()
            .filter(|warning| warning.is_on(day) && !leads_here(warning))
    }

    /// The newest warning, over or not.
    pub fn newest_warning(&self) -> Option<&Warning> {
        self.warning.as_ref()
    }

    /// When the line ends, or ended, if that was said.
    pub fn final_notice(&self) -> Option<&FinalNotice> {
        self.final_notice.as_ref()
    }

    /// Whether it has ended by its own day.
    pub fn is_over(&self) -> bool {
        let notice = self.final_notice.as_ref();
        notice.is_some_and(|notice| notice.is_over(self.day))
    }

    /// Whether it has ended by its own day and by the reader's. What is destroyed too early does not come back, so neither is believed alone.
    pub fn has_ended(&self, today: Day) -> bool {
        let notice = self.final_notice.as_ref();
        self.is_over() && notice.is_some_and(|notice| notice.is_over(today))
    }

    /// What its card pack holds.
    pub fn pack(&self) -> Option<&PackManifest> {
        self.pack.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;
    use crate::{DeviceKey, RootKey, SealPublicKey, ShiftSigningKey};

    struct Said {
        root: Root,
        coordinator: DeviceKey,
        statements: Vec<Vec<u8>>,
    }

    fn said() -> Said {
        let root_key = RootKey::from_seed(&[1; 32]);
        let coordinator = DeviceKey::from_seed(&[2; 32]);
        let root = Root::new(1, vec![root_key.public()]).unwrap();
        let days = (Day(0), Day(9));
        let delegation = Delegation::draft(root.line_id(), 1, days, 1, &[coordinator.public()])
            .sign_by_root(&root_key);
        Said {
            statements: vec![root.statement().to_bytes(), delegation.done().to_bytes()],
            root,
            coordinator,
        }
    }

    impl Said {
        fn add(&mut self, statement: UnverifiedStatement) {
            self.statements.push(statement.to_bytes());
        }

        fn shift(&mut self, number: u32, minutes: (u32, u32)) {
            let minutes = (Minute(minutes.0), Minute(minutes.1));
            let signing = ShiftSigningKey::from_seed(&[3; 32]).public();
            let key = SealPublicKey::default();
            let draft = ShiftNotice::draft(self.root.line_id(), number, minutes, &key, signing);
            let signed = draft.sign_by_device(&self.coordinator).done();
            self.add(signed);
        }

        fn line(&self) -> Line {
            let document = LineDocument {
                day: Day(5),
                statements: self.statements.clone(),
            };
            Line::verify(&document, Some(&self.root.line_id())).unwrap()
        }
    }

    #[test]
    fn the_latest_shift_on_duty_is_sealed_to() {
        let mut said = said();
        assert_eq!(said.line().on_duty(Minute(0)), OnDuty::Nobody);
        said.shift(1, (100, 200));
        said.shift(2, (190, 300));
        let line = said.line();
        let number = |now| match line.on_duty(Minute(now)) {
            OnDuty::Now(shift) => Some(shift.number()),
            _ => None,
        };
        assert_eq!(number(100), Some(1));
        assert_eq!(
            number(195),
            Some(2),
            "both are on duty, the newer one takes posts"
        );
        assert_eq!(number(300), None, "the last minute is not part of it");
        let early = line.on_duty(Minute(5));
        assert!(matches!(early, OnDuty::ClockDisagrees(shift) if shift.number() == 1));
    }

    #[test]
    fn a_wait_is_believed_for_a_quarter_of_an_hour() {
        let mut said = said();
        said.shift(1, (100, 200));
        let wait = WaitNotice::draft(
            said.root.line_id(),
            1,
            Minute(120),
            &crate::Wait::of(2, Some(30)),
        );
        let signed = wait
            .sign_by_shift(&ShiftSigningKey::from_seed(&[3; 32]))
            .done();
        said.add(signed);
        let line = said.line();
        assert!(line.wait(Minute(120)).is_some());
        assert!(line.wait(Minute(135)).is_some());
        assert!(line.wait(Minute(136)).is_none(), "too long ago");
        assert!(line.wait(Minute(118)).is_some(), "a clock two minutes slow");
        assert!(line.wait(Minute(117)).is_none(), "from the future");
    }

    #[test]
    fn each_error_has_its_cause() {
        let mut said = said();
        said.shift(1, (100, 200));
        let verify = |statements: &[Vec<u8>], expected: &LineId| {
            let document = LineDocument {
                day: Day(5),
                statements: statements.to_vec(),
            };
            Line::verify(&document, Some(expected)).err()
        };
        let id = said.root.line_id();
        assert_eq!(verify(&said.statements, &id), None);
        assert_eq!(
            verify(&said.statements[1..], &id),
            Some(LineError::Incomplete)
        );
        assert_eq!(
            verify(&said.statements[..1], &id),
            Some(LineError::Incomplete)
        );
        let other = LineId([9; 32]);
        assert_eq!(verify(&said.statements, &other), Some(LineError::OtherLine));
        *said.statements[2].last_mut().unwrap() ^= 1;
        let forged = LineError::Statement(StatementError::Signatures);
        assert_eq!(verify(&said.statements, &id), Some(forged));
    }
}

//! What contacts need to know: the shift on duty, the expected wait, the cards.

use alloc::string::String;
use wire::{Day, LineId, Minute, Reader, Writer};

use crate::statement::{Draft, StatementError, StatementKind, UnverifiedStatement};
use crate::{Delegation, LetterKey, SEAL_PUBLIC_KEY_SIZE, SealPublicKey, ShiftSigningPublicKey};

/// To whom posts go: a shift, or who opens letters. Its number stands in a post's header.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recipient {
    pub(crate) line: LineId,
    pub(crate) number: u32,
    pub(crate) seal_key: SealPublicKey,
}

impl Recipient {
    /// The line.
    pub fn line(&self) -> LineId {
        self.line
    }

    /// The number, which no other recipient of the line has.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The key to which first messages are sealed.
    pub fn seal_key(&self) -> &SealPublicKey {
        &self.seal_key
    }
}

/// A shift: its number, below [`LetterKey::FIRST`](crate::LetterKey::FIRST), when it is on duty, and its keys.
///
/// number u32 ‖ from minute ‖ until minute ‖ shift key 1,216 ‖ shift signing key 32.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShiftNotice {
    recipient: Recipient,
    from: Minute,
    until: Minute,
    signing_key: ShiftSigningPublicKey,
}

impl ShiftNotice {
    /// A shift notice for a coordinator to sign.
    pub fn draft(
        line: LineId,
        number: u32,
        minutes: (Minute, Minute),
        seal_key: &SealPublicKey,
        signing_key: ShiftSigningPublicKey,
    ) -> Draft {
        let body = Writer::default()
            .u32(number)
            .u32(minutes.0.0)
            .u32(minutes.1.0)
            .put(seal_key.as_bytes())
            .put(&signing_key.0)
            .done();
        Draft::new(StatementKind::ShiftNotice, line, body)
    }

    /// Believes a shift notice that a coordinator signed.
    ///
    /// # Errors
    /// `Signatures` when none did; `Kind`, `Line`, `Layout`; `Rule` when it ends before it begins or has a letter key's number.
    pub fn verify(
        statement: &UnverifiedStatement,
        delegation: &Delegation,
    ) -> Result<ShiftNotice, StatementError> {
        let body = delegation.verified_body(statement, StatementKind::ShiftNotice, 1)?;
        let mut reader = Reader::new(body);
        let number = reader.u32()?;
        let (from, until) = (Minute(reader.u32()?), Minute(reader.u32()?));
        let seal_key = SealPublicKey::from_bytes(reader.take(SEAL_PUBLIC_KEY_SIZE)?)
            .ok_or(StatementError::Rule)?;
        let signing_key = ShiftSigningPublicKey(reader.array()?);
        reader.end()?;
        if from >= until || number >= LetterKey::FIRST {
            return Err(StatementError::Rule);
        }
        Ok(ShiftNotice {
            recipient: Recipient {
                line: delegation.line(),
                number,
                seal_key,
            },
            from,
            until,
            signing_key,
        })
    }

    /// To whom posts go while it is on duty.
    pub fn recipient(&self) -> &Recipient {
        &self.recipient
    }

    /// The line.
    pub fn line(&self) -> LineId {
        self.recipient.line
    }

    /// The shift's number; later shifts have higher ones.
    pub fn number(&self) -> u32 {
        self.recipient.number
    }

    /// The first minute on duty.
    pub fn from(&self) -> Minute {
        self.from
    }

    /// The first minute no longer on duty.
    pub fn until(&self) -> Minute {
        self.until
    }

    /// Whether it is on duty in that minute.
    pub fn is_on_duty(&self, now: Minute) -> bool {
        self.from <= now && now < self.until
    }

    /// The key to which first messages are sealed.
    pub fn seal_key(&self) -> &SealPublicKey {
        &self.recipient.seal_key
    }

    /// The key that signs waits.
    pub fn signing_key(&self) -> ShiftSigningPublicKey {
        self.signing_key
    }
}

/// The cards of a line: serial u32 ‖ day ‖ cards as JSON in UTF-8.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CardSet {
    serial: u32,
    day: Day,
    cards: String,
}

impl CardSet {
    /// A card set for coordinators to sign.
    pub fn draft(line: LineId, serial: u32, day: Day, cards: &str) -> Draft {
        let body = Writer::default()
            .u32(serial)
            .u32(day.0)
            .put(cards.as_bytes())
            .done();
        Draft::new(StatementKind::CardSet, line, body)
    }

    /// Believes a card set that the admission threshold of coordinators signed. The cards' own shape is not looked at.
    ///
    /// # Errors
    /// `Signatures` when too few did; `Kind`, `Line`, `Layout`; `Rule` when the cards are not UTF-8.
    pub fn verify(
        statement: &UnverifiedStatement,
        delegation: &Delegation,
    ) -> Result<CardSet, StatementError> {
        let threshold = delegation.admission_threshold();
        let body = delegation.verified_body(statement, StatementKind::CardSet, threshold)?;
        Self::read(body)
    }

    /// Reads what a statement proposes, whoever signed it.
    ///
    /// # Errors
    /// `Kind`, `Line`, `Layout`, `Rule`, as [`CardSet::verify`].
    pub fn proposed(
        statement: &UnverifiedStatement,
        line: &LineId,
    ) -> Result<CardSet, StatementError> {
        Self::read(statement.unsigned_body(StatementKind::CardSet, line)?)
    }

    fn read(body: &[u8]) -> Result<CardSet, StatementError> {
        let mut reader = Reader::new(body);
        let (serial, day) = (reader.u32()?, Day(reader.u32()?));
        let cards = core::str::from_utf8(reader.rest()).map_err(|_| StatementError::Rule)?;
        Ok(CardSet {
            serial,
            day,
            cards: cards.into(),
        })
    }

    /// Rises with each card set; a lower one is out of date.
    pub fn serial(&self) -> u32 {
        self.serial
    }

    /// The day on which it was signed.
    pub fn day(&self) -> Day {
        self.day
    }

    /// The cards as JSON.
    pub fn cards(&self) -> &str {
        &self.cards
    }
}

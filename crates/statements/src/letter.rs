//! The key to which those seal who have no network, so that what they wrote can travel for weeks.

use wire::{Day, LineId, Reader, Writer};

use crate::shift::Recipient;
use crate::statement::{Draft, StatementError, StatementKind, UnverifiedStatement};
use crate::{Delegation, SEAL_PUBLIC_KEY_SIZE, SealPublicKey};

/// To whom letters go; only coordinators hold its secret half: number u32 ‖ from day ‖ until day ‖ key 1,216.
///
/// A shift's key lives for days, and a letter may travel for weeks. The price is that whoever seizes a coordinator's desk *and* has a
/// letter can read it as long as the key lives.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LetterKey {
    recipient: Recipient,
    from: Day,
    until: Day,
}

impl LetterKey {
    /// The lowest number of a letter key; those of shifts stand below it.
    pub const FIRST: u32 = 1 << 31;
    /// For how many days one may stand.
    pub const MAX_DAYS: u32 = 90;

    /// A letter key for a coordinator to sign.
    pub fn draft(
        line: LineId,
        number: u32,
        (from, until): (Day, Day),
        seal_key: &SealPublicKey,
    ) -> Draft {
        let body = Writer::default()
            .u32(number)
            .u32(from.0)
            .u32(until.0)
            .put(seal_key.as_bytes())
            .done();
        Draft::new(StatementKind::LetterKey, line, body)
    }

    /// Believes a letter key that a coordinator signed.
    ///
    /// # Errors
    /// `Signatures` when none did; `Kind`, `Line`, `Layout`; `Rule` when its number is a shift's, it ends before it begins, or more than
    /// 90 days later.
    pub fn verify(
        statement: &UnverifiedStatement,
        delegation: &Delegation,
    ) -> Result<LetterKey, StatementError> {
        let body = delegation.verified_body(statement, StatementKind::LetterKey, 1)?;
        let mut reader = Reader::new(body);
        let number = reader.u32()?;
        let (from, until) = (Day(reader.u32()?), Day(reader.u32()?));
        let seal_key = SealPublicKey::from_bytes(reader.take(SEAL_PUBLIC_KEY_SIZE)?)
            .ok_or(StatementError::Rule)?;
        reader.end()?;
        if number < Self::FIRST || until <= from || until > from.plus(Self::MAX_DAYS) {
            return Err(StatementError::Rule);
        }
        Ok(LetterKey {
            recipient: Recipient {
                line: delegation.line(),
                number,
                seal_key,
            },
            from,
            until,
        })
    }

    /// To whom letters are sealed.
    pub fn recipient(&self) -> &Recipient {
        &self.recipient
    }

    /// Rises with each key; a lower one is out of date, and still opens what was sealed to it.
    pub fn number(&self) -> u32 {
        self.recipient.number
    }

    /// The day from which it stands.
    pub fn from(&self) -> Day {
        self.from
    }

    /// The last day on which the line takes a letter that was sealed to it.
    pub fn until(&self) -> Day {
        self.until
    }
}

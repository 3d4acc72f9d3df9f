//! The key to which contacts seal what they say of the help they got.

use wire::{LineId, Reader, Writer};

use crate::statement::{Draft, StatementError, StatementKind, UnverifiedStatement};
use crate::{Delegation, SEAL_PUBLIC_KEY_SIZE, SealPublicKey};

/// To whom contacts say whether they were helped; only coordinators hold its secret half: serial u32 ‖ key 1,216.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FeedbackKey {
    line: LineId,
    serial: u32,
    seal_key: SealPublicKey,
}

impl FeedbackKey {
    /// A feedback key for a coordinator to sign.
    pub fn draft(line: LineId, serial: u32, seal_key: &SealPublicKey) -> Draft {
        let body = Writer::default()
            .u32(serial)
            .put(seal_key.as_bytes())
            .done();
        Draft::new(StatementKind::FeedbackKey, line, body)
    }

    /// Believes a feedback key that a coordinator signed.
    ///
    /// # Errors
    /// `Signatures` when none did; `Kind`, `Line`, `Layout`.
    pub fn verify(
        statement: &UnverifiedStatement,
        delegation: &Delegation,
    ) -> Result<FeedbackKey, StatementError> {
        let body = delegation.verified_body(statement, StatementKind::FeedbackKey, 1)?;
        let mut reader = Reader::new(body);
        let serial = reader.u32()?;
        let seal_key = SealPublicKey::from_bytes(reader.take(SEAL_PUBLIC_KEY_SIZE)?)
            .ok_or(StatementError::Rule)?;
        reader.end()?;
        Ok(FeedbackKey {
            line: delegation.line(),
            serial,
            seal_key,
        })
    }

    /// The line.
    pub fn line(&self) -> LineId {
        self.line
    }

    /// Rises with each key; a lower one is out of date.
    pub fn serial(&self) -> u32 {
        self.serial
    }

    /// The key.
    pub fn seal_key(&self) -> &SealPublicKey {
        &self.seal_key
    }
}

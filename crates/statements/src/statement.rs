//! The bytes that all statements share, and their signatures.

use alloc::vec::Vec;
use sha2::{Digest, Sha256};
use wire::{LineId, ReadError, Reader, Writer};

use crate::keys::{self, Signature};
use crate::{DeviceKey, RootKey, ShiftSigningKey};

/// How many signatures a statement holds at most.
pub const MAX_SIGNATURES: usize = 16;
const VERSION: u8 = 1;
const MAX_BODY: usize = 1 << 20;

/// What a statement is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum StatementKind {
    /// The root keys; its hash is the line id.
    Root = 1,
    /// Who the coordinators are.
    Delegation = 2,
    /// A shift and its keys.
    ShiftNotice = 3,
    /// The desks that the relay lets in.
    DeviceList = 4,
    /// The expected wait.
    WaitNotice = 5,
    /// An admission or a removal.
    RosterEntry = 6,
    /// That the roster is still as it was.
    RosterFreshness = 7,
    /// A device's key for one day.
    EpochKey = 8,
    /// The cards.
    CardSet = 9,
    /// That a coordinator's key no longer counts.
    Revocation = 10,
    /// The key to which contacts seal what they say of the help they got.
    FeedbackKey = 11,
    /// Where the line can be reached.
    EntranceList = 12,
    /// What people are warned of.
    Warning = 13,
    /// What a card pack holds.
    PackManifest = 14,
    /// The key to which letters are sealed.
    LetterKey = 15,
    /// An office that receives people.
    Partner = 16,
    /// That the line ends.
    FinalNotice = 17,
    /// A month of the line's work in numbers.
    Outcomes = 18,
}

impl StatementKind {
    /// The kind of a code.
    pub fn from_code(code: u8) -> Option<StatementKind> {
        Some(match code {
            1 => StatementKind::Root,
            2 => StatementKind::Delegation,
            3 => StatementKind::ShiftNotice,
            4 => StatementKind::DeviceList,
            5 => StatementKind::WaitNotice,
            6 => StatementKind::RosterEntry,
            7 => StatementKind::RosterFreshness,
            8 => StatementKind::EpochKey,
            9 => StatementKind::CardSet,
            10 => StatementKind::Revocation,
            11 => StatementKind::FeedbackKey,
            12 => StatementKind::EntranceList,
            13 => StatementKind::Warning,
            14 => StatementKind::PackManifest,
            15 => StatementKind::LetterKey,
            16 => StatementKind::Partner,
            17 => StatementKind::FinalNotice,
            18 => StatementKind::Outcomes,
            _ => return None,
        })
    }
}

/// Why a statement is not believed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StatementError {
    /// The bytes have not the layout.
    Layout(ReadError),
    /// It is of a version that this program does not know.
    Version(u8),
    /// It is of another kind than was expected, or of an unknown one.
    Kind,
    /// It belongs to another line.
    Line,
    /// It is not signed by enough of those who may sign it.
    Signatures,
    /// A field has a value that the rules forbid.
    Rule,
}

impl From<ReadError> for StatementError {
    fn from(error: ReadError) -> Self {
        StatementError::Layout(error)
    }
}

impl core::fmt::Display for StatementError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            StatementError::Layout(error) => write!(f, "not a statement: {error}"),
            StatementError::Version(found) => {
                write!(f, "statement version {found} is not known here")
            }
            StatementError::Kind => f.write_str("a statement of another kind was expected"),
            StatementError::Line => f.write_str("the statement belongs to another line"),
            StatementError::Signatures => {
                f.write_str("the statement is not signed by those who may sign it")
            }
            StatementError::Rule => f.write_str("the statement has a value that the rules forbid"),
        }
    }
}

impl core::error::Error for StatementError {}

/// Bytes with the layout of a statement; who signed is not checked yet.
///
/// version u8 ‖ kind u8 ‖ line id 32 ‖ body length u32 ‖ body ‖ count u8 ‖ (key 32 ‖ signature 64)*.
#[derive(Clone, Debug)]
pub struct UnverifiedStatement {
    kind: StatementKind,
    line: LineId,
    body: Vec<u8>,
    signatures: Vec<([u8; 32], Signature)>,
}

impl UnverifiedStatement {
    /// Reads a statement.
    ///
    /// # Errors
    /// `Layout`, `Version` or `Kind` when the bytes are not one.
    pub fn parse(bytes: &[u8]) -> Result<UnverifiedStatement, StatementError> {
        let mut reader = Reader::new(bytes);
        match reader.u8()? {
            VERSION => {}
            other => return Err(StatementError::Version(other)),
        }
        let kind = StatementKind::from_code(reader.u8()?).ok_or(StatementError::Kind)?;
        let line = LineId(reader.array()?);
        let body = reader.long()?;
        let count = usize::from(reader.u8()?);
        if body.len() > MAX_BODY || count > MAX_SIGNATURES {
            return Err(ReadError::Value.into());
        }
        let mut signatures = Vec::new();
        for _ in 0..count {
            signatures.push((reader.array()?, reader.array()?));
        }
        reader.end()?;
        Ok(UnverifiedStatement {
            kind,
            line,
            body: body.to_vec(),
            signatures,
        })
    }

    /// What it claims to be about.
    pub fn kind(&self) -> StatementKind {
        self.kind
    }

    /// The line to which it claims to belong.
    pub fn line(&self) -> LineId {
        self.line
    }

    /// The keys that claim to have signed.
    pub fn signers(&self) -> impl Iterator<Item = &[u8; 32]> {
        self.signatures.iter().map(|(key, _)| key)
    }

    /// The bytes that each signature covers, `tag "statement" ‖ kind ‖ line id ‖ body`, for tools that know Ed25519 and nothing of a line.
    pub fn message(&self) -> Vec<u8> {
        let mut message = wire::tag!("statement").to_vec();
        message.push(self.kind as u8);
        message.extend_from_slice(&self.line.0);
        message.extend_from_slice(&self.body);
        message
    }

    /// The keys that claim to have signed, each with its signature, in the order of the bytes. Nothing of it is checked.
    pub fn signatures(&self) -> impl Iterator<Item = (&[u8; 32], &Signature)> {
        self.signatures.iter().map(|(key, of)| (key, of))
    }

    /// The same with only those signatures that are right, of keys that `may_sign`, each key once: whoever checks them one by one with
    /// another tool meets no wrong one.
    pub fn with_right_signatures(
        &self,
        may_sign: impl Fn(&[u8; 32]) -> bool,
    ) -> UnverifiedStatement {
        let message = self.message();
        let mut right: Vec<([u8; 32], Signature)> = Vec::new();
        for (key, signature) in &self.signatures {
            if may_sign(key)
                && right.iter().all(|(other, _)| other != key)
                && keys::verify(key, &message, &[], signature)
            {
                right.push((*key, *signature));
            }
        }
        UnverifiedStatement {
            signatures: right,
            ..self.clone()
        }
    }

    /// The body, once it is known to be of `kind`, of `line`, and signed by `threshold` different keys that `may_sign`.
    pub(crate) fn verified_body(
        &self,
        kind: StatementKind,
        line: &LineId,
        threshold: usize,
        may_sign: impl Fn(&[u8; 32]) -> bool,
    ) -> Result<&[u8], StatementError> {
        let (body, _) = self.verified(kind, line, threshold, may_sign)?;
        Ok(body)
    }

    /// The body as [`Self::verified_body`] gives it, and who signed it, each once.
    pub(crate) fn verified(
        &self,
        kind: StatementKind,
        line: &LineId,
        threshold: usize,
        may_sign: impl Fn(&[u8; 32]) -> bool,
    ) -> Result<(&[u8], Vec<[u8; 32]>), StatementError> {
        let body = self.unsigned_body(kind, line)?;
        let mut signers: Vec<[u8; 32]> = Vec::new();
        for (key, signature) in &self.signatures {
            let parts: [&[u8]; 3] = [&[kind as u8], &line.0, body];
            if may_sign(key)
                && !signers.contains(key)
                && keys::verify(key, wire::tag!("statement"), &parts, signature)
            {
                signers.push(*key);
            }
        }
        if signers.len() < threshold.max(1) {
            return Err(StatementError::Signatures);
        }
        Ok((body, signers))
    }

    /// The body, once it is known to be of `kind` and `line`; who signed it is not looked at.
    pub(crate) fn unsigned_body(
        &self,
        kind: StatementKind,
        line: &LineId,
    ) -> Result<&[u8], StatementError> {
        if self.kind != kind {
            return Err(StatementError::Kind);
        }
        if self.line != *line {
            return Err(StatementError::Line);
        }
        Ok(&self.body)
    }

    /// What names it before it is signed by all: the first 16 bytes of `H(tag "proposal" ‖ kind ‖ line id ‖ body)`.
    pub fn proposal(&self) -> [u8; 16] {
        let hash: [u8; 32] = Sha256::new()
            .chain_update(wire::tag!("proposal"))
            .chain_update([self.kind as u8])
            .chain_update(self.line.0)
            .chain_update(&self.body)
            .finalize()
            .into();
        let mut name = [0; 16];
        name.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
        name
    }

    /// Goes on signing, so that a second person can.
    pub fn reopen(self) -> Draft {
        Draft(self)
    }

    /// The body of a root, which nobody signs.
    pub(crate) fn root_body(&self) -> Result<&[u8], StatementError> {
        match (self.kind, self.signatures.is_empty()) {
            (StatementKind::Root, true) => Ok(&self.body),
            (StatementKind::Root, false) => Err(StatementError::Signatures),
            _ => Err(StatementError::Kind),
        }
    }

    /// The statement's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let count = u8::try_from(self.signatures.len()).unwrap_or(u8::MAX);
        let writer = Writer::default()
            .u8(VERSION)
            .u8(self.kind as u8)
            .put(&self.line.0)
            .long(&self.body)
            .u8(count);
        self.signatures
            .iter()
            .fold(writer, |writer, (key, signature)| {
                writer.put(key).put(signature)
            })
            .done()
    }
}

/// A statement that is being signed.
pub struct Draft(UnverifiedStatement);

impl Draft {
    pub(crate) fn new(kind: StatementKind, line: LineId, body: Vec<u8>) -> Draft {
        Draft(UnverifiedStatement {
            kind,
            line,
            body,
            signatures: Vec::new(),
        })
    }

    fn add(mut self, key: [u8; 32], sign: impl FnOnce(&[u8], &[&[u8]]) -> Signature) -> Draft {
        let parts: [&[u8]; 3] = [&[self.0.kind as u8], &self.0.line.0, &self.0.body];
        let signature = sign(wire::tag!("statement"), &parts);
        self.0.signatures.push((key, signature));
        self
    }

    /// Adds a root key's signature.
    pub fn sign_by_root(self, key: &RootKey) -> Draft {
        self.add(key.public().0, |tag, parts| key.sign(tag, parts))
    }

    /// Adds a device's signature.
    pub fn sign_by_device(self, key: &DeviceKey) -> Draft {
        self.add(key.public().0, |tag, parts| key.sign(tag, parts))
    }

    /// Adds a shift's signature.
    pub fn sign_by_shift(self, key: &ShiftSigningKey) -> Draft {
        self.add(key.public().0, |tag, parts| key.sign(tag, parts))
    }

    /// Ends signing.
    pub fn done(self) -> UnverifiedStatement {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: LineId = LineId([1; 32]);

    fn signed() -> UnverifiedStatement {
        let draft = Draft::new(StatementKind::CardSet, LINE, b"body".to_vec());
        let (one, two) = (
            DeviceKey::from_seed(&[2; 32]),
            DeviceKey::from_seed(&[3; 32]),
        );
        draft
            .sign_by_device(&one)
            .sign_by_device(&two)
            .sign_by_device(&two)
            .done()
    }

    fn believed(statement: &UnverifiedStatement, threshold: usize) -> Result<(), StatementError> {
        let body = statement.verified_body(StatementKind::CardSet, &LINE, threshold, |_| true);
        body.map(drop)
    }

    #[test]
    fn bytes_are_read_as_they_were_written() {
        let bytes = signed().to_bytes();
        assert_eq!(
            UnverifiedStatement::parse(&bytes).unwrap().to_bytes(),
            bytes
        );
        assert_eq!(bytes.len(), 1 + 1 + 32 + 4 + 4 + 1 + 3 * 96);
    }

    #[test]
    fn one_signer_counts_once() {
        assert_eq!(believed(&signed(), 2), Ok(()));
        assert_eq!(believed(&signed(), 3), Err(StatementError::Signatures));
    }

    #[test]
    fn a_threshold_of_none_still_needs_one() {
        let unsigned = Draft::new(StatementKind::CardSet, LINE, Vec::new()).done();
        assert_eq!(believed(&unsigned, 0), Err(StatementError::Signatures));
    }

    #[test]
    fn who_may_not_sign_does_not_count() {
        let statement = signed();
        let nobody = statement.verified_body(StatementKind::CardSet, &LINE, 1, |_| false);
        assert_eq!(nobody, Err(StatementError::Signatures));
    }

    #[test]
    fn a_signature_is_for_one_kind_and_line() {
        let statement = signed();
        let other = statement.verified_body(StatementKind::DeviceList, &LINE, 1, |_| true);
        assert_eq!(other, Err(StatementError::Kind));
        let other = statement.verified_body(StatementKind::CardSet, &LineId([2; 32]), 1, |_| true);
        assert_eq!(other, Err(StatementError::Line));
        // Renamed in its bytes, it is of that kind or line, but its signatures are not.
        let bytes = statement.to_bytes();
        for (place, value) in [(1, 4), (33, 2)] {
            let mut renamed = bytes.clone();
            renamed[place] = value;
            let renamed = UnverifiedStatement::parse(&renamed).unwrap();
            let believed = renamed.verified_body(renamed.kind(), &renamed.line(), 1, |_| true);
            assert_eq!(believed, Err(StatementError::Signatures));
        }
    }

    #[test]
    fn a_body_has_at_most_a_mebibyte() {
        let sized = |size| {
            Draft::new(StatementKind::CardSet, LINE, alloc::vec![0; size])
                .done()
                .to_bytes()
        };
        assert!(UnverifiedStatement::parse(&sized(1 << 20)).is_ok());
        let over = UnverifiedStatement::parse(&sized((1 << 20) + 1)).err();
        assert_eq!(over, Some(StatementError::Layout(ReadError::Value)));
    }

    #[test]
    fn the_message_is_what_was_signed() {
        let statement = signed();
        let (key, signature) = statement.signatures().next().unwrap();
        assert!(keys::verify(key, &[], &[&statement.message()], signature));
        let mut twice_and_wrong = statement.clone();
        twice_and_wrong.signatures.insert(0, (*key, [0; 64]));
        let right = twice_and_wrong.with_right_signatures(|_| true);
        assert_eq!(right.signers().count(), 2);
        assert_eq!(believed(&right, 2), Ok(()));
        let one = twice_and_wrong.with_right_signatures(|other| other == key);
        assert_eq!(one.signatures().next(), Some((key, signature)));
        assert_eq!(one.signers().count(), 1);
    }

    #[test]
    fn any_bytes_at_all_are_read_or_refused() {
        let bytes = signed().to_bytes();
        for end in 0..bytes.len() {
            assert!(UnverifiedStatement::parse(&bytes[..end]).is_err());
        }
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 0x80;
            if let Ok(statement) = UnverifiedStatement::parse(&changed) {
                assert!(believed(&statement, 3).is_err());
            }
        }
    }
}

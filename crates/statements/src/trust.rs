//! The root of a line and whom it delegates to.

use alloc::vec::Vec;
use sha2::{Digest, Sha256};
use wire::{Day, LineId, ReadError, Reader, Writer};

use crate::statement::{Draft, StatementError, StatementKind, UnverifiedStatement};
use crate::{DevicePublicKey, RootPublicKey};

/// How many root keys or coordinators there are at most.
pub const MAX_KEYS: usize = 16;

fn distinct<T: PartialEq>(keys: &[T]) -> bool {
    keys.iter()
        .enumerate()
        .all(|(index, key)| !keys.iter().skip(index + 1).any(|other| other == key))
}

/// The root keys of a line, k of n: threshold u8 ‖ count u8 ‖ keys 32 each. Its hash is the line id.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Root {
    threshold: u8,
    keys: Vec<RootPublicKey>,
}

impl Root {
    /// A root of which `threshold` keys must sign together.
    ///
    /// # Errors
    /// `Rule` unless 1 ≤ threshold ≤ keys ≤ 16 and the keys differ.
    pub fn new(threshold: u8, keys: Vec<RootPublicKey>) -> Result<Root, StatementError> {
        let fits = (1..=MAX_KEYS).contains(&keys.len())
            && (1..=keys.len()).contains(&usize::from(threshold));
        if !fits || !distinct(&keys) {
            return Err(StatementError::Rule);
        }
        Ok(Root { threshold, keys })
    }

    /// Reads a root; it proves itself by its hash alone, so compare [`Root::line_id`] with what is trusted.
    ///
    /// # Errors
    /// `Kind`, `Layout` or `Rule` when it is none, `Signatures` when it has any, `Line` when it does not carry its own hash.
    pub fn read(statement: &UnverifiedStatement) -> Result<Root, StatementError> {
        let mut reader = Reader::new(statement.root_body()?);
        let threshold = reader.u8()?;
        let count = reader.u8()?;
        let keys = (0..count)
            .map(|_| reader.array().map(RootPublicKey))
            .collect::<Result<Vec<_>, ReadError>>()?;
        reader.end()?;
        let root = Root::new(threshold, keys)?;
        if root.line_id() == statement.line() {
            Ok(root)
        } else {
            Err(StatementError::Line)
        }
    }

    fn body(&self) -> Vec<u8> {
        let count = u8::try_from(self.keys.len()).unwrap_or(u8::MAX);
        self.keys
            .iter()
            .fold(
                Writer::default().u8(self.threshold).u8(count),
                |writer, key| writer.put(&key.0),
            )
            .done()
    }

    /// `H(tag "line-id" ‖ body)`.
    pub fn line_id(&self) -> LineId {
        LineId(Sha256::digest(self.hashed()).into())
    }

    /// The bytes whose SHA-256 is the line id, for tools that know SHA-256 and nothing of a line: `tag "line-id" ‖ body`.
    pub fn hashed(&self) -> Vec<u8> {
        [wire::tag!("line-id"), &self.body()].concat()
    }

    /// How many root keys must sign together.
    pub fn threshold(&self) -> u8 {
        self.threshold
    }

    /// The root keys.
    pub fn keys(&self) -> &[RootPublicKey] {
        &self.keys
    }

    /// The root as a statement.
    pub fn statement(&self) -> UnverifiedStatement {
        Draft::new(StatementKind::Root, self.line_id(), self.body()).done()
    }

    /// The body of a statement that enough root keys signed.
    pub(crate) fn verified_body<'a>(
        &self,
        statement: &'a UnverifiedStatement,
        kind: StatementKind,
    ) -> Result<&'a [u8], StatementError> {
        let is_root = |key: &[u8; 32]| self.keys.contains(&RootPublicKey(*key));
        statement.verified_body(kind, &self.line_id(), self.threshold.into(), is_root)
    }
}

/// Who the coordinators are, from which day until which, and how many of them admit a device.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Delegation {
    line: LineId,
    serial: u32,
    from: Day,
    until: Day,
    admission_threshold: u8,
    coordinators: Vec<DevicePublicKey>,
    revoked: Vec<DevicePublicKey>,
}

impl Delegation {
    /// A delegation for the root keys to sign.
    pub fn draft(
        line: LineId,
        serial: u32,
        days: (Day, Day),
        admission_threshold: u8,
        coordinators: &[DevicePublicKey],
    ) -> Draft {
        let count = u8::try_from(coordinators.len()).unwrap_or(u8::MAX);
        let writer = Writer::default()
            .u32(serial)
            .u32(days.0.0)
            .u32(days.1.0)
            .u8(admission_threshold)
            .u8(count);
        let body = coordinators
            .iter()
            .fold(writer, |writer, key| writer.put(&key.0))
            .done();
        Draft::new(StatementKind::Delegation, line, body)
    }

    /// Believes a delegation that enough root keys signed.
    ///
    /// # Errors
    /// `Signatures` when they did not; `Kind`, `Line`, `Layout`; `Rule` unless 1 ≤ threshold ≤ coordinators ≤ 16,
    /// all different, and the days in order.
    pub fn verify(
        statement: &UnverifiedStatement,
        root: &Root,
    ) -> Result<Delegation, StatementError> {
        let body = root.verified_body(statement, StatementKind::Delegation)?;
        Self::read(body, root.line_id())
    }

    /// Reads what a statement proposes, whoever signed it.
    ///
    /// # Errors
    /// `Kind`, `Line`, `Layout`, `Rule`, as [`Delegation::verify`].
    pub fn proposed(
        statement: &UnverifiedStatement,
        root: &Root,
    ) -> Result<Delegation, StatementError> {
        let line = root.line_id();
        let body = statement.unsigned_body(StatementKind::Delegation, &line)?;
        Self::read(body, line)
    }

    fn read(body: &[u8], line: LineId) -> Result<Delegation, StatementError> {
        let mut reader = Reader::new(body);
        let serial = reader.u32()?;
        let (from, until) = (Day(reader.u32()?), Day(reader.u32()?));
        let admission_threshold = reader.u8()?;
        let count = reader.u8()?;
        let coordinators = (0..count)
            .map(|_| reader.array().map(DevicePublicKey))
            .collect::<Result<Vec<_>, ReadError>>()?;
        reader.end()?;
        let fits = (1..=MAX_KEYS).contains(&coordinators.len())
            && (1..=coordinators.len()).contains(&usize::from(admission_threshold))
            && from <= until;
        if !fits || !distinct(&coordinators) {
            return Err(StatementError::Rule);
        }
        Ok(Delegation {
            line,
            serial,
            from,
            until,
            admission_threshold,
            coordinators,
            revoked: Vec::new(),
        })
    }

    /// Lets a coordinator's key count no longer, if the revocation is about this delegation.
    pub fn revoke(&mut self, revocation: &Revocation) {
        let is_of_this = revocation.serial == self.serial;
        if is_of_this && !self.revoked.contains(&revocation.device) {
            self.revoked.push(revocation.device);
        }
    }

    /// The line.
    pub fn line(&self) -> LineId {
        self.line
    }

    /// Rises with each delegation; a lower one is out of date.
    pub fn serial(&self) -> u32 {
        self.serial
    }

    /// Whether it holds on that day (both ends included).
    pub fn holds_on(&self, day: Day) -> bool {
        self.from <= day && day <= self.until
    }

    /// The last day on which it holds.
    pub fn until(&self) -> Day {
        self.until
    }

    /// How many coordinators must sign an admission.
    pub fn admission_threshold(&self) -> u8 {
        self.admission_threshold
    }

    /// The coordinators' device keys, those that were revoked among them.
    pub fn coordinators(&self) -> &[DevicePublicKey] {
        &self.coordinators
    }

    /// Whether a device is a coordinator's and was not revoked.
    pub fn counts(&self, device: &DevicePublicKey) -> bool {
        self.coordinators.contains(device) && !self.revoked.contains(device)
    }

    pub(crate) fn verified_body<'a>(
        &self,
        statement: &'a UnverifiedStatement,
        kind: StatementKind,
        threshold: u8,
    ) -> Result<&'a [u8], StatementError> {
        let (body, _) = self.verified(statement, kind, threshold)?;
        Ok(body)
    }

    pub(crate) fn verified<'a>(
        &self,
        statement: &'a UnverifiedStatement,
        kind: StatementKind,
        threshold: u8,
    ) -> Result<(&'a [u8], Vec<DevicePublicKey>), StatementError> {
        let counts = |key: &[u8; 32]| self.counts(&DevicePublicKey(*key));
        let (body, signers) = statement.verified(kind, &self.line, threshold.into(), counts)?;
        Ok((body, signers.into_iter().map(DevicePublicKey).collect()))
    }
}

/// That a coordinator's key no longer counts: serial of the delegation u32 ‖ device key 32.
///
/// One coordinator suffices, since it takes power away; two who revoke each other are both out, and the root keys decide.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Revocation {
    /// The delegation that it is about; the next one makes it void.
    pub serial: u32,
    /// The coordinator's device.
    pub device: DevicePublicKey,
}

impl Revocation {
    /// The statement for another coordinator to sign.
    pub fn draft(&self, line: LineId) -> Draft {
        let body = Writer::default().u32(self.serial).put(&self.device.0);
        Draft::new(StatementKind::Revocation, line, body.done())
    }

    /// Believes a revocation that another coordinator of the same delegation signed.
    ///
    /// # Errors
    /// `Signatures` when none did; `Kind`, `Line`, `Layout`; `Rule` when it is about another delegation, or about nobody in it.
    pub fn verify(
        statement: &UnverifiedStatement,
        delegation: &Delegation,
    ) -> Result<Revocation, StatementError> {
        // Who was revoked before may have revoked others first: the order in which two such statements came is not known.
        let listed = |key: &[u8; 32]| delegation.coordinators.contains(&DevicePublicKey(*key));
        let (body, signers) =
            statement.verified(StatementKind::Revocation, &delegation.line, 1, listed)?;
        let mut reader = Reader::new(body);
        let revocation = Revocation {
            serial: reader.u32()?,
            device: DevicePublicKey(reader.array()?),
        };
        reader.end()?;
        let is_of_it = revocation.serial == delegation.serial
            && delegation.coordinators.contains(&revocation.device);
        if !is_of_it {
            return Err(StatementError::Rule);
        }
        let by_another = signers.iter().any(|signer| *signer != revocation.device.0);
        by_another
            .then_some(revocation)
            .ok_or(StatementError::Signatures)
    }
}

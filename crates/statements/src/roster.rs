//! The roster: who belongs to the team and what each may do, as a chain of signed decisions.

use alloc::{string::String, vec::Vec};
use sha2::{Digest, Sha256};
use wire::{Day, LineId, Minute, ReadError, Reader, Writer};

use crate::corps::read_work_name;
use crate::statement::{Draft, StatementError, StatementKind, UnverifiedStatement};
use crate::{Act, Delegation, DevicePublicKey, Permission, Profile, RemovalReason, Stage};

/// How many permissions an admission brings at most.
const MAX_PERMISSIONS: u8 = 6;

/// The end of the roster's chain: `H(tag "roster-entry" ‖ the end before ‖ body)`; zeros before the first entry.
///
/// Desks work it out in the order of the team log, so that two coordinators can decide at once and neither has to
/// decide again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RosterHash(pub [u8; 32]);

impl RosterHash {
    /// The end of an empty chain.
    pub const NONE: RosterHash = RosterHash([0; 32]);

    /// The end of the chain once `entry` was added.
    pub fn followed_by(&self, entry: &RosterEntry) -> RosterHash {
        RosterHash(
            Sha256::new()
                .chain_update(wire::tag!("roster-entry"))
                .chain_update(self.0)
                .chain_update(entry.body())
                .finalize()
                .into(),
        )
    }
}

/// A member as an admission or a change describes him.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Membership {
    /// How far he is trusted.
    pub stage: Stage,
    /// The last day.
    pub until: Day,
    /// The name under which he works; never a real one. One work name is one person, on however many devices.
    pub work_name: String,
    /// What he wants known of him.
    pub profile: Profile,
}

impl Membership {
    /// Writes it: stage u8 ‖ until day ‖ name length u8 ‖ work name ‖ profile.
    pub fn write(&self, writer: Writer) -> Writer {
        let writer = writer
            .u8(self.stage as u8)
            .u32(self.until.0)
            .short(self.work_name.as_bytes());
        self.profile.write(writer)
    }

    /// Reads it.
    ///
    /// # Errors
    /// `Layout`; `Rule` when a text is too long or not plain, or the work name is empty.
    pub fn read(reader: &mut Reader<'_>) -> Result<Membership, StatementError> {
        Ok(Membership {
            stage: Stage::from_code(reader.u8()?).ok_or(ReadError::Value)?,
            until: Day(reader.u32()?),
            work_name: read_work_name(reader)?,
            profile: Profile::read(reader)?,
        })
    }
}

/// What an entry decides about a device.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RosterAction {
    /// The device belongs to the team from here on, and may do what is listed.
    Admit(Membership, Vec<Permission>),
    /// Its holder's stage, last day or profile is another from here on.
    Change(Membership),
    /// It no longer belongs to the team.
    Remove(RemovalReason),
    /// Its holder may do this.
    Permit(Permission),
    /// Its holder may no longer do this.
    Withdraw(Act),
    /// An authority was asked for this, and has not answered.
    Ask(Permission),
}

impl RosterAction {
    /// Whether one coordinator alone may decide it: what takes power away, and what gives none.
    pub fn needs_one(&self) -> bool {
        matches!(
            self,
            RosterAction::Remove(_) | RosterAction::Withdraw(_) | RosterAction::Ask(_)
        )
    }

    fn write(&self, writer: Writer) -> Writer {
        match self {
            RosterAction::Admit(membership, permissions) => {
                let count = u8::try_from(permissions.len()).unwrap_or(MAX_PERMISSIONS);
                let writer = membership.write(writer.u8(1)).u8(count);
                let listed = permissions.iter().take(count.into());
                listed.fold(writer, |writer, permission| permission.write(writer))
            }
            RosterAction::Change(membership) => membership.write(writer.u8(2)),
            RosterAction::Remove(reason) => writer.u8(3).u8(*reason as u8),
            RosterAction::Permit(permission) => permission.write(writer.u8(4)),
            RosterAction::Withdraw(act) => writer.u8(5).u8(*act as u8),
            RosterAction::Ask(permission) => permission.write(writer.u8(6)),
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<RosterAction, StatementError> {
        Ok(match reader.u8()? {
            1 => {
                let membership = Membership::read(reader)?;
                let count = reader.u8()?;
                if count > MAX_PERMISSIONS {
                    return Err(StatementError::Rule);
                }
                let permissions = (0..count).map(|_| Permission::read(reader));
                RosterAction::Admit(membership, permissions.collect::<Result<_, _>>()?)
            }
            2 => RosterAction::Change(Membership::read(reader)?),
            3 => {
                let reason = RemovalReason::from_code(reader.u8()?);
                RosterAction::Remove(reason.ok_or(ReadError::Value)?)
            }
            4 => RosterAction::Permit(Permission::read(reader)?),
            5 => RosterAction::Withdraw(Act::from_code(reader.u8()?).ok_or(ReadError::Value)?),
            6 => RosterAction::Ask(Permission::read(reader)?),
            _ => return Err(ReadError::Value.into()),
        })
    }
}

/// One decision: id 16 ‖ decided day ‖ device key 32 ‖ action u8 ‖ what it decides.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RosterEntry {
    /// Random; an entry counts once.
    pub id: [u8; 16],
    /// The day on which it was proposed. A week later nobody may approve it any more.
    pub day: Day,
    /// The device it is about.
    pub device: DevicePublicKey,
    /// What it decides.
    pub action: RosterAction,
}

impl RosterEntry {
    /// For how many days a proposed entry may still be approved.
    pub const OPEN_DAYS: u32 = 7;

    fn body(&self) -> Vec<u8> {
        let writer = Writer::default()
            .put(&self.id)
            .u32(self.day.0)
            .put(&self.device.0);
        self.action.write(writer).done()
    }

    /// The entry for coordinators to sign.
    pub fn draft(&self, line: LineId) -> Draft {
        Draft::new(StatementKind::RosterEntry, line, self.body())
    }

    /// Reads what a statement proposes, whoever signed it.
    ///
    /// # Errors
    /// `Kind`, `Line`, `Layout`, `Rule`, as [`RosterEntry::verify`].
    pub fn proposed(
        statement: &UnverifiedStatement,
        line: &LineId,
    ) -> Result<RosterEntry, StatementError> {
        Self::read(statement.unsigned_body(StatementKind::RosterEntry, line)?)
    }

    /// Believes an entry that enough coordinators signed, and gives those who did: one for what takes power away, the
    /// admission threshold for all else. Whether they are different persons is the roster's to say.
    ///
    /// # Errors
    /// `Signatures` when too few did; `Kind`, `Line`, `Layout`; `Rule` when a text is too long, not UTF-8, or has
    /// characters that could make it look like another one.
    pub fn verify(
        statement: &UnverifiedStatement,
        delegation: &Delegation,
    ) -> Result<(RosterEntry, Vec<DevicePublicKey>), StatementError> {
        let (body, signers) = delegation.verified(statement, StatementKind::RosterEntry, 1)?;
        let entry = Self::read(body)?;
        let due = match entry.action.needs_one() {
            true => 1,
            false => usize::from(delegation.admission_threshold()),
        };
        if signers.len() < due {
            return Err(StatementError::Signatures);
        }
        Ok((entry, signers))
    }

    fn read(body: &[u8]) -> Result<RosterEntry, StatementError> {
        let mut reader = Reader::new(body);
        let entry = RosterEntry {
            id: reader.array()?,
            day: Day(reader.u32()?),
            device: DevicePublicKey(reader.array()?),
            action: RosterAction::read(&mut reader)?,
        };
        reader.end()?;
        Ok(entry)
    }
}

/// That the roster is still as it was: entries u32 ‖ the chain's end 32 ‖ issued minute.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RosterFreshness {
    /// How many entries the roster has.
    pub entries: u32,
    /// The end of its chain.
    pub head: RosterHash,
    /// When this was said.
    pub issued: Minute,
}

impl RosterFreshness {
    /// How long a desk believes in it, in minutes.
    pub const VALID_MINUTES: u32 = Minute::PER_DAY;

    /// The statement for a coordinator to sign.
    pub fn draft(&self, line: LineId) -> Draft {
        let body = Writer::default()
            .u32(self.entries)
            .put(&self.head.0)
            .u32(self.issued.0)
            .done();
        Draft::new(StatementKind::RosterFreshness, line, body)
    }

    /// Believes what a coordinator signed, and gives who did.
    ///
    /// # Errors
    /// `Signatures` when none did; `Kind`, `Line`, `Layout`.
    pub fn verify(
        statement: &UnverifiedStatement,
        delegation: &Delegation,
    ) -> Result<(RosterFreshness, Vec<DevicePublicKey>), StatementError> {
        let (body, signers) = delegation.verified(statement, StatementKind::RosterFreshness, 1)?;
        let mut reader = Reader::new(body);
        let freshness = RosterFreshness {
            entries: reader.u32()?,
            head: RosterHash(reader.array()?),
            issued: Minute(reader.u32()?),
        };
        reader.end()?;
        Ok((freshness, signers))
    }
}

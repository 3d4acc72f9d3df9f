//! The roster: who belongs to the team, as a hash-chained list of signed entries; and each device's epoch keys.

use alloc::{string::String, vec::Vec};
use sha2::{Digest, Sha256};
use wire::{Day, LineId, Minute, ReadError, Reader, Writer};

use crate::statement::{Draft, StatementError, StatementKind, UnverifiedStatement};
use crate::{Delegation, DevicePublicKey, SEAL_PUBLIC_KEY_SIZE, SealPublicKey};

/// The size of a work name at most, in bytes of UTF-8.
pub const WORK_NAME_SIZE: usize = 64;

/// The hash of a roster entry: `H(tag "roster-entry" ‖ body)`; zeros before the first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RosterHash(pub [u8; 32]);

impl RosterHash {
    /// What the first entry names as the one before it.
    pub const NONE: RosterHash = RosterHash([0; 32]);
}

/// Whether a character may stand in a name: no controls, and none that turn the direction of what follows.
fn is_visible(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// What a member of the team does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// Answers contacts.
    Guide = 1,
    /// Admits, plans, publishes, and is backup of cases.
    Coordinator = 2,
}

/// What an entry does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RosterAction {
    /// The device belongs to the team from here on.
    Admit = 1,
    /// It no longer does.
    Remove = 2,
}

/// One admission or removal.
///
/// sequence u32 ‖ previous hash 32 ‖ action u8 ‖ device key 32 ‖ role u8 ‖ until day ‖ name length u8 ‖ work name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RosterEntry {
    /// Its place, from 0 without gaps.
    pub sequence: u32,
    /// The hash of the entry before it.
    pub previous: RosterHash,
    /// What it does.
    pub action: RosterAction,
    /// The device it is about.
    pub device: DevicePublicKey,
    /// What the device's holder does.
    pub role: Role,
    /// The last day of the admission.
    pub until: Day,
    /// The name under which the holder works; never a real one.
    pub work_name: String,
}

impl RosterEntry {
    fn body(&self) -> Vec<u8> {
        Writer::default()
            .u32(self.sequence)
            .put(&self.previous.0)
            .u8(self.action as u8)
            .put(&self.device.0)
            .u8(self.role as u8)
            .u32(self.until.0)
            .short(self.work_name.as_bytes())
            .done()
    }

    /// The entry for coordinators to sign.
    pub fn draft(&self, line: LineId) -> Draft {
        Draft::new(StatementKind::RosterEntry, line, self.body())
    }

    /// Believes an entry that enough coordinators signed. Whether it continues the chain is the caller's to check.
    ///
    /// # Errors
    /// `Signatures` when too few did; `Kind`, `Line`, `Layout`; `Rule` when the work name is empty, too long, not UTF-8, or has
    /// characters that could make it look like another one.
    pub fn verify(
        statement: &UnverifiedStatement,
        delegation: &Delegation,
    ) -> Result<RosterEntry, StatementError> {
        let body = delegation.verified_body(
            statement,
            StatementKind::RosterEntry,
            delegation.admission_threshold(),
        )?;
        let mut reader = Reader::new(body);
        let entry = RosterEntry {
            sequence: reader.u32()?,
            previous: RosterHash(reader.array()?),
            action: match reader.u8()? {
                1 => RosterAction::Admit,
                2 => RosterAction::Remove,
                _ => return Err(ReadError::Value.into()),
            },
            device: DevicePublicKey(reader.array()?),
            role: match reader.u8()? {
                1 => Role::Guide,
                2 => Role::Coordinator,
                _ => return Err(ReadError::Value.into()),
            },
            until: Day(reader.u32()?),
            work_name: core::str::from_utf8(reader.short()?)
                .map_err(|_| StatementError::Rule)?
                .into(),
        };
        reader.end()?;
        let fits = (1..=WORK_NAME_SIZE).contains(&entry.work_name.len());
        if !fits || !entry.work_name.chars().all(is_visible) {
            return Err(StatementError::Rule);
        }
        Ok(entry)
    }

    /// The hash that the next entry names.
    pub fn hash(&self) -> RosterHash {
        RosterHash(
            Sha256::new()
                .chain_update(wire::tag!("roster-entry"))
                .chain_update(self.body())
                .finalize()
                .into(),
        )
    }
}

/// That the roster is still as it was: sequence u32 ‖ hash of the newest entry 32 ‖ issued minute.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RosterFreshness {
    /// The newest entry's place.
    pub sequence: u32,
    /// The newest entry's hash.
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
            .u32(self.sequence)
            .put(&self.head.0)
            .u32(self.issued.0)
            .done();
        Draft::new(StatementKind::RosterFreshness, line, body)
    }

    /// Believes what a coordinator signed.
    ///
    /// # Errors
    /// `Signatures` when none did; `Kind`, `Line`, `Layout`.
    pub fn verify(
        statement: &UnverifiedStatement,
        delegation: &Delegation,
    ) -> Result<RosterFreshness, StatementError> {
        let body = delegation.verified_body(statement, StatementKind::RosterFreshness, 1)?;
        let mut reader = Reader::new(body);
        let freshness = RosterFreshness {
            sequence: reader.u32()?,
            head: RosterHash(reader.array()?),
            issued: Minute(reader.u32()?),
        };
        reader.end()?;
        Ok(freshness)
    }
}

/// A device's key for grants on one day: device key 32 ‖ day ‖ epoch key 1,216; signed by the device.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EpochKey {
    device: DevicePublicKey,
    day: Day,
    seal_key: SealPublicKey,
}

impl EpochKey {
    /// For how many days after its own an epoch key may still open what was sealed to it; then it is destroyed.
    pub const KEPT_DAYS: u32 = 7;

    /// The statement for the device to sign.
    pub fn draft(
        line: LineId,
        device: DevicePublicKey,
        day: Day,
        seal_key: &SealPublicKey,
    ) -> Draft {
        let body = Writer::default()
            .put(&device.0)
            .u32(day.0)
            .put(seal_key.as_bytes())
            .done();
        Draft::new(StatementKind::EpochKey, line, body)
    }

    /// Believes an epoch key that its own device signed. Whether the device belongs to the team is the caller's to check.
    ///
    /// # Errors
    /// `Signatures` when it did not; `Kind`, `Line`, `Layout`.
    pub fn verify(
        statement: &UnverifiedStatement,
        line: &LineId,
    ) -> Result<EpochKey, StatementError> {
        let claimed = *statement
            .signers()
            .next()
            .ok_or(StatementError::Signatures)?;
        let body =
            statement.verified_body(StatementKind::EpochKey, line, 1, |key| *key == claimed)?;
        let mut reader = Reader::new(body);
        let device = DevicePublicKey(reader.array()?);
        let day = Day(reader.u32()?);
        let seal_key = SealPublicKey::from_bytes(reader.take(SEAL_PUBLIC_KEY_SIZE)?)
            .ok_or(StatementError::Rule)?;
        reader.end()?;
        if device.0 != claimed {
            return Err(StatementError::Signatures);
        }
        Ok(EpochKey {
            device,
            day,
            seal_key,
        })
    }

    /// The device.
    pub fn device(&self) -> DevicePublicKey {
        self.device
    }

    /// The day for which it is meant.
    pub fn day(&self) -> Day {
        self.day
    }

    /// The key.
    pub fn seal_key(&self) -> &SealPublicKey {
        &self.seal_key
    }
}

/// The devices that the relay lets in: serial u32 ‖ count u16 ‖ device keys 32 each; no names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeviceList {
    serial: u32,
    devices: Vec<DevicePublicKey>,
}

impl DeviceList {
    /// The list for a coordinator to sign.
    pub fn draft(line: LineId, serial: u32, devices: &[DevicePublicKey]) -> Draft {
        let count = u16::try_from(devices.len()).unwrap_or(u16::MAX);
        let body = devices
            .iter()
            .take(count.into())
            .fold(Writer::default().u32(serial).u16(count), |writer, key| {
                writer.put(&key.0)
            })
            .done();
        Draft::new(StatementKind::DeviceList, line, body)
    }

    /// Believes a list that a coordinator signed.
    ///
    /// # Errors
    /// `Signatures` when none did; `Kind`, `Line`, `Layout`.
    pub fn verify(
        statement: &UnverifiedStatement,
        delegation: &Delegation,
    ) -> Result<DeviceList, StatementError> {
        let body = delegation.verified_body(statement, StatementKind::DeviceList, 1)?;
        let mut reader = Reader::new(body);
        let serial = reader.u32()?;
        let count = reader.u16()?;
        let devices = (0..count)
            .map(|_| reader.array().map(DevicePublicKey))
            .collect::<Result<Vec<_>, ReadError>>()?;
        reader.end()?;
        Ok(DeviceList { serial, devices })
    }

    /// Rises with each list; a lower one is out of date.
    pub fn serial(&self) -> u32 {
        self.serial
    }

    /// The devices.
    pub fn devices(&self) -> &[DevicePublicKey] {
        &self.devices
    }
}

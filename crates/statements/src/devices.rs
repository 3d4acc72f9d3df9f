//! Devices: each one's epoch keys, and the list of those that the relay lets in.

use alloc::vec::Vec;
use wire::{Day, LineId, ReadError, Reader, Writer};

use crate::statement::{Draft, StatementError, StatementKind, UnverifiedStatement};
use crate::{Delegation, DevicePublicKey, SEAL_PUBLIC_KEY_SIZE, SealPublicKey};

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

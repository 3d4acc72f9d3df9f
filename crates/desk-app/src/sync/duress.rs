//! The second phrase at a real desk: setting it, clearing it, and keeping a fresh alarm for it.

use desk::Command;
use statements::DeviceKey;
use wire::Envelope;
use zeroize::Zeroizing;

use super::DuressError;
use super::harmless::HarmlessPart;
use super::keeper::Keeper;
use crate::Passphrase;
use crate::clock;
use crate::vault::VaultError;

/// An alarm is prepared anew after so many days, so that those who watch by then know its mark.
const ALARM_DAYS: u32 = 30;

impl Keeper {
    pub(super) fn has_second_phrase(&self) -> bool {
        self.vault.harmless_content().is_some()
    }

    pub(super) fn set_second_phrase(&mut self, passphrase: &Passphrase) -> Result<(), DuressError> {
        if self.vault.is_own_phrase(passphrase) {
            return Err(DuressError::TooAlike);
        }
        let alarm = self.prepare_alarm()?;
        let part = self.harmless_part(alarm).to_bytes();
        Ok(self.vault.set_second_phrase(passphrase, &part)?)
    }

    pub(super) fn clear_second_phrase(&mut self) -> Result<(), DuressError> {
        Ok(self.vault.clear_second_phrase()?)
    }

    /// Prepares another alarm if the last one was sent or is old, and writes the header anew either way, once for each
    /// opening: so that its date is the same whether there is a second phrase or not.
    pub(super) fn renew_alarm(&mut self) {
        if std::mem::replace(&mut self.is_alarm_renewed, true) {
            return;
        }
        let today = clock::now().day();
        let known = HarmlessPart::of_vault(&self.vault);
        let is_due = self.has_second_phrase()
            && !known.is_some_and(|part| {
                !part.was_tried && today <= part.day.plus(ALARM_DAYS) && part.day <= today
            });
        let prepared = is_due.then(|| self.prepare_alarm().ok()).flatten();
        let written = match prepared {
            Some(alarm) => {
                let part = self.harmless_part(alarm).to_bytes();
                self.vault.keep_harmless(&part)
            }
            None => self.vault.rewrite_header(),
        };
        if written.is_err() {
            // The header is as it was; the next opening tries again.
            self.is_alarm_renewed = false;
        }
    }

    fn prepare_alarm(&mut self) -> Result<Envelope, DuressError> {
        self.command(Command::PrepareDuress)?;
        let prepared = self.alarm.take();
        prepared.map(|alarm| *alarm).ok_or(DuressError::Vault)
    }

    fn harmless_part(&self, alarm: Envelope) -> HarmlessPart {
        let now = clock::now();
        let mut seed = Zeroizing::new([0; 32]);
        rand_core::Rng::fill_bytes(&mut clock::rng(), seed.as_mut_slice());
        let known = HarmlessPart::of_vault(&self.vault).map(|part| part.device);
        HarmlessPart {
            work_name: self.desk.view(now).work_name,
            device: known.unwrap_or_else(|| DeviceKey::from_seed(&seed).public()),
            line: self.desk.line(),
            relay_url: self.line.relay_url.clone(),
            day: now.day(),
            was_tried: false,
            alarm: Some(alarm),
        }
    }
}

impl From<VaultError> for DuressError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::DiskFull => DuressError::DiskFull,
            VaultError::Memory => DuressError::Memory,
            _ => DuressError::Vault,
        }
    }
}

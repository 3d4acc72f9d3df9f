//! Destroying a whole vault, which takes no passphrase.

use std::fs;
use std::io;
use std::path::Path;

use cells::Cells;

use super::header::NAME;
use super::{Vault, VaultError};

/// What a vault puts into its directory, the keys first.
const FILES: [&str; 6] = [
    "cells",
    NAME,
    "header.new",
    "records.sqlite3",
    "records.sqlite3-wal",
    "records.sqlite3-shm",
];

/// Overwrites every key of the records, then removes the files. Stopped half way, it may be asked again.
fn destroy(directory: &Path, cells: &mut Cells) -> Result<(), VaultError> {
    cells.set_in_use([].into_iter());
    cells.renew_free()?;
    for file in FILES {
        match fs::remove_file(directory.join(file)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    fs::File::open(directory)?.sync_all()?;
    Ok(())
}

impl Vault {
    /// Destroys it for good, on the disk; what this program still holds of it can't be saved any more.
    ///
    /// # Errors
    /// What the system refused: then keys may be left. It may be asked again.
    pub(crate) fn destroy(&mut self) -> Result<(), VaultError> {
        destroy(&self.directory, &mut self.cells)
    }

    /// Destroys the vault in a directory, whoever asks: whoever has the computer could delete the files anyway. What flash memory, a file
    /// system that copies on write, or a backup keeps of the keys is out of its reach.
    ///
    /// # Errors
    /// `NoVault` when there is none; `InUse` while a desk is running on it; otherwise what the system refused: then it may be asked again.
    pub fn destroy_in(directory: &Path) -> Result<(), VaultError> {
        let has_keys = directory.join("cells").exists();
        if !has_keys && !Vault::exists(directory) {
            return Err(VaultError::NoVault);
        }
        destroy(directory, &mut Cells::open(&directory.join("cells"))?)
    }
}

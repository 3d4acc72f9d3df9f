//! A desk's encrypted vault: a directory with a header, key cells and a database.
//!
//! Each write of a record has a fresh key: the vault's root (Argon2id of the passphrase) with the record's own cell. To
//! write a record anew or to destroy it overwrites the cell it had, so what SQLite leaves in free pages or in its
//! write-ahead log opens nothing, even for somebody who knows the passphrase.
//!
//! The order of a save is: new cells, durable; the rows, in one durable transaction; the old cells, overwritten. A crash in
//! between leaves cells that no row names; [`Vault::open`] overwrites all of these before it reads anything.

mod contacts;
mod destroy;
mod harmless;
mod header;
#[cfg(test)]
mod rotation_tests;
mod seal;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use cells::{CellError, CellIndex, CellKey, Cells};
use desk::Record;
use rusqlite::{Connection, ErrorCode, OptionalExtension, params};
use zeroize::Zeroizing;

use crate::Passphrase;
use contacts::{Contacts, ContactsKey};
use harmless::Harmless;
use header::{Header, Unlocked};
use seal::{RowName, VaultRoot};

pub(crate) use contacts::HalfWrite;

/// What opening a vault costs (Argon2id, RFC 9106).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct VaultCost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over that memory.
    pub passes: u32,
}

impl VaultCost {
    /// What every vault of a person has: 256 MiB, 3 passes.
    pub const FULL: VaultCost = VaultCost {
        memory_kib: 256 * 1024,
        passes: 3,
    };
}

/// Why a vault can't be used. Nothing is lost by any of these.
#[derive(thiserror::Error, Debug)]
pub enum VaultError {
    /// There is none in that directory.
    #[error("there is no vault here; `footbridge join` or `footbridge init` makes one")]
    NoVault,
    /// There is one already where a new one was to be made.
    #[error("there is a vault here already; choose another directory")]
    Exists,
    /// The passphrase is another one.
    #[error("this passphrase does not open the vault; check the keyboard language and try again")]
    WrongPassphrase,
    /// Another desk has it open.
    #[error("this vault is open in another desk; stop that one first")]
    InUse,
    /// The disk is full; the transaction did not happen.
    #[error("the disk is full; nothing was sent; free some space and try again")]
    DiskFull,
    /// It can't be read by this program.
    #[error(
        "the vault is damaged or was written by a newer version; nothing was changed; run `footbridge doctor`"
    )]
    Damaged,
    /// There is not enough memory to compute the key.
    #[error("the computer has not enough free memory to open the vault; close other programs")]
    Memory,
    /// Records of contacts are closed until the relay gives its half.
    #[error("the cases open when the relay answers; nothing was changed")]
    NeedsLine,
    /// The operating system gives no randomness.
    #[error("the operating system gives no randomness")]
    Randomness,
    /// The system refused.
    #[error("the vault's files: {0}")]
    System(io::Error),
    /// The database refused.
    #[error("the vault's database: {0}")]
    Database(rusqlite::Error),
}

impl From<io::Error> for VaultError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => VaultError::DiskFull,
            _ => VaultError::System(error),
        }
    }
}

impl From<CellError> for VaultError {
    fn from(error: CellError) -> Self {
        match error {
            CellError::InUse(_) => VaultError::InUse,
            CellError::Full => VaultError::DiskFull,
            CellError::Randomness => VaultError::Randomness,
            CellError::System(error) => error.into(),
        }
    }
}

impl From<rusqlite::Error> for VaultError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => VaultError::DiskFull,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => VaultError::InUse,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => VaultError::Damaged,
            _ => VaultError::Database(error),
        }
    }
}

/// What the names of the vault's own records begin with; they are nobody else's.
const OWN: &str = "vault/";

const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS record (
    name BLOB PRIMARY KEY CHECK (length(name) = 32),
    cell INTEGER NOT NULL UNIQUE,
    sealed BLOB NOT NULL
) WITHOUT ROWID";

/// One row that is about to be written or deleted, and the cell it had.
struct Change {
    name: RowName,
    row: Option<(CellIndex, Vec<u8>)>,
    had: Option<CellIndex>,
}

/// An open vault. One process at a time has it; its keys are in memory until it is dropped.
pub struct Vault {
    directory: PathBuf,
    header: Header,
    root: VaultRoot,
    /// A keyed hash of the phrase that opened it.
    folded: Zeroizing<[u8; 32]>,
    is_harmless: bool,
    harmless: Option<Harmless>,
    contacts: Contacts,
    cells: Cells,
    database: Connection,
    /// Cells of committed changes that could not be overwritten yet.
    doomed: Vec<CellIndex>,
    #[cfg(test)]
    pub(crate) is_disk_full: bool,
}

/// Of several writes of one record in one save only the last counts.
fn newest_of_each_key(records: Vec<Record>) -> Vec<Record> {
    let mut seen = HashSet::new();
    let mut newest: Vec<Record> = records
        .into_iter()
        .rev()
        .filter(|record| seen.insert(record.key.clone()))
        .collect();
    newest.reverse();
    newest
}

fn database_path(directory: &Path) -> PathBuf {
    directory.join("records.sqlite3")
}

fn open_database(directory: &Path) -> Result<Connection, VaultError> {
    let database = Connection::open(database_path(directory))?;
    database.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    database.pragma_update(None, "journal_mode", "WAL")?;
    database.pragma_update(None, "synchronous", "FULL")?;
    database.pragma_update(None, "secure_delete", true)?;
    database.pragma_update(None, "temp_store", "MEMORY")?;
    database.execute_batch(SCHEMA)?;
    Ok(database)
}

impl Vault {
    /// Makes a vault with these records in a directory that is empty or does not exist yet.
    ///
    /// # Errors
    /// `Exists` when there is a vault already; `DiskFull`, `Memory`, `System`: then there is none.
    pub fn create(
        directory: &Path,
        passphrase: &Passphrase,
        cost: VaultCost,
        records: Vec<Record>,
    ) -> Result<Vault, VaultError> {
        if Header::exists(directory) {
            return Err(VaultError::Exists);
        }
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(directory)?;
        let cells = Cells::open(&directory.join("cells"))?;
        // Leftovers of a vault that was never finished belong to nobody.
        for name in ["records.sqlite3", "records.sqlite3-wal"] {
            match fs::remove_file(directory.join(name)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        let (header, root) = Header::make(passphrase, cost)?;
        let unlocked = Unlocked {
            root,
            is_harmless: false,
        };
        let mut vault = Vault::with(directory, passphrase, (header, unlocked), cells)?;
        vault.save(records)?;
        vault.header.write(directory)?;
        Ok(vault)
    }

    /// Opens a vault. Takes its cost in memory, and about a second.
    ///
    /// # Errors
    /// `NoVault`, `WrongPassphrase`, `InUse` when another desk has it, `Damaged`, or what the system refused.
    pub fn open(directory: &Path, passphrase: &Passphrase) -> Result<Vault, VaultError> {
        let mut header = Header::read(directory)?;
        let cells = Cells::open(&directory.join("cells"))?;
        let unlocked = header.unlock(passphrase)?;
        let mut vault = Vault::with(directory, passphrase, (header, unlocked), cells)?;
        vault.find_harmless()?;
        vault.find_contacts()?;
        Ok(vault)
    }

    fn with(
        directory: &Path,
        passphrase: &Passphrase,
        (header, unlocked): (Header, Unlocked),
        cells: Cells,
    ) -> Result<Vault, VaultError> {
        let Unlocked { root, is_harmless } = unlocked;
        let mut vault = Vault {
            directory: directory.to_owned(),
            header,
            folded: harmless::folded(&root, passphrase),
            root,
            is_harmless,
            harmless: None,
            contacts: Contacts::default(),
            cells,
            database: open_database(directory)?,
            doomed: Vec::new(),
            #[cfg(test)]
            is_disk_full: false,
        };
        vault.sweep()?;
        Ok(vault)
    }

    /// Whether a vault was made in this directory.
    pub fn exists(directory: &Path) -> bool {
        Header::exists(directory)
    }

    /// Overwrites every cell that no row names: what a crash left between a commit and the end of its save.
    fn sweep(&mut self) -> Result<(), VaultError> {
        let used: Vec<CellIndex> = {
            let mut select = self.database.prepare("SELECT cell FROM record")?;
            let rows = select.query_map([], |row| row.get(0))?;
            rows.collect::<Result<_, _>>()?
        };
        self.cells.set_in_use(used.into_iter());
        Ok(self.cells.renew_free()?)
    }

    /// All records, in no order; without those of contacts as long as the relay's half is missing.
    ///
    /// # Errors
    /// `Damaged` when a row does not open; nothing is changed.
    pub fn records(&self) -> Result<Vec<Record>, VaultError> {
        let mut records = Vec::new();
        self.each_row(|name, cell, sealed| {
            match self.open_row(&name, cell, sealed) {
                Some(record) if record.key.starts_with(OWN) => {}
                Some(record) => records.push(record),
                None if self.contacts.is_locked() => {}
                None => return Err(VaultError::Damaged),
            }
            Ok(())
        })?;
        Ok(records)
    }

    fn open_row(&self, name: &RowName, cell: &CellKey, sealed: &[u8]) -> Option<Record> {
        let none = ContactsKey::default();
        let mut keys = [&none].into_iter().chain(self.contacts.keys());
        keys.find_map(|key| seal::open(&self.root, (cell, key), name, sealed).ok())
    }

    fn each_row(
        &self,
        mut with: impl FnMut(RowName, &CellKey, &[u8]) -> Result<(), VaultError>,
    ) -> Result<(), VaultError> {
        let mut select = self
            .database
            .prepare("SELECT name, cell, sealed FROM record")?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let cell = self.cells.read(row.get(1)?)?.ok_or(VaultError::Damaged)?;
            let sealed = row.get_ref(2)?.as_blob().map_err(|_| VaultError::Damaged)?;
            with(row.get(0)?, &cell, sealed)?;
        }
        Ok(())
    }

    /// Writes and destroys records in one transaction; durable on return, and what was replaced or destroyed opens no more.
    ///
    /// # Errors
    /// `DiskFull` and others: then no record has changed.
    pub fn save(&mut self, records: Vec<Record>) -> Result<(), VaultError> {
        let is_own = |record: &Record| record.key.starts_with(OWN);
        if self.contacts.is_locked() && !records.iter().all(is_own) {
            return Err(VaultError::NeedsLine);
        }
        self.destroy_doomed()?;
        let mut changes = Vec::with_capacity(records.len());
        for record in newest_of_each_key(records) {
            match self.prepare(&record) {
                Ok(change) => changes.push(change),
                Err(error) => {
                    self.give_back(&changes);
                    return Err(error);
                }
            }
        }
        if let Err(error) = self.commit(&changes) {
            // A full disk rolls back for certain. After any other failure the rows may yet be found on the disk at the next
            // start, so their cells must still be there; `sweep` clears what then belongs to no row.
            if matches!(error, VaultError::DiskFull) {
                self.give_back(&changes);
            }
            return Err(error);
        }
        self.doomed
            .extend(changes.iter().filter_map(|change| change.had));
        self.destroy_doomed()
    }

    fn prepare(&mut self, record: &Record) -> Result<Change, VaultError> {
        let name = seal::row_name(&self.root, &record.key);
        let had = self
            .database
            .query_row("SELECT cell FROM record WHERE name = ?1", [name], |row| {
                row.get(0)
            })
            .optional()?;
        let row = match &record.value {
            None => None,
            Some(value) => {
                let (index, cell) = self.cells.allocate()?;
                let none = ContactsKey::default();
                let contacts = match contacts::is_of_contact(&record.key) {
                    true => self.contacts.keys().next().unwrap_or(&none),
                    false => &none,
                };
                match seal::seal(&self.root, (&cell, contacts), &record.key, value) {
                    Ok(sealed) => Some((index, sealed)),
                    Err(error) => {
                        self.cells.give_back(index);
                        return Err(error);
                    }
                }
            }
        };
        Ok(Change { name, row, had })
    }

    fn commit(&mut self, changes: &[Change]) -> Result<(), VaultError> {
        #[cfg(test)]
        if self.is_disk_full {
            return Err(VaultError::DiskFull);
        }
        self.cells.sync()?;
        let transaction = self.database.transaction()?;
        for change in changes {
            match &change.row {
                Some((cell, sealed)) => transaction.execute(
                    "INSERT INTO record (name, cell, sealed) VALUES (?1, ?2, ?3)
                     ON CONFLICT (name) DO UPDATE SET cell = excluded.cell, sealed = excluded.sealed",
                    params![change.name, cell, sealed],
                )?,
                None => transaction.execute("DELETE FROM record WHERE name = ?1", [change.name])?,
            };
        }
        transaction.commit()?;
        Ok(())
    }

    fn give_back(&mut self, changes: &[Change]) {
        for (cell, _) in changes.iter().filter_map(|change| change.row.as_ref()) {
            self.cells.give_back(*cell);
        }
    }

    fn destroy_doomed(&mut self) -> Result<(), VaultError> {
        if self.doomed.is_empty() {
            return Ok(());
        }
        while let Some(cell) = self.doomed.last() {
            self.cells.destroy(*cell)?;
            self.doomed.pop();
        }
        Ok(self.cells.sync()?)
    }
}

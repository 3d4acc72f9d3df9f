//! Looking at a store without changing a byte of it.

use std::fs::{File, TryLockError};
use std::io::Read;
use std::path::Path;

use cells::CellError;

use crate::open::{self, MIGRATIONS, OpenError};

/// Where the header of an SQLite file has `user_version`, four bytes, big-endian (sqlite.org/fileformat2, 1.3).
const USER_VERSION: std::ops::Range<usize> = 60..64;

/// What was seen of a store.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Seen {
    /// There is none yet.
    Nothing,
    /// A process has it open.
    InUse,
    /// It is there, and no process has it.
    AtRest,
}

/// Says whether a store is there, whether a process has it, and whether this program may open it.
///
/// # Errors
/// `Newer` when a newer program wrote it; `Directory` and `Cells` when the system refuses. That nothing is wrong inside of it is not promised.
pub fn look(directory: &Path) -> Result<Seen, OpenError> {
    refuse_newer(directory)?;
    let cells = match File::open(open::cells(directory)) {
        Ok(cells) => cells,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Seen::Nothing),
        Err(error) => return Err(cannot(directory, error)),
    };
    match cells.try_lock_shared() {
        Ok(()) => Ok(Seen::AtRest),
        Err(TryLockError::WouldBlock) => Ok(Seen::InUse),
        Err(TryLockError::Error(error)) => Err(CellError::from(error).into()),
    }
}

fn cannot(directory: &Path, error: std::io::Error) -> OpenError {
    OpenError::Directory {
        path: directory.to_owned(),
        error,
    }
}

/// Refuses a store of a newer program before anything of it is touched. What the write-ahead log has not yet brought into the file is seen
/// when the database is opened.
pub(crate) fn refuse_newer(directory: &Path) -> Result<(), OpenError> {
    let mut header = Vec::new();
    match File::open(open::database(directory)) {
        Ok(file) => file
            .take(100)
            .read_to_end(&mut header)
            .map_err(|error| cannot(directory, error))?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(cannot(directory, error)),
    };
    let version = header
        .get(USER_VERSION)
        .and_then(|bytes| bytes.try_into().ok());
    let found = version.map_or(0, u32::from_be_bytes) as usize;
    let known = MIGRATIONS.len();
    match found > known {
        true => Err(OpenError::Newer { found, known }),
        false => Ok(()),
    }
}

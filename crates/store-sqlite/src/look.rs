//! Looking at a store without changing a byte of it.

use std::fs::{File, TryLockError};
use std::io::Read;
use std::path::Path;

use cells::CellError;

use crate::open::{self, MIGRATIONS, OpenError};

/// Where the header of an SQLite file has `user_version`, four bytes, big-endian (sqlite.org/fileformat2, 1.3).
const USER_VERSION: std::ops::Range<usize> = 60..64;

/// Where it has `application_id`, the same.
const APPLICATION_ID: std::ops::Range<usize> = 68..72;

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
/// `Newer` when a newer program wrote it; `Unserved` when no process has it and it is an end of a move; `Directory` and `Cells` when the system refuses. That nothing is wrong inside of it is not promised.
pub fn look(directory: &Path) -> Result<Seen, OpenError> {
    let header = refuse_newer(directory)?;
    let cells = match File::open(open::cells(directory)) {
        Ok(cells) => cells,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Seen::Nothing),
        Err(error) => return Err(cannot(directory, error)),
    };
    match cells.try_lock_shared() {
        Ok(()) => match crate::moving::refusal(number(&header, APPLICATION_ID)) {
            Some(unserved) => Err(unserved.into()),
            None => Ok(Seen::AtRest),
        },
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

fn number(header: &[u8], at: std::ops::Range<usize>) -> u32 {
    let bytes = header.get(at).and_then(|bytes| bytes.try_into().ok());
    bytes.map_or(0, u32::from_be_bytes)
}

/// Refuses a store of a newer program before anything of it is touched. What the write-ahead log has not yet brought into the file is seen
/// when the database is opened. Gives the header, empty where no file is.
pub(crate) fn refuse_newer(directory: &Path) -> Result<Vec<u8>, OpenError> {
    let mut header = Vec::new();
    match File::open(open::database(directory)) {
        Ok(file) => file
            .take(100)
            .read_to_end(&mut header)
            .map_err(|error| cannot(directory, error))?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(header),
        Err(error) => return Err(cannot(directory, error)),
    };
    let found = number(&header, USER_VERSION) as usize;
    let known = MIGRATIONS.len();
    match found > known {
        true => Err(OpenError::Newer { found, known }),
        false => Ok(header),
    }
}

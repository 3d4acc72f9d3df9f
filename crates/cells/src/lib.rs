//! A file of 32-byte keys that are destroyed by overwriting them in place.
//!
//! What is encrypted under a cell's key is gone once the cell is overwritten, wherever its ciphertext still lies: in a
//! write-ahead log, in free pages, in a backup. The file is noise from the first byte to the last, so a cell in use and a
//! free one look alike.
//!
//! It does not guarantee that the disk forgets: flash memory that remaps blocks, file systems that copy on write, and
//! snapshots may keep an earlier cell, and so does a file system that journals data and not only names.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

/// The size of a cell, in bytes.
pub const CELL_SIZE: usize = 32;
/// How many cells the file grows by.
const GROWTH: u32 = 1024;

/// A key out of a cell; it wipes itself.
pub type CellKey = Zeroizing<[u8; CELL_SIZE]>;

/// The place of a cell in the file, from 0.
pub type CellIndex = u32;

/// Why cells can't be used.
#[derive(thiserror::Error, Debug)]
pub enum CellError {
    /// Another process has the file open.
    #[error("{0} is in use by another process; stop that one first")]
    InUse(PathBuf),
    /// There is no room on the disk; nothing was changed.
    #[error("the disk is full; make room, nothing was lost")]
    Full,
    /// The system refused.
    #[error("the key cells: {0}")]
    System(io::Error),
    /// The operating system gives no randomness.
    #[error("the operating system gives no randomness")]
    Randomness,
}

impl From<io::Error> for CellError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => CellError::Full,
            _ => CellError::System(error),
        }
    }
}

/// An open file of cells. One process at a time has it.
pub struct Cells {
    file: File,
    count: u32,
    free: BTreeSet<CellIndex>,
}

fn noise(bytes: &mut [u8]) -> Result<(), CellError> {
    getrandom::fill(bytes).map_err(|_| CellError::Randomness)
}

/// Makes the names in a directory durable.
fn sync_directory(directory: &Path) -> Result<(), CellError> {
    let here = Path::new(".");
    let directory = if directory == Path::new("") {
        here
    } else {
        directory
    };
    Ok(File::open(directory)?.sync_all()?)
}

fn offset(index: CellIndex) -> u64 {
    u64::from(index) * CELL_SIZE as u64
}

impl Cells {
    /// Opens or creates the file and takes it for this process. No cell counts as free until [`Cells::set_in_use`].
    ///
    /// A last cell that is incomplete (the process died while the file grew) is cut off. A file that was created is
    /// in its directory for good when this returns.
    ///
    /// # Errors
    /// `InUse` when another process has it; `System` when it can't be opened.
    pub fn open(path: &Path) -> Result<Cells, CellError> {
        let is_new = !path.exists();
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(CellError::InUse(path.to_owned())),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        if is_new && let Some(directory) = path.parent() {
            sync_directory(directory)?;
        }
        let cells = file.metadata()?.len() / CELL_SIZE as u64;
        let count = u32::try_from(cells).unwrap_or(u32::MAX);
        file.set_len(offset(count))?;
        Ok(Cells {
            file,
            count,
            free: BTreeSet::new(),
        })
    }

    /// How many cells the file has; no key is at this index or above.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Says which cells hold keys that are needed; all others are free from now on.
    pub fn set_in_use(&mut self, used: impl Iterator<Item = CellIndex>) {
        let mut is_used = vec![false; self.count as usize];
        for index in used {
            if let Some(slot) = is_used.get_mut(index as usize) {
                *slot = true;
            }
        }
        self.free = (0..self.count)
            .filter(|index| !is_used.get(*index as usize).copied().unwrap_or(true))
            .collect();
    }

    /// Overwrites every free cell with fresh noise and makes that durable. After a crash a free cell may still hold the
    /// key of something that was never finished, and whose ciphertext may lie somewhere.
    ///
    /// # Errors
    /// `System` when a cell can't be written; then some are still as they were.
    pub fn renew_free(&self) -> Result<(), CellError> {
        let mut bytes = vec![0; CELL_SIZE * GROWTH as usize];
        let mut free = self.free.iter().copied().peekable();
        while let Some(first) = free.next() {
            let mut last = first;
            while last - first + 1 < GROWTH && free.next_if_eq(&(last + 1)).is_some() {
                last += 1;
            }
            let run = CELL_SIZE * (last - first + 1) as usize;
            let fresh = bytes.get_mut(..run).unwrap_or_default();
            noise(fresh)?;
            self.file.write_all_at(fresh, offset(first))?;
        }
        self.sync()
    }

    /// Puts a fresh random key into a free cell. It is durable only after [`Cells::sync`].
    ///
    /// # Errors
    /// `Full` when the file would have to grow and can't; then nothing has changed.
    pub fn allocate(&mut self) -> Result<(CellIndex, CellKey), CellError> {
        if self.free.is_empty() {
            self.grow()?;
        }
        let mut key = CellKey::new([0; CELL_SIZE]);
        noise(key.as_mut())?;
        let index = *self.free.first().ok_or(CellError::Full)?;
        self.file.write_all_at(key.as_slice(), offset(index))?;
        self.free.remove(&index);
        Ok((index, key))
    }

    fn grow(&mut self) -> Result<(), CellError> {
        let until = self.count.checked_add(GROWTH).ok_or(CellError::Full)?;
        let mut fresh = vec![0; CELL_SIZE * GROWTH as usize];
        noise(&mut fresh)?;
        self.file.write_all_at(&fresh, offset(self.count))?;
        self.free.extend(self.count..until);
        self.count = until;
        Ok(())
    }

    /// The key in a cell. A cell beyond the end of the file has none.
    ///
    /// # Errors
    /// `System` when it can't be read.
    pub fn read(&self, index: CellIndex) -> Result<Option<CellKey>, CellError> {
        if index >= self.count {
            return Ok(None);
        }
        let mut key = CellKey::new([0; CELL_SIZE]);
        self.file.read_exact_at(key.as_mut(), offset(index))?;
        Ok(Some(key))
    }

    /// Overwrites a cell with noise and frees it; twice is as once. The key is gone for good after [`Cells::sync`].
    ///
    /// # Errors
    /// `System` when it can't be written; then the key is still there.
    pub fn destroy(&mut self, index: CellIndex) -> Result<(), CellError> {
        if index >= self.count {
            return Ok(());
        }
        let mut bytes = [0; CELL_SIZE];
        noise(&mut bytes)?;
        self.file.write_all_at(&bytes, offset(index))?;
        self.free.insert(index);
        Ok(())
    }

    /// Frees a cell that was allocated and never needed, as [`Cells::destroy`] does, without failing.
    pub fn give_back(&mut self, index: CellIndex) {
        // If the noise can't be written the cell stays allocated until the next start: nothing needs its key.
        let _ = self.destroy(index);
    }

    /// Makes everything written so far durable (`fdatasync`).
    ///
    /// # Errors
    /// When the system can't; then nothing since the last time may be relied on.
    pub fn sync(&self) -> Result<(), CellError> {
        Ok(self.file.sync_data()?)
    }

    /// A second handle for reading keys from other threads.
    ///
    /// # Errors
    /// `System` when the file can't be opened again.
    pub fn reader(&self) -> Result<CellReader, CellError> {
        Ok(CellReader {
            file: self.file.try_clone()?,
        })
    }
}

/// Reads keys while the owner writes them.
pub struct CellReader {
    file: File,
}

impl CellReader {
    /// The key in a cell; `None` beyond the end of the file.
    ///
    /// # Errors
    /// `System` when it can't be read.
    pub fn read(&self, index: CellIndex) -> Result<Option<CellKey>, CellError> {
        let mut key = CellKey::new([0; CELL_SIZE]);
        match self.file.read_exact_at(key.as_mut(), offset(index)) {
            Ok(()) => Ok(Some(key)),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(directory: &tempfile::TempDir) -> Cells {
        Cells::open(&directory.path().join("cells")).unwrap()
    }

    #[test]
    fn a_destroyed_key_is_nowhere_in_the_file() {
        let directory = tempfile::tempdir().unwrap();
        let mut cells = open(&directory);
        let (index, key) = cells.allocate().unwrap();
        let file = || std::fs::read(directory.path().join("cells")).unwrap();
        let holds = |bytes: &[u8]| bytes.windows(CELL_SIZE).any(|at| at == key.as_slice());
        assert!(holds(&file()));
        cells.destroy(index).unwrap();
        assert!(!holds(&file()));
        assert_ne!(cells.read(index).unwrap().unwrap(), key);
    }

    #[test]
    fn keys_survive_reopening_and_only_unused_cells_are_given_out() {
        let directory = tempfile::tempdir().unwrap();
        let mut cells = open(&directory);
        let (kept, key) = cells.allocate().unwrap();
        cells.sync().unwrap();
        drop(cells);
        let mut cells = open(&directory);
        cells.set_in_use([kept].into_iter());
        assert_eq!(cells.read(kept).unwrap().unwrap(), key);
        for _ in 0..GROWTH * 2 {
            assert_ne!(cells.allocate().unwrap().0, kept);
        }
    }

    #[test]
    fn a_cell_freed_twice_is_given_out_once() {
        let directory = tempfile::tempdir().unwrap();
        let mut cells = open(&directory);
        let (index, _) = cells.allocate().unwrap();
        cells.destroy(index).unwrap();
        cells.destroy(index).unwrap();
        let (one, key) = cells.allocate().unwrap();
        let (two, _) = cells.allocate().unwrap();
        assert_ne!(one, two);
        assert_eq!(cells.read(one).unwrap().unwrap(), key);
    }

    #[test]
    fn renewing_destroys_what_nobody_needs_and_nothing_else() {
        let directory = tempfile::tempdir().unwrap();
        let mut cells = open(&directory);
        let keys: Vec<_> = (0..GROWTH + 3).map(|_| cells.allocate().unwrap()).collect();
        let is_kept = |index: u32| index.is_multiple_of(7) || index == GROWTH;
        cells.set_in_use(
            keys.iter()
                .map(|(index, _)| *index)
                .filter(|index| is_kept(*index)),
        );
        cells.renew_free().unwrap();
        for (index, key) in keys {
            let is_there = cells.read(index).unwrap().unwrap() == key;
            assert_eq!(is_there, is_kept(index), "cell {index}");
        }
    }

    #[test]
    fn the_file_is_noise_from_the_first_byte_to_the_last() {
        let directory = tempfile::tempdir().unwrap();
        let mut cells = open(&directory);
        cells.allocate().unwrap();
        let bytes = std::fs::read(directory.path().join("cells")).unwrap();
        assert_eq!(bytes.len(), CELL_SIZE * GROWTH as usize);
        let (all, _) = bytes.as_chunks::<CELL_SIZE>();
        let distinct: BTreeSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), all.len(), "no two cells look alike");
    }

    #[test]
    fn two_processes_cannot_have_it() {
        let directory = tempfile::tempdir().unwrap();
        let _first = open(&directory);
        let second = Cells::open(&directory.path().join("cells"));
        assert!(matches!(second, Err(CellError::InUse(_))));
    }

    #[test]
    fn an_incomplete_last_cell_is_cut_off() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("cells");
        std::fs::write(&path, [7; CELL_SIZE + 5]).unwrap();
        let cells = Cells::open(&path).unwrap();
        assert_eq!(*cells.read(0).unwrap().unwrap(), [7; CELL_SIZE]);
        assert!(cells.read(1).unwrap().is_none());
    }
}

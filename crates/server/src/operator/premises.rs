//! What this machine says: room on the disk, the size of files, how long a disk takes.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use wire::Day;

/// The file that says on which day a store was last backed up.
const BACKUP: &str = "last-backup";
/// The file beside the store that is made durable now and then, to see how long that takes. It says nothing.
const TRIAL: &str = "disk-trial";

/// Where the things of a relay lie on this machine.
#[derive(Clone, Default, Debug)]
pub struct Premises {
    /// The store's directory, if its store is one.
    pub store: Option<PathBuf>,
    /// The directory in which the day of its last backup is noted, if anybody notes it.
    pub backups: Option<PathBuf>,
    /// The last whole day of the certificate that is served with, if there is one.
    pub certificate_until: Option<Day>,
}

/// How many bytes this process may still write where a path is.
///
/// # Errors
/// What the system says.
pub fn free_bytes(path: &Path) -> std::io::Result<u64> {
    let found = rustix::fs::statvfs(path)?;
    Ok(found.f_bavail.saturating_mul(found.f_frsize))
}

/// Notes in a directory that a store was backed up: the day, and nothing else.
///
/// # Errors
/// What the system says.
pub fn note_backup(directory: &Path, today: Day) -> std::io::Result<()> {
    std::fs::write(directory.join(BACKUP), format!("{}\n", today.0))
}

/// The day of the last backup that was noted, if any was.
pub fn last_backup(directory: &Path) -> Option<Day> {
    let text = std::fs::read_to_string(directory.join(BACKUP)).ok()?;
    text.trim().parse().ok().map(Day)
}

impl Premises {
    pub(crate) fn free(&self) -> Option<u64> {
        // A disk that can't be asked counts as one without room.
        let store = self.store.as_deref()?;
        Some(free_bytes(store).unwrap_or(0))
    }

    pub(crate) fn store_bytes(&self) -> Option<u64> {
        let files = std::fs::read_dir(self.store.as_deref()?).ok()?;
        let lengths = files.filter_map(|file| Some(file.ok()?.metadata().ok()?.len()));
        Some(lengths.sum())
    }

    pub(crate) fn last_backup(&self) -> Option<Day> {
        last_backup(self.backups.as_deref()?)
    }

    /// How long making a small file durable takes; `None` without a disk, or when it fails.
    #[allow(clippy::disallowed_methods, reason = "it measures the disk")]
    pub(crate) fn sync(&self) -> Option<Duration> {
        let path = self.store.as_deref()?.join(TRIAL);
        let begun = Instant::now();
        let mut file = File::create(path).ok()?;
        file.write_all(b"nothing\n").ok()?;
        file.sync_all().ok()?;
        Some(begun.elapsed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_is_noted_by_its_day() {
        let store = std::env::temp_dir().join(format!("footbridge-backup-{}", std::process::id()));
        std::fs::create_dir_all(&store).unwrap();
        assert_eq!(last_backup(&store), None);
        note_backup(&store, Day(20_800)).unwrap();
        assert_eq!(last_backup(&store), Some(Day(20_800)));
        std::fs::remove_dir_all(&store).unwrap();
    }

    #[test]
    fn a_store_elsewhere_has_no_disk_here() {
        let premises = Premises::default();
        assert_eq!((premises.free(), premises.sync()), (None, None));
    }
}

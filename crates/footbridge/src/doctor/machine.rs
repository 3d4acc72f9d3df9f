//! What the doctor sees of the machine: files that others may read, room, limits, what memory may leak to.

use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use rustix::process::{Resource, getrlimit};
use store_sqlite::Seen;

use super::finding::Found;
use crate::config::Config;
use crate::init;

/// What a relay with all its connections and its store has open.
const OPEN_FILES: u64 = 17_000;
/// A backup is kept for a week.
const BACKUP_DAYS: u32 = 7;
/// File systems that copy on write, by their magic numbers: Btrfs, ZFS, bcachefs.
const COPYING: [(u64, &str); 3] = [
    (0x9123_683e, "Btrfs"),
    (0x2fc1_2fc1, "ZFS"),
    (0xca45_1a4e, "bcachefs"),
];

/// The nearest directory that is there: the store may not have been made yet.
fn nearest(path: &Path) -> &Path {
    path.ancestors()
        .find(|path| path.is_dir())
        .unwrap_or(Path::new("."))
}

/// Whether a path may be read by all, if it is there.
fn open_to_all(path: &Path, others: u32) -> bool {
    let found = path.metadata();
    found.is_ok_and(|found| found.permissions().mode() & others != 0)
}

/// Who may read what nobody else should.
pub(super) fn permissions(config: &Config) -> Found {
    let key = config.tls.as_ref().map(|tls| tls.key.as_path());
    let secrets = [
        (Some(config.store.as_path()), 0o077, "700"),
        (key, 0o027, "600"),
    ];
    let open = secrets
        .into_iter()
        .filter_map(|(path, others, wanted)| Some((path?, others, wanted)))
        .find(|(path, others, _)| open_to_all(path, *others));
    match open {
        Some((path, _, wanted)) => Found::Wrong(format!(
            "others on this machine may look into {0}: chmod {wanted} {0}",
            path.display()
        )),
        None => Found::Well("the store and the certificate's key are their owner's".into()),
    }
}

/// Whether there is a store, who has it, and whether this program may open it.
pub(super) fn store(directory: &Path) -> Found {
    match store_sqlite::look(directory) {
        Ok(Seen::Nothing) => Found::Well("not there yet; the relay makes it".into()),
        Ok(Seen::InUse) => Found::Well("a relay has it; a second one on it is refused".into()),
        Ok(Seen::AtRest) => Found::Well("there, and no relay has it".into()),
        Err(error) => Found::Wrong(error.to_string()),
    }
}

/// Whether deleting there is deleting.
pub(super) fn file_system(directory: &Path) -> Found {
    let Ok(found) = rustix::fs::statfs(nearest(directory)) else {
        return Found::Advice("the system does not say which it is".into());
    };
    #[allow(clippy::unnecessary_cast, reason = "the type differs between systems")]
    let magic = found.f_type as u64 & 0xffff_ffff;
    let copying = COPYING.into_iter().find(|(number, _)| *number == magic);
    match copying {
        Some((_, name)) => Found::Wrong(format!(
            "{name} keeps what is written over: move the store to ext4 or XFS (docs/operate/first-line.md)"
        )),
        None => Found::Well("none that is known to keep what is written over".into()),
    }
}

/// Where the kernel shows block devices by their numbers.
const DEVICES: &str = "/sys/dev/block";
/// So many devices stand one upon another at most: a file system on a logical volume on a sealed partition has three.
const STOREYS: usize = 8;

/// Whether what is written to a block device is sealed on its way: it is one of dm-crypt, or stands on such a one.
fn is_sealed(device: &Path, storeys: usize) -> bool {
    let of_crypt = std::fs::read_to_string(device.join("dm/uuid"))
        .is_ok_and(|uuid| uuid.starts_with("CRYPT-"));
    let below = std::fs::read_dir(device.join("slaves"));
    let mut below = below.into_iter().flatten().flatten();
    of_crypt || (storeys > 0 && below.any(|one| is_sealed(&one.path(), storeys - 1)))
}

/// Whether whoever takes the disk sees how much of it is in use, and by what.
pub(super) fn volume(directory: &Path) -> Found {
    let device = match nearest(directory).metadata() {
        Ok(about) => about.dev(),
        Err(error) => return Found::Advice(format!("the system does not say: {error}")),
    };
    let (major, minor) = (rustix::fs::major(device), rustix::fs::minor(device));
    let device = Path::new(DEVICES).join(format!("{major}:{minor}"));
    match is_sealed(&device, STOREYS) {
        true => Found::Well("the store is on a sealed volume".into()),
        false => Found::Advice(
            "the store is not on a sealed volume: put it on one (docs/operate/volume.md)".into(),
        ),
    }
}

/// Room on the disk, told as coarsely as in the metrics.
pub(super) fn disk(directory: &Path) -> Found {
    match server::free_bytes(nearest(directory)) {
        Err(error) => Found::Wrong(format!("the system does not say: {error}")),
        Ok(free) if free < server::ROOM => {
            Found::Wrong("less than 256 MiB are free: make room".into())
        }
        Ok(free) if free < 4 * server::ROOM => Found::Advice("less than 1 GiB is free".into()),
        Ok(_) => Found::Well("there is room".into()),
    }
}

/// When the last backup was made.
pub(super) fn backup(directory: &Path) -> Found {
    let make = "footbridge backup makes one (docs/operate/backup.md)";
    match server::last_backup(directory) {
        None => Found::Advice(format!("none was ever made of this store; {make}")),
        Some(day) => match init::today().0.saturating_sub(day.0) {
            days if days > BACKUP_DAYS => {
                Found::Advice(format!("the last is {days} days old; {make}"))
            }
            days => Found::Well(format!("the last is {days} days old")),
        },
    }
}

/// Whether what is in memory can reach a disk.
pub(super) fn swap() -> Found {
    let swaps = match std::fs::read_to_string("/proc/swaps") {
        Ok(swaps) => swaps,
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        Err(error) => return Found::Advice(format!("/proc/swaps can't be read: {error}")),
    };
    // The first line is a heading.
    match swaps.lines().skip(1).count() {
        0 => Found::Well("none".into()),
        _ => Found::Advice("there is some: encrypt it, or swapoff --all; the package's unit keeps the relay out of it".into()),
    }
}

/// Whether a crash would write the memory to a disk.
pub(super) fn core_dumps() -> Found {
    match getrlimit(Resource::Core).current {
        Some(0) => Found::Well("off here".into()),
        _ => Found::Advice(
            "on for what is started here: ulimit -c 0, or LimitCORE=0 as in the package's unit"
                .into(),
        ),
    }
}

/// Whether as many files may be open as a full relay has.
pub(super) fn open_files() -> Found {
    match getrlimit(Resource::Nofile).current {
        Some(limit) if limit < OPEN_FILES => Found::Advice(format!(
            "{limit} for what is started here: ulimit -n 20000, or LimitNOFILE=20000 as in the package's unit"
        )),
        _ => Found::Well("enough for every connection".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_that_others_may_look_into_is_found() {
        let directory = tempfile::tempdir().unwrap();
        let store = directory.path().join("store");
        std::fs::create_dir(&store).unwrap();
        let mode = |mode| std::fs::Permissions::from_mode(mode);
        for (set, others) in [(0o755, true), (0o710, true), (0o700, false)] {
            std::fs::set_permissions(&store, mode(set)).unwrap();
            assert_eq!(open_to_all(&store, 0o077), others, "{set:o}");
        }
        assert!(!open_to_all(&store.join("not there"), 0o077));
    }

    #[test]
    fn a_volume_is_sealed_if_it_is_or_anything_below_it_is() {
        let directory = tempfile::tempdir().unwrap();
        let device = |name: &str, uuid: &str| {
            let path = directory.path().join(name);
            std::fs::create_dir_all(path.join("dm")).unwrap();
            std::fs::create_dir_all(path.join("slaves")).unwrap();
            std::fs::write(path.join("dm/uuid"), uuid).unwrap();
            path
        };
        let plain = device("plain", "LVM-abc");
        let sealed = device("sealed", "CRYPT-LUKS2-abc");
        let upon = device("upon", "LVM-def");
        std::os::unix::fs::symlink(&plain, upon.join("slaves/one")).unwrap();
        assert!(is_sealed(&sealed, STOREYS));
        assert!(!is_sealed(&plain, STOREYS) && !is_sealed(&upon, STOREYS));
        std::os::unix::fs::symlink(&sealed, upon.join("slaves/two")).unwrap();
        assert!(is_sealed(&upon, STOREYS));
        // A circle, which no kernel makes, ends.
        std::os::unix::fs::symlink(&plain, plain.join("slaves/itself")).unwrap();
        assert!(!is_sealed(&plain, STOREYS));
        assert!(!is_sealed(&directory.path().join("none"), STOREYS));
    }

    #[test]
    fn an_old_backup_and_none_are_advice() {
        let directory = tempfile::tempdir().unwrap();
        assert!(matches!(backup(directory.path()), Found::Advice(_)));
        let today = init::today();
        server::note_backup(directory.path(), today).unwrap();
        assert!(matches!(backup(directory.path()), Found::Well(_)));
        let old = wire::Day(today.0 - 8);
        server::note_backup(directory.path(), old).unwrap();
        assert!(matches!(backup(directory.path()), Found::Advice(_)));
    }
}

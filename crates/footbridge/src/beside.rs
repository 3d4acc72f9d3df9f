//! Files that take their place whole: written beside it first, so that whoever reads meanwhile, or a cut-off, never meets half of one.

use std::io::{Result, Write};
use std::path::{Path, PathBuf};

/// Where a file is written before it takes its place: its name with `.part` behind it, in the same directory.
pub(crate) fn path(out: &Path) -> PathBuf {
    named(out, ".part")
}

/// A file's name with something behind it, in the same directory.
pub(crate) fn named(out: &Path, behind: &str) -> PathBuf {
    let mut name = out.as_os_str().to_owned();
    name.push(behind);
    name.into()
}

/// Writes a file and waits until the disk has it.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = std::fs::File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Writes a whole file or none: what is there is only replaced by a whole one.
pub(crate) fn replace(out: &Path, bytes: &[u8]) -> Result<()> {
    let part = path(out);
    let moved = write(&part, bytes).and_then(|()| std::fs::rename(&part, out));
    if moved.is_err() {
        let _ = std::fs::remove_file(&part);
    }
    moved
}

//! One file out of many, as ZIP, and back: the same files always give the same bytes, and bytes of anybody's are read within limits.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

/// Path → bytes.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// How many bytes an archive has at most.
pub(crate) const LARGEST: usize = 64 << 20;
/// How many files there are in it at most.
const MOST: usize = 40_000;
/// How many bytes they have together at most, unpacked.
const UNPACKED: usize = 512 << 20;

/// Why bytes are no archive of ours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum NotAnArchive {
    /// There is more of it than is read.
    TooLarge,
    /// It is damaged, or of another form.
    Damaged,
    /// A file has a name that leads elsewhere, or that is there twice.
    Name,
}

impl From<ZipError> for NotAnArchive {
    fn from(_: ZipError) -> Self {
        NotAnArchive::Damaged
    }
}

/// Whether a path is one that a pack can have: one or two steps of letters, digits, `-` and `.`, none of which begins with a dot.
pub(crate) fn is_path(path: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    let is_step =
        |step: &str| !step.is_empty() && !step.starts_with('.') && step.bytes().all(is_inner);
    path.len() <= 128 && path.split('/').count() <= 2 && path.split('/').all(is_step)
}

/// An archive of files, in the order of their paths, without times: nothing in it says when or where it was made.
pub(crate) fn write(files: &Files) -> Result<Vec<u8>, ZipError> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        writer.start_file(path.as_str(), options)?;
        writer.write_all(bytes)?;
    }
    Ok(writer.finish()?.into_inner())
}

/// Reads an archive: all of it or nothing. What is unpacked is counted as it comes, whatever the archive says of its size.
pub(crate) fn read(bytes: &[u8]) -> Result<Files, NotAnArchive> {
    if bytes.len() > LARGEST {
        return Err(NotAnArchive::TooLarge);
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes))?;
    if archive.len() > MOST {
        return Err(NotAnArchive::TooLarge);
    }
    if archive.has_duplicate_names() {
        return Err(NotAnArchive::Name);
    }
    // Programs that read from the front and programs that read the list at the end must see the same files, and nothing before or after.
    if archive.offset() != 0 || !archive.comment().is_empty() {
        return Err(NotAnArchive::Damaged);
    }
    archive.validate_header_consistency()?;
    let mut files = Files::new();
    let mut left = UNPACKED;
    for index in 0..archive.len() {
        let mut file = archive.by_index(index)?;
        let path = file.name()?.into_owned();
        if !is_path(&path) || !file.is_file() || files.contains_key(&path) {
            return Err(NotAnArchive::Name);
        }
        let mut content = Vec::new();
        let limit = u64::try_from(left).unwrap_or(u64::MAX).saturating_add(1);
        let unpacked = file.by_ref().take(limit).read_to_end(&mut content);
        unpacked.map_err(|_| NotAnArchive::Damaged)?;
        left = left
            .checked_sub(content.len())
            .ok_or(NotAnArchive::TooLarge)?;
        files.insert(path, content);
    }
    Ok(files)
}

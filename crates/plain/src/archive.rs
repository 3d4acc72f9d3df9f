//! One file out of many, as ZIP, and back: the same files always give the same bytes, and bytes of anybody's are read within limits.

use std::collections::BTreeMap;
use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use rawzip::{
    CompressionMethod, Error, ZipArchive, ZipArchiveWriter, ZipSliceArchive, ZipSliceEntry,
};

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

impl From<Error> for NotAnArchive {
    fn from(_: Error) -> Self {
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
pub(crate) fn write(files: &Files) -> Result<Vec<u8>, Error> {
    let mut archive = ZipArchiveWriter::new(Vec::new());
    for (path, bytes) in files {
        let file = archive.new_file(path.as_str());
        let file = file.compression_method(CompressionMethod::DEFLATE);
        let (mut entry, config) = file.start()?;
        let encoder = DeflateEncoder::new(&mut entry, Compression::default());
        let mut writer = config.wrap(encoder);
        writer.write_all(bytes)?;
        let (encoder, checks) = writer.finish()?;
        encoder.finish()?;
        entry.finish(checks)?;
    }
    archive.finish()
}

/// The sizes that what stands behind a file's data can have, when something does: its check sum and sizes, with a mark or without.
const BEHIND: [u64; 2] = [12, 16];

/// Whether files lie one behind the other from the first byte to the list of them: programs that read from the front and programs that read the
/// list must see the same, and nothing may hide between. Each is (first byte, behind its data, whether check sums follow).
fn is_without_gaps(mut places: Vec<(u64, u64, bool)>, directory: u64) -> bool {
    places.sort_unstable();
    let starts = places.iter().skip(1).map(|(start, ..)| *start);
    let next = starts.chain([directory]);
    let begins = places.first().map_or(directory, |(start, ..)| *start) == 0;
    begins
        && places.iter().zip(next).all(|((_, end, follows), next)| {
            let gap = next.checked_sub(*end);
            gap.is_some_and(|gap| match follows {
                true => BEHIND.contains(&gap),
                false => gap == 0,
            })
        })
}

/// The bytes of one file, of which at most so many are unpacked, whatever the archive says of its size.
fn unpacked(
    entry: &ZipSliceEntry<'_>,
    method: CompressionMethod,
    most: usize,
) -> Result<Vec<u8>, NotAnArchive> {
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    let packed: Box<dyn Read + '_> = match method {
        CompressionMethod::STORE => Box::new(entry.data()),
        CompressionMethod::DEFLATE => Box::new(DeflateDecoder::new(entry.data())),
        _ => return Err(NotAnArchive::Damaged),
    };
    // The limit is nearer to the archive than the check of the size, so that a bomb ends as one that is too large.
    let mut content = Vec::new();
    let mut reader = entry.verifying_reader(packed).take(limit);
    let read = reader.read_to_end(&mut content);
    if content.len() > most {
        return Err(NotAnArchive::TooLarge);
    }
    read.map_err(|_| NotAnArchive::Damaged)?;
    Ok(content)
}

/// The archive as its list has it, if nothing is before or behind it.
fn opened(bytes: &[u8]) -> Result<ZipSliceArchive<&[u8]>, NotAnArchive> {
    if bytes.len() > LARGEST {
        return Err(NotAnArchive::TooLarge);
    }
    let archive = ZipArchive::from_slice(bytes)?;
    let ends = usize::try_from(archive.end_offset()).is_ok_and(|end| end == bytes.len());
    match ends && archive.comment().as_bytes().is_empty() {
        true => Ok(archive),
        false => Err(NotAnArchive::Damaged),
    }
}

/// Reads an archive: all of it or nothing.
pub(crate) fn read(bytes: &[u8]) -> Result<Files, NotAnArchive> {
    let archive = opened(bytes)?;
    let mut files = Files::new();
    let mut places = Vec::new();
    let mut left = UNPACKED;
    let mut entries = archive.entries();
    while let Some(listed) = entries.next_entry()? {
        if places.len() == MOST {
            return Err(NotAnArchive::TooLarge);
        }
        let entry = archive.get_entry(listed.wayfinder())?;
        let name = listed.file_path().as_bytes();
        let path = str::from_utf8(name).map_err(|_| NotAnArchive::Name)?;
        let is_same = entry.local_header().file_path().as_bytes() == name;
        if !is_same || !is_path(path) || files.contains_key(path) {
            return Err(NotAnArchive::Name);
        }
        let (_, end) = entry.compressed_data_range();
        let follows = entry.data_descriptor()?.is_some();
        places.push((listed.local_header_offset(), end, follows));
        let content = unpacked(&entry, listed.compression_method(), left)?;
        left = left.saturating_sub(content.len());
        files.insert(path.to_owned(), content);
    }
    match is_without_gaps(places, archive.directory_offset()) {
        true => Ok(files),
        false => Err(NotAnArchive::Damaged),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_hides_before_between_or_behind_files() {
        let places = || vec![(50, 80, true), (0, 50, false)];
        assert!(is_without_gaps(places(), 96) && is_without_gaps(places(), 92));
        assert!(is_without_gaps(Vec::new(), 0));
        for (wrong, directory) in [
            (places(), 80),
            (places(), 97),
            (vec![(1, 50, false)], 50),
            (vec![(0, 50, false)], 62),
            (vec![(0, 50, false), (40, 80, false)], 80),
            (Vec::new(), 9),
        ] {
            assert!(!is_without_gaps(wrong.clone(), directory), "{wrong:?}");
        }
    }
}

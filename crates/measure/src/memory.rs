//! Searching the memory of a running process, as somebody does who has the machine.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use anyhow::{Context, Result};

/// A secret to look for, and what to call it in a report.
pub(crate) struct Needle {
    /// What it is.
    pub(crate) name: String,
    /// Its bytes.
    pub(crate) bytes: Vec<u8>,
}

impl Needle {
    /// A text in UTF-8 and in UTF-16.
    pub(crate) fn text(name: &str, text: &str) -> [Needle; 2] {
        let wide = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        [
            Needle {
                name: format!("{name} (UTF-8)"),
                bytes: text.as_bytes().to_vec(),
            },
            Needle {
                name: format!("{name} (UTF-16)"),
                bytes: wide,
            },
        ]
    }

    /// Bytes as they are.
    pub(crate) fn bytes(name: &str, bytes: &[u8]) -> Needle {
        Needle {
            name: name.to_owned(),
            bytes: bytes.to_vec(),
        }
    }
}

/// Where the needles occur in `haystack`, as names.
pub(crate) fn search<'a>(haystack: &[u8], needles: &'a [Needle]) -> Vec<&'a str> {
    let found = needles
        .iter()
        .filter(|needle| memchr::memmem::find(haystack, &needle.bytes).is_some());
    found.map(|needle| needle.name.as_str()).collect()
}

/// One readable mapping of a process.
struct Mapping {
    start: u64,
    end: u64,
    name: String,
}

fn mappings(process: u32) -> Result<Vec<Mapping>> {
    let maps = std::fs::read_to_string(format!("/proc/{process}/maps"))
        .context("can't read the relay's memory map: run as root or as the relay's own user")?;
    let parse = |line: &str| {
        let mut fields = line.split_whitespace();
        let (start, end) = fields.next()?.split_once('-')?;
        let readable = fields.next()?.starts_with('r');
        let name = fields.nth(3).unwrap_or("anonymous").to_owned();
        let mapping = Mapping {
            start: u64::from_str_radix(start, 16).ok()?,
            end: u64::from_str_radix(end, 16).ok()?,
            name,
        };
        (readable && !mapping.name.starts_with("[v")).then_some(mapping)
    };
    Ok(maps.lines().filter_map(parse).collect())
}

/// What was found in a process: how many bytes were searched, and (mapping, needle) pairs.
pub(crate) struct Searched {
    /// Bytes that could be read.
    pub(crate) bytes: u64,
    /// Where what was found.
    pub(crate) found: Vec<(String, String)>,
}

/// Searches all memory of a process that can be read.
///
/// # Errors
/// When the process is gone or may not be read.
pub(crate) fn search_process(process: u32, needles: &[Needle]) -> Result<Searched> {
    let mut memory = File::open(format!("/proc/{process}/mem"))
        .context("can't read the relay's memory: run as root or as the relay's own user")?;
    let mut searched = Searched {
        bytes: 0,
        found: Vec::new(),
    };
    for mapping in mappings(process)? {
        let mut bytes = vec![0; usize::try_from(mapping.end - mapping.start)?];
        memory.seek(SeekFrom::Start(mapping.start))?;
        // A mapping may vanish or hold pages that were never touched; what can be read of it is searched.
        let mut read = 0;
        while let Some(rest) = bytes.get_mut(read..).filter(|rest| !rest.is_empty()) {
            match memory.read(rest) {
                Ok(0) | Err(_) => break,
                Ok(count) => read += count,
            }
        }
        bytes.truncate(read);
        searched.bytes += u64::try_from(read)?;
        for name in search(&bytes, needles) {
            searched.found.push((mapping.name.clone(), name.to_owned()));
        }
    }
    Ok(searched)
}

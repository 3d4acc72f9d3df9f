//! A line's statements and a desk's records as files, for benchmarks that open them with the programs as they are released.

use std::path::Path;

use anyhow::{Context, Result};
use statements::{StatementKind, UnverifiedStatement};
use wire::{LineDocument, Writer};
use zeroize::Zeroizing;

use crate::drill::station::Records;

/// Where the address of the relay stands in a vault; the benchmarks give another.
const ADDRESS: &str = "http://127.0.0.1:1";

/// (key, two bytes of length before it ‖ value, four bytes of length before it)*.
fn file(records: &Records) -> Vec<u8> {
    let write = |writer: Writer, (key, value): (&String, &Zeroizing<Vec<u8>>)| {
        writer.medium(key.as_bytes()).long(value)
    };
    records.iter().fold(Writer::default(), write).done()
}

/// Where the relay is and which line it is, as a desk's shell keeps it.
fn line_record(document: &LineDocument) -> Result<Zeroizing<Vec<u8>>> {
    let mut writer = Writer::default().medium(ADDRESS.as_bytes());
    for kind in [StatementKind::Root, StatementKind::Delegation] {
        let is_of_kind = |bytes: &&Vec<u8>| {
            UnverifiedStatement::parse(bytes).is_ok_and(|statement| statement.kind() == kind)
        };
        let found = document.statements.iter().find(is_of_kind);
        writer = writer.long(found.context("a line has a root and a delegation")?);
    }
    Ok(Zeroizing::new(writer.done()))
}

/// Writes `line.statements` and `records` into a directory.
///
/// # Errors
/// When a file can't be written.
pub(crate) fn write(directory: &Path, document: &LineDocument, mut records: Records) -> Result<()> {
    records.insert("shell/line".to_owned(), line_record(document)?);
    std::fs::write(directory.join("line.statements"), document.to_bytes())?;
    std::fs::write(directory.join("records"), file(&records))?;
    Ok(())
}

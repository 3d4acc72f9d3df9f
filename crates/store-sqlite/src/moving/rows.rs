//! Reading a store's rows in the order in which they travel.

use cells::Cells;
use relay::{EndError, Row, RowKey, Sequence, SlotKey, StatementKey, Stretch};
use rusqlite::{Connection, OptionalExtension, params};
use statements::StatementKind;
use wire::{Day, Envelope, EnvelopeHash};

use super::Broken;
use crate::rest::{self, Place};
use crate::store::parse_slot;
use crate::writer::table;

fn key(kind: u8, number: u32) -> Result<StatementKey, Broken> {
    // A program that knows more kinds may have put it, under this same version of the schema.
    let kind = StatementKind::from_code(kind).ok_or(EndError::Newer)?;
    Ok(StatementKey { kind, number })
}

/// Opens a row's bytes. Its key is destroyed only after the row is gone, so a row that does not open was damaged.
fn open_row(cells: &Cells, cell: u32, place: &Place<'_>, sealed: &[u8]) -> Result<Vec<u8>, Broken> {
    let opened = cells
        .read(cell)?
        .and_then(|key| rest::open(&key, place, sealed));
    Ok(opened.ok_or(EndError::Damaged)?)
}

fn statements(
    connection: &Connection,
    after: Option<StatementKey>,
    limit: usize,
) -> Result<Vec<Row>, Broken> {
    let select = "SELECT kind, number, bytes FROM statement WHERE (kind, number) > (?1, ?2)
        ORDER BY kind, number LIMIT ?3";
    let mut select = connection.prepare_cached(select)?;
    let (kind, number) = after.map_or((-1, 0), |key| (key.kind as i64, key.number));
    let mut rows = select.query(params![kind, number, limit])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(Row::Statement {
            key: key(row.get(0)?, row.get(1)?)?,
            bytes: row.get(2)?,
        });
    }
    Ok(found)
}

fn places(
    connection: &Connection,
    cells: &Cells,
    of: Sequence,
    after: u64,
    limit: usize,
) -> Result<Vec<Row>, Broken> {
    let table = table(of);
    let mut select = connection.prepare_cached(&format!(
        "SELECT sequence, hash, day, cell, sealed FROM {} WHERE sequence > ?1 ORDER BY sequence LIMIT ?2",
        table.name
    ))?;
    let mut rows = select.query(params![after, limit])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let hash: [u8; 32] = row.get(1)?;
        let at = Place {
            table: table.letter,
            row: &hash,
        };
        let envelope = match (row.get(3)?, row.get::<_, Option<Vec<u8>>>(4)?) {
            (Some(cell), Some(sealed)) => {
                let bytes = open_row(cells, cell, &at, &sealed)?;
                Some(Envelope::parse(&bytes).map_err(|_| EndError::Damaged)?)
            }
            _ => None,
        };
        found.push(Row::Place {
            of,
            place: row.get(0)?,
            hash: EnvelopeHash(hash),
            day: Day(row.get(2)?),
            envelope,
        });
    }
    Ok(found)
}

fn slots(
    connection: &Connection,
    cells: &Cells,
    after: Option<SlotKey>,
    limit: usize,
) -> Result<Vec<Row>, Broken> {
    let select = "SELECT key, day, cell, sealed FROM slot WHERE key > ?1 ORDER BY key LIMIT ?2";
    let mut select = connection.prepare_cached(select)?;
    let after = after.map(|key| key.0.to_vec()).unwrap_or_default();
    let mut rows = select.query(params![after, limit])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let key: [u8; 32] = row.get(0)?;
        let at = Place {
            table: b's',
            row: &key,
        };
        let sealed: Vec<u8> = row.get(3)?;
        let bytes = open_row(cells, row.get(2)?, &at, &sealed)?;
        found.push(Row::Slot {
            key: SlotKey(key),
            day: Day(row.get(1)?),
            content: parse_slot(&bytes).ok_or(EndError::Damaged)?,
        });
    }
    Ok(found)
}

/// At most `limit` rows behind `after`.
pub(super) fn read(
    connection: &Connection,
    cells: &Cells,
    after: Option<RowKey>,
    limit: usize,
) -> Result<Vec<Row>, Broken> {
    let mut found = Vec::new();
    for stretch in Stretch::behind(after) {
        let left = limit - found.len();
        found.extend(match stretch {
            Stretch::Statements(after) => statements(connection, after, left)?,
            Stretch::Places(of, after) => places(connection, cells, of, after, left)?,
            Stretch::Slots(after) => slots(connection, cells, after, left)?,
        });
        if found.len() >= limit {
            break;
        }
    }
    Ok(found)
}

/// The last row's key.
pub(super) fn last(connection: &Connection) -> Result<Option<RowKey>, Broken> {
    let slot = "SELECT key FROM slot ORDER BY key DESC LIMIT 1";
    let slot: Option<[u8; 32]> = connection
        .query_row(slot, [], |row| row.get(0))
        .optional()?;
    if let Some(key) = slot {
        return Ok(Some(RowKey::Slot(SlotKey(key))));
    }
    for (of, named) in [
        (Sequence::Tray, RowKey::Tray as fn(u64) -> RowKey),
        (Sequence::Log, RowKey::Log),
    ] {
        let select = format!("SELECT max(sequence) FROM {}", table(of).name);
        let place: Option<u64> = connection.query_row(&select, [], |row| row.get(0))?;
        if let Some(place) = place {
            return Ok(Some(named(place)));
        }
    }
    let statement = "SELECT kind, number FROM statement ORDER BY kind DESC, number DESC LIMIT 1";
    let statement: Option<(u8, u32)> = connection
        .query_row(statement, [], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let named = |(kind, number)| Ok(RowKey::Statement(key(kind, number)?));
    statement.map(named).transpose()
}

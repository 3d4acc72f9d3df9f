//! Reading and writing a store's rows in the order in which they travel.

use relay::{EndError, Row, RowKey, Sequence, SlotKey, StatementKey, Stretch, envelope_hash};
use statements::StatementKind;
use tokio_postgres::{Client, Error, Transaction};
use wire::{Day, Envelope, EnvelopeHash};

use super::{broken, signed, unsigned};
use crate::change::table;
use crate::plan::day_column;
use crate::store::parse_slot;

fn key(kind: i32, number: i64) -> Result<StatementKey, EndError> {
    // A program that knows more kinds may have put it, under this same version of the tables.
    let kind = u8::try_from(kind).ok().and_then(StatementKind::from_code);
    let (Some(kind), Ok(number)) = (kind, u32::try_from(number)) else {
        return Err(EndError::Newer);
    };
    Ok(StatementKey { kind, number })
}

fn bytes32(bytes: &[u8]) -> Result<[u8; 32], EndError> {
    bytes.try_into().map_err(|_| EndError::Damaged)
}

fn day(column: i32) -> Result<Day, EndError> {
    u32::try_from(column)
        .map(Day)
        .map_err(|_| EndError::Damaged)
}

async fn statements(
    client: &Client,
    after: Option<StatementKey>,
    limit: i64,
) -> Result<Vec<Row>, EndError> {
    let select = "SELECT kind, number, bytes FROM statement WHERE (kind, number) > ($1, $2)
        ORDER BY kind, number LIMIT $3";
    let (kind, number) = after.map_or((-1, 0), |key| {
        (i32::from(key.kind as u8), i64::from(key.number))
    });
    let rows = client.query(select, &[&kind, &number, &limit]).await;
    let row = |row: &tokio_postgres::Row| {
        Ok(Row::Statement {
            key: key(row.get(0), row.get(1))?,
            bytes: row.get(2),
        })
    };
    rows.map_err(broken)?.iter().map(row).collect()
}

async fn places(
    client: &Client,
    of: Sequence,
    after: u64,
    limit: i64,
) -> Result<Vec<Row>, EndError> {
    let select = format!(
        "SELECT sequence, hash, day, envelope FROM {} WHERE sequence > $1 ORDER BY sequence LIMIT $2",
        table(of)
    );
    let rows = client.query(&select, &[&signed(after), &limit]).await;
    let row = |row: &tokio_postgres::Row| {
        let envelope: Option<&[u8]> = row.get(3);
        let envelope = envelope.map(Envelope::parse).transpose();
        Ok(Row::Place {
            of,
            place: unsigned(row.get(0)),
            hash: EnvelopeHash(bytes32(row.get(1))?),
            day: day(row.get(2))?,
            envelope: envelope.map_err(|_| EndError::Damaged)?,
        })
    };
    rows.map_err(broken)?.iter().map(row).collect()
}

async fn slots(client: &Client, after: Option<SlotKey>, limit: i64) -> Result<Vec<Row>, EndError> {
    let select = "SELECT key, day, content FROM slot WHERE key > $1 ORDER BY key LIMIT $2";
    let after = after.map(|key| key.0.to_vec()).unwrap_or_default();
    let rows = client.query(select, &[&after, &limit]).await;
    let row = |row: &tokio_postgres::Row| {
        Ok(Row::Slot {
            key: SlotKey(bytes32(row.get(0))?),
            day: day(row.get(1))?,
            content: parse_slot(row.get(2)).ok_or(EndError::Damaged)?,
        })
    };
    rows.map_err(broken)?.iter().map(row).collect()
}

/// At most `limit` rows behind `after`.
pub(crate) async fn read(
    client: &Client,
    after: Option<RowKey>,
    limit: usize,
) -> Result<Vec<Row>, EndError> {
    let mut found = Vec::new();
    for stretch in Stretch::behind(after) {
        let left = i64::try_from(limit - found.len()).unwrap_or(i64::MAX);
        found.extend(match stretch {
            Stretch::Statements(after) => statements(client, after, left).await?,
            Stretch::Places(of, after) => places(client, of, after, left).await?,
            Stretch::Slots(after) => slots(client, after, left).await?,
        });
        if found.len() >= limit {
            break;
        }
    }
    Ok(found)
}

/// The last row's key.
pub(super) async fn last(client: &Client) -> Result<Option<RowKey>, EndError> {
    let slot = "SELECT key FROM slot ORDER BY key DESC LIMIT 1";
    if let Some(row) = client.query_opt(slot, &[]).await.map_err(broken)? {
        return Ok(Some(RowKey::Slot(SlotKey(bytes32(row.get(0))?))));
    }
    for (of, named) in [
        (Sequence::Tray, RowKey::Tray as fn(u64) -> RowKey),
        (Sequence::Log, RowKey::Log),
    ] {
        let select = format!("SELECT max(sequence) FROM {}", table(of));
        let row = client.query_one(&select, &[]).await.map_err(broken)?;
        if let Some(place) = row.get::<_, Option<i64>>(0) {
            return Ok(Some(named(unsigned(place))));
        }
    }
    let statement = "SELECT kind, number FROM statement ORDER BY kind DESC, number DESC LIMIT 1";
    let row = client.query_opt(statement, &[]).await.map_err(broken)?;
    let named = |row: tokio_postgres::Row| Ok(RowKey::Statement(key(row.get(0), row.get(1))?));
    row.map(named).transpose()
}

/// The columns of places of one sequence.
#[derive(Default)]
struct Places<'a> {
    sequences: Vec<i64>,
    hashes: Vec<&'a [u8]>,
    days: Vec<i32>,
    envelopes: Vec<Option<&'a [u8]>>,
}

impl<'a> Places<'a> {
    fn of(wanted: Sequence, rows: &'a [Row]) -> Places<'a> {
        let mut places = Places::default();
        for row in rows {
            if let Row::Place {
                of,
                place,
                hash,
                day,
                envelope,
            } = row
                && *of == wanted
            {
                places.sequences.push(signed(*place));
                places.hashes.push(&hash.0);
                places.days.push(day_column(*day));
                let bytes = envelope.as_ref().map(|held| &held.as_bytes()[..]);
                places.envelopes.push(bytes);
            }
        }
        places
    }
}

/// Inserts rows, within a transaction.
pub(super) async fn insert(transaction: &Transaction<'_>, rows: &[Row]) -> Result<(), Error> {
    for row in rows {
        if let Row::Statement { key, bytes } = row {
            let insert = "INSERT INTO statement (kind, number, bytes) VALUES ($1, $2, $3)";
            let (kind, number) = (i32::from(key.kind as u8), i64::from(key.number));
            transaction
                .execute(insert, &[&kind, &number, bytes])
                .await?;
        }
    }
    for of in [Sequence::Log, Sequence::Tray] {
        let places = Places::of(of, rows);
        if places.sequences.is_empty() {
            continue;
        }
        let insert = format!(
            "INSERT INTO {} (sequence, hash, day, envelope)
             SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::integer[], $4::bytea[])",
            table(of)
        );
        transaction
            .execute(
                &insert,
                &[
                    &places.sequences,
                    &places.hashes,
                    &places.days,
                    &places.envelopes,
                ],
            )
            .await?;
    }
    insert_slots(transaction, rows).await
}

async fn insert_slots(transaction: &Transaction<'_>, rows: &[Row]) -> Result<(), Error> {
    let (mut keys, mut hashes, mut days, mut contents) = (vec![], vec![], vec![], vec![]);
    for row in rows {
        if let Row::Slot { key, day, content } = row {
            keys.push(&key.0[..]);
            hashes.push(envelope_hash(&content.envelope).0.to_vec());
            days.push(day_column(*day));
            contents.push(content.to_bytes());
        }
    }
    if keys.is_empty() {
        return Ok(());
    }
    let insert = "INSERT INTO slot (key, hash, day, content)
        SELECT * FROM unnest($1::bytea[], $2::bytea[], $3::integer[], $4::bytea[])";
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 4] =
        [&keys, &hashes, &days, &contents];
    transaction.execute(insert, &values).await.map(|_| ())
}

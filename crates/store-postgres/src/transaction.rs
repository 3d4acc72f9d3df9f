//! One batch as one transaction: two round trips: to lock and look, and to write and commit.

use futures_util::future::BoxFuture;
use futures_util::future::{try_join, try_join_all, try_join4};
use relay::Sequence;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Error, Row, Statement};

use crate::change::{Change, Changed, table};
use crate::listen::{CHANNEL, LOG, STATEMENT, TRAY};
use crate::plan::{Appends, Held, Known, Plan, Shreds, day_column};
use crate::prepared::Prepared;

/// A value and its type, as a statement without preparation wants it.
type Value<'a> = (&'a (dyn ToSql + Sync), Type);

/// How many steps are surely sent in their order when they are begun together; beyond it, a join may begin them in another.
const AT_ONCE: usize = 16;

/// One statement of the second round trip; they may be carried out in any order.
type Step<'a> = BoxFuture<'a, Result<(), Error>>;

fn hashes_of(changes: &[&Change], wanted: Sequence) -> Vec<Vec<u8>> {
    let hashes = changes.iter().filter_map(|change| match change {
        Change::Append { to, hash, .. } if *to == wanted => Some(hash.0.to_vec()),
        _ => None,
    });
    hashes.collect()
}

fn slots_of(changes: &[&Change]) -> Vec<Vec<u8>> {
    let keys = changes.iter().filter_map(|change| match change {
        Change::SlotWrite { slot, .. } => Some(slot.0.to_vec()),
        _ => None,
    });
    keys.collect()
}

/// The rows of a query by a list of hashes or keys; nothing is asked when there are none.
async fn ask(client: &Client, query: &Statement, keys: Vec<Vec<u8>>) -> Result<Vec<Row>, Error> {
    match keys.is_empty() {
        true => Ok(Vec::new()),
        false => client.query(query, &[&keys]).await,
    }
}

fn bytes32(row: &Row, column: usize) -> [u8; 32] {
    // The tables hold hashes only; anything else is nobody's.
    row.get::<_, &[u8]>(column).try_into().unwrap_or_default()
}

fn unsigned(row: &Row, column: usize) -> u64 {
    u64::try_from(row.get::<_, i64>(column)).unwrap_or_default()
}

fn held(last: u64, rows: &[Row]) -> Held {
    let places = rows.iter().map(|row| (bytes32(row, 0), unsigned(row, 1)));
    Held {
        last,
        places: places.collect(),
    }
}

/// Begins: locks the line's row, then looks at what the changes are about.
async fn look(client: &Client, prepared: &Prepared, changes: &[&Change]) -> Result<Known, Error> {
    let begin = async { client.batch_execute("BEGIN").await };
    // Statements go out in the order in which they are first polled; each sees what was committed when it began, and
    // that is after the lock.
    let locked = async {
        let (_, row) = try_join(begin, client.query_one(&prepared.lock, &[])).await?;
        Ok(row)
    };
    let (line, tray, log, slots) = try_join4(
        locked,
        ask(
            client,
            &prepared.tray.places,
            hashes_of(changes, Sequence::Tray),
        ),
        ask(
            client,
            &prepared.log.places,
            hashes_of(changes, Sequence::Log),
        ),
        ask(client, &prepared.slots, slots_of(changes)),
    )
    .await?;
    Ok(Known {
        tray: held(unsigned(&line, 0), &tray),
        log: held(unsigned(&line, 1), &log),
        revision: unsigned(&line, 2),
        slots: slots
            .iter()
            .map(|row| (bytes32(row, 0), bytes32(row, 1)))
            .collect(),
    })
}

fn execute<'a>(
    client: &'a Client,
    statement: String,
    values: Vec<(Box<dyn ToSql + Sync + Send + 'a>, Type)>,
) -> Step<'a> {
    Box::pin(async move {
        let values: Vec<Value<'_>> = values
            .iter()
            .map(|(value, kind)| (&**value as &(dyn ToSql + Sync), kind.clone()))
            .collect();
        client.query_typed(&statement, &values).await.map(|_| ())
    })
}

fn boxed<'a, T: ToSql + Sync + Send + 'a>(
    value: T,
    kind: Type,
) -> (Box<dyn ToSql + Sync + Send + 'a>, Type) {
    (Box::new(value), kind)
}

/// Places envelopes, and tells every relay on this database, once it is committed, that some are new, and nothing else.
fn append<'a>(
    client: &'a Client,
    prepared: &'a Prepared,
    to: Sequence,
    appends: Appends,
) -> Option<Step<'a>> {
    let last = *appends.sequences.last()?;
    let (statement, kind) = match to {
        Sequence::Tray => (&prepared.tray.append, TRAY),
        Sequence::Log => (&prepared.log.append, LOG),
    };
    Some(Box::pin(async move {
        let Appends {
            sequences,
            hashes,
            days,
            envelopes,
        } = appends;
        let values: [&(dyn ToSql + Sync); 7] = [
            &last, &sequences, &hashes, &days, &envelopes, &CHANNEL, &kind,
        ];
        client.execute(statement, &values).await.map(|_| ())
    }))
}

/// Destroys envelopes whose header carries the hash at its bytes 32 to 63. The row stays as long as a post would, so that
/// a late retry is not shown again.
fn shred<'a>(client: &'a Client, from: Sequence, shreds: Shreds) -> Option<Step<'a>> {
    if shreds.hashes.is_empty() {
        return None;
    }
    let name = table(from);
    let statement = format!(
        "UPDATE {name} SET envelope = NULL FROM unnest($1, $2) AS asked (hash, shred_hash)
         WHERE {name}.hash = asked.hash AND substring(envelope FROM 33 FOR 32) = asked.shred_hash"
    );
    let values = vec![
        boxed(shreds.hashes, Type::BYTEA_ARRAY),
        boxed(shreds.shred_hashes, Type::BYTEA_ARRAY),
    ];
    Some(execute(client, statement, values))
}

fn slots<'a>(client: &'a Client, plan: &Plan<'_>) -> Vec<Step<'a>> {
    let (mut keys, mut hashes, mut days, mut contents) = (vec![], vec![], vec![], vec![]);
    let mut gone = Vec::new();
    for (key, after) in &plan.slots {
        match after {
            Some((Change::SlotWrite { content, day, .. }, hash)) => {
                keys.push(key.to_vec());
                hashes.push(hash.to_vec());
                days.push(day_column(*day));
                contents.push(content.to_bytes());
            }
            _ => gone.push(key.to_vec()),
        }
    }
    let mut steps = Vec::new();
    if !keys.is_empty() {
        let statement = "INSERT INTO slot (key, hash, day, content) SELECT * FROM unnest($1, $2, $3, $4)
             ON CONFLICT (key) DO UPDATE SET hash = excluded.hash, day = excluded.day, content = excluded.content";
        let values = vec![
            boxed(keys, Type::BYTEA_ARRAY),
            boxed(hashes, Type::BYTEA_ARRAY),
            boxed(days, Type::INT4_ARRAY),
            boxed(contents, Type::BYTEA_ARRAY),
        ];
        steps.push(execute(client, statement.to_owned(), values));
    }
    if !gone.is_empty() {
        let statement = "DELETE FROM slot WHERE key = ANY ($1)".to_owned();
        steps.push(execute(
            client,
            statement,
            vec![boxed(gone, Type::BYTEA_ARRAY)],
        ));
    }
    steps
}

fn other<'a>(client: &'a Client, change: &'a Change) -> Vec<Step<'a>> {
    match change {
        Change::StatementPut { key, statement, .. } => {
            let put = "WITH counted AS (UPDATE line SET statements = statements + 1)
                 INSERT INTO statement (kind, number, bytes) VALUES ($1, $2, $3)
                 ON CONFLICT (kind, number) DO UPDATE SET bytes = excluded.bytes";
            let values = vec![
                boxed(i32::from(key.kind as u8), Type::INT4),
                boxed(i64::from(key.number), Type::INT8),
                boxed(statement.as_slice(), Type::BYTEA),
            ];
            vec![execute(client, put.to_owned(), values)]
        }
        Change::Expire { posts, slots } => {
            let expire = |table: &str, day| {
                let statement = format!("DELETE FROM {table} WHERE day < $1");
                execute(client, statement, vec![boxed(day_column(day), Type::INT4)])
            };
            vec![expire("tray", *posts), expire("slot", *slots)]
        }
        Change::Clear { kept } => {
            let kinds: Vec<i32> = kept.iter().map(|kind| i32::from(*kind as u8)).collect();
            let statements = "DELETE FROM statement WHERE kind <> ALL ($1)".to_owned();
            vec![
                // Its files go at once, where those of deleted rows wait for a vacuum.
                execute(client, "TRUNCATE tray, log, slot".to_owned(), Vec::new()),
                execute(client, statements, vec![boxed(kinds, Type::INT4_ARRAY)]),
            ]
        }
        _ => Vec::new(),
    }
}

/// The same for statements.
fn announce<'a>(client: &'a Client, plan: &Plan<'_>) -> Option<Step<'a>> {
    let is_put = |change: &&Change| matches!(change, Change::StatementPut { .. });
    plan.others.iter().any(is_put).then(|| {
        let values = vec![boxed(CHANNEL, Type::TEXT), boxed(STATEMENT, Type::TEXT)];
        execute(client, "SELECT pg_notify($1, $2)".to_owned(), values)
    })
}

/// Carries out all steps, and commits. COMMIT goes out behind the steps without waiting for them: after one that failed the
/// database rolls back instead, and the failure is what is returned here. Nothing is said to be done before all of it is.
async fn commit(client: &Client, steps: Vec<Step<'_>>) -> Result<(), Error> {
    let commit = async { client.batch_execute("COMMIT").await };
    if steps.len() > AT_ONCE {
        try_join_all(steps).await?;
        return commit.await;
    }
    try_join(try_join_all(steps), commit).await.map(|_| ())
}

/// Carries a batch out. When this returns answers, they are durable; when it does not, nothing may be said of what was
/// done, and asking again is safe.
pub(crate) async fn carry_out(
    client: &Client,
    prepared: &Prepared,
    changes: &[&Change],
) -> Result<Vec<Changed>, Error> {
    let mut known = look(client, prepared, changes).await?;
    let mut plan = Plan::decide(changes, &mut known);
    let mut steps: Vec<Step<'_>> = announce(client, &plan).into_iter().collect();
    let (tray, log) = (
        std::mem::take(&mut plan.tray),
        std::mem::take(&mut plan.log),
    );
    steps.extend(append(client, prepared, Sequence::Tray, tray));
    steps.extend(append(client, prepared, Sequence::Log, log));
    steps.extend(shred(
        client,
        Sequence::Tray,
        std::mem::take(&mut plan.tray_shreds),
    ));
    steps.extend(shred(
        client,
        Sequence::Log,
        std::mem::take(&mut plan.log_shreds),
    ));
    steps.extend(slots(client, &plan));
    for change in &plan.others {
        steps.extend(other(client, change));
    }
    commit(client, steps).await?;
    Ok(plan.answers)
}

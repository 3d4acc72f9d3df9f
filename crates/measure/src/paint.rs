//! What `cargo xtask bench paint` opens in a browser: a line, and the records of a guide's desk with 500 open cases and 10,000 closed ones.
//!
//! A guide cannot take so many. So the desk's core takes, answers and closes a few as it always does, and what it then keeps of them
//! stands here many times under other names: the records are the core's own, byte for byte but for the ids in them.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use desk::{CaseLabel, Command};
use protocol::{CaseId, Text};
use statements::Stage;
use zeroize::Zeroizing;

use crate::desk_files;
use crate::drill::contact::Contact;
use crate::drill::line::{DrillLine, random};
use crate::drill::station::Records;
use crate::night::ground;

/// How many cases are open, and how many were closed.
const OPEN: usize = 500;
const CLOSED: usize = 10_000;
/// The guide's desk.
const GUIDE: usize = 1;
/// Bytes of a record before the case's id: its version.
const VERSION: usize = 1;
/// Bytes of a case's id, and of the contact's mark after it.
const ID: usize = 16;

fn text(words: &str) -> Result<Text> {
    Text::new(words).map_err(|_| anyhow::anyhow!("a short text fits"))
}

/// The cards and the record of the demonstration, as one set.
fn cards() -> Result<String> {
    let read = |name: &str| -> Result<serde_json::Value> {
        let path = Path::new("demonstration").join(name);
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("{} is missing here", path.display()))?;
        Ok(serde_json::from_str(&text)?)
    };
    let mut set = read("cards.json")?;
    let set_object = set.as_object_mut().context("cards.json is an object")?;
    set_object.insert("record".into(), read("record.json")?);
    set_object.insert("claims".into(), read("claims.json")?);
    Ok(set.to_string())
}

/// A contact writes and is taken; gives the case.
fn take(line: &mut DrillLine, contact: &mut Contact, words: &str) -> Result<CaseId> {
    contact.write(line, words)?;
    line.settle()?;
    let case = contact.case.context("it was written")?;
    line.command(GUIDE, Command::Take(CaseLabel::of(&case)))?;
    line.settle()?;
    Ok(case)
}

/// A conversation of some messages, with a note and a draft.
fn converse(line: &mut DrillLine) -> Result<CaseId> {
    let mut contact = Contact::new(line);
    let id = take(
        line,
        &mut contact,
        "첫 글입니다. Is my name safe with you? lark-7731",
    )?;
    let case = CaseLabel::of(&id);
    for round in 1..=2 {
        let answer =
            format!("Answer {round}: nobody here asks who you are. Write as it suits you.");
        let text = text(&answer)?;
        line.command(GUIDE, Command::Answer { case, text })?;
        line.settle()?;
        contact.visit(line)?;
        contact.write(
            line,
            &format!("Ещё вопрос {round}: сколько это длится и что с семьёй?"),
        )?;
        line.settle()?;
    }
    let text_of_note = text("waits for an answer about papers")?;
    line.command(
        GUIDE,
        Command::AddNote {
            case,
            text: text_of_note,
        },
    )?;
    let draft = text("Half of the next answer")?;
    line.command(GUIDE, Command::SaveDraft { case, text: draft })?;
    line.settle()?;
    Ok(id)
}

/// A case that was closed at once.
fn close(line: &mut DrillLine) -> Result<CaseId> {
    let mut contact = Contact::new(line);
    let id = take(line, &mut contact, "Only a question, and it is answered.")?;
    let case = CaseLabel::of(&id);
    line.command(GUIDE, Command::Destroy(case))?;
    line.settle()?;
    Ok(id)
}

/// What the list of taken cases says of one, without its id and mark: its record has no other item.
fn taken(records: &Records, case: &CaseId) -> Result<Vec<u8>> {
    let key = format!("taken/{:02x}", case.0.first().context("an id has bytes")?);
    let record = records.get(&key).context("the case was taken")?;
    let start = record
        .windows(ID)
        .position(|at| at == case.0)
        .context("its record names it")?;
    ensure!(start == VERSION + COUNT, "the record has one item");
    let rest = record.get(start + 2 * ID..).context("an item is longer")?;
    Ok(rest.to_vec())
}

/// Bytes of the count before a list.
const COUNT: usize = 4;

/// The names under which cases stand again.
struct Names(Vec<CaseId>);

impl Names {
    fn new(line: &mut DrillLine, count: usize) -> Names {
        Names((0..count).map(|_| CaseId(random(&mut line.rng))).collect())
    }
}

fn add_open(records: &mut Records, case: &CaseId, names: &Names) -> Result<()> {
    let key = |case: &CaseId| -> String {
        let digits: String = case.0.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("case/{digits}")
    };
    let template = records.get(&key(case)).context("the case is open")?.clone();
    let (version, rest) = template.split_at(VERSION);
    let rest = rest
        .strip_prefix(&case.0[..])
        .context("a case's record begins with its id")?;
    for name in &names.0 {
        let copy = [version, &name.0, rest].concat();
        records.insert(key(name), Zeroizing::new(copy));
    }
    Ok(())
}

fn add_taken(records: &mut Records, items: &[(&Names, Vec<u8>)]) -> Result<()> {
    let mut buckets: BTreeMap<u8, Vec<Vec<u8>>> = BTreeMap::new();
    for (names, item) in items {
        for name in &names.0 {
            let bucket = *name.0.first().context("an id has bytes")?;
            // Every contact is another one: the mark is as good as the id.
            let whole = [&name.0[..], &name.0, item].concat();
            buckets.entry(bucket).or_default().push(whole);
        }
    }
    for (bucket, items) in buckets {
        let key = format!("taken/{bucket:02x}");
        let before = records.get(&key).map(|record| record.to_vec());
        let before = before.unwrap_or_else(|| vec![1, 0, 0, 0, 0]);
        let (head, kept) = before
            .split_at_checked(VERSION + COUNT)
            .context("a list has a count")?;
        let count: [u8; COUNT] = head.get(VERSION..).context("a count")?.try_into()?;
        let count = u32::from_be_bytes(count) + u32::try_from(items.len())?;
        let version = head.get(..VERSION).context("a version")?;
        let record = [version, &count.to_be_bytes(), kept, &items.concat()].concat();
        records.insert(key, Zeroizing::new(record));
    }
    Ok(())
}

/// Makes `store`, `line.statements` and `records` in a directory.
///
/// # Errors
/// When the line can't be brought up, or the core keeps its cases otherwise than is assumed here.
pub(crate) fn write(directory: &Path) -> Result<()> {
    let mut line = DrillLine::found_in(&directory.join("store"), 7, ground::now()?)?;
    line.admit(&[("Birch".to_owned(), Stage::Guide)])?;
    line.plan()?;
    line.command(0, Command::PublishCards(cards()?))?;
    line.command(GUIDE, Command::CheckIn(protocol::Readiness::Here))?;
    line.settle()?;
    eprintln!("a few cases are taken, answered and closed");
    let closed = close(&mut line)?;
    let open = converse(&mut line)?;
    ensure!(
        closed.0.first() != open.0.first(),
        "the two cases are in two records"
    );
    let document = line.relay.line_document(line.now);
    let names = (
        Names::new(&mut line, OPEN - 1),
        Names::new(&mut line, CLOSED - 1),
    );
    let guide = line.stations.get_mut(GUIDE).context("the guide's desk")?;
    let items = [
        (&names.0, taken(&guide.records, &open)?),
        (&names.1, taken(&guide.records, &closed)?),
    ];
    let mut records = std::mem::take(&mut guide.records);
    add_open(&mut records, &open, &names.0)?;
    add_taken(&mut records, &items)?;
    desk_files::write(directory, &document, records)
}

//! The record as CSV. `schemas/record.csv-schema.json` describes the columns.

use std::collections::BTreeMap;

use super::{BOUNDS, Exchange, Fault, ImportProblem, LARGEST, Reading};
use crate::{Claim, Number, RecordSource, guarded, unguarded};

/// The columns; after them one for each language, `text_` and its tag.
const COLUMNS: [&str; 26] = [
    "row",
    "id",
    "text",
    "said_by",
    "how",
    "number",
    "unit",
    "bound",
    "date_said",
    "source",
    "contradicts",
    "supports",
    "about",
    "note",
    "withdrawn",
    "earlier",
    "kind",
    "author",
    "publisher",
    "address",
    "year",
    "month",
    "date_read",
    "archived",
    "relays",
    "gone",
];
/// What a column of a translation begins with.
const TEXT: &str = "text_";
/// The kinds of rows.
const ROWS: [&str; 3] = ["claim", "source", "record-source"];

/// Several items in a cell, parted by semicolons; one that has such a character, or `\`, has `\` before it.
fn joined(items: &[String]) -> String {
    let escaped = items
        .iter()
        .map(|item| item.replace('\\', "\\\\").replace(';', "\\;"));
    escaped.collect::<Vec<_>>().join(";")
}

fn items(cell: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut letters = cell.chars();
    while let Some(letter) = letters.next() {
        match letter {
            ';' => all.push(String::new()),
            letter => {
                let meant = match letter {
                    '\\' => letters.next().unwrap_or('\\'),
                    letter => letter,
                };
                if let Some(last) = all.last_mut() {
                    last.push(meant);
                }
            }
        }
    }
    all.retain(|item| !item.is_empty());
    all
}

type Row = BTreeMap<&'static str, String>;

fn source_row(kind: &str, source: &RecordSource) -> Row {
    let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
    BTreeMap::from([
        ("row", kind.to_owned()),
        ("id", source.id.clone()),
        ("kind", source.kind.clone()),
        ("author", source.author.clone()),
        ("publisher", source.publisher.clone()),
        ("address", source.address.clone()),
        ("year", number(source.year)),
        ("month", number(source.month)),
        ("date_read", source.date_read.clone()),
        ("archived", source.archived.clone()),
        ("relays", joined(&source.relays)),
        ("gone", source.gone.clone()),
    ])
}

fn claim_row(claim: &Claim) -> Row {
    let number = claim.number.as_ref();
    let earlier = match claim.earlier.is_empty() {
        true => String::new(),
        false => serde_json::to_string(&claim.earlier).unwrap_or_default(),
    };
    BTreeMap::from([
        ("row", "claim".to_owned()),
        ("id", claim.id.clone()),
        ("text", claim.text.clone()),
        ("said_by", claim.said_by.clone()),
        ("how", claim.how.clone()),
        (
            "number",
            number.map(|one| one.value.to_string()).unwrap_or_default(),
        ),
        (
            "unit",
            number.map(|one| one.unit.clone()).unwrap_or_default(),
        ),
        (
            "bound",
            number.map(|one| one.bound.clone()).unwrap_or_default(),
        ),
        ("date_said", claim.date_said.clone()),
        ("source", claim.source.clone()),
        ("contradicts", joined(&claim.contradicts)),
        ("supports", joined(&claim.supports)),
        ("about", joined(&claim.about)),
        ("note", claim.note.clone()),
        ("withdrawn", claim.withdrawn.clone()),
        ("earlier", earlier),
    ])
}

pub(super) fn write(exchange: &Exchange) -> String {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    let mut tags: Vec<&str> = exchange
        .texts
        .values()
        .flat_map(|texts| texts.keys())
        .map(String::as_str)
        .collect();
    tags.sort_unstable();
    tags.dedup();
    let head = COLUMNS.iter().map(|column| (*column).to_owned());
    let head = head.chain(tags.iter().map(|tag| format!("{TEXT}{tag}")));
    // Writing into memory fails only when memory does.
    let _ = writer.write_record(head);
    let record = &exchange.record;
    let own = (record.source != RecordSource::default())
        .then(|| source_row("record-source", &record.source));
    let sources = record
        .sources
        .iter()
        .map(|source| source_row("source", source));
    for row in own
        .into_iter()
        .chain(sources)
        .chain(record.claims.iter().map(claim_row))
    {
        let is_claim = row.get("row").is_some_and(|kind| kind == "claim");
        let id = row.get("id").filter(|_| is_claim);
        let texts = id.and_then(|id| exchange.texts.get(id));
        let translated = tags.iter().map(|tag| {
            texts
                .and_then(|texts| texts.get(*tag))
                .map_or("", String::as_str)
        });
        let cells = COLUMNS.iter().map(|column| {
            let cell = row.get(column).map_or("", String::as_str);
            match *column {
                // A number computes to itself, a negative one as well.
                "number" => cell.to_owned(),
                _ => guarded(cell),
            }
        });
        let _ = writer.write_record(cells.chain(translated.map(guarded)));
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

/// What separates cells: what stands most often in the head.
fn delimiter(text: &str) -> u8 {
    let head = text.lines().next().unwrap_or_default();
    let count = |wanted: u8| head.bytes().filter(|byte| *byte == wanted).count();
    let all = [b',', b';', b'\t'].into_iter();
    all.max_by_key(|wanted| (count(*wanted), *wanted == b','))
        .unwrap_or(b',')
}

/// The columns of a file, each with its place.
struct Head {
    known: BTreeMap<&'static str, usize>,
    languages: Vec<(String, usize)>,
    count: usize,
}

impl Head {
    fn of(record: &csv::StringRecord, reading: &mut Reading) -> Head {
        let mut head = Head {
            known: BTreeMap::new(),
            languages: Vec::new(),
            count: record.len(),
        };
        for (place, name) in record.iter().enumerate() {
            let name = name.trim();
            let known = COLUMNS.iter().find(|column| **column == name);
            let is_new = match (known, name.strip_prefix(TEXT)) {
                (Some(column), _) => head.known.insert(column, place).is_none(),
                (None, Some(tag)) if is_tag(tag) => {
                    let is_new = head.languages.iter().all(|(other, _)| other != tag);
                    head.languages.push((tag.to_owned(), place));
                    is_new
                }
                _ => {
                    reading.wrong(1, Fault::Column(super::short(name), "not known"));
                    true
                }
            };
            if !is_new {
                reading.wrong(1, Fault::Column(super::short(name), "there twice"));
            }
        }
        for needed in ["id", "text"] {
            if !head.known.contains_key(needed) {
                reading.wrong(1, Fault::Column(needed.into(), "missing"));
            }
        }
        head
    }
}

fn is_tag(tag: &str) -> bool {
    (2..=35).contains(&tag.len())
        && tag
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
}

/// One row while it is read.
struct Cells<'a> {
    row: usize,
    head: &'a Head,
    cells: &'a csv::StringRecord,
    reading: &'a mut Reading,
}

impl Cells<'_> {
    fn raw(&self, column: &'static str) -> String {
        let place = self.head.known.get(column);
        let cell = place.and_then(|place| self.cells.get(*place));
        unguarded(cell.unwrap_or_default()).to_owned()
    }

    fn text(&mut self, column: &'static str) -> String {
        let raw = self.raw(column);
        self.reading.text(self.row, column, &raw)
    }

    fn date(&mut self, column: &'static str) -> String {
        let raw = self.raw(column);
        self.reading.date(self.row, column, raw.trim())
    }

    fn items(&mut self, column: &'static str) -> Vec<String> {
        items(&self.text(column))
    }

    fn parsed<T: std::str::FromStr>(&mut self, column: &'static str) -> Option<T> {
        let raw = self.raw(column);
        let raw = raw.trim();
        let parsed = raw.parse().ok();
        if parsed.is_none() && !raw.is_empty() {
            let fault = Fault::Value(column, super::short(raw));
            self.reading.wrong(self.row, fault);
        }
        parsed
    }

    fn source(&mut self) -> RecordSource {
        RecordSource {
            id: self.text("id"),
            kind: self.text("kind"),
            author: self.text("author"),
            publisher: self.text("publisher"),
            address: self.text("address"),
            year: self.parsed("year"),
            month: self.parsed("month"),
            date_read: self.date("date_read"),
            archived: self.text("archived"),
            relays: self.items("relays"),
            gone: self.date("gone"),
        }
    }

    fn number(&mut self) -> Option<Number> {
        let value = self.parsed("number");
        let bound = self.raw("bound");
        let bound = self.reading.word(self.row, "bound", &bound, &BOUNDS);
        Some(Number {
            value: value?,
            unit: self.text("unit"),
            bound,
        })
    }

    fn claim(&mut self) -> Claim {
        let earlier = self.raw("earlier");
        let parsed = serde_json::from_str(&earlier);
        if parsed.is_err() && !earlier.is_empty() {
            let fault = Fault::Value("earlier", super::short(&earlier));
            self.reading.wrong(self.row, fault);
        }
        let how = self.raw("how");
        Claim {
            id: self.text("id"),
            text: self.text("text"),
            said_by: self.text("said_by"),
            how,
            number: self.number(),
            date_said: self.date("date_said"),
            source: self.text("source"),
            contradicts: self.items("contradicts"),
            supports: self.items("supports"),
            about: self.items("about"),
            note: self.text("note"),
            withdrawn: self.date("withdrawn"),
            earlier: parsed.unwrap_or_default(),
        }
    }

    fn texts(&mut self) -> BTreeMap<String, String> {
        let mut texts = BTreeMap::new();
        for (tag, place) in &self.head.languages {
            let cell = unguarded(self.cells.get(*place).unwrap_or_default());
            let text = self.reading.text(self.row, "a translation", cell);
            if !text.is_empty() {
                texts.insert(tag.clone(), text);
            }
        }
        texts
    }

    fn read(&mut self) {
        let kind = match self.head.known.contains_key("row") {
            true => self.raw("row"),
            false => "claim".into(),
        };
        match kind.as_str() {
            "claim" => {
                let claim = self.claim();
                let texts = self.texts();
                self.reading.keep(self.row, claim, texts);
            }
            "source" | "record-source" => {
                let source = self.source();
                let is_twice = match kind.as_str() {
                    "source" => !self.reading.sources.insert(source.id.clone()),
                    _ => self.reading.exchange.record.source != RecordSource::default(),
                };
                let record = &mut self.reading.exchange.record;
                if is_twice {
                    let fault = Fault::Value("id", super::short(&source.id));
                    self.reading.wrong(self.row, fault);
                } else if kind == "source" {
                    record.sources.push(source);
                } else {
                    record.source = source;
                }
            }
            other => {
                let fault = Fault::Value(
                    "row",
                    format!("{} (not {})", super::short(other), ROWS.join(", ")),
                );
                self.reading.wrong(self.row, fault);
            }
        }
    }
}

pub(super) fn read(text: &str) -> Result<Exchange, Vec<ImportProblem>> {
    let mut reading = Reading::default();
    if text.len() > LARGEST {
        reading.wrong(0, Fault::TooLarge);
        return reading.end();
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        reading.wrong(0, Fault::Format("CSV", "it is empty".into()));
        return reading.end();
    }
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(text))
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes());
    let mut head = None;
    for (place, record) in reader.records().enumerate() {
        let row = place + 1;
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                reading.wrong(row, Fault::Format("CSV", error.to_string()));
                break;
            }
        };
        let Some(head) = &head else {
            head = Some(Head::of(&record, &mut reading));
            // Of a table with another head each row would be wrong in the same way.
            if !reading.problems.is_empty() {
                return Err(reading.problems);
            }
            continue;
        };
        if record.len() != head.count {
            reading.wrong(row, Fault::Fields(record.len(), head.count));
            continue;
        }
        let mut cells = Cells {
            row,
            head,
            cells: &record,
            reading: &mut reading,
        };
        cells.read();
    }
    // A quotation mark that nobody closes takes in all that follows.
    if text.matches('"').count() % 2 == 1 {
        reading.wrong(
            0,
            Fault::Format("CSV", "a quotation mark is not closed".into()),
        );
    }
    reading.end()
}

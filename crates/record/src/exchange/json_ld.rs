//! The record as JSON-LD. `schemas/record.schema.json` describes what is written; what is read may also be others' `Claim` and
//! `ClaimReview`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::foreign;
use super::{BOUNDS, Exchange, Fault, ImportProblem, LARGEST, Reading};
use crate::{Claim, Number, RecordSource};

/// What the names of our own terms begin with.
const OWN: &str = "urn:footbridge:record:";
/// The node of the record's own source.
const RECORD_SOURCE: &str = "#record-source";
const SOURCE: &str = "#source-";
const CLAIM: &str = "#claim-";

/// An object without what is empty.
fn node(fields: Vec<(&str, Value)>) -> Value {
    let is_there = |value: &Value| match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => true,
    };
    let kept = fields.into_iter().filter(|(_, value)| is_there(value));
    Value::Object(
        kept.map(|(name, value)| (name.to_owned(), value))
            .collect::<Map<_, _>>(),
    )
}

/// Somebody of whom only the name is known: no type, since nobody knows whether it is a person or an office.
fn named(name: &str) -> Value {
    match name.is_empty() {
        true => Value::Null,
        false => json!({"name": name}),
    }
}

/// References to claims.
fn references(ids: &[String]) -> Value {
    ids.iter()
        .map(|id| json!({"@id": format!("{CLAIM}{id}")}))
        .collect()
}

fn published(source: &RecordSource) -> String {
    match (source.year, source.month) {
        (Some(year), Some(month)) => format!("{year:04}-{month:02}"),
        (Some(year), None) => format!("{year:04}"),
        _ => String::new(),
    }
}

fn source_node(source: &RecordSource, at: String) -> Value {
    let copy = match source.archived.is_empty() {
        true => Value::Null,
        false => json!({"@type": "MediaObject", "sha256": source.archived}),
    };
    node(vec![
        ("@id", at.into()),
        ("@type", "CreativeWork".into()),
        ("identifier", source.id.as_str().into()),
        ("genre", source.kind.as_str().into()),
        ("author", named(&source.author)),
        ("publisher", named(&source.publisher)),
        ("url", source.address.as_str().into()),
        ("datePublished", published(source).into()),
        ("encoding", copy),
        ("fb:dateRead", source.date_read.as_str().into()),
        ("fb:relays", source.relays.clone().into()),
        ("fb:gone", source.gone.as_str().into()),
    ])
}

fn number_node(number: Option<&Number>) -> Value {
    let Some(number) = number else {
        return Value::Null;
    };
    node(vec![
        ("@type", "QuantitativeValue".into()),
        ("value", number.value.clone().into()),
        ("unitText", number.unit.as_str().into()),
        ("fb:bound", number.bound.as_str().into()),
    ])
}

fn claim_node(exchange: &Exchange, claim: &Claim) -> Value {
    let record = &exchange.record;
    let names_own = claim.source.is_empty() || claim.source == record.source.id;
    let appearance = match (names_own, record.source == RecordSource::default()) {
        (true, true) => Value::Null,
        (true, false) => json!({"@id": RECORD_SOURCE}),
        (false, _) => json!({"@id": format!("{SOURCE}{}", claim.source)}),
    };
    let texts = exchange.texts.get(&claim.id).into_iter().flatten();
    let texts = texts.map(|(tag, text)| json!({"@type": "Claim", "inLanguage": tag, "text": text}));
    let earlier = claim.earlier.iter().map(|one| {
        node(vec![
            ("@type", "Claim".into()),
            ("fb:until", one.until.as_str().into()),
            ("text", one.text.as_str().into()),
            ("author", named(&one.said_by)),
            ("fb:how", one.how.as_str().into()),
            ("fb:number", number_node(one.number.as_ref())),
            ("dateCreated", one.date_said.as_str().into()),
            ("fb:withdrawn", one.withdrawn.as_str().into()),
        ])
    });
    node(vec![
        ("@id", format!("{CLAIM}{}", claim.id).into()),
        ("@type", "Claim".into()),
        ("identifier", claim.id.as_str().into()),
        ("text", claim.text.as_str().into()),
        ("author", named(&claim.said_by)),
        ("dateCreated", claim.date_said.as_str().into()),
        ("appearance", appearance),
        ("about", references(&claim.about)),
        ("workTranslation", texts.collect()),
        ("fb:how", claim.how.as_str().into()),
        ("fb:number", number_node(claim.number.as_ref())),
        ("fb:contradicts", references(&claim.contradicts)),
        ("fb:supports", references(&claim.supports)),
        ("fb:note", claim.note.as_str().into()),
        ("fb:withdrawn", claim.withdrawn.as_str().into()),
        ("fb:earlier", earlier.collect()),
    ])
}

pub(super) fn write(exchange: &Exchange) -> String {
    let record = &exchange.record;
    let own = (record.source != RecordSource::default())
        .then(|| source_node(&record.source, RECORD_SOURCE.into()));
    let sources = record
        .sources
        .iter()
        .map(|source| source_node(source, format!("{SOURCE}{}", source.id)));
    let claims = record
        .claims
        .iter()
        .map(|claim| claim_node(exchange, claim));
    let graph: Vec<Value> = own.into_iter().chain(sources).chain(claims).collect();
    let whole = json!({
        "@context": {"@vocab": "https://schema.org/", "fb": OWN},
        "@graph": graph,
    });
    serde_json::to_string_pretty(&whole).unwrap_or_default()
}

/// One node while it is read.
pub(super) struct Node<'a> {
    pub(super) entry: usize,
    pub(super) value: &'a Value,
    pub(super) reading: &'a mut Reading,
}

/// The items of a list, or the one that stands there alone.
pub(super) fn all_of(value: Option<&Value>) -> &[Value] {
    match value {
        None | Some(Value::Null) => &[],
        Some(Value::Array(items)) => items,
        Some(one) => std::slice::from_ref(one),
    }
}

/// Whether a node is of a type, under any of the names that schema.org's types have.
pub(super) fn is_type(value: &Value, wanted: &str) -> bool {
    let mut types = all_of(value.get("@type")).iter().filter_map(Value::as_str);
    types.any(|one| one.rsplit(['/', ':']).next() == Some(wanted))
}

impl Node<'_> {
    /// The text of a property: its own, or the first of several.
    pub(super) fn text(&mut self, name: &'static str) -> String {
        let found = all_of(self.value.get(name)).first();
        let text = match found {
            None => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::Object(object)) => match object.get("@value").and_then(Value::as_str) {
                Some(text) => text.to_owned(),
                None => self.not_read(name),
            },
            Some(_) => self.not_read(name),
        };
        self.reading.text(self.entry, name, &text)
    }

    fn not_read(&mut self, name: &'static str) -> String {
        let value = self
            .value
            .get(name)
            .map(Value::to_string)
            .unwrap_or_default();
        self.reading
            .wrong(self.entry, Fault::Value(name, super::short(&value)));
        String::new()
    }

    /// The names of those whom a property names, with commas between.
    pub(super) fn names(&mut self, name: &'static str) -> String {
        let found = all_of(self.value.get(name)).iter();
        let names = found.filter_map(|one| one.as_str().or_else(|| one.get("name")?.as_str()));
        let names = names.collect::<Vec<_>>().join(", ");
        self.reading.text(self.entry, name, &names)
    }

    fn date(&mut self, name: &'static str) -> String {
        let text = self.text(name);
        self.reading.date(self.entry, name, &text)
    }

    /// The ids that a property refers to, without what ids begin with here.
    fn references(&mut self, name: &'static str) -> Vec<String> {
        let mut ids = Vec::new();
        for one in all_of(self.value.get(name)) {
            let id = one
                .get("@id")
                .and_then(Value::as_str)
                .or_else(|| one.as_str());
            match id.and_then(|id| id.strip_prefix(CLAIM)) {
                Some(id) => ids.push(id.to_owned()),
                // Others' claims are about anything; ours only about claims.
                None if name == "about" => {}
                None => {
                    let fault = Fault::Value(name, super::short(&one.to_string()));
                    self.reading.wrong(self.entry, fault);
                }
            }
        }
        ids
    }

    fn texts(&mut self, name: &'static str) -> Vec<String> {
        let found = all_of(self.value.get(name))
            .iter()
            .filter_map(Value::as_str);
        found.map(str::to_owned).collect()
    }

    fn number(&mut self) -> Option<Number> {
        let value = self.value.get("fb:number")?;
        let Some(Value::Number(number)) = value.get("value") else {
            self.reading.wrong(
                self.entry,
                Fault::Value("fb:number", super::short(&value.to_string())),
            );
            return None;
        };
        let text = |name: &str| {
            value
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let bound = self
            .reading
            .word(self.entry, "fb:bound", &text("fb:bound"), &BOUNDS);
        Some(Number {
            value: number.clone(),
            unit: text("unitText"),
            bound,
        })
    }

    /// A source; what others add to a date is left out.
    pub(super) fn source(&mut self) -> RecordSource {
        let published = self.text("datePublished");
        let mut parts = published.split(['-', 'T']).map(|part| part.parse().ok());
        let copy = self
            .value
            .get("encoding")
            .and_then(|copy| copy.get("sha256"));
        RecordSource {
            id: self.text("identifier"),
            kind: self.text("genre"),
            author: self.names("author"),
            publisher: self.names("publisher"),
            address: self.text("url"),
            year: parts.next().flatten(),
            month: parts.next().flatten(),
            date_read: self.date("fb:dateRead"),
            archived: copy.and_then(Value::as_str).unwrap_or_default().to_owned(),
            relays: self.texts("fb:relays"),
            gone: self.date("fb:gone"),
        }
    }

    fn earlier(&mut self) -> Vec<crate::Earlier> {
        let (entry, value) = (self.entry, self.value);
        let all = all_of(value.get("fb:earlier")).iter();
        let read = all.map(|value| {
            let mut node = Node {
                entry,
                value,
                reading: &mut *self.reading,
            };
            crate::Earlier {
                until: node.date("fb:until"),
                text: node.text("text"),
                said_by: node.names("author"),
                how: node.text("fb:how"),
                number: node.number(),
                date_said: node.date("dateCreated"),
                withdrawn: node.date("fb:withdrawn"),
            }
        });
        read.collect()
    }

    /// A claim of ours.
    fn claim(&mut self) -> Claim {
        let appearance = all_of(self.value.get("appearance")).first();
        let appearance = appearance
            .and_then(|one| one.get("@id"))
            .and_then(Value::as_str);
        let source = appearance
            .and_then(|at| at.strip_prefix(SOURCE))
            .unwrap_or_default();
        Claim {
            id: self.text("identifier"),
            text: self.text("text"),
            said_by: self.names("author"),
            how: self.text("fb:how"),
            number: self.number(),
            date_said: self.date("dateCreated"),
            source: source.to_owned(),
            contradicts: self.references("fb:contradicts"),
            supports: self.references("fb:supports"),
            about: self.references("about"),
            note: self.text("fb:note"),
            withdrawn: self.date("fb:withdrawn"),
            earlier: self.earlier(),
        }
    }

    fn translations(&mut self) -> BTreeMap<String, String> {
        let all = all_of(self.value.get("workTranslation")).iter();
        let texts = all.filter_map(|one| {
            let text = |name: &str| one.get(name).and_then(Value::as_str);
            Some((text("inLanguage")?.to_owned(), text("text")?.to_owned()))
        });
        texts.collect()
    }

    fn read(&mut self) {
        let at = self
            .value
            .get("@id")
            .and_then(Value::as_str)
            .unwrap_or_default();
        if is_type(self.value, "ClaimReview") {
            foreign::review(self);
        } else if is_type(self.value, "Claim") && self.value.get("fb:how").is_some() {
            let claim = self.claim();
            let texts = self.translations();
            self.reading.keep(self.entry, claim, texts);
        } else if is_type(self.value, "Claim") {
            foreign::claim(self);
        } else if at == RECORD_SOURCE {
            let source = self.source();
            self.reading.exchange.record.source = source;
        } else if at.starts_with(SOURCE) {
            let source = self.source();
            let id = source.id.clone();
            if !self.reading.sources.insert(id.clone()) {
                self.reading
                    .wrong(self.entry, Fault::Value("identifier", id));
            }
            self.reading.exchange.record.sources.push(source);
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
    let whole: Value = match serde_json::from_str(text) {
        Ok(whole) => whole,
        Err(error) => {
            reading.wrong(0, Fault::Format("JSON", error.to_string()));
            return reading.end();
        }
    };
    let nodes = match whole.get("@graph") {
        Some(graph) => all_of(Some(graph)),
        None => all_of(Some(&whole)),
    };
    for (place, value) in nodes.iter().enumerate() {
        let mut node = Node {
            entry: place + 1,
            value,
            reading: &mut reading,
        };
        node.read();
    }
    if reading.exchange.record == crate::Record::default() && reading.problems.is_empty() {
        let fault = Fault::Format(
            "JSON-LD of claims",
            "no Claim and no ClaimReview is in it".into(),
        );
        reading.wrong(0, fault);
    }
    reading.end()
}

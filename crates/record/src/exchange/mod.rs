//! The record in the formats of others: JSON-LD with schema.org's words, and CSV. `docs/decisions/0023-record-formats.md` says which words
//! are whose, and why no rating is written.

mod foreign;
mod json_ld;
mod table;

use std::collections::{BTreeMap, BTreeSet};

use crate::{CardSet, Claim, Problem, Record, day_of};

/// The size of a file that is read at all, in bytes.
const LARGEST: usize = 32_000_000;
/// The size of one field, in bytes.
const LARGEST_FIELD: usize = 1_000_000;
/// How many problems are listed; a file of another kind would have one in each line.
const MOST_PROBLEMS: usize = 100;

/// A record on its way in or out, with the translations of its claims.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Exchange {
    /// The record.
    pub record: Record,
    /// Claim id → language tag → text.
    pub texts: BTreeMap<String, BTreeMap<String, String>>,
}

/// What is wrong in one place of a file.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Fault {
    /// The file has more than 32,000,000 bytes.
    #[error("the file has more than 32,000,000 bytes; divide it")]
    TooLarge,
    /// It is no CSV, or no JSON.
    #[error("this is no {0}: {1}")]
    Format(&'static str, String),
    /// A column that nobody knows, or one that is missing or there twice.
    #[error("the column \u{201c}{0}\u{201d} is {1}")]
    Column(String, &'static str),
    /// A row with another number of fields than the head has.
    #[error("it has {0} fields, and the head has {1}")]
    Fields(usize, usize),
    /// A field has more than 1,000,000 bytes.
    #[error("{0} has more than 1,000,000 bytes")]
    FieldTooLong(&'static str),
    /// A field has none of the values that it may have.
    #[error("{0} has a value that it cannot have: \u{201c}{1}\u{201d}")]
    Value(&'static str, String),
    /// It does not fit the rest of the record.
    #[error("{} ({} {})", .0.word(), .0.about(), .0.detail())]
    Record(Problem),
}

/// Where something is wrong.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{}{fault}", if *.row == 0 { String::new() } else { format!("row {}: ", .row) })]
pub struct ImportProblem {
    /// The row of a table, its head being 1, or the entry of a graph, from 1; 0 for the file as a whole.
    pub row: usize,
    /// What is wrong.
    pub fault: Fault,
}

/// What was found while a file was read.
#[derive(Default)]
struct Reading {
    exchange: Exchange,
    /// Claim or source → its row.
    rows: BTreeMap<String, usize>,
    /// The names of the sources so far.
    sources: BTreeSet<String>,
    problems: Vec<ImportProblem>,
}

impl Reading {
    fn wrong(&mut self, row: usize, fault: Fault) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(ImportProblem { row, fault });
        }
    }

    /// Takes a claim of a row in, with its translations.
    fn keep(&mut self, row: usize, claim: Claim, texts: BTreeMap<String, String>) {
        if !texts.is_empty() {
            self.exchange.texts.insert(claim.id.clone(), texts);
        }
        self.rows.insert(claim.id.clone(), row);
        self.exchange.record.claims.push(claim);
    }

    /// A field that is not too long.
    fn text(&mut self, row: usize, name: &'static str, value: &str) -> String {
        if value.len() > LARGEST_FIELD {
            self.wrong(row, Fault::FieldTooLong(name));
            return String::new();
        }
        value.to_owned()
    }

    /// A date, or nothing.
    fn date(&mut self, row: usize, name: &'static str, value: &str) -> String {
        if !value.is_empty() && day_of(value).is_none() {
            self.wrong(row, Fault::Value(name, short(value)));
            return String::new();
        }
        value.to_owned()
    }

    /// One of some words, or nothing.
    fn word(&mut self, row: usize, name: &'static str, value: &str, all: &[&str]) -> String {
        if !value.is_empty() && !all.contains(&value) {
            self.wrong(row, Fault::Value(name, short(value)));
        }
        value.to_owned()
    }

    /// What was read, if it is a record as a whole as well; problems with rows otherwise.
    fn end(mut self) -> Result<Exchange, Vec<ImportProblem>> {
        let set = CardSet {
            record: Some(self.exchange.record.clone()),
            ..CardSet::default()
        };
        for problem in set.problems().into_iter().filter(|one| one.refuses(false)) {
            let row = self.rows.get(problem.about()).copied().unwrap_or_default();
            self.wrong(row, Fault::Record(problem));
        }
        match self.problems.is_empty() {
            true => Ok(self.exchange),
            false => Err(self.problems),
        }
    }
}

/// A value as a message shows it.
fn short(value: &str) -> String {
    value.chars().take(60).collect()
}

/// How a number may be bounded.
const BOUNDS: [&str; 4] = ["exactly", "about", "at least", "at most"];

impl Exchange {
    /// The record of a card set with its translations.
    pub fn of(set: &CardSet) -> Exchange {
        Exchange {
            record: set.record.clone().unwrap_or_default(),
            texts: set.claims.clone(),
        }
    }

    /// As JSON-LD: a graph of schema.org's `Claim` and `CreativeWork`, with terms of our own for what that has no word for. Nothing of
    /// it says whether a claim is true.
    pub fn to_json_ld(&self) -> String {
        json_ld::write(self)
    }

    /// Reads JSON-LD: what [`Exchange::to_json_ld`] wrote, or others' `Claim` and `ClaimReview`. A reviewer's verdict becomes a claim of
    /// the reviewer's that supports or contradicts the other one when its rating is the best or the worst of its scale, and only speaks
    /// of it otherwise.
    ///
    /// # Errors
    /// What is wrong, by entries; nothing is read then.
    pub fn from_json_ld(text: &str) -> Result<Exchange, Vec<ImportProblem>> {
        json_ld::read(text)
    }

    /// As CSV (RFC 4180, UTF-8): one row for each source and claim. A cell that a spreadsheet would compute has a `'` in front.
    pub fn to_csv(&self) -> String {
        table::write(self)
    }

    /// Reads CSV as [`Exchange::to_csv`] writes it, with or without a byte order mark; separators may be commas, semicolons or tabs.
    ///
    /// # Errors
    /// What is wrong, by rows; nothing is read then.
    pub fn from_csv(text: &str) -> Result<Exchange, Vec<ImportProblem>> {
        table::read(text)
    }
}

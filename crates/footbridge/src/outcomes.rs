//! `footbridge outcomes`: a month's counts, published so that no contact can be found in them.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use ::outcomes::{
    Book, Contact, Counts, Epsilon, Language, Month, Publication, Question, Questions, Reached,
    Related, Said, Waited,
};
use getrandom::SysRng;
use rand_core::UnwrapErr;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::cli::public::{Form, OutcomesArguments};
use crate::init::today;
use crate::{Failure, beside};

/// What a simulated night knows of its contacts: docs/figures.md has the night.
const EXAMPLE: &str = include_str!("../../../demonstration/night.toml");
/// So many contacts are counted at most; more are a slip of the hand.
const CONTACTS_MOST: u32 = 1_000_000;

/// The file with a month's counts.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct CountsFile {
    month: String,
    questions: Vec<String>,
    #[serde(default)]
    contacts: Vec<Alike>,
}

/// So many contacts of whom the same is known.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Alike {
    number: u32,
    waited: Option<String>,
    reached: Option<String>,
    #[serde(default)]
    settled_by_cards: bool,
    #[serde(default)]
    handover_confirmed: bool,
    #[serde(default)]
    replies_collected: u32,
}

impl Alike {
    fn contact(&self) -> Result<Contact, Failure> {
        let waited = match self.waited.as_deref() {
            None => None,
            Some("same-day") => Some(Waited::SameDay),
            Some("next-day") => Some(Waited::NextDay),
            Some("later") => Some(Waited::Later),
            Some(other) => {
                return Err(
                    format!("waited = {other:?}: write same-day, next-day or later").into(),
                );
            }
        };
        let reached = match self.reached.as_deref() {
            None => None,
            Some("open") => Some(Reached::Open),
            Some("ended") => Some(Reached::Ended),
            Some("silent") => Some(Reached::Silent),
            Some("other") => Some(Reached::Other),
            Some(other) => {
                return Err(
                    format!("reached = {other:?}: write open, ended, silent or other").into(),
                );
            }
        };
        Ok(Contact {
            waited,
            reached,
            settled_by_cards: self.settled_by_cards,
            handover_confirmed: self.handover_confirmed,
            replies_collected: self.replies_collected,
        })
    }
}

fn question(key: &str) -> Result<Question, Failure> {
    let known = Question::ALL
        .into_iter()
        .find(|question| question.key() == key);
    let keys: Vec<&str> = Question::ALL.into_iter().map(Question::key).collect();
    Ok(
        known
            .ok_or_else(|| format!("{key:?} is no question: write some of {}", keys.join(", ")))?,
    )
}

fn counts(text: &str) -> Result<Counts, Failure> {
    let file: CountsFile = toml::from_str(text)?;
    let month = Month::parse(&file.month);
    let month = month.ok_or_else(|| format!("month = {:?}: write it as 2026-11", file.month))?;
    let asked = file.questions.iter().map(|key| question(key));
    let asked = Questions::of(&asked.collect::<Result<Vec<_>, _>>()?);
    let asked = asked.ok_or("no question is asked: write questions = [\"contacts\"]")?;
    let all = file.contacts.iter().map(|alike| alike.number);
    if all.fold(0, u32::saturating_add) > CONTACTS_MOST {
        return Err(
            format!("these are more than {CONTACTS_MOST} contacts: check the numbers").into(),
        );
    }
    let mut counts = Counts::new(month, asked);
    for alike in &file.contacts {
        let contact = alike.contact()?;
        (0..alike.number).for_each(|_| counts.add(&contact));
    }
    Ok(counts)
}

fn read_book(path: Option<&Path>) -> Result<Book, Failure> {
    let Some(path) = path else {
        return Ok(Book::default());
    };
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Book::default()),
        Err(error) => return Err(format!("can't read {}: {error}", path.display()).into()),
    };
    Book::from_bytes(&bytes).map_err(|_| {
        format!("{} is no book of outcomes, or is damaged: take it from a backup, for without it a month would be drawn twice", path.display()).into()
    })
}

/// Writes the whole book or leaves the one that is there.
fn write_book(path: &Path, book: &Book) -> Result<(), Failure> {
    let failed = |error: std::io::Error| {
        format!(
            "can't write {}: {error}; nothing was published",
            path.display()
        )
    };
    Ok(beside::replace(path, &book.to_bytes()).map_err(failed)?)
}

fn related(arguments: &OutcomesArguments) -> Result<Vec<Related>, Failure> {
    let (Some(id), Some(path)) = (&arguments.claim, &arguments.record) else {
        return Ok(Vec::new());
    };
    let text = fs::read_to_string(path)
        .map_err(|error| format!("can't read {}: {error}", path.display()))?;
    let record =
        serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    let related = Related::of(&record, id);
    if related.is_empty() {
        return Err(format!(
            "{} has no claim {id:?}, or it was withdrawn",
            path.display()
        )
        .into());
    }
    Ok(related)
}

fn to_json(published: &Publication, book: &Book, said: &[String]) -> Value {
    let figures = published.said().map(|(figure, said)| {
        let (low, high) = published.range(said);
        let (value, below) = match said {
            Said::Fewer => (None, Some(::outcomes::FEW)),
            Said::About(value) => (Some(value), None),
        };
        json!({"figure": figure.key(), "value": value, "below": below, "low95": low, "high95": high})
    });
    json!({
        "month": published.month().to_string(),
        "epsilon": published.epsilon().to_string(),
        "left_of_year": book.left(published.month().year()).to_string(),
        "figures": figures.collect::<Vec<_>>(),
        "said": said,
    })
}

/// Runs `footbridge outcomes`. The book is on the disk before anything is shown.
pub(crate) fn run(arguments: &OutcomesArguments) -> Result<(), Failure> {
    let epsilon = Epsilon::parse(&arguments.epsilon);
    let epsilon =
        epsilon.ok_or("--epsilon: write a number from 0.001 to 2 with at most three decimals")?;
    let related = related(arguments)?;
    let counts = match &arguments.counts {
        None => counts(EXAMPLE)?,
        Some(path) => {
            let text = fs::read_to_string(path)
                .map_err(|error| format!("can't read {}: {error}", path.display()))?;
            counts(&text).map_err(|error| format!("{}: {error}", path.display()))?
        }
    };
    let mut book = read_book(arguments.book.as_deref())?;
    let published = book.publish(&counts, epsilon, today(), &mut UnwrapErr(SysRng))?;
    if let Some(path) = &arguments.book {
        write_book(path, &book)?;
    }
    let language = Language::from_tag(&arguments.language).unwrap_or(Language::English);
    let form = match arguments.json {
        true => Form::Json,
        false => arguments.form,
    };
    match form {
        Form::Json => {
            let said = ::outcomes::sentences(&published, &related, language);
            println!("{}", to_json(&published, &book, &said));
        }
        Form::Csv => print!("{}", ::outcomes::csv(&[&published])),
        Form::Svg => print!("{}", ::outcomes::chart(&published, &related, language)),
        Form::Text => print!("{}", ::outcomes::text(&published, &related, language)),
    }
    Ok(())
}

//! Fluent strings: the same ids and placeables in every language, compiled for the page to one table; short enough for a narrow screen and
//! for a reader in a hurry, and in the words of the North where readers from there are meant.

mod north;
mod reading;
mod width;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail};
use fluent_syntax::ast::{Entry, Expression, InlineExpression, PatternElement};
use fluent_syntax::parser;
use serde_json::{Map, Value};

use crate::run::read;

/// The languages of every screen.
pub(crate) const LANGUAGES: [&str; 4] = ["en", "ko", "ru", "uk"];
/// The directories that hold strings.
pub(crate) const DIRECTORIES: [&str; 7] = [
    "crates/porch/strings",
    "crates/page/strings",
    "crates/desk-app/strings",
    "crates/plain/strings",
    "crates/print/strings",
    "crates/publication/strings",
    "crates/forecast/strings",
];
/// Those of them that contacts read. They speak Korean in two ways.
const OF_CONTACTS: [&str; 5] = [
    "crates/porch/strings",
    "crates/page/strings",
    "crates/plain/strings",
    "crates/print/strings",
    "crates/publication/strings",
];
/// Korean as it is written in the North; `ko` is the South's.
const NORTH: &str = "ko-KP";

/// The languages of a directory of strings.
fn languages(directory: &str) -> impl Iterator<Item = &'static str> {
    let north = OF_CONTACTS.contains(&directory).then_some(NORTH);
    LANGUAGES.into_iter().chain(north)
}

/// Words that mislead, as docs/glossary.md says: language, beginning of the word, what it would also mean.
const MISLEADING: [(&str, &str, &str); 3] = [
    ("ko", "안내원", "the word for a guide is 안내자"),
    (
        "ru",
        "проводник",
        "somebody who leads people across a border",
    ),
    (
        "uk",
        "провідник",
        "somebody who leads people across a border",
    ),
];

/// One language's messages: id → text, with placeables as `{name}`.
type Messages = BTreeMap<String, String>;

fn element(element: &PatternElement<String>) -> Result<String> {
    Ok(match element {
        PatternElement::TextElement { value } => value.clone(),
        PatternElement::Placeable {
            expression: Expression::Inline(InlineExpression::VariableReference { id }),
        } => format!("{{{}}}", id.name),
        PatternElement::Placeable {
            expression: Expression::Inline(InlineExpression::StringLiteral { value }),
        } => value.clone(),
        PatternElement::Placeable { .. } => bail!("only plain text and variables are used here"),
    })
}

fn messages(path: &str) -> Result<Messages> {
    parse(path, read(path)?)
}

fn parse(path: &str, text: String) -> Result<Messages> {
    let resource = parser::parse(text)
        .map_err(|(_, errors)| anyhow::anyhow!("{path} is not valid Fluent: {errors:?}"))?;
    let mut messages = Messages::new();
    for entry in resource.body {
        let message = match entry {
            Entry::Message(message) => message,
            Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => continue,
            Entry::Term(term) => bail!(
                "{path}: -{} is a term; only messages are used here",
                term.id.name
            ),
            Entry::Junk { content } => bail!("{path} is not valid Fluent: {content:?}"),
        };
        let id = message.id.name;
        if !message.attributes.is_empty() {
            bail!("{path}: {id} has attributes; give each text an id of its own");
        }
        let pattern = message
            .value
            .with_context(|| format!("{path}: {id} has no text"))?;
        let text: Result<String> = pattern.elements.iter().map(element).collect();
        let text = text.with_context(|| format!("{path}: {id}"))?;
        if messages.insert(id.clone(), text).is_some() {
            bail!("{path}: {id} is there twice");
        }
    }
    Ok(messages)
}

/// All strings of a directory: language → id → text.
pub(crate) fn compile(directory: &str) -> Result<Value> {
    let mut compiled = Map::new();
    for language in languages(directory) {
        let messages = messages(&format!("{directory}/{language}.ftl"))?;
        let texts = messages.into_iter().map(|(id, text)| (id, text.into()));
        compiled.insert(language.into(), Value::Object(texts.collect()));
    }
    Ok(compiled.into())
}

fn placeables(text: &str) -> BTreeSet<&str> {
    let opened = text.split('{').skip(1);
    opened.filter_map(|rest| rest.split('}').next()).collect()
}

fn compare(path: &str, english: &Messages, other: &Messages) -> Vec<String> {
    let mut wrong = Vec::new();
    for (id, text) in english {
        match other.get(id) {
            None => wrong.push(format!("{path}: {id} is missing")),
            Some(translated) if placeables(translated) != placeables(text) => {
                wrong.push(format!("{path}: {id} has other variables than in English"));
            }
            Some(_) => {}
        }
    }
    let extra = other.keys().filter(|id| !english.contains_key(*id));
    wrong.extend(extra.map(|id| format!("{path}: {id} is not in English")));
    wrong
}

/// The texts of a language with a word that misleads.
fn misleading(path: &str, language: &str, messages: &Messages) -> Vec<String> {
    let words = MISLEADING.iter().filter(|(of, ..)| *of == language);
    words
        .flat_map(|(_, word, why)| {
            let texts = messages.iter();
            let found = texts.filter(move |(_, text)| text.to_lowercase().contains(word));
            found.map(move |(id, _)| format!("{path}: {id} has “{word}”: {why}"))
        })
        .collect()
}

/// What the texts of all languages that contacts read are held to.
struct Measures {
    north: north::Words,
    places: width::Places,
}

impl Measures {
    fn new() -> Result<Measures> {
        let north = north::Words::parse(&read(north::LIST)?)
            .with_context(|| format!("{} can't be used", north::LIST))?;
        let places = width::Places::new(&read(width::PAGE)?);
        Ok(Measures { north, places })
    }

    fn check(&self, path: &str, language: &str, messages: &Messages) -> Vec<String> {
        let mut wrong = reading::check(path, language, messages);
        wrong.extend(self.places.check(path, messages));
        if language == NORTH {
            wrong.extend(self.north.check(path, messages));
        }
        wrong
    }
}

/// What is wrong with one file; `english` is the same directory's, without which nothing can be compared.
fn check_file(
    directory: &str,
    language: &str,
    english: &Messages,
    measures: Option<&Measures>,
) -> Result<Vec<String>> {
    let path = format!("{directory}/{language}.ftl");
    let texts = messages(&path)?;
    let mut wrong = compare(&path, english, &texts);
    wrong.extend(misleading(&path, language, &texts));
    if let Some(measures) = measures {
        wrong.extend(measures.check(&path, language, &texts));
    }
    Ok(wrong)
}

/// What is wrong with the strings of all screens. A file that can't be read does not hide what is wrong with the others.
pub(crate) fn check() -> Vec<String> {
    let mut wrong = Vec::new();
    let mut note = |found: Result<Vec<String>>| {
        wrong.extend(found.unwrap_or_else(|error| vec![format!("{error:#}")]));
    };
    note(read(width::STYLE).map(|style| width::changed(&style)));
    let measures = Measures::new();
    for directory in DIRECTORIES {
        let english = match messages(&format!("{directory}/en.ftl")) {
            Ok(english) => english,
            Err(error) => {
                note(Err(error));
                continue;
            }
        };
        let is_read = OF_CONTACTS.contains(&directory);
        let measures = measures.as_ref().ok().filter(|_| is_read);
        for language in languages(directory) {
            note(check_file(directory, language, &english, measures));
        }
    }
    note(measures.map(|_| Vec::new()));
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<Messages> {
        parse("x.ftl", text.to_owned())
    }

    #[test]
    fn a_missing_an_extra_and_a_differing_text_are_found() {
        let english = read_text("one = One\ntwo = { $count } left\nthree = Three\n").unwrap();
        let other = read_text("one = Eins\ntwo = { $number } da\nfour = Vier\n").unwrap();
        assert_eq!(compare("x.ftl", &english, &english), [""; 0]);
        let found = compare("x.ftl", &english, &other);
        let due = [
            "x.ftl: three is missing",
            "x.ftl: two has other variables than in English",
            "x.ftl: four is not in English",
        ];
        assert_eq!(found, due);
    }

    #[test]
    fn a_word_that_misleads_is_found() {
        let messages = read_text("one = Проводники ждут\ntwo = Консультанты ждут\n").unwrap();
        assert_eq!(misleading("x.ftl", "ru", &messages).len(), 1);
        assert_eq!(misleading("x.ftl", "en", &messages), [""; 0]);
    }

    #[test]
    fn contacts_read_korean_in_two_ways_and_guides_in_one() {
        assert_eq!(languages("crates/page/strings").count(), 5);
        assert_eq!(languages("crates/desk-app/strings").count(), 4);
    }

    #[test]
    fn what_would_be_dropped_silently_is_refused() {
        for text in [
            "-term = x\n",
            "a = x\n  .title = y\n",
            "a = { NUMBER($n) }\n",
            "a = x\na = y\n",
            "= x\n",
        ] {
            assert!(read_text(text).is_err(), "{text:?}");
        }
        assert!(read_text("# why\na = x\n").is_ok());
    }
}

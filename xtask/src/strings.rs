//! Fluent strings: the same ids and placeables in four languages, compiled for the page to one table.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail};
use fluent_syntax::ast::{Entry, Expression, InlineExpression, PatternElement};
use fluent_syntax::parser;
use serde_json::{Map, Value};

use crate::run::read;

/// The languages of every screen.
pub(crate) const LANGUAGES: [&str; 4] = ["en", "ko", "ru", "uk"];
/// The directories that hold strings.
pub(crate) const DIRECTORIES: [&str; 2] = ["crates/page/strings", "crates/desk-app/strings"];

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
    let resource = parser::parse(read(path)?)
        .map_err(|(_, errors)| anyhow::anyhow!("{path} is not valid Fluent: {errors:?}"))?;
    let mut messages = Messages::new();
    for entry in resource.body {
        let Entry::Message(message) = entry else {
            continue;
        };
        let id = message.id.name;
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
    let mut languages = Map::new();
    for language in LANGUAGES {
        let messages = messages(&format!("{directory}/{language}.ftl"))?;
        let texts = messages.into_iter().map(|(id, text)| (id, text.into()));
        languages.insert(language.into(), Value::Object(texts.collect()));
    }
    Ok(languages.into())
}

fn placeables(text: &str) -> BTreeSet<&str> {
    let opened = text.split('{').skip(1);
    opened.filter_map(|rest| rest.split('}').next()).collect()
}

/// What is wrong with the strings of a directory.
pub(crate) fn check(directory: &str) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    let english = messages(&format!("{directory}/en.ftl"))?;
    for language in LANGUAGES.into_iter().skip(1) {
        let path = format!("{directory}/{language}.ftl");
        let other = messages(&path)?;
        for (id, text) in &english {
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
    }
    Ok(wrong)
}

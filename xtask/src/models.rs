//! `cargo xtask models`: a symbolic checker (Verifpal) tries to break the models of the protocol in `models/`, as they stand and broken on
//! purpose; `models/expected.toml` says what it must find.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::run::{output, read, root};

/// The checker's language changes between versions, so there is one.
const VERSION: &str = "1.6.7";
/// How often each role runs at once.
const SESSIONS: &str = "2";
/// What each model must show.
const EXPECTED: &str = "models/expected.toml";
/// What brings the checker. It asks for a newer Rust than it needs.
const INSTALL: &str = "cargo install verifpal --version 1.6.7 --locked --no-default-features --features cli --ignore-rust-version";

/// A model broken on purpose.
struct Variant {
    name: String,
    broken: String,
    /// Of the queries that hold otherwise, those against which an attack must be found.
    refuted: BTreeSet<String>,
}

/// A model and what it must show. Queries are written as in the model.
struct Model {
    name: String,
    /// Query → what it says when it holds.
    holds: BTreeMap<String, String>,
    /// Query → what the attack on it says: what the protocol does not promise.
    limits: BTreeMap<String, String>,
    variants: Vec<Variant>,
}

/// What the checker found for one query.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Verdict {
    Held,
    Refuted,
    /// No attack, but the search was cut short.
    Unfinished,
}

/// One line of the result.
struct Finding {
    model: String,
    variant: Option<String>,
    /// The query; of a variant, all that must be refuted.
    queries: Vec<String>,
    says: String,
    expected: Verdict,
    /// What else was found; nothing if all is as expected.
    wrong: Vec<String>,
}

impl Verdict {
    fn name(self) -> &'static str {
        match self {
            Verdict::Held => "held",
            Verdict::Refuted => "refuted",
            Verdict::Unfinished => "not searched to the end",
        }
    }
}

fn text(table: &toml::Table, key: &str) -> Result<String> {
    let text = table.get(key).and_then(toml::Value::as_str);
    text.map(str::to_owned)
        .with_context(|| format!("{EXPECTED}: {key} is missing"))
}

/// A table of texts; none is an empty one.
fn texts(table: &toml::Table, key: &str) -> BTreeMap<String, String> {
    let entries = table.get(key).and_then(toml::Value::as_table);
    let entries = entries.into_iter().flatten();
    entries
        .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
        .collect()
}

fn tables<'a>(table: &'a toml::Table, key: &str) -> impl Iterator<Item = &'a toml::Table> {
    let entries = table.get(key).and_then(toml::Value::as_array);
    entries
        .into_iter()
        .flatten()
        .filter_map(toml::Value::as_table)
}

fn variant(table: &toml::Table) -> Result<Variant> {
    let refuted = table.get("refuted").and_then(toml::Value::as_array);
    let refuted = refuted
        .into_iter()
        .flatten()
        .filter_map(|query| query.as_str());
    Ok(Variant {
        name: text(table, "name")?,
        broken: text(table, "broken")?,
        refuted: refuted.map(str::to_owned).collect(),
    })
}

fn models() -> Result<Vec<Model>> {
    let expected: toml::Table = read(EXPECTED)?.parse().context(EXPECTED)?;
    let models = tables(&expected, "model").map(|table| {
        Ok(Model {
            name: text(table, "name")?,
            holds: texts(table, "holds"),
            limits: texts(table, "limits"),
            variants: tables(table, "variants")
                .map(variant)
                .collect::<Result<_>>()?,
        })
    });
    models.collect()
}

/// Which variant a line is of, and what stands there in the place of the line above.
fn of_variant(line: &str) -> Option<(&str, &str)> {
    let rest = line.trim_start().strip_prefix("//@")?;
    Some(rest.split_once(' ').unwrap_or((rest, "")))
}

/// A model's source with the lines of one variant, and of no other.
fn source_of(source: &str, variant: Option<&str>) -> String {
    let mut lines: Vec<&str> = Vec::new();
    let mut is_replaced = false;
    for line in source.lines() {
        match of_variant(line) {
            None => {
                lines.push(line);
                is_replaced = false;
            }
            Some((name, instead)) if Some(name) == variant => {
                // Several lines of one variant replace one line together.
                if !is_replaced {
                    lines.pop();
                }
                lines.push(instead);
                is_replaced = true;
            }
            Some(_) => {}
        }
    }
    lines.join("\n") + "\n"
}

/// What the checker's report says of each query.
fn verdicts(report: &str) -> Result<BTreeMap<String, Verdict>> {
    let report: Value = serde_json::from_str(report).context("the checker's report is no JSON")?;
    let model = report.pointer("/models/0").unwrap_or(&Value::Null);
    let queries = model.pointer("/analysis/queries").and_then(Value::as_array);
    let Some(queries) = queries else {
        let error = model.get("error").and_then(Value::as_str);
        bail!("{}", error.unwrap_or("the checker's report names no query"));
    };
    let verdict = |query: &Value| {
        let is_refuted = query.get("resolved")?.as_bool()?;
        let is_finished = query.pointer("/envelope/exhausted")?.as_bool()?;
        let verdict = match (is_refuted, is_finished) {
            (true, _) => Verdict::Refuted,
            (false, true) => Verdict::Held,
            (false, false) => Verdict::Unfinished,
        };
        Some((query.get("query")?.as_str()?.to_owned(), verdict))
    };
    let found: Option<_> = queries.iter().map(verdict).collect();
    found.context("the checker's report has another form than expected")
}

/// Lets the checker search a model for attacks.
fn search(name: &str, source: &str) -> Result<BTreeMap<String, Verdict>> {
    let folder = root().join("target/models");
    std::fs::create_dir_all(&folder)?;
    let path = folder.join(format!("{name}.vp"));
    std::fs::write(&path, source)?;
    // Its output is no terminal, so it does not ask the network for a newer version of itself.
    let output = Command::new("verifpal")
        .args(["verify", "--format", "json", "--sessions", SESSIONS])
        .arg(&path)
        .output()
        .context("can't run verifpal")?;
    let report = String::from_utf8_lossy(&output.stdout);
    verdicts(&report).with_context(|| format!("the model {name}"))
}

/// A query for which another verdict than the expected was found, as a sentence.
fn wrong(query: &str, expected: Verdict, found: &BTreeMap<String, Verdict>) -> Option<String> {
    match found.get(query) {
        Some(verdict) if *verdict == expected => None,
        Some(verdict) => Some(format!("{query}: {}", verdict.name())),
        None => Some(format!("{query}: the model has no such query")),
    }
}

impl Model {
    fn source(&self) -> Result<String> {
        read(&format!("models/{}.vp", self.name))
    }

    /// A line for each query of the model as it stands.
    fn judge(&self, found: &BTreeMap<String, Verdict>) -> Vec<Finding> {
        let holds = self.holds.iter().map(|entry| (Verdict::Held, entry));
        let limits = self.limits.iter().map(|entry| (Verdict::Refuted, entry));
        let findings = limits
            .chain(holds)
            .map(|(expected, (query, says))| Finding {
                model: self.name.clone(),
                variant: None,
                queries: vec![query.clone()],
                says: says.clone(),
                expected,
                wrong: wrong(query, expected, found).into_iter().collect(),
            });
        findings.collect()
    }

    /// One line for a variant: all that it breaks is refuted, and nothing else.
    fn judge_variant(&self, variant: &Variant, found: &BTreeMap<String, Verdict>) -> Finding {
        let queries = self.holds.keys().filter_map(|query| {
            let expected = match variant.refuted.contains(query) {
                true => Verdict::Refuted,
                false => Verdict::Held,
            };
            wrong(query, expected, found)
        });
        Finding {
            model: self.name.clone(),
            variant: Some(variant.name.clone()),
            queries: variant.refuted.iter().cloned().collect(),
            says: variant.broken.clone(),
            expected: Verdict::Refuted,
            wrong: queries.collect(),
        }
    }

    fn check(&self) -> Result<Vec<Finding>> {
        eprintln!("searching {} for attacks", self.name);
        let source = self.source()?;
        let mut findings = self.judge(&search(&self.name, &source_of(&source, None))?);
        for variant in &self.variants {
            let name = format!("{}--{}", self.name, variant.name);
            let found = search(&name, &source_of(&source, Some(&variant.name)))?;
            findings.push(self.judge_variant(variant, &found));
        }
        Ok(findings)
    }
}

impl Finding {
    fn line(&self) -> String {
        let verdict = match (self.wrong.is_empty(), self.expected) {
            (false, _) => "WRONG",
            (true, Verdict::Refuted) => "refuted as expected",
            (true, _) => "held",
        };
        let variant = self.variant.as_ref().map(|name| format!(", {name}"));
        let place = format!("{}{}", self.model, variant.unwrap_or_default());
        let mut line = format!("{verdict:20} {place}: {}", self.says);
        if let (None, Some(query)) = (&self.variant, self.queries.first()) {
            line += &format!(" ({query})");
        }
        for wrong in &self.wrong {
            line += &format!("\n{:20} {wrong}", "");
        }
        line
    }

    fn json(&self) -> Value {
        json!({
            "model": self.model,
            "variant": self.variant,
            "queries": self.queries,
            "says": self.says,
            "expected": self.expected.name(),
            "right": self.wrong.is_empty(),
            "wrong": self.wrong,
        })
    }
}

/// Fails, and says what brings it, if the checker is missing or another version.
fn require() -> Result<()> {
    let found = output("verifpal", &["--version"]).unwrap_or_default();
    match found.trim().strip_prefix("verifpal ") {
        Some(VERSION) => Ok(()),
        Some(other) => {
            bail!("the models are written for verifpal {VERSION}, and here is {other}: {INSTALL}")
        }
        None => bail!("verifpal is missing, which checks the models: {INSTALL}"),
    }
}

/// `cargo xtask models`.
pub(crate) fn run(as_json: bool) -> Result<()> {
    require()?;
    let mut findings = Vec::new();
    for model in models()? {
        findings.extend(model.check()?);
    }
    let wrong = findings.iter().filter(|finding| !finding.wrong.is_empty());
    let wrong = wrong.count();
    if as_json {
        let properties: Vec<Value> = findings.iter().map(Finding::json).collect();
        let result = json!({"right": wrong == 0, "checker": format!("verifpal {VERSION}"), "sessions": SESSIONS, "properties": properties});
        println!("{result}");
    } else {
        for finding in &findings {
            println!("{}", finding.line());
        }
    }
    if wrong > 0 {
        bail!(
            "{wrong} of {} are not as models/expected.toml says",
            findings.len()
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "one\n\ttwo\n\t//@other zwei\n\t//@other drei\n\t//@third trois\nfour\n";

    /// The queries of a model's source.
    fn queries(source: &str) -> BTreeSet<String> {
        let block = source.split_once("queries[").map_or("", |(_, rest)| rest);
        let lines = block.lines().map(str::trim);
        let lines = lines.filter(|line| line.contains('?') && !line.starts_with("//"));
        lines.map(str::to_owned).collect()
    }

    #[test]
    fn a_variant_replaces_the_line_above_its_own() {
        assert_eq!(source_of(SOURCE, None), "one\n\ttwo\nfour\n");
        assert_eq!(source_of(SOURCE, Some("other")), "one\nzwei\ndrei\nfour\n");
        assert_eq!(source_of(SOURCE, Some("third")), "one\ntrois\nfour\n");
    }

    #[test]
    fn what_is_expected_fits_the_models_and_each_property_can_fail() {
        for model in models().unwrap() {
            let name = &model.name;
            let source = model.source().unwrap();
            let expected = model.holds.keys().chain(model.limits.keys());
            assert_eq!(queries(&source), expected.cloned().collect(), "{name}");
            let in_source = source.lines().filter_map(of_variant);
            let in_source: BTreeSet<&str> = in_source.map(|(variant, _)| variant).collect();
            let variants = model.variants.iter().map(|variant| variant.name.as_str());
            assert_eq!(in_source, variants.collect(), "{name}");
            let refuted = model.variants.iter().flat_map(|variant| &variant.refuted);
            let refuted: BTreeSet<&String> = refuted.collect();
            assert_eq!(
                refuted,
                model.holds.keys().collect(),
                "{name}: each can fail"
            );
        }
    }

    #[test]
    fn every_model_is_expected_to_show_something() {
        let files = std::fs::read_dir(root().join("models")).unwrap();
        let files = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        let files: BTreeSet<String> = files.filter(|name| name.ends_with(".vp")).collect();
        let expected = models()
            .unwrap()
            .into_iter()
            .map(|model| model.name + ".vp");
        assert_eq!(files, expected.collect());
    }

    #[test]
    fn another_verdict_than_the_expected_is_wrong() {
        let report = r#"{"models":[{"analysis":{"queries":[
            {"query":"a","resolved":false,"envelope":{"exhausted":true}},
            {"query":"b","resolved":true,"envelope":{"exhausted":true}},
            {"query":"c","resolved":false,"envelope":{"exhausted":false}}]}}]}"#;
        let found = verdicts(report).unwrap();
        assert_eq!(wrong("a", Verdict::Held, &found), None);
        assert_eq!(wrong("b", Verdict::Refuted, &found), None);
        assert!(wrong("a", Verdict::Refuted, &found).is_some());
        assert!(wrong("b", Verdict::Held, &found).is_some());
        assert!(wrong("c", Verdict::Held, &found).is_some());
        assert!(wrong("d", Verdict::Held, &found).is_some());
        let error = verdicts(r#"{"models":[{"error":"no such principal"}]}"#).unwrap_err();
        assert!(error.to_string().contains("no such principal"));
    }
}

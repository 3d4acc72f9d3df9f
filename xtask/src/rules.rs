//! The protocol's numbered rules: each has a test and a vector that exist, and nothing names a rule that does not.

use anyhow::Result;

use crate::documents::quoted;
use crate::run::{read, root, tracked_files};

/// Where the table of rules is.
const TABLE: &str = "docs/protocol.md";

/// The number of a rule, if the word is one: `P12`.
fn number(word: &str) -> Option<u32> {
    let digits = word.strip_prefix('P')?;
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

/// The rows of the table: a rule's number and its row.
fn rows(protocol: &str) -> Vec<(u32, &str)> {
    let rows = protocol.lines().filter_map(|line| {
        let first = line.strip_prefix("| ")?.split(' ').next()?;
        Some((number(first)?, line))
    });
    rows.collect()
}

/// The rules that a text names.
fn named(text: &str) -> impl Iterator<Item = u32> {
    text.split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter_map(number)
}

/// Whether a source has a test of this name: a function right after an attribute that makes it one, or in `proptest!`.
fn has_test(source: &str, name: &str) -> bool {
    let lines: Vec<&str> = source.lines().map(str::trim_start).collect();
    let mut before = lines.iter().enumerate().filter(|(_, line)| {
        let function = line.strip_prefix("async ").unwrap_or(line);
        function
            .strip_prefix("fn ")
            .and_then(|rest| rest.strip_prefix(name))
            .is_some_and(|rest| rest.starts_with('('))
    });
    before.any(|(place, _)| {
        let attributes = lines.iter().take(place).rev();
        let mut attributes =
            attributes.take_while(|line| line.starts_with("#[") || line.starts_with("///"));
        attributes.any(|line| line.starts_with("#[test]") || line.starts_with("#[tokio::test"))
    })
}

/// What is wrong with a test that is named as `file.rs::test_name`.
pub(crate) fn missing_test(word: &str) -> Option<String> {
    let (file, name) = word.rsplit_once("::")?;
    match read(file) {
        Err(_) => Some(format!("`{word}`: there is no file {file}")),
        Ok(source) => {
            (!has_test(&source, name)).then(|| format!("`{word}`: there is no such test"))
        }
    }
}

/// The table itself: numbered without a gap, and every rule with a test.
fn table(protocol: &str) -> Vec<String> {
    let rows = rows(protocol);
    let mut wrong = Vec::new();
    if rows.is_empty() {
        wrong.push(format!("{TABLE} has no numbered rules"));
    }
    let mut due = 1;
    for (number, row) in rows {
        if number != due {
            wrong.push(format!("{TABLE}: P{number} stands where P{due} is due"));
        }
        due = number + 1;
        let words = quoted(row);
        if !words.iter().any(|word| word.contains(".rs::")) {
            wrong.push(format!("{TABLE}: P{number} names no test"));
        }
    }
    wrong
}

/// The vectors: each is about a rule that exists, and there are more to refuse than to accept.
fn vectors(paths: &[String], known: &[u32]) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    let (mut accept, mut reject) = (0_usize, 0_usize);
    let is_vector = |path: &&String| path.starts_with("vectors/") && path.ends_with(".json");
    for path in paths.iter().filter(is_vector) {
        let vector: serde_json::Value = match serde_json::from_str(&read(path)?) {
            Ok(vector) => vector,
            Err(error) => {
                wrong.push(format!("{path} is no JSON: {error}"));
                continue;
            }
        };
        let rule = vector.get("rule").and_then(serde_json::Value::as_str);
        if !rule
            .and_then(number)
            .is_some_and(|rule| known.contains(&rule))
        {
            wrong.push(format!("{path} is about a rule that is not in {TABLE}"));
        }
        accept += usize::from(path.contains("/accept/"));
        reject += usize::from(path.contains("/reject/"));
    }
    if reject <= accept {
        wrong.push(format!(
            "vectors: {reject} to refuse and {accept} to accept; there must be more to refuse"
        ));
    }
    Ok(wrong)
}

/// What is wrong with the rules. That each named test and vector exists, the check of the documents says.
pub(crate) fn check() -> Result<Vec<String>> {
    let protocol = read(TABLE)?;
    let mut wrong = table(&protocol);
    let known: Vec<u32> = rows(&protocol).iter().map(|(rule, _)| *rule).collect();
    let paths = tracked_files()?;
    wrong.extend(vectors(&paths, &known)?);
    for path in paths
        .iter()
        .filter(|path| path.ends_with(".md") && root().join(path).is_file())
    {
        let text = read(path)?;
        let unknown = named(&text).filter(|rule| !known.contains(rule));
        wrong.extend(unknown.map(|rule| format!("{path} names P{rule}, which is not in {TABLE}")));
    }
    Ok(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_without_gaps_and_with_tests_is_in_order() {
        let text = "| rule |\n|---|\n| P1 | says | `a.rs::b` | |\n| P2 | says | `a.rs::c` | |\n";
        assert_eq!(table(text), [""; 0]);
    }

    #[test]
    fn a_gap_and_a_rule_without_a_test_are_found() {
        let found = table("| P1 | says | none | `vectors/a.json` |\n| P3 | says | `a.rs::c` | |");
        let due = [
            "docs/protocol.md: P1 names no test",
            "docs/protocol.md: P3 stands where P2 is due",
        ];
        assert_eq!(found, due);
        assert_eq!(table("no table").len(), 1);
    }

    #[test]
    fn a_test_is_a_function_with_the_attribute() {
        let attribute = "#[te\u{73}t]";
        let source = format!("{attribute}\nfn real() {{}}\n\nfn helper() {{}}\n// fn gone() {{}}");
        assert!(has_test(&source, "real"));
        assert!(!has_test(&source, "rea"));
        assert!(!has_test(&source, "helper"));
        assert!(!has_test(&source, "gone"));
        let source = "#[tokio::test(flavor = \"multi_thread\")]\n    async fn waits() {}";
        assert!(has_test(source, "waits"));
    }

    #[test]
    fn rules_are_found_in_a_text_and_other_words_are_not() {
        let found: Vec<u32> =
            named("after a take (P12, P24–P27) on P-256 and SP800 and Page").collect();
        assert_eq!(found, [12, 24, 27]);
    }
}

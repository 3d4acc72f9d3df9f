//! Makes the vectors, from fixed keys and a seeded generator, by the document and not by the code under test.

mod bodies;
mod ending;
mod entrances;
mod feedback;
mod letters;
mod log;
mod outcomes;

mod partners;
mod posts;
mod public;
mod roster;
mod sealer;
mod shifted;
mod states;
mod trust;
mod trusted;

use std::path::Path;

use data_encoding::HEXLOWER;
use serde_json::Value;

use crate::check::{Inputs, check};

/// The files of one topic.
pub(crate) struct Topic {
    name: &'static str,
    files: Vec<(String, String)>,
}

pub(crate) type Fields = Vec<(&'static str, Value)>;

impl Topic {
    fn new(name: &'static str) -> Topic {
        Topic {
            name,
            files: Vec::new(),
        }
    }

    /// A vector that is accepted; what it gives is noted too.
    fn accept(&mut self, name: &str, rule: &str, inputs: Fields) {
        let value = Value::Object(
            inputs
                .iter()
                .map(|(key, value)| ((*key).to_owned(), value.clone()))
                .collect(),
        );
        let gives = match check(self.name, &Inputs::new(&value)) {
            Ok(gives) => gives,
            Err(refused) => panic!("{}/{name} is refused: {refused}", self.name),
        };
        self.write("accept", name, rule, &inputs, "accept", Some(&gives));
    }

    /// A vector that is refused, and why.
    fn reject(&mut self, name: &str, rule: &str, inputs: Fields, why: &str) {
        self.write(
            "reject",
            name,
            rule,
            &inputs,
            &format!("reject: {why}"),
            None,
        );
    }

    fn write(
        &mut self,
        verdict: &str,
        name: &str,
        rule: &str,
        inputs: &Fields,
        expect: &str,
        gives: Option<&Value>,
    ) {
        let string = |text: &str| Value::from(text).to_string();
        let inputs: Vec<String> = inputs
            .iter()
            .map(|(key, value)| format!("    {}: {value}", string(key)))
            .collect();
        let mut text = format!(
            "{{\n  \"name\": {},\n  \"rule\": {},\n  \"inputs\": {{\n{}\n  }},\n  \"expect\": {}",
            string(name),
            string(rule),
            inputs.join(",\n"),
            string(expect),
        );
        if let Some(gives) = gives {
            text.push_str(&format!(",\n  \"gives\": {}", sorted(gives)));
        }
        text.push_str("\n}\n");
        let path = format!("{}/{verdict}/{name}.json", self.name);
        assert!(
            self.files.iter().all(|(other, _)| *other != path),
            "{path} twice"
        );
        self.files.push((path, text));
    }
}

/// JSON with its keys in order, whatever keeps them.
fn sorted(value: &Value) -> String {
    let Value::Object(fields) = value else {
        return value.to_string();
    };
    let mut fields: Vec<(&String, &Value)> = fields.iter().collect();
    fields.sort_by_key(|(key, _)| *key);
    let fields: Vec<String> = fields
        .into_iter()
        .map(|(key, value)| format!("{}: {}", Value::from(key.as_str()), sorted(value)))
        .collect();
    format!("{{{}}}", fields.join(", "))
}

pub(crate) fn hex(bytes: &[u8]) -> Value {
    HEXLOWER.encode(bytes).into()
}

/// The same inputs with one of them changed.
pub(crate) fn with(inputs: &Fields, name: &'static str, value: Value) -> Fields {
    assert!(
        inputs.iter().any(|(key, _)| *key == name),
        "no input {name}"
    );
    inputs
        .iter()
        .map(|(key, old)| {
            (
                *key,
                if *key == name {
                    value.clone()
                } else {
                    old.clone()
                },
            )
        })
        .collect()
}

/// All files: path below `vectors/`, and text.
pub(crate) fn files() -> Vec<(String, String)> {
    let topics = [
        bodies::envelope(),
        bodies::bodies(),
        public::statement(),
        trust::line(),
        states::phrase(),
        states::names(),
        states::state(),
        states::join(),
        posts::post(),
        posts::reply(),
        log::team_log(),
    ];
    topics.into_iter().flat_map(|topic| topic.files).collect()
}

/// Writes all files.
pub(crate) fn all(directory: &Path) {
    for (path, text) in files() {
        let path = directory.join(path);
        std::fs::create_dir_all(path.parent().expect("a directory")).expect("made");
        std::fs::write(path, text).expect("written");
    }
}

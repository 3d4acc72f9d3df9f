//! What the doctor says of one thing.

use serde::Serialize;

/// What was found.
pub(super) enum Found {
    /// It is as it should be.
    Well(String),
    /// It works, and could be better.
    Advice(String),
    /// It is wrong.
    Wrong(String),
}

/// One thing that was looked at.
#[derive(Serialize)]
pub(super) struct Finding {
    what: &'static str,
    /// False when it is wrong; the command then ends with 1.
    pub(super) well: bool,
    /// Whether it works, and could be better.
    advice: bool,
    /// What was found, and what to do about it.
    says: String,
    /// Why it matters.
    why: &'static str,
}

impl Finding {
    pub(super) fn new(what: &'static str, why: &'static str, found: Found) -> Finding {
        let (well, advice, says) = match found {
            Found::Well(says) => (true, false, says),
            Found::Advice(says) => (true, true, says),
            Found::Wrong(says) => (false, false, says),
        };
        Finding {
            what,
            well,
            advice,
            says,
            why,
        }
    }

    /// The finding in a line for a person, and in a second why it matters if something is to be done.
    pub(super) fn text(&self) -> String {
        let mark = match (self.well, self.advice) {
            (false, _) => "WRONG",
            (true, true) => "could",
            (true, false) => "well ",
        };
        let why = match self.well && !self.advice {
            true => String::new(),
            false => format!("\n       {}", self.why),
        };
        format!("{mark}  {}: {}{why}", self.what, self.says)
    }
}

/// What a test gives that knows only right and wrong.
impl From<Result<String, String>> for Found {
    fn from(result: Result<String, String>) -> Found {
        result.map_or_else(Found::Wrong, Found::Well)
    }
}

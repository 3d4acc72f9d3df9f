//! What scripts may ask for about outcomes, and what they are shown of them.

use desk::{Command, View};
use outcomes::{Epsilon, Month, Publication, Question, Questions, Said};
use serde::Deserialize;
use serde_json::{Value, json};

use super::api_command::{Misunderstood, Understood};

/// A command of a script: `{"command": "draw-outcomes", "month": "2026-11", "epsilon": "0.5", "questions": ["contacts", "reached"]}`.
#[derive(Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum AskedOfOutcomes {
    DrawOutcomes {
        month: String,
        epsilon: String,
        questions: Vec<String>,
    },
    AgreeOutcomes {
        month: String,
    },
    ShowOutcomesAgain {
        month: String,
    },
}

const WORDS: [&str; 3] = ["draw-outcomes", "agree-outcomes", "show-outcomes-again"];

fn month(text: &str) -> Understood<Month> {
    Month::parse(text).ok_or(Misunderstood("month"))
}

fn questions(keys: &[String]) -> Option<Questions> {
    let one = |key: &String| {
        let mut all = Question::ALL.into_iter();
        all.find(|question| question.key() == key)
    };
    Questions::of(&keys.iter().map(one).collect::<Option<Vec<_>>>()?)
}

impl AskedOfOutcomes {
    /// Whether a command of this name is one of these.
    pub(super) fn is_one(name: &str) -> bool {
        WORDS.contains(&name)
    }

    /// One match, so that no command is forgotten.
    pub(super) fn understand(self) -> Understood<Command> {
        Ok(match self {
            AskedOfOutcomes::DrawOutcomes {
                month: of,
                epsilon,
                questions: asked,
            } => Command::DrawOutcomes {
                month: month(&of)?,
                epsilon: Epsilon::parse(&epsilon).ok_or(Misunderstood("epsilon"))?,
                questions: questions(&asked).ok_or(Misunderstood("questions"))?,
            },
            AskedOfOutcomes::AgreeOutcomes { month: of } => Command::AgreeOutcomes(month(&of)?),
            AskedOfOutcomes::ShowOutcomesAgain { month: of } => {
                Command::ShowOutcomesAgain(month(&of)?)
            }
        })
    }
}

/// What is published of each figure, with its range.
pub(super) fn figures(drawn: &Publication) -> Vec<Value> {
    let figures = drawn.said().map(|(figure, said)| {
        let (low, high) = drawn.range(said);
        let value = match said {
            Said::Fewer => None,
            Said::About(value) => Some(value),
        };
        json!({"figure": figure.key(), "value": value, "low95": low, "high95": high})
    });
    figures.collect()
}

/// What was drawn, and what can be drawn; nothing but for coordinators.
pub(super) fn outcomes(view: &View) -> Value {
    let Some(outcomes) = &view.outcomes else {
        return Value::Null;
    };
    let months = outcomes.months.iter().map(|shown| {
        let drawn = &shown.publication;
        json!({
            "month": drawn.month().to_string(), "epsilon": drawn.epsilon().to_string(), "by": shown.by,
            "agreed": shown.is_agreed, "may_agree": shown.may_agree, "may_show_again": shown.may_show_again, "figures": figures(drawn),
        })
    });
    let can_be_drawn = outcomes.can_be_drawn.iter().map(Month::to_string);
    json!({
        "left": outcomes.left.to_string(), "can_be_drawn": can_be_drawn.collect::<Vec<_>>(),
        "months": months.collect::<Vec<_>>(),
    })
}

//! What scripts may ask for about how a case goes, and what they are shown of it.

use desk::{AftercareView, CaseStage, Command, Silence, WishView};
use serde::Deserialize;
use serde_json::{Value, json};
use wire::Day;

use super::api_command::{Misunderstood, Understood, day, label, text};
use crate::card_set::date_of;

/// A command of a script: `{"command": "set-case-stage", "case": "0badcafe", "stage": "deciding"}`.
#[derive(Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum AskedOfCourse {
    SetCaseStage {
        case: String,
        stage: String,
    },
    KeepWish {
        case: String,
        text: String,
    },
    ForgetWish {
        case: String,
        number: u32,
    },
    /// The text is the last word or the reminder; with `nothing` there is none.
    AgreeAftercare {
        case: String,
        until: String,
        #[serde(default)]
        terms: String,
        #[serde(default = "nothing")]
        silence: String,
        #[serde(default)]
        text: String,
    },
    EndAftercare {
        case: String,
    },
}

/// The words by which these commands are told from others.
const WORDS: [&str; 5] = [
    "set-case-stage",
    "keep-wish",
    "forget-wish",
    "agree-aftercare",
    "end-aftercare",
];

fn nothing() -> String {
    "nothing".to_owned()
}

fn stage(word: &str) -> Understood<CaseStage> {
    let words = "stage: listening, informed, deciding, arranging, handed-over, stayed or after";
    CaseStage::from_word(word).ok_or(Misunderstood(words))
}

fn silence(word: &str, typed: &str) -> Understood<Silence> {
    match word {
        "nothing" => Ok(Silence::Nothing),
        "close" => Ok(Silence::Close {
            last_word: text(typed)?,
        }),
        "remind" => Ok(Silence::Remind {
            reminder: text(typed)?,
        }),
        _ => Err(Misunderstood("silence: nothing, close or remind")),
    }
}

impl AskedOfCourse {
    pub(super) fn is_one(name: &str) -> bool {
        WORDS.contains(&name)
    }

    pub(super) fn understand(self) -> Understood<Command> {
        Ok(match self {
            AskedOfCourse::SetCaseStage { case, stage: word } => Command::SetCaseStage {
                case: label(&case)?,
                stage: stage(&word)?,
            },
            AskedOfCourse::KeepWish { case, text: typed } => Command::KeepWish {
                case: label(&case)?,
                text: text(&typed)?,
            },
            AskedOfCourse::ForgetWish { case, number } => Command::ForgetWish {
                case: label(&case)?,
                number,
            },
            AskedOfCourse::AgreeAftercare {
                case,
                until,
                terms,
                silence: word,
                text: typed,
            } => Command::AgreeAftercare {
                case: label(&case)?,
                until: day(&until)?,
                terms: text(&terms)?,
                silence: silence(&word, &typed)?,
            },
            AskedOfCourse::EndAftercare { case } => Command::EndAftercare(label(&case)?),
        })
    }
}

/// What the contact wished, the oldest first.
pub(super) fn wishes(wishes: &[WishView], today: Day) -> Value {
    let one = |wish: &WishView| {
        json!({
            "number": wish.number, "said": date_of(wish.said), "text": wish.text.as_str(), "old": wish.is_old(today),
        })
    };
    wishes.iter().map(one).collect()
}

/// What is agreed for the weeks after.
pub(super) fn aftercare(agreed: &AftercareView, today: Day) -> Value {
    let text = match &agreed.silence {
        Silence::Nothing => None,
        Silence::Close { last_word: text } | Silence::Remind { reminder: text } => {
            Some(text.as_str())
        }
    };
    json!({
        "until": date_of(agreed.until), "terms": agreed.terms.as_str(), "silence": agreed.silence.word(), "text": text,
        "has_written": agreed.has_written, "due": agreed.is_due(today),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_a_command() {
        for word in WORDS {
            let asked: Result<AskedOfCourse, _> = serde_json::from_value(json!({"command": word}));
            let unknown = asked.err().map(|error| error.to_string());
            let unknown = unknown.is_some_and(|error| error.contains("unknown variant"));
            assert!(!unknown, "{word}");
        }
    }

    #[test]
    fn without_a_word_on_silence_nothing_is_agreed_for_it() {
        let asked =
            json!({"command": "agree-aftercare", "case": "0badcafe", "until": "2026-12-24"});
        let asked: AskedOfCourse = serde_json::from_value(asked).unwrap();
        let Ok(Command::AgreeAftercare { silence, terms, .. }) = asked.understand() else {
            panic!("it is understood");
        };
        assert!(matches!(silence, Silence::Nothing) && terms.is_empty());
    }
}

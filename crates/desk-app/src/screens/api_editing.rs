//! What scripts may ask for about cards and claims that are not published, and what they are shown of them.

use desk::{Command, RevisionLabel, View};
use protocol::{Language, Remark, Text};
use record::Edited;
use serde::Deserialize;
use serde_json::{Value, json};

use super::api_command::{Misunderstood, Understood, text};
use super::edit;
use crate::card_set::date_of;

/// A command of a script: `{"command": "drop-revision", "revision": "00112233445566778899aabbccddeeff"}`.
#[derive(Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum AskedOfEditing {
    /// `edited` is `{"card": {…}}` or `{"claim": {"claim": {…}, "texts": {…}, "source": {…}}}`.
    Revise {
        edited: Box<Edited>,
        #[serde(default)]
        base: Option<String>,
        #[serde(default)]
        for_review: bool,
    },
    /// `check` is `facts`, `law` or `language-TAG`.
    CheckRevision {
        revision: String,
        check: String,
        #[serde(default)]
        objection: String,
    },
    DropRevision {
        revision: String,
    },
    PublishEdited {},
    StopCard {
        card: String,
        #[serde(default)]
        for_good: bool,
    },
    Remark {
        card: String,
        language: String,
        remark: String,
    },
}

const WORDS: [&str; 6] = [
    "revise",
    "check-revision",
    "drop-revision",
    "publish-edited",
    "stop-card",
    "remark",
];

fn revision(digits: &str) -> Understood<RevisionLabel> {
    RevisionLabel::from_hex(digits).ok_or(Misunderstood("revision"))
}

impl AskedOfEditing {
    /// Whether a command of this name is one of these.
    pub(super) fn is_one(name: &str) -> bool {
        WORDS.contains(&name)
    }

    /// One match, so that no command is forgotten.
    pub(super) fn understand(self) -> Understood<Command> {
        use AskedOfEditing as Asked;
        Ok(match self {
            Asked::Revise {
                edited,
                base,
                for_review,
            } => Command::Revise {
                edited,
                base: base.map(|base| revision(&base)).transpose()?,
                for_review,
            },
            Asked::CheckRevision {
                revision: digits,
                check,
                objection,
            } => Command::CheckRevision {
                revision: revision(&digits)?,
                check: edit::check_of(&check).ok_or(Misunderstood("check"))?,
                objection: match objection.is_empty() {
                    true => Text::empty(),
                    false => text(&objection)?,
                },
            },
            Asked::DropRevision { revision: digits } => Command::DropRevision(revision(&digits)?),
            Asked::PublishEdited {} => Command::PublishEdited,
            Asked::StopCard { card, for_good } => Command::StopCard { card, for_good },
            Asked::Remark {
                card,
                language,
                remark,
            } => Command::Remark {
                card,
                language: Language::from_tag(&language).ok_or(Misunderstood("language"))?,
                remark: match remark.as_str() {
                    "wrong" => Remark::Wrong,
                    "missing" => Remark::Missing,
                    _ => return Err(Misunderstood("remark")),
                },
            },
        })
    }
}

/// Cards and claims that are not published.
pub(super) fn editing(view: &View) -> Value {
    let editing = &view.editing;
    let revisions = editing.revisions.iter().map(|one| {
        let (kind, name) = one.edited.name();
        let made = one.made.iter().map(|(who, check, objection)| {
            json!({"by": who, "check": edit::check_value(check), "objection": objection})
        });
        let may: Vec<String> = one.may_check.iter().map(edit::check_value).collect();
        let due = json!({"facts": one.due.facts, "law": one.due.law, "languages": one.due.languages});
        json!({
            "revision": one.label.to_string(), "kind": kind.word(), "name": name, "state": edit::state(one),
            "by": one.by, "day": date_of(one.day), "mine": one.mine, "edited": one.edited,
            "made": made.collect::<Vec<_>>(), "due": due, "may_check": may, "may_drop": one.may_drop,
        })
    });
    let remarks = editing.remarks.iter().map(|one| {
        let remark = match one.remark {
            Remark::Wrong => "wrong",
            Remark::Missing => "missing",
        };
        json!({
            "card": one.card, "language": one.language.tag(), "remark": remark, "count": one.count, "day": date_of(one.day),
        })
    });
    let changes = editing.changes.iter().map(|one| {
        json!({
            "day": date_of(one.day), "by": one.by, "what": one.what.word(), "kind": one.kind.word(), "name": one.name,
        })
    });
    let held_back = editing.held_back.iter();
    let held_back = held_back.map(|(card, claim)| json!({"card": card, "claim": claim}));
    json!({
        "revisions": revisions.collect::<Vec<_>>(), "remarks": remarks.collect::<Vec<_>>(),
        "changes": changes.collect::<Vec<_>>(), "held_back": held_back.collect::<Vec<_>>(), "ready": editing.ready,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_a_command() {
        for word in WORDS {
            let asked: Result<AskedOfEditing, _> = serde_json::from_value(json!({"command": word}));
            let unknown = asked.err().map(|error| error.to_string());
            let unknown = unknown.is_some_and(|error| error.contains("unknown variant"));
            assert!(!unknown, "{word}");
        }
    }
}

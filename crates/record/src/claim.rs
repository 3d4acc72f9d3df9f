//! Claims: what somebody said, how, and on what it rests. The line does not say which is true.

use serde::{Deserialize, Serialize};
use wire::Day;

use crate::date_of;

/// Claims, and where they were found. Fields that this version does not know are kept out, not refused: a record grows.
#[derive(Deserialize, Serialize, Clone, Default, PartialEq, Eq, Debug)]
pub struct Record {
    /// Where claims without a source of their own were found.
    #[serde(default)]
    pub source: RecordSource,
    /// Further sources, named by claims.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<RecordSource>,
    /// The claims.
    #[serde(default)]
    pub claims: Vec<Claim>,
}

/// One place where claims were found.
#[derive(Deserialize, Serialize, Clone, Default, PartialEq, Eq, Debug)]
pub struct RecordSource {
    /// Its name among the sources.
    #[serde(default)]
    pub id: String,
    /// What it is: news article, treaty, statement.
    #[serde(default)]
    pub kind: String,
    /// Who wrote it.
    #[serde(default)]
    pub author: String,
    /// Who published it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub publisher: String,
    /// Where it can be read.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// When it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<u32>,
    /// The month, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub month: Option<u32>,
    /// When it was read, as a date.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub date_read: String,
    /// SHA-256 of an archived copy, 64 hexadecimal digits.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub archived: String,
    /// Whom it repeats: ids of other sources, or names of publishers. What repeats one origin is one source.
    #[serde(default)]
    pub relays: Vec<String>,
    /// The day since when it cannot be found any more, as a date.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub gone: String,
}

/// A number in a claim, with its bound.
#[derive(Deserialize, Serialize, Clone, PartialEq, Eq, Debug)]
pub struct Number {
    /// The number.
    pub value: serde_json::Number,
    /// Of what.
    #[serde(default)]
    pub unit: String,
    /// `exactly`, `about`, `at least`, `at most`.
    #[serde(default)]
    pub bound: String,
}

/// One claim.
#[derive(Deserialize, Serialize, Clone, Default, PartialEq, Eq, Debug)]
pub struct Claim {
    /// Its name.
    pub id: String,
    /// What was said.
    pub text: String,
    /// Who said it.
    #[serde(default)]
    pub said_by: String,
    /// `reported`, `stated`, `confirmed`, `denied`, `open`, `opinion`, `background`.
    #[serde(default)]
    pub how: String,
    /// The number in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<Number>,
    /// When it was said, as a date.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub date_said: String,
    /// The source, by id; empty for the record's own.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// Claims that cannot be true if this one is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contradicts: Vec<String>,
    /// Claims that this one makes more likely.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supports: Vec<String>,
    /// Claims of which this one speaks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub about: Vec<String>,
    /// What else a reader should know.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// The day on which whoever said it took it back, or it was found to be no such saying, as a date.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub withdrawn: String,
    /// What the record had in its place before, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<Earlier>,
}

/// A claim as the record had it before it was changed.
#[derive(Deserialize, Serialize, Clone, Default, PartialEq, Eq, Debug)]
pub struct Earlier {
    /// The day on which it was changed, as a date.
    pub until: String,
    /// What was said.
    #[serde(default)]
    pub text: String,
    /// Who said it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub said_by: String,
    /// One of [`Claim::WAYS`].
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub how: String,
    /// The number in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<Number>,
    /// When it was said, as a date.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub date_said: String,
    /// The day on which it was taken back, as a date, if a later version stands again.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub withdrawn: String,
}

impl Earlier {
    /// How many earlier versions a claim keeps; the oldest go first.
    pub const MOST: usize = 20;

    fn of(claim: &Claim, until: String) -> Earlier {
        Earlier {
            until,
            text: claim.text.clone(),
            said_by: claim.said_by.clone(),
            how: claim.how.clone(),
            number: claim.number.clone(),
            date_said: claim.date_said.clone(),
            withdrawn: claim.withdrawn.clone(),
        }
    }
}

impl Claim {
    /// The ways in which something can be said.
    pub const WAYS: [&str; 7] = [
        "reported",
        "stated",
        "confirmed",
        "denied",
        "open",
        "opinion",
        "background",
    ];

    /// Whether it is the same claim as another one, whatever the record had before.
    pub fn is_as(&self, other: &Claim) -> bool {
        let now = |claim: &Claim| Claim {
            earlier: Vec::new(),
            ..claim.clone()
        };
        now(self) == now(other)
    }

    /// The claim in place of another one of its name from a day on: what that one said is kept, with what it had kept itself. A change of
    /// its links or its note alone is no other saying.
    pub fn in_place_of(&self, old: &Claim, today: Day) -> Claim {
        let mut next = self.clone();
        next.earlier.clone_from(&old.earlier);
        let (was, is) = (
            Earlier::of(old, date_of(today)),
            Earlier::of(self, date_of(today)),
        );
        if was != is {
            next.earlier.push(was);
        }
        let more = next.earlier.len().saturating_sub(Earlier::MOST);
        next.earlier.drain(..more);
        next
    }

    /// Whether it stands: it was not withdrawn.
    pub fn stands(&self) -> bool {
        self.withdrawn.is_empty()
    }
}

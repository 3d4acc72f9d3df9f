//! Cards, and the set in which they are published.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use wire::Day;

use crate::date::day_of;
use crate::{Claim, Record};

/// The size of a card set that is read at all, in bytes of JSON.
const LARGEST: usize = 32_000_000;

/// What was read is no card set.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotACardSet {
    /// It has more than 32,000,000 bytes.
    #[error("a card set has at most 32,000,000 bytes")]
    TooLarge,
    /// It is not JSON of that shape.
    #[error("this is no JSON of a card set's shape")]
    Shape,
}

/// A card set: cards, and perhaps the record with translations of its claims.
#[derive(Deserialize, Serialize, Clone, Default, PartialEq, Eq, Debug)]
pub struct CardSet {
    /// The cards.
    pub cards: Vec<Card>,
    /// The record on which they rest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<Record>,
    /// Whether it is demonstration data, which each screen then says.
    #[serde(default)]
    pub demonstration: bool,
    /// The time zone in which contacts commonly live (IANA), so that guides see both times.
    #[serde(default)]
    pub contact_zone: String,
    /// Language tag → what stands above what is known and what is not.
    #[serde(default)]
    pub headings: BTreeMap<String, Headings>,
    /// Claim id → language tag → text.
    #[serde(default)]
    pub claims: BTreeMap<String, BTreeMap<String, String>>,
}

/// What stands above the parts of a card that need a name.
#[derive(Deserialize, Serialize, Clone, Default, PartialEq, Eq, Debug)]
pub struct Headings {
    /// Above what is known.
    #[serde(default)]
    pub known: String,
    /// Above what is not known.
    #[serde(default)]
    pub not_known: String,
}

/// How fast what a card says becomes old.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    /// Once in 180 days.
    General,
    /// Once in 60 days.
    Law,
    /// Once in 30 days.
    Devices,
    /// Once in 14 days.
    Partners,
}

impl Class {
    /// The class of a word.
    pub fn of(word: &str) -> Option<Class> {
        Some(match word {
            "general" => Class::General,
            "law" => Class::Law,
            "devices" => Class::Devices,
            "partners" => Class::Partners,
            _ => return None,
        })
    }

    /// After how many days at most a card is checked again.
    pub fn review_days(self) -> u32 {
        match self {
            Class::General => 180,
            Class::Law => 60,
            Class::Devices => 30,
            Class::Partners => 14,
        }
    }
}

/// A dated answer to one question.
#[derive(Deserialize, Serialize, Clone, Default, PartialEq, Eq, Debug)]
pub struct Card {
    /// Its name, for people and programs.
    pub id: String,
    /// `general`, `law`, `devices`, `partners`.
    #[serde(default)]
    pub class: String,
    /// When it was checked, as a date.
    #[serde(default)]
    pub reviewed: String,
    /// From when on it has expired, as a date.
    #[serde(default)]
    pub review_by: String,
    /// Language tag → text.
    #[serde(default)]
    pub texts: BTreeMap<String, CardText>,
    /// The claims on which it rests.
    #[serde(default)]
    pub rests_on: Vec<String>,
    /// What else it rests on.
    #[serde(default)]
    pub sources: Vec<Source>,
    /// Since when it is suspended, as a date; empty when it is not.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub suspended: String,
    /// Since when it is withdrawn, as a date; empty when it is not.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub withdrawn: String,
}

/// A card in one language.
#[derive(Deserialize, Serialize, Clone, Default, PartialEq, Eq, Debug)]
pub struct CardText {
    /// The question.
    pub question: String,
    /// The answer: at most three sentences.
    pub answer: String,
    /// What is known.
    #[serde(default)]
    pub known: String,
    /// What is not known.
    #[serde(default)]
    pub not_known: String,
}

impl CardText {
    /// All parts that are not empty, in the order in which they are read.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        let parts = [&self.question, &self.answer, &self.known, &self.not_known];
        parts
            .into_iter()
            .map(String::as_str)
            .filter(|part| !part.is_empty())
    }
}

/// What a card rests on beside claims.
#[derive(Deserialize, Serialize, Clone, Default, PartialEq, Eq, Debug)]
pub struct Source {
    /// Its title.
    #[serde(default)]
    pub title: String,
    /// Who published it.
    #[serde(default)]
    pub publisher: String,
    /// When it was read, as a date.
    #[serde(default)]
    pub date_read: String,
    /// `primary` for a legal text itself, or for what the line says of itself; one such source is enough.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub kind: String,
}

impl CardSet {
    /// Reads a card set.
    ///
    /// # Errors
    /// [`NotACardSet`].
    pub fn parse(json: &str) -> Result<CardSet, NotACardSet> {
        if json.len() > LARGEST {
            return Err(NotACardSet::TooLarge);
        }
        serde_json::from_str(json).map_err(|_| NotACardSet::Shape)
    }

    /// Reads what a desk holds; what has not the shape counts as no cards.
    pub fn of_desk(json: Option<&str>) -> CardSet {
        json.and_then(|json| CardSet::parse(json).ok())
            .unwrap_or_default()
    }

    /// The card of a name.
    pub fn card(&self, id: &str) -> Option<&Card> {
        self.cards.iter().find(|card| card.id == id)
    }

    /// What a contact reads of a card in one language: its non-empty parts with an empty line between them, and a heading above what is
    /// known and what is not. `None` when such a heading is due and missing: nobody could tell the one from the other.
    pub fn joined(&self, tag: &str, text: &CardText) -> Option<String> {
        let headings = self.headings.get(tag);
        let under = |heading: Option<&String>, part: &str| {
            let heading = heading.filter(|heading| !heading.is_empty());
            match part.is_empty() {
                true => Some(String::new()),
                false => heading.map(|heading| format!("{heading}:\n{part}")),
            }
        };
        let parts = [
            text.question.clone(),
            text.answer.clone(),
            under(headings.map(|h| &h.known), &text.known)?,
            under(headings.map(|h| &h.not_known), &text.not_known)?,
        ];
        let parts: Vec<&str> = parts
            .iter()
            .map(String::as_str)
            .filter(|part| !part.is_empty())
            .collect();
        Some(parts.join("\n\n"))
    }

    /// The claims of the record.
    pub fn all_claims(&self) -> &[Claim] {
        self.record
            .as_ref()
            .map_or(&[], |record| record.claims.as_slice())
    }
}

impl Card {
    /// Whether its check still holds on a day.
    pub fn is_current(&self, today: Day) -> bool {
        day_of(&self.review_by).is_some_and(|review_by| today < review_by)
    }

    /// The text in a language.
    pub fn text(&self, tag: &str) -> Option<&CardText> {
        self.texts.get(tag)
    }

    /// Its class, if it has one of the known.
    pub fn class(&self) -> Option<Class> {
        Class::of(&self.class)
    }
}

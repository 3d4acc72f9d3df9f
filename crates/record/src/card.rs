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

/// The parts of a card's text that stand under a heading.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Part {
    /// What is known.
    Known,
    /// What is not known.
    NotKnown,
    /// What differs by place.
    Differs,
    /// What to do.
    ToDo,
    /// What never to do.
    NeverDo,
    /// For whom all this holds.
    ValidFor,
}

impl Part {
    /// All of them, in the order in which they are read.
    pub const ALL: [Part; 6] = [
        Part::ToDo,
        Part::NeverDo,
        Part::Known,
        Part::NotKnown,
        Part::Differs,
        Part::ValidFor,
    ];

    /// Its word, in addresses, strings and scripts.
    pub fn word(self) -> &'static str {
        match self {
            Part::Known => "known",
            Part::NotKnown => "not-known",
            Part::Differs => "differs",
            Part::ToDo => "to-do",
            Part::NeverDo => "never-do",
            Part::ValidFor => "valid-for",
        }
    }
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
    /// Above what differs by place.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub differs: String,
    /// Above what to do.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub to_do: String,
    /// Above what never to do.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub never_do: String,
    /// Above for whom it holds.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub valid_for: String,
}

impl Headings {
    /// What stands above a part.
    pub fn of(&self, part: Part) -> &str {
        match part {
            Part::Known => &self.known,
            Part::NotKnown => &self.not_known,
            Part::Differs => &self.differs,
            Part::ToDo => &self.to_do,
            Part::NeverDo => &self.never_do,
            Part::ValidFor => &self.valid_for,
        }
    }
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
    /// The language in which it was written; empty for English, or its first.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub original: String,
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
    /// What differs by place.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub differs: String,
    /// What to do.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub to_do: String,
    /// What never to do.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub never_do: String,
    /// For whom all this holds; empty for everybody.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub valid_for: String,
}

impl CardText {
    /// What stands under a heading.
    pub fn of(&self, part: Part) -> &str {
        match part {
            Part::Known => &self.known,
            Part::NotKnown => &self.not_known,
            Part::Differs => &self.differs,
            Part::ToDo => &self.to_do,
            Part::NeverDo => &self.never_do,
            Part::ValidFor => &self.valid_for,
        }
    }

    /// What stands under a heading, to be written.
    pub fn of_mut(&mut self, part: Part) -> &mut String {
        match part {
            Part::Known => &mut self.known,
            Part::NotKnown => &mut self.not_known,
            Part::Differs => &mut self.differs,
            Part::ToDo => &mut self.to_do,
            Part::NeverDo => &mut self.never_do,
            Part::ValidFor => &mut self.valid_for,
        }
    }

    /// All parts that are not empty, in the order in which they are read.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        let headed = Part::ALL.into_iter().map(|part| self.of(part));
        [self.question.as_str(), &self.answer]
            .into_iter()
            .chain(headed)
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

    /// What a contact reads of a card in one language: its non-empty parts with an empty line between them, and a heading above each but
    /// question and answer. `None` when such a heading is due and missing: nobody could tell the one from the other.
    pub fn joined(&self, tag: &str, text: &CardText) -> Option<String> {
        let headings = self.headings.get(tag);
        let mut parts = vec![text.question.clone(), text.answer.clone()];
        for part in Part::ALL {
            let said = text.of(part);
            if !said.is_empty() {
                let heading = headings.map(|headings| headings.of(part));
                let heading = heading.filter(|heading| !heading.is_empty())?;
                parts.push(format!("{heading}:\n{said}"));
            }
        }
        parts.retain(|part| !part.is_empty());
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

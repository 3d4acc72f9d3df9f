//! Who has to look at a card before it is published, and what a change undoes.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use wire::Day;

use crate::{Card, CardSet, Claim, Class, RecordSource};

/// How many persons beside the authors check what a card says.
pub const CHECKERS: usize = 2;

/// What somebody answers for who checked a card.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Check {
    /// What it says is what its claims and sources say, in the language in which it was written.
    Facts,
    /// The text in this language says the same, in the words of its readers.
    Language(String),
    /// A lawyer: what it says of the law.
    Law,
}

/// Who has still to look at a card.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Due {
    /// So many persons, for what it says.
    pub facts: usize,
    /// A lawyer.
    pub law: bool,
    /// Somebody for each of these languages. Without, the card goes out without that language.
    pub languages: Vec<String>,
}

impl Due {
    /// Whether the card may go out, in the languages that were checked.
    pub fn is_met(&self) -> bool {
        self.facts == 0 && !self.law
    }
}

/// A claim as somebody wants it in the record.
#[derive(Deserialize, Serialize, Clone, Default, PartialEq, Eq, Debug)]
pub struct EditedClaim {
    /// The claim.
    pub claim: Claim,
    /// Language tag → text.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub texts: BTreeMap<String, String>,
    /// Its source, if the record does not have it yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<RecordSource>,
}

/// What is edited: a card, or a claim.
#[derive(Deserialize, Serialize, Clone, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Edited {
    /// A card.
    Card(Box<Card>),
    /// A claim.
    Claim(Box<EditedClaim>),
}

impl Edited {
    /// Its kind and its name: what two versions of one thing have in common.
    pub fn name(&self) -> (EditedKind, &str) {
        match self {
            Edited::Card(card) => (EditedKind::Card, &card.id),
            Edited::Claim(edited) => (EditedKind::Claim, &edited.claim.id),
        }
    }
}

/// The kinds of what is edited.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum EditedKind {
    /// A card.
    Card = 1,
    /// A claim.
    Claim = 2,
}

impl EditedKind {
    /// Its word, in addresses and scripts.
    pub fn word(self) -> &'static str {
        match self {
            EditedKind::Card => "card",
            EditedKind::Claim => "claim",
        }
    }
}

/// What of a card holds for all its languages, and the text in the language in which it was written.
fn basis(card: &Card) -> Card {
    let written_in = card.written_in().map(str::to_owned);
    let mut basis = card.clone();
    basis
        .texts
        .retain(|tag, _| Some(tag) == written_in.as_ref());
    basis.suspended = String::new();
    basis.withdrawn = String::new();
    basis
}

impl Card {
    /// The language in which it was written: the one that it names, or else English, or else its first. The others are translations.
    pub fn written_in(&self) -> Option<&str> {
        let named = [self.original.as_str(), "en"];
        let mut named = named
            .into_iter()
            .filter(|tag| self.texts.contains_key(*tag));
        named
            .next()
            .or_else(|| self.texts.keys().next().map(String::as_str))
    }

    /// Whether a check that somebody made of this card holds for another version of it as well: what was looked at is still the same. A
    /// translation is looked at beside what it translates.
    pub fn keeps(&self, check: &Check, next: &Card) -> bool {
        let is_same = basis(self) == basis(next);
        match check {
            Check::Facts | Check::Law => is_same,
            Check::Language(tag) => is_same && self.texts.get(tag) == next.texts.get(tag),
        }
    }

    /// Who has still to look at it, after these persons have; none of them may be an author of it.
    pub fn due<Person: Ord>(&self, made: &[(Person, Check)]) -> Due {
        let facts: BTreeSet<&Person> = made
            .iter()
            .filter(|(_, check)| *check == Check::Facts)
            .map(|(person, _)| person)
            .collect();
        let has = |wanted: &Check| made.iter().any(|(_, check)| check == wanted);
        let translations = self.texts.keys().filter(|tag| {
            Some(tag.as_str()) != self.written_in() && !has(&Check::Language((*tag).clone()))
        });
        Due {
            facts: CHECKERS.saturating_sub(facts.len()),
            law: self.class() == Some(Class::Law) && !has(&Check::Law),
            languages: translations.cloned().collect(),
        }
    }

    /// The card as it may go out after these checks: without the languages that nobody checked. `None` before enough have looked.
    pub fn as_checked<Person: Ord>(&self, made: &[(Person, Check)]) -> Option<Card> {
        let due = self.due(made);
        let mut card = self.clone();
        card.texts.retain(|tag, _| !due.languages.contains(tag));
        due.is_met().then_some(card)
    }

    /// Whether all that this version says was in another one, or it says less: it lacks a language, or does not stand any more.
    pub fn says_no_more_than(&self, other: &Card) -> bool {
        let texts = &other.texts;
        let is_same = |(tag, text)| texts.get(tag) == Some(text);
        basis(self) == basis(other) && self.texts.iter().all(is_same)
    }
}

impl CardSet {
    /// The cards of it that say what neither the set before said nor a checked card does. The first set of a demonstration is excused.
    pub fn unchecked(&self, before: Option<&CardSet>, checked: &[Card]) -> Vec<&str> {
        if before.is_none() && self.demonstration {
            return Vec::new();
        }
        let nothing = CardSet::NONE;
        let before = before.unwrap_or(&nothing);
        let mut known: BTreeMap<&str, Vec<&Card>> = BTreeMap::new();
        for card in before.cards.iter().chain(checked) {
            known.entry(&card.id).or_default().push(card);
        }
        let new = self.cards.iter().filter(|card| {
            let known = known.get(card.id.as_str());
            // What was suspended or withdrawn is not revived by leaving that out.
            let covers = |old: &&&Card| {
                let stood = old.withdrawn.is_empty() || !card.withdrawn.is_empty();
                let held = old.suspended.is_empty() || !card.suspended.is_empty();
                card.says_no_more_than(old) && stood && held
            };
            known.is_none_or(|known| !known.iter().any(|old| covers(&old)))
        });
        new.map(|card| card.id.as_str()).collect()
    }

    /// A set without anything.
    pub const NONE: CardSet = CardSet {
        cards: Vec::new(),
        record: None,
        demonstration: false,
        contact_zone: String::new(),
        headings: BTreeMap::new(),
        claims: BTreeMap::new(),
    };

    /// Takes in a card or a claim on a day, in place of the one of that name; what a claim said before is kept with it.
    pub fn take_in(&mut self, edited: &Edited, today: Day) {
        match edited {
            Edited::Card(card) => place(&mut self.cards, (**card).clone(), |card| &card.id),
            Edited::Claim(edited) => {
                let record = self.record.get_or_insert_default();
                if let Some(source) = &edited.source {
                    place(&mut record.sources, source.clone(), |source| &source.id);
                }
                let mut claims = record.claims.iter();
                let old = claims.find(|old| old.id == edited.claim.id);
                let claim = old.map_or_else(
                    || edited.claim.clone(),
                    |old| edited.claim.in_place_of(old, today),
                );
                place(&mut record.claims, claim, |claim| &claim.id);
                if !edited.texts.is_empty() {
                    let id = edited.claim.id.clone();
                    self.claims.insert(id, edited.texts.clone());
                }
            }
        }
    }
}

fn place<T>(all: &mut Vec<T>, one: T, name: impl Fn(&T) -> &String) {
    match all.iter_mut().find(|other| name(other) == name(&one)) {
        Some(other) => *other = one,
        None => all.push(one),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(class: &str, english: &str, korean: &str) -> Card {
        let json = format!(
            r#"{{"id":"a","class":"{class}","texts":{{"en":{{"question":"Q","answer":"{english}"}},"ko":{{"question":"Q","answer":"{korean}"}}}}}}"#
        );
        serde_json::from_str(&json).unwrap()
    }

    #[test]
    fn two_persons_check_what_a_card_says_and_one_more_each_language() {
        let card = card("general", "yes", "예");
        let mut made = vec![("heron", Check::Facts), ("heron", Check::Facts)];
        assert_eq!(card.due(&made).facts, 1, "one person twice is one person");
        assert_eq!(card.as_checked(&made), None);
        made.push(("magpie", Check::Facts));
        let without = card.as_checked(&made).unwrap();
        assert_eq!(
            without.texts.keys().collect::<Vec<_>>(),
            ["en"],
            "nobody looked at the other language"
        );
        made.push(("magpie", Check::Language("ko".into())));
        assert_eq!(card.as_checked(&made).unwrap(), card);
    }

    #[test]
    fn a_law_card_waits_for_a_lawyer() {
        let card = card("law", "yes", "예");
        let mut made = vec![("heron", Check::Facts), ("magpie", Check::Facts)];
        assert!(card.due(&made).law);
        assert_eq!(card.as_checked(&made), None);
        made.push(("crane", Check::Law));
        assert!(card.as_checked(&made).is_some());
    }

    #[test]
    fn a_change_undoes_the_checks_of_what_it_touches() {
        let before = card("general", "yes", "예");
        let korean = Check::Language("ko".into());
        let typo = card("general", "yes", "네");
        assert!(before.keeps(&Check::Facts, &typo));
        assert!(!before.keeps(&korean, &typo));
        let other = card("general", "no", "예");
        assert!(!before.keeps(&Check::Facts, &other));
        assert!(
            !before.keeps(&korean, &other),
            "a translation expires with what it translates"
        );
        let mut renewed = before.clone();
        renewed.review_by = "2027-01-01".into();
        assert!(
            !before.keeps(&Check::Facts, &renewed),
            "a new date is a new check"
        );
    }

    #[test]
    fn what_a_claim_said_before_stays_with_it() {
        let mut set = CardSet::default();
        let claim = |text: &str, note: &str| {
            let claim = Claim {
                id: "a".into(),
                text: text.into(),
                note: note.into(),
                ..Claim::default()
            };
            let claim = Box::new(EditedClaim {
                claim,
                ..EditedClaim::default()
            });
            Edited::Claim(claim)
        };
        let day = wire::Day(20_780);
        for (text, note) in [("18", ""), ("18", "typo"), ("20", "typo"), ("18", "typo")] {
            set.take_in(&claim(text, note), day);
        }
        let now = &set.all_claims()[0];
        let texts: Vec<_> = now.earlier.iter().map(|one| one.text.as_str()).collect();
        assert_eq!(texts, ["18", "20"], "a note alone is no other saying");
        assert_eq!(now.earlier[0].until, "2026-11-23");
        let Edited::Claim(edited) = claim("18", "typo") else {
            unreachable!()
        };
        assert!(edited.claim.is_as(now) && edited.claim != *now);
    }

    #[test]
    fn only_what_was_checked_or_already_said_is_published() {
        let old = card("general", "yes", "예");
        let set = |card: &Card| CardSet {
            cards: vec![card.clone()],
            ..CardSet::NONE
        };
        let before = set(&old);
        let mut less = old.clone();
        less.texts.remove("ko");
        less.suspended = "2026-11-24".into();
        assert!(set(&less).unchecked(Some(&before), &[]).is_empty());
        assert_eq!(
            set(&old).unchecked(Some(&set(&less)), &[]),
            ["a"],
            "a suspended card is not revived so"
        );
        let other = card("general", "no", "예");
        assert_eq!(set(&other).unchecked(Some(&before), &[]), ["a"]);
        assert!(
            set(&other)
                .unchecked(Some(&before), std::slice::from_ref(&other))
                .is_empty()
        );
        assert_eq!(set(&old).unchecked(None, &[]), ["a"]);
        let mut first = set(&old);
        first.demonstration = true;
        assert!(first.unchecked(None, &[]).is_empty());
        assert!(first.unchecked(Some(&CardSet::NONE), &[]) == ["a"]);
    }
}

//! What is wrong with a card set, before it is published.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::Graph;
use crate::{Card, CardSet, Claim, RecordSource, day_of};

/// The fewest sources of a card, unless one of them is primary.
const SOURCES: usize = 2;
/// The most sentences of an answer.
const SENTENCES: usize = 3;
/// The bytes of a card's parts in one language at most, with the empty lines and headings between them.
const TEXT: usize = 1500;

/// One thing that is wrong.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Problem {
    /// Two cards have one name, or a card has none.
    CardName(String),
    /// A card's class is none of the known.
    CardClass(String),
    /// A card's day of review is no date, or it is to be checked again before it was checked.
    CardDate(String),
    /// A card would be checked again later than its class allows: card, days at most.
    ReviewTooFar(String, u32),
    /// A card has no text, or a text without a question or an answer.
    CardEmpty(String),
    /// A card's answer has more than three sentences: card, language.
    AnswerTooLong(String, String),
    /// A card's text is longer than a message: card, language, bytes too many.
    TextTooLong(String, String, usize),
    /// A card says what is known or not known in a language without words above it: card, language.
    NoHeading(String, String),
    /// A card rests on fewer than two sources, none of them primary.
    TooFewSources(String),
    /// A card or a claim names a claim that is not there: by, named.
    UnknownClaim(String, String),
    /// Two claims have one name, or a claim has none.
    ClaimName(String),
    /// A claim is said in no known way.
    ClaimHow(String),
    /// A claim names a source that is not there.
    UnknownSource(String, String),
    /// A claim has something to say of itself.
    ClaimOfItself(String),
    /// A claim supports and contradicts the same one.
    SupportsAndContradicts(String, String),
    /// A claim supports itself through others.
    Circular(String),
    /// A source cannot be found any more, and no copy of it is archived.
    SourceGone(String),
}

impl Problem {
    /// Its word, for strings and scripts.
    pub fn word(&self) -> &'static str {
        match self {
            Problem::CardName(_) => "card-name",
            Problem::CardClass(_) => "card-class",
            Problem::CardDate(_) => "card-date",
            Problem::ReviewTooFar(..) => "review-too-far",
            Problem::CardEmpty(_) => "card-empty",
            Problem::AnswerTooLong(..) => "answer-too-long",
            Problem::TextTooLong(..) => "text-too-long",
            Problem::NoHeading(..) => "no-heading",
            Problem::TooFewSources(_) => "too-few-sources",
            Problem::UnknownClaim(..) => "unknown-claim",
            Problem::ClaimName(_) => "claim-name",
            Problem::ClaimHow(_) => "claim-how",
            Problem::UnknownSource(..) => "unknown-source",
            Problem::ClaimOfItself(_) => "claim-of-itself",
            Problem::SupportsAndContradicts(..) => "supports-and-contradicts",
            Problem::Circular(_) => "circular",
            Problem::SourceGone(_) => "source-gone",
        }
    }

    /// What it is about: a card, a claim, or a source.
    pub fn about(&self) -> &str {
        match self {
            Problem::CardName(one)
            | Problem::CardClass(one)
            | Problem::CardDate(one)
            | Problem::ReviewTooFar(one, _)
            | Problem::CardEmpty(one)
            | Problem::AnswerTooLong(one, _)
            | Problem::TextTooLong(one, ..)
            | Problem::NoHeading(one, _)
            | Problem::TooFewSources(one)
            | Problem::UnknownClaim(one, _)
            | Problem::ClaimName(one)
            | Problem::ClaimHow(one)
            | Problem::UnknownSource(one, _)
            | Problem::ClaimOfItself(one)
            | Problem::SupportsAndContradicts(one, _)
            | Problem::Circular(one)
            | Problem::SourceGone(one) => one,
        }
    }

    /// What else it names: a language, another claim, or a number.
    pub fn detail(&self) -> String {
        match self {
            Problem::ReviewTooFar(_, days) => days.to_string(),
            Problem::AnswerTooLong(_, other)
            | Problem::NoHeading(_, other)
            | Problem::UnknownClaim(_, other)
            | Problem::UnknownSource(_, other)
            | Problem::SupportsAndContradicts(_, other) => other.clone(),
            Problem::TextTooLong(_, language, over) => format!("{language}, +{over}"),
            _ => String::new(),
        }
    }

    /// Whether a set that has it may not be published. A demonstration may rest on too little, which is still shown.
    pub fn refuses(&self, is_demonstration: bool) -> bool {
        match self {
            Problem::SourceGone(_) => false,
            Problem::TooFewSources(_) => !is_demonstration,
            _ => true,
        }
    }
}

/// How many sentences a text has, by the marks that end them in the languages of the line.
fn sentences(text: &str) -> usize {
    let mut count = 0;
    let mut is_open = false;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let ends = matches!(letter, '.' | '!' | '?' | '…' | '。' | '！' | '？')
            && letters
                .peek()
                .is_none_or(|next| next.is_whitespace() || matches!(next, '"' | '”' | '»'));
        if ends && is_open {
            count += 1;
            is_open = false;
        } else if letter.is_alphanumeric() {
            is_open = true;
        }
    }
    count + usize::from(is_open)
}

/// On how many independent sources a card rests, as far as two is enough: by publishers or by the origins of its claims, whichever are
/// more; a publisher that a card names beside a claim of it is not one more. One primary source is enough.
fn independent_sources(card: &Card, origins: &BTreeMap<&str, BTreeSet<&str>>) -> usize {
    if card.sources.iter().any(|source| source.kind == "primary") {
        return SOURCES;
    }
    let publishers = card.sources.iter().map(|source| source.publisher.as_str());
    let publishers: BTreeSet<&str> = publishers.filter(|name| !name.is_empty()).collect();
    let of_claims = card
        .rests_on
        .iter()
        .filter_map(|id| origins.get(id.as_str()));
    let of_claims: BTreeSet<&str> = of_claims.flatten().copied().collect();
    publishers.len().max(of_claims.len())
}

impl CardSet {
    /// What is wrong with it, each thing once, in a fixed order.
    pub fn problems(&self) -> Vec<Problem> {
        let graph = Graph::of(self);
        let mut found = BTreeSet::new();
        let mut names = BTreeSet::new();
        let origins = self.origins_by_claim();
        for card in &self.cards {
            if independent_sources(card, &origins) < SOURCES {
                found.insert(Problem::TooFewSources(card.id.clone()));
            }
            if card.id.is_empty() || card.id.len() > 255 || !names.insert(card.id.as_str()) {
                found.insert(Problem::CardName(card.id.clone()));
            }
            self.card_problems(card, &graph, &mut found);
        }
        self.claim_problems(&graph, &mut found);
        for id in graph.circular() {
            found.insert(Problem::Circular(id.to_owned()));
        }
        found.into_iter().collect()
    }

    /// Those of them for which it may not be published.
    pub fn refusals(&self) -> Vec<Problem> {
        let mut problems = self.problems();
        problems.retain(|problem| problem.refuses(self.demonstration));
        problems
    }

    fn card_problems(&self, card: &Card, graph: &Graph<'_>, found: &mut BTreeSet<Problem>) {
        let id = || card.id.clone();
        match (
            day_of(&card.reviewed),
            day_of(&card.review_by),
            card.class(),
        ) {
            (_, _, None) => {
                found.insert(Problem::CardClass(id()));
            }
            (Some(reviewed), Some(by), Some(class)) if reviewed < by => {
                if by > reviewed.plus(class.review_days()) {
                    found.insert(Problem::ReviewTooFar(id(), class.review_days()));
                }
            }
            _ => {
                found.insert(Problem::CardDate(id()));
            }
        }
        let is_empty = |text: &str| text.trim().is_empty();
        let mut texts = card.texts.values();
        if card.texts.is_empty()
            || texts.any(|text| is_empty(&text.question) || is_empty(&text.answer))
        {
            found.insert(Problem::CardEmpty(id()));
        }
        for (tag, text) in &card.texts {
            if sentences(&text.answer) > SENTENCES {
                found.insert(Problem::AnswerTooLong(id(), tag.clone()));
            }
            let over = self
                .joined(tag, text)
                .map(|joined| joined.len().saturating_sub(TEXT));
            match over {
                None => found.insert(Problem::NoHeading(id(), tag.clone())),
                Some(0) => false,
                Some(over) => found.insert(Problem::TextTooLong(id(), tag.clone(), over)),
            };
        }
        for claim in card.rests_on.iter().filter(|on| graph.claim(on).is_none()) {
            found.insert(Problem::UnknownClaim(id(), claim.clone()));
        }
    }

    fn claim_problems(&self, graph: &Graph<'_>, found: &mut BTreeSet<Problem>) {
        let Some(record) = &self.record else {
            return;
        };
        let sources: BTreeMap<&str, &RecordSource> = record
            .sources
            .iter()
            .chain([&record.source])
            .map(|source| (source.id.as_str(), source))
            .collect();
        for source in sources.values() {
            if !source.gone.is_empty() && source.archived.is_empty() {
                found.insert(Problem::SourceGone(source.name().to_owned()));
            }
        }
        let mut names = BTreeSet::new();
        for claim in &record.claims {
            let id = || claim.id.clone();
            if claim.id.is_empty() || !names.insert(claim.id.as_str()) {
                found.insert(Problem::ClaimName(id()));
            }
            if !Claim::WAYS.contains(&claim.how.as_str()) {
                found.insert(Problem::ClaimHow(id()));
            }
            if !claim.source.is_empty() && !sources.contains_key(claim.source.as_str()) {
                found.insert(Problem::UnknownSource(id(), claim.source.clone()));
            }
            let named = claim
                .contradicts
                .iter()
                .chain(&claim.supports)
                .chain(&claim.about);
            for other in named {
                if *other == claim.id {
                    found.insert(Problem::ClaimOfItself(id()));
                } else if graph.claim(other).is_none() {
                    found.insert(Problem::UnknownClaim(id(), other.clone()));
                }
            }
            for both in claim
                .supports
                .iter()
                .filter(|other| claim.contradicts.contains(other))
            {
                found.insert(Problem::SupportsAndContradicts(id(), both.clone()));
            }
        }
    }
}

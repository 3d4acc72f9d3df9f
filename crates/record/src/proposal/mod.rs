//! What a sentence says of who said something, and how: proposed for a person to confirm.
//!
//! It goes by lists of words and the order in which they stand, in English, Korean, Russian and Ukrainian; no model, and nothing is
//! guessed: where a list finds nothing, or two things could be meant, the field stays empty.

mod korean;
mod lists;
mod number;
mod said_on;
mod speaker;
mod tokens;
mod words;

use wire::Day;

use crate::{Number, date_of};
use lists::{Kind, Lists, Match};
use speaker::Speaker;
use words::Words;

/// What is known of the text in which a sentence stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Context {
    /// Its language, as a tag; empty for English.
    pub language: &'static str,
    /// The day on which it was published, from which "on Tuesday" is counted.
    pub published: Option<Day>,
}

impl Context {
    /// The context of a text that was published on a day, if that is known; its language is told by its letters.
    pub fn of(text: &str, published: Option<Day>) -> Context {
        Context {
            language: lists::language_of(text),
            published,
        }
    }
}

/// What is proposed for one sentence. What is empty was not found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Proposal {
    /// Who said it, in the words and the grammatical case of the sentence.
    pub speaker: String,
    /// The word that says so.
    pub verb: String,
    /// The word that makes it hearsay or only possible.
    pub hedge: String,
    /// One of [`crate::Claim::WAYS`], never `background`; empty when nothing tells.
    pub how: &'static str,
    /// The only number that counts something.
    pub number: Option<Number>,
    /// When it was said, as a date.
    pub date_said: String,
}

/// A verb of saying with whoever it belongs to.
#[derive(Clone, Copy)]
struct Attribution {
    verb: Match,
    speaker: Speaker,
}

fn attributions(words: &Words, tag: &str) -> Vec<Attribution> {
    let verbs = words
        .matches
        .iter()
        .filter(|one| one.kind.is_verb() || one.kind == Kind::According);
    let all = verbs.map(|verb| Attribution {
        verb: *verb,
        speaker: match tag {
            "ko" => korean::speaker(words, verb),
            _ => speaker::speaker(words, verb),
        },
    });
    all.filter(|one| one.speaker != Speaker::Nobody).collect()
}

/// The attribution that holds for the whole sentence: in Korean the last; else one that ends it, or else the first that names somebody.
fn main_of(words: &Words, all: &[Attribution], tag: &str) -> Option<Attribution> {
    let named = |one: &&Attribution| matches!(one.speaker, Speaker::Named(..));
    if tag == "ko" {
        let according = all.iter().find(|one| one.verb.kind == Kind::According);
        return all
            .last()
            .filter(named)
            .or(according)
            .or(all.last())
            .copied();
    }
    let trailing = all
        .iter()
        .rev()
        .find(|one| speaker::is_trailing(words, &one.verb, one.speaker));
    let first = all.first();
    let first_named = all.iter().find(named);
    // Whoever is not named but speaks first holds for all that follows: "He said that Moscow denied it".
    trailing
        .or(first.filter(|one| one.speaker == Speaker::Unnamed))
        .or(first_named)
        .copied()
}

fn how(words: &Words, main: Option<&Attribution>) -> &'static str {
    let has = |kind: Kind| words.matches.iter().any(|one| one.kind == kind);
    let kind = main.map(|main| main.verb.kind);
    match kind {
        Some(Kind::Denied) => "denied",
        Some(Kind::Confirmed) if has(Kind::Reportedly) => "reported",
        Some(Kind::Confirmed) => "confirmed",
        _ if has(Kind::Open) => "open",
        _ if has(Kind::False) && kind.is_some() => "denied",
        Some(Kind::Thinks) => "opinion",
        Some(Kind::According | Kind::Reports) => "reported",
        _ if has(Kind::Reportedly) => "reported",
        // What nobody is said to say stays as it is: that something may be is no opinion yet.
        Some(_) if has(Kind::Perhaps) => "opinion",
        Some(_) => "stated",
        None => "",
    }
}

impl Proposal {
    /// What is proposed for a sentence of a text. In proportion to its length.
    pub fn of(sentence: &str, context: Context) -> Proposal {
        let Some(lists) = Lists::of(context.language) else {
            return Proposal::default();
        };
        let words = Words::of(sentence, lists);
        let all = attributions(&words, lists.tag);
        let main = main_of(&words, &all, lists.tag);
        let hedges = [Kind::Reportedly, Kind::Perhaps];
        let hedge = words.matches.iter().find(|one| hedges.contains(&one.kind));
        let text = |one: &Match| words.text(sentence, one.first, one.after).to_owned();
        let mut proposal = Proposal {
            how: how(&words, main.as_ref()),
            verb: main.map(|main| text(&main.verb)).unwrap_or_default(),
            hedge: hedge.map(text).unwrap_or_default(),
            number: number::number_of(&words, lists.tag),
            ..Proposal::default()
        };
        if let Some(main) = main
            && let Speaker::Named(first, after) = main.speaker
        {
            let name = words.text(sentence, first, after);
            let name = match lists.tag {
                "ko" => korean::without_particle(name),
                _ => name,
            };
            proposal.speaker = name
                .trim_matches(|letter: char| letter.is_whitespace() || letter == ',')
                .to_owned();
            let day = said_on::said_on(&words, &main.verb, first, context.published);
            proposal.date_said = day.map(date_of).unwrap_or_default();
        }
        proposal
    }
}

//! The line's cards, as far as a reply needs them: id, when checked, until when it may be sent, and the texts.

use std::collections::BTreeMap;

use protocol::{Language, ReplyPart, Text};
use serde::Deserialize;
use wire::Day;

use crate::Refusal;

/// A card set's size at most, in bytes of JSON.
const CARDS_SIZE: usize = 1_000_000;

#[derive(Deserialize)]
struct Cards {
    cards: Vec<Card>,
    /// By language: without them nobody could tell what is known from what is not.
    #[serde(default)]
    headings: BTreeMap<String, Headings>,
}

/// What stands above the parts of a card that need a name.
#[derive(Deserialize, Default)]
struct Headings {
    #[serde(default)]
    known: String,
    #[serde(default)]
    not_known: String,
}

#[derive(Deserialize)]
struct Card {
    id: String,
    reviewed: String,
    review_by: String,
    texts: BTreeMap<String, CardText>,
}

#[derive(Deserialize)]
struct CardText {
    question: String,
    answer: String,
    #[serde(default)]
    known: String,
    #[serde(default)]
    not_known: String,
}

impl CardText {
    /// What the contact reads: its non-empty parts, an empty line between them, and above what is known and what is not a heading each.
    ///
    /// # Errors
    /// `CardWithoutHeading`; `CardTooLong`.
    fn joined(&self, headings: Option<&Headings>) -> Result<Text, Refusal> {
        let named = |heading: Option<&String>, part: &str| {
            let heading = heading.filter(|heading| !heading.is_empty());
            match heading {
                _ if part.is_empty() => Ok(String::new()),
                Some(heading) => Ok(format!("{heading}:\n{part}")),
                None => Err(Refusal::CardWithoutHeading),
            }
        };
        let parts = [
            self.question.clone(),
            self.answer.clone(),
            named(headings.map(|h| &h.known), &self.known)?,
            named(headings.map(|h| &h.not_known), &self.not_known)?,
        ];
        let parts: Vec<&str> = parts
            .iter()
            .map(String::as_str)
            .filter(|part| !part.is_empty())
            .collect();
        Text::new(&parts.join("\n\n")).map_err(|_| Refusal::CardTooLong)
    }
}

fn parse(json: &str) -> Result<Cards, Refusal> {
    if json.len() > CARDS_SIZE {
        return Err(Refusal::BadCards);
    }
    serde_json::from_str(json).map_err(|_| Refusal::BadCards)
}

/// The reply that brings a card.
///
/// # Errors
/// `UnknownCard`, `CardExpired`, `CardTooLong`, `CardWithoutHeading`, `BadCards`.
pub(crate) fn card_reply(
    json: &str,
    id: &str,
    language: Language,
    today: Day,
) -> Result<ReplyPart, Refusal> {
    let set = parse(json)?;
    let card = set
        .cards
        .iter()
        .find(|card| card.id == id && id.len() <= 255);
    let card = card.ok_or(Refusal::UnknownCard)?;
    let text = card.texts.get(language.tag()).ok_or(Refusal::UnknownCard)?;
    if today >= day_of(&card.review_by).ok_or(Refusal::BadCards)? {
        return Err(Refusal::CardExpired);
    }
    Ok(ReplyPart::Card {
        card: id.into(),
        language,
        reviewed: day_of(&card.reviewed).ok_or(Refusal::BadCards)?,
        text: text.joined(set.headings.get(language.tag()))?,
    })
}

/// Whether a card set can be published: every card could be sent.
///
/// # Errors
/// `BadCards` when it is not JSON of that shape, or a date is none; `CardTooLong`; `CardWithoutHeading` when a language in which something
/// is known or not known has no words to say so.
pub(crate) fn check(json: &str) -> Result<(), Refusal> {
    let set = parse(json)?;
    for card in set.cards {
        day_of(&card.reviewed)
            .and(day_of(&card.review_by))
            .ok_or(Refusal::BadCards)?;
        for (language, text) in &card.texts {
            text.joined(set.headings.get(language))?;
        }
    }
    Ok(())
}

/// The day of a date `YYYY-MM-DD` from 1970 on, by the civil calendar's 400-year cycle.
fn day_of(date: &str) -> Option<Day> {
    let mut parts = date.splitn(3, '-').map(|part| part.parse::<u32>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Years begin in March, so that the leap day comes last.
    let year = if month < 3 { year - 1 } else { year };
    let month = (month + 9) % 12;
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day;
    // From 0000-03-01 to 1970-01-01 there are 719,468 days.
    days.checked_sub(719_469).map(Day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_days_since_1970() {
        assert_eq!(day_of("1970-01-01"), Some(Day(0)));
        assert_eq!(day_of("2000-02-29"), Some(Day(11_016)));
        assert_eq!(day_of("2026-11-23"), Some(Day(20_780)));
        for wrong in ["", "2026-13-01", "2026-11-00", "11/23/2026", "2026-11"] {
            assert_eq!(day_of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_not_known_is_never_sent_as_if_it_were() {
        let set = |headings: &str| {
            format!(
                r#"{{"headings":{headings},"cards":[{{"id":"a","reviewed":"2026-11-23","review_by":"2026-11-25",
                "texts":{{"en":{{"question":"Q","answer":"A","known":"K","not_known":"N"}}}}}}]}}"#
            )
        };
        let named = set(r#"{"en":{"known":"What is known","not_known":"What is not known"}}"#);
        assert_eq!(check(&named), Ok(()));
        let reply = card_reply(&named, "a", Language::English, Day(20_781));
        let Ok(ReplyPart::Card { text, .. }) = reply else {
            panic!("it can be sent");
        };
        let expected = "Q\n\nA\n\nWhat is known:\nK\n\nWhat is not known:\nN";
        assert_eq!(text.as_str(), expected);
        for wrong in [
            "{}",
            r#"{"en":{"known":"K"}}"#,
            r#"{"ko":{"known":"K","not_known":"N"}}"#,
        ] {
            let wrong = set(wrong);
            assert_eq!(check(&wrong), Err(Refusal::CardWithoutHeading));
            let reply = card_reply(&wrong, "a", Language::English, Day(20_781));
            assert!(reply.is_err());
        }
    }

    #[test]
    fn an_expired_card_is_not_sent() {
        let json = r#"{"cards":[{"id":"a","reviewed":"2026-11-23","review_by":"2026-11-25",
            "texts":{"en":{"question":"Q","answer":"A"}}}]}"#;
        let send = |day| card_reply(json, "a", Language::English, Day(day)).map(|_| ());
        assert_eq!(send(20_781), Ok(()));
        assert_eq!(send(20_782), Err(Refusal::CardExpired));
        let korean = card_reply(json, "a", Language::Korean, Day(20_781)).map(|_| ());
        assert_eq!(korean, Err(Refusal::UnknownCard));
    }
}

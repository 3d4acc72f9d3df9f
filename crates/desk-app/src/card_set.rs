//! The shape of a card set and of the record on which it rests, as JSON.

use std::collections::HashMap;

use protocol::Language;
use serde::Deserialize;
use wire::Day;

/// A card set: cards, and perhaps the record with translations of its claims.
#[derive(Deserialize, Default)]
pub(crate) struct CardSetShape {
    #[serde(default)]
    pub(crate) cards: Vec<CardShape>,
    #[serde(default)]
    pub(crate) record: Option<RecordShape>,
    /// Whether it is demonstration data, which each screen then says.
    #[serde(default)]
    pub(crate) demonstration: bool,
    /// The time zone in which contacts commonly live (IANA), so that guides see both times.
    #[serde(default)]
    pub(crate) contact_zone: String,
    /// Claim id → language tag → text.
    #[serde(default)]
    pub(crate) claims: HashMap<String, HashMap<String, String>>,
}

/// One card.
#[derive(Deserialize)]
pub(crate) struct CardShape {
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) class: String,
    #[serde(default)]
    pub(crate) reviewed: String,
    #[serde(default)]
    pub(crate) review_by: String,
    #[serde(default)]
    pub(crate) texts: HashMap<String, CardText>,
    #[serde(default)]
    pub(crate) sources: Vec<SourceShape>,
}

/// A card in one language.
#[derive(Deserialize)]
pub(crate) struct CardText {
    pub(crate) question: String,
    pub(crate) answer: String,
    #[serde(default)]
    pub(crate) known: String,
    #[serde(default)]
    pub(crate) not_known: String,
}

/// What a card rests on.
#[derive(Deserialize)]
pub(crate) struct SourceShape {
    #[serde(default)]
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) publisher: String,
    #[serde(default)]
    pub(crate) date_read: String,
}

/// Claims, each with who made it.
#[derive(Deserialize)]
pub(crate) struct RecordShape {
    #[serde(default)]
    pub(crate) source: RecordSource,
    #[serde(default)]
    pub(crate) claims: Vec<ClaimShape>,
}

/// Where the claims were found.
#[derive(Deserialize, Default)]
pub(crate) struct RecordSource {
    #[serde(default)]
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) author: String,
    #[serde(default)]
    pub(crate) year: Option<u32>,
    #[serde(default)]
    pub(crate) relays: Vec<String>,
}

/// One claim.
#[derive(Deserialize)]
pub(crate) struct ClaimShape {
    pub(crate) id: String,
    pub(crate) text: String,
    #[serde(default)]
    pub(crate) said_by: String,
    #[serde(default)]
    pub(crate) how: String,
    #[serde(default)]
    pub(crate) contradicts: Vec<String>,
    #[serde(default)]
    pub(crate) supports: Vec<String>,
    #[serde(default)]
    pub(crate) about: Vec<String>,
    #[serde(default)]
    pub(crate) note: String,
}

impl CardSetShape {
    /// Reads a card set; `None` when it has not the shape.
    pub(crate) fn parse(json: &str) -> Option<CardSetShape> {
        serde_json::from_str(json).ok()
    }

    /// Reads what a desk's view holds; what has not the shape counts as no cards.
    pub(crate) fn of_view(json: Option<&str>) -> CardSetShape {
        json.and_then(CardSetShape::parse).unwrap_or_default()
    }
}

impl CardShape {
    /// Whether it may be sent on a day: it has been reviewed, and the day of the next review has not come.
    pub(crate) fn is_current(&self, today: Day) -> bool {
        day_of(&self.review_by).is_some_and(|review_by| today < review_by)
    }

    /// The text in a language.
    pub(crate) fn text(&self, language: Language) -> Option<&CardText> {
        self.texts.get(language.tag())
    }

    /// The text in a language, or else in any.
    pub(crate) fn text_or_any(&self, language: Language) -> Option<(Language, &CardText)> {
        std::iter::once(language)
            .chain(Language::ALL.iter().copied())
            .find_map(|language| Some((language, self.text(language)?)))
    }
}

/// Whether this card of this set may be sent in that language today.
pub(crate) fn may_send(cards: Option<&str>, card: &str, language: Language, today: Day) -> bool {
    let set = CardSetShape::of_view(cards);
    let found = set.cards.iter().find(|found| found.id == card);
    found.is_some_and(|card| card.is_current(today) && card.text(language).is_some())
}

/// Whether this set has this card in that language, current or not.
pub(crate) fn has(cards: Option<&str>, card: &str, language: Language) -> bool {
    let set = CardSetShape::of_view(cards);
    let mut cards = set.cards.iter();
    cards.any(|found| found.id == card && found.text(language).is_some())
}

/// The day of a date such as 2026-11-23.
pub(crate) fn day_of(date: &str) -> Option<Day> {
    let mut parts = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let days_of_month = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => return None,
    };
    if !(1970..=9999).contains(&year) || !(1..=days_of_month).contains(&day) {
        return None;
    }
    // Years that begin in March put the leap day last (the usual civil-from-days arithmetic).
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let of_year = (153 * month + 2) / 5 + day - 1;
    let days = 365 * year + year / 4 - year / 100 + year / 400 + of_year - 719_468;
    u32::try_from(days).ok().map(Day)
}

/// The date of a day, such as 2026-11-23.
pub(crate) fn date_of(day: Day) -> String {
    let shifted = i64::from(day.0) + 719_468;
    let era = shifted / 146_097;
    let of_era = shifted % 146_097;
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let date = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{date:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_days_agree() {
        for (date, day) in [
            ("1970-01-01", 0),
            ("2000-02-29", 11_016),
            ("2026-11-23", 20_780),
        ] {
            assert_eq!(day_of(date), Some(Day(day)));
            assert_eq!(date_of(Day(day)), date);
        }
        for day in (0..200_000).step_by(17) {
            assert_eq!(day_of(&date_of(Day(day))), Some(Day(day)));
        }
        for wrong in [
            "",
            "2026",
            "2026-13-01",
            "2026-02-30",
            "x-1-1",
            "2026-11-23T00",
            "-1-1-1",
        ] {
            assert_eq!(day_of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_expired_card_cannot_be_sent() {
        let cards = r#"{"cards":[{"id":"a","review_by":"2026-11-23","texts":{"en":{"question":"q","answer":"a"}}},
            {"id":"never-checked","texts":{"en":{"question":"q","answer":"a"}}}]}"#;
        let may = |card, language, day| may_send(Some(cards), card, language, Day(day));
        assert!(may("a", Language::English, 20_779));
        assert!(!may("a", Language::English, 20_780));
        assert!(!may("a", Language::Korean, 20_779));
        assert!(!may("b", Language::English, 20_779));
        assert!(!may("never-checked", Language::English, 20_779));
        assert!(!may_send(Some("{"), "a", Language::English, Day(0)));
    }
}

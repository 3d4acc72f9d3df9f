//! Cards and dates as screens need them: the texts in a person's language, or else in any.

use protocol::Language;
pub(crate) use record::{Card, CardSet, CardText, Claim, RecordSource, date_of, day_of};

/// A card's text in a language.
pub(crate) fn text(card: &Card, language: Language) -> Option<&CardText> {
    card.text(language.tag())
}

/// A card's text in a language, or else in any.
pub(crate) fn text_or_any(card: &Card, language: Language) -> Option<(Language, &CardText)> {
    std::iter::once(language)
        .chain(Language::ALL.iter().copied())
        .find_map(|language| Some((language, text(card, language)?)))
}

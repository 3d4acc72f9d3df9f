//! What paper says, in one language.

use messages::Messages;
use wire::Day;
use words::{List, Tongue};

use crate::NotPrinted;

/// The texts of one language.
pub(crate) struct Saying {
    messages: Messages,
    tongue: Tongue,
}

impl Saying {
    /// The texts of the language of a tag.
    pub(crate) fn of(tag: &str) -> Result<Saying, NotPrinted> {
        let tongue = Tongue::nearest(tag);
        let tongue = tongue.ok_or_else(|| NotPrinted::Language(tag.to_owned()))?;
        let source = match tongue {
            Tongue::English => include_str!("../strings/en.ftl"),
            Tongue::Korean => include_str!("../strings/ko.ftl"),
            Tongue::KoreanNorth => include_str!("../strings/ko-KP.ftl"),
            Tongue::Russian => include_str!("../strings/ru.ftl"),
            Tongue::Ukrainian => include_str!("../strings/uk.ftl"),
        };
        Ok(Saying {
            messages: Messages::parse(tongue.tag(), source),
            tongue,
        })
    }

    /// The language's tag: `en`, `ko`, `ko-KP`, `ru` or `uk`.
    pub(crate) fn tag(&self) -> &'static str {
        self.tongue.tag()
    }

    /// The tags of what its readers understand, its own first.
    pub(crate) fn tags(&self) -> impl Iterator<Item = &'static str> {
        self.tongue.with_alike().map(Tongue::tag)
    }

    /// The list from which check words are taken.
    pub(crate) fn list(&self) -> List {
        self.tongue.list()
    }

    /// The text of an id.
    pub(crate) fn say(&self, id: &str) -> String {
        self.messages.say(id)
    }

    /// The text of an id with values in it.
    pub(crate) fn say_with(&self, id: &str, values: &[(&str, &str)]) -> String {
        self.messages.say_with(id, values)
    }

    /// The text of an id with a date in it.
    pub(crate) fn say_on(&self, id: &str, day: Day) -> String {
        self.say_with(id, &[("date", &self.date(day))])
    }

    /// A day as people of the language write it in full, with spaces at which no line is broken.
    pub(crate) fn date(&self, day: Day) -> String {
        let date = record::date_of(day);
        let mut parts = date.split('-').map(|part| part.trim_start_matches('0'));
        let mut next = || parts.next().unwrap_or_default();
        let (year, month, day) = (next(), next(), next());
        let month = self.say(&format!("month-{month}"));
        let date = self.say_with("date", &[("year", year), ("month", &month), ("day", day)]);
        date.replace(' ', "\u{a0}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_written_as_in_the_language() {
        let said = |tag| Saying::of(tag).unwrap().date(Day(20_780));
        assert_eq!(said("en"), "23\u{a0}November\u{a0}2026");
        assert_eq!(said("ko"), "2026년\u{a0}11월\u{a0}23일");
        assert_eq!(said("ko-KP"), "2026년\u{a0}11월\u{a0}23일");
        assert_eq!(said("ru-RU"), "23\u{a0}ноября\u{a0}2026\u{a0}года");
        assert_eq!(said("uk"), "23\u{a0}листопада\u{a0}2026\u{a0}року");
        assert_eq!(
            Saying::of("fr").err(),
            Some(NotPrinted::Language("fr".into()))
        );
    }
}

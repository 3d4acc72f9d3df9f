//! What paper says, in one language.

use messages::Messages;
use wire::Day;
use words::List;

use crate::NotPrinted;

/// The texts of one language.
pub(crate) struct Saying {
    messages: Messages,
    list: List,
}

impl Saying {
    /// The texts of the language of a tag.
    pub(crate) fn of(tag: &str) -> Result<Saying, NotPrinted> {
        let list = List::from_language(tag);
        let list = list.ok_or_else(|| NotPrinted::Language(tag.to_owned()))?;
        let source = match list {
            List::English => include_str!("../strings/en.ftl"),
            List::Korean => include_str!("../strings/ko.ftl"),
            List::Russian => include_str!("../strings/ru.ftl"),
            List::Ukrainian => include_str!("../strings/uk.ftl"),
        };
        Ok(Saying {
            messages: Messages::parse(list.language(), source),
            list,
        })
    }

    /// The language's tag: `en`, `ko`, `ru` or `uk`.
    pub(crate) fn tag(&self) -> &'static str {
        self.list.language()
    }

    /// The list from which check words are taken.
    pub(crate) fn list(&self) -> List {
        self.list
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
        assert_eq!(said("ru-RU"), "23\u{a0}ноября\u{a0}2026\u{a0}года");
        assert_eq!(said("uk"), "23\u{a0}листопада\u{a0}2026\u{a0}року");
        assert_eq!(
            Saying::of("fr").err(),
            Some(NotPrinted::Language("fr".into()))
        );
    }
}

//! The languages of plain pages, and what they say.

use std::sync::LazyLock;

use messages::Messages;
use words::List;

/// A language of plain pages; each has a folder of its tag.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Language(List);

impl Language {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Language; 4] = [
        Language(List::English),
        Language(List::Korean),
        Language(List::Russian),
        Language(List::Ukrainian),
    ];

    /// Its tag, such as `ko`.
    pub fn tag(self) -> &'static str {
        self.0.language()
    }

    /// The language of a tag.
    pub fn of(tag: &str) -> Option<Language> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }

    /// Its name in itself.
    pub(crate) fn name(self) -> String {
        self.say(&format!("language-{}", self.tag()))
    }

    /// The check words of a line in it.
    pub(crate) fn check_words(self, line: &wire::LineId) -> String {
        words::check_words(self.0, &line.0).join(" ")
    }

    /// The message of an id.
    pub(crate) fn say(self, id: &str) -> String {
        self.messages().say(id)
    }

    /// The message of an id with values in it.
    pub(crate) fn say_with(self, id: &str, values: &[(&str, &str)]) -> String {
        self.messages().say_with(id, values)
    }

    fn messages(self) -> &'static Messages {
        match self.0 {
            List::English => &ENGLISH,
            List::Korean => &KOREAN,
            List::Russian => &RUSSIAN,
            List::Ukrainian => &UKRAINIAN,
        }
    }
}

static ENGLISH: LazyLock<Messages> =
    LazyLock::new(|| Messages::parse("en", include_str!("../strings/en.ftl")));
static KOREAN: LazyLock<Messages> =
    LazyLock::new(|| Messages::parse("ko", include_str!("../strings/ko.ftl")));
static RUSSIAN: LazyLock<Messages> =
    LazyLock::new(|| Messages::parse("ru", include_str!("../strings/ru.ftl")));
static UKRAINIAN: LazyLock<Messages> =
    LazyLock::new(|| Messages::parse("uk", include_str!("../strings/uk.ftl")));

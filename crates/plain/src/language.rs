//! The languages of plain pages, and what they say.

use std::sync::LazyLock;

use messages::Messages;
use record::{Card, CardText};
use words::Tongue;

/// A language of plain pages; each has a folder of its tag.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Language(Tongue);

impl Language {
    /// All of them, in the order in which they are offered.
    pub fn all() -> impl Iterator<Item = Language> {
        Tongue::ALL.into_iter().map(Language)
    }

    /// The one that is read where nobody asked for another.
    pub const ENGLISH: Language = Language(Tongue::English);

    /// Its tag, such as `ko`.
    pub fn tag(self) -> &'static str {
        self.0.tag()
    }

    /// The language of exactly this tag.
    pub fn of(tag: &str) -> Option<Language> {
        Tongue::of(tag).map(Language)
    }

    /// The language that comes nearest to a tag which a browser gave.
    pub fn nearest(tag: &str) -> Option<Language> {
        Tongue::nearest(tag).map(Language)
    }

    /// Its name in itself.
    pub(crate) fn name(self) -> String {
        self.say(&format!("language-{}", self.tag()))
    }

    /// The text of a card that its readers understand, and how that is written: Korean for both who read it, until somebody writes a card
    /// for one of them.
    pub(crate) fn text_of(self, card: &Card) -> Option<(Language, &CardText)> {
        let mut alike = self.0.with_alike().map(Language);
        alike.find_map(|language| Some((language, card.text(language.tag())?)))
    }

    /// The tags of what its readers understand, its own first.
    pub(crate) fn tags(self) -> impl Iterator<Item = &'static str> {
        self.0.with_alike().map(Tongue::tag)
    }

    /// The check words of a line in it.
    pub(crate) fn check_words(self, line: &wire::LineId) -> String {
        words::check_words(self.0.list(), &line.0).join(" ")
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
            Tongue::English => &ENGLISH,
            Tongue::Korean => &KOREAN,
            Tongue::KoreanNorth => &KOREAN_NORTH,
            Tongue::Russian => &RUSSIAN,
            Tongue::Ukrainian => &UKRAINIAN,
        }
    }
}

static ENGLISH: LazyLock<Messages> =
    LazyLock::new(|| Messages::parse("en", include_str!("../strings/en.ftl")));
static KOREAN: LazyLock<Messages> =
    LazyLock::new(|| Messages::parse("ko", include_str!("../strings/ko.ftl")));
static KOREAN_NORTH: LazyLock<Messages> =
    LazyLock::new(|| Messages::parse("ko-KP", include_str!("../strings/ko-KP.ftl")));
static RUSSIAN: LazyLock<Messages> =
    LazyLock::new(|| Messages::parse("ru", include_str!("../strings/ru.ftl")));
static UKRAINIAN: LazyLock<Messages> =
    LazyLock::new(|| Messages::parse("uk", include_str!("../strings/uk.ftl")));

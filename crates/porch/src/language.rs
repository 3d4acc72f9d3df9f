//! The languages of the porch. It says what the page says, and a few things that only it has to say.

use std::sync::LazyLock;

use messages::Messages;
use words::{List, Tongue};

/// A language of the porch.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Language(Tongue);

macro_rules! spoken {
    ($tag:literal) => {
        LazyLock::new(|| {
            let page = include_str!(concat!("../../page/strings/", $tag, ".ftl"));
            let own = include_str!(concat!("../strings/", $tag, ".ftl"));
            Messages::parse($tag, &[page, own].join("\n"))
        })
    };
}

static ENGLISH: LazyLock<Messages> = spoken!("en");
static KOREAN: LazyLock<Messages> = spoken!("ko");
static KOREAN_NORTH: LazyLock<Messages> = spoken!("ko-KP");
static RUSSIAN: LazyLock<Messages> = spoken!("ru");
static UKRAINIAN: LazyLock<Messages> = spoken!("uk");

impl Language {
    /// What is read where nobody chose a language yet.
    pub(crate) const ENGLISH: Language = Language(Tongue::English);

    /// All of them, in the order in which they are offered.
    pub(crate) fn all() -> impl Iterator<Item = Language> {
        Tongue::ALL.into_iter().map(Language)
    }

    /// Its tag, such as `ko`.
    pub(crate) fn tag(self) -> &'static str {
        self.0.tag()
    }

    /// The word list that goes with it.
    pub(crate) fn list(self) -> List {
        self.0.list()
    }

    /// The language that comes nearest to a tag.
    pub(crate) fn of(tag: &str) -> Option<Language> {
        Tongue::nearest(tag).map(Language)
    }

    /// The message of an id.
    pub(crate) fn say(self, id: &str) -> String {
        self.say_with(id, &[])
    }

    /// The message of an id with values in it.
    pub(crate) fn say_with(self, id: &str, values: &[(&str, &str)]) -> String {
        let messages = match self.0 {
            Tongue::English => &ENGLISH,
            Tongue::Korean => &KOREAN,
            Tongue::KoreanNorth => &KOREAN_NORTH,
            Tongue::Russian => &RUSSIAN,
            Tongue::Ukrainian => &UKRAINIAN,
        };
        messages.say_with(id, values)
    }
}

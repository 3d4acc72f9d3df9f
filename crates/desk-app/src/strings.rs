//! What the screens say, in four languages, out of Fluent files.

use std::sync::LazyLock;

use messages::Messages;
use protocol::Language;

const SOURCES: [(Language, &str); 4] = [
    (Language::English, include_str!("../strings/en.ftl")),
    (Language::Korean, include_str!("../strings/ko.ftl")),
    (Language::Russian, include_str!("../strings/ru.ftl")),
    (Language::Ukrainian, include_str!("../strings/uk.ftl")),
];

static ALL: LazyLock<Vec<Strings>> = LazyLock::new(|| {
    let parse = |(language, source): &(Language, &str)| Strings::parse(*language, source);
    SOURCES.iter().map(parse).collect()
});

/// The messages of one language.
pub(crate) struct Strings {
    language: Language,
    messages: Messages,
}

impl Strings {
    fn parse(language: Language, source: &str) -> Strings {
        Strings {
            language,
            messages: Messages::parse(language.tag(), source),
        }
    }

    /// The messages of a language.
    pub(crate) fn of(language: Language) -> &'static Strings {
        let found = ALL.iter().find(|strings| strings.language == language);
        // Each language has its file, so the fallback is never taken.
        found.unwrap_or_else(|| LazyLock::force(&EMPTY))
    }

    /// The language.
    pub(crate) fn language(&self) -> Language {
        self.language
    }

    /// The message of an id.
    pub(crate) fn say(&self, id: &str) -> String {
        self.messages.say(id)
    }

    /// The message of an id with values in it.
    pub(crate) fn say_with(&self, id: &str, values: &[(&str, &str)]) -> String {
        self.messages.say_with(id, values)
    }
}

static EMPTY: LazyLock<Strings> = LazyLock::new(|| Strings::parse(Language::English, ""));

/// The first language of an `Accept-Language` header that there is, by weight; English otherwise.
pub(crate) fn accepted(header: Option<&str>) -> Language {
    let mut best = (0.0, Language::English);
    for part in header.unwrap_or_default().split(',').take(32) {
        let mut fields = part.split(';');
        let tag = fields.next().unwrap_or_default().trim();
        let primary = tag
            .split('-')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        let weight = fields
            .find_map(|field| field.trim().strip_prefix("q="))
            .map_or(1.0, |weight| weight.parse::<f32>().unwrap_or(0.0));
        if let Some(language) = Language::from_tag(&primary)
            && weight > best.0
        {
            best = (weight, language);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use desk::Alarm;
    use fluent_bundle::FluentResource;
    use fluent_syntax::ast::Entry;
    use statements::{Act, RemovalReason, Stage};

    use super::*;

    fn ids(source: &str) -> BTreeSet<String> {
        let resource = FluentResource::try_new(source.to_owned());
        let resource = resource.unwrap_or_else(|(_, errors)| panic!("{errors:?}"));
        let messages = resource.entries().filter_map(|entry| match entry {
            Entry::Message(message) => Some(message.id.name.to_owned()),
            _ => None,
        });
        messages.collect()
    }

    fn sources(directory: &Path, into: &mut String) {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, into);
            } else if path.extension().is_some_and(|kind| kind == "rs")
                && !path.ends_with("strings.rs")
            {
                into.push_str(&std::fs::read_to_string(&path).unwrap());
            }
        }
    }

    /// What stands between `before` and the next quotation mark, everywhere in `text`.
    fn quoted_after<'a>(text: &'a str, before: &str) -> BTreeSet<&'a str> {
        text.split(before)
            .skip(1)
            .filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next())
            .collect()
    }

    #[test]
    fn every_language_has_the_same_messages() {
        let english = ids(SOURCES[0].1);
        assert!(english.len() > 100);
        for (language, source) in SOURCES {
            assert_eq!(ids(source), english, "{language:?}");
        }
    }

    #[test]
    fn every_message_that_the_screens_use_exists() {
        let mut code = String::new();
        sources(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
            &mut code,
        );
        let english = ids(SOURCES[0].1);
        let mut used = quoted_after(&code, ".say(");
        used.extend(quoted_after(&code, ".say_with("));
        used.extend(quoted_after(&code, "message_id!("));
        used.extend(quoted_after(&code, "plain("));
        used.extend(quoted_after(&code, " case("));
        assert!(used.len() > 50);
        let missing: Vec<_> = used
            .into_iter()
            .filter(|id| !english.contains(*id))
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    /// What the desk names by a word of its own has a message for each of its words.
    #[test]
    fn no_word_of_the_desk_is_without_a_message() {
        let named = |before: &str, words: Vec<&str>| -> Vec<String> {
            words
                .iter()
                .map(|word| format!("{before}-{word}"))
                .collect()
        };
        let steps = steps_of_the_desk();
        let words = [
            named(
                "stage",
                Stage::ALL.iter().map(|stage| stage.word()).collect(),
            ),
            named("act", Act::ALL.iter().map(|act| act.word()).collect()),
            named(
                "removal",
                RemovalReason::ALL
                    .iter()
                    .map(|reason| reason.word())
                    .collect(),
            ),
            named(
                "alarm",
                Alarm::ALL.iter().map(|alarm| alarm.word()).collect(),
            ),
            named("trail", steps.iter().map(String::as_str).collect()),
            named(
                "extension",
                vec![
                    "contact-asked",
                    "partner-awaited",
                    "legal-deadline",
                    "aftercare",
                ],
            ),
            named("exposed", vec!["waits-for-shares", "rekeyed", "closed"]),
            named(
                "proposed",
                vec!["admit", "change", "remove", "permit", "withdraw", "ask"],
            ),
            named(
                "planned",
                vec!["change", "invite", "same", "proposed", "invited", "wrong"],
            ),
        ];
        let english = ids(SOURCES[0].1);
        let missing: Vec<_> = words
            .iter()
            .flatten()
            .filter(|id| !english.contains(*id))
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
        // Each word is said, not shown: what it says is not its own id, in no language.
        for (language, _) in SOURCES {
            for id in words.iter().flatten() {
                assert_ne!(Strings::of(language).say(id), *id, "{language:?}");
            }
        }
    }

    /// The words of the trail, out of the desk's own source: it gives them to screens only one by one.
    fn steps_of_the_desk() -> Vec<String> {
        let mut code = String::new();
        sources(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("../desk/src"),
            &mut code,
        );
        let list = code.split("\nsteps!(").nth(1).unwrap();
        let list = list.split(");").next().unwrap();
        let words: Vec<_> = list.split('"').skip(1).step_by(2).collect();
        assert!(words.len() >= 16, "{words:?}");
        words.into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn a_message_takes_its_values() {
        let korean = Strings::of(Language::Korean);
        assert!(
            korean
                .say_with("queue-waiting", &[("count", "7")])
                .contains('7')
        );
        assert_ne!(
            korean.say("take"),
            Strings::of(Language::English).say("take")
        );
    }

    #[test]
    fn the_browser_chooses_the_language_at_first() {
        assert_eq!(accepted(None), Language::English);
        assert_eq!(accepted(Some("ko-KR,en;q=0.8")), Language::Korean);
        assert_eq!(accepted(Some("fr, uk;q=0.7, ru;q=0.9")), Language::Russian);
        assert_eq!(accepted(Some(";;q=,x\u{e9};q=nan,*")), Language::English);
    }
}

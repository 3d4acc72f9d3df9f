//! What is said beside the figures: how uncertain they are, what they do not say, and what the record has on the same matter.

use messages::Messages;
use record::{Claim, Record};

use crate::figure::{Figure, Question};
use crate::publication::{FEW, Publication, Said};

/// A language of what is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Language {
    /// English.
    English,
    /// Korean as in the South.
    Korean,
    /// Korean as in the North.
    KoreanNorth,
    /// Russian.
    Russian,
    /// Ukrainian.
    Ukrainian,
}

impl Language {
    /// All of them.
    pub const ALL: [Language; 5] = [
        Language::English,
        Language::Korean,
        Language::KoreanNorth,
        Language::Russian,
        Language::Ukrainian,
    ];

    /// Its tag, such as `ko`.
    pub fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Korean => "ko",
            Language::KoreanNorth => "ko-KP",
            Language::Russian => "ru",
            Language::Ukrainian => "uk",
        }
    }

    /// The one with this tag.
    pub fn from_tag(tag: &str) -> Option<Language> {
        Language::ALL
            .into_iter()
            .find(|language| language.tag() == tag)
    }

    /// Its messages.
    pub(crate) fn messages(self) -> Messages {
        let source = match self {
            Language::English => include_str!("../strings/en.ftl"),
            Language::Korean => include_str!("../strings/ko.ftl"),
            Language::KoreanNorth => include_str!("../strings/ko-KP.ftl"),
            Language::Russian => include_str!("../strings/ru.ftl"),
            Language::Ukrainian => include_str!("../strings/uk.ftl"),
        };
        Messages::parse(self.tag(), source)
    }
}

/// A claim of the record that is about the same matter as the figures: shown with who said it and how, never as a fact.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Related {
    id: String,
    text: String,
    said_by: String,
    how: &'static str,
}

/// How something is said, as the record knows it.
const HOWS: [&str; 7] = [
    "reported",
    "stated",
    "confirmed",
    "denied",
    "open",
    "opinion",
    "background",
];

/// A text of somebody else's without what no document may hold: control characters become U+FFFD.
fn fit(text: &str) -> String {
    let is_unfit = |letter: char| letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}');
    text.replace(is_unfit, "\u{fffd}")
}

impl Related {
    /// The claim with this id, and those that stand against it or speak of it; none when the record has no such claim. Withdrawn ones
    /// are left out.
    pub fn of(record: &Record, id: &str) -> Vec<Related> {
        let Some(claim) = record.claims.iter().find(|claim| claim.id == id) else {
            return Vec::new();
        };
        let names = |list: &[String], id: &str| list.iter().any(|named| named == id);
        let is_related = |other: &&Claim| {
            other.id == claim.id
                || names(&other.contradicts, &claim.id)
                || names(&claim.contradicts, &other.id)
                || names(&other.about, &claim.id)
        };
        let related = record.claims.iter().filter(is_related);
        related.filter_map(Related::one).collect()
    }

    /// The claims of a record that contradict each other, in its order: what a line's figures are most likely to be held against. Withdrawn
    /// ones are left out, and what only those contradicted.
    pub fn contested(record: &Record) -> Vec<Related> {
        let against = |one: &Claim, other: &Claim| one.contradicts.contains(&other.id);
        let is_contested = |claim: &&Claim| {
            let mut standing = record.claims.iter().filter(|other| other.stands());
            standing.any(|other| against(claim, other) || against(other, claim))
        };
        let contested = record.claims.iter().filter(is_contested);
        contested.filter_map(Related::one).collect()
    }

    fn one(claim: &Claim) -> Option<Related> {
        // What is said in a way that this version does not know is shown as open, not as more.
        let known = HOWS.into_iter().find(|how| *how == claim.how);
        claim.withdrawn.is_empty().then(|| Related {
            id: fit(&claim.id),
            text: fit(&claim.text),
            said_by: fit(&claim.said_by),
            how: known.unwrap_or("open"),
        })
    }

    /// The claim's id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Says it in another language's words, such as the record's translation of the claim.
    pub fn translated(mut self, text: String) -> Related {
        self.text = fit(&text);
        self
    }

    fn sentence(&self, messages: &Messages) -> String {
        let values = [
            ("who", self.said_by.as_str()),
            ("text", &self.text),
            ("id", &self.id),
        ];
        messages.say_with(&format!("claim-{}", self.how), &values)
    }
}

pub(crate) fn title(publication: &Publication, messages: &Messages) -> String {
    let month = publication.month();
    let number = format!("{:02}", month.number());
    let values = [("year", month.year().to_string()), ("number", number)];
    let [(year, year_is), (number, number_is)] = &values;
    messages.say_with("title", &[(year, year_is), (number, number_is)])
}

pub(crate) fn figure(figure: Figure, messages: &Messages) -> String {
    messages.say(&format!("figure-{}", figure.key()))
}

/// The figure, as it is said.
pub(crate) fn value(said: Said, messages: &Messages) -> String {
    match said {
        Said::Fewer => messages.say_with("fewer", &[("number", &FEW.to_string())]),
        Said::About(value) => messages.say_with("value", &[("value", &value.to_string())]),
    }
}

pub(crate) fn range((low, high): (u32, u32), messages: &Messages) -> String {
    let values = [("low", low.to_string()), ("high", high.to_string())];
    let [(low, low_is), (high, high_is)] = &values;
    messages.say_with("range", &[(low, low_is), (high, high_is)])
}

/// What a question is called.
pub fn question(of: Question, language: Language) -> String {
    language.messages().say(&format!("question-{}", of.key()))
}

/// What a publication is called.
pub fn heading(publication: &Publication, language: Language) -> String {
    title(publication, &language.messages())
}

/// The names of the three columns, and for each figure what it is, what is published of it, and its range: a table for a screen.
pub fn rows(publication: &Publication, language: Language) -> ([String; 3], Vec<[String; 3]>) {
    let messages = language.messages();
    let names = ["figure", "count", "true-count"].map(|id| messages.say(id));
    let rows = publication.said().map(|(what, said)| {
        let range = range(publication.range(said), &messages);
        [figure(what, &messages), value(said, &messages), range]
    });
    (names, rows.collect())
}

/// The figures and what must stand with them, as plain text: a line for each.
pub fn text(publication: &Publication, related: &[Related], language: Language) -> String {
    let messages = language.messages();
    let mut lines = vec![title(publication, &messages), String::new()];
    lines.extend(publication.said().map(|(what, said)| {
        let range = range(publication.range(said), &messages);
        format!(
            "{}: {} ({range})",
            figure(what, &messages),
            value(said, &messages)
        )
    }));
    lines.push(String::new());
    lines.extend(sentences(publication, related, language));
    lines.join("\n") + "\n"
}

/// What must stand wherever the figures stand, in order: their uncertainty, what they give away, what they do not say, what is not
/// counted, and the related claims of the record.
pub fn sentences(
    publication: &Publication,
    related: &[Related],
    language: Language,
) -> Vec<String> {
    let messages = language.messages();
    let factor = publication.epsilon().factor_hundredths();
    let point = match language {
        Language::English | Language::Korean | Language::KoreanNorth => ".",
        Language::Russian | Language::Ukrainian => ",",
    };
    let factor = format!("{}{point}{:02}", factor / 100, factor % 100);
    let epsilon = publication.epsilon().to_string();
    let mut said = vec![
        messages.say("uncertainty"),
        messages.say_with("privacy", &[("factor", &factor), ("epsilon", &epsilon)]),
        messages.say("not-said"),
    ];
    // The log has the others, whether a conversation has ended or not.
    let of_ended = |question| !matches!(question, Question::Contacts | Question::Reached);
    if publication.questions().asked().any(of_ended) {
        said.push(messages.say("of-ended"));
    }
    let left_out = publication.questions().left_out();
    let left_out: Vec<String> = left_out.map(|one| question(one, language)).collect();
    if !left_out.is_empty() {
        said.push(messages.say_with("not-counted", &[("questions", &left_out.join(", "))]));
    }
    if !related.is_empty() {
        said.push(format!("{}:", messages.say("claims")));
        said.extend(related.iter().map(|claim| claim.sentence(&messages)));
        said.push(messages.say("claim-relation"));
    }
    said
}

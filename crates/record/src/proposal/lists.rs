//! The word lists of a language, and where their words stand in a sentence.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::tokens::Token;

/// The lists, by language. Their form is in `lists/README.md`.
const SOURCES: [(&str, &str); 4] = [
    ("en", include_str!("../../lists/en.txt")),
    ("ko", include_str!("../../lists/ko.txt")),
    ("ru", include_str!("../../lists/ru.txt")),
    ("uk", include_str!("../../lists/uk.txt")),
];

static ALL: LazyLock<Vec<Lists>> = LazyLock::new(|| {
    let parse = |(tag, text): &(&'static str, &'static str)| Lists::parse(tag, text);
    SOURCES.iter().map(parse).collect()
});

/// What words of a list do in a sentence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Says that somebody said it.
    Said,
    /// Says that somebody denies it.
    Denied,
    /// Says that somebody confirms it.
    Confirmed,
    /// Says that somebody reports what others said.
    Reports,
    /// Says that somebody thinks so.
    Thinks,
    /// Stands before (in Korean after) whoever is quoted.
    According,
    /// Makes it hearsay, whoever says it.
    Reportedly,
    /// Makes it possible or wanted only.
    Perhaps,
    /// What is said is that something is not so.
    False,
    /// What is said is that nobody knows.
    Open,
    /// Looks like one of the others, and tells nothing.
    Mute,
    /// May stand between a speaker and what he does.
    Between,
    /// Makes somebody else of the one before the verb.
    Passive,
    /// Names whoever did what is said in the passive.
    By,
    /// Names nobody by itself.
    Pronoun,
    /// Begins a part of a sentence in which a speaker may stand first.
    Begins,
    /// A word for people or offices who speak.
    Role,
    /// Stands before a time or place, and is no part of a name.
    Before,
    /// A day of the week, from 0 for Monday.
    Weekday,
    /// A month, from 1.
    Month,
    /// Not fewer than.
    AtLeast,
    /// Not more than.
    AtMost,
    /// Near.
    About,
    /// A number in a word.
    Number,
    /// A number that multiplies.
    Scale,
    /// What is counted.
    Unit,
}

impl Kind {
    const WORDS: [(&str, Kind); 26] = [
        ("said", Kind::Said),
        ("denied", Kind::Denied),
        ("confirmed", Kind::Confirmed),
        ("reports", Kind::Reports),
        ("thinks", Kind::Thinks),
        ("according", Kind::According),
        ("reportedly", Kind::Reportedly),
        ("perhaps", Kind::Perhaps),
        ("false", Kind::False),
        ("open", Kind::Open),
        ("mute", Kind::Mute),
        ("between", Kind::Between),
        ("passive", Kind::Passive),
        ("by", Kind::By),
        ("pronoun", Kind::Pronoun),
        ("begins", Kind::Begins),
        ("role", Kind::Role),
        ("before", Kind::Before),
        ("weekday", Kind::Weekday),
        ("month", Kind::Month),
        ("at-least", Kind::AtLeast),
        ("at-most", Kind::AtMost),
        ("about", Kind::About),
        ("number", Kind::Number),
        ("scale", Kind::Scale),
        ("unit", Kind::Unit),
    ];

    /// Whether a speaker belongs to it.
    pub(super) fn is_verb(self) -> bool {
        matches!(
            self,
            Kind::Said | Kind::Denied | Kind::Confirmed | Kind::Reports | Kind::Thinks
        )
    }
}

/// One line of a list.
struct Entry {
    kind: Kind,
    parts: Vec<&'static str>,
    value: &'static str,
}

/// Words of a list in a sentence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Match {
    pub(super) kind: Kind,
    /// The first token of it.
    pub(super) first: usize,
    /// The token after the last of it.
    pub(super) after: usize,
    /// What stands after `=` in the list.
    pub(super) value: &'static str,
}

/// The lists of one language.
pub(super) struct Lists {
    pub(super) tag: &'static str,
    entries: Vec<Entry>,
    /// First word → entries, longest first.
    by_first: BTreeMap<&'static str, Vec<usize>>,
    /// Entries whose first word has a wild card.
    wild: Vec<usize>,
}

fn fits(pattern: &str, word: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(inner), Some(_)) => word.contains(inner.trim_end_matches('*')),
        (Some(end), None) => word.ends_with(end),
        (None, Some(start)) => word.starts_with(start),
        (None, None) => word == pattern,
    }
}

impl Lists {
    /// The lists of a language; those of English for one that has none.
    pub(super) fn of(tag: &str) -> Option<&'static Lists> {
        let found = ALL.iter().find(|lists| lists.tag == tag);
        found.or_else(|| ALL.first())
    }

    fn parse(tag: &'static str, text: &'static str) -> Lists {
        let mut lists = Lists {
            tag,
            entries: Vec::new(),
            by_first: BTreeMap::new(),
            wild: Vec::new(),
        };
        for (kind, rest) in text.lines().filter_map(|line| line.split_once(':')) {
            let mut kinds = Kind::WORDS.iter();
            let Some((_, kind)) = kinds.find(|(word, _)| *word == kind.trim()) else {
                continue;
            };
            for phrase in rest.split(',') {
                let (words, value) = phrase.split_once('=').unwrap_or((phrase, ""));
                let parts = words.split_whitespace().collect();
                lists.add(*kind, parts, value.trim());
            }
        }
        for entries in lists.by_first.values_mut() {
            entries.sort_by_key(|at| {
                lists
                    .entries
                    .get(*at)
                    .map_or(0, |one| usize::MAX - one.parts.len())
            });
        }
        lists
    }

    fn add(&mut self, kind: Kind, parts: Vec<&'static str>, value: &'static str) {
        let Some(first) = parts.first().copied() else {
            return;
        };
        let at = self.entries.len();
        match first.contains('*') {
            true => self.wild.push(at),
            false => self.by_first.entry(first).or_default().push(at),
        }
        self.entries.push(Entry { kind, parts, value });
    }

    fn fits_at(&self, entry: usize, tokens: &[Token]) -> Option<&Entry> {
        let entry = self.entries.get(entry)?;
        let mut parts = entry.parts.iter().zip(tokens);
        let is_whole = entry.parts.len() <= tokens.len();
        (is_whole && parts.all(|(part, token)| fits(part, &token.lower))).then_some(entry)
    }

    /// The longest entry that stands at the beginning of some tokens.
    fn longest(&self, tokens: &[Token]) -> Option<&Entry> {
        let first = tokens.first()?;
        let named = self.by_first.get(first.lower.as_str());
        let named = named.into_iter().flatten();
        let mut best: Option<&Entry> = None;
        for entry in named.chain(&self.wild) {
            let found = self.fits_at(*entry, tokens);
            let longer =
                found.filter(|one| best.is_none_or(|best| one.parts.len() > best.parts.len()));
            best = longer.or(best);
        }
        best
    }

    /// Where words of the lists stand, in order and apart; of several that begin at one place the longest.
    pub(super) fn matches(&self, tokens: &[Token]) -> Vec<Match> {
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(rest) = tokens.get(at..).filter(|rest| !rest.is_empty()) {
            let Some(entry) = self.longest(rest) else {
                at += 1;
                continue;
            };
            let after = at + entry.parts.len();
            found.push(Match {
                kind: entry.kind,
                first: at,
                after,
                value: entry.value,
            });
            at = after;
        }
        found
    }
}

/// The language of a text by its letters, as a tag; English when nothing tells.
pub(super) fn language_of(text: &str) -> &'static str {
    let (mut hangul, mut cyrillic, mut latin) = (0_usize, 0_usize, 0_usize);
    let (mut russian, mut ukrainian) = (0_usize, 0_usize);
    for letter in text.chars() {
        match letter {
            '가'..='힣' | '\u{1100}'..='\u{11ff}' => hangul += 1,
            'ы' | 'э' | 'ъ' | 'ё' | 'Ы' | 'Э' | 'Ё' => russian += 1,
            'і' | 'ї' | 'є' | 'ґ' | 'І' | 'Ї' | 'Є' | 'Ґ' => ukrainian += 1,
            '\u{400}'..='\u{4ff}' => cyrillic += 1,
            'a'..='z' | 'A'..='Z' => latin += 1,
            _ => {}
        }
    }
    // A syllable says as much as two letters.
    if 2 * hangul > latin && 2 * hangul > cyrillic {
        "ko"
    } else if cyrillic + russian + ukrainian > latin {
        match ukrainian > russian {
            true => "uk",
            false => "ru",
        }
    } else {
        "en"
    }
}

impl Lists {
    /// What stands after `=` beside a single word of a kind, whatever else the word is.
    pub(super) fn single(&self, word: &str, kind: Kind) -> Option<&'static str> {
        let entries = self.by_first.get(word)?.iter();
        let mut of_kind = entries.filter_map(|at| self.entries.get(*at));
        let found = of_kind.find(|one| one.kind == kind && one.parts.len() == 1)?;
        Some(found.value)
    }
}

//! The page of a month's outcomes: figures with their range, what they do not say, and what the record has against each other.

use maud::{Markup, html};
use publication::{Language as Written, Month, Publication, Related};
use statements::{Delegation, PublishedMonth, UnverifiedStatement};

use crate::frame;
use crate::language::Language;
use crate::site::Site;

/// All months as CSV, beside the folders of languages.
pub(crate) const CSV: &str = "outcomes.csv";

/// A month that enough coordinators signed, with the bytes that they did.
pub(crate) struct Shown {
    pub(crate) publication: Publication,
    pub(crate) statement: Vec<u8>,
}

impl Shown {
    /// A month of a line; `None` when it is not signed by enough of its coordinators, or when this version can't read its figures.
    pub(crate) fn of(statement: &[u8], delegation: &Delegation) -> Option<Shown> {
        let unverified = UnverifiedStatement::parse(statement).ok()?;
        let signed = PublishedMonth::verify(&unverified, delegation).ok()?;
        Some(Shown {
            publication: Publication::from_bytes(signed.publication()).ok()?,
            statement: statement.to_vec(),
        })
    }

    pub(crate) fn month(&self) -> Month {
        self.publication.month()
    }

    /// The names of its files: the page and the picture in the folder of each language, and beside the folders what was signed.
    pub(crate) fn page(&self) -> String {
        format!("outcomes-{}.html", self.month())
    }

    pub(crate) fn picture(&self) -> String {
        format!("outcomes-{}.svg", self.month())
    }

    pub(crate) fn signed(&self) -> String {
        format!("outcomes-{}.statement", self.month())
    }
}

fn written(language: Language) -> Written {
    // Both have the five languages of a line; a test walks through all of them.
    Written::from_tag(language.tag()).unwrap_or(Written::English)
}

/// The claims of the record that contradict each other, in a language where they are translated.
fn contested(site: &Site, language: Language) -> Vec<Related> {
    let set = site.cards.set();
    let claims = set.record.as_ref().map(Related::contested);
    let translate = |related: Related| {
        let claim = set
            .all_claims()
            .iter()
            .find(|claim| claim.id == related.id());
        match claim.map(|claim| site.cards.said(claim, language)) {
            Some((text, true)) => related.translated(text.to_owned()),
            _ => related,
        }
    };
    let claims = claims.unwrap_or_default().into_iter();
    claims.map(translate).collect()
}

/// The links to all months, for the page that lists answers.
pub(crate) fn links(site: &Site, language: Language) -> Markup {
    html! {
        @if !site.outcomes.is_empty() {
            section {
                h2 { (language.say("outcomes-title")) }
                ul class="links" {
                    @for shown in &site.outcomes {
                        li { a href=(shown.page()) { (publication::heading(&shown.publication, written(language))) } }
                    }
                }
            }
        }
    }
}

fn table(publication: &Publication, language: Written) -> Markup {
    let (names, rows) = publication::rows(publication, language);
    html! {
        table {
            thead { tr { @for name in &names { th scope="col" { (name) } } } }
            tbody { @for [figure, value, range] in &rows {
                tr { th scope="row" { (figure) } td { (value) } td { (range) } }
            } }
        }
    }
}

fn taken_along(shown: &Shown, language: Language) -> Markup {
    html! {
        ul class="links screen" {
            li { a href=(shown.picture()) { (language.say("outcomes-svg")) } }
            li { a href={ "../" (CSV) } { (language.say("outcomes-csv")) } }
            li { a href={ "../" (shown.signed()) } download { (language.say("outcomes-signed")) } }
        }
    }
}

fn of_name<'a>(site: &'a Site, name: &str, file: impl Fn(&Shown) -> String) -> Option<&'a Shown> {
    site.outcomes.iter().find(|shown| file(shown) == name)
}

/// The page of a month in a language; `None` when that month is not published.
pub(crate) fn of(site: &Site, language: Language, name: &str) -> Option<String> {
    let shown = of_name(site, name, Shown::page)?;
    let related = contested(site, language);
    let in_words = written(language);
    let body = html! {
        p class="back screen" { a href="index.html" { (language.say("all-answers")) } }
        h1 class="question" { (publication::heading(&shown.publication, in_words)) }
        (publication::bars(&shown.publication, in_words))
        (table(&shown.publication, in_words))
        @for sentence in publication::sentences(&shown.publication, &related, in_words) {
            p dir="auto" { (sentence) }
        }
        (taken_along(shown, language))
    };
    let languages = frame::languages(language, name, |_| true);
    Some(frame::document(site, language, &languages, &body))
}

/// The picture of a month in a language, as a file.
pub(crate) fn picture(site: &Site, language: Language, name: &str) -> Option<String> {
    let shown = of_name(site, name, Shown::picture)?;
    let related = contested(site, language);
    Some(publication::chart(
        &shown.publication,
        &related,
        written(language),
    ))
}

/// All months as CSV; `None` without any.
pub(crate) fn csv(site: &Site) -> Option<String> {
    let months: Vec<&Publication> = site.outcomes.iter().map(|one| &one.publication).collect();
    (!months.is_empty()).then(|| publication::csv(&months))
}

/// What was signed of a month.
pub(crate) fn signed(site: &Site, name: &str) -> Option<Vec<u8>> {
    of_name(site, name, Shown::signed).map(|shown| shown.statement.clone())
}

//! The page of one card: it can stand alone, also on paper.

use maud::{Markup, html};
use record::{Card, CardText, Claim, Part, RecordSource, Source, day_of};

use crate::cards::State;
use crate::frame::{self, clean, dated, paragraph};
use crate::language::Language;
use crate::site::Site;

/// The heading of a part: the set's own, or else what screens say.
fn heading(site: &Site, language: Language, part: Part) -> String {
    let headings = site.cards.set().headings.get(language.tag());
    let own = headings.map(|headings| headings.of(part));
    let own = own.filter(|heading| !heading.is_empty());
    own.map_or_else(
        || language.say(&format!("card-{}", part.word())),
        |own| clean(own).into_owned(),
    )
}

/// The answer and its parts, with the days between which it holds.
fn answer(site: &Site, language: Language, card: &Card, text: &CardText, until: &str) -> Markup {
    let parts = Part::ALL.into_iter();
    let parts = parts.map(|part| (part, text.of(part)));
    html! {
        p class="kind" { (language.say("answer-card")) }
        (paragraph("answer", &text.answer))
        p class="dates" {
            span { (dated(language, "card-date", &clean(&card.reviewed))) } " "
            strong { (dated(language, "card-until", until)) }
        }
        @for (part, said) in parts.filter(|(_, said)| !said.is_empty()) {
            section class={ "part " (part.word()) } {
                h2 { (heading(site, language, part)) }
                (paragraph("text", said))
            }
        }
        (sources(language, &card.sources))
        (claims(site, language, card))
    }
}

fn source(language: Language, source: &Source) -> Markup {
    html! {
        li {
            bdi { (clean(&source.title)) }
            @if !source.publisher.is_empty() { ", " bdi { (clean(&source.publisher)) } }
            @if day_of(&source.date_read).is_some() {
                ", " (dated(language, "read-on", &source.date_read))
            }
        }
    }
}

fn sources(language: Language, sources: &[Source]) -> Markup {
    html! {
        @if !sources.is_empty() {
            section {
                h2 { (language.say("card-sources")) }
                ul { @for one in sources { (source(language, one)) } }
            }
        }
    }
}

/// A claim's text; one that nobody has translated says so, and in which language it is: the record is kept in English.
fn said(site: &Site, language: Language, claim: &Claim) -> Markup {
    let (text, is_translated) = site.cards.said(claim, language);
    let is_original = language == Language::ENGLISH;
    html! {
        @if is_translated || is_original {
            p dir="auto" { (clean(text)) }
        } @else {
            p lang="en" dir="auto" { (clean(text)) }
            p class="small" { (language.say("not-translated")) }
        }
    }
}

/// Where a claim was found: author, publisher, year and month, when it was read, and the address as text.
fn found(language: Language, source: &RecordSource) -> Markup {
    let published = match (source.year, source.month) {
        (Some(year), Some(month)) => format!("{year:04}-{month:02}"),
        (Some(year), None) => format!("{year:04}"),
        _ => String::new(),
    };
    let read = match day_of(&source.date_read) {
        Some(_) => language.say_with("read-on", &[("date", &source.date_read)]),
        None => String::new(),
    };
    let parts = [&source.author, &source.publisher, &published, &read];
    let parts: Vec<&str> = parts.into_iter().map(String::as_str).collect();
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    html! {
        @if !parts.is_empty() || !source.address.is_empty() {
            p class="small" {
                (language.say_with("said-in", &[("source", "")])) bdi { (clean(&parts.join(", "))) }
                @if !source.address.is_empty() { " " bdi class="address" { (clean(&source.address)) } }
            }
        }
    }
}

/// Who said it, and how.
fn attribution(language: Language, claim: &Claim) -> Markup {
    let is_known = Claim::WAYS.contains(&claim.how.as_str());
    html! {
        p class="small" {
            (language.say_with("said-by", &[("who", "")])) bdi { (clean(&claim.said_by)) } ". "
            @if is_known {
                @let how = language.say(&format!("how-{}", claim.how));
                (language.say_with("said-how", &[("how", &how)])) ". "
            }
            @if day_of(&claim.date_said).is_some() {
                (dated(language, "said-on", &claim.date_said)) ". "
            }
            @if day_of(&claim.withdrawn).is_some() {
                strong { (dated(language, "claim-withdrawn", &claim.withdrawn)) } "."
            }
        }
    }
}

/// What the answer rests on, each with what stands against it.
fn claims(site: &Site, language: Language, card: &Card) -> Markup {
    let claims = site.cards.claims_of(card);
    html! {
        @if !claims.is_empty() {
            section {
                h2 { (language.say("claims-title")) }
                p class="small" { (language.say("claims-why")) }
                @for (claim, against) in claims {
                    article {
                        (said(site, language, claim))
                        (attribution(language, claim))
                        @if let Some(source) = site.cards.source_of(claim) { (found(language, source)) }
                        @if !against.is_empty() {
                            div class="against" {
                                h3 { (language.say("against")) }
                                @for other in against {
                                    (said(site, language, other))
                                    (attribution(language, other))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The page of a card in a language; `None` when there is no such card, or no text of it in that language.
pub(crate) fn of(site: &Site, language: Language, name: &str) -> Option<String> {
    let (card, state) = site.cards.by_file(name)?;
    let (own, text) = language.text_of(card)?;
    let own = (own != language).then(|| own.tag());
    let body = html! {
        p class="back screen" { a href="index.html" { (language.say("all-answers")) } }
        h1 class="question" lang=[own] dir="auto" { (clean(&text.question)) }
        @match state {
            State::Live(_) => (answer(site, language, card, text, &state.date())),
            // What it said is not shown: whoever reads it somewhere would go by it.
            fallen => {
                @let id = format!("card-{}", fallen.word());
                p class="fallen" role="note" { (dated(language, &id, &fallen.date())) }
            }
        }
    };
    let has = |other: Language| other.text_of(card).is_some();
    let languages = frame::languages(language, name, has);
    Some(frame::document(site, language, &languages, &body))
}

//! The page that offers languages, and in each language the page that lists answers.

use maud::{Markup, html};
use record::{Card, date_of};
use statements::{Entrance, EntranceList, Wait, Warning, WarningAbout};

use crate::cards::State;
use crate::frame::{self, clean, dated};
use crate::language::Language;
use crate::outcomes_page;
use crate::site::Site;

/// The page that offers languages; it says nothing of what it is.
pub(crate) fn languages() -> String {
    let links = html! {
        ul class="links" {
            @for language in Language::all() {
                @let tag = language.tag();
                li { a href={ (tag) "/index.html" } lang=(tag) hreflang=(tag) { (language.name()) } }
            }
        }
    };
    frame::above_languages(&links)
}

/// The message that says what people are warned of.
pub(crate) fn warning_id(about: WarningAbout) -> String {
    format!("warning-{}", about.word())
}

/// What people are warned of.
fn warning(language: Language, warning: &Warning) -> Markup {
    let id = warning_id(warning.about);
    let issued = date_of(warning.issued.day());
    html! {
        section class="warning" role="note" {
            h2 { (language.say("warning-title")) }
            p { (language.say(&id)) }
            @if !warning.address.is_empty() {
                p { (language.say_with("warning-address", &[("address", "")])) bdi class="address" { (clean(&warning.address)) } }
            }
            p class="small" { (dated(language, "warning-issued", &issued)) }
        }
    }
}

/// The wait as those on duty gave it, in words.
fn waiting(language: Language, wait: &Wait) -> String {
    if wait.guides == 0 {
        return language.say("wait-none-on-duty");
    }
    match wait.expected {
        None => language.say("wait-unknown"),
        Some(minutes) if minutes > 90 => {
            let hours = minutes.div_ceil(60).to_string();
            language.say_with("wait-hours", &[("hours", &hours)])
        }
        Some(minutes) => {
            let minutes = minutes.max(1).to_string();
            language.say_with("wait-minutes", &[("minutes", &minutes)])
        }
    }
}

fn wait_section(language: Language, wait: &Wait) -> Markup {
    html! {
        section {
            h2 { (language.say("wait-title")) }
            @if wait.surge { p { (language.say("surge")) } }
            p { (waiting(language, wait)) }
        }
    }
}

fn entrance(language: Language, place: &Entrance) -> Markup {
    let id = format!("entrance-{}", place.kind.word());
    html! { li { span { (language.say(&id)) } bdi class="address" { (clean(&place.address)) } } }
}

/// Where the line can be reached, as text: what is followed leaves a trace.
fn entrances(language: Language, list: Option<&EntranceList>, site: &Site) -> Markup {
    let until = list
        .map(|list| date_of(list.good_until))
        .unwrap_or_default();
    let is_good = list.is_some_and(|list| site.today <= list.good_until);
    html! {
        section {
            h2 { (language.say("entrances-title")) }
            @match list {
                None => p { (language.say("entrances-none")) },
                Some(list) if is_good => {
                    ul class="places" { @for place in &list.entrances { (entrance(language, place)) } }
                    p class="until" { (dated(language, "entrances-until", &until)) }
                }
                Some(_) => p { (dated(language, "entrances-old", &until)) },
            }
        }
        @if let Some(list) = list.filter(|list| !list.fakes.is_empty()) {
            section class="fakes" {
                h2 { (language.say("fakes-title")) }
                ul class="places" {
                    @for fake in &list.fakes { li { bdi class="address" { (clean(fake)) } } }
                }
            }
        }
    }
}

/// The cards of a page: file name, question, card, state.
type Listed<'a> = Vec<(&'a str, &'a str, &'a State)>;

/// The cards that have a text in a language, or only in another one: the language then is that of the text.
fn in_other(card: &Card) -> Option<(Language, &str)> {
    let (own, text) = Language::all().find_map(|language| language.text_of(card))?;
    Some((own, text.question.as_str()))
}

fn live(listed: &Listed<'_>) -> Markup {
    html! {
        ul class="links" {
            @for (name, question, _) in listed {
                li { a href=(name) dir="auto" { (clean(question)) } }
            }
        }
    }
}

fn apart(language: Language, listed: &Listed<'_>) -> Markup {
    html! {
        @if !listed.is_empty() {
            section {
                h2 { (language.say("not-now-title")) }
                ul class="links apart" {
                    @for (name, question, state) in listed {
                        @let id = format!("state-{}", state.word());
                        li {
                            a href=(name) dir="auto" { (clean(question)) }
                            span class="small" { (dated(language, &id, &state.date())) }
                        }
                    }
                }
            }
        }
    }
}

fn elsewhere(language: Language, site: &Site) -> Markup {
    let all = site.cards.all().into_iter();
    let missing = all.filter(|(_, card, state)| {
        matches!(state, State::Live(_)) && language.text_of(card).is_none()
    });
    let found: Vec<_> = missing
        .filter_map(|(name, card, _)| Some((name, in_other(card)?)))
        .collect();
    html! {
        @if !found.is_empty() {
            section {
                h2 { (language.say("other-languages")) }
                ul class="links" {
                    @for (name, (other, question)) in found {
                        @let tag = other.tag();
                        li {
                            a href={ "../" (tag) "/" (name) } lang=(tag) hreflang=(tag) dir="auto" { (clean(question)) }
                        }
                    }
                }
            }
        }
    }
}

/// The page of a language: what the line is not, its answers by question, what does not stand, and where it can be reached.
pub(crate) fn answers(site: &Site, language: Language, wait: Option<&Wait>) -> String {
    let all = site.cards.all().into_iter();
    let here = all.filter_map(|(name, card, state)| {
        let (_, text) = language.text_of(card)?;
        Some((name, text.question.as_str(), state))
    });
    let (stand, fallen): (Listed<'_>, Listed<'_>) =
        here.partition(|(.., state)| matches!(state, State::Live(_)));
    let body = html! {
        h1 { (language.say("title")) }
        @if let Some((id, date)) = site.end() {
            section class="warning" role="note" data-testid="ends" { p { (dated(language, id, &date)) } }
        }
        @if let Some(said) = site.warning() { (warning(language, said)) }
        @if !site.is_over() {
            p { (language.say("what")) }
            p { (language.say("limits")) }
            section {
                h2 { (language.say("cards-title")) }
                @if stand.is_empty() { p { (language.say("cards-none")) } } @else { (live(&stand)) }
            }
        }
        (apart(language, &fallen))
        (elsewhere(language, site))
        @if let Some(wait) = wait { (wait_section(language, wait)) }
        (entrances(language, site.entrances.as_ref(), site))
        (outcomes_page::links(site, language))
    };
    let languages = frame::languages(language, "index.html", |_| true);
    frame::document(site, language, &languages, &body)
}

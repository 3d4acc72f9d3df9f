//! What all pages have around them.

use std::borrow::Cow;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::language::Language;
use crate::site::Site;

/// What a page may do even where no server says so: show itself, and nothing else.
const POLICY: &str = "script-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'";

/// A text of somebody else's without what no document may hold: control characters become U+FFFD.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    let is_unfit = |letter: char| {
        let is_control = letter.is_control() && !matches!(letter, '\n' | '\t');
        is_control || matches!(letter, '\u{fffe}' | '\u{ffff}')
    };
    match text.contains(is_unfit) {
        true => Cow::Owned(text.replace(is_unfit, "\u{fffd}")),
        false => Cow::Borrowed(text),
    }
}

/// A paragraph of somebody else's text; its direction is its own and ends with it.
pub(crate) fn paragraph(class: &str, text: &str) -> Markup {
    html! { p class=(class) dir="auto" { (clean(text)) } }
}

/// A message with a date in it, which is not broken at its hyphens.
pub(crate) fn dated(language: Language, id: &str, date: &str) -> Markup {
    // The mark stands in no message; what is before and after it is the message's own.
    const MARK: &str = "\u{1}";
    let said = language.say_with(id, &[("date", MARK)]);
    let (before, after) = said.split_once(MARK).unwrap_or((&said, ""));
    html! { (before) time datetime=(date) { (date) } (after) }
}

/// The beginning of a document. Its title says nothing of what it is.
fn head(language: Language, style: &str) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            title { (language.say("title")) }
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="referrer" content="no-referrer";
            meta name="robots" content="noindex, nofollow";
            meta http-equiv="content-security-policy" content=(PreEscaped(POLICY));
            link rel="icon" href="data:,";
            link rel="stylesheet" href=(style);
        }
    }
}

/// A document that stands beside the style sheet, in no single language.
pub(crate) fn above_languages(body: &Markup) -> String {
    let head = head(Language::ENGLISH, "style.css");
    let document = html! {
        (DOCTYPE)
        html lang="en" dir="ltr" translate="no" {
            (head)
            body { main { (body) } }
        }
    };
    document.into_string()
}

/// The links to the same page in other languages, by their file names; the page's own language is no link.
pub(crate) fn languages(here: Language, name: &str, has: impl Fn(Language) -> bool) -> Markup {
    html! {
        nav aria-label=(here.say("language")) {
            @for language in Language::all().filter(|language| has(*language)) {
                @let tag = language.tag();
                @if language == here {
                    span aria-current="page" { (language.name()) }
                } @else {
                    a href={ "../" (tag) "/" (name) } lang=(tag) hreflang=(tag) { (language.name()) }
                }
            }
        }
    }
}

/// A document in a folder of one language: links to other languages, what it says, and on each the day and the check words, so that it can
/// stand alone.
pub(crate) fn document(
    site: &Site,
    language: Language,
    languages: &Markup,
    body: &Markup,
) -> String {
    let today = record::date_of(site.today);
    let document = html! {
        (DOCTYPE)
        html lang=(language.tag()) dir="ltr" translate="no" {
            (head(language, "../style.css"))
            body {
                header { (languages) }
                main {
                    @if site.cards.set().demonstration {
                        p class="warning" { (language.say("demonstration")) }
                    }
                    (body)
                }
                footer {
                    section class="check" {
                        h2 { (language.say("check-words-label")) }
                        p class="words" { (language.check_words(&site.line)) }
                        p class="small" { (language.say("check-words-why")) }
                    }
                    p class="day" { (dated(language, "as-of", &today)) }
                    p class="small screen" { (language.say("history")) }
                }
            }
        }
    };
    document.into_string()
}

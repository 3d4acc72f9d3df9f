//! Cards as they are shown: on their own screen, and beside a case to be sent.

use desk::CaseView;
use maud::{Markup, html};
use protocol::Language;
use wire::Day;

use super::page::{Page, csrf, language_name};
use crate::card_set::{CardShape, CardText};

fn today(page: &Page) -> Day {
    page.shown.now.day()
}

fn class_name(page: &Page, class: &str) -> Option<String> {
    Some(match class {
        "general" => page.say("class-general"),
        "law" => page.say("class-law"),
        "devices" => page.say("class-devices"),
        "partners" => page.say("class-partners"),
        _ => return None,
    })
}

/// When a card was checked and until when that holds; said in words when it no longer does.
fn currency(page: &Page, card: &CardShape) -> Markup {
    let strings = page.strings();
    html! {
        p.detail {
            @if let Some(class) = class_name(page, &card.class) { (class) " · " }
            (strings.say_with("card-reviewed", &[("date", &card.reviewed)])) " · "
            (strings.say_with("card-review-by", &[("date", &card.review_by)]))
        }
        @if !card.is_current(today(page)) { p.alarm data-testid="card-expired" { (page.say("card-expired")) } }
    }
}

fn part(page: &Page, heading: &str, text: &str) -> Markup {
    html! {
        @if !text.is_empty() { dt { (page.say(heading)) } dd dir="auto" { (text) } }
    }
}

fn text(page: &Page, language: Language, text: &CardText) -> Markup {
    html! {
        dl lang=(language.tag()) {
            (part(page, message_id!("card-answer"), &text.answer))
            (part(page, message_id!("card-known"), &text.known))
            (part(page, message_id!("card-not-known"), &text.not_known))
        }
    }
}

fn sources(page: &Page, card: &CardShape) -> Markup {
    let strings = page.strings();
    html! {
        @if !card.sources.is_empty() {
            h3 { (page.say("card-sources")) }
            ul {
                @for source in &card.sources {
                    li {
                        bdi { (source.title) } ", " bdi { (source.publisher) }
                        @if !source.date_read.is_empty() {
                            " (" (strings.say_with("card-date-read", &[("date", &source.date_read)])) ")"
                        }
                    }
                }
            }
        }
    }
}

/// A card to read.
pub(super) fn card(page: &Page, card: &CardShape) -> Markup {
    let Some((language, shown)) = card.text_or_any(page.strings().language()) else {
        return super::page::nothing();
    };
    html! {
        details.card #{ "card-" (card.id) } data-testid="card" data-card=(card.id) {
            summary lang=(language.tag()) { bdi { (shown.question) } }
            (currency(page, card))
            (text(page, language, shown))
            (sources(page, card))
        }
    }
}

/// The cards of which one may be sent in a case.
pub(super) fn choice(page: &Page, case: &CaseView) -> Markup {
    let set = page.card_set();
    html! {
        @if set.cards.is_empty() { p { (page.say("cards-empty")) } }
        @for card in &set.cards { (sendable(page, case, card)) }
    }
}

fn sendable(page: &Page, case: &CaseView, card: &CardShape) -> Markup {
    let Some((language, shown)) = card.text_or_any(case.language) else {
        return super::page::nothing();
    };
    let may_send = card.is_current(today(page));
    html! {
        details.card data-testid="card" data-card=(card.id) {
            summary lang=(language.tag()) { bdi { (shown.question) } }
            (currency(page, card))
            (text(page, language, shown))
            @if card.text(case.language).is_none() { p.alarm { (page.say("card-no-language")) } }
            @if may_send { (send_form(page, case, card, language)) }
        }
    }
}

fn send_form(page: &Page, case: &CaseView, card: &CardShape, shown: Language) -> Markup {
    let strings = page.strings();
    let there = Language::ALL
        .iter()
        .copied()
        .filter(|language| card.text(*language).is_some());
    let id = format!("language-of-{}", card.id);
    html! {
        form method="post" action={ "/case/" (case.label) "/card" } {
            (csrf(&page.session))
            input type="hidden" name="card" value=(card.id);
            label for=(id) { (page.say("language")) }
            " "
            select #(id) name="language" data-testid="card-language" {
                @for language in there {
                    option value=(language.tag()) selected[language == shown] { (language_name(strings, language)) }
                }
            }
            " "
            button type="submit" data-testid="send-card" { (page.say("answer-card-send")) }
        }
    }
}

/// Whether a card has all these words in any language, letter case aside.
pub(super) fn has_words(card: &CardShape, words: &str) -> bool {
    let all: String = card
        .texts
        .values()
        .flat_map(|text| [&text.question, &text.answer, &text.known, &text.not_known])
        .map(|text| text.to_lowercase() + "\n")
        .collect();
    words
        .to_lowercase()
        .split_whitespace()
        .all(|word| all.contains(word))
}

/// A message id on its way to `say`; a test looks for these too.
macro_rules! message_id {
    ($id:literal) => {
        $id
    };
}
use message_id;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_wants_every_word_in_any_language_and_letter_case() {
        let card: CardShape = serde_json::from_str(
            r#"{"id":"a","texts":{"en":{"question":"Is this real?","answer":"Compare words."},
                "ru":{"question":"Это настоящее?","answer":"Сравните слова."}}}"#,
        )
        .unwrap();
        assert!(has_words(&card, ""));
        assert!(has_words(&card, "REAL words"));
        assert!(has_words(&card, "НАСТОЯЩЕЕ"));
        assert!(!has_words(&card, "real mother"));
    }
}

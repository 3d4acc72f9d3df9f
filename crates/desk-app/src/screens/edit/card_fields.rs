//! The form of a card, and the card that it gives.

use std::collections::BTreeMap;

use maud::{Markup, html};
use protocol::Language;
use record::{Card, CardText, Class, Part, Source};

use super::super::door::Fields;
use super::super::forms::{date, labelled, line};
use super::super::page::{Page, csrf, language_name};
use crate::card_set::{date_of, day_of};

/// The classes, by the words under which cards name them.
pub(in super::super) const CLASSES: [&str; 4] = ["general", "law", "devices", "partners"];

/// A card as the form begins: new, of today.
pub(super) fn blank(page: &Page) -> Card {
    let today = page.shown.now.day();
    let review_by = today.plus(Class::General.review_days());
    Card {
        class: "general".into(),
        reviewed: date_of(today),
        review_by: date_of(review_by),
        original: page.strings().language().tag().into(),
        ..Card::default()
    }
}

/// A published card, to be checked again from today on.
pub(super) fn renewed(page: &Page, card: &Card) -> Card {
    let today = page.shown.now.day();
    let days = card.class().unwrap_or(Class::General).review_days();
    Card {
        reviewed: date_of(today),
        review_by: date_of(today.plus(days)),
        suspended: String::new(),
        ..card.clone()
    }
}

fn area(name: &str, label: &str, value: &str, rows: u32, tag: &str) -> Markup {
    let field = html! {
        textarea name=(name) rows=(rows) dir="auto" lang=[(!tag.is_empty()).then_some(tag)] autocomplete="off"
            data-testid={ "field-" (name) } { "\n" (value) }
    };
    labelled(label, &field)
}

fn text_fields(page: &Page, language: Language, text: &CardText) -> Markup {
    let tag = language.tag();
    let name = |part: &str| format!("{tag}-{part}");
    html! {
        details.card open[!text.question.is_empty()] {
            summary { (language_name(page.strings(), language)) }
            (area(&name("question"), &page.say("card-question"), &text.question, 1, tag))
            (area(&name("answer"), &page.say("card-answer"), &text.answer, 4, tag))
            @for part in Part::ALL {
                (area(&name(part.word()), &page.say(&format!("card-{}", part.word())), text.of(part), 2, tag))
            }
        }
    }
}

fn source_line(source: &Source) -> String {
    let mut parts = vec![source.title.as_str(), &source.publisher, &source.date_read];
    if !source.kind.is_empty() {
        parts.push(&source.kind);
    }
    parts.join(" | ")
}

/// The whole form; `base` names the revision that it was made from.
pub(super) fn form(page: &Page, card: &Card, base: &str, is_new: bool) -> Markup {
    let sources: Vec<String> = card.sources.iter().map(source_line).collect();
    let nothing = CardText::default();
    html! {
        form method="post" action="/edit/card" data-testid="card-form" {
            (csrf(&page.session))
            input type="hidden" name="base" value=(base);
            @if is_new { (line("id", &page.say("edit-name"), &card.id, true)) }
            @else { input type="hidden" name="id" value=(card.id); }
            (labelled(&page.say("card-field-class"), &html! {
                select name="class" data-testid="field-class" {
                    @for class in CLASSES {
                        option value=(class) selected[card.class == class] { (page.say(&format!("class-{class}"))) }
                    }
                }
            }))
            (date("reviewed", &page.say("card-field-reviewed"), &card.reviewed))
            (date("review-by", &page.say("card-field-review-by"), &card.review_by))
            (labelled(&page.say("edit-original"), &html! {
                select name="original" data-testid="field-original" {
                    @for language in Language::ALL.iter().copied() {
                        option value=(language.tag()) selected[card.written_in().unwrap_or(&card.original) == language.tag()] {
                            (language_name(page.strings(), language))
                        }
                    }
                }
            }))
            p.hint { (page.say("edit-text-hint")) }
            @for language in Language::ALL.iter().copied() {
                (text_fields(page, language, card.texts.get(language.tag()).unwrap_or(&nothing)))
            }
            (area("rests-on", &page.say("edit-rests-on"), &card.rests_on.join("\n"), 3, ""))
            (area("sources", &page.say("edit-sources"), &sources.join("\n"), 3, ""))
            p.hint { (page.say("edit-sources-hint")) }
            div.actions {
                button.quiet type="submit" name="step" value="draft" data-testid="save-draft" { (page.say("edit-save-draft")) }
                button type="submit" name="step" value="review" data-testid="send-to-review" { (page.say("edit-send-to-review")) }
            }
        }
    }
}

fn typed(fields: &Fields, name: &str) -> String {
    fields.get(name).replace("\r\n", "\n").trim().to_owned()
}

fn source(line: &str) -> Source {
    let mut parts = line.split('|').map(|part| part.trim().to_owned());
    let mut next = || parts.next().unwrap_or_default();
    Source {
        title: next(),
        publisher: next(),
        date_read: next(),
        kind: next(),
    }
}

/// What a field of one name in each line gives, without the empty ones.
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// The card that a form gives. What is wrong with it is said by whoever judges cards; here only a date that is none is dropped.
pub(super) fn card(fields: &Fields) -> Card {
    let mut texts = BTreeMap::new();
    for language in Language::ALL {
        let field = |part: &str| typed(fields, &format!("{}-{part}", language.tag()));
        let mut text = CardText {
            question: field("question"),
            answer: field("answer"),
            ..CardText::default()
        };
        for part in Part::ALL {
            *text.of_mut(part) = field(part.word());
        }
        if text != CardText::default() {
            texts.insert(language.tag().to_owned(), text);
        }
    }
    let day = |name: &str| {
        let typed = typed(fields, name);
        day_of(&typed).map(date_of).unwrap_or_default()
    };
    let named = typed(fields, "rests-on");
    let rests_on = named.split([',', ' ', '\n']).filter(|id| !id.is_empty());
    Card {
        id: typed(fields, "id"),
        class: typed(fields, "class"),
        reviewed: day("reviewed"),
        review_by: day("review-by"),
        texts,
        original: typed(fields, "original"),
        rests_on: rests_on.map(str::to_owned).collect(),
        sources: lines(&typed(fields, "sources")).map(source).collect(),
        suspended: String::new(),
        withdrawn: String::new(),
    }
}

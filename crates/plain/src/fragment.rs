//! What the scripted page shows of a line before its scripts run, and without them: parts that stand in its document.

use maud::{Markup, html};
use record::{Card, CardText, Part};
use statements::Warning;

use crate::cards::State;
use crate::frame::{clean, dated, paragraph};
use crate::front_page::warning_id;
use crate::language::Language;
use crate::site::Site;

/// The parts of a document in one language, as HTML in UTF-8 without scripts or styles of their own. Each is one line: so they can be taken
/// out of a document again, and the document compared with what was released (`docs/protocol.md`, P77).
pub struct Fragments {
    /// The line's check words, as text.
    pub check_words: String,
    /// The bands that warn and that say that the line ends; hidden when there is nothing to say.
    pub warning: String,
    /// The cards, each a `details` with the question as its summary. A card that does not stand shows no answer.
    pub answers: String,
}

/// The language in which a card is shown: this one, else English, else any that it has.
fn text_of(card: &Card, language: Language) -> Option<(Language, &CardText)> {
    let mut languages = [language].into_iter().chain(Language::all());
    languages.find_map(|language| language.text_of(card))
}

fn answer(language: Language, card: &Card, text: &CardText) -> Markup {
    let parts = Part::ALL.into_iter().map(|part| (part, text.of(part)));
    html! {
        (paragraph("text", &text.answer))
        dl {
            @for (part, said) in parts.filter(|(_, said)| !said.is_empty()) {
                dt lang=(language.tag()) { (language.say(&format!("card-{}", part.word()))) }
                dd { (clean(said)) }
            }
        }
        p class="small" lang=(language.tag()) { (dated(language, "card-date", &clean(&card.reviewed))) }
        @if !card.sources.is_empty() {
            p class="small" lang=(language.tag()) { (language.say("card-sources")) }
            ul class="small" lang="" {
                @for source in &card.sources {
                    @let said = [&source.title, &source.publisher, &source.date_read];
                    @let said: Vec<&str> = said.into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
                    li { (clean(&said.join(", "))) }
                }
            }
        }
    }
}

fn card(language: Language, card: &Card, state: &State) -> Markup {
    let Some((own, text)) = text_of(card, language) else {
        return html! {};
    };
    html! {
        details lang=(own.tag()) data-testid="card" data-standing=(state.word()) {
            summary dir="auto" { (clean(&text.question)) }
            @match state {
                State::Live(_) => (answer(language, card, text)),
                // What it said is not shown: whoever reads it somewhere would go by it.
                fallen => {
                    @let id = format!("card-{}", fallen.word());
                    p class="trouble" lang=(language.tag()) { (dated(language, &id, &fallen.date())) }
                }
            }
        }
    }
}

fn warning(language: Language, warning: Option<&Warning>) -> Markup {
    html! {
        div id="warned" class="band warned" role="alert" data-testid="warned" hidden[warning.is_none()] {
            p id="warned-of" { @if let Some(warning) = warning { (language.say(&warning_id(warning.about))) } }
            p { bdi id="warned-address" class="address" {
                @if let Some(warning) = warning { (clean(&warning.address)) }
            } }
        }
    }
}

/// The band that says that the line ends.
fn end(language: Language, end: Option<(&'static str, String)>) -> Markup {
    html! {
        div id="ends" class="band warned" role="alert" data-testid="ends" hidden[end.is_none()] {
            p id="ends-said" { @if let Some((id, date)) = end { (language.say_with(id, &[("date", &date)])) } }
        }
    }
}

/// A part as one line: a line break in a text becomes a reference to that character, which a browser reads as the same.
fn one_line(part: Markup) -> String {
    part.into_string().replace('\n', "&#10;")
}

impl Site {
    /// The parts of the scripted page in a language.
    pub fn fragments(&self, language: Language) -> Fragments {
        let cards = self.cards.all();
        // What was taken back is not offered; it stays in the plain pages, where it says so.
        let offered = cards
            .into_iter()
            .filter(|(.., state)| !matches!(state, State::Withdrawn(_)));
        let answers: Vec<Markup> = offered
            .map(|(_, one, state)| card(language, one, state))
            .collect();
        let answers = html! {
            @if answers.is_empty() { p { (language.say("cards-none")) } }
            @for one in answers { (one) }
        };
        Fragments {
            check_words: language.check_words(&self.line),
            warning: one_line(
                html! { (warning(language, self.warning())) (end(language, self.end())) },
            ),
            answers: one_line(answers),
        }
    }
}

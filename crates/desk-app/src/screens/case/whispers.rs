//! What colleagues say to each other about a case: in a pane of its own, in other colours, never in the conversation.

use desk::{CaseView, WhisperView};
use maud::{Markup, html};

use super::super::page::{Page, csrf, text_of};
use super::Retry;

/// The band over a case that this desk only reads along.
pub(super) fn band(page: &Page, case: &CaseView) -> Markup {
    let said = page
        .strings()
        .say_with("case-supervised", &[("name", &case.holder)]);
    html! { p.read-along-band role="note" data-testid="supervised" { strong { (said) } } }
}

/// Who reads along, for the holder.
pub(super) fn readers(page: &Page, case: &CaseView) -> Markup {
    html! {
        @if !case.supervisors.is_empty() {
            p.readers data-testid="readers" {
                (page.say("case-readers")) " "
                @for (at, name) in case.supervisors.iter().enumerate() {
                    @if at > 0 { ", " }
                    strong { bdi { (name) } }
                }
                " · "
                a href="#whisper" { (count(page, case)) }
            }
        }
    }
}

fn count(page: &Page, case: &CaseView) -> String {
    let count = case.whispers.len().to_string();
    page.strings()
        .say_with("whisper-count", &[("count", &count)])
}

/// The pane of the colleagues.
pub(super) fn pane(page: &Page, case: &CaseView, retry: &Retry) -> Markup {
    let may_whisper = case.supervised || !case.supervisors.is_empty();
    html! {
        section.whisper #whisper tabindex="-1" aria-labelledby="whisper-heading" data-testid="whisper-pane" {
            h2 #whisper-heading { (page.say("whisper-heading")) }
            div #whispers data-live="" { (list(page, &case.whispers)) }
            @if may_whisper { (form(page, case, retry)) }
            @else {
                p { (page.say("whisper-nobody")) }
                p { a href={ "/case/" (case.label) "/supervisor" } { (page.say("case-invite")) } }
            }
        }
    }
}

fn list(page: &Page, whispers: &[WhisperView]) -> Markup {
    html! {
        @if whispers.is_empty() { p.hint { (page.say("whisper-none")) } }
        ul.whispers {
            @for whisper in whispers {
                li data-testid="whisper" data-mine=(whisper.mine) {
                    p.from { bdi { (whisper.from) } @if whisper.mine { " · " (page.say("whisper-mine")) } }
                    (text_of(&whisper.text))
                }
            }
        }
    }
}

fn form(page: &Page, case: &CaseView, retry: &Retry) -> Markup {
    html! {
        form method="post" action={ "/case/" (case.label) "/whisper" } {
            (csrf(&page.session))
            label for="whisper-text" { (page.say("whisper-label")) }
            textarea #whisper-text name="text" rows="3" dir="auto" required autocomplete="off"
                aria-describedby="whisper-hint" data-testid="whisper-text" {
                "\n" (retry.whisper.as_deref().unwrap_or_default())
            }
            p #whisper-hint .hint { (page.say("whisper-private")) }
            button type="submit" data-testid="whisper-send" { (page.say("whisper-send")) }
        }
    }
}

//! One case: the conversation, and the cards beside it.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use desk::{CaseLabel, CaseView, Command, MessageKind, MessageState, MessageView};
use maud::{Markup, html};
use protocol::TEXT_SIZE;

use super::card_view;
use super::door::Session;
use super::page::{Page, Place, csrf, language_name, text_of, urgency_code, urgency_name};
use super::{App, help, queue, unlocked};
use crate::card_set::date_of;

/// What did not work, and what the person had typed: nothing typed is lost.
#[derive(Default)]
pub(super) struct Retry {
    pub(super) error: Option<String>,
    pub(super) answer: Option<String>,
    pub(super) note: Option<String>,
}

/// The page and the case that an address names, or the answer that there is none.
pub(super) async fn find(
    app: &App,
    session: Session,
    label: &str,
) -> Result<(Page, CaseView), Response> {
    let page = unlocked(app, session, Place::Case).await?;
    let case = match CaseLabel::from_hex(label) {
        Some(label) => page.desk.case(label).await,
        None => None,
    };
    match case {
        Some(case) => Ok((page, case)),
        None => Err(help::gone(&page)),
    }
}

/// `GET /case/LABEL`.
pub(crate) async fn get(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(label): Path<String>,
    headers: HeaderMap,
) -> Result<Markup, Response> {
    let (page, case) = find(&app, session, &label).await?;
    let is_unread = |row: &desk::CaseRow| row.label == case.label && row.unread;
    let is_hidden = headers.get("x-hidden").is_some();
    if !is_hidden && page.shown.view.cases.iter().any(is_unread) {
        // That a message was seen is worth saving, not worth failing for.
        let _ = page.desk.command(Command::MarkRead(case.label)).await;
    }
    Ok(render(&page, &case, &Retry::default()))
}

/// The whole screen.
pub(super) fn render(page: &Page, case: &CaseView, retry: &Retry) -> Markup {
    let strings = page.strings();
    let heading = page.case_name(case.label);
    let content = html! {
        @if let Some(error) = &retry.error { p.alarm role="alert" data-testid="error" { (error) } }
        p.detail {
            span.urgency data-urgency=(urgency_code(case.urgency)) { (urgency_name(strings, case.urgency)) }
            " · " (page.say("case-answer-in")) " "
            span data-testid="answer-in" { (language_name(strings, case.language)) }
        }
        div.panes {
            section.conversation aria-label=(heading) {
                div #messages data-live="" { (messages(page, case)) }
                (answer_box(page, case, retry))
                (notes(page, case, retry))
                p { a.danger href={ "/case/" (case.label) "/destroy" } data-testid="destroy" { (page.say("destroy")) } }
            }
            section.card-pane #cards tabindex="-1" aria-label=(page.say("answer-card-choose")) {
                h2 { (page.say("answer-card-choose")) }
                (card_view::choice(page, case))
            }
        }
        section #cases data-live="" aria-labelledby="cases-heading" {
            h2 #cases-heading { (page.say("nav-cases")) }
            (queue::cases(page))
        }
    };
    page.with(&heading, content)
}

fn messages(page: &Page, case: &CaseView) -> Markup {
    html! { ol.messages { @for message in &case.messages { (message_item(page, message)) } } }
}

fn message_item(page: &Page, message: &MessageView) -> Markup {
    let (testid, from) = match message.from_contact {
        true => ("message-contact", page.say("from-contact")),
        false => ("message-guide", page.say("from-you")),
    };
    html! {
        li data-testid=(testid) data-kind=(kind_code(&message.kind)) class=(if message.from_contact { "contact" } else { "guide" }) {
            p.from {
                (from)
                @if let MessageKind::Card { card, reviewed, .. } = &message.kind {
                    " · " (page.say("from-card")) " " bdi { (card) } " · "
                    (page.strings().say_with("card-reviewed", &[("date", &date_of(*reviewed))]))
                }
            }
            (what(page, message))
            @if !message.from_contact { (state(page, message.state)) }
        }
    }
}

fn what(page: &Page, message: &MessageView) -> Markup {
    match &message.kind {
        MessageKind::Taken => html! { p.event { (page.say("message-taken")) } },
        MessageKind::Closed => html! { p.event { (page.say("closed")) } },
        MessageKind::Words if message.text.is_empty() => {
            html! { p.event { (page.say("receipt-only")) } }
        }
        MessageKind::Words | MessageKind::Card { .. } => text_of(&message.text),
    }
}

fn state(page: &Page, state: MessageState) -> Markup {
    let text = match state {
        MessageState::Pending => page.say("answer-pending"),
        MessageState::Uncollected => page.say("answer-waiting"),
        MessageState::Collected => page.say("answer-collected"),
        MessageState::Received => return super::page::nothing(),
    };
    html! { p.state data-testid="message-state" data-state=(state_code(state)) { (text) } }
}

/// The word for a state in scripts and style sheets.
pub(super) fn state_code(state: MessageState) -> &'static str {
    match state {
        MessageState::Pending => "pending",
        MessageState::Uncollected => "uncollected",
        MessageState::Collected => "collected",
        MessageState::Received => "received",
    }
}

/// The word for a kind of message in scripts and style sheets.
pub(super) fn kind_code(kind: &MessageKind) -> &'static str {
    match kind {
        MessageKind::Words => "words",
        MessageKind::Card { .. } => "card",
        MessageKind::Taken => "taken",
        MessageKind::Closed => "closed",
    }
}

fn answer_box(page: &Page, case: &CaseView, retry: &Retry) -> Markup {
    let strings = page.strings();
    let text = retry.answer.as_deref().unwrap_or(&case.draft);
    let left = TEXT_SIZE.saturating_sub(text.len()).to_string();
    let over = text.len().saturating_sub(TEXT_SIZE);
    html! {
        form #answer-form method="post" action={ "/case/" (case.label) "/answer" } {
            (csrf(&page.session))
            label for="answer" { (page.say("answer-label")) }
            textarea #answer name="text" rows="6" dir="auto" data-testid="answer" aria-describedby="answer-hint answer-count"
                autocomplete="off" data-draft={ "/case/" (case.label) "/draft" } { "\n" (text) }
            p #answer-hint .hint { (page.say("answer-own-words")) }
            p #answer-count data-testid="answer-count" role="status" data-limit=(TEXT_SIZE)
                data-left=(strings.say_with("answer-count", &[("left", "%n")]))
                data-over=(strings.say_with("answer-too-long", &[("over", "%n")])) {
                @if over > 0 { (strings.say_with("answer-too-long", &[("over", &over.to_string())])) }
                @else { (strings.say_with("answer-count", &[("left", &left)])) }
            }
            p #draft-state .hint data-testid="draft-state" role="status" data-kept=(page.say("draft-kept")) {}
            button type="submit" data-testid="send" { (page.say("answer-send")) }
            " "
            button.quiet type="submit" formaction={ "/case/" (case.label) "/draft" } data-testid="keep-draft" {
                (page.say("draft-keep"))
            }
        }
    }
}

fn notes(page: &Page, case: &CaseView, retry: &Retry) -> Markup {
    html! {
        div #notes data-live="" {
            @if !case.notes.is_empty() {
                ul.notes { @for note in &case.notes { li data-testid="note-kept" { (text_of(note)) } } }
            }
        }
        form method="post" action={ "/case/" (case.label) "/note" } {
            (csrf(&page.session))
            label for="note" { (page.say("note-label")) }
            textarea #note name="text" rows="2" dir="auto" data-testid="note" aria-describedby="note-hint" autocomplete="off" {
                "\n" (retry.note.as_deref().unwrap_or_default())
            }
            p #note-hint .hint { (page.say("note-private")) }
            button.quiet type="submit" data-testid="add-note" { (page.say("note-add")) }
        }
    }
}

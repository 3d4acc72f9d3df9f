//! The conversation with the contact, and nothing else: what colleagues say to each other never comes in here.

use desk::{CaseView, MessageKind, MessageState, MessageView};
use maud::{Markup, html};
use protocol::CardNow;

use super::super::page::{Page, nothing, text_of};
use super::tools;
use crate::card_set::date_of;

/// Who wrote a message of the line.
#[derive(Clone, Copy)]
enum Line<'a> {
    /// Whoever sits here.
    Mine,
    /// Somebody who had the case before.
    Before,
    /// The colleague with whom this desk reads along.
    Holder(&'a str),
}

/// All messages, in their order.
pub(super) fn list(page: &Page, case: &CaseView) -> Markup {
    let is_transfer = |message: &MessageView| message.kind == MessageKind::Transferred;
    let transferred = case.messages.iter().rposition(is_transfer);
    let wrote = |at: usize| match (case.supervised, transferred) {
        (_, Some(transferred)) if at < transferred => Line::Before,
        (true, _) => Line::Holder(&case.holder),
        (false, _) => Line::Mine,
    };
    html! {
        ol.messages {
            @for (at, message) in case.messages.iter().enumerate() { (item(page, case, message, wrote(at))) }
        }
    }
}

fn item(page: &Page, case: &CaseView, message: &MessageView, line: Line<'_>) -> Markup {
    let (testid, class, from) = match message.from_contact {
        true => ("message-contact", "contact", page.say("from-contact")),
        false => ("message-guide", "guide", from_line(page, line)),
    };
    html! {
        li data-testid=(testid) data-kind=(kind_code(&message.kind)) class=(class) {
            p.from {
                (from)
                @if let MessageKind::Card { card, reviewed, .. } = &message.kind {
                    " · " (page.say("from-card")) " " bdi { (card) } " · "
                    (page.strings().say_with("card-reviewed", &[("date", &date_of(*reviewed))]))
                }
            }
            (what(page, message, line))
            (tools::under(page, case, message))
            @if !message.from_contact { (state(page, message.state)) }
        }
    }
}

fn from_line(page: &Page, line: Line<'_>) -> String {
    match line {
        Line::Mine => page.say("from-you"),
        Line::Before => page.say("case-from-before"),
        Line::Holder(name) => page
            .strings()
            .say_with("case-from-holder", &[("name", name)]),
    }
}

fn what(page: &Page, message: &MessageView, line: Line<'_>) -> Markup {
    let told = match &message.kind {
        MessageKind::Taken => match line {
            Line::Mine => page.say("message-taken"),
            Line::Before | Line::Holder(_) => page.say("case-told-taken"),
        },
        MessageKind::Transferred => page.say("case-told-transferred"),
        MessageKind::Offered => page.say("case-told-offered"),
        MessageKind::OfferEnded => page.say("case-told-offer-ended"),
        MessageKind::Exposed(since) => {
            let since = date_of(*since);
            page.strings()
                .say_with("case-told-exposed", &[("date", &since)])
        }
        MessageKind::Correction { card, now } => {
            let said = page
                .strings()
                .say_with(correction_id(*now), &[("card", card)]);
            return html! { p.event { (said) } (text_of(&message.text)) };
        }
        MessageKind::Closed => page.say("closed"),
        MessageKind::Erased => page.say("message-erased"),
        MessageKind::Words if message.text.is_empty() => page.say("receipt-only"),
        MessageKind::Words | MessageKind::Card { .. } => return text_of(&message.text),
    };
    html! { p.event { (told) } }
}

fn correction_id(now: CardNow) -> &'static str {
    match now {
        CardNow::Changed => "case-told-changed",
        CardNow::Suspended => "case-told-suspended",
        CardNow::Withdrawn => "case-told-withdrawn",
    }
}

fn state(page: &Page, state: MessageState) -> Markup {
    let text = match state {
        MessageState::Pending => page.say("answer-pending"),
        MessageState::Uncollected => page.say("answer-waiting"),
        MessageState::Collected => page.say("answer-collected"),
        MessageState::Received => return nothing(),
    };
    html! { p.state data-testid="message-state" data-state=(state_code(state)) { (text) } }
}

/// The word for a state in scripts and style sheets.
pub(in super::super) fn state_code(state: MessageState) -> &'static str {
    match state {
        MessageState::Pending => "pending",
        MessageState::Uncollected => "uncollected",
        MessageState::Collected => "collected",
        MessageState::Received => "received",
    }
}

/// The word for a kind of message in scripts and style sheets.
pub(in super::super) fn kind_code(kind: &MessageKind) -> &'static str {
    match kind {
        MessageKind::Words => "words",
        MessageKind::Erased => "erased",
        MessageKind::Card { .. } => "card",
        MessageKind::Correction { .. } => "correction",
        MessageKind::Taken => "taken",
        MessageKind::Transferred => "transferred",
        MessageKind::Offered => "offered",
        MessageKind::OfferEnded => "offer-ended",
        MessageKind::Exposed(_) => "exposed",
        MessageKind::Closed => "closed",
    }
}

//! What a conversation shows, in words.

use maud::{Markup, html};
use protocol::{CardNow, Correction, ReplyPart, Shown};
use record::date_of;
use wire::Day;

use crate::language::Language;

fn paragraph(language: Language, id: &str) -> Markup {
    html! { p { (language.say(id)) } }
}

fn dated(language: Language, id: &str, day: Day) -> String {
    language.say_with(id, &[("date", &date_of(day))])
}

fn card(language: Language, tag: &str, text: &str, checked: Day) -> Markup {
    html! {
        article {
            h2 { (language.say("answer-card")) }
            p.text lang=(tag) dir="auto" { (text) }
            p.small { (dated(language, "card-date", checked)) }
        }
    }
}

fn correction(language: Language, correction: &Correction) -> Markup {
    let id = match correction.now {
        CardNow::Changed => "card-now-changed",
        CardNow::Suspended => "card-now-suspended",
        CardNow::Withdrawn => "card-now-withdrawn",
    };
    html! {
        p.warning { (dated(language, id, correction.told)) }
        @if correction.now == CardNow::Changed {
            (card(language, correction.language.tag(), correction.text.as_str(), correction.reviewed))
        } @else {
            p.text dir="auto" { (correction.text.as_str()) }
        }
    }
}

fn reply(language: Language, part: &ReplyPart) -> Markup {
    match part {
        ReplyPart::Taken => paragraph(language, "taken"),
        ReplyPart::Words(text) => html! {
            article {
                h2 { (language.say("answer-from-guide")) }
                p.text dir="auto" { (text.as_str()) }
                p.small { (language.say("answer-unchecked")) }
            }
        },
        ReplyPart::Card {
            language: spoken,
            reviewed,
            text,
            ..
        } => card(language, spoken.tag(), text.as_str(), *reviewed),
        ReplyPart::Closed => paragraph(language, "case-closed"),
        // Said once, by what stands at the end of what was read.
        ReplyPart::Offer(_) => Markup::default(),
        ReplyPart::OfferEnded => paragraph(language, "offer-ended"),
        ReplyPart::Transferred => paragraph(language, "case-transferred"),
        ReplyPart::Exposed { since } => html! {
            p.warning { (dated(language, "case-exposed", *since)) }
        },
        ReplyPart::Correction(told) => correction(language, told),
    }
}

/// One thing that a conversation shows; what became of a message is said elsewhere.
pub(crate) fn item(language: Language, shown: &Shown) -> Markup {
    match shown {
        Shown::EmptyLine => paragraph(language, "empty-line"),
        Shown::NoAnswerYet { taken: true } => paragraph(language, "taken"),
        Shown::NoAnswerYet { taken: false } => paragraph(language, "no-answer-yet"),
        Shown::NotKnownWhether(text) => html! {
            article {
                p { (language.say("pending-found")) }
                p.text dir="auto" { (text.as_str()) }
            }
        },
        Shown::Reply(part) => reply(language, part),
        Shown::PerhapsUnread => html! { p.warning { (language.say("case-perhaps-unread")) } },
        Shown::Offered(_) => paragraph(language, "offer-needs-page"),
        Shown::Erased => paragraph(language, "read-erased"),
        Shown::Sent
        | Shown::NotSent
        | Shown::NotKnown
        | Shown::Refused
        | Shown::ReadAgain
        | Shown::Nobody => Markup::default(),
    }
}

/// What became of the last step, as a message's id, and whether it may be tried again; `None` when nothing was tried, or all is well.
pub(crate) fn outcome(shown: &[Shown], refused: &str) -> Option<(&'static str, bool)> {
    // What comes after a message has arrived, such as its receipt, changes nothing about that.
    if shown.iter().any(|one| matches!(one, Shown::Sent)) {
        return Some(("sent", false));
    }
    shown.iter().rev().find_map(|one| match one {
        Shown::NotSent => Some(("not-sent", true)),
        Shown::NotKnown => Some(("not-known", true)),
        Shown::ReadAgain => Some(("conflict", false)),
        Shown::Nobody => Some(("no-shift", true)),
        Shown::Refused => Some(match refused {
            "full" | "more_effort" => ("line-full", true),
            "no_shift" | "shift_over" => ("no-shift", true),
            "wrong_line" => ("not-the-line", false),
            "ended" => ("line-ended", false),
            _ => ("not-sent", true),
        }),
        _ => None,
    })
}

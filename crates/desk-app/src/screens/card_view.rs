//! Cards as they are shown: on their own screen, and beside a case to be sent.

use desk::{CaseStage, CaseView, View};
use maud::{Markup, html};
use protocol::Language;

use record::{Part, Standing, Why};

use super::page::{Page, csrf, language_name};
use super::record::{claim_line, claim_of};
use crate::card_set::{self, Card, CardSet, CardText, text_or_any};

fn class_name(page: &Page, class: &str) -> Option<String> {
    Some(match class {
        "general" => page.say("class-general"),
        "law" => page.say("class-law"),
        "devices" => page.say("class-devices"),
        "partners" => page.say("class-partners"),
        _ => return None,
    })
}

/// When a card was checked and until when that holds; said in words when it cannot be sent.
fn currency(page: &Page, card: &Card, standing: Standing<'_>) -> Markup {
    let strings = page.strings();
    html! {
        p.detail {
            @if let Some(class) = class_name(page, &card.class) { (class) " · " }
            (strings.say_with("card-reviewed", &[("date", &card.reviewed)])) " · "
            (strings.say_with("card-review-by", &[("date", &card.review_by)]))
        }
        @match standing {
            Standing::Live => {}
            Standing::Expired => { p.alarm data-testid="card-expired" { (page.say("card-expired")) } }
            Standing::Withdrawn => { p.alarm data-testid="card-withdrawn" { (page.say("card-withdrawn")) } }
            Standing::Suspended(why) => { (suspended(page, card, why)) }
        }
    }
}

/// Why a card is suspended, with the claims that are the reason.
fn suspended(page: &Page, card: &Card, why: Why<'_>) -> Markup {
    let set = page.card_set();
    let named: Vec<&str> = match why {
        Why::Said | Why::ClaimMissing(_) => Vec::new(),
        Why::ClaimWithdrawn(claim) | Why::Circular(claim) => vec![claim],
        Why::Contradicted { claim, by } => vec![claim, by],
    };
    let reason = match why {
        Why::Said if card.suspended.is_empty() => page.say("card-why-doubted"),
        Why::Said => page.say("card-why-said"),
        Why::ClaimWithdrawn(_) => page.say("card-why-withdrawn"),
        Why::Contradicted { .. } => page.say("card-why-contradicted"),
        Why::ClaimMissing(_) => page.say("card-why-missing"),
        Why::Circular(_) => page.say("card-why-circular"),
    };
    let claims = named.into_iter().filter_map(|id| claim_of(set, id));
    html! {
        div.alarm data-testid="card-suspended" {
            p { (page.say("card-suspended")) " " (reason) }
            ul { @for claim in claims { li { (claim_line(page, set, claim)) } } }
        }
    }
}

/// How each card of the set stands, by the day that the desk goes by.
pub(super) fn standings<'a>(view: &View, set: &'a CardSet) -> Vec<(&'a Card, Standing<'a>)> {
    let held_back = &view.editing.held_back;
    let mut all = set.standings(view.cards_day);
    for (card, standing) in &mut all {
        if *standing == Standing::Live && held_back.iter().any(|(held, _)| *held == card.id) {
            *standing = Standing::Suspended(Why::Said);
        }
    }
    all
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
            @for of in Part::ALL { (part(page, &format!("card-{}", of.word()), text.of(of))) }
        }
    }
}

fn sources(page: &Page, card: &Card) -> Markup {
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

/// The claims on which a card rests: who says it, and how.
pub(super) fn claims(page: &Page, set: &CardSet, card: &Card) -> Markup {
    let claims: Vec<_> = card
        .rests_on
        .iter()
        .filter_map(|id| claim_of(set, id))
        .collect();
    html! {
        @if !claims.is_empty() {
            h3 { (page.say("card-rests-on")) }
            ul { @for claim in claims { li data-testid="card-claim" { (claim_line(page, set, claim)) } } }
        }
    }
}

/// Words that whoever answers for a card should look at twice.
pub(super) fn flagged(page: &Page, set: &CardSet, card: &Card) -> Markup {
    let all = set.card_flags(card);
    html! {
        @if !all.is_empty() {
            h3 { (page.say("flags")) }
            ul.flags {
                @for (tag, part, found) in &all {
                    @for one in found {
                        li lang=(tag) data-testid="flag" data-flag=(one.flag.word()) {
                            mark { bdi { (part.get(one.range.clone()).unwrap_or_default()) } }
                            " · " (page.say(&format!("flag-{}", one.flag.word())))
                            @if let Some(instead) = one.instead { " → " bdi { (instead) } }
                        }
                    }
                }
            }
        }
    }
}

/// A card to read.
pub(super) fn card(page: &Page, set: &CardSet, (card, standing): (&Card, Standing<'_>)) -> Markup {
    let Some((language, shown)) = text_or_any(card, page.strings().language()) else {
        return super::page::nothing();
    };
    html! {
        details.card #{ "card-" (card.id) } data-testid="card" data-card=(card.id) data-standing=(standing.word()) {
            summary lang=(language.tag()) {
                bdi { (shown.question) }
                @if standing != Standing::Live { " · " strong.short { (page.say(&format!("standing-{}", standing.word()))) } }
            }
            (currency(page, card, standing))
            (text(page, language, shown))
            (claims(page, set, card))
            (sources(page, card))
            @if page.is_coordinator() { (flagged(page, set, card)) }
            (remark_form(page, &card.id, None))
            p { a href={ "/edit/card/" (card.id) } data-testid="edit-card" { (page.say("edit-go-on")) } }
            @if page.is_coordinator() && standing != Standing::Withdrawn { (stop_form(page, card)) }
        }
    }
}

/// The cards that are offered first in the dangerous weeks after, where a line has them: do not phone home, do not meet helpers.
pub(super) const FOR_AFTER: [&str; 2] = ["after-arrival", "writes-first"];

/// The cards of which one may be sent in a case.
pub(super) fn choice(page: &Page, case: &CaseView) -> Markup {
    let set = page.card_set();
    let mut all = standings(&page.shown.view, set);
    let is_after = case.stage == CaseStage::After;
    let place = |card: &Card| FOR_AFTER.iter().position(|id| *id == card.id);
    if is_after {
        // A stable order: those that are not among them stay as they are.
        all.sort_by_key(|(card, _)| place(card).unwrap_or(FOR_AFTER.len()));
    }
    html! {
        @if set.cards.is_empty() { p { (page.say("cards-empty")) } }
        @if is_after { p.hint data-testid="cards-after" { (page.say("cards-after")) } }
        @for one in all { (sendable(page, case, one)) }
        (remark_form(page, "", Some(case)))
    }
}

fn sendable(page: &Page, case: &CaseView, (card, standing): (&Card, Standing<'_>)) -> Markup {
    let Some((language, shown)) = text_or_any(card, case.language) else {
        return super::page::nothing();
    };
    html! {
        details.card data-testid="card" data-card=(card.id) data-standing=(standing.word()) {
            summary lang=(language.tag()) {
                bdi { (shown.question) }
                @if standing != Standing::Live { " · " strong.short { (page.say(&format!("standing-{}", standing.word()))) } }
            }
            (currency(page, card, standing))
            (text(page, language, shown))
            @if card_set::text(card, case.language).is_none() { p.alarm { (page.say("card-no-language")) } }
            @if standing == Standing::Live { (send_form(page, case, card, language)) }
            (remark_form(page, &card.id, Some(case)))
        }
    }
}

/// One tap that tells the editors that a card is wrong, or missing in a language; without a card, that there is none for a question.
pub(super) fn remark_form(page: &Page, card: &str, case: Option<&CaseView>) -> Markup {
    let language = case.map_or(page.strings().language(), |case| case.language);
    let case = case.map(|case| case.label.to_string()).unwrap_or_default();
    html! {
        form.remark method="post" action="/edit/remark" title=(page.say("remark-about")) {
            (csrf(&page.session))
            input type="hidden" name="card" value=(card);
            input type="hidden" name="case" value=(case);
            input type="hidden" name="language" value=(language.tag());
            @if card.is_empty() {
                button.quiet type="submit" name="remark" value="missing" data-testid="remark-none" { (page.say("remark-none")) }
            } @else {
                button.quiet type="submit" name="remark" value="wrong" data-testid="remark-wrong" { (page.say("remark-wrong")) }
                " "
                button.quiet type="submit" name="remark" value="missing" data-testid="remark-missing" {
                    (page.say("remark-missing")) ": " (language_name(page.strings(), language))
                }
            }
        }
    }
}

fn stop_form(page: &Page, card: &Card) -> Markup {
    html! {
        form method="post" action="/edit/stop" {
            (csrf(&page.session))
            input type="hidden" name="card" value=(card.id);
            @if card.suspended.is_empty() {
                button.danger type="submit" name="step" value="suspend" data-testid="suspend-card" { (page.say("edit-suspend")) }
            }
            " "
            button.danger type="submit" name="step" value="withdraw" data-testid="withdraw-card" { (page.say("edit-withdraw")) }
        }
    }
}

fn send_form(page: &Page, case: &CaseView, card: &Card, shown: Language) -> Markup {
    let strings = page.strings();
    let there = Language::ALL
        .iter()
        .copied()
        .filter(|language| card_set::text(card, *language).is_some());
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

/// A message id on its way to `say`; a test looks for these too.
macro_rules! message_id {
    ($id:literal) => {
        $id
    };
}
use message_id;

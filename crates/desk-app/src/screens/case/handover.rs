//! Handing a case's contact over to a partner: asked for, offered, collected by the partner, receipted.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use desk::{CaseView, Command, HandoverState, HandoverView, PartnerState, PartnerView, Proposed};
use maud::{Markup, html};

use super::super::door::{Fields, Session};
use super::super::page::{Page, csrf};
use super::super::{App, errors, partners};
use super::clocks::PATIENCE;
use super::{find_held, looks};
use crate::card_set::date_of;
use crate::partner_keys;

/// How it stands, in one line; nothing when nothing was begun.
pub(super) fn summary(page: &Page, case: &CaseView) -> Markup {
    html! {
        @if let Some(handover) = &case.handover {
            p data-testid="handover-state" data-state=(handover.state.word()) {
                (page.strings().say_with("handover-to", &[("name", &handover.partner)])) " · "
                (page.say(&format!("handover-{}", handover.state.word())))
            }
        }
    }
}

fn screen(page: &Page, case: &CaseView, error: Option<&str>, typed: Option<&Fields>) -> Markup {
    let may_ask = case
        .handover
        .as_ref()
        .is_none_or(|h| h.state == HandoverState::Received);
    let content = html! {
        (looks())
        @if let Some(error) = error { p.alarm role="alert" data-testid="error" { (error) } }
        h2 { (page.say("case-handover")) }
        p { (page.say("handover-about")) }
        div #handover data-live="" {
            (summary(page, case))
            @if let Some(handover) = &case.handover { (stands(page, case, handover)) }
        }
        @if may_ask { (choice(page, case)) }
        @if case.handover.as_ref().is_some_and(takes_receipt) { (receipt_form(page, case, typed)) }
        p { a href={ "/case/" (case.label) } data-testid="cancel" { (page.say("back")) } }
    };
    page.with(&page.case_name(case.label), content)
}

fn takes_receipt(handover: &HandoverView) -> bool {
    matches!(
        handover.state,
        HandoverState::Offered
            | HandoverState::HandedOver
            | HandoverState::Collected
            | HandoverState::TakenBack
    )
}

fn step(page: &Page, case: &CaseView, step: &str, label: &str) -> Markup {
    page.button(
        &format!("/case/{}/handover/{step}", case.label),
        &format!("handover-{step}"),
        &page.say(label),
    )
}

/// What can be done about one that was begun.
fn stands(page: &Page, case: &CaseView, handover: &HandoverView) -> Markup {
    let day = handover.day.map(date_of).unwrap_or_default();
    html! {
        @match handover.state {
            HandoverState::Asked => {
                p { a href="/decisions" { (page.say("decisions")) } }
            }
            HandoverState::Received => {
                p { (page.strings().say_with("handover-received-on", &[("date", &day)])) }
                p data-testid="handover-aftercare" { (page.say("handover-aftercare")) }
                p { a href={ "/case/" (case.label) "/extend" } { (page.say("case-extend")) } }
            }
            _ => {
                p data-testid="handover-from" { (page.strings().say_with("handover-from", &[("date", &day)])) }
                @if let Some(code) = &handover.code {
                    p { (page.say("handover-code-about")) }
                    p.code { code data-testid="handover-code" dir="ltr" { (code.as_str()) } }
                }
                (step(page, case, "look", "handover-look"))
                p.hint { (page.say("handover-take-back-about")) }
                (step(page, case, "take-back", "handover-take-back"))
            }
        }
    }
}

fn choice(page: &Page, case: &CaseView) -> Markup {
    let all = page.shown.view.partners.iter();
    let stand: Vec<&PartnerView> = all
        .filter(|view| view.state == PartnerState::Stands)
        .collect();
    let fits = |view: &PartnerView| partners::language(&view.partner) == Some(case.language);
    html! {
        @if stand.is_empty() { p data-testid="handover-no-partners" { (page.say("handover-no-partners")) } }
        @else {
            form method="post" action={ "/case/" (case.label) "/handover/ask" } data-testid="handover-form" {
                (csrf(&page.session))
                p { (page.say("handover-two")) }
                fieldset {
                    legend { (page.say("handover-choose")) }
                    @for view in stand {
                        @let id = partners::digits(&view.partner.id);
                        label.choice {
                            input type="radio" name="partner" value=(id) required data-testid="handover-partner";
                            bdi { (view.partner.name) } " · " bdi { (view.partner.office) }
                            @if !fits(view) { " · " (page.say("handover-other-language")) }
                        }
                        details { summary { (page.say("partner-whole")) } (partners::facts(page, &view.partner, &view.check, None)) }
                    }
                }
                button type="submit" data-testid="handover-ask" { (page.say("case-extend-ask")) }
            }
        }
    }
}

fn receipt_form(page: &Page, case: &CaseView, typed: Option<&Fields>) -> Markup {
    let value = |name| typed.map_or("", |fields| fields.get(name)).to_owned();
    html! {
        section aria-labelledby="receipt-heading" {
            h3 #receipt-heading { (page.say("handover-receipt")) }
            p { (page.say("handover-receipt-about")) }
            form method="post" action={ "/case/" (case.label) "/handover/receipt" } data-typed[typed.is_some()] {
                (csrf(&page.session))
                @for (name, label) in [("line", "handover-receipt-line"), ("signature", "handover-receipt-signature")] {
                    label.field {
                        span { (page.say(label)) }
                        textarea name=(name) rows="3" required dir="ltr" autocomplete="off" spellcheck="false" data-testid={ "receipt-" (name) } {
                            "\n" (value(name))
                        }
                    }
                }
                button type="submit" data-testid="receipt-give" { (page.say("handover-receipt-give")) }
            }
        }
    }
}

/// `GET /case/LABEL/handover`.
pub(crate) async fn get(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(label): Path<String>,
) -> Result<Markup, Response> {
    let (page, case) = find_held(&app, session, &label).await?;
    look(&page, &case).await;
    Ok(screen(&page, &case, None, None))
}

/// Whoever opens a case with an offer looks whether its contact has used it; without a connection the screen stays as it is.
pub(super) async fn look(page: &Page, case: &CaseView) {
    if case.handover.as_ref().is_some_and(takes_receipt) {
        let _ = page
            .desk
            .command(Command::LookForHandover(case.label))
            .await;
    }
}

/// `POST /case/LABEL/handover/STEP`.
pub(crate) async fn post(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path((label, step)): Path<(String, String)>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let (page, case) = find_held(&app, session, &label).await?;
    let again = |status: StatusCode, error: &str| {
        (status, screen(&page, &case, Some(error), Some(&fields))).into_response()
    };
    let command = match step.as_str() {
        "ask" => partners::id_of(fields.get("partner")).map(|partner| Command::AskHandover {
            case: case.label,
            partner,
        }),
        "take-back" => Some(Command::TakeBackOffer(case.label)),
        "look" => Some(Command::LookForHandover(case.label)),
        "receipt" => {
            partner_keys::signature(fields.get("signature")).map(|signature| Command::GiveReceipt {
                case: case.label,
                line: fields.get("line").to_owned(),
                signature,
            })
        }
        _ => None,
    };
    let Some(command) = command else {
        let id = match step.as_str() {
            "receipt" => "refused-signature",
            _ => "refused-unknown-partner",
        };
        return Err(again(StatusCode::UNPROCESSABLE_ENTITY, &page.say(id)));
    };
    match page.desk.command(command).await {
        Ok(()) => {
            if step == "ask" {
                wait_until_asked(&page, &case).await;
            }
            Ok(Redirect::to(&format!("/case/{}/handover", case.label)).into_response())
        }
        Err(error) => {
            let text = errors::command(page.strings(), &error);
            Err(again(errors::status(&error), &text))
        }
    }
}

/// Waits until what was asked stands in the team log; without a connection it is shown later.
async fn wait_until_asked(page: &Page, case: &CaseView) {
    let is_asked =
        |what: &Proposed| matches!(what, Proposed::Handover { case: of, .. } if *of == case.label);
    let asked = page.desk.wait_until(|shown| {
        let mut proposals = shown.view.proposals.iter();
        proposals.any(|proposal| is_asked(&proposal.what))
    });
    let _ = tokio::time::timeout(PATIENCE, asked).await;
}

//! What waits for a second person: shown as the first signed it, to be agreed to or refused.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use desk::{Command, ProposalLabel, ProposalView, Refusal};
use maud::{Markup, html};
use protocol::Text;

use super::door::{Fields, Session};
use super::page::{Page, Place, csrf};
use super::{App, errors, proposal_view, unlocked};
use crate::card_set::date_of;
use crate::sync::CommandError;

/// A reason that was typed and not sent on.
struct Typed<'a> {
    proposal: &'a str,
    reason: &'a str,
}

/// `GET /decisions`.
pub(crate) async fn get(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Result<Markup, Response> {
    let page = unlocked(&app, session, Place::Decisions).await?;
    Ok(render(&page, None, None))
}

fn render(page: &Page, error: Option<&str>, typed: Option<&Typed<'_>>) -> Markup {
    let (mine, others): (Vec<_>, Vec<_>) =
        page.shown.view.proposals.iter().partition(|open| open.mine);
    let content = html! {
        @if let Some(error) = error { p.alarm role="alert" data-testid="error" { (error) } }
        p { (page.say("decisions-about")) }
        section #decide data-live="" aria-labelledby="decide-heading" {
            h2 #decide-heading { (page.say("decisions-others")) }
            @if others.is_empty() { p { (page.say("decisions-none")) } }
            @for open in others { (proposal(page, open, typed)) }
        }
        section #proposed data-live="" aria-labelledby="proposed-heading" {
            h2 #proposed-heading { (page.say("decisions-mine")) }
            @if mine.is_empty() { p { (page.say("decisions-none-mine")) } }
            @for open in mine { (proposal(page, open, None)) }
        }
        @if page.is_coordinator() { p { a href="/ending" data-testid="to-ending" { (page.say("ending")) } } }
    };
    page.with(&page.say("decisions"), content)
}

fn proposal(page: &Page, open: &ProposalView, typed: Option<&Typed<'_>>) -> Markup {
    let strings = page.strings();
    let label = open.label.to_string();
    let until = date_of(open.until);
    html! {
        article.proposal data-testid="proposal" data-proposal=(label) data-mine=(open.mine) {
            h3 { (proposal_view::heading(page, &open.what)) }
            p.detail {
                (strings.say_with("proposed-by", &[("name", &open.by)])) " · "
                (strings.say_with("decide-until", &[("date", &until)]))
            }
            (proposal_view::whole(page, &open.what))
            @if open.may_decide { (decide_forms(page, &label, typed)) }
            @else { p data-testid="waits-for" { (waits(page, open)) } }
            @if open.mine { (take_back_form(page, &label)) }
        }
    }
}

fn waits(page: &Page, open: &ProposalView) -> Markup {
    html! {
        @if open.waits_for.is_empty() { strong { (page.say("waits-for-nobody")) } }
        @else { (page.strings().say_with("waits-for", &[("whom", &open.waits_for.join(", "))])) }
    }
}

fn decide_forms(page: &Page, label: &str, typed: Option<&Typed<'_>>) -> Markup {
    let typed = typed.filter(|typed| typed.proposal == label);
    html! {
        p.hint { (page.say("decide-hint")) }
        form method="post" action={ "/decisions/" (label) "/approve" } {
            (csrf(&page.session))
            button type="submit" data-testid="approve" { (page.say("approve")) }
        }
        form method="post" action={ "/decisions/" (label) "/decline" } data-typed[typed.is_some()] {
            (csrf(&page.session))
            label.field {
                span { (page.say("decline-reason")) }
                textarea name="reason" rows="2" required dir="auto" autocomplete="off" data-testid="decline-reason" {
                    "\n" (typed.map_or("", |typed| typed.reason))
                }
            }
            button.danger type="submit" data-testid="decline" { (page.say("decline")) }
        }
    }
}

fn take_back_form(page: &Page, label: &str) -> Markup {
    html! {
        form method="post" action={ "/decisions/" (label) "/decline" } {
            (csrf(&page.session))
            input type="hidden" name="reason" value=(page.say("taken-back"));
            button.danger type="submit" data-testid="take-back" { (page.say("take-back")) }
        }
    }
}

fn refused(page: &Page, error: &CommandError, typed: Option<&Typed<'_>>) -> Response {
    let text = errors::command(page.strings(), error);
    (errors::status(error), render(page, Some(&text), typed)).into_response()
}

fn unknown(page: &Page) -> Response {
    refused(page, &CommandError::Refused(Refusal::UnknownProposal), None)
}

/// `POST /decisions/PROPOSAL/approve`.
pub(crate) async fn approve(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(label): Path<String>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Decisions).await?;
    let proposal = ProposalLabel::from_hex(&label).ok_or_else(|| unknown(&page))?;
    match page.desk.command(Command::Approve(proposal)).await {
        Ok(()) => Ok(Redirect::to("/decisions").into_response()),
        Err(error) => Err(refused(&page, &error, None)),
    }
}

/// `POST /decisions/PROPOSAL/decline`.
pub(crate) async fn decline(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(label): Path<String>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Decisions).await?;
    let proposal = ProposalLabel::from_hex(&label).ok_or_else(|| unknown(&page))?;
    let typed = Typed {
        proposal: &label,
        reason: fields.get("reason"),
    };
    let reason = Text::new(typed.reason.trim()).ok();
    let Some(reason) = reason.filter(|_| !typed.reason.trim().is_empty()) else {
        let text = page.say("decline-needs-reason");
        let screen = render(&page, Some(&text), Some(&typed));
        return Err((StatusCode::UNPROCESSABLE_ENTITY, screen).into_response());
    };
    match page
        .desk
        .command(Command::Decline { proposal, reason })
        .await
    {
        Ok(()) => Ok(Redirect::to("/decisions").into_response()),
        Err(error) => Err(refused(&page, &error, Some(&typed))),
    }
}

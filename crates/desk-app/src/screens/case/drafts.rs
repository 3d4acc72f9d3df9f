//! A trainee's answers before they are sent: as the trainee sees them, and as whoever approves them does.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use desk::{CaseView, Command, DraftState, DraftView, Refusal};
use maud::{Markup, html};
use protocol::Text;

use super::super::door::{Fields, Session};
use super::super::page::{Page, csrf, text_of};
use super::super::{App, errors, help};
use super::looks;
use crate::sync::CommandError;

/// The word for a draft's state in scripts and style sheets.
fn state_code(state: DraftState) -> &'static str {
    match state {
        DraftState::Waits => "waits",
        DraftState::Approved => "approved",
        DraftState::Rejected => "rejected",
    }
}

fn state(page: &Page, case: &CaseView, state: DraftState) -> Markup {
    let said = match state {
        DraftState::Waits if case.supervised => page.say("draft-for-you"),
        DraftState::Waits => page.say("draft-waits"),
        DraftState::Approved => page.say("draft-approved"),
        DraftState::Rejected => page.say("draft-rejected"),
    };
    html! { p.state data-testid="draft-state-of" data-state=(state_code(state)) { (said) } }
}

/// The trainee's own answers, each with what became of it.
pub(super) fn shown(page: &Page, case: &CaseView) -> Markup {
    html! {
        div #drafts data-live="" {
            @if !case.drafts.is_empty() {
                h2 { (page.say("draft-heading")) }
                ul.drafts { @for draft in case.drafts.iter().rev() { (own(page, case, draft)) } }
            }
        }
    }
}

fn own(page: &Page, case: &CaseView, draft: &DraftView) -> Markup {
    // What is being written is not written over.
    let may_rewrite = draft.state == DraftState::Rejected && case.draft.is_empty();
    html! {
        li data-testid="draft" data-number=(draft.number) data-state=(state_code(draft.state)) {
            (state(page, case, draft.state))
            (text_of(&draft.text))
            @if draft.state == DraftState::Rejected { p { a href="#whisper" { (page.say("draft-see-why")) } } }
            @if may_rewrite {
                form method="post" action={ "/case/" (case.label) "/draft" } {
                    (csrf(&page.session))
                    input type="hidden" name="text" value=(draft.text.as_str());
                    button.quiet type="submit" data-testid="draft-rewrite" { (page.say("draft-rewrite")) }
                }
            }
        }
    }
}

/// The answers that whoever reads along may approve, the newest first.
pub(super) fn to_judge(page: &Page, case: &CaseView) -> Markup {
    html! {
        @if !case.drafts.is_empty() {
            h2 { (page.say("draft-to-judge")) }
            ul.drafts { @for draft in case.drafts.iter().rev() { (judged(page, case, draft)) } }
        }
    }
}

fn judged(page: &Page, case: &CaseView, draft: &DraftView) -> Markup {
    let address = address(case, draft.number);
    html! {
        li data-testid="draft" data-number=(draft.number) data-state=(state_code(draft.state)) {
            (state(page, case, draft.state))
            (text_of(&draft.text))
            @if draft.state == DraftState::Waits {
                (page.button(&format!("{address}/approve"), "draft-approve", &page.say("draft-approve")))
                p { a href=(address) data-testid="draft-reject-open" { (page.say("draft-reject")) } }
            }
        }
    }
}

fn address(case: &CaseView, number: u32) -> String {
    format!("/case/{}/drafts/{number}", case.label)
}

/// The screen on which a draft is approved, or refused with a word. The word stands on a screen of its own, since the case's
/// screen puts new drafts in place while somebody types.
fn screen(page: &Page, case: &CaseView, draft: &DraftView, retry: (Option<&str>, &str)) -> Markup {
    let (error, typed) = retry;
    let address = address(case, draft.number);
    let content = html! {
        (looks())
        @if let Some(error) = error { p.alarm role="alert" data-testid="error" { (error) } }
        section.draft aria-label=(page.say("draft-heading")) { (state(page, case, draft.state)) (text_of(&draft.text)) }
        @if draft.state == DraftState::Waits {
            (page.button(&format!("{address}/approve"), "draft-approve", &page.say("draft-approve")))
            section.whisper aria-labelledby="reject-heading" {
                h2 #reject-heading { (page.say("draft-reject")) }
                form method="post" action={ (address) "/reject" } {
                    (csrf(&page.session))
                    label for="reject-text" { (page.say("draft-reject-why")) }
                    textarea #reject-text name="text" rows="3" dir="auto" required autocomplete="off"
                        aria-describedby="reject-hint" data-testid="draft-reject-text" { "\n" (typed) }
                    p #reject-hint .hint { (page.say("whisper-private")) }
                    button type="submit" data-testid="draft-reject" { (page.say("draft-reject-send")) }
                }
            }
        }
        p { a href={ "/case/" (case.label) } { (page.say("back")) } }
    };
    page.with(&page.case_name(case.label), content)
}

/// The draft that an address names in a case that this desk reads along.
async fn find(
    app: &App,
    session: Session,
    label: &str,
    number: &str,
) -> Result<(Page, CaseView, u32), Response> {
    let (page, case) = super::find(app, session, label).await?;
    let number = number.parse().ok();
    let known = |number: &u32| case.drafts.iter().any(|draft| draft.number == *number);
    match number.filter(known).filter(|_| case.supervised) {
        Some(number) => Ok((page, case, number)),
        None => Err(help::missing(&page)),
    }
}

fn screen_of(page: &Page, case: &CaseView, number: u32, retry: (Option<&str>, &str)) -> Markup {
    let draft = case.drafts.iter().find(|draft| draft.number == number);
    draft.map_or_else(super::super::page::nothing, |draft| {
        screen(page, case, draft, retry)
    })
}

/// `GET /case/LABEL/drafts/NUMBER`.
pub(crate) async fn get(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path((label, number)): Path<(String, String)>,
) -> Result<Markup, Response> {
    let (page, case, number) = find(&app, session, &label, &number).await?;
    Ok(screen_of(&page, &case, number, (None, "")))
}

/// `POST /case/LABEL/drafts/NUMBER/approve`.
pub(crate) async fn approve(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path((label, number)): Path<(String, String)>,
) -> Result<Response, Response> {
    let (page, case, draft) = find(&app, session, &label, &number).await?;
    let command = Command::ApproveDraft {
        case: case.label,
        draft,
    };
    Ok(judge(&page, &case, (draft, command), "").await)
}

/// `POST /case/LABEL/drafts/NUMBER/reject`.
pub(crate) async fn reject(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path((label, number)): Path<(String, String)>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let (page, case, draft) = find(&app, session, &label, &number).await?;
    let typed = fields.get("text");
    let wrong = |error: &str| {
        let screen = screen_of(&page, &case, draft, (Some(error), typed));
        (StatusCode::UNPROCESSABLE_ENTITY, screen).into_response()
    };
    let text = match Text::new(&typed.replace("\r\n", "\n")) {
        Ok(text) if text.is_empty() => return Err(wrong(&page.say("draft-needs-word"))),
        Ok(text) => text,
        Err(too_long) => return Err(wrong(&super::too_long(&page, too_long.over))),
    };
    let command = Command::RejectDraft {
        case: case.label,
        draft,
        text,
    };
    Ok(judge(&page, &case, (draft, command), typed).await)
}

async fn judge(page: &Page, case: &CaseView, what: (u32, Command), typed: &str) -> Response {
    let (number, command) = what;
    let Err(error) = page.desk.command(command).await else {
        return Redirect::to(&format!("/case/{}", case.label)).into_response();
    };
    // Somebody else who reads along was faster: the case shows what became of the draft.
    if matches!(error, CommandError::Refused(Refusal::UnknownDraft)) {
        let retry = super::Retry {
            error: Some(errors::command(page.strings(), &error)),
            ..super::Retry::default()
        };
        let screen = super::render(page, case, &retry);
        return (errors::status(&error), screen).into_response();
    }
    let text = errors::command(page.strings(), &error);
    let screen = screen_of(page, case, number, (Some(&text), typed));
    (errors::status(&error), screen).into_response()
}

//! One case: the conversation with the contact, the cards beside it, and, apart from both, what colleagues say about it.

mod aftercare;
mod clocks;
mod colleagues;
mod course;
mod drafts;
mod handover;
mod messages;
mod supervisor;
mod tend;
#[cfg(test)]
mod tests;
mod tools;
mod transfer;
mod whispers;

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing;
use axum::{Extension, Router};
use desk::{CaseLabel, CaseView, Command};
use maud::{Markup, html};
use protocol::TEXT_SIZE;

pub(super) use clocks::{destroys, helper_note};
pub(super) use messages::{kind_code, state_code};
pub(super) use tend::ending_code;
pub(super) use tools::kinds;

use super::door::{Fields, Session};
use super::page::{Page, Place, csrf, language_name, text_of, urgency_code, urgency_name};
use super::whole::Extent;
use super::{App, card_view, case_actions, help, queue, unlocked};

/// The size of an answer in a surge at most, in bytes of UTF-8.
const SHORT_ANSWER: usize = 600;

/// What did not work, and what the person had typed: nothing typed is lost.
#[derive(Default)]
pub(super) struct Retry {
    pub(super) error: Option<String>,
    pub(super) answer: Option<String>,
    pub(super) note: Option<String>,
    pub(super) whisper: Option<String>,
    /// What the answer holds that should perhaps not be sent.
    pub(super) caution: Option<String>,
    pub(super) wish: Option<String>,
    /// What the wish holds that should perhaps not be kept.
    pub(super) wish_caution: Option<String>,
}

/// What colleagues do together in a case. An address that only takes a form shows the case itself when it is fetched, so that
/// a screen which came back with an error can be refreshed.
pub(super) fn routes() -> Router<Arc<App>> {
    let whisper = routing::get(get).post(case_actions::whisper);
    let show = routing::get(get).post(case_actions::show_draft);
    let transfer = routing::get(transfer::get).post(transfer::post);
    let give_back = routing::get(transfer::confirm_return).post(transfer::give_back);
    let supervisor = routing::get(supervisor::get).post(supervisor::post);
    let approve = routing::get(drafts::get).post(drafts::approve);
    let reject = routing::get(drafts::get).post(drafts::reject);
    Router::new()
        .route("/case.css", routing::get(style))
        .route("/case.js", routing::get(script))
        .route("/case/{label}/whisper", whisper)
        .route("/case/{label}/show", show)
        .route("/case/{label}/drafts/{number}", routing::get(drafts::get))
        .route("/case/{label}/drafts/{number}/approve", approve)
        .route("/case/{label}/drafts/{number}/reject", reject)
        .route("/case/{label}/transfer", transfer)
        .route("/case/{label}/return", give_back)
        .route("/case/{label}/supervisor", supervisor)
        .route(
            "/case/{label}/extend",
            routing::get(clocks::get).post(clocks::post),
        )
        .merge(handover_routes())
        .merge(course_routes())
        .merge(tending_routes())
}

/// Handing a contact over to a partner.
fn handover_routes() -> Router<Arc<App>> {
    // An address that only takes a form shows the screen when it is fetched.
    let again = |state, session, Path((label, _)): Path<(String, String)>| {
        handover::get(state, session, Path(label))
    };
    Router::new()
        .route("/case/{label}/handover", routing::get(handover::get))
        .route(
            "/case/{label}/handover/{step}",
            routing::get(again).post(handover::post),
        )
}

/// How a case goes: its stage, what the contact wishes, what is agreed for the weeks after.
fn course_routes() -> Router<Arc<App>> {
    let agree = routing::get(aftercare::get).post(aftercare::post);
    let end = routing::get(aftercare::get).post(aftercare::end);
    Router::new()
        .route(
            "/case/{label}/stage",
            routing::get(get).post(course::set_stage),
        )
        .route("/case/{label}/wish", routing::get(get).post(course::keep))
        .route(
            "/case/{label}/wish/forget",
            routing::get(get).post(course::forget),
        )
        .route("/case/{label}/aftercare", agree)
        .route("/case/{label}/aftercare/end", end)
}

/// What is set for a case, and what is done with one message.
fn tending_routes() -> Router<Arc<App>> {
    let step = |step: &'static str| {
        let post = move |State(app): State<Arc<App>>,
                         Extension(session): Extension<Session>,
                         Path(label): Path<String>,
                         Extension(fields): Extension<Fields>| {
            tend::step(app, session, (label, step), fields)
        };
        routing::get(tend::get).post(post)
    };
    Router::new()
        .route("/case/{label}/tend", routing::get(tend::get))
        .route("/case/{label}/hold", step("hold"))
        .route("/case/{label}/aside", step("aside"))
        .route("/case/{label}/raise", step("raise"))
        .route("/case/{label}/next", step("next"))
        .route("/case/{label}/block", step("block"))
        .route("/case/{label}/unblock", step("unblock"))
        .route("/case/{label}/end", step("end"))
        .route(
            "/case/{label}/message/{side}/{number}",
            routing::get(tools::get),
        )
        .route(
            "/case/{label}/message/{side}/{number}/erase",
            routing::get(tools::get).post(tools::erase),
        )
        .route(
            "/case/{label}/message/{side}/{number}/translate",
            routing::get(tools::get).post(tools::translate),
        )
}

async fn style() -> Response {
    let kind = [(header::CONTENT_TYPE, "text/css; charset=utf-8")];
    (kind, include_str!("../case.css")).into_response()
}

async fn script() -> Response {
    let kind = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")];
    (kind, include_str!("../case.js")).into_response()
}

/// The looks and the script of a case's screens, which other screens do not need.
fn looks() -> Markup {
    html! {
        link rel="stylesheet" href="/case.css";
        script src="/case.js" defer {}
    }
}

/// The page and the case that an address names, or the answer that there is none: the same for a case that never was, one
/// that is destroyed, and one that is another's.
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

/// The same, for what only the holder of a case does.
pub(super) async fn find_held(
    app: &App,
    session: Session,
    label: &str,
) -> Result<(Page, CaseView), Response> {
    let (page, case) = find(app, session, label).await?;
    match case.supervised {
        false => Ok((page, case)),
        true => Err(only_reading(&page, &case)),
    }
}

/// The answer to whoever reads along and tries to act: the case as it is, and that nothing was done.
fn only_reading(page: &Page, case: &CaseView) -> Response {
    let retry = Retry {
        error: Some(page.say("case-read-only")),
        ..Retry::default()
    };
    (StatusCode::FORBIDDEN, render(page, case, &retry)).into_response()
}

/// What a person is told of a text that is too long.
pub(super) fn too_long(page: &Page, over: usize) -> String {
    let over = over.to_string();
    page.strings()
        .say_with("answer-too-long", &[("over", &over)])
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
    if !is_hidden {
        handover::look(&page, &case).await;
    }
    Ok(render(&page, &case, &Retry::default()))
}

/// The whole screen.
pub(super) fn render(page: &Page, case: &CaseView, retry: &Retry) -> Markup {
    let strings = page.strings();
    let content = html! {
        (looks())
        @if let Some(error) = &retry.error { p.alarm role="alert" data-testid="error" { (error) } }
        p.detail {
            span.urgency data-urgency=(urgency_code(case.urgency)) { (urgency_name(strings, case.urgency)) }
            " · " (page.say("case-answer-in")) " "
            span data-testid="answer-in" { (language_name(strings, case.language)) }
            @if let Some(topic) = case.topic { " · " (page.say(&format!("topic-{}", topic.word()))) }
        }
        @if case.supervised { (read_along(page, case, retry)) } @else { (held(page, case, retry)) }
        section #cases data-live="" aria-labelledby="cases-heading" {
            h2 #cases-heading { (page.say("nav-cases")) }
            (queue::cases(page, Extent::First))
        }
    };
    page.with(&page.case_name(case.label), content)
}

/// What the holder sees: conversation and answer, cards beside them, and below both what colleagues say.
fn held(page: &Page, case: &CaseView, retry: &Retry) -> Markup {
    html! {
        div #readers data-live="" { (whispers::readers(page, case)) }
        div #state data-live="" { (tend::state(page, case)) }
        div #course data-live="" { (course::state(page, case)) }
        (course::stage_form(page, case))
        div.panes {
            section.conversation aria-label=(page.case_name(case.label)) {
                div #messages data-live="" { (messages::list(page, case)) }
                (answer_box(page, case, retry))
                (drafts::shown(page, case))
                (course::wishes(page, case, retry))
                (notes(page, case, retry))
            }
            section.card-pane #cards tabindex="-1" aria-label=(page.say("answer-card-choose")) {
                h2 { (page.say("answer-card-choose")) }
                (card_view::choice(page, case))
            }
        }
        (whispers::pane(page, case, retry))
        section.steps aria-labelledby="steps-heading" {
            h2 #steps-heading { (page.say("case-steps")) }
            div #clocks data-live="" { (clocks::list(page, case)) (handover::summary(page, case)) }
            (steps(page, case))
        }
    }
}

/// What whoever reads along sees: the conversation without any way to answer, and what colleagues say beside it.
fn read_along(page: &Page, case: &CaseView, retry: &Retry) -> Markup {
    html! {
        (whispers::band(page, case))
        div.panes.read-along {
            section.conversation aria-label=(page.case_name(case.label)) {
                div #messages data-live="" { (messages::list(page, case)) }
                div #drafts data-live="" { (drafts::to_judge(page, case)) }
                div #course data-live="" { (course::state(page, case)) (course::list(page, case)) }
                div #notes data-live="" { (note_list(case)) }
            }
            (whispers::pane(page, case, retry))
        }
    }
}

fn steps(page: &Page, case: &CaseView) -> Markup {
    let label = case.label;
    html! {
        ul.case-steps {
            li { a href={ "/case/" (label) "/tend" } data-testid="tend" { (page.say("tend")) } }
            li { a href={ "/case/" (label) "/transfer" } data-testid="transfer" { (page.say("case-transfer")) } }
            li { a href={ "/case/" (label) "/return" } data-testid="return" { (page.say("case-return")) } }
            li { a href={ "/case/" (label) "/supervisor" } data-testid="invite-supervisor" { (page.say("case-invite")) } }
            li { a href={ "/case/" (label) "/aftercare" } data-testid="aftercare-link" { (page.say("aftercare")) } }
            li { a href={ "/case/" (label) "/handover" } data-testid="handover" { (page.say("case-handover")) } }
            li { a href={ "/case/" (label) "/extend" } data-testid="extend" { (page.say("case-extend")) } }
            li { a.danger href={ "/case/" (label) "/destroy" } data-testid="destroy" { (page.say("destroy")) } }
        }
    }
}

/// How many bytes of UTF-8 an answer in a guide's own words has at most: in a surge few, so that more people are answered.
pub(super) fn answer_limit(page: &Page) -> usize {
    match page.shown.view.surge {
        true => SHORT_ANSWER,
        false => TEXT_SIZE,
    }
}

fn answer_box(page: &Page, case: &CaseView, retry: &Retry) -> Markup {
    let strings = page.strings();
    let text = retry.answer.as_deref().unwrap_or(&case.draft);
    let limit = answer_limit(page);
    let left = limit.saturating_sub(text.len()).to_string();
    let over = text.len().saturating_sub(limit);
    let (step, testid, button) = match case.needs_approval {
        true => ("show", "show-draft", page.say("draft-show")),
        false => ("answer", "send", page.say("answer-send")),
    };
    html! {
        form #answer-form method="post" action={ "/case/" (case.label) "/" (step) } {
            (csrf(&page.session))
            div #newest-wish data-live="" { (course::newest(page, case)) }
            label for="answer" { (page.say("answer-label")) }
            textarea #answer name="text" rows="6" dir="auto" data-testid="answer" aria-describedby="answer-hint answer-count"
                autocomplete="off" data-draft={ "/case/" (case.label) "/draft" } { "\n" (text) }
            p #answer-hint .hint {
                (page.say("answer-own-words"))
                @if case.needs_approval { " " span data-testid="needs-approval" { (page.say("draft-first")) } }
            }
            p #answer-count data-testid="answer-count" role="status" data-limit=(limit) data-longest=(TEXT_SIZE)
                data-left=(strings.say_with("answer-count", &[("left", "%n")]))
                data-over=(strings.say_with("answer-too-long", &[("over", "%n")])) {
                @if over > 0 { (strings.say_with("answer-too-long", &[("over", &over.to_string())])) }
                @else { (strings.say_with("answer-count", &[("left", &left)])) }
            }
            p #draft-state .hint data-testid="draft-state" role="status" data-kept=(page.say("draft-kept")) {}
            @if page.shown.view.surge { p.notice data-testid="short-answers" { (page.say("surge-short-answers")) } }
            @if let Some(what) = &retry.caution {
                div.caution role="alert" data-testid="answer-caution" {
                    p { (strings.say_with("caution-in-answer", &[("what", what)])) }
                    button type="submit" name="caution" value="remove" data-testid="caution-remove" { (page.say("caution-remove")) }
                    " "
                    button.quiet type="submit" name="caution" value="keep" data-testid="caution-keep" { (page.say("caution-keep")) }
                }
            } @else {
                button type="submit" data-testid=(testid) { (button) }
            }
            " "
            button.quiet type="submit" formaction={ "/case/" (case.label) "/draft" } data-testid="keep-draft" {
                (page.say("draft-keep"))
            }
        }
    }
}

fn note_list(case: &CaseView) -> Markup {
    html! {
        @if !case.notes.is_empty() {
            ul.notes { @for note in &case.notes { li data-testid="note-kept" { (text_of(note)) } } }
        }
    }
}

fn notes(page: &Page, case: &CaseView, retry: &Retry) -> Markup {
    html! {
        div #notes data-live="" { (note_list(case)) }
        form method="post" action={ "/case/" (case.label) "/note" } {
            (csrf(&page.session))
            label for="note" { (page.say("case-note")) }
            textarea #note name="text" rows="2" dir="auto" data-testid="note" aria-describedby="note-hint" autocomplete="off" {
                "\n" (retry.note.as_deref().unwrap_or_default())
            }
            p #note-hint .hint { (page.say("note-private")) " " (page.say("case-note-goes-along")) }
            button.quiet type="submit" data-testid="add-note" { (page.say("note-add")) }
        }
    }
}

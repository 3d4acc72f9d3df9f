//! Who waits, and the cases of this desk.

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use desk::{CaseLabel, Command, WaitingRow};
use maud::{Markup, html};
use serde::Deserialize;

use super::door::Session;
use super::page::{self, Page, Place, duration, language_name, urgency_code, urgency_name};
use super::shifts::device;
use super::whole::{self, Extent, List};
use super::{App, errors, probes, shifts, unlocked};

/// How long a screen waits for the team log to say who took a case before it goes on to the waiting list.
const TAKE_PATIENCE: Duration = Duration::from_secs(4);

/// A case that was given away just now.
#[derive(Deserialize, Default)]
pub(crate) struct Left {
    /// Its label.
    #[serde(default)]
    case: String,
    /// The device of the colleague; blank when the case went back into the queue.
    #[serde(default)]
    to: String,
}

impl Left {
    /// A case that a colleague has now.
    #[cfg(test)]
    pub(super) fn to(case: CaseLabel, device: &str) -> Left {
        Left {
            case: case.to_string(),
            to: device.to_owned(),
        }
    }

    /// Where the case is now; nothing while it is this desk's.
    fn said(&self, page: &Page) -> Option<String> {
        let label = CaseLabel::from_hex(&self.case)?;
        let view = &page.shown.view;
        if labels(&view.cases).contains(&label) {
            return None;
        }
        let case = page.case_name(label);
        if self.to.is_empty() {
            return Some(
                page.strings()
                    .say_with("queue-returned", &[("case", &case)]),
            );
        }
        let to = device(&self.to)?;
        let colleague = view.roster.iter().find(|member| member.device == to)?;
        let values = [
            ("case", case.as_str()),
            ("name", colleague.work_name.as_str()),
        ];
        Some(page.strings().say_with("queue-transferred", &values))
    }
}

/// `GET /`; after a case was given away, with where it is now.
pub(crate) async fn get(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Query(left): Query<Left>,
) -> Result<Markup, Response> {
    let page = unlocked(&app, session, Place::Queue).await?;
    Ok(render(&page, None, &left))
}

/// The whole screen.
pub(super) fn render(page: &Page, error: Option<&str>, left: &Left) -> Markup {
    let content = html! {
        @if let Some(error) = error { p.alarm role="alert" data-testid="error" { (error) } }
        @if let Some(said) = left.said(page) { p.notice role="status" data-testid="case-left" { (said) } }
        div #waiting data-live="" { (waiting(page)) }
        section #cases data-live="" aria-labelledby="cases-heading" {
            h2 #cases-heading { (page.say("nav-cases")) }
            (cases(page, Extent::First))
        }
        div #supervised data-live="" { (supervised(page)) }
        div #parked data-live="" { (parked(page, Extent::First)) }
        (probes::section(page))
        p { a href="/letters" data-testid="letters" { (page.say("letters")) } }
    };
    page.with(&page.say("nav-queue"), content)
}

fn waiting(page: &Page) -> Markup {
    let view = &page.shown.view;
    let strings = page.strings();
    let count = view.waiting.len().to_string();
    let longest = (!view.waiting.is_empty()).then_some(view.longest_wait);
    html! {
        @if view.surge { p.surge-band data-testid="surge" { (page.say("surge-on-now")) } }
        (shifts::readiness(page))
        p.figures {
            span data-testid="waiting-count" data-count=(count) {
                (strings.say_with("queue-waiting", &[("count", &count)]))
            }
            @if let Some(longest) = longest {
                " · "
                (strings.say_with("queue-longest", &[("minutes", &longest.to_string())]))
            }
        }
        @if !view.on_duty { p.hint { (page.say("queue-off-duty")) } }
        @if view.waiting.is_empty() {
            p { (page.say("queue-empty")) }
        } @else {
            @if let Some(full) = view.full {
                p.notice data-testid="full" { (errors::refusal(strings, full)) }
            }
            (page.button("/take-next", "take-next", &page.say("take-next")))
            (table(page, Extent::First))
        }
    }
}

/// Who waits.
pub(super) fn table(page: &Page, extent: Extent) -> Markup {
    let rows = &page.shown.view.waiting;
    html! {
        div.scroll tabindex="0" role="region" aria-label=(page.say("nav-queue")) {
            table role="table" {
                thead role="rowgroup" { tr role="row" {
                    th scope="col" role="columnheader" { (page.say("column-urgency")) }
                    th scope="col" role="columnheader" { (page.say("column-language")) }
                    th scope="col" role="columnheader" { (page.say("column-wait")) }
                    th scope="col" role="columnheader" { (page.say("column-action")) }
                } }
                tbody role="rowgroup" { @for row in rows.iter().take(extent.rows()) { (waiting_row(page, row)) } }
            }
        }
        (extent.rest(page, List::Waiting, rows.len()))
    }
}

fn waiting_row(page: &Page, row: &WaitingRow) -> Markup {
    let strings = page.strings();
    let label = row.label.to_string();
    html! {
        tr role="row" data-testid="queue-row" data-case=(label) data-urgency=(urgency_code(row.urgency)) {
            td.urgency role="cell" data-urgency=(urgency_code(row.urgency)) { (urgency_name(strings, row.urgency)) }
            td role="cell" {
                (language_name(strings, row.language))
                @if let Some(dialect) = row.dialect { " · " (page.say(&format!("dialect-{}", dialect.tag().to_lowercase()))) }
                @if let Some(topic) = row.topic { " · " span data-testid="topic" { (page.say(&format!("topic-{}", topic.word()))) } }
            }
            td role="cell" {
                (duration(strings, row.waited_minutes))
                @if row.returned { " · " strong data-testid="has-history" { (page.say("queue-has-history")) } }
            }
            td role="cell" {
                @if row.taking { span data-testid="taking" { (page.say("taking")) } }
                @else if !row.fits { span data-testid="not-for-you" { (page.say("queue-a-colleagues")) } }
                @else { (page.button(&format!("/case/{label}/take"), "take", &page.say("take"))) }
            }
        }
    }
}

/// The cases of this desk, as links.
pub(super) fn cases(page: &Page, extent: Extent) -> Markup {
    let strings = page.strings();
    let cases = whole::needed_first(&page.shown.view.cases);
    html! {
        @if cases.is_empty() { p { (page.say("cases-empty")) } }
        ul.cases {
            @for case in cases.iter().take(extent.rows()) {
                li data-testid="case-row" data-case=(case.label) {
                    a href={ "/case/" (case.label) } data-testid="case-link" { (page.case_name(case.label)) }
                    " " span.detail {
                        (urgency_name(strings, case.urgency)) " · " (language_name(strings, case.language))
                        @if case.unread { " · " strong data-testid="case-new" { (page.say("case-new")) } }
                        @else if case.unanswered { " · " (page.say("case-unanswered")) }
                        @if case.on_hold { " · " (page.say("tend-on-hold")) }
                        @if case.uncollected > 0 { " · " (page.say("answer-waiting")) " " (case.uncollected) }
                        @if case.destroyed { " · " (page.say("destroyed")) }
                    }
                }
            }
        }
        (extent.rest(page, List::Cases, cases.len()))
    }
}

/// Cases of the team whose contacts have not written since they were answered: nobody has to do anything, and anybody may look.
pub(super) fn parked(page: &Page, extent: Extent) -> Markup {
    let rows = &page.shown.view.parked;
    let fitting = rows.iter().filter(|row| row.fits);
    let count = rows.len().to_string();
    html! {
        @if !rows.is_empty() {
            details data-testid="parked" open[extent == Extent::Whole] {
                summary { (page.strings().say_with("queue-parked", &[("count", &count)])) }
                p.hint { (page.say("queue-parked-about")) }
                ul.cases {
                    @for row in fitting.clone().take(extent.rows()) {
                        li data-testid="parked-row" data-case=(row.label) {
                            (page.case_name(row.label)) " · " (language_name(page.strings(), row.language)) " "
                            (page.button(&format!("/case/{}/take", row.label), "take-parked", &page.say("take")))
                        }
                    }
                }
                (extent.rest(page, List::Parked, fitting.count()))
            }
        }
    }
}

/// The cases of colleagues with whom this desk reads along.
fn supervised(page: &Page) -> Markup {
    let strings = page.strings();
    let cases = &page.shown.view.supervised;
    html! {
        @if !cases.is_empty() {
            h2 { (page.say("queue-supervised")) }
            ul.cases {
                @for case in cases {
                    li data-testid="supervised-row" data-case=(case.label) {
                        a href={ "/case/" (case.label) } data-testid="supervised-link" { (page.case_name(case.label)) }
                        " " span.detail {
                            (urgency_name(strings, case.urgency)) " · " (language_name(strings, case.language))
                            @if case.unread { " · " strong data-testid="draft-waits" { (page.say("queue-draft-waits")) } }
                        }
                    }
                }
            }
        }
    }
}

/// `POST /case/LABEL/take`.
pub(crate) async fn take(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(label): Path<String>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Queue).await?;
    match CaseLabel::from_hex(&label) {
        Some(label) => Ok(carry_out(&page, Command::Take(label)).await),
        None => Err(super::help::gone(&page)),
    }
}

/// `POST /take-next`.
pub(crate) async fn take_next(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Queue).await?;
    Ok(carry_out(&page, Command::TakeNext).await)
}

/// Asks for a case; if the log soon says that it is this desk's, goes on to it, otherwise back to the waiting list.
async fn carry_out(page: &Page, command: Command) -> Response {
    let had: Vec<CaseLabel> = labels(&page.shown.view.cases);
    let taking = |row: &&WaitingRow| row.taking;
    if let Err(error) = page.desk.command(command).await {
        let text = errors::command(page.strings(), &error);
        return (
            errors::status(&error),
            render(page, Some(&text), &Left::default()),
        )
            .into_response();
    }
    let won = page.desk.wait_until(|shown| {
        let is_over = !shown.view.waiting.iter().any(|row| row.taking);
        is_over
            || shown
                .view
                .cases
                .iter()
                .any(|case| !had.contains(&case.label))
    });
    let shown = tokio::time::timeout(TAKE_PATIENCE, won)
        .await
        .ok()
        .flatten();
    let shown = shown.unwrap_or_else(|| page.desk.view());
    let fresh = shown
        .view
        .cases
        .iter()
        .find(|case| !had.contains(&case.label));
    match fresh {
        Some(case) if !shown.view.waiting.iter().any(|row| taking(&row)) => {
            Redirect::to(&format!("/case/{}", case.label)).into_response()
        }
        _ => (StatusCode::SEE_OTHER, [("location", "/")], page::nothing()).into_response(),
    }
}

fn labels(cases: &[desk::CaseRow]) -> Vec<CaseLabel> {
    cases.iter().map(|case| case.label).collect()
}

//! Shifts: who is on duty when, checking in and out, the rota, and planning for coordinators.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use data_encoding::HEXLOWER_PERMISSIVE;
use desk::{Command, ShiftView};
use maud::{Markup, html};
use protocol::Readiness;
use statements::DevicePublicKey;

use super::door::{Fields, Session};
use super::page::{Page, Place, csrf};
use super::{App, errors, rota, times, unlocked};

/// How many hours a shift has at most when it is planned on this screen.
const LONGEST_HOURS: u32 = 24;

/// `GET /shifts`.
pub(crate) async fn get(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Result<Markup, Response> {
    Ok(render(&unlocked(&app, session, Place::Shifts).await?, None))
}

pub(super) fn render(page: &Page, error: Option<&str>) -> Markup {
    let content = html! {
        @if let Some(error) = error { p.alarm role="alert" data-testid="error" { (error) } }
        section #duty data-live="" { (duty(page)) }
        (rota::list(page))
        (call_list_form(page))
        @if page.is_coordinator() { (rota::plan_form(page)) (plan_form(page)) }
    };
    page.with(&page.say("nav-shifts"), content)
}

fn duty(page: &Page) -> Markup {
    let view = &page.shown.view;
    html! {
        @if view.on_duty { p data-testid="on-duty" { (page.say("shift-on-duty")) } }
        (readiness(page))
        @if view.shifts.is_empty() { p { (page.say("shift-none")) } }
        ul.shifts { @for shift in &view.shifts { (shift_item(page, shift)) } }
    }
}

/// The word for a readiness in strings, scripts and style sheets.
pub(super) fn readiness_code(readiness: Readiness) -> &'static str {
    match readiness {
        Readiness::Here => "here",
        Readiness::NotYet => "not-yet",
        Readiness::Break => "break",
    }
}

/// Whether the person takes cases, and what else can be said of it.
pub(super) fn readiness(page: &Page) -> Markup {
    let view = &page.shown.view;
    html! {
        @if view.on_duty {
            div.readiness role="group" aria-label=(page.say("readiness")) {
                @for readiness in Readiness::ALL {
                    @let code = readiness_code(*readiness);
                    form method="post" action="/shifts/check-in" {
                        (csrf(&page.session))
                        input type="hidden" name="readiness" value=(code);
                        button type="submit" data-testid=(if *readiness == Readiness::Here { "check-in" } else { code })
                            aria-pressed=(if view.readiness == Some(*readiness) { "true" } else { "false" }) {
                            (page.say(&format!("readiness-{code}")))
                        }
                    }
                }
            }
        }
        @if view.checked_in { p { a href="/shifts/end" data-testid="check-out" { (page.say("shift-end")) } } }
    }
}

fn call_list_form(page: &Page) -> Markup {
    let (value, text) = match page.shown.view.on_call_list {
        true => ("no", page.say("call-list-leave")),
        false => ("yes", page.say("call-list-join")),
    };
    html! {
        section aria-labelledby="call-list-heading" {
            h2 #call-list-heading { (page.say("call-list")) }
            p.hint { (page.say("call-list-about")) }
            form method="post" action="/shifts/call-list" {
                (csrf(&page.session))
                button type="submit" name="ready" value=(value) data-testid="call-list" { (text) }
            }
        }
    }
}

/// `POST /shifts/call-list`.
pub(crate) async fn call_list(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Shifts).await?;
    let ready = fields.get("ready") == "yes";
    Ok(carry_out(&page, Command::BeOnCallList(ready)).await)
}

fn shift_item(page: &Page, shift: &ShiftView) -> Markup {
    let now = page.shown.now;
    let is_now = shift.from <= now && now < shift.until;
    html! {
        li data-testid="shift" data-number=(shift.number) {
            strong { (if is_now { page.say("shift-now") } else { page.say("shift-next") }) } ": "
            (times::span(page, shift.from, shift.until))
            @if shift.on_duty_me { " · " (page.say("shift-yours")) }
        }
    }
}

fn plan_form(page: &Page) -> Markup {
    let start = times::for_a_form(page.shown.now);
    let zone = times::my_zone_name();
    html! {
        section aria-labelledby="plan-heading" {
            h2 #plan-heading { (page.say("plan-shift")) }
            form method="post" action="/shifts" {
                (csrf(&page.session))
                label for="start" { (page.say("shift-start")) " (" bdi { (zone) } ")" }
                input #start type="datetime-local" name="start" value=(start) required data-testid="shift-start";
                label for="hours" { (page.say("shift-hours")) }
                input #hours type="number" name="hours" value="8" min="1" max=(LONGEST_HOURS) required data-testid="shift-hours";
                fieldset {
                    legend { (page.say("shift-guides")) }
                    @for member in &page.shown.view.roster {
                        @let device = hex(&member.device);
                        label.choice {
                            input type="checkbox" name="guide" value=(device) data-testid="shift-guide" checked[!member.me];
                            " " bdi { (member.work_name) }
                        }
                    }
                }
                button type="submit" data-testid="plan-shift" { (page.say("plan")) }
            }
        }
    }
}

/// A device as scripts and forms name it.
pub(super) fn hex(device: &DevicePublicKey) -> String {
    data_encoding::HEXLOWER.encode(&device.0)
}

/// The device that 64 hex digits name.
pub(super) fn device(digits: &str) -> Option<DevicePublicKey> {
    let bytes = HEXLOWER_PERMISSIVE.decode(digits.as_bytes()).ok()?;
    Some(DevicePublicKey(bytes.try_into().ok()?))
}

/// `POST /shifts`.
pub(crate) async fn plan(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Shifts).await?;
    let hours = fields.get("hours").parse::<u32>().ok();
    let hours = hours.filter(|hours| (1..=LONGEST_HOURS).contains(hours));
    let (Some(from), Some(hours)) = (times::of_a_form(fields.get("start")), hours) else {
        let text = page.say("refused-shift-times");
        let status = axum::http::StatusCode::UNPROCESSABLE_ENTITY;
        return Err((status, render(&page, Some(&text))).into_response());
    };
    let guides: Vec<_> = fields.all("guide").filter_map(device).collect();
    if guides.is_empty() {
        let text = page.say("shift-nobody");
        let status = axum::http::StatusCode::UNPROCESSABLE_ENTITY;
        return Err((status, render(&page, Some(&text))).into_response());
    }
    let command = Command::PlanShift {
        from,
        until: from.plus(hours * 60),
        guides,
    };
    Ok(carry_out(&page, command).await)
}

pub(super) async fn carry_out(page: &Page, command: Command) -> Response {
    match page.desk.command(command).await {
        Ok(()) => Redirect::to("/shifts").into_response(),
        Err(error) => {
            let text = errors::command(page.strings(), &error);
            (errors::status(&error), render(page, Some(&text))).into_response()
        }
    }
}

/// `POST /shifts/check-in`.
pub(crate) async fn check_in(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Shifts).await?;
    let mut all = Readiness::ALL.iter().copied();
    let said = all.find(|readiness| readiness_code(*readiness) == fields.get("readiness"));
    let command = Command::CheckIn(said.unwrap_or(Readiness::Here));
    Ok(carry_out(&page, command).await)
}

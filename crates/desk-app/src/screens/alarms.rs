//! Alarms: a band on every screen of seniors and coordinators until it is acknowledged, and the list of all.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use desk::{AlarmView, Command};
use maud::{Markup, html};

use super::door::Session;
use super::page::{Page, Place, csrf};
use super::shifts::hex;
use super::{App, errors, help, unlocked};
use crate::card_set::date_of;

/// How many alarms the band shows at most; the rest stand in the list.
const IN_BAND: usize = 3;

/// What an alarm says and what to do.
fn text(page: &Page, alarm: &AlarmView) -> String {
    let id = format!("alarm-{}", alarm.alarm.word());
    page.strings().say_with(&id, &[("name", &alarm.about)])
}

/// The alarms that nobody here has acknowledged.
pub(super) fn band(page: &Page) -> Markup {
    let open: Vec<&AlarmView> = page
        .shown
        .view
        .alarms
        .iter()
        .filter(|alarm| !alarm.acknowledged)
        .collect();
    let more = open.len().saturating_sub(IN_BAND);
    html! {
        @for alarm in open.into_iter().take(IN_BAND) {
            div.alarm-band data-testid="alarm" data-alarm=(alarm.alarm.word()) {
                p { strong { (page.say("alarm")) ": " } (text(page, alarm)) " " span.detail { (date_of(alarm.day)) } }
                div.choices { (shut_out(page, alarm)) (acknowledge_form(page, alarm)) }
            }
        }
        @if more > 0 {
            p.alarm-band { a href="/trail" { (page.strings().say_with("alarms-more", &[("count", &more.to_string())])) } }
        }
    }
}

fn shut_out(page: &Page, alarm: &AlarmView) -> Markup {
    let mut roster = page.shown.view.roster.iter();
    let is_member = roster.any(|member| member.device == alarm.device);
    html! {
        @if page.is_coordinator() && is_member {
            a href={ "/roster/member/" (hex(&alarm.device)) "/revoke" } data-testid="alarm-revoke" { (page.say("revoke")) }
        }
        a href="/trail" { (page.say("trail")) }
    }
}

fn acknowledge_form(page: &Page, alarm: &AlarmView) -> Markup {
    html! {
        form method="post" action={ "/alarms/" (alarm.number) "/acknowledge" } {
            (csrf(&page.session))
            button.quiet type="submit" data-testid="acknowledge" { (page.say("alarm-acknowledge")) }
        }
    }
}

/// All alarms, the newest first.
pub(super) fn all(page: &Page) -> Markup {
    let alarms = &page.shown.view.alarms;
    html! {
        @if alarms.is_empty() { p { (page.say("alarms-none")) } }
        ul.permissions {
            @for alarm in alarms {
                li data-testid="alarm-row" data-alarm=(alarm.alarm.word()) data-acknowledged=(alarm.acknowledged) {
                    (date_of(alarm.day)) " · " (text(page, alarm))
                    @if alarm.acknowledged { " · " (page.say("alarm-acknowledged")) }
                    @else { (acknowledge_form(page, alarm)) }
                }
            }
        }
    }
}

/// `POST /alarms/NUMBER/acknowledge`: back to where the person was.
pub(crate) async fn acknowledge(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
    Path(number): Path<u64>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Roster).await?;
    match page.desk.command(Command::AcknowledgeAlarm(number)).await {
        Ok(()) => Ok(Redirect::to(&help::came_from(&headers)).into_response()),
        Err(error) => {
            let text = errors::command(page.strings(), &error);
            let content = html! { p.alarm role="alert" data-testid="error" { (text) } };
            let screen = page.with(&page.say("alarms"), content);
            Err((errors::status(&error), screen).into_response())
        }
    }
}

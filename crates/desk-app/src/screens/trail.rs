//! What desks did, without content and without anything about contacts: for seniors and coordinators.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use desk::TrailRow;
use maud::{Markup, html};

use super::door::Session;
use super::page::{Page, Place};
use super::roster::places;
use super::{App, alarms, help, unlocked};
use crate::card_set::date_of;

/// `GET /trail`.
pub(crate) async fn get(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Result<Markup, Response> {
    let page = unlocked(&app, session, Place::Roster).await?;
    if !page.watches() {
        return Err(help::missing(&page));
    }
    let content = html! {
        (places(&page, "/trail"))
        p { (page.say("trail-about")) }
        section #all-alarms data-live="" aria-labelledby="alarms-heading" {
            h2 #alarms-heading { (page.say("alarms")) }
            (alarms::all(&page))
        }
        div #steps data-live="" {
            h2 { (page.say("trail-steps")) }
            (steps(&page))
        }
    };
    Ok(page.with(&page.say("trail"), content))
}

fn steps(page: &Page) -> Markup {
    let rows = &page.shown.view.trail;
    html! {
        @if rows.is_empty() { p { (page.say("trail-empty")) } }
        @else {
            div.scroll tabindex="0" role="region" aria-label=(page.say("trail-steps")) {
                table role="table" {
                    thead role="rowgroup" { tr role="row" {
                        th scope="col" role="columnheader" { (page.say("trail-day")) }
                        th scope="col" role="columnheader" { (page.say("work-name")) }
                        th scope="col" role="columnheader" { (page.say("trail-step")) }
                        th scope="col" role="columnheader" { (page.say("trail-shift")) }
                    } }
                    tbody role="rowgroup" { @for row in rows { (step(page, row)) } }
                }
            }
        }
    }
}

fn step(page: &Page, row: &TrailRow) -> Markup {
    html! {
        tr role="row" data-testid="trail-row" data-step=(row.step) {
            td role="cell" { (date_of(row.day)) }
            td role="cell" { bdi { (row.who) } }
            td role="cell" { (page.say(&format!("trail-{}", row.step))) }
            td role="cell" {
                @if row.on_duty { (page.say("trail-on-duty")) } @else { (page.say("trail-off-duty")) }
            }
        }
    }
}

//! What a device that was shut out could read, and how far that is made safe: for coordinators, to be printed.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use desk::{ExposedCase, ExposedState, ExposureView};
use maud::{Markup, html};

use super::door::Session;
use super::page::{Page, Place};
use super::revoke::reason_name;
use super::roster::places;
use super::{App, help, unlocked};
use crate::card_set::date_of;

/// `GET /exposure`.
pub(crate) async fn get(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Result<Markup, Response> {
    let page = unlocked(&app, session, Place::Roster).await?;
    if !page.is_coordinator() {
        return Err(help::missing(&page));
    }
    let exposures = &page.shown.view.exposures;
    let content = html! {
        (places(&page, "/exposure"))
        p { (page.say("exposure-about")) }
        p { button.quiet type="button" data-print="" hidden { (page.say("print")) } }
        div #exposures data-live="" {
            @if exposures.is_empty() { p { (page.say("exposure-none")) } }
            @for exposure in exposures { (device(&page, exposure)) }
        }
    };
    Ok(page.with(&page.say("exposure"), content))
}

/// The word for how far a case is made safe in scripts and style sheets.
pub(super) fn state_code(state: ExposedState) -> &'static str {
    match state {
        ExposedState::WaitsForShares => "waits-for-shares",
        ExposedState::Rekeyed => "rekeyed",
        ExposedState::Closed => "closed",
    }
}

fn device(page: &Page, exposure: &ExposureView) -> Markup {
    let day = date_of(exposure.day);
    let safe = exposure.cases.iter();
    let safe = safe.filter(|case| case.state != ExposedState::WaitsForShares);
    let counts = [
        ("safe", safe.count().to_string()),
        ("all", exposure.cases.len().to_string()),
    ];
    let counts = counts
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    html! {
        article data-testid="exposure" {
            h2 { bdi { (exposure.work_name) } }
            p { (page.strings().say_with("exposure-removed", &[("date", &day)])) " · " (reason_name(page, exposure.reason)) }
            @match exposure.shifts {
                Some((since, count)) => {
                    @let since = date_of(since);
                    p data-testid="exposure-shifts" {
                        (page.strings().say_with("exposure-shifts", &[("date", &since), ("count", &count.to_string())]))
                    }
                }
                None => { p { (page.say("exposure-no-shifts")) } }
            }
            @if exposure.cases.is_empty() { p { (page.say("exposure-no-cases")) } }
            @else {
                p data-testid="exposure-count" { (page.strings().say_with("exposure-safe", &counts)) }
                (cases(page, &exposure.cases))
                p { (page.say("exposure-contacts")) }
            }
        }
    }
}

fn cases(page: &Page, cases: &[ExposedCase]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(page.say("exposure-cases")) {
            table role="table" {
                thead role="rowgroup" { tr role="row" {
                    th scope="col" role="columnheader" { (page.say("exposure-case")) }
                    th scope="col" role="columnheader" { (page.say("exposure-since")) }
                    th scope="col" role="columnheader" { (page.say("exposure-state")) }
                } }
                tbody role="rowgroup" {
                    @for case in cases {
                        @let code = state_code(case.state);
                        tr role="row" data-testid="exposed-case" data-case=(case.label) data-state=(code) {
                            td role="cell" { (page.case_name(case.label)) }
                            td role="cell" { (date_of(case.since)) }
                            td role="cell" { (page.say(&format!("exposed-{code}"))) }
                        }
                    }
                }
            }
        }
    }
}

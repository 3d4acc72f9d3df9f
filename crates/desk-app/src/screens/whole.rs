//! The lists of the queue screen as a whole. There they end after a screenful or two, so that the screen is there at once however much a
//! desk has; here nothing is left out.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use desk::CaseRow;
use maud::{Markup, html};

use super::door::Session;
use super::page::{Page, Place};
use super::{App, help, queue, unlocked};

/// So many rows of a list are shown on the queue screen.
pub(super) const FIRST: usize = 50;

/// A list of the queue screen.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    Cases,
    Waiting,
    Parked,
}

impl List {
    const ALL: [List; 3] = [List::Cases, List::Waiting, List::Parked];

    /// As addresses and scripts name it.
    fn word(self) -> &'static str {
        match self {
            List::Cases => "cases",
            List::Waiting => "waiting",
            List::Parked => "parked",
        }
    }
}

/// How many rows of so many are shown where.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// The first.
    First,
    /// All.
    Whole,
}

impl Extent {
    /// How many rows these are at most.
    pub(super) fn rows(self) -> usize {
        match self {
            Extent::First => FIRST,
            Extent::Whole => usize::MAX,
        }
    }

    /// The way to the rest of a list, if there is any.
    pub(super) fn rest(self, page: &Page, list: List, count: usize) -> Markup {
        let left = count.saturating_sub(self.rows());
        let (count, left_said) = (count.to_string(), left.to_string());
        let values = [("count", count.as_str()), ("left", left_said.as_str())];
        html! {
            @if left > 0 {
                p {
                    a href={ "/whole/" (list.word()) } data-testid={ "whole-" (list.word()) } {
                        (page.strings().say_with("search-whole", &values))
                    }
                }
            }
        }
    }
}

/// The cases in the order in which somebody needs them, when there are more than are shown at once.
pub(super) fn needed_first(cases: &[CaseRow]) -> Vec<&CaseRow> {
    let mut rows: Vec<&CaseRow> = cases.iter().collect();
    if rows.len() > FIRST {
        rows.sort_by_key(|row| {
            (
                row.destroyed,
                !row.unread,
                !row.unanswered,
                row.on_hold,
                row.urgency,
            )
        });
    }
    rows
}

/// `GET /whole/LIST`.
pub(crate) async fn get(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(list): Path<String>,
) -> Result<Markup, Response> {
    let page = unlocked(&app, session, Place::Queue).await?;
    let list = List::ALL.into_iter().find(|known| known.word() == list);
    let (heading, rows) = match list {
        Some(List::Cases) => (page.say("nav-cases"), queue::cases(&page, Extent::Whole)),
        Some(List::Waiting) => (page.say("nav-queue"), queue::table(&page, Extent::Whole)),
        Some(List::Parked) => (page.say("nav-queue"), queue::parked(&page, Extent::Whole)),
        None => return Err(help::missing(&page)),
    };
    let content = html! {
        p { a href="/" { (page.say("back")) } }
        div #whole data-live="" { (rows) }
    };
    Ok(page.with(&heading, content))
}

//! The corps by permission: who may do what, and what is pending with whom.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use desk::{MemberView, ProposalView, Proposed};
use maud::{Markup, html};
use statements::{Act, RosterAction};

use super::door::Session;
use super::forms::act_name;
use super::member::{permission_line, state_code, state_name};
use super::page::{Page, Place};
use super::roster::places;
use super::shifts::hex;
use super::{App, unlocked};

/// `GET /permissions`.
pub(crate) async fn get(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Result<Markup, Response> {
    let page = unlocked(&app, session, Place::Roster).await?;
    let content = html! {
        (places(&page, "/permissions"))
        p { (page.say("permissions-about")) }
        section #board data-live="" { (board(&page)) (by_act(&page)) }
    };
    Ok(page.with(&page.say("permissions"), content))
}

/// What is proposed about this act of this member, and not decided yet.
fn pending<'a>(page: &'a Page, member: &MemberView, act: Act) -> Option<&'a ProposalView> {
    let is_it = |open: &&ProposalView| match &open.what {
        Proposed::Roster(entry) if entry.device == member.device => match &entry.action {
            RosterAction::Permit(permission) | RosterAction::Ask(permission) => {
                permission.act == act
            }
            _ => false,
        },
        _ => false,
    };
    page.shown.view.proposals.iter().find(is_it)
}

fn board(page: &Page) -> Markup {
    let acts: Vec<Act> = Act::ALL.to_vec();
    html! {
        div.scroll tabindex="0" role="region" aria-label=(page.say("permissions")) {
            table.board role="table" {
                thead role="rowgroup" { tr role="row" {
                    th scope="col" role="columnheader" { (page.say("work-name")) }
                    @for act in &acts { th scope="col" role="columnheader" { (act_name(page, *act)) } }
                } }
                tbody role="rowgroup" {
                    @for member in &page.shown.view.roster {
                        tr role="row" data-testid="board-row" data-device=(hex(&member.device)) {
                            th scope="row" role="rowheader" {
                                a href={ "/roster/member/" (hex(&member.device)) } { bdi { (member.work_name) } }
                            }
                            @for act in &acts { (cell(page, member, *act)) }
                        }
                    }
                }
            }
        }
    }
}

fn cell(page: &Page, member: &MemberView, act: Act) -> Markup {
    let mut held = member.permissions.iter();
    let held = held.find(|view| view.permission.act == act);
    let open = pending(page, member, act);
    let code = held.map_or("none", |view| state_code(view.state));
    html! {
        td role="cell" data-testid="board-cell" data-act=(act.word()) data-state=(code) {
            @if held.is_some() || open.is_some() { span.act { (act_name(page, act)) ": " } }
            @if let Some(view) = held { span.standing data-state=(code) { (state_name(page, view)) } }
            @else if open.is_none() { span aria-hidden="true" { "–" } span.only-read { (page.say("state-none")) } }
            @if let Some(open) = open { " " (waits(page, open)) }
        }
    }
}

fn waits(page: &Page, open: &ProposalView) -> Markup {
    let whom = [("whom", open.waits_for.join(", "))];
    let whom = whom.each_ref().map(|(name, value)| (*name, value.as_str()));
    html! {
        span.standing data-state="pending" data-testid="board-pending" { (page.strings().say_with("waits-for", &whom)) }
    }
}

fn by_act(page: &Page) -> Markup {
    html! {
        @for act in Act::ALL.iter().copied() {
            section aria-labelledby={ "holds-" (act.word()) } {
                h2 id={ "holds-" (act.word()) } { (act_name(page, act)) }
                (holders(page, act))
            }
        }
    }
}

fn holders(page: &Page, act: Act) -> Markup {
    let rows: Vec<_> = page
        .shown
        .view
        .roster
        .iter()
        .map(|member| {
            let held = member.permissions.iter();
            let held = held.filter(move |view| view.permission.act == act);
            (member, held.collect::<Vec<_>>(), pending(page, member, act))
        })
        .filter(|(_, held, open)| !held.is_empty() || open.is_some())
        .collect();
    html! {
        @if rows.is_empty() { p { (page.say("permissions-nobody")) } }
        ul.permissions {
            @for (member, held, open) in rows {
                li data-testid="holder" data-act=(act.word()) {
                    bdi { (member.work_name) }
                    @for view in held {
                        " · " span.standing data-state=(state_code(view.state)) { (state_name(page, view)) }
                        p.detail { (permission_line(page, &view.permission)) }
                    }
                    @if let Some(open) = open { " · " (waits(page, open)) }
                }
            }
        }
    }
}

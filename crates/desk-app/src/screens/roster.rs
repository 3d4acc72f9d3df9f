//! The corps as a board: who belongs to it, how far each is trusted, and who is here now.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Extension;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use desk::{Command, MemberView};
use maud::{Markup, html};
use serde::Deserialize;
use statements::{Profile, Stage};

use super::door::Session;
use super::forms::{Typed, labelled, stage_name, tag_name};
use super::newcomers;
use super::page::{Page, Place};
use super::shifts::hex;
use super::{App, Made, unlocked};
use crate::card_set::date_of;

/// Of whom a person wants to see; nothing when all are wanted.
#[derive(Deserialize, Default)]
pub(crate) struct Filter {
    #[serde(default)]
    stage: String,
    #[serde(default)]
    language: String,
}

impl Filter {
    fn shows(&self, member: &MemberView) -> bool {
        let stage = Stage::from_word(&self.stage);
        let speaks = |tag: &String| *tag == self.language;
        stage.is_none_or(|stage| stage == member.stage)
            && (self.language.is_empty() || member.profile.languages.iter().any(speaks))
    }
}

/// `GET /roster`. A person who opens it is shown who has answered; a refresh by the script does not ask again.
pub(crate) async fn get(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Query(filter): Query<Filter>,
    headers: HeaderMap,
) -> Result<Markup, Response> {
    let page = unlocked(&app, session, Place::Roster).await?;
    let is_refresh = headers.contains_key("x-script");
    if !is_refresh && page.is_coordinator() && !page.shown.view.invited.is_empty() {
        // The list is shown either way; whether the relay can be asked stands in the status line.
        let _ = page.desk.command(Command::CheckInvitations).await;
    }
    let made = app.unanswered(&page.shown.view.invited).await;
    Ok(screen(&page, &made, &filter, None, Typed::default()))
}

/// The screen with all members.
pub(super) fn render(page: &Page, made: &[Made], error: Option<&str>, typed: Typed<'_>) -> Markup {
    screen(page, made, &Filter::default(), error, typed)
}

fn screen(
    page: &Page,
    made: &[Made],
    filter: &Filter,
    error: Option<&str>,
    typed: Typed<'_>,
) -> Markup {
    let content = html! {
        @if let Some(error) = error { p.alarm role="alert" data-testid="error" { (error) } }
        (places(page, "/roster"))
        (filter_form(page, filter))
        div #members data-live="" { (members(page, filter)) }
        @if page.is_coordinator() { (newcomers::section(page, made, typed)) }
    };
    page.with(&page.say("nav-roster"), content)
}

/// The screens about the corps that this desk may open.
pub(super) fn places(page: &Page, here: &str) -> Markup {
    let watches = page.shown.view.stage.supervises();
    let mut places = vec![
        ("/roster", page.say("corps-members")),
        ("/permissions", page.say("permissions")),
        ("/partners", page.say("partners")),
    ];
    if page.is_coordinator() {
        places.push(("/roster/file", page.say("corps-file")));
    }
    if watches {
        places.push(("/trail", page.say("trail")));
    }
    if page.is_coordinator() {
        places.push(("/exposure", page.say("exposure")));
    }
    html! {
        nav.places aria-label=(page.say("nav-roster")) {
            ul {
                @for (address, name) in places {
                    li { a href=(address) aria-current=[(address == here).then_some("page")] { (name) } }
                }
            }
        }
    }
}

fn filter_form(page: &Page, filter: &Filter) -> Markup {
    let roster = &page.shown.view.roster;
    let languages: BTreeSet<&String> = roster
        .iter()
        .flat_map(|member| &member.profile.languages)
        .collect();
    let stages = html! {
        select name="stage" data-testid="filter-stage" {
            option value="" { (page.say("filter-all")) }
            @for stage in Stage::ALL.iter().copied() {
                option value=(stage.word()) selected[filter.stage == stage.word()] { (stage_name(page, stage)) }
            }
        }
    };
    let spoken = html! {
        select name="language" data-testid="filter-language" {
            option value="" { (page.say("filter-all")) }
            @for tag in languages {
                option value=(tag) selected[filter.language == *tag] { (tag_name(page, tag)) }
            }
        }
    };
    html! {
        form.filter method="get" action="/roster" role="search" {
            (labelled(&page.say("stage"), &stages))
            (labelled(&page.say("languages"), &spoken))
            button.quiet type="submit" data-testid="filter" { (page.say("filter")) }
        }
    }
}

fn members(page: &Page, filter: &Filter) -> Markup {
    let roster = &page.shown.view.roster;
    let found: Vec<&MemberView> = roster
        .iter()
        .filter(|member| filter.shows(member))
        .collect();
    html! {
        @if roster.is_empty() { p { (page.say("roster-empty")) } }
        @else if found.is_empty() { p { (page.say("filter-none")) } }
        @else {
            div.scroll tabindex="0" role="region" aria-label=(page.say("nav-roster")) {
                table role="table" {
                    thead role="rowgroup" { tr role="row" {
                        th scope="col" role="columnheader" { (page.say("work-name")) }
                        th scope="col" role="columnheader" { (page.say("stage")) }
                        th scope="col" role="columnheader" { (page.say("until")) }
                        th scope="col" role="columnheader" { (page.say("profile-short")) }
                        th scope="col" role="columnheader" { (page.say("presence")) }
                    } }
                    tbody role="rowgroup" { @for member in found { (member_row(page, member)) } }
                }
            }
        }
    }
}

fn member_row(page: &Page, member: &MemberView) -> Markup {
    let digits = hex(&member.device);
    let is_over = member.until < page.shown.now.day();
    html! {
        tr role="row" data-testid="member" data-device=(digits) data-stage=(member.stage.word()) {
            td role="cell" {
                a href={ "/roster/member/" (digits) } data-testid="member-link" { bdi { (member.work_name) } }
                @if member.me { " · " (page.say("this-desk")) }
            }
            td role="cell" { (stage_name(page, member.stage)) }
            td role="cell" {
                time datetime=(date_of(member.until)) { (date_of(member.until)) }
                @if is_over { " · " strong.over { (page.say("state-over")) } }
            }
            td role="cell" { (profile_line(page, &member.profile)) }
            td role="cell" { (presence(page, member)) }
        }
    }
}

/// What somebody wants known of him, in one line.
pub(super) fn profile_line(page: &Page, profile: &Profile) -> Markup {
    let languages = profile.languages.iter().map(|tag| tag_name(page, tag));
    let words = profile.dialects.iter().chain(&profile.topics).cloned();
    let branch = Some(profile.branch.clone()).filter(|branch| !branch.is_empty());
    let years = (profile.years > 0).then(|| {
        let years = profile.years.to_string();
        page.strings()
            .say_with("years-of-service", &[("years", &years)])
    });
    let parts: Vec<String> = languages.chain(words).chain(branch).chain(years).collect();
    html! {
        @if parts.is_empty() { span.detail { (page.say("not-said")) } }
        @else { bdi { (parts.join(" · ")) } }
    }
}

fn presence(page: &Page, member: &MemberView) -> Markup {
    html! {
        @if member.checked_in { strong data-testid="checked-in" { (page.say("member-on-duty")) } " · " }
        @if member.reachable { span data-testid="reachable" { (page.say("member-reachable")) } }
        @else { span.detail data-testid="unreachable" { (page.say("member-unreachable")) } }
    }
}

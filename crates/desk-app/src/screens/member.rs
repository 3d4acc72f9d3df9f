//! One member: what is said of him, what he may do, and for coordinators changing both.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use desk::{Command, MemberView, PermissionState, PermissionView, Refusal};
use maud::{Markup, html};
use statements::{Act, Membership, Permission};

use super::door::{Fields, Session};
use super::forms::{self, Typed, act_name, labelled, stage_name};
use super::page::{Page, Place, csrf};
use super::roster::{places, profile_line};
use super::shifts::{device, hex};
use super::{App, errors, help, unlocked};
use crate::card_set::date_of;
use crate::sync::CommandError;

/// The page and the member that an address names, or the answer that there is none.
pub(super) async fn find(
    app: &App,
    session: Session,
    digits: &str,
) -> Result<(Page, MemberView), Response> {
    let page = unlocked(app, session, Place::Roster).await?;
    let wanted = device(digits);
    let mut roster = page.shown.view.roster.iter();
    let member = roster.find(|member| Some(member.device) == wanted);
    match member.cloned() {
        Some(member) => Ok((page, member)),
        None => Err(help::missing(&page)),
    }
}

/// `GET /roster/member/DEVICE`.
pub(crate) async fn get(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(digits): Path<String>,
) -> Result<Markup, Response> {
    let (page, member) = find(&app, session, &digits).await?;
    Ok(render(&page, &member, None, Typed::default()))
}

fn render(page: &Page, member: &MemberView, error: Option<&str>, typed: Typed<'_>) -> Markup {
    let content = html! {
        @if let Some(error) = error { p.alarm role="alert" data-testid="error" { (error) } }
        (places(page, ""))
        section #member data-live="" aria-label=(member.work_name) { (said(page, member)) (held(page, member)) }
        @if page.is_coordinator() {
            (change_form(page, member, typed))
            (permit_form(page, member, typed))
            p { a.danger href={ "/roster/member/" (hex(&member.device)) "/revoke" } data-testid="revoke" { (page.say("revoke")) } }
        }
    };
    page.with(&member.work_name, content)
}

fn said(page: &Page, member: &MemberView) -> Markup {
    let open = page.shown.view.proposals.iter();
    let waiting = open.filter(|open| super::proposal_view::is_about(&open.what, &member.device));
    html! {
        dl.facts {
            dt { (page.say("stage")) } dd data-testid="member-stage" { (stage_name(page, member.stage)) }
            dt { (page.say("member-until")) } dd { (date_of(member.until)) }
            dt { (page.say("profile")) } dd { (profile_line(page, &member.profile)) }
            dt { (page.say("device")) } dd { (device_digits(&hex(&member.device))) }
        }
        @for open in waiting {
            p.notice data-testid="member-pending" {
                (page.say("decision-waits")) " " a href="/decisions" { (page.say("decisions")) }
                " · " bdi { (open.waits_for.join(", ")) }
            }
        }
    }
}

/// A device's key in groups that eyes can compare.
pub(super) fn device_digits(digits: &str) -> Markup {
    let groups: Vec<String> = digits
        .as_bytes()
        .chunks(8)
        .map(|group| String::from_utf8_lossy(group).into_owned())
        .collect();
    html! { code.digits { (groups.join(" ")) } }
}

/// The name of how a permission stands.
pub(super) fn state_name(page: &Page, view: &PermissionView) -> String {
    let until = date_of(view.permission.until);
    match view.state {
        PermissionState::Holds => page.say("state-holds"),
        PermissionState::EndsSoon => page
            .strings()
            .say_with("state-ends-soon", &[("date", &until)]),
        PermissionState::NotYet => {
            let from = date_of(view.permission.from);
            page.strings().say_with("state-not-yet", &[("date", &from)])
        }
        PermissionState::Over => page.say("state-over"),
        PermissionState::Asked => page
            .strings()
            .say_with("state-asked", &[("whom", &view.permission.authority)]),
    }
}

/// The word for how a permission stands in scripts and style sheets.
pub(super) fn state_code(state: PermissionState) -> &'static str {
    match state {
        PermissionState::Holds => "holds",
        PermissionState::EndsSoon => "ends-soon",
        PermissionState::NotYet => "not-yet",
        PermissionState::Over => "over",
        PermissionState::Asked => "asked",
    }
}

/// Under whose word a permission stands, how far it goes, and for how long.
pub(super) fn permission_line(page: &Page, permission: &Permission) -> Markup {
    html! {
        (page.say("permission-authority")) ": " bdi { (permission.authority) }
        @if !permission.document.is_empty() { " · " (page.say("permission-document")) ": " bdi { (permission.document) } }
        @if !permission.scope.is_empty() { " · " (page.say("permission-scope")) ": " bdi { (permission.scope) } }
        " · " (date_of(permission.from)) " – " (date_of(permission.until))
    }
}

fn held(page: &Page, member: &MemberView) -> Markup {
    html! {
        h2 { (page.say("permissions")) }
        @if member.permissions.is_empty() { p { (page.say("permissions-none")) } }
        ul.permissions {
            @for view in &member.permissions {
                li data-testid="permission" data-act=(view.permission.act.word()) data-state=(state_code(view.state)) {
                    strong { (act_name(page, view.permission.act)) } " · "
                    span.standing data-state=(state_code(view.state)) { (state_name(page, view)) }
                    p.detail { (permission_line(page, &view.permission)) }
                    @if page.is_coordinator() { (withdraw_form(page, member, view)) }
                }
            }
        }
    }
}

fn withdraw_form(page: &Page, member: &MemberView, view: &PermissionView) -> Markup {
    let act = view.permission.act;
    html! {
        form method="post" action={ "/roster/member/" (hex(&member.device)) "/withdraw" } {
            (csrf(&page.session))
            button.danger type="submit" name="act" value=(act.word()) data-testid="withdraw"
                aria-label={ (page.say("withdraw")) ": " (act_name(page, act)) } { (page.say("withdraw")) }
        }
    }
}

fn change_form(page: &Page, member: &MemberView, typed: Typed<'_>) -> Markup {
    html! {
        section aria-labelledby="change-heading" {
            h2 #change-heading { (page.say("member-change")) }
            form method="post" action={ "/roster/member/" (hex(&member.device)) "/change" } {
                (csrf(&page.session))
                (forms::stage_choice(page, typed, member.stage))
                (forms::date("until", &page.say("member-until"), &typed.value("until", &date_of(member.until))))
                (forms::profile_fields(page, typed, &member.profile))
                p.hint { (page.say("needs-second")) }
                button type="submit" data-testid="change" { (page.say("member-change")) }
            }
        }
    }
}

fn permit_form(page: &Page, member: &MemberView, typed: Typed<'_>) -> Markup {
    let action = format!("/roster/member/{}/permit", hex(&member.device));
    let acts = html! {
        select name="act" data-testid="act" {
            @for act in Act::ALL.iter().copied() {
                option value=(act.word()) selected[typed.is_chosen("act", act.word(), act == Act::Answer)] { (act_name(page, act)) }
            }
        }
    };
    html! {
        section aria-labelledby="permit-heading" {
            h2 #permit-heading { (page.say("permit-heading")) }
            form method="post" action=(action) {
                (csrf(&page.session))
                (labelled(&page.say("permission-act"), &acts))
                (forms::permission_fields(page, typed))
                p.hint { (page.say("permit-hint")) }
                button type="submit" data-testid="permit" { (page.say("permit")) }
                " "
                button.quiet type="submit" formaction={ "/roster/member/" (hex(&member.device)) "/ask" } data-testid="ask" {
                    (page.say("permission-ask"))
                }
            }
        }
    }
}

/// Carries out what a form asks; when it is refused, says why and keeps what was typed.
async fn carry_out(
    app: &App,
    session: Session,
    (digits, fields): (&str, &Fields),
    asked: impl FnOnce(&MemberView) -> Result<Command, Refusal>,
) -> Result<Response, Response> {
    let (page, member) = find(app, session, digits).await?;
    let done = match asked(&member) {
        Ok(command) => page.desk.command(command).await,
        Err(refusal) => Err(CommandError::Refused(refusal)),
    };
    let Err(error) = done else {
        let address = format!("/roster/member/{}", hex(&member.device));
        return Ok(Redirect::to(&address).into_response());
    };
    let text = errors::command(page.strings(), &error);
    let screen = render(&page, &member, Some(&text), Typed(Some(fields)));
    Err((errors::status(&error), screen).into_response())
}

/// `POST /roster/member/DEVICE/change`.
pub(crate) async fn change(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(digits): Path<String>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let asked = |member: &MemberView| {
        Ok(Command::ChangeMember {
            device: member.device,
            membership: Membership {
                stage: forms::stage(&fields).unwrap_or(member.stage),
                until: forms::day(&fields, "until")?,
                work_name: member.work_name.clone(),
                profile: forms::profile(&fields)?,
            },
        })
    };
    carry_out(&app, session, (&digits, &fields), asked).await
}

fn act_of(fields: &Fields) -> Result<Act, Refusal> {
    Act::from_word(fields.get("act")).ok_or(Refusal::BadPermission)
}

/// `POST /roster/member/DEVICE/permit`.
pub(crate) async fn permit(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(digits): Path<String>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let asked = |member: &MemberView| {
        let permission = forms::permission(&fields, act_of(&fields)?)?;
        Ok(Command::Permit {
            device: member.device,
            permission,
        })
    };
    carry_out(&app, session, (&digits, &fields), asked).await
}

/// `POST /roster/member/DEVICE/ask`: an authority was asked.
pub(crate) async fn ask(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(digits): Path<String>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let asked = |member: &MemberView| {
        let permission = forms::permission(&fields, act_of(&fields)?)?;
        Ok(Command::AskPermission {
            device: member.device,
            permission,
        })
    };
    carry_out(&app, session, (&digits, &fields), asked).await
}

/// `POST /roster/member/DEVICE/withdraw`.
pub(crate) async fn withdraw(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(digits): Path<String>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let asked = |member: &MemberView| {
        Ok(Command::WithdrawPermission {
            device: member.device,
            act: act_of(&fields)?,
        })
    };
    carry_out(&app, session, (&digits, &fields), asked).await
}

//! The corps as a file: taken out, and brought in after everybody could see what it would do.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use desk::{Command, MemberView, RefusedStep};
use maud::{Markup, html};
use statements::Membership;

use super::corps_file::{self, COLUMNS, FileProblem, LARGEST_FILE};
use super::corps_plan::{Plan, Planned, Step};
use super::door::{Fields, Session};
use super::forms::stage_name;
use super::page::{Page, Place, csrf};
use super::proposal_view::{change, profile_facts};
use super::roster::places;
use super::{App, errors, help, unlocked};
use crate::card_set::date_of;

/// `GET /roster/file`.
pub(crate) async fn get(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Result<Markup, Response> {
    let page = coordinator(&app, session).await?;
    Ok(render(&page, None, ""))
}

async fn coordinator(app: &App, session: Session) -> Result<Page, Response> {
    let page = unlocked(app, session, Place::Roster).await?;
    match page.is_coordinator() {
        true => Ok(page),
        false => Err(help::missing(&page)),
    }
}

fn render(page: &Page, error: Option<&str>, typed: &str) -> Markup {
    let content = html! {
        @if let Some(error) = error { p.alarm role="alert" data-testid="error" { (error) } }
        (places(page, "/roster/file"))
        section aria-labelledby="export-heading" {
            h2 #export-heading { (page.say("export")) }
            p { (page.say("export-about")) }
            p { a href="/roster/export.csv" download="corps.csv" data-testid="export" { (page.say("export-file")) } }
        }
        section aria-labelledby="import-heading" {
            h2 #import-heading { (page.say("import")) }
            p { (page.say("import-about")) }
            p.detail { (page.say("import-columns")) " " code { (COLUMNS.join(", ")) } }
            form method="post" action="/roster/file" {
                (csrf(&page.session))
                label.field data-load="" hidden {
                    span { (page.say("import-choose")) }
                    input type="file" accept=".csv,text/csv,text/plain" data-into="import" data-limit=(LARGEST_FILE) data-testid="import-file";
                }
                label for="import" { (page.say("import-paste")) }
                textarea #import name="csv" rows="10" required spellcheck="false" dir="auto" data-testid="import-text" { "\n" (typed) }
                button type="submit" data-testid="import-preview" { (page.say("import-preview")) }
            }
        }
    };
    page.with(&page.say("corps-file"), content)
}

/// `GET /roster/export.csv`. What is refused is noted.
pub(crate) async fn export(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Roster).await?;
    if !page.is_coordinator() {
        // The answer is the same whether the trail could be written or not.
        let _ = page
            .desk
            .command(Command::NoteRefused(RefusedStep::Export))
            .await;
        let text = page.say("export-refused");
        let content = html! { p.alarm role="alert" data-testid="error" { (text) } };
        let screen = page.with(&page.say("export"), content);
        return Err((StatusCode::FORBIDDEN, screen).into_response());
    }
    let kind = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"corps.csv\"",
        ),
    ];
    Ok((kind, corps_file::write(&page.shown.view.roster)).into_response())
}

fn plan_of(page: &Page, text: &str) -> Result<Plan, FileProblem> {
    let lines = corps_file::read(text)?;
    Ok(Plan::of(&lines, &page.shown.view, page.shown.now.day()))
}

/// The screen on which a file is brought in, with why this one is not read.
fn unreadable(page: &Page, text: &str, problem: FileProblem) -> Response {
    let screen = render(page, Some(&page.say(problem.id())), text);
    (StatusCode::UNPROCESSABLE_ENTITY, screen).into_response()
}

/// `POST /roster/file`: what would happen; nothing happens yet.
pub(crate) async fn preview(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let page = coordinator(&app, session).await?;
    let text = fields.get("csv");
    let plan = plan_of(&page, text).map_err(|problem| unreadable(&page, text, problem))?;
    Ok(previewed(&page, &plan, text, None))
}

fn previewed(page: &Page, plan: &Plan, text: &str, error: Option<&str>) -> Response {
    let content = html! {
        @if let Some(error) = error { p.alarm role="alert" data-testid="error" { (error) } }
        (places(page, "/roster/file"))
        @if !plan.is_whole() { p.alarm role="alert" data-testid="import-wrong" { (page.say("import-wrong")) } }
        @else if !plan.does_something() { p data-testid="import-nothing" { (page.say("import-nothing")) } }
        @else { p { (page.say("import-look")) } }
        ol.plan { @for planned in &plan.0 { (planned_line(page, planned)) } }
        @if plan.is_whole() && plan.does_something() {
            form method="post" action="/roster/file/apply" {
                (csrf(&page.session))
                input type="hidden" name="plan" value=(plan.fingerprint());
                textarea name="csv" hidden aria-hidden="true" { "\n" (text) }
                button type="submit" data-testid="import-apply" { (page.say("import-apply")) }
            }
        }
        form method="post" action="/roster/file" {
            (csrf(&page.session))
            label for="import" { (page.say("import-correct")) }
            textarea #import name="csv" rows="8" required spellcheck="false" dir="auto" data-testid="import-text" { "\n" (text) }
            button.quiet type="submit" data-testid="import-preview" { (page.say("import-preview")) }
        }
        p { a href="/roster/file" { (page.say("cancel")) } }
    };
    let status = match (plan.is_whole(), error) {
        (true, None) => StatusCode::OK,
        (true, Some(_)) => StatusCode::CONFLICT,
        (false, _) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    (status, page.with(&page.say("import"), content)).into_response()
}

fn step_code(step: &Step) -> &'static str {
    match step {
        Step::Change(..) => "change",
        Step::Invite => "invite",
        Step::Same => "same",
        Step::Proposed => "proposed",
        Step::Invited => "invited",
        Step::Wrong(_) => "wrong",
    }
}

fn planned_line(page: &Page, planned: &Planned) -> Markup {
    let number = planned.number.to_string();
    let code = step_code(&planned.step);
    html! {
        li data-testid="planned" data-step=(code) data-line=(number) {
            span.detail { (page.strings().say_with("file-line", &[("number", &number)])) } " · "
            bdi { strong { (planned.work_name) } } " · "
            (page.say(&format!("planned-{code}")))
            @match &planned.step {
                Step::Wrong(wrong) => { ul { @for one in wrong { li.over { (page.say(one.id())) } } } }
                Step::Change(members, to) => { @if let Some(member) = members.first() { (differences(page, member, to)) } }
                _ => {}
            }
        }
    }
}

fn differences(page: &Page, member: &MemberView, to: &Membership) -> Markup {
    let (was, becomes) = (
        profile_facts(page, &member.profile),
        profile_facts(page, &to.profile),
    );
    let stage = (stage_name(page, member.stage), stage_name(page, to.stage));
    let until = (date_of(member.until), date_of(to.until));
    html! {
        dl.facts {
            @if stage.0 != stage.1 { (change(page, "stage", &stage.0, &stage.1, true)) }
            @if until.0 != until.1 { (change(page, "member-until", &until.0, &until.1, true)) }
            @for ((name, was), (_, becomes)) in was.iter().zip(&becomes) {
                @if was != becomes { (change(page, name, was, becomes, true)) }
            }
        }
    }
}

/// `POST /roster/file/apply`: does what was seen, and nothing if it would be something else by now.
pub(crate) async fn apply(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let page = coordinator(&app, session).await?;
    let text = fields.get("csv");
    let plan = plan_of(&page, text).map_err(|problem| unreadable(&page, text, problem))?;
    if !plan.is_whole() || plan.fingerprint() != fields.get("plan") {
        let changed = page.say("import-changed");
        return Err(previewed(&page, &plan, text, Some(&changed)));
    }
    let mut done = 0_usize;
    for planned in &plan.0 {
        if let Err(error) = carry_out(&app, &page, planned).await {
            // What was done stays; sent again, the same file does only the rest.
            let reason = errors::command(page.strings(), &error);
            let number = planned.number.to_string();
            let values = [("number", number.as_str()), ("reason", reason.as_str())];
            let said = page.strings().say_with("import-stopped", &values);
            let done = page
                .strings()
                .say_with("import-done", &[("count", &done.to_string())]);
            let screen = render(&page, Some(&format!("{said} {done}")), text);
            return Err((errors::status(&error), screen).into_response());
        }
        done += usize::from(matches!(planned.step, Step::Change(..) | Step::Invite));
    }
    let said = page
        .strings()
        .say_with("import-done", &[("count", &done.to_string())]);
    let content = html! {
        (places(&page, "/roster/file"))
        p data-testid="imported" { (said) }
        p { a href="/decisions" { (page.say("decisions")) } " · " a href="/roster" { (page.say("corps-members")) } }
    };
    Ok(page.with(&page.say("import"), content).into_response())
}

async fn carry_out(
    app: &App,
    page: &Page,
    planned: &Planned,
) -> Result<(), crate::sync::CommandError> {
    if planned.step == Step::Invite {
        return app.invite(&page.desk, &planned.work_name).await;
    }
    for command in planned.step.commands() {
        page.desk.command(command).await?;
    }
    Ok(())
}

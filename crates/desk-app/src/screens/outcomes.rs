//! Outcomes: a month drawn by one coordinator, agreed to by another, and then to be taken along as a table and as a picture.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use desk::{Command, MonthView, OutcomesView};
use maud::{Markup, html};
use outcomes::{Epsilon, Language, Month, Publication, Question, Questions, Related};
use serde::Deserialize;

use super::door::{Fields, Session};
use super::page::{Page, Place, csrf};
use super::{App, errors, unlocked};

/// Which claim of the record is shown beside the figures.
#[derive(Deserialize, Default)]
pub(crate) struct Asked {
    #[serde(default)]
    claim: String,
}

/// What is asked of a month if nothing else is chosen: what the log says to every desk, with the least noise.
const USUAL: [Question; 2] = [Question::Contacts, Question::Reached];

/// The questions that were ticked.
fn ticked(fields: &Fields) -> Option<Questions> {
    let asked = Question::ALL.into_iter();
    let asked = asked.filter(|question| fields.get(question.key()) == "yes");
    Questions::of(&asked.collect::<Vec<_>>())
}

fn language(page: &Page) -> Language {
    Language::from_tag(page.strings().language().tag()).unwrap_or(Language::English)
}

/// The claim that was asked for and what stands against it, in the session's language where the record has it so.
fn related(page: &Page, asked: &Asked) -> Vec<Related> {
    let set = page.card_set();
    let tag = page.strings().language().tag();
    let translate = |claim: Related| {
        let texts = set.claims.get(claim.id());
        match texts.and_then(|texts| texts.get(tag)) {
            Some(text) => claim.translated(text.clone()),
            None => claim,
        }
    };
    let record = set.record.as_ref();
    let related = record.map(|record| Related::of(record, &asked.claim));
    let related = related.unwrap_or_default().into_iter();
    related.map(translate).collect()
}

fn render(page: &Page, asked: &Asked, error: Option<&str>) -> Markup {
    let content = html! {
        @if let Some(error) = error { p.alarm role="alert" data-testid="error" { (error) } }
        @match &page.shown.view.outcomes {
            Some(outcomes) => {
                p { (page.say("outcomes-about")) }
                (draw_form(page, outcomes))
                (claim_form(page, asked))
                @for month in &outcomes.months { (month_shown(page, asked, month)) }
            }
            None => { p { (page.say("error-coordinator-only")) } }
        }
    };
    page.with(&page.say("outcomes"), content)
}

fn draw_form(page: &Page, outcomes: &OutcomesView) -> Markup {
    let left = [
        ("left", outcomes.left.to_string()),
        ("all", Epsilon::YEAR.to_string()),
    ];
    let left = left.each_ref().map(|(name, value)| (*name, value.as_str()));
    html! {
        section aria-labelledby="draw-heading" {
            h2 #draw-heading { (page.say("outcomes-draw")) }
            p data-testid="outcomes-left" { (page.strings().say_with("outcomes-left", &left)) }
            @if outcomes.can_be_drawn.is_empty() { p { (page.say("outcomes-none")) } } @else {
                form method="post" action="/outcomes" {
                    (csrf(&page.session))
                    label.field {
                        span { (page.say("outcomes-month")) }
                        select name="month" data-testid="outcomes-month" {
                            @for month in &outcomes.can_be_drawn { option value=(month) { (month) } }
                        }
                    }
                    label.field {
                        span { (page.say("outcomes-epsilon")) }
                        input name="epsilon" value=(Epsilon::MONTH) inputmode="decimal" autocomplete="off" data-testid="outcomes-epsilon";
                    }
                    p.hint { (page.say("outcomes-epsilon-about")) }
                    fieldset {
                        legend { (page.say("outcomes-questions")) }
                        @for question in Question::ALL {
                            label {
                                input type="checkbox" name=(question.key()) value="yes" checked[USUAL.contains(&question)];
                                " " (outcomes::question(question, language(page)))
                            }
                        }
                    }
                    p.hint { (page.say("outcomes-questions-about")) }
                    button type="submit" data-testid="outcomes-draw" { (page.say("outcomes-draw")) }
                }
            }
        }
    }
}

fn claim_form(page: &Page, asked: &Asked) -> Markup {
    html! {
        @if let Some(record) = &page.card_set().record {
            form method="get" action="/outcomes" {
                label.field {
                    span { (page.say("outcomes-claim")) }
                    select name="claim" data-testid="outcomes-claim" {
                        option value="" { (page.say("outcomes-claim-none")) }
                        @for claim in &record.claims {
                            option value=(claim.id) selected[claim.id == asked.claim] { (claim.said_by) ": " (claim.text) }
                        }
                    }
                }
                button type="submit" { (page.say("outcomes-show")) }
            }
        }
    }
}

/// What a month's outcomes are called.
pub(super) fn heading(page: &Page, drawn: &Publication) -> String {
    outcomes::heading(drawn, language(page))
}

/// The figures as a table, and what must stand with them.
pub(super) fn figures(page: &Page, drawn: &Publication, related: &[Related]) -> Markup {
    let language = language(page);
    let (names, rows) = outcomes::rows(drawn, language);
    let title = outcomes::heading(drawn, language);
    html! {
        div.scroll tabindex="0" role="region" aria-label=(title) {
            table {
                thead { tr { @for name in &names { th scope="col" { (name) } } } }
                tbody { @for [figure, value, range] in &rows {
                    tr { th scope="row" { (figure) } td { (value) } td { (range) } }
                } }
            }
        }
        @for sentence in outcomes::sentences(drawn, related, language) { p { (sentence) } }
    }
}

fn month_shown(page: &Page, asked: &Asked, shown: &MonthView) -> Markup {
    let month = shown.publication.month();
    let id = format!("outcomes-{month}");
    let address = |form: &str| format!("/outcomes/{month}/{form}?claim={}", asked.claim);
    html! {
        section aria-labelledby=(id) data-testid="outcomes-shown" data-agreed=(shown.is_agreed) {
            h2 id=(id) { (heading(page, &shown.publication)) }
            p.detail { (page.strings().say_with("outcomes-by", &[("name", &shown.by)])) " · ε = " (shown.publication.epsilon()) }
            (figures(page, &shown.publication, &related(page, asked)))
            @if shown.is_agreed {
                p { strong { (page.say("outcomes-agreed")) } }
                p {
                    a href=(address("csv")) data-testid="outcomes-csv" { (page.say("outcomes-csv")) } " · "
                    a href=(address("svg")) data-testid="outcomes-svg" { (page.say("outcomes-svg")) }
                }
            } @else {
                p data-testid="outcomes-waits" { (page.say("outcomes-waits")) }
            }
            @if shown.may_agree {
                (page.button(&format!("/outcomes/{month}/agree"), "outcomes-agree", &page.say("outcomes-agree")))
            }
            @if shown.may_show_again {
                p.hint { (page.say("outcomes-again-about")) }
                (page.button(&format!("/outcomes/{month}/again"), "outcomes-again", &page.say("outcomes-again")))
            }
        }
    }
}

/// `GET /outcomes`.
pub(crate) async fn get(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Board).await?;
    let status = match page.shown.view.outcomes {
        Some(_) => StatusCode::OK,
        None => StatusCode::FORBIDDEN,
    };
    Ok((status, render(&page, &asked, None)).into_response())
}

async fn carry_out(page: &Page, command: Command) -> Result<Response, Response> {
    match page.desk.command(command).await {
        Ok(()) => Ok(Redirect::to("/outcomes").into_response()),
        Err(error) => {
            let text = errors::command(page.strings(), &error);
            let screen = render(page, &Asked::default(), Some(&text));
            Err((errors::status(&error), screen).into_response())
        }
    }
}

/// `POST /outcomes`.
pub(crate) async fn draw(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Board).await?;
    let month = Month::parse(fields.get("month").trim());
    // A comma is what half of Europe types.
    let epsilon = Epsilon::parse(&fields.get("epsilon").trim().replace(',', "."));
    match (month, epsilon, ticked(&fields)) {
        (Some(month), Some(epsilon), Some(questions)) => {
            let draw = Command::DrawOutcomes {
                month,
                epsilon,
                questions,
            };
            carry_out(&page, draw).await
        }
        _ => {
            let text = page.say("outcomes-wrong");
            let screen = render(&page, &Asked::default(), Some(&text));
            Err((StatusCode::UNPROCESSABLE_ENTITY, screen).into_response())
        }
    }
}

/// Gives a command about the month of an address.
async fn of_month(
    app: &App,
    session: Session,
    month: &str,
    command: fn(Month) -> Command,
) -> Result<Response, Response> {
    let page = unlocked(app, session, Place::Board).await?;
    match Month::parse(month) {
        Some(month) => carry_out(&page, command(month)).await,
        None => Err(super::help::gone(&page)),
    }
}

/// `POST /outcomes/MONTH/agree`.
pub(crate) async fn agree(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(month): Path<String>,
) -> Result<Response, Response> {
    of_month(&app, session, &month, Command::AgreeOutcomes).await
}

/// `POST /outcomes/MONTH/again`.
pub(crate) async fn show_again(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(month): Path<String>,
) -> Result<Response, Response> {
    of_month(&app, session, &month, Command::ShowOutcomesAgain).await
}

/// What two persons agreed to publish of a month, in a form; what they did not leaves no desk.
async fn taken_along(
    app: &App,
    session: Session,
    (month, asked): (&str, &Asked),
    kind: &'static str,
) -> Result<Response, Response> {
    let page = unlocked(app, session, Place::Board).await?;
    let months = page
        .shown
        .view
        .outcomes
        .iter()
        .flat_map(|outcomes| &outcomes.months);
    let mut agreed = months.filter(|shown| shown.is_agreed);
    let asked_for = Month::parse(month);
    let shown = agreed.find(|shown| Some(shown.publication.month()) == asked_for);
    let Some(shown) = shown else {
        return Err(super::help::gone(&page));
    };
    let (name, content) = match kind {
        "text/csv; charset=utf-8" => ("csv", outcomes::csv(&[&shown.publication])),
        _ => {
            let related = related(&page, asked);
            (
                "svg",
                outcomes::chart(&shown.publication, &related, language(&page)),
            )
        }
    };
    let disposition = format!("attachment; filename=\"outcomes-{month}.{name}\"");
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, content).into_response())
}

/// `GET /outcomes/MONTH/csv`.
pub(crate) async fn csv(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(month): Path<String>,
) -> Result<Response, Response> {
    let asked = Asked::default();
    taken_along(&app, session, (&month, &asked), "text/csv; charset=utf-8").await
}

/// `GET /outcomes/MONTH/svg`.
pub(crate) async fn svg(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(month): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    taken_along(&app, session, (&month, &asked), "image/svg+xml").await
}

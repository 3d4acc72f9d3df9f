//! What a holder sets for a case besides answering: time left, the next time, hold, block, how it ended, stepping aside.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use desk::{CaseView, Command};
use maud::{Markup, html};
use protocol::{Ending, Text, Urgency};

use super::super::door::{Fields, Session};
use super::super::page::{Page, csrf, urgency_code, urgency_name};
use super::super::{App, errors};
use super::{destroys, find_held, helper_note, looks};
use crate::card_set::{date_of, day_of};

/// For how many days a contact is blocked at most.
const BLOCK_DAYS: u32 = 7;
/// How a case can be closed here.
const ENDINGS: [Ending; 6] = [
    Ending::Closed,
    Ending::Silent,
    Ending::Joke,
    Ending::Abusive,
    Ending::WrongLine,
    Ending::Probe,
];

/// The word for an ending in strings, scripts and style sheets.
pub(in super::super) fn ending_code(ending: Ending) -> &'static str {
    match ending {
        Ending::Closed => "closed",
        Ending::Silent => "silent",
        Ending::Joke => "joke",
        Ending::Abusive => "abusive",
        Ending::WrongLine => "wrong-line",
        Ending::Probe => "probe",
        Ending::Void => "void",
    }
}

/// What is set, in one line each, and the quick buttons.
pub(super) fn state(page: &Page, case: &CaseView) -> Markup {
    let with = |id: &str, day| page.strings().say_with(id, &[("date", &date_of(day))]);
    html! {
        @if case.urgency != case.urgency_said {
            p data-testid="raised" {
                (page.strings().say_with("tend-raised", &[("said", &urgency_name(page.strings(), case.urgency_said))]))
            }
        }
        @if let Some(day) = case.next_contact { p data-testid="next-contact" { (with("tend-next-is", day)) } }
        @if let Some(day) = case.blocked_until { p.notice data-testid="blocked" { (with("tend-blocked-until", day)) } }
        @if case.on_hold { p data-testid="on-hold" { (page.say("tend-on-hold")) } }
        div.actions {
            @if !case.on_hold { (page.button(&format!("/case/{}/hold", case.label), "hold", &page.say("tend-hold"))) }
            (page.button(&format!("/case/{}/aside", case.label), "step-aside", &page.say("tend-aside")))
        }
    }
}

fn screen(page: &Page, case: &CaseView, error: Option<&str>) -> Markup {
    let content = html! {
        (looks())
        @if let Some(error) = error { p.alarm role="alert" data-testid="error" { (error) } }
        div #state data-live="" { (state(page, case)) }
        @if case.urgency_said != Urgency::Minutes { (raise_form(page, case)) }
        (next_form(page, case))
        (block_form(page, case))
        (end_form(page, case))
        p { a href={ "/case/" (case.label) } data-testid="cancel" { (page.say("back")) } }
    };
    page.with(&page.case_name(case.label), content)
}

fn raise_form(page: &Page, case: &CaseView) -> Markup {
    let strings = page.strings();
    let offered = Urgency::ALL.iter().filter(|u| **u <= case.urgency_said);
    html! {
        section aria-labelledby="raise-heading" {
            h2 #raise-heading { (page.say("tend-raise")) }
            p.hint { (page.say("tend-raise-about")) }
            form method="post" action={ "/case/" (case.label) "/raise" } {
                (csrf(&page.session))
                fieldset {
                    legend { (page.say("column-urgency")) }
                    @for urgency in offered {
                        label.choice {
                            input type="radio" name="urgency" value=(urgency_code(*urgency)) required checked[*urgency == case.urgency] data-testid="raise-urgency";
                            " " (urgency_name(strings, *urgency))
                        }
                    }
                }
                button type="submit" data-testid="raise" { (page.say("tend-set")) }
            }
        }
    }
}

fn next_form(page: &Page, case: &CaseView) -> Markup {
    let today = date_of(page.shown.now.day());
    let value = case.next_contact.map(date_of);
    html! {
        section aria-labelledby="next-heading" {
            h2 #next-heading { (page.say("tend-next")) }
            p.hint { (page.say("tend-next-about")) }
            form method="post" action={ "/case/" (case.label) "/next" } {
                (csrf(&page.session))
                label for="next-day" { (page.say("tend-next-day")) }
                input #next-day type="date" name="day" min=(today) value=[value] data-testid="next-day";
                button type="submit" data-testid="next" { (page.say("tend-set")) }
            }
        }
    }
}

fn block_form(page: &Page, case: &CaseView) -> Markup {
    html! {
        section aria-labelledby="block-heading" {
            h2 #block-heading { (page.say("tend-block")) }
            p.hint { (page.say("tend-block-about")) }
            @if case.blocked_until.is_some() {
                (page.button(&format!("/case/{}/unblock", case.label), "unblock", &page.say("tend-unblock")))
            } @else {
                form method="post" action={ "/case/" (case.label) "/block" } {
                    (csrf(&page.session))
                    label for="block-days" { (page.say("tend-block-days")) }
                    input #block-days type="number" name="days" min="1" max=(BLOCK_DAYS) value="1" required data-testid="block-days";
                    label for="block-text" { (page.say("tend-block-text")) }
                    textarea #block-text name="text" rows="3" dir="auto" autocomplete="off" data-testid="block-text" { "\n" (page.say("tend-block-usual")) }
                    button type="submit" data-testid="block" { (page.say("tend-block-do")) }
                }
            }
        }
    }
}

fn end_form(page: &Page, case: &CaseView) -> Markup {
    html! {
        section aria-labelledby="end-heading" {
            h2 #end-heading { (page.say("tend-end")) }
            (destroys(page))
            (helper_note(page))
            form method="post" action={ "/case/" (case.label) "/end" } {
                (csrf(&page.session))
                fieldset {
                    legend { (page.say("tend-end-how")) }
                    @for ending in ENDINGS {
                        @let code = ending_code(ending);
                        label.choice {
                            input type="radio" name="ending" value=(code) required data-testid="ending";
                            " " (page.say(&format!("ending-{code}")))
                        }
                    }
                }
                label for="end-probe" { (page.say("tend-end-probe")) }
                textarea #end-probe name="probe" rows="2" dir="auto" maxlength="400" autocomplete="off" data-testid="end-probe" {}
                button.danger type="submit" data-testid="end" { (page.say("destroy-confirm")) }
            }
        }
    }
}

/// `GET /case/LABEL/tend`.
pub(crate) async fn get(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(label): Path<String>,
) -> Result<Markup, Response> {
    let (page, case) = find_held(&app, session, &label).await?;
    Ok(screen(&page, &case, None))
}

fn wrong(page: &Page, case: &CaseView, id: &str) -> Response {
    let text = page.say(id);
    (
        StatusCode::UNPROCESSABLE_ENTITY,
        screen(page, case, Some(&text)),
    )
        .into_response()
}

async fn carry_out(page: &Page, case: &CaseView, command: Command, then: &str) -> Response {
    match page.desk.command(command).await {
        Ok(()) => Redirect::to(then).into_response(),
        Err(error) => {
            let text = errors::command(page.strings(), &error);
            (errors::status(&error), screen(page, case, Some(&text))).into_response()
        }
    }
}

fn urgency_of(code: &str) -> Option<Urgency> {
    let mut all = Urgency::ALL.iter().copied();
    all.find(|urgency| urgency_code(*urgency) == code)
}

/// The command of a step and where it leads, or the id of what is wrong with the form.
fn command_of(
    page: &Page,
    case: &CaseView,
    step: &str,
    fields: &Fields,
) -> Result<(Command, String), &'static str> {
    let label = case.label;
    let back = format!("/case/{label}");
    let tend = format!("/case/{label}/tend");
    Ok(match step {
        "hold" => (Command::Hold(label), back),
        "aside" => (Command::StepAside(label), format!("/?case={label}")),
        "unblock" => (Command::Unblock(label), tend),
        "raise" => {
            let urgency = urgency_of(fields.get("urgency")).ok_or("tend-not-understood")?;
            let case = label;
            (Command::Raise { case, urgency }, tend)
        }
        "next" => {
            let typed = fields.get("day").trim();
            let day = day_of(typed);
            if day.is_none() && !typed.is_empty() {
                return Err("refused-day");
            }
            (Command::AgreeNext { case: label, day }, tend)
        }
        "block" => {
            let days = fields.get("days").trim().parse::<u32>().ok();
            let days = days.filter(|days| (1..=BLOCK_DAYS).contains(days));
            let days = days.ok_or("tend-not-understood")?;
            let text = Text::new(&fields.get("text").replace("\r\n", "\n"));
            let block = Command::Block {
                case: label,
                until: page.shown.now.day().plus(days - 1),
                text: text.map_err(|_| "refused-text")?,
            };
            (block, tend)
        }
        "end" => {
            let mut endings = ENDINGS.into_iter();
            let ending = endings.find(|ending| ending_code(*ending) == fields.get("ending"));
            let ending = ending.ok_or("tend-not-understood")?;
            let case = label;
            (Command::CloseAs { case, ending }, "/".to_owned())
        }
        _ => return Err("tend-not-understood"),
    })
}

/// `POST /case/LABEL/STEP` of the steps above.
pub(super) async fn step(
    app: Arc<App>,
    session: Session,
    (label, step): (String, &'static str),
    fields: Fields,
) -> Result<Response, Response> {
    let (page, case) = find_held(&app, session, &label).await?;
    let (command, then) =
        command_of(&page, &case, step, &fields).map_err(|id| wrong(&page, &case, id))?;
    let probe = fields.get("probe").trim();
    if step == "end" && fields.get("ending") == "probe" && !probe.is_empty() {
        let Ok(note) = Text::new(&probe.replace("\r\n", "\n")) else {
            return Err(wrong(&page, &case, "refused-note-too-long"));
        };
        if let Err(error) = page.desk.command(Command::NoteProbe(note)).await {
            let text = errors::command(page.strings(), &error);
            return Err((errors::status(&error), screen(&page, &case, Some(&text))).into_response());
        }
    }
    Ok(carry_out(&page, &case, command, &then).await)
}

//! The rota: who comes when, where there are too few, places that are offered, and the plan of coming weeks.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use desk::{Command, DutyView};
use maud::{Markup, html};
use protocol::{Language, Staffing};
use wire::Minute;

use super::door::{Fields, Session};
use super::page::{Page, Place, csrf, language_name};
use super::shifts::{carry_out, device, hex, render};
use super::{App, times, unlocked};

/// For how many weeks one form plans at most.
const WEEKS: i64 = 12;
/// For how many minutes ahead one press issues keys: whoever comes later may still change.
const KEYS_AHEAD: u32 = 7 * 24 * 60;

/// How many days of the rota are shown at once; the others are folded, a week in each fold.
const OPEN_DAYS: usize = 7;

/// The duties of each day, in order.
fn days(rota: &[DutyView]) -> Vec<(String, Vec<&DutyView>)> {
    let mut days: Vec<(String, Vec<&DutyView>)> = Vec::new();
    for duty in rota {
        let date = times::date(duty.from);
        match days.last_mut() {
            Some((day, duties)) if *day == date => duties.push(duty),
            _ => days.push((date, vec![duty])),
        }
    }
    days
}

/// The whole rota, day after day.
pub(super) fn list(page: &Page) -> Markup {
    let days = days(&page.shown.view.rota);
    let mut weeks = days.chunks(OPEN_DAYS);
    html! {
        section aria-labelledby="rota-heading" {
            h2 #rota-heading { (page.say("rota")) }
            div #rota data-live="" {
                @if days.is_empty() { p { (page.say("rota-empty")) } }
                (gaps(page))
                (all_keys(page))
                @for day in weeks.next().unwrap_or_default() { (one_day(page, day)) }
                @for week in weeks { (later_week(page, week)) }
            }
        }
    }
}

fn one_day(page: &Page, (date, duties): &(String, Vec<&DutyView>)) -> Markup {
    let number = duties.first().map_or(1, |duty| times::weekday(duty.from));
    html! {
        h3 { (page.say(&format!("weekday-{number}"))) " " (date) }
        ul.rota { @for duty in duties { (item(page, duty)) } }
    }
}

fn later_week(page: &Page, days: &[(String, Vec<&DutyView>)]) -> Markup {
    let date = |day: Option<&(String, _)>| day.map_or_else(String::new, |(date, _)| date.clone());
    let duties = || days.iter().flat_map(|(_, duties)| duties);
    let short = duties().filter(|duty| duty.missing > 0).count().to_string();
    html! {
        details.week data-testid="week" {
            summary {
                (date(days.first())) " – " (date(days.last()))
                @if short != "0" { " · " strong { (page.strings().say_with("rota-gaps", &[("count", &short)])) } }
            }
            @for day in days { (one_day(page, day)) }
        }
    }
}

/// The duties of the next days that somebody comes to and that have no keys.
fn without_keys(page: &Page) -> Vec<&DutyView> {
    let soon = page.shown.now.plus(KEYS_AHEAD);
    let rota = page.shown.view.rota.iter();
    rota.filter(|duty| !duty.has_keys && !duty.staff.is_empty() && duty.from < soon)
        .collect()
}

/// One button for all of them, for whoever plans.
fn all_keys(page: &Page) -> Markup {
    let count = without_keys(page).len();
    html! {
        @if page.is_coordinator() && count > 1 {
            (page.button("/shifts/keys", "rota-all-keys", &page.strings().say_with("rota-all-keys", &[("count", &count.to_string())])))
        }
    }
}

/// How many duties have too few, for whoever plans.
fn gaps(page: &Page) -> Markup {
    let rota = &page.shown.view.rota;
    let short = rota.iter().filter(|duty| duty.missing > 0).count();
    let count = short.to_string();
    html! {
        @if short > 0 {
            p.notice data-testid="rota-gaps" { (page.strings().say_with("rota-gaps", &[("count", &count)])) }
        }
    }
}

fn item(page: &Page, duty: &DutyView) -> Markup {
    let id = id_of(&duty.id);
    let missing = duty.missing.to_string();
    html! {
        li.duty data-testid="duty" data-duty=(id) data-missing=(missing) {
            p { (times::span(page, duty.from, duty.until)) " · " (language_name(page.strings(), duty.language)) }
            p {
                @if duty.missing > 0 {
                    strong.short data-testid="duty-missing" { (page.strings().say_with("rota-missing", &[("count", &missing)])) }
                } @else { (page.say("rota-full-staff")) }
                @if !duty.has_keys { " · " span data-testid="duty-no-keys" { (page.say("rota-no-keys")) } }
            }
            @if !duty.staff.is_empty() {
                ul.staff {
                    @for one in &duty.staff {
                        li { bdi { (one.work_name) } @if one.offered { " · " (page.say("rota-offered")) } }
                    }
                }
            }
            div.actions { (actions(page, duty, &id)) }
        }
    }
}

fn actions(page: &Page, duty: &DutyView, id: &str) -> Markup {
    let to = |step: &str, testid: &str, text: &str| {
        page.button(
            &format!("/shifts/duty/{id}/{step}"),
            testid,
            &page.say(text),
        )
    };
    html! {
        @match duty.mine {
            None | Some(Staffing::Off) => { (to("come", "duty-come", "rota-come")) }
            Some(Staffing::On) => { (to("offer", "duty-offer", "rota-offer")) (to("leave", "duty-leave", "rota-leave")) }
            Some(Staffing::Offered) => { (to("come", "duty-come", "rota-keep")) }
        }
        @if page.is_coordinator() {
            @if !duty.has_keys && !duty.staff.is_empty() { (to("keys", "duty-keys", "rota-issue-keys")) }
            details {
                summary { (page.say("rota-more")) }
                (assign(page, id))
                (to("cancel", "duty-cancel", "rota-cancel"))
            }
        }
    }
}

/// Whom a coordinator puts on a duty.
fn assign(page: &Page, id: &str) -> Markup {
    html! {
        form method="post" action={ "/shifts/duty/" (id) "/assign" } {
            (csrf(&page.session))
            label for={ "assign-" (id) } { (page.say("rota-assign")) }
            select id={ "assign-" (id) } name="device" data-testid="duty-assign" {
                @for member in &page.shown.view.roster {
                    option value=(hex(&member.device)) { (member.work_name) }
                }
            }
            button type="submit" name="staffing" value="on" data-testid="duty-assign-on" { (page.say("rota-assign-on")) }
            " "
            button.quiet type="submit" name="staffing" value="off" data-testid="duty-assign-off" { (page.say("rota-assign-off")) }
        }
    }
}

/// The form that puts weekly windows on the rota.
pub(super) fn plan_form(page: &Page) -> Markup {
    let strings = page.strings();
    let zone = page
        .contact_zone()
        .map_or_else(times::my_zone_name, |(name, _)| name);
    html! {
        section aria-labelledby="windows-heading" {
            h2 #windows-heading { (page.say("rota-plan")) }
            form method="post" action="/shifts/windows" {
                (csrf(&page.session))
                fieldset {
                    legend { (page.say("rota-days")) }
                    @for day in times::WEEK {
                        @let number = day.to_monday_one_offset();
                        label.choice {
                            input type="checkbox" name="day" value=(number) checked data-testid="window-day";
                            " " (page.say(&format!("weekday-{number}")))
                        }
                    }
                }
                label for="window-start" { (page.say("rota-from")) }
                input #window-start type="time" name="begin" value="18:00" required data-testid="window-start";
                label for="window-hours" { (page.say("shift-hours")) }
                input #window-hours type="number" name="hours" value="4" min="1" max="24" required data-testid="window-hours";
                label for="window-zone" { (page.say("rota-zone")) }
                input #window-zone type="text" name="zone" value=(zone) required data-testid="window-zone";
                label for="window-language" { (page.say("column-language")) }
                select #window-language name="language" data-testid="window-language" {
                    @for language in Language::ALL { option value=(language.tag()) { (language_name(strings, *language)) } }
                }
                label for="window-minimum" { (page.say("rota-minimum")) }
                input #window-minimum type="number" name="minimum" value="2" min="1" max="50" required data-testid="window-minimum";
                label for="window-weeks" { (page.say("rota-weeks")) }
                input #window-weeks type="number" name="weeks" value="4" min="1" max=(WEEKS) required data-testid="window-weeks";
                button type="submit" data-testid="window-plan" { (page.say("rota-plan-do")) }
            }
        }
    }
}

fn id_of(id: &[u8; 8]) -> String {
    data_encoding::HEXLOWER.encode(id)
}

fn read_id(digits: &str) -> Option<[u8; 8]> {
    let bytes = data_encoding::HEXLOWER.decode(digits.as_bytes()).ok()?;
    bytes.try_into().ok()
}

fn wrong(page: &Page, id: &str) -> Response {
    let text = page.say(id);
    (StatusCode::UNPROCESSABLE_ENTITY, render(page, Some(&text))).into_response()
}

/// The windows that the form asks for.
fn asked(fields: &Fields, now: Minute) -> Option<Vec<(Minute, Minute, Language, u8)>> {
    let number = |name: &str| fields.get(name).trim().parse::<u32>().ok();
    let days: Vec<i8> = fields
        .all("day")
        .filter_map(|day| day.parse().ok())
        .collect();
    let start = times::time_of_day(fields.get("begin"))?;
    let hours = number("hours").filter(|hours| (1..=24).contains(hours))?;
    let zone = times::zone(fields.get("zone"))?;
    let language = Language::from_tag(fields.get("language"))?;
    let minimum = u8::try_from(number("minimum")?).ok()?;
    let weeks = i64::from(number("weeks")?);
    let weeks = Some(weeks).filter(|weeks| (1..=WEEKS).contains(weeks))?;
    let windows = times::windows(now, &zone, (&days, start, hours * 60), weeks);
    let all = windows.into_iter();
    Some(
        all.map(|(from, until)| (from, until, language, minimum))
            .collect(),
    )
}

/// `POST /shifts/windows`.
pub(crate) async fn plan(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Shifts).await?;
    match asked(&fields, page.shown.now) {
        Some(windows) => Ok(carry_out(&page, Command::PlanDuties(windows)).await),
        None => Err(wrong(&page, "rota-not-understood")),
    }
}

/// `POST /shifts/duty/ID/STEP`.
pub(crate) async fn step(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path((id, step)): Path<(String, String)>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Shifts).await?;
    let Some(duty) = read_id(&id) else {
        return Err(wrong(&page, "refused-unknown-duty"));
    };
    let me = page.shown.view.me;
    let staff = |staffing| Command::Staff {
        duty,
        device: me,
        staffing,
    };
    let command = match step.as_str() {
        "come" => staff(Staffing::On),
        "offer" => staff(Staffing::Offered),
        "leave" => staff(Staffing::Off),
        "cancel" => Command::CancelDuty(duty),
        "assign" => {
            let Some(device) = device(fields.get("device")) else {
                return Err(wrong(&page, "refused-unknown-device"));
            };
            let staffing = match fields.get("staffing") {
                "off" => Staffing::Off,
                _ => Staffing::On,
            };
            Command::Staff {
                duty,
                device,
                staffing,
            }
        }
        "keys" => {
            let mut rota = page.shown.view.rota.iter();
            match rota.find(|one| one.id == duty) {
                Some(named) => keys_for(&page, named),
                None => return Err(wrong(&page, "refused-unknown-duty")),
            }
        }
        _ => return Err(super::help::gone(&page)),
    };
    Ok(carry_out(&page, command).await)
}

/// `POST /shifts/keys`: keys for every duty of the next days to which somebody comes. What was done before one is refused stays done.
pub(crate) async fn keys(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Shifts).await?;
    let mut hours = Vec::new();
    for duty in without_keys(&page) {
        // Duties of the same hours are one shift.
        if !hours.contains(&(duty.from, duty.until)) {
            hours.push((duty.from, duty.until));
            let answer = carry_out(&page, keys_for(&page, duty)).await;
            if !answer.status().is_redirection() {
                return Ok(answer);
            }
        }
    }
    Ok(Redirect::to("/shifts").into_response())
}

/// One shift for a duty and all others of the same hours, with everybody who comes.
fn keys_for(page: &Page, duty: &DutyView) -> Command {
    let rota = page.shown.view.rota.iter();
    let same = rota.filter(|one| (one.from, one.until) == (duty.from, duty.until));
    let mut guides: Vec<_> = same
        .flat_map(|one| one.staff.iter().map(|staff| staff.device))
        .collect();
    guides.sort_unstable();
    guides.dedup();
    Command::PlanShift {
        from: duty.from,
        until: duty.until,
        guides,
    }
}

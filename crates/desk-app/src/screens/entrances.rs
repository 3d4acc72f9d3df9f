//! Where the line can be reached, what only looks like it, and what everybody is warned of.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Extension, Router};
use desk::Command;
use maud::{Markup, html};
use statements::{Entrance, EntranceKind, EntranceList, Warning, WarningAbout};
use wire::Day;

use super::door::{Fields, Session};
use super::forms::{Typed, labelled};
use super::page::{Page, Place, csrf};
use super::{App, errors, unlocked};
use crate::card_set::date_of;

/// For how many days a list is trusted, unless somebody says otherwise.
const USUAL_GOOD_DAYS: &str = "60";
/// For how many days a warning is shown, unless somebody says otherwise.
const USUAL_WARNING_DAYS: &str = "14";

/// The screen, and what can be done on it.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/entrances", get(show).post(set))
        .route("/entrances/warn", get(show).post(warn))
        .route("/entrances/end-warning", get(show).post(end_warning))
        .route("/entrances/report", get(show).post(report))
        .route("/entrances/list-fake", get(show).post(list_fake))
        .route("/entrances/forget", get(show).post(forget))
}

/// What was typed and not taken.
#[derive(Clone, Copy, Default)]
struct Again<'a> {
    error: Option<&'a str>,
    list: Typed<'a>,
    warning: Typed<'a>,
    report: Typed<'a>,
}

/// What a warning says, as contacts read it.
pub(super) fn warning_text(page: &Page, warning: &Warning) -> Markup {
    html! {
        strong { (page.say(&format!("warning-of-{}", warning.about.word()))) }
        @if !warning.address.is_empty() { " " bdi { (warning.address) } }
        " · " (date_of(warning.issued.day())) " – " (date_of(warning.until))
    }
}

/// A list of entrances, whole.
pub(super) fn list(page: &Page, list: &EntranceList) -> Markup {
    let until = date_of(list.good_until);
    html! {
        p { (page.strings().say_with("entrances-until", &[("date", &until)])) }
        ul {
            @for place in &list.entrances {
                li data-testid="entrance" data-kind=(place.kind.word()) {
                    bdi { (place.address) } " · " (page.say(&format!("entrance-{}", place.kind.word())))
                }
            }
        }
        @if !list.fakes.is_empty() {
            h3 { (page.say("fakes")) }
            ul { @for fake in &list.fakes { li data-testid="fake" { bdi { (fake) } } } }
        }
    }
}

fn number(name: &str, label: &str, value: &str, most: u32) -> Markup {
    labelled(
        label,
        &html! {
            input type="number" name=(name) min="1" max=(most) value=(value) required data-testid={ "field-" (name) };
        },
    )
}

fn address(name: &str, label: &str, value: &str) -> Markup {
    labelled(
        label,
        &html! {
            input name=(name) value=(value) maxlength=(statements::ADDRESS_SIZE) dir="ltr" autocomplete="off"
                spellcheck="false" data-testid={ "field-" (name) };
        },
    )
}

fn warning(page: &Page, typed: Typed<'_>) -> Markup {
    let shown = &page.shown.view.entrances.warning;
    html! {
        section aria-labelledby="warning-heading" {
            h2 #warning-heading { (page.say("warning")) }
            div #warning-now data-live="" {
                @match shown {
                    Some(warning) => { p.alarm data-testid="warning-shown" { (warning_text(page, warning)) } }
                    None => { p data-testid="warning-none" { (page.say("warning-none")) } }
                }
                @if page.is_coordinator() && shown.is_some() {
                    (page.button("/entrances/end-warning", "end-warning", &page.say("warning-end")))
                }
            }
            @if page.is_coordinator() { (warn_form(page, typed)) }
        }
    }
}

fn warn_form(page: &Page, typed: Typed<'_>) -> Markup {
    html! {
        form method="post" action="/entrances/warn" data-typed[typed.0.is_some()] {
            (csrf(&page.session))
            p.hint { (page.say("warning-about")) }
            (labelled(&page.say("warning-of"), &html! {
                select name="about" data-testid="field-about" {
                    @for about in WarningAbout::ALL {
                        option value=(about.word()) selected[typed.is_chosen("about", about.word(), false)] {
                            (page.say(&format!("warning-of-{}", about.word())))
                        }
                    }
                }
            }))
            (address("address", &page.say("warning-address"), &typed.value("address", "")))
            (number("days", &page.say("warning-days"), &typed.value("days", USUAL_WARNING_DAYS), Warning::SHOWN_DAYS))
            button.danger type="submit" data-testid="warn" { (page.say("warning-now")) }
        }
    }
}

fn current(page: &Page) -> Markup {
    let view = &page.shown.view.entrances;
    html! {
        section aria-labelledby="entrances-heading" {
            h2 #entrances-heading { (page.say("entrances-now")) }
            div #entrances-now data-live="" {
                @if let Some(shown) = &view.list { (list(page, shown)) }
                @else { p data-testid="entrances-none" { (page.say("entrances-none")) } }
                @if view.is_due { p.alarm data-testid="entrances-due" { (page.say("entrances-due")) } }
            }
        }
    }
}

fn reports(page: &Page, typed: Typed<'_>) -> Markup {
    let reports = &page.shown.view.entrances.reports;
    html! {
        section aria-labelledby="reports-heading" {
            h2 #reports-heading { (page.say("reports")) }
            p.hint { (page.say("reports-about")) }
            @if page.is_coordinator() {
                div #reports-now data-live="" {
                    @if reports.is_empty() { p { (page.say("reports-none")) } }
                    ul { @for report in reports { (reported(page, report)) } }
                }
            }
            form method="post" action="/entrances/report" data-typed[typed.0.is_some()] {
                (csrf(&page.session))
                (address("fake", &page.say("report-address"), &typed.value("fake", "")))
                button.quiet type="submit" data-testid="report-send" { (page.say("report-send")) }
            }
        }
    }
}

fn reported(page: &Page, (fake, count, day): &(String, u32, Day)) -> Markup {
    html! {
        li data-testid="report" data-address=(fake) {
            bdi { (fake) } " · " (count) "× · " (date_of(*day))
            div.actions {
                (about_report(page, "/entrances/list-fake", "list-fake", "report-is-fake", fake))
                (about_report(page, "/entrances/forget", "forget", "report-forget", fake))
            }
        }
    }
}

fn about_report(page: &Page, action: &str, testid: &str, label: &str, fake: &str) -> Markup {
    html! {
        form method="post" action=(action) {
            (csrf(&page.session))
            input type="hidden" name="fake" value=(fake);
            button.quiet type="submit" data-testid=(testid) { (page.say(label)) }
        }
    }
}

/// The addresses of a kind, one a line.
fn of_kind(list: Option<&EntranceList>, kind: EntranceKind) -> String {
    let places = list.map_or(&[][..], |list| &list.entrances);
    let places = places.iter().filter(|place| place.kind == kind);
    let addresses: Vec<&str> = places.map(|place| place.address.as_str()).collect();
    addresses.join("\n")
}

fn list_form(page: &Page, typed: Typed<'_>) -> Markup {
    let now = page.shown.view.entrances.list.as_ref();
    let lines = |name: &str, label: &str, proposed: &str| {
        let field = html! {
            textarea name=(name) rows="3" dir="ltr" autocomplete="off" spellcheck="false" data-testid={ "field-" (name) } {
                "\n" (typed.value(name, proposed))
            }
        };
        labelled(label, &field)
    };
    let fakes = now.map(|list| list.fakes.join("\n")).unwrap_or_default();
    html! {
        section aria-labelledby="entrances-set-heading" {
            h2 #entrances-set-heading { (page.say("entrances-set")) }
            p.hint { (page.say("entrances-set-about")) }
            form method="post" action="/entrances" data-typed[typed.0.is_some()] data-testid="entrances-form" {
                (csrf(&page.session))
                @for kind in EntranceKind::ALL {
                    (lines(kind.word(), &page.say(&format!("entrance-{}", kind.word())), &of_kind(now, *kind)))
                }
                (lines("fakes", &page.say("fakes"), &fakes))
                (number("days", &page.say("entrances-days"), &typed.value("days", USUAL_GOOD_DAYS), EntranceList::GOOD_DAYS))
                button type="submit" data-testid="set-entrances" { (page.say("entrances-propose")) }
            }
        }
    }
}

fn render(page: &Page, again: Again<'_>) -> Markup {
    let content = html! {
        @if let Some(error) = again.error { p.alarm role="alert" data-testid="error" { (error) } }
        (warning(page, again.warning))
        (current(page))
        (reports(page, again.report))
        @if page.is_coordinator() { (list_form(page, again.list)) }
        p { a href="/cards" { (page.say("back")) } }
    };
    page.with(&page.say("entrances"), content)
}

/// `GET /entrances`.
async fn show(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Result<Markup, Response> {
    let page = unlocked(&app, session, Place::Cards).await?;
    Ok(render(&page, Again::default()))
}

/// Carries something out; what was typed stands there again beside the reason why it was not.
async fn carry_out<'a>(
    page: &Page,
    command: Command,
    again: impl FnOnce() -> Again<'a>,
) -> Result<Response, Response> {
    match page.desk.command(command).await {
        Ok(()) => Ok(Redirect::to("/entrances").into_response()),
        Err(error) => {
            let text = errors::command(page.strings(), &error);
            let again = Again {
                error: Some(&text),
                ..again()
            };
            Err((errors::status(&error), render(page, again)).into_response())
        }
    }
}

fn typed_lines<'a>(fields: &'a Fields, name: &str) -> impl Iterator<Item = &'a str> {
    let lines = fields.get(name).lines().map(str::trim);
    lines.filter(|line| !line.is_empty())
}

/// Not a number is no day at all, which the desk refuses.
fn days(fields: &Fields) -> u32 {
    fields.get("days").trim().parse().unwrap_or(0)
}

/// `POST /entrances`: a new list, for a second person to agree to.
async fn set(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Cards).await?;
    let places = EntranceKind::ALL.iter().flat_map(|kind| {
        typed_lines(&fields, kind.word()).map(|address| Entrance {
            kind: *kind,
            address: address.to_owned(),
        })
    });
    let command = Command::SetEntrances {
        entrances: places.collect(),
        fakes: typed_lines(&fields, "fakes").map(str::to_owned).collect(),
        good_days: days(&fields),
    };
    let again = || Again {
        list: Typed(Some(&fields)),
        ..Again::default()
    };
    carry_out(&page, command, again).await
}

/// `POST /entrances/warn`: a warning, at once.
async fn warn(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Cards).await?;
    let about = WarningAbout::from_word(fields.get("about"));
    let command = Command::Warn {
        about: about.unwrap_or(WarningAbout::FakeEntrance),
        address: fields.get("address").trim().to_owned(),
        days: days(&fields),
    };
    let again = || Again {
        warning: Typed(Some(&fields)),
        ..Again::default()
    };
    carry_out(&page, command, again).await
}

/// `POST /entrances/end-warning`.
async fn end_warning(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Cards).await?;
    carry_out(&page, Command::EndWarning, Again::default).await
}

/// `POST /entrances/report`: an address that only looks like the line.
async fn report(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Cards).await?;
    let command = Command::ReportFake(fields.get("fake").trim().to_owned());
    let again = || Again {
        report: Typed(Some(&fields)),
        ..Again::default()
    };
    carry_out(&page, command, again).await
}

/// `POST /entrances/list-fake`: the list as it is, with one more fake, for a second person to agree to.
async fn list_fake(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Cards).await?;
    let now = page.shown.view.entrances.list.clone();
    let (entrances, mut fakes) = now.map_or_else(Default::default, |l| (l.entrances, l.fakes));
    fakes.push(fields.get("fake").to_owned());
    let command = Command::SetEntrances {
        entrances,
        fakes,
        good_days: EntranceList::GOOD_DAYS,
    };
    carry_out(&page, command, Again::default).await
}

/// `POST /entrances/forget`: drops a report here.
async fn forget(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Cards).await?;
    let command = Command::ForgetReport(fields.get("fake").to_owned());
    carry_out(&page, command, Again::default).await
}

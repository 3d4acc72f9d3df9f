//! What is agreed with a contact for the weeks after: until when, on which terms, and what happens if nothing comes any more.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use desk::{AftercareView, CaseView, Command, Silence};
use maud::{Markup, html};

use super::super::door::{Fields, Session};
use super::super::page::{Page, csrf, nothing, text_of};
use super::super::{App, errors};
use super::course::{caution, line};
use super::{find_held, kinds, looks};
use crate::card_set::{date_of, day_of};

/// So many days ahead it is agreed on at most; the desk refuses more.
const LONGEST: u32 = 90;
/// So many days ahead, unless somebody says otherwise.
const USUAL: u32 = 28;
/// What can be agreed on for silence; the first is chosen beforehand.
const SILENCES: [&str; 3] = ["nothing", "close", "remind"];

fn text_for_silence(agreed: &AftercareView) -> &str {
    match &agreed.silence {
        Silence::Nothing => "",
        Silence::Close { last_word: text } | Silence::Remind { reminder: text } => text.as_str(),
    }
}

/// What is agreed, and how it stands today.
pub(super) fn state(page: &Page, case: &CaseView) -> Markup {
    let Some(agreed) = &case.aftercare else {
        return nothing();
    };
    let until = date_of(agreed.until);
    html! {
        div data-testid="aftercare" data-silence=(agreed.silence.word()) {
            p { (page.strings().say_with("aftercare-until-is", &[("date", &until)])) }
            @if !agreed.terms.is_empty() { (text_of(&agreed.terms)) }
            (standing(page, case, agreed))
        }
    }
}

/// In silence exactly what was agreed for it, and nothing else.
fn standing(page: &Page, case: &CaseView, agreed: &AftercareView) -> Markup {
    let today = page.shown.now.day();
    if agreed.has_written {
        return html! { p.notice data-testid="aftercare-wrote" { (page.say("aftercare-wrote")) } };
    }
    let kind = agreed.silence.word();
    html! {
        @if agreed.is_due(today) {
            div.notice data-testid="aftercare-due" {
                p { (page.say("aftercare-due")) " " (page.say(&format!("silence-{kind}"))) }
                (text_of(text_for_silence(agreed)))
            }
        } @else {
            p { (page.say("aftercare-silence-is")) " " (page.say(&format!("silence-{kind}"))) }
            (text_of(text_for_silence(agreed)))
        }
        @if case.destroy_after < agreed.until && !agreed.is_over(today) {
            p.alarm data-testid="aftercare-clock" { (page.say("aftercare-clock")) }
        }
    }
}

/// What was typed, and why it was not kept.
#[derive(Default)]
pub(super) struct Unkept<'a> {
    error: Option<String>,
    caution: Option<String>,
    typed: Option<&'a Fields>,
}

impl Unkept<'_> {
    /// A field as it was typed, or else as it is agreed now.
    fn field(&self, name: &str, agreed: impl FnOnce() -> String) -> String {
        self.typed
            .map_or_else(agreed, |fields| fields.get(name).to_owned())
    }
}

pub(super) fn screen(page: &Page, case: &CaseView, unkept: &Unkept<'_>) -> Markup {
    let content = html! {
        (looks())
        @if let Some(error) = &unkept.error { p.alarm role="alert" data-testid="error" { (error) } }
        h2 { (page.say("aftercare")) }
        p { (page.say("aftercare-about")) }
        div #aftercare-state data-live="" { (state(page, case)) }
        (form(page, case, unkept))
        @if case.aftercare.is_some() {
            (page.button(&format!("/case/{}/aftercare/end", case.label), "aftercare-end", &page.say("aftercare-end")))
        }
        p { a href={ "/case/" (case.label) } data-testid="cancel" { (page.say("back")) } }
    };
    page.with(&page.case_name(case.label), content)
}

fn form(page: &Page, case: &CaseView, unkept: &Unkept<'_>) -> Markup {
    let today = page.shown.now.day();
    let (first, longest) = (date_of(today.plus(1)), date_of(today.plus(LONGEST)));
    let agreed = case.aftercare.as_ref();
    let until = unkept.field("until", || {
        let until = agreed.map_or(today.plus(USUAL), |agreed| agreed.until);
        date_of(until)
    });
    let terms = unkept.field("terms", || {
        agreed.map_or_else(String::new, |agreed| agreed.terms.to_string())
    });
    let text = unkept.field("text", || {
        agreed.map_or_else(String::new, |agreed| text_for_silence(agreed).to_owned())
    });
    html! {
        form method="post" action={ "/case/" (case.label) "/aftercare" } {
            (csrf(&page.session))
            label for="aftercare-until" { (page.say("aftercare-until")) }
            input #aftercare-until type="date" name="until" required min=(first) max=(longest) value=(until) data-testid="aftercare-until";
            label for="aftercare-terms" { (page.say("aftercare-terms")) }
            textarea #aftercare-terms name="terms" rows="2" dir="auto" autocomplete="off" aria-describedby="terms-hint" data-testid="aftercare-terms" {
                "\n" (terms)
            }
            p #terms-hint .hint { (page.say("aftercare-terms-about")) }
            (silences(page, agreed, unkept))
            label for="aftercare-text" { (page.say("aftercare-text")) }
            textarea #aftercare-text name="text" rows="2" dir="auto" autocomplete="off" data-testid="aftercare-text" { "\n" (text) }
            @if let Some(what) = &unkept.caution { (caution(page, what)) }
            @else { button type="submit" data-testid="aftercare-keep" { (page.say("aftercare-keep")) } }
        }
    }
}

fn silences(page: &Page, agreed: Option<&AftercareView>, unkept: &Unkept<'_>) -> Markup {
    let chosen = unkept.field("silence", || {
        agreed
            .map_or("nothing", |agreed| agreed.silence.word())
            .to_owned()
    });
    html! {
        fieldset {
            legend { (page.say("aftercare-silence")) }
            @for silence in SILENCES {
                label.choice {
                    input type="radio" name="silence" value=(silence) required checked[silence == chosen] data-testid="aftercare-silence";
                    " " (page.say(&format!("silence-{silence}")))
                }
            }
            p.hint { (page.say("aftercare-no-alarm")) }
        }
    }
}

/// `GET /case/LABEL/aftercare`.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(label): Path<String>,
) -> Result<Markup, Response> {
    let (page, case) = find_held(&app, session, &label).await?;
    Ok(screen(&page, &case, &Unkept::default()))
}

/// What a form says, or the message that says what is wrong with it.
fn command_of(case: &CaseView, fields: &Fields) -> Result<Command, &'static str> {
    let too_long = "refused-line-too-long";
    let text = line(fields.get("text")).ok_or(too_long)?;
    let silence = match fields.get("silence") {
        "nothing" if text.is_empty() => Silence::Nothing,
        "nothing" => return Err("aftercare-text-unused"),
        "close" => Silence::Close { last_word: text },
        "remind" => Silence::Remind { reminder: text },
        _ => return Err("tend-not-understood"),
    };
    Ok(Command::AgreeAftercare {
        case: case.label,
        until: day_of(fields.get("until").trim()).ok_or("refused-day")?,
        terms: line(fields.get("terms")).ok_or(too_long)?,
        silence,
    })
}

/// `POST /case/LABEL/aftercare`.
pub(super) async fn post(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(label): Path<String>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let (page, case) = find_held(&app, session, &label).await?;
    let again = |status: StatusCode, error: Option<String>, caution: Option<String>| {
        let unkept = Unkept {
            error,
            caution,
            typed: Some(&fields),
        };
        (status, screen(&page, &case, &unkept)).into_response()
    };
    let command = command_of(&case, &fields).map_err(|id| {
        let error = Some(page.say(id));
        again(StatusCode::UNPROCESSABLE_ENTITY, error, None)
    })?;
    let found = [fields.get("terms"), fields.get("text")].map(::caution::find);
    let found = found.concat();
    if !found.is_empty() && fields.get("caution") != "keep" {
        let what = kinds(&page, &found);
        return Err(again(StatusCode::CONFLICT, None, Some(what)));
    }
    let kept = page.desk.command(command).await;
    kept.map_err(|error| {
        let text = errors::command(page.strings(), &error);
        again(errors::status(&error), Some(text), None)
    })?;
    Ok(Redirect::to(&format!("/case/{}", case.label)).into_response())
}

/// `POST /case/LABEL/aftercare/end`.
pub(super) async fn end(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(label): Path<String>,
) -> Result<Response, Response> {
    let (page, case) = find_held(&app, session, &label).await?;
    let ended = page.desk.command(Command::EndAftercare(case.label)).await;
    ended.map_err(|error| {
        let unkept = Unkept {
            error: Some(errors::command(page.strings(), &error)),
            ..Unkept::default()
        };
        (errors::status(&error), screen(&page, &case, &unkept)).into_response()
    })?;
    Ok(Redirect::to(&format!("/case/{}/aftercare", case.label)).into_response())
}

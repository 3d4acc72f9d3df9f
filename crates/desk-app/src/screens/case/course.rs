//! How a case goes, as its holder sees and sets it: how far it has come, and what the contact wishes, in the contact's own words.
//! There is no field for a decision, on purpose: people change their minds.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use desk::{CaseStage, CaseView, Command, WishView};
use maud::{Markup, html};
use protocol::Text;

use super::super::door::{Fields, Session};
use super::super::page::{Page, csrf, nothing, text_of};
use super::super::{App, case_actions};
use super::{Retry, aftercare, find_held, kinds, render};
use crate::card_set::date_of;

/// A wish has so many bytes of UTF-8 at most.
pub(super) const LINE_SIZE: usize = 300;

fn stage_name(page: &Page, stage: CaseStage) -> String {
    page.say(&format!("case-stage-{}", stage.word()))
}

/// How far the case has come, and what is agreed for afterwards.
pub(super) fn state(page: &Page, case: &CaseView) -> Markup {
    let stage = stage_name(page, case.stage);
    html! {
        p data-testid="stage" data-stage=(case.stage.word()) {
            (page.strings().say_with("case-stage-is", &[("stage", &stage)]))
        }
        (aftercare::state(page, case))
    }
}

/// One choice and one button: back is as near as forward.
pub(super) fn stage_form(page: &Page, case: &CaseView) -> Markup {
    html! {
        form.stage method="post" action={ "/case/" (case.label) "/stage" } {
            (csrf(&page.session))
            label for="stage" { (page.say("case-stage")) }
            " "
            select #stage name="stage" aria-describedby="stage-hint" autocomplete="off" data-testid="stage-choice" {
                @for stage in CaseStage::ALL {
                    option value=(stage.word()) selected[stage == case.stage] { (stage_name(page, stage)) }
                }
            }
            " "
            button.quiet type="submit" data-testid="stage-set" { (page.say("tend-set")) }
            p #stage-hint .hint { (page.say("case-stage-about")) }
        }
    }
}

fn old(page: &Page, wish: &WishView) -> Markup {
    match wish.is_old(page.shown.now.day()) {
        true => html! { " " strong data-testid="wish-old" { (page.say("wish-old")) } },
        false => nothing(),
    }
}

/// The newest wish, for whoever is about to answer.
pub(super) fn newest(page: &Page, case: &CaseView) -> Markup {
    let Some(wish) = case.wishes.last() else {
        return nothing();
    };
    let said = date_of(wish.said);
    html! {
        div.wish data-testid="newest-wish" {
            p.from { (page.strings().say_with("wish-newest", &[("date", &said)])) (old(page, wish)) }
            (text_of(&wish.text))
        }
    }
}

/// All wishes in their order.
pub(super) fn list(page: &Page, case: &CaseView) -> Markup {
    let newest = case.wishes.len().saturating_sub(1);
    html! {
        @if !case.wishes.is_empty() {
            ol.wishes {
                @for (at, wish) in case.wishes.iter().enumerate() {
                    li data-testid="wish-kept" data-newest=(at == newest) {
                        p.from {
                            (date_of(wish.said))
                            @if at == newest { " · " (page.say("wish-counts")) (old(page, wish)) }
                        }
                        (text_of(&wish.text))
                        @if !case.supervised { (forget_form(page, case, wish)) }
                    }
                }
            }
        }
    }
}

fn forget_form(page: &Page, case: &CaseView, wish: &WishView) -> Markup {
    html! {
        form method="post" action={ "/case/" (case.label) "/wish/forget" } {
            (csrf(&page.session))
            input type="hidden" name="number" value=(wish.number);
            button.quiet type="submit" data-testid="forget-wish" { (page.say("erase-everywhere")) }
        }
    }
}

/// What the contact wished, and where it is written down anew.
pub(super) fn wishes(page: &Page, case: &CaseView, retry: &Retry) -> Markup {
    let typed = retry.wish.as_deref().unwrap_or_default();
    html! {
        section.wishes aria-labelledby="wishes-heading" {
            h2 #wishes-heading { (page.say("wishes")) }
            p.hint { (page.say("wishes-change")) }
            div #wishes data-live="" { (list(page, case)) }
            form method="post" action={ "/case/" (case.label) "/wish" } {
                (csrf(&page.session))
                label for="wish" { (page.say("wish-now")) }
                textarea #wish name="text" rows="2" dir="auto" data-testid="wish" aria-describedby="wish-hint" autocomplete="off" {
                    "\n" (typed)
                }
                p #wish-hint .hint { (page.say("wish-about")) }
                @if let Some(what) = &retry.wish_caution { (caution(page, what)) }
                @else { button.quiet type="submit" data-testid="keep-wish" { (page.say("wish-keep")) } }
            }
        }
    }
}

/// What a text holds that can kill, and the button that keeps it all the same.
pub(super) fn caution(page: &Page, what: &str) -> Markup {
    html! {
        div.caution role="alert" data-testid="course-caution" {
            p { (page.strings().say_with("caution-in-wish", &[("what", what)])) }
            button.quiet type="submit" name="caution" value="keep" data-testid="caution-keep" { (page.say("caution-keep-it")) }
        }
    }
}

fn again(page: &Page, case: &CaseView, status: StatusCode, retry: &Retry) -> Response {
    (status, render(page, case, retry)).into_response()
}

/// A line of a form: browsers send line ends as two characters.
pub(super) fn line(typed: &str) -> Option<Text> {
    let text = Text::new(&typed.replace("\r\n", "\n")).ok()?;
    (text.as_str().len() <= LINE_SIZE).then_some(text)
}

/// `POST /case/LABEL/stage`.
pub(super) async fn set_stage(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(label): Path<String>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let (page, case) = find_held(&app, session, &label).await?;
    let Some(stage) = CaseStage::from_word(fields.get("stage")) else {
        let retry = Retry {
            error: Some(page.say("tend-not-understood")),
            ..Retry::default()
        };
        return Err(again(
            &page,
            &case,
            StatusCode::UNPROCESSABLE_ENTITY,
            &retry,
        ));
    };
    let command = Command::SetCaseStage {
        case: case.label,
        stage,
    };
    Ok(case_actions::carry_out(&page, &case, command, Retry::default()).await)
}

/// `POST /case/LABEL/wish`.
pub(super) async fn keep(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(label): Path<String>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let (page, case) = find_held(&app, session, &label).await?;
    let typed = || Retry {
        wish: Some(fields.get("text").to_owned()),
        ..Retry::default()
    };
    let Some(text) = line(fields.get("text")) else {
        let retry = Retry {
            error: Some(page.say("refused-line-too-long")),
            ..typed()
        };
        return Err(again(
            &page,
            &case,
            StatusCode::UNPROCESSABLE_ENTITY,
            &retry,
        ));
    };
    let found = ::caution::find(text.as_str());
    if !found.is_empty() && fields.get("caution") != "keep" {
        let retry = Retry {
            wish_caution: Some(kinds(&page, &found)),
            ..typed()
        };
        return Err(again(&page, &case, StatusCode::CONFLICT, &retry));
    }
    let command = Command::KeepWish {
        case: case.label,
        text,
    };
    Ok(case_actions::carry_out(&page, &case, command, typed()).await)
}

/// `POST /case/LABEL/wish/forget`.
pub(super) async fn forget(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(label): Path<String>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let (page, case) = find_held(&app, session, &label).await?;
    // What is no number is no wish of the case either.
    let number = fields.get("number").parse().unwrap_or(u32::MAX);
    let command = Command::ForgetWish {
        case: case.label,
        number,
    };
    Ok(case_actions::carry_out(&page, &case, command, Retry::default()).await)
}

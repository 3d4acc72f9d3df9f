//! Writing a card: a new one, or a change of one that is published or edited.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use desk::{Command, RevisionLabel};
use maud::{Markup, html};
use record::{Card, Edited, EditedKind};

use super::super::door::{Fields, Session};
use super::super::page::{Page, Place};
use super::super::{App, help, unlocked};
use super::{card_fields, current, not_taken, review};

fn render(page: &Page, card: &Card, base: &str, is_new: bool, error: Option<&str>) -> Markup {
    let heading = match is_new {
        true => page.say("edit-new-card"),
        false => format!("{} {}", page.say("edited-card"), card.id),
    };
    let content = html! {
        @if let Some(error) = error {
            p.alarm role="alert" data-testid="error" { (error) }
            (review::problems(page, &Edited::Card(Box::new(card.clone()))))
        }
        (card_fields::form(page, card, base, is_new))
        p { a href="/edit" { (page.say("back")) } }
    };
    page.with(&heading, content)
}

/// `GET /edit/card`: a new card.
pub(super) async fn new(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Result<Markup, Response> {
    let page = unlocked(&app, session, Place::Cards).await?;
    Ok(render(&page, &card_fields::blank(&page), "", true, None))
}

/// `GET /edit/card/ID`: the card as it is edited, or else as it is published.
pub(super) async fn change(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Cards).await?;
    if let Some(revision) = current(&page, EditedKind::Card, &id) {
        let there = format!("/edit/revision/{}", revision.label);
        return Ok(Redirect::to(&there).into_response());
    }
    let set = page.card_set();
    let Some(card) = set.card(&id) else {
        return Err(help::gone(&page));
    };
    let card = card_fields::renewed(&page, card);
    Ok(render(&page, &card, "", false, None).into_response())
}

/// `POST /edit/card`: a revision, kept as a draft or to be checked.
pub(super) async fn save(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Cards).await?;
    let card = card_fields::card(&fields);
    let base = fields.get("base");
    let command = Command::Revise {
        edited: Box::new(Edited::Card(Box::new(card.clone()))),
        base: RevisionLabel::from_hex(base),
        for_review: fields.get("step") == "review",
    };
    match page.desk.command(command).await {
        Ok(()) => Ok(Redirect::to("/edit").into_response()),
        Err(error) => {
            let again = |text: &str| render(&page, &card, base, true, Some(text));
            Err(not_taken(&page, &error, again))
        }
    }
}

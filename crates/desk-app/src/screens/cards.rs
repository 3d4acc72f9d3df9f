//! All cards, a search in them, and publishing for coordinators. What is searched for never stands in an address.

use std::collections::HashSet;
use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use desk::Command;
use maud::{Markup, html};
use record::Folded;

use super::card_view;
use super::door::{Fields, Session};
use super::page::{Page, Place, csrf};
use super::{App, errors, unlocked};
use crate::card_set::CardSet;

/// `GET /cards`.
pub(crate) async fn get(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Result<Markup, Response> {
    let page = unlocked(&app, session, Place::Cards).await?;
    Ok(render(&page, "", &Unpublished::default()))
}

/// `POST /cards`: the cards with these words.
pub(crate) async fn search(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Extension(fields): Extension<Fields>,
) -> Result<Markup, Response> {
    let page = unlocked(&app, session, Place::Cards).await?;
    Ok(render(&page, fields.get("words"), &Unpublished::default()))
}

/// Cards that could not be published, and why: what was typed is not lost.
#[derive(Default)]
struct Unpublished<'a> {
    error: Option<String>,
    typed: &'a str,
}

/// `POST /cards/publish`.
pub(crate) async fn publish(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Cards).await?;
    let typed = fields.get("cards");
    let command = Command::PublishCards(typed.to_owned());
    let Err(error) = page.desk.command(command).await else {
        return Ok(Redirect::to("/cards").into_response());
    };
    let unpublished = Unpublished {
        error: Some(errors::command(page.strings(), &error)),
        typed,
    };
    Ok((errors::status(&error), render(&page, "", &unpublished)).into_response())
}

fn publish_form(page: &Page, unpublished: &Unpublished<'_>) -> Markup {
    html! {
        section aria-labelledby="publish-heading" {
            h2 #publish-heading { (page.say("cards-publish")) }
            form method="post" action="/cards/publish" {
                (csrf(&page.session))
                label for="publish" { (page.say("cards-publish-label")) }
                textarea #publish name="cards" rows="4" required spellcheck="false" data-testid="publish-text" {
                    "\n" (unpublished.typed)
                }
                button type="submit" data-testid="publish-cards" { (page.say("cards-publish")) }
            }
            (problems(page, unpublished.typed))
        }
    }
}

/// What is wrong with a set that was typed: what keeps it from being published, and what a demonstration may do.
fn problems(page: &Page, typed: &str) -> Markup {
    let Ok(set) = CardSet::parse(typed) else {
        return super::page::nothing();
    };
    let found = set.problems();
    html! {
        @if !found.is_empty() {
            h3 { (page.say("problems")) }
            ul data-testid="problems" {
                @for problem in found {
                    li data-testid="problem" data-problem=(problem.word()) {
                        bdi { strong { (problem.about()) } } ": " (page.say(&format!("problem-{}", problem.word())))
                        @let detail = problem.detail();
                        @if !detail.is_empty() { " (" bdi { (detail) } ")" }
                    }
                }
            }
        }
    }
}

fn render(page: &Page, words: &str, unpublished: &Unpublished<'_>) -> Markup {
    let set = page.card_set();
    let mut found = card_view::standings(&page.shown.view, set);
    let typed = Folded::of(words);
    let places: HashSet<usize> = page
        .cards()
        .index
        .places(&typed.words())
        .into_iter()
        .collect();
    let mut place = 0..;
    found.retain(|_| place.next().is_some_and(|place| places.contains(&place)));
    let edited = page.shown.view.editing.revisions.iter();
    let waiting = edited.filter(|one| !one.may_check.is_empty()).count();
    let content = html! {
        @if let Some(error) = &unpublished.error { p.alarm role="alert" data-testid="error" { (error) } }
        form method="post" action="/cards" role="search" {
            (csrf(&page.session))
            label for="words" { (page.say("card-search")) }
            " "
            input #words type="search" name="words" value=(words) dir="auto" autocomplete="off" data-testid="card-search";
            " "
            button.quiet type="submit" { (page.say("card-search")) }
        }
        @if set.cards.is_empty() { p { (page.say("cards-empty")) } }
        @else if found.is_empty() { p { (page.say("card-search-none")) } }
        @for one in found { (card_view::card(page, set, one)) }
        (card_view::remark_form(page, "", None))
        p { a.button href="/edit" data-testid="edit" { (page.say("edit-heading")) } @if waiting > 0 { " (" (waiting) ")" } }
        p { a.button href="/entrances" data-testid="entrances" { (page.say("entrances")) } }
        p { a.button href="/paper" data-testid="paper" { (page.say("paper")) } }
        @if page.is_coordinator() { (publish_form(page, unpublished)) }
    };
    page.with(&page.say("nav-cards"), content)
}

//! All cards, and a search in them. What is searched for never stands in an address.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use maud::{Markup, html};

use super::card_view;
use super::door::{Fields, Session};
use super::page::{Page, Place, csrf};
use super::{App, unlocked};

/// `GET /cards`.
pub(crate) async fn get(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Result<Markup, Response> {
    Ok(render(&unlocked(&app, session, Place::Cards).await?, ""))
}

/// `POST /cards`: the cards with these words.
pub(crate) async fn search(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Extension(fields): Extension<Fields>,
) -> Result<Markup, Response> {
    let page = unlocked(&app, session, Place::Cards).await?;
    Ok(render(&page, fields.get("words")))
}

fn render(page: &Page, words: &str) -> Markup {
    let set = page.card_set();
    let found: Vec<_> = set
        .cards
        .iter()
        .filter(|card| card_view::has_words(card, words))
        .collect();
    let content = html! {
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
        @for card in found { (card_view::card(page, card)) }
    };
    page.with(&page.say("nav-cards"), content)
}

//! The keys, the choice of language, and addresses at which there is nothing.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use protocol::Language;

use super::door::{Fields, Session};
use super::page::{Page, Place};
use super::{App, keys, page, unlocked};

/// `GET /help`.
pub(crate) async fn get(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Result<Markup, Response> {
    let page = unlocked(&app, session, Place::Help).await?;
    let content = html! {
        (keys::table(&page))
        p { a href="/duress" data-testid="duress" { (page.say("duress-title")) } }
    };
    Ok(page.with(&page.say("keys-title"), content))
}

/// The path of the page from which a form came, if it is one of this desk's own: elsewhere nobody is sent.
pub(super) fn came_from(headers: &HeaderMap) -> String {
    let referer = headers
        .get(header::REFERER)
        .and_then(|value| value.to_str().ok());
    let path = referer.and_then(|referer| referer.parse::<Uri>().ok());
    let path = path.map(|uri| uri.path().to_owned()).unwrap_or_default();
    match path.starts_with('/') && !path.starts_with("//") {
        true => path,
        false => "/".to_owned(),
    }
}

/// `POST /language`.
pub(crate) async fn language(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
    Extension(fields): Extension<Fields>,
) -> Redirect {
    if let Some(language) = Language::from_tag(fields.get("language")) {
        app.door.choose_language(&session, language);
    }
    Redirect::to(&came_from(&headers))
}

/// The answer for a case that is not here.
pub(super) fn gone(page: &Page) -> Response {
    let content = html! {
        p data-testid="case-gone" { (page.say("case-gone")) }
        p { a href="/" { (page.say("nav-queue")) } }
    };
    (
        StatusCode::NOT_FOUND,
        page.with(&page.say("nav-queue"), content),
    )
        .into_response()
}

/// The answer for an address at which there is nothing.
pub(super) fn missing(page: &Page) -> Response {
    let content = html! { p { (page.say("error-not-found")) } };
    (
        StatusCode::NOT_FOUND,
        page.with(&page.say("desk-title"), content),
    )
        .into_response()
}

/// Any other address.
pub(crate) async fn not_found(Extension(session): Extension<Session>) -> Response {
    let text = session.strings.say("error-not-found");
    let content = html! { p { (text) } p { a href="/" { (session.strings.say("nav-queue")) } } };
    (StatusCode::NOT_FOUND, page::locked(&session, content)).into_response()
}

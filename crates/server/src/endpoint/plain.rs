//! `/plain/`: the line without scripts, its feed, the outcomes of months, and the card pack.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use bytes::Bytes;
use relay::Store;

use super::page;
use crate::app::App;
use crate::{clock, documents, io, plain_pages};

/// What plain pages may do: be styled by the line's own style sheet, and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

/// The card pack beside the pages.
const PACK: &str = "pack.zip";

fn answer(status: StatusCode, content_type: &'static str, body: impl Into<Body>) -> Response {
    let mut response = (status, body.into()).into_response();
    page::protect(&mut response, POLICY, content_type);
    response
}

fn missing(says: &'static str) -> Response {
    answer(StatusCode::NOT_FOUND, "text/plain; charset=utf-8", says)
}

fn page(file: plain::File, headers: &HeaderMap) -> Response {
    let is_compressed = io::accepts(headers, "br");
    let body = match is_compressed {
        // At a quality that costs less than it saves, since pages are made for each who asks.
        true => documents::brotli(&file.bytes, 5),
        false => file.bytes,
    };
    let mut response = answer(StatusCode::OK, file.media_type, body);
    let answered = response.headers_mut();
    if is_compressed {
        answered.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    answered.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    response
}

fn pack(pack: Option<Bytes>) -> Response {
    match pack {
        Some(pack) => answer(StatusCode::OK, "application/zip", pack),
        None => missing(
            "There is no card pack now: the one that was signed last is of other cards. The pages themselves are in /plain/.\n",
        ),
    }
}

/// The file at a path below `/plain/`; a folder is its `index.html`.
async fn file<S: Store>(app: &App<S>, path: &str, headers: &HeaderMap) -> Response {
    let now = clock::now();
    let document = app.relay.line_document(now);
    let Some(shown) = app.shown(document.clone(), now).await else {
        return missing("The line has nothing to show.\n");
    };
    if path == PACK {
        return pack(shown.pack().await);
    }
    let path = match path.is_empty() || path.ends_with('/') {
        true => format!("{path}index.html"),
        false => path.to_owned(),
    };
    let shows_wait = path.ends_with("/index.html");
    let wait = shows_wait.then(|| plain_pages::wait(document, now));
    match shown.site.file(&path, wait.flatten().as_ref()) {
        Some(file) => page(file, headers),
        None => missing("There is no such page. All pages are listed in /plain/.\n"),
    }
}

async fn first<S: Store>(State(app): State<Arc<App<S>>>, headers: HeaderMap) -> Response {
    file(&app, "", &headers).await
}

async fn below<S: Store>(
    State(app): State<Arc<App<S>>>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Response {
    file(&app, &path, &headers).await
}

/// The routes of all of it. They are pages for people, as the scripted page is, so the interface document does not list them.
pub(crate) fn routes<S: Store>() -> Router<Arc<App<S>>> {
    // Relative links need the slash.
    let to_folder = || async { Redirect::permanent("/plain/") };
    Router::new()
        .route("/plain", get(to_folder))
        .route("/plain/", get(first::<S>))
        .route("/plain/{*path}", get(below::<S>))
}

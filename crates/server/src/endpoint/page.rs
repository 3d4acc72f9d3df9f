//! Everything else: the page's documents, the answers in one language, and what the page fetches beside them.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use plain::Language;
use relay::Store;
use statements::StatementKind;

use super::line;
use crate::app::App;
use crate::documents::{self, Document};
use crate::page_files::DocumentKind;
use crate::plain_pages::Shown;
use crate::{clock, io};

/// For what is no document; a document has its own policy, which names its script and its style by their hashes, and a saved copy has it
/// too.
const POLICY: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// For the document: asked of each file it would only slow the page down.
const CLEAR: (HeaderName, &str) = (
    HeaderName::from_static("clear-site-data"),
    "\"cache\", \"cookies\", \"storage\"",
);

const HEADERS: [(HeaderName, &str); 6] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=()",
    ),
];

/// Sets what all pages have: their policy and media type, that nothing is kept, and for documents that what was kept is cleared.
pub(super) fn protect(response: &mut Response, policy: &'static str, content_type: &'static str) {
    let answered = response.headers_mut();
    let is_document = content_type.starts_with("text/html");
    let own = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CONTENT_TYPE, content_type),
    ];
    let cleared = is_document.then_some(CLEAR);
    for (name, value) in HEADERS.into_iter().chain(own).chain(cleared) {
        answered.insert(name, HeaderValue::from_static(value));
    }
}

fn answer(
    body: impl Into<Body>,
    coding: Option<&'static str>,
    content_type: &'static str,
) -> Response {
    let mut response = body.into().into_response();
    let answered = response.headers_mut();
    if let Some(coding) = coding {
        answered.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    answered.insert(
        header::VARY,
        HeaderValue::from_static("accept-encoding, accept-language"),
    );
    protect(&mut response, POLICY, content_type);
    response
}

const HTML: &str = "text/html; charset=utf-8";
/// What is a part of a document and none itself.
const FRAGMENT: &str = "text/plain; charset=utf-8";

/// The first language that the browser asks for and the page has; English where it asks for none.
fn preferred(headers: &HeaderMap) -> Language {
    let wanted = headers.get(header::ACCEPT_LANGUAGE);
    let wanted = wanted
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let tags = wanted.split(',').filter_map(|one| one.split(';').next());
    let mut known = tags.filter_map(|tag| Language::nearest(tag.trim()));
    known.next().unwrap_or(Language::ENGLISH)
}

/// What of the line's document goes with the page: not the cards, which stand in it readable, nor waits, which change within minutes.
fn embedded<S: Store>(app: &App<S>) -> Vec<u8> {
    let wait = StatementKind::WaitNotice as u8;
    let mut document = line::without_cards(app);
    document
        .statements
        .retain(|bytes| bytes.get(1) != Some(&wait));
    document.to_bytes()
}

async fn shown<S: Store>(app: &App<S>) -> Option<Arc<Shown>> {
    let now = clock::now();
    app.shown(app.relay.line_document(now), now).await
}

async fn document<S: Store>(
    app: &App<S>,
    kind: DocumentKind,
    language: Language,
) -> Option<Arc<Document>> {
    let shown = shown(app).await;
    let line = embedded(app);
    let name = (kind, language);
    app.documents.of(&app.page, name, shown, line).await
}

fn send(document: &Document, headers: &HeaderMap) -> Response {
    let (body, coding): (&Bytes, _) = if io::accepts(headers, "br") {
        (&document.brotli, Some("br"))
    } else if io::accepts(headers, "gzip") {
        (&document.gzip, Some("gzip"))
    } else {
        (&document.plain, None)
    };
    let mut response = answer(body.clone(), coding, HTML);
    if let Some(policy) = &document.policy {
        let answered = response.headers_mut();
        answered.insert(header::CONTENT_SECURITY_POLICY, policy.clone());
    }
    response
}

/// The answers of a language as they stand in its document, for a page that is in another one.
async fn answers<S: Store>(app: &App<S>, tag: &str, headers: &HeaderMap) -> Option<Response> {
    let language = Language::of(tag)?;
    let shown = shown(app).await?;
    let answers = shown.site.fragments(language).answers.into_bytes();
    Some(match io::accepts(headers, "br") {
        true => answer(documents::brotli(&answers, 5), Some("br"), FRAGMENT),
        false => answer(answers, None, FRAGMENT),
    })
}

fn file<S>(app: &App<S>, path: &str, headers: &HeaderMap) -> Option<Response> {
    let file = app.page.get(path)?;
    let compressed = file.brotli.as_ref().filter(|_| io::accepts(headers, "br"));
    let coding = compressed.map(|_| "br");
    let bytes = compressed.unwrap_or(&file.bytes).clone();
    Some(answer(bytes, coding, file.content_type))
}

pub(crate) async fn get<S: Store>(
    State(app): State<Arc<App<S>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let path = uri.path().trim_start_matches('/');
    let asked = match path.split_once('/') {
        None if path.is_empty() => Some((DocumentKind::Page, preferred(&headers))),
        None => Language::of(path).map(|language| (DocumentKind::Page, language)),
        Some(("letters", "")) => Some((DocumentKind::Letters, preferred(&headers))),
        Some(("letters", tag)) => Language::of(tag).map(|tag| (DocumentKind::Letters, tag)),
        Some(_) => None,
    };
    let found = match (asked, path.split_once('/')) {
        (Some((kind, language)), _) => {
            let document = document(&app, kind, language).await;
            document.map(|document| send(&document, &headers))
        }
        (None, Some(("answers", tag))) => answers(&app, tag, &headers).await,
        _ => file(&app, uri.path(), &headers),
    };
    found.unwrap_or_else(|| StatusCode::NOT_FOUND.into_response())
}

//! Everything else: the page's files.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use relay::Store;

use crate::app::App;
use crate::io;

/// What the page may do: its own files and nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    connect-src 'self'; worker-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

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

pub(crate) async fn get<S: Store>(
    State(app): State<Arc<App<S>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let Some(file) = app.page.get(uri.path()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let compressed = file
        .brotli
        .as_ref()
        .filter(|_| io::accepts_brotli(&headers));
    let mut response = compressed.unwrap_or(&file.bytes).clone().into_response();
    let answered = response.headers_mut();
    if compressed.is_some() {
        answered.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    answered.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    protect(&mut response, POLICY, file.content_type);
    response
}

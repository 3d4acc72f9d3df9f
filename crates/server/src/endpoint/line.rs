//! `GET /v1/line`: what the line says of itself.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use relay::Store;

use super::{Answer, Description, Size};
use crate::app::App;
use crate::{clock, io};

pub(crate) const DESCRIPTION: Description = Description {
    method: "get",
    path: "/v1/line",
    summary: "What the line says of itself: day and signed statements.",
    body: None,
    answer: Answer::Bytes(Size::AtMost(2 << 20)),
    desk_only: false,
    errors: &[],
};

pub(crate) async fn get<S: Store>(State(app): State<Arc<App<S>>>, headers: HeaderMap) -> Response {
    let document = app.relay.line_document(clock::now()).to_bytes();
    if !io::accepts_brotli(&headers) {
        return io::bytes(document);
    }
    let mut response = io::bytes(app.compress_line(document));
    let brotli = HeaderValue::from_static("br");
    response
        .headers_mut()
        .insert(header::CONTENT_ENCODING, brotli);
    response
}

//! `GET /v1/line`: what the line says of itself.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use relay::Store;
use statements::StatementKind;
use wire::LineDocument;

use super::{Answer, Description, Size};
use crate::app::App;
use crate::{clock, io};

pub(crate) const DESCRIPTION: Description = Description {
    method: "get",
    path: "/v1/line",
    summary: "What the line says of itself: day and signed statements; with ?cards=no without the cards.",
    body: None,
    answer: Answer::Bytes(Size::AtMost(2 << 20)),
    desk_only: false,
    errors: &[],
};

/// What of the line is wanted.
#[derive(serde::Deserialize)]
pub(crate) struct Wanted {
    /// `no` leaves out the cards.
    cards: Option<String>,
}

/// The document without the cards.
pub(super) fn without_cards<S: Store>(app: &App<S>) -> LineDocument {
    let mut document = app.relay.line_document(clock::now());
    let cards = StatementKind::CardSet as u8;
    document
        .statements
        .retain(|bytes| bytes.get(1) != Some(&cards));
    document
}

pub(crate) async fn get<S: Store>(
    State(app): State<Arc<App<S>>>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Response {
    if wanted.cards.as_deref() == Some("no") {
        // What is left is keys and signatures, which no compression makes smaller.
        return io::bytes(without_cards(&app).to_bytes());
    }
    let document = app.relay.line_document(clock::now()).to_bytes();
    if !io::accepts(&headers, "br") {
        return io::bytes(document);
    }
    let mut response = io::bytes(app.compress_line(document));
    let brotli = HeaderValue::from_static("br");
    response
        .headers_mut()
        .insert(header::CONTENT_ENCODING, brotli);
    response
}

//! Bodies in and answers out: sizes are bounded, slowness ends, errors have a code and say what to do.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use relay::RelayError;
use serde::Serialize;

/// How long a body may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(60);

/// A whole body of at most `LIMIT` bytes that arrived in time.
pub(crate) struct Whole<const LIMIT: usize>(pub(crate) Bytes);

impl<State: Send + Sync, const LIMIT: usize> FromRequest<State> for Whole<LIMIT> {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &State) -> Result<Self, Refusal> {
        let reading = to_bytes(request.into_body(), LIMIT);
        match tokio::time::timeout(BODY_TIME, reading).await {
            Ok(Ok(bytes)) => Ok(Whole(bytes)),
            _ => Err(Refusal(RelayError::WrongSize)),
        }
    }
}

/// A refusal as it is answered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Refusal(pub(crate) RelayError);

impl From<RelayError> for Refusal {
    fn from(error: RelayError) -> Self {
        Refusal(error)
    }
}

#[derive(Serialize)]
struct ErrorBody {
    error: &'static str,
    detail: String,
}

impl Refusal {
    /// Its status and its body.
    pub(crate) fn answer(self) -> (u16, Vec<u8>) {
        let Refusal(error) = self;
        if matches!(error, RelayError::Full | RelayError::Unavailable) {
            tracing::error!(code = error.code(), "the store refused");
        }
        let body = ErrorBody {
            error: error.code(),
            detail: error.to_string(),
        };
        (
            error.status(),
            serde_json::to_vec(&body).unwrap_or_default(),
        )
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Refusal(error) = self;
        let (status, body) = self.answer();
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
        let mut response = with_headers(status, "application/json", body);
        // For whoever counts refusals by kind.
        response.extensions_mut().insert(error);
        response
    }
}

fn with_headers(status: StatusCode, content_type: &'static str, body: impl Into<Body>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, headers, body.into()).into_response()
}

/// 200 with bytes.
pub(crate) fn bytes(body: impl Into<Body>) -> Response {
    with_headers(StatusCode::OK, "application/octet-stream", body)
}

/// Whether the other side understands a coding, such as `br`.
pub(crate) fn accepts(headers: &HeaderMap, wanted: &str) -> bool {
    let accepted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok());
    accepted.is_some_and(|value| value.split(',').any(|coding| coding.trim() == wanted))
}

/// 204.
pub(crate) fn done() -> Response {
    (
        StatusCode::NO_CONTENT,
        [(header::CACHE_CONTROL, "no-store")],
    )
        .into_response()
}

/// The token of `Authorization: Bearer HEX`, 64 hex digits.
pub(crate) fn bearer(headers: &HeaderMap) -> Result<[u8; 32], Refusal> {
    let parse = || {
        let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
        let hex = value.strip_prefix("Bearer ")?.as_bytes();
        let (pairs, []) = hex.as_chunks::<2>() else {
            return None;
        };
        let mut token = [0; 32];
        if pairs.len() != token.len() {
            return None;
        }
        for (byte, pair) in token.iter_mut().zip(pairs) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(token)
    };
    parse().ok_or(Refusal(RelayError::Unauthorised))
}

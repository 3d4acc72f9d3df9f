//! `GET /v1/health`: whether the relay serves.

use super::{Answer, Description};

pub(crate) const DESCRIPTION: Description = Description {
    method: "get",
    path: "/v1/health",
    summary: "Whether the relay serves.",
    body: None,
    answer: Answer::Text,
    desk_only: false,
    errors: &[],
};

pub(crate) async fn get() -> &'static str {
    "ready"
}

//! The looks of all screens: one style sheet, which stands in each page, since to fetch it would cost more time than all the rest of a page.
//! The policy of every answer names it by its hash, so that no other style can stand there.

use std::sync::LazyLock;

use axum::http::HeaderValue;
use data_encoding::BASE64;
use maud::{Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

/// Nothing in it may end the element in which it stands; a test looks.
const SHEET: &str = concat!(
    include_str!("desk.css"),
    include_str!("shift.css"),
    include_str!("comfort.css")
);

static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let hash = BASE64.encode(&Sha256::digest(SHEET));
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'sha256-{hash}'; connect-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    // Base64 has no character that a header can't have.
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
});

/// The content security policy of every answer.
pub(super) fn policy() -> HeaderValue {
    POLICY.clone()
}

/// The style sheet.
pub(super) fn sheet() -> Markup {
    html! { style { (PreEscaped(SHEET)) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sheet_is_the_whole_of_its_element_and_the_policy_names_it() {
        let shown = sheet().into_string();
        let inner = shown.strip_prefix("<style>").unwrap();
        let inner = inner.strip_suffix("</style>").unwrap();
        assert!(!inner.contains('\r') && !inner.to_lowercase().contains("</style"));
        let hash = BASE64.encode(&Sha256::digest(inner));
        let policy = policy();
        assert!(
            policy
                .to_str()
                .unwrap()
                .contains(&format!("'sha256-{hash}'"))
        );
    }
}

//! The relay's clock, in minutes; the only place where this shell reads time.

use std::time::{SystemTime, UNIX_EPOCH};

use wire::Minute;

/// This minute.
#[allow(clippy::disallowed_methods, reason = "a shell reads the clock")]
pub(crate) fn now() -> Minute {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Minute(u32::try_from(since.as_secs() / 60).unwrap_or(u32::MAX))
}

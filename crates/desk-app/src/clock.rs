//! The only place of the desk that reads the clock and asks for randomness.

use std::time::{SystemTime, UNIX_EPOCH};

use getrandom::SysRng;
use rand_core::UnwrapErr;
use wire::Minute;

/// This minute by the computer's clock.
#[allow(
    clippy::disallowed_methods,
    reason = "the desk is a shell: it reads the clock here and nowhere else"
)]
pub(crate) fn now() -> Minute {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Minute(u32::try_from(since.as_secs() / 60).unwrap_or(u32::MAX))
}

/// The operating system's randomness; without it the desk ends rather than go on with less.
pub(crate) fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

/// A random name of 32 bytes in hexadecimal digits, for links and sessions.
pub(crate) fn token() -> String {
    use rand_core::Rng;
    let mut bytes = [0; 32];
    rng().fill_bytes(&mut bytes);
    data_encoding::HEXLOWER.encode(&bytes)
}

//! An onion service by the operator's own tor: the configuration, and a tor that runs as a child of this process.
//!
//! tor is Debian's package of that name, version 0.4.7 or later. Nothing here speaks Tor's protocol or holds a key of it: the key is a file
//! that tor makes and keeps (`hs_ed25519_secret_key`). What a client does is logged nowhere; of tor's own notices only the progress is read.

mod configuration;
mod notice;
mod service;

pub use configuration::{Configuration, ConfigurationError};
pub use notice::Notice;
pub use service::{OnionService, ServiceError};

//! The one HTTP client of the relay's interface.

//! The page's commands from outside: bytes in, bytes out.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod bytes;
mod files;
mod handover;
mod letter;
mod line;
mod visit;
mod wasi;

//! The page's commands from outside: bytes in, bytes out.

mod bytes;
mod files;
mod line;
mod visit;
mod wasi;

//! The embedded store: SQLite behind one writer thread with group commit, and readers beside it.
//!
//! Everything waiting is written in one transaction with `synchronous=FULL`, and acknowledged only then. Each row's bytes
//! are encrypted under a key of its own in a file of cells; to delete is to destroy that key. Order makes it safe against
//! a crash: a new key is durable before the row that needs it is committed, and an old key is destroyed after the row
//! that needed it is gone, from a list in the same transaction that a restart finds again.

mod checkpoint;
mod command;
mod copy;
mod look;
mod moving;
mod open;
mod rest;
mod store;
mod writer;

pub use copy::{Restored, copy_database, discard, files, restore};
pub use look::{Seen, look};
pub use moving::SqliteEnd;
pub use open::OpenError;
pub use store::SqliteStore;

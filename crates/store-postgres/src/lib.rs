//! The store for a line that has several relays or a standby: PostgreSQL.
//!
//! Everything waiting is written in one transaction with `synchronous_commit` on, and acknowledged only after its commit.
//! A transaction first locks the one row of `line`: so places are dense whatever number of relays writes, and a reader who
//! sees a place sees all before it. What is deleted leaves its bytes in PostgreSQL's files, its write-ahead log and its
//! standbys until they use the place again: unlike in the embedded store, no key is destroyed
//! (`docs/decisions/0034-postgresql.md`).

mod change;
mod connect;
mod listen;
mod moving;
mod open;
mod plan;
mod prepared;
mod snapshot;
mod store;
mod transaction;
mod writer;

pub use moving::PostgresEnd;
pub use open::OpenError;
pub use snapshot::PostgresSnapshot;
pub use store::PostgresStore;

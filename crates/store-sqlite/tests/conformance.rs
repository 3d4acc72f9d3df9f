//! The embedded store passes the suite that every store passes.
#![allow(clippy::unwrap_used, reason = "a test")]

mod ground;

use ground::Sqlite;
use relay::conformance::{self, moving};

#[tokio::test(flavor = "multi_thread")]
async fn a_line_is_moved_between_embedded_stores() {
    moving::all(&mut Sqlite::default(), &mut Sqlite::default()).await;
}

#[tokio::test]
async fn sqlite_store_conforms() {
    conformance::all(Sqlite::default()).await;
}

//! The store passes the suite that every store passes, on a PostgreSQL of its own.
#![allow(clippy::unwrap_used, reason = "a test")]

mod ground;

use ground::Postgres;
use relay::conformance;

#[tokio::test]
async fn postgresql_store_conforms() {
    conformance::all(Postgres::start()).await;
}

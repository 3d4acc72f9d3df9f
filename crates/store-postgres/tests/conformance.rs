//! The store passes the suite that every store passes, on a PostgreSQL of its own.
#![allow(clippy::unwrap_used, reason = "a test")]

use ground_postgres::Ground;
use relay::conformance::{self, Factory};
use store_postgres::PostgresStore;

struct Postgres {
    ground: Ground,
    made: u32,
    url: String,
}

impl Factory for Postgres {
    type Store = PostgresStore;

    async fn create(&mut self) -> PostgresStore {
        self.made += 1;
        self.url = self.ground.create(&format!("line{}", self.made)).unwrap();
        PostgresStore::open(&self.url).await.unwrap()
    }

    async fn reopen(&mut self, store: PostgresStore) -> PostgresStore {
        drop(store);
        PostgresStore::open(&self.url).await.unwrap()
    }
}

#[tokio::test]
async fn postgresql_store_conforms() {
    let ground = Ground::start(&[]).unwrap();
    let (made, url) = (0, String::new());
    conformance::all(Postgres { ground, made, url }).await;
}

//! Databases for the suites that every store passes.

use ground_postgres::Ground;
use relay::conformance::Factory;
use store_postgres::PostgresStore;

/// Databases of one server, each new; the last is the one at hand.
pub(crate) struct Postgres {
    ground: Ground,
    made: u32,
    pub(crate) url: String,
}

impl Postgres {
    pub(crate) fn start() -> Postgres {
        let ground = Ground::start(&[]).unwrap();
        let (made, url) = (0, String::new());
        Postgres { ground, made, url }
    }
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

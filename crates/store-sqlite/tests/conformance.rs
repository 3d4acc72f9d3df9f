//! The embedded store passes the suite that every store passes.
#![allow(clippy::unwrap_used, reason = "a test")]

use relay::conformance::{self, Factory};
use store_sqlite::SqliteStore;
use tempfile::TempDir;

struct Sqlite {
    directory: TempDir,
}

impl Factory for Sqlite {
    type Store = SqliteStore;

    async fn create(&mut self) -> SqliteStore {
        self.directory = tempfile::tempdir().unwrap();
        SqliteStore::open(self.directory.path()).unwrap()
    }

    async fn reopen(&mut self, store: SqliteStore) -> SqliteStore {
        drop(store);
        SqliteStore::open(self.directory.path()).unwrap()
    }
}

#[tokio::test]
async fn sqlite_store_conforms() {
    let directory = tempfile::tempdir().unwrap();
    conformance::all(Sqlite { directory }).await;
}

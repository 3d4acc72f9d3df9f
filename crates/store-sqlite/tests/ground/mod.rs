//! Embedded stores for the suites that every store passes; the tests of the other store read this file too.

use std::path::{Path, PathBuf};

use relay::conformance::Factory;
use relay::conformance::moving::Ends;
use store_sqlite::{SqliteEnd, SqliteStore};
use tempfile::TempDir;

#[derive(Default)]
pub(crate) struct Sqlite {
    directories: Vec<TempDir>,
}

impl Sqlite {
    /// That of the store that was created last.
    fn directory(&self) -> &Path {
        self.directories.last().unwrap().path()
    }
}

impl Factory for Sqlite {
    type Store = SqliteStore;

    async fn create(&mut self) -> SqliteStore {
        self.directories.push(tempfile::tempdir().unwrap());
        SqliteStore::open(self.directory()).unwrap()
    }

    async fn reopen(&mut self, store: SqliteStore) -> SqliteStore {
        drop(store);
        SqliteStore::open(self.directory()).unwrap()
    }
}

impl Ends for Sqlite {
    type End = SqliteEnd;
    type Place = PathBuf;

    const STRIDE: usize = 3;

    fn place(&self) -> PathBuf {
        self.directory().to_owned()
    }

    async fn rest(&mut self, place: &PathBuf, store: SqliteStore) -> SqliteEnd {
        drop(store);
        SqliteEnd::open(place).unwrap()
    }

    async fn rest_again(&mut self, place: &PathBuf, end: SqliteEnd) -> SqliteEnd {
        drop(end);
        SqliteEnd::open(place).unwrap()
    }

    async fn wake(&mut self, place: &PathBuf, end: SqliteEnd) -> Option<SqliteStore> {
        drop(end);
        SqliteStore::open(place).ok()
    }
}

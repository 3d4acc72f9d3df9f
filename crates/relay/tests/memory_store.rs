//! The in-memory store passes the suite.

use relay::MemoryStore;
use relay::conformance::{self, Factory};

struct Memory;

impl Factory for Memory {
    type Store = MemoryStore;

    async fn create(&mut self) -> MemoryStore {
        MemoryStore::default()
    }

    async fn reopen(&mut self, store: MemoryStore) -> MemoryStore {
        store
    }
}

#[test]
fn memory_store_conforms() {
    pollster::block_on(conformance::all(Memory));
}

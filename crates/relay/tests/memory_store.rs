//! The in-memory store passes the suite.

use relay::conformance::moving::{self, Ends};
use relay::conformance::{self, Factory};
use relay::{Condition, MemoryStore, Movable};

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

impl Ends for Memory {
    type End = MemoryStore;
    type Place = ();

    const STRIDE: usize = 1;

    fn place(&self) {}

    async fn rest(&mut self, (): &(), store: MemoryStore) -> MemoryStore {
        store
    }

    async fn rest_again(&mut self, (): &(), end: MemoryStore) -> MemoryStore {
        end
    }

    async fn wake(&mut self, (): &(), mut end: MemoryStore) -> Option<MemoryStore> {
        let is_whole = end.condition().await == Ok(Condition::Whole);
        is_whole.then_some(end)
    }
}

#[test]
fn a_line_is_moved_between_stores_in_memory() {
    pollster::block_on(moving::all(&mut Memory, &mut Memory));
}

#[test]
fn memory_store_conforms() {
    pollster::block_on(conformance::all(Memory));
}

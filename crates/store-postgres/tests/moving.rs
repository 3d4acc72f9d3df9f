//! A line is moved between a database and an embedded store, and between two databases; nobody writes to a store meanwhile.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

mod ground;
// The embedded store as its own tests have it.
#[path = "../../store-sqlite/tests/ground/mod.rs"]
mod sqlite;

use ground::Postgres;
use ground_postgres::Ground;
use relay::conformance::moving::{self, Ends, LINE, fill, named};
use relay::conformance::{Factory, numbered_post};
use relay::{Condition, Movable, MoveNote, Sequence, Store, StoreError, Unserved};
use sqlite::Sqlite;
use store_postgres::{OpenError, PostgresEnd, PostgresStore};
use wire::Day;

async fn have(url: &str) -> PostgresEnd {
    let end = PostgresEnd::open(url).await.unwrap();
    end.have().await.unwrap();
    end
}

impl Ends for Postgres {
    type End = PostgresEnd;
    type Place = String;

    const STRIDE: usize = 5;

    fn place(&self) -> String {
        self.url.clone()
    }

    async fn rest(&mut self, place: &String, store: PostgresStore) -> PostgresEnd {
        drop(store);
        have(place).await
    }

    async fn rest_again(&mut self, place: &String, end: PostgresEnd) -> PostgresEnd {
        drop(end);
        have(place).await
    }

    async fn wake(&mut self, place: &String, end: PostgresEnd) -> Option<PostgresStore> {
        drop(end);
        PostgresStore::open(place).await.ok()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_is_moved_from_an_embedded_store_to_a_database() {
    moving::all(&mut Sqlite::default(), &mut Postgres::start()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_is_moved_from_a_database_to_an_embedded_store() {
    moving::all(&mut Postgres::start(), &mut Sqlite::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_is_moved_from_a_database_to_another() {
    moving::all(&mut Postgres::start(), &mut Postgres::start()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_was_there_before_the_move_writes_nothing_more() {
    let mut postgres = Postgres::start();
    let store = postgres.create().await;
    fill(&store).await;
    // It waits for news; so it is known to be there.
    store.announced().await;
    let mut end = PostgresEnd::open(&postgres.url).await.unwrap();
    let refused = end.have().await.unwrap_err();
    assert!(matches!(refused, OpenError::InUse { .. }), "{refused}");
    assert!(refused.to_string().contains("stop it first"), "{refused}");
    // Should it not be known, because its connection broke: the store is shut for it all the same.
    let note = MoveNote {
        id: named(1).id,
        line: LINE,
    };
    end.pass(Condition::Whole, Condition::Leaving(note))
        .await
        .unwrap();
    let post = numbered_post(50);
    let refused = store.append(Sequence::Tray, post, Day(20_000)).await;
    assert_eq!(refused.err(), Some(StoreError::Unavailable));
    let again = PostgresStore::open(&postgres.url).await.err().unwrap();
    assert!(matches!(again, OpenError::Unserved(Unserved::Leaving)));
    end.pass(Condition::Leaving(note), Condition::Whole)
        .await
        .unwrap();
    let post = numbered_post(50);
    let appended = store.append(Sequence::Tray, post, Day(20_000)).await;
    assert_eq!(appended.unwrap().sequence, 13, "given up, it goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_database_by_two_addresses_is_known_as_one() {
    let ground = Ground::start(&[]).unwrap();
    let url = ground.create("line").unwrap();
    let other = ground.create("other").unwrap();
    let one = PostgresEnd::open(&url).await.unwrap();
    let named = format!("{url}?application_name=other");
    let same = PostgresEnd::open(&named).await.unwrap();
    let other = PostgresEnd::open(&other).await.unwrap();
    assert!(one.is_same(&same).await.unwrap());
    assert!(!one.is_same(&other).await.unwrap());
    one.have().await.unwrap();
    assert!(same.have().await.is_err(), "one has it to itself");
}

//! What a database must promise, what several relays on one do to each other, and what is left when it is killed.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ground_postgres::Ground;
use relay::conformance::numbered_post;
use relay::{Sequence, Store, StoreError};
use store_postgres::{OpenError, PostgresStore};
use wire::Day;

/// What a writer was acknowledged, and how often it was refused.
type Told = (Vec<(u64, u32)>, u32);
type Writers = Vec<tokio::task::JoinHandle<Told>>;

async fn append(store: &PostgresStore, number: u32) -> Result<u64, StoreError> {
    let appended = store
        .append(Sequence::Tray, numbered_post(number), Day(1))
        .await;
    appended.map(|appended| appended.sequence)
}

async fn held(store: &PostgresStore) -> Vec<(u64, u32)> {
    let read = store.read(Sequence::Tray, 0, usize::MAX).await.unwrap();
    let numbers = read.iter().map(|item| {
        let number = item.envelope.header().epoch;
        assert!(item.envelope == numbered_post(number), "byte for byte");
        (item.sequence, number)
    });
    numbers.collect()
}

#[tokio::test]
async fn a_database_that_forgets_is_refused_with_the_reason() {
    for setting in ["fsync", "full_page_writes"] {
        let ground = Ground::start(&[&format!("{setting}=off")]).unwrap();
        let refused = PostgresStore::open(&ground.create("line").unwrap()).await;
        let said = refused.err().unwrap().to_string();
        assert!(said.contains("accepts and then forgets"), "{said}");
        assert!(said.contains(&format!("{setting} = off")), "{said}");
        let tables = ground.sql(
            "line",
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'",
        );
        assert_eq!(tables.unwrap(), "0", "nothing was made there");
    }
}

#[tokio::test]
async fn a_weaker_default_of_the_database_is_not_gone_by() {
    let ground = Ground::start(&["synchronous_commit=off"]).unwrap();
    let store = PostgresStore::open(&ground.create("line").unwrap())
        .await
        .unwrap();
    let refuse_unless_durable = "CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF current_setting('synchronous_commit') <> 'on' THEN RAISE 'not durable'; END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER look BEFORE INSERT ON tray FOR EACH ROW EXECUTE FUNCTION look()";
    ground.sql("line", refuse_unless_durable).unwrap();
    assert_eq!(append(&store, 1).await, Ok(1));
    let by_others = "INSERT INTO tray VALUES (2, '', 1, NULL)";
    assert!(ground.sql("line", by_others).is_err(), "the trigger works");
}

#[tokio::test]
async fn what_it_refuses_names_no_password() {
    for url in [
        "postgresql://line:hunter2@database.example.org/line",
        "postgresql://line:hunter2@%2Fnowhere/line",
        "postgresql://line:hunter2@127.0.0.1:1/line",
        "postgresql://line:hunter2@[/line",
    ] {
        let refused = PostgresStore::open(url).await.err().unwrap();
        let said = format!("{refused} {refused:?}");
        assert!(!said.contains("hunter2"), "{said}");
    }
    let elsewhere = PostgresStore::open("postgresql://line@192.0.2.1/line").await;
    assert!(matches!(elsewhere, Err(OpenError::NotHere)));
}

#[tokio::test]
async fn a_store_of_a_newer_program_is_refused_and_left_alone() {
    let ground = Ground::start(&[]).unwrap();
    let url = ground.create("line").unwrap();
    drop(PostgresStore::open(&url).await.unwrap());
    ground
        .sql("line", "INSERT INTO store_version VALUES (99)")
        .unwrap();
    let refused = PostgresStore::open(&url).await;
    assert!(matches!(refused, Err(OpenError::Newer { found: 99, .. })));
    let version = ground.sql("line", "SELECT max(version) FROM store_version");
    assert_eq!(version.unwrap(), "99");
}

#[tokio::test]
async fn ciphertext_is_not_compressed_and_no_column_has_a_time() {
    let ground = Ground::start(&[]).unwrap();
    drop(
        PostgresStore::open(&ground.create("line").unwrap())
            .await
            .unwrap(),
    );
    let storage = "SELECT string_agg(attstorage::text, '') FROM pg_attribute WHERE attname IN ('envelope', 'content')
        AND attrelid IN ('tray'::regclass, 'log'::regclass, 'slot'::regclass)";
    assert_eq!(ground.sql("line", storage).unwrap(), "eee");
    let times = "SELECT count(*) FROM information_schema.columns WHERE table_schema = 'public'
        AND data_type NOT IN ('bigint', 'integer', 'smallint', 'bytea', 'boolean')";
    assert_eq!(ground.sql("line", times).unwrap(), "0");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_relays_at_once_leave_no_gap_and_double_nothing() {
    let ground = Ground::start(&[]).unwrap();
    let url = ground.create("line").unwrap();
    // Opened at once, so that they also migrate at once.
    let opened = (0..3).map(|_| PostgresStore::open(&url));
    let stores = futures_util::future::try_join_all(opened).await.unwrap();
    let stores: Vec<_> = stores.into_iter().map(Arc::new).collect();
    let mut writers = Vec::new();
    for writer in 0..12_usize {
        let store = Arc::clone(&stores[writer % 3]);
        writers.push(tokio::spawn(async move {
            let mut places = Vec::new();
            // Each number is asked for by three writers, at three relays.
            for number in 0..40 {
                let number = u32::try_from(writer / 3).unwrap() * 1000 + number;
                places.push((append(&store, number).await.unwrap(), number));
            }
            places
        }));
    }
    let mut acknowledged = BTreeSet::new();
    for writer in writers {
        acknowledged.extend(writer.await.unwrap());
    }
    let held = held(&stores[0]).await;
    assert_eq!(held, acknowledged.into_iter().collect::<Vec<_>>());
    let places: Vec<u64> = held.iter().map(|(place, _)| *place).collect();
    assert_eq!(places, (1..=160).collect::<Vec<u64>>(), "dense");
}

/// Appends until told to stop, each number until it is acknowledged; gives what was acknowledged and how often it was refused.
async fn keep_appending(store: Arc<PostgresStore>, writer: u32, stop: Arc<AtomicBool>) -> Told {
    let (mut places, mut refused) = (Vec::new(), 0);
    let mut number = writer * 1_000_000;
    while !stop.load(Ordering::Relaxed) {
        match append(&store, number).await {
            Ok(place) => {
                places.push((place, number));
                number += 1;
            }
            Err(error) => {
                assert_eq!(error, StoreError::Unavailable);
                refused += 1;
                tokio::task::yield_now().await;
            }
        }
    }
    (places, refused)
}

fn start_writers(store: &Arc<PostgresStore>, stop: &Arc<AtomicBool>) -> Writers {
    let writers = (1..=8)
        .map(|writer| tokio::spawn(keep_appending(Arc::clone(store), writer, Arc::clone(stop))));
    writers.collect()
}

/// Waits until the store holds so many posts.
async fn until(store: &PostgresStore, count: u64) {
    loop {
        if store
            .last(Sequence::Tray)
            .await
            .is_ok_and(|last| last >= count)
        {
            return;
        }
        tokio::task::yield_now().await;
    }
}

async fn nothing_is_lost_or_doubled(store: &PostgresStore, writers: Writers) -> u32 {
    let held = held(store).await;
    let numbers: BTreeSet<u32> = held.iter().map(|(_, number)| *number).collect();
    assert_eq!(numbers.len(), held.len(), "each once");
    let held: BTreeSet<_> = held.into_iter().collect();
    let mut refused = 0;
    for writer in writers {
        let (acknowledged, refusals) = writer.await.unwrap();
        refused += refusals;
        for one in acknowledged {
            assert!(held.contains(&one), "acknowledged and lost: {one:?}");
        }
    }
    refused
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_database_has_lost_nothing_and_is_found_again() {
    let mut ground = Ground::start(&[]).unwrap();
    let url = ground.create("line").unwrap();
    let store = Arc::new(PostgresStore::open(&url).await.unwrap());
    let stop = Arc::new(AtomicBool::new(false));
    let writers = start_writers(&store, &stop);
    until(&store, 300).await;
    ground.kill();
    ground.go(&[]).unwrap();
    let before = loop {
        if let Ok(last) = store.last(Sequence::Tray).await {
            break last;
        }
        tokio::task::yield_now().await;
    };
    until(&store, before + 100).await;
    stop.store(true, Ordering::Relaxed);
    let refused = wait_for(&store, writers).await;
    assert!(refused > 0, "without a database nothing is acknowledged");
}

/// Waits for the writers, so that what they were acknowledged last is looked for too.
async fn wait_for(store: &PostgresStore, writers: Writers) -> u32 {
    while !writers.iter().all(tokio::task::JoinHandle::is_finished) {
        tokio::task::yield_now().await;
    }
    nothing_is_lost_or_doubled(store, writers).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_synchronous_standby_takes_over_with_all_that_was_acknowledged() {
    let mut primary = Ground::start(&[]).unwrap();
    primary.create("line").unwrap();
    let standby = primary.standby().unwrap();
    let wait_for_it = "ALTER SYSTEM SET synchronous_standby_names = 'standby'";
    primary.sql("postgres", wait_for_it).unwrap();
    primary.sql("postgres", "SELECT pg_reload_conf()").unwrap();
    while primary
        .sql("postgres", "SELECT sync_state FROM pg_stat_replication")
        .unwrap()
        != "sync"
    {
        tokio::task::yield_now().await;
    }
    let both = format!("{},{}", host(&primary), host(&standby));
    let store = PostgresStore::open(&format!("postgresql://line@{both}/line")).await;
    let store = Arc::new(store.unwrap());
    let stop = Arc::new(AtomicBool::new(false));
    let writers = start_writers(&store, &stop);
    until(&store, 300).await;
    primary.kill();
    standby.promote().unwrap();
    let before = loop {
        if let Ok(last) = store.last(Sequence::Tray).await {
            break last;
        }
        tokio::task::yield_now().await;
    };
    until(&store, before + 100).await;
    stop.store(true, Ordering::Relaxed);
    let refused = wait_for(&store, writers).await;
    assert!(refused > 0, "without a database nothing is acknowledged");
}

fn host(ground: &Ground) -> String {
    ground.socket().display().to_string().replace('/', "%2F")
}

//! The suite that every store passes: each sentence of [`Store`]'s contract that a store could break.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "it is a test that other crates call"
)]

pub mod moving;

use std::future::Future;
use std::pin::Pin;
use std::task::Poll;

use statements::StatementKind;
use wire::{Day, Envelope, Header, Kind, SEALED_SIZE, SlotContent};

use crate::hash::{envelope_hash, shred_hash};
use crate::store::{Sequence, SlotKey, SlotReplace, StatementKey, Store, StoreError};

/// Makes stores for the suite.
pub trait Factory {
    /// The store.
    type Store: Store;

    /// A new, empty one.
    fn create(&mut self) -> impl Future<Output = Self::Store>;

    /// The same one after the end of its process. A store in memory gives back what it was given.
    fn reopen(&mut self, store: Self::Store) -> impl Future<Output = Self::Store>;
}

const TODAY: Day = Day(20_000);

/// An envelope that differs from all with another `number`; its shred token is `[number; 32]`.
///
/// # Panics
/// Never: the size is right.
pub fn envelope(kind: Kind, number: u8) -> Envelope {
    let header = Header {
        kind,
        epoch: 1,
        line_tag: [1; 8],
        mark: [number; 16],
        shred_hash: shred_hash(&[number; 32]),
    };
    Envelope::assemble(&header, &[number; SEALED_SIZE]).expect("the size is right")
}

/// One of very many posts: its shift is its `number`, and its shred token `[7; 32]`.
///
/// # Panics
/// Never: the size is right.
pub fn numbered_post(number: u32) -> Envelope {
    let header = Header {
        kind: Kind::Post,
        epoch: number,
        line_tag: [1; 8],
        mark: [0; 16],
        shred_hash: shred_hash(&[7; 32]),
    };
    Envelope::assemble(&header, &[1; SEALED_SIZE]).expect("the size is right")
}

fn slot(number: u8) -> SlotContent {
    SlotContent {
        shred_key: [number; 32],
        envelope: envelope(Kind::Slot, number),
    }
}

/// Runs everything.
///
/// # Panics
/// When the store breaks its contract; the message says where.
pub async fn all<F: Factory>(mut factory: F) {
    appends_in_order_and_once(&mut factory).await;
    shreds_for_the_token_only(&mut factory).await;
    slots_compare_and_swap(&mut factory).await;
    two_writers_of_a_slot(&mut factory).await;
    statements_replace(&mut factory).await;
    expires_by_day(&mut factory).await;
    clears_all_but_some_statements(&mut factory).await;
    many_at_once(&mut factory).await;
}

async fn places<S: Store>(store: &S, sequence: Sequence) -> Vec<(u64, u8)> {
    let read = store.read(sequence, 0, 1000).await.expect("reading works");
    read.iter()
        .map(|item| (item.sequence, item.envelope.header().mark[0]))
        .collect()
}

async fn appends_in_order_and_once<F: Factory>(factory: &mut F) {
    let store = factory.create().await;
    assert_eq!(
        store.last(Sequence::Tray).await,
        Ok(0),
        "an empty store has no last place"
    );
    for number in [1, 2, 1, 3, 2] {
        let post = envelope(Kind::Post, number);
        let appended = store
            .append(Sequence::Tray, post, TODAY)
            .await
            .expect("append");
        assert_eq!(
            appended.sequence,
            u64::from(number),
            "a retry gets its first place"
        );
    }
    let entry = envelope(Kind::LogEntry, 9);
    store
        .append(Sequence::Log, entry, TODAY)
        .await
        .expect("append");
    let store = factory.reopen(store).await;
    assert_eq!(
        places(&store, Sequence::Tray).await,
        [(1, 1), (2, 2), (3, 3)]
    );
    assert_eq!(
        places(&store, Sequence::Log).await,
        [(1, 9)],
        "the sequences are apart"
    );
    let again = envelope(Kind::Post, 2);
    let retry = store
        .append(Sequence::Tray, again, TODAY)
        .await
        .expect("append");
    assert!(
        !retry.fresh && retry.sequence == 2,
        "also after the process ended"
    );
    let later = store.read(Sequence::Tray, 1, 1).await.expect("read");
    assert_eq!(later.len(), 1);
    assert_eq!(later[0].sequence, 2, "after a place, up to the limit");
    assert!(
        later[0].envelope == envelope(Kind::Post, 2),
        "byte for byte"
    );
    let beyond = store
        .read(Sequence::Tray, u64::MAX, 10)
        .await
        .expect("read");
    assert!(beyond.is_empty());
}

async fn shreds_for_the_token_only<F: Factory>(factory: &mut F) {
    let store = factory.create().await;
    for number in [1, 2, 3] {
        let post = envelope(Kind::Post, number);
        store
            .append(Sequence::Tray, post, TODAY)
            .await
            .expect("append");
    }
    let second = envelope_hash(&envelope(Kind::Post, 2));
    let wrong = shred_hash(&[8; 32]);
    store
        .shred(Sequence::Tray, second, wrong)
        .await
        .expect("shred");
    assert_eq!(
        places(&store, Sequence::Tray).await.len(),
        3,
        "another token destroys nothing"
    );
    let right = shred_hash(&[2; 32]);
    store
        .shred(Sequence::Log, second, right)
        .await
        .expect("shred");
    assert_eq!(
        places(&store, Sequence::Tray).await.len(),
        3,
        "nor in the other sequence"
    );
    store
        .shred(Sequence::Tray, second, right)
        .await
        .expect("shred");
    store
        .shred(Sequence::Tray, second, right)
        .await
        .expect("twice is fine");
    let store = factory.reopen(store).await;
    assert_eq!(places(&store, Sequence::Tray).await, [(1, 1), (3, 3)]);
    let late = envelope(Kind::Post, 2);
    let late = store
        .append(Sequence::Tray, late, TODAY)
        .await
        .expect("append");
    assert!(
        !late.fresh,
        "a late retry of what was read and shredded is not shown again"
    );
    assert_eq!(places(&store, Sequence::Tray).await, [(1, 1), (3, 3)]);
    let last = store.last(Sequence::Tray).await.expect("last");
    assert_eq!(last, 3, "places are not given out again");
}

async fn slots_compare_and_swap<F: Factory>(factory: &mut F) {
    let store = factory.create().await;
    let key = SlotKey([7; 32]);
    let hash = |number| SlotReplace::Envelope(envelope_hash(&envelope(Kind::Slot, number)));
    let write = async |store: &F::Store, replaces, number| {
        store.slot_write(key, replaces, slot(number), TODAY).await
    };
    assert!(store.slot_read(key).await.expect("read").is_none());
    assert_eq!(write(&store, hash(1), 2).await, Err(StoreError::Conflict));
    assert_eq!(write(&store, SlotReplace::Nothing, 1).await, Ok(()));
    assert_eq!(
        write(&store, SlotReplace::Nothing, 1).await,
        Ok(()),
        "a retry"
    );
    assert_eq!(
        write(&store, SlotReplace::Nothing, 2).await,
        Err(StoreError::Conflict)
    );
    assert_eq!(write(&store, hash(1), 2).await, Ok(()));
    assert_eq!(write(&store, hash(1), 2).await, Ok(()), "a retry");
    assert_eq!(write(&store, hash(1), 3).await, Err(StoreError::Conflict));
    let store = factory.reopen(store).await;
    let held = store
        .slot_read(key)
        .await
        .expect("read")
        .expect("something");
    assert_eq!(held.shred_key, [2; 32]);
    assert!(held.envelope == envelope(Kind::Slot, 2));
    store.slot_delete(key).await.expect("delete");
    store.slot_delete(key).await.expect("twice is fine");
    let store = factory.reopen(store).await;
    assert!(store.slot_read(key).await.expect("read").is_none());
    assert_eq!(
        write(&store, SlotReplace::Nothing, 4).await,
        Ok(()),
        "empty again"
    );
}

async fn two_writers_of_a_slot<F: Factory>(factory: &mut F) {
    let store = factory.create().await;
    for round in 0..20 {
        let key = SlotKey([round; 32]);
        let write =
            |number| Box::pin(store.slot_write(key, SlotReplace::Nothing, slot(number), TODAY));
        let written = join_all(vec![write(101), write(102)]).await;
        let [one, two] = [0, 1].map(|index: usize| written[index]);
        assert!(
            one.is_ok() != two.is_ok(),
            "exactly one of two writers wins"
        );
        let held = store
            .slot_read(key)
            .await
            .expect("read")
            .expect("something");
        assert_eq!(held.shred_key[0], if one.is_ok() { 101 } else { 102 });
    }
}

/// Runs futures by turns until all are done.
async fn join_all<F: Future + Unpin>(mut futures: Vec<F>) -> Vec<F::Output> {
    let mut outputs: Vec<Option<F::Output>> = futures.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (future, output) in futures.iter_mut().zip(&mut outputs) {
            if output.is_none()
                && let Poll::Ready(ready) = Pin::new(future).poll(context)
            {
                *output = Some(ready);
            }
        }
        match outputs.iter().all(Option::is_some) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    })
    .await;
    outputs.into_iter().flatten().collect()
}

async fn put<S: Store>(store: &S, key: StatementKey, bytes: &[u8]) {
    let revision = store.statements().await.expect("statements").revision;
    let put = store.statement_put(key, bytes.to_vec(), revision).await;
    let next = store.statements().await.expect("statements").revision;
    assert_eq!(put, Ok(next), "the revision that it gives is the new one");
    assert_ne!(next, revision, "each put changes the revision");
    let late = store.statement_put(key, b"late".to_vec(), revision).await;
    assert_eq!(late, Err(StoreError::Conflict), "another was put since");
}

async fn statements_replace<F: Factory>(factory: &mut F) {
    let store = factory.create().await;
    let key = |kind, number| StatementKey { kind, number };
    put(&store, key(StatementKind::ShiftNotice, 2), b"second").await;
    put(&store, key(StatementKind::ShiftNotice, 1), b"first").await;
    put(&store, key(StatementKind::DeviceList, 0), b"old").await;
    put(&store, key(StatementKind::DeviceList, 0), b"new").await;
    let store = factory.reopen(store).await;
    let held = store.statements().await.expect("statements").statements;
    let texts: Vec<&[u8]> = held.iter().map(|(_, bytes)| bytes.as_slice()).collect();
    assert_eq!(
        texts,
        [b"first".as_slice(), b"second", b"new"],
        "by kind, then number"
    );
}

async fn expires_by_day<F: Factory>(factory: &mut F) {
    let store = factory.create().await;
    for number in [1, 2, 3] {
        let day = Day(TODAY.0 + u32::from(number));
        let post = envelope(Kind::Post, number);
        store
            .append(Sequence::Tray, post, day)
            .await
            .expect("append");
        let entry = envelope(Kind::LogEntry, number);
        store
            .append(Sequence::Log, entry, day)
            .await
            .expect("append");
        let key = SlotKey([number; 32]);
        store
            .slot_write(key, SlotReplace::Nothing, slot(number), day)
            .await
            .expect("write");
    }
    store
        .expire(Day(TODAY.0 + 2), Day(TODAY.0 + 3))
        .await
        .expect("expire");
    let shredded = envelope(Kind::Post, 4);
    let append = store.append(Sequence::Tray, shredded, Day(TODAY.0 + 2));
    append.await.expect("append");
    let shredded = envelope_hash(&envelope(Kind::Post, 4));
    let shred = store.shred(Sequence::Tray, shredded, shred_hash(&[4; 32]));
    shred.await.expect("shred");
    store
        .expire(Day(TODAY.0 + 2), Day(TODAY.0 + 3))
        .await
        .expect("twice is fine");
    let store = factory.reopen(store).await;
    assert_eq!(places(&store, Sequence::Tray).await, [(2, 2), (3, 3)]);
    let late = envelope(Kind::Post, 4);
    let late = store.append(Sequence::Tray, late, TODAY).await;
    assert!(
        !late.expect("append").fresh,
        "what was shredded stays known until its own day of expiry"
    );
    assert_eq!(
        places(&store, Sequence::Log).await.len(),
        3,
        "the log does not expire by day"
    );
    for (number, is_there) in [(1, false), (2, false), (3, true)] {
        let held = store.slot_read(SlotKey([number; 32])).await.expect("read");
        assert_eq!(held.is_some(), is_there, "slot {number}");
    }
    let forgotten = envelope(Kind::Post, 1);
    let forgotten = store
        .append(Sequence::Tray, forgotten, TODAY)
        .await
        .expect("append");
    assert!(
        forgotten.sequence > 4,
        "after its retention an envelope is as good as new"
    );
}

async fn clears_all_but_some_statements<F: Factory>(factory: &mut F) {
    let store = factory.create().await;
    for number in [1, 2, 3] {
        let post = envelope(Kind::Post, number);
        let post = store.append(Sequence::Tray, post, TODAY).await;
        let entry = envelope(Kind::LogEntry, number);
        let entry = store.append(Sequence::Log, entry, TODAY).await;
        let key = SlotKey([number; 32]);
        let write = store.slot_write(key, SlotReplace::Nothing, slot(number), TODAY);
        let write = write.await;
        assert!(post.is_ok() && entry.is_ok() && write.is_ok());
    }
    let shred = store.shred(
        Sequence::Tray,
        envelope_hash(&envelope(Kind::Post, 3)),
        shred_hash(&[3; 32]),
    );
    shred.await.expect("shred");
    let key = |kind, number| StatementKey { kind, number };
    put(&store, key(StatementKind::DeviceList, 0), b"devices").await;
    put(&store, key(StatementKind::ShiftNotice, 4), b"shift").await;
    put(&store, key(StatementKind::FinalNotice, 0), b"the end").await;
    for _ in 0..2 {
        let clear = store.clear(&[StatementKind::FinalNotice]);
        clear.await.expect("also when nothing is left");
    }
    let store = factory.reopen(store).await;
    for sequence in [Sequence::Tray, Sequence::Log] {
        assert_eq!(places(&store, sequence).await, []);
        assert_eq!(store.last(sequence).await, Ok(3), "no place comes again");
    }
    for number in [1, 2, 3] {
        let read = store.slot_read(SlotKey([number; 32])).await;
        assert!(read.expect("read").is_none());
    }
    let held = store.statements().await.expect("statements").statements;
    assert_eq!(
        held,
        [(key(StatementKind::FinalNotice, 0), b"the end".to_vec())]
    );
}

async fn many_at_once<F: Factory>(factory: &mut F) {
    let store = factory.create().await;
    // Each twice, as a page does that had no answer.
    let numbers = (0..100).chain(0..100);
    let appends = numbers
        .map(|number| Box::pin(store.append(Sequence::Tray, envelope(Kind::Post, number), TODAY)));
    let appended = join_all(appends.collect()).await;
    let fresh = appended
        .into_iter()
        .filter(|appended| appended.as_ref().expect("append").fresh);
    assert_eq!(fresh.count(), 100, "of two equal ones at once one is fresh");
    let store = factory.reopen(store).await;
    let held = places(&store, Sequence::Tray).await;
    let mut numbers: Vec<u8> = held.iter().map(|(_, number)| *number).collect();
    numbers.sort_unstable();
    assert_eq!(
        numbers,
        (0..100).collect::<Vec<u8>>(),
        "each is there exactly once"
    );
    assert!(
        held.windows(2).all(|pair| pair[0].0 < pair[1].0),
        "in rising order"
    );
}

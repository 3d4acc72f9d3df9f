//! What every pair of stores passes: what was moved answers the same requests, wherever the move was cut off.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use statements::StatementKind;
use wire::{Day, Envelope, Kind, LineId};

use super::{Factory, envelope, join_all, numbered_post, slot};
use crate::hash::{envelope_hash, shred_hash};
use crate::moving::{
    Condition, EndError, LastPlaces, Movable, Move, MoveError, MoveId, MoveNote, Progress, Row,
    RowKey, Rows, Tally, give_up,
};
use crate::store::{Sequence, SlotKey, SlotReplace, StatementKey, Store};

/// The line of everything that `conformance` makes.
pub const LINE: LineId = LineId([1; 32]);

const TODAY: Day = Day(20_000);
/// Small, so that a small line takes many.
const BATCH: usize = 4;
const POSTS: u32 = 12;

/// Makes stores that can be moved.
pub trait Ends: Factory {
    /// The store as an end of a move.
    type End: Movable;
    /// Where a store is.
    type Place;

    /// A move is cut off at each step of so many. One that is odd, so that steps are cut off before and after they are done.
    const STRIDE: usize;

    /// Where the store is that was created last.
    fn place(&self) -> Self::Place;

    /// Closes a store and opens it as an end of a move.
    fn rest(&mut self, place: &Self::Place, store: Self::Store) -> impl Future<Output = Self::End>;

    /// The same end after the end of its process.
    fn rest_again(
        &mut self,
        place: &Self::Place,
        end: Self::End,
    ) -> impl Future<Output = Self::End>;

    /// Closes it and opens it to serve, if it may be served.
    fn wake(
        &mut self,
        place: &Self::Place,
        end: Self::End,
    ) -> impl Future<Output = Option<Self::Store>>;
}

/// An end, and where it is.
struct At<F: Ends> {
    place: F::Place,
    end: F::End,
}

impl<F: Ends> At<F> {
    /// A new store that holds what [`fill`] puts there.
    async fn filled(factory: &mut F) -> At<F> {
        let store = factory.create().await;
        fill(&store).await;
        At::of(factory, store).await
    }

    /// A new store.
    async fn empty(factory: &mut F) -> At<F> {
        let store = factory.create().await;
        At::of(factory, store).await
    }

    /// The store that was created last.
    async fn of(factory: &mut F, store: F::Store) -> At<F> {
        let place = factory.place();
        let end = factory.rest(&place, store).await;
        At { place, end }
    }

    async fn again(self, factory: &mut F) -> At<F> {
        let end = factory.rest_again(&self.place, self.end).await;
        At { end, ..self }
    }

    async fn wake(self, factory: &mut F) -> Option<F::Store> {
        factory.wake(&self.place, self.end).await
    }

    async fn code(&mut self) -> u8 {
        self.end.condition().await.expect("condition").code()
    }
}

/// Runs everything on one pair.
///
/// # Panics
/// When a line is not moved as promised; the message says where.
pub async fn all<F: Ends, T: Ends>(from: &mut F, to: &mut T) {
    whole(from, to).await;
    refusals(from, to).await;
    again_and_back(from, to).await;
    cut_off_again_and_again(from, to).await;
    copied_out(from, to).await;
}

/// What was copied out of a store may be served, and so may the store.
async fn copied_out<F: Ends, T: Ends>(from: &mut F, to: &mut T) {
    let mut source = At::filled(from).await;
    let mut copy = At::empty(to).await;
    let this = named(1);
    let copied = this.copy_out(&mut source.end, &mut copy.end, |_| {}).await;
    assert_eq!(copied.map(|tally| tally.rows()), Ok(21));
    let onto = this.copy_out(&mut source.end, &mut copy.end, |_| {}).await;
    assert_eq!(onto.err(), Some(MoveError::NotEmpty));
    check(&source.wake(from).await.expect("as before")).await;
    check(&copy.wake(to).await.expect("a store of its own")).await;
}

/// A move with a name of its own.
pub fn named(id: u8) -> Move {
    Move {
        line: LINE,
        id: MoveId([id; 16]),
        again: false,
        batch: BATCH,
    }
}

fn again(id: u8) -> Move {
    Move {
        again: true,
        ..named(id)
    }
}

fn entry(number: u8) -> Envelope {
    envelope(Kind::LogEntry, number)
}

/// A line with posts of three days, of which some were shredded and some are expired, log entries, slots and statements.
///
/// # Panics
/// When the store breaks its contract.
pub async fn fill<S: Store>(store: &S) {
    let posts = (1..=POSTS).map(|number| {
        let day = Day(TODAY.0 + number / 4);
        Box::pin(store.append(Sequence::Tray, numbered_post(number), day))
    });
    for appended in join_all(posts.collect()).await {
        appended.expect("append");
    }
    let shreds = [5, 9].map(|number| {
        let hash = envelope_hash(&numbered_post(number));
        Box::pin(store.shred(Sequence::Tray, hash, shred_hash(&[7; 32])))
    });
    for shredded in join_all(shreds.into()).await {
        shredded.expect("shred");
    }
    let entries = (1..=5).map(|number| Box::pin(store.append(Sequence::Log, entry(number), TODAY)));
    for appended in join_all(entries.collect()).await {
        appended.expect("append");
    }
    let slots = (1..=5).map(|number| {
        let day = Day(TODAY.0 + u32::from(number));
        let key = SlotKey([number; 32]);
        Box::pin(store.slot_write(key, SlotReplace::Nothing, slot(number), day))
    });
    for written in join_all(slots.collect()).await {
        written.expect("write");
    }
    let hash = envelope_hash(&entry(2));
    let shred = store.shred(Sequence::Log, hash, shred_hash(&[2; 32]));
    shred.await.expect("shred");
    let expire = store.expire(Day(TODAY.0 + 1), Day(TODAY.0 + 2)).await;
    expire.expect("expire");
    fill_statements(store).await;
}

async fn fill_statements<S: Store>(store: &S) {
    let shift = |number| StatementKey {
        kind: StatementKind::ShiftNotice,
        number,
    };
    let warning = StatementKey {
        kind: StatementKind::Warning,
        number: 0,
    };
    for (key, length) in [(shift(2), 100), (shift(1), 100), (warning, 0)] {
        let revision = store.statements().await.expect("statements").revision;
        let put = store.statement_put(key, vec![7; length], revision).await;
        put.expect("put");
    }
}

/// Asks a store that holds what [`fill`] puts there everything that a cursor or a retry rests on, and goes on with it.
///
/// # Panics
/// When anything is lost, doubled, or in another place.
pub async fn check<S: Store>(store: &S) {
    let tray = store.read(Sequence::Tray, 0, 1000).await.expect("read");
    let held: Vec<u64> = tray.iter().map(|item| item.sequence).collect();
    assert_eq!(held, [4, 6, 7, 8, 10, 11, 12], "each in its own place");
    for item in &tray {
        let number = u32::try_from(item.sequence).expect("small");
        assert!(item.envelope == numbered_post(number), "byte for byte");
    }
    let after = store.read(Sequence::Tray, 10, 1).await.expect("read");
    assert_eq!(after[0].sequence, 11, "a desk's cursor stays valid");
    let log = store.read(Sequence::Log, 1, 1000).await.expect("read");
    let held: Vec<u64> = log.iter().map(|item| item.sequence).collect();
    assert_eq!(held, [3, 4, 5], "the log, too");
    assert!(log[0].envelope == entry(3), "byte for byte");
    for number in 1..=5 {
        let read = store.slot_read(SlotKey([number; 32])).await.expect("read");
        let is_there = read.is_some_and(|held| held.to_bytes() == slot(number).to_bytes());
        assert_eq!(is_there, number >= 2, "slot {number} with its shred key");
    }
    let kept = store.statements().await.expect("statements").statements;
    let keys: Vec<u32> = kept.iter().map(|(key, _)| key.number).collect();
    assert_eq!(keys, [1, 2, 0], "statements by kind and number");
    assert_eq!((kept[0].1.len(), kept[2].1.len()), (100, 0));
    goes_on(store).await;
}

/// What comes now gets new places; what came before is known, and expires on its own day.
async fn goes_on<S: Store>(store: &S) {
    for number in [5, 6] {
        let post = numbered_post(number);
        let retry = store.append(Sequence::Tray, post, TODAY).await;
        let retry = retry.expect("append");
        assert!(
            !retry.fresh && retry.sequence == u64::from(number),
            "a late retry of {number} is not shown again"
        );
    }
    let new = store.append(Sequence::Tray, numbered_post(99), TODAY).await;
    assert_eq!(new.expect("append").sequence, u64::from(POSTS) + 1);
    let new = store.append(Sequence::Log, entry(99), TODAY).await;
    assert_eq!(new.expect("append").sequence, 6);
    let replaces = SlotReplace::Envelope(envelope_hash(&slot(4).envelope));
    let write = store.slot_write(SlotKey([4; 32]), replaces, slot(44), Day(TODAY.0 + 9));
    write.await.expect("a slot knows what it holds");
    let expire = store.expire(Day(TODAY.0 + 3), Day(TODAY.0 + 5)).await;
    expire.expect("expire");
    let tray = store.read(Sequence::Tray, 0, 1000).await.expect("read");
    let held: Vec<u64> = tray.iter().map(|item| item.sequence).collect();
    assert_eq!(held, [12], "each post expires on its own day");
    for (number, is_there) in [(3, false), (4, true), (5, true)] {
        let read = store.slot_read(SlotKey([number; 32])).await.expect("read");
        assert_eq!(read.is_some(), is_there, "slot {number} expires, too");
    }
}

async fn whole<F: Ends, T: Ends>(from: &mut F, to: &mut T) {
    let (mut source, mut other) = (At::filled(from).await, At::empty(to).await);
    let mut steps = Vec::new();
    let (first, second) = (named(1), named(2));
    let moved = first.carry(&mut source.end, &mut other.end, |step| steps.push(step));
    let tally = moved.await.expect("it is moved");
    let counted = (tally.posts, tally.entries, tally.shredded, tally.slots);
    assert_eq!(counted, (7, 4, 3, 4));
    assert_eq!(tally.statements, 3);
    assert_eq!(steps.last(), Some(&Progress::Equal));
    assert!(steps.contains(&Progress::Copied(21, 21)) && steps.contains(&Progress::Copied(4, 21)));
    let once_more = second.carry(&mut source.end, &mut other.end, |_| {}).await;
    assert_eq!(once_more.err(), Some(MoveError::Gone));
    let moved = other.wake(to).await.expect("a relay serves from it");
    check(&to.reopen(moved).await).await;
    let mut source = source.again(from).await;
    assert_eq!(source.code().await, 3, "left");
    assert_eq!(source.end.count().await, Ok(21), "nothing was deleted");
    assert_eq!(give_up(&mut source.end).await, Err(EndError::Changed));
    assert!(source.wake(from).await.is_none(), "one relay, not two");
}

async fn refusals<F: Ends, T: Ends>(from: &mut F, to: &mut T) {
    let mut source = At::filled(from).await;
    // A store in use for this line.
    let store = to.create().await;
    let post = numbered_post(1);
    let appended = store.append(Sequence::Tray, post, TODAY).await;
    appended.expect("append");
    let mut used = At::of(to, store).await;
    let mut other = At::empty(to).await;
    let this = again(1);
    let another = Move {
        line: LineId([2; 32]),
        ..this
    };
    let refused = this.carry(&mut source.end, &mut used.end, |_| {}).await;
    assert_eq!(refused.err(), Some(MoveError::NotEmpty));
    let refused = another.carry(&mut source.end, &mut used.end, |_| {}).await;
    assert_eq!(refused.err(), Some(MoveError::OtherLine));
    let refused = another.carry(&mut source.end, &mut other.end, |_| {}).await;
    assert_eq!(refused.err(), Some(MoveError::SourceOfOtherLine));
    let codes = [source.code().await, used.code().await, other.code().await];
    assert_eq!(codes, [0; 3], "nothing was noted");
    let served = used.wake(to).await.expect("it is as it was");
    assert_eq!(served.last(Sequence::Tray).await, Ok(1));
    check(&source.wake(from).await.expect("so is the source")).await;
}

/// A new store that holds a part of what the source holds.
async fn half<T: Ends>(source: &mut impl Movable, to: &mut T, id: u8) -> At<T> {
    let At { place, end } = At::empty(to).await;
    let mut cut = Cut::sharing(end, &Arc::new(AtomicUsize::new(9)), false);
    let moved = named(id).carry(source, &mut cut, |_| {}).await;
    assert!(moved.is_err());
    let end = cut.end;
    let mut half = At { place, end }.again(to).await;
    assert_eq!(half.code().await, 2, "it is half moved");
    half
}

/// A move that was given up, begun anew elsewhere, and the line moved back to where it was.
async fn again_and_back<F: Ends, T: Ends>(from: &mut F, to: &mut T) {
    let mut source = At::filled(from).await;
    let mut one = half(&mut source.end, to, 1).await;
    give_up(&mut source.end).await.expect("it is given up");
    let resumed = named(2);
    let resumed = resumed.carry(&mut source.end, &mut one.end, |_| {}).await;
    assert_eq!(resumed.err(), Some(MoveError::OtherHalf), "it may be stale");
    // Elsewhere first: then this half is nobody's, also when the line was moved.
    let mut other = half(&mut source.end, to, 3).await;
    let refused = named(4);
    let refused = refused.carry(&mut source.end, &mut one.end, |_| {}).await;
    assert_eq!(refused.err(), Some(MoveError::OtherHalf));
    let moved = again(5);
    let moved = moved.carry(&mut source.end, &mut one.end, |_| {}).await;
    moved.expect("with a word, the half is destroyed");
    let stale = named(6);
    let stale = stale.carry(&mut source.end, &mut other.end, |_| {}).await;
    assert_eq!(stale.err(), Some(MoveError::Gone));
    // And back.
    let refused = named(7);
    let refused = refused.carry(&mut one.end, &mut source.end, |_| {}).await;
    assert_eq!(refused.err(), Some(MoveError::LeftBehind));
    let back = again(8);
    let back = back.carry(&mut one.end, &mut source.end, |_| {}).await;
    back.expect("with a word, what was left is destroyed");
    assert!(one.wake(to).await.is_none());
    check(&source.wake(from).await.expect("it is served again")).await;
}

/// An end whose process ends at one of its steps: before it is done, or when it is done and nobody has heard of it.
struct Cut<E> {
    end: E,
    left: Arc<AtomicUsize>,
    is_done: bool,
}

impl<E: Movable> Cut<E> {
    fn sharing(end: E, left: &Arc<AtomicUsize>, is_done: bool) -> Cut<E> {
        let left = Arc::clone(left);
        Cut { end, left, is_done }
    }

    /// Counts a step; says whether it is done, and whether anybody hears of it.
    fn step(&self) -> (bool, bool) {
        let count = |left: usize| Some(left.saturating_sub(1));
        let left = self
            .left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, count);
        match left.unwrap_or_default() {
            0 => (false, false),
            1 => (self.is_done, false),
            _ => (true, true),
        }
    }
}

/// A step of the end, unless it was cut off before.
macro_rules! step {
    ($cut:ident, $call:expr) => {{
        let (is_done, is_heard) = $cut.step();
        let answer = match is_done {
            true => $call.await,
            false => Err(EndError::Unavailable),
        };
        match is_heard {
            true => answer,
            false => Err(EndError::Unavailable),
        }
    }};
}

impl<E: Movable> Rows for Cut<E> {
    async fn rows(&mut self, after: Option<RowKey>, limit: usize) -> Result<Vec<Row>, EndError> {
        step!(self, self.end.rows(after, limit))
    }

    async fn count(&mut self) -> Result<u64, EndError> {
        step!(self, self.end.count())
    }

    async fn last_places(&mut self) -> Result<LastPlaces, EndError> {
        step!(self, self.end.last_places())
    }
}

impl<E: Movable> Movable for Cut<E> {
    async fn condition(&mut self) -> Result<Condition, EndError> {
        step!(self, self.end.condition())
    }

    async fn pass(&mut self, from: Condition, to: Condition) -> Result<(), EndError> {
        step!(self, self.end.pass(from, to))
    }

    async fn reached(&mut self) -> Result<Option<RowKey>, EndError> {
        step!(self, self.end.reached())
    }

    async fn take(&mut self, note: MoveNote, rows: Vec<Row>) -> Result<(), EndError> {
        step!(self, self.end.take(note, rows))
    }

    async fn set_last_places(
        &mut self,
        note: MoveNote,
        places: LastPlaces,
    ) -> Result<(), EndError> {
        step!(self, self.end.set_last_places(note, places))
    }

    async fn clear(&mut self, condition: Condition) -> Result<(), EndError> {
        step!(self, self.end.clear(condition))
    }
}

/// Cuts a move off at its first step, at a later one, and so on until none is left, and goes on each time.
async fn cut_off_again_and_again<F: Ends, T: Ends>(from: &mut F, to: &mut T) {
    for steps in (1..).step_by(F::STRIDE.max(T::STRIDE)) {
        let left = Arc::new(AtomicUsize::new(steps));
        let is_done = steps % 2 == 0;
        let (source, other) = (At::filled(from).await, At::empty(to).await);
        let mut cut = Cut::sharing(source.end, &left, is_done);
        let mut cut_other = Cut::sharing(other.end, &left, is_done);
        let moved = named(1).carry(&mut cut, &mut cut_other, |_| {}).await;
        let end = cut.end;
        let source = At { end, ..source }.again(from).await;
        let end = cut_other.end;
        let destination = At { end, ..other }.again(to).await;
        if finish(from, to, (source, destination), moved.ok()).await {
            return;
        }
    }
}

/// Goes on with a move that was cut off. True when there was nothing left to go on with.
async fn finish<F: Ends, T: Ends>(
    from: &mut F,
    to: &mut T,
    (mut source, mut destination): (At<F>, At<T>),
    moved: Option<Tally>,
) -> bool {
    let served = [source.code().await, destination.code().await];
    let is_begun = destination.end.reached().await.expect("reached").is_some();
    assert!(served != [0, 0] || !is_begun, "never both");
    if moved.is_none() {
        let resumed = named(2);
        let resumed = resumed
            .carry(&mut source.end, &mut destination.end, |_| {})
            .await;
        match resumed {
            Ok(tally) => assert_eq!(tally.rows(), 21),
            // Cut off after the last step was done, before anybody heard of it.
            Err(error) => assert_eq!((error, served), (MoveError::Gone, [3, 0])),
        }
    }
    assert!(source.wake(from).await.is_none(), "one relay, not two");
    check(&destination.wake(to).await.expect("it is served")).await;
    moved.is_some()
}

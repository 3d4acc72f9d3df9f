//! Moving a line from one store to another: the port of a store that no relay has, and what travels between two of them.
//!
//! Rows travel in one order, which every store has: statements, the team log, the tray, slots. So whatever a destination holds is
//! the beginning of what its source holds, and a move that was cut off goes on behind the last row.

mod carry;
mod row;

use std::future::Future;

use wire::LineId;

pub use carry::{Move, MoveError, Progress, give_up, line_of};
pub use row::{Row, RowKey, Stretch, Tally};

/// Names one move; random, so that no two are taken for each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MoveId(pub [u8; 16]);

/// What an end of a move notes of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MoveNote {
    /// Which move.
    pub id: MoveId,
    /// Which line is moved.
    pub line: LineId,
}

/// Which end of a move a store is. A relay serves from a store that is none.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Condition {
    /// No end of a move.
    #[default]
    Whole,
    /// The source of a move that is not finished.
    Leaving(MoveNote),
    /// The destination of a move that is not finished: it holds a part of what another store holds.
    Arriving(MoveNote),
    /// The source of a move that is finished: the line is elsewhere now.
    Left(MoveNote),
}

impl Condition {
    /// The codes under which stores keep it; 0 is `Whole`.
    pub fn code(self) -> u8 {
        match self {
            Condition::Whole => 0,
            Condition::Leaving(_) => 1,
            Condition::Arriving(_) => 2,
            Condition::Left(_) => 3,
        }
    }

    /// What a store notes of the move, if it is an end of one.
    pub fn note(self) -> Option<MoveNote> {
        match self {
            Condition::Whole => None,
            Condition::Leaving(note) | Condition::Arriving(note) | Condition::Left(note) => {
                Some(note)
            }
        }
    }

    /// The condition of a code and a note; `None` for a code that is not known.
    pub fn from_code(code: u8, note: MoveNote) -> Option<Condition> {
        match code {
            0 => Some(Condition::Whole),
            1 => Some(Condition::Leaving(note)),
            2 => Some(Condition::Arriving(note)),
            3 => Some(Condition::Left(note)),
            _ => None,
        }
    }

    /// Why no relay may serve from it, if so. Known by its code alone, for whoever may look at no more.
    pub fn refusal(code: u8) -> Option<Unserved> {
        match code {
            0 => None,
            1 => Some(Unserved::Leaving),
            3 => Some(Unserved::Left),
            // A code of a newer program is no reason to serve.
            _ => Some(Unserved::Arriving),
        }
    }
}

/// Why no relay may serve from a store.
#[derive(thiserror::Error, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unserved {
    /// Its line is being moved away.
    #[error(
        "a move of this line to another store was begun and is not finished: give the same `footbridge move` again, or give it up with `footbridge move --give-up --from` this store"
    )]
    Leaving,
    /// It holds a part of a line.
    #[error(
        "this store is half moved: it holds a part of a line, and the rest is still where it came from. Give the same `footbridge move` again; it goes on where it stopped"
    )]
    Arriving,
    /// Its line is elsewhere.
    #[error(
        "the line was moved away from this store, and is served from the other one: two relays would tell two stories. To come back, move it back: `footbridge move --from` the other store `--to` this one `--again` (docs/operate/moving.md)"
    )]
    Left,
}

/// The last places given out; they travel too, so that none is given out twice and cursors stay valid.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct LastPlaces {
    /// In the tray.
    pub tray: u64,
    /// In the team log.
    pub log: u64,
}

/// Why an end of a move did not do something.
#[derive(thiserror::Error, Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndError {
    /// It is no more what it was when the move began.
    #[error("it was changed meanwhile; look whether another `footbridge move` runs")]
    Changed,
    /// A row is not what its own hash says, or its key is gone.
    #[error(
        "a row in it does not open, or is not what its own hash says; nothing was given up. Of an embedded store `footbridge backup` and `footbridge restore` give up such rows and say how many"
    )]
    Damaged,
    /// A newer program put something into it that this one does not know.
    #[error("it holds what this program does not know; use the newer program")]
    Newer,
    /// There is no room.
    #[error(
        "there is no room; nothing was lost. Make room and give the same command again: it goes on where it stopped"
    )]
    Full,
    /// It can't be reached, or the system refused.
    #[error(
        "it does not answer; nothing was lost. Give the same command again: it goes on where it stopped"
    )]
    Unavailable,
}

/// What a store holds, as it stands at one moment.
pub trait Rows: Send {
    /// At most `limit` rows behind `after` in the order of [`RowKey`], or from the first on. None are left when none come.
    ///
    /// Fails with `Damaged` when one can't be read, and with `Newer` when one is of a kind that is not known.
    fn rows(
        &mut self,
        after: Option<RowKey>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Row>, EndError>> + Send;

    /// How many rows there are.
    fn count(&mut self) -> impl Future<Output = Result<u64, EndError>> + Send;

    /// The last places given out.
    fn last_places(&mut self) -> impl Future<Output = Result<LastPlaces, EndError>> + Send;
}

/// A store that no relay has, as an end of a move. What a method has returned is durable.
///
/// Whoever has one keeps every relay away from it for so long. It does not look at what rows mean.
pub trait Movable: Rows {
    /// Which end of a move it is.
    fn condition(&mut self) -> impl Future<Output = Result<Condition, EndError>> + Send;

    /// Changes the condition, if it is the one that is expected.
    ///
    /// Fails with `Changed` when it is another.
    fn pass(
        &mut self,
        from: Condition,
        to: Condition,
    ) -> impl Future<Output = Result<(), EndError>> + Send;

    /// The last row's key.
    fn reached(&mut self) -> impl Future<Output = Result<Option<RowKey>, EndError>> + Send;

    /// Takes rows, all or none, into a store that arrives by this move.
    ///
    /// Fails with `Changed` when it does not, or when it holds one of them already.
    fn take(
        &mut self,
        note: MoveNote,
        rows: Vec<Row>,
    ) -> impl Future<Output = Result<(), EndError>> + Send;

    /// Sets the last places of a store that arrives by this move.
    ///
    /// Fails with `Changed` when it does not.
    fn set_last_places(
        &mut self,
        note: MoveNote,
        places: LastPlaces,
    ) -> impl Future<Output = Result<(), EndError>> + Send;

    /// Destroys every row of a store in this condition, which stays as it is. Stopped half way, it may be asked again.
    ///
    /// Fails with `Changed` when the condition is another, or is that of a store which is served.
    fn clear(&mut self, condition: Condition) -> impl Future<Output = Result<(), EndError>> + Send;
}

//! How a line is carried over: what may be moved where, in batches, read back on both sides, and only then served from the other.

use statements::UnverifiedStatement;
use wire::LineId;

use super::{Condition, EndError, Movable, MoveId, MoveNote, Row, Rows, Tally};

/// Why a line was not moved. Nothing that the source holds is lost, whatever it was.
#[derive(thiserror::Error, Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoveError {
    /// The source did not do something.
    #[error("the store that is moved: {0}")]
    Source(EndError),
    /// The destination did not do something.
    #[error("the destination: {0}")]
    Destination(EndError),
    /// The line is elsewhere already.
    #[error(
        "the line was moved away from this store already, and is served from the other one; nothing is left to do"
    )]
    Gone,
    /// The source is half of another move.
    #[error(
        "the store that is to be moved is half moved itself: finish that move first, by the same command as before"
    )]
    SourceHalf,
    /// The source holds something of another line.
    #[error("the store that is to be moved holds another line than its configuration names")]
    SourceOfOtherLine,
    /// The destination holds another line.
    #[error("the destination holds another line, and nothing of it was touched; name a new place")]
    OtherLine,
    /// The destination is in use for this line.
    #[error(
        "the destination is not empty and no half of this move, and nothing of it was touched; name a new place"
    )]
    NotEmpty,
    /// The destination is half of another move of this line.
    #[error(
        "the destination is half of an earlier move that can't be gone on with. With --again what it holds is destroyed, and the move begins anew"
    )]
    OtherHalf,
    /// The destination is where the line was before.
    #[error(
        "this line was moved away from the destination earlier. With --again what it still holds is destroyed, and the line moved there anew"
    )]
    LeftBehind,
    /// The destination is being moved elsewhere.
    #[error(
        "the destination is itself being moved elsewhere: finish that move, or give it up, or name a new place"
    )]
    DestinationLeaving,
    /// What was read back differs.
    #[error(
        "what was read back from the destination is not what the source holds, so the source still has the line. Give the command again with --again; if it comes again, look for a failing disk"
    )]
    Differs,
}

/// How far a move is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Progress {
    /// So many rows of so many are in the destination.
    Copied(u64, u64),
    /// So many rows of so many were read back on both sides.
    Compared(u64, u64),
    /// All are equal; the source is about to be left.
    Equal,
}

/// One move of a line.
#[derive(Clone, Copy, Debug)]
pub struct Move {
    /// Which line.
    pub line: LineId,
    /// A fresh name for the move, should it have to begin.
    pub id: MoveId,
    /// Whether a half of an earlier move, or what an earlier move left, may be destroyed at the destination.
    pub again: bool,
    /// How many rows go together; all of them are in memory at once, and durable at once.
    pub batch: usize,
}

/// The line of a store that says so: the one to which its first statement claims to belong.
///
/// # Errors
/// When the store can't be read.
pub async fn line_of(store: &mut impl Movable) -> Result<Option<LineId>, EndError> {
    if let Some(note) = store.condition().await?.note() {
        return Ok(Some(note.line));
    }
    let first = store.rows(None, 1).await?;
    Ok(first.first().and_then(|row| match row {
        Row::Statement { bytes, .. } => Some(UnverifiedStatement::parse(bytes).ok()?.line()),
        _ => None,
    }))
}

/// Lets a store be served again whose move was begun and not finished. What its destination holds already can't be gone on with any more.
///
/// # Errors
/// `Changed` when no move from this store is under way.
pub async fn give_up(source: &mut impl Movable) -> Result<(), EndError> {
    match source.condition().await? {
        leaving @ Condition::Leaving(_) => source.pass(leaving, Condition::Whole).await,
        _ => Err(EndError::Changed),
    }
}

impl Move {
    /// Moves all that `from` holds to `to`, or goes on with that. When it returns, a relay may serve from `to` and none from `from`,
    /// where everything still is. At no moment may relays serve from both.
    ///
    /// # Errors
    /// [`MoveError`]; then the line is where it was, and the same again goes on.
    pub async fn carry<F: Movable, T: Movable>(
        &self,
        from: &mut F,
        to: &mut T,
        told: impl FnMut(Progress) + Send,
    ) -> Result<Tally, MoveError> {
        let mut told = told;
        let note = self.begin(from, to).await?;
        let tally = self.bring(note, from, to, &mut told).await?;
        // In this order: cut off between the two, no relay serves from either, and the same again goes on from here.
        if from.condition().await.map_err(MoveError::Source)? != Condition::Left(note) {
            from.pass(Condition::Leaving(note), Condition::Left(note))
                .await
                .map_err(MoveError::Source)?;
        }
        to.pass(Condition::Arriving(note), Condition::Whole)
            .await
            .map_err(MoveError::Destination)?;
        Ok(tally)
    }

    /// Copies all that `from` holds at one moment to `to`, which is new and empty. Relays may go on with `from`; when it returns, `to` is a
    /// store that one could serve from, and before that none could.
    ///
    /// # Errors
    /// [`MoveError`]; then `to` holds a part and is of no use.
    pub async fn copy_out<F: Rows, T: Movable>(
        &self,
        from: &mut F,
        to: &mut T,
        told: impl FnMut(Progress) + Send,
    ) -> Result<Tally, MoveError> {
        let mut told = told;
        self.refuse_other_line(from).await?;
        self.refuse_used(to).await?;
        let note = self.note();
        let (whole, arriving) = (Condition::Whole, Condition::Arriving(note));
        let arrives = to.pass(whole, arriving).await;
        arrives.map_err(MoveError::Destination)?;
        let tally = self.bring(note, from, to, &mut told).await?;
        let arrived = to.pass(arriving, whole).await;
        arrived.map_err(MoveError::Destination)?;
        Ok(tally)
    }

    fn note(&self) -> MoveNote {
        MoveNote {
            id: self.id,
            line: self.line,
        }
    }

    /// Decides whether this may be moved there, and notes on both sides that it is.
    async fn begin<F: Movable, T: Movable>(
        &self,
        from: &mut F,
        to: &mut T,
    ) -> Result<MoveNote, MoveError> {
        let source = from.condition().await.map_err(MoveError::Source)?;
        let destination = to.condition().await.map_err(MoveError::Destination)?;
        if source.note().is_some_and(|note| note.line != self.line) {
            return Err(MoveError::SourceOfOtherLine);
        }
        if destination
            .note()
            .is_some_and(|note| note.line != self.line)
        {
            return Err(MoveError::OtherLine);
        }
        match (source, destination) {
            (
                Condition::Leaving(source) | Condition::Left(source),
                Condition::Arriving(destination),
            ) if source == destination => match self.again {
                false => Ok(source),
                // It never arrived, so nobody was served from there.
                true => self.begin_anew(from, to).await,
            },
            (Condition::Left(_), _) => Err(MoveError::Gone),
            (Condition::Arriving(_), _) => Err(MoveError::SourceHalf),
            (_, Condition::Leaving(_)) => Err(MoveError::DestinationLeaving),
            (_, Condition::Arriving(_)) if !self.again => Err(MoveError::OtherHalf),
            (_, Condition::Left(_)) if !self.again => Err(MoveError::LeftBehind),
            (_, Condition::Whole) => {
                self.refuse_used(to).await?;
                self.begin_anew(from, to).await
            }
            (_, Condition::Arriving(_) | Condition::Left(_)) => self.begin_anew(from, to).await,
        }
    }

    /// Clears the destination, if it is an end of an earlier move, and notes a fresh move on both sides. What that earlier move may have
    /// left half done elsewhere is thereby nobody's.
    async fn begin_anew<F: Movable, T: Movable>(
        &self,
        from: &mut F,
        to: &mut T,
    ) -> Result<MoveNote, MoveError> {
        self.refuse_other_line(from).await?;
        let source = from.condition().await.map_err(MoveError::Source)?;
        let destination = to.condition().await.map_err(MoveError::Destination)?;
        if destination != Condition::Whole {
            let cleared = to.clear(destination).await;
            cleared.map_err(MoveError::Destination)?;
        }
        let note = self.note();
        let left = from.pass(source, Condition::Leaving(note)).await;
        left.map_err(MoveError::Source)?;
        let arrives = to.pass(destination, Condition::Arriving(note)).await;
        arrives.map_err(MoveError::Destination)?;
        Ok(note)
    }

    async fn refuse_used(&self, to: &mut impl Movable) -> Result<(), MoveError> {
        let first = to.rows(None, 1).await.map_err(MoveError::Destination)?;
        let places = to.last_places().await.map_err(MoveError::Destination)?;
        match first.first().map(Row::line_tag) {
            Some(Some(tag)) if tag != self.line.tag() => Err(MoveError::OtherLine),
            None if places == super::LastPlaces::default() => Ok(()),
            _ => Err(MoveError::NotEmpty),
        }
    }

    /// So that a wrong configuration is found before anything is noted; each row is looked at again when it travels.
    async fn refuse_other_line(&self, from: &mut impl Rows) -> Result<(), MoveError> {
        let first = from.rows(None, self.batch).await;
        self.refuse_rows(&first.map_err(MoveError::Source)?)
    }

    fn refuse_rows(&self, rows: &[Row]) -> Result<(), MoveError> {
        let other = |tag: [u8; 8]| tag != self.line.tag();
        if rows.iter().filter_map(Row::line_tag).any(other) {
            return Err(MoveError::SourceOfOtherLine);
        }
        match rows.iter().all(Row::is_sound) {
            true => Ok(()),
            false => Err(MoveError::Source(EndError::Damaged)),
        }
    }

    /// Copies everything, and reads it back on both sides.
    async fn bring<F: Rows, T: Movable>(
        &self,
        note: MoveNote,
        from: &mut F,
        to: &mut T,
        told: &mut (impl FnMut(Progress) + Send),
    ) -> Result<Tally, MoveError> {
        self.copy(note, from, to, told).await?;
        let tally = self.compare(from, to, told).await?;
        told(Progress::Equal);
        Ok(tally)
    }

    async fn copy<F: Rows, T: Movable>(
        &self,
        note: MoveNote,
        from: &mut F,
        to: &mut T,
        told: &mut (impl FnMut(Progress) + Send),
    ) -> Result<(), MoveError> {
        let all = from.count().await.map_err(MoveError::Source)?;
        let mut done = to.count().await.map_err(MoveError::Destination)?;
        let mut after = to.reached().await.map_err(MoveError::Destination)?;
        loop {
            told(Progress::Copied(done, all));
            let rows = from.rows(after, self.batch).await;
            let rows = rows.map_err(MoveError::Source)?;
            let Some(last) = rows.last() else {
                break;
            };
            self.refuse_rows(&rows)?;
            after = Some(last.key());
            done += rows.len() as u64;
            to.take(note, rows).await.map_err(MoveError::Destination)?;
        }
        let places = from.last_places().await.map_err(MoveError::Source)?;
        to.set_last_places(note, places)
            .await
            .map_err(MoveError::Destination)
    }

    /// Reads everything back on both sides, and counts and hashes it in order.
    async fn compare<F: Rows, T: Movable>(
        &self,
        from: &mut F,
        to: &mut T,
        told: &mut (impl FnMut(Progress) + Send),
    ) -> Result<Tally, MoveError> {
        let all = from.count().await.map_err(MoveError::Source)?;
        let (mut source, mut destination) = (Tally::default(), Tally::default());
        let (mut here, mut there) = (None, None);
        loop {
            told(Progress::Compared(source.rows(), all));
            let one = from.rows(here, self.batch).await;
            let other = to.rows(there, self.batch).await;
            let (one, other) = (
                one.map_err(MoveError::Source)?,
                other.map_err(MoveError::Destination)?,
            );
            one.iter().for_each(|row| source.add(row));
            other.iter().for_each(|row| destination.add(row));
            if source != destination {
                return Err(MoveError::Differs);
            }
            let Some(last) = one.last() else {
                break;
            };
            here = Some(last.key());
            there = other.last().map(Row::key);
        }
        let places = from.last_places().await.map_err(MoveError::Source)?;
        match places == to.last_places().await.map_err(MoveError::Destination)? {
            true => Ok(source),
            false => Err(MoveError::Differs),
        }
    }
}

//! Cards in two columns, over as many pages as they need.

use crate::NotPrinted;
use crate::leaflet::{BETWEEN, BOTTOM, COLUMN, LEFT, TOP};
use crate::sheets::{Piece, Sheets};
use crate::stack::{Kind, Row, height};

/// How many pages a leaflet has at most. What is longer is no leaflet.
const PAGES: usize = 40;
/// What part of a column may stay empty so that a card begins in the next one rather than be parted.
const EMPTY: f32 = 0.3;

/// Where the next rows go.
pub(crate) struct Flow {
    page: usize,
    column: usize,
    /// Where the columns of this page begin.
    top: f32,
    down: f32,
    /// Where a card no longer begins in the first column, since the second shares what is left.
    shared: f32,
}

impl Flow {
    /// Begins on a page, so far down.
    pub(crate) fn new(begins: (usize, f32)) -> Flow {
        let (page, top) = begins;
        Flow {
            page,
            column: 0,
            top,
            down: top,
            shared: BOTTOM,
        }
    }

    /// Puts a card of several groups: whole where that leaves little empty, else parted between groups, and within one only where it is
    /// longer than a column. `rest` is the height of this card and all after it.
    pub(crate) fn put(
        &mut self,
        sheets: &mut Sheets,
        groups: Vec<Vec<Row>>,
        rest: f32,
    ) -> Result<(), NotPrinted> {
        let whole: f32 = groups.iter().map(|group| height(group)).sum();
        let left = BOTTOM - self.down;
        let is_parted = whole > left && whole <= BOTTOM - TOP && left < EMPTY * (BOTTOM - TOP);
        let is_shared = self.column == 0 && self.down > self.shared;
        if self.down > self.top && (is_parted || is_shared) {
            self.turn()?;
        }
        // What fills no more than one column of a page is shared between both.
        let begins = self.column == 0 && self.down <= self.top;
        if begins && rest <= BOTTOM - self.top {
            self.shared = self.top + rest * 0.4;
        }
        for group in groups {
            if height(without_gaps(&group)) > BOTTOM - self.down && self.down > self.top {
                self.turn()?;
            }
            for row in group {
                self.put_row(sheets, row)?;
            }
        }
        Ok(())
    }

    fn put_row(&mut self, sheets: &mut Sheets, row: Row) -> Result<(), NotPrinted> {
        let is_gap = matches!(row.kind, Kind::Gap);
        if self.down + row.height > BOTTOM && !is_gap {
            self.turn()?;
        }
        // A column neither begins nor ends with room.
        if is_gap && (self.down <= self.top || self.down + row.height > BOTTOM) {
            return Ok(());
        }
        let x = LEFT
            + if self.column == 0 {
                0.0
            } else {
                COLUMN + BETWEEN
            };
        let mut piece = Piece::default();
        piece.put_rows((0.0, 0.0), COLUMN, std::slice::from_ref(&row));
        sheets.put(self.page, (x, self.down), piece);
        self.down += row.height;
        Ok(())
    }

    /// To the next column, or the next page.
    fn turn(&mut self) -> Result<(), NotPrinted> {
        if self.column == 0 {
            self.column = 1;
        } else {
            (self.column, self.page, self.top) = (0, self.page + 1, TOP);
            self.shared = BOTTOM;
        }
        if self.page >= PAGES {
            return Err(NotPrinted::DoesNotFit("the leaflet"));
        }
        self.down = self.top;
        Ok(())
    }
}

/// Rows without the gaps at their end, which need no room at the end of a column.
fn without_gaps(rows: &[Row]) -> &[Row] {
    let ends = rows.iter().rposition(|row| !matches!(row.kind, Kind::Gap));
    rows.get(..ends.map_or(0, |last| last + 1)).unwrap_or(rows)
}

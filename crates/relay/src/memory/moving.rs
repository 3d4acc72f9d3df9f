//! A store in memory as an end of a move. Nothing keeps a relay away from it.

use wire::EnvelopeHash;

use super::{Contents, MemoryStore, Ordered};
use crate::moving::{Condition, EndError, LastPlaces, Movable, MoveNote, Row, RowKey, Rows};
use crate::store::Sequence;

impl Ordered {
    fn rows(&self, of: Sequence) -> Vec<Row> {
        let row = |(hash, (place, day)): (&EnvelopeHash, &(u64, wire::Day))| Row::Place {
            of,
            place: *place,
            hash: *hash,
            day: *day,
            envelope: self.envelopes.get(place).cloned(),
        };
        self.places.iter().map(row).collect()
    }
}

impl Contents {
    fn rows(&self) -> Vec<Row> {
        let statements = self.statements.iter().map(|(key, bytes)| Row::Statement {
            key: *key,
            bytes: bytes.clone(),
        });
        let slots = self.slots.iter().map(|(key, (content, day))| Row::Slot {
            key: *key,
            day: *day,
            content: content.clone(),
        });
        let mut rows: Vec<Row> = statements.collect();
        rows.extend(self.log.rows(Sequence::Log));
        rows.extend(self.tray.rows(Sequence::Tray));
        rows.extend(slots);
        rows.sort_by_key(Row::key);
        rows
    }

    fn take(&mut self, row: Row) {
        match row {
            Row::Statement { key, bytes } => {
                self.statements.insert(key, bytes);
                self.revision += 1;
            }
            Row::Place {
                of,
                place,
                hash,
                day,
                envelope,
            } => {
                let ordered = self.ordered(of);
                ordered.places.insert(hash, (place, day));
                if let Some(envelope) = envelope {
                    ordered.envelopes.insert(place, envelope);
                }
            }
            Row::Slot { key, day, content } => {
                self.slots.insert(key, (content, day));
            }
        }
    }

    fn expect(&self, condition: Condition) -> Result<(), EndError> {
        match self.condition == condition {
            true => Ok(()),
            false => Err(EndError::Changed),
        }
    }
}

impl Rows for MemoryStore {
    async fn rows(&mut self, after: Option<RowKey>, limit: usize) -> Result<Vec<Row>, EndError> {
        let rows = self.contents().rows().into_iter();
        let later = rows.filter(|row| after.is_none_or(|after| row.key() > after));
        Ok(later.take(limit).collect())
    }

    async fn count(&mut self) -> Result<u64, EndError> {
        Ok(self.contents().rows().len() as u64)
    }

    async fn last_places(&mut self) -> Result<LastPlaces, EndError> {
        let contents = self.contents();
        Ok(LastPlaces {
            tray: contents.tray.last,
            log: contents.log.last,
        })
    }
}

impl Movable for MemoryStore {
    async fn condition(&mut self) -> Result<Condition, EndError> {
        Ok(self.contents().condition)
    }

    async fn pass(&mut self, from: Condition, to: Condition) -> Result<(), EndError> {
        let mut contents = self.contents();
        contents.expect(from)?;
        contents.condition = to;
        Ok(())
    }

    async fn reached(&mut self) -> Result<Option<RowKey>, EndError> {
        Ok(self.contents().rows().last().map(Row::key))
    }

    async fn take(&mut self, note: MoveNote, rows: Vec<Row>) -> Result<(), EndError> {
        let mut contents = self.contents();
        contents.expect(Condition::Arriving(note))?;
        let reached = contents.rows().last().map(Row::key);
        if rows.first().map(Row::key) <= reached {
            return Err(EndError::Changed);
        }
        rows.into_iter().for_each(|row| contents.take(row));
        Ok(())
    }

    async fn set_last_places(
        &mut self,
        note: MoveNote,
        places: LastPlaces,
    ) -> Result<(), EndError> {
        let mut contents = self.contents();
        contents.expect(Condition::Arriving(note))?;
        contents.tray.last = places.tray;
        contents.log.last = places.log;
        Ok(())
    }

    async fn clear(&mut self, condition: Condition) -> Result<(), EndError> {
        let mut contents = self.contents();
        contents.expect(condition)?;
        if condition == Condition::Whole {
            return Err(EndError::Changed);
        }
        let revision = contents.revision + 1;
        *contents = Contents {
            condition,
            revision,
            ..Contents::default()
        };
        Ok(())
    }
}

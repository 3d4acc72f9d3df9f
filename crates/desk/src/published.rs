//! The epoch keys that each device has published.

use std::collections::BTreeMap;

use statements::{EpochKey, UnverifiedStatement};
use wire::{Day, LineId, ReadError, Reader, Writer};

use crate::codec::{read_all, write_all};

/// How many epoch keys of one device are kept.
const EPOCH_KEYS: usize = 8;

/// The epoch keys that one device has published, by day, with their statements.
#[derive(Default)]
pub(crate) struct PublishedKeys {
    keys: BTreeMap<Day, (EpochKey, Vec<u8>)>,
}

impl PublishedKeys {
    /// Keeps a key; the oldest makes room.
    pub(crate) fn insert(&mut self, key: EpochKey, statement: Vec<u8>) {
        self.keys.insert(key.day(), (key, statement));
        while self.keys.len() > EPOCH_KEYS {
            self.keys.pop_first();
        }
    }

    /// The key to grant to on a day: that day's, else the newest before it that its device still has, else the next.
    pub(crate) fn for_day(&self, day: Day) -> Option<&EpochKey> {
        let newest = self.keys.range(..=day).next_back();
        newest
            .filter(|(of, _)| day <= of.plus(EpochKey::KEPT_DAYS))
            .or_else(|| self.keys.range(day..).next())
            .map(|(_, (key, _))| key)
    }

    /// (statement)*.
    pub(crate) fn encode(&self, writer: Writer) -> Writer {
        write_all(writer, self.keys.values(), |writer, (_, statement)| {
            writer.medium(statement)
        })
    }

    pub(crate) fn decode(
        reader: &mut Reader<'_>,
        line: &LineId,
    ) -> Result<PublishedKeys, ReadError> {
        let mut published = PublishedKeys::default();
        for bytes in read_all(reader, |reader| reader.medium().map(<[u8]>::to_vec))? {
            let statement = UnverifiedStatement::parse(&bytes).map_err(|_| ReadError::Value)?;
            let key = EpochKey::verify(&statement, line).map_err(|_| ReadError::Value)?;
            published.insert(key, bytes);
        }
        Ok(published)
    }
}

//! A changed program on a device's machine: it destroys nothing, keeps all that the relay gives out, and opens what it can.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use desk::{Desk, Effect, Input, Record};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use relay::Sequence;
use wire::SequencedEnvelope;

use super::line::{DrillLine, random};
use super::station::Records;

/// The changed program.
pub(crate) struct Modified {
    desk: Desk,
    records: Records,
    rng: ChaCha8Rng,
}

impl Modified {
    /// With all that a station's vault ever held.
    pub(crate) fn of(line: &DrillLine, station: usize) -> Result<Modified> {
        let station = line.stations.get(station).context("no such desk")?;
        let records = station.hoard.clone();
        let kept = records.iter().map(|(key, value)| Record {
            key: key.clone(),
            value: Some(value.clone()),
        });
        let mut seed = line.rng.clone();
        Ok(Modified {
            desk: Desk::restore(kept.collect())?,
            records,
            rng: ChaCha8Rng::from_seed(random(&mut seed)),
        })
    }

    /// Reads every post there is, and no entry that would make the program give up its keys. Returns all that it then has.
    pub(crate) fn read(mut self, line: &DrillLine) -> Result<Records> {
        let mut posts = BTreeMap::new();
        let log = line.read_after(Sequence::Log, 0)?;
        let tray = line.read_after(Sequence::Tray, 0)?;
        self.step(Input::Line(Box::new(line.line()?)), line);
        // What its own honest program has not read before; whatever it has read is in the records.
        let first = self.desk.cursors().log_after;
        let grants = log.into_iter().filter(|entry| entry.sequence > first);
        for entry in grants {
            self.step(Input::LogEntry(entry), line);
        }
        let first = self.desk.cursors().posts_after + 1;
        posts.extend((first..).zip(tray));
        for (sequence, post) in posts {
            let envelope = post.envelope;
            self.step(Input::Post(SequencedEnvelope { sequence, envelope }), line);
        }
        Ok(self.records)
    }

    fn step(&mut self, input: Input, line: &DrillLine) {
        for effect in self.desk.step(input, line.now, &mut self.rng) {
            if let Effect::Save(records) = effect {
                for Record { key, value } in records {
                    // What would be destroyed stays.
                    if let Some(value) = value {
                        self.records.insert(key, value);
                    }
                }
            }
        }
    }
}

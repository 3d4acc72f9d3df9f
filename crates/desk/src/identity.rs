//! Who this desk is, and how far it has come.

use std::collections::BTreeMap;

use protocol::{JoinSecret, TeamKey};
use statements::DeviceKey;
use wire::{Day, LineId, ReadError, Reader, Writer};

use crate::codec::{read_all, read_flag, read_option, read_string, write_all, write_option};

/// What hardly ever changes.
pub(crate) struct Identity {
    pub(crate) device: DeviceKey,
    pub(crate) line: LineId,
    pub(crate) work_name: String,
    /// The team keys by generation, once this desk has them; the newest seals.
    pub(crate) team: BTreeMap<u32, TeamKey>,
    /// The join secret, until this desk is admitted.
    pub(crate) joining: Option<JoinSecret>,
}

impl Identity {
    /// device seed 32 ‖ line 32 ‖ work name ‖ (generation u32 ‖ team key 32)* ‖ (join secret 16)?.
    pub(crate) fn encode(&self, writer: Writer) -> Writer {
        let writer = writer
            .put(self.device.seed().as_slice())
            .put(&self.line.0)
            .medium(self.work_name.as_bytes());
        let writer = write_all(writer, self.team.iter(), |writer, (generation, key)| {
            writer.u32(*generation).put(key.expose())
        });
        write_option(writer, self.joining.as_ref(), |writer, secret| {
            writer.put(secret.expose())
        })
    }

    pub(crate) fn decode(reader: &mut Reader<'_>) -> Result<Identity, ReadError> {
        Ok(Identity {
            device: DeviceKey::from_seed(&reader.array()?),
            line: LineId(reader.array()?),
            work_name: read_string(reader)?,
            team: read_all(reader, |reader| {
                Ok((reader.u32()?, TeamKey::from_bytes(&reader.array()?)))
            })?
            .into_iter()
            .collect(),
            joining: read_option(reader, |reader| {
                Ok(JoinSecret::from_bytes(&reader.array()?))
            })?,
        })
    }
}

/// Counters and cursors, saved with everything else.
#[derive(Default)]
pub(crate) struct Progress {
    /// The counter of this desk's last event.
    pub(crate) counter: u64,
    /// The id of the last task.
    pub(crate) task: u64,
    pub(crate) posts_after: u64,
    pub(crate) log_after: u64,
    /// The highest number of a shift that this desk planned.
    pub(crate) planned: u32,
    /// The highest serial of a card set that this desk published.
    pub(crate) cards: u32,
    /// The line's day when it was last fetched.
    pub(crate) line_day: Option<Day>,
    /// This desk was shut out of the team.
    pub(crate) shut_out: bool,
    /// The newest generation of the team key that a coordinator has granted to anybody: entries up to it wait for the key.
    pub(crate) team_announced: u32,
}

impl Progress {
    /// counter u64 ‖ task u64 ‖ posts after u64 ‖ log after u64 ‖ planned u32 ‖ cards u32 ‖ line day? ‖ shut out u8 ‖ team announced u32.
    pub(crate) fn encode(&self, writer: Writer, posts_after: u64) -> Writer {
        let writer = writer
            .u64(self.counter)
            .u64(self.task)
            .u64(posts_after)
            .u64(self.log_after)
            .u32(self.planned)
            .u32(self.cards);
        write_option(writer, self.line_day, |writer, day| writer.u32(day.0))
            .u8(self.shut_out.into())
            .u32(self.team_announced)
    }

    pub(crate) fn decode(reader: &mut Reader<'_>) -> Result<Progress, ReadError> {
        Ok(Progress {
            counter: reader.u64()?,
            task: reader.u64()?,
            posts_after: reader.u64()?,
            log_after: reader.u64()?,
            planned: reader.u32()?,
            cards: reader.u32()?,
            line_day: read_option(reader, |reader| reader.u32().map(Day))?,
            shut_out: read_flag(reader)?,
            team_announced: reader.u32()?,
        })
    }
}

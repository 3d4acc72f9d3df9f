//! Shifts whose keys this desk holds.

use protocol::ShiftSecretKey;
use statements::{ShiftNotice, ShiftSigningKey};
use wire::{Day, Minute, ReadError, Reader, Writer};
use zeroize::Zeroizing;

use crate::codec::{read_option, write_option};

/// For how many days after a shift's end its key may still open what was sealed to it.
pub(crate) const KEPT_DAYS: u32 = 7;
/// For how many days a key is kept whose shift was never announced.
const UNANNOUNCED_DAYS: u32 = 42;

/// The keys of one shift.
pub(crate) struct Shift {
    pub(crate) key: ShiftSecretKey,
    pub(crate) signing: ShiftSigningKey,
    /// When it is on duty, once a notice of it was seen.
    pub(crate) times: Option<(Minute, Minute)>,
    got: Day,
}

impl Shift {
    pub(crate) fn new(key: ShiftSecretKey, signing: ShiftSigningKey, got: Day) -> Shift {
        Shift {
            key,
            signing,
            times: None,
            got,
        }
    }

    /// What is granted: seed 32 ‖ signing seed 32.
    pub(crate) fn granted(&self) -> Zeroizing<Vec<u8>> {
        let writer = Writer::with_capacity(64).put(self.key.expose());
        Zeroizing::new(writer.put(self.signing.seed().as_slice()).done())
    }

    /// The keys that a grant brings.
    pub(crate) fn from_granted(content: &[u8], got: Day) -> Result<Shift, ReadError> {
        let mut reader = Reader::new(content);
        let shift = Shift::new(
            ShiftSecretKey::from_seed(&reader.array()?),
            ShiftSigningKey::from_seed(&reader.array()?),
            got,
        );
        reader.end()?;
        Ok(shift)
    }

    /// Whether the notice announces these keys.
    pub(crate) fn is_announced_by(&self, notice: &ShiftNotice) -> bool {
        self.key.public() == *notice.seal_key() && self.signing.public() == notice.signing_key()
    }

    pub(crate) fn is_on_duty(&self, now: Minute) -> bool {
        self.times
            .is_some_and(|(from, until)| from <= now && now < until)
    }

    /// Whether its key is to be destroyed.
    pub(crate) fn is_expired(&self, now: Minute) -> bool {
        let kept_until = match self.times {
            Some((_, until)) => until.plus(KEPT_DAYS * Minute::PER_DAY),
            None => self.got.plus(UNANNOUNCED_DAYS).start(),
        };
        now > kept_until
    }

    /// seed 32 ‖ signing seed 32 ‖ got day ‖ (from ‖ until)?.
    pub(crate) fn encode(&self, writer: Writer) -> Writer {
        let writer = writer
            .put(self.key.expose())
            .put(self.signing.seed().as_slice())
            .u32(self.got.0);
        write_option(writer, self.times, |writer, (from, until)| {
            writer.u32(from.0).u32(until.0)
        })
    }

    pub(crate) fn decode(reader: &mut Reader<'_>) -> Result<Shift, ReadError> {
        let key = ShiftSecretKey::from_seed(&reader.array()?);
        let signing = ShiftSigningKey::from_seed(&reader.array()?);
        let got = Day(reader.u32()?);
        let times = read_option(reader, |reader| {
            Ok((Minute(reader.u32()?), Minute(reader.u32()?)))
        })?;
        Ok(Shift {
            key,
            signing,
            times,
            got,
        })
    }
}

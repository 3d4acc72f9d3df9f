//! Turns: all that a page asks and hears after it was loaded, in two constant sizes (`docs/protocol.md`, section 6).

use alloc::vec::Vec;

use crate::bodies::{BodyError, SlotNames, SlotWrite};
use crate::bytes::{ReadError, Reader, Writer};
use crate::envelope::{ENVELOPE_SIZE, Envelope, Kind};

/// The size of what is asked, and of what is answered, in bytes.
pub const TURN_SIZE: usize = 8_320;

/// What a turn asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TurnKind {
    /// What two slots hold; also the filling turn, with names that nothing lies under.
    ReadSlots = 1,
    /// To write a slot.
    WriteSlot = 2,
    /// To destroy what two slots hold.
    DeleteSlots = 3,
    /// To take a post.
    Post = 4,
    /// The line's document without its cards, from an offset on.
    Line = 5,
    /// To write a slot and then, only if that was done, to take a post.
    SaveAndPost = 6,
}

impl TurnKind {
    /// All of them.
    pub const ALL: [TurnKind; 6] = [
        TurnKind::ReadSlots,
        TurnKind::WriteSlot,
        TurnKind::DeleteSlots,
        TurnKind::Post,
        TurnKind::Line,
        TurnKind::SaveAndPost,
    ];

    /// How many bytes its body has.
    pub fn body_size(self) -> usize {
        match self {
            TurnKind::ReadSlots | TurnKind::DeleteSlots => SlotNames::SIZE,
            TurnKind::WriteSlot => SlotWrite::SIZE,
            TurnKind::Post => ENVELOPE_SIZE,
            TurnKind::Line => 4,
            TurnKind::SaveAndPost => SAVE_AND_POST_SIZE,
        }
    }
}

/// What work is salted with, 16 bytes; a relay's, and for minutes only.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EffortSeed(pub [u8; 16]);

impl EffortSeed {
    /// Its lowest bit, which tells a seed from the one before it.
    pub fn parity(&self) -> bool {
        let [.., last] = self.0;
        last & 1 == 1
    }
}

/// What work the relay asks for now: seed 16 ‖ of who writes for the first time u32 ‖ of who has written before u32. Efforts are
/// attempts on average; 0 asks for nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Demand {
    /// The newest seed.
    pub seed: EffortSeed,
    /// The effort for what takes up new room: a post alone, and a slot that was empty, with a post or without.
    pub first: u32,
    /// The effort for a post that comes with the next state of a slot that holds one.
    pub again: u32,
}

impl Demand {
    /// The size in bytes.
    pub const SIZE: usize = 24;

    fn read(reader: &mut Reader<'_>) -> Result<Demand, ReadError> {
        Ok(Demand {
            seed: EffortSeed(reader.array()?),
            first: reader.u32()?,
            again: reader.u32()?,
        })
    }

    fn write(&self, writer: Writer) -> Writer {
        writer.put(&self.seed.0).u32(self.first).u32(self.again)
    }
}

/// A turn as it is asked: kind u8 ‖ body ‖ filling ‖ nonce u64, [`TURN_SIZE`] bytes in all. What the filling holds is nobody's
/// business; the nonce is part of it unless work is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Turn<'a> {
    /// What is asked for.
    pub kind: TurnKind,
    /// The body that this kind has; it is not looked into here.
    pub body: &'a [u8],
    /// What the sender worked out.
    pub nonce: u64,
}

impl<'a> Turn<'a> {
    /// Reads a request.
    ///
    /// # Errors
    /// When it has not exactly 8,320 bytes, or is of no known kind.
    pub fn parse(bytes: &'a [u8]) -> Result<Turn<'a>, ReadError> {
        if bytes.len() != TURN_SIZE {
            return Err(ReadError::Truncated);
        }
        let mut reader = Reader::new(bytes);
        let code = reader.u8()?;
        let kind = TurnKind::ALL.into_iter().find(|kind| *kind as u8 == code);
        let kind = kind.ok_or(ReadError::Value)?;
        let body = reader.take(kind.body_size())?;
        let mut nonce = Reader::new(bytes.get(TURN_SIZE - NONCE_SIZE..).unwrap_or_default());
        Ok(Turn {
            kind,
            body,
            nonce: u64::from_be_bytes(nonce.array()?),
        })
    }

    /// The request's bytes, filled up with zeros.
    pub fn to_bytes(&self) -> Vec<u8> {
        let writer = Writer::with_capacity(TURN_SIZE).u8(self.kind as u8);
        let mut bytes = writer.put(self.body).done();
        bytes.resize(TURN_SIZE - NONCE_SIZE, 0);
        bytes.extend(self.nonce.to_be_bytes());
        bytes
    }
}

/// A turn as it is answered: status u16 ‖ body length u16 ‖ body ‖ zeros ‖ demand 24, [`TURN_SIZE`] bytes in all. Status and body are
/// those of the request that was asked for by itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TurnAnswer {
    /// The status, as HTTP has it.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
    /// What work is asked for from now on.
    pub demand: Demand,
}

impl TurnAnswer {
    /// How long a body may be, in bytes.
    pub const ROOM: usize = TURN_SIZE - 4 - Demand::SIZE;
    /// How much of a line's document one answer holds, after its length u32.
    pub const LINE_PART: usize = Self::ROOM - 4;

    /// Reads an answer.
    ///
    /// # Errors
    /// When it has not exactly 8,320 bytes, or its body would not fit into them.
    pub fn parse(bytes: &[u8]) -> Result<TurnAnswer, ReadError> {
        if bytes.len() != TURN_SIZE {
            return Err(ReadError::Truncated);
        }
        let mut reader = Reader::new(bytes);
        let status = reader.u16()?;
        let body = reader.medium()?;
        if body.len() > Self::ROOM {
            return Err(ReadError::Truncated);
        }
        let mut end = Reader::new(bytes.get(TURN_SIZE - Demand::SIZE..).unwrap_or_default());
        Ok(TurnAnswer {
            status,
            body: body.to_vec(),
            demand: Demand::read(&mut end)?,
        })
    }

    /// The answer's bytes. A body that has no room, which none has, is cut.
    pub fn to_bytes(&self) -> Vec<u8> {
        let body = self.body.get(..Self::ROOM).unwrap_or(&self.body);
        let writer = Writer::with_capacity(TURN_SIZE).u16(self.status);
        let mut bytes = writer.medium(body).done();
        bytes.resize(TURN_SIZE - Demand::SIZE, 0);
        bytes.extend(self.demand.write(Writer::default()).done());
        bytes
    }
}

const NONCE_SIZE: usize = 8;
const SAVE_AND_POST_SIZE: usize = SlotWrite::SIZE + ENVELOPE_SIZE;

/// The body of a turn that saves and posts: a slot's write 4,192 ‖ a post 4,096.
pub fn save_and_post(write: &SlotWrite, post: &Envelope) -> Vec<u8> {
    Writer::with_capacity(SAVE_AND_POST_SIZE)
        .put(&write.to_bytes())
        .put(post.as_bytes())
        .done()
}

/// Reads what [`save_and_post`] wrote.
///
/// # Errors
/// When it has another size, or does not hold a slot envelope and a post.
pub fn parse_save_and_post(bytes: &[u8]) -> Result<(SlotWrite, Envelope), BodyError> {
    let mut reader = Reader::new(bytes);
    let write = SlotWrite::parse(reader.take(SlotWrite::SIZE)?)?;
    let post = Envelope::parse_kind(reader.rest(), Kind::Post)?;
    Ok((write, post))
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn every_kind_has_room_and_one_size() {
        for kind in TurnKind::ALL {
            let body = vec![7; kind.body_size()];
            let nonce = 0x0102_0304_0506_0708;
            let asked = Turn {
                kind,
                body: &body,
                nonce,
            };
            let bytes = asked.to_bytes();
            assert_eq!(bytes.len(), TURN_SIZE);
            assert_eq!(Turn::parse(&bytes).unwrap(), asked);
        }
    }

    #[test]
    fn another_size_or_kind_is_refused() {
        let turn = [1; TURN_SIZE + 1];
        assert!(Turn::parse(&turn[..TURN_SIZE]).is_ok());
        for wrong in [&turn[..], &turn[..TURN_SIZE - 1], &[][..]] {
            assert_eq!(Turn::parse(wrong), Err(ReadError::Truncated));
        }
        for kind in [0, 7, 255] {
            assert_eq!(Turn::parse(&[kind; TURN_SIZE]), Err(ReadError::Value));
        }
    }

    #[test]
    fn an_answer_is_read_back_and_never_beyond_its_size() {
        let demand = Demand {
            seed: EffortSeed([8; 16]),
            first: 64,
            again: u32::MAX,
        };
        for length in [0, 32, TurnAnswer::ROOM] {
            let answer = TurnAnswer {
                status: 409,
                body: vec![9; length],
                demand,
            };
            let bytes = answer.to_bytes();
            assert_eq!(bytes.len(), TURN_SIZE);
            assert_eq!(TurnAnswer::parse(&bytes).unwrap(), answer);
        }
        let mut longer = vec![0; TURN_SIZE];
        longer[2..4].copy_from_slice(&8_293_u16.to_be_bytes());
        assert!(TurnAnswer::parse(&longer).is_err());
    }
}

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

/// A turn as it is asked: kind u8 ‖ body ‖ filling, [`TURN_SIZE`] bytes in all. What the filling holds is nobody's business.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Turn<'a> {
    /// What is asked for.
    pub kind: TurnKind,
    /// The body that this kind has; it is not looked into here.
    pub body: &'a [u8],
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
        Ok(Turn { kind, body })
    }

    /// The request's bytes, filled up with zeros.
    pub fn to_bytes(&self) -> Vec<u8> {
        let writer = Writer::with_capacity(TURN_SIZE).u8(self.kind as u8);
        let mut bytes = writer.put(self.body).done();
        bytes.resize(TURN_SIZE, 0);
        bytes
    }
}

/// A turn as it is answered: status u16 ‖ body length u16 ‖ body ‖ zeros, [`TURN_SIZE`] bytes in all. Status and body are those of the
/// request that was asked for by itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TurnAnswer {
    /// The status, as HTTP has it.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

impl TurnAnswer {
    /// How long a body may be, in bytes.
    pub const ROOM: usize = TURN_SIZE - 4;
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
        let body = reader.medium()?.to_vec();
        Ok(TurnAnswer { status, body })
    }

    /// The answer's bytes. A body that has no room, which none has, is cut.
    pub fn to_bytes(&self) -> Vec<u8> {
        let body = self.body.get(..Self::ROOM).unwrap_or(&self.body);
        let writer = Writer::with_capacity(TURN_SIZE).u16(self.status);
        let mut bytes = writer.medium(body).done();
        bytes.resize(TURN_SIZE, 0);
        bytes
    }
}

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
            let bytes = Turn { kind, body: &body }.to_bytes();
            assert_eq!(bytes.len(), TURN_SIZE);
            let turn = Turn::parse(&bytes).unwrap();
            assert_eq!((turn.kind, turn.body), (kind, body.as_slice()));
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
        for length in [0, 32, TurnAnswer::ROOM] {
            let answer = TurnAnswer {
                status: 409,
                body: vec![9; length],
            };
            let bytes = answer.to_bytes();
            assert_eq!(bytes.len(), TURN_SIZE);
            assert_eq!(TurnAnswer::parse(&bytes).unwrap(), answer);
        }
        let mut longer = vec![0; TURN_SIZE];
        longer[2..4].copy_from_slice(&8_317_u16.to_be_bytes());
        assert!(TurnAnswer::parse(&longer).is_err());
    }
}

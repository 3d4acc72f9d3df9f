//! Sizes, envelope bytes and HTTP bodies of the line: total parsers, no keys.
//!
//! The layouts are those of `docs/protocol.md`, sections 1 and 6. Nothing here knows a key or what an
//! envelope means; every parser takes any bytes at all and either returns a value or says what is wrong.
#![no_std]

extern crate alloc;

mod bodies;
mod bytes;
mod envelope;
mod time;
mod turn;

pub use bodies::{
    BodyError, DeskSession, LineDocument, POSTS_PER_PAGE, SLOTS_PER_REQUEST, SequencedEnvelope,
    Shred, SlotContent, SlotNames, SlotWrite, read_sequenced, write_sequenced,
};
pub use bytes::{ReadError, Reader, Writer};
pub use envelope::{
    ENVELOPE_SIZE, Envelope, EnvelopeError, HEADER_SIZE, Header, Kind, SEALED_SIZE, VERSION,
};
pub use time::{Day, Minute};
pub use turn::{
    Demand, EffortSeed, TURN_SIZE, Turn, TurnAnswer, TurnKind, parse_save_and_post, save_and_post,
};

/// The tag of one purpose: `footbridge/1/NAME` and a zero byte (`docs/protocol.md`, first paragraph).
///
/// ```
/// assert_eq!(wire::tag!("line-id"), b"footbridge/1/line-id\0");
/// ```
#[macro_export]
macro_rules! tag {
    ($name:literal) => {
        concat!("footbridge/1/", $name, "\0").as_bytes()
    };
}

/// The hash of a line's root, 32 bytes; names the line everywhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LineId(pub [u8; 32]);

impl LineId {
    /// The first 8 bytes, as they stand in each envelope's header.
    pub fn tag(&self) -> [u8; 8] {
        let mut tag = [0; 8];
        for (to, from) in tag.iter_mut().zip(self.0) {
            *to = from;
        }
        tag
    }
}

/// The name of a slot, 32 bytes: whoever knows it may read and write the slot.
///
/// It is a capability, so it is not printed; a store keeps only its hash.
#[derive(Clone, PartialEq, Eq)]
pub struct SlotName(pub [u8; 32]);

/// The hash of a whole envelope, `H(envelope)`, 32 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct EnvelopeHash(pub [u8; 32]);

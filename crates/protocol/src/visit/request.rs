//! What a visit asks of the relay, and what may become of it.

use alloc::{boxed::Box, vec::Vec};
use wire::{Envelope, SlotContent, SlotNames, SlotWrite, TurnKind};

/// What the visit asks of the relay; the caller carries it out and answers with an [`Outcome`].
#[derive(Clone)]
pub enum Request {
    /// `POST /v1/slots/read`.
    ReadSlots(SlotNames),
    /// `POST /v1/slots/write`.
    WriteSlot(SlotWrite),
    /// `POST /v1/slots/delete`.
    DeleteSlots(SlotNames),
    /// `POST /v1/posts`.
    Post(Envelope),
    /// The state is written and then, only if that was done, the message posted: both in one turn.
    SaveAndPost(SlotWrite, Envelope),
}

impl Request {
    /// What is asked for, and the body, as a page's turn has them.
    pub fn to_turn(&self) -> (TurnKind, Vec<u8>) {
        match self {
            Request::ReadSlots(names) => (TurnKind::ReadSlots, names.to_bytes()),
            Request::WriteSlot(write) => (TurnKind::WriteSlot, write.to_bytes()),
            Request::DeleteSlots(names) => (TurnKind::DeleteSlots, names.to_bytes()),
            Request::Post(envelope) => (TurnKind::Post, envelope.as_bytes().to_vec()),
            Request::SaveAndPost(write, post) => {
                (TurnKind::SaveAndPost, wire::save_and_post(write, post))
            }
        }
    }
}

/// What became of a request.
pub enum Outcome {
    /// The two slots that were read.
    Slots(Box<[SlotContent; 2]>),
    /// Acknowledged.
    Done,
    /// Another device or window wrote the slot meanwhile.
    Conflict,
    /// The relay said no; the caller knows its code.
    Refused,
    /// It did not leave this device.
    NotSent,
    /// It left, and no answer came.
    NotKnown,
}

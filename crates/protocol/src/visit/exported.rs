//! A visit as bytes, for the memory of one page between two calls.

use alloc::vec::Vec;
use wire::{
    Envelope, EnvelopeHash, Kind, LineId, ReadError, Reader, SlotName, SlotNames, SlotWrite, Writer,
};
use zeroize::Zeroizing;

use super::{Request, Stage, Visit};
use crate::contact::{ContactState, read_optional};
use crate::phrase::PhraseRoot;

impl Visit {
    /// Everything of the visit, for the memory of one page between two calls; nothing else may have it.
    pub fn export(&self) -> Zeroizing<Vec<u8>> {
        let state = self.state.to_bytes();
        let writer = Writer::with_capacity(16 * 1024)
            .put(self.root.expose())
            .put(&self.root.line().0)
            .u8(self.by_hand.into())
            .u8(self.stage as u8)
            .u8(self.unsaved.into())
            .u8(self.replace_unopened.into())
            .u8(self.sending.into())
            .put(&self.stored.map_or([0; 32], |hash| hash.0))
            .u8(self.receipt.is_some().into())
            .u32(self.receipt.unwrap_or_default())
            .medium(&state)
            .u16(u16::try_from(self.read_slots.len()).unwrap_or(u16::MAX));
        let writer = self
            .read_slots
            .iter()
            .take(u16::MAX.into())
            .fold(writer, |writer, name| writer.put(&name.0));
        let writer = match &self.last {
            None => writer.u8(0),
            Some(request) => {
                let (kind, body) = request.to_turn();
                writer.u8(kind as u8).long(&body)
            }
        };
        Zeroizing::new(writer.done())
    }

    /// A visit that [`Visit::export`] gave.
    ///
    /// # Errors
    /// When the bytes are not one.
    pub fn import(bytes: &[u8]) -> Result<Visit, ReadError> {
        let mut reader = Reader::new(bytes);
        let secret: Zeroizing<[u8; 32]> = Zeroizing::new(reader.array()?);
        let line = LineId(reader.array()?);
        let root = PhraseRoot::from_bytes(&secret, &line);
        let by_hand = read_optional(&mut reader, |_| Ok(()))?.is_some();
        let stage = Stage::from_code(reader.u8()?).ok_or(ReadError::Value)?;
        let unsaved = read_optional(&mut reader, |_| Ok(()))?.is_some();
        let replace_unopened = read_optional(&mut reader, |_| Ok(()))?.is_some();
        let sending = read_optional(&mut reader, |_| Ok(()))?.is_some();
        let stored = reader.array()?;
        let stored = (stored != [0; 32]).then_some(EnvelopeHash(stored));
        let has_receipt = read_optional(&mut reader, |_| Ok(()))?.is_some();
        let receipt = Some(reader.u32()?).filter(|_| has_receipt);
        let state = ContactState::from_bytes(reader.medium()?)?;
        let count = reader.u16()?;
        let read_slots = (0..count)
            .map(|_| reader.array().map(SlotName))
            .collect::<Result<Vec<_>, ReadError>>()?;
        let last = Self::read_request(&mut reader)?;
        reader.end()?;
        Ok(Visit {
            root,
            state,
            by_hand,
            stage,
            stored,
            unsaved,
            replace_unopened,
            read_slots,
            sending,
            receipt,
            last,
        })
    }

    fn read_request(reader: &mut Reader<'_>) -> Result<Option<Request>, ReadError> {
        let kind = reader.u8()?;
        if kind == 0 {
            return Ok(None);
        }
        let bytes = reader.long()?;
        let wrong = |_| ReadError::Value;
        Ok(Some(match kind {
            1 => Request::ReadSlots(SlotNames::parse(bytes)?),
            2 => Request::WriteSlot(SlotWrite::parse(bytes).map_err(wrong)?),
            3 => Request::DeleteSlots(SlotNames::parse(bytes)?),
            4 => Request::Post(
                Envelope::parse_kind(bytes, Kind::Post).map_err(|_| ReadError::Value)?,
            ),
            6 => {
                let (write, post) = wire::parse_save_and_post(bytes).map_err(wrong)?;
                Request::SaveAndPost(write, post)
            }
            _ => return Err(ReadError::Value),
        }))
    }
}

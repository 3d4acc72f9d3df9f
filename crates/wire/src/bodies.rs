//! The bodies of the relay's HTTP interface (`docs/protocol.md`, section 6).

use alloc::vec::Vec;

use crate::bytes::{ReadError, Reader, Writer};
use crate::envelope::{ENVELOPE_SIZE, Envelope, EnvelopeError, Kind};
use crate::time::Day;
use crate::{EnvelopeHash, SlotName};

/// How many slots one request reads or deletes; unused places hold random names.
pub const SLOTS_PER_REQUEST: usize = 2;
/// How many posts or log entries one answer holds at most.
pub const POSTS_PER_PAGE: usize = 128;

/// Why bytes are not the body that was expected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BodyError {
    /// The layout is not kept.
    Layout(ReadError),
    /// An envelope in it is not one.
    Envelope(EnvelopeError),
}

impl core::fmt::Display for BodyError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            BodyError::Layout(error) => error.fmt(f),
            BodyError::Envelope(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for BodyError {}

impl From<ReadError> for BodyError {
    fn from(error: ReadError) -> Self {
        BodyError::Layout(error)
    }
}

impl From<EnvelopeError> for BodyError {
    fn from(error: EnvelopeError) -> Self {
        BodyError::Envelope(error)
    }
}

/// The names in a request to read or delete slots: 2 × 32 bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct SlotNames(pub [SlotName; SLOTS_PER_REQUEST]);

impl SlotNames {
    /// The size in bytes.
    pub const SIZE: usize = 32 * SLOTS_PER_REQUEST;

    /// Reads a body.
    ///
    /// # Errors
    /// When it has not exactly 64 bytes.
    pub fn parse(bytes: &[u8]) -> Result<SlotNames, ReadError> {
        let mut reader = Reader::new(bytes);
        let names = [SlotName(reader.array()?), SlotName(reader.array()?)];
        reader.end()?;
        Ok(SlotNames(names))
    }

    /// The body's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0
            .iter()
            .fold(Writer::with_capacity(Self::SIZE), |writer, name| {
                writer.put(&name.0)
            })
            .done()
    }
}

/// What the relay answers for one slot: shred key 32 ‖ envelope 4,096. Noise where there is nothing.
#[derive(Clone)]
pub struct SlotContent {
    /// The key that the relay holds beside the envelope and destroys with it.
    pub shred_key: [u8; 32],
    /// The envelope.
    pub envelope: Envelope,
}

impl SlotContent {
    /// The size in bytes.
    pub const SIZE: usize = 32 + ENVELOPE_SIZE;

    /// Reads the answer to a request of two slots.
    ///
    /// # Errors
    /// When it has not exactly 2 × 4,128 bytes, or they hold no slot envelopes.
    pub fn parse_answer(bytes: &[u8]) -> Result<[SlotContent; SLOTS_PER_REQUEST], BodyError> {
        let mut reader = Reader::new(bytes);
        let contents = [Self::read(&mut reader)?, Self::read(&mut reader)?];
        reader.end()?;
        Ok(contents)
    }

    fn read(reader: &mut Reader<'_>) -> Result<SlotContent, BodyError> {
        Ok(SlotContent {
            shred_key: reader.array()?,
            envelope: Envelope::parse_kind(reader.take(ENVELOPE_SIZE)?, Kind::Slot)?,
        })
    }

    /// The bytes of one slot's answer.
    pub fn to_bytes(&self) -> Vec<u8> {
        Writer::with_capacity(Self::SIZE)
            .put(&self.shred_key)
            .put(self.envelope.as_bytes())
            .done()
    }
}

/// A request to write a slot: name 32 ‖ hash of the envelope it replaces, or zeros, 32 ‖ shred key 32 ‖ envelope 4,096.
#[derive(Clone)]
pub struct SlotWrite {
    /// Which slot.
    pub name: SlotName,
    /// The envelope that must be there now; `None` when the slot must be empty.
    pub replaces: Option<EnvelopeHash>,
    /// The key to hold beside the envelope.
    pub shred_key: [u8; 32],
    /// What to hold.
    pub envelope: Envelope,
}

impl SlotWrite {
    /// The size in bytes.
    pub const SIZE: usize = 96 + ENVELOPE_SIZE;

    /// Reads a body.
    ///
    /// # Errors
    /// When it has not exactly 4,192 bytes, or holds no slot envelope.
    pub fn parse(bytes: &[u8]) -> Result<SlotWrite, BodyError> {
        let mut reader = Reader::new(bytes);
        let name = SlotName(reader.array()?);
        let replaced = reader.array()?;
        let replaces = (replaced != [0; 32]).then_some(EnvelopeHash(replaced));
        let shred_key = reader.array()?;
        let envelope = Envelope::parse_kind(reader.take(ENVELOPE_SIZE)?, Kind::Slot)?;
        reader.end()?;
        Ok(SlotWrite {
            name,
            replaces,
            shred_key,
            envelope,
        })
    }

    /// The body's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        Writer::with_capacity(Self::SIZE)
            .put(&self.name.0)
            .put(&self.replaces.map_or([0; 32], |hash| hash.0))
            .put(&self.shred_key)
            .put(self.envelope.as_bytes())
            .done()
    }
}

/// A request to destroy a post or log entry: hash of the envelope 32 ‖ token 32.
#[derive(Clone)]
pub struct Shred {
    /// Which envelope.
    pub envelope: EnvelopeHash,
    /// The token whose hash its header carries.
    pub token: [u8; 32],
}

impl Shred {
    /// The size in bytes.
    pub const SIZE: usize = 64;

    /// Reads a body.
    ///
    /// # Errors
    /// When it has not exactly 64 bytes.
    pub fn parse(bytes: &[u8]) -> Result<Shred, ReadError> {
        let mut reader = Reader::new(bytes);
        let shred = Shred {
            envelope: EnvelopeHash(reader.array()?),
            token: reader.array()?,
        };
        reader.end()?;
        Ok(shred)
    }

    /// The body's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        Writer::with_capacity(Self::SIZE)
            .put(&self.envelope.0)
            .put(&self.token)
            .done()
    }
}

/// A desk's request for a session: device key 32 ‖ nonce 32 ‖ signature 64.
#[derive(Clone)]
pub struct DeskSession {
    /// The desk's Ed25519 public key.
    pub device: [u8; 32],
    /// The relay's challenge.
    pub nonce: [u8; 32],
    /// The signature over `tag "session" ‖ line id ‖ nonce`.
    pub signature: [u8; 64],
}

impl DeskSession {
    /// The size in bytes.
    pub const SIZE: usize = 128;

    /// Reads a body.
    ///
    /// # Errors
    /// When it has not exactly 128 bytes.
    pub fn parse(bytes: &[u8]) -> Result<DeskSession, ReadError> {
        let mut reader = Reader::new(bytes);
        let session = DeskSession {
            device: reader.array()?,
            nonce: reader.array()?,
            signature: reader.array()?,
        };
        reader.end()?;
        Ok(session)
    }

    /// The body's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        Writer::with_capacity(Self::SIZE)
            .put(&self.device)
            .put(&self.nonce)
            .put(&self.signature)
            .done()
    }
}

/// A post or log entry with its place in the order.
#[derive(Clone, Debug)]
pub struct SequencedEnvelope {
    /// Its place; rises by at least one from each to the next.
    pub sequence: u64,
    /// The envelope.
    pub envelope: Envelope,
}

/// Writes (sequence u64 ‖ envelope 4,096)*.
pub fn write_sequenced(items: &[SequencedEnvelope]) -> Vec<u8> {
    items
        .iter()
        .fold(
            Writer::with_capacity(items.len() * (8 + ENVELOPE_SIZE)),
            |writer, item| writer.u64(item.sequence).put(item.envelope.as_bytes()),
        )
        .done()
}

/// Reads (sequence u64 ‖ envelope 4,096)* of one kind.
///
/// # Errors
/// When there are more than 128, bytes are left over, an envelope is of another kind, or the sequence does not rise.
pub fn read_sequenced(bytes: &[u8], kind: Kind) -> Result<Vec<SequencedEnvelope>, BodyError> {
    let mut reader = Reader::new(bytes);
    let mut items: Vec<SequencedEnvelope> = Vec::new();
    while reader.left() > 0 {
        let sequence = reader.u64()?;
        let envelope = Envelope::parse_kind(reader.take(ENVELOPE_SIZE)?, kind)?;
        let rises = items.last().is_none_or(|last| last.sequence < sequence);
        if !rises || items.len() == POSTS_PER_PAGE {
            return Err(ReadError::Value.into());
        }
        items.push(SequencedEnvelope { sequence, envelope });
    }
    Ok(items)
}

/// What `GET /v1/line` answers: day u32 ‖ (length u32 ‖ statement)*; the statements are not verified here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LineDocument {
    /// The relay's own day.
    pub day: Day,
    /// The statements' bytes, root first.
    pub statements: Vec<Vec<u8>>,
}

impl LineDocument {
    /// How many statements one document holds at most.
    pub const STATEMENTS: usize = 24;

    /// Reads an answer.
    ///
    /// # Errors
    /// When it is truncated or holds more than 24 statements.
    pub fn parse(bytes: &[u8]) -> Result<LineDocument, ReadError> {
        let mut reader = Reader::new(bytes);
        let day = Day(reader.u32()?);
        let mut statements = Vec::new();
        while reader.left() > 0 {
            if statements.len() == Self::STATEMENTS {
                return Err(ReadError::Value);
            }
            statements.push(reader.long()?.to_vec());
        }
        Ok(LineDocument { day, statements })
    }

    /// The answer's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.statements
            .iter()
            .fold(Writer::default().u32(self.day.0), |writer, statement| {
                writer.long(statement)
            })
            .done()
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;
    use crate::{Header, LineId, SEALED_SIZE};

    fn envelope(kind: Kind) -> Envelope {
        let header = Header {
            kind,
            epoch: 1,
            line_tag: LineId([2; 32]).tag(),
            mark: [3; 16],
            shred_hash: [4; 32],
        };
        Envelope::assemble(&header, &[5; SEALED_SIZE]).unwrap()
    }

    #[test]
    fn a_slot_is_written_first_or_in_place_of_what_it_held() {
        let write = |replaces| SlotWrite {
            name: SlotName([1; 32]),
            replaces,
            shred_key: [2; 32],
            envelope: envelope(Kind::Slot),
        };
        for replaces in [None, Some(EnvelopeHash([9; 32]))] {
            let bytes = write(replaces).to_bytes();
            assert_eq!(bytes.len(), SlotWrite::SIZE);
            assert_eq!(SlotWrite::parse(&bytes).unwrap().replaces, replaces);
        }
    }

    #[test]
    fn bodies_have_the_sizes_they_say() {
        let content = SlotContent {
            shred_key: [1; 32],
            envelope: envelope(Kind::Slot),
        };
        assert_eq!(content.to_bytes().len(), SlotContent::SIZE);
        let names = SlotNames([SlotName([1; 32]), SlotName([2; 32])]);
        assert_eq!(names.to_bytes().len(), SlotNames::SIZE);
        assert_eq!(Shred::SIZE, 64);
        assert_eq!(DeskSession::SIZE, 128);
    }

    #[test]
    fn a_page_of_posts_is_full_at_128() {
        let items = |count: u64| -> Vec<SequencedEnvelope> {
            let item = |sequence| SequencedEnvelope {
                sequence,
                envelope: envelope(Kind::Post),
            };
            (0..count).map(item).collect()
        };
        let full = write_sequenced(&items(128));
        assert_eq!(read_sequenced(&full, Kind::Post).unwrap().len(), 128);
        let over = write_sequenced(&items(129));
        let error = read_sequenced(&over, Kind::Post).unwrap_err();
        assert_eq!(error, BodyError::Layout(ReadError::Value));
    }

    #[test]
    fn a_page_of_posts_holds_nothing_else() {
        let item = SequencedEnvelope {
            sequence: 1,
            envelope: envelope(Kind::LogEntry),
        };
        let error = read_sequenced(&write_sequenced(&[item]), Kind::Post).unwrap_err();
        assert_eq!(error, BodyError::Envelope(EnvelopeError::Kind(2)));
    }

    #[test]
    fn a_line_document_holds_at_most_twenty_four_statements() {
        let document = |count| LineDocument {
            day: Day(7),
            statements: vec![vec![1, 2]; count],
        };
        let full = document(24).to_bytes();
        assert_eq!(LineDocument::parse(&full).unwrap().statements.len(), 24);
        let error = LineDocument::parse(&document(25).to_bytes()).unwrap_err();
        assert_eq!(error, ReadError::Value);
    }
}

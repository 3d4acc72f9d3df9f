//! The envelope: 4,096 bytes, a 64-byte header and a sealed part.

use alloc::{boxed::Box, vec::Vec};

use crate::bytes::{ReadError, Reader, Writer};

/// The size of every envelope, in bytes.
pub const ENVELOPE_SIZE: usize = 4096;
/// The size of an envelope's header, in bytes.
pub const HEADER_SIZE: usize = 64;
/// The size of an envelope's sealed part, in bytes.
pub const SEALED_SIZE: usize = ENVELOPE_SIZE - HEADER_SIZE;
/// The version of the protocol that these envelopes have.
pub const VERSION: u8 = 1;

/// Where an envelope belongs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// From a contact, into the tray.
    Post = 1,
    /// From a desk, into the team log.
    LogEntry = 2,
    /// Into a slot.
    Slot = 3,
}

/// The first 64 bytes of an envelope, in the open.
///
/// version u8 ‖ kind u8 ‖ zero u16 ‖ epoch u32 ‖ line tag 8 ‖ mark 16 ‖ shred hash 32.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Header {
    /// Where it belongs.
    pub kind: Kind,
    /// Of a post the shift's number, of a log entry the team key's generation, of a slot 0.
    pub epoch: u32,
    /// The first 8 bytes of the line id.
    pub line_tag: [u8; 8],
    /// Random-looking; tells the one who took a case which posts are its follow-ups.
    pub mark: [u8; 16],
    /// The hash of the token that destroys this envelope on the relay.
    pub shred_hash: [u8; 32],
}

/// Why bytes are not an envelope.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EnvelopeError {
    /// They are not exactly 4,096 bytes long.
    Size,
    /// They are of a version that this program does not know.
    Version(u8),
    /// They name no known kind, or another than was expected here.
    Kind(u8),
    /// Bytes that must be zero are not.
    Reserved,
}

impl core::fmt::Display for EnvelopeError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            EnvelopeError::Size => write!(f, "an envelope has exactly {ENVELOPE_SIZE} bytes"),
            EnvelopeError::Version(found) => write!(f, "version {found} is not known here"),
            EnvelopeError::Kind(found) => write!(f, "kind {found} does not belong here"),
            EnvelopeError::Reserved => f.write_str("bytes that must be zero are not"),
        }
    }
}

impl core::error::Error for EnvelopeError {}

impl Header {
    /// The header's bytes.
    pub fn to_bytes(&self) -> [u8; HEADER_SIZE] {
        let written = Writer::with_capacity(HEADER_SIZE)
            .u8(VERSION)
            .u8(self.kind as u8)
            .u16(0)
            .u32(self.epoch)
            .put(&self.line_tag)
            .put(&self.mark)
            .put(&self.shred_hash)
            .done();
        let mut bytes = [0; HEADER_SIZE];
        for (to, from) in bytes.iter_mut().zip(written) {
            *to = from;
        }
        bytes
    }

    fn read(reader: &mut Reader<'_>) -> Result<Header, EnvelopeError> {
        let short = |_: ReadError| EnvelopeError::Size;
        match reader.u8().map_err(short)? {
            VERSION => {}
            other => return Err(EnvelopeError::Version(other)),
        }
        let kind = match reader.u8().map_err(short)? {
            1 => Kind::Post,
            2 => Kind::LogEntry,
            3 => Kind::Slot,
            other => return Err(EnvelopeError::Kind(other)),
        };
        if reader.u16().map_err(short)? != 0 {
            return Err(EnvelopeError::Reserved);
        }
        Ok(Header {
            kind,
            epoch: reader.u32().map_err(short)?,
            line_tag: reader.array().map_err(short)?,
            mark: reader.array().map_err(short)?,
            shred_hash: reader.array().map_err(short)?,
        })
    }
}

/// One sealed message of constant size, with a well-formed header.
///
/// A well-formed header says nothing about the sealed part: that is known only on opening.
#[derive(Clone, PartialEq, Eq)]
pub struct Envelope {
    bytes: Box<[u8; ENVELOPE_SIZE]>,
    header: Header,
}

impl Envelope {
    /// Takes any bytes for an envelope.
    ///
    /// # Errors
    /// `Size` unless there are exactly 4,096; `Version`, `Kind`, `Reserved` by the header's first four bytes.
    pub fn parse(bytes: &[u8]) -> Result<Envelope, EnvelopeError> {
        if bytes.len() != ENVELOPE_SIZE {
            return Err(EnvelopeError::Size);
        }
        let owned: Box<[u8; ENVELOPE_SIZE]> = bytes
            .to_vec()
            .into_boxed_slice()
            .try_into()
            .map_err(|_| EnvelopeError::Size)?;
        let header = Header::read(&mut Reader::new(owned.as_slice()))?;
        Ok(Envelope {
            bytes: owned,
            header,
        })
    }

    /// As [`Envelope::parse`], where only one kind belongs.
    ///
    /// # Errors
    /// As `parse`, and `Kind` when it is of another.
    pub fn parse_kind(bytes: &[u8], kind: Kind) -> Result<Envelope, EnvelopeError> {
        let envelope = Envelope::parse(bytes)?;
        if envelope.header.kind == kind {
            Ok(envelope)
        } else {
            Err(EnvelopeError::Kind(envelope.header.kind as u8))
        }
    }

    /// Puts a header and a sealed part together.
    ///
    /// # Errors
    /// `Size` unless the sealed part has exactly 4,032 bytes.
    pub fn assemble(header: &Header, sealed: &[u8]) -> Result<Envelope, EnvelopeError> {
        let mut bytes = Vec::with_capacity(ENVELOPE_SIZE);
        bytes.extend_from_slice(&header.to_bytes());
        bytes.extend_from_slice(sealed);
        Envelope::parse(&bytes)
    }

    /// The header.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The header's bytes, which are the additional data of the sealed part.
    pub fn header_bytes(&self) -> &[u8] {
        self.bytes.get(..HEADER_SIZE).unwrap_or_default()
    }

    /// The sealed part, 4,032 bytes.
    pub fn sealed(&self) -> &[u8] {
        self.bytes.get(HEADER_SIZE..).unwrap_or_default()
    }

    /// All 4,096 bytes.
    pub fn as_bytes(&self) -> &[u8; ENVELOPE_SIZE] {
        &self.bytes
    }
}

impl core::fmt::Debug for Envelope {
    /// Says that it is an envelope and of which kind, nothing that tells it from another.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Envelope({:?})", self.header.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: Header = Header {
        kind: Kind::Post,
        epoch: 0x0102_0304,
        line_tag: [5; 8],
        mark: [6; 16],
        shred_hash: [7; 32],
    };

    fn changed(place: usize, value: u8) -> Result<Envelope, EnvelopeError> {
        let mut bytes = *Envelope::assemble(&HEADER, &[8; SEALED_SIZE])?.as_bytes();
        bytes[place] = value;
        Envelope::parse(&bytes)
    }

    #[test]
    fn a_header_stands_where_the_document_says() {
        let bytes = HEADER.to_bytes();
        assert_eq!(bytes[..8], [1, 1, 0, 0, 1, 2, 3, 4]);
        assert_eq!(bytes[8..16], [5; 8]);
        assert_eq!(bytes[16..32], [6; 16]);
        assert_eq!(bytes[32..64], [7; 32]);
        let envelope = Envelope::assemble(&HEADER, &[8; SEALED_SIZE]).unwrap();
        assert_eq!(envelope.header(), &HEADER);
        assert_eq!(envelope.header_bytes(), bytes);
        assert_eq!(envelope.sealed(), [8; SEALED_SIZE]);
    }

    #[test]
    fn each_error_has_its_cause() {
        for size in [0, 63, 64, 4095, 4097, 8192] {
            let bytes = alloc::vec![1; size];
            assert_eq!(Envelope::parse(&bytes).err(), Some(EnvelopeError::Size));
        }
        assert_eq!(changed(0, 2).err(), Some(EnvelopeError::Version(2)));
        assert_eq!(changed(1, 0).err(), Some(EnvelopeError::Kind(0)));
        assert_eq!(changed(1, 4).err(), Some(EnvelopeError::Kind(4)));
        assert_eq!(changed(2, 1).err(), Some(EnvelopeError::Reserved));
        assert_eq!(changed(3, 1).err(), Some(EnvelopeError::Reserved));
        let post = changed(0, 1).unwrap();
        let elsewhere = Envelope::parse_kind(post.as_bytes(), Kind::Slot);
        assert_eq!(elsewhere.err(), Some(EnvelopeError::Kind(1)));
        let short = Envelope::assemble(&HEADER, &[8; SEALED_SIZE - 1]);
        assert_eq!(short.err(), Some(EnvelopeError::Size));
    }

    #[test]
    fn an_envelope_is_not_printed() {
        let printed = alloc::format!("{:?}", changed(0, 1).unwrap());
        assert_eq!(printed, "Envelope(Post)");
    }
}

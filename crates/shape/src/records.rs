//! TLS records in a stream of bytes: kind and size, by their heads alone (RFC 8446, section 5.1).

use serde::{Deserialize, Serialize};

/// Bytes of a record's head: kind, version, length.
const HEAD: usize = 5;
/// The most that a record holds when it is encrypted (RFC 8446, section 5.2).
const MOST: usize = (1 << 14) + 256;
/// Change of cipher, alert, handshake, application data, heartbeat.
const KINDS: std::ops::RangeInclusive<u8> = 20..=24;
/// The first byte of every version that is in use.
const MAJOR: u8 = 3;

/// A whole TLS record, as anybody on the way sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// What its head says that it is; 23 is everything after the handshake.
    pub kind: u8,
    /// Its bytes on the wire, with its head.
    pub size: u32,
}

/// A record, and when and which way it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Microseconds since the first byte of the session.
    pub at: u64,
    /// Whether the browser sent it.
    pub is_outgoing: bool,
    /// What it was.
    pub record: Record,
}

/// Splits one direction of a connection into records, whatever the pieces in which its bytes come.
///
/// Total: bytes that are no TLS are counted and otherwise passed over, and nothing after them is believed to be a record.
#[derive(Debug, Default)]
pub struct RecordSplitter {
    head: [u8; HEAD],
    /// Bytes of the head that are here.
    read: usize,
    /// Bytes of the record's content that are still to come.
    left: usize,
    strange: u64,
    is_strange: bool,
}

impl RecordSplitter {
    /// Takes the next bytes; gives the records that are whole with them.
    pub fn push(&mut self, mut bytes: &[u8]) -> Vec<Record> {
        let mut whole = Vec::new();
        while !bytes.is_empty() && !self.is_strange {
            bytes = match self.read < HEAD {
                true => self.read_head(bytes),
                false => self.pass(bytes),
            };
            if self.read == HEAD && self.left == 0 && !self.is_strange {
                whole.push(self.record());
                self.read = 0;
            }
        }
        if self.is_strange {
            self.strange = self.strange.saturating_add(bytes.len() as u64);
        }
        whole
    }

    fn read_head<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let missing = self.head.iter_mut().skip(self.read);
        let taken = missing
            .zip(bytes)
            .map(|(place, byte)| *place = *byte)
            .count();
        self.read += taken;
        if self.read == HEAD {
            let [kind, major, _, high, low] = self.head;
            self.left = usize::from(u16::from_be_bytes([high, low]));
            self.is_strange = !KINDS.contains(&kind) || major != MAJOR || self.left > MOST;
            if self.is_strange {
                self.strange = HEAD as u64;
            }
        }
        bytes.get(taken..).unwrap_or_default()
    }

    fn pass<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let taken = self.left.min(bytes.len());
        self.left -= taken;
        bytes.get(taken..).unwrap_or_default()
    }

    fn record(&self) -> Record {
        let [kind, _, _, high, low] = self.head;
        Record {
            kind,
            size: HEAD as u32 + u32::from(u16::from_be_bytes([high, low])),
        }
    }

    /// Whether the stream so far ends where a record ends.
    pub fn is_between_records(&self) -> bool {
        self.read == 0 && !self.is_strange
    }

    /// Bytes since the stream stopped being TLS, from the head that was none; 0 while it is.
    pub fn strange_bytes(&self) -> u64 {
        self.strange
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream() -> Vec<u8> {
        let record = |kind: u8, length: u16| {
            let mut bytes = vec![kind, 3, 3];
            bytes.extend(length.to_be_bytes());
            bytes.extend(vec![0x17; length.into()]);
            bytes
        };
        [
            record(22, 300),
            record(20, 1),
            record(23, 0),
            record(23, 16_640),
        ]
        .concat()
    }

    const WHOLE: [(u8, u32); 4] = [(22, 305), (20, 6), (23, 5), (23, 16_645)];

    fn pairs(records: &[Record]) -> Vec<(u8, u32)> {
        records.iter().map(|one| (one.kind, one.size)).collect()
    }

    #[test]
    fn records_are_the_same_wherever_the_stream_is_cut() {
        let stream = stream();
        for cut in 0..=stream.len() {
            let mut splitter = RecordSplitter::default();
            let (one, two) = stream.split_at(cut);
            let found = [splitter.push(one), splitter.push(two)].concat();
            assert_eq!(pairs(&found), WHOLE, "cut at {cut}");
            assert!(splitter.is_between_records());
        }
        let mut splitter = RecordSplitter::default();
        let one_by_one = stream.iter().flat_map(|byte| splitter.push(&[*byte]));
        assert_eq!(pairs(&one_by_one.collect::<Vec<_>>()), WHOLE);
    }

    #[test]
    fn a_stream_that_ends_too_soon_gives_what_was_whole() {
        let stream = stream();
        for end in 0..stream.len() {
            let mut splitter = RecordSplitter::default();
            let found = splitter.push(&stream[..end]);
            let mut left = end;
            let whole = WHOLE.iter().take_while(|(_, size)| {
                let fits = *size as usize <= left;
                left = left.saturating_sub(*size as usize);
                fits
            });
            assert_eq!(found.len(), whole.count(), "ended at {end}");
            assert_eq!(splitter.strange_bytes(), 0);
        }
    }

    #[test]
    fn what_is_no_tls_gives_no_record_and_is_counted() {
        let heads: [&[u8]; 4] = [
            b"GET / HTTP/1.1\r\n\r\n",
            &[19, 3, 3, 0, 1, 0],
            &[23, 2, 3, 0, 1, 0],
            &[23, 3, 3, 0x41, 0x01, 0],
        ];
        for bytes in heads {
            let mut splitter = RecordSplitter::default();
            assert_eq!(splitter.push(bytes), []);
            assert_eq!(splitter.push(&stream()), [], "nothing after it is believed");
            assert_eq!(
                splitter.strange_bytes(),
                (bytes.len() + stream().len()) as u64
            );
        }
        let mut splitter = RecordSplitter::default();
        let broken = [&stream()[..], b"garbage"].concat();
        assert_eq!(pairs(&splitter.push(&broken)), WHOLE);
        assert_eq!(splitter.strange_bytes(), 7);
    }
}

//! Total reading and writing of fixed layouts, big-endian.

use alloc::vec::Vec;

/// What is wrong with bytes that should have had a certain layout.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReadError {
    /// They end before the layout does.
    Truncated,
    /// They go on after the layout ended.
    TooLong,
    /// A field has a value that the layout does not allow.
    Value,
}

impl core::fmt::Display for ReadError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            ReadError::Truncated => "the bytes end too early",
            ReadError::TooLong => "there are bytes after the end",
            ReadError::Value => "a field has a value that is not allowed",
        })
    }
}

impl core::error::Error for ReadError {}

/// Reads fields from the front of a byte string.
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Starts at the first byte.
    pub fn new(bytes: &'a [u8]) -> Self {
        Reader { rest: bytes }
    }

    /// The next `count` bytes.
    ///
    /// # Errors
    /// `Truncated` when fewer are left.
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], ReadError> {
        let (head, rest) = self
            .rest
            .split_at_checked(count)
            .ok_or(ReadError::Truncated)?;
        self.rest = rest;
        Ok(head)
    }

    /// The next `N` bytes, as an array.
    ///
    /// # Errors
    /// `Truncated` when fewer are left.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], ReadError> {
        self.take(N)?.try_into().map_err(|_| ReadError::Truncated)
    }

    /// One byte.
    ///
    /// # Errors
    /// `Truncated` at the end.
    pub fn u8(&mut self) -> Result<u8, ReadError> {
        self.array().map(u8::from_be_bytes)
    }

    /// Two bytes, big-endian.
    ///
    /// # Errors
    /// `Truncated` when fewer are left.
    pub fn u16(&mut self) -> Result<u16, ReadError> {
        self.array().map(u16::from_be_bytes)
    }

    /// Four bytes, big-endian.
    ///
    /// # Errors
    /// `Truncated` when fewer are left.
    pub fn u32(&mut self) -> Result<u32, ReadError> {
        self.array().map(u32::from_be_bytes)
    }

    /// Eight bytes, big-endian.
    ///
    /// # Errors
    /// `Truncated` when fewer are left.
    pub fn u64(&mut self) -> Result<u64, ReadError> {
        self.array().map(u64::from_be_bytes)
    }

    /// A u8 length and so many bytes.
    ///
    /// # Errors
    /// `Truncated` when fewer are left.
    pub fn short(&mut self) -> Result<&'a [u8], ReadError> {
        let length = self.u8()?;
        self.take(length.into())
    }

    /// A u16 length and so many bytes.
    ///
    /// # Errors
    /// `Truncated` when fewer are left.
    pub fn medium(&mut self) -> Result<&'a [u8], ReadError> {
        let length = self.u16()?;
        self.take(length.into())
    }

    /// A u32 length and so many bytes.
    ///
    /// # Errors
    /// `Truncated` when fewer are left.
    pub fn long(&mut self) -> Result<&'a [u8], ReadError> {
        let length = usize::try_from(self.u32()?).map_err(|_| ReadError::Truncated)?;
        self.take(length)
    }

    /// How many bytes are left.
    pub fn left(&self) -> usize {
        self.rest.len()
    }

    /// All bytes that are left.
    pub fn rest(self) -> &'a [u8] {
        self.rest
    }

    /// Ends reading.
    ///
    /// # Errors
    /// `TooLong` when bytes are left.
    pub fn end(self) -> Result<(), ReadError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(ReadError::TooLong)
        }
    }
}

/// Writes fields one after another; the mirror of [`Reader`].
#[derive(Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// Starts empty, with room for `capacity` bytes (a secret written within it is never copied about).
    pub fn with_capacity(capacity: usize) -> Self {
        Writer {
            bytes: Vec::with_capacity(capacity),
        }
    }

    /// Adds bytes as they are.
    pub fn put(mut self, bytes: &[u8]) -> Self {
        self.bytes.extend_from_slice(bytes);
        self
    }

    /// Adds one byte.
    pub fn u8(self, value: u8) -> Self {
        self.put(&[value])
    }

    /// Adds two bytes, big-endian.
    pub fn u16(self, value: u16) -> Self {
        self.put(&value.to_be_bytes())
    }

    /// Adds four bytes, big-endian.
    pub fn u32(self, value: u32) -> Self {
        self.put(&value.to_be_bytes())
    }

    /// Adds eight bytes, big-endian.
    pub fn u64(self, value: u64) -> Self {
        self.put(&value.to_be_bytes())
    }

    /// Adds a u8 length and the bytes; what does not fit into the length is cut off.
    pub fn short(self, bytes: &[u8]) -> Self {
        let length = u8::try_from(bytes.len()).unwrap_or(u8::MAX);
        self.u8(length)
            .put(bytes.get(..length.into()).unwrap_or(bytes))
    }

    /// Adds a u16 length and the bytes; what does not fit into the length is cut off.
    pub fn medium(self, bytes: &[u8]) -> Self {
        let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
        self.u16(length)
            .put(bytes.get(..length.into()).unwrap_or(bytes))
    }

    /// Adds a u32 length and the bytes; what does not fit into the length is cut off.
    pub fn long(self, bytes: &[u8]) -> Self {
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        self.u32(length).put(bytes)
    }

    /// What was written.
    pub fn done(self) -> Vec<u8> {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let bytes = Writer::with_capacity(8)
            .u8(1)
            .u16(2)
            .u32(3)
            .u64(4)
            .short(b"short")
            .medium(b"medium")
            .long(b"long")
            .put(b"rest")
            .done();
        let mut reader = Reader::new(&bytes);
        assert_eq!(reader.u8(), Ok(1));
        assert_eq!(reader.u16(), Ok(2));
        assert_eq!(reader.u32(), Ok(3));
        assert_eq!(reader.u64(), Ok(4));
        assert_eq!(reader.short(), Ok(b"short".as_slice()));
        assert_eq!(reader.medium(), Ok(b"medium".as_slice()));
        assert_eq!(reader.long(), Ok(b"long".as_slice()));
        assert_eq!((reader.left(), reader.rest()), (4, b"rest".as_slice()));
    }

    #[test]
    fn numbers_are_big_endian() {
        let bytes = Writer::default().u16(1).u32(2).u64(3).done();
        assert_eq!(bytes, [0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3]);
    }

    #[test]
    fn every_field_that_is_cut_short_is_truncated() {
        let read: [fn(&mut Reader<'_>) -> bool; 8] = [
            |reader| reader.u8() == Err(ReadError::Truncated),
            |reader| reader.u16() == Err(ReadError::Truncated),
            |reader| reader.u32() == Err(ReadError::Truncated),
            |reader| reader.u64() == Err(ReadError::Truncated),
            |reader| reader.array::<1>() == Err(ReadError::Truncated),
            |reader| reader.short() == Err(ReadError::Truncated),
            |reader| reader.medium() == Err(ReadError::Truncated),
            |reader| reader.long() == Err(ReadError::Truncated),
        ];
        for read in read {
            assert!(read(&mut Reader::new(&[])));
        }
        assert_eq!(Reader::new(&[2, 1]).short(), Err(ReadError::Truncated));
        assert_eq!(Reader::new(&[0, 2, 1]).medium(), Err(ReadError::Truncated));
        assert_eq!(Reader::new(&[255; 4]).long(), Err(ReadError::Truncated));
    }

    #[test]
    fn a_field_that_failed_takes_nothing() {
        let mut reader = Reader::new(&[7, 8, 9]);
        assert_eq!(reader.u32(), Err(ReadError::Truncated));
        assert_eq!(reader.take(3), Ok([7, 8, 9].as_slice()));
        assert_eq!(reader.end(), Ok(()));
    }

    #[test]
    fn what_is_left_at_the_end_is_too_long() {
        assert_eq!(Reader::new(&[0]).end(), Err(ReadError::TooLong));
        assert_eq!(Reader::new(&[]).end(), Ok(()));
    }

    #[test]
    fn what_does_not_fit_its_length_is_cut_off_and_not_misread() {
        let bytes = Writer::default().short(&[1; 300]).u8(9).done();
        let mut reader = Reader::new(&bytes);
        assert_eq!(reader.short().map(<[u8]>::len), Ok(255));
        assert_eq!(reader.u8(), Ok(9));
    }
}

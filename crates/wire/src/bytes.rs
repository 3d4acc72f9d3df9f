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

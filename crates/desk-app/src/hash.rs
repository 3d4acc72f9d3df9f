//! The hash by which a source names its archived copy.

use std::io::{self, Read};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// SHA-256 (FIPS 180-4) of all that a reader gives, as 64 hexadecimal digits.
///
/// # Errors
/// When reading fails.
pub fn sha256_of(mut from: impl Read) -> io::Result<String> {
    let mut hash = Sha256::new();
    let mut piece = vec![0; 1 << 16];
    loop {
        match from.read(&mut piece)? {
            0 => return Ok(HEXLOWER.encode(&hash.finalize())),
            count => hash.update(piece.get(..count).unwrap_or_default()),
        }
    }
}

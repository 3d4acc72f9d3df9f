//! How bytes rest: ChaCha20-Poly1305 (RFC 8439) under a cell's key, which is used once, so the nonce is zero.

use cells::CellKey;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit};

/// Where bytes belong: a table's letter and the row's own key, so that rows can't be swapped.
pub(crate) struct Place<'a> {
    pub(crate) table: u8,
    pub(crate) row: &'a [u8],
}

impl Place<'_> {
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = vec![self.table];
        bytes.extend_from_slice(self.row);
        bytes
    }
}

/// Seals bytes for the disk. `None` only if the cipher refuses, which it does at 256 GiB.
pub(crate) fn seal(key: &CellKey, place: &Place<'_>, bytes: &[u8]) -> Option<Vec<u8>> {
    let payload = Payload {
        msg: bytes,
        aad: &place.bytes(),
    };
    let cipher = ChaCha20Poly1305::new((&**key).into());
    cipher.encrypt(&[0; 12].into(), payload).ok()
}

/// Opens bytes from the disk. `None` when their key was destroyed.
pub(crate) fn open(key: &CellKey, place: &Place<'_>, sealed: &[u8]) -> Option<Vec<u8>> {
    let payload = Payload {
        msg: sealed,
        aad: &place.bytes(),
    };
    let cipher = ChaCha20Poly1305::new((&**key).into());
    cipher.decrypt(&[0; 12].into(), payload).ok()
}

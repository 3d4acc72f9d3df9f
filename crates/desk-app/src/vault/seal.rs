//! How a record is sealed: a key of its own, made of the vault's root and the record's cell.

use cells::CellKey;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use desk::Record;
use hkdf::Hkdf;
use sha2::Sha256;
use wire::{Reader, Writer};
use zeroize::Zeroizing;

use super::VaultError;
use super::contacts::ContactsKey;

/// Records are padded to a multiple of so many bytes, so that a row says little about what is in it.
const PADDING: usize = 1024;

/// The secret that Argon2id makes of the passphrase, 32 bytes.
pub(super) struct VaultRoot(pub(super) Zeroizing<[u8; 32]>);

/// The name of a row: a keyed hash of the record's key, 32 bytes.
pub(super) type RowName = [u8; 32];

/// HKDF-SHA-256 (RFC 5869) with the cell as salt, the root as secret and `tag ‖ context` as info.
pub(super) fn derive(
    root: &VaultRoot,
    cell: &[u8],
    tag: &[u8],
    context: &[u8],
) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    let expanded = Hkdf::<Sha256>::new(Some(cell), root.0.as_slice())
        .expand_multi_info(&[tag, context], key.as_mut());
    // 32 bytes are less than HKDF's limit, so this cannot fail.
    debug_assert!(expanded.is_ok());
    key
}

/// The row in which the record of this key stands.
pub(super) fn row_name(root: &VaultRoot, key: &str) -> RowName {
    *derive(root, &[], wire::tag!("vault-row"), key.as_bytes())
}

fn cipher(
    root: &VaultRoot,
    (cell, contacts): (&CellKey, &ContactsKey),
    name: &RowName,
) -> ChaCha20Poly1305 {
    let context = Zeroizing::new([name.as_slice(), contacts.as_slice()].concat());
    let is_none = contacts.iter().all(|byte| *byte == 0);
    let context = if is_none { name.as_slice() } else { &context };
    let key = derive(root, cell.as_slice(), wire::tag!("vault-record"), context);
    ChaCha20Poly1305::new(&Key::from(*key))
}

/// Seals key length u16 ‖ key ‖ value length u32 ‖ value ‖ zeros. The nonce is zero: each write has a fresh cell.
pub(super) fn seal(
    root: &VaultRoot,
    keys: (&CellKey, &ContactsKey),
    key: &str,
    value: &[u8],
) -> Result<Vec<u8>, VaultError> {
    let size = (6 + key.len() + value.len()).next_multiple_of(PADDING);
    let mut plain = Zeroizing::new(
        Writer::with_capacity(size)
            .medium(key.as_bytes())
            .long(value)
            .done(),
    );
    plain.resize(size, 0);
    let name = row_name(root, key);
    let payload = Payload {
        msg: &plain,
        aad: &name,
    };
    cipher(root, keys, &name)
        .encrypt(&Nonce::default(), payload)
        .map_err(|_| VaultError::Damaged)
}

/// Opens what [`seal`] sealed.
pub(super) fn open(
    root: &VaultRoot,
    keys: (&CellKey, &ContactsKey),
    name: &RowName,
    sealed: &[u8],
) -> Result<Record, VaultError> {
    let payload = Payload {
        msg: sealed,
        aad: name,
    };
    let plain = cipher(root, keys, name)
        .decrypt(&Nonce::default(), payload)
        .map(Zeroizing::new)
        .map_err(|_| VaultError::Damaged)?;
    let mut reader = Reader::new(&plain);
    let damaged = |_| VaultError::Damaged;
    let key = reader.medium().map_err(damaged)?;
    let key = std::str::from_utf8(key).map_err(|_| VaultError::Damaged)?;
    let value = reader.long().map_err(damaged)?;
    Ok(Record {
        key: key.to_owned(),
        value: Some(Zeroizing::new(value.to_vec())),
    })
}

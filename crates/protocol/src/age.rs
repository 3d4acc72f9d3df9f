//! The `age` file format (C2SP `age`, version 1), as far as sealing one small file to one recipient goes.
//!
//! The library that reads and writes all of the format is larger than everything else that a contact's page carries, so the format is put
//! together here from the same primitives that seal envelopes. Nothing here opens such a file: the standard tool does, and tests hold it to that.

use alloc::vec::Vec;
use base64ct::{Base64Unpadded, Encoding};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit, aead::Aead as _};
use hmac::{Hmac, Mac};
use hpke::{
    Deserializable, Kem, OpModeS, Serializable, aead::ChaCha20Poly1305 as HpkeAead,
    kdf::HkdfSha256, kem::XWing, single_shot_seal_with_rng,
};
use rand_core::CryptoRng;
use sha2::Sha256;
use statements::{AgeRecipient, SealPublicKey};
use subtle::ConstantTimeEq;
use wire::Writer;
use zeroize::Zeroizing;

use crate::seal::{self, SealError};

/// The payload is one chunk of at most that many bytes.
const CHUNK: usize = 64 * 1024;
/// Nonce of the first chunk, which is the last: counter 0 in 11 bytes ‖ 1.
const ONLY_CHUNK: [u8; 12] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

type FileKey = Zeroizing<[u8; 16]>;

/// Seals `plaintext` as an `age` file: header ‖ nonce 16 ‖ ciphertext. To X25519 184 bytes of header, to X-Wing 1,627.
///
/// # Errors
/// [`SealError::Key`] when the recipient is no key; [`SealError::TooLong`] above 64 KiB.
pub(crate) fn seal(
    recipient: &AgeRecipient,
    plaintext: &[u8],
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, SealError> {
    if plaintext.len() > CHUNK {
        return Err(SealError::TooLong);
    }
    let file_key: FileKey = Zeroizing::new(seal::random(rng));
    let mut header = Vec::from(*b"age-encryption.org/v1\n");
    match recipient {
        AgeRecipient::X25519(key) => x25519_stanza(&mut header, key, &file_key, rng)?,
        AgeRecipient::Hybrid(key) => hybrid_stanza(&mut header, key, &file_key, rng)?,
    }
    header.extend_from_slice(b"---");
    let mac = mac(&file_key, &header)?;
    let nonce: [u8; 16] = seal::random(rng);
    let key = derive(&nonce, &*file_key, b"payload");
    let payload = lock(&key, &ONLY_CHUNK, plaintext)?;
    Ok(Writer::with_capacity(header.len() + 64 + payload.len())
        .put(&header)
        .put(b" ")
        .put(Base64Unpadded::encode_string(&mac).as_bytes())
        .put(b"\n")
        .put(&nonce)
        .put(&payload)
        .done())
}

/// HKDF-SHA-256 (RFC 5869) to 32 bytes, with `info` as the format has it and no tag of ours.
fn derive(salt: &[u8], secret: &[u8], info: &[u8]) -> Zeroizing<[u8; 32]> {
    seal::derive(salt, secret, info, &[])
}

fn lock(key: &[u8; 32], nonce: &[u8; 12], plaintext: &[u8]) -> Result<Vec<u8>, SealError> {
    ChaCha20Poly1305::new(key.into())
        .encrypt(nonce.into(), plaintext)
        .map_err(|_| SealError::TooLong)
}

/// HMAC-SHA-256 (RFC 2104) over the header up to and with its three hyphens.
fn mac(file_key: &FileKey, header: &[u8]) -> Result<[u8; 32], SealError> {
    let key = derive(&[], &**file_key, b"header");
    let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&*key).map_err(|_| SealError::Key)?;
    Ok(mac.chain_update(header).finalize().into_bytes().into())
}

/// `-> NAME BASE64` and the body on lines of 64 characters, of which a body of 32 bytes has one.
fn stanza(header: &mut Vec<u8>, name: &str, argument: &[u8], body: &[u8]) {
    for part in [
        "-> ",
        name,
        " ",
        &Base64Unpadded::encode_string(argument),
        "\n",
        &Base64Unpadded::encode_string(body),
        "\n",
    ] {
        header.extend_from_slice(part.as_bytes());
    }
}

/// The stanza of an X25519 recipient (RFC 7748): ephemeral share ‖ the file key under a key of both halves.
fn x25519_stanza(
    header: &mut Vec<u8>,
    recipient: &[u8; 32],
    file_key: &FileKey,
    rng: &mut dyn CryptoRng,
) -> Result<(), SealError> {
    let ephemeral: Zeroizing<[u8; 32]> = Zeroizing::new(seal::random(rng));
    let share = x25519_dalek::x25519(*ephemeral, x25519_dalek::X25519_BASEPOINT_BYTES);
    let shared = Zeroizing::new(x25519_dalek::x25519(*ephemeral, *recipient));
    // A recipient of low order would make a key that everybody knows.
    if bool::from(shared.ct_eq(&[0; 32])) {
        return Err(SealError::Key);
    }
    let salt = [share, *recipient].concat();
    let wrap = derive(&salt, &*shared, b"age-encryption.org/v1/X25519");
    let body = lock(&wrap, &[0; 12], &**file_key)?;
    stanza(header, "X25519", &share, &body);
    Ok(())
}

/// The stanza of an X-Wing recipient: HPKE (RFC 9180, section 6.1) in base mode, with nothing as its additional data.
fn hybrid_stanza(
    header: &mut Vec<u8>,
    recipient: &SealPublicKey,
    file_key: &FileKey,
    mut rng: &mut dyn CryptoRng,
) -> Result<(), SealError> {
    let key = <XWing as Kem>::PublicKey::from_bytes(recipient.as_bytes());
    let (encapsulation, body) = single_shot_seal_with_rng::<HpkeAead, HkdfSha256, XWing>(
        &OpModeS::Base,
        &key.map_err(|_| SealError::Key)?,
        b"age-encryption.org/mlkem768x25519",
        &**file_key,
        &[],
        &mut rng,
    )
    .map_err(|_| SealError::Key)?;
    stanza(header, "mlkem768x25519", &encapsulation.to_bytes(), &body);
    Ok(())
}

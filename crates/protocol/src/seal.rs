//! The two layouts of a sealed part (`docs/protocol.md`, section 1): to a public key, and under a secret.

use alloc::vec::Vec;
use chacha20poly1305::{
    ChaCha20Poly1305, KeyInit,
    aead::{Aead as _, Payload},
};
use hkdf::Hkdf;
use hpke::{
    Deserializable, Kem, OpModeR, OpModeS, PskBundle, Serializable,
    aead::ChaCha20Poly1305 as HpkeAead, kdf::HkdfSha256, kem::XWing, setup_receiver,
    setup_sender_with_rng,
};
use rand_core::CryptoRng;
use sha2::Sha256;
use statements::SealPublicKey;
use subtle::ConstantTimeEq;
use wire::{Envelope, Header, LineId, Reader, SEALED_SIZE, Writer};
use zeroize::Zeroizing;

use crate::secrets::PairingSecret;

const ENCAPSULATION: usize = 1120;
const COMMITMENT: usize = 32;
const SALT: usize = 32;
const AEAD_TAG: usize = 16;
/// Bytes that sealing to a key adds.
pub(crate) const KEY_OVERHEAD: usize = ENCAPSULATION + COMMITMENT + AEAD_TAG;
/// Bytes that sealing under a secret adds.
pub(crate) const SECRET_OVERHEAD: usize = SALT + COMMITMENT + AEAD_TAG;

/// It does not open: another key, another purpose, another line, or changed bytes. Which of these is not said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OpenError;

impl core::fmt::Display for OpenError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("this does not open here")
    }
}

impl core::error::Error for OpenError {}

/// Why nothing was sealed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SealError {
    /// The recipient's public key is not one.
    Key,
    /// The content does not fit.
    TooLong,
}

impl core::fmt::Display for SealError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            SealError::Key => "the recipient's key is not a key",
            SealError::TooLong => "this is too long to be sealed in one envelope",
        })
    }
}

impl core::error::Error for SealError {}

/// What a sealing is for: `tag ‖ line id ‖ context` binds it, so that it opens for nothing else.
pub(crate) struct Purpose<'a> {
    pub(crate) tag: &'static [u8],
    pub(crate) line: &'a LineId,
    pub(crate) context: &'a [u8],
}

impl Purpose<'_> {
    fn info(&self) -> Vec<u8> {
        Writer::default()
            .put(self.tag)
            .put(&self.line.0)
            .put(self.context)
            .done()
    }
}

/// `derive(salt, secret, tag, context, N)`: HKDF-SHA-256 (RFC 5869) with `info = tag ‖ context`.
pub(crate) fn derive<const N: usize>(
    salt: &[u8],
    secret: &[u8],
    tag: &[u8],
    context: &[u8],
) -> Zeroizing<[u8; N]> {
    const { assert!(N <= 255 * 32, "HKDF-SHA-256 gives at most 8,160 bytes") };
    let mut okm = Zeroizing::new([0; N]);
    // It fails only above the length that was just ruled out.
    let expanded =
        Hkdf::<Sha256>::new(Some(salt), secret).expand_multi_info(&[tag, context], okm.as_mut());
    debug_assert!(expanded.is_ok());
    okm
}

/// Whether these bytes are a key that can be sealed to.
pub(crate) fn is_key(key: &SealPublicKey) -> bool {
    <XWing as Kem>::PublicKey::from_bytes(key.as_bytes()).is_ok()
}

/// Seals to a key: encapsulation 1,120 ‖ commitment 32 ‖ ciphertext.
pub(crate) fn wrap(
    to: &SealPublicKey,
    pairing: Option<&PairingSecret>,
    purpose: &Purpose<'_>,
    aad: &[u8],
    content: &[u8],
    mut rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, SealError> {
    let key = <XWing as Kem>::PublicKey::from_bytes(to.as_bytes()).map_err(|_| SealError::Key)?;
    let mode = match pairing {
        None => OpModeS::Base,
        Some(psk) => OpModeS::Psk(bundle(psk).map_err(|_| SealError::Key)?),
    };
    let (encapsulation, mut context) = setup_sender_with_rng::<HpkeAead, HkdfSha256, XWing>(
        &mode,
        &key,
        &purpose.info(),
        &mut rng,
    )
    .map_err(|_| SealError::Key)?;
    let mut commitment = [0; COMMITMENT];
    context
        .export(wire::tag!("commitment"), &mut commitment)
        .map_err(|_| SealError::Key)?;
    let ciphertext = context.seal(content, aad).map_err(|_| SealError::Key)?;
    Ok(Writer::with_capacity(KEY_OVERHEAD + content.len())
        .put(&encapsulation.to_bytes())
        .put(&commitment)
        .put(&ciphertext)
        .done())
}

/// Opens what [`wrap`] sealed.
pub(crate) fn unwrap(
    seed: &[u8; 32],
    pairing: Option<&PairingSecret>,
    purpose: &Purpose<'_>,
    aad: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let mut reader = Reader::new(sealed);
    let encapsulation = reader.take(ENCAPSULATION).map_err(|_| OpenError)?;
    let committed: [u8; COMMITMENT] = reader.array().map_err(|_| OpenError)?;
    let key = <XWing as Kem>::PrivateKey::from_bytes(seed).map_err(|_| OpenError)?;
    let encapsulation =
        <XWing as Kem>::EncappedKey::from_bytes(encapsulation).map_err(|_| OpenError)?;
    let mode = match pairing {
        None => OpModeR::Base,
        Some(psk) => OpModeR::Psk(bundle(psk)?),
    };
    let mut context =
        setup_receiver::<HpkeAead, HkdfSha256, XWing>(&mode, &key, &encapsulation, &purpose.info())
            .map_err(|_| OpenError)?;
    let mut commitment = [0; COMMITMENT];
    context
        .export(wire::tag!("commitment"), &mut commitment)
        .map_err(|_| OpenError)?;
    if !bool::from(commitment.ct_eq(&committed)) {
        return Err(OpenError);
    }
    let content = context.open(reader.rest(), aad).map_err(|_| OpenError)?;
    Ok(Zeroizing::new(content))
}

fn bundle(pairing: &PairingSecret) -> Result<PskBundle<'_>, OpenError> {
    PskBundle::new(pairing.expose(), wire::tag!("pairing")).map_err(|_| OpenError)
}

struct SecretKeys {
    cipher: ChaCha20Poly1305,
    commitment: Zeroizing<[u8; COMMITMENT]>,
}

fn secret_keys(secret: &[u8; 32], salt: &[u8], purpose: &Purpose<'_>) -> SecretKeys {
    let context = Writer::default()
        .put(&purpose.line.0)
        .put(purpose.context)
        .done();
    let okm = derive::<64>(salt, secret, purpose.tag, &context);
    let mut key = Zeroizing::new([0; 32]);
    let mut commitment = Zeroizing::new([0; COMMITMENT]);
    for (to, from) in key.iter_mut().chain(commitment.iter_mut()).zip(okm.iter()) {
        *to = *from;
    }
    SecretKeys {
        cipher: ChaCha20Poly1305::new((&*key).into()),
        commitment,
    }
}

/// Seals under a secret: salt 32 ‖ commitment 32 ‖ ciphertext. The nonce is zero, since each salt gives its own key.
pub(crate) fn lock(
    secret: &[u8; 32],
    purpose: &Purpose<'_>,
    aad: &[u8],
    content: &[u8],
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, SealError> {
    let mut salt = [0; SALT];
    rng.fill_bytes(&mut salt);
    let keys = secret_keys(secret, &salt, purpose);
    let ciphertext = keys
        .cipher
        .encrypt(&[0; 12].into(), Payload { msg: content, aad })
        .map_err(|_| SealError::TooLong)?;
    Ok(Writer::with_capacity(SECRET_OVERHEAD + content.len())
        .put(&salt)
        .put(keys.commitment.as_slice())
        .put(&ciphertext)
        .done())
}

/// Opens what [`lock`] sealed.
pub(crate) fn unlock(
    secret: &[u8; 32],
    purpose: &Purpose<'_>,
    aad: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let mut reader = Reader::new(sealed);
    let salt = reader.take(SALT).map_err(|_| OpenError)?;
    let committed = reader.take(COMMITMENT).map_err(|_| OpenError)?;
    let keys = secret_keys(secret, salt, purpose);
    if !bool::from(keys.commitment.as_slice().ct_eq(committed)) {
        return Err(OpenError);
    }
    let payload = Payload {
        msg: reader.rest(),
        aad,
    };
    keys.cipher
        .decrypt(&[0; 12].into(), payload)
        .map(Zeroizing::new)
        .map_err(|_| OpenError)
}

/// length u16 ‖ content ‖ zeros, `size` bytes in all.
fn pad(content: &[u8], size: usize) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let length = u16::try_from(content.len()).map_err(|_| SealError::TooLong)?;
    if content.len() + 2 > size {
        return Err(SealError::TooLong);
    }
    let mut padded = Zeroizing::new(Writer::with_capacity(size).u16(length).put(content).done());
    padded.resize(size, 0);
    Ok(padded)
}

fn unpad(padded: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let mut reader = Reader::new(padded);
    let content = reader.medium().map_err(|_| OpenError)?;
    if reader.rest().iter().any(|byte| *byte != 0) {
        return Err(OpenError);
    }
    Ok(Zeroizing::new(content.to_vec()))
}

/// An envelope sealed to a key.
pub(crate) fn seal_to_key(
    to: &SealPublicKey,
    pairing: Option<&PairingSecret>,
    purpose: &Purpose<'_>,
    header: &Header,
    content: &[u8],
    rng: &mut dyn CryptoRng,
) -> Result<Envelope, SealError> {
    let padded = pad(content, SEALED_SIZE - KEY_OVERHEAD)?;
    let sealed = wrap(to, pairing, purpose, &header.to_bytes(), &padded, rng)?;
    Envelope::assemble(header, &sealed).map_err(|_| SealError::TooLong)
}

/// Opens an envelope sealed to a key.
pub(crate) fn open_with_key(
    seed: &[u8; 32],
    pairing: Option<&PairingSecret>,
    purpose: &Purpose<'_>,
    envelope: &Envelope,
) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    unpad(&unwrap(
        seed,
        pairing,
        purpose,
        envelope.header_bytes(),
        envelope.sealed(),
    )?)
}

/// An envelope sealed under a secret.
pub(crate) fn seal_under_secret(
    secret: &[u8; 32],
    purpose: &Purpose<'_>,
    header: &Header,
    content: &[u8],
    rng: &mut dyn CryptoRng,
) -> Result<Envelope, SealError> {
    let padded = pad(content, SEALED_SIZE - SECRET_OVERHEAD)?;
    let sealed = lock(secret, purpose, &header.to_bytes(), &padded, rng)?;
    Envelope::assemble(header, &sealed).map_err(|_| SealError::TooLong)
}

/// Opens an envelope sealed under a secret.
pub(crate) fn open_under_secret(
    secret: &[u8; 32],
    purpose: &Purpose<'_>,
    envelope: &Envelope,
) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    unpad(&unlock(
        secret,
        purpose,
        envelope.header_bytes(),
        envelope.sealed(),
    )?)
}

/// 16 or 32 random bytes of a header.
pub(crate) fn random<const N: usize>(rng: &mut dyn CryptoRng) -> [u8; N] {
    let mut bytes = [0; N];
    rng.fill_bytes(&mut bytes);
    bytes
}

//! Seals by `docs/protocol.md` alone, so that it can also seal what must not be.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit};
use hkdf::Hkdf;
use hpke::aead::ChaCha20Poly1305 as HpkeAead;
use hpke::kdf::HkdfSha256;
use hpke::kem::XWing;
use hpke::{Deserializable, Kem, OpModeS, PskBundle, Serializable, setup_sender_with_rng};
use rand_core::Rng;
use sha2::{Digest, Sha256};
use wire::{Header, Kind, LineId};

use crate::ground::rng;

/// Space for content that is sealed to a key, with its length.
pub(crate) const TO_KEY: usize = 2864;
/// Space for content that is sealed under a secret, with its length.
pub(crate) const UNDER_SECRET: usize = 3952;

pub(crate) fn tag(name: &str) -> Vec<u8> {
    format!("footbridge/1/{name}\0").into_bytes()
}

pub(crate) fn hash(name: &str, parts: &[&[u8]]) -> [u8; 32] {
    Sha256::digest([&tag(name), &parts.concat()[..]].concat()).into()
}

/// `derive(salt, secret, tag, context, N)`.
pub(crate) fn derive<const N: usize>(
    salt: &[u8],
    secret: &[u8],
    name: &str,
    context: &[u8],
) -> [u8; N] {
    let mut derived = [0; N];
    let info = [&tag(name), context].concat();
    Hkdf::<Sha256>::new(Some(salt), secret)
        .expand(&info, &mut derived)
        .expect("short");
    derived
}

pub(crate) fn header(kind: Kind, epoch: u32, line: LineId, token: [u8; 32]) -> Header {
    Header {
        kind,
        epoch,
        line_tag: line.tag(),
        mark: [0x33; 16],
        shred_hash: hash("shred", &[&token]),
    }
}

/// length u16 ‖ content ‖ zeros.
pub(crate) fn pad(content: &[u8], size: usize) -> Vec<u8> {
    let mut padded = u16::try_from(content.len())
        .expect("short")
        .to_be_bytes()
        .to_vec();
    padded.extend_from_slice(content);
    padded.resize(size, 0);
    padded
}

/// What binds one sealing.
#[derive(Clone)]
pub(crate) struct Bound {
    pub(crate) tag: &'static str,
    pub(crate) line: LineId,
    pub(crate) context: Vec<u8>,
}

impl Bound {
    fn rest(&self) -> Vec<u8> {
        [self.line.0.as_slice(), &self.context].concat()
    }
}

/// encapsulation 1,120 ‖ commitment 32 ‖ ciphertext.
pub(crate) fn to_key(
    public: &[u8],
    psk: Option<[u8; 32]>,
    bound: &Bound,
    aad: &[u8],
    plain: &[u8],
) -> Vec<u8> {
    let key = <XWing as Kem>::PublicKey::from_bytes(public).expect("a key");
    let psk_id = tag("pairing");
    let mode = match &psk {
        None => OpModeS::Base,
        Some(psk) => OpModeS::Psk(PskBundle::new(psk, &psk_id).expect("a bundle")),
    };
    let info = [tag(bound.tag), bound.rest()].concat();
    let (encapsulation, mut context) =
        setup_sender_with_rng::<HpkeAead, HkdfSha256, XWing>(&mode, &key, &info, &mut rng(50))
            .expect("encapsulates");
    let mut commitment = [0; 32];
    context
        .export(&tag("commitment"), &mut commitment)
        .expect("exports");
    let ciphertext = context.seal(plain, aad).expect("seals");
    [&encapsulation.to_bytes()[..], &commitment, &ciphertext].concat()
}

/// salt 32 ‖ commitment 32 ‖ ciphertext.
pub(crate) fn under_secret(secret: &[u8; 32], bound: &Bound, aad: &[u8], plain: &[u8]) -> Vec<u8> {
    let mut salt = [0; 32];
    rng(51).fill_bytes(&mut salt);
    let derived: [u8; 64] = derive(&salt, secret, bound.tag, &bound.rest());
    let (key, commitment) = derived.split_at(32);
    let key: [u8; 32] = key.try_into().expect("32");
    let payload = Payload { msg: plain, aad };
    let ciphertext = ChaCha20Poly1305::new(&key.into())
        .encrypt(&[0; 12].into(), payload)
        .expect("seals");
    [&salt, commitment, &ciphertext].concat()
}

/// Changes of sealed bytes that hold for every envelope: name, and what is done to the bytes after the header.
pub(crate) fn damages(before_commitment: usize) -> Vec<(&'static str, &'static str, Vec<usize>)> {
    let commitment = 64 + before_commitment;
    vec![
        ("line-tag-changed", "P5", vec![8]),
        ("mark-changed", "P5", vec![31]),
        ("shred-hash-changed", "P5", vec![32]),
        ("first-sealed-bit-flipped", "P6", vec![64]),
        ("commitment-first-bit-flipped", "P6", vec![commitment]),
        ("commitment-last-bit-flipped", "P6", vec![commitment + 31]),
        ("ciphertext-first-bit-flipped", "P6", vec![commitment + 32]),
        ("ciphertext-last-bit-flipped", "P6", vec![4095]),
    ]
}

pub(crate) fn flip(bytes: &[u8], places: &[usize]) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    for place in places {
        *changed.get_mut(*place).expect("a place") ^= 1;
    }
    changed
}

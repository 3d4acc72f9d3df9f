//! Keys with their role in the type. Signing is Ed25519 (RFC 8032), verified strictly.

use alloc::{boxed::Box, vec::Vec};
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use wire::LineId;
use zeroize::Zeroizing;

/// An Ed25519 signature, 64 bytes.
pub type Signature = [u8; 64];

/// The size of an X-Wing public key, in bytes.
pub const SEAL_PUBLIC_KEY_SIZE: usize = 1216;

/// An X-Wing public key as bytes, 1,216; this crate only passes it on.
#[derive(Clone, PartialEq, Eq)]
pub struct SealPublicKey(Box<[u8]>);

impl SealPublicKey {
    /// Takes the bytes of a public key; whether they are one is known on sealing to it.
    ///
    /// Returns `None` unless there are exactly 1,216.
    pub fn from_bytes(bytes: &[u8]) -> Option<SealPublicKey> {
        (bytes.len() == SEAL_PUBLIC_KEY_SIZE).then(|| SealPublicKey(bytes.into()))
    }

    /// The 1,216 bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl Default for SealPublicKey {
    /// Zeros, which are no key: nobody can seal to them.
    fn default() -> Self {
        SealPublicKey([0; SEAL_PUBLIC_KEY_SIZE].into())
    }
}

impl core::fmt::Debug for SealPublicKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("SealPublicKey")
    }
}

/// The bytes that a signature covers: the tag, then the parts.
fn message(tag: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let mut bytes = tag.to_vec();
    for part in parts {
        bytes.extend_from_slice(part);
    }
    bytes
}

pub(crate) fn verify(key: &[u8; 32], tag: &[u8], parts: &[&[u8]], signature: &Signature) -> bool {
    let Ok(key) = VerifyingKey::from_bytes(key) else {
        return false;
    };
    let signature = ed25519_dalek::Signature::from_bytes(signature);
    key.verify_strict(&message(tag, parts), &signature).is_ok()
}

macro_rules! signing_keys {
    ($(#[$secret_doc:meta])* $secret:ident, $(#[$public_doc:meta])* $public:ident) => {
        $(#[$secret_doc])*
        pub struct $secret(SigningKey);

        impl $secret {
            /// The key of a 32-byte random seed.
            pub fn from_seed(seed: &[u8; 32]) -> Self {
                $secret(SigningKey::from_bytes(seed))
            }

            /// The seed, for a vault; it wipes itself.
            pub fn seed(&self) -> Zeroizing<[u8; 32]> {
                Zeroizing::new(self.0.to_bytes())
            }

            /// The public half.
            pub fn public(&self) -> $public {
                $public(self.0.verifying_key().to_bytes())
            }

            pub(crate) fn sign(&self, tag: &[u8], parts: &[&[u8]]) -> Signature {
                self.0.sign(&message(tag, parts)).to_bytes()
            }
        }

        $(#[$public_doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $public(pub [u8; 32]);
    };
}

signing_keys!(
    /// One of a line's root keys: kept off every machine that is online, used to delegate.
    RootKey,
    /// The public half of a root key, 32 bytes.
    RootPublicKey
);
signing_keys!(
    /// The key of one desk; it names the desk to the relay and to the team.
    DeviceKey,
    /// The public half of a desk's key, 32 bytes.
    DevicePublicKey
);
signing_keys!(
    /// The signing key of one shift: those on duty sign waits with it, without saying who of them.
    ShiftSigningKey,
    /// The public half of a shift's signing key, 32 bytes.
    ShiftSigningPublicKey
);

impl DeviceKey {
    /// Signs the relay's challenge: `tag "session" ‖ line id ‖ nonce`.
    pub fn sign_session(&self, line: &LineId, nonce: &[u8; 32]) -> Signature {
        self.sign(wire::tag!("session"), &[&line.0, nonce])
    }

    /// Signs an event of the team log: `tag "team-event" ‖ line id ‖ generation u32 ‖ event`.
    pub fn sign_team_event(&self, line: &LineId, generation: u32, event: &[u8]) -> Signature {
        let generation = generation.to_be_bytes();
        self.sign(wire::tag!("team-event"), &[&line.0, &generation, event])
    }
}

impl DevicePublicKey {
    /// Whether this device signed the relay's challenge.
    pub fn verify_session(&self, line: &LineId, nonce: &[u8; 32], signature: &Signature) -> bool {
        verify(&self.0, wire::tag!("session"), &[&line.0, nonce], signature)
    }

    /// Whether this device signed an event of the team log.
    pub fn verify_team_event(
        &self,
        line: &LineId,
        generation: u32,
        event: &[u8],
        signature: &Signature,
    ) -> bool {
        let generation = generation.to_be_bytes();
        let parts: [&[u8]; 3] = [&line.0, &generation, event];
        verify(&self.0, wire::tag!("team-event"), &parts, signature)
    }
}

//! Secrets with their role in the type: not printable, not serialisable, not comparable by accident; they wipe themselves.

use hpke::{Deserializable, Kem, Serializable, kem::XWing};
use rand_core::CryptoRng;
use statements::SealPublicKey;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

macro_rules! secrets {
    ($($(#[$doc:meta])* $name:ident: $size:literal),+ $(,)?) => {$(
        $(#[$doc])*
        pub struct $name(Zeroizing<[u8; $size]>);

        impl $name {
            /// A fresh one.
            pub fn random(rng: &mut dyn CryptoRng) -> Self {
                let mut bytes = Zeroizing::new([0; $size]);
                rng.fill_bytes(bytes.as_mut());
                $name(bytes)
            }

            /// One that was kept or opened.
            pub fn from_bytes(bytes: &[u8; $size]) -> Self {
                $name(Zeroizing::new(*bytes))
            }

            /// Its bytes, for sealing them or for a vault; nothing else may have them.
            pub fn expose(&self) -> &[u8; $size] {
                &self.0
            }

            /// Another copy, on purpose.
            pub fn duplicate(&self) -> Self {
                Self::from_bytes(self.expose())
            }

            /// Whether both are the same, in constant time.
            pub fn is_same_as(&self, other: &Self) -> bool {
                self.0.as_slice().ct_eq(other.0.as_slice()).into()
            }
        }
    )+};
}

secrets!(
    /// Shared by a contact and the guides who read the first message: proves replies and follow-ups to each other.
    PairingSecret: 32,
    /// Names a contact's reply slots and marks its posts. The lowest bit of its last byte says whether it stays as it is: 0 it is
    /// renewed with each case key, 1 it stays ([`NamingSecret::staying`]).
    NamingSecret: 32,
    /// Destroys one post or log entry on the relay.
    ShredToken: 32,
    /// Held by the relay beside a state slot; each write destroys the one before.
    ShredKey: 32,
    /// Seals the team log, of one generation.
    TeamKey: 32,
    /// Seals a case's entries in the team log.
    CaseLogSecret: 32,
    /// Seals all that whoever goes on with a case needs; split among the coordinators.
    KeepingSecret: 32,
    /// Seals what guides say to each other about a case.
    WhisperSecret: 32,
    /// Names and seals an offer of a handover; a contact and the people of its case have it.
    OfferSecret: 32,
    /// Names and seals what was handed over, beside the partner's own key; whoever collects it has it.
    HandoverSecret: 32,
);

/// The bit of a naming secret's last byte that says that it stays.
const STAYS: u8 = 1;

macro_rules! seal_keys {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        pub struct $name(Zeroizing<[u8; 32]>);

        impl $name {
            /// A fresh one.
            pub fn random(rng: &mut dyn CryptoRng) -> Self {
                let mut seed = Zeroizing::new([0; 32]);
                rng.fill_bytes(seed.as_mut());
                $name(seed)
            }

            /// The key of a 32-byte X-Wing seed.
            pub fn from_seed(seed: &[u8; 32]) -> Self {
                $name(Zeroizing::new(*seed))
            }

            /// The seed, for granting it or for a vault; nothing else may have it.
            pub fn expose(&self) -> &[u8; 32] {
                &self.0
            }

            /// Another copy, on purpose.
            pub fn duplicate(&self) -> Self {
                Self::from_seed(self.expose())
            }
        }
    )+};
}

seal_keys!(
    /// Opens first messages of one shift; lives for hours, and for a grace of days.
    ShiftSecretKey,
    /// Opens grants to one device of one day; destroyed after seven days.
    EpochSecretKey,
    /// Opens follow-ups of one case, of one generation.
    CaseSecretKey,
    /// Opens replies to one contact; renewed after each reply.
    ReplySecretKey,
    /// Opens the trail, of one generation.
    TrailSecretKey,
    /// Opens what contacts say of the help they got; coordinators hold it.
    FeedbackSecretKey,
);

/// The public half of an X-Wing seed.
pub(crate) fn public_of(seed: &[u8; 32]) -> SealPublicKey {
    // Any 32 bytes are a seed, so neither fallback is ever taken; they make a key that nobody can seal to.
    <XWing as Kem>::PrivateKey::from_bytes(seed)
        .ok()
        .and_then(|secret| SealPublicKey::from_bytes(&XWing::sk_to_pk(&secret).to_bytes()))
        .unwrap_or_default()
}

impl ShiftSecretKey {
    /// The public half, for a shift notice.
    pub fn public(&self) -> SealPublicKey {
        public_of(&self.0)
    }
}

impl TrailSecretKey {
    /// The public half, for the team log.
    pub fn public(&self) -> SealPublicKey {
        public_of(&self.0)
    }
}

impl FeedbackSecretKey {
    /// The public half, for a feedback key statement.
    pub fn public(&self) -> SealPublicKey {
        public_of(&self.0)
    }
}

impl EpochSecretKey {
    /// The public half, for an epoch key statement.
    pub fn public(&self) -> SealPublicKey {
        public_of(&self.0)
    }
}

/// The public half of a case key, 1,216 bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CasePublicKey(pub SealPublicKey);

impl CaseSecretKey {
    /// The public half, for replies.
    pub fn public(&self) -> CasePublicKey {
        CasePublicKey(public_of(&self.0))
    }
}

impl PairingSecret {
    /// What contact and case share once a new case key was announced: `derive("", this, "renewed-pairing", case public key, 32)`.
    ///
    /// The case key's public half travels only inside sealed replies and states, so whoever knows the secret before it and was
    /// shut out cannot follow.
    pub fn renewed(&self, key: &CasePublicKey) -> PairingSecret {
        let tag = wire::tag!("renewed-pairing");
        let next = crate::seal::derive(&[], self.expose(), tag, key.0.as_bytes());
        PairingSecret(next)
    }
}

impl NamingSecret {
    /// A fresh one that is renewed.
    pub fn renewing(rng: &mut dyn CryptoRng) -> NamingSecret {
        let mut secret = Self::random(rng);
        let [.., last] = &mut *secret.0;
        *last &= !STAYS;
        secret
    }

    /// A fresh one that stays, for letters: whoever carries one is told beforehand in which slots the answers will lie.
    pub fn staying(rng: &mut dyn CryptoRng) -> NamingSecret {
        let mut secret = Self::random(rng);
        let [.., last] = &mut *secret.0;
        *last |= STAYS;
        secret
    }

    /// Whether it stays.
    pub fn stays(&self) -> bool {
        let [.., last] = *self.0;
        last & STAYS == STAYS
    }

    /// As [`PairingSecret::renewed`]: `derive("", this, "renewed-naming", case public key, 32)`, with the lowest bit of the last byte
    /// cleared; one that stays is the same again.
    pub fn renewed(&self, key: &CasePublicKey) -> NamingSecret {
        if self.stays() {
            return self.duplicate();
        }
        let tag = wire::tag!("renewed-naming");
        let mut next: Zeroizing<[u8; 32]> =
            crate::seal::derive(&[], self.expose(), tag, key.0.as_bytes());
        let [.., last] = &mut *next;
        *last &= !STAYS;
        NamingSecret(next)
    }
}

/// The public half of a reply key, 1,216 bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReplyPublicKey(pub SealPublicKey);

impl ReplySecretKey {
    /// The public half, for posts.
    pub fn public(&self) -> ReplyPublicKey {
        ReplyPublicKey(public_of(&self.0))
    }
}

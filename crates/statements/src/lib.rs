//! What a line says about itself in public, signed: root, delegation, shift notices, device list, roster
//! entries, epoch keys, waits, cards, revocations, the feedback key, the letter key, entrances, warnings, partners, the final notice and outcomes (`docs/protocol.md`, section 2).
//!
//! Bytes become an [`UnverifiedStatement`]; only a `verify` that was given who may sign yields a value with methods.
//! Nothing here can seal or open anything, so the relay may use all of it.
#![no_std]

extern crate alloc;

mod corps;
mod devices;
mod ending;
mod entrances;
mod feedback;
mod keys;
mod letter;
mod line;
mod outcomes;
mod partner;
mod roster;
mod shift;
mod statement;
mod trust;
mod wait;

pub use corps::{
    Act, LINE_SIZE, Permission, Profile, RemovalReason, Stage, WORK_NAME_SIZE, is_plain,
};
pub use devices::{DeviceList, EpochKey};
pub use ending::{FinalNotice, LineEnd};
pub use entrances::{
    ADDRESS_SIZE, Entrance, EntranceKind, EntranceList, PackManifest, Warning, WarningAbout,
    is_entrance, is_fake,
};
pub use feedback::FeedbackKey;
pub use keys::{
    DeviceKey, DevicePublicKey, RootKey, RootPublicKey, SEAL_PUBLIC_KEY_SIZE, SealPublicKey,
    ShiftSigningKey, ShiftSigningPublicKey, Signature,
};
pub use letter::LetterKey;
pub use line::{Line, LineError, OnDuty};
pub use outcomes::PublishedMonth;
pub use partner::{AgeRecipient, AskedItem, Partner, PartnerHash, PartnerId};
pub use roster::{Membership, RosterAction, RosterEntry, RosterFreshness, RosterHash};
pub use shift::{CardSet, Recipient, ShiftNotice};
pub use statement::{Draft, MAX_SIGNATURES, StatementError, StatementKind, UnverifiedStatement};
pub use trust::{Delegation, MAX_KEYS, Revocation, Root};
pub use wait::{ChoiceKind, ChoiceWait, Wait, WaitNotice};

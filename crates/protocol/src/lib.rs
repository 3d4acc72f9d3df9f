//! Who seals what for whom: sans-IO, `no_std`, with time and randomness as arguments (`docs/protocol.md`).
//!
//! Nothing here implements a primitive: HPKE (RFC 9180) with X-Wing, HKDF (RFC 5869), Argon2id (RFC 9106),
//! ChaCha20-Poly1305 (RFC 8439) and SHA-256 come from their own crates. A failure to open is one value,
//! [`OpenError`], on purpose: why it failed is nobody's business.
#![no_std]

extern crate alloc;

mod age;
mod case_log;
mod case_report;
mod choices;
mod contact;
mod editing_log;
mod feedback;
mod grant;
mod handover;
mod handover_log;
mod join;
mod outcomes_log;
mod phrase;
mod post;
mod reply;
mod seal;
mod secrets;
mod shift_log;
mod team_event;
mod team_log;
mod text;
mod trail;
mod visit;

pub use case_log::{CaseEntry, CaseState, Whisper};
pub use case_report::{CaseReport, TakenWithin};
pub use choices::{Choices, Dialect, Exclusions, Topic};
pub use contact::{ContactState, Pending};
pub use editing_log::{CheckKind, EditingEvent, Remark};
pub use feedback::{FeedbackPost, Helped, Said};
pub use grant::{Grant, GrantPurpose, GrantSubject, Welcome};
pub use handover::{
    Consent, HANDOVER_SIZE, HandedOver, HandoverError, HandoverStage, Offer, Receipt, ReceiptError,
};
pub use handover_log::HandoverEvent;
pub use join::{JoinRequest, JoinSecret};
pub use outcomes_log::{OutcomesEvent, OutcomesStep};
pub use phrase::{KEY_DERIVATION_MEMORY_KIB, KEY_DERIVATION_PASSES, PhraseRoot};
pub use post::{CaseAddress, CaseId, FirstPost, FollowUp};
pub use reply::{CardNow, Correction, Reply, ReplyPart};
pub use seal::{OpenError, SealError};
pub use secrets::{
    CaseLogSecret, CasePublicKey, CaseSecretKey, EpochSecretKey, FeedbackSecretKey, HandoverSecret,
    KeepingSecret, NamingSecret, OfferSecret, PairingSecret, ReplyPublicKey, ReplySecretKey,
    ShiftSecretKey, ShredKey, ShredToken, TeamKey, TrailSecretKey, WhisperSecret,
};
pub use shift_log::{Duty, Ending, Load, Readiness, Staffing};
pub use team_event::{ExtensionReason, TeamEvent};
pub use team_log::{AuthoredEvent, ContactMark, TeamLog};
pub use text::{Language, TEXT_SIZE, Text, TextTooLong, Urgency};
pub use trail::TrailEntry;
pub use visit::{Brought, Outcome, RETURNED_REPLIES, Request, Shown, Step, Visit};

use sha2::{Digest, Sha256};
use wire::{Envelope, EnvelopeHash};

/// `H(envelope)`: the name of an envelope, and of a retry of it.
pub fn envelope_hash(envelope: &Envelope) -> EnvelopeHash {
    EnvelopeHash(Sha256::digest(envelope.as_bytes()).into())
}

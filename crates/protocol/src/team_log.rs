//! The team log: events that desks seal for each other (`docs/protocol.md`, section 5).

use alloc::vec::Vec;
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use statements::{DeviceKey, DevicePublicKey, SEAL_PUBLIC_KEY_SIZE, SealPublicKey};
use wire::{Day, Envelope, Header, Kind, LineId, ReadError, Reader, Writer};
use zeroize::Zeroizing;

use crate::case_log::{CaseEntry, CaseState, Whisper};
use crate::grant::Grant;
use crate::post::{CaseId, read_text};
use crate::seal::{self, OpenError, Purpose, SealError};
use crate::secrets::{PairingSecret, ShredToken, TeamKey};
use crate::text::{Language, Text, Urgency};
use crate::trail::TrailEntry;

/// Recognises a contact without its pairing secret: the first 16 bytes of `H(tag "contact-mark" ‖ pairing secret)`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ContactMark(pub [u8; 16]);

impl ContactMark {
    /// The mark of the contact who shares this secret.
    pub fn of(pairing: &PairingSecret) -> ContactMark {
        let hash: [u8; 32] = Sha256::new()
            .chain_update(wire::tag!("contact-mark"))
            .chain_update(pairing.expose())
            .finalize()
            .into();
        let mut mark = [0; 16];
        for (to, from) in mark.iter_mut().zip(hash) {
            *to = from;
        }
        ContactMark(mark)
    }
}

/// Why a case is to be kept longer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExtensionReason {
    /// The contact asked for it.
    ContactAsked = 1,
    /// An answer from a partner is awaited.
    PartnerAwaited = 2,
    /// A legal deadline runs.
    LegalDeadline = 3,
}

impl ExtensionReason {
    /// All of them, by code.
    pub const ALL: [ExtensionReason; 3] = [
        ExtensionReason::ContactAsked,
        ExtensionReason::PartnerAwaited,
        ExtensionReason::LegalDeadline,
    ];

    /// The one with this code.
    pub fn from_code(code: u8) -> Option<ExtensionReason> {
        Self::ALL.into_iter().find(|reason| *reason as u8 == code)
    }
}

/// What a desk tells the team.
pub enum TeamEvent {
    /// A statement of the roster: an entry, its freshness, or an epoch key. Not verified here.
    Statement(Vec<u8>),
    /// A key for one device.
    Grant(Grant),
    /// The author is at its desk for a shift.
    CheckIn {
        /// The shift's number.
        shift: u32,
    },
    /// The author has left its desk.
    CheckOut {
        /// The shift's number.
        shift: u32,
    },
    /// The author takes a case; of two takes the earlier in log order wins.
    Take {
        /// The case.
        case: CaseId,
        /// The mark of its contact, by which desks that never saw the first post know whose later ones are.
        contact: ContactMark,
    },
    /// A piece of a case's history.
    CaseEntry(CaseEntry),
    /// The case was closed and its keys destroyed.
    Closed {
        /// The case.
        case: CaseId,
    },
    /// A piece of a statement that one person signed and a second is to see and sign; put together, the pieces are the statement.
    Propose {
        /// [`statements::UnverifiedStatement::proposal`] of the statement.
        proposal: [u8; 16],
        /// Which piece, from 0.
        index: u16,
        /// How many there are.
        count: u16,
        /// The piece.
        bytes: Vec<u8>,
    },
    /// The author will not sign a proposal, or not agree to an extension.
    Decline {
        /// The proposal.
        proposal: [u8; 16],
        /// Why.
        reason: Text,
    },
    /// A proposal was signed by enough persons and published; or an extension is agreed to.
    Settle {
        /// The proposal.
        proposal: [u8; 16],
    },
    /// All that whoever goes on with a case needs.
    CaseState {
        /// Sealed under the keeping secret.
        state: CaseState,
        /// Whether the whole history was written anew in this generation, so that entries of earlier ones are not needed any more.
        anew: bool,
    },
    /// The author gives its case to another device, to which it has granted the keeping secret.
    Transfer {
        /// The case.
        case: CaseId,
        /// The device that holds it from now on.
        to: DevicePublicKey,
    },
    /// The author, who can go on with a case, puts it back into the queue.
    Return {
        /// The case.
        case: CaseId,
        /// The mark of its contact.
        contact: ContactMark,
        /// In which language the contact wants to be answered.
        language: Language,
        /// How much time is left.
        urgency: Urgency,
    },
    /// What guides say to each other about a case.
    Whisper(Whisper),
    /// What a desk did, for those who watch over it.
    Trail(TrailEntry),
    /// The key to which the trail is sealed from now on.
    TrailKey {
        /// Rises with each key.
        generation: u32,
        /// The key.
        key: SealPublicKey,
    },
    /// The author wants to keep its case longer, and a second person has to agree.
    Extend {
        /// Random; names the proposal.
        proposal: [u8; 16],
        /// The case.
        case: CaseId,
        /// The last day.
        until: Day,
        /// Why.
        reason: ExtensionReason,
    },
}

impl TeamEvent {
    fn write(&self, writer: Writer) -> Writer {
        match self {
            TeamEvent::Statement(bytes) => writer.u8(1).medium(bytes),
            TeamEvent::Grant(grant) => grant.write(writer.u8(2)),
            TeamEvent::CheckIn { shift } => writer.u8(3).u32(*shift),
            TeamEvent::CheckOut { shift } => writer.u8(4).u32(*shift),
            TeamEvent::Take { case, contact } => writer.u8(5).put(&case.0).put(&contact.0),
            TeamEvent::CaseEntry(entry) => entry.write(writer.u8(6)),
            TeamEvent::Closed { case } => writer.u8(7).put(&case.0),
            TeamEvent::Propose {
                proposal,
                index,
                count,
                bytes,
            } => writer
                .u8(8)
                .put(proposal)
                .u16(*index)
                .u16(*count)
                .medium(bytes),
            TeamEvent::Decline { proposal, reason } => writer
                .u8(9)
                .put(proposal)
                .medium(reason.as_str().as_bytes()),
            TeamEvent::Settle { proposal } => writer.u8(10).put(proposal),
            TeamEvent::CaseState { state, anew } => state.write(writer.u8(11)).u8((*anew).into()),
            TeamEvent::Transfer { case, to } => writer.u8(12).put(&case.0).put(&to.0),
            TeamEvent::Return {
                case,
                contact,
                language,
                urgency,
            } => writer
                .u8(13)
                .put(&case.0)
                .put(&contact.0)
                .u8(language.code())
                .u8(urgency.code()),
            TeamEvent::Whisper(whisper) => whisper.write(writer.u8(14)),
            TeamEvent::Trail(entry) => entry.write(writer.u8(15)),
            TeamEvent::TrailKey { generation, key } => {
                writer.u8(16).u32(*generation).put(key.as_bytes())
            }
            TeamEvent::Extend {
                proposal,
                case,
                until,
                reason,
            } => writer
                .u8(17)
                .put(proposal)
                .put(&case.0)
                .u32(until.0)
                .u8(*reason as u8),
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<TeamEvent, ReadError> {
        Ok(match reader.u8()? {
            1 => TeamEvent::Statement(reader.medium()?.to_vec()),
            2 => TeamEvent::Grant(Grant::read(reader)?),
            3 => TeamEvent::CheckIn {
                shift: reader.u32()?,
            },
            4 => TeamEvent::CheckOut {
                shift: reader.u32()?,
            },
            5 => TeamEvent::Take {
                case: CaseId(reader.array()?),
                contact: ContactMark(reader.array()?),
            },
            6 => TeamEvent::CaseEntry(CaseEntry::read(reader)?),
            7 => TeamEvent::Closed {
                case: CaseId(reader.array()?),
            },
            8 => TeamEvent::Propose {
                proposal: reader.array()?,
                index: reader.u16()?,
                count: reader.u16()?,
                bytes: reader.medium()?.to_vec(),
            },
            9 => TeamEvent::Decline {
                proposal: reader.array()?,
                reason: read_text(reader)?,
            },
            10 => TeamEvent::Settle {
                proposal: reader.array()?,
            },
            11 => TeamEvent::CaseState {
                state: CaseState::read(reader)?,
                anew: match reader.u8()? {
                    0 => false,
                    1 => true,
                    _ => return Err(ReadError::Value),
                },
            },
            12 => TeamEvent::Transfer {
                case: CaseId(reader.array()?),
                to: DevicePublicKey(reader.array()?),
            },
            13 => TeamEvent::Return {
                case: CaseId(reader.array()?),
                contact: ContactMark(reader.array()?),
                language: Language::from_code(reader.u8()?).ok_or(ReadError::Value)?,
                urgency: Urgency::from_code(reader.u8()?).ok_or(ReadError::Value)?,
            },
            14 => TeamEvent::Whisper(Whisper::read(reader)?),
            15 => TeamEvent::Trail(TrailEntry::read(reader)?),
            16 => TeamEvent::TrailKey {
                generation: reader.u32()?,
                key: SealPublicKey::from_bytes(reader.take(SEAL_PUBLIC_KEY_SIZE)?)
                    .ok_or(ReadError::Value)?,
            },
            17 => TeamEvent::Extend {
                proposal: reader.array()?,
                case: CaseId(reader.array()?),
                until: Day(reader.u32()?),
                reason: ExtensionReason::from_code(reader.u8()?).ok_or(ReadError::Value)?,
            },
            _ => return Err(ReadError::Value),
        })
    }
}

/// An event whose author's signature was verified. Whether the author belongs to the team is the roster's to say.
pub struct AuthoredEvent {
    author: DevicePublicKey,
    counter: u64,
    shred_token: ShredToken,
    event: TeamEvent,
}

impl AuthoredEvent {
    /// Who says so.
    pub fn author(&self) -> DevicePublicKey {
        self.author
    }

    /// Rises with each event of this author; one that does not is a replay.
    pub fn counter(&self) -> u64 {
        self.counter
    }

    /// Destroys the entry on the relay.
    pub fn shred_token(&self) -> &ShredToken {
        &self.shred_token
    }

    /// What is said.
    pub fn event(&self) -> &TeamEvent {
        &self.event
    }
}

/// The key and place of one generation of the team log.
pub struct TeamLog<'a> {
    /// The line.
    pub line: &'a LineId,
    /// The generation of the team key.
    pub generation: u32,
    /// The team key.
    pub key: &'a TeamKey,
}

impl TeamLog<'_> {
    fn purpose<'a>(&'a self, context: &'a [u8]) -> Purpose<'a> {
        Purpose {
            tag: wire::tag!("team-log"),
            line: self.line,
            context,
        }
    }

    /// Signs and seals an event; the token destroys the entry on the relay.
    ///
    /// # Errors
    /// [`SealError::TooLong`] when the event does not fit into one entry.
    pub fn seal(
        &self,
        author: &DeviceKey,
        counter: u64,
        event: &TeamEvent,
        rng: &mut dyn CryptoRng,
    ) -> Result<(Envelope, ShredToken), SealError> {
        let token = ShredToken::random(rng);
        let writer = Writer::with_capacity(4096).u64(counter).put(token.expose());
        let event = Zeroizing::new(event.write(writer).done());
        let signature = author.sign_team_event(self.line, self.generation, &event);
        let content = Zeroizing::new(
            Writer::with_capacity(96 + event.len())
                .put(&author.public().0)
                .put(&signature)
                .put(&event)
                .done(),
        );
        let header = Header {
            kind: Kind::LogEntry,
            epoch: self.generation,
            line_tag: self.line.tag(),
            mark: seal::random(rng),
            shred_hash: token.hash(),
        };
        let context = self.generation.to_be_bytes();
        let purpose = self.purpose(&context);
        let secret = self.key.expose();
        let envelope = seal::seal_under_secret(secret, &purpose, &header, &content, rng)?;
        Ok((envelope, token))
    }

    /// Opens an entry and verifies its author's signature.
    ///
    /// # Errors
    /// [`OpenError`] when it is not an entry of this generation, or not signed by the author it names.
    pub fn open(&self, envelope: &Envelope) -> Result<AuthoredEvent, OpenError> {
        let context = self.generation.to_be_bytes();
        let purpose = self.purpose(&context);
        let content = seal::open_under_secret(self.key.expose(), &purpose, envelope)?;
        let event = self.read(&content).map_err(|_| OpenError)?;
        if event.shred_token.hash() != envelope.header().shred_hash {
            return Err(OpenError);
        }
        Ok(event)
    }

    fn read(&self, content: &[u8]) -> Result<AuthoredEvent, ReadError> {
        let mut reader = Reader::new(content);
        let author = DevicePublicKey(reader.array()?);
        let signature = reader.array()?;
        let signed = reader.rest();
        if !author.verify_team_event(self.line, self.generation, signed, &signature) {
            return Err(ReadError::Value);
        }
        let mut reader = Reader::new(signed);
        let event = AuthoredEvent {
            author,
            counter: reader.u64()?,
            shred_token: ShredToken::from_bytes(&reader.array()?),
            event: TeamEvent::read(&mut reader)?,
        };
        reader.end()?;
        Ok(event)
    }
}

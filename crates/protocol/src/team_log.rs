//! The team log: events that desks seal for each other (`docs/protocol.md`, section 5).

use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use statements::{DeviceKey, DevicePublicKey};
use wire::{Envelope, Header, Kind, LineId, ReadError, Reader, Writer};
use zeroize::Zeroizing;

use crate::seal::{self, OpenError, Purpose, SealError};
use crate::secrets::{PairingSecret, ShredToken, TeamKey};
use crate::team_event::TeamEvent;

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

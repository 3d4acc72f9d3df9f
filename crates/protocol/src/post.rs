//! Posts: what a contact seals for the line (`docs/protocol.md`, section 4).

use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use statements::{Recipient, SEAL_PUBLIC_KEY_SIZE, SealPublicKey};
use wire::{Envelope, Header, Kind, LineId, ReadError, Reader, Writer};
use zeroize::Zeroizing;

use crate::choices::Choices;
use crate::seal::{self, OpenError, Purpose, SealError};
use crate::secrets::{
    CasePublicKey, CaseSecretKey, NamingSecret, PairingSecret, ReplyPublicKey, ShiftSecretKey,
    ShredToken,
};
use crate::text::{Language, TEXT_SIZE, Text, Urgency};

/// Room for the largest post's content, in bytes.
const POST_CONTENT: usize = 16 + SEAL_PUBLIC_KEY_SIZE + 96 + TEXT_SIZE;

/// The name of a case: the first 16 bytes of `H(tag "case" ‖ first envelope)`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CaseId(pub [u8; 16]);

impl CaseId {
    /// The case that this first post opens.
    pub fn of(first: &Envelope) -> CaseId {
        let hash: [u8; 32] = Sha256::new()
            .chain_update(wire::tag!("case"))
            .chain_update(first.as_bytes())
            .finalize()
            .into();
        let mut id = [0; 16];
        for (to, from) in id.iter_mut().zip(hash) {
            *to = from;
        }
        CaseId(id)
    }
}

/// To whom follow-ups go: the case, the generation of its key, and the key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CaseAddress {
    /// The case.
    pub case: CaseId,
    /// Rises with each new key.
    pub generation: u32,
    /// The key.
    pub key: CasePublicKey,
}

impl CaseAddress {
    pub(crate) fn write(&self, writer: Writer) -> Writer {
        writer
            .put(&self.case.0)
            .u32(self.generation)
            .put(self.key.0.as_bytes())
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<CaseAddress, ReadError> {
        Ok(CaseAddress {
            case: CaseId(reader.array()?),
            generation: reader.u32()?,
            key: CasePublicKey(read_key(reader)?),
        })
    }
}

pub(crate) fn read_key(reader: &mut Reader<'_>) -> Result<SealPublicKey, ReadError> {
    SealPublicKey::from_bytes(reader.take(SEAL_PUBLIC_KEY_SIZE)?).ok_or(ReadError::Value)
}

pub(crate) fn read_text(reader: &mut Reader<'_>) -> Result<Text, ReadError> {
    Text::read(reader.medium()?).ok_or(ReadError::Value)
}

fn read_language(reader: &mut Reader<'_>) -> Result<Language, ReadError> {
    Language::from_code(reader.u8()?).ok_or(ReadError::Value)
}

fn read_urgency(reader: &mut Reader<'_>) -> Result<Urgency, ReadError> {
    Urgency::from_code(reader.u8()?).ok_or(ReadError::Value)
}

/// The mark of post `number`: `derive("", naming secret, "mark", number, 16)`.
pub(crate) fn mark(naming: &NamingSecret, number: u32) -> [u8; 16] {
    *seal::derive(
        &[],
        naming.expose(),
        wire::tag!("mark"),
        &number.to_be_bytes(),
    )
}

fn header(shift: u32, line: &LineId, mark: [u8; 16], token: &ShredToken) -> Header {
    Header {
        kind: Kind::Post,
        epoch: shift,
        line_tag: line.tag(),
        mark,
        shred_hash: token.hash(),
    }
}

impl ShredToken {
    /// `H(tag "shred" ‖ token)`, as it stands in the header of what the token destroys.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::new()
            .chain_update(wire::tag!("shred"))
            .chain_update(self.expose())
            .finalize()
            .into()
    }
}

/// A message to whoever is on duty: the first of a contact, or one sent before a reply was read.
pub struct FirstPost {
    /// The contact's count of posts, from 0.
    pub number: u32,
    /// In which language the contact wants to be answered.
    pub language: Language,
    /// How much time is left.
    pub urgency: Urgency,
    /// What the contact wishes of whoever answers.
    pub choices: Choices,
    /// Where replies are sealed to.
    pub reply_key: ReplyPublicKey,
    /// Proves replies and follow-ups.
    pub pairing: PairingSecret,
    /// Names the reply slots.
    pub naming: NamingSecret,
    /// Destroys this post on the relay.
    pub shred_token: ShredToken,
    /// What the contact wrote.
    pub text: Text,
}

impl FirstPost {
    fn purpose<'a>(line: &'a LineId, context: &'a [u8]) -> Purpose<'a> {
        Purpose {
            tag: wire::tag!("first-post"),
            line,
            context,
        }
    }

    /// Seals it to a shift.
    ///
    /// # Errors
    /// [`SealError::Key`] when the shift's key is not one.
    pub fn seal(&self, shift: &Recipient, rng: &mut dyn CryptoRng) -> Result<Envelope, SealError> {
        let content = Zeroizing::new(
            self.choices
                .write(
                    Writer::with_capacity(POST_CONTENT)
                        .u32(self.number)
                        .u8(self.language.code())
                        .u8(self.urgency.code()),
                )
                .put(self.reply_key.0.as_bytes())
                .put(self.pairing.expose())
                .put(self.naming.expose())
                .put(self.shred_token.expose())
                .medium(self.text.as_str().as_bytes())
                .done(),
        );
        let line = shift.line();
        let number = shift.number();
        let header = header(number, &line, seal::random(rng), &self.shred_token);
        let context = number.to_be_bytes();
        let purpose = Self::purpose(&line, &context);
        seal::seal_to_key(shift.seal_key(), None, &purpose, &header, &content, rng)
    }

    /// Opens a post with the key of the shift that its header names.
    ///
    /// # Errors
    /// [`OpenError`] when it was not sealed to that shift's key as a first post of this line.
    pub fn open(
        envelope: &Envelope,
        line: &LineId,
        shift_key: &ShiftSecretKey,
    ) -> Result<FirstPost, OpenError> {
        let context = envelope.header().epoch.to_be_bytes();
        let purpose = Self::purpose(line, &context);
        let content = seal::open_with_key(shift_key.expose(), None, &purpose, envelope)?;
        let post = Self::read(&content).map_err(|_| OpenError)?;
        if post.shred_token.hash() != envelope.header().shred_hash {
            return Err(OpenError);
        }
        Ok(post)
    }

    fn read(content: &[u8]) -> Result<FirstPost, ReadError> {
        let mut reader = Reader::new(content);
        let post = FirstPost {
            number: reader.u32()?,
            language: read_language(&mut reader)?,
            urgency: read_urgency(&mut reader)?,
            choices: Choices::read(&mut reader)?,
            reply_key: ReplyPublicKey(read_key(&mut reader)?),
            pairing: PairingSecret::from_bytes(&reader.array()?),
            naming: NamingSecret::from_bytes(&reader.array()?),
            shred_token: ShredToken::from_bytes(&reader.array()?),
            text: read_text(&mut reader)?,
        };
        reader.end()?;
        Ok(post)
    }
}

/// A message to the people of a case, or a receipt when its text is empty. It looks exactly like a first post.
pub struct FollowUp {
    /// The contact's count of posts.
    pub number: u32,
    /// The contact has collected all replies below this number.
    pub next_reply: u32,
    /// In which language the contact wants to be answered.
    pub language: Language,
    /// How much time is left.
    pub urgency: Urgency,
    /// Where replies are sealed to from now on.
    pub reply_key: ReplyPublicKey,
    /// Destroys this post on the relay.
    pub shred_token: ShredToken,
    /// What the contact wrote.
    pub text: Text,
}

impl FollowUp {
    fn context(case: &CaseId, generation: u32) -> alloc::vec::Vec<u8> {
        Writer::default().put(&case.0).u32(generation).done()
    }

    fn purpose<'a>(line: &'a LineId, context: &'a [u8]) -> Purpose<'a> {
        Purpose {
            tag: wire::tag!("follow-up"),
            line,
            context,
        }
    }

    /// Seals it to a case, while `shift` is on duty.
    ///
    /// # Errors
    /// [`SealError::Key`] when the case's key is not one.
    pub fn seal(
        &self,
        to: &CaseAddress,
        secrets: (&PairingSecret, &NamingSecret),
        shift: &Recipient,
        rng: &mut dyn CryptoRng,
    ) -> Result<Envelope, SealError> {
        let (pairing, naming) = secrets;
        let content = Zeroizing::new(
            Writer::with_capacity(POST_CONTENT)
                .u32(self.number)
                .u32(self.next_reply)
                .u8(self.language.code())
                .u8(self.urgency.code())
                .put(self.reply_key.0.as_bytes())
                .put(self.shred_token.expose())
                .medium(self.text.as_str().as_bytes())
                .done(),
        );
        let line = shift.line();
        let mark = mark(naming, self.number);
        let header = header(shift.number(), &line, mark, &self.shred_token);
        let context = Self::context(&to.case, to.generation);
        let purpose = Self::purpose(&line, &context);
        seal::seal_to_key(&to.key.0, Some(pairing), &purpose, &header, &content, rng)
    }

    /// The mark by which the people of a case find post `number` of their contact.
    pub fn mark(naming: &NamingSecret, number: u32) -> [u8; 16] {
        mark(naming, number)
    }

    /// Opens a post with a case's key of one generation.
    ///
    /// # Errors
    /// [`OpenError`] when it was not sealed to that key, with that pairing secret, as a follow-up of this line and case.
    pub fn open(
        envelope: &Envelope,
        line: &LineId,
        case: (&CaseId, u32, &CaseSecretKey),
        pairing: &PairingSecret,
    ) -> Result<FollowUp, OpenError> {
        let (id, generation, key) = case;
        let context = Self::context(id, generation);
        let purpose = Self::purpose(line, &context);
        let content = seal::open_with_key(key.expose(), Some(pairing), &purpose, envelope)?;
        let post = Self::read(&content).map_err(|_| OpenError)?;
        if post.shred_token.hash() != envelope.header().shred_hash {
            return Err(OpenError);
        }
        Ok(post)
    }

    fn read(content: &[u8]) -> Result<FollowUp, ReadError> {
        let mut reader = Reader::new(content);
        let post = FollowUp {
            number: reader.u32()?,
            next_reply: reader.u32()?,
            language: read_language(&mut reader)?,
            urgency: read_urgency(&mut reader)?,
            reply_key: ReplyPublicKey(read_key(&mut reader)?),
            shred_token: ShredToken::from_bytes(&reader.array()?),
            text: read_text(&mut reader)?,
        };
        reader.end()?;
        Ok(post)
    }
}

//! Replies: what the people of a case seal for their contact (`docs/protocol.md`, section 4).

use alloc::string::String;
use rand_core::CryptoRng;
use statements::SEAL_PUBLIC_KEY_SIZE;
use wire::{Day, Envelope, Header, Kind, LineId, ReadError, Reader, SlotName, Writer};
use zeroize::Zeroizing;

use crate::handover::Offer;
use crate::post::{CaseAddress, read_text};
use crate::seal::{self, OpenError, Purpose, SealError};
use crate::secrets::{NamingSecret, PairingSecret, ReplyPublicKey, ReplySecretKey};
use crate::text::{Language, TEXT_SIZE, Text, codes};

/// What a reply brings.
pub enum ReplyPart {
    /// A guide has taken the case and reads.
    Taken,
    /// A guide's own words.
    Words(Text),
    /// A card.
    Card {
        /// The card's id; with a text of full length at most 113 bytes.
        card: String,
        /// The language of this text.
        language: Language,
        /// The day on which the card was last checked.
        reviewed: Day,
        /// The card's text as it was on that day.
        text: Text,
    },
    /// The case was closed and destroyed.
    Closed,
    /// A colleague goes on with the case.
    Transferred,
    /// A device that could read the conversation since that day may be in wrong hands; keys are new from here on.
    Exposed {
        /// The first day on which it could.
        since: Day,
    },
    /// A card that this contact was given says something else now, or does not stand any more.
    Correction(Correction),
    /// Two people at desks agreed that the contact may hand itself over to a partner.
    Offer(Offer),
    /// That offer does not stand any more.
    OfferEnded,
}

codes!(
    /// What became of a card.
    CardNow {
        /// It says something else.
        Changed = 1,
        /// It is being checked again.
        Suspended = 2,
        /// It was taken back for good.
        Withdrawn = 3,
    }
);

/// What became of a card that a contact was given.
pub struct Correction {
    /// The card's id; with a text of full length at most 108 bytes.
    pub card: String,
    /// The language of what was given.
    pub language: Language,
    /// The day on which what was given had been checked.
    pub told: Day,
    /// What became of it.
    pub now: CardNow,
    /// The day on which it was checked now; of a card that does not stand, the day before.
    pub reviewed: Day,
    /// What it says now; of a card that does not stand, its question.
    pub text: Text,
}

impl Correction {
    /// Another copy, on purpose.
    pub fn duplicate(&self) -> Correction {
        Correction {
            card: self.card.clone(),
            language: self.language,
            told: self.told,
            now: self.now,
            reviewed: self.reviewed,
            text: self.text.duplicate(),
        }
    }

    /// card id (length u8) ‖ language u8 ‖ told day ‖ now u8 ‖ reviewed day ‖ text (length u16).
    pub fn write(&self, writer: Writer) -> Writer {
        writer
            .short(self.card.as_bytes())
            .u8(self.language.code())
            .u32(self.told.0)
            .u8(self.now.code())
            .u32(self.reviewed.0)
            .medium(self.text.as_str().as_bytes())
    }

    /// Reads it.
    ///
    /// # Errors
    /// [`ReadError`] when something is missing or has no such value.
    pub fn read(reader: &mut Reader<'_>) -> Result<Correction, ReadError> {
        Ok(Correction {
            card: core::str::from_utf8(reader.short()?)
                .map_err(|_| ReadError::Value)?
                .into(),
            language: Language::from_code(reader.u8()?).ok_or(ReadError::Value)?,
            told: Day(reader.u32()?),
            now: CardNow::from_code(reader.u8()?).ok_or(ReadError::Value)?,
            reviewed: Day(reader.u32()?),
            text: read_text(reader)?,
        })
    }
}

/// One reply: the case's address from now on, how far posts are read, and what it brings.
pub struct Reply {
    /// Where the contact writes to from now on.
    pub address: CaseAddress,
    /// All posts below this number are read.
    pub posts_read: u32,
    /// What it brings.
    pub part: ReplyPart,
}

impl ReplyPart {
    fn write(&self, writer: Writer) -> Writer {
        match self {
            ReplyPart::Taken => writer.u8(1),
            ReplyPart::Words(text) => writer.u8(2).medium(text.as_str().as_bytes()),
            ReplyPart::Card {
                card,
                language,
                reviewed,
                text,
            } => writer
                .u8(3)
                .short(card.as_bytes())
                .u8(language.code())
                .u32(reviewed.0)
                .medium(text.as_str().as_bytes()),
            ReplyPart::Closed => writer.u8(4),
            ReplyPart::Transferred => writer.u8(5),
            ReplyPart::Exposed { since } => writer.u8(6).u32(since.0),
            ReplyPart::Correction(correction) => correction.write(writer.u8(7)),
            ReplyPart::Offer(offer) => offer.write(writer.u8(8)),
            ReplyPart::OfferEnded => writer.u8(9),
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<ReplyPart, ReadError> {
        Ok(match reader.u8()? {
            1 => ReplyPart::Taken,
            2 => ReplyPart::Words(read_text(reader)?),
            3 => ReplyPart::Card {
                card: core::str::from_utf8(reader.short()?)
                    .map_err(|_| ReadError::Value)?
                    .into(),
                language: Language::from_code(reader.u8()?).ok_or(ReadError::Value)?,
                reviewed: Day(reader.u32()?),
                text: read_text(reader)?,
            },
            4 => ReplyPart::Closed,
            5 => ReplyPart::Transferred,
            6 => ReplyPart::Exposed {
                since: Day(reader.u32()?),
            },
            7 => ReplyPart::Correction(Correction::read(reader)?),
            8 => ReplyPart::Offer(Offer::read(reader)?),
            9 => ReplyPart::OfferEnded,
            _ => return Err(ReadError::Value),
        })
    }
}

impl Reply {
    /// The slot of reply `number`: `derive("", naming secret, "reply-slot", number, 32)`.
    pub fn slot(naming: &NamingSecret, number: u32) -> SlotName {
        let number = number.to_be_bytes();
        SlotName(*seal::derive(
            &[],
            naming.expose(),
            wire::tag!("reply-slot"),
            &number,
        ))
    }

    fn purpose<'a>(line: &'a LineId, context: &'a [u8]) -> Purpose<'a> {
        Purpose {
            tag: wire::tag!("reply"),
            line,
            context,
        }
    }

    /// Seals it to the contact's newest reply key, as reply `number`.
    ///
    /// # Errors
    /// [`SealError::Key`] when the reply key is not one; [`SealError::TooLong`] when a card's id and text do not fit.
    pub fn seal(
        &self,
        line: &LineId,
        number: u32,
        to: &ReplyPublicKey,
        pairing: &PairingSecret,
        rng: &mut dyn CryptoRng,
    ) -> Result<Envelope, SealError> {
        let names_card = match &self.part {
            ReplyPart::Card { card, .. } | ReplyPart::Correction(Correction { card, .. }) => card,
            _ => "",
        };
        if names_card.len() > usize::from(u8::MAX) {
            return Err(SealError::TooLong);
        }
        let room = SEAL_PUBLIC_KEY_SIZE + TEXT_SIZE + 300;
        let writer = self.address.write(Writer::with_capacity(room));
        let content = Zeroizing::new(self.part.write(writer.u32(self.posts_read)).done());
        let header = slot_header(line, rng);
        let context = number.to_be_bytes();
        let purpose = Self::purpose(line, &context);
        seal::seal_to_key(&to.0, Some(pairing), &purpose, &header, &content, rng)
    }

    /// Opens reply `number` with one of the contact's reply keys.
    ///
    /// # Errors
    /// [`OpenError`] when it was not sealed to that key, with that pairing secret, as that reply of this line.
    pub fn open(
        envelope: &Envelope,
        line: &LineId,
        number: u32,
        key: &ReplySecretKey,
        pairing: &PairingSecret,
    ) -> Result<Reply, OpenError> {
        let context = number.to_be_bytes();
        let purpose = Self::purpose(line, &context);
        let content = seal::open_with_key(key.expose(), Some(pairing), &purpose, envelope)?;
        Self::read(&content).map_err(|_| OpenError)
    }

    fn read(content: &[u8]) -> Result<Reply, ReadError> {
        let mut reader = Reader::new(content);
        let reply = Reply {
            address: CaseAddress::read(&mut reader)?,
            posts_read: reader.u32()?,
            part: ReplyPart::read(&mut reader)?,
        };
        reader.end()?;
        Ok(reply)
    }
}

/// The header of a slot's envelope: nothing in it but randomness.
pub(crate) fn slot_header(line: &LineId, rng: &mut dyn CryptoRng) -> Header {
    Header {
        kind: Kind::Slot,
        epoch: 0,
        line_tag: line.tag(),
        mark: seal::random(rng),
        shred_hash: seal::random(rng),
    }
}

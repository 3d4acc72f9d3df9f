//! What desks tell each other about cards and claims that are not published (`docs/protocol.md`, section 5). The relay never sees it.

use alloc::string::String;
use alloc::vec::Vec;
use wire::{Day, ReadError, Reader, Writer};

use crate::post::read_text;
use crate::text::{Language, Text, codes};

codes!(
    /// What somebody answers for who checked a card.
    CheckKind {
        /// That it says what its claims and sources say.
        Facts = 1,
        /// That a translation says the same.
        Language = 2,
        /// That a lawyer has read it.
        Law = 3,
    }
);

codes!(
    /// What somebody who wanted to answer with a card found.
    Remark {
        /// A card is wrong.
        Wrong = 1,
        /// A card, or a language of it, is missing.
        Missing = 2,
    }
);

/// What desks tell each other about cards and claims that are not published.
pub enum EditingEvent {
    /// A piece of a revision, and what it revises; put together, the pieces are day u32 ‖ for review u8 ‖ JSON.
    Revise {
        /// Random; names the revision.
        revision: [u8; 16],
        /// The revision that its author had before his eyes; zeros when there was none.
        base: [u8; 16],
        /// Which piece, from 0.
        index: u16,
        /// How many there are.
        count: u16,
        /// The piece.
        bytes: Vec<u8>,
    },
    /// The author has looked at a revision.
    Check {
        /// The revision.
        revision: [u8; 16],
        /// On which day.
        day: Day,
        /// For what the author answers.
        kind: CheckKind,
        /// Of a translation its language tag; else empty.
        language: String,
        /// What is wrong with it; empty when nothing is.
        objection: Text,
    },
    /// A revision is given up.
    Drop {
        /// The revision.
        revision: [u8; 16],
    },
    /// Something is wrong or missing. Nothing of the conversation in which that was found.
    Remark {
        /// The card's name; of what is missing whatever was looked for among the cards' names, or empty.
        card: String,
        /// In which language.
        language: Language,
        /// What.
        remark: Remark,
    },
}

fn read_short(reader: &mut Reader<'_>) -> Result<String, ReadError> {
    let text = core::str::from_utf8(reader.short()?).map_err(|_| ReadError::Value)?;
    Ok(text.into())
}

impl EditingEvent {
    /// Kinds 28 to 31 of the log's events.
    pub(crate) fn write(&self, writer: Writer) -> Writer {
        match self {
            EditingEvent::Revise {
                revision,
                base,
                index,
                count,
                bytes,
            } => writer
                .u8(28)
                .put(revision)
                .put(base)
                .u16(*index)
                .u16(*count)
                .medium(bytes),
            EditingEvent::Check {
                revision,
                day,
                kind,
                language,
                objection,
            } => writer
                .u8(29)
                .put(revision)
                .u32(day.0)
                .u8(kind.code())
                .short(language.as_bytes())
                .medium(objection.as_str().as_bytes()),
            EditingEvent::Drop { revision } => writer.u8(30).put(revision),
            EditingEvent::Remark {
                card,
                language,
                remark,
            } => writer
                .u8(31)
                .short(card.as_bytes())
                .u8(language.code())
                .u8(remark.code()),
        }
    }

    /// Reads what follows after the kind.
    pub(crate) fn read(kind: u8, reader: &mut Reader<'_>) -> Result<EditingEvent, ReadError> {
        Ok(match kind {
            28 => EditingEvent::Revise {
                revision: reader.array()?,
                base: reader.array()?,
                index: reader.u16()?,
                count: reader.u16()?,
                bytes: reader.medium()?.to_vec(),
            },
            29 => EditingEvent::Check {
                revision: reader.array()?,
                day: Day(reader.u32()?),
                kind: CheckKind::from_code(reader.u8()?).ok_or(ReadError::Value)?,
                language: read_short(reader)?,
                objection: read_text(reader)?,
            },
            30 => EditingEvent::Drop {
                revision: reader.array()?,
            },
            31 => EditingEvent::Remark {
                card: read_short(reader)?,
                language: Language::from_code(reader.u8()?).ok_or(ReadError::Value)?,
                remark: Remark::from_code(reader.u8()?).ok_or(ReadError::Value)?,
            },
            _ => return Err(ReadError::Value),
        })
    }
}

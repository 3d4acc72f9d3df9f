//! A case as a record of the vault.

use protocol::{
    CaseId, CaseSecretKey, Choices, ContactMark, NamingSecret, PairingSecret, ReplyPublicKey, Text,
};
use statements::{DevicePublicKey, SEAL_PUBLIC_KEY_SIZE, SealPublicKey};
use wire::{Day, ReadError, Reader, Writer};

use crate::case::{Case, Generations, Link, Message, Written};
use crate::codec::{
    read_all, read_flag, read_language, read_option, read_part, read_text, read_urgency, write_all,
    write_option, write_part,
};
use crate::course::Course;
use crate::handover::Handover;
use crate::logged::Logged;
use crate::outbox::{read_shred, write_shred};
use crate::supervised::{Draft, Said};
use crate::tending::{Tended, Translation};

impl Link {
    /// generation u32 ‖ since day ‖ case key seed 32? ‖ pairing 32 ‖ naming 32.
    pub(crate) fn encode(&self, writer: Writer) -> Writer {
        let writer = writer.u32(self.generation).u32(self.since.0);
        let writer = write_option(writer, self.key.as_ref(), |writer, key| {
            writer.put(key.expose())
        });
        writer.put(self.pairing.expose()).put(self.naming.expose())
    }

    pub(crate) fn decode(reader: &mut Reader<'_>) -> Result<Link, ReadError> {
        Ok(Link {
            generation: reader.u32()?,
            since: Day(reader.u32()?),
            key: read_option(reader, |reader| {
                Ok(CaseSecretKey::from_seed(&reader.array()?))
            })?,
            pairing: PairingSecret::from_bytes(&reader.array()?),
            naming: NamingSecret::from_bytes(&reader.array()?),
        })
    }
}

pub(crate) fn read_reply_key(reader: &mut Reader<'_>) -> Result<ReplyPublicKey, ReadError> {
    SealPublicKey::from_bytes(reader.take(SEAL_PUBLIC_KEY_SIZE)?)
        .map(ReplyPublicKey)
        .ok_or(ReadError::Value)
}

fn write_text(writer: Writer, text: &Text) -> Writer {
    writer.medium(text.as_str().as_bytes())
}

impl Case {
    /// id 16 ‖ contact 16 ‖ links ‖ logged ‖ reply key 1,216 ‖ language u8 ‖ urgency u8 ‖ choices 3 ‖ tended ‖ posts ‖ next reply u32 ‖
    /// collected below u32 ‖ unread u8 ‖ messages ‖ notes ‖ translations ‖ draft ‖ logged draft? ‖ entries ‖ claims ‖ last heard day ‖
    /// extended day? ‖ supervisors ‖ whispers ‖ drafts ‖ leaving 32? ‖ returned u8 ‖ own u8 ‖ on hold u8 ‖ stand-ins ‖ handover ‖
    /// course (absent in records that were saved before there was one).
    pub(crate) fn encode(&self, writer: Writer) -> Writer {
        let writer = writer.put(&self.id.0).put(&self.contact.0);
        let writer = write_all(writer, self.links.iter(), |writer, link| {
            link.encode(writer)
        });
        let writer = self
            .logged
            .encode(writer)
            .put(self.reply_key.0.as_bytes())
            .u8(self.language.code())
            .u8(self.urgency.code());
        let writer = self.tended.write(self.choices.write(writer));
        let writer = write_all(writer, self.posts.iter(), |writer, number| {
            writer.u32(*number)
        })
        .u32(self.next_reply)
        .u32(self.collected_below)
        .u8(self.unread.into());
        let writer = write_all(writer, self.messages.iter(), write_message);
        let writer = write_all(writer, self.notes.iter(), write_text);
        let writer = write_all(writer, self.translations.iter(), |writer, one| {
            one.write(writer)
        });
        let writer = write_text(writer, &self.draft);
        let logged_draft = self.logged_draft.as_ref();
        let writer = write_option(writer, logged_draft, |writer, (text, shred)| {
            write_shred(write_text(writer, text), shred)
        });
        let writer = write_all(writer, self.entries.iter(), write_shred);
        let writer = write_all(writer, self.claims.iter(), |writer, post| {
            writer.put(&post.0)
        });
        let writer = writer.u32(self.last_heard.0);
        let writer = write_option(writer, self.extended, |writer, day| writer.u32(day.0));
        let writer = write_all(writer, self.supervisors.iter(), |writer, device| {
            writer.put(&device.0)
        });
        let writer = write_all(writer, self.whispers.iter(), |writer, said| {
            said.encode(writer)
        });
        let writer = write_all(writer, self.drafts.iter(), |writer, draft| {
            draft.encode(writer)
        });
        let writer = write_option(writer, self.leaving, |writer, to| writer.put(&to.0));
        let writer = writer
            .u8(self.returned.into())
            .u8(self.own.into())
            .u8(self.on_hold.into());
        let writer = write_all(writer, self.stand_ins.iter(), |writer, device| {
            writer.put(&device.0)
        });
        self.course.write(self.handover.write(writer))
    }

    /// At most how many bytes the record takes, so that it is written without being copied about.
    pub(crate) fn size(&self) -> usize {
        let texts = self.messages.len() + self.notes.len() + self.whispers.len();
        let texts = texts + self.drafts.len() + self.translations.len() + 4;
        4096 + texts * (protocol::TEXT_SIZE + 300)
            + self.entries.len() * 64
            + self.posts.len() * 4
            + (self.claims.len() + self.links.len() * 8 + self.supervisors.len() * 2) * 16
            + self.stand_ins.len() * 32
            + self.logged.size()
            + self.course.size()
    }

    pub(crate) fn decode(reader: &mut Reader<'_>) -> Result<Case, ReadError> {
        let id = CaseId(reader.array()?);
        let contact = ContactMark(reader.array()?);
        let links = read_all(reader, Link::decode)?;
        if links.is_empty() {
            return Err(ReadError::Value);
        }
        let logged = Logged::decode(reader)?;
        let reply_key = read_reply_key(reader)?;
        let mut case = Case::new((id, contact), links, logged, reply_key, Day(0));
        case.language = read_language(reader)?;
        case.urgency = read_urgency(reader)?;
        case.choices = Choices::read(reader)?;
        case.tended = Tended::read(reader)?;
        case.posts = read_all(reader, |reader| reader.u32())?
            .into_iter()
            .collect();
        case.next_reply = reader.u32()?;
        case.collected_below = reader.u32()?;
        case.unread = read_flag(reader)?;
        case.messages = read_all(reader, read_message)?;
        case.notes = read_all(reader, read_text)?;
        case.translations = read_all(reader, Translation::read)?;
        case.draft = read_text(reader)?;
        case.logged_draft = read_option(reader, |reader| {
            Ok((read_text(reader)?, read_shred(reader)?))
        })?;
        case.entries = read_all(reader, read_shred)?;
        case.claims = read_all(reader, |reader| reader.array().map(CaseId))?;
        case.last_heard = Day(reader.u32()?);
        case.extended = read_option(reader, |reader| reader.u32().map(Day))?;
        let supervisors = read_all(reader, |reader| reader.array().map(DevicePublicKey))?;
        case.supervisors = supervisors.into_iter().collect();
        case.whispers = read_all(reader, Said::decode)?;
        case.drafts = read_all(reader, Draft::decode)?;
        case.leaving = read_option(reader, |reader| reader.array().map(DevicePublicKey))?;
        case.returned = read_flag(reader)?;
        case.own = read_flag(reader)?;
        case.on_hold = read_flag(reader)?;
        let stand_ins = read_all(reader, |reader| reader.array().map(DevicePublicKey))?;
        case.stand_ins = stand_ins.into_iter().collect();
        case.handover = Handover::read(reader)?;
        case.course = Course::read_tail(reader)?;
        case.expect_posts();
        Ok(case)
    }
}

/// from contact: 1 ‖ number u32 ‖ text; from here: 2 ‖ number u32 ‖ under u32 ‖ address u32 ‖ written u8 ‖ part.
fn write_message(writer: Writer, message: &Message) -> Writer {
    match message {
        Message::Received { number, text } => write_text(writer.u8(1).u32(*number), text),
        Message::Sent {
            number,
            part,
            written,
            sealed,
        } => {
            let writer = writer.u8(2).u32(*number).u32(sealed.under);
            write_part(writer.u32(sealed.address).u8(*written as u8), part)
        }
    }
}

fn read_message(reader: &mut Reader<'_>) -> Result<Message, ReadError> {
    Ok(match reader.u8()? {
        1 => Message::Received {
            number: reader.u32()?,
            text: read_text(reader)?,
        },
        2 => Message::Sent {
            number: reader.u32()?,
            sealed: Generations {
                under: reader.u32()?,
                address: reader.u32()?,
            },
            written: Written::from_code(reader.u8()?).ok_or(ReadError::Value)?,
            part: read_part(reader)?,
        },
        _ => return Err(ReadError::Value),
    })
}

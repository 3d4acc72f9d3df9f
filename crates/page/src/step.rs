//! What comes of a step, as bytes for the page; and what an HTTP answer means, as an outcome for the visit.

use protocol::{Outcome, Pending, ReplyPart, Request, Shown, Step, Visit, envelope_hash};
use wire::{EnvelopeHash, LineId, ReadError, Reader, SlotContent, Writer};
use zeroize::Zeroizing;

use crate::Failure;

/// What the relay's answer must be for the request under way, so that no stranger's page is taken for an acknowledgement.
pub(crate) enum Awaited {
    /// Nothing is under way.
    Nothing,
    /// Two slots.
    Slots,
    /// An empty acknowledgement.
    Acknowledgement,
    /// The hash of the posted envelope.
    Receipt(EnvelopeHash),
}

impl Awaited {
    fn of(request: Option<&Request>) -> Awaited {
        match request {
            None => Awaited::Nothing,
            Some(Request::ReadSlots(_)) => Awaited::Slots,
            Some(Request::WriteSlot(_) | Request::DeleteSlots(_)) => Awaited::Acknowledgement,
            Some(Request::Post(envelope) | Request::SaveAndPost(_, envelope)) => {
                Awaited::Receipt(envelope_hash(envelope))
            }
        }
    }

    fn write(&self, writer: Writer) -> Writer {
        match self {
            Awaited::Nothing => writer.u8(0),
            Awaited::Slots => writer.u8(1),
            Awaited::Acknowledgement => writer.u8(2),
            Awaited::Receipt(hash) => writer.u8(3).put(&hash.0),
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Awaited, ReadError> {
        Ok(match reader.u8()? {
            0 => Awaited::Nothing,
            1 => Awaited::Slots,
            2 => Awaited::Acknowledgement,
            3 => Awaited::Receipt(EnvelopeHash(reader.array()?)),
            _ => return Err(ReadError::Value),
        })
    }

    /// Whether what failed had nothing to do with a message: a read, a save or a deletion, never a post.
    fn carries_no_message(&self) -> bool {
        !matches!(self, Awaited::Receipt(_))
    }
}

/// A visit between two calls: root 32 ‖ line id 32 ‖ awaited u8 [‖ hash 32] ‖ the visit.
///
/// The root stands here a second time so that the line can be looked at again without typing the words.
pub(crate) struct Kept {
    pub(crate) root: Zeroizing<[u8; 32]>,
    pub(crate) line: LineId,
    pub(crate) awaited: Awaited,
    pub(crate) visit: Visit,
}

impl Kept {
    /// Reads what an earlier step gave: length u16 ‖ bytes.
    ///
    /// # Errors
    /// `Request` when it is not that.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Kept, Failure> {
        let mut kept = Reader::new(reader.long()?);
        Ok(Kept {
            root: Zeroizing::new(kept.array()?),
            line: LineId(kept.array()?),
            awaited: Awaited::read(&mut kept)?,
            visit: Visit::import(kept.rest())?,
        })
    }

    /// The answer to a step: length u32 ‖ visit ‖ ready u8 ‖ taken u8 ‖ request kind u8 (0 none, else as
    /// `wire::TurnKind` has them) ‖ length u32 ‖ body ‖ count u8 ‖ shown items.
    ///
    /// `refused` is the relay's code when it said no. A request that may have left but carries no message counts as not sent:
    /// the person asks about the message.
    pub(crate) fn answer(mut self, step: &Step, refused: &str) -> Vec<u8> {
        let quiet = self.awaited.carries_no_message();
        if step.request.is_some() || self.visit.is_ready() {
            self.awaited = Awaited::of(step.request.as_ref());
        }
        let kept = Writer::default().put(&*self.root).put(&self.line.0);
        let exported = self.visit.export();
        let kept = Zeroizing::new(self.awaited.write(kept).put(&exported).done());
        let writer = Writer::default()
            .u8(0)
            .long(&kept)
            .u8(self.visit.is_ready().into())
            .u8(self.visit.is_taken().into());
        let (kind, body) = match &step.request {
            None => (0, Vec::new()),
            Some(request) => {
                let (kind, body) = request.to_turn();
                (kind as u8, body)
            }
        };
        let items = u8::try_from(step.shown.len()).unwrap_or(u8::MAX);
        let writer = writer.u8(kind).long(&body).u8(items);
        step.shown
            .iter()
            .take(items.into())
            .fold(writer, |writer, shown| {
                write_shown(writer, shown, self.visit.pending(), (quiet, refused))
            })
            .done()
    }
}

/// One shown item: code u8 ‖ fields. A pending message comes with what was chosen for it: language u8 ‖ urgency u8 ‖ choices 3.
fn write_shown(
    writer: Writer,
    shown: &Shown,
    pending: Option<&Pending>,
    (quiet, refused): (bool, &str),
) -> Writer {
    match shown {
        Shown::EmptyLine => writer.u8(1),
        Shown::NoAnswerYet { taken } => writer.u8(2).u8((*taken).into()),
        Shown::NotKnownWhether(text) => {
            let writer = writer.u8(3).medium(text.as_str().as_bytes());
            match pending {
                None => writer.put(&[0; 5]),
                Some(chosen) => {
                    let writer = writer.u8(chosen.language.code());
                    chosen.choices.write(writer.u8(chosen.urgency.code()))
                }
            }
        }
        Shown::Reply(ReplyPart::Taken) => writer.u8(4),
        Shown::Reply(ReplyPart::Words(text)) => writer.u8(5).medium(text.as_str().as_bytes()),
        Shown::Reply(ReplyPart::Card {
            card,
            language,
            reviewed,
            text,
        }) => writer
            .u8(6)
            .short(card.as_bytes())
            .u8(language.code())
            .u32(reviewed.0)
            .medium(text.as_str().as_bytes()),
        Shown::Reply(ReplyPart::Closed) => writer.u8(7),
        Shown::Reply(ReplyPart::Transferred) => writer.u8(15),
        Shown::Reply(ReplyPart::Exposed { since }) => writer.u8(16).u32(since.0),
        Shown::Reply(ReplyPart::Correction(correction)) => correction.write(writer.u8(17)),
        Shown::PerhapsUnread => writer.u8(18),
        Shown::Offered(offer) => offer.write(writer.u8(19)),
        Shown::Reply(ReplyPart::OfferEnded) => writer.u8(20),
        Shown::Reply(ReplyPart::Offer(_)) => writer.u8(21),
        Shown::Erased => writer.u8(8),
        Shown::Sent => writer.u8(9),
        Shown::NotSent => writer.u8(10),
        Shown::NotKnown if quiet => writer.u8(10),
        Shown::NotKnown => writer.u8(11),
        Shown::Refused => writer.u8(12).short(refused.as_bytes()),
        Shown::ReadAgain => writer.u8(13),
        Shown::Nobody => writer.u8(14),
    }
}

/// What became of a request, from: happened u8 (1 not sent, 2 no answer, 3 answered ‖ status u16 ‖ length u32 ‖ body).
///
/// Only what the relay itself can have said counts: the right status with the right body, or an error in its own form. Anything
/// else, such as the sign-in page of a network, is "not known". With it comes the relay's code, if it refused.
pub(crate) fn read_outcome<'a>(
    reader: &mut Reader<'a>,
    awaited: &Awaited,
) -> Result<(Outcome, &'a str), Failure> {
    let (status, body) = match reader.u8()? {
        1 => return Ok((Outcome::NotSent, "")),
        2 => return Ok((Outcome::NotKnown, "")),
        3 => (reader.u16()?, reader.long()?),
        _ => return Err(Failure::Request),
    };
    let outcome = match (awaited, status) {
        (Awaited::Slots, 200) => match SlotContent::parse_answer(body) {
            Ok(slots) => Outcome::Slots(Box::new(slots)),
            Err(_) => Outcome::NotKnown,
        },
        (Awaited::Acknowledgement, 204) => Outcome::Done,
        (Awaited::Receipt(hash), 200) if hash.0 == body => Outcome::Done,
        (_, 400..) => match error_code(body) {
            // The store may have kept the envelope and only failed to say so.
            "" | "unavailable" => Outcome::NotKnown,
            "conflict" => Outcome::Conflict,
            code => return Ok((Outcome::Refused, code)),
        },
        _ => Outcome::NotKnown,
    };
    Ok((outcome, ""))
}

/// The code in `{"error":"code",…`; empty when the body is not of that form.
fn error_code(body: &[u8]) -> &str {
    let code = body
        .strip_prefix(br#"{"error":""#)
        .and_then(|rest| rest.split(|byte| *byte == b'"').next())
        .filter(|code| code.len() <= 32)
        .filter(|code| code.iter().all(|b| b.is_ascii_lowercase() || *b == b'_'));
    code.and_then(|code| core::str::from_utf8(code).ok())
        .unwrap_or_default()
}

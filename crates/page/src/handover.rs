//! Handing oneself over to a partner: what the offer is, and what is sealed for the partner alone. The visit is not given here; the page keeps an offer's
//! bytes without reading them.

use chacha20::ChaCha20Rng;
use protocol::{
    Consent, HandedOver, HandoverError, HandoverSecret, HandoverStage, Offer, envelope_hash,
};
use statements::Partner;
use wire::{Day, Envelope, EnvelopeHash, LineId, Reader, SlotContent, SlotNames, TurnKind, Writer};

use crate::Failure;
use crate::line::Heard;

/// An offer and its line: line id 32 ‖ offer 68.
fn read_offer(reader: &mut Reader<'_>) -> Result<(LineId, Offer), Failure> {
    let line = LineId(reader.array()?);
    Ok((line, Offer::read(reader)?))
}

fn turn(kind: TurnKind, body: &[u8]) -> Vec<u8> {
    Writer::default().u8(0).u8(kind as u8).long(body).done()
}

/// Command 19. Request: an offer. Answer: turn kind u8 ‖ length u32 ‖ body that reads the offer's slot and the handover's.
pub(crate) fn slots(mut reader: Reader<'_>) -> Result<Vec<u8>, Failure> {
    let (line, offer) = read_offer(&mut reader)?;
    reader.end()?;
    let names = SlotNames(offer.slots(&line));
    Ok(turn(TurnKind::ReadSlots, &names.to_bytes()))
}

/// What lies in an offer's two slots.
struct Looked {
    line: LineId,
    offer: Offer,
    today: Day,
    /// `None` when nothing that was agreed on lies there any more.
    partner: Option<Result<Partner, Failure>>,
    /// What was handed over, and the name of its envelope.
    handed_over: Option<(HandedOver, EnvelopeHash)>,
}

/// How an offer stands, for the page to say.
enum Stands {
    /// The line took it back.
    Ended = 1,
    /// What lies there was not signed by those who may.
    NotBelieved = 2,
    /// The partner's last day is over.
    Over = 3,
    /// It may be taken up.
    Open = 4,
    /// Handed over, and not collected yet.
    Waiting = 5,
    /// The partner has it.
    Collected = 6,
}

impl Looked {
    fn secret(&self) -> HandoverSecret {
        self.offer.secret.handover(&self.line)
    }

    fn stands(&self) -> Stands {
        let stage = self.handed_over.as_ref().map(|(handed, _)| handed.stage);
        match (stage, &self.partner) {
            (Some(HandoverStage::Collected), _) => Stands::Collected,
            (_, None) => Stands::Ended,
            (Some(HandoverStage::Waiting), _) => Stands::Waiting,
            (_, Some(Err(_))) => Stands::NotBelieved,
            (_, Some(Ok(partner))) if partner.stands(self.today) => Stands::Open,
            _ => Stands::Over,
        }
    }

    /// A turn that puts this in the place of what was read.
    fn replace(&self, envelope: Envelope, rng: &mut ChaCha20Rng) -> Vec<u8> {
        let replaces = self.handed_over.as_ref().map(|(_, hash)| *hash);
        let write = self.secret().place(&self.line, envelope, replaces, rng);
        turn(TurnKind::WriteSlot, &write.to_bytes())
    }
}

/// Request: an offer ‖ minute ‖ document ‖ length u32 ‖ what command 19's turn answered.
fn look_at(reader: &mut Reader<'_>) -> Result<Looked, Failure> {
    let (line, offer) = read_offer(reader)?;
    let heard = Heard::read(reader, Some(&line))?;
    let slots = SlotContent::parse_answer(reader.long()?);
    let [offered, handed] = slots.map_err(|_| Failure::Request)?;
    let partner = offer.open(&line, &offered.envelope).ok().map(|statement| {
        let believed = Partner::verify(&statement, heard.line.delegation());
        believed.map_err(|_| Failure::OfferOver)
    });
    let handed_over = offer.secret.handover(&line).open(&line, &handed.envelope);
    Ok(Looked {
        // A clock that is wrong by years is not to make an offer stand that is over.
        today: heard.now.day().max(heard.line.day()),
        line,
        offer,
        partner,
        handed_over: handed_over
            .ok()
            .map(|handed_over| (handed_over, envelope_hash(&handed.envelope))),
    })
}

/// Command 20. Request: as `look_at` has it. Answer: how it stands u8, as `Stands` has it ‖ meeting seed 32 ‖ whether the partner is known u8 [‖ check seed 32 ‖
/// still cooling off u8 ‖ from day u32 ‖ until day u32 ‖ language u8 ‖ name ‖ office ‖ count u8 ‖ (what ‖ why)*]; texts length u8 ‖ UTF-8.
pub(crate) fn look(mut reader: Reader<'_>) -> Result<Vec<u8>, Failure> {
    let looked = look_at(&mut reader)?;
    reader.end()?;
    let writer = Writer::default()
        .u8(0)
        .u8(looked.stands() as u8)
        .put(&*looked.secret().meeting_seed(&looked.line));
    let Some(Ok(partner)) = &looked.partner else {
        return Ok(writer.u8(0).done());
    };
    let writer = writer
        .u8(1)
        .put(&partner.check_seed(&looked.line))
        .u8((looked.today < looked.offer.from).into())
        .u32(looked.offer.from.0)
        .u32(partner.until.0)
        .u8(partner.language)
        .short(partner.name.as_bytes())
        .short(partner.office.as_bytes())
        .u8(u8::try_from(partner.items.len()).unwrap_or(u8::MAX));
    let items = partner.items.iter();
    Ok(items
        .fold(writer, |writer, item| {
            writer
                .short(item.what.as_bytes())
                .short(item.why.as_bytes())
        })
        .done())
}

/// Command 21. Request: as `look_at` has it ‖ whether there is no time u8 ‖ how the two know each other, length u16 ‖ text ‖ count u8 ‖ (item u8 ‖ length u16 ‖
/// answer)*. Answer: a turn that writes the handover's slot.
///
/// Refused with `TooEarly` while it cools off and there is time; with `OfferOver` when it does not stand; with `Empty` when nothing was agreed to.
pub(crate) fn hand_over(mut reader: Reader<'_>, rng: &mut ChaCha20Rng) -> Result<Vec<u8>, Failure> {
    let looked = look_at(&mut reader)?;
    let has_no_time = reader.u8()? != 0;
    let meeting = read_text(&mut reader)?;
    let mut answers = Vec::new();
    for _ in 0..reader.u8()? {
        answers.push((usize::from(reader.u8()?), read_text(&mut reader)?.trim()));
    }
    reader.end()?;
    answers.retain(|(_, answer)| !answer.is_empty());
    let (Stands::Open, Some(Ok(partner))) = (looked.stands(), &looked.partner) else {
        return Err(Failure::OfferOver);
    };
    if looked.today < looked.offer.from && !has_no_time {
        return Err(Failure::TooEarly);
    }
    let consent = Consent {
        partner,
        answers: &answers,
        meeting,
    };
    let envelope = consent.seal(&looked.line, &looked.offer, rng)?;
    Ok(looked.replace(envelope, rng))
}

impl From<HandoverError> for Failure {
    fn from(error: HandoverError) -> Failure {
        match error {
            HandoverError::Nothing => Failure::Empty,
            HandoverError::NotAsked => Failure::Request,
            HandoverError::TooLong(over) => Failure::TooLong(over),
            HandoverError::Key => Failure::OfferOver,
        }
    }
}

/// Command 22. Request: as `look_at` has it. Answer: a turn that takes back what was handed over, unless somebody collects it first.
pub(crate) fn take_back(mut reader: Reader<'_>, rng: &mut ChaCha20Rng) -> Result<Vec<u8>, Failure> {
    let looked = look_at(&mut reader)?;
    reader.end()?;
    let (Stands::Waiting, Some((handed_over, _))) = (looked.stands(), &looked.handed_over) else {
        return Err(Failure::OfferOver);
    };
    let stage = HandoverStage::TakenBack;
    let settled = looked
        .secret()
        .settle(&looked.line, handed_over, stage, rng);
    let envelope = settled.map_err(|_| Failure::Request)?;
    Ok(looked.replace(envelope, rng))
}

fn read_text<'a>(reader: &mut Reader<'a>) -> Result<&'a str, Failure> {
    core::str::from_utf8(reader.medium()?).map_err(|_| Failure::Request)
}

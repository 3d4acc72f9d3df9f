//! Handing a case's contact over to a partner: asked for by the holder, agreed to by a second person, offered, and receipted.
//!
//! Only the contact's page seals, and only the partner opens: nothing of what is handed over is ever here.

use protocol::{CaseId, HandoverStage, Offer};
use statements::{PartnerHash, PartnerId};
use wire::{Day, ReadError, Reader, Writer};

use crate::case::Case;
use crate::codec::{read_all, read_flag, write_all};
use crate::view_handover::HandoverState;

/// What was asked for, and what a second person agrees to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) case: CaseId,
    pub(crate) partner: PartnerId,
    pub(crate) hash: PartnerHash,
    pub(crate) urgent: bool,
}

impl Asked {
    /// case 16 ‖ partner 16 ‖ hash 32 ‖ urgent u8.
    pub(crate) fn write(&self, writer: Writer) -> Writer {
        let writer = writer.put(&self.case.0).put(&self.partner.0);
        writer.put(&self.hash.0).u8(self.urgent.into())
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Asked, ReadError> {
        Ok(Asked {
            case: CaseId(reader.array()?),
            partner: PartnerId(reader.array()?),
            hash: PartnerHash(reader.array()?),
            urgent: read_flag(reader)?,
        })
    }
}

/// An offer that stands.
pub(crate) struct Offered {
    pub(crate) partner: PartnerId,
    pub(crate) offer: Offer,
    /// The partner's statement lies at the relay, and the contact is told.
    pub(crate) told: bool,
    /// What receipts for what lay in the handover's slot prove; the newest last.
    pub(crate) receipts: Vec<[u8; 32]>,
    /// How far what lay there was when a desk looked last; none when nothing lay there.
    pub(crate) found: Option<HandoverStage>,
}

/// How a case stands with a handover; of what the log has of it only the newest counts.
#[derive(Default)]
pub(crate) enum Handover {
    /// Nothing is offered.
    #[default]
    None,
    /// An offer stands.
    Offered(Offered),
    /// The partner has said, signed, that it opened what was handed over.
    Received {
        partner: PartnerId,
        receipt: [u8; 32],
        day: Day,
    },
}

impl Handover {
    pub(crate) fn is_none(&self) -> bool {
        matches!(self, Handover::None)
    }

    /// Another copy, on purpose.
    pub(crate) fn duplicate(&self) -> Handover {
        match self {
            Handover::None => Handover::None,
            Handover::Offered(offered) => Handover::Offered(Offered {
                partner: offered.partner,
                offer: offered.offer.duplicate(),
                told: offered.told,
                receipts: offered.receipts.clone(),
                found: offered.found,
            }),
            Handover::Received {
                partner,
                receipt,
                day,
            } => Handover::Received {
                partner: *partner,
                receipt: *receipt,
                day: *day,
            },
        }
    }

    /// kind u8 ‖ for 1, offered: partner 16 ‖ offer 68 ‖ told u8 ‖ receipts (32)* ‖ found u8 (0: nothing); for 2, received: partner 16 ‖ receipt 32 ‖ day.
    pub(crate) fn write(&self, writer: Writer) -> Writer {
        match self {
            Handover::None => writer.u8(0),
            Handover::Offered(offered) => {
                let writer = offered.offer.write(writer.u8(1).put(&offered.partner.0));
                let writer = writer.u8(offered.told.into());
                let writer = write_all(writer, offered.receipts.iter(), |writer, receipt| {
                    writer.put(receipt)
                });
                writer.u8(offered.found.map_or(0, HandoverStage::code))
            }
            Handover::Received {
                partner,
                receipt,
                day,
            } => writer.u8(2).put(&partner.0).put(receipt).u32(day.0),
        }
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Handover, ReadError> {
        Ok(match reader.u8()? {
            0 => Handover::None,
            1 => Handover::Offered(Offered {
                partner: PartnerId(reader.array()?),
                offer: Offer::read(reader)?,
                told: read_flag(reader)?,
                receipts: read_all(reader, |reader| reader.array())?,
                found: match reader.u8()? {
                    0 => None,
                    code => Some(HandoverStage::from_code(code).ok_or(ReadError::Value)?),
                },
            }),
            2 => Handover::Received {
                partner: PartnerId(reader.array()?),
                receipt: reader.array()?,
                day: Day(reader.u32()?),
            },
            _ => return Err(ReadError::Value),
        })
    }

    /// The contact was told: a predecessor sent the reply.
    pub(crate) fn was_told(&mut self, told: &Offer) {
        if let Handover::Offered(offered) = self
            && offered.offer.partner == told.partner
            && offered.offer.secret.expose() == told.secret.expose()
        {
            offered.told = true;
        }
    }
}

impl Case {
    pub(crate) fn offered(&self) -> Option<&Offered> {
        match &self.handover {
            Handover::Offered(offered) if self.leaving.is_none() => Some(offered),
            _ => None,
        }
    }

    pub(crate) fn offered_mut(&mut self) -> Option<&mut Offered> {
        match &mut self.handover {
            Handover::Offered(offered) if self.leaving.is_none() => Some(offered),
            _ => None,
        }
    }
}

impl Offered {
    pub(crate) fn state(&self) -> HandoverState {
        match self.found {
            _ if !self.told => HandoverState::Preparing,
            None => HandoverState::Offered,
            Some(HandoverStage::Waiting) => HandoverState::HandedOver,
            Some(HandoverStage::Collected) => HandoverState::Collected,
            Some(HandoverStage::TakenBack) => HandoverState::TakenBack,
        }
    }
}

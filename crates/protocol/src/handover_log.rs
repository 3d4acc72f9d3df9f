//! What desks tell each other about partners and offers to hand somebody over to one (`docs/protocol.md`, sections 5 and 11).

use statements::{PartnerHash, PartnerId};
use wire::{ReadError, Reader, Writer};

use crate::post::CaseId;

/// What desks tell each other about handovers. Nothing of a contact but its case, and nothing of what a contact tells a partner.
pub enum HandoverEvent {
    /// The author, who has the case, wants to offer its contact a handover to a partner, and a second person has to agree.
    Offer {
        /// Random; names the proposal.
        proposal: [u8; 16],
        /// The case.
        case: CaseId,
        /// To whom.
        partner: PartnerId,
        /// What the partner asks and to which key, as the author saw it: the agreement is to that and to nothing newer.
        hash: PartnerHash,
        /// Whether the contact has minutes, so that no day is to lie between the offer and the handover.
        urgent: bool,
    },
    /// A partner is not offered to anybody any more; counts from a coordinator alone.
    RemovePartner {
        /// Which.
        partner: PartnerId,
    },
}

impl HandoverEvent {
    /// Kinds 33 and 34 of the log's events.
    pub(crate) fn write(&self, writer: Writer) -> Writer {
        match self {
            HandoverEvent::Offer {
                proposal,
                case,
                partner,
                hash,
                urgent,
            } => writer
                .u8(33)
                .put(proposal)
                .put(&case.0)
                .put(&partner.0)
                .put(&hash.0)
                .u8((*urgent).into()),
            HandoverEvent::RemovePartner { partner } => writer.u8(34).put(&partner.0),
        }
    }

    /// Reads what follows after the kind.
    pub(crate) fn read(kind: u8, reader: &mut Reader<'_>) -> Result<HandoverEvent, ReadError> {
        Ok(match kind {
            33 => HandoverEvent::Offer {
                proposal: reader.array()?,
                case: CaseId(reader.array()?),
                partner: PartnerId(reader.array()?),
                hash: PartnerHash(reader.array()?),
                urgent: match reader.u8()? {
                    0 => false,
                    1 => true,
                    _ => return Err(ReadError::Value),
                },
            },
            34 => HandoverEvent::RemovePartner {
                partner: PartnerId(reader.array()?),
            },
            _ => return Err(ReadError::Value),
        })
    }
}

//! Taking up the offer of a partner, as the page does it.

use protocol::{Consent, Offer};
use statements::{Line, Partner};
use wire::{SlotContent, SlotNames};

use crate::{Contact, ContactError, relay_error, rng};

impl Contact {
    async fn offered(
        &mut self,
        offer: &Offer,
    ) -> Result<([SlotContent; 2], Partner), ContactError> {
        self.fetch_line().await?;
        let line = self.line.as_ref().ok_or(ContactError::NotOpen)?;
        let names = SlotNames(offer.slots(&line.id()));
        let slots = self.relay.read_slots(&names).await.map_err(relay_error)?;
        let [offered, _] = &slots;
        let statement = offer.open(&line.id(), &offered.envelope);
        let partner = statement
            .ok()
            .and_then(|statement| Partner::verify(&statement, line.delegation()).ok())
            .filter(|partner| partner.stands(line.day()));
        Ok((slots, partner.ok_or(ContactError::OfferOver)?))
    }

    /// The partner that an offer names, verified back to the line's root.
    ///
    /// # Errors
    /// [`ContactError::OfferOver`] when the offer does not stand; otherwise when the relay can't be reached.
    pub async fn partner(&mut self, offer: &Offer) -> Result<Partner, ContactError> {
        let (_, partner) = self.offered(offer).await?;
        Ok(partner)
    }

    /// Seals answers to the partner and hands them over; each is to an item that the partner asks, by its place. A day that
    /// lies between the offer and this is not held.
    ///
    /// # Errors
    /// [`ContactError::OfferOver`] when the offer does not stand or something was handed over already; [`ContactError::Text`] when nothing or too
    /// much was answered; otherwise when the relay can't be reached.
    pub async fn hand_over(
        &mut self,
        offer: &Offer,
        answers: &[(usize, &str)],
        meeting: &str,
    ) -> Result<(), ContactError> {
        let (slots, partner) = self.offered(offer).await?;
        let line = self.line.as_ref().map(Line::id);
        let line = line.ok_or(ContactError::NotOpen)?;
        let handover = offer.secret.handover(&line);
        let [_, handed] = &slots;
        if handover.open(&line, &handed.envelope).is_ok() {
            return Err(ContactError::OfferOver);
        }
        let consent = Consent {
            partner: &partner,
            answers,
            meeting,
        };
        let envelope = consent
            .seal(&line, offer, &mut rng())
            .map_err(|_| ContactError::Text)?;
        let write = handover.place(&line, envelope, None, &mut rng());
        self.relay.write_slot(&write).await.map_err(relay_error)
    }
}

//! What work a request has to bring along.

use rand_core::CryptoRng;
use wire::{Demand, Envelope, Kind, Minute, TurnKind};

use crate::decide::{body_error, envelope_error, parse_write, writer_of};
use crate::hash::envelope_hash;
use crate::intake::{Work, Writer};
use crate::store::Store;
use crate::{Relay, RelayError};

impl<S: Store> Relay<S> {
    /// What work is asked for now; at the end of every turn's answer.
    pub fn demand(&self, now: Minute, rng: &mut dyn CryptoRng) -> Demand {
        self.intake().demand(now, rng)
    }

    /// What work a request has to bring along, `None` if none. Whoever carries out requests checks it first: what an attempt comes
    /// to is not known here.
    ///
    /// # Errors
    /// `WrongSize`, `WrongVersion`; `Full`.
    pub fn work(
        &self,
        kind: TurnKind,
        body: &[u8],
        now: Minute,
        rng: &mut dyn CryptoRng,
    ) -> Result<Option<Work>, RelayError> {
        let demand = self.demand(now, rng);
        if demand.first == 0 && demand.again == 0 {
            return Ok(None);
        }
        let (writer, envelope) = match kind {
            TurnKind::Post => (
                Writer::First,
                Envelope::parse_kind(body, Kind::Post).map_err(envelope_error)?,
            ),
            TurnKind::WriteSlot => {
                let write = parse_write(body)?;
                match write.replaces {
                    None => (Writer::First, write.envelope),
                    Some(_) => return Ok(None),
                }
            }
            TurnKind::SaveAndPost => {
                let (write, post) = wire::parse_save_and_post(body).map_err(body_error)?;
                (writer_of(&write), post)
            }
            TurnKind::ReadSlots | TurnKind::DeleteSlots | TurnKind::Line => return Ok(None),
        };
        let shift = envelope.header().epoch;
        let mut intake = self.intake();
        if kind != TurnKind::WriteSlot {
            let hash = envelope_hash(&envelope);
            // Nobody is to work in vain.
            intake.has_room(shift, &hash, writer)?;
            if intake.has(shift, &hash) {
                return Ok(None);
            }
        }
        Ok(intake.work(writer, envelope, now, rng))
    }
}

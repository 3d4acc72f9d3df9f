//! An offer of a handover from the agreement to the receipt: what lies at the relay, what the contact is told, and what ends it.

use protocol::{
    CaseId, HandoverStage, Offer, OfferSecret, Receipt, ReceiptError, ReplyPart, ShredKey,
};
use rand_core::CryptoRng;
use statements::{Act, PartnerId, Signature};
use wire::{Day, SlotContent, SlotName, SlotNames, SlotWrite};

use crate::case::Case;
use crate::handover::{Asked, Handover, Offered};
use crate::logged::Entry;
use crate::outbox::About;
use crate::records::RecordKey;
use crate::trail::Step;
use crate::turn::Turn;
use crate::view_handover::{HandoverState, HandoverView};
use crate::{CaseLabel, Desk, Notice, Refusal, RelayTask};

/// So many handovers of one offer are remembered: a contact may take one back and seal again.
const RECEIPTS: usize = 8;

impl Desk {
    pub(crate) fn begin_offer(&mut self, asked: &Asked, turn: &mut Turn<'_>) {
        let today = turn.now.day();
        let offer = Offer {
            secret: OfferSecret::random(turn.rng),
            partner: asked.hash,
            from: match asked.urgent {
                true => today,
                false => today.plus(1),
            },
        };
        let Some(case) = self.cases.get_mut(&asked.case) else {
            return;
        };
        if case.offered().is_some() {
            return;
        }
        case.handover = Handover::Offered(Offered {
            partner: asked.partner,
            offer,
            told: false,
            receipts: Vec::new(),
            found: None,
        });
        self.log_handover(&asked.case, turn);
        self.write_lost_offers(turn);
    }

    /// Whoever goes on with the case has to know how it stands.
    fn log_handover(&mut self, id: &CaseId, turn: &mut Turn<'_>) {
        self.mark(RecordKey::Case(*id));
        let handover = self.cases.get(id).map(|case| case.handover.duplicate());
        if let Some(handover) = handover {
            self.append_entry(id, &Entry::Handover(handover), turn);
        }
    }

    /// Writes the slot of every offer of which the contact is not told, unless that is under way.
    pub(crate) fn write_lost_offers(&mut self, turn: &mut Turn<'_>) {
        let mut lost = Vec::new();
        for case in self.cases.values() {
            if let Some(offered) = case.offered()
                && !offered.told
                && !self.outbox.has(&About::Offer(case.id))
                && let Some(write) = self.seal_offer(offered, turn.rng)
            {
                lost.push((case.id, write));
            }
        }
        for (id, write) in lost {
            self.ask(RelayTask::WriteSlot(write), About::Offer(id), None);
        }
    }

    fn seal_offer(&self, offered: &Offered, rng: &mut dyn CryptoRng) -> Option<SlotWrite> {
        let line = self.line();
        let admitted = self.partner_as_agreed(&offered.partner, offered.offer.partner)?;
        let secret = &offered.offer.secret;
        let envelope = secret.seal(&line, &admitted.statement, rng).ok()?;
        Some(SlotWrite {
            name: secret.slot(&line),
            replaces: None,
            shred_key: *ShredKey::random(rng).expose(),
            envelope,
        })
    }

    /// The partner's statement lies in the offer's slot, by this desk's hand or a predecessor's: now the contact is told.
    pub(crate) fn offer_written(&mut self, id: &CaseId, turn: &mut Turn<'_>) {
        if self.outbox.has(&About::Offer(*id)) {
            return;
        }
        let case = self.cases.get_mut(id);
        let Some(offered) = case.and_then(Case::offered_mut).filter(|o| !o.told) else {
            return;
        };
        offered.told = true;
        let part = ReplyPart::Offer(offered.offer.duplicate());
        self.mark(RecordKey::Case(*id));
        if self.send_reply(id, part, turn) {
            self.append_newest_message(id, turn);
        }
    }

    pub(crate) fn take_back_offer(
        &mut self,
        label: CaseLabel,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        let id = self.held(label)?;
        self.may_act(turn)?;
        let case = self.cases.get(&id).ok_or(Refusal::UnknownCase)?;
        case.offered().ok_or(Refusal::NothingOffered)?;
        self.end_offer(&id, turn);
        self.note(Step::TookBackOffer, turn);
        Ok(())
    }

    /// An offer stands no longer: both its slots are deleted, and the contact is told, if he knew of it.
    pub(crate) fn end_offer(&mut self, id: &CaseId, turn: &mut Turn<'_>) {
        let Some((offer, told)) = self.replace_offer(id, Handover::None, turn) else {
            return;
        };
        self.delete_slots(id, offer.slots(&self.line()));
        if told && self.send_reply(id, ReplyPart::OfferEnded, turn) {
            self.append_newest_message(id, turn);
        }
    }

    /// What stands instead of an offer from here on. Returns the offer, and whether the contact knew of it; `None` when none stood.
    fn replace_offer(
        &mut self,
        id: &CaseId,
        by: Handover,
        turn: &mut Turn<'_>,
    ) -> Option<(Offer, bool)> {
        let case = self.cases.get_mut(id)?;
        let offered = case.offered()?;
        let stood = (offered.offer.duplicate(), offered.told);
        case.handover = by;
        self.log_handover(id, turn);
        Some(stood)
    }

    /// Deletes slots once what may still be written there is.
    fn delete_slots(&mut self, id: &CaseId, slots: [SlotName; 2]) {
        let after = self.outbox.last_of(&About::Offer(*id));
        let task = RelayTask::DeleteSlots(SlotNames(slots));
        self.ask(task, About::Case(*id), after);
    }

    /// Offers whose partner is another one now, or none, stand no longer; nor those that nobody used before it was over.
    pub(crate) fn tend_offers(&mut self, turn: &mut Turn<'_>) {
        let today = self.certain(turn.now).day();
        let is_over = |case: &Case| {
            let offered = case.offered()?;
            let known = self.partners.get(&offered.partner);
            let is_gone = known.is_none_or(|known| known.removed);
            let is_collected = offered.found == Some(HandoverStage::Collected);
            let ends = match self.partner_as_agreed(&offered.partner, offered.offer.partner) {
                Some(newest) => {
                    let is_used = !offered.receipts.is_empty();
                    today > newest.partner.until && !is_used
                }
                // What a partner has is not taken back because it has another key from now on.
                None => is_gone || !is_collected,
            };
            ends.then_some(case.id)
        };
        let over: Vec<CaseId> = self.cases.values().filter_map(is_over).collect();
        for id in over {
            self.end_offer(&id, turn);
            turn.tell(Notice::OfferOver(CaseLabel::of(&id)));
        }
    }

    /// Looks whether the contact has sealed something for the partner.
    pub(crate) fn look_for_handover(&mut self, id: &CaseId, turn: &mut Turn<'_>) {
        let line = self.line();
        let case = self.cases.get(id);
        let Some(offered) = case.and_then(Case::offered).filter(|offered| offered.told) else {
            return;
        };
        if self.outbox.has(&About::Handover(*id)) {
            return;
        }
        let slot = offered.offer.secret.handover(&line).slot(&line);
        let mut noise = [0; 32];
        turn.rng.fill_bytes(&mut noise);
        let names = SlotNames([slot, SlotName(noise)]);
        self.ask(RelayTask::ReadSlots(names), About::Handover(*id), None);
    }

    /// Only what a receipt will prove is kept of what lies there.
    pub(crate) fn read_handover(&mut self, id: &CaseId, found: &SlotContent, turn: &mut Turn<'_>) {
        let line = self.line();
        let case = self.cases.get_mut(id);
        let Some(offered) = case.and_then(Case::offered_mut) else {
            return;
        };
        let secret = offered.offer.secret.handover(&line);
        let opened = secret.open(&line, &found.envelope).ok();
        let opened = opened.filter(|opened| opened.partner == offered.offer.partner);
        let Some(opened) = opened else {
            // What waited there is gone; what is settled stays so.
            if offered.found == Some(HandoverStage::Waiting) {
                offered.found = None;
                self.log_handover(id, turn);
            }
            return;
        };
        let is_known = offered.receipts.contains(&opened.receipt);
        if is_known && offered.found == Some(opened.stage) {
            return;
        }
        if !is_known {
            if offered.receipts.len() >= RECEIPTS {
                offered.receipts.remove(0);
            }
            offered.receipts.push(opened.receipt);
        }
        let waits = opened.stage == HandoverStage::Waiting;
        offered.found = Some(opened.stage);
        self.log_handover(id, turn);
        if waits {
            turn.tell(Notice::HandedOver(CaseLabel::of(id)));
        }
    }

    /// The partner's receipt: with it the case is handed over, and the offer is over.
    pub(crate) fn give_receipt(
        &mut self,
        label: CaseLabel,
        receipt: (&str, &Signature),
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        let id = self.held(label)?;
        self.may(Act::HandOver, turn)?;
        let case = self.cases.get(&id).ok_or(Refusal::UnknownCase)?;
        let (partner, receipt) = self.judge_receipt(case, receipt)?;
        let received = Handover::Received {
            partner,
            receipt,
            day: turn.now.day(),
        };
        // The handover's own slot says to the contact's page that it was collected, until it expires; nothing of the file is there.
        if let Some((offer, _)) = self.replace_offer(&id, received, turn) {
            let mut noise = [0; 32];
            turn.rng.fill_bytes(&mut noise);
            let slot = offer.secret.slot(&self.line());
            self.delete_slots(&id, [slot, SlotName(noise)]);
        }
        self.note(Step::HandedOver, turn);
        Ok(())
    }

    /// Whether a receipt proves what was handed over in a case, and was not given before.
    fn judge_receipt(
        &self,
        case: &Case,
        (text, signature): (&str, &Signature),
    ) -> Result<(PartnerId, [u8; 32]), Refusal> {
        let given = Receipt::parse(text).map_err(|_| Refusal::ReceiptUnreadable)?;
        let (partner, hashes) = match &case.handover {
            Handover::None => return Err(Refusal::NothingOffered),
            Handover::Offered(offered) => (offered.partner, offered.receipts.as_slice()),
            Handover::Received {
                partner, receipt, ..
            } => (*partner, core::slice::from_ref(receipt)),
        };
        let known = self.partners.get(&partner);
        let by = &known.ok_or(Refusal::UnknownPartner)?.partner;
        let line = self.line();
        let mut checked = hashes
            .iter()
            .map(|hash| (hash, given.verify(&line, hash, by, signature)));
        let its = checked.find(|(_, checked)| *checked != Err(ReceiptError::Another));
        let (hash, checked) = its.ok_or(Refusal::ReceiptOther)?;
        if matches!(case.handover, Handover::Received { .. }) {
            return Err(Refusal::ReceiptKnown);
        }
        match checked {
            Ok(()) => Ok((partner, *hash)),
            Err(_) => Err(Refusal::ReceiptForged),
        }
    }

    /// How far a case is handed over; the code only for whoever has the case and may hand over.
    pub(crate) fn show_handover(&self, case: &Case) -> Option<HandoverView> {
        let view = |id: &PartnerId, state: HandoverState| {
            let known = self.partners.get(id);
            HandoverView {
                partner: known.map_or_else(String::new, |known| known.partner.name.clone()),
                state,
                proposal: None,
                day: None,
                code: None,
            }
        };
        if let Handover::Offered(offered) = &case.handover {
            let today = self.progress.line_day.unwrap_or(Day(0));
            let may = self.roster.permits(&self.device(), Act::HandOver, today);
            let waits = offered.found == Some(HandoverStage::Waiting);
            return Some(HandoverView {
                day: Some(offered.offer.from),
                code: (may && waits).then(|| offered.offer.secret.handover(&self.line()).code()),
                ..view(&offered.partner, offered.state())
            });
        }
        if let Some((label, asked)) = self.asked_for(&case.id) {
            return Some(HandoverView {
                proposal: Some(label),
                ..view(&asked.partner, HandoverState::Asked)
            });
        }
        match &case.handover {
            Handover::Received { partner, day, .. } => Some(HandoverView {
                day: Some(*day),
                ..view(partner, HandoverState::Received)
            }),
            _ => None,
        }
    }
}

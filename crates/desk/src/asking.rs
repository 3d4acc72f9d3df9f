//! Asking for a handover: the holder asks, a second person agrees.

use protocol::{CaseId, HandoverEvent, TeamEvent, Urgency};
use statements::{Act, DevicePublicKey, PartnerId};

use crate::handover::Asked;
use crate::outbox::About;
use crate::proposals::{Proposal, What};
use crate::records::RecordKey;
use crate::trail::Step;
use crate::turn::Turn;
use crate::{CaseLabel, Command, Desk, Notice, ProposalLabel, Refusal};

impl Desk {
    /// What is done about partners and handovers.
    pub(crate) fn handover_command(
        &mut self,
        command: Command,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        match command {
            Command::AdmitPartner { partner, renews } => self.admit_partner(*partner, renews, turn),
            Command::RemovePartner(partner) => self.remove_partner(partner, turn),
            Command::AskHandover { case, partner } => self.ask_handover(case, partner, turn),
            Command::TakeBackOffer(case) => self.take_back_offer(case, turn),
            Command::LookForHandover(case) => {
                let id = self.held(case)?;
                self.look_for_handover(&id, turn);
                Ok(())
            }
            Command::GiveReceipt {
                case,
                line,
                signature,
            } => self.give_receipt(case, (&line, &signature), turn),
            of_the_team => self.team_command(of_the_team, turn),
        }
    }

    pub(crate) fn fold_handover(
        &mut self,
        author: DevicePublicKey,
        event: &HandoverEvent,
        turn: &mut Turn<'_>,
    ) {
        match event {
            HandoverEvent::Offer {
                proposal,
                case,
                partner,
                hash,
                urgent,
            } => {
                let asked = Asked {
                    case: *case,
                    partner: *partner,
                    hash: *hash,
                    urgent: *urgent,
                };
                self.fold_offer(author, *proposal, asked, turn);
            }
            HandoverEvent::RemovePartner { partner } => {
                self.fold_remove_partner(&author, *partner, turn);
            }
        }
    }

    /// Asks a second person to agree that a case's contact may be offered a handover.
    pub(crate) fn ask_handover(
        &mut self,
        label: CaseLabel,
        partner: PartnerId,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        let id = self.held(label)?;
        self.may(Act::HandOver, turn)?;
        let hash = self.partner_to_offer(&partner, turn.now.day())?.hash();
        let case = self.cases.get(&id).ok_or(Refusal::UnknownCase)?;
        if case.offered().is_some() || self.asked_for(&id).is_some() {
            return Err(Refusal::OfferStands);
        }
        // The contact's own word: nobody else takes a day to think away.
        let urgent = case.urgency == Urgency::Minutes;
        let mut proposal = [0; 16];
        turn.rng.fill_bytes(&mut proposal);
        let event = TeamEvent::Handover(HandoverEvent::Offer {
            proposal,
            case: id,
            partner,
            hash,
            urgent,
        });
        self.append(&event, About::Nothing, turn);
        self.note(Step::AskedHandover, turn);
        Ok(())
    }

    /// What waits for a second person, of a case.
    pub(crate) fn asked_for(&self, id: &CaseId) -> Option<(ProposalLabel, &Asked)> {
        self.proposals
            .iter()
            .find_map(|(label, open)| match &open.what {
                What::Handover(asked) if asked.case == *id => Some((*label, asked)),
                _ => None,
            })
    }

    /// A holder asks. What is not about the partner as it is at this place of the log has to be asked again.
    pub(crate) fn fold_offer(
        &mut self,
        by: DevicePublicKey,
        proposal: [u8; 16],
        asked: Asked,
        turn: &mut Turn<'_>,
    ) {
        let label = ProposalLabel(proposal);
        let is_holder = self.is_holder(&by, &asked.case);
        if !is_holder || !self.has_room_for(&label) || self.asked_for(&asked.case).is_some() {
            return;
        }
        if self.partner_as_agreed(&asked.partner, asked.hash).is_none() {
            self.tell_over(by, &asked.case, turn);
            return;
        }
        let open = Proposal::new(by, turn.now.day(), What::Handover(asked));
        self.proposals.insert(label, open);
        self.mark(RecordKey::Proposal(proposal));
        if self.may_decide(&label).is_ok() {
            turn.tell(Notice::ProposalWaits(label));
        }
    }

    pub(crate) fn tell_over(&self, by: DevicePublicKey, case: &CaseId, turn: &mut Turn<'_>) {
        if by == self.device() {
            turn.tell(Notice::OfferOver(CaseLabel::of(case)));
        }
    }

    /// What was asked about a partner that is another one now, or none: it has to be asked again.
    pub(crate) fn forget_asked(&mut self, partner: &PartnerId, turn: &mut Turn<'_>) {
        let all = self.proposals.iter();
        let asked = all.filter_map(|(label, open)| match &open.what {
            What::Handover(asked) if asked.partner == *partner => {
                Some((*label, open.by, asked.case))
            }
            _ => None,
        });
        for (label, by, case) in asked.collect::<Vec<_>>() {
            self.forget_proposal(&label);
            self.tell_over(by, &case, turn);
        }
    }

    /// Whether a second person may agree to it now.
    pub(crate) fn may_agree_to(&self, asked: &Asked, turn: &Turn<'_>) -> Result<(), Refusal> {
        self.may(Act::HandOver, turn)?;
        let newest = self.partner_to_offer(&asked.partner, turn.now.day())?;
        match newest.hash() == asked.hash {
            true => Ok(()),
            false => Err(Refusal::ProposalOver),
        }
    }

    /// A second person agreed. The holder's desk alone acts on it, if all still stands.
    pub(crate) fn fold_agreed(
        &mut self,
        (by, agreed): (DevicePublicKey, DevicePublicKey),
        asked: Asked,
        turn: &mut Turn<'_>,
    ) {
        let (me, today) = (self.device(), turn.now.day());
        let case = self.cases.get(&asked.case);
        if by != me || case.is_none_or(|case| case.leaving.is_some()) {
            return;
        }
        let both = [me, agreed];
        let may = |device| self.roster.permits(device, Act::HandOver, today);
        let newest = self.partner_to_offer(&asked.partner, today);
        let stands = newest.is_ok_and(|partner| partner.hash() == asked.hash);
        if stands && both.iter().all(may) {
            self.begin_offer(&asked, turn);
        } else {
            self.tell_over(by, &asked.case, turn);
        }
    }
}

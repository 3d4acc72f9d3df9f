//! The partners that coordinators have admitted, as the team log gives them: the newest statement of each, until one of them removes it.

use std::collections::BTreeMap;

use protocol::{HandoverEvent, TeamEvent};
use statements::{
    Delegation, DevicePublicKey, Line, Partner, PartnerHash, PartnerId, UnverifiedStatement,
};
use wire::{Day, LineId, ReadError, Reader, Writer};

use crate::codec::read_flag;
use crate::outbox::About;
use crate::records::RecordKey;
use crate::trail::Step;
use crate::turn::Turn;
use crate::view_handover::{PartnerState, PartnerView};
use crate::{Desk, ProposalLabel, Refusal};

/// A partner as its newest statement has it.
pub(crate) struct Admitted {
    pub(crate) partner: Partner,
    pub(crate) statement: UnverifiedStatement,
    /// A coordinator took it away; only a newer statement brings it back.
    pub(crate) removed: bool,
}

impl Admitted {
    /// statement ‖ removed u8.
    pub(crate) fn encode(&self, writer: Writer) -> Writer {
        writer
            .medium(&self.statement.to_bytes())
            .u8(self.removed.into())
    }

    /// Reads what was verified when it was folded.
    pub(crate) fn decode(reader: &mut Reader<'_>, line: &LineId) -> Result<Admitted, ReadError> {
        let statement = UnverifiedStatement::parse(reader.medium()?);
        let statement = statement.map_err(|_| ReadError::Value)?;
        let partner = Partner::proposed(&statement, line).map_err(|_| ReadError::Value)?;
        Ok(Admitted {
            partner,
            statement,
            removed: read_flag(reader)?,
        })
    }
}

/// All of them, by id.
pub(crate) type Partners = BTreeMap<PartnerId, Admitted>;

impl Desk {
    /// Signs a partner, or proposes it where two have to agree. Its serial and first day, and the id of a new one, are set here.
    pub(crate) fn admit_partner(
        &mut self,
        mut partner: Partner,
        renews: Option<PartnerId>,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        self.may_coordinate(turn)?;
        let today = turn.now.day();
        let known = match renews {
            Some(id) => Some(self.partners.get(&id).ok_or(Refusal::UnknownPartner)?),
            None => None,
        };
        partner.serial = known.map_or(1, |known| known.partner.serial.saturating_add(1));
        partner.from = today;
        partner.id = renews.unwrap_or_else(|| {
            let mut id = [0; 16];
            turn.rng.fill_bytes(&mut id);
            PartnerId(id)
        });
        if partner.until <= today || partner.until > today.plus(Partner::MAX_DAYS) {
            return Err(Refusal::BadDay);
        }
        let draft = partner.draft(self.line());
        let draft = draft.map_err(|_| Refusal::BadPartner)?;
        let signed = draft.sign_by_device(&self.identity.device).done();
        if self.must_agree() > 1 {
            self.propose(&signed, turn);
            return Ok(());
        }
        let event = TeamEvent::Statement(signed.to_bytes());
        let appended = self.append(&event, About::Nothing, turn);
        appended.map(drop).ok_or(Refusal::BadPartner)
    }

    /// Whether a statement that another proposed may still be signed: nothing newer is there.
    pub(crate) fn may_sign_partner(&self, statement: &UnverifiedStatement) -> Result<(), Refusal> {
        let partner = Partner::proposed(statement, &self.line());
        let partner = partner.map_err(|_| Refusal::UnknownProposal)?;
        let known = self.partners.get(&partner.id);
        match known.is_none_or(|known| known.partner.serial < partner.serial) {
            true => Ok(()),
            false => Err(Refusal::ProposalOver),
        }
    }

    /// Takes a partner away at once: what takes power away needs one.
    pub(crate) fn remove_partner(
        &mut self,
        partner: PartnerId,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        self.may_coordinate(turn)?;
        let known = self.partners.get(&partner);
        known
            .filter(|known| !known.removed)
            .ok_or(Refusal::UnknownPartner)?;
        let event = TeamEvent::Handover(HandoverEvent::RemovePartner { partner });
        self.append(&event, About::Nothing, turn);
        self.note(Step::RemovedPartner, turn);
        Ok(())
    }

    /// A partner that enough different persons signed who are coordinators at this place of the log, if nothing newer of it was there.
    pub(crate) fn fold_partner(&mut self, statement: &UnverifiedStatement, turn: &mut Turn<'_>) {
        let Some(partner) = self.verified_partner(statement) else {
            return;
        };
        let id = partner.id;
        let known = self.partners.get(&id);
        if known.is_some_and(|known| known.partner.serial >= partner.serial) {
            return;
        }
        let admitted = Admitted {
            partner,
            statement: statement.clone(),
            removed: false,
        };
        self.partners.insert(id, admitted);
        self.mark(RecordKey::Partner(id));
        self.proposal_settled(&ProposalLabel(statement.proposal()), turn);
        self.forget_asked(&id, turn);
    }

    fn verified_partner(&self, statement: &UnverifiedStatement) -> Option<Partner> {
        let delegation = self.roster.delegation()?;
        let partner = Partner::verify(statement, delegation).ok()?;
        let counted =
            statement.with_right_signatures(|key| self.roster.may_sign(&DevicePublicKey(*key)));
        let signers: Vec<DevicePublicKey> =
            counted.signers().map(|key| DevicePublicKey(*key)).collect();
        let due = usize::from(delegation.admission_threshold());
        (self.roster.persons(&signers) >= due).then_some(partner)
    }

    pub(crate) fn fold_remove_partner(
        &mut self,
        author: &DevicePublicKey,
        id: PartnerId,
        turn: &mut Turn<'_>,
    ) {
        if !self.roster.is_coordinator(author) {
            return;
        }
        if let Some(known) = self.partners.get_mut(&id) {
            known.removed = true;
            self.mark(RecordKey::Partner(id));
            self.forget_asked(&id, turn);
        }
    }

    /// The partner to which two agreed, if its newest statement says the same and nobody took it away.
    pub(crate) fn partner_as_agreed(&self, id: &PartnerId, hash: PartnerHash) -> Option<&Admitted> {
        let known = self.partners.get(id).filter(|known| !known.removed)?;
        (known.partner.hash() == hash).then_some(known)
    }

    /// The partner, if contacts can be offered a handover to it today: contacts judge it by the line's newest delegation.
    pub(crate) fn partner_to_offer(&self, id: &PartnerId, today: Day) -> Result<&Partner, Refusal> {
        let known = self.partners.get(id);
        let known = known.ok_or(Refusal::UnknownPartner)?;
        match self.state_of(known, today) {
            PartnerState::Stands => Ok(&known.partner),
            PartnerState::Removed => Err(Refusal::UnknownPartner),
            PartnerState::Over => Err(Refusal::PartnerOver),
            PartnerState::Unsigned => Err(Refusal::PartnerUnsigned),
        }
    }

    fn state_of(&self, known: &Admitted, today: Day) -> PartnerState {
        let delegation = self.line.as_ref().map(Line::delegation);
        let is_signed = |d: &Delegation| Partner::verify(&known.statement, d).is_ok();
        if known.removed {
            PartnerState::Removed
        } else if !known.partner.stands(today) {
            PartnerState::Over
        } else if delegation.is_some_and(is_signed) {
            PartnerState::Stands
        } else {
            PartnerState::Unsigned
        }
    }

    pub(crate) fn show_partners(&self, today: Day) -> Vec<PartnerView> {
        let line = self.line();
        let mut shown: Vec<PartnerView> = self
            .partners
            .values()
            .map(|known| PartnerView {
                partner: known.partner.clone(),
                check: known.partner.check_seed(&line),
                state: self.state_of(known, today),
            })
            .collect();
        shown.sort_by(|one, other| {
            let place = |view: &PartnerView| (view.partner.name.clone(), view.partner.language);
            place(one).cmp(&place(other))
        });
        shown
    }
}

//! Keeping a case longer: the holder asks, and a second person agrees.

use protocol::{CaseId, ExtensionReason, TeamEvent};
use statements::{Act, DevicePublicKey};
use wire::Day;

use crate::outbox::About;
use crate::proposals::{Proposal, What};
use crate::records::RecordKey;
use crate::trail::Step;
use crate::turn::Turn;
use crate::{CaseLabel, Desk, Notice, ProposalLabel, Refusal};

impl Desk {
    pub(crate) fn extend_case(
        &mut self,
        label: CaseLabel,
        until: Day,
        reason: ExtensionReason,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        /// A contact's state and answers rest at the relay no longer than that.
        const AT_MOST: u32 = 90;
        let id = self.held(label)?;
        self.may(Act::Answer, turn)?;
        let today = turn.now.day();
        if until <= today || until > today.plus(AT_MOST) {
            return Err(Refusal::BadDay);
        }
        let mut proposal = [0; 16];
        turn.rng.fill_bytes(&mut proposal);
        let event = TeamEvent::Extend {
            proposal,
            case: id,
            until,
            reason,
        };
        self.append(&event, About::Nothing, turn);
        self.note(Step::AskedExtension, turn);
        Ok(())
    }

    pub(crate) fn fold_extend(
        &mut self,
        by: DevicePublicKey,
        proposal: [u8; 16],
        (case, until, reason): (CaseId, Day, ExtensionReason),
        turn: &mut Turn<'_>,
    ) {
        let label = ProposalLabel(proposal);
        let is_holder = self.is_holder(&by, &case);
        if !is_holder || !self.has_room_for(&label) {
            return;
        }
        let what = What::Extension {
            case,
            until,
            reason,
        };
        let proposed = Proposal::new(by, turn.now.day(), what);
        self.proposals.insert(label, proposed);
        self.mark(RecordKey::Proposal(proposal));
        if self.may_decide(&label).is_ok() {
            turn.tell(Notice::ProposalWaits(label));
        }
    }

    /// Until when a case was proposed to be kept.
    pub(crate) fn proposed_extension(&self, id: &CaseId) -> Option<Day> {
        self.proposals.values().find_map(|open| match open.what {
            What::Extension { case, until, .. } if case == *id => Some(until),
            _ => None,
        })
    }
}

//! What screens show of what waits for a second person.

use statements::{
    CardSet, EntranceList, FinalNotice, PackManifest, Partner, RosterEntry, StatementKind,
};

use crate::proposals::{Proposal, What};
use crate::view_proposals::{ProposalView, Proposed};
use crate::{CaseLabel, Desk};

impl Desk {
    pub(crate) fn show_proposals(&self) -> Vec<ProposalView> {
        let me = self.device();
        let mut shown: Vec<ProposalView> = self
            .proposals
            .iter()
            .filter_map(|(label, open)| {
                Some(ProposalView {
                    label: *label,
                    what: self.show_proposed(open)?,
                    by: self.roster.work_name(&open.by).unwrap_or_default().into(),
                    mine: open.by == me,
                    may_decide: self.may_decide(label).is_ok(),
                    waits_for: self.who_may_decide(open),
                    until: open.until(),
                })
            })
            .collect();
        shown.sort_by_key(|proposal| proposal.until);
        shown
    }

    fn show_proposed(&self, open: &Proposal) -> Option<Proposed> {
        let line = self.line();
        if let What::Extension {
            case,
            until,
            reason,
        } = &open.what
        {
            return Some(Proposed::Extension {
                case: CaseLabel::of(case),
                until: *until,
                reason: *reason,
            });
        }
        if let What::Handover(asked) = &open.what {
            let admitted = self.partner_as_agreed(&asked.partner, asked.hash)?;
            return Some(Proposed::Handover {
                case: CaseLabel::of(&asked.case),
                check: admitted.partner.check_seed(&line),
                partner: Box::new(admitted.partner.clone()),
                urgent: asked.urgent,
            });
        }
        let statement = open.statement()?;
        if let Ok(entry) = RosterEntry::proposed(&statement, &line) {
            return Some(Proposed::Roster(entry));
        }
        match statement.kind() {
            StatementKind::EntranceList => {
                let list = EntranceList::proposed(&statement, &line).ok()?;
                Some(Proposed::Entrances(list))
            }
            StatementKind::PackManifest => {
                let pack = PackManifest::proposed(&statement, &line).ok()?;
                Some(Proposed::Pack(pack))
            }
            StatementKind::FinalNotice => {
                let notice = FinalNotice::proposed(&statement, &line).ok()?;
                Some(Proposed::End(notice))
            }
            StatementKind::Outcomes => {
                let month = self.month_published_by(&statement)?;
                Some(Proposed::Outcomes(self.outcomes.book.of(month)?.clone()))
            }
            StatementKind::Partner => {
                let partner = Partner::proposed(&statement, &line).ok()?;
                Some(Proposed::Partner {
                    check: partner.check_seed(&line),
                    partner: Box::new(partner),
                })
            }
            _ => {
                let cards = CardSet::proposed(&statement, &line).ok()?;
                Some(Proposed::Cards(cards.cards().into()))
            }
        }
    }

    fn who_may_decide(&self, open: &Proposal) -> Vec<String> {
        let members = self.roster.members.iter();
        let may = members.filter(|(device, _)| {
            let stage = match open.what {
                What::Statement { .. } => self.roster.may_sign(device),
                What::Extension { .. } => self.roster.supervises(device),
                What::Handover(_) => self.roster.hands_over(device),
            };
            stage && self.is_another_person(device, &open.by)
        });
        let mut names: Vec<String> = may.map(|(_, m)| m.is.work_name.clone()).collect();
        names.sort();
        names.dedup();
        names
    }
}

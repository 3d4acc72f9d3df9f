//! What needs two persons: one proposes, another sees exactly that and agrees, or refuses with a reason.

use std::collections::BTreeMap;

use protocol::{CaseId, ExtensionReason, TeamEvent, Text};
use statements::{
    Act, CardSet, DevicePublicKey, PackManifest, RosterAction, RosterEntry, StatementKind,
    UnverifiedStatement,
};
use wire::{Day, ReadError, Reader, Writer};

use crate::codec::{read_all, read_option, write_all, write_option};
use crate::handover::Asked;
use crate::outbox::About;
use crate::records::RecordKey;
use crate::trail::Step;
use crate::turn::Turn;
use crate::{Desk, Notice, ProposalLabel, Refusal};

/// How many bytes of a statement one entry of the log takes.
const PIECE: usize = 3400;
/// How many pieces a proposal has at most: what the largest card set takes.
const PIECES: u16 = 320;
/// How many proposals are held at most.
const OPEN: usize = 200;

/// What is proposed, as it came.
pub(crate) enum What {
    /// Pieces of a statement that one person signed.
    Statement {
        count: u16,
        pieces: BTreeMap<u16, Vec<u8>>,
    },
    /// That a case is kept longer.
    Extension {
        case: CaseId,
        until: Day,
        reason: ExtensionReason,
    },
    /// That a case's contact is offered a handover.
    Handover(Asked),
}

/// A proposal that is not decided.
pub(crate) struct Proposal {
    pub(crate) by: DevicePublicKey,
    day: Day,
    pub(crate) what: What,
    /// Who refused it already.
    declined: Option<DevicePublicKey>,
}

impl Proposal {
    /// One that nobody has decided.
    pub(crate) fn new(by: DevicePublicKey, day: Day, what: What) -> Proposal {
        Proposal {
            by,
            day,
            what,
            declined: None,
        }
    }

    pub(crate) fn statement(&self) -> Option<UnverifiedStatement> {
        let What::Statement { count, pieces } = &self.what else {
            return None;
        };
        if pieces.len() != usize::from(*count) {
            return None;
        }
        let bytes: Vec<u8> = pieces.values().flatten().copied().collect();
        UnverifiedStatement::parse(&bytes).ok()
    }

    pub(crate) fn until(&self) -> Day {
        self.day.plus(RosterEntry::OPEN_DAYS)
    }

    /// by 32 ‖ day ‖ declined 32? ‖ kind u8 ‖ for 1: count u16 ‖ (index u16 ‖ piece)*; for 2: case 16 ‖ until day ‖ reason u8; for 3: what was asked.
    pub(crate) fn encode(&self, writer: Writer) -> Writer {
        let writer = writer.put(&self.by.0).u32(self.day.0);
        let writer = write_option(writer, self.declined, |writer, by| writer.put(&by.0));
        match &self.what {
            What::Statement { count, pieces } => {
                let writer = writer.u8(1).u16(*count);
                write_all(writer, pieces.iter(), |writer, (index, piece)| {
                    writer.u16(*index).medium(piece)
                })
            }
            What::Extension {
                case,
                until,
                reason,
            } => writer.u8(2).put(&case.0).u32(until.0).u8(*reason as u8),
            What::Handover(asked) => asked.write(writer.u8(3)),
        }
    }

    pub(crate) fn decode(reader: &mut Reader<'_>) -> Result<Proposal, ReadError> {
        Ok(Proposal {
            by: DevicePublicKey(reader.array()?),
            day: Day(reader.u32()?),
            declined: read_option(reader, |reader| reader.array().map(DevicePublicKey))?,
            what: match reader.u8()? {
                1 => What::Statement {
                    count: reader.u16()?,
                    pieces: read_all(reader, |reader| {
                        Ok((reader.u16()?, reader.medium()?.to_vec()))
                    })?
                    .into_iter()
                    .collect(),
                },
                2 => What::Extension {
                    case: CaseId(reader.array()?),
                    until: Day(reader.u32()?),
                    reason: ExtensionReason::from_code(reader.u8()?).ok_or(ReadError::Value)?,
                },
                3 => What::Handover(Asked::read(reader)?),
                _ => return Err(ReadError::Value),
            },
        })
    }
}

impl Desk {
    /// Signs what needs one person, or proposes what needs two.
    pub(crate) fn decide(
        &mut self,
        device: DevicePublicKey,
        action: RosterAction,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        let due = match action.needs_one() {
            true => 1,
            false => self.must_agree(),
        };
        let mut id = [0; 16];
        turn.rng.fill_bytes(&mut id);
        let entry = RosterEntry {
            id,
            day: turn.now.day(),
            device,
            action,
        };
        let draft = entry.draft(self.line());
        let signed = draft.sign_by_device(&self.identity.device).done();
        if due <= 1 {
            let event = TeamEvent::Statement(signed.to_bytes());
            self.append(&event, About::Nothing, turn)
                .ok_or(Refusal::BadProfile)?;
            return Ok(());
        }
        self.propose(&signed, turn);
        Ok(())
    }

    /// Shows a statement that this person has signed to those who may sign it too.
    pub(crate) fn propose(&mut self, statement: &UnverifiedStatement, turn: &mut Turn<'_>) {
        let proposal = statement.proposal();
        let bytes = statement.to_bytes();
        let pieces = bytes.chunks(PIECE);
        let count = u16::try_from(pieces.len()).unwrap_or(u16::MAX);
        for (index, piece) in (0..count).zip(pieces) {
            let event = TeamEvent::Propose {
                proposal,
                index,
                count,
                bytes: piece.to_vec(),
            };
            self.append(&event, About::Nothing, turn);
        }
        self.note(Step::Proposed, turn);
    }

    pub(crate) fn fold_piece(
        &mut self,
        by: DevicePublicKey,
        proposal: [u8; 16],
        (index, count): (u16, u16),
        bytes: &[u8],
        turn: &mut Turn<'_>,
    ) {
        let label = ProposalLabel(proposal);
        let fits = index < count && count <= PIECES && bytes.len() <= PIECE;
        if !fits || !self.roster.may_sign(&by) || self.proposals.len() >= OPEN {
            return;
        }
        let day = turn.now.day();
        let none = What::Statement {
            count,
            pieces: BTreeMap::new(),
        };
        let new = || Proposal::new(by, day, none);
        let open = self.proposals.entry(label).or_insert_with(new);
        let What::Statement { count: due, pieces } = &mut open.what else {
            return;
        };
        if open.by != by || *due != count {
            return;
        }
        pieces.insert(index, bytes.to_vec());
        self.mark(RecordKey::Proposal(proposal));
        let complete = self.proposals.get(&label).and_then(Proposal::statement);
        let is_named_so = complete.is_some_and(|statement| statement.proposal() == proposal);
        if is_named_so && self.may_decide(&label).is_ok() {
            turn.tell(Notice::ProposalWaits(label));
        }
    }

    /// Whether a new proposal can be held.
    pub(crate) fn has_room_for(&self, label: &ProposalLabel) -> bool {
        !self.proposals.contains_key(label) && self.proposals.len() < OPEN
    }

    /// Whether this desk may decide a proposal: another person, of the stage that it needs.
    pub(crate) fn may_decide(&self, label: &ProposalLabel) -> Result<(), Refusal> {
        let me = self.device();
        let open = self.proposals.get(label);
        let open = open.ok_or(Refusal::UnknownProposal)?;
        if !self.is_another_person(&me, &open.by) {
            return Err(Refusal::SamePerson);
        }
        match &open.what {
            What::Statement { .. } if !self.roster.may_sign(&me) => Err(Refusal::NotCoordinator),
            What::Extension { .. } if !self.roster.supervises(&me) => Err(Refusal::NotSupervisor),
            What::Statement { .. } if !self.is_of_what_counts(open) => {
                Err(Refusal::UnknownProposal)
            }
            What::Handover(_) if !self.roster.hands_over(&me) => Err(Refusal::NotHandoverOfficer),
            // The agreement was to a case of that holder's.
            What::Handover(asked) if !self.is_holder(&open.by, &asked.case) => {
                Err(Refusal::UnknownProposal)
            }
            _ => Ok(()),
        }
    }

    /// Of a month's outcomes only what the log says was drawn is decided.
    fn is_of_what_counts(&self, open: &Proposal) -> bool {
        let of_month = open
            .statement()
            .filter(|statement| statement.kind() == StatementKind::Outcomes);
        of_month.is_none_or(|statement| self.month_published_by(&statement).is_some())
    }

    pub(crate) fn is_another_person(&self, one: &DevicePublicKey, other: &DevicePublicKey) -> bool {
        let names = (self.roster.work_name(one), self.roster.work_name(other));
        one != other && names.0 != names.1
    }

    /// What a proposal says that a card pack holds.
    pub(crate) fn proposed_pack(&self, label: &ProposalLabel) -> Option<PackManifest> {
        let statement = self.proposals.get(label)?.statement()?;
        PackManifest::proposed(&statement, &self.line()).ok()
    }

    pub(crate) fn approve(
        &mut self,
        label: &ProposalLabel,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        match self.proposed_pack(label) {
            Some(_) => Err(Refusal::BuildFirst),
            None => self.approve_built(label, turn),
        }
    }

    /// Agrees to a proposal; to that of a card pack only after it was built here.
    pub(crate) fn approve_built(
        &mut self,
        label: &ProposalLabel,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        self.may_act(turn)?;
        self.may_decide(label)?;
        let today = turn.now.day();
        let open = self.proposals.get(label);
        let open = open.ok_or(Refusal::UnknownProposal)?;
        if today > open.until() {
            return Err(Refusal::ProposalOver);
        }
        if let What::Extension { .. } = open.what {
            self.settle(label, turn);
            return Ok(());
        }
        if let What::Handover(asked) = open.what {
            self.may_agree_to(&asked, turn)?;
            self.settle(label, turn);
            self.note(Step::Agreed, turn);
            return Ok(());
        }
        let statement = open.statement().ok_or(Refusal::UnknownProposal)?;
        self.may_coordinate(turn)?;
        let kind = statement.kind();
        if kind == StatementKind::Outcomes {
            let month = self.month_published_by(&statement);
            return self.agree_outcomes(month.ok_or(Refusal::UnknownProposal)?, turn);
        }
        if kind == StatementKind::CardSet {
            self.may(Act::Publish, turn)?;
            let cards = CardSet::proposed(&statement, &self.line());
            let cards = cards.map_err(|_| Refusal::UnknownProposal)?;
            self.is_checked(cards.cards())?;
        }
        if kind == StatementKind::PackManifest {
            self.may(Act::Publish, turn)?;
        }
        if kind == StatementKind::EntranceList {
            self.may(Act::Publish, turn)?;
            self.may_publish_entrances(&statement)?;
        }
        if kind == StatementKind::FinalNotice {
            self.may_publish_end(&statement)?;
        }
        if kind == StatementKind::Partner {
            self.may_sign_partner(&statement)?;
        }
        let signed = statement.reopen();
        let signed = signed.sign_by_device(&self.identity.device).done();
        match kind {
            StatementKind::RosterEntry | StatementKind::Partner => {
                let event = TeamEvent::Statement(signed.to_bytes());
                self.append(&event, About::Nothing, turn)
                    .ok_or(Refusal::BadProfile)?;
            }
            StatementKind::CardSet
            | StatementKind::EntranceList
            | StatementKind::PackManifest
            | StatementKind::FinalNotice => {
                self.publish(signed.to_bytes(), About::Nothing, None);
                self.settle(label, turn);
            }
            _ => return Err(Refusal::UnknownProposal),
        }
        self.note(Step::Agreed, turn);
        Ok(())
    }

    pub(crate) fn settle(&mut self, label: &ProposalLabel, turn: &mut Turn<'_>) {
        let event = TeamEvent::Settle { proposal: label.0 };
        self.append(&event, About::Nothing, turn);
    }

    pub(crate) fn decline(
        &mut self,
        label: &ProposalLabel,
        reason: Text,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        self.may_act(turn)?;
        let open = self.proposals.get(label);
        let open = open.ok_or(Refusal::UnknownProposal)?;
        // Whoever proposed it may take it back.
        if open.by != self.device() {
            self.may_decide(label)?;
        }
        let event = TeamEvent::Decline {
            proposal: label.0,
            reason,
        };
        self.append(&event, About::Nothing, turn);
        self.note(Step::Declined, turn);
        Ok(())
    }

    /// Whether the author of a decision may decide a proposal.
    fn decided_by(&self, by: &DevicePublicKey, label: &ProposalLabel) -> bool {
        self.proposals.get(label).is_some_and(|open| {
            let may = match open.what {
                What::Statement { .. } => self.roster.may_sign(by),
                What::Extension { .. } => self.roster.supervises(by),
                What::Handover(asked) => {
                    self.roster.hands_over(by) && self.is_holder(&open.by, &asked.case)
                }
            };
            may && self.is_another_person(by, &open.by)
        })
    }

    pub(crate) fn fold_decline(
        &mut self,
        by: DevicePublicKey,
        proposal: [u8; 16],
        reason: &Text,
        turn: &mut Turn<'_>,
    ) {
        let label = ProposalLabel(proposal);
        let open = self.proposals.get(&label);
        let is_own = open.is_some_and(|open| open.by == by);
        if !is_own && !self.decided_by(&by, &label) {
            return;
        }
        let mine = open.is_some_and(|open| open.by == self.device());
        if mine && !is_own {
            let reason = reason.as_str().to_owned();
            turn.tell(Notice::ProposalDeclined(label, reason));
        }
        self.forget_proposal(&label);
    }

    pub(crate) fn fold_settle(
        &mut self,
        by: DevicePublicKey,
        proposal: [u8; 16],
        turn: &mut Turn<'_>,
    ) {
        let label = ProposalLabel(proposal);
        if !self.decided_by(&by, &label) {
            return;
        }
        if let Some(What::Extension { case, until, .. }) =
            self.proposals.get(&label).map(|open| &open.what)
            && let Some(case) = self.cases.get_mut(case)
        {
            case.extended = Some(*until);
            let key = RecordKey::Case(case.id);
            self.mark(key);
        }
        let open = self.proposals.get(&label);
        let asked = open.and_then(|open| match open.what {
            What::Handover(asked) => Some((open.by, asked)),
            _ => None,
        });
        self.proposal_settled(&label, turn);
        if let Some((holder, asked)) = asked {
            self.fold_agreed((holder, by), asked, turn);
        }
    }

    pub(crate) fn proposal_settled(&mut self, label: &ProposalLabel, turn: &mut Turn<'_>) {
        let mine = self.proposals.get(label).map(|open| open.by) == Some(self.device());
        if mine {
            turn.tell(Notice::ProposalSettled(*label));
        }
        self.forget_proposal(label);
    }

    pub(crate) fn forget_proposal(&mut self, label: &ProposalLabel) {
        if self.proposals.remove(label).is_some() {
            self.mark(RecordKey::Proposal(label.0));
        }
    }

    /// Proposals that nobody may approve any more.
    pub(crate) fn forget_old_proposals(&mut self, today: Day) {
        let old = self.proposals.iter();
        let old = old.filter(|(_, open)| today > open.until());
        for label in old.map(|(label, _)| *label).collect::<Vec<_>>() {
            self.forget_proposal(&label);
        }
    }

    /// The newcomers whose admission this desk has proposed.
    pub(crate) fn is_admission_proposed(&self, device: &DevicePublicKey) -> bool {
        let line = self.line();
        let statements = self.proposals.values().filter_map(Proposal::statement);
        let mut entries = statements.filter_map(|s| RosterEntry::proposed(&s, &line).ok());
        entries
            .any(|entry| entry.device == *device && matches!(entry.action, RosterAction::Admit(..)))
    }
}

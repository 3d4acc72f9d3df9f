//! What screens show of what waits for a second person.

use outcomes::Publication;
use protocol::ExtensionReason;
use statements::{EntranceList, FinalNotice, PackManifest, Partner, RosterEntry};
use wire::Day;

use crate::{CaseLabel, ProposalLabel};

/// Something that waits for a second person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProposalView {
    /// Its name.
    pub label: ProposalLabel,
    /// What is proposed, exactly as the first person signed it.
    pub what: Proposed,
    /// The work name of whoever proposed it.
    pub by: String,
    /// Whether this desk proposed it.
    pub mine: bool,
    /// Whether this desk may decide it.
    pub may_decide: bool,
    /// With whom it waits: the work names of those who may decide.
    pub waits_for: Vec<String>,
    /// The last day on which it can be decided.
    pub until: Day,
}

/// What is proposed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Proposed {
    /// An entry of the roster.
    Roster(RosterEntry),
    /// A card set: its JSON.
    Cards(String),
    /// Where the line can be reached.
    Entrances(EntranceList),
    /// What a card pack holds.
    Pack(PackManifest),
    /// That the line ends.
    End(FinalNotice),
    /// That a month's outcomes are published.
    Outcomes(Publication),
    /// That a case is kept longer.
    Extension {
        /// The case.
        case: CaseLabel,
        /// The last day.
        until: Day,
        /// Why.
        reason: ExtensionReason,
    },
    /// A partner.
    Partner {
        /// What its statement says.
        partner: Box<Partner>,
        /// The hash whose check words are compared with the partner by voice.
        check: [u8; 32],
    },
    /// That a case's contact is offered a handover.
    Handover {
        /// The case.
        case: CaseLabel,
        /// To whom, with all that it asks.
        partner: Box<Partner>,
        /// The hash whose check words are compared with the partner by voice.
        check: [u8; 32],
        /// Whether the contact has minutes, so that no day lies between the offer and the handover.
        urgent: bool,
    },
}

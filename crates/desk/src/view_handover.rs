//! What screens show of partners and of handovers to them.

use statements::Partner;
use wire::Day;
use zeroize::Zeroizing;

use crate::ProposalLabel;

/// A partner that coordinators have admitted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PartnerView {
    /// What its newest statement says.
    pub partner: Partner,
    /// The hash whose check words are compared with the partner by voice.
    pub check: [u8; 32],
    /// Whether contacts can be offered a handover to it.
    pub state: PartnerState,
}

/// Whether contacts can be offered a handover to a partner.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PartnerState {
    /// They can.
    Stands,
    /// Its last day is over, or its first is still to come.
    Over,
    /// A coordinator took it away.
    Removed,
    /// Too few of those who signed it are coordinators now: contacts would not believe it, and it has to be admitted anew.
    Unsigned,
}

/// How far a case is handed over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HandoverState {
    /// A second person is still to agree.
    Asked,
    /// It is agreed to; the contact is told as soon as the partner's statement lies at the relay.
    Preparing,
    /// The contact was offered it.
    Offered,
    /// The contact has sealed something for the partner, which can collect it.
    HandedOver,
    /// The partner has collected it, and its receipt is awaited.
    Collected,
    /// The contact has taken back what was sealed, before anybody collected it; the offer stands.
    TakenBack,
    /// The partner has said, signed, that it opened it.
    Received,
}

impl HandoverState {
    /// Its name in strings and JSON: lower-case words.
    pub fn word(self) -> &'static str {
        match self {
            HandoverState::Asked => "asked",
            HandoverState::Preparing => "preparing",
            HandoverState::Offered => "offered",
            HandoverState::HandedOver => "handed-over",
            HandoverState::Collected => "collected",
            HandoverState::TakenBack => "taken-back",
            HandoverState::Received => "received",
        }
    }
}

/// A handover of a case's contact, as the holder sees it. Nothing of what the contact tells the partner.
pub struct HandoverView {
    /// The partner's name, as its newest statement has it.
    pub partner: String,
    /// How far it is.
    pub state: HandoverState,
    /// What a second person has to agree to; only while it is asked for.
    pub proposal: Option<ProposalLabel>,
    /// The first day on which the contact's page seals; of what was received its day.
    pub day: Option<Day>,
    /// What the partner collects it with, to be passed on by the way that officer and partner share; only while something waits there.
    pub code: Option<Zeroizing<String>>,
}

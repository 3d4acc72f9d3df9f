//! What a person is told when something did not work.

use axum::http::StatusCode;
use desk::Refusal;

use crate::strings::Strings;
use crate::sync::CommandError;

/// Why the desk refused a command, and what to do next.
pub(super) fn refusal(strings: &Strings, refusal: Refusal) -> String {
    match refusal {
        Refusal::NotAdmitted => strings.say("error-not-admitted"),
        Refusal::NotCoordinator => strings.say("error-coordinator-only"),
        Refusal::RosterStale => strings.say("roster-stale"),
        Refusal::UnknownCase => strings.say("case-gone"),
        Refusal::NobodyWaits => strings.say("queue-empty"),
        Refusal::EmptyText => strings.say("answer-empty"),
        Refusal::UnknownCard => strings.say("card-no-language"),
        Refusal::CardExpired => strings.say("card-expired"),
        Refusal::CardTooLong | Refusal::BadCards => strings.say("refused-cards"),
        Refusal::CardsWrong => strings.say("refused-cards-wrong"),
        Refusal::CardSuspended => strings.say("card-suspended"),
        Refusal::CardWithdrawn => strings.say("card-withdrawn"),
        Refusal::NotOnDuty => strings.say("queue-off-duty"),
        Refusal::BadShiftTimes => strings.say("refused-shift-times"),
        Refusal::UnknownDevice => strings.say("refused-unknown-device"),
        Refusal::UnknownNewcomer => strings.say("refused-unknown-newcomer"),
        Refusal::BadWorkName => strings.say("refused-work-name"),
        Refusal::NotSupervisor => strings.say("refused-not-supervisor"),
        Refusal::NoPermission(act) => {
            let act = strings.say(&format!("act-{}", act.word()));
            strings.say_with("refused-no-permission", &[("act", &act)])
        }
        Refusal::UnknownProposal => strings.say("refused-unknown-proposal"),
        Refusal::ProposalOver => strings.say("refused-proposal-over"),
        Refusal::SamePerson => strings.say("refused-same-person"),
        Refusal::LastCoordinator => strings.say("refused-last-coordinator"),
        Refusal::WorkNameTaken => strings.say("refused-work-name-taken"),
        Refusal::BadProfile => strings.say("refused-profile"),
        Refusal::BadPermission => strings.say("refused-permission"),
        Refusal::BadDay => strings.say("refused-day"),
        Refusal::DelegationOver => strings.say("refused-delegation-over"),
        Refusal::RosterForked => strings.say("warning-forked"),
        Refusal::ColleagueUnreachable => strings.say("refused-unreachable"),
        Refusal::NeedsApproval => strings.say("refused-needs-approval"),
        Refusal::UnknownDraft => strings.say("refused-unknown-draft"),
        Refusal::NoSupervisor => strings.say("refused-no-supervisor"),
        Refusal::LineUnknown => strings.say("error-offline"),
        Refusal::ContactKey => strings.say("refused-contact-key"),
        of_the_shift => strings.say(&format!("refused-{}", of_the_shift.code())),
    }
}

/// Why a command was not carried out.
pub(super) fn command(strings: &Strings, error: &CommandError) -> String {
    match error {
        CommandError::Refused(reason) => refusal(strings, *reason),
        CommandError::DiskFull => strings.say("error-disk-full"),
        CommandError::Vault => strings.say("error-vault"),
        CommandError::NeedsLine => strings.say("door-needs-line"),
        CommandError::Locked => strings.say("locked"),
    }
}

/// The status of an answer to a command that was not carried out.
pub(super) fn status(error: &CommandError) -> StatusCode {
    match error {
        CommandError::Refused(Refusal::UnknownCase) => StatusCode::NOT_FOUND,
        CommandError::Refused(_) => StatusCode::CONFLICT,
        CommandError::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
        CommandError::Vault => StatusCode::INTERNAL_SERVER_ERROR,
        CommandError::NeedsLine => StatusCode::SERVICE_UNAVAILABLE,
        CommandError::Locked => StatusCode::LOCKED,
    }
}

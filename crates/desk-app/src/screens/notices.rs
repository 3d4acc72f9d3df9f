//! What the person at the desk is told, in words and for scripts.

use desk::{CaseLabel, Notice, Refusal};
use serde_json::{Value, json};

use super::errors;
use super::forms::act_name;
use super::page::Page;
use super::shifts::hex;
use crate::card_set::date_of;

/// Where a notice leads.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Leads {
    /// Nowhere.
    Nowhere,
    /// To a case.
    Case(CaseLabel),
    /// To what waits for a second person.
    Decisions,
    /// To what is edited.
    Edit,
    /// To entrances and warnings.
    Entrances,
}

/// What a notice says, and where it leads. What the screens show anyway is not said twice.
pub(super) fn said(page: &Page, notice: &Notice) -> Option<(String, Leads)> {
    let plain = |id: &str| (page.say(id), Leads::Nowhere);
    let case = |id: &str, label: &CaseLabel| (page.say(id), Leads::Case(*label));
    Some(match notice {
        Notice::TakeLost(_) => plain("take-lost"),
        Notice::WaitingExpired(_) => plain("notice-waiting-expired"),
        Notice::NewMessage(label) => case("case-new", label),
        Notice::AnswerCollected(label) => case("answer-collected", label),
        Notice::CaseDestroyed(_) => plain("destroyed"),
        Notice::Admitted => plain("admitted"),
        Notice::GuideUnreachable(_) => plain("notice-guide-unreachable"),
        Notice::ProposalWaits(_) => (page.say("notice-proposal-waits"), Leads::Decisions),
        Notice::ProposalDeclined(_, reason) => (
            page.strings()
                .say_with("notice-proposal-declined", &[("reason", reason)]),
            Leads::Decisions,
        ),
        Notice::ProposalSettled(_) => plain("notice-proposal-settled"),
        Notice::PermissionEnds(act, day) => {
            let (act, date) = (act_name(page, *act), date_of(*day));
            let values = [("act", act.as_str()), ("date", date.as_str())];
            let said = page.strings().say_with("notice-permission-ends", &values);
            (said, Leads::Nowhere)
        }
        Notice::CaseReceived(label) => case("notice-case-received", label),
        Notice::CaseGivenUp(_) => plain("notice-case-given-up"),
        Notice::CaseReturned(_) => plain("notice-case-returned"),
        Notice::HandedOver(label) => case("notice-handed-over", label),
        Notice::OfferOver(label) => case("notice-offer-over", label),
        Notice::Whispered(label) => case("notice-whispered", label),
        Notice::DraftWaits(label) => case("notice-draft-waits", label),
        Notice::DraftApproved(label) => case("notice-draft-approved", label),
        Notice::DraftRejected(label) => case("notice-draft-rejected", label),
        Notice::DestructionNears(label, day) => {
            let date = date_of(*day);
            let said = page
                .strings()
                .say_with("notice-destruction-nears", &[("date", &date)]);
            (said, Leads::Case(*label))
        }
        Notice::Reminder(label, day) => {
            let date = date_of(*day);
            let said = page
                .strings()
                .say_with("notice-reminder", &[("date", &date)]);
            (said, Leads::Case(*label))
        }
        Notice::AgreedReminder(label, day) => {
            let date = date_of(*day);
            let said = page
                .strings()
                .say_with("notice-agreed-reminder", &[("date", &date)]);
            (said, Leads::Case(*label))
        }
        Notice::CaseRecovered(_) => plain("notice-case-recovered"),
        Notice::Called => plain("notice-called"),
        Notice::Surge(true) => plain("notice-surge"),
        Notice::Surge(false) => plain("notice-surge-over"),
        Notice::StaffingGap(from) => {
            let time = super::times::plain(*from);
            let said = page
                .strings()
                .say_with("notice-staffing-gap", &[("time", &time)]);
            (said, Leads::Nowhere)
        }
        Notice::ProbeNoteWaits => plain("notice-probe-note"),
        Notice::RevisionWaits(_) => (page.say("notice-revision-waits"), Leads::Edit),
        Notice::RevisionChecked(_) => (page.say("notice-revision-checked"), Leads::Edit),
        Notice::RevisionBeside(_) => (page.say("notice-revision-beside"), Leads::Edit),
        Notice::CardHeldBack(card) => {
            let strings = page.strings();
            let said = strings.say_with("notice-card-held-back", &[("card", card)]);
            (said, Leads::Edit)
        }
        Notice::FakeReported(address) => {
            let strings = page.strings();
            let said = strings.say_with("notice-fake-reported", &[("address", address)]);
            (said, Leads::Entrances)
        }
        Notice::Warned(Some(_)) => (page.say("notice-warned"), Leads::Entrances),
        Notice::Warned(None) => (page.say("notice-warned-no-more"), Leads::Entrances),
        Notice::LineEnds(day) => {
            let date = date_of(*day);
            let strings = page.strings();
            let said = strings.say_with("ending-orderly", &[("date", &date)]);
            (said, Leads::Nowhere)
        }
        Notice::CommandRefused(refusal) => (refused(page, *refusal), Leads::Nowhere),
        Notice::RelayRefused(code) if code == "wrong_version" => plain("error-too-old"),
        Notice::RelayRefused(_) => plain("error-relay-refused"),
        Notice::NewWaiting(_)
        | Notice::TakeWon(_)
        | Notice::JoinRequested(_)
        | Notice::Invitation { .. }
        | Notice::RosterStale
        | Notice::RosterForked
        | Notice::ShutOut
        | Notice::LineEnded
        | Notice::Alarmed(..)
        | Notice::DuressPrepared(_)
        | Notice::ClockOff => return None,
    })
}

fn refused(page: &Page, refusal: Refusal) -> String {
    errors::refusal(page.strings(), refusal)
}

/// A notice for scripts.
pub(super) fn json(notice: &Notice) -> Value {
    let about = |code: &str, case: &CaseLabel| json!({"notice": code, "case": case.to_string()});
    let revision = |code: &str, label: &desk::RevisionLabel| json!({"notice": code, "revision": label.to_string()});
    let proposal = |code: &str, label: &desk::ProposalLabel| json!({"notice": code, "proposal": label.to_string()});
    match notice {
        Notice::NewWaiting(case) => about("new-waiting", case),
        Notice::TakeWon(case) => about("take-won", case),
        Notice::TakeLost(case) => about("take-lost", case),
        Notice::WaitingExpired(case) => about("waiting-expired", case),
        Notice::NewMessage(case) => about("new-message", case),
        Notice::AnswerCollected(case) => about("answer-collected", case),
        Notice::CaseDestroyed(case) => about("case-destroyed", case),
        Notice::CaseReceived(case) => about("case-received", case),
        Notice::CaseGivenUp(case) => about("case-given-up", case),
        Notice::CaseReturned(case) => about("case-returned", case),
        Notice::CaseRecovered(case) => about("case-recovered", case),
        Notice::Reminder(case, day) => {
            json!({"notice": "reminder", "case": case.to_string(), "day": date_of(*day)})
        }
        Notice::AgreedReminder(case, day) => {
            json!({"notice": "agreed-reminder", "case": case.to_string(), "day": date_of(*day)})
        }
        Notice::Called => json!({"notice": "called"}),
        Notice::Surge(on) => json!({"notice": "surge", "on": on}),
        Notice::StaffingGap(from) => json!({"notice": "staffing-gap", "from": from.0}),
        Notice::ProbeNoteWaits => json!({"notice": "probe-note-waits"}),
        Notice::RevisionWaits(label) => revision("revision-waits", label),
        Notice::RevisionChecked(label) => revision("revision-checked", label),
        Notice::RevisionBeside(label) => revision("revision-beside", label),
        Notice::CardHeldBack(card) => json!({"notice": "card-held-back", "card": card}),
        Notice::FakeReported(address) => json!({"notice": "fake-reported", "address": address}),
        Notice::Warned(about) => {
            json!({"notice": "warned", "about": about.map(|about| about.word())})
        }
        Notice::LineEnds(day) => json!({"notice": "line-ends", "day": date_of(*day)}),
        Notice::LineEnded => json!({"notice": "line-ended"}),
        Notice::HandedOver(case) => about("handed-over", case),
        Notice::OfferOver(case) => about("offer-over", case),
        Notice::Whispered(case) => about("whispered", case),
        Notice::DraftWaits(case) => about("draft-waits", case),
        Notice::DraftApproved(case) => about("draft-approved", case),
        Notice::DraftRejected(case) => about("draft-rejected", case),
        Notice::DestructionNears(case, day) => {
            json!({"notice": "destruction-nears", "case": case.to_string(), "day": date_of(*day)})
        }
        Notice::Admitted => json!({"notice": "admitted"}),
        Notice::Invitation { .. } => json!({"notice": "invitation"}),
        Notice::JoinRequested(of) => json!({"notice": "join-requested", "device": hex(of)}),
        Notice::GuideUnreachable(of) => json!({"notice": "guide-unreachable", "device": hex(of)}),
        Notice::RosterStale => json!({"notice": "roster-stale"}),
        Notice::RosterForked => json!({"notice": "roster-forked"}),
        Notice::ShutOut => json!({"notice": "shut-out"}),
        Notice::ClockOff => json!({"notice": "clock-off"}),
        Notice::ProposalWaits(label) => proposal("proposal-waits", label),
        Notice::ProposalSettled(label) => proposal("proposal-settled", label),
        Notice::ProposalDeclined(label, reason) => {
            json!({"notice": "proposal-declined", "proposal": label.to_string(), "reason": reason})
        }
        Notice::PermissionEnds(act, day) => {
            json!({"notice": "permission-ends", "act": act.word(), "day": date_of(*day)})
        }
        Notice::Alarmed(alarm, of) => {
            json!({"notice": "alarm", "alarm": alarm.word(), "device": hex(of)})
        }
        // The envelope is the door's; nothing of it is told to anybody.
        Notice::DuressPrepared(_) => json!({"notice": "other"}),
        Notice::CommandRefused(refusal) => {
            json!({"notice": "command-refused", "code": refusal.code()})
        }
        Notice::RelayRefused(code) => json!({"notice": "relay-refused", "code": code}),
    }
}

//! What scripts are shown of the team: no more than the screens show.

use desk::{AlarmView, ExposureView, MemberView, PermissionState, PermissionView, ProposalView};
use desk::{Proposed, View};
use serde_json::{Value, json};
use statements::{Membership, Permission, Profile, RosterAction, RosterEntry};

use super::exposure;
use super::member::state_code;
use super::proposal_view::{action_code, extension_code};
use super::shifts::hex;
use super::{api_entrances, api_handover, api_outcomes};
use crate::card_set::date_of;

fn profile(profile: &Profile) -> Value {
    json!({
        "languages": profile.languages, "dialects": profile.dialects, "topics": profile.topics,
        "branch": profile.branch, "years": profile.years,
    })
}

fn permission(permission: &Permission, state: Option<PermissionState>) -> Value {
    json!({
        "act": permission.act.word(), "authority": permission.authority, "document": permission.document,
        "scope": permission.scope, "from": date_of(permission.from), "until": date_of(permission.until),
        "state": state.map(state_code),
    })
}

fn member(member: &MemberView) -> Value {
    let held = |view: &PermissionView| permission(&view.permission, Some(view.state));
    json!({
        "work_name": member.work_name, "stage": member.stage.word(), "until": date_of(member.until),
        "profile": profile(&member.profile),
        "permissions": member.permissions.iter().map(held).collect::<Vec<_>>(),
        "device": hex(&member.device), "me": member.me,
        "reachable": member.reachable, "checked_in": member.checked_in,
    })
}

/// The corps.
pub(super) fn roster(view: &View) -> Value {
    view.roster.iter().map(member).collect()
}

/// Newcomers with the words to compare.
pub(super) fn joining(view: &View) -> Value {
    let rows = view.joining.iter().map(|newcomer| {
        json!({
            "device": hex(&newcomer.device), "work_name": newcomer.work_name, "invited_as": newcomer.invited_as,
            "words": crate::words_of(&newcomer.comparison), "admitting": newcomer.admitting,
        })
    });
    rows.collect()
}

fn membership(to: &Membership) -> Value {
    json!({
        "stage": to.stage.word(), "until": date_of(to.until), "work_name": to.work_name,
        "profile": profile(&to.profile),
    })
}

fn entry(entry: &RosterEntry) -> Value {
    let decides = match &entry.action {
        RosterAction::Admit(to, permissions) => {
            let permissions = permissions.iter().map(|one| permission(one, None));
            json!({"membership": membership(to), "permissions": permissions.collect::<Vec<_>>()})
        }
        RosterAction::Change(to) => json!({"membership": membership(to)}),
        RosterAction::Remove(reason) => json!({"reason": reason.word()}),
        RosterAction::Permit(one) | RosterAction::Ask(one) => {
            json!({"permission": permission(one, None)})
        }
        RosterAction::Withdraw(act) => json!({"act": act.word()}),
    };
    json!({
        "kind": action_code(&entry.action), "day": date_of(entry.day),
        "device": hex(&entry.device), "entry": decides,
    })
}

fn proposed(what: &Proposed) -> Value {
    match what {
        Proposed::Roster(one) => entry(one),
        Proposed::Cards(cards) => json!({"kind": "cards", "cards": cards}),
        Proposed::Entrances(list) => {
            json!({"kind": "entrances", "list": api_entrances::list(list)})
        }
        Proposed::Pack(pack) => {
            json!({"kind": "pack", "serial": pack.serial, "day": date_of(pack.day), "sums": data_encoding::HEXLOWER.encode(&pack.sums)})
        }
        Proposed::End(notice) => {
            json!({"kind": "end", "notice": api_entrances::final_notice(notice)})
        }
        Proposed::Outcomes(drawn) => {
            json!({"kind": "outcomes", "month": drawn.month().to_string(), "figures": api_outcomes::figures(drawn)})
        }
        Proposed::Partner { partner, check } => {
            json!({"kind": "partner", "says": api_handover::said(partner, check)})
        }
        Proposed::Handover {
            case,
            partner,
            check,
            urgent,
        } => json!({
            "kind": "handover", "case": case.to_string(), "urgent": urgent,
            "says": api_handover::said(partner, check),
        }),
        Proposed::Extension {
            case,
            until,
            reason,
        } => json!({
            "kind": "extension", "case": case.to_string(), "until": date_of(*until),
            "reason": extension_code(*reason),
        }),
    }
}

/// What waits for a second person.
pub(super) fn proposals(view: &View) -> Value {
    let row = |open: &ProposalView| {
        json!({
            "proposal": open.label.to_string(), "what": proposed(&open.what), "by": open.by, "mine": open.mine,
            "may_decide": open.may_decide, "waits_for": open.waits_for, "until": date_of(open.until),
        })
    };
    view.proposals.iter().map(row).collect()
}

/// What two persons should look at.
pub(super) fn alarms(view: &View) -> Value {
    let row = |alarm: &AlarmView| {
        json!({
            "number": alarm.number, "alarm": alarm.alarm.word(), "about": alarm.about,
            "device": hex(&alarm.device), "day": date_of(alarm.day), "acknowledged": alarm.acknowledged,
        })
    };
    view.alarms.iter().map(row).collect()
}

/// What desks did.
pub(super) fn trail(view: &View) -> Value {
    let rows = view.trail.iter().map(|row| {
        json!({"who": row.who, "step": row.step, "day": date_of(row.day), "on_duty": row.on_duty})
    });
    rows.collect()
}

/// What removed devices could read.
pub(super) fn exposures(view: &View) -> Value {
    let row = |exposure: &ExposureView| {
        let cases = exposure.cases.iter().map(|case| {
            json!({
                "case": case.label.to_string(), "since": date_of(case.since),
                "state": exposure::state_code(case.state),
            })
        });
        json!({
            "work_name": exposure.work_name, "reason": exposure.reason.word(), "day": date_of(exposure.day),
            "shifts": exposure.shifts.map(|(since, count)| json!({"since": date_of(since), "count": count})),
            "cases": cases.collect::<Vec<_>>(),
        })
    };
    view.exposures.iter().map(row).collect()
}

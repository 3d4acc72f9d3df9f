//! How a proposal is shown: whole, as the first person signed it, with what differs from now.

use desk::{MemberView, Proposed};
use maud::{Markup, html};
use protocol::ExtensionReason;
use statements::{
    DevicePublicKey, EntranceList, LineEnd, Membership, Permission, Profile, RosterAction,
    RosterEntry,
};

use super::forms::{act_name, stage_name, tag_name};
use super::member::{device_digits, permission_line};
use super::page::Page;
use super::revoke::reason_name;
use super::shifts::hex;
use super::{card_changes, ending, entrances, outcomes, partners};
use crate::card_set::date_of;

/// Whether a proposal is about a device.
pub(super) fn is_about(what: &Proposed, device: &DevicePublicKey) -> bool {
    matches!(what, Proposed::Roster(entry) if entry.device == *device)
}

/// The word for what an entry decides in scripts.
pub(super) fn action_code(action: &RosterAction) -> &'static str {
    match action {
        RosterAction::Admit(..) => "admit",
        RosterAction::Change(_) => "change",
        RosterAction::Remove(_) => "remove",
        RosterAction::Permit(_) => "permit",
        RosterAction::Withdraw(_) => "withdraw",
        RosterAction::Ask(_) => "ask",
    }
}

/// The word for why a case is kept longer.
pub(super) fn extension_code(reason: ExtensionReason) -> &'static str {
    match reason {
        ExtensionReason::ContactAsked => "contact-asked",
        ExtensionReason::PartnerAwaited => "partner-awaited",
        ExtensionReason::LegalDeadline => "legal-deadline",
        ExtensionReason::Aftercare => "aftercare",
    }
}

fn member<'a>(page: &'a Page, device: &DevicePublicKey) -> Option<&'a MemberView> {
    let mut roster = page.shown.view.roster.iter();
    roster.find(|member| member.device == *device)
}

fn name_of(page: &Page, entry: &RosterEntry) -> String {
    match &entry.action {
        RosterAction::Admit(membership, _) | RosterAction::Change(membership) => {
            membership.work_name.clone()
        }
        _ => member(page, &entry.device)
            .map(|member| member.work_name.clone())
            .unwrap_or_default(),
    }
}

/// What is proposed, in one line.
pub(super) fn heading(page: &Page, what: &Proposed) -> String {
    let strings = page.strings();
    match what {
        Proposed::Roster(entry) => {
            let id = format!("proposed-{}", action_code(&entry.action));
            strings.say_with(&id, &[("name", &name_of(page, entry))])
        }
        Proposed::Cards(_) => page.say("proposed-cards"),
        Proposed::Entrances(_) => page.say("proposed-entrances"),
        Proposed::Pack(_) => page.say("proposed-pack"),
        Proposed::Outcomes(drawn) => outcomes::heading(page, drawn),
        Proposed::End(_) => page.say("ending"),
        Proposed::Partner { partner, .. } => {
            strings.say_with("proposed-partner", &[("name", &partner.name)])
        }
        Proposed::Handover { case, partner, .. } => {
            let values = [("case", &*case.to_string()), ("name", &*partner.name)];
            strings.say_with("proposed-handover", &values)
        }
        Proposed::Extension { case, .. } => {
            strings.say_with("proposed-extension", &[("case", &case.to_string())])
        }
    }
}

/// All of what is proposed.
pub(super) fn whole(page: &Page, what: &Proposed) -> Markup {
    match what {
        Proposed::Roster(entry) => roster_entry(page, entry),
        Proposed::Cards(json) => card_changes::list(page, json, page.shown.view.cards.as_deref()),
        Proposed::Entrances(list) => entrance_changes(page, list),
        Proposed::Pack(pack) => html! {
            dl.facts {
                dt { (page.say("pack-of")) } dd { (date_of(pack.day)) }
                dt { (page.say("pack-serial")) } dd { (pack.serial) }
            }
        },
        Proposed::End(notice) => html! {
            @match notice.how {
                LineEnd::Orderly => { p.alarm { (ending::notice_text(page, notice)) } }
                LineEnd::Emergency => {
                    p.alarm { (page.say("ending-proposed-emergency")) }
                    p { (page.say("ending-emergency-about")) }
                }
            }
        },
        Proposed::Outcomes(drawn) => outcomes::figures(page, drawn, &[]),
        Proposed::Partner { partner, check } => {
            let before = partners::known(page, &partner.id);
            partners::facts(page, partner, check, before.map(|view| &view.partner))
        }
        Proposed::Handover {
            partner,
            check,
            urgent,
            ..
        } => html! {
            p data-testid="handover-urgent" data-urgent=(urgent) {
                @if *urgent { (page.say("handover-at-once")) } @else { (page.say("handover-a-day")) }
            }
            (partners::facts(page, partner, check, None))
        },
        Proposed::Extension { until, reason, .. } => html! {
            dl.facts {
                dt { (page.say("extension-until")) } dd { (date_of(*until)) }
                dt { (page.say("extension-why")) }
                dd { (page.say(&format!("extension-{}", extension_code(*reason)))) }
            }
        },
    }
}

/// What a list of entrances would change, and the whole of it.
fn entrance_changes(page: &Page, list: &EntranceList) -> Markup {
    let now = page.shown.view.entrances.list.as_ref();
    let addresses = |list: &EntranceList| -> Vec<String> {
        let places = list.entrances.iter().map(|place| place.address.clone());
        places.chain(list.fakes.iter().cloned()).collect()
    };
    let gone = now.map(addresses).unwrap_or_default();
    let kept = addresses(list);
    html! {
        (entrances::list(page, list))
        @for address in gone.iter().filter(|address| !kept.contains(address)) {
            p { (page.say("entrance-gone")) ": " del { bdi { (address) } } }
        }
    }
}

fn fact(name: &str, value: &Markup) -> Markup {
    html! { dt { (name) } dd { (value) } }
}

fn roster_entry(page: &Page, entry: &RosterEntry) -> Markup {
    let now = member(page, &entry.device);
    html! {
        dl.facts data-testid="entry" data-action=(action_code(&entry.action)) {
            (fact(&page.say("work-name"), &html! { bdi { (name_of(page, entry)) } }))
            (fact(&page.say("device"), &device_digits(&hex(&entry.device))))
            (fact(&page.say("proposed-on"), &html! { (date_of(entry.day)) }))
            @match &entry.action {
                RosterAction::Admit(membership, permissions) => {
                    (membership_facts(page, membership, None))
                    (permission_facts(page, permissions))
                }
                RosterAction::Change(membership) => { (membership_facts(page, membership, now)) }
                RosterAction::Remove(reason) => {
                    (fact(&page.say("revoke-reason"), &html! { (reason_name(page, *reason)) }))
                }
                RosterAction::Permit(permission) | RosterAction::Ask(permission) => {
                    (permission_facts(page, std::slice::from_ref(permission)))
                }
                RosterAction::Withdraw(act) => {
                    (fact(&page.say("permission-act"), &html! { (act_name(page, *act)) }))
                }
            }
        }
    }
}

fn permission_facts(page: &Page, permissions: &[Permission]) -> Markup {
    let listed = html! {
        @if permissions.is_empty() { (page.say("permissions-none")) }
        @for permission in permissions {
            p { strong { (act_name(page, permission.act)) } " · " (permission_line(page, permission)) }
        }
    };
    fact(&page.say("permissions"), &listed)
}

/// What a profile says, field by field: the string that names the field, and what is said.
pub(super) fn profile_facts(page: &Page, profile: &Profile) -> [(&'static str, String); 5] {
    let languages: Vec<String> = profile
        .languages
        .iter()
        .map(|tag| tag_name(page, tag))
        .collect();
    let years = match profile.years {
        0 => String::new(),
        years => years.to_string(),
    };
    [
        ("languages", languages.join(", ")),
        ("dialects", profile.dialects.join(", ")),
        ("topics", profile.topics.join(", ")),
        ("branch", profile.branch.clone()),
        ("years", years),
    ]
}

fn membership_facts(page: &Page, to: &Membership, now: Option<&MemberView>) -> Markup {
    let was = |value: Option<String>| value.unwrap_or_default();
    let stage_now = was(now.map(|member| stage_name(page, member.stage)));
    let until_now = was(now.map(|member| date_of(member.until)));
    let before = now.map(|member| profile_facts(page, &member.profile));
    html! {
        (change(page, "stage", &stage_now, &stage_name(page, to.stage), now.is_some()))
        (change(page, "member-until", &until_now, &date_of(to.until), now.is_some()))
        @for (at, (name, value)) in profile_facts(page, &to.profile).iter().enumerate() {
            @let earlier = before.as_ref().and_then(|facts| facts.get(at));
            (change(page, name, earlier.map_or("", |(_, value)| value), value, now.is_some()))
        }
    }
}

/// One field: what it becomes, and if that is another, what it was.
pub(super) fn change(page: &Page, name: &str, was: &str, becomes: &str, is_change: bool) -> Markup {
    let said = |value: &str| match value.is_empty() {
        true => page.say("not-said"),
        false => value.to_owned(),
    };
    let value = html! {
        @if is_change && was != becomes {
            del { bdi { (said(was)) } } " → " ins data-testid="differs" { bdi { (said(becomes)) } }
        } @else { bdi { (said(becomes)) } }
    };
    fact(&page.say(name), &value)
}

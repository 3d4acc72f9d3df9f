//! Which colleague: those who may be asked and whose desk can be reached.

use desk::{MemberView, PermissionState};
use maud::{Markup, html};
use protocol::Language;
use statements::Act;

use super::super::forms::{stage_name, tag_name};
use super::super::page::Page;
use super::super::shifts::hex;

/// Whether something that needs a permission can be given to a member now.
pub(super) fn can(page: &Page, member: &MemberView, act: Act) -> bool {
    let holds = |state: PermissionState| {
        matches!(state, PermissionState::Holds | PermissionState::EndsSoon)
    };
    let mut permissions = member.permissions.iter();
    !member.me
        && member.reachable
        && member.until >= page.shown.now.day()
        && permissions.any(|held| held.permission.act == act && holds(held.state))
}

/// The colleagues of whom one may be chosen: first whoever is on duty, then whoever speaks the contact's language.
pub(super) fn sorted(
    page: &Page,
    language: Language,
    may: impl Fn(&MemberView) -> bool,
) -> Vec<&MemberView> {
    let roster = page.shown.view.roster.iter();
    let mut found: Vec<&MemberView> = roster.filter(|member| may(member)).collect();
    found.sort_by_key(|member| {
        let speaks = member.profile.languages.iter();
        let speaks = speaks.into_iter().any(|tag| tag == language.tag());
        (!member.checked_in, !speaks, member.work_name.clone())
    });
    found
}

/// The choice of one of them.
pub(super) fn choice(page: &Page, legend: &str, members: &[&MemberView], chosen: &str) -> Markup {
    html! {
        fieldset.colleagues {
            legend { (legend) }
            @for member in members {
                @let digits = hex(&member.device);
                label.choice.colleague {
                    input type="radio" name="to" value=(digits) required checked[digits == chosen] data-testid="colleague";
                    span {
                        strong { bdi { (member.work_name) } } " "
                        span.detail { (about(page, member)) }
                    }
                }
            }
        }
    }
}

fn about(page: &Page, member: &MemberView) -> Markup {
    let tags = member.profile.languages.iter();
    let languages: Vec<String> = tags.map(|tag| tag_name(page, tag)).collect();
    html! {
        (stage_name(page, member.stage))
        @if !languages.is_empty() { " · " bdi { (languages.join(", ")) } }
        @if member.checked_in { " · " (page.say("case-on-duty")) }
    }
}

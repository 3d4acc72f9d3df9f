//! What is wrong with the line or this desk as long as it lasts, and what to do about it.

use maud::{Markup, html};

use super::ending;
use super::page::Page;
use crate::card_set::date_of;

/// So many days before its end the root keys' delegation is said to end.
const DELEGATION_DAYS: u32 = 30;

/// The bands, the gravest first.
pub(super) fn bands(page: &Page) -> Markup {
    let view = &page.shown.view;
    let mut found: Vec<(&'static str, String)> = Vec::new();
    if view.shut_out {
        found.push(("shut-out", page.say("warning-shut-out")));
    }
    if let Some(ending) = &view.ending {
        found.push(("ending", ending::notice_text(page, &ending.notice)));
    }
    if view.admitted && view.forked_roster {
        found.push(("forked", page.say("warning-forked")));
    }
    if view.admitted && view.stale_roster {
        let text = match page.is_coordinator() {
            true => page.say("warning-stale-coordinator"),
            false => page.say("roster-stale"),
        };
        found.push(("stale", text));
    }
    if view.clock_off {
        found.push(("clock-off", page.say("clock-off")));
    }
    found.extend(delegation(page));
    if let Some(warning) = &view.entrances.warning {
        let about = page.say(&format!("warning-of-{}", warning.about.word()));
        let text = format!("{}: {about} {}", page.say("warning-is-on"), warning.address);
        found.push(("warned", text));
    }
    let has_list = view.entrances.list.is_some();
    if page.is_coordinator() && view.entrances.is_due && has_list {
        found.push(("entrances-due", page.say("entrances-due")));
    }
    if page.is_coordinator() && view.admission_threshold == Some(1) {
        found.push(("one-coordinator", page.say("warning-one-coordinator")));
    }
    html! { @for (code, text) in found { p.alarm data-testid={ "warning-" (code) } { (text) } } }
}

fn delegation(page: &Page) -> Option<(&'static str, String)> {
    let today = page.shown.now.day();
    let until = page.shown.view.delegation_until?;
    let date = date_of(until);
    let say = |id: &str| page.strings().say_with(id, &[("date", &date)]);
    if !page.shown.view.admitted {
        None
    } else if until < today {
        Some(("delegation-over", say("warning-delegation-over")))
    } else if until <= today.plus(DELEGATION_DAYS) && page.is_coordinator() {
        Some(("delegation-ends", say("warning-delegation-ends")))
    } else {
        None
    }
}

//! The frame of all screens: navigation, status, notices.

use std::sync::Arc;

use desk::CaseLabel;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use protocol::{Language, Urgency};
use statements::Stage;
use words::List;

use super::door::Session;
use super::notices::{self, Leads};
use super::{alarms, ending, looks, search, warnings};
use crate::card_set::CardSet;
use crate::strings::Strings;
use crate::sync::{Connection, Handle, ParsedCards, Shown, Trouble};

/// Which screen is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Queue,
    Case,
    Cards,
    Record,
    Shifts,
    Board,
    Roster,
    Decisions,
    Search,
    Help,
}

/// One answer to a browser: the desk as it is now, in the session's language.
pub(crate) struct Page {
    pub(crate) desk: Handle,
    pub(crate) shown: Arc<Shown>,
    pub(crate) session: Session,
    place: Place,
}

/// How a person says a duration.
pub(crate) fn duration(strings: &Strings, minutes: u32) -> String {
    match minutes {
        0..=119 => strings.say_with("minutes-short", &[("minutes", &minutes.to_string())]),
        120..=2879 => strings.say_with("hours-short", &[("hours", &(minutes / 60).to_string())]),
        _ => strings.say_with("days-short", &[("days", &(minutes / 1440).to_string())]),
    }
}

/// The name of a language.
pub(crate) fn language_name(strings: &Strings, language: Language) -> String {
    match language {
        Language::English => strings.say("language-en"),
        Language::Korean => strings.say("language-ko"),
        Language::Russian => strings.say("language-ru"),
        Language::Ukrainian => strings.say("language-uk"),
    }
}

/// How much time is left, in the contact's words.
pub(crate) fn urgency_name(strings: &Strings, urgency: Urgency) -> String {
    match urgency {
        Urgency::Minutes => strings.say("urgency-minutes"),
        Urgency::Hours => strings.say("urgency-hours"),
        Urgency::Days => strings.say("urgency-days"),
        Urgency::NoHurry => strings.say("urgency-none"),
    }
}

/// The word for an urgency in scripts and style sheets.
pub(crate) fn urgency_code(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Minutes => "minutes",
        Urgency::Hours => "hours",
        Urgency::Days => "days",
        Urgency::NoHurry => "no-hurry",
    }
}

fn frame(strings: &Strings, title: &str, body: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(strings.language().tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (title) }
                (looks::sheet())
                script src="/desk.js" defer {}
            }
            (body)
        }
    }
}

/// A page for somebody who is not let in: one sentence, and nothing about the desk.
pub(super) fn outside(strings: &Strings, message: &str) -> Markup {
    let title = strings.say("desk-title");
    let body = html! { body { main { p role="alert" data-testid="notice" { (message) } } } };
    frame(strings, &title, body)
}

/// The page that unlocks the desk, or says why it does not.
pub(super) fn locked(session: &Session, content: Markup) -> Markup {
    let strings = session.strings;
    let body = html! {
        body {
            header { h1 { (strings.say("desk-title")) } (languages(session)) }
            main id="content" { (content) }
        }
    };
    frame(strings, &strings.say("desk-title"), body)
}

/// The hidden field without which a form is refused.
pub(super) fn csrf(session: &Session) -> Markup {
    html! { input type="hidden" name="csrf" value=(session.csrf()); }
}

fn languages(session: &Session) -> Markup {
    let now = session.strings.language();
    html! {
        form.languages method="post" action="/language" {
            (csrf(session))
            fieldset {
                legend { (session.strings.say("language")) }
                @for language in Language::ALL.iter().copied() {
                    button type="submit" name="language" value=(language.tag())
                        lang=(language.tag()) data-testid={ "language-" (language.tag()) }
                        aria-pressed=(if language == now { "true" } else { "false" }) {
                        (language_name(Strings::of(language), language))
                    }
                }
            }
        }
    }
}

impl Page {
    pub(super) fn new(desk: Handle, session: Session, place: Place) -> Page {
        let shown = desk.view();
        Page {
            desk,
            shown,
            session,
            place,
        }
    }

    /// The messages of the session's language.
    pub(super) fn strings(&self) -> &'static Strings {
        self.session.strings
    }

    /// The message of an id.
    pub(super) fn say(&self, id: &str) -> String {
        self.session.strings.say(id)
    }

    /// The cards and the record.
    pub(super) fn card_set(&self) -> &CardSet {
        &self.cards().set
    }

    /// The cards, the record, and the index of the cards.
    pub(super) fn cards(&self) -> &ParsedCards {
        self.shown.cards.parsed()
    }

    /// The time zone of the line's contacts, if the line names one.
    pub(super) fn contact_zone(&self) -> Option<(String, jiff::tz::TimeZone)> {
        let name = &self.card_set().contact_zone;
        let zone = super::times::zone(name)?;
        Some((name.clone(), zone))
    }

    /// Whether this desk may do what only coordinators do.
    pub(super) fn is_coordinator(&self) -> bool {
        self.shown.view.admitted && self.shown.view.stage == Stage::Coordinator
    }

    /// Whether this desk may read the trail.
    pub(super) fn watches(&self) -> bool {
        self.shown.view.admitted && self.shown.view.stage.supervises()
    }

    /// A form of one button.
    pub(super) fn button(&self, action: &str, testid: &str, label: &str) -> Markup {
        html! {
            form method="post" action=(action) {
                (csrf(&self.session))
                button type="submit" data-testid=(testid) { (label) }
            }
        }
    }

    /// The whole page around a screen's content.
    pub(super) fn with(&self, heading: &str, content: Markup) -> Markup {
        let set = self.card_set();
        let title = self.say("desk-title");
        if let Some(ending) = self.shown.view.ending.filter(|ending| ending.is_over) {
            let left = ending::nothing_left(self, &ending);
            let body = html! {
                body data-csrf=(self.session.csrf()) data-version=(self.shown.version) {
                    main id="content" tabindex="-1" { h1 { (self.say("ended")) } div #ended data-live="" { (left) } }
                }
            };
            return frame(self.strings(), &title, body);
        }
        let body = html! {
            body data-csrf=(self.session.csrf()) data-version=(self.shown.version) {
                a.skip href="#content" { (self.say("skip-to-content")) }
                header {
                    details.fold {
                        summary data-testid="menu" { (self.say("keys-menu")) }
                        (self.navigation(set.record.is_some()))
                        div.tools { (languages(&self.session)) (self.button("/lock", "lock", &self.say("lock"))) }
                    }
                    @if self.shown.view.admitted { (search::field(self)) }
                    div id="alarms" data-live="" role="alert" { (alarms::band(self)) }
                    div id="status" data-live="" role="status" { (self.status(set.demonstration)) }
                }
                main id="content" tabindex="-1" {
                    div id="notices" data-live="" role="status" aria-live="polite" { (self.notices()) }
                    h1 { (heading) }
                    @if self.shown.view.admitted || self.place == Place::Help { (content) }
                    @else if self.shown.view.shut_out { p data-testid="shut-out" { (self.say("shut-out")) } }
                    @else { (self.joining()) }
                }
            }
        };
        frame(self.strings(), &title, body)
    }

    fn navigation(&self, has_record: bool) -> Markup {
        let view = &self.shown.view;
        let mut places = vec![
            (Place::Queue, "/", self.say("nav-queue")),
            (Place::Cards, "/cards", self.say("nav-cards")),
        ];
        if has_record {
            places.push((Place::Record, "/record", self.say("nav-record")));
        }
        places.push((Place::Shifts, "/shifts", self.say("nav-shifts")));
        if self.watches() {
            places.push((Place::Board, "/board", self.say("board")));
        }
        places.push((Place::Roster, "/roster", self.say("nav-roster")));
        if self.watches() || !view.proposals.is_empty() {
            places.push((Place::Decisions, "/decisions", self.say("decisions")));
        }
        places.push((Place::Help, "/help", self.say("nav-help")));
        let to_decide = view.proposals.iter().filter(|open| open.may_decide);
        let to_decide = to_decide.count();
        html! {
            nav #places data-live="" aria-label=(self.say("desk-title")) {
                ul {
                    @for (place, address, name) in places {
                        li {
                            a href=(address) aria-current=[(place == self.place).then_some("page")] { (name) }
                            @if place == Place::Decisions && to_decide > 0 { " " span.count data-testid="to-decide" { (to_decide) } }
                        }
                    }
                }
                span.me { bdi { (view.work_name) } }
            }
        }
    }

    fn status(&self, demonstration: bool) -> Markup {
        let shown = &self.shown;
        let (state, text) = match shown.connection {
            Connection::Fetching => ("fetching", self.say("syncing")),
            Connection::Connected => ("connected", self.say("connected")),
            Connection::NotAdmitted => ("not-admitted", self.say("error-not-admitted")),
            Connection::Offline { since } => {
                let minutes = shown.now.0.saturating_sub(since.0).to_string();
                let said = self
                    .strings()
                    .say_with("offline-since", &[("minutes", &minutes)]);
                ("offline", said)
            }
        };
        let trouble = shown.trouble.map(|trouble| match trouble {
            Trouble::DiskFull => self.say("error-disk-full"),
            Trouble::Vault => self.say("error-vault"),
            Trouble::NeedsLine => self.say("door-needs-line"),
            Trouble::OutOfDate => self.say("door-out-of-date"),
        });
        html! {
            @if demonstration { p.demonstration { (self.say("demonstration")) } }
            p.connection data-testid="status" data-state=(state) { (text) }
            @if let Some(trouble) = trouble { p.alarm data-testid="trouble" { (trouble) } }
            (warnings::bands(self))
        }
    }

    fn notices(&self) -> Markup {
        let mut said: Vec<(String, Leads)> = Vec::new();
        for shown in self.shown.notices.iter().rev() {
            // What was told twice is shown once, where it was told last.
            let notice = notices::said(self, &shown.notice);
            said.extend(notice.filter(|notice| !said.contains(notice)));
        }
        let mut said = said.into_iter();
        let newest = said.next();
        let count = said.len().to_string();
        html! {
            @if let Some(newest) = newest { (self.notice(newest)) }
            // What was told before stays at hand without pushing down what the person came for.
            @if said.len() > 0 {
                details.notice data-testid="notices-earlier" {
                    summary { (self.strings().say_with("notices-earlier", &[("count", &count)])) }
                    @for notice in said { (self.notice(notice)) }
                }
            }
        }
    }

    fn notice(&self, (text, leads): (String, Leads)) -> Markup {
        html! {
            p.notice data-testid="notice" {
                (text)
                @match leads {
                    Leads::Nowhere => {}
                    Leads::Case(case) => { " " a href={ "/case/" (case) } { (self.case_name(case)) } }
                    Leads::Edit => { " " a href="/edit" { (self.say("edit-heading")) } }
                    Leads::Entrances => { " " a href="/entrances" { (self.say("entrances")) } }
                    Leads::Decisions => { " " a href="/decisions" { (self.say("decisions")) } }
                }
            }
        }
    }

    /// What a case is called.
    pub(super) fn case_name(&self, label: CaseLabel) -> String {
        self.strings()
            .say_with("case-heading", &[("label", &label.to_string())])
    }

    /// What a newcomer sees until the team has admitted the desk.
    fn joining(&self) -> Markup {
        html! {
            section #joining-self data-live="" aria-labelledby="joining-heading" {
                h2 #joining-heading { (self.say("joining-waiting")) }
                @if let Some(comparison) = &self.shown.join_words {
                    p { (self.say("joining-compare")) }
                    (words(self.strings(), comparison))
                }
            }
        }
    }
}

/// Five check words in their order: in English, which both sides see, and in the session's own language.
pub(super) fn words(strings: &Strings, comparison: &[u8; 32]) -> Markup {
    let own = match strings.language() {
        Language::English => None,
        Language::Korean => Some(List::Korean),
        Language::Russian => Some(List::Russian),
        Language::Ukrainian => Some(List::Ukrainian),
    };
    html! {
        p.of-words { (language_name(strings, Language::English)) }
        ol.words lang="en" data-testid="join-words" {
            @for word in crate::words_of(comparison) { li { (word) } " " }
        }
        @if let Some(list) = own {
            p.of-words { (language_name(strings, strings.language())) }
            ol.words data-testid="join-words-own" {
                @for word in words::check_words(list, comparison) { li { (word) } " " }
            }
        }
    }
}

/// A text of a person, with its lines, in the direction of its own script.
pub(super) fn text_of(text: &str) -> Markup {
    html! { p.text dir="auto" { (text) } }
}

/// Nothing.
pub(super) fn nothing() -> Markup {
    PreEscaped(String::new())
}

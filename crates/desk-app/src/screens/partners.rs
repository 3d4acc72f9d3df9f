//! The partners: who receives people, what each asks, and its keys; coordinators admit and remove them.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Extension, Router};
use desk::{Command, PartnerState, PartnerView};
use maud::{Markup, html};
use protocol::Language;
use statements::{AgeRecipient, AskedItem, Partner, PartnerId};
use wire::Day;

use super::door::{Fields, Session};
use super::forms::{Typed, date, labelled, line};
use super::page::{Page, Place, csrf, language_name, words};
use super::{App, errors, roster, unlocked};
use crate::card_set::{date_of, day_of};
use crate::partner_keys;

/// The screen, and what can be done on it.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/partners", get(show).post(admit))
        .route("/partners/{id}", get(newer).post(admit))
        .route("/partners/{id}/remove", get(newer).post(remove))
}

/// The word for how a partner stands, in strings and JSON.
pub(super) fn state_code(state: PartnerState) -> &'static str {
    match state {
        PartnerState::Stands => "stands",
        PartnerState::Over => "over",
        PartnerState::Removed => "removed",
        PartnerState::Unsigned => "unsigned",
    }
}

/// An id as an address has it.
pub(super) fn digits(id: &PartnerId) -> String {
    data_encoding::HEXLOWER.encode(&id.0)
}

/// The id that an address has.
pub(super) fn id_of(digits: &str) -> Option<PartnerId> {
    let bytes = data_encoding::HEXLOWER.decode(digits.as_bytes()).ok()?;
    Some(PartnerId(bytes.try_into().ok()?))
}

/// The partner that this id names, if it is known here.
pub(super) fn known<'a>(page: &'a Page, id: &PartnerId) -> Option<&'a PartnerView> {
    let mut partners = page.shown.view.partners.iter();
    partners.find(|view| view.partner.id == *id)
}

/// In which language a partner's texts are.
pub(super) fn language(partner: &Partner) -> Option<Language> {
    Language::from_code(partner.language)
}

fn language_of(page: &Page, partner: &Partner) -> String {
    language(partner).map_or_else(String::new, |one| language_name(page.strings(), one))
}

/// What a partner asks, as the contact sees it, item by item.
fn asked(partner: &Partner) -> Markup {
    html! {
        ol.asked {
            @for item in &partner.items {
                li data-testid="asked" { strong { bdi { (item.what) } } br; span.detail { bdi { (item.why) } } }
            }
        }
    }
}

/// All that a partner's statement says, and the words to compare; against what it said before, if that is another statement of it.
pub(super) fn facts(
    page: &Page,
    partner: &Partner,
    check: &[u8; 32],
    before: Option<&Partner>,
) -> Markup {
    let rows = [
        (
            "partner-name",
            partner.name.clone(),
            before.map(|b| b.name.clone()),
        ),
        (
            "partner-office",
            partner.office.clone(),
            before.map(|b| b.office.clone()),
        ),
        (
            "partner-language",
            language_of(page, partner),
            before.map(|b| language_of(page, b)),
        ),
        (
            "partner-until",
            date_of(partner.until),
            before.map(|b| date_of(b.until)),
        ),
        (
            "partner-recipient",
            partner_keys::recipient_text(&partner.recipient),
            before.map(|b| partner_keys::recipient_text(&b.recipient)),
        ),
        (
            "partner-receipt-key",
            partner_keys::receipt_key_text(&partner.receipt_key),
            before.map(|b| partner_keys::receipt_key_text(&b.receipt_key)),
        ),
    ];
    let other_items = before.filter(|before| before.items != partner.items);
    html! {
        dl.facts.partner {
            @for (id, value, was) in &rows {
                (super::proposal_view::change(page, id, was.as_deref().unwrap_or_default(), value, was.is_some()))
            }
        }
        @if matches!(partner.recipient, AgeRecipient::X25519(_)) {
            p.hint data-testid="partner-classical" { (page.say("partner-classical")) }
        }
        h4 { (page.say("partner-asks")) }
        @if let Some(before) = other_items { del { (asked(before)) } }
        (asked(partner))
        p { (page.say("partner-compare")) }
        (words(page.strings(), check))
    }
}

fn listed(page: &Page, view: &PartnerView) -> Markup {
    let code = state_code(view.state);
    let id = digits(&view.partner.id);
    html! {
        article data-testid="partner" data-partner=(id) data-state=(code) {
            h3 { bdi { (view.partner.name) } " · " (language_of(page, &view.partner)) }
            p.alarm[view.state != PartnerState::Stands] { (page.say(&format!("partner-is-{code}"))) }
            details { summary { (page.say("partner-whole")) } (facts(page, &view.partner, &view.check, None)) }
            @if page.is_coordinator() {
                div.actions {
                    a href={ "/partners/" (id) } data-testid="partner-newer" { (page.say("partner-newer")) }
                    @if view.state != PartnerState::Removed {
                        form method="post" action={ "/partners/" (id) "/remove" } {
                            (csrf(&page.session))
                            button.danger type="submit" data-testid="partner-remove" { (page.say("partner-remove")) }
                        }
                    }
                }
            }
        }
    }
}

fn key_field(name: &str, label: &str, hint: &str, value: &str) -> Markup {
    let field = html! {
        textarea name=(name) rows="3" required dir="ltr" autocomplete="off" spellcheck="false" data-testid={ "field-" (name) } { "\n" (value) }
    };
    html! { (labelled(label, &field)) p.hint { (hint) } }
}

fn item_fields(page: &Page, typed: Typed<'_>, now: Option<&Partner>) -> Markup {
    let value = |name: &str, at: usize, proposed: &str| match typed.0 {
        Some(fields) => fields.all(name).nth(at).unwrap_or_default().to_owned(),
        None => proposed.to_owned(),
    };
    html! {
        fieldset {
            legend { (page.say("partner-asks")) }
            p.hint { (page.say("partner-items-hint")) }
            @for at in 0..Partner::MAX_ITEMS {
                @let item = now.and_then(|now| now.items.get(at));
                (labelled(&format!("{} {}", page.say("partner-what"), at + 1), &html! {
                    input name="what" maxlength=(statements::LINE_SIZE) dir="auto" autocomplete="off" data-testid={ "what-" (at) }
                        value=(value("what", at, item.map_or("", |item| &item.what)));
                }))
                (labelled(&page.say("partner-why"), &html! {
                    input name="why" maxlength=(AskedItem::WHY_SIZE) dir="auto" autocomplete="off" data-testid={ "why-" (at) }
                        value=(value("why", at, item.map_or("", |item| &item.why)));
                }))
            }
        }
    }
}

fn form(page: &Page, typed: Typed<'_>, now: Option<&Partner>) -> Markup {
    let text = |of: fn(&Partner) -> &String| now.map(of).cloned().unwrap_or_default();
    let (action, heading) = match now {
        Some(now) => (format!("/partners/{}", digits(&now.id)), "partner-newer"),
        None => ("/partners".into(), "partner-new"),
    };
    let until = date_of(page.shown.now.day().plus(Partner::MAX_DAYS));
    let chosen = now.and_then(language).unwrap_or(page.strings().language());
    let recipient = now.map(|now| partner_keys::recipient_text(&now.recipient));
    let receipt = now.map(|now| partner_keys::receipt_key_text(&now.receipt_key));
    html! {
        section aria-labelledby="partner-heading" {
            h2 #partner-heading { (page.say(heading)) }
            p { (page.say("partner-form-about")) }
            form method="post" action=(action) data-typed[typed.0.is_some()] data-testid="partner-form" {
                (csrf(&page.session))
                (line("name", &page.say("partner-name"), &typed.value("name", &text(|p| &p.name)), true))
                (line("office", &page.say("partner-office"), &typed.value("office", &text(|p| &p.office)), true))
                (labelled(&page.say("partner-language"), &html! {
                    select name="language" data-testid="field-language" {
                        @for one in Language::ALL.iter().copied() {
                            option value=(one.tag()) selected[typed.is_chosen("language", one.tag(), one == chosen)] {
                                (language_name(page.strings(), one))
                            }
                        }
                    }
                }))
                (date("until", &page.say("partner-until"), &typed.value("until", &until)))
                (key_field("recipient", &page.say("partner-recipient"), &page.say("partner-recipient-hint"),
                    &typed.value("recipient", recipient.as_deref().unwrap_or_default())))
                (key_field("receipt-key", &page.say("partner-receipt-key"), &page.say("partner-receipt-hint"),
                    &typed.value("receipt-key", receipt.as_deref().unwrap_or_default())))
                (item_fields(page, typed, now))
                button type="submit" data-testid="partner-propose" { (page.say("partner-propose")) }
            }
        }
    }
}

fn render(page: &Page, error: Option<&str>, typed: Typed<'_>, now: Option<&Partner>) -> Markup {
    let partners = &page.shown.view.partners;
    let content = html! {
        @if let Some(error) = error { p.alarm role="alert" data-testid="error" { (error) } }
        (roster::places(page, "/partners"))
        p { (page.say("partners-about")) }
        @if now.is_none() {
            div #partners data-live="" {
                @if partners.is_empty() { p data-testid="partners-none" { (page.say("partners-none")) } }
                @for view in partners { (listed(page, view)) }
            }
        }
        @if page.is_coordinator() { (form(page, typed, now)) }
    };
    page.with(&page.say("partners"), content)
}

/// `GET /partners`.
async fn show(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Result<Markup, Response> {
    let page = unlocked(&app, session, Place::Roster).await?;
    Ok(render(&page, None, Typed::default(), None))
}

/// `GET /partners/ID`: its newest statement, to be changed.
async fn newer(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(id): Path<String>,
) -> Result<Markup, Response> {
    let page = unlocked(&app, session, Place::Roster).await?;
    let now = id_of(&id).and_then(|id| known(&page, &id)).cloned();
    let now = now.map(|view| view.partner);
    Ok(render(&page, None, Typed::default(), now.as_ref()))
}

/// What a form or a script says of a partner, before it is read.
pub(super) struct Said<'a> {
    pub(super) name: &'a str,
    pub(super) office: &'a str,
    pub(super) language: &'a str,
    pub(super) until: &'a str,
    pub(super) recipient: &'a str,
    pub(super) receipt_key: &'a str,
    pub(super) items: Vec<(String, String)>,
}

/// Which key can't be read; the message that says so.
pub(super) enum Unread {
    Recipient,
    ReceiptKey,
}

impl Unread {
    pub(super) fn id(&self) -> &'static str {
        match self {
            Unread::Recipient => "refused-recipient",
            Unread::ReceiptKey => "refused-receipt-key",
        }
    }
}

impl Said<'_> {
    /// The partner; serial, first day and id are the desk's to set, and what breaks a rule is the desk's to refuse.
    pub(super) fn read(self) -> Result<Box<Partner>, Unread> {
        let items = self.items.into_iter();
        let items = items.filter(|(what, why)| !what.is_empty() || !why.is_empty());
        Ok(Box::new(Partner {
            serial: 0,
            id: PartnerId([0; 16]),
            from: Day(0),
            until: day_of(self.until.trim()).unwrap_or(Day(0)),
            language: Language::from_tag(self.language).map_or(0, Language::code),
            name: self.name.trim().to_owned(),
            office: self.office.trim().to_owned(),
            recipient: partner_keys::recipient(self.recipient).ok_or(Unread::Recipient)?,
            receipt_key: partner_keys::receipt_key(self.receipt_key).ok_or(Unread::ReceiptKey)?,
            items: items.map(|(what, why)| AskedItem { what, why }).collect(),
        }))
    }
}

fn typed_items(fields: &Fields) -> Vec<(String, String)> {
    let trimmed = |name| fields.all(name).map(|text| text.trim().to_owned());
    trimmed("what").zip(trimmed("why")).collect()
}

/// `POST /partners`, `POST /partners/ID`: a partner, or a newer statement of one, for a second person to agree to.
async fn admit(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    path: Option<Path<String>>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Roster).await?;
    let renews = path.and_then(|Path(id)| id_of(&id));
    let now = renews
        .and_then(|id| known(&page, &id))
        .map(|view| view.partner.clone());
    let again = |status: StatusCode, error: &str| {
        let screen = render(&page, Some(error), Typed(Some(&fields)), now.as_ref());
        (status, screen).into_response()
    };
    let said = Said {
        name: fields.get("name"),
        office: fields.get("office"),
        language: fields.get("language"),
        until: fields.get("until"),
        recipient: fields.get("recipient"),
        receipt_key: fields.get("receipt-key"),
        items: typed_items(&fields),
    };
    let partner = said
        .read()
        .map_err(|unread| again(StatusCode::UNPROCESSABLE_ENTITY, &page.say(unread.id())))?;
    match page
        .desk
        .command(Command::AdmitPartner { partner, renews })
        .await
    {
        Ok(()) => Ok(Redirect::to("/partners").into_response()),
        Err(error) => {
            let text = errors::command(page.strings(), &error);
            Err(again(errors::status(&error), &text))
        }
    }
}

/// `POST /partners/ID/remove`: at once.
async fn remove(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Roster).await?;
    let command = Command::RemovePartner(id_of(&id).unwrap_or(PartnerId([0; 16])));
    match page.desk.command(command).await {
        Ok(()) => Ok(Redirect::to("/partners").into_response()),
        Err(error) => {
            let text = errors::command(page.strings(), &error);
            let screen = render(&page, Some(&text), Typed::default(), None);
            Err((errors::status(&error), screen).into_response())
        }
    }
}

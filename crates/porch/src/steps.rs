//! What each form does.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use contact::{Contact, ContactError};
use protocol::{Choices, Language as Spoken, Shown, Text, Urgency};
use tokio::runtime::Handle;
use words::{List, ReadError};
use zeroize::Zeroizing;

use crate::form::Form;
use crate::language::Language;
use crate::open::Shared;
use crate::screen::{self, Written};
use crate::{Porch, missing};

/// What is wrong when something could not begin, as a message's id.
pub(crate) fn trouble(error: &ContactError) -> &'static str {
    match error {
        ContactError::Relay(_) => "offline",
        ContactError::NotTheLine(_) => "not-the-line",
        ContactError::Words | ContactError::Text => "trouble-unknown",
        // The porch carries nothing by hand.
        ContactError::NoLetters | ContactError::NotBrought(_) | ContactError::OfferOver => {
            "trouble-unknown"
        }
        ContactError::NotOpen => "porch-away",
        ContactError::Nobody => "no-shift",
    }
}

/// `POST /TAG/words`: seven new words.
pub(crate) async fn words(State(porch): State<Arc<Porch>>, Path(tag): Path<String>) -> Response {
    let Some(language) = Language::of(&tag) else {
        return missing().await;
    };
    match Contact::new(&porch.relay_url) {
        Ok(contact) => {
            let words = Zeroizing::new(contact.new_phrase(language.list()));
            screen::words(language, &words).into_response()
        }
        Err(error) => screen::trouble(language, trouble(&error)).into_response(),
    }
}

/// `POST /TAG/type`: where somebody who has words types them.
pub(crate) async fn typing(Path(tag): Path<String>) -> Response {
    match Language::of(&tag) {
        Some(language) => screen::typing(language, "", None).into_response(),
        None => missing().await,
    }
}

/// What is wrong with words that were typed.
fn misread(language: Language, error: &ReadError) -> String {
    match error {
        ReadError::Count { found } => {
            language.say_with("words-wrong-count", &[("found", &found.to_string())])
        }
        ReadError::Unknown {
            position,
            suggestions,
        } => {
            let position = (position + 1).to_string();
            let said = language.say_with("words-unknown", &[("position", &position)]);
            match suggestions.is_empty() {
                true => said,
                false => {
                    let near = suggestions.join(", ");
                    let near = language.say_with("words-suggest", &[("suggestions", &near)]);
                    format!("{said} {near}")
                }
            }
        }
    }
}

/// Computes the key of a phrase and reads what is there, away from other requests.
async fn opened(
    porch: &Porch,
    list: List,
    typed: Zeroizing<String>,
) -> Result<(Contact, Vec<Shown>), ContactError> {
    let mut contact = Contact::new(&porch.relay_url)?;
    let runtime = Handle::current();
    let work = move || {
        runtime.block_on(async move {
            let shown = contact.open(list, &typed).await?;
            Ok((contact, shown))
        })
    };
    let opened = tokio::task::spawn_blocking(work).await;
    opened.unwrap_or(Err(ContactError::NotOpen))
}

/// `POST /TAG/open`: the conversation that words lead to.
pub(crate) async fn open(
    State(porch): State<Arc<Porch>>,
    Path(tag): Path<String>,
    body: Bytes,
) -> Response {
    let Some(language) = Language::of(&tag) else {
        return missing().await;
    };
    let form = Form::of(&body);
    let typed = form.get("words");
    let list = match words::read_any(language.list(), typed) {
        Ok(phrase) => phrase.list(),
        Err(error) => {
            let error = misread(language, &error);
            return screen::typing(language, typed, Some(&error)).into_response();
        }
    };
    let Ok(_place) = porch.phrases.try_acquire() else {
        let busy = language.say("porch-busy");
        return screen::typing(language, typed, Some(&busy)).into_response();
    };
    let typed = Zeroizing::new(typed.to_owned());
    match opened(&porch, list, typed).await {
        Ok((contact, shown)) => {
            let written = Written::reading(contact.is_taken());
            let name = porch.open.keep(contact);
            screen::talk(language, &name, &shown, &written).into_response()
        }
        Err(error) => screen::trouble(language, trouble(&error)).into_response(),
    }
}

/// What is wrong with a text, as the page says it; nothing when it can be sent.
fn unfit(language: Language, text: &str) -> Option<String> {
    match Text::new(text) {
        Ok(text) if text.is_empty() => Some(language.say("write-empty")),
        Ok(_) => None,
        Err(long) => Some(language.say_with("write-too-long", &[("over", &long.over.to_string())])),
    }
}

/// What in a text can kill, in words; nothing when nothing was found, or the contact wants it sent as it is.
fn careful(language: Language, form: &Form) -> Option<String> {
    if form.get("as-it-is") == "yes" {
        return None;
    }
    let found = caution::find(form.get("text"));
    let mut kinds: Vec<caution::Kind> = found.iter().map(|one| one.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let named: Vec<String> = kinds
        .iter()
        .map(|kind| language.say(&format!("porch-{}", kind.word())))
        .collect();
    let named = named.join(", ");
    (!named.is_empty()).then(|| language.say_with("porch-careful", &[("what", &named)]))
}

/// The language, the form and the conversation of a step within one; the answer when there is no such conversation.
async fn in_talk(
    porch: &Porch,
    tag: &str,
    body: &Bytes,
) -> Result<(Language, Form, Shared), Response> {
    let Some(language) = Language::of(tag) else {
        return Err(missing().await);
    };
    let form = Form::of(body);
    match porch.open.get(form.get("open")) {
        Some(shared) => Ok((language, form, shared)),
        None => Err(screen::away(language, form.get("text")).into_response()),
    }
}

/// `POST /TAG/write`: seals and sends a message.
pub(crate) async fn write(
    State(porch): State<Arc<Porch>>,
    Path(tag): Path<String>,
    body: Bytes,
) -> Result<Response, Response> {
    let (language, form, shared) = in_talk(&porch, &tag, &body).await?;
    let name = form.get("open");
    let mut contact = shared.lock().await;
    let mut written = Written::of(&form, contact.is_taken());
    if let Some(error) = unfit(language, form.get("text")) {
        written.error = Some(error);
        return Ok(screen::talk(language, name, &[], &written).into_response());
    }
    if let Some(careful) = careful(language, &form) {
        written.careful = Some(careful);
        return Ok(screen::talk(language, name, &[], &written).into_response());
    }
    let urgency = form
        .get("urgency")
        .parse()
        .ok()
        .and_then(Urgency::from_code);
    let answer = Spoken::from_tag(form.get("answer"))
        .or_else(|| Spoken::from_tag(language.list().language()));
    let chosen = (
        answer.unwrap_or(Spoken::English),
        urgency.unwrap_or(Urgency::Days),
    );
    let shown = contact
        .write_wishing(form.get("text"), chosen, Choices::default())
        .await;
    Ok(told(language, name, &mut contact, shown, written))
}

/// `POST /TAG/again`: tries the last step again, or looks for an answer.
pub(crate) async fn again(
    State(porch): State<Arc<Porch>>,
    Path(tag): Path<String>,
    body: Bytes,
) -> Result<Response, Response> {
    let (language, form, shared) = in_talk(&porch, &tag, &body).await?;
    let name = form.get("open");
    let mut contact = shared.lock().await;
    let written = Written::of(&form, contact.is_taken());
    let shown = contact.retry().await;
    Ok(told(language, name, &mut contact, shown, written))
}

/// The talk after something was tried; what was written stays in the field unless it has arrived.
fn told(
    language: Language,
    name: &str,
    contact: &mut Contact,
    shown: Result<Vec<Shown>, ContactError>,
    mut written: Written,
) -> Response {
    written.taken = contact.is_taken();
    match shown {
        Ok(shown) => {
            written.refused = contact.refused().to_owned();
            screen::talk(language, name, &shown, &written).into_response()
        }
        Err(error) => {
            written.error = Some(language.say(trouble(&error)));
            screen::talk(language, name, &[], &written).into_response()
        }
    }
}

/// `POST /TAG/leave`: forgets the conversation and shows a page that says nothing.
pub(crate) async fn leave(State(porch): State<Arc<Porch>>, body: Bytes) -> Response {
    porch.open.close(Form::of(&body).get("open"));
    screen::blank().into_response()
}

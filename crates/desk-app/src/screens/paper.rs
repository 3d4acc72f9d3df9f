//! The line on paper, and in one file: leaflets and posters to print, and the card pack that two coordinators sign.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Extension, Router};
use desk::{Command, Refusal};
use maud::{Markup, html};
use plain::Pack;
use print::NotPrinted;
use protocol::Language;
use statements::Line;
use wire::Day;
use words::Tongue;

use super::door::Session;
use super::page::{Page, Place, language_name};
use super::{App, errors, help, unlocked};
use crate::card_set::date_of;
use crate::sync::CommandError;

/// The screen, and what can be taken away from it.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/paper", get(show))
        .route("/paper/{kind}/{language}", get(print))
        .route("/paper/pack", get(show).post(make_pack))
        .route("/paper/pack.zip", get(pack))
}

/// What goes onto paper.
#[derive(Clone, Copy)]
enum Kind {
    Leaflet,
    Poster,
}

impl Kind {
    const ALL: [Kind; 2] = [Kind::Leaflet, Kind::Poster];

    fn word(self) -> &'static str {
        match self {
            Kind::Leaflet => "leaflet",
            Kind::Poster => "poster",
        }
    }

    fn print(self, line: &Line, today: Day, tag: &str) -> Result<Vec<u8>, NotPrinted> {
        match self {
            Kind::Leaflet => print::leaflet(line, today, tag),
            Kind::Poster => print::poster(line, today, tag),
        }
    }
}

/// What a language of paper is called; of the two ways of writing Korean, which one.
fn name(page: &Page, tongue: Tongue) -> String {
    let language = Language::from_tag(tongue.list().language());
    let name = language.map_or_else(String::new, |one| language_name(page.strings(), one));
    match tongue {
        Tongue::Korean => format!("{name}, {}", page.say("dialect-ko-kr")),
        Tongue::KoreanNorth => format!("{name}, {}", page.say("dialect-ko-kp")),
        _ => name,
    }
}

fn sheets(page: &Page) -> Markup {
    html! {
        section aria-labelledby="paper-heading" {
            h2 #paper-heading { (page.say("paper-sheets")) }
            p.hint { (page.say("paper-about")) }
            ul {
                @for kind in Kind::ALL {
                    @for tongue in Tongue::ALL {
                        li {
                            a href={ "/paper/" (kind.word()) "/" (tongue.tag()) ".pdf" }
                                data-testid={ (kind.word()) "-" (tongue.tag()) } {
                                (page.say(&format!("paper-{}", kind.word()))) " · " (name(page, tongue))
                            }
                        }
                    }
                }
            }
        }
    }
}

fn pack_part(page: &Page) -> Markup {
    let view = &page.shown.view.entrances;
    html! {
        section aria-labelledby="pack-heading" {
            h2 #pack-heading { (page.say("proposed-pack")) }
            p.hint { (page.say("pack-about")) }
            div #pack-now data-live="" {
                @match &view.pack {
                    None => { p data-testid="pack-none" { (page.say("pack-none")) } }
                    Some(pack) => {
                        @let date = date_of(pack.day);
                        p data-testid="pack-now" { (page.strings().say_with("pack-now", &[("date", &date)])) }
                        p { a href="/paper/pack.zip" data-testid="pack-file" { (page.say("pack-file")) } }
                    }
                }
            }
            @if page.is_coordinator() { (page.button("/paper/pack", "make-pack", &page.say("pack-make"))) }
        }
    }
}

fn render(page: &Page, error: Option<&str>) -> Markup {
    let content = html! {
        @if let Some(error) = error { p.alarm role="alert" data-testid="error" { (error) } }
        (sheets(page))
        (pack_part(page))
        p { a href="/entrances" { (page.say("entrances")) } " · " a href="/cards" { (page.say("back")) } }
    };
    page.with(&page.say("paper"), content)
}

/// `GET /paper`.
async fn show(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Result<Markup, Response> {
    let page = unlocked(&app, session, Place::Cards).await?;
    Ok(render(&page, None))
}

fn refused(page: &Page, error: &CommandError) -> Response {
    let text = errors::command(page.strings(), error);
    (errors::status(error), render(page, Some(&text))).into_response()
}

/// The line was not read yet.
fn not_read(page: &Page) -> Response {
    refused(page, &CommandError::Refused(Refusal::LineUnknown))
}

fn not_printed(page: &Page, why: &NotPrinted) -> String {
    let strings = page.strings();
    match why {
        NotPrinted::Language(_) | NotPrinted::NoCards { .. } => strings.say("not-printed-cards"),
        NotPrinted::NoEntrances(_) => strings.say("not-printed-entrances"),
        NotPrinted::TooDense(address) => {
            strings.say_with("not-printed-dense", &[("address", address)])
        }
        NotPrinted::Characters { place, characters } => {
            let characters: String = characters.iter().collect();
            let values = [
                ("place", place.as_str()),
                ("characters", characters.as_str()),
            ];
            strings.say_with("not-printed-characters", &values)
        }
        NotPrinted::DoesNotFit(_) => strings.say("not-printed-room"),
        NotPrinted::Fault(_) => strings.say("not-printed-fault"),
    }
}

pub(super) fn file(kind: &'static str, name: &str, bytes: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    (headers, bytes).into_response()
}

/// `GET /paper/KIND/LANGUAGE.pdf`.
async fn print(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path((kind, name)): Path<(String, String)>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Cards).await?;
    let kind = Kind::ALL.into_iter().find(|one| one.word() == kind);
    let tag = name.strip_suffix(".pdf").and_then(Tongue::of);
    let (Some(kind), Some(tongue)) = (kind, tag) else {
        return Err(help::missing(&page));
    };
    let document = page.shown.document.clone();
    let document = document.ok_or_else(|| not_read(&page))?;
    let (today, tag) = (page.shown.view.cards_day, tongue.tag());
    let printed = tokio::task::spawn_blocking(move || {
        let line = Line::verify(&document, None).ok()?;
        Some(kind.print(&line, today, tag))
    });
    match printed.await.ok().flatten() {
        Some(Ok(bytes)) => {
            let name = format!("{}-{tag}.pdf", kind.word());
            Ok(file("application/pdf", &name, bytes))
        }
        Some(Err(why)) => {
            let text = not_printed(&page, &why);
            Err((StatusCode::CONFLICT, render(&page, Some(&text))).into_response())
        }
        None => Err(not_read(&page)),
    }
}

/// `POST /paper/pack`: builds the pack of today, for a second person to build and sign too.
async fn make_pack(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Cards).await?;
    let built = page.desk.build_pack(page.shown.now.day()).await;
    let built = built.ok_or_else(|| not_read(&page))?;
    match page.desk.command(Command::ProposePack(built)).await {
        Ok(()) => Ok(Redirect::to("/paper").into_response()),
        Err(error) => Err(refused(&page, &error)),
    }
}

/// `GET /paper/pack.zip`: the pack that is signed, if this desk builds the same.
async fn pack(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Result<Response, Response> {
    let page = unlocked(&app, session, Place::Cards).await?;
    let document = page.shown.document.clone();
    let document = document.ok_or_else(|| not_read(&page))?;
    let published = tokio::task::spawn_blocking(move || Pack::published(&document));
    match published.await {
        Ok(Ok(Some(bytes))) => Ok(file("application/zip", "cards.zip", bytes)),
        _ => {
            let text = page.say("pack-old");
            Err((StatusCode::CONFLICT, render(&page, Some(&text))).into_response())
        }
    }
}

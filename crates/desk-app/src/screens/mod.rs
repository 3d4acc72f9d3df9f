//! The screens: a local web server that one guide's browser uses. One screen, one file.

mod alarms;
mod api;
mod api_command;
mod api_course;
mod api_editing;
mod api_entrances;
mod api_handover;
mod api_outcomes;
mod api_shift;
mod api_team;
mod board;
mod card_changes;
mod card_view;
mod cards;
mod case;
mod case_actions;
mod corps_file;
mod corps_plan;
mod debrief;
mod decisions;
mod door;
mod duress;
mod edit;
mod ending;
mod entrances;
mod errors;
mod events;
mod exposure;
mod forms;
mod help;
mod import;
mod keys;
mod letters;
mod looks;
mod member;
mod newcomers;
mod notices;
mod outcomes;
mod page;
mod paper;
mod partners;
mod permissions;
mod probes;
mod proposal_view;
mod queue;
mod record;
mod revoke;
mod roster;
mod rota;
mod search;
mod shifts;
#[cfg(test)]
mod tests;
mod times;
mod trail;
mod unlock;
mod warnings;
mod whole;

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError};

use axum::Router;
use axum::extract::{RawPathParams, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use desk::{CaseLabel, Command, RefusedStep};
use tokio::sync::Mutex;
use zeroize::Zeroizing;

use crate::Passphrase;
use crate::sync::{CommandError, Handle, Running, StartError};
use crate::vault::Vault;
use door::{Door, Session};
use page::Place;

/// What all screens share: the door, and the desk while it is unlocked.
pub(crate) struct App {
    door: Door,
    vault: PathBuf,
    relay_url: Option<String>,
    running: Mutex<Option<Running>>,
    /// The invitations made since the desk was unlocked, each with its work name, the newest last.
    made: Mutex<Vec<Made>>,
    /// The cases whose screens were open here since the desk was unlocked.
    opened: std::sync::Mutex<HashSet<CaseLabel>>,
}

/// An invitation that was made here.
#[derive(Clone)]
struct Made {
    work_name: String,
    text: Arc<Zeroizing<String>>,
}

impl App {
    /// A locked desk on a port.
    pub(crate) fn new(port: u16, vault: PathBuf, relay_url: Option<String>) -> Arc<App> {
        Arc::new(App {
            door: Door::new(port),
            vault,
            relay_url,
            running: Mutex::new(None),
            made: Mutex::default(),
            opened: std::sync::Mutex::default(),
        })
    }

    /// A link that works once.
    pub(crate) fn link(&self) -> String {
        self.door.link()
    }

    /// Opens the vault and starts the desk; one that is open stays open.
    pub(crate) async fn unlock(&self, passphrase: Passphrase) -> Result<(), StartError> {
        // Held while the key is computed: several at once would take the memory several times.
        let mut running = self.running.lock().await;
        if running.is_some() {
            return Ok(());
        }
        let directory = self.vault.clone();
        let opening = tokio::task::spawn_blocking(move || Vault::open(&directory, &passphrase));
        let vault = opening.await.map_err(|_| crate::VaultError::Damaged)??;
        *running = Some(Running::start(vault, self.relay_url.as_deref())?);
        Ok(())
    }

    /// Ends the desk, closes the vault and wipes its keys.
    pub(crate) async fn lock(&self) {
        let running = self.running.lock().await.take();
        if let Some(running) = running {
            running.stop().await;
        }
        self.made.lock().await.clear();
        self.opened().clear();
    }

    fn opened(&self) -> std::sync::MutexGuard<'_, HashSet<CaseLabel>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes an invitation, and keeps its text until the desk is locked.
    async fn invite(&self, desk: &Handle, work_name: &str) -> Result<(), CommandError> {
        // Held meanwhile, so that the newest invitation is this one.
        let mut made = self.made.lock().await;
        let work_name = work_name.to_owned();
        let command = Command::Invite {
            work_name: work_name.clone(),
        };
        desk.command(command).await?;
        made.retain(|made| made.work_name != work_name);
        if let Some(text) = &desk.view().invitation {
            made.push(Made {
                work_name,
                text: Arc::clone(text),
            });
        }
        Ok(())
    }

    /// The invitations made here that nobody has answered yet.
    async fn unanswered(&self, invited: &[String]) -> Vec<Made> {
        let made = self.made.lock().await;
        let waits = |made: &&Made| invited.contains(&made.work_name);
        made.iter().filter(waits).cloned().collect()
    }

    /// A case was asked for: if it is not this desk's and never was since it was unlocked, that belongs into the trail.
    async fn asked_for_case(&self, digits: &str, found: bool) {
        let Some(label) = CaseLabel::from_hex(digits) else {
            return;
        };
        if found {
            self.opened().insert(label);
            return;
        }
        if self.opened().contains(&label) {
            return;
        }
        let Some(desk) = self.desk().await else {
            return;
        };
        let shown = desk.view();
        let mut own = shown.view.cases.iter().chain(&shown.view.supervised);
        if !own.any(|case| case.label == label) {
            // The answer is the same whether the trail could be written or not.
            let _ = desk
                .command(Command::NoteRefused(RefusedStep::OpenCase))
                .await;
        }
    }

    /// The desk, if it is unlocked.
    async fn desk(&self) -> Option<Handle> {
        let running = self.running.lock().await;
        running.as_ref().map(|running| running.handle().clone())
    }

    /// All screens behind their door.
    pub(crate) fn router(self: Arc<Self>) -> Router {
        Router::new()
            .route("/", get(queue::get))
            .route("/take-next", get(queue::get).post(queue::take_next))
            .route("/whole/{list}", get(whole::get))
            .merge(case_routes(&self))
            .merge(corps_routes())
            .merge(trust_routes())
            .merge(edit::routes())
            .merge(ending::routes())
            .merge(entrances::routes())
            .merge(paper::routes())
            .merge(partners::routes())
            .merge(letters::routes())
            .route("/cards", get(cards::get).post(cards::search))
            .route("/cards/publish", get(cards::get).post(cards::publish))
            .route("/record", get(record::get))
            .route("/record/record.jsonld", get(record::json_ld))
            .route("/record/record.csv", get(record::csv))
            .route("/search", get(search::get).post(search::post))
            .merge(shift_routes())
            .route("/help", get(help::get))
            .route("/language", post(help::language))
            .route("/unlock", get(unlock::get).post(unlock::post))
            .route("/lock", post(unlock::lock))
            .route("/events", get(events::get))
            .route("/api/view", get(api::view))
            .route("/api/command", post(api_command::command))
            .route("/desk.js", get(script))
            .route("/open/{token}", get(door::open))
            .fallback(help::not_found)
            .layer(middleware::from_fn_with_state(
                Arc::clone(&self),
                door::guard,
            ))
            .with_state(self)
    }
}

/// The screens of a case; each look at one is watched.
fn case_routes(app: &Arc<App>) -> Router<Arc<App>> {
    Router::new()
        .route("/case/{label}", get(case::get))
        .route("/case/{label}/take", get(case::get).post(queue::take))
        .route(
            "/case/{label}/answer",
            get(case::get).post(case_actions::answer),
        )
        .route(
            "/case/{label}/card",
            get(case::get).post(case_actions::card),
        )
        .route(
            "/case/{label}/draft",
            get(case::get).post(case_actions::draft),
        )
        .route(
            "/case/{label}/note",
            get(case::get).post(case_actions::note),
        )
        .route(
            "/case/{label}/destroy",
            get(case_actions::confirm_destroy).post(case_actions::destroy),
        )
        .route("/api/case/{label}", get(api::case))
        .merge(case::routes())
        .route_layer(middleware::from_fn_with_state(Arc::clone(app), watch_case))
}

/// Who is there and who comes, what the shift carries, and what all should know.
fn shift_routes() -> Router<Arc<App>> {
    Router::new()
        .route("/shifts", get(shifts::get).post(shifts::plan))
        .route("/shifts/check-in", get(shifts::get).post(shifts::check_in))
        .route("/shifts/end", get(debrief::get))
        .route(
            "/shifts/check-out",
            get(debrief::get).post(debrief::check_out),
        )
        .route(
            "/shifts/call-list",
            get(shifts::get).post(shifts::call_list),
        )
        .route("/shifts/keys", get(shifts::get).post(rota::keys))
        .route("/shifts/windows", get(shifts::get).post(rota::plan))
        .route(
            "/shifts/duty/{duty}/{step}",
            get(shifts::get).post(rota::step),
        )
        .route("/outcomes", get(outcomes::get).post(outcomes::draw))
        .route(
            "/outcomes/{month}/agree",
            get(outcomes::get).post(outcomes::agree),
        )
        .route(
            "/outcomes/{month}/again",
            get(outcomes::get).post(outcomes::show_again),
        )
        .route("/outcomes/{month}/csv", get(outcomes::csv))
        .route("/outcomes/{month}/svg", get(outcomes::svg))
        .route("/board", get(board::get))
        .route("/board/surge", get(board::get).post(board::surge_on))
        .route("/board/surge-over", get(board::get).post(board::surge_off))
        .route("/board/call", get(board::get).post(board::call))
        .route("/probes", get(queue::get).post(probes::note))
        .route("/probes/{note}/{step}", get(queue::get).post(probes::judge))
}

/// The corps: who belongs to it, who joins, and what each may do. An address that only takes a form shows its screen when it
/// is fetched, so that a screen which came back with an error can be refreshed.
fn corps_routes() -> Router<Arc<App>> {
    Router::new()
        .route("/roster", get(roster::get))
        .route("/roster/invite", get(roster::get).post(newcomers::invite))
        .route("/roster/look", get(roster::get).post(newcomers::look))
        .route("/roster/admit", get(roster::get).post(newcomers::admit))
        .route("/roster/refuse", get(roster::get).post(newcomers::refuse))
        .route("/roster/invitation/{number}", get(newcomers::file))
        .route("/roster/member/{device}", get(member::get))
        .route(
            "/roster/member/{device}/change",
            get(member::get).post(member::change),
        )
        .route(
            "/roster/member/{device}/permit",
            get(member::get).post(member::permit),
        )
        .route(
            "/roster/member/{device}/ask",
            get(member::get).post(member::ask),
        )
        .route(
            "/roster/member/{device}/withdraw",
            get(member::get).post(member::withdraw),
        )
        .route(
            "/roster/member/{device}/revoke",
            get(revoke::get).post(revoke::post),
        )
        .route("/roster/file", get(import::get).post(import::preview))
        .route("/roster/file/apply", get(import::get).post(import::apply))
        .route("/roster/export.csv", get(import::export))
        .route("/permissions", get(permissions::get))
}

/// What needs two persons, and what two persons should see.
fn trust_routes() -> Router<Arc<App>> {
    Router::new()
        .route("/decisions", get(decisions::get))
        .route(
            "/decisions/{label}/approve",
            get(decisions::get).post(decisions::approve),
        )
        .route(
            "/decisions/{label}/decline",
            get(decisions::get).post(decisions::decline),
        )
        .route("/trail", get(trail::get))
        .route(
            "/alarms/{number}/acknowledge",
            get(trail::get).post(alarms::acknowledge),
        )
        .route("/exposure", get(exposure::get))
        .route("/duress", get(duress::get).post(duress::set))
        .route("/duress/clear", get(duress::get).post(duress::clear))
}

/// Notes who asks for a case that is not this desk's.
async fn watch_case(
    State(app): State<Arc<App>>,
    parameters: RawPathParams,
    request: Request,
    next: Next,
) -> Response {
    let is_get = *request.method() == Method::GET;
    let label = parameters.iter().find(|(name, _)| *name == "label");
    let label = label.map_or_else(String::new, |(_, label)| label.to_owned());
    let response = next.run(request).await;
    match response.status() {
        StatusCode::NOT_FOUND if is_get => app.asked_for_case(&label, false).await,
        status if is_get && status.is_success() => app.asked_for_case(&label, true).await,
        _ => {}
    }
    response
}

async fn script() -> Response {
    let kind = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")];
    let whole = concat!(
        include_str!("desk.js"),
        include_str!("search.js"),
        include_str!("keys.js")
    );
    (kind, whole).into_response()
}

/// The unlocked desk of a request, or the way to the screen that unlocks it.
async fn unlocked(app: &App, session: Session, place: Place) -> Result<page::Page, Response> {
    match app.desk().await {
        Some(desk) => Ok(page::Page::new(desk, session, place)),
        None => Err(Redirect::to("/unlock").into_response()),
    }
}

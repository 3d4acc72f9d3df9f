//! The endpoints: one file each, and the table from which the router and the interface document are made.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use axum::{Router, middleware};
use relay::{RelayError, Store};

use crate::app::App;

mod challenge;
mod changes;
mod health;
mod line;
mod log_append;
mod log_read;
mod log_shred;
mod page;
mod plain;
mod posts;
mod posts_read;
mod posts_shred;
mod session;
mod slots_delete;
mod slots_read;
mod slots_write;
mod statements;
mod turn;

/// What the interface document says of one endpoint.
pub(crate) struct Description {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) summary: &'static str,
    /// Bytes of the body, when it has one.
    pub(crate) body: Option<Size>,
    pub(crate) answer: Answer,
    pub(crate) desk_only: bool,
    pub(crate) errors: &'static [RelayError],
}

/// The size of a body.
#[derive(Clone, Copy)]
pub(crate) enum Size {
    Exactly(usize),
    AtMost(usize),
}

/// What comes back when all is well.
#[derive(Clone, Copy)]
pub(crate) enum Answer {
    Bytes(Size),
    Nothing,
    Events,
    Text,
}

type Endpoint<S> = (Description, MethodRouter<Arc<App<S>>>);

/// All endpoints of the interface.
pub(crate) fn all<S: Store>() -> Vec<Endpoint<S>> {
    vec![
        (line::DESCRIPTION, get(line::get)),
        (turn::DESCRIPTION, post(turn::post)),
        (posts::DESCRIPTION, post(posts::post)),
        (posts_shred::DESCRIPTION, post(posts_shred::post)),
        (log_shred::DESCRIPTION, post(log_shred::post)),
        (slots_read::DESCRIPTION, post(slots_read::post)),
        (slots_write::DESCRIPTION, post(slots_write::post)),
        (slots_delete::DESCRIPTION, post(slots_delete::post)),
        (challenge::DESCRIPTION, post(challenge::post)),
        (session::DESCRIPTION, post(session::post)),
        (posts_read::DESCRIPTION, get(posts_read::get)),
        (log_read::DESCRIPTION, get(log_read::get)),
        (log_append::DESCRIPTION, post(log_append::post)),
        (changes::DESCRIPTION, get(changes::get)),
        (statements::DESCRIPTION, post(statements::post)),
        (health::DESCRIPTION, get(health::get)),
    ]
}

async fn count_refusal<S: Store>(State(app): State<Arc<App<S>>>, response: Response) -> Response {
    if let Some(error) = response.extensions().get::<RelayError>() {
        app.refusals.count(*error);
    }
    response
}

/// The router: the interface, the plain pages, and the page's files everywhere else.
pub(crate) fn router<S: Store>(app: Arc<App<S>>) -> Router {
    let endpoints = all::<S>().into_iter();
    let router = endpoints.fold(Router::new(), |router, (description, handler)| {
        router.route(description.path, handler)
    });
    let router = router.merge(plain::routes::<S>());
    let counting = middleware::map_response_with_state(Arc::clone(&app), count_refusal::<S>);
    router
        .fallback(page::get::<S>)
        .layer(counting)
        .with_state(app)
}

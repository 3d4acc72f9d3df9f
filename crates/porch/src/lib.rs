//! The porch: for browsers without scripts. It does what the page does on a contact's own device, so whoever runs it could read what is
//! written while it seals, and each of its pages says so.
//!
//! Words, texts and keys are in memory only: a conversation that was opened is forgotten when its contact leaves, and ten minutes after it was
//! last used. Nothing is logged, and no cookie, no address and no history names a conversation: what is open is named by a field of a form.
//! What it does not do: wipe what the system and its network libraries hold of a request while it passes.

mod form;
mod language;
mod open;
mod screen;
mod shown;
mod steps;

use std::future::Future;
use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use contact::{Contact, ContactError};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use language::Language;
use open::Open;

/// The size of a form at most, in bytes: more than seven words or a message, and nothing like a file.
const FORM_SIZE: usize = 64 << 10;
/// How many phrases are worked on at once: each takes 64 MiB while its key is computed.
const PHRASES: usize = 2;

/// What a page of the porch may do: be styled, and send its forms here.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'self'; \
    frame-ancestors 'none'";

/// A porch of one line.
pub struct Porch {
    relay_url: String,
    open: Open,
    phrases: Semaphore,
}

impl Porch {
    /// A porch that reaches its line at the relay's address.
    ///
    /// # Errors
    /// [`ContactError::Relay`] when that is no address.
    pub fn new(relay_url: &str) -> Result<Arc<Porch>, ContactError> {
        Contact::new(relay_url)?;
        Ok(Arc::new(Porch {
            relay_url: relay_url.to_owned(),
            open: Open::default(),
            phrases: Semaphore::new(PHRASES),
        }))
    }

    /// All its pages.
    pub fn router(self: Arc<Self>) -> Router {
        Router::new()
            .route("/", get(first))
            .route("/porch.css", get(style))
            .route("/{language}/", get(start))
            .route("/{language}/words", post(steps::words))
            .route("/{language}/type", post(steps::typing))
            .route("/{language}/open", post(steps::open))
            .route("/{language}/write", post(steps::write))
            .route("/{language}/again", post(steps::again))
            .route("/{language}/leave", post(steps::leave))
            .fallback(missing)
            .layer(DefaultBodyLimit::max(FORM_SIZE))
            .layer(middleware::from_fn(protect))
            .with_state(self)
    }
}

/// Serves until `shutdown` is done. Who connects is not kept.
///
/// # Errors
/// When the system gives no more connections.
pub async fn serve(
    listener: TcpListener,
    porch: Arc<Porch>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let forgetting = tokio::spawn(open::forget_in_time(Arc::clone(&porch)));
    let served = axum::serve(listener, porch.router());
    let served = served.with_graceful_shutdown(shutdown).await;
    forgetting.abort();
    served
}

/// Headers of every answer: nothing of it is kept, sent on, framed, or run.
async fn protect(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            HeaderName::from_static("clear-site-data"),
            "\"cache\", \"cookies\", \"storage\"",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

async fn first() -> Response {
    screen::languages().into_response()
}

async fn style() -> Response {
    let kind = [(header::CONTENT_TYPE, "text/css; charset=utf-8")];
    let style = concat!(
        include_str!("../../plain/src/style.css"),
        include_str!("porch.css")
    );
    (kind, style).into_response()
}

async fn missing() -> Response {
    (StatusCode::NOT_FOUND, screen::languages()).into_response()
}

/// The first page: what this is, whose line, and the two ways in.
async fn start(State(porch): State<Arc<Porch>>, Path(tag): Path<String>) -> Response {
    let Some(language) = Language::of(&tag) else {
        return missing().await;
    };
    let contact = Contact::new(&porch.relay_url);
    let line = match contact {
        Ok(mut contact) => contact.waits().await.map(|wait| (contact, wait)),
        Err(error) => Err(error),
    };
    match line {
        Ok((contact, wait)) => {
            screen::start(language, contact.line(), wait.as_ref()).into_response()
        }
        Err(error) => screen::trouble(language, steps::trouble(&error)).into_response(),
    }
}

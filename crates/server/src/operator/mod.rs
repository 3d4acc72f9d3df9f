//! What the operator sees, on a listener of its own that is never the public one: health, readiness, metrics.

mod condition;
pub(crate) mod counts;
mod figures;
mod premises;

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Router, serve::Listener};
use relay::Store;
use wire::{Day, Minute};

use crate::app::App;
use crate::clock;
use condition::{Condition, Facts, conditions};
pub use condition::{EARLIEST, ROOM};
use figures::{Counted, Figures, Standing, Trial};
pub use premises::{Premises, free_bytes, last_backup, note_backup};

/// How often the relay looks at itself.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// A store that takes longer than this to read one number does not answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// The content type of OpenMetrics 1.0.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The relay as its operator sees it.
struct Operator<S> {
    app: Arc<App<S>>,
    premises: Premises,
    started: Minute,
    figures: Mutex<Figures>,
}

fn days_left(until: Day, today: Day) -> i64 {
    i64::from(until.0) - i64::from(today.0)
}

impl<S: Store> App<S> {
    /// How long the store took to read one number; `None` when it failed, or took longer than five seconds.
    #[allow(clippy::disallowed_methods, reason = "it measures the store")]
    pub async fn try_store(&self) -> Option<Duration> {
        let begun = Instant::now();
        let reading = self.relay.last(relay::Sequence::Tray);
        let read = tokio::time::timeout(PATIENCE, reading).await;
        matches!(read, Ok(Ok(_))).then(|| begun.elapsed())
    }
}

impl<S: Store> Operator<S> {
    fn new(app: Arc<App<S>>, premises: Premises, now: Minute) -> Operator<S> {
        Operator {
            app,
            premises,
            started: now,
            figures: Mutex::default(),
        }
    }

    fn figures(&self) -> MutexGuard<'_, Figures> {
        self.figures.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn facts(&self, now: Minute, store_answers: bool) -> Facts {
        let relay = &self.app.relay;
        Facts {
            now,
            store_answers,
            free: self.premises.free(),
            delegation_until: relay.delegation_until(),
            delegation_holds: relay.delegation_holds_on(now.day()),
            rests: relay.rests(now),
            certificate_until: self.premises.certificate_until,
        }
    }

    async fn conditions(&self, now: Minute) -> [Condition; 5] {
        let store_answers = self.app.try_store().await.is_some();
        conditions(&self.facts(now, store_answers))
    }

    fn counted(&self) -> Counted {
        Counted {
            refused: self.app.refusals.read(),
            connections: self.app.open_connections(),
            store: self.premises.store_bytes(),
            free: self.premises.free(),
        }
    }

    fn metrics(&self, now: Minute, conditions: &[Condition]) -> String {
        let today = now.day();
        let since = |day: Day| days_left(today, day);
        let until = self.app.relay.delegation_until();
        let certificate = self.premises.certificate_until;
        let standing = Standing {
            version: env!("CARGO_PKG_VERSION"),
            started: self.started,
            places: App::<S>::PLACES,
            conditions: conditions.iter().map(|one| (one.name, one.well)).collect(),
            delegation_days: days_left(until, today),
            certificate_days: certificate.map(|until| days_left(until, today)),
            backup_days: self.premises.last_backup().map(since),
        };
        self.figures().text(&standing)
    }

    /// Looks once a minute, for ever.
    async fn look(self: Arc<Self>) {
        let mut minutes = tokio::time::interval(LOOK_EVERY);
        loop {
            minutes.tick().await;
            let read = self.app.try_store().await;
            let premises = self.premises.clone();
            let sync = tokio::task::spawn_blocking(move || premises.sync()).await;
            let trial = Trial {
                read,
                sync: sync.ok().flatten(),
            };
            let counted = self.counted();
            self.figures().observe(clock::now(), trial, counted);
        }
    }
}

fn answer(status: StatusCode, content_type: &'static str, body: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (status, headers, body).into_response()
}

async fn ready<S: Store>(State(operator): State<Arc<Operator<S>>>) -> Response {
    let conditions = operator.conditions(clock::now()).await;
    let is_ready = conditions.iter().all(|one| one.well);
    let body = serde_json::json!({"ready": is_ready, "conditions": conditions});
    let status = match is_ready {
        true => StatusCode::OK,
        false => StatusCode::SERVICE_UNAVAILABLE,
    };
    answer(status, "application/json", body.to_string())
}

async fn metrics<S: Store>(State(operator): State<Arc<Operator<S>>>) -> Response {
    let now = clock::now();
    let conditions = operator.conditions(now).await;
    let text = operator.metrics(now, &conditions);
    answer(StatusCode::OK, OPEN_METRICS, text)
}

fn router<S: Store>(operator: Arc<Operator<S>>) -> Router {
    Router::new()
        .route("/health", get(async || "running\n"))
        .route("/ready", get(ready::<S>))
        .route("/metrics", get(metrics::<S>))
        .with_state(operator)
}

/// Answers the operator on a listener that only this machine reaches, until `shutdown` is done.
///
/// `GET /health`: the process runs. `GET /ready`: 200 or 503, and each condition with what to do. `GET /metrics`: figures that are too coarse to
/// tell one message from none. Who listens here must not be reachable from elsewhere: readiness tells about load.
pub async fn serve_operator<S: Store, L>(
    listener: L,
    app: Arc<App<S>>,
    premises: Premises,
    shutdown: impl Future<Output = ()> + Send + 'static,
) where
    L: Listener,
    L::Addr: std::fmt::Debug,
{
    let operator = Arc::new(Operator::new(app, premises, clock::now()));
    let looking = tokio::spawn(Arc::clone(&operator).look());
    let serving = axum::serve(listener, router(operator)).with_graceful_shutdown(shutdown);
    if serving.await.is_err() {
        tracing::error!("the operator's listener ended; the relay goes on");
    }
    looking.abort();
}

#[cfg(test)]
mod tests;

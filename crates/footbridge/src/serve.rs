//! `footbridge serve`: the relay on the embedded store or on PostgreSQL.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use relay::{Relay, Retention, Standing, Store};
use server::{App, Pace, PageFile, PageFiles, Premises, Tls};
use statements::{Root, StatementKind, UnverifiedStatement};
use store_postgres::PostgresStore;
use store_sqlite::SqliteStore;
use tokio::net::TcpListener;
use tokio::sync::watch;
use wire::{LineDocument, Minute};

use crate::Failure;
use crate::cli::{LogFormat, ServeArguments};
use crate::config::Config;
use crate::{operator, terminal};

/// The files of which the page consists: in each language a document, one for letters, and what a page in another language fetches.
pub(crate) const PAGE: [&str; 15] = [
    "en.html",
    "ko.html",
    "ko-KP.html",
    "ru.html",
    "uk.html",
    "letters-en.html",
    "letters-ko.html",
    "letters-ko-KP.html",
    "letters-ru.html",
    "letters-uk.html",
    "en.json",
    "ko.json",
    "ko-KP.json",
    "ru.json",
    "uk.json",
];

#[allow(clippy::disallowed_methods, reason = "a command reads the clock")]
pub(crate) fn now() -> Minute {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Minute(u32::try_from(since.as_secs() / 60).unwrap_or(u32::MAX))
}

/// Reads a line's root and delegation, as `footbridge init` wrote them.
pub(crate) fn read_line(path: &Path) -> Result<Standing, Failure> {
    let unreadable = |what: String| format!("the line in {}: {what}", path.display());
    let bytes = std::fs::read(path).map_err(|error| unreadable(error.to_string()))?;
    let document = LineDocument::parse(&bytes).map_err(|error| unreadable(error.to_string()))?;
    let statements = document
        .statements
        .iter()
        .map(|bytes| UnverifiedStatement::parse(bytes))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| unreadable(error.to_string()))?;
    let of_kind = |kind| statements.iter().find(|statement| statement.kind() == kind);
    let root = of_kind(StatementKind::Root).ok_or_else(|| unreadable("it has no root".into()))?;
    let root = Root::read(root).map_err(|error| unreadable(error.to_string()))?;
    let delegation = of_kind(StatementKind::Delegation)
        .ok_or_else(|| unreadable("it has no delegation".into()))?;
    let standing = Standing::new(root, delegation);
    Ok(standing.map_err(|_| unreadable("its delegation is not signed by its root".into()))?)
}

/// Reads the page's files.
pub(crate) fn read_page(directory: &Path) -> Result<PageFiles, Failure> {
    let mut files = Vec::new();
    for name in PAGE {
        let path = directory.join(name);
        let bytes = std::fs::read(&path).map_err(|error| {
            format!(
                "can't read the page's file {}: {error}; `cargo xtask page` makes it",
                path.display()
            )
        })?;
        files.push(PageFile {
            path: format!("/{name}"),
            content_type: PageFiles::content_type(name),
            bytes,
            brotli: std::fs::read(directory.join(format!("{name}.br"))).ok(),
        });
    }
    Ok(PageFiles::new(files))
}

/// Lets what `docs/logging.md` allows be written to the terminal. Without times: the logs of a relay are not to tell when anybody wrote.
fn log(format: LogFormat) {
    let lines = tracing_subscriber::fmt()
        .without_time()
        .with_writer(std::io::stderr);
    match format {
        LogFormat::Text => lines.init(),
        LogFormat::Json => lines.json().init(),
    }
}

fn announce(address: &str, operator: Option<&str>, json: bool) {
    if json {
        let ready = serde_json::json!({"ready": address, "operator": operator});
        println!("{ready}");
        return;
    }
    if let Some(operator) = operator {
        println!("The operator is answered on {operator}.");
    }
    println!("The relay listens on {address}. Ctrl-C stops it.");
}

/// `footbridge serve`.
pub(crate) async fn run(arguments: ServeArguments) -> Result<(), Failure> {
    log(arguments.log_format);
    let config = Config::load(&arguments.config)?;
    let standing = read_line(&config.line)?;
    let pace = arguments
        .pace_milliseconds
        .unwrap_or(config.pace_milliseconds);
    let pace =
        Pace::new(Duration::from_millis(pace)).ok_or("pace_milliseconds is from 20 to 60000")?;
    let page = read_page(&config.page_files)?.with_pace(pace);
    let tls = config
        .tls
        .as_ref()
        .map(|tls| Tls::load(&tls.certificate, &tls.key))
        .transpose()?;
    let ready = Ready {
        standing,
        page,
        tls,
        json: arguments.json,
        listen: arguments.listen.unwrap_or(config.listen),
        config,
    };
    match &ready.config.database {
        None => {
            let store = SqliteStore::open(&ready.config.store)?;
            ready.serve(store).await
        }
        Some(address) => {
            let store = PostgresStore::open(&address.0).await?;
            ready.serve(store).await
        }
    }
}

/// All of a relay but its store.
struct Ready {
    standing: Standing,
    page: PageFiles,
    tls: Option<Tls>,
    listen: SocketAddr,
    json: bool,
    config: Config,
}

impl Ready {
    /// Serves on a store until it is to stop.
    async fn serve<S: Store>(self, store: S) -> Result<(), Failure> {
        let config = self.config;
        let retention = Retention {
            post_days: config.retention.post_days,
            slot_days: config.retention.slot_days,
        };
        let relay = Relay::open(store, self.standing, retention, now()).await?;
        let relay = relay.with_intake(config.intake.limits());
        let listen = self.listen;
        let listener = TcpListener::bind(listen)
            .await
            .map_err(|error| format!("can't listen on {listen}: {error}"))?;
        let app = App::new(relay, self.page);
        let premises = Premises {
            backups: Some(config.backups().to_owned()),
            // How a database's disk stands is its own machine's to tell.
            store: config.database.is_none().then_some(config.store),
            certificate_until: self.tls.as_ref().map(Tls::until),
        };
        let (stop, stopping) = watch::channel(false);
        let operator = match &config.operator {
            Some(wanted) => {
                let app = Arc::clone(&app);
                Some(operator::listen(&wanted.listen, app, premises, stopping).await?)
            }
            None => None,
        };
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        let address = format!("{scheme}://{}", listener.local_addr()?);
        let stop_asked = terminal::stop_asked();
        announce(&address, operator.as_deref(), self.json);
        operator::ready(Arc::clone(&app));
        let stop_asked = async {
            stop_asked.await;
            operator::stopping();
        };
        server::serve(listener, app, self.tls, stop_asked).await;
        stop.send_replace(true);
        Ok(())
    }
}

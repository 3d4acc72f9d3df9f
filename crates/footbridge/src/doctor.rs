//! `footbridge doctor`: what is wrong on this machine, and what to do about it.

use std::path::Path;
use std::process::ExitCode;

use serde::Serialize;
use store_sqlite::SqliteStore;

use crate::Failure;
use crate::cli::DoctorArguments;
use crate::config::{Config, Tls};
use crate::{init, serve};

/// One thing that was looked at.
#[derive(Serialize)]
struct Finding {
    what: &'static str,
    well: bool,
    says: String,
}

fn finding(what: &'static str, result: Result<String, String>) -> Finding {
    let well = result.is_ok();
    Finding {
        what,
        well,
        says: result.unwrap_or_else(|says| says),
    }
}

fn line(path: &Path) -> Result<String, String> {
    let standing = serve::read_line(path).map_err(|failure| failure.to_string())?;
    let words = words::check_words(words::List::English, &standing.line().0);
    Ok(format!(
        "signed by its root; check words: {}",
        words.join(" ")
    ))
}

/// The delegation in the line's file is where the relay begins; the relay may hold a newer one.
fn delegation(path: &Path) -> Result<String, String> {
    let standing = serve::read_line(path).map_err(|failure| failure.to_string())?;
    let delegation = standing.delegation();
    let left = delegation.until().0.checked_sub(init::today().0);
    let renew = "`footbridge delegate draft` begins a new one";
    match left {
        None => Err(format!(
            "it is over; {renew}, unless the relay has a newer one: `footbridge delegate show --relay URL`"
        )),
        Some(left) if left <= 30 => Err(format!("it ends in {left} days; {renew}")),
        Some(_) if delegation.admission_threshold() == 1 => Ok(format!(
            "one coordinator alone can admit and publish; {renew} that asks for two"
        )),
        Some(left) => Ok(format!(
            "{} of {} coordinators must agree; it holds for {left} days",
            delegation.admission_threshold(),
            delegation.coordinators().len()
        )),
    }
}

/// Root keys sign on machines that are not online.
fn root_keys(line: &Path) -> Result<String, String> {
    let directory = line.parent().unwrap_or(Path::new(".")).join("root-keys");
    match std::fs::read_dir(&directory).map(|files| files.count()) {
        Ok(count) if count > 0 => Err(format!(
            "{count} files are still in {}: move each to a place of its own that is never online",
            directory.display()
        )),
        _ => Ok("none beside the line's file".into()),
    }
}

fn page(directory: &Path) -> Result<String, String> {
    serve::read_page(directory).map_err(|failure| failure.to_string())?;
    let fetched = serve::PAGE.iter().filter(|name| name.ends_with(".json"));
    let uncompressed = fetched
        .copied()
        .find(|name| !directory.join(format!("{name}.br")).exists());
    match uncompressed {
        Some(name) => Err(format!(
            "{name} has no compressed twin: the page will be slow; `cargo xtask page` makes it"
        )),
        None => Ok("complete and compressed".into()),
    }
}

async fn store(config: &Config) -> Result<String, String> {
    if let Some(address) = &config.database {
        let opened = store_postgres::PostgresStore::open(&address.0).await;
        opened.map_err(|error| error.to_string())?;
        return Ok("the database takes writes, and what it has accepted it keeps".into());
    }
    let directory = &config.store;
    if !directory.exists() {
        return Ok("not there yet; the relay makes it".into());
    }
    SqliteStore::open(directory).map_err(|error| error.to_string())?;
    Ok("opens, and no other relay has it".into())
}

fn tls(tls: Option<&Tls>) -> Result<String, String> {
    match tls {
        None => Ok("not used; the relay must not face a network itself".into()),
        Some(tls) => server::Tls::load(&tls.certificate, &tls.key)
            .map(|_| "certificate and key fit together".into())
            .map_err(|error| error.to_string()),
    }
}

fn listen(config: &Config) -> Result<String, String> {
    let is_open = !config.listen.ip().is_loopback() && config.tls.is_none();
    if is_open {
        return Err(format!(
            "{} faces a network without TLS: give [tls], or listen on 127.0.0.1 behind something that has it",
            config.listen
        ));
    }
    match std::net::TcpListener::bind(config.listen) {
        Ok(_) => Ok(format!("{} is free", config.listen)),
        Err(error) => Err(format!(
            "{}: {error}; is a relay running already?",
            config.listen
        )),
    }
}

/// `footbridge doctor`.
pub(crate) async fn run(arguments: &DoctorArguments) -> Result<ExitCode, Failure> {
    let findings = match Config::load(&arguments.config) {
        Err(error) => vec![finding("configuration", Err(error.to_string()))],
        Ok(config) => vec![
            finding("configuration", Ok("every key is known".into())),
            finding("line", line(&config.line)),
            finding("delegation", delegation(&config.line)),
            finding("root keys", root_keys(&config.line)),
            finding("page", page(&config.page_files)),
            finding("store", store(&config).await),
            finding("TLS", tls(config.tls.as_ref())),
            finding("address", listen(&config)),
        ],
    };
    let all_well = findings.iter().all(|finding| finding.well);
    if arguments.json {
        println!(
            "{}",
            serde_json::json!({"well": all_well, "findings": findings})
        );
    } else {
        for finding in &findings {
            let mark = if finding.well { "well " } else { "WRONG" };
            println!("{mark}  {}: {}", finding.what, finding.says);
        }
    }
    Ok(if all_well {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

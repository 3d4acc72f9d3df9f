//! `footbridge doctor`: what is wrong on this machine, and what to do about it.

mod finding;
mod machine;

use std::path::Path;
use std::process::ExitCode;

use finding::{Finding, Found};
use store_sqlite::Seen;

use crate::Failure;
use crate::cli::DoctorArguments;
use crate::config::{Config, Tls};
use crate::{init, serve};

fn line(path: &Path) -> Result<String, String> {
    let standing = serve::read_line(path).map_err(|failure| failure.to_string())?;
    let words = words::check_words(words::List::English, &standing.line().0);
    Ok(format!(
        "signed by its root; check words: {}",
        words.join(" ")
    ))
}

/// With fewer days left a certificate is renewed at once; those that renew themselves do so before.
const CERTIFICATE_DAYS: u32 = 14;

/// The delegation in the line's file is where the relay begins; the relay may hold a newer one.
fn delegation(path: &Path) -> Found {
    let standing = match serve::read_line(path) {
        Ok(standing) => standing,
        Err(failure) => return Found::Wrong(failure.to_string()),
    };
    let delegation = standing.delegation();
    let left = delegation.until().0.checked_sub(init::today().0);
    let renew = "`footbridge delegate draft` begins a new one";
    match left {
        None => Found::Wrong(format!(
            "it is over; {renew}, unless the relay has a newer one: `footbridge delegate show --relay URL`"
        )),
        Some(left) if left <= 30 => Found::Wrong(format!("it ends in {left} days; {renew}")),
        Some(_) if delegation.admission_threshold() == 1 => Found::Advice(format!(
            "one coordinator alone can admit and publish; {renew} that asks for two"
        )),
        Some(left) => Found::Well(format!(
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

fn tls(tls: Option<&Tls>) -> Found {
    let Some(tls) = tls else {
        return Found::Well("not used; the relay must not face a network itself".into());
    };
    let until = match server::Tls::load(&tls.certificate, &tls.key) {
        Ok(loaded) => loaded.until(),
        Err(error) => return Found::Wrong(error.to_string()),
    };
    match until.0.checked_sub(init::today().0) {
        None => Found::Wrong("the certificate is over: renew it, and start the relay again".into()),
        Some(days) if days < CERTIFICATE_DAYS => Found::Wrong(format!(
            "the certificate ends in {days} days: renew it, and start the relay again"
        )),
        Some(days) => Found::Well(format!(
            "certificate and key fit together, for {days} days more"
        )),
    }
}

fn listen(config: &Config, is_running: bool) -> Result<String, String> {
    let is_open = !config.listen.ip().is_loopback() && config.tls.is_none();
    if is_open {
        return Err(format!(
            "{} faces a network without TLS: give [tls], or listen on 127.0.0.1 behind something that has it",
            config.listen
        ));
    }
    match std::net::TcpListener::bind(config.listen) {
        Ok(_) => Ok(format!("{} is free", config.listen)),
        Err(_) if is_running => Ok(format!("{}: a relay is running", config.listen)),
        Err(error) => Err(format!(
            "{}: {error}; listen elsewhere, or end what listens there",
            config.listen
        )),
    }
}

/// The clock can be held against nothing but what this machine has: the line began on a day.
fn clock(path: &Path) -> Found {
    let Ok(standing) = serve::read_line(path) else {
        return Found::Advice("it can't be held against the line, which can't be read".into());
    };
    let (today, delegation) = (init::today(), standing.delegation());
    match today < server::EARLIEST || (!delegation.holds_on(today) && today <= delegation.until()) {
        true => Found::Wrong(
            "it shows a day before this program or the line's delegation was made: set it, and let it be kept (timedatectl set-ntp true)".into(),
        ),
        false => Found::Well("not before the line's beginning".into()),
    }
}

async fn store(config: &Config) -> Found {
    let Some(address) = &config.database else {
        return machine::store(&config.store);
    };
    match store_postgres::PostgresStore::open(&address.0).await {
        Ok(_) => Found::Well("the database takes writes, and what it has accepted it keeps".into()),
        Err(error) => Found::Wrong(error.to_string()),
    }
}

/// What holds of the embedded store's directory; a database has a machine and tools of its own.
fn of_directory(config: &Config, look: fn(&Path) -> Found) -> Found {
    match &config.database {
        None => look(&config.store),
        Some(_) => Found::Well(
            "the line is in PostgreSQL: ask where that runs (docs/operate/postgresql.md)".into(),
        ),
    }
}

async fn findings(config: &Config) -> Vec<Finding> {
    let is_running = matches!(store_sqlite::look(&config.store), Ok(Seen::InUse));
    let found = [
        (
            "line",
            "Without its line a relay serves nobody.",
            line(&config.line).into(),
        ),
        (
            "delegation",
            "When it is over, no coordinator can admit, shut out, publish or plan.",
            delegation(&config.line),
        ),
        (
            "clock",
            "Shifts, cards and certificates go by it.",
            clock(&config.line),
        ),
        (
            "root keys",
            "Whoever has enough of them is the line.",
            root_keys(&config.line).into(),
        ),
        (
            "page",
            "Contacts whose page is slow or not whole go away.",
            page(&config.page_files).into(),
        ),
        (
            "store",
            "Everything that was acknowledged is in it.",
            store(config).await,
        ),
        (
            "permissions",
            "Another program on this machine could copy the store, and its keys with it.",
            machine::permissions(config),
        ),
        (
            "file system",
            "To delete is to write over a key in place; some file systems keep what was there.",
            of_directory(config, machine::file_system),
        ),
        (
            "volume",
            "Whoever takes the disk sees by the number of rows how many people wrote.",
            of_directory(config, machine::volume),
        ),
        (
            "disk",
            "When it is full, the relay takes nothing more; it loses nothing.",
            of_directory(config, machine::disk),
        ),
        (
            "backup",
            "What is lost with the disk is lost for every contact.",
            machine::backup(config.backups()),
        ),
        (
            "TLS",
            "When the certificate is over, no page is opened any more.",
            tls(config.tls.as_ref()),
        ),
        (
            "address",
            "Where the relay listens.",
            listen(config, is_running).into(),
        ),
        (
            "swap",
            "What is only in memory must not reach a disk.",
            machine::swap(),
        ),
        (
            "core dumps",
            "A crash would write the memory to a disk.",
            machine::core_dumps(),
        ),
        (
            "open files",
            "With too few, contacts wait in a full night.",
            machine::open_files(),
        ),
    ];
    found
        .into_iter()
        .map(|(what, why, found)| Finding::new(what, why, found))
        .collect()
}

/// `footbridge doctor`.
pub(crate) async fn run(arguments: &DoctorArguments) -> Result<ExitCode, Failure> {
    let why = "Nothing else can be looked at without it.";
    let findings = match Config::load(&arguments.config) {
        Err(error) => vec![Finding::new(
            "configuration",
            why,
            Found::Wrong(error.to_string()),
        )],
        Ok(config) => {
            let known = Found::Well("every key is known".into());
            let mut all = vec![Finding::new("configuration", why, known)];
            all.extend(findings(&config).await);
            all
        }
    };
    let all_well = findings.iter().all(|finding| finding.well);
    if arguments.json {
        println!(
            "{}",
            serde_json::json!({"well": all_well, "findings": findings})
        );
    } else {
        for finding in &findings {
            println!("{}", finding.text());
        }
    }
    Ok(if all_well {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

//! `footbridge close`: the line ends, in order or at once.

use std::io::Write;
use std::path::Path;

use client::RelayClient;
use desk_app::Vault;
use relay::{Relay, Retention, Standing, Store};
use serde_json::json;
use statements::{FinalNotice, LineEnd, StatementKind};
use store_postgres::PostgresStore;
use store_sqlite::SqliteStore;
use wire::{Day, Minute};

use crate::Failure;
use crate::cli::close::{CloseCommand, NoticeSource};
use crate::config::Config;
use crate::root_signed::{About, RootSigned, fetch};
use crate::serve::{now, read_line};

/// What the files here are about.
const ABOUT: About = About {
    kind: StatementKind::FinalNotice,
    name: "final notice",
    command: "close",
};
/// What has to be typed before something is destroyed.
const CONFIRMED: &str = "destroy";

/// `footbridge close`.
pub(crate) async fn run(command: CloseCommand) -> Result<(), Failure> {
    match command {
        CloseCommand::Draft { relay, when, file } => {
            let issued = now();
            let notice = match when.last_day {
                Some(date) => orderly(issued, &date)?,
                None => FinalNotice {
                    how: LineEnd::Emergency,
                    issued,
                    last_day: issued.day(),
                },
            };
            draft(&relay, &notice, &file).await
        }
        CloseCommand::Sign { key, file } => {
            let notice = RootSigned::read(&ABOUT, &file)?;
            println!("{}", said(&says(&notice)?));
            notice.sign(&key, &file)
        }
        CloseCommand::Publish { relay, file } => publish(&relay, &file).await,
        CloseCommand::Show { source, json } => show(&source, json).await,
        CloseCommand::Relay { config, file, yes } => relay(&config, &file, yes).await,
        CloseCommand::Desk { vault, yes } => desk(&vault, yes),
    }
}

/// An end after a day that was typed as YYYY-MM-DD.
fn orderly(issued: Minute, date: &str) -> Result<FinalNotice, Failure> {
    let last_day = record::day_of(date)
        .ok_or_else(|| format!("\"{date}\" is no day: write it as 2027-01-31"))?;
    let notice = FinalNotice {
        how: LineEnd::Orderly,
        issued,
        last_day,
    };
    let from = |days| record::date_of(issued.day().plus(days));
    match notice.is_valid() {
        true => Ok(notice),
        false => Err(format!(
            "the last day lies {} to {} days ahead, so from {} to {}; without notice there is only --at-once",
            FinalNotice::NOTICE_DAYS,
            FinalNotice::LATEST_DAYS,
            from(FinalNotice::NOTICE_DAYS),
            from(FinalNotice::LATEST_DAYS),
        )
        .into()),
    }
}

fn says(file: &RootSigned) -> Result<FinalNotice, Failure> {
    let line = file.root.line_id();
    Ok(FinalNotice::proposed(&file.statement, &line)?)
}

fn said(notice: &FinalNotice) -> String {
    let date = record::date_of(notice.last_day);
    match notice.how {
        LineEnd::Orderly => format!("The line ends after {date}."),
        LineEnd::Emergency => format!("The line is ended at once ({date})."),
    }
}

async fn draft(relay: &str, notice: &FinalNotice, path: &Path) -> Result<(), Failure> {
    let line = fetch(relay).await?;
    if let Some(earlier) = line.final_notice()
        && !notice.comes_before(earlier)
    {
        let earlier = said(earlier);
        return Err(format!("{earlier} That was said already; it can only come sooner.").into());
    }
    let threshold = line.root().threshold();
    let drafted = notice.draft(line.id()).done();
    RootSigned::new(&ABOUT, line.root().clone(), drafted).write(path)?;
    println!(
        "{} Nothing is signed yet, and nobody is told. Now let {threshold} root keys sign it, each where it is kept:\n  \
         footbridge close sign --key ROOT-KEY-FILE --file {}",
        said(notice),
        path.display()
    );
    Ok(())
}

async fn publish(relay: &str, path: &Path) -> Result<(), Failure> {
    let file = RootSigned::read(&ABOUT, path)?;
    let (bytes, notice) = (file.whole()?, says(&file)?);
    RelayClient::new(relay)?.publish(&bytes).await?;
    match notice.how {
        LineEnd::Orderly => println!(
            "Published. {} Until then everything works; contacts and guides read it from now on.",
            said(&notice)
        ),
        LineEnd::Emergency => println!(
            "Published. The relay has destroyed what it held, and serves this notice and nothing else. Desks destroy theirs as soon as they hear of it."
        ),
    }
    println!("What is left to do by hand: docs/operate/closing.md");
    Ok(())
}

async fn show(source: &NoticeSource, as_json: bool) -> Result<(), Failure> {
    let (notice, today, missing) = match (&source.file, &source.relay) {
        (Some(file), _) => {
            let file = RootSigned::read(&ABOUT, file)?;
            (Some(says(&file)?), now().day(), file.missing())
        }
        (None, Some(relay)) => {
            let line = fetch(relay).await?;
            (line.final_notice().copied(), line.day(), 0)
        }
        (None, None) => return Err("say which: --file or --relay".into()),
    };
    if as_json {
        let notice = notice.map(|notice| {
            json!({
                "how": notice.how.word(), "last_day": record::date_of(notice.last_day),
                "over": notice.is_over(today), "missing_signatures": missing,
            })
        });
        println!("{}", json!({"final_notice": notice}));
        return Ok(());
    }
    match notice {
        None => println!("No end is said."),
        Some(notice) => println!("{}{}", said(&notice), state(&notice, today, missing)),
    }
    Ok(())
}

fn state(notice: &FinalNotice, today: Day, missing: usize) -> String {
    match missing {
        0 if notice.is_over(today) => " It has ended.".into(),
        0 => String::new(),
        missing => format!(" {missing} more root keys must sign."),
    }
}

/// Nothing is destroyed by a slip.
fn confirm(what: &str, yes: bool) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    print!("{what}\nNothing brings it back. Type \"{CONFIRMED}\" to go on: ");
    std::io::stdout().flush()?;
    let mut typed = String::new();
    std::io::stdin().read_line(&mut typed)?;
    match typed.trim() == CONFIRMED {
        true => Ok(()),
        false => Err("nothing was destroyed".into()),
    }
}

/// Ends a line at its store, where no relay can be reached any more.
async fn relay(config: &Path, path: &Path, yes: bool) -> Result<(), Failure> {
    let file = RootSigned::read(&ABOUT, path)?;
    let (bytes, notice) = (file.whole()?, says(&file)?);
    let config = Config::load(config)?;
    let standing = read_line(&config.line)?;
    if notice.is_over(now().day()) {
        let what = "Everything that this relay holds will be destroyed but its line's last words.";
        confirm(what, yes)?;
    }
    match &config.database {
        None => end(SqliteStore::open(&config.store)?, standing, &bytes).await?,
        Some(address) => end(PostgresStore::open(&address.0).await?, standing, &bytes).await?,
    }
    match notice.is_over(now().day()) {
        true => println!(
            "The line has ended here. Start the relay again: it serves the notice and nothing else."
        ),
        false => println!(
            "{} Nothing was destroyed yet; start the relay again.",
            said(&notice)
        ),
    }
    println!("What is left to do by hand: docs/operate/closing.md");
    Ok(())
}

async fn end<S: Store>(store: S, standing: Standing, notice: &[u8]) -> Result<(), Failure> {
    let relay = Relay::open(store, standing, Retention::default(), now()).await?;
    if relay.is_open(now()).is_ok() {
        relay.statement(notice, now()).await?;
    }
    if relay.is_open(now()).is_err() {
        // Also what an earlier try may have left.
        relay.expire(now()).await?;
    }
    Ok(())
}

/// Destroys a desk's vault. It takes no passphrase: whoever has the computer can delete files anyway.
fn desk(vault: &Path, yes: bool) -> Result<(), Failure> {
    if !Vault::exists(vault) {
        return Err(format!("there is no vault in {}", vault.display()).into());
    }
    let what = format!(
        "The vault in {} will be destroyed: its cases, keys and names.",
        vault.display()
    );
    confirm(&what, yes)?;
    Vault::destroy_in(vault)?;
    println!("Destroyed. If the line goes on, tell a coordinator to shut this device out.");
    Ok(())
}

//! `cargo xtask bench memory`: how much memory a relay takes with very many pages open, each a connection of its own that has its turn now and
//! then.
#![allow(
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    reason = "a measurement reads the clock and counts what fits into a float"
)]

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde::Serialize;
use tokio::sync::watch;
use tokio::task::JoinSet;
use wire::{SlotNames, Turn, TurnAnswer, TurnKind};

use crate::bench;
use crate::connection::{Connection, Over, Way};
use crate::night::ground::Ground;

/// How long a page is idle between two turns: less than after what time the relay ends an idle connection.
const IDLE: Duration = Duration::from_secs(12);
/// How many turns each page has before the memory is read.
const TURNS: usize = 3;
/// So many more files than pages are open.
const OTHERS: u64 = 500;
/// What is aimed at.
const AIM_MIB: f64 = 100.0;

#[derive(Serialize)]
pub(crate) struct Report {
    pages: usize,
    over: Over,
    /// What the relay had open in the end: its connections, and a few files.
    open_files: usize,
    turns: usize,
    failed: usize,
    before_mib: f64,
    after_mib: f64,
    kib_a_page: f64,
    aim_mib: f64,
}

impl Report {
    /// Whether every page was really open and had its turns; the memory decides nothing.
    pub(crate) fn is_good(&self) -> bool {
        self.failed == 0 && self.open_files >= self.pages
    }

    pub(crate) fn print(&self) {
        println!(
            "pages {} over {:?}, open files of the relay {}, turns {}, failed {}",
            self.pages, self.over, self.open_files, self.turns, self.failed
        );
        println!(
            "memory of the relay: {:.1} MiB without pages, {:.1} MiB with them ({:.1} KiB a page), aim {} MiB",
            self.before_mib, self.after_mib, self.kib_a_page, self.aim_mib
        );
    }
}

/// Lets this process, and the relay that it starts, have so many files open.
fn allow_files(count: u64) -> Result<()> {
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_none_or(|current| current >= count) {
        return Ok(());
    }
    let maximum = limit.maximum.map(|maximum| maximum.max(count));
    let wanted = Rlimit {
        current: Some(count),
        maximum,
    };
    setrlimit(Resource::Nofile, wanted)
        .with_context(|| format!("this needs {count} open files: raise the limit (ulimit -n)"))
}

/// A turn that looks for an answer, as a page takes it when nothing else is to be said.
async fn turn(page: &mut Connection, rng: &mut ChaCha8Rng) -> Result<()> {
    let mut names = [0; SlotNames::SIZE];
    rng.fill_bytes(&mut names);
    let turn = Turn {
        kind: TurnKind::ReadSlots,
        body: &names,
        nonce: 0,
    };
    let (_, answer) = page.post("/v1/turn", turn.to_bytes().into()).await?;
    let status = TurnAnswer::parse(&answer)?.status;
    anyhow::ensure!(status == 200, "a turn was answered {status}");
    Ok(())
}

/// One page: a turn, and then nothing for a while, until everybody had enough. Gives how many turns failed.
async fn stays_open(
    mut page: Connection,
    number: u64,
    had: watch::Sender<usize>,
    mut ending: watch::Receiver<bool>,
) -> usize {
    let mut rng = ChaCha8Rng::seed_from_u64(number);
    let mut failed = 0;
    for number in 0.. {
        failed += usize::from(turn(&mut page, &mut rng).await.is_err());
        if number < TURNS {
            had.send_modify(|had| *had += 1);
        }
        let ends = ending.wait_for(|ends| *ends);
        if tokio::time::timeout(IDLE, ends).await.is_ok() {
            break;
        }
    }
    failed
}

/// A certificate for `localhost`, and what a relay's configuration says of it.
fn make_certificate(directory: &Path) -> Result<(PathBuf, String)> {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
    let (certificate, key) = (directory.join("certificate.pem"), directory.join("key.pem"));
    std::fs::write(&certificate, made.cert.pem())?;
    std::fs::write(&key, made.signing_key.serialize_pem())?;
    let settings = "[tls]\ncertificate = \"certificate.pem\"\nkey = \"key.pem\"\n";
    Ok((certificate, settings.to_owned()))
}

/// Opens so many pages, and reads the relay's memory.
///
/// # Errors
/// When the system does not allow so many connections, or the relay can't be started.
pub(crate) async fn run(pages: usize, over: Over) -> Result<Report> {
    allow_files(u64::try_from(pages)? + OTHERS)?;
    let directory = tempfile::tempdir_in("target")?;
    let (certificate, settings) = match over {
        Over::Clear => (None, String::new()),
        Over::Tls | Over::Http2 => {
            let (certificate, settings) = make_certificate(directory.path())?;
            (Some(certificate), settings)
        }
    };
    let ground = Ground::make_with(directory.path(), (1, 1), &settings)?;
    let (relay, address) = ground.relay().await?;
    let process = relay.id().context("the relay ended")?;
    let host = address.split("://").last().unwrap_or(&address);
    let way = match &certificate {
        None => Way::clear(host),
        Some(certificate) => Way::under_tls(host, certificate, over == Over::Http2)?,
    };
    let mut first = Connection::open(&way).await?;
    turn(&mut first, &mut ChaCha8Rng::seed_from_u64(0)).await?;
    drop(first);
    let before_mib = bench::usage(process)?.1;

    let (had, mut all_had) = watch::channel(0);
    let (end, ending) = watch::channel(false);
    let mut open = JoinSet::new();
    for number in 0..pages {
        let page = Connection::open(&way).await?;
        open.spawn(stays_open(page, number as u64, had.clone(), ending.clone()));
        // Spread over the time between two turns, as pages that were opened by chance are.
        tokio::time::sleep(IDLE / u32::try_from(pages)?).await;
    }
    all_had.wait_for(|had| *had >= pages * TURNS).await?;
    let after_mib = bench::usage(process)?.1;
    let open_files = std::fs::read_dir(format!("/proc/{process}/fd"))?.count();
    let turns = *all_had.borrow();
    end.send_replace(true);
    let failed = open.join_all().await.into_iter().sum();
    relay.stop().await;
    Ok(Report {
        pages,
        over,
        open_files,
        turns,
        failed,
        before_mib,
        after_mib,
        kib_a_page: (after_mib - before_mib) * 1024.0 / pages as f64,
        aim_mib: AIM_MIB,
    })
}

//! `cargo xtask bench memory`: how much memory a relay takes with very many pages open, each a connection of its own that has its turn now and
//! then.
#![allow(
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    reason = "a measurement reads the clock and counts what fits into a float"
)]

use std::time::Duration;

use anyhow::{Context, Result};
use client::RelayClient;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde::Serialize;
use tokio::sync::watch;
use tokio::task::JoinSet;
use wire::{SlotName, SlotNames};

use crate::bench;
use crate::night::ground::Ground;
use crate::sample::random;

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
            "pages {}, open files of the relay {}, turns {}, failed {}",
            self.pages, self.open_files, self.turns, self.failed
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

/// One page: a turn, and then nothing for a while, until everybody had enough. Gives how many turns failed.
async fn stays_open(
    relay: RelayClient,
    number: u64,
    had: watch::Sender<usize>,
    mut ending: watch::Receiver<bool>,
) -> usize {
    let mut rng = ChaCha8Rng::seed_from_u64(number);
    let mut failed = 0;
    for turn in 0.. {
        let names = SlotNames([SlotName(random(&mut rng)), SlotName(random(&mut rng))]);
        failed += usize::from(relay.read_slots(&names).await.is_err());
        if turn < TURNS {
            had.send_modify(|had| *had += 1);
        }
        let ends = ending.wait_for(|ends| *ends);
        if tokio::time::timeout(IDLE, ends).await.is_ok() {
            break;
        }
    }
    failed
}

/// Opens so many pages, and reads the relay's memory.
///
/// # Errors
/// When the system does not allow so many connections, or the relay can't be started.
pub(crate) async fn run(pages: usize) -> Result<Report> {
    allow_files(u64::try_from(pages)? + OTHERS)?;
    let directory = tempfile::tempdir_in("target")?;
    let ground = Ground::make(directory.path(), 1, 1)?;
    let (relay, address) = ground.relay().await?;
    let process = relay.id().context("the relay ended")?;
    RelayClient::new(&address)?.line().await?;
    let before_mib = bench::usage(process)?.1;

    let (had, mut all_had) = watch::channel(0);
    let (end, ending) = watch::channel(false);
    let mut open = JoinSet::new();
    for number in 0..pages {
        let client = RelayClient::new(&address)?;
        open.spawn(stays_open(
            client,
            number as u64,
            had.clone(),
            ending.clone(),
        ));
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
        open_files,
        turns,
        failed,
        before_mib,
        after_mib,
        kib_a_page: (after_mib - before_mib) * 1024.0 / pages as f64,
        aim_mib: AIM_MIB,
    })
}

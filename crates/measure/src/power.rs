//! `cargo xtask crash --power-cuts`: the relay's disk loses its power under load, many times, and forgets or tears what was not synced.
//! In a third of the rounds it fails now and then before that, in a third it is full until there is room again.
#![allow(
    clippy::disallowed_methods,
    reason = "a measurement reads the clock and draws its moments by lot"
)]

use std::time::Duration;

use anyhow::{Context, Result};
use client::DeskClient;
use demo::Process;
use ground_disk::Disk;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde::Serialize;
use tokio::process::Command;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::crash::{self, LONGEST, Met, Read, WRITERS, Writer, count, look, read_on};
use crate::night::ground::Ground;

/// A full disk has room for so many bytes more at most: some commits, so that one of them is torn by the end of the disk.
const LEAST_ROOM: u64 = 256 * 1024;
/// Of 1,000 writes and syncs so many fail at most.
const MOST_FAILING: u32 = 200;
/// Whoever does not go on in this time, once the disk has room, does not go on at all.
const PATIENCE: Duration = Duration::from_secs(30);

/// How the disk behaves until its power goes.
#[derive(Clone, Copy)]
enum Mood {
    Good,
    Failing,
    Full,
}

/// What became of all rounds.
#[derive(Serialize)]
pub(crate) struct Report {
    #[serde(flatten)]
    cuts: crash::Report,
    rounds_failing: usize,
    rounds_full: usize,
    /// Requests that were refused and asked for again: because the disk was full, and because it failed.
    refused_full: usize,
    refused_failing: usize,
    /// Requests that a full disk made the relay refuse without saying that it was full.
    refused_unclear: usize,
}

impl Report {
    /// Whether every promise was kept. How long a restart took decides nothing.
    pub(crate) fn is_good(&self) -> bool {
        self.cuts.is_good() && self.refused_unclear == 0
    }

    pub(crate) fn print(&self) {
        self.cuts.print();
        println!(
            "of these rounds             {} on a failing disk, {} on a full one",
            self.rounds_failing, self.rounds_full
        );
        println!(
            "refused, and asked again    {} on a full disk, {} on a failing one, {} on a full one without saying so",
            self.refused_full, self.refused_failing, self.refused_unclear
        );
    }

    /// What all writers met in a round.
    fn note(&mut self, mood: Mood, before: &[Met], met: &[watch::Receiver<Met>]) {
        for (before, now) in before.iter().zip(met) {
            let now = *now.borrow();
            self.refused_full += now.full - before.full;
            let unavailable = now.unavailable - before.unavailable;
            match mood {
                Mood::Failing => self.refused_failing += unavailable,
                Mood::Good | Mood::Full => self.refused_unclear += unavailable,
            }
        }
        self.rounds_failing += usize::from(matches!(mood, Mood::Failing));
        self.rounds_full += usize::from(matches!(mood, Mood::Full));
    }
}

fn below(rng: &mut ChaCha8Rng, limit: u64) -> u64 {
    rng.next_u64() % limit
}

/// Waits until somebody was told that the disk is full, makes room, and counts who does not go on then, with the relay still running.
async fn fill(disk: &Disk, met: &[watch::Receiver<Met>], room: u64) -> Result<usize> {
    let before: Vec<Met> = met.iter().map(|met| *met.borrow()).collect();
    disk.leave_room(room);
    let mut told = JoinSet::new();
    for (met, before) in met.iter().cloned().zip(before) {
        told.spawn(wait(met, move |met| met.full > before.full));
    }
    let is_told = told.join_next().await.context("nobody writes")??;
    disk.leave_room(1 << 40);
    let mut going_on = JoinSet::new();
    for met in met.iter().cloned() {
        let before = *met.borrow();
        going_on.spawn(wait(met, move |met| met.acknowledged > before.acknowledged));
    }
    let go_on = going_on.join_all().await;
    let wedged = go_on.iter().filter(|goes_on| !**goes_on).count();
    Ok(wedged + usize::from(!is_told))
}

async fn wait(mut met: watch::Receiver<Met>, until: impl Fn(&Met) -> bool) -> bool {
    let waiting = met.wait_for(|met| until(met));
    matches!(tokio::time::timeout(PATIENCE, waiting).await, Ok(Ok(_)))
}

/// Takes the power away, and with it the relay: whatever it waits for at the disk, it never hears.
async fn cut(disk: &mut Disk, relay: Process) -> Result<()> {
    disk.power_off();
    let id = relay.id().context("the relay ended by itself")?;
    let arguments = ["-KILL", &id.to_string()];
    let killed = Command::new("kill").args(arguments).status().await?;
    anyhow::ensure!(killed.success(), "the relay can't be killed");
    disk.release();
    relay.kill().await;
    disk.power_on().map_err(anyhow::Error::msg)
}

/// One round: load on a disk in a mood, and then no power.
async fn round(
    (disk, relay, desk): (&mut Disk, Process, &DeskClient),
    writers: &mut Vec<Writer>,
    rng: &mut ChaCha8Rng,
    report: &mut Report,
) -> Result<()> {
    let met: Vec<_> = writers
        .iter()
        .map(|writer| writer.met.subscribe())
        .collect();
    let before: Vec<Met> = met.iter().map(|met| *met.borrow()).collect();
    let mut writing = JoinSet::new();
    for mut writer in writers.drain(..) {
        writer.bears_a_bad_disk = true;
        writing.spawn_local(writer.writes(desk.clone()));
    }
    let mood = [Mood::Good, Mood::Failing, Mood::Full];
    let mood = *mood
        .get(usize::try_from(below(rng, 3))?)
        .context("there are three")?;
    match mood {
        Mood::Good => {}
        Mood::Failing => disk.fail(1 + u32::try_from(below(rng, MOST_FAILING.into()))?),
        Mood::Full => report.cuts.wedged += fill(disk, &met, below(rng, LEAST_ROOM)).await?,
    }
    tokio::time::sleep(Duration::from_millis(1 + below(rng, LONGEST))).await;
    cut(disk, relay).await?;
    while let Some(writer) = writing.join_next().await {
        writers.push(writer??);
    }
    report.note(mood, &before, &met);
    Ok(())
}

/// Cuts the power so many times, on the same files.
///
/// # Errors
/// When this machine allows no file system of one's own, or when the relay does not start again at all, or can't be read.
pub(crate) async fn run(rounds: usize, seed: u64) -> Result<Report> {
    let directory = tempfile::tempdir_in("target")?;
    let store = directory.path().join("store");
    std::fs::create_dir(&store)?;
    let mut disk = Disk::mount(&store, seed).map_err(anyhow::Error::msg)?;
    let ground = Ground::make(directory.path(), 1, seed)?;
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut writers: Vec<_> = (0..WRITERS)
        .map(|number| Writer::new(ground.id, seed, number))
        .collect();
    let (mut tray, mut log) = (Read::default(), Read::default());
    let mut starts = Vec::new();
    let mut report = Report {
        cuts: crash::Report::new(rounds, seed),
        rounds_failing: 0,
        rounds_full: 0,
        refused_full: 0,
        refused_failing: 0,
        refused_unclear: 0,
    };
    for number in 0..rounds {
        let (relay, client) = crash::start(&ground, &mut starts).await?;
        if number == 0 {
            ground.open_shift(&client).await?;
        }
        let desk = ground.desk(&client, 0)?;
        look(&desk, &mut writers, (&mut tray, &mut log), &mut report.cuts).await?;
        round(
            (&mut disk, relay, &desk),
            &mut writers,
            &mut rng,
            &mut report,
        )
        .await?;
        report.cuts.tell_progress(number + 1);
    }
    let (relay, client) = crash::start(&ground, &mut starts).await?;
    let desk = ground.desk(&client, 0)?;
    look(&desk, &mut writers, (&mut tray, &mut log), &mut report.cuts).await?;
    // Once more from the beginning: nothing of an earlier round went away since.
    (tray, log) = (Read::default(), Read::default());
    read_on(&desk, (&mut tray, &mut log)).await?;
    count(&writers, (&tray, &log), &mut report.cuts);
    relay.stop().await;
    report.cuts.started(starts);
    Ok(report)
}

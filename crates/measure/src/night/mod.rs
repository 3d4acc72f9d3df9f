//! `cargo xtask night`: many contacts and desks against one relay, as its own process on the embedded store with its
//! production settings, over HTTP on loopback. What was acknowledged is read back to the last envelope.
#![allow(
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a measurement reads the clock and counts what fits into a float"
)]

mod contact;
mod counts;
mod desk;
pub(crate) mod ground;
mod picture;
mod record;
mod report;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use client::{DeskClient, RelayClient};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use wire::{EnvelopeHash, SequencedEnvelope};

use crate::bench;
use contact::{Contact, Town};
use desk::{Case, Desk};
use ground::Ground;
use record::Recorder;
use report::{Limits, Sample};
pub(crate) use report::{Report, compare};

/// How many messages each contact writes.
const MESSAGES: u32 = 2;
/// How often memory and disk are looked at.
const SAMPLE: Duration = Duration::from_secs(1);
/// How long one reading back, or the end of a task, may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// What is to be played.
pub(crate) struct Options {
    pub(crate) contacts: usize,
    pub(crate) desks: usize,
    pub(crate) minutes: f64,
    pub(crate) seed: u64,
    /// Where the picture goes.
    pub(crate) out: Option<PathBuf>,
    /// Where the counts of the night and its tally go.
    pub(crate) counts: Option<PathBuf>,
    /// How many minutes each answer takes a desk, of the ten hours for which the night stands; 0: none.
    pub(crate) answer_minutes: u32,
    /// Whether the limits of the machine are measured too.
    pub(crate) limits: bool,
}

impl Options {
    /// How long answers take, if they take their time.
    fn pace(&self) -> Option<counts::Pace> {
        (self.answer_minutes > 0).then(|| counts::Pace::of(self.answer_minutes, self.minutes))
    }
}

fn rng(seed: u64, stream: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(stream);
    rng
}

/// Plays a night.
///
/// # Errors
/// When a process can't be started, or a desk's stream breaks. A refused request is no error; it is counted.
pub(crate) async fn run(options: &Options) -> Result<Report> {
    if let Some(folder) = &options.counts {
        // Before the night, so that none is played in vain.
        std::fs::create_dir_all(folder)
            .with_context(|| format!("can't make the folder {}", folder.display()))?;
    }
    let directory = tempfile::tempdir_in("target")?;
    let ground = Arc::new(Ground::make(directory.path(), options.desks, options.seed)?);
    let (relay, address) = ground.relay().await?;
    let process = relay.id().context("the relay ended")?;
    let client = RelayClient::new(&address)?;
    ground.open_shift(&client).await?;
    let seconds = options.minutes * 60.0;
    let town = Arc::new(Town {
        shift: ground.shift(&client).await?,
        relay: client,
        line: ground.id,
        recorder: Recorder::new(),
        away: Duration::from_secs_f64((seconds / 20.0).clamp(0.2, 6.0)),
        answer: options.pace().map(|pace| pace.answer()),
    });
    eprintln!(
        "… {} contacts and {} desks in {} minutes",
        options.contacts, options.desks, options.minutes
    );
    let before = bench::usage(process)?;
    let (over, is_over) = watch::channel(false);
    let desks = open_desks(options, &ground, &town, &is_over)?;
    let samples = tokio::spawn(sample(
        process,
        Arc::clone(&ground),
        Arc::clone(&town),
        is_over,
    ));
    play_contacts(options, &town).await?;
    let played = town.recorder.seconds();
    let after = bench::usage(process)?;
    over.send_replace(true);
    let samples = tokio::time::timeout(PATIENCE, samples).await???;
    end_all(desks).await?;
    eprintln!("… reading everything back");
    let reader = ground.desk(&town.relay, 0)?;
    let read = read_back(&reader).await?;
    relay.stop().await;
    let limits = match options.limits {
        true => Some(measure_limits(directory.path()).await?),
        false => None,
    };
    let noted = town.recorder.noted();
    let cpu = after.0 - before.0;
    let mut report = Report::new(options, &noted, &read, (played, cpu), samples, limits);
    report.logged = ground.logged()?;
    if let Some(folder) = &options.counts {
        report.waits = counts::write((options, folder), &noted, ground::now()?.day())?;
    }
    if let Some(path) = &options.out {
        std::fs::write(path, picture::draw(&report, &noted))
            .with_context(|| format!("can't write {}", path.display()))?;
    }
    Ok(report)
}

/// Opens all desks, each in a task of its own on this thread.
fn open_desks(
    options: &Options,
    ground: &Arc<Ground>,
    town: &Arc<Town>,
    is_over: &watch::Receiver<bool>,
) -> Result<JoinSet<Result<()>>> {
    let channels = (0..options.desks).map(|_| mpsc::unbounded_channel::<Case>());
    let (doors, handed): (Vec<_>, Vec<_>) = channels.unzip();
    let mut desks = JoinSet::new();
    for (number, handed) in handed.into_iter().enumerate() {
        let desk = Desk {
            number,
            town: Arc::clone(town),
            ground: Arc::clone(ground),
            client: ground.desk(&town.relay, number)?,
            rng: rng(options.seed, u64::try_from(number)? + 1),
            doors: doors.clone(),
            cases: HashMap::new(),
            held: Vec::new(),
            entries: 0,
            after: 0,
        };
        desks.spawn_local(desk.works(handed, is_over.clone()));
    }
    Ok(desks)
}

/// All contacts: half of them begin in the first tenth of the time, all in its first half. Whoever still waits when twice the time is
/// over is left where he is.
async fn play_contacts(options: &Options, town: &Arc<Town>) -> Result<()> {
    let seconds = options.minutes * 60.0;
    let mut draws = rng(options.seed, 0);
    let mut contacts = JoinSet::new();
    for number in 0..options.contacts {
        let share = f64::from(draws.next_u32()) / f64::from(u32::MAX);
        let span = if number.is_multiple_of(2) { 0.1 } else { 0.5 };
        let begins = Duration::from_secs_f64(seconds * span * share);
        let own = rng(options.seed, (1 << 32) + u64::try_from(number)?);
        let town = Arc::clone(town);
        contacts.spawn(async move {
            tokio::time::sleep(begins).await;
            Contact::new(&town, own).lives(MESSAGES).await
        });
    }
    let all = async {
        while let Some(ended) = contacts.join_next().await {
            ended??;
        }
        anyhow::Ok(())
    };
    match tokio::time::timeout(Duration::from_secs_f64(seconds * 2.0), all).await {
        Ok(ended) => ended,
        Err(_) => {
            contacts.shutdown().await;
            Ok(())
        }
    }
}

async fn end_all(mut desks: JoinSet<Result<()>>) -> Result<()> {
    let all = async {
        while let Some(ended) = desks.join_next().await {
            ended??;
        }
        anyhow::Ok(())
    };
    tokio::time::timeout(PATIENCE, all).await?
}

async fn sample(
    process: u32,
    ground: Arc<Ground>,
    town: Arc<Town>,
    mut is_over: watch::Receiver<bool>,
) -> Result<Vec<Sample>> {
    let mut samples: Vec<Sample> = Vec::new();
    let mut told = 0.0;
    loop {
        let (_, memory_mib) = bench::usage(process)?;
        let seconds = town.recorder.seconds();
        samples.push(Sample {
            seconds,
            memory_mib,
            disk_mib: ground.disk_mib(),
        });
        if seconds - told >= 10.0 {
            told = seconds;
            let noted = town.recorder.noted();
            eprintln!(
                "… {seconds:4.0} s: {} posts, {} replies, {} read; {} contacts done; {memory_mib:.0} MiB",
                noted.posts.len(),
                noted.replies,
                noted.replies_read,
                noted.finished
            );
        }
        if tokio::time::timeout(SAMPLE, is_over.wait_for(|over| *over))
            .await
            .is_ok()
        {
            return Ok(samples);
        }
    }
}

/// Everything that the relay gives out, as often as it does.
pub(crate) struct ReadBack {
    pub(crate) posts: HashMap<EnvelopeHash, usize>,
    pub(crate) entries: HashMap<EnvelopeHash, usize>,
}

async fn read_back(desk: &DeskClient) -> Result<ReadBack> {
    let (posts, _) = read_all(0, async |after| Ok(desk.posts(after).await?)).await?;
    let (entries, _) = read_all(0, async |after| Ok(desk.log(after).await?)).await?;
    Ok(ReadBack { posts, entries })
}

/// Reads a sequence from a place to its end; gives also how far it goes.
///
/// # Errors
/// When the relay refuses, or its places don't rise.
pub(crate) async fn read_all(
    mut after: u64,
    fetch: impl AsyncFn(u64) -> Result<Vec<SequencedEnvelope>>,
) -> Result<(HashMap<EnvelopeHash, usize>, u64)> {
    let mut held = HashMap::new();
    loop {
        let some = fetch(after).await?;
        let Some(last) = some.last() else {
            return Ok((held, after));
        };
        if last.sequence <= after {
            bail!("the relay's places do not rise");
        }
        after = last.sequence;
        for item in &some {
            *held
                .entry(protocol::envelope_hash(&item.envelope))
                .or_default() += 1;
        }
    }
}

async fn measure_limits(directory: &Path) -> Result<Limits> {
    eprintln!("… the limits of this machine");
    let empty = bench::measure_empty(directory).await?;
    Ok(Limits {
        store_per_second: bench::measure_store(directory).await?,
        empty_handler_per_second: bench::most(&empty),
    })
}

//! `cargo xtask shape`: whether what somebody does at the contact's page can be told from sizes and times.
//!
//! Many visits of five kinds are made in real browsers to a real line, through TLS on loopback, and captured; then a standard
//! classifier tries to tell the kinds apart (`shape`), from what the network sees and from what a log of the relay could hold.
#![allow(
    clippy::disallowed_methods,
    reason = "a measurement has a clock, and its people take their time"
)]

mod kept;
mod line;
mod report;
mod visit;
mod wire;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use clap::Parser;
use e2e::{Browser, SlowDevice};
use sha2::{Digest, Sha256};
use shape::{Aim, Effort, Features, Request, Verdict, judge, record_features, request_features};

use crate::kept::{Alike, Keeper};
use crate::line::VisitedLine;
use crate::report::{AIM, Kind, Report};
use crate::visit::{KINDS, Visit, drawn, visit};
use crate::wire::{Front, Logged};

/// The window of a small telephone, in CSS pixels.
const WINDOW: (u32, u32) = (360, 740);
/// So few sessions say nothing.
const LEAST: usize = 50;
/// A browser that keeps failing is given up.
const FAILURES: usize = 5;

/// Whether what somebody does at the contact's page can be told from sizes and times.
#[derive(Parser)]
struct Cli {
    /// How many sessions, of all kinds together; 0: judge those that are kept.
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(0..=20_000))]
    sessions: u32,
    /// How long each is watched.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(5..=900))]
    seconds: u64,
    /// How many at a time, each in a browser of its own.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=64))]
    parallel: u16,
    /// How many times slower than one core of this machine each browser's device is.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=50))]
    slower: u32,
    /// Keep the sessions in this file, and judge them with those that it has.
    #[arg(long)]
    into: Option<PathBuf>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// The kinds still to be visited, and how many visits were made of all.
struct Tour {
    left: Vec<usize>,
    all: usize,
    begun: Instant,
    lost: usize,
    /// Those of earlier runs first.
    visits: Vec<Visit>,
    earlier: usize,
    keeper: Option<Keeper>,
}

type SharedTour = Arc<Mutex<Tour>>;

impl Tour {
    fn new(sessions: usize, keeper: Option<Keeper>, kept: Vec<Visit>) -> Result<Tour> {
        let mut left: Vec<usize> = (0..sessions).map(|place| place % KINDS.len()).collect();
        for place in (1..left.len()).rev() {
            left.swap(place, (drawn()? * (place + 1) as f64) as usize);
        }
        Ok(Tour {
            left,
            all: sessions,
            begun: Instant::now(),
            lost: 0,
            earlier: kept.len(),
            visits: kept,
            keeper,
        })
    }

    /// Takes a visit that was made, or was not.
    ///
    /// # Errors
    /// When it can't be kept.
    fn add(&mut self, made: Result<Visit>) -> Result<()> {
        if let (Ok(visit), Some(keeper)) = (&made, &mut self.keeper) {
            keeper.add(visit)?;
        }
        match made {
            Ok(visit) => self.visits.push(visit),
            Err(error) => {
                eprintln!("a visit is lost: {error:#}");
                self.lost += 1;
            }
        }
        let done = self.visits.len() - self.earlier + self.lost;
        let left = self.begun.elapsed().as_secs_f64() / done as f64 * (self.all - done) as f64;
        if done.is_multiple_of(10) || done == self.all {
            eprintln!(
                "session {done} of {}, {:.0} min left",
                self.all,
                (left / 60.0).ceil()
            );
        }
        Ok(())
    }
}

/// Visits one after the other in one browser, until none is left.
async fn lane(
    tour: SharedTour,
    line: Arc<VisitedLine>,
    front: Arc<Front>,
    (stretch, slower): (Duration, u32),
) -> Result<()> {
    let lock = || tour.lock().unwrap_or_else(PoisonError::into_inner);
    // Browsers that begin together would go on together.
    tokio::time::sleep(stretch.mul_f64(drawn()?)).await;
    let device = (slower > 1).then(|| SlowDevice::new(slower)).transpose()?;
    let start = || Browser::start_on_loopback(WINDOW.0, WINDOW.1, device.as_ref());
    let mut browser = start().await?;
    let mut failures = 0;
    loop {
        let Some(kind) = lock().left.pop() else {
            break;
        };
        let made = visit(&browser, (&line, &front), kind, stretch).await;
        if made.is_err() {
            failures += 1;
            ensure!(failures < FAILURES, "a browser failed again and again");
            browser = start().await?;
        }
        lock().add(made)?;
    }
    browser.close().await.map(drop)
}

/// Numbers for what is asked for: the same for the same thing in all visits.
fn numbered(visits: &[Visit], what: impl Fn(&Logged) -> String) -> Vec<(u32, Vec<Request>)> {
    let mut known: BTreeMap<String, u32> = BTreeMap::new();
    let mut number = |name: String| {
        let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
        *known.entry(name).or_insert(next)
    };
    let size = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
    let mut all = Vec::new();
    for visit in visits {
        let requests = visit.captured.requests.iter();
        let requests = requests.map(|one| Request {
            at: one.at,
            took: one.took,
            what: number(what(one)),
            asked: size(one.asked),
            answered: size(one.answered),
        });
        all.push((visit.kind as u32, requests.collect()));
    }
    all
}

fn judged(what: &str, sessions: &[(u32, Features)]) -> Result<Verdict> {
    let names = sessions
        .first()
        .map_or(0, |(_, features)| features.names.len());
    eprintln!("{what}: {} sessions, {names} numbers each", sessions.len());
    let progress = |step: &str| eprintln!("{what}: telling apart {step}");
    Ok(judge(&KINDS, sessions, &Effort::default(), progress)?)
}

/// Judges each by itself, all at the same time: very many sessions take minutes.
fn judged_all<const N: usize>(all: [(&str, &[(u32, Features)]); N]) -> Result<[Verdict; N]> {
    let verdicts: Vec<Verdict> = std::thread::scope(|scope| {
        let threads = all.map(|(what, sessions)| scope.spawn(move || judged(what, sessions)));
        let joined = threads.into_iter().map(|thread| {
            let ended = thread.join();
            ended.unwrap_or_else(|_| Err(anyhow::anyhow!("the classifier stopped working")))
        });
        joined.collect::<Result<_>>()
    })?;
    let verdicts = verdicts.try_into();
    verdicts.map_err(|_| anyhow::anyhow!("a verdict is missing"))
}

fn log_features(sessions: Vec<(u32, Vec<Request>)>, stretch: u64) -> Vec<(u32, Features)> {
    let requests = sessions.iter().flat_map(|(_, requests)| requests);
    let kinds = requests
        .map(|request| request.what + 1)
        .max()
        .unwrap_or_default();
    let sessions = sessions.into_iter();
    sessions
        .map(|(kind, requests)| (kind, request_features(&requests, kinds, stretch)))
        .collect()
}

fn kinds(visits: &[Visit]) -> Vec<Kind> {
    let all = KINDS.iter().enumerate().map(|(place, kind)| {
        let its = || visits.iter().filter(|visit| visit.kind == place);
        let mean = |of: fn(&Visit) -> usize| {
            its().map(of).sum::<usize>() as f64 / its().count().max(1) as f64
        };
        Kind {
            kind,
            sessions: its().count(),
            done: its().filter(|visit| visit.is_done).count(),
            late: its().filter(|visit| visit.captured.is_late()).count(),
            requests: mean(|visit| visit.captured.requests.len()),
            records: mean(|visit| visit.captured.records.len()),
        }
    });
    all.collect()
}

fn report(cli: &Cli, tour: Tour) -> Result<Report> {
    let visits = tour.visits;
    let stretch = cli.seconds * 1_000_000;
    let records = |visit: &Visit| {
        let captured = &visit.captured;
        let features = record_features(&captured.records, captured.connections, stretch);
        (visit.kind as u32, features)
    };
    let network: Vec<(u32, Features)> = visits.iter().map(records).collect();
    let log = log_features(numbered(&visits, |one| one.path.clone()), stretch);
    let with_kind = numbered(&visits, |one| format!("{} {:?}", one.path, one.first_byte));
    let with_kind = log_features(with_kind, stretch);
    let [network, log, log_with_kind] = judged_all([
        ("what the network sees", &network),
        ("what a log of the relay could see", &log),
        ("the same with what each turn is for", &with_kind),
    ])?;
    for visit in visits.iter().filter(|visit| !visit.trouble.is_empty()) {
        eprintln!("in trouble: {}", visit.trouble);
    }
    let count = |is: fn(&&Visit) -> bool| visits.iter().filter(is).count();
    Ok(Report {
        sessions: visits.len(),
        earlier: tour.earlier,
        seconds: cli.seconds,
        parallel: cli.parallel.into(),
        slower: cli.slower,
        kinds: kinds(&visits),
        lost: tour.lost,
        hidden: count(|visit| visit.was_hidden),
        in_trouble: count(|visit| !visit.trouble.is_empty()),
        strange_bytes: visits.iter().map(|visit| visit.captured.strange).sum(),
        network_aim: network.advantage.is_at_most(AIM),
        network,
        log,
        log_with_kind,
        aim: AIM,
    })
}

/// Makes the visits of a tour that are left.
async fn make(tour: &SharedTour, cli: &Cli) -> Result<()> {
    eprintln!("bringing up a line whose guides answer by program");
    let line = VisitedLine::start(cli.parallel.into()).await?;
    let front = Front::new(line.relay())?;
    eprintln!(
        "{} sessions of {} s, {} at a time",
        cli.sessions, cli.seconds, cli.parallel
    );
    let mut lanes = tokio::task::JoinSet::new();
    for _ in 0..cli.parallel {
        lanes.spawn(lane(
            Arc::clone(tour),
            Arc::clone(&line),
            Arc::clone(&front),
            (Duration::from_secs(cli.seconds), cli.slower),
        ));
    }
    while let Some(ended) = lanes.join_next().await {
        if let Err(error) = ended? {
            eprintln!("a browser is given up: {error:#}");
        }
    }
    if let Some(line) = Arc::into_inner(line) {
        line.stop().await;
    }
    Ok(())
}

/// The page that is visited, by its hash.
fn page() -> Result<String> {
    let path = e2e::root()?.join("target/page-files/en.html");
    let page = std::fs::read(&path).with_context(|| format!("can't read {}", path.display()))?;
    let digest = Sha256::digest(page);
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

async fn run(cli: &Cli) -> Result<Report> {
    let (keeper, kept) = match &cli.into {
        Some(path) => {
            let alike = Alike {
                seconds: cli.seconds,
                slower: cli.slower,
                page: page()?,
            };
            let (keeper, kept) = Keeper::open(path, &alike)?;
            (Some(keeper), kept)
        }
        None => (None, Vec::new()),
    };
    let all = kept.len() + cli.sessions as usize;
    ensure!(all >= LEAST, "{all} sessions say nothing; {LEAST} at least");
    let tour = Tour::new(cli.sessions as usize, keeper, kept)?;
    let tour = Arc::new(Mutex::new(tour));
    if cli.sessions > 0 {
        make(&tour, cli).await?;
    }
    // All lanes have ended.
    let tour = Arc::into_inner(tour).context("somebody still visits")?;
    report(
        cli,
        tour.into_inner().unwrap_or_else(PoisonError::into_inner),
    )
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let report = match run(&cli).await {
        Ok(report) => report,
        Err(error) => {
            eprintln!("{error:#}");
            return ExitCode::FAILURE;
        }
    };
    match serde_json::to_string(&report) {
        Ok(json) if cli.json => println!("{json}"),
        _ => report.print(),
    }
    match report.network_aim {
        Aim::Fails => ExitCode::FAILURE,
        _ => ExitCode::SUCCESS,
    }
}

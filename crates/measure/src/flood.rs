//! `cargo xtask flood`: a relay under as many first posts as this machine can send, each with the work that is asked for, while
//! contacts write: one who is new each time, and one who has written before.
//!
//! Senders and relay share the machine: what an attacker pays is measured, how fast he is depends on his machines.
#![allow(
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a measurement reads the clock and counts what fits into a float"
)]

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use client::RelayClient;
use protocol::envelope_hash;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use serde::Serialize;
use tokio::task::JoinSet;
use wire::{Demand, Envelope, EnvelopeHash, Kind, LineId, SlotName, SlotWrite};

use crate::bench;
use crate::connection::Way;
use crate::junk;
use crate::night::ground::Ground;
use crate::night::{compare, read_all};
use crate::sample::{self, Times, random};

/// How long a contact waits between two messages.
const PAUSE: Duration = Duration::from_millis(250);
/// Messages of each contact before the flood.
const CALM: usize = 20;

pub(crate) struct Options {
    pub(crate) seconds: u64,
    pub(crate) senders: u64,
    pub(crate) guessers: u64,
    pub(crate) free_posts: u32,
    pub(crate) seed: u64,
}

/// Messages of contacts, with their times in milliseconds.
#[derive(Serialize)]
struct Messages {
    sent: usize,
    refused: usize,
    p50_ms: f64,
    p99_ms: f64,
}

#[derive(Serialize)]
pub(crate) struct Report {
    seconds: u64,
    senders: u64,
    free_posts: u32,
    /// Posts of the flood that were acknowledged, in all, in the first tenth of the time, and in the last.
    flood_posts: usize,
    /// Posts with a guessed nonce: how many connections sent them, how many were sent, how many of them acknowledged.
    guessers: u64,
    guessed: usize,
    guessed_taken: usize,
    begins_per_second: f64,
    ends_per_second: f64,
    /// Attempts that were asked for of a first post at the end, and the processor time that one attempt takes.
    effort: u32,
    attempt_ms: f64,
    /// Processor time of the senders for each post, over the whole time; and what a million posts would take at the effort of the end.
    paid_ms_per_post: f64,
    million_posts_cpu_hours: f64,
    /// Asked for of the contact who has written before.
    effort_again: u32,
    relay_cpu_ms_per_post: f64,
    first_calm: Messages,
    first_flood: Messages,
    again_calm: Messages,
    again_flood: Messages,
    disk_mib: f64,
    lost: usize,
    doubled: usize,
}

impl Report {
    /// Whether nothing was lost, doubled or refused of what contacts wrote.
    pub(crate) fn is_good(&self) -> bool {
        let contacts = [
            &self.first_calm,
            &self.first_flood,
            &self.again_calm,
            &self.again_flood,
        ];
        self.lost == 0 && self.doubled == 0 && contacts.iter().all(|messages| messages.refused == 0)
    }

    pub(crate) fn print(&self) {
        println!(
            "flood: {} posts in {} s by {} senders, {:.0} a second at first and {:.1} at the end; {:.1} MiB on the disk",
            self.flood_posts,
            self.seconds,
            self.senders,
            self.begins_per_second,
            self.ends_per_second,
            self.disk_mib
        );
        println!(
            "without the work: {} posts on {} connections, {:.0} a second, {} of them taken",
            self.guessed,
            self.guessers,
            self.guessed as f64 / self.seconds as f64,
            self.guessed_taken
        );
        println!(
            "effort at the end {} attempts of {:.2} ms for a first post, {} for whoever has written before",
            self.effort, self.attempt_ms, self.effort_again
        );
        println!(
            "the senders paid {:.1} ms of a processor for each post; a million at the effort of the end would take {:.0} hours of one. The relay took {:.2} ms for each",
            self.paid_ms_per_post, self.million_posts_cpu_hours, self.relay_cpu_ms_per_post
        );
        for (who, times) in [
            ("new, before the flood", &self.first_calm),
            ("new, in the flood", &self.first_flood),
            ("has written before, before the flood", &self.again_calm),
            ("has written before, in the flood", &self.again_flood),
        ] {
            println!(
                "a contact who {who}: {} messages, {} refused, p50 {:.0} ms, p99 {:.0} ms",
                times.sent, times.refused, times.p50_ms, times.p99_ms
            );
        }
        println!("lost {}, doubled {}", self.lost, self.doubled);
    }
}

/// One who sends.
struct Sender {
    rng: ChaCha8Rng,
    line: LineId,
    relay: RelayClient,
    posts: Vec<EnvelopeHash>,
    times: Vec<f64>,
    refused: usize,
    slot: Option<(SlotName, EnvelopeHash)>,
}

impl Sender {
    fn new(line: LineId, address: &str, seed: u64, number: u64) -> Result<Sender> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(number + 1);
        Ok(Sender {
            rng,
            line,
            relay: RelayClient::new(address)?,
            posts: Vec::new(),
            times: Vec::new(),
            refused: 0,
            slot: None,
        })
    }

    fn envelope(&mut self, kind: Kind) -> Result<Envelope> {
        sample::envelope(kind, &self.line, &mut self.rng)
    }

    /// First posts, one after the other, until the time is over; gives when each was acknowledged.
    async fn floods(mut self, begin: Instant, end: Instant) -> Result<(Sender, Vec<f64>)> {
        let mut at = Vec::new();
        while Instant::now() < end {
            let post = self.envelope(Kind::Post)?;
            let rest = end.saturating_duration_since(Instant::now());
            match tokio::time::timeout(rest, self.relay.post(&post)).await {
                Ok(Ok(hash)) => {
                    self.posts.push(hash);
                    at.push(begin.elapsed().as_secs_f64());
                }
                Ok(Err(_)) => self.refused += 1,
                // What was under way when the time was over is neither acknowledged nor lost.
                Err(_) => {}
            }
        }
        Ok((self, at))
    }

    /// A message of a contact, with its state; of a new one each time, or of one that goes on.
    async fn writes(&mut self, is_new: bool) -> Result<()> {
        let (post, state) = (self.envelope(Kind::Post)?, self.envelope(Kind::Slot)?);
        let (name, replaces) = match &self.slot {
            Some((name, held)) if !is_new => (name.clone(), Some(*held)),
            _ => (SlotName(random(&mut self.rng)), None),
        };
        let write = SlotWrite {
            name: name.clone(),
            replaces,
            shred_key: random(&mut self.rng),
            envelope: state,
        };
        let begin = Instant::now();
        match self.relay.save_and_post(&write, &post).await {
            Ok(hash) => {
                self.posts.push(hash);
                self.times.push(begin.elapsed().as_secs_f64() * 1000.0);
                self.slot = Some((name, envelope_hash(&write.envelope)));
            }
            Err(error) => {
                eprintln!("… a contact was refused: {error}");
                self.refused += 1;
            }
        }
        Ok(())
    }
}

/// Both contacts, turn by turn: whoever goes on writes as often as a person does, four times in a quarter of an hour, and otherwise a new
/// slot of the same kind is begun with its first message.
async fn converse(
    mut first: Sender,
    mut again: Vec<Sender>,
    end: Instant,
) -> Result<(Sender, Vec<Sender>)> {
    for turn in 0.. {
        if Instant::now() >= end {
            break;
        }
        first.writes(true).await?;
        let count = again.len();
        if let Some(contact) = again.get_mut(turn % count.max(1)) {
            contact.writes(false).await?;
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok((first, again))
}

/// What messages some contacts wrote since this was asked last.
fn written(contacts: &mut [Sender]) -> Messages {
    let (mut times, mut refused) = (Vec::new(), 0);
    for contact in contacts {
        times.append(&mut contact.times);
        refused += std::mem::take(&mut contact.refused);
    }
    let times = Times::new(times);
    Messages {
        sent: times.count(),
        refused,
        p50_ms: times.at(0.5),
        p99_ms: times.at(0.99),
    }
}

/// How long one attempt takes on this machine, in milliseconds.
fn attempt_ms(sender: &mut Sender, demand: &Demand) -> Result<f64> {
    let post = sender.envelope(Kind::Post)?;
    let mut worker = effort::Worker::new();
    let begin = Instant::now();
    let attempts: u32 = 200;
    for nonce in 0..u64::from(attempts) {
        std::hint::black_box(worker.score(&demand.seed, &post, nonce));
    }
    Ok(begin.elapsed().as_secs_f64() * 1000.0 / f64::from(attempts))
}

/// Floods a relay.
///
/// # Errors
/// When the relay can't be started or read.
pub(crate) async fn run(options: &Options) -> Result<Report> {
    let directory = tempfile::tempdir_in("target")?;
    let ground = Ground::make_with(
        directory.path(),
        (1, options.seed),
        &format!("[intake]\nfree_posts = {}\n", options.free_posts),
    )?;
    let (relay, address) = ground.relay().await?;
    let process = relay.id().context("the relay ended")?;
    let client = RelayClient::new(&address)?;
    ground.open_shift(&client).await?;

    let sender = |number| Sender::new(ground.id, &address, options.seed, number);
    let mut first = sender(0)?;
    let span = options.seconds.max(4) as usize;
    let mut again = (0..span as u64)
        .map(|number| sender(1000 + number))
        .collect::<Result<Vec<_>>>()?;
    eprintln!("… {} contacts write before the flood", again.len() + 1);
    for contact in &mut again {
        contact.writes(true).await?;
        contact.times.clear();
    }
    for turn in 0..CALM {
        first.writes(true).await?;
        if let Some(contact) = again.get_mut(turn % span) {
            contact.writes(false).await?;
        }
    }
    let (first_calm, again_calm) = (
        written(std::slice::from_mut(&mut first)),
        written(&mut again),
    );
    let calm = client.demand().await?;
    let attempt_ms = attempt_ms(&mut first, &calm)?;

    eprintln!(
        "… {} senders flood for {} s",
        options.senders, options.seconds
    );
    let (paid, relay_cpu) = (
        bench::usage(std::process::id())?.0,
        bench::usage(process)?.0,
    );
    let begin = Instant::now();
    let end = begin + Duration::from_secs(options.seconds);
    let mut flood = JoinSet::new();
    for number in 0..options.senders {
        flood.spawn(sender(100_000 + number)?.floods(begin, end));
    }
    let way = Way::clear(address.trim_start_matches("http://"));
    let guessers = junk::Senders::start(&way, ground.id, options.seed, options.guessers);
    let talk = tokio::spawn(converse(first, again, end));
    let (mut posts, mut at) = (Vec::new(), Vec::new());
    while let Some(ended) = flood.join_next().await {
        let (sender, mut times) = ended??;
        posts.extend(sender.posts);
        at.append(&mut times);
    }
    let (mut first, mut again) = talk.await??;
    let junk = guessers.end().await?;
    let paid = bench::usage(std::process::id())?.0 - paid;
    let relay_cpu = bench::usage(process)?.0 - relay_cpu;
    let demand = client.demand().await?;
    let (first_flood, again_flood) = (
        written(std::slice::from_mut(&mut first)),
        written(&mut again),
    );

    eprintln!("… reading everything back");
    let flood_posts = posts.len();
    let guessed_taken = junk.taken.len();
    posts.extend(junk.taken);
    posts.extend(first.posts);
    posts.extend(again.into_iter().flat_map(|contact| contact.posts));
    let desk = ground.desk(&client, 0)?;
    let (held, _) = read_all(0, async |after| Ok(desk.posts(after).await?)).await?;
    let (lost, doubled) = compare(&posts, &held);
    let disk_mib = ground.disk_mib();
    relay.stop().await;
    let tenth = options.seconds as f64 / 10.0;
    let in_span = |from: f64, until: f64| {
        let count = at.iter().filter(|at| (from..until).contains(*at)).count();
        count as f64 / tenth
    };
    Ok(Report {
        seconds: options.seconds,
        senders: options.senders,
        free_posts: options.free_posts,
        flood_posts,
        guessers: options.guessers,
        guessed: junk.sent,
        guessed_taken,
        begins_per_second: in_span(0.0, tenth),
        ends_per_second: in_span(9.0 * tenth, 10.0 * tenth),
        effort: demand.first,
        attempt_ms,
        paid_ms_per_post: paid / (flood_posts as f64).max(1.0),
        million_posts_cpu_hours: f64::from(demand.first) * attempt_ms * 1e6 / 3_600_000.0,
        effort_again: demand.again,
        relay_cpu_ms_per_post: relay_cpu / (flood_posts as f64).max(1.0),
        first_calm,
        first_flood,
        again_calm,
        again_flood,
        disk_mib,
        lost,
        doubled,
    })
}

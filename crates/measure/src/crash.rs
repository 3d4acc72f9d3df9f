//! `cargo xtask crash`: the relay is killed under load at moments drawn by lot, many times, on the same files.
//!
//! Every writer keeps what was acknowledged, and the one request whose answer it never saw. After the restart it repeats
//! that request, as a page or a desk does, and everything is read back.
#![allow(
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a measurement reads the clock and counts what fits into a float"
)]

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::Result;
use client::{ClientError, DeskClient, RelayClient};
use demo::Process;
use protocol::envelope_hash;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde::Serialize;
use tokio::sync::watch;
use tokio::task::JoinSet;
use wire::{
    Envelope, EnvelopeHash, Kind, LineId, SequencedEnvelope, SlotName, SlotNames, SlotWrite,
};

use crate::night::ground::Ground;
use crate::night::{compare, read_all};
use crate::sample::{self, Times, random};

/// How many write at once.
pub(crate) const WRITERS: u64 = 8;
/// The relay is killed after so many milliseconds of load at most.
pub(crate) const LONGEST: u64 = 150;

/// What became of all rounds.
#[derive(Serialize, Default)]
pub(crate) struct Report {
    rounds: usize,
    seed: u64,
    /// Acknowledged before a kill or by a repetition after one.
    posts: usize,
    entries: usize,
    slot_writes: usize,
    /// Requests that a kill left without an answer, and of these how many had arrived.
    unanswered: usize,
    had_arrived: usize,
    /// Acknowledged and not there after a restart.
    lost: usize,
    /// There more than once.
    doubled: usize,
    /// Writers who could not go on after a restart.
    pub(crate) wedged: usize,
    /// Requests that a running relay refused, by what was said.
    pub(crate) refused: Vec<String>,
    /// From the start of the process until it answers, in milliseconds.
    answers_p50_ms: f64,
    answers_p99_ms: f64,
    answers_most_ms: f64,
}

/// One request.
enum Act {
    Post(Envelope),
    Append(Envelope),
    Slot(SlotWrite),
}

/// What a writer has met so far.
#[derive(Clone, Copy, Default)]
pub(crate) struct Met {
    pub(crate) acknowledged: usize,
    /// Refused because the disk was full, or because it failed; only those who bear it ask again.
    pub(crate) full: usize,
    pub(crate) unavailable: usize,
}

/// One who writes, and what it knows.
pub(crate) struct Writer {
    rng: ChaCha8Rng,
    line: LineId,
    slot: SlotName,
    /// What the slot holds for certain.
    held: Option<EnvelopeHash>,
    posts: Vec<EnvelopeHash>,
    entries: Vec<EnvelopeHash>,
    slot_writes: usize,
    unanswered: Option<Act>,
    refused: Vec<String>,
    /// Whether what a bad disk makes a relay refuse is asked for again.
    pub(crate) bears_a_bad_disk: bool,
    pub(crate) met: watch::Sender<Met>,
}

impl Writer {
    pub(crate) fn new(line: LineId, seed: u64, number: u64) -> Writer {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(number + 1);
        Writer {
            slot: SlotName(random(&mut rng)),
            rng,
            line,
            held: None,
            posts: Vec::new(),
            entries: Vec::new(),
            slot_writes: 0,
            unanswered: None,
            refused: Vec::new(),
            bears_a_bad_disk: false,
            met: watch::Sender::default(),
        }
    }

    fn envelope(&mut self, kind: Kind) -> Result<Envelope> {
        sample::envelope(kind, &self.line, &mut self.rng)
    }

    fn next(&mut self) -> Result<Act> {
        Ok(match self.rng.next_u32() % 3 {
            0 => Act::Post(self.envelope(Kind::Post)?),
            1 => Act::Append(self.envelope(Kind::LogEntry)?),
            _ => Act::Slot(SlotWrite {
                name: self.slot.clone(),
                replaces: self.held,
                shred_key: random(&mut self.rng),
                envelope: self.envelope(Kind::Slot)?,
            }),
        })
    }

    /// Makes a request, and notes it when it is acknowledged.
    async fn does(&mut self, act: &Act, desk: &DeskClient) -> Result<(), ClientError> {
        match act {
            Act::Post(post) => {
                desk.relay().post(post).await?;
                self.posts.push(envelope_hash(post));
            }
            Act::Append(entry) => {
                desk.append(entry).await?;
                self.entries.push(envelope_hash(entry));
            }
            Act::Slot(write) => {
                desk.relay().write_slot(write).await?;
                self.held = Some(envelope_hash(&write.envelope));
                self.slot_writes += 1;
            }
        }
        Ok(())
    }

    /// Notes what a bad disk made the relay refuse. Gives whether it is asked for again.
    fn bears(&mut self, error: &ClientError) -> bool {
        let code = error.code().filter(|_| self.bears_a_bad_disk);
        match code {
            Some("full") => self.met.send_modify(|met| met.full += 1),
            Some("unavailable") => self.met.send_modify(|met| met.unavailable += 1),
            _ => return false,
        }
        true
    }

    /// Writes until the relay is gone.
    pub(crate) async fn writes(mut self, desk: DeskClient) -> Result<Writer> {
        loop {
            let act = match self.unanswered.take() {
                Some(act) => act,
                None => self.next()?,
            };
            match self.does(&act, &desk).await {
                Ok(()) => self.met.send_modify(|met| met.acknowledged += 1),
                Err(error) if self.bears(&error) => self.unanswered = Some(act),
                Err(error @ (ClientError::Refused { .. } | ClientError::Answer)) => {
                    self.refused.push(error.to_string());
                    return Ok(self);
                }
                Err(_) => {
                    self.unanswered = Some(act);
                    return Ok(self);
                }
            }
        }
    }

    /// What lies in its slot now; noise when it is empty.
    async fn slot_holds(&mut self, desk: &DeskClient) -> Result<EnvelopeHash, ClientError> {
        let names = SlotNames([self.slot.clone(), SlotName(random(&mut self.rng))]);
        let [content, _] = desk.relay().read_slots(&names).await?;
        Ok(envelope_hash(&content.envelope))
    }

    /// Repeats what was not answered. Gives whether this writer can go on.
    async fn goes_on(&mut self, desk: &DeskClient) -> bool {
        let Some(act) = self.unanswered.take() else {
            return true;
        };
        let repeated = self.does(&act, desk).await;
        match (&act, repeated) {
            (_, Ok(())) => true,
            // As a page does: what lies there is read, and if it is one's own, it had arrived.
            (Act::Slot(write), Err(error)) if error.is_conflict() => {
                let own = envelope_hash(&write.envelope);
                let is_own = self.slot_holds(desk).await == Ok(own);
                if is_own {
                    self.held = Some(own);
                    self.slot_writes += 1;
                }
                is_own
            }
            _ => false,
        }
    }
}

/// Everything that was read from a sequence so far, as often as it was there.
#[derive(Default)]
pub(crate) struct Read {
    held: HashMap<EnvelopeHash, usize>,
    after: u64,
}

impl Read {
    async fn on(
        &mut self,
        fetch: impl AsyncFn(u64) -> Result<Vec<SequencedEnvelope>>,
    ) -> Result<()> {
        let (new, after) = read_all(self.after, fetch).await?;
        for (hash, count) in new {
            *self.held.entry(hash).or_default() += count;
        }
        self.after = after;
        Ok(())
    }
}

/// Kills and restarts the relay so many times.
///
/// # Errors
/// When the relay does not start again at all, or can't be read.
pub(crate) async fn run(rounds: usize, seed: u64) -> Result<Report> {
    let directory = tempfile::tempdir_in("target")?;
    let ground = Ground::make(directory.path(), 1, seed)?;
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut writers: Vec<_> = (0..WRITERS)
        .map(|number| Writer::new(ground.id, seed, number))
        .collect();
    let (mut tray, mut log) = (Read::default(), Read::default());
    let mut starts = Vec::new();
    let mut report = Report::new(rounds, seed);
    for round in 0..=rounds {
        let (relay, client) = start(&ground, &mut starts).await?;
        if round == 0 {
            ground.open_shift(&client).await?;
        }
        let desk = ground.desk(&client, 0)?;
        look(&desk, &mut writers, (&mut tray, &mut log), &mut report).await?;
        if round == rounds {
            // Once more from the beginning: nothing of an earlier round went away since.
            (tray, log) = (Read::default(), Read::default());
            read_on(&desk, (&mut tray, &mut log)).await?;
            count(&writers, (&tray, &log), &mut report);
            relay.stop().await;
            break;
        }
        let mut writing = JoinSet::new();
        for writer in writers.drain(..) {
            writing.spawn_local(writer.writes(desk.clone()));
        }
        let after = 1 + rng.next_u64() % LONGEST;
        tokio::time::sleep(Duration::from_millis(after)).await;
        relay.kill().await;
        while let Some(writer) = writing.join_next().await {
            writers.push(writer??);
        }
        report.tell_progress(round + 1);
    }
    report.started(starts);
    Ok(report)
}

/// Starts the relay, and notes how long it took until it answered, in milliseconds.
pub(crate) async fn start(
    ground: &Ground,
    starts: &mut Vec<f64>,
) -> Result<(Process, RelayClient)> {
    let begin = Instant::now();
    let (relay, address) = ground.relay().await?;
    let client = RelayClient::new(&address)?;
    client.line().await?;
    starts.push(begin.elapsed().as_secs_f64() * 1000.0);
    Ok((relay, client))
}

pub(crate) async fn read_on(desk: &DeskClient, (tray, log): (&mut Read, &mut Read)) -> Result<()> {
    tray.on(async |after| Ok(desk.posts(after).await?)).await?;
    log.on(async |after| Ok(desk.log(after).await?)).await
}

/// What stands after a restart: first as it was found, then after the repetitions.
pub(crate) async fn look(
    desk: &DeskClient,
    writers: &mut [Writer],
    (tray, log): (&mut Read, &mut Read),
    report: &mut Report,
) -> Result<()> {
    read_on(desk, (tray, log)).await?;
    for writer in writers.iter_mut() {
        let (posts, _) = compare(&writer.posts, &tray.held);
        let (entries, _) = compare(&writer.entries, &log.held);
        report.lost += posts + entries;
        let had_arrived = match &writer.unanswered {
            Some(Act::Post(post)) => tray.held.contains_key(&envelope_hash(post)),
            Some(Act::Append(entry)) => log.held.contains_key(&envelope_hash(entry)),
            _ => false,
        };
        report.had_arrived += usize::from(had_arrived);
        report.unanswered += usize::from(writer.unanswered.is_some());
        if !matches!(writer.unanswered, Some(Act::Slot(_)))
            && let Some(held) = writer.held
        {
            report.lost += usize::from(writer.slot_holds(desk).await? != held);
        }
        report.wedged += usize::from(!writer.goes_on(desk).await);
        report.refused.append(&mut writer.refused);
    }
    read_on(desk, (tray, log)).await
}

pub(crate) fn count(writers: &[Writer], (tray, log): (&Read, &Read), report: &mut Report) {
    // Once, not once for each writer: a sequence is everybody's.
    report.doubled += compare(&[], &tray.held).1 + compare(&[], &log.held).1;
    for writer in writers {
        report.lost += compare(&writer.posts, &tray.held).0;
        report.lost += compare(&writer.entries, &log.held).0;
        report.posts += writer.posts.len();
        report.entries += writer.entries.len();
        report.slot_writes += writer.slot_writes;
    }
}

impl Report {
    pub(crate) fn new(rounds: usize, seed: u64) -> Report {
        Report {
            rounds,
            seed,
            ..Report::default()
        }
    }

    /// Tells a person how far it is, now and then.
    pub(crate) fn tell_progress(&self, round: usize) {
        if round.is_multiple_of(50) {
            let (lost, doubled) = (self.lost, self.doubled);
            eprintln!("… {round} rounds, {lost} lost, {doubled} doubled");
        }
    }

    /// Notes how long all starts took, in milliseconds.
    pub(crate) fn started(&mut self, starts: Vec<f64>) {
        let starts = Times::new(starts);
        self.answers_p50_ms = starts.at(0.5);
        self.answers_p99_ms = starts.at(0.99);
        self.answers_most_ms = starts.most();
    }

    /// Whether every promise was kept. How long a restart took decides nothing.
    pub(crate) fn is_good(&self) -> bool {
        self.lost == 0 && self.doubled == 0 && self.wedged == 0 && self.refused.is_empty()
    }

    pub(crate) fn print(&self) {
        println!("rounds                      {}", self.rounds);
        println!(
            "acknowledged                {} posts, {} log entries, {} slot writes",
            self.posts, self.entries, self.slot_writes
        );
        println!(
            "left without an answer      {}; of posts and entries {} had arrived all the same",
            self.unanswered, self.had_arrived
        );
        println!("lost                        {}", self.lost);
        println!("doubled                     {}", self.doubled);
        println!("could not go on             {}", self.wedged);
        println!("refused                     {:?}", self.refused);
        println!(
            "from start to first answer  p50 {:.0} ms, p99 {:.0} ms, at most {:.0} ms",
            self.answers_p50_ms, self.answers_p99_ms, self.answers_most_ms
        );
    }
}

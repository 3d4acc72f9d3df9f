//! `cargo xtask bench curve`: what one request costs the embedded store when it holds ten thousand envelopes, a hundred thousand, a
//! million, and what memory that takes.
#![allow(
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a measurement reads the clock and counts what fits into a float"
)]

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use relay::{Sequence, SlotKey, SlotReplace, Store, StoredSlot};
use rustix::fs::{Mode, OFlags};
use serde::Serialize;
use store_sqlite::SqliteStore;
use wire::{Day, EnvelopeHash, Kind, LineId};

use crate::bench;
use crate::sample::{self, Posts, Times, random};

/// No store knows a line.
const LINE: LineId = LineId([1; 32]);
/// Every day is this one.
const DAY: Day = Day(20_000);
/// How many write at once while the store is filled.
const WRITERS: usize = 256;
/// How often each request is measured.
const TIMES: usize = 200;
/// As many as one answer holds.
const PAGE: usize = wire::POSTS_PER_PAGE;
/// As much as the store asks for at once, in bytes.
const BLOCK: u64 = 4096;
/// One slot for so many posts, as a contact has who writes a few times.
const POSTS_PER_SLOT: usize = 4;

/// What requests cost at one size: medians, in milliseconds.
#[derive(Serialize)]
struct Point {
    /// Posts in the store; there are a quarter as many slots besides.
    posts: usize,
    post_ms: f64,
    page_at_the_end_ms: f64,
    page_at_the_beginning_ms: f64,
    slot_read_ms: f64,
    /// How often the disk was asked for 4 KiB while one slot was read, on average: what memory does not hold has to come from there.
    slot_read_from_disk: f64,
    /// What 4 KiB from this disk take at random places of the store, the memory not asked: the median.
    disk_read_ms: f64,
    slot_write_ms: f64,
    /// Memory of the process that has the store, in MiB.
    memory_mib: f64,
    /// Posts per second while it was filled up to here.
    filled_per_second: f64,
}

#[derive(Serialize)]
pub(crate) struct Report {
    points: Vec<Point>,
    /// The largest ratio of a cost at one of the sizes to that at the smallest.
    steepest: f64,
}

impl Report {
    pub(crate) fn print(&self) {
        println!(
            "    posts      post  page, end  page, begin  slot read  from disk  (a disk read)  slot write   memory  filled"
        );
        for point in &self.points {
            println!(
                "{:9} {:6.2} ms  {:6.2} ms    {:6.2} ms  {:6.3} ms  {:6.1} ×      {:6.3} ms   {:6.2} ms  {:4.0} MiB  {:.0} a second",
                point.posts,
                point.post_ms,
                point.page_at_the_end_ms,
                point.page_at_the_beginning_ms,
                point.slot_read_ms,
                point.slot_read_from_disk,
                point.disk_read_ms,
                point.slot_write_ms,
                point.memory_mib,
                point.filled_per_second
            );
        }
        println!(
            "at most {:.2} times what it costs at the smallest size",
            self.steepest
        );
    }
}

struct Filled {
    directory: PathBuf,
    store: Arc<SqliteStore>,
    posts: usize,
    slots: Vec<(SlotKey, EnvelopeHash)>,
    rng: ChaCha8Rng,
}

async fn fill(
    store: Arc<SqliteStore>,
    seed: u64,
    posts: usize,
) -> Result<Vec<(SlotKey, EnvelopeHash)>> {
    let mut tray = Posts::new(&LINE, seed);
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut slots = Vec::new();
    for number in 0..posts {
        store.append(Sequence::Tray, tray.next()?, DAY).await?;
        if number % POSTS_PER_SLOT == 0 {
            let (slot, envelope) = (
                SlotKey(random(&mut rng)),
                sample::envelope(Kind::Slot, &LINE, &mut rng)?,
            );
            let hash = relay::envelope_hash(&envelope);
            let content = StoredSlot {
                shred_key: random(&mut rng),
                envelope,
            };
            store
                .slot_write(slot, SlotReplace::Nothing, content, DAY)
                .await?;
            slots.push((slot, hash));
        }
    }
    Ok(slots)
}

/// The median time of an act, in milliseconds.
async fn median(mut act: impl AsyncFnMut(usize) -> Result<()>) -> Result<f64> {
    let mut times = Vec::with_capacity(TIMES);
    for number in 0..TIMES {
        let begin = Instant::now();
        act(number).await?;
        times.push(begin.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(Times::new(times).at(0.5))
}

/// How much this process has had from a disk, in bytes.
fn read_from_disk() -> Result<u64> {
    let counts = std::fs::read_to_string("/proc/self/io")?;
    let line = counts
        .lines()
        .find_map(|line| line.strip_prefix("read_bytes: "));
    Ok(line.context("the system does not count reads")?.parse()?)
}

/// What reading a block at a random place of the database takes when nothing of it is in memory, in milliseconds.
fn disk_read_ms(directory: &Path, rng: &mut ChaCha8Rng) -> Result<f64> {
    let [database, _] = store_sqlite::files(directory);
    let file = File::from(rustix::fs::open(
        database,
        OFlags::RDONLY | OFlags::DIRECT,
        Mode::empty(),
    )?);
    let blocks = file.metadata()?.len() / BLOCK;
    // Direct reading wants memory at the start of a block.
    let mut room = vec![0; 2 * BLOCK as usize];
    let begin = room.as_ptr().align_offset(BLOCK as usize);
    let block = room
        .get_mut(begin..begin + BLOCK as usize)
        .context("no room")?;
    let mut times = Vec::with_capacity(TIMES);
    for _ in 0..TIMES {
        let at = rng.next_u64() % blocks.max(1) * BLOCK;
        let begun = Instant::now();
        file.read_exact_at(block, at)?;
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(Times::new(times).at(0.5))
}

impl Filled {
    async fn up_to(&mut self, posts: usize) -> Result<f64> {
        let begin = Instant::now();
        let missing = posts.saturating_sub(self.posts);
        let tasks: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let store = Arc::clone(&self.store);
                let share = missing / WRITERS + usize::from(writer < missing % WRITERS);
                tokio::spawn(fill(store, self.rng.next_u64(), share))
            })
            .collect();
        for task in tasks {
            self.slots.extend(task.await??);
        }
        self.posts += missing;
        Ok(missing as f64 / begin.elapsed().as_secs_f64())
    }

    async fn point(&mut self, filled_per_second: f64) -> Result<Point> {
        let store = Arc::clone(&self.store);
        let mut tray = Posts::new(&LINE, self.rng.next_u64());
        let post_ms = median(async |_| {
            store.append(Sequence::Tray, tray.next()?, DAY).await?;
            Ok(())
        })
        .await?;
        self.posts += TIMES;
        let last = store.last(Sequence::Tray).await?;
        let page = async |after| {
            store.read(Sequence::Tray, after, PAGE).await?;
            anyhow::Ok(())
        };
        let page_at_the_end_ms = median(async |_| page(last - PAGE as u64).await).await?;
        let page_at_the_beginning_ms = median(async |_| page(0).await).await?;
        let mut picks = self.rng.clone();
        let mut pick = || picks.next_u64() as usize % self.slots.len().max(1);
        let chosen: Vec<usize> = (0..TIMES).map(|_| pick()).collect();
        let before = read_from_disk()?;
        let slot_read_ms = median(async |number| {
            let slot = chosen.get(number).and_then(|one| self.slots.get(*one));
            if let Some((slot, _)) = slot {
                store.slot_read(*slot).await?;
            }
            Ok(())
        })
        .await?;
        let slot_read_from_disk = (read_from_disk()? - before) as f64 / BLOCK as f64 / TIMES as f64;
        let slot_write_ms = median(async |number| {
            let slot = chosen.get(number).and_then(|one| self.slots.get_mut(*one));
            if let Some((slot, held)) = slot {
                let envelope = sample::envelope(Kind::Slot, &LINE, &mut self.rng)?;
                let next = relay::envelope_hash(&envelope);
                let content = StoredSlot {
                    shred_key: random(&mut self.rng),
                    envelope,
                };
                let replaces = SlotReplace::Envelope(*held);
                store.slot_write(*slot, replaces, content, DAY).await?;
                *held = next;
            }
            Ok(())
        })
        .await?;
        Ok(Point {
            posts: self.posts,
            post_ms,
            page_at_the_end_ms,
            page_at_the_beginning_ms,
            slot_read_ms,
            slot_read_from_disk,
            disk_read_ms: disk_read_ms(&self.directory, &mut self.rng)?,
            slot_write_ms,
            memory_mib: bench::usage(std::process::id())?.1,
            filled_per_second,
        })
    }
}

fn steepest(points: &[Point]) -> f64 {
    let costs = |point: &Point| {
        [
            point.post_ms,
            point.page_at_the_end_ms,
            point.page_at_the_beginning_ms,
            point.slot_read_ms,
            point.slot_write_ms,
        ]
    };
    let Some(smallest) = points.first().map(costs) else {
        return 1.0;
    };
    let ratios = points.iter().flat_map(|point| {
        let costs = costs(point);
        costs
            .into_iter()
            .zip(smallest)
            .map(|(cost, least)| cost / least)
    });
    ratios.fold(1.0, f64::max)
}

/// Measures at 10⁴ posts and each power of ten up to 10^`most`.
///
/// # Errors
/// When the store fails, or the disk is full: a post and its share of a slot take about 5.5 KiB.
pub(crate) async fn run(most: u32) -> Result<Report> {
    let directory = tempfile::tempdir_in("target")?;
    let mut filled = Filled {
        directory: directory.path().to_owned(),
        store: Arc::new(SqliteStore::open(directory.path())?),
        posts: 0,
        slots: Vec::new(),
        rng: ChaCha8Rng::seed_from_u64(1),
    };
    let mut points = Vec::new();
    for power in 4..=most {
        let posts = 10_usize.pow(power);
        eprintln!("… filling up to {posts} posts");
        let per_second = filled.up_to(posts).await?;
        points.push(filled.point(per_second).await?);
    }
    Ok(Report {
        steepest: steepest(&points),
        points,
    })
}

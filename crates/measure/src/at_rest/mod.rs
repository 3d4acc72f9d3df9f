//! `cargo xtask shape-at-rest`: a line that nobody has written to and one that very many have written to, as somebody sees them who takes the
//! disk or a backup; and, so that it shows that this look can find something, the same with the volume's passphrase.

mod image;
mod volume;

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use client::DeskClient;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use serde::Serialize;
use shape::{Advantage, Effort, Features, Nothing, judge};
use tokio::task::JoinSet;
use wire::{Kind, SlotName, SlotWrite};

use crate::bench::footbridge;
use crate::crash;
use crate::night::ground::{Ground, WIDE};
use crate::sample::{self, random};
use image::{Image, Look};
use volume::Volume;

/// How large a volume is, in MiB.
const MIB: u64 = 640;
/// So many write at once.
const AT_ONCE: usize = 64;
/// The aim: a forest that does not surely gain more than this has gained nothing.
const AIM: f64 = 0.02;
/// PostgreSQL keeps no more of its log than fits.
const DATABASE: [&str; 2] = ["max_wal_size=128MB", "min_wal_size=32MB"];
/// What stores and the file system write in the clear: a disk that is open has it, one that is sealed has not.
const KNOWN: [&[u8]; 5] = [
    b"SQLite format 3",
    b"CREATE TABLE",
    b"line.cells",
    b"PG_VERSION",
    b"lost+found",
];

/// How a disk without contacts and one with very many differ.
#[derive(Serialize)]
struct Told {
    /// Without contacts, and with.
    images: [Image; 2],
    /// What a forest gains, block by block, that has learned from both.
    #[serde(flatten)]
    advantage: Advantage,
    /// What it gains out of nothing.
    nothing: Nothing,
}

impl Told {
    /// Whether nothing was found.
    fn is_alike(&self) -> bool {
        let [without, with] = &self.images;
        // The head of a sealed volume has some empty sectors, always as many.
        (without.bytes, without.repeated) == (with.bytes, with.repeated)
            && (without.known, with.known) == (0, 0)
            && self.advantage.low <= AIM
    }

    fn print(&self, what: &str) {
        let [without, with] = &self.images;
        let Advantage {
            advantage,
            low,
            high,
        } = self.advantage;
        println!(
            "  {what:<28} advantage {advantage:6.3}  [{low:.3}, {high:.3}]  (out of nothing {:.3})",
            self.nothing.mean
        );
        for (name, one, other) in [
            ("bytes", without.bytes, with.bytes),
            ("strings", without.strings, with.strings),
            ("repeated sectors", without.repeated, with.repeated),
            ("known texts", without.known, with.known),
        ] {
            println!("    {name:<26} {one} and {other}");
        }
    }
}

/// One store.
#[derive(Serialize)]
struct Store {
    store: &'static str,
    sealed: Told,
    opened: Told,
    /// Backups by `footbridge backup`, which is for the embedded store.
    backups: Option<Told>,
}

impl Store {
    fn is_good(&self) -> bool {
        let backups = self.backups.as_ref();
        self.sealed.is_alike()
            && backups.is_none_or(Told::is_alike)
            // A look that finds nothing anywhere shows nothing.
            && !self.opened.is_alike()
            && self.opened.advantage.low > AIM
    }
}

/// What was found.
#[derive(Serialize)]
pub(crate) struct Report {
    contacts: usize,
    blocks: usize,
    stores: Vec<Store>,
}

impl Report {
    /// Whether the disks are alike where they are sealed, and differ where they are open.
    pub(crate) fn is_good(&self) -> bool {
        self.stores.iter().all(Store::is_good)
    }

    pub(crate) fn print(&self) {
        println!(
            "No contacts beside {}; {} blocks of each disk.",
            self.contacts, self.blocks
        );
        for store in &self.stores {
            println!("{}", store.store);
            store.sealed.print("the volume, sealed");
            store.opened.print("the volume, opened");
            if let Some(backups) = &store.backups {
                backups.print("a backup, sealed");
            }
        }
    }
}

/// A contact writes, is answered, and a desk notes it.
async fn write(desk: DeskClient, ground: (wire::LineId, u64)) -> Result<()> {
    let (line, number) = ground;
    let mut rng = ChaCha8Rng::seed_from_u64(number);
    for _ in 0..2 {
        let write = SlotWrite {
            name: SlotName(random(&mut rng)),
            replaces: None,
            shred_key: random(&mut rng),
            envelope: sample::envelope(Kind::Slot, &line, &mut rng)?,
        };
        desk.relay().write_slot(&write).await?;
    }
    let post = sample::envelope(Kind::Post, &line, &mut rng)?;
    desk.relay().post(&post).await?;
    let entry = sample::envelope(Kind::LogEntry, &line, &mut rng)?;
    desk.append(&entry).await?;
    Ok(())
}

/// A relay runs on the ground, and so many write to it. With `backup`, one is made while it runs.
async fn live(ground: &Ground, contacts: usize, backup: Option<(&Path, &Path)>) -> Result<()> {
    let (relay, client) = crash::start(ground, &mut Vec::new()).await?;
    ground.open_shift(&client).await?;
    let desk = ground.desk(&client, 0)?;
    let mut writing = JoinSet::new();
    for number in 0..contacts {
        if writing.len() >= AT_ONCE {
            writing.join_next().await.context("nobody writes")???;
        }
        writing.spawn_local(write(desk.clone(), (ground.id, u64::try_from(number)?)));
    }
    while let Some(written) = writing.join_next().await {
        written??;
    }
    if let Some((config, out)) = backup {
        seal(config, out)?;
    }
    relay.stop().await;
    Ok(())
}

/// `footbridge backup`, for a key that nobody keeps.
fn seal(config: &Path, out: &Path) -> Result<()> {
    let key = Command::new("age-keygen").output();
    let key = key.context("age-keygen is missing: cargo xtask setup")?;
    let said = String::from_utf8(key.stdout)?;
    let recipient = said
        .split_whitespace()
        .find(|word| word.starts_with("age1"));
    let backup = Command::new(footbridge()?)
        .args(["backup", "--json", "--recipient"])
        .arg(recipient.context("age-keygen names no recipient")?)
        .arg("--config")
        .arg(config)
        .arg("--out")
        .arg(out)
        .output()?;
    let said = String::from_utf8_lossy(&backup.stderr);
    ensure!(backup.status.success(), "footbridge backup: {said}");
    Ok(())
}

/// What was taken of a line.
struct Taken {
    sealed: Look,
    opened: Look,
    backup: Option<Look>,
}

async fn take(
    directory: &Path,
    (contacts, blocks): (usize, usize),
    in_database: bool,
) -> Result<Taken> {
    eprintln!("{contacts} contacts: making a volume of {MIB} MiB, and writing");
    let mut volume = Volume::make(&directory.join("volume"), MIB)?;
    let line = volume.mounted().join("line");
    std::fs::create_dir(&line)?;
    let out = directory.join("backup.age");
    if in_database {
        let server = ground_postgres::Ground::start_in(&volume.mounted(), &DATABASE);
        let server = server.map_err(anyhow::Error::msg)?;
        let url = server.create("line").map_err(anyhow::Error::msg)?;
        let settings = format!("database = \"{url}\"\n{WIDE}");
        let ground = Ground::make_with(&line, (1, 1), &settings)?;
        live(&ground, contacts, None).await?;
        // As it is when it is taken: nobody cleans up.
        server.leave();
    } else {
        let ground = Ground::make(&line, 1, 1)?;
        live(
            &ground,
            contacts,
            Some((&line.join("footbridge.toml"), &out)),
        )
        .await?;
    }
    volume.unmount()?;
    // Other blocks of each disk, or it would be the same noise that is looked at.
    let seed = u64::try_from(contacts)?;
    let look = |path: &Path| image::look(path, &KNOWN, (blocks, seed));
    Ok(Taken {
        sealed: look(&volume.sealed())?,
        opened: look(&volume.opened())?,
        backup: out.exists().then(|| look(&out)).transpose()?,
    })
}

fn told(without: Look, with: Look) -> Result<Told> {
    let of = |kind: u32, blocks: Vec<Features>| blocks.into_iter().map(move |one| (kind, one));
    let blocks: Vec<_> = of(0, without.1).chain(of(1, with.1)).collect();
    // Trees grow deep on noise: more of them, or more blocks, take hours.
    let effort = Effort {
        folds: 2,
        trees: 30,
        shuffles: 1,
        ..Effort::default()
    };
    let verdict = judge(&["none", "many"], &blocks, &effort, |what| {
        eprintln!("judging: {what}");
    })?;
    Ok(Told {
        images: [without.0, with.0],
        advantage: verdict.advantage,
        nothing: verdict.nothing,
    })
}

/// Takes disks of both stores, without contacts and with so many, and looks at so many blocks of each.
///
/// # Errors
/// What this machine has not, or what did not run.
pub(crate) async fn run(contacts: usize, blocks: usize) -> Result<Report> {
    let mut stores = Vec::new();
    for (store, in_database) in [("SQLite", false), ("PostgreSQL", true)] {
        // Short: a socket's path is.
        let directory = tempfile::tempdir()?;
        let at = |name: &str| directory.path().join(name);
        std::fs::create_dir(at("none"))?;
        std::fs::create_dir(at("many"))?;
        eprintln!("{store}");
        let without = take(&at("none"), (0, blocks), in_database).await?;
        let with = take(&at("many"), (contacts, blocks), in_database).await?;
        let backups = without.backup.zip(with.backup);
        stores.push(Store {
            store,
            sealed: told(without.sealed, with.sealed)?,
            opened: told(without.opened, with.opened)?,
            backups: backups.map(|(one, other)| told(one, other)).transpose()?,
        });
    }
    Ok(Report {
        contacts,
        blocks,
        stores,
    })
}

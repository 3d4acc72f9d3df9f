//! What a night stands on: a line with its keys, and the relay as a process of its own on the embedded store.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use client::{DeskClient, RelayClient};
use demo::Process;
use protocol::{ShiftSecretKey, TeamKey};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use statements::{
    Delegation, DeviceKey, DeviceList, Line, Recipient, Root, RootKey, ShiftNotice, ShiftSigningKey,
};
use wire::{Day, LineDocument, LineId, Minute};

use crate::bench::footbridge;
use crate::sample::{EPOCH, random};

/// Room for all who write in a night, and no work asked for: what is measured is the relay.
pub(crate) const WIDE: &str = "[intake]\nfree_posts = 1000000\nshift_posts = 2000000\n";
/// Where the relay's log is, in its directory.
const LOG: &str = "relay.log";
/// The files without which a relay does not start. Nobody fetches a page in a night.
const PAGE: [&str; 5] = ["en", "ko", "ko-KP", "ru", "uk"];

/// A line with its keys and its directory.
pub(crate) struct Ground {
    pub(crate) id: LineId,
    pub(crate) shift_key: ShiftSecretKey,
    pub(crate) team_key: TeamKey,
    coordinator: DeviceKey,
    desks: Vec<[u8; 32]>,
    directory: PathBuf,
}

impl Ground {
    /// Writes a line's files into a directory. The same seed gives the same line.
    ///
    /// # Errors
    /// When a file can't be written.
    pub(crate) fn make(directory: &Path, desks: usize, seed: u64) -> Result<Ground> {
        Ground::make_with(directory, (desks, seed), WIDE)
    }

    /// The same, with more lines for the relay's configuration.
    ///
    /// # Errors
    /// When a file can't be written.
    pub(crate) fn make_with(
        directory: &Path,
        (desks, seed): (usize, u64),
        settings: &str,
    ) -> Result<Ground> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let root_key = RootKey::from_seed(&random(&mut rng));
        let root = Root::new(1, vec![root_key.public()])?;
        let id = root.line_id();
        let coordinator = DeviceKey::from_seed(&random(&mut rng));
        let days = (Day(0), Day(u32::MAX));
        let delegation = Delegation::draft(id, 1, days, 1, &[coordinator.public()])
            .sign_by_root(&root_key)
            .done();
        let document = LineDocument {
            day: Day(0),
            statements: vec![root.statement().to_bytes(), delegation.to_bytes()],
        };
        std::fs::write(directory.join("line.statements"), document.to_bytes())?;
        let page = directory.join("page");
        std::fs::create_dir_all(&page)?;
        for tag in PAGE {
            for name in [format!("{tag}.html"), format!("letters-{tag}.html")] {
                std::fs::write(page.join(name), "<!doctype html>")?;
            }
            std::fs::write(page.join(format!("{tag}.json")), "{}")?;
        }
        let config = format!("line = \"line.statements\"\npage_files = \"page\"\n{settings}");
        std::fs::write(directory.join("footbridge.toml"), config)?;
        Ok(Ground {
            id,
            shift_key: ShiftSecretKey::from_seed(&random(&mut rng)),
            team_key: TeamKey::random(&mut rng),
            coordinator,
            desks: (0..desks).map(|_| random(&mut rng)).collect(),
            directory: directory.to_owned(),
        })
    }

    /// Starts the relay; gives it and its address once it answers.
    ///
    /// # Errors
    /// When it does not start.
    pub(crate) async fn relay(&self) -> Result<(Process, String)> {
        let config = self.directory.join("footbridge.toml").display().to_string();
        let arguments = [
            "serve",
            "--config",
            &config,
            "--json",
            "--listen",
            "127.0.0.1:0",
        ];
        let log = self.directory.join(LOG);
        let mut relay = Process::start("relay", &footbridge()?, &arguments, &log)?;
        let ready = relay.says().await?;
        let address = ready.get("ready").and_then(|value| value.as_str());
        let address = address.context("the relay gave no address")?.to_owned();
        Ok((relay, address))
    }

    /// What the relay's log says, and how often it says each line. The lines have no time.
    ///
    /// # Errors
    /// When the log can't be read.
    pub(crate) fn logged(&self) -> Result<BTreeMap<String, usize>> {
        let log = std::fs::read_to_string(self.directory.join(LOG))?;
        let mut lines = BTreeMap::new();
        for line in log.lines() {
            *lines.entry(line.to_owned()).or_default() += 1;
        }
        Ok(lines)
    }

    /// Publishes who may read, and a shift from now on.
    ///
    /// # Errors
    /// When the relay refuses.
    pub(crate) async fn open_shift(&self, relay: &RelayClient) -> Result<()> {
        let keys: Vec<_> = (0..self.desks.len())
            .filter_map(|number| Some(self.device(number)?.public()))
            .collect();
        let list = DeviceList::draft(self.id, 1, &keys).sign_by_device(&self.coordinator);
        relay.publish(&list.done().to_bytes()).await?;
        let now = now()?;
        let signing = ShiftSigningKey::from_seed(&[4; 32]).public();
        let key = self.shift_key.public();
        let notice = ShiftNotice::draft(self.id, EPOCH, (now, now.plus(600)), &key, signing)
            .sign_by_device(&self.coordinator);
        relay.publish(&notice.done().to_bytes()).await?;
        Ok(())
    }

    /// The shift on duty, as a contact reads and verifies it.
    ///
    /// # Errors
    /// When the relay serves none.
    pub(crate) async fn shift(&self, relay: &RelayClient) -> Result<Recipient> {
        let line = Line::verify(&relay.line().await?, Some(&self.id))?;
        let shift = line.shifts().first().context("no shift is on duty")?;
        Ok(shift.recipient().clone())
    }

    /// The device key of a desk.
    pub(crate) fn device(&self, number: usize) -> Option<DeviceKey> {
        self.desks.get(number).map(DeviceKey::from_seed)
    }

    /// The way of a desk to the relay.
    ///
    /// # Errors
    /// When there is no such desk.
    pub(crate) fn desk(&self, relay: &RelayClient, number: usize) -> Result<DeskClient> {
        let device = self.device(number).context("no such desk")?;
        Ok(DeskClient::new(relay.clone(), self.id, device))
    }

    /// What the relay's files take on the disk, in MiB.
    pub(crate) fn disk_mib(&self) -> f64 {
        let mut open = vec![self.directory.clone()];
        let mut bytes = 0;
        while let Some(directory) = open.pop() {
            // A file that goes away meanwhile takes no room.
            for entry in std::fs::read_dir(&directory)
                .into_iter()
                .flatten()
                .flatten()
            {
                match entry.metadata() {
                    Ok(about) if about.is_dir() => open.push(entry.path()),
                    Ok(about) => bytes += about.len(),
                    Err(_) => {}
                }
            }
        }
        #[allow(clippy::cast_precision_loss, reason = "a size for a person")]
        let mib = bytes as f64 / f64::from(1 << 20);
        mib
    }
}

/// This minute.
///
/// # Errors
/// When the clock stands before 1970.
#[allow(clippy::disallowed_methods, reason = "a measurement reads the clock")]
pub(crate) fn now() -> Result<Minute> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH)?;
    Ok(Minute(u32::try_from(since.as_secs() / 60)?))
}

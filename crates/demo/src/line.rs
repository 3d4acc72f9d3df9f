//! Bringing up a demonstration line, as an operator, two coordinators and two guides would.
#![allow(
    clippy::indexing_slicing,
    reason = "indexing a JSON value gives null where there is nothing"
)]

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};

use crate::ground::{COORDINATOR, GUIDE, Ground, SECOND_COORDINATOR, SECOND_GUIDE, by_two};
use crate::{DemoError, DeskDoor, Process};
use contact::now;

/// How long one step of bringing up may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
/// The passphrase of the demonstration's vaults; there is nothing in them to protect.
pub const PASSPHRASE: &str = "demonstration";

/// What to bring up, and from what.
pub struct DemoOptions {
    /// The `footbridge` command.
    pub executable: PathBuf,
    /// Where to keep the line's files; `None` for a directory that goes away.
    pub directory: Option<PathBuf>,
    /// The page's files.
    pub page_files: PathBuf,
    /// `record.json`, `cards.json`, `claims.json`.
    pub data: PathBuf,
    /// The relay's port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// How often open pages take a turn, in milliseconds; `None` as the relay has it by default.
    pub pace_milliseconds: Option<u64>,
}

/// A relay, two coordinators' desks and two guides' desks, all running.
pub struct DemoLine {
    relay_url: String,
    porch_url: String,
    coordinator: DeskDoor,
    second_coordinator: DeskDoor,
    guide: DeskDoor,
    second_guide: DeskDoor,
    /// The processes of the porch and the desks, and the relay's unless it is away.
    desks: Vec<Process>,
    relay: Option<Process>,
    executable: PathBuf,
    port: u16,
    pace_milliseconds: Option<u64>,
    directory: PathBuf,
    _kept: Option<tempfile::TempDir>,
}

pub(crate) fn file_error(what: &Path) -> impl FnOnce(std::io::Error) -> DemoError {
    let what = what.display().to_string();
    move |error| DemoError::File { what, error }
}

/// Ports below those that systems give to connections that go out, so that none takes a port between the look and the use.
const PORTS: std::ops::Range<u16> = 20_000..32_000;

/// A port of this computer's loopback address that was free a moment ago.
///
/// # Errors
/// [`DemoError::File`] when a hundred were taken.
pub fn free_port() -> Result<u16, DemoError> {
    let mut taken = std::io::Error::from(std::io::ErrorKind::AddrInUse);
    for _ in 0..100 {
        let drawn = getrandom::u32().map_err(|error| std::io::Error::other(error.to_string()));
        let drawn = drawn.map_err(file_error(Path::new("127.0.0.1")))?;
        let among = u32::from(PORTS.end - PORTS.start);
        let port = u16::try_from(drawn % among).map_or(PORTS.start, |place| PORTS.start + place);
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            Ok(_) => return Ok(port),
            Err(error) => taken = error,
        }
    }
    Err(file_error(Path::new("127.0.0.1"))(taken))
}

fn read_json(path: &Path) -> Result<Value, DemoError> {
    let text = std::fs::read_to_string(path).map_err(file_error(path))?;
    serde_json::from_str(&text).map_err(|error| DemoError::File {
        what: path.display().to_string(),
        error: error.into(),
    })
}

/// The cards of a directory with the record on which they rest, as one card set: `cards.json`, `record.json`, `claims.json`.
///
/// # Errors
/// [`DemoError::File`] when one can't be read or is not JSON.
pub fn card_set(data: &Path) -> Result<String, DemoError> {
    let mut set = read_json(&data.join("cards.json"))?;
    if let Some(set) = set.as_object_mut() {
        set.insert("record".into(), read_json(&data.join("record.json"))?);
        set.insert("claims".into(), read_json(&data.join("claims.json"))?);
    }
    Ok(set.to_string())
}

impl DemoLine {
    /// Brings everything up; `progress` is told each step in one line.
    ///
    /// # Errors
    /// When a file is missing or a process does not do what it should; the error says which.
    pub async fn start(
        options: &DemoOptions,
        progress: impl Fn(&str),
    ) -> Result<DemoLine, DemoError> {
        let (directory, kept) = match &options.directory {
            Some(directory) => {
                std::fs::create_dir_all(directory).map_err(file_error(directory))?;
                (directory.clone(), None)
            }
            None => {
                let kept =
                    tempfile::tempdir().map_err(file_error(Path::new("temporary directory")))?;
                (kept.path().to_owned(), Some(kept))
            }
        };
        let ground = Ground {
            executable: &options.executable,
            directory: &directory,
        };
        std::fs::write(directory.join("passphrase"), PASSPHRASE).map_err(file_error(&directory))?;
        let port = match options.port {
            0 => free_port()?,
            port => port,
        };
        let relay_url = format!("http://127.0.0.1:{port}");

        progress("making a line: root keys, first coordinator");
        ground.init(&relay_url, &options.page_files).await?;
        progress("starting the relay");
        let relay = ground.relay(port, options.pace_milliseconds).await?;
        progress("starting a porch, for browsers without scripts");
        let (porch, porch_url) = ground.porch(&relay_url).await?;
        progress("opening the coordinator's desk");
        let (coordinator_process, coordinator) = ground.desk(COORDINATOR).await?;
        coordinator
            .wait_until(PATIENCE, |view| view["admitted"] == true)
            .await?;
        progress("admitting a second coordinator; from here on two persons must agree");
        let (second_process, second_coordinator) = ground
            .admit(&coordinator, None, &SECOND_COORDINATOR)
            .await?;
        ground
            .delegate(&relay_url, &[&coordinator, &second_coordinator])
            .await?;
        let two = (&coordinator, &second_coordinator);
        progress("publishing the cards: one proposes, the other has seen exactly them");
        let cards = card_set(&options.data)?;
        by_two(two, &json!({"command": "publish-cards", "cards": cards})).await?;
        progress("saying where the line can be reached");
        let place = json!({"kind": "site", "address": relay_url});
        let of_porch = json!({"kind": "porch", "address": porch_url});
        let places = [place, of_porch];
        let list = json!({"command": "set-entrances", "entrances": places, "good_days": 60});
        by_two(two, &list).await?;
        progress("inviting two guides, admitted by two");
        let seconded = Some(&second_coordinator);
        let (guide_process, guide) = ground.admit(&coordinator, seconded, &GUIDE).await?;
        let (other_process, second_guide) =
            ground.admit(&coordinator, seconded, &SECOND_GUIDE).await?;
        progress("planning a shift");
        plan(&coordinator, &[&guide, &second_guide]).await?;
        Ok(DemoLine {
            relay_url,
            porch_url,
            coordinator,
            second_coordinator,
            guide,
            second_guide,
            desks: vec![
                porch,
                other_process,
                guide_process,
                second_process,
                coordinator_process,
            ],
            relay: Some(relay),
            executable: options.executable.clone(),
            port,
            pace_milliseconds: options.pace_milliseconds,
            directory,
            _kept: kept,
        })
    }

    /// Publishes a card set: one coordinator proposes it, the other agrees to exactly that.
    ///
    /// # Errors
    /// [`DemoError::Desk`] when a desk refuses.
    pub async fn publish(&self, cards: &str) -> Result<(), DemoError> {
        let command = json!({"command": "publish-cards", "cards": cards});
        self.by_two(&command).await
    }

    /// Carries out what needs two coordinators: one asks for it, the other agrees to exactly that.
    ///
    /// # Errors
    /// [`DemoError::Desk`] when a desk refuses.
    pub async fn by_two(&self, command: &Value) -> Result<(), DemoError> {
        let two = (&self.coordinator, &self.second_coordinator);
        by_two(two, command).await
    }

    /// The relay's address, which is also the page's.
    pub fn relay_url(&self) -> &str {
        &self.relay_url
    }

    /// The porch's address.
    pub fn porch_url(&self) -> &str {
        &self.porch_url
    }

    /// The coordinator's desk.
    pub fn coordinator(&self) -> &DeskDoor {
        &self.coordinator
    }

    /// The desk of the coordinator who must agree.
    pub fn second_coordinator(&self) -> &DeskDoor {
        &self.second_coordinator
    }

    /// The guide's desk.
    pub fn guide(&self) -> &DeskDoor {
        &self.guide
    }

    /// The desk of the guide's colleague.
    pub fn second_guide(&self) -> &DeskDoor {
        &self.second_guide
    }

    /// Where the line's files are.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Where the desks' vaults are.
    pub(crate) fn vaults(&self) -> [PathBuf; 4] {
        let roles = [COORDINATOR, SECOND_COORDINATOR, GUIDE, SECOND_GUIDE];
        roles.map(|role| self.directory.join(role.vault))
    }

    /// What `footbridge ARGUMENTS` says, as one JSON object, and that it ended well.
    ///
    /// # Errors
    /// When it can't be started, says something else, or fails; its log is `NAME.log`.
    pub async fn command(
        &self,
        name: &'static str,
        arguments: &[&str],
    ) -> Result<serde_json::Value, DemoError> {
        let log = self.directory.join(format!("{name}.log"));
        let mut process = Process::start(name, &self.executable, arguments, &log)?;
        let said = process.says().await?;
        process.finished().await?;
        Ok(said)
    }

    /// The relay's process id, while it runs.
    pub fn relay_process(&self) -> Option<u32> {
        self.relay.as_ref().and_then(Process::id)
    }

    /// Ends the relay at once, as a power cut would; the desks go on.
    pub async fn lose_relay(&mut self) {
        if let Some(relay) = self.relay.take() {
            relay.kill().await;
        }
    }

    /// Brings the relay back, at the same address and with the same files.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn restore_relay(&mut self) -> Result<(), DemoError> {
        let ground = Ground {
            executable: &self.executable,
            directory: &self.directory,
        };
        self.relay = Some(ground.relay(self.port, self.pace_milliseconds).await?);
        Ok(())
    }

    /// Ends the relay, adds lines to its configuration, and brings it back.
    ///
    /// # Errors
    /// When the file can't be written, or the relay does not start.
    pub async fn configure_relay(&mut self, lines: &str) -> Result<(), DemoError> {
        self.lose_relay().await;
        let path = self.directory.join("line/footbridge.toml");
        let mut config = std::fs::read_to_string(&path).map_err(file_error(&path))?;
        config.push_str(lines);
        std::fs::write(&path, config).map_err(file_error(&path))?;
        self.restore_relay().await
    }

    /// The files of the relay and of the desks that hold one of these texts, in UTF-8 or UTF-16.
    ///
    /// # Errors
    /// When a file can't be read.
    pub fn search_disks(&self, canaries: &[&str]) -> Result<Vec<String>, DemoError> {
        let needles: Vec<Vec<u8>> = canaries
            .iter()
            .flat_map(|canary| {
                let wide = canary.encode_utf16().flat_map(u16::to_le_bytes).collect();
                [canary.as_bytes().to_vec(), wide]
            })
            .collect();
        let mut found = Vec::new();
        let mut directories = vec![self.directory.clone()];
        while let Some(directory) = directories.pop() {
            for entry in std::fs::read_dir(&directory).map_err(file_error(&directory))? {
                let path = entry.map_err(file_error(&directory))?.path();
                if path.is_dir() {
                    directories.push(path);
                    continue;
                }
                let bytes = std::fs::read(&path).map_err(file_error(&path))?;
                let holds = |needle: &Vec<u8>| bytes.windows(needle.len()).any(|at| at == needle);
                if needles.iter().any(holds) {
                    found.push(path.display().to_string());
                }
            }
        }
        Ok(found)
    }

    /// Stops everything, desks first.
    pub async fn stop(self) {
        for process in self.desks.into_iter().chain(self.relay) {
            process.stop().await;
        }
    }
}

/// Plans a shift of eight hours from now for the guides, who check in.
async fn plan(coordinator: &DeskDoor, guides: &[&DeskDoor]) -> Result<(), DemoError> {
    let mut devices = Vec::new();
    for guide in guides {
        devices.push(guide.view().await?["device"].clone());
    }
    let from = now();
    let plan = json!({
        "command": "plan-shift", "from": from.0, "until": from.plus(8 * 60).0, "guides": devices,
    });
    coordinator.command(&plan).await?;
    for guide in guides {
        guide
            .wait_until(PATIENCE, |view| view["on_duty"] == true)
            .await?;
        guide.command(&json!({"command": "check-in"})).await?;
        guide
            .wait_until(PATIENCE, |view| view["checked_in"] == true)
            .await?;
        guide.settled(PATIENCE).await?;
    }
    Ok(())
}

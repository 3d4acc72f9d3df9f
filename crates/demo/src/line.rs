//! Bringing up a demonstration line, as an operator, a coordinator and a guide would.
#![allow(
    clippy::indexing_slicing,
    reason = "indexing a JSON value gives null where there is nothing"
)]

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};

use crate::contact::now;
use crate::{DemoError, DeskDoor, Process};

/// How long one step of bringing up may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// The passphrase of the demonstration's vaults; there is nothing in them to protect.
const PASSPHRASE: &str = "demonstration";

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
}

/// A relay, a coordinator's desk and a guide's desk, all running.
pub struct DemoLine {
    relay_url: String,
    coordinator: DeskDoor,
    guide: DeskDoor,
    processes: Vec<Process>,
    directory: PathBuf,
    _kept: Option<tempfile::TempDir>,
}

fn file_error(what: &Path) -> impl FnOnce(std::io::Error) -> DemoError {
    let what = what.display().to_string();
    move |error| DemoError::File { what, error }
}

/// A port that was free a moment ago.
fn free_port() -> Result<u16, DemoError> {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|socket| socket.local_addr());
    Ok(free.map_err(file_error(Path::new("127.0.0.1")))?.port())
}

fn read_json(path: &Path) -> Result<Value, DemoError> {
    let text = std::fs::read_to_string(path).map_err(file_error(path))?;
    serde_json::from_str(&text).map_err(|error| DemoError::File {
        what: path.display().to_string(),
        error: error.into(),
    })
}

/// The cards with the record on which they rest, as one card set.
fn card_set(data: &Path) -> Result<String, DemoError> {
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
        let relay = ground.relay(port).await?;
        progress("opening the coordinator's desk");
        let (coordinator_process, coordinator) = ground.desk("line/coordinator").await?;
        progress("publishing the cards");
        coordinator
            .wait_until(PATIENCE, |view| view["admitted"] == true)
            .await?;
        let cards = json!({"command": "publish-cards", "cards": card_set(&options.data)?});
        coordinator.command(&cards).await?;
        progress("inviting and admitting a guide");
        let (guide_process, guide) = ground.admit(&coordinator).await?;
        progress("planning a shift");
        plan(&coordinator, &guide).await?;
        Ok(DemoLine {
            relay_url,
            coordinator,
            guide,
            processes: vec![guide_process, coordinator_process, relay],
            directory,
            _kept: kept,
        })
    }

    /// The relay's address, which is also the page's.
    pub fn relay_url(&self) -> &str {
        &self.relay_url
    }

    /// The coordinator's desk.
    pub fn coordinator(&self) -> &DeskDoor {
        &self.coordinator
    }

    /// The guide's desk.
    pub fn guide(&self) -> &DeskDoor {
        &self.guide
    }

    /// Where the line's files are.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The relay's process id, while it runs.
    pub fn relay_process(&self) -> Option<u32> {
        self.processes.last().and_then(Process::id)
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
        for process in self.processes {
            process.stop().await;
        }
    }
}

struct Ground<'a> {
    executable: &'a Path,
    directory: &'a Path,
}

impl Ground<'_> {
    fn path(&self, name: &str) -> String {
        self.directory.join(name).display().to_string()
    }

    fn run(&self, name: &'static str, arguments: &[&str]) -> Result<Process, DemoError> {
        let log = self
            .directory
            .join(format!("{}.log", name.replace(' ', "-")));
        Process::start(name, self.executable, arguments, &log)
    }

    async fn init(&self, relay_url: &str, page_files: &Path) -> Result<(), DemoError> {
        let page_files = page_files.canonicalize().map_err(file_error(page_files))?;
        let (directory, passphrase) = (self.path("line"), self.path("passphrase"));
        let arguments = [
            "init",
            "--directory",
            &directory,
            "--relay",
            relay_url,
            "--name",
            "Willow",
            "--page-files",
            &page_files.display().to_string(),
            "--passphrase-file",
            &passphrase,
        ];
        self.run("line set-up", &arguments)?.finished().await
    }

    async fn relay(&self, port: u16) -> Result<Process, DemoError> {
        let config = self.path("line/footbridge.toml");
        let listen = format!("127.0.0.1:{port}");
        let arguments = ["serve", "--config", &config, "--listen", &listen, "--json"];
        let mut process = self.run("relay", &arguments)?;
        process.says().await?;
        Ok(process)
    }

    async fn desk(&self, vault: &'static str) -> Result<(Process, DeskDoor), DemoError> {
        let name = match vault {
            "guide" => "guide's desk",
            _ => "coordinator's desk",
        };
        let (vault, passphrase) = (self.path(vault), self.path("passphrase"));
        let arguments = [
            "desk",
            "--vault",
            &vault,
            "--passphrase-file",
            &passphrase,
            "--json",
        ];
        let mut process = self.run(name, &arguments)?;
        let ready = process.says().await?;
        let link = ready["open"].as_str().ok_or(DemoError::Answer(name))?;
        let script = ready["script"].as_str().ok_or(DemoError::Answer(name))?;
        Ok((process, DeskDoor::enter(link, script).await?))
    }

    /// Invites, joins, compares the words, admits.
    async fn admit(&self, coordinator: &DeskDoor) -> Result<(Process, DeskDoor), DemoError> {
        let invite = json!({"command": "invite", "work_name": "Birch"});
        coordinator.command(&invite).await?;
        let view = coordinator
            .wait_until(PATIENCE, |view| view["invitation"].is_string())
            .await?;
        let invitation = view["invitation"].as_str().unwrap_or_default().to_owned();
        let (vault, passphrase) = (self.path("guide"), self.path("passphrase"));
        let arguments = [
            "join",
            &invitation,
            "--vault",
            &vault,
            "--name",
            "Birch",
            "--passphrase-file",
            &passphrase,
            "--json",
        ];
        let mut join = self.run("joining desk", &arguments)?;
        let joined = join.says().await?;
        join.finished().await?;
        let check = json!({"command": "check-invitations"});
        coordinator.command(&check).await?;
        let view = coordinator
            .wait_until(PATIENCE, |view| view["joining"][0].is_object())
            .await?;
        if view["joining"][0]["words"] != joined["words"] {
            return Err(DemoError::Desk("the words of the newcomer differ".into()));
        }
        let device = &view["joining"][0]["device"];
        let admit = json!({"command": "admit", "device": device, "role": "guide"});
        coordinator.command(&admit).await?;
        let (process, guide) = self.desk("guide").await?;
        guide
            .wait_until(PATIENCE, |view| view["admitted"] == true)
            .await?;
        Ok((process, guide))
    }
}

/// Plans a shift of eight hours from now for the guide, who checks in.
async fn plan(coordinator: &DeskDoor, guide: &DeskDoor) -> Result<(), DemoError> {
    let device = guide.view().await?["device"].clone();
    let from = now();
    let plan = json!({
        "command": "plan-shift", "from": from.0, "until": from.plus(8 * 60).0, "guides": [device],
    });
    coordinator.command(&plan).await?;
    guide
        .wait_until(PATIENCE, |view| view["on_duty"] == true)
        .await?;
    guide.command(&json!({"command": "check-in"})).await?;
    guide
        .wait_until(PATIENCE, |view| view["checked_in"] == true)
        .await?;
    guide.settled(PATIENCE).await
}

//! Bringing up a demonstration line, as an operator, two coordinators and two guides would.
#![allow(
    clippy::indexing_slicing,
    reason = "indexing a JSON value gives null where there is nothing"
)]

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::Duration;

use client::RelayClient;
use serde_json::{Value, json};
use statements::{Delegation, DevicePublicKey, Line, RootKey};

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

/// A relay, two coordinators' desks and two guides' desks, all running.
pub struct DemoLine {
    relay_url: String,
    coordinator: DeskDoor,
    second_coordinator: DeskDoor,
    guide: DeskDoor,
    second_guide: DeskDoor,
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
        publish(two, &card_set(&options.data)?).await?;
        progress("inviting two guides, admitted by two");
        let seconded = Some(&second_coordinator);
        let (guide_process, guide) = ground.admit(&coordinator, seconded, &GUIDE).await?;
        let (other_process, second_guide) =
            ground.admit(&coordinator, seconded, &SECOND_GUIDE).await?;
        progress("planning a shift");
        plan(&coordinator, &[&guide, &second_guide]).await?;
        Ok(DemoLine {
            relay_url,
            coordinator,
            second_coordinator,
            guide,
            second_guide,
            processes: vec![
                other_process,
                guide_process,
                second_process,
                coordinator_process,
                relay,
            ],
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

/// Somebody of the demonstration.
struct Role {
    /// The vault's place.
    vault: &'static str,
    /// What the desk is called in messages.
    desk: &'static str,
    work_name: &'static str,
    stage: &'static str,
    acts: &'static [&'static str],
}

const COORDINATOR: Role = Role {
    vault: "line/coordinator",
    desk: "coordinator's desk",
    work_name: "Willow",
    stage: "coordinator",
    acts: &[],
};
const SECOND_COORDINATOR: Role = Role {
    vault: "second-coordinator",
    desk: "second coordinator's desk",
    work_name: "Rowan",
    stage: "coordinator",
    acts: &["answer", "supervise", "publish"],
};
const GUIDE: Role = Role {
    vault: "guide",
    desk: "guide's desk",
    work_name: "Birch",
    stage: "guide",
    acts: &["answer"],
};
const SECOND_GUIDE: Role = Role {
    vault: "second-guide",
    desk: "second guide's desk",
    work_name: "Alder",
    stage: "guide",
    acts: &["answer"],
};
/// For how many days the demonstration's second delegation holds.
const DAYS: u32 = 365;

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
            COORDINATOR.work_name,
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

    async fn desk(&self, role: Role) -> Result<(Process, DeskDoor), DemoError> {
        let (vault, passphrase) = (self.path(role.vault), self.path("passphrase"));
        let arguments = [
            "desk",
            "--vault",
            &vault,
            "--passphrase-file",
            &passphrase,
            "--json",
        ];
        let mut process = self.run(role.desk, &arguments)?;
        let ready = process.says().await?;
        let answer = || DemoError::Answer(role.desk);
        let link = ready["open"].as_str().ok_or_else(answer)?;
        let script = ready["script"].as_str().ok_or_else(answer)?;
        Ok((process, DeskDoor::enter(link, script).await?))
    }

    /// Invites, joins, compares the words, proposes the admission, and has the second coordinator agree if there is one.
    async fn admit(
        &self,
        coordinator: &DeskDoor,
        second: Option<&DeskDoor>,
        role: &Role,
    ) -> Result<(Process, DeskDoor), DemoError> {
        let before = coordinator.view().await?["invitation"].clone();
        let invite = json!({"command": "invite", "work_name": role.work_name});
        coordinator.command(&invite).await?;
        let view = coordinator
            .wait_until(PATIENCE, |view| {
                view["invitation"].is_string() && view["invitation"] != before
            })
            .await?;
        let invitation = view["invitation"].as_str().unwrap_or_default().to_owned();
        let joined = self.join(&invitation, role).await?;
        let check = json!({"command": "check-invitations"});
        coordinator.command(&check).await?;
        let view = coordinator
            .wait_until(PATIENCE, |view| view["joining"][0].is_object())
            .await?;
        if view["joining"][0]["words"] != joined["words"] {
            return Err(DemoError::Desk("the words of the newcomer differ".into()));
        }
        let admit = admission(&view, role);
        coordinator.command(&admit).await?;
        if let Some(second) = second {
            agree(second).await?;
        }
        let (process, newcomer) = self.desk(Role { ..*role }).await?;
        newcomer
            .wait_until(PATIENCE, |view| view["admitted"] == true)
            .await?;
        newcomer.settled(PATIENCE).await?;
        Ok((process, newcomer))
    }

    async fn join(&self, invitation: &str, role: &Role) -> Result<Value, DemoError> {
        let (vault, passphrase) = (self.path(role.vault), self.path("passphrase"));
        let arguments = [
            "join",
            invitation,
            "--vault",
            &vault,
            "--name",
            role.work_name,
            "--passphrase-file",
            &passphrase,
            "--json",
        ];
        let mut join = self.run("joining desk", &arguments)?;
        let joined = join.says().await?;
        join.finished().await?;
        Ok(joined)
    }

    /// The root keys name both coordinators, of whom two must agree from then on.
    async fn delegate(&self, relay_url: &str, desks: &[&DeskDoor]) -> Result<(), DemoError> {
        let relay = RelayClient::new(relay_url).map_err(relay_error)?;
        let document = relay.line().await.map_err(relay_error)?;
        let line = Line::verify(&document, None).map_err(relay_error)?;
        let mut devices = Vec::new();
        for desk in desks {
            let hex = desk.view().await?["device"].clone();
            devices
                .push(device(hex.as_str().unwrap_or_default()).ok_or(DemoError::Answer("desk"))?);
        }
        let today = now().day();
        let serial = line.delegation().serial().saturating_add(1);
        let days = (today, today.plus(DAYS));
        let mut draft = Delegation::draft(line.id(), serial, days, 2, &devices);
        for number in 1..=line.root().threshold() {
            let path = self.directory.join(format!("line/root-keys/{number}.key"));
            let kept = std::fs::read_to_string(&path).map_err(file_error(&path))?;
            let seed = kept.lines().find_map(unhex);
            let seed = seed.ok_or(DemoError::Answer("root key"))?;
            draft = draft.sign_by_root(&RootKey::from_seed(&seed));
        }
        relay
            .publish(&draft.done().to_bytes())
            .await
            .map_err(relay_error)?;
        for desk in desks {
            desk.wait_until(PATIENCE, |view| view["admission_threshold"] == 2)
                .await?;
            desk.settled(PATIENCE).await?;
        }
        Ok(())
    }
}

fn relay_error(error: impl std::fmt::Display) -> DemoError {
    DemoError::Relay(error.to_string())
}

fn unhex(digits: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if digits.len() != 64 {
        return None;
    }
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(digits.get(2 * index..2 * index + 2)?, 16).ok()?;
    }
    Some(bytes)
}

fn device(digits: &str) -> Option<DevicePublicKey> {
    unhex(digits).map(DevicePublicKey)
}

/// The wish to admit a device, with what its stage commonly may do, for as long as the one who admits may.
fn admission(view: &Value, role: &Role) -> Value {
    let held = &view["roster"][0]["permissions"][0];
    let permissions: Vec<Value> = role
        .acts
        .iter()
        .map(|act| {
            json!({
                "act": act, "authority": "The association (demonstration)", "document": "minutes 1",
                "from": held["from"], "until": held["until"],
            })
        })
        .collect();
    json!({
        "command": "admit", "device": view["joining"][0]["device"], "stage": role.stage,
        "until": held["until"], "permissions": permissions,
    })
}

/// The second person sees the only proposal and agrees.
async fn agree(second: &DeskDoor) -> Result<(), DemoError> {
    let view = second
        .wait_until(PATIENCE, |view| view["proposals"][0]["may_decide"] == true)
        .await?;
    let proposal = &view["proposals"][0]["proposal"];
    let approve = json!({"command": "approve", "proposal": proposal});
    second.command(&approve).await?;
    second
        .wait_until(PATIENCE, |view| {
            view["proposals"].as_array().is_some_and(Vec::is_empty)
        })
        .await?;
    second.settled(PATIENCE).await
}

async fn publish((first, second): (&DeskDoor, &DeskDoor), cards: &str) -> Result<(), DemoError> {
    first
        .command(&json!({"command": "publish-cards", "cards": cards}))
        .await?;
    agree(second).await
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

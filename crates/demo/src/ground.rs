//! The steps of bringing up, each by the command that a person would type.
#![allow(
    clippy::indexing_slicing,
    reason = "indexing a JSON value gives null where there is nothing"
)]

use std::path::Path;

use serde_json::{Value, json};

use crate::line::{PATIENCE, file_error};
use crate::{DemoError, DeskDoor, Process};

/// Somebody of the demonstration.
pub(crate) struct Role {
    /// The vault's place.
    pub(crate) vault: &'static str,
    /// What the desk is called in messages.
    desk: &'static str,
    work_name: &'static str,
    stage: &'static str,
    acts: &'static [&'static str],
    /// What the person answers questions about.
    topics: &'static [&'static str],
}

pub(crate) const COORDINATOR: Role = Role {
    vault: "line/coordinator",
    desk: "coordinator's desk",
    work_name: "Willow",
    stage: "coordinator",
    acts: &[],
    topics: &[],
};
pub(crate) const SECOND_COORDINATOR: Role = Role {
    vault: "second-coordinator",
    desk: "second coordinator's desk",
    work_name: "Rowan",
    stage: "coordinator",
    acts: &["answer", "supervise", "publish", "hand-over"],
    topics: &[],
};
pub(crate) const GUIDE: Role = Role {
    vault: "guide",
    desk: "guide's desk",
    work_name: "Birch",
    stage: "guide",
    acts: &["answer", "hand-over"],
    topics: &["leaving", "captivity"],
};
pub(crate) const SECOND_GUIDE: Role = Role {
    vault: "second-guide",
    desk: "second guide's desk",
    work_name: "Alder",
    stage: "guide",
    acts: &["answer"],
    topics: &["relatives", "law"],
};
/// How many of a new line's root keys must sign together.
const ROOT_THRESHOLD: u8 = 2;

/// Where a demonstration is brought up, and by which command.
pub(crate) struct Ground<'a> {
    pub(crate) executable: &'a Path,
    pub(crate) directory: &'a Path,
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

    pub(crate) async fn init(&self, relay_url: &str, page_files: &Path) -> Result<(), DemoError> {
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

    pub(crate) async fn relay(&self, port: u16, pace: Option<u64>) -> Result<Process, DemoError> {
        let config = self.path("line/footbridge.toml");
        let listen = format!("127.0.0.1:{port}");
        let pace = pace.map(|pace| pace.to_string());
        let mut arguments = vec!["serve", "--config", &config, "--listen", &listen, "--json"];
        if let Some(pace) = &pace {
            arguments.extend(["--pace-milliseconds", pace]);
        }
        let mut process = self.run("relay", &arguments)?;
        process.says().await?;
        Ok(process)
    }

    /// A porch, and its address.
    pub(crate) async fn porch(&self, relay_url: &str) -> Result<(Process, String), DemoError> {
        let listen = "127.0.0.1:0";
        let arguments = ["porch", "--relay", relay_url, "--listen", listen, "--json"];
        let mut process = self.run("porch", &arguments)?;
        let ready = process.says().await?;
        let address = ready["ready"].as_str();
        let address = address.ok_or(DemoError::Answer("porch"))?.to_owned();
        Ok((process, address))
    }

    pub(crate) async fn desk(&self, role: Role) -> Result<(Process, DeskDoor), DemoError> {
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
    pub(crate) async fn admit(
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

    /// The root keys name both coordinators, of whom two must agree from then on: drafted, signed by one key after the other,
    /// published.
    pub(crate) async fn delegate(
        &self,
        relay_url: &str,
        desks: &[&DeskDoor],
    ) -> Result<(), DemoError> {
        let file = self.path("delegation.txt");
        let mut draft = vec!["draft".to_owned(), "--relay".into(), relay_url.into()];
        for desk in desks {
            let device = desk.view().await?["device"].clone();
            let device = device.as_str().ok_or(DemoError::Answer("desk"))?;
            draft.extend(["--coordinator".into(), device.to_owned()]);
        }
        self.delegation(draft, &file).await?;
        for number in 1..=ROOT_THRESHOLD {
            let key = self.path(&format!("line/root-keys/{number}.key"));
            let sign = vec!["sign".to_owned(), "--key".into(), key];
            self.delegation(sign, &file).await?;
        }
        let publish = vec!["publish".to_owned(), "--relay".into(), relay_url.into()];
        self.delegation(publish, &file).await?;
        for desk in desks {
            desk.wait_until(PATIENCE, |view| view["admission_threshold"] == 2)
                .await?;
            desk.settled(PATIENCE).await?;
        }
        Ok(())
    }

    async fn delegation(&self, step: Vec<String>, file: &str) -> Result<(), DemoError> {
        let mut arguments = vec!["delegate"];
        arguments.extend(step.iter().map(String::as_str));
        arguments.extend(["--file", file]);
        self.run("delegation", &arguments)?.finished().await
    }
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
        // Whoever checks a card answers for a language that he says he reads.
        "profile": {"topics": role.topics, "languages": ["en", "ko", "ru", "uk"], "dialects": ["ko-KP"]},
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

/// One coordinator proposes what a command asks for, the other has seen exactly that and agrees.
pub(crate) async fn by_two(
    (first, second): (&DeskDoor, &DeskDoor),
    command: &Value,
) -> Result<(), DemoError> {
    first.command(command).await?;
    agree(second).await
}

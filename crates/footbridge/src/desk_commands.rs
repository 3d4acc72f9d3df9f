//! `footbridge desk`, `footbridge invite`, `footbridge join`.

use std::io::Read;
use std::time::Duration;

use desk_app::{Connection, DeskConfig, Joined, NewDesk, Running, Shown, Vault, VaultCost};

use crate::Failure;
use crate::cli::{DeskArguments, InviteArguments, JoinArguments};
use crate::terminal;

/// How long the relay may take to answer before a person is told.
const PATIENCE: Duration = Duration::from_secs(30);

/// `footbridge desk`.
pub(crate) async fn desk(arguments: DeskArguments) -> Result<(), Failure> {
    let passphrase = match &arguments.passphrase_file {
        Some(file) => Some(terminal::passphrase(Some(file))?),
        // The first screen asks for it, so that it is typed where it is used.
        None => None,
    };
    let config = DeskConfig {
        vault: arguments.vault,
        passphrase,
        relay_url: arguments.relay,
        port: arguments.port,
    };
    let as_json = arguments.json;
    let ready = move |links: desk_app::Links| {
        if as_json {
            println!(
                "{}",
                serde_json::json!({"open": links.open, "script": links.script})
            );
        } else {
            println!(
                "Open this address in your browser; it works once:\n\n  {}\n\nCtrl-C closes the desk.",
                links.open
            );
        }
    };
    desk_app::run(config, ready, terminal::stop_asked()).await?;
    Ok(())
}

/// `footbridge invite`.
pub(crate) async fn invite(arguments: InviteArguments) -> Result<(), Failure> {
    let passphrase = terminal::passphrase(arguments.passphrase_file.as_deref())?;
    let vault = Vault::open(&arguments.vault, &passphrase)?;
    let running = Running::start(vault, None)?;
    // A desk that has not read the team log since it was opened makes no invitation.
    let is_ready = |shown: &Shown| shown.connection == Connection::Connected && shown.view.admitted;
    let heard = running.handle().wait_until(is_ready);
    if tokio::time::timeout(PATIENCE, heard).await.is_err() {
        running.stop().await;
        return Err(
            "the relay does not answer; no invitation was made. Try again when it does.".into(),
        );
    }
    let invite = desk::Command::Invite {
        work_name: arguments.name,
    };
    let invited = running.handle().command(invite).await;
    let shown = running.handle().view();
    running.stop().await;
    invited.map_err(|error| format!("no invitation was made: {error}"))?;
    let invitation = shown.invitation.as_ref().ok_or("no invitation was made")?;
    println!("{}", invitation.as_str());
    eprintln!("Give this to the newcomer by a way that nobody else reads. It serves once.");
    Ok(())
}

/// `footbridge join`.
pub(crate) async fn join(arguments: JoinArguments) -> Result<(), Failure> {
    let invitation = match arguments.invitation.as_str() {
        "-" => {
            let mut typed = String::new();
            std::io::stdin().read_to_string(&mut typed)?;
            typed
        }
        given => given.to_owned(),
    };
    let newcomer = NewDesk {
        vault: arguments.vault.clone(),
        passphrase: terminal::new_passphrase(arguments.passphrase_file.as_deref())?,
        cost: VaultCost::FULL,
        work_name: arguments.name,
    };
    let Joined { words, sent } = desk_app::join(&invitation, newcomer).await?;
    if arguments.json {
        println!("{}", serde_json::json!({"words": words, "sent": sent}));
        return Ok(());
    }
    println!(
        "Compare these words with the coordinator by voice:\n\n  {}\n",
        words.join(" ")
    );
    if !sent {
        println!("The relay could not be reached: the request is sent when the desk runs.");
    }
    println!(
        "Then: footbridge desk --vault {}",
        arguments.vault.display()
    );
    Ok(())
}

//! `footbridge revoke`: shuts a device out from a coordinator's machine.

use std::process::ExitCode;
use std::time::Duration;

use desk::{Command, ExposedState, MemberView};
use desk_app::{Connection, Running, Shown, Vault};
use serde_json::json;
use statements::RemovalReason;

use crate::Failure;
use crate::cli::RevokeArguments;
use crate::delegate::device;
use crate::terminal;

/// How long the relay and the other coordinators' desks may take before a person is told how far it has come.
const PATIENCE: Duration = Duration::from_secs(60);

fn is_meant(arguments: &RevokeArguments, member: &MemberView) -> Result<bool, Failure> {
    Ok(match (&arguments.device, &arguments.work_name) {
        (Some(digits), _) => member.device == device(digits)?,
        (None, Some(name)) => member.work_name == *name,
        (None, None) => false,
    })
}

/// How many exposed cases there are, and how many wait for shares.
fn cases(shown: &Shown, work_name: &str) -> (usize, usize) {
    let exposures = shown.view.exposures.iter();
    let cases: Vec<ExposedState> = exposures
        .filter(|exposure| exposure.work_name == work_name)
        .flat_map(|exposure| exposure.cases.iter().map(|case| case.state))
        .collect();
    let waiting = cases
        .iter()
        .filter(|state| **state == ExposedState::WaitsForShares);
    (cases.len(), waiting.count())
}

async fn ready(running: &Running) -> Result<(), Failure> {
    let is_ready = |shown: &Shown| shown.connection == Connection::Connected && shown.view.admitted;
    let heard = running.handle().wait_until(is_ready);
    match tokio::time::timeout(PATIENCE, heard).await {
        Ok(_) => Ok(()),
        Err(_) => {
            Err("the relay does not answer; nobody was shut out. Try again when it does.".into())
        }
    }
}

/// `footbridge revoke`.
pub(crate) async fn run(arguments: RevokeArguments) -> Result<ExitCode, Failure> {
    let reason = RemovalReason::from_word(&arguments.reason);
    let reason = reason.ok_or("the reason is one of: leaves, lost, distrusted")?;
    let passphrase = terminal::passphrase(arguments.passphrase_file.as_deref())?;
    let vault = Vault::open(&arguments.vault, &passphrase)?;
    let running = Running::start(vault, None)?;
    let done = shut_out(&running, &arguments, reason).await;
    running.stop().await;
    done
}

async fn shut_out(
    running: &Running,
    arguments: &RevokeArguments,
    reason: RemovalReason,
) -> Result<ExitCode, Failure> {
    ready(running).await?;
    let roster = running.handle().view().view.roster.clone();
    let mut meant = Vec::new();
    for member in &roster {
        if is_meant(arguments, member)? {
            meant.push(member);
        }
    }
    if meant.is_empty() {
        return Err("nobody of the team is meant by that: look at the roster's page".into());
    }
    let mut all_done = true;
    for member in meant {
        all_done &= one(running, member, reason, arguments.json).await?;
    }
    Ok(if all_done {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn one(
    running: &Running,
    member: &MemberView,
    reason: RemovalReason,
    as_json: bool,
) -> Result<bool, Failure> {
    let (device, name) = (member.device, member.work_name.clone());
    eprintln!("… shutting out {name}");
    let revoke = Command::Revoke { device, reason };
    running
        .handle()
        .command(revoke)
        .await
        .map_err(|error| format!("{name} was not shut out: {error}"))?;
    let removed = running.handle().wait_until(|shown| {
        !shown
            .view
            .roster
            .iter()
            .any(|member| member.device == device)
    });
    tokio::time::timeout(PATIENCE, removed)
        .await
        .map_err(|_| "the removal is not in the team log yet; it is sent when the desk runs")?;
    eprintln!("… every desk refuses it from now on; new keys are made");
    let settled = running
        .handle()
        .wait_until(|shown| shown.view.outbox == 0 && cases(shown, &name).1 == 0);
    let _ = tokio::time::timeout(PATIENCE, settled).await;
    let shown = running.handle().view();
    let (all, waiting) = cases(&shown, &name);
    let (rekeyed, outbox) = (all - waiting, shown.view.outbox);
    if as_json {
        println!(
            "{}",
            json!({"shut_out": name, "cases": all, "rekeyed": rekeyed, "wait_for_shares": waiting, "unsent": outbox})
        );
    } else {
        println!("{name} is shut out. Cases that it could read: {all}; with new keys: {rekeyed}.");
        if waiting > 0 {
            println!("{waiting} wait for another coordinator's desk: open it, and this desk too.");
        }
        if outbox > 0 {
            println!(
                "{outbox} requests have not reached the relay: open this desk until they have."
            );
        }
    }
    Ok(waiting == 0 && outbox == 0)
}

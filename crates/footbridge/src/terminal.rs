//! What the command says and asks on a terminal.

use std::path::Path;
use std::process::ExitCode;

use desk_app::Passphrase;
use tokio::signal::unix::{SignalKind, signal};

use crate::Failure;

/// Says what went wrong.
pub(crate) fn failed(failure: &Failure) -> ExitCode {
    eprintln!("footbridge: {failure}");
    ExitCode::FAILURE
}

/// The passphrase of a vault: the first line of a file, or typed without being shown.
pub(crate) fn passphrase(file: Option<&Path>) -> Result<Passphrase, Failure> {
    let typed = match file {
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .map_err(|error| format!("can't read {}: {error}", path.display()))?;
            text.lines().next().unwrap_or_default().to_owned()
        }
        None => rpassword::prompt_password("Passphrase of the vault: ")?,
    };
    Ok(Passphrase::new(typed))
}

/// The passphrase of a new vault, typed twice.
pub(crate) fn new_passphrase(file: Option<&Path>) -> Result<Passphrase, Failure> {
    if file.is_some() {
        return passphrase(file);
    }
    let first =
        rpassword::prompt_password("Choose a passphrase for the vault (six words or more): ")?;
    let second = rpassword::prompt_password("The same again: ")?;
    if first != second {
        return Err("the two are different; nothing was made, try again".into());
    }
    Ok(Passphrase::new(first))
}

/// Done when somebody asks this process to stop: Ctrl-C, or the system. Whoever asks after this was called is heard, also before it is awaited.
pub(crate) fn stop_asked() -> impl Future<Output = ()> {
    let asked = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
    );
    async {
        let (Ok(mut interrupt), Ok(mut terminate)) = asked else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }
}

//! The operator's listener and the service manager: who is told that the relay is ready, lives and stops.

use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use relay::Store;
use sd_notify::NotifyState;
use server::{App, Premises};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::watch;

use crate::Failure;
use crate::config::OperatorAddress;

/// Who may use the socket: its owner and its group.
const SOCKET_MODE: u32 = 0o660;

/// Done when the relay stops.
pub(crate) async fn stopped(mut stopping: watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stopping| *stopping).await;
}

/// A socket that an earlier relay left behind is removed; anything else that lies there is not.
fn bind_socket(path: &Path) -> Result<UnixListener, Failure> {
    let is_socket = path
        .symlink_metadata()
        .is_ok_and(|found| found.file_type().is_socket());
    if is_socket {
        std::fs::remove_file(path)?;
    }
    let listener = UnixListener::bind(path)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(SOCKET_MODE))?;
    Ok(listener)
}

/// Begins to answer the operator. Gives the address, for whoever asked for a free port.
///
/// # Errors
/// When it can't listen there.
pub(crate) async fn listen<S: Store>(
    address: &OperatorAddress,
    app: Arc<App<S>>,
    premises: Premises,
    stopping: watch::Receiver<bool>,
) -> Result<String, Failure> {
    let stopped = stopped(stopping);
    match address {
        OperatorAddress::Loopback(address) => {
            let listener = TcpListener::bind(address).await;
            let listener = listener
                .map_err(|error| format!("can't listen for the operator on {address}: {error}"))?;
            let address = listener.local_addr()?.to_string();
            tokio::spawn(server::serve_operator(listener, app, premises, stopped));
            Ok(address)
        }
        OperatorAddress::Socket(path) => {
            let listener = bind_socket(path).map_err(|error| {
                let path = path.display();
                format!("can't listen for the operator on {path}: {error}; does its directory exist, and may this user write there?")
            })?;
            tokio::spawn(server::serve_operator(listener, app, premises, stopped));
            Ok(format!("unix:{}", path.display()))
        }
    }
}

/// Tells the service manager, if one asked to be told. Without one, nothing happens.
fn tell(state: NotifyState<'_>) {
    if sd_notify::notify(&[state]).is_err() {
        tracing::warn!("the service manager can't be told how the relay is");
    }
}

/// Says that the relay is ready; from then on, as often as the service manager wants, that it lives: that its threads run and the store comes
/// back, with whatever answer. A relay that hangs says nothing and is started again.
pub(crate) fn ready<S: Store>(app: Arc<App<S>>) {
    tell(NotifyState::Ready);
    let Some(within) = sd_notify::watchdog_enabled() else {
        return;
    };
    tokio::spawn(async move {
        let mut beats = tokio::time::interval((within / 3).max(Duration::from_millis(100)));
        loop {
            beats.tick().await;
            // Five seconds at most.
            app.try_store().await;
            tell(NotifyState::Watchdog);
        }
    });
}

/// Says that the relay stops.
pub(crate) fn stopping() {
    tell(NotifyState::Stopping);
}

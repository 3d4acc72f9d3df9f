//! A browser that ends without being asked: power that fails, a battery that is taken out, a system that kills it.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::{Browser, Profile};

/// The processes that were started with this profile.
fn of_profile(profile: &Path) -> Result<Vec<String>> {
    let profile = profile.to_string_lossy();
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc")?.flatten() {
        let id = entry.file_name().to_string_lossy().into_owned();
        if !id.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        // A process may end while it is looked at.
        let command = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        if String::from_utf8_lossy(&command).contains(&*profile) {
            found.push(id);
        }
    }
    Ok(found)
}

impl Browser {
    /// Kills the browser at once and gives back its profile, as somebody finds it who takes the device.
    ///
    /// # Errors
    /// When it can't be found or killed.
    pub async fn crash(self) -> Result<Profile> {
        let running = of_profile(self.profile.path())?;
        ensure!(!running.is_empty(), "no process has this profile");
        let mut kill = Command::new("kill");
        kill.arg("-9").args(&running);
        // Some of them end with the first.
        let _ = kill.output().context("kill can't be run")?;
        while !of_profile(self.profile.path())?.is_empty() {
            tokio::task::yield_now().await;
        }
        drop(self.driver);
        Ok(Profile(self.profile))
    }
}

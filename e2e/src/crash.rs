//! A browser that ends without being asked: power that fails, a battery that is taken out, a system that kills it.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::{Browser, Profile};

/// The parent of a process, from `/proc/ID/stat`: what follows its name in parentheses, which may hold anything, and its state.
fn parent(stat: &str) -> Option<u32> {
    let (_, after) = stat.rsplit_once(") ")?;
    after.split(' ').nth(1)?.parse().ok()
}

/// The processes that run: what each was started with, and its parent.
fn running() -> Result<BTreeMap<u32, (String, u32)>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir("/proc")?.flatten() {
        let id = entry.file_name().to_string_lossy().parse();
        let read = |name| std::fs::read(entry.path().join(name)).unwrap_or_default();
        // A process may end while it is looked at; one that has ended has no command any more.
        let (command, stat) = (read("cmdline"), read("stat"));
        let parent = parent(&String::from_utf8_lossy(&stat));
        if let (Ok(id), Some(parent), false) = (id, parent, command.is_empty()) {
            let command = String::from_utf8_lossy(&command).into_owned();
            found.insert(id, (command, parent));
        }
    }
    Ok(found)
}

/// The processes that were started with this profile, and those that they have started.
fn of_profile(profile: &Path) -> Result<Vec<u32>> {
    let profile = profile.to_string_lossy();
    let running = running()?;
    let is_of_it = |id: &u32| {
        let mut next = running.get(id);
        while let Some((command, parent)) = next {
            if command.contains(&*profile) {
                return true;
            }
            next = running.get(parent);
        }
        false
    };
    Ok(running.keys().copied().filter(is_of_it).collect())
}

/// Kills what runs with this profile, and gives what that was.
pub(crate) fn kill(profile: &Path) -> Result<Vec<u32>> {
    let found = of_profile(profile)?;
    if !found.is_empty() {
        let mut kill = Command::new("kill");
        kill.arg("-9").args(found.iter().map(u32::to_string));
        // Some of them end with the first.
        let _ = kill.output().context("kill can't be run")?;
    }
    Ok(found)
}

impl Browser {
    /// Kills the browser at once and gives back its profile, as somebody finds it who takes the device.
    ///
    /// # Errors
    /// When it can't be found or killed.
    pub async fn crash(self) -> Result<Profile> {
        let killed = kill(self.profile.path())?;
        ensure!(!killed.is_empty(), "no process has this profile");
        while running()?.keys().any(|id| killed.contains(id)) {
            tokio::task::yield_now().await;
        }
        drop(self.driver);
        Ok(Profile(self.profile))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parent_is_read_whatever_the_name_is() {
        assert_eq!(parent("40 (Web Content) S 31 40 40 0"), Some(31));
        assert_eq!(parent("40 (a) R 1) S 31 40"), Some(31));
        assert_eq!(parent(""), None);
    }
}

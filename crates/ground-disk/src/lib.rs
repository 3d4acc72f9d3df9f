//! A disk of a test's own, mounted by FUSE and held in memory: it fills, fails and tears on command, and when its power is cut it
//! forgets what was not synced. In no program that a line goes by.

mod medium;
mod mounted;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Condvar, Mutex};

use fuser::{BackgroundSession, Config, MountOption};

use crate::medium::Medium;
use crate::mounted::{Mounted, Power, Shared};

const MISSING: &str =
    "this needs a file system of its own: /dev/fuse, and root or Debian's package fuse3";

/// A mounted disk. It is unmounted, and all that it holds is gone, when this is dropped.
pub struct Disk {
    shared: Arc<Shared>,
    path: PathBuf,
    session: Option<BackgroundSession>,
}

impl Disk {
    /// Mounts an empty disk at an empty directory. What it tears and forgets follows from the seed.
    ///
    /// # Errors
    /// When this machine does not allow it; the text says what is needed.
    pub fn mount(path: &Path, seed: u64) -> Result<Disk, String> {
        let shared = Arc::new(Shared {
            state: Mutex::new((Power::On, Medium::new(seed))),
            changed: Condvar::new(),
        });
        let mut disk = Disk {
            shared,
            path: path.to_owned(),
            session: None,
        };
        disk.plug_in()?;
        Ok(disk)
    }

    fn plug_in(&mut self) -> Result<(), String> {
        self.shared.lock().0 = Power::On;
        let mut config = Config::default();
        config.mount_options = vec![MountOption::FSName("footbridge-test".into())];
        let mounted = Mounted(Arc::clone(&self.shared));
        let session = fuser::spawn_mount(mounted, &self.path, &config)
            .map_err(|error| format!("{MISSING} ({error})"))?;
        self.session = Some(session);
        Ok(())
    }

    fn set(&self, power: Power) {
        self.shared.lock().0 = power;
        self.shared.changed.notify_all();
    }

    /// How many bytes all files together may have from now on, beyond what they have.
    pub fn leave_room(&self, bytes: u64) {
        let medium = &mut self.shared.lock().1;
        medium.room = u64::MAX;
        let taken = u64::MAX - medium.free();
        medium.room = taken.saturating_add(bytes);
    }

    /// Of 1,000 writes and syncs so many fail from now on.
    pub fn fail(&self, of_thousand: u32) {
        self.shared.lock().1.failing = of_thousand;
    }

    /// The power goes: from now on nothing reaches the disk, and nobody who asks it for anything hears of it.
    pub fn power_off(&self) {
        self.set(Power::Off);
    }

    /// The power comes back, once every process that used the disk was killed: what was not synced is lost or torn.
    ///
    /// # Errors
    /// When it can't be unmounted, since somebody still uses it, or not mounted again.
    pub fn power_on(&mut self) -> Result<(), String> {
        self.set(Power::Gone);
        if let Some(session) = self.session.take() {
            let unmounted = session.umount_and_join();
            unmounted.map_err(|error| format!("can't unmount the disk: {error}"))?;
        }
        self.shared.lock().1.cut();
        self.plug_in()
    }

    /// Lets go of those who were killed while they waited for the disk; comes before waiting until they are gone.
    pub fn release(&self) {
        self.set(Power::Gone);
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        self.set(Power::Gone);
        if self.session.is_some() {
            // Also while somebody who is just being killed still has a file open.
            let _ = Command::new("umount")
                .arg("--lazy")
                .arg(&self.path)
                .status();
        }
    }
}

//! A slow device: a control group of Linux that gives a part of one core to all of a browser together.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result};

/// Where control groups for the time of processors are (version 1, as the machines of `docs/figures.md` have them).
const GROUPS: &str = "/sys/fs/cgroup/cpu";
/// Microseconds in which a part is used up.
const PERIOD: u32 = 100_000;

/// A device for one browser at a time; its group is removed when it is dropped, if the browser has ended by then.
pub struct SlowDevice(PathBuf);

impl SlowDevice {
    /// One so many times slower than a core of this machine. It has one core, so what goes on at the same time in it goes on by turns.
    ///
    /// # Errors
    /// When the system lets no control group be made: it needs root, and version 1 of control groups.
    pub fn new(slower: u32) -> Result<SlowDevice> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("slow-device-{}-{number}", std::process::id());
        let group = Path::new(GROUPS).join(name);
        let about = "the device can't be slowed down: this system lets no control group be made";
        std::fs::create_dir(&group).context(about)?;
        let device = SlowDevice(group);
        device.set("cpu.cfs_period_us", PERIOD)?;
        device.set("cpu.cfs_quota_us", PERIOD / slower.max(1))?;
        Ok(device)
    }

    /// Takes a process in, and all that it starts from now on.
    pub(crate) fn take_in(&self, process: u32) -> Result<()> {
        self.set("cgroup.procs", process)
    }

    fn set(&self, what: &str, number: u32) -> Result<()> {
        let path = self.0.join(what);
        std::fs::write(&path, number.to_string()).with_context(|| path.display().to_string())
    }
}

impl Drop for SlowDevice {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir(&self.0);
    }
}

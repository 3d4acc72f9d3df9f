//! A sealed volume as `docs/operate/volume.md` has it, filled with noise and never longer or shorter. A server's kernel opens it; here QEMU
//! does, which knows the same format (LUKS, version 1) and needs no module of the kernel.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

/// So often something is asked for again until it is so.
const TRIES: u32 = 200;
const PAUSE: Duration = Duration::from_millis(50);

/// Nobody who looks at the disk tries it.
const PASSPHRASE: &str = "six random words of a test";

/// What is missing where a program can't be started.
const NEEDS: &str = "this needs root, /dev/fuse, loop devices, and of Debian's packages cryptsetup-bin, qemu-utils and e2fsprogs";

/// A volume that is open and mounted.
pub(super) struct Volume {
    directory: PathBuf,
    opener: Pid,
    is_mounted: bool,
}

fn run(program: &str, arguments: &[&str]) -> Result<()> {
    let output = Command::new(program).args(arguments).output();
    let output = output.with_context(|| format!("can't run {program}: {NEEDS}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("{program}: {}: {NEEDS}", said.trim());
    }
    Ok(())
}

#[allow(
    clippy::disallowed_methods,
    reason = "who ends or lets go of a disk tells nobody; only asking again tells"
)]
fn until(what: &str, mut is_so: impl FnMut() -> bool) -> Result<()> {
    for _ in 0..TRIES {
        if is_so() {
            return Ok(());
        }
        std::thread::sleep(PAUSE);
    }
    bail!("{what}")
}

impl Volume {
    /// Makes one of so many MiB in a new directory, and mounts it.
    ///
    /// # Errors
    /// What is missing for that on this machine.
    pub(super) fn make(directory: &Path, mib: u64) -> Result<Volume> {
        std::fs::create_dir(directory)?;
        let path = |name: &str| directory.join(name).display().to_string();
        let (sealed, passphrase) = (path("sealed"), path("passphrase"));
        let (opened, mounted, pid) = (path("opened"), path("mounted"), path("pid"));
        let noise = File::open("/dev/urandom")?;
        std::io::copy(&mut noise.take(mib << 20), &mut File::create(&sealed)?)?;
        // Many rounds would make guessing dear; nobody guesses here.
        std::fs::write(&passphrase, PASSPHRASE)?;
        let format = ["luksFormat", "--batch-mode", "--type", "luks1"];
        let quick = ["--pbkdf-force-iterations", "1000", &sealed, &passphrase];
        run("cryptsetup", &[format, quick].concat())?;
        File::create(&opened)?;
        let secret = format!("secret,id=passphrase,file={passphrase}");
        let file = format!("driver=file,node-name=sealed,filename={sealed},discard=ignore");
        let luks = "driver=luks,node-name=opened,file=sealed,key-secret=passphrase";
        let export = format!("fuse,id=export,node-name=opened,mountpoint={opened},writable=on");
        let opening = ["--object", &secret, "--blockdev", &file, "--blockdev", luks];
        let ending = ["--export", &export, "--daemonize", "--pidfile", &pid];
        run("qemu-storage-daemon", &[&opening[..], &ending].concat())?;
        let pid: i32 = std::fs::read_to_string(&pid)?.trim().parse()?;
        let mut volume = Volume {
            directory: directory.to_owned(),
            opener: Pid::from_raw(pid).context("no process")?,
            is_mounted: false,
        };
        let quiet = ["-q", "-m", "0", "-E", "nodiscard", &opened];
        run("mkfs.ext4", &quiet)?;
        std::fs::create_dir(&mounted)?;
        let options = "loop,noatime,nodiscard";
        run("mount", &["-o", options, &opened, &mounted])?;
        volume.is_mounted = true;
        Ok(volume)
    }

    /// Where files go.
    pub(super) fn mounted(&self) -> PathBuf {
        self.directory.join("mounted")
    }

    /// What whoever takes the disk has.
    pub(super) fn sealed(&self) -> PathBuf {
        self.directory.join("sealed")
    }

    /// What whoever has the passphrase as well has; until it is closed.
    pub(super) fn opened(&self) -> PathBuf {
        self.directory.join("opened")
    }

    /// Writes everything to the disk, as a machine does that is turned off.
    ///
    /// # Errors
    /// When something still uses it.
    pub(super) fn unmount(&mut self) -> Result<()> {
        let mounted = self.mounted().display().to_string();
        // A server that was killed takes a moment to let go of its files.
        until("something still uses the volume", || {
            run("umount", &[&mounted]).is_ok()
        })?;
        self.is_mounted = false;
        Ok(())
    }
}

impl Drop for Volume {
    fn drop(&mut self) {
        // Whatever broke off is to leave nothing behind; there is nobody to tell.
        if self.is_mounted {
            let _ = self.unmount();
        }
        let _ = kill_process(self.opener, Signal::TERM);
        let pid = self.directory.join("pid");
        let _ = until("the volume stays open", || !pid.exists());
    }
}

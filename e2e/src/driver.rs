//! ChromeDriver or geckodriver: the program between a test and its browser.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::{Kind, crash};

/// What they print when they listen: one of these, and their port.
const STARTED: [&str; 2] = [
    "was started successfully on port ",
    "Listening on 127.0.0.1:",
];

/// Where `cargo xtask firefox` puts geckodriver, from the project's root.
const GECKODRIVER: &str = "target/tools/bin/geckodriver";

/// A running driver; ended when dropped, with its browser.
pub(crate) struct Driver {
    child: Child,
    port: u16,
    profile: PathBuf,
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        // After a test that failed its browser is still there.
        let _ = crash::kill(&self.profile);
    }
}

/// The port in what it prints.
fn port(line: &str) -> Option<u16> {
    let port = STARTED.iter().find_map(|said| line.split_once(said))?.1;
    port.trim_end_matches('.').parse().ok()
}

/// Each on a free port of its own choice.
fn command(kind: Kind) -> Result<Command> {
    if kind == Kind::Chromium {
        let mut command = Command::new("chromedriver");
        command.arg("--port=0");
        return Ok(command);
    }
    let installed = crate::root()?.join(GECKODRIVER);
    let is_here = installed.exists();
    let mut command = Command::new(if is_here {
        installed
    } else {
        "geckodriver".into()
    });
    // A test may change settings of the browser while it runs.
    command.args(["--port=0", "--websocket-port=0", "--allow-system-access"]);
    Ok(command)
}

impl Driver {
    /// Starts it for a browser with this profile, and waits until it listens.
    pub(crate) fn start(kind: Kind, profile: &Path) -> Result<Driver> {
        let start = || Driver::start_program(command(kind)?, kind, profile);
        // ChromeDriver draws a port that is free for IPv4 and ends when another program has it for IPv6, so it may draw once more.
        start().or_else(|_| start())
    }

    fn start_program(mut program: Command, kind: Kind, profile: &Path) -> Result<Driver> {
        let name = program.get_program().to_string_lossy().into_owned();
        let install = kind.installed_by();
        // What a browser would leave beside its profile is found there too.
        let home = profile.join("home");
        std::fs::create_dir_all(&home)?;
        let child = program
            .env("HOME", &home)
            .env("TMPDIR", &home)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("{name} can't be started: {install}"))?;
        let mut driver = Driver {
            child,
            port: 0,
            profile: profile.to_owned(),
        };
        let output = driver.child.stdout.take().context("its output")?;
        let mut lines = BufReader::new(output).lines().map_while(Result::ok);
        let Some(port) = lines.find_map(|line| port(&line)) else {
            bail!("{name} ended before it listened: {install}");
        };
        driver.port = port;
        // It would stop at a full pipe; what it says later is nobody's business.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(driver)
    }

    /// Its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_driver_that_is_missing_or_ends_says_what_to_run() {
        let profile = tempfile::tempdir().unwrap();
        for (program, kind, said) in [
            ("no-such-driver", Kind::Chromium, "run cargo xtask setup"),
            ("true", Kind::Firefox, "run cargo xtask firefox"),
        ] {
            let error = Driver::start_program(Command::new(program), kind, profile.path());
            let error = error.err().unwrap().to_string();
            assert!(error.contains(said), "{error}");
        }
    }

    #[test]
    fn the_port_is_read() {
        let line = "ChromeDriver was started successfully on port 40123.";
        assert_eq!(port(line), Some(40123));
        let line = "1764158888000\tgeckodriver\tINFO\tListening on 127.0.0.1:40124";
        assert_eq!(port(line), Some(40124));
        assert_eq!(port("Starting ChromeDriver on port 0"), None);
    }
}

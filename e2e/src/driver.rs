//! ChromeDriver: the program between a test and its browser.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

/// What it prints when it listens: this, and its port.
const STARTED: &str = "was started successfully on port ";

/// A running ChromeDriver; ended when dropped.
pub(crate) struct Driver {
    child: Child,
    port: u16,
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The port in what it prints.
fn port(line: &str) -> Option<u16> {
    let (_, port) = line.split_once(STARTED)?;
    port.trim_end_matches('.').parse().ok()
}

impl Driver {
    /// Starts it on a free port of its own choice, and waits until it listens.
    pub(crate) fn start() -> Result<Driver> {
        // It draws a port that is free for IPv4 and ends when another program has it for IPv6, so it may draw once more.
        Driver::start_program("chromedriver").or_else(|_| Driver::start_program("chromedriver"))
    }

    fn start_program(program: &str) -> Result<Driver> {
        let child = Command::new(program)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("{program} can't be started: run cargo xtask setup"))?;
        let mut driver = Driver { child, port: 0 };
        let output = driver.child.stdout.take().context("its output")?;
        let mut lines = BufReader::new(output).lines().map_while(Result::ok);
        let Some(port) = lines.find_map(|line| port(&line)) else {
            bail!("{program} ended before it listened: run cargo xtask setup");
        };
        driver.port = port;
        // It would stop at a full pipe; what it says later is nobody's business.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(driver)
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
        for program in ["no-such-driver", "true"] {
            let error = Driver::start_program(program).err().unwrap();
            assert!(
                error.to_string().contains("run cargo xtask setup"),
                "{error}"
            );
        }
    }

    #[test]
    fn the_port_is_read() {
        let line = "ChromeDriver was started successfully on port 40123.";
        assert_eq!(port(line), Some(40123));
        assert_eq!(port("Starting ChromeDriver on port 0"), None);
    }
}

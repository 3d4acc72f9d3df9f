//! What tor is told: a service and nothing else.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Why there is no configuration.
#[derive(thiserror::Error, Clone, PartialEq, Eq, Debug)]
pub enum ConfigurationError {
    /// Only this machine may be behind the service.
    #[error(
        "{0} is not on this machine: give the relay's or the porch's loopback address, such as 127.0.0.1:8080"
    )]
    NotLoopback(SocketAddr),
    /// tor's configuration has no way to write such a path.
    #[error("{} has a line break or a quotation mark in it: choose another directory", .0.display())]
    Path(PathBuf),
}

/// One onion service before one address of this machine.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Configuration {
    directory: PathBuf,
    to: SocketAddr,
    has_effort: bool,
}

impl Configuration {
    /// A service whose tor keeps its files in a directory, before a loopback address.
    ///
    /// # Errors
    /// `NotLoopback`; `Path` when the directory can't be written into a configuration.
    pub fn new(directory: &Path, to: SocketAddr) -> Result<Configuration, ConfigurationError> {
        if !to.ip().is_loopback() {
            return Err(ConfigurationError::NotLoopback(to));
        }
        let is_plain = |letter: char| !letter.is_control() && letter != '"' && letter != '\\';
        if !directory.to_string_lossy().chars().all(is_plain) {
            return Err(ConfigurationError::Path(directory.to_owned()));
        }
        Ok(Configuration {
            directory: directory.to_owned(),
            to,
            has_effort: true,
        })
    }

    /// The same for a tor that was built without proof of work (`tor --list-modules` says `pow: no`): a flood is then not slowed down.
    #[must_use]
    pub fn without_effort(self) -> Configuration {
        Configuration {
            has_effort: false,
            ..self
        }
    }

    /// Where the service's address and key are.
    pub fn service_directory(&self) -> PathBuf {
        self.directory.join("service")
    }

    /// Where tor keeps what it knows of the network.
    pub fn data_directory(&self) -> PathBuf {
        self.directory.join("data")
    }

    /// The lines that make the service, to stand in a tor that runs by itself, such as `/etc/tor/torrc`. That tor needs to own the
    /// directory.
    pub fn service_lines(&self) -> String {
        let mut lines = String::new();
        // Writing into a text does not fail.
        let _ = writeln!(
            lines,
            "HiddenServiceDir \"{}\"",
            self.service_directory().display()
        );
        let _ = writeln!(lines, "HiddenServicePort 80 {}", self.to);
        // One client's streams on one circuit: a page takes one turn at a time.
        lines.push_str("HiddenServiceMaxStreams 16\nHiddenServiceMaxStreamsCloseCircuit 1\n");
        if self.has_effort {
            lines.push_str("HiddenServicePoWDefensesEnabled 1\n");
        }
        lines
    }

    /// The whole configuration of a tor that does this alone: no proxy, no relay, no log but notices on standard output.
    pub fn to_text(&self) -> String {
        format!(
            "DataDirectory \"{}\"\nSocksPort 0\nORPort 0\nDirPort 0\nClientOnly 1\nExitRelay 0\nSafeLogging 1\nAvoidDiskWrites 1\n\
             Log notice stdout\n{}",
            self.data_directory().display(),
            self.service_lines()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn configuration(to: &str) -> Result<Configuration, ConfigurationError> {
        Configuration::new(Path::new("/srv/line/onion"), to.parse().unwrap())
    }

    #[test]
    fn a_service_leads_to_this_machine_and_tor_does_nothing_else() {
        let text = configuration("127.0.0.1:8080").unwrap().to_text();
        for line in [
            "HiddenServiceDir \"/srv/line/onion/service\"",
            "HiddenServicePort 80 127.0.0.1:8080",
            "HiddenServicePoWDefensesEnabled 1",
            "SocksPort 0",
            "ClientOnly 1",
            "SafeLogging 1",
        ] {
            assert!(text.lines().any(|one| one == line), "{line} in {text}");
        }
        let weaker = configuration("[::1]:8081")
            .unwrap()
            .without_effort()
            .to_text();
        assert!(!weaker.contains("PoW") && weaker.contains("HiddenServicePort 80 [::1]:8081"));
    }

    #[test]
    fn another_machine_is_refused() {
        for to in ["192.0.2.1:80", "0.0.0.0:8080", "[2001:db8::1]:80"] {
            let to: SocketAddr = to.parse().unwrap();
            assert_eq!(
                configuration(&to.to_string()),
                Err(ConfigurationError::NotLoopback(to))
            );
        }
    }

    #[test]
    fn a_path_that_would_be_a_line_of_its_own_is_refused() {
        for path in ["/srv/a\nSocksPort 9050", "/srv/\"a", "/srv/a\\"] {
            let made = Configuration::new(Path::new(path), "127.0.0.1:80".parse().unwrap());
            assert_eq!(made, Err(ConfigurationError::Path(path.into())));
        }
    }
}

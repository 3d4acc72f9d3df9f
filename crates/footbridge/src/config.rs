//! The relay's configuration: one TOML file, every key with a default but `line`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use relay::IntakeLimits;
use serde::Deserialize;

/// The configuration of `footbridge serve`. `docs/operate/footbridge.toml` shows every key with its default.
#[derive(Deserialize, Debug, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// The line's root and delegation, as `footbridge init` wrote them.
    pub(crate) line: PathBuf,
    /// The directory of the embedded store.
    #[serde(default = "default_store")]
    pub(crate) store: PathBuf,
    /// A PostgreSQL database in place of the embedded store, as PostgreSQL writes its address. It may hold a password.
    #[serde(default)]
    pub(crate) database: Option<Address>,
    /// Where to listen.
    #[serde(default = "default_listen")]
    pub(crate) listen: SocketAddr,
    /// The page's files.
    #[serde(default = "default_page_files")]
    pub(crate) page_files: PathBuf,
    /// How often a page that is open takes a turn.
    #[serde(default = "default_pace")]
    pub(crate) pace_milliseconds: u64,
    /// How long envelopes are kept.
    #[serde(default)]
    pub(crate) retention: Retention,
    /// How much is taken in without work, and at most.
    #[serde(default)]
    pub(crate) intake: Intake,
    /// Certificate and key, when the relay faces a network itself.
    #[serde(default)]
    pub(crate) tls: Option<Tls>,
    /// Where the operator asks about readiness and metrics; nobody is answered without it.
    #[serde(default)]
    pub(crate) operator: Option<Operator>,
}

/// The operator's own listener.
#[derive(Deserialize, Debug, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Operator {
    /// Where it listens.
    pub(crate) listen: OperatorAddress,
}

/// An address that only this machine reaches: readiness and metrics tell about load.
#[derive(Deserialize, Debug, PartialEq, Eq, Clone)]
#[serde(try_from = "String")]
pub(crate) enum OperatorAddress {
    /// A loopback address and port.
    Loopback(SocketAddr),
    /// A Unix socket, written `unix:PATH`.
    Socket(PathBuf),
}

impl TryFrom<String> for OperatorAddress {
    type Error = String;

    fn try_from(text: String) -> Result<OperatorAddress, String> {
        if let Some(path) = text.strip_prefix("unix:") {
            return Ok(OperatorAddress::Socket(path.into()));
        }
        match text.parse::<SocketAddr>() {
            Ok(address) if address.ip().is_loopback() => Ok(OperatorAddress::Loopback(address)),
            _ => Err(format!(
                "{text} is no address that only this machine reaches; give one such as 127.0.0.1:9090, or unix:/run/footbridge/operator.sock"
            )),
        }
    }
}

/// The address of a database, which nobody prints.
#[derive(Deserialize, PartialEq, Eq, Clone)]
#[serde(transparent)]
pub(crate) struct Address(pub(crate) String);

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Address")
    }
}

/// How long envelopes are kept, in days.
#[derive(Deserialize, Debug, PartialEq, Eq, Clone, Copy)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Retention {
    /// Posts in the tray; shift keys that open them live as long at most.
    pub(crate) post_days: u32,
    /// Slots: answers never fetched, and the state of contacts who do not come back.
    pub(crate) slot_days: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Retention {
            post_days: 8,
            slot_days: 90,
        }
    }
}

/// How much the relay takes in before it asks for work, and at most.
#[derive(Deserialize, Debug, PartialEq, Eq, Clone, Copy)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Intake {
    /// So many first posts come without work when there are no more than `per_minute` on average.
    pub(crate) free_posts: u32,
    /// By so many posts a minute what came in is forgotten.
    pub(crate) per_minute: u32,
    /// With each so many more the effort doubles, from 64.
    pub(crate) doubling: u32,
    /// More attempts than these are never asked for.
    pub(crate) most_effort: u32,
    /// So many posts of one shift are kept.
    pub(crate) shift_posts: u32,
}

impl Default for Intake {
    fn default() -> Self {
        let limits = IntakeLimits::default();
        Intake {
            free_posts: limits.free_posts,
            per_minute: limits.per_minute,
            doubling: limits.doubling,
            most_effort: limits.most_effort,
            shift_posts: limits.shift_posts,
        }
    }
}

impl Intake {
    pub(crate) fn limits(self) -> IntakeLimits {
        IntakeLimits {
            free_posts: self.free_posts,
            per_minute: self.per_minute,
            doubling: self.doubling,
            most_effort: self.most_effort,
            shift_posts: self.shift_posts,
        }
    }
}

/// Certificate and key for TLS, both PEM files.
#[derive(Deserialize, Debug, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tls {
    /// The certificate chain.
    pub(crate) certificate: PathBuf,
    /// Its key.
    pub(crate) key: PathBuf,
}

fn default_store() -> PathBuf {
    "store".into()
}

fn default_listen() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 8080))
}

fn default_pace() -> u64 {
    6_000
}

fn default_page_files() -> PathBuf {
    "page-files".into()
}

/// Why there is no configuration.
#[derive(thiserror::Error, Debug)]
pub(crate) enum ConfigError {
    /// The file can't be read.
    #[error("can't read the configuration {path}: {error}. `footbridge init` writes one.")]
    Read {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// It is not TOML, or has a wrong or unknown key.
    #[error("the configuration {path} is wrong: {error}")]
    Parse {
        /// Which file.
        path: PathBuf,
        /// Where and what.
        error: Box<toml::de::Error>,
    },
}

impl Config {
    /// Reads a configuration; its paths become relative to its own directory.
    ///
    /// # Errors
    /// When the file can't be read, or a key is wrong, missing or unknown.
    pub(crate) fn load(path: &Path) -> Result<Config, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|error| ConfigError::Read {
            path: path.into(),
            error,
        })?;
        let config = Config::parse(&text).map_err(|error| ConfigError::Parse {
            path: path.into(),
            error: Box::new(error),
        })?;
        let base = path.parent().unwrap_or(Path::new("."));
        Ok(config.relative_to(base))
    }

    /// The directory in which the day of the line's last backup is noted: the store's own, or where the line is named if a database is the store.
    pub(crate) fn backups(&self) -> &Path {
        match self.database {
            None => &self.store,
            Some(_) => self.line.parent().unwrap_or(Path::new(".")),
        }
    }

    fn parse(text: &str) -> Result<Config, toml::de::Error> {
        toml::from_str(text)
    }

    fn relative_to(mut self, base: &Path) -> Config {
        for path in [&mut self.line, &mut self.store, &mut self.page_files] {
            *path = base.join(&*path);
        }
        if let Some(tls) = &mut self.tls {
            tls.certificate = base.join(&tls.certificate);
            tls.key = base.join(&tls.key);
        }
        if let Some(OperatorAddress::Socket(path)) =
            self.operator.as_mut().map(|operator| &mut operator.listen)
        {
            *path = base.join(&*path);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = include_str!("../../../docs/operate/footbridge.toml");

    #[test]
    fn the_example_as_it_stands_is_the_defaults() {
        let example = Config::parse(EXAMPLE).unwrap();
        let least = Config::parse("line = \"line.statements\"").unwrap();
        assert_eq!(example, least);
    }

    #[test]
    fn every_commented_key_of_the_example_loads_with_its_default() {
        let uncommented: String = EXAMPLE
            .lines()
            .map(|line| match line.strip_prefix("# ") {
                Some(rest) if rest.contains(" = ") || rest.starts_with('[') => format!("{rest}\n"),
                _ => format!("{line}\n"),
            })
            .collect();
        let all = Config::parse(&uncommented).unwrap();
        let least = Config::parse("line = \"line.statements\"").unwrap();
        assert_eq!((&all.store, &all.listen), (&least.store, &least.listen));
        assert_eq!(
            (all.retention, all.intake, &all.page_files),
            (least.retention, least.intake, &least.page_files)
        );
        assert_eq!(all.pace_milliseconds, least.pace_milliseconds);
        assert!(all.tls.is_some(), "the example shows TLS too");
        assert!(all.database.is_some(), "and a database");
        let address = OperatorAddress::Loopback("127.0.0.1:9090".parse().unwrap());
        assert_eq!(all.operator.unwrap().listen, address);
    }

    #[test]
    fn the_operator_s_listener_is_never_one_that_others_reach() {
        let listen = |address: &str| {
            Config::parse(&format!("line = \"x\"\noperator.listen = \"{address}\""))
        };
        for wrong in ["0.0.0.0:9090", "192.0.2.1:9090", "[::]:9090", "9090", ""] {
            let said = listen(wrong).unwrap_err().to_string();
            assert!(said.contains("only this machine"), "{wrong}: {said}");
        }
        for right in ["127.0.0.1:9090", "[::1]:9090", "unix:operator.sock"] {
            assert!(listen(right).is_ok(), "{right}");
        }
    }

    #[test]
    fn an_unknown_key_is_refused() {
        assert!(Config::parse("line = \"x\"\nanalytics = true").is_err());
    }
}

//! The relay's configuration: one TOML file, every key with a default but `line`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

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
    /// Certificate and key, when the relay faces a network itself.
    #[serde(default)]
    pub(crate) tls: Option<Tls>,
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
            (all.retention, &all.page_files),
            (least.retention, &least.page_files)
        );
        assert_eq!(all.pace_milliseconds, least.pace_milliseconds);
        assert!(all.tls.is_some(), "the example shows TLS too");
        assert!(all.database.is_some(), "and a database");
    }

    #[test]
    fn an_unknown_key_is_refused() {
        assert!(Config::parse("line = \"x\"\nanalytics = true").is_err());
    }
}

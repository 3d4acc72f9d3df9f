//! A tor that runs as a child of this process and ends with it.

use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::configuration::Configuration;
use crate::notice::Notice;

/// tor has this long to end by itself.
const PATIENCE: Duration = Duration::from_secs(10);
/// How many of tor's warnings are kept for the case that it ends.
const WARNINGS: usize = 3;

/// Why there is no service.
#[derive(thiserror::Error, Debug)]
pub enum ServiceError {
    /// There is no tor.
    #[error("tor is not here ({0}): install Debian's package tor, version 0.4.7 or later")]
    NoTor(std::io::Error),
    /// The directory can't be used.
    #[error("the directory {} can't be used: {error}; give one of your own with --directory", .path.display())]
    Directory {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// Others may look into the directory, so the key in it would not be safe.
    #[error("others may look into {}: chmod 700 it, and if anybody may have copied the key in it, take a new directory", .0.display())]
    Open(PathBuf),
    /// tor ended.
    #[error("tor ended: {}", if .0.is_empty() { "it did not say why".to_owned() } else { .0.join("; ") })]
    Ended(Vec<String>),
}

/// A running tor with one service. When it is dropped, tor is killed.
pub struct OnionService {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    hostname: PathBuf,
    warnings: Vec<String>,
}

/// Makes a directory that nobody else may look into, or takes one that is like that already.
fn private(path: &Path) -> Result<(), ServiceError> {
    let unusable = |error| ServiceError::Directory {
        path: path.to_owned(),
        error,
    };
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true).mode(0o700);
    builder.create(path).map_err(unusable)?;
    let mode = std::fs::metadata(path)
        .map_err(unusable)?
        .permissions()
        .mode();
    match mode & 0o077 {
        0 => Ok(()),
        _ => Err(ServiceError::Open(path.to_owned())),
    }
}

/// Whether this tor has the module for proof of work.
///
/// # Errors
/// `NoTor`.
async fn has_effort() -> Result<bool, ServiceError> {
    let asked = Command::new("tor").arg("--list-modules").output().await;
    let said = asked.map_err(ServiceError::NoTor)?.stdout;
    Ok(String::from_utf8_lossy(&said)
        .lines()
        .any(|line| line == "pow: yes"))
}

impl OnionService {
    /// Starts tor. `more` are further lines of tor's configuration, such as bridges. Gives also whether clients are asked for
    /// effort when many come, which this tor may have been built without.
    ///
    /// # Errors
    /// `NoTor`, `Directory`, `Open`.
    pub async fn start(
        configuration: Configuration,
        directory: &Path,
        more: &str,
    ) -> Result<(OnionService, bool), ServiceError> {
        let has_effort = has_effort().await?;
        let configuration = match has_effort {
            true => configuration,
            false => configuration.without_effort(),
        };
        for path in [
            directory,
            &configuration.data_directory(),
            &configuration.service_directory(),
        ] {
            private(path)?;
        }
        let file = directory.join("torrc");
        let written = std::fs::write(&file, configuration.to_text() + more);
        written.map_err(|error| ServiceError::Directory {
            path: file.clone(),
            error,
        })?;
        let mut command = Command::new("tor");
        // What the system has for other tors is not read.
        command
            .arg("--defaults-torrc")
            .arg("/dev/null")
            .arg("-f")
            .arg(&file);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command
            .kill_on_drop(true)
            .spawn()
            .map_err(ServiceError::NoTor)?;
        let output = child.stdout.take();
        let output = output.ok_or(ServiceError::Ended(Vec::new()))?;
        let service = OnionService {
            child,
            lines: BufReader::new(output).lines(),
            hostname: configuration.service_directory().join("hostname"),
            warnings: Vec::new(),
        };
        Ok((service, has_effort))
    }

    /// The next thing that tor says.
    ///
    /// # Errors
    /// `Ended` when tor ended, with its last warnings.
    pub async fn next(&mut self) -> Result<Notice, ServiceError> {
        loop {
            let Ok(Some(line)) = self.lines.next_line().await else {
                return Err(ServiceError::Ended(std::mem::take(&mut self.warnings)));
            };
            let Some(notice) = Notice::read(&line) else {
                continue;
            };
            if let Notice::Warning(said) = &notice {
                self.warnings.push(said.clone());
                let surplus = self.warnings.len().saturating_sub(WARNINGS);
                self.warnings.drain(..surplus);
            }
            return Ok(notice);
        }
    }

    /// The service's address, such as `http://….onion`, once tor has made it.
    pub fn address(&self) -> Option<String> {
        let name = std::fs::read_to_string(&self.hostname).ok()?;
        Some(format!("http://{}", name.trim()))
    }

    /// Asks tor to end, and kills it when it does not.
    pub async fn stop(mut self) {
        if let Some(id) = self.child.id() {
            // The signal by which tor ends in order; a service has nothing to finish.
            let asked = Command::new("kill").arg(id.to_string()).status().await;
            if asked.is_ok()
                && tokio::time::timeout(PATIENCE, self.child.wait())
                    .await
                    .is_ok()
            {
                return;
            }
        }
        let _ = self.child.kill().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_is_ours_alone_or_refused() {
        let ground = tempfile::tempdir().unwrap();
        let path = ground.path().join("one/two");
        private(&path).unwrap();
        private(&path).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o750)).unwrap();
        assert!(matches!(private(&path), Err(ServiceError::Open(of)) if of == path));
        let file = ground.path().join("file");
        std::fs::write(&file, "").unwrap();
        assert!(matches!(
            private(&file),
            Err(ServiceError::Directory { .. })
        ));
    }
}

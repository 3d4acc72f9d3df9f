//! A process of the line: started, waited for until it says that it is ready, and ended.

use std::path::Path;
use std::process::Stdio;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::DemoError;

/// One running process of the `footbridge` command.
pub struct Process {
    name: &'static str,
    child: Child,
    output: Lines<BufReader<ChildStdout>>,
}

impl Process {
    /// Starts `footbridge ARGUMENTS`; its errors go to the file `log`.
    ///
    /// # Errors
    /// [`DemoError::Start`] when the program or the log can't be opened.
    pub fn start(
        name: &'static str,
        executable: &Path,
        arguments: &[&str],
        log: &Path,
    ) -> Result<Process, DemoError> {
        let start = |error| DemoError::Start { name, error };
        let errors = std::fs::File::create(log).map_err(start)?;
        let mut child = Command::new(executable)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(errors)
            .kill_on_drop(true)
            .process_group(0)
            .spawn()
            .map_err(start)?;
        let output = child
            .stdout
            .take()
            .ok_or_else(|| start(std::io::ErrorKind::BrokenPipe.into()))?;
        Ok(Process {
            name,
            child,
            output: BufReader::new(output).lines(),
        })
    }

    /// The next line of its output, as the JSON object that it prints for scripts.
    ///
    /// # Errors
    /// [`DemoError::Ended`] when it ends instead, [`DemoError::Answer`] when the line is not JSON.
    pub async fn says(&mut self) -> Result<Value, DemoError> {
        let ended = DemoError::Ended { name: self.name };
        let line = self.output.next_line().await.ok().flatten().ok_or(ended)?;
        serde_json::from_str(&line).map_err(|_| DemoError::Answer(self.name))
    }

    /// Waits until it has ended by itself.
    ///
    /// # Errors
    /// [`DemoError::Ended`] when it did not end well.
    pub async fn finished(mut self) -> Result<(), DemoError> {
        match self.child.wait().await {
            Ok(status) if status.success() => Ok(()),
            _ => Err(DemoError::Ended { name: self.name }),
        }
    }

    /// The process id, while it runs.
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Ends it at once, as a power cut would.
    pub async fn kill(mut self) {
        let _ = self.child.kill().await;
    }

    /// Asks it to stop and waits for it.
    pub async fn stop(mut self) {
        if let Some(id) = self.child.id() {
            let _ = Command::new("kill")
                .args(["-TERM", &id.to_string()])
                .status()
                .await;
        }
        let _ = self.child.wait().await;
    }
}

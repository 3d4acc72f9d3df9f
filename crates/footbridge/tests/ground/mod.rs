//! What tests of the command have in common: the command, pages that nobody looks at, and a relay that ends with its test.
#![allow(dead_code, reason = "each test uses a part")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

/// Runs a program in a directory, to its end.
pub(crate) fn run(program: &str, directory: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(directory);
    command.stdin(Stdio::null()).output().unwrap()
}

/// Runs the command in a directory, to its end.
pub(crate) fn footbridge(directory: &Path, arguments: &[&str]) -> Output {
    run(env!("CARGO_BIN_EXE_footbridge"), directory, arguments)
}

/// An age key; gives its recipient.
pub(crate) fn keygen(directory: &Path, name: &str) -> String {
    let made = run("age-keygen", directory, &["-o", name]);
    let text = said(&made);
    let recipient = text.split_whitespace().last().unwrap();
    assert!(recipient.starts_with("age1"), "{text}");
    recipient.to_owned()
}

pub(crate) fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

/// The files of a page, each with its compressed twin, in a new directory.
pub(crate) fn write_page(directory: &Path) {
    std::fs::create_dir(directory).unwrap();
    for tag in ["en", "ko", "ko-KP", "ru", "uk"] {
        for name in [
            format!("{tag}.html"),
            format!("letters-{tag}.html"),
            format!("{tag}.json"),
        ] {
            std::fs::write(directory.join(&name), "x").unwrap();
            std::fs::write(directory.join(format!("{name}.br")), "x").unwrap();
        }
    }
}

/// A relay that is ended when the test ends.
pub(crate) struct Relay {
    pub(crate) process: Child,
    ready: Value,
}

impl Relay {
    /// `footbridge serve` in a directory, once it is ready.
    pub(crate) fn serve(directory: &Path, config: &str, listen: &str) -> Relay {
        let arguments = ["serve", "--config", config, "--listen", listen, "--json"];
        let mut command = Command::new(env!("CARGO_BIN_EXE_footbridge"));
        Relay::start(command.args(arguments).current_dir(directory))
    }

    /// A command that becomes a relay with `--json`, once it is ready.
    pub(crate) fn start(command: &mut Command) -> Relay {
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        assert!(line.contains("\"ready\""), "{line}");
        let ready = serde_json::from_str(&line).unwrap();
        Relay { process, ready }
    }

    /// Where it listens, such as 127.0.0.1:8080.
    pub(crate) fn address(&self) -> &str {
        let address = self.said("ready");
        address.strip_prefix("http://").unwrap_or(address)
    }

    /// What it said under a key when it was ready; empty if nothing.
    pub(crate) fn said(&self, key: &str) -> &str {
        self.ready[key].as_str().unwrap_or_default()
    }

    /// As a power cut would.
    pub(crate) fn kill(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.kill();
    }
}

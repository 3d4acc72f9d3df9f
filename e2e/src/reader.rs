//! A real screen reader: Orca, with a browser on a screen that nobody sees. Keys are pressed as by a keyboard of that screen, since a screen
//! reader takes some of them for itself; what is said is read from Orca's own log.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::{Kind, kind};

/// What runs on the screen: something that gives windows the focus, the reader, the browser. Their bus is one of their own.
const SESSION: &str = "
    gsettings set org.gnome.desktop.interface toolkit-accessibility true
    openbox & orca --replace --debug-file=\"$HOME/orca\" &
    sleep 3
    exec \"$@\"";
/// How long something may take until it is said; the programs start meanwhile.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often it is looked whether something was said; after how long nothing more is thought to be said, and how often that is waited.
const PACE: Duration = Duration::from_millis(100);
const STEP: Duration = Duration::from_millis(800);
const STEPS: usize = 10;
/// What Orca calls the keys.
const KEYS: [&str; 3] = ["tab", "left shift", "return"];
/// So many steps of the Tab key are the most that anybody would try.
const TABS: usize = 40;
/// How a line of Orca's log begins, after its time, that says what it speaks.
const SPOKEN: &str = "SPEECH OUTPUT: '";
const VOICE: &str = "{'";
/// A key that changes nothing: Orca writes its log down in pieces, and says the name of a key. It also ends what is being said.
const NOTHING: &str = "shift";
/// So many looks pass until it is pressed: where a key was pressed before, and where something is waited for that is said by itself.
const SOON: u128 = 4;
const LATE: u128 = 40;

/// Somebody who hears a page.
pub struct ScreenReader {
    home: tempfile::TempDir,
    screen: Child,
    display: String,
    session: Child,
    /// How many lines were heard already.
    heard: usize,
}

impl Drop for ScreenReader {
    fn drop(&mut self) {
        // The session's programs are one group, which none of them leaves.
        let group = format!("-{}", self.session.id());
        let _ = Command::new("kill").args(["--", &group]).status();
        let _ = self.session.wait();
        let _ = self.screen.kill();
        let _ = self.screen.wait();
    }
}

/// What a line of the log says is spoken.
fn spoken(line: &str) -> Option<&str> {
    let (_, said) = line.split_once(SPOKEN)?;
    // With what voice, if it is told, stands behind it in braces.
    let said = said.split_once(VOICE).map_or(said, |(said, _)| said);
    Some(said.trim_end().strip_suffix('\'')?.trim_end())
}

/// What was said, without the names of keys.
fn without_keys(said: &[String]) -> String {
    let said = said.iter().map(String::as_str);
    let said: Vec<&str> = said.filter(|said| !KEYS.contains(said)).collect();
    said.join("\n")
}

impl ScreenReader {
    /// Opens a page on a screen of its own, with the reader on.
    ///
    /// # Errors
    /// When a program is missing: `cargo xtask screen-reader` installs them.
    pub fn open(kind: Kind, address: &str) -> Result<ScreenReader> {
        let home = tempfile::tempdir()?;
        let profile = home.path().join("profile");
        std::fs::create_dir(&profile)?;
        let browser = kind::seen(kind, &profile)?;
        let about = "the screen reader needs programs: run cargo xtask screen-reader";
        let mut screen = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1000x1000x24"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context(about)?;
        let mut display = String::new();
        let output = screen.stdout.take().context("its output")?;
        BufReader::new(output).read_line(&mut display)?;
        let display = format!(":{}", display.trim());
        let session = Command::new("dbus-run-session")
            .args(["--", "sh", "-c", SESSION, "sh"])
            .args(browser)
            .arg(address)
            .env("HOME", home.path())
            .env("XDG_RUNTIME_DIR", home.path())
            .env("DISPLAY", &display)
            .env("GNOME_ACCESSIBILITY", "1")
            .env("LANG", "C.UTF-8")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .context(about)?;
        Ok(ScreenReader {
            home,
            screen,
            display,
            session,
            heard: 0,
        })
    }

    /// All that was said so far, a line each.
    pub fn said(&self) -> Vec<String> {
        let log = std::fs::read(self.home.path().join("orca")).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        log.lines().filter_map(spoken).map(str::to_owned).collect()
    }

    fn unheard(&self) -> Vec<String> {
        self.said().split_off(self.heard)
    }

    fn keyboard(&self, arguments: &[&str]) -> Result<()> {
        let mut keyboard = Command::new("xdotool");
        let status = keyboard
            .args(arguments)
            .env("DISPLAY", &self.display)
            .status();
        anyhow::ensure!(
            status.context("xdotool is missing")?.success(),
            "xdotool failed"
        );
        Ok(())
    }

    /// Presses a key, by its name in X11, such as `Tab` or `shift+Tab`.
    ///
    /// # Errors
    /// When the keyboard does not work.
    pub fn presses(&self, key: &str) -> Result<()> {
        self.keyboard(&["key", key])
    }

    /// Types a text, and waits until nothing more is said of it.
    ///
    /// # Errors
    /// When the keyboard does not work.
    pub async fn types(&mut self, text: &str) -> Result<()> {
        self.keyboard(&["type", "--delay", "40", text])?;
        self.settles().await.map(drop)
    }

    /// Waits until something is said, and then no more. Gives that; on a busy machine it comes late.
    async fn settles(&mut self) -> Result<String> {
        let mut heard = String::new();
        for _ in 0..STEPS {
            // Nobody says this; it is waited for as long as for anything.
            self.until("\0", STEP, SOON).await?;
            let new = without_keys(&self.unheard());
            if !new.is_empty() && new == heard {
                break;
            }
            heard = new;
        }
        Ok(heard)
    }

    /// What was said and not yet heard, up to a line that has this part; nothing when none comes in time.
    #[allow(
        clippy::disallowed_methods,
        reason = "Orca tells nobody when it speaks: its log can only be looked at"
    )]
    async fn until(
        &mut self,
        part: &str,
        patience: Duration,
        looks: u128,
    ) -> Result<Option<Vec<String>>> {
        let steps = patience.as_millis() / PACE.as_millis();
        for step in 0..steps {
            let mut said = self.unheard();
            if let Some(at) = said.iter().position(|line| line.contains(part)) {
                self.heard += at + 1;
                said.truncate(at + 1);
                return Ok(Some(said));
            }
            if step % looks == looks - 1 {
                self.presses(NOTHING)?;
            }
            tokio::time::sleep(PACE).await;
        }
        Ok(None)
    }

    /// Waits until something is said that has this part. Gives all that was said meanwhile.
    ///
    /// # Errors
    /// When it is not said, with what was said.
    pub async fn hears(&mut self, part: &str) -> Result<Vec<String>> {
        match self.until(part, PATIENCE, LATE).await? {
            Some(said) => Ok(said),
            None => bail!(
                "{part:?} is not said, but:\n{}",
                without_keys(&self.unheard())
            ),
        }
    }

    /// Presses a key, such as `Tab`, until something is said that has this part.
    ///
    /// # Errors
    /// When it is not said, with what was said.
    pub async fn goes_to(&mut self, part: &str, key: &str) -> Result<()> {
        for _ in 0..TABS {
            self.heard = self.said().len();
            self.presses(key)?;
            // The next step must not be made before this one was heard.
            if self.settles().await?.contains(part) {
                self.heard = self.said().len();
                return Ok(());
            }
        }
        bail!(
            "{key} does not lead to {part:?}:\n{}",
            without_keys(&self.said())
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_spoken_is_read_from_the_log() {
        for (line, said) in [
            (
                "10:26:37.758968 - SPEECH OUTPUT: 'Your message has arrived.'{'established': False}",
                Some("Your message has arrived."),
            ),
            (
                "10:26:37.758968 - SPEECH OUTPUT: 'Leave now'",
                Some("Leave now"),
            ),
            (
                "10:26:37.758968 - SPEECH OUTPUT: 'it's he'",
                Some("it's he"),
            ),
            ("10:26:37.758968 - WEB: Flushing live region messages", None),
        ] {
            assert_eq!(spoken(line), said);
        }
    }
}

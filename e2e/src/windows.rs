//! Windows of one browser, one after the other, for visits that must not know of each other.

use anyhow::Result;
use serde_json::{Value, json};

use crate::{Browser, Kind, SlowDevice, Start};

/// Certificates are made for a test and nobody vouches for them; and no name is looked up outside of this machine.
const LOOPBACK: [&str; 2] = [
    "--ignore-certificate-errors",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

impl Browser {
    /// Starts one that takes any certificate and reaches nothing but this machine, on a slow device if there is one.
    ///
    /// # Errors
    /// As [`Browser::start`].
    pub async fn start_on_loopback(
        width: u32,
        height: u32,
        device: Option<&SlowDevice>,
    ) -> Result<Browser> {
        let start = Start {
            more: &LOOPBACK,
            device,
            ..Start::default()
        };
        Self::start_with(width, height, start).await
    }

    /// Starts one that goes on at once when a page begins to come, not when it has come; Chromium like that.
    ///
    /// # Errors
    /// As [`Browser::start`].
    pub async fn start_impatient(
        kind: Kind,
        width: u32,
        height: u32,
        device: Option<&SlowDevice>,
    ) -> Result<Browser> {
        let start = Start {
            kind,
            more: &LOOPBACK,
            waits_for_pages: "none",
            device,
            ..Start::default()
        };
        Self::start_with(width, height, start).await
    }

    /// Starts one in which no page may run scripts and which reaches the world only through a SOCKS proxy of this machine, which also looks names up.
    ///
    /// # Errors
    /// As [`Browser::start`].
    pub async fn start_without_scripts_by_proxy(
        width: u32,
        height: u32,
        socks: u16,
    ) -> Result<Browser> {
        let proxy = format!("--proxy-server=socks5://127.0.0.1:{socks}");
        let start = Start {
            preferences: json!({"profile.managed_default_content_settings.javascript": 2}),
            more: &[&proxy],
            ..Start::default()
        };
        Self::start_with(width, height, start).await
    }

    /// Opens a window beside the first one, and goes on in it.
    ///
    /// # Errors
    /// When the browser can't.
    pub async fn enter_window(&self) -> Result<()> {
        let opened = self.client.new_window(false).await?;
        Ok(self.client.switch_to_window(opened.handle).await?)
    }

    /// Closes the window, as a person does, and goes on in the first one.
    ///
    /// # Errors
    /// When the browser can't.
    pub async fn leave_window(&self) -> Result<()> {
        self.client.close_window().await?;
        let left = self.client.windows().await?;
        match left.into_iter().next() {
            Some(first) => Ok(self.client.switch_to_window(first).await?),
            None => Ok(()),
        }
    }

    /// Runs a script with one argument, `arguments[0]`.
    ///
    /// # Errors
    /// When it fails.
    pub async fn script_with(&self, script: &str, argument: Value) -> Result<Value> {
        Ok(self.client.execute(script, vec![argument]).await?)
    }
}

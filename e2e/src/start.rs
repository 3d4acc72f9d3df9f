//! How a browser is started.

use anyhow::{Context, Result, bail};
use fantoccini::ClientBuilder;
use fantoccini::wd::Capabilities;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::driver::Driver;
use crate::{Browser, Kind, SlowDevice, kind};

/// Certificates are made for a test and nobody vouches for them; and no name is looked up outside of this machine.
const LOOPBACK: [&str; 2] = [
    "--ignore-certificate-errors",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

/// How a browser is started, where it is not as always.
struct Start<'a> {
    kind: Kind,
    /// Of Chromium.
    preferences: Value,
    /// Further arguments for Chromium.
    more: &'a [&'a str],
    /// Until when opening a page waits, in the words of WebDriver.
    waits_for_pages: &'a str,
    device: Option<&'a SlowDevice>,
}

impl Default for Start<'_> {
    fn default() -> Self {
        Start {
            kind: Kind::Chromium,
            preferences: json!({}),
            more: &[],
            waits_for_pages: "normal",
            device: None,
        }
    }
}

impl Browser {
    /// Starts Chromium, of a width and height in CSS pixels.
    ///
    /// # Errors
    /// When ChromeDriver or Chromium is missing or does not start.
    pub async fn start(width: u32, height: u32) -> Result<Browser> {
        Self::start_with(width, height, Start::default()).await
    }

    /// Starts this browser, of a width and height in CSS pixels.
    ///
    /// # Errors
    /// As [`Browser::start`].
    pub async fn start_kind(kind: Kind, width: u32, height: u32) -> Result<Browser> {
        let start = Start {
            kind,
            ..Start::default()
        };
        Self::start_with(width, height, start).await
    }

    /// Starts one in which no page may run scripts.
    ///
    /// # Errors
    /// As [`Browser::start`].
    pub async fn start_without_scripts(width: u32, height: u32) -> Result<Browser> {
        let off = json!({"profile.managed_default_content_settings.javascript": 2});
        let start = Start {
            preferences: off,
            ..Start::default()
        };
        Self::start_with(width, height, start).await
    }

    async fn start_with(width: u32, height: u32, start: Start<'_>) -> Result<Browser> {
        let kind = start.kind;
        let profile = tempfile::tempdir()?;
        let driver = Driver::start(kind, profile.path())?;
        if let Some(device) = start.device {
            device.take_in(driver.id())?;
        }
        let (path, size) = (profile.path(), (width, height));
        let options = match kind {
            Kind::Chromium => kind::chromium(
                path,
                size,
                &start.preferences,
                start.more,
                start.waits_for_pages,
            ),
            Kind::Firefox => kind::firefox(path, size, start.waits_for_pages)?,
        };
        let Value::Object(options) = options else {
            bail!("the options are an object");
        };
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(Capabilities::from_iter(options));
        let client = builder
            .connect(&driver.address())
            .await
            .with_context(|| format!("{} does not start; {}", kind.name(), kind.installed_by()))?;
        Ok(Browser {
            kind,
            client,
            driver,
            profile,
        })
    }

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
}

//! Which browser a test drives, and what each is told: not to talk to any host, and to be otherwise as people have it.

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};

/// A browser that tests can drive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Chromium, by ChromeDriver.
    Chromium,
    /// Firefox, by geckodriver; `cargo xtask firefox` installs both.
    Firefox,
}

/// Without these, Chromium as root does not start, or talks to hosts that are none of a test's business.
const HEADLESS: &str = "--headless";
const FLAGS: [&str; 9] = [
    HEADLESS,
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
];

/// Firefox has a least width for a window with bars, which is wider than the narrowest window in which everything must be usable.
const NARROW: &str = ":root { min-width: 0 !important; min-height: 0 !important; }";

impl Kind {
    /// Its name, as tests and pictures have it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Chromium => "Chromium",
            Kind::Firefox => "Firefox",
        }
    }

    /// What `cargo xtask` calls the command that installs it.
    pub(crate) fn installed_by(self) -> &'static str {
        match self {
            Kind::Chromium => "run cargo xtask setup",
            Kind::Firefox => "run cargo xtask firefox",
        }
    }
}

/// What ChromeDriver is asked for.
pub(crate) fn chromium(
    profile: &Path,
    (width, height): (u32, u32),
    preferences: &Value,
    more: &[&str],
    waits_for_pages: &str,
) -> Value {
    let flags = FLAGS.iter().chain(more);
    let mut arguments: Vec<String> = flags.map(|flag| (*flag).to_owned()).collect();
    arguments.push(format!("--user-data-dir={}", profile.display()));
    arguments.push(format!("--window-size={width},{height}"));
    json!({
        "goog:chromeOptions": {"args": arguments, "binary": "/usr/bin/chromium", "prefs": preferences},
        "goog:loggingPrefs": {"browser": "ALL"},
        "pageLoadStrategy": waits_for_pages,
    })
}

/// What geckodriver is asked for.
pub(crate) fn firefox(
    profile: &Path,
    (width, height): (u32, u32),
    waits_for_pages: &str,
) -> Result<Value> {
    let style = profile.join("chrome");
    std::fs::create_dir_all(&style)?;
    std::fs::write(style.join("userChrome.css"), NARROW)?;
    let arguments = [
        "-headless".to_owned(),
        "-profile".to_owned(),
        profile.display().to_string(),
        format!("--width={width}"),
        format!("--height={height}"),
    ];
    Ok(json!({
        "moz:firefoxOptions": {"args": arguments, "prefs": preferences()},
        "pageLoadStrategy": waits_for_pages,
    }))
}

/// What Firefox is told in any case.
fn preferences() -> Value {
    json!({
        // Whatever would leave this machine ends at a port where nobody listens.
        "network.proxy.type": 1,
        "network.proxy.http": "127.0.0.1",
        "network.proxy.http_port": 9,
        "network.proxy.ssl": "127.0.0.1",
        "network.proxy.ssl_port": 9,
        "network.proxy.failover_direct": false,
        "app.update.auto": false,
        "app.normandy.enabled": false,
        "browser.shell.checkDefaultBrowser": false,
        "browser.startup.homepage_override.mstone": "ignore",
        "browser.safebrowsing.malware.enabled": false,
        "browser.safebrowsing.phishing.enabled": false,
        "datareporting.policy.dataSubmissionEnabled": false,
        "network.captive-portal-service.enabled": false,
        "network.connectivity-service.enabled": false,
        "services.settings.server": "data:,#none/v1",
        "toolkit.legacyUserProfileCustomizations.stylesheets": true,
        // Without this, the driver turns off some of what people's browsers keep.
        "remote.prefs.recommended": false,
        // What is open is written down every second, not every fifteen.
        "browser.sessionstore.interval": 1000,
    })
}

/// The command that starts a browser with a new profile on a screen, for somebody who presses keys.
pub(crate) fn seen(kind: Kind, profile: &Path) -> Result<Vec<String>> {
    let path = profile.display();
    if kind == Kind::Chromium {
        let flags = FLAGS.iter().filter(|flag| **flag != HEADLESS);
        let flags = flags.map(|flag| (*flag).to_owned());
        let own = [
            format!("--user-data-dir={path}"),
            // Otherwise it waits until somebody asks for what a page is to those who do not see it.
            "--force-renderer-accessibility".to_owned(),
        ];
        let program = std::iter::once("/usr/bin/chromium".to_owned());
        return Ok(program.chain(flags).chain(own).collect());
    }
    let all = preferences();
    let all = all.as_object().context("preferences have names")?;
    let lines = all
        .iter()
        .map(|(name, value)| format!("user_pref(\"{name}\", {value});\n"));
    std::fs::write(profile.join("user.js"), lines.collect::<String>())?;
    let command = ["firefox-esr", "--no-remote", "--profile"].map(str::to_owned);
    Ok(command.into_iter().chain([path.to_string()]).collect())
}

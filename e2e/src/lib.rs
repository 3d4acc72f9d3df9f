//! A real browser for tests of the real page and the real desk: Chromium with a profile of its own, driven by ChromeDriver.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use fantoccini::elements::Element;
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

/// How long a test waits for something to appear.
const PATIENCE: Duration = Duration::from_secs(40);
/// Without these, Chromium as root does not start, or talks to hosts that are none of a test's business.
const FLAGS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
];

/// ChromeDriver; ended when dropped.
struct Driver {
    child: Child,
    port: u16,
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?
        .local_addr()?
        .port())
}

impl Driver {
    fn start() -> Result<Driver> {
        let port = free_port()?;
        let child = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("ChromeDriver is missing: run cargo xtask setup")?;
        Ok(Driver { child, port })
    }
}

/// A browser with a fresh profile.
pub struct Browser {
    client: Client,
    profile: tempfile::TempDir,
    driver: Driver,
}

impl Browser {
    /// Starts one, of a width and height in CSS pixels.
    ///
    /// # Errors
    /// When ChromeDriver or Chromium is missing or does not start.
    pub async fn start(width: u32, height: u32) -> Result<Browser> {
        let driver = Driver::start()?;
        let profile = tempfile::tempdir()?;
        let mut arguments: Vec<String> = FLAGS.iter().map(|flag| (*flag).to_owned()).collect();
        arguments.push(format!("--user-data-dir={}", profile.path().display()));
        arguments.push(format!("--window-size={width},{height}"));
        let options =
            json!({"goog:chromeOptions": {"args": arguments, "binary": "/usr/bin/chromium"}});
        let Value::Object(options) = options else {
            bail!("the options are an object");
        };
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(Capabilities::from_iter(options));
        let address = format!("http://127.0.0.1:{}", driver.port);
        // The driver needs a moment until it listens; asking is the only way to know.
        let mut attempts = tokio::time::interval(Duration::from_millis(50));
        for _ in 0..200 {
            attempts.tick().await;
            if let Ok(client) = builder.connect(&address).await {
                return Ok(Browser {
                    client,
                    profile,
                    driver,
                });
            }
        }
        bail!("Chromium does not start; run cargo xtask setup")
    }

    /// Goes to an address.
    ///
    /// # Errors
    /// When the browser can't.
    pub async fn open(&self, address: &str) -> Result<()> {
        Ok(self.client.goto(address).await?)
    }

    fn locator(id: &str) -> String {
        format!("[data-testid=\"{id}\"]")
    }

    /// Waits until an element with this test id is there and shown.
    ///
    /// # Errors
    /// When that does not happen in time; the error has the text of the page.
    pub async fn find(&self, id: &str) -> Result<Element> {
        let locator = Self::locator(id);
        let waiting = async {
            loop {
                let wait = self.client.wait().at_most(PATIENCE);
                let element = wait.for_element(Locator::Css(&locator)).await?;
                for element in std::iter::once(element)
                    .chain(self.client.find_all(Locator::Css(&locator)).await?)
                {
                    if element.is_displayed().await.unwrap_or(false) {
                        return anyhow::Ok(element);
                    }
                }
            }
        };
        match tokio::time::timeout(PATIENCE, waiting).await {
            Ok(Ok(element)) => Ok(element),
            _ => bail!(
                "{id} never appeared; the page says: {}",
                self.text().await.unwrap_or_default()
            ),
        }
    }

    /// Clicks an element.
    ///
    /// # Errors
    /// When it does not appear or can't be clicked.
    pub async fn click(&self, id: &str) -> Result<()> {
        let element = self.find(id).await?;
        // As a person scrolls: to the middle, where nothing lies over it.
        let middle = "arguments[0].scrollIntoView({block: 'center'})";
        let this = serde_json::to_value(&element)?;
        self.client.execute(middle, vec![this]).await?;
        Ok(element.click().await?)
    }

    /// Types into an element.
    ///
    /// # Errors
    /// When it does not appear or can't be typed into.
    pub async fn write(&self, id: &str, text: &str) -> Result<()> {
        Ok(self.find(id).await?.send_keys(text).await?)
    }

    /// The texts of all elements with this test id that are shown.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn texts(&self, id: &str) -> Result<Vec<String>> {
        let mut texts = Vec::new();
        for element in self
            .client
            .find_all(Locator::Css(&Self::locator(id)))
            .await?
        {
            if element.is_displayed().await.unwrap_or(false) {
                texts.push(element.text().await?);
            }
        }
        Ok(texts)
    }

    /// Waits until an element's text contains something, and gives the text.
    ///
    /// # Errors
    /// When that does not happen in time.
    pub async fn wait_for(&self, id: &str, part: &str) -> Result<String> {
        let waiting = async {
            loop {
                let texts = self.texts(id).await.unwrap_or_default();
                if let Some(text) = texts.into_iter().find(|text| text.contains(part)) {
                    return text;
                }
                tokio::task::yield_now().await;
            }
        };
        match tokio::time::timeout(PATIENCE, waiting).await {
            Ok(text) => Ok(text),
            Err(_) => bail!(
                "{id} never said {part:?}; the page says: {}",
                self.text().await.unwrap_or_default()
            ),
        }
    }

    /// All text that is shown.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn text(&self) -> Result<String> {
        Ok(self.client.find(Locator::Css("body")).await?.text().await?)
    }

    /// What a script gives.
    ///
    /// # Errors
    /// When it fails.
    pub async fn script(&self, script: &str) -> Result<Value> {
        Ok(self.client.execute(script, Vec::new()).await?)
    }

    /// Takes a picture into `e2e/shots`.
    ///
    /// # Errors
    /// When it can't be taken or written.
    pub async fn picture(&self, name: &str) -> Result<PathBuf> {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("shots");
        std::fs::create_dir_all(&directory)?;
        let path = directory.join(format!("{name}.png"));
        std::fs::write(&path, self.client.screenshot().await?)?;
        Ok(path)
    }

    /// What axe-core finds wrong with the accessibility of what is shown: rule and where.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn accessibility(&self) -> Result<Vec<String>> {
        // The page's own policy forbids foreign scripts; the driver's are run beside it.
        self.script(include_str!("../assets/axe.min.js")).await?;
        // What the sticky header half covers while scrolling is not too small a target.
        self.script("window.scrollTo(0, 0)").await?;
        let run = "const done = arguments[arguments.length - 1];
            axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})
               .then((found) => done(found.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.target.join(' ')).join(', '))));";
        let found = self.client.execute_async(run, Vec::new()).await?;
        let found = found.as_array().cloned().unwrap_or_default();
        Ok(found
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect())
    }

    /// Whether the page is wider than the window, so that a person would have to scroll sideways.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn is_too_wide(&self) -> Result<bool> {
        let wide = "return document.documentElement.scrollWidth > window.innerWidth";
        Ok(self.script(wide).await?.as_bool().unwrap_or(true))
    }

    /// Closes the browser and gives back its profile, as somebody finds it who takes the device.
    ///
    /// # Errors
    /// When it does not close.
    pub async fn close(self) -> Result<Profile> {
        self.client.close().await?;
        drop(self.driver);
        Ok(Profile(self.profile))
    }
}

/// What a closed browser has left on the disk.
pub struct Profile(tempfile::TempDir);

impl Profile {
    /// The files that hold one of these texts, in UTF-8 or UTF-16.
    ///
    /// # Errors
    /// When a file can't be read.
    pub fn search(&self, canaries: &[&str]) -> Result<Vec<String>> {
        let needles: Vec<Vec<u8>> = canaries
            .iter()
            .flat_map(|canary| {
                let wide = canary.encode_utf16().flat_map(u16::to_le_bytes).collect();
                [canary.as_bytes().to_vec(), wide]
            })
            .collect();
        let mut found = Vec::new();
        let mut directories = vec![self.0.path().to_owned()];
        while let Some(directory) = directories.pop() {
            for entry in std::fs::read_dir(directory)? {
                let path = entry?.path();
                if path.is_dir() {
                    directories.push(path);
                } else if let Ok(bytes) = std::fs::read(&path) {
                    let holds =
                        |needle: &Vec<u8>| bytes.windows(needle.len()).any(|at| at == needle);
                    if needles.iter().any(holds) {
                        found.push(path.display().to_string());
                    }
                }
            }
        }
        Ok(found)
    }
}

/// The demonstration line, from the `footbridge` command that was built for tests.
///
/// # Errors
/// When the command or the page is not built: `cargo xtask test` builds both.
pub async fn demonstration() -> Result<demo::DemoLine> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .context("the project's root")?;
    let executable = root.join("target/debug/footbridge");
    if !executable.exists() || !root.join("target/page-files/page.wasm").exists() {
        bail!("the command or the page is not built: run cargo xtask test");
    }
    let options = demo::DemoOptions {
        executable,
        directory: None,
        page_files: root.join("target/page-files"),
        data: root.join("demonstration"),
        port: 0,
    };
    Ok(demo::DemoLine::start(&options, |_| {}).await?)
}

//! A real browser for tests of the real page and the real desk: Chromium or Firefox, with a profile of its own.

mod commands;
mod copy;
mod crash;
mod device;
mod driver;
mod held;
mod keyboard;
mod kind;
mod profile;
mod reader;
mod senses;
mod start;
mod visitor;
mod windows;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::{Client, Locator};
use serde_json::Value;

pub use crate::copy::{CopiedPage, document};
pub use crate::device::SlowDevice;
pub use crate::held::HeldPage;
pub use crate::kind::Kind;
pub use crate::profile::Profile;
pub use crate::reader::ScreenReader;
pub use crate::senses::Spoken;
pub use crate::visitor::Visitor;

use crate::driver::Driver;

/// How long a test waits for something to appear.
const PATIENCE: Duration = Duration::from_secs(40);
/// So often a click that finds its element changed looks for it again.
const TRIES: usize = 5;
/// How often it looks. ChromeDriver can only be asked; asking without a pause would take the time of what is waited for.
const PACE: Duration = Duration::from_millis(30);

/// A browser with a fresh profile.
pub struct Browser {
    kind: Kind,
    client: Client,
    // Ends before its profile is removed.
    driver: Driver,
    profile: tempfile::TempDir,
}

impl Browser {
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
            let mut looks = tokio::time::interval(PACE);
            loop {
                looks.tick().await;
                // While one page makes way for another there is nothing to find; that is no reason to give up.
                let elements = self.client.find_all(Locator::Css(&locator)).await;
                for element in elements.unwrap_or_default() {
                    if element.is_displayed().await.unwrap_or(false) {
                        return element;
                    }
                }
            }
        };
        match tokio::time::timeout(PATIENCE, waiting).await {
            Ok(element) => Ok(element),
            Err(_) => bail!(
                "{id} never appeared; the page says: {}",
                self.text().await.unwrap_or_default()
            ),
        }
    }

    /// Presses the button with this label, where no element has a test id, and waits for the page that it leads to.
    ///
    /// # Errors
    /// When there is none, or the page that it leads to does not come.
    pub async fn click_button(&self, label: &str) -> Result<()> {
        let path = format!("//button[normalize-space()='{label}']");
        let button = self.client.find(Locator::XPath(&path)).await?;
        button.click().await?;
        let waiting = async {
            let mut looks = tokio::time::interval(PACE);
            loop {
                looks.tick().await;
                // A button that can be asked still stands on the page that is left.
                let is_left = button.tag_name().await.is_err();
                let state = self.script("return document.readyState").await;
                if is_left && state.is_ok_and(|state| state == "complete") {
                    return;
                }
            }
        };
        tokio::time::timeout(PATIENCE, waiting)
            .await
            .map_err(|_| anyhow::anyhow!("{label} led nowhere"))
    }

    /// Follows the first link whose text has this part.
    ///
    /// # Errors
    /// When none appears in time.
    pub async fn click_link(&self, part: &str) -> Result<()> {
        let path = format!("//main//a[contains(normalize-space(), '{part}')]");
        let wait = self.client.wait().at_most(PATIENCE);
        let link = wait.for_element(Locator::XPath(&path)).await?;
        Ok(link.click().await?)
    }

    /// Writes into the field of a form, in place of what stands there.
    ///
    /// # Errors
    /// When there is no such field.
    pub async fn type_into(&self, name: &str, text: &str) -> Result<()> {
        let field = format!("[name=\"{name}\"]");
        let field = self.client.find(Locator::Css(&field)).await?;
        field.clear().await?;
        Ok(field.send_keys(text).await?)
    }

    /// Clicks an element.
    ///
    /// # Errors
    /// When it does not appear or can't be clicked.
    pub async fn click(&self, id: &str) -> Result<()> {
        // As a person scrolls: to the middle, where nothing lies over it.
        let middle = "arguments[0].scrollIntoView({block: 'center'})";
        let mut tries = 1;
        loop {
            let element = self.find(id).await?;
            let this = serde_json::to_value(&element)?;
            let clicked = match self.client.execute(middle, vec![this]).await {
                Ok(_) => element.click().await,
                Err(error) => Err(error),
            };
            match clicked {
                // What changes by itself is another element now; a person would press that one.
                Err(error) if is_gone(&error) && tries < TRIES => tries += 1,
                clicked => return Ok(clicked?),
            }
        }
    }

    /// Clicks the element of that kind which says something.
    ///
    /// # Errors
    /// When none does in time, or it can't be clicked.
    pub async fn click_text(&self, id: &str, part: &str) -> Result<()> {
        self.wait_for(id, part).await?;
        for element in self
            .client
            .find_all(Locator::Css(&Self::locator(id)))
            .await?
        {
            if element.text().await?.contains(part) {
                return Ok(element.click().await?);
            }
        }
        bail!("no {id} says {part}")
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
        // In one script, since the driver takes the elements of a page that answers a form for stale.
        let shown = "return [...document.querySelectorAll(arguments[0])]
            .filter((element) => element.checkVisibility({ visibilityProperty: true }))
            .map((element) => element.innerText)";
        let locator = Value::from(Self::locator(id));
        let texts = self.client.execute(shown, vec![locator]).await?;
        let texts = texts.as_array().cloned().unwrap_or_default();
        Ok(texts
            .iter()
            .filter_map(|text| text.as_str().map(str::to_owned))
            .collect())
    }

    /// Waits until an element's text contains something, and gives the text.
    ///
    /// # Errors
    /// When that does not happen in time.
    pub async fn wait_for(&self, id: &str, part: &str) -> Result<String> {
        let waiting = async {
            let mut looks = tokio::time::interval(PACE);
            loop {
                looks.tick().await;
                let texts = self.texts(id).await.unwrap_or_default();
                if let Some(text) = texts.into_iter().find(|text| text.contains(part)) {
                    return text;
                }
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
        // In one script, since a page that is making way for another has no element that stays.
        let shown = self
            .script("return document.body ? document.body.innerText : ''")
            .await?;
        Ok(shown.as_str().unwrap_or_default().to_owned())
    }

    /// What a script gives.
    ///
    /// # Errors
    /// When it fails.
    pub async fn script(&self, script: &str) -> Result<Value> {
        Ok(self.client.execute(script, Vec::new()).await?)
    }

    /// Waits until a script gives true.
    ///
    /// # Errors
    /// When that does not happen in time.
    pub async fn wait_until(&self, script: &str) -> Result<()> {
        let waiting = async {
            let mut looks = tokio::time::interval(PACE);
            loop {
                looks.tick().await;
                // While one page makes way for another there is no answer.
                if self.script(script).await.is_ok_and(|said| said == true) {
                    return;
                }
            }
        };
        let waited = tokio::time::timeout(PATIENCE, waiting).await;
        waited.with_context(|| format!("never: {script}"))
    }

    /// Takes a picture into `e2e/shots`.
    ///
    /// # Errors
    /// When it can't be taken or written.
    pub async fn picture(&self, name: &str) -> Result<PathBuf> {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("shots");
        std::fs::create_dir_all(&directory)?;
        let of_kind = match self.kind {
            Kind::Chromium => "",
            Kind::Firefox => "firefox-",
        };
        let path = directory.join(format!("{of_kind}{name}.png"));
        std::fs::write(&path, self.client.screenshot().await?)?;
        Ok(path)
    }

    /// Takes a picture of the whole page, however long it is, at a width in CSS pixels. The window keeps that size.
    ///
    /// # Errors
    /// When it can't be taken or written.
    pub async fn whole_picture(&self, into: PathBuf, width: u32) -> Result<()> {
        self.resize(width, 800).await?;
        let height = "return document.documentElement.scrollHeight + window.outerHeight - window.innerHeight";
        let height = self.script(height).await?.as_u64().unwrap_or(800);
        self.resize(width, u32::try_from(height.clamp(400, 8000))?)
            .await?;
        std::fs::write(into, self.client.screenshot().await?)?;
        Ok(())
    }

    /// Takes a picture of the page's main part without its head, at a width in CSS pixels. The window keeps that size.
    ///
    /// # Errors
    /// When it can't be taken or written.
    pub async fn main_picture(&self, into: PathBuf, width: u32) -> Result<()> {
        self.resize(width, 6000).await?;
        let main = self.client.find(Locator::Css("main")).await?;
        std::fs::write(into, main.screenshot().await?)?;
        Ok(())
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

    /// Makes the window another size, in CSS pixels.
    ///
    /// # Errors
    /// When the browser can't.
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        Ok(self.client.set_window_size(width, height).await?)
    }

    /// Whether the page is wider than the window, so that a person would have to scroll sideways.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn is_too_wide(&self) -> Result<bool> {
        let wide = "return document.documentElement.scrollWidth > window.innerWidth";
        Ok(self.script(wide).await?.as_bool().unwrap_or(true))
    }

    /// On the page's start: draws new words, types them back, and comes to the field to write in. Gives the words.
    ///
    /// # Errors
    /// When a step does not come.
    pub async fn new_words(&self) -> Result<String> {
        self.click("new").await?;
        self.find("word").await?;
        let words = self.texts("word").await?.join(" ");
        self.click("words-next").await?;
        self.write("words-typed", &words).await?;
        self.click("words-open").await?;
        self.find("message").await?;
        Ok(words)
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

/// Whether an element could not be touched because the page has another in its place by now. Chromium's driver names it otherwise where the
/// whole document was replaced between two of its own steps.
fn is_gone(error: &CmdError) -> bool {
    let replaced = "does not belong to the document";
    error.is_stale_element_reference() || error.to_string().contains(replaced)
}

/// The project's root.
///
/// # Errors
/// Never where this crate stands in it.
pub fn root() -> Result<&'static Path> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().context("the project's root")
}

/// The `footbridge` command that was built for tests, with the page beside it.
///
/// # Errors
/// When either is not built: `cargo xtask test` builds both.
pub fn command() -> Result<PathBuf> {
    let executable = root()?.join("target/debug/footbridge");
    if !executable.exists() || !root()?.join("target/page-files/en.html").exists() {
        bail!("the command or the page is not built: run cargo xtask test");
    }
    Ok(executable)
}

/// How often the pages of tests take a turn, in milliseconds: they are not about waiting.
const TURN_PACE: u64 = 200;

/// The demonstration line, from the `footbridge` command that was built for tests.
///
/// # Errors
/// When the command or the page is not built: `cargo xtask test` builds both.
pub async fn demonstration() -> Result<demo::DemoLine> {
    demonstration_at(Some(TURN_PACE)).await
}

/// The same with pages that take a turn so often, in milliseconds, or as they do by default.
///
/// # Errors
/// As [`demonstration`].
pub async fn demonstration_at(pace_milliseconds: Option<u64>) -> Result<demo::DemoLine> {
    let root = root()?;
    let options = demo::DemoOptions {
        executable: command()?,
        directory: None,
        page_files: root.join("target/page-files"),
        data: root.join("demonstration"),
        port: 0,
        pace_milliseconds,
    };
    Ok(demo::DemoLine::start(&options, |_| {}).await?)
}

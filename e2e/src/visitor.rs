//! Somebody who sits at a desk.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use demo::DeskDoor;

use crate::Browser;

/// The window of a laptop, in CSS pixels.
const WIDE: (u32, u32) = (1280, 900);
/// The narrowest window in which everything must be usable.
const NARROW: (u32, u32) = (320, 800);

/// A desk in a browser of its own, in English to begin with.
pub struct Visitor {
    /// The browser.
    pub browser: Browser,
    origin: String,
}

/// Whether the console only repeats that a screen was refused or is gone, which the screen itself says: the browser counts such an
/// answer as a failure. A missing file is one.
fn is_refusal(said: &str) -> bool {
    let (address, problem) = said.split_once(" - ").unwrap_or_default();
    let name = address.rsplit('/').next().unwrap_or_default();
    problem.starts_with("Failed to load resource")
        && problem.contains("status of 4")
        && !name.contains('.')
}

impl Visitor {
    /// Opens a desk by its link for a person, which works once.
    ///
    /// # Errors
    /// When the browser does not start or the desk does not open.
    pub async fn at(desk: &DeskDoor) -> Result<Visitor> {
        let browser = Browser::start(WIDE.0, WIDE.1).await?;
        browser.open(desk.link()).await?;
        browser.click("language-en").await?;
        browser.find("status").await?;
        let origin = desk.link().split("/open/").next();
        let origin = origin.context("a link has an origin")?.to_owned();
        Ok(Visitor { browser, origin })
    }

    /// Goes to a screen, such as `/shifts`.
    ///
    /// # Errors
    /// When it never appears.
    pub async fn goes_to(&self, path: &str) -> Result<()> {
        self.browser.open(&format!("{}{path}", self.origin)).await?;
        self.browser.find("status").await.map(drop)
    }

    /// Takes pictures `NAME-en` and `NAME-en-320` of the screen that is shown, at two widths.
    ///
    /// # Errors
    /// When something is wrong for those who do not see it, when something is cut off at 320 pixels, or when the console has errors.
    pub async fn looks(&self, name: &str) -> Result<()> {
        self.browser.picture(&format!("{name}-en")).await?;
        let wrong = self.browser.accessibility().await?;
        ensure!(wrong.is_empty(), "{name}: {wrong:?}");
        self.browser.resize(NARROW.0, NARROW.1).await?;
        self.is_not_cut_off(name).await?;
        self.browser.picture(&format!("{name}-en-320")).await?;
        self.browser.resize(WIDE.0, WIDE.1).await?;
        let mut said = self.browser.console_errors().await?;
        said.retain(|said| !is_refusal(said));
        ensure!(said.is_empty(), "{name}: {said:?}");
        Ok(())
    }

    async fn is_not_cut_off(&self, name: &str) -> Result<()> {
        let too_wide = self.browser.is_too_wide().await?;
        ensure!(!too_wide, "{name}: wider than the window");
        Ok(())
    }

    /// Goes to a screen in one of the desk's languages, from now on.
    ///
    /// # Errors
    /// When it never appears.
    pub async fn reads(&self, language: &str, path: &str) -> Result<()> {
        self.browser.click(&format!("language-{language}")).await?;
        // Whoever goes on before the desk has answered ends where the answer leads.
        let speaks = format!("return document.documentElement.lang === '{language}'");
        self.browser.wait_until(&speaks).await?;
        self.goes_to(path).await
    }

    /// The same as `looks`, and pictures of the screen in the other languages.
    ///
    /// # Errors
    /// As `looks`.
    pub async fn looks_in_all_languages(&self, name: &str, path: &str) -> Result<()> {
        self.looks(name).await?;
        for language in ["ko", "ru", "uk", "en"] {
            self.reads(language, path).await?;
            self.browser.resize(NARROW.0, NARROW.1).await?;
            self.is_not_cut_off(&format!("{name} {language}")).await?;
            self.browser.resize(WIDE.0, WIDE.1).await?;
            self.browser.picture(&format!("{name}-{language}")).await?;
        }
        Ok(())
    }

    /// Chooses in a list, without opening it.
    ///
    /// # Errors
    /// When there is no such list.
    pub async fn chooses(&self, id: &str, value: &str) -> Result<()> {
        let script = format!("document.querySelector('[data-testid={id}]').value = '{value}'");
        self.browser.script(&script).await.map(drop)
    }

    /// Takes a picture of the whole screen, however long it is.
    ///
    /// # Errors
    /// When it can't be taken or written.
    pub async fn whole_picture(&self, into: PathBuf, width: u32) -> Result<()> {
        self.browser.whole_picture(into, width).await?;
        self.browser.resize(WIDE.0, WIDE.1).await
    }

    /// Takes a picture of what a screen is about, without the head that all screens have.
    ///
    /// # Errors
    /// When it can't be taken or written.
    pub async fn main_picture(&self, into: PathBuf, width: u32) -> Result<()> {
        self.browser.main_picture(into, width).await?;
        self.browser.resize(WIDE.0, WIDE.1).await
    }
}

#[cfg(test)]
mod tests {
    use super::is_refusal;

    #[test]
    fn a_refusal_is_told_from_what_is_missing() {
        let said = |address: &str, status: &str| {
            format!(
                "{address} - Failed to load resource: the server responded with a status of {status}"
            )
        };
        assert!(is_refusal(&said(
            "http://127.0.0.1:1/take-next",
            "409 (Conflict)"
        )));
        assert!(!is_refusal(&said(
            "http://127.0.0.1:1/desk.js",
            "404 (Not Found)"
        )));
        assert!(!is_refusal(&said(
            "http://127.0.0.1:1/take-next",
            "500 (Internal)"
        )));
        assert!(!is_refusal("Uncaught TypeError: x is undefined"));
    }
}

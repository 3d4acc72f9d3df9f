//! What one driver alone can be asked: ChromeDriver for the console and for Chromium's own protocol for developers, geckodriver for what a
//! person sets in Firefox.

use anyhow::Result;
use fantoccini::wd::WebDriverCompatibleCommand;
use http::Method;
use serde_json::{Value, json};
use url::{ParseError, Url};

use crate::Browser;

/// A command of its own.
#[derive(Debug)]
struct Own {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Own {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        let session = session.unwrap_or_default();
        base.join(&format!("session/{session}/{}", self.path))
    }

    fn method_and_body(&self, _address: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}

impl Browser {
    /// The errors that the browser's console has had since this was last asked: of scripts, of requests, of a policy that
    /// was broken.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn console_errors(&self) -> Result<Vec<String>> {
        let entries = self.own("se/log", json!({"type": "browser"})).await?;
        Ok(errors(&entries))
    }

    /// Runs a script in Firefox itself, outside of the page.
    pub(crate) async fn script_outside(&self, script: &str) -> Result<()> {
        self.speak_to("chrome").await?;
        self.script(script).await?;
        self.speak_to("content").await
    }

    /// From now on scripts run in Firefox itself (`chrome`), or in the page (`content`).
    async fn speak_to(&self, context: &str) -> Result<()> {
        let body = json!({"context": context});
        self.own("moz/context", body).await.map(drop)
    }

    /// Carries out a command of Chromium's protocol for developers.
    pub(crate) async fn develop(&self, command: &str, parameters: Value) -> Result<Value> {
        let body = json!({"cmd": command, "params": parameters});
        self.own("goog/cdp/execute", body).await
    }

    async fn own(&self, path: &'static str, body: Value) -> Result<Value> {
        Ok(self.client.issue_cmd(Own { path, body }).await?)
    }
}

/// The errors among its entries.
fn errors(entries: &Value) -> Vec<String> {
    let entries = entries.as_array().into_iter().flatten();
    entries
        .filter(|entry| entry["level"] == "SEVERE")
        .filter_map(|entry| entry["message"].as_str().map(str::to_owned))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_errors_are_given() {
        let entries = json!([
            {"level": "INFO", "message": "loaded"},
            {"level": "SEVERE", "message": "a policy was broken"},
        ]);
        assert_eq!(errors(&entries), ["a policy was broken"]);
    }
}

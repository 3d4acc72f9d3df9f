//! Windows of one browser, one after the other, for visits that must not know of each other.

use anyhow::Result;
use serde_json::Value;

use crate::Browser;

impl Browser {
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

//! How a page is to those who do not see it as others do: with the system's few colours, enlarged, read aloud.

use std::fmt;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::{Browser, Kind};

/// What a screen reader has a name for, or nobody knows what it does.
const CONTROLS: [&str; 12] = [
    "button",
    "checkbox",
    "combobox",
    "DisclosureTriangle",
    "link",
    "listbox",
    "menuitem",
    "option",
    "radio",
    "radiogroup",
    "searchbox",
    "textbox",
];
/// What is no more than its parts.
const SILENT: [&str; 6] = [
    "RootWebArea",
    "generic",
    "none",
    "InlineTextBox",
    "LineBreak",
    "ListMarker",
];
/// What is worth saying besides role and name.
const STATES: [&str; 8] = [
    "checked", "disabled", "expanded", "focused", "invalid", "level", "live", "pressed",
];

/// One thing that a screen reader says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoken {
    /// What it is.
    pub role: String,
    /// What it is called, or its text.
    pub name: String,
    /// What else is said of it.
    pub more: Vec<String>,
}

impl Spoken {
    /// Whether somebody can do something with it.
    pub fn is_control(&self) -> bool {
        CONTROLS.contains(&self.role.as_str())
    }
}

impl fmt::Display for Spoken {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}: {}", self.role, self.name)?;
        match self.more.is_empty() {
            true => Ok(()),
            false => write!(to, " ({})", self.more.join(", ")),
        }
    }
}

/// What stands in a member of a node or a property.
fn value<'a>(node: &'a Value, of: &str) -> &'a Value {
    let member = node.get(of).and_then(|member| member.get("value"));
    member.unwrap_or(&Value::Null)
}

fn text<'a>(node: &'a Value, of: &str) -> &'a str {
    value(node, of).as_str().unwrap_or_default()
}

/// What stands in a list of a node.
fn all<'a>(node: &'a Value, of: &str) -> impl Iterator<Item = &'a Value> {
    let list = node.get(of).and_then(Value::as_array);
    list.into_iter().flatten()
}

/// A property, if it is worth saying.
fn state(property: &Value) -> Option<String> {
    let name = property.get("name")?.as_str()?;
    let value = match value(property, "value") {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let is_said = STATES.contains(&name) && value != "false";
    is_said.then(|| format!("{name} {value}"))
}

/// What is said of a node of the accessibility tree.
fn spoken(node: &Value) -> Spoken {
    let mut more: Vec<String> = all(node, "properties").filter_map(state).collect();
    let said = ["value", "description"].map(|of| text(node, of));
    more.extend(
        said.iter()
            .filter(|said| !said.is_empty())
            .map(|said| said.to_string()),
    );
    Spoken {
        role: text(node, "role").to_owned(),
        name: text(node, "name")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" "),
        more,
    }
}

/// The tree in the order in which it is read. What is named by its content is not read a second time.
fn read(nodes: &[Value], id: &Value, is_named: bool, into: &mut Vec<Spoken>) {
    let is_it = |node: &&Value| node.get("nodeId") == Some(id);
    let Some(node) = nodes.iter().find(is_it) else {
        return;
    };
    let said = spoken(node);
    let is_live = said.more.iter().any(|more| more.starts_with("live "));
    let is_silent = SILENT.contains(&said.role.as_str()) && !is_live;
    let is_empty = said.name.is_empty() && !said.is_control() && !is_live;
    let is_said_above = said.role == "StaticText" && is_named;
    let names = (said.is_control() || said.role == "heading") && !said.name.is_empty();
    let is_ignored = node.get("ignored") == Some(&Value::Bool(true));
    if ![is_ignored, is_silent, is_empty, is_said_above].contains(&true) {
        into.push(said);
    }
    for child in all(node, "childIds") {
        read(nodes, child, is_named || names, into);
    }
}

impl Browser {
    /// Shows pages in the few colours that somebody chose for the whole system, or in their own again.
    ///
    /// # Errors
    /// When the browser can't.
    pub async fn force_colours(&self, is_forced: bool) -> Result<()> {
        if self.kind == Kind::Firefox {
            let whose = if is_forced { 2 } else { 1 };
            let set =
                format!("Services.prefs.setIntPref('browser.display.document_color_use', {whose})");
            self.script_outside(&set).await?;
            let forced = "matchMedia('(forced-colors: active)').matches";
            let is_so = format!("return {forced} === {is_forced}");
            return self.wait_until(&is_so).await;
        }
        let value = if is_forced { "active" } else { "none" };
        let media = json!({"features": [{"name": "forced-colors", "value": value}]});
        self.develop("Emulation.setEmulatedMedia", media)
            .await
            .map(drop)
    }

    /// Enlarges pages as in a window of 1,280 × 900 pixels, which Firefox must have.
    ///
    /// # Errors
    /// When the browser can't.
    pub async fn zoom(&self, percent: u32) -> Result<()> {
        if self.kind == Kind::Firefox {
            let pixels = f64::from(percent) / 100.0;
            let set =
                format!("Services.prefs.setStringPref('layout.css.devPixelsPerPx', '{pixels}')");
            self.script_outside(&set).await?;
            let is_so = format!("return devicePixelRatio === {pixels}");
            return self.wait_until(&is_so).await;
        }
        let size = json!({
            "width": 128_000 / percent,
            "height": 90_000 / percent,
            "deviceScaleFactor": f64::from(percent) / 100.0,
            "mobile": false,
        });
        let command = "Emulation.setDeviceMetricsOverride";
        self.develop(command, size).await.map(drop)
    }

    async fn lines(&self, script: &str) -> Result<Vec<String>> {
        let found = self.script(script).await?;
        let found = found.as_array().context("lines")?;
        let texts = found.iter().filter_map(Value::as_str);
        Ok(texts.map(str::to_owned).collect())
    }

    /// What sticks out of the window or is cut off, and what lies over something else.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn misplaced(&self) -> Result<Vec<String>> {
        self.lines(include_str!("layout.js")).await
    }

    /// What cannot be told with the system's few colours.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn unseen(&self) -> Result<Vec<String>> {
        self.lines(include_str!("colours.js")).await
    }

    /// What a screen reader says from the page's beginning to its end. Chromium only.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn aloud(&self) -> Result<Vec<Spoken>> {
        let tree = self
            .develop("Accessibility.getFullAXTree", json!({}))
            .await?;
        let nodes: Vec<Value> = all(&tree, "nodes").cloned().collect();
        let root = nodes.first().and_then(|root| root.get("nodeId"));
        let root = root.context("a page has a tree")?;
        let mut said = Vec::new();
        read(&nodes, root, false, &mut said);
        Ok(said)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_in_order_and_nothing_twice() {
        let node = |id: &str, role: &str, name: &str, children: &[&str]| json!({"nodeId": id, "role": {"value": role}, "name": {"value": name}, "childIds": children});
        let mut button = node("3", "button", "Send", &["4"]);
        button["properties"] = json!([
            {"name": "disabled", "value": {"value": true}},
            {"name": "focusable", "value": {"value": true}},
        ]);
        let nodes = [
            node("1", "RootWebArea", "Notes", &["2", "3", "5"]),
            node("2", "StaticText", "Your\n message", &[]),
            button,
            node("4", "StaticText", "Send", &[]),
            node("5", "textbox", "", &[]),
        ];
        let mut said = Vec::new();
        read(&nodes, &json!("1"), false, &mut said);
        let said: Vec<String> = said.iter().map(Spoken::to_string).collect();
        let due = [
            "StaticText: Your message",
            "button: Send (disabled true)",
            "textbox: ",
        ];
        assert_eq!(said, due);
    }
}

//! A page by keyboard alone.

use anyhow::{Result, bail, ensure};
use serde_json::Value;

use crate::{Browser, Kind};

/// So many presses of the Tab key are the most that anybody would try.
const TABS: usize = 80;
const TAB: &str = "\u{E004}";
const ENTER: &str = "\u{E007}";

/// A stop of the Tab key.
#[derive(Clone, Debug)]
struct Stop {
    name: String,
    place: u64,
    top: f64,
    bottom: f64,
    left: f64,
    is_ringed: bool,
    is_seen: bool,
}

impl Stop {
    fn new(value: &Value) -> Option<Stop> {
        Some(Stop {
            name: value["name"].as_str()?.to_owned(),
            place: value["place"].as_u64()?,
            top: value["top"].as_f64()?,
            bottom: value["bottom"].as_f64()?,
            left: value["left"].as_f64()?,
            is_ringed: value["ringed"].as_bool()?,
            is_seen: value["seen"].as_bool()?,
        })
    }

    /// Whether somebody who reads from above to below and along the lines comes to this one first.
    fn is_before(&self, next: &Stop) -> bool {
        let is_on_one_line = self.top < next.bottom && next.top < self.bottom;
        match is_on_one_line {
            true => self.left <= next.left,
            false => self.top < next.top,
        }
    }
}

/// What is wrong with a way through a page by the Tab key, from its first stop to its last.
fn wrong_way(stops: &[Stop]) -> Vec<String> {
    let mut wrong = Vec::new();
    for stop in stops {
        if !stop.is_ringed {
            wrong.push(format!("{} does not show that it has the focus", stop.name));
        }
        if !stop.is_seen {
            wrong.push(format!(
                "{} has the focus and lies under something else",
                stop.name
            ));
        }
    }
    for (one, next) in stops.iter().zip(stops.iter().skip(1)) {
        if one.place > next.place || !one.is_before(next) {
            wrong.push(format!("{} comes before {}", one.name, next.name));
        }
    }
    wrong
}

impl Browser {
    /// Goes from element to element with the Tab key until one with this test id has the focus.
    ///
    /// # Errors
    /// When no way leads there.
    pub async fn reach(&self, id: &str) -> Result<()> {
        self.find(id).await?;
        for _ in 0..TABS {
            let focused = self.client.active_element().await?;
            if focused.attr("data-testid").await?.as_deref() == Some(id) {
                return Ok(());
            }
            focused.send_keys(TAB).await?;
        }
        bail!("the keyboard does not reach {id}")
    }

    /// Reaches an element like that, and presses Enter.
    ///
    /// # Errors
    /// When no way leads there.
    pub async fn press(&self, id: &str) -> Result<()> {
        self.reach(id).await?;
        self.type_keys(ENTER).await
    }

    /// Types where the focus is, as a person at a keyboard.
    ///
    /// # Errors
    /// When the browser does not take it.
    pub async fn type_keys(&self, keys: &str) -> Result<()> {
        let focused = self.client.active_element().await?;
        Ok(focused.send_keys(keys).await?)
    }

    /// Goes once around the page by the Tab key: what is wrong with where the focus goes, and with how that is seen.
    ///
    /// # Errors
    /// When the browser does not answer, or the keyboard does not come around.
    pub async fn wrong_focus(&self) -> Result<Vec<String>> {
        let mut stops: Vec<Stop> = Vec::new();
        for _ in 0..TABS {
            self.type_keys(TAB).await?;
            let Some(stop) = Stop::new(&self.script(include_str!("focus.js")).await?) else {
                // After the last one the focus goes into Firefox's own bars, from where keys for the page do not lead back.
                if self.kind == Kind::Firefox && !stops.is_empty() {
                    self.script_outside("gBrowser.selectedBrowser.focus()")
                        .await?;
                    return Ok(wrong_way(&stops));
                }
                continue;
            };
            if stops.first().is_some_and(|first| first.place == stop.place) {
                let first = (0..stops.len()).min_by_key(|at| stops.get(*at).map(|stop| stop.place));
                stops.rotate_left(first.unwrap_or_default());
                return Ok(wrong_way(&stops));
            }
            stops.push(stop);
        }
        ensure!(
            stops.is_empty(),
            "the keyboard does not come around: {stops:?}"
        );
        Ok(vec!["the keyboard reaches nothing".to_owned()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_focus_that_jumps_hides_or_does_not_show_is_found() {
        let stop = |name: &str, place, top, left| Stop {
            name: name.to_owned(),
            place,
            top,
            bottom: top + 20.0,
            left,
            is_ringed: true,
            is_seen: true,
        };
        let (one, two, three) = (
            stop("a", 1, 0.0, 0.0),
            stop("b", 2, 5.0, 40.0),
            stop("c", 3, 30.0, 0.0),
        );
        assert_eq!(
            wrong_way(&[one.clone(), two.clone(), three.clone()]),
            [""; 0]
        );
        assert_eq!(
            wrong_way(&[two.clone(), one.clone(), three]),
            ["b comes before a"]
        );
        let hidden = Stop {
            is_ringed: false,
            is_seen: false,
            ..two
        };
        assert_eq!(wrong_way(&[one, hidden]).len(), 2);
    }
}

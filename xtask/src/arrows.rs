//! The arrows between crates: `arrows.toml` against cargo's own metadata.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::run::{output, read};

/// What depends on what, by package id; normal dependencies only, with the features that cargo has resolved.
struct Graph {
    /// The workspace's own packages, in the order of `Cargo.toml`.
    members: Vec<String>,
    names: BTreeMap<String, String>,
    direct: BTreeMap<String, BTreeSet<String>>,
}

fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value
        .get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn string(value: &Value, name: &str) -> String {
    let found = value.get(name).and_then(Value::as_str);
    found.unwrap_or_default().to_owned()
}

impl Graph {
    fn read(metadata: &Value) -> Graph {
        let members = list(metadata, "workspace_members").filter_map(Value::as_str);
        let names = list(metadata, "packages")
            .map(|package| (string(package, "id"), string(package, "name")))
            .collect();
        let nodes = metadata.get("resolve").unwrap_or(&Value::Null);
        let is_normal = |dependency: &&Value| {
            list(dependency, "dep_kinds").any(|kind| kind.get("kind").is_none_or(Value::is_null))
        };
        let direct = list(nodes, "nodes")
            .map(|node| {
                let normal = list(node, "deps").filter(is_normal);
                let used = normal.map(|dependency| string(dependency, "pkg")).collect();
                (string(node, "id"), used)
            })
            .collect();
        Graph {
            members: members.map(str::to_owned).collect(),
            names,
            direct,
        }
    }

    fn name(&self, id: &str) -> &str {
        self.names.get(id).map_or("", String::as_str)
    }

    fn member(&self, name: &str) -> Option<&String> {
        self.members.iter().find(|id| self.name(id) == name)
    }

    /// The names of all that a package reaches.
    fn reachable(&self, from: &str) -> BTreeSet<&str> {
        let mut seen = BTreeSet::new();
        let mut open = vec![from];
        while let Some(id) = open.pop() {
            for next in self.direct.get(id).into_iter().flatten() {
                if seen.insert(next.as_str()) {
                    open.push(next);
                }
            }
        }
        seen.into_iter().map(|id| self.name(id)).collect()
    }
}

fn table(rules: &toml::Table, name: &str) -> BTreeMap<String, Vec<String>> {
    let entries = rules.get(name).and_then(toml::Value::as_table);
    let strings = |value: &toml::Value| {
        let list = value.as_array().into_iter().flatten();
        list.filter_map(toml::Value::as_str)
            .map(str::to_owned)
            .collect()
    };
    let entries = entries.into_iter().flatten();
    entries
        .map(|(name, list)| (name.clone(), strings(list)))
        .collect()
}

/// The workspace's edges: allowed, and only upwards.
fn edges(graph: &Graph, allowed: &BTreeMap<String, Vec<String>>, wrong: &mut Vec<String>) {
    for (place, id) in graph.members.iter().enumerate() {
        let member = graph.name(id);
        let Some(allowed) = allowed.get(member) else {
            wrong.push(format!("{member} is not in arrows.toml"));
            continue;
        };
        for used_id in graph.direct.get(id).into_iter().flatten() {
            let Some(used_place) = graph.members.iter().position(|other| other == used_id) else {
                continue;
            };
            let used = graph.name(used_id);
            if !allowed.iter().any(|name| name == used) {
                wrong.push(format!(
                    "{member} uses {used}: arrows.toml does not allow it"
                ));
            }
            if used_place > place {
                wrong.push(format!(
                    "{member} stands before {used} in Cargo.toml, and uses it"
                ));
            }
        }
    }
}

/// A name that is misspelt would hold nothing, so each must be a crate of the workspace, or for `never` of anything.
fn names(graph: &Graph, rules: &toml::Table, wrong: &mut Vec<String>) {
    for section in ["arrows", "never"] {
        for (member, named) in table(rules, section) {
            if graph.member(&member).is_none() {
                wrong.push(format!(
                    "[{section}] has {member}, which is no crate of the workspace"
                ));
            }
            let is_known = |name: &String| match section {
                "arrows" => graph.member(name).is_some(),
                _ => graph.names.values().any(|known| known == name),
            };
            let unknown = named.iter().filter(|name| !is_known(name));
            wrong.extend(
                unknown.map(|name| format!("[{section}] {member} names {name}: no such crate")),
            );
        }
    }
}

fn wrong(metadata: &Value, rules: &toml::Table) -> Vec<String> {
    let graph = Graph::read(metadata);
    let mut wrong = Vec::new();
    edges(&graph, &table(rules, "arrows"), &mut wrong);
    names(&graph, rules, &mut wrong);
    for (member, never) in table(rules, "never") {
        let Some(id) = graph.member(&member) else {
            continue;
        };
        let reached = graph.reachable(id);
        let found = never.iter().filter(|name| reached.contains(name.as_str()));
        wrong.extend(found.map(|name| format!("{member} reaches {name}, which it must never")));
    }
    wrong
}

/// Cargo's metadata of the workspace.
pub(crate) fn metadata() -> Result<Value> {
    let arguments = ["metadata", "--format-version", "1", "--locked"];
    let text = output("cargo", &arguments)
        .context("cargo metadata failed; is Cargo.lock current? Run cargo metadata --locked")?;
    Ok(serde_json::from_str(&text)?)
}

/// The names of the workspace's crates, in the order of `Cargo.toml`.
pub(crate) fn members(metadata: &Value) -> Vec<String> {
    let graph = Graph::read(metadata);
    let names = graph.members.iter().map(|id| graph.name(id).to_owned());
    names.collect()
}

/// What is wrong with the arrows.
pub(crate) fn check(metadata: &Value) -> Result<Vec<String>> {
    let rules = read("arrows.toml")?.parse()?;
    Ok(wrong(metadata, &rules))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// `top` uses `middle` and, in its tests only, `other`; `middle` uses the registry's `engine`.
    fn graph() -> Value {
        let node = |id: &str, deps: &[(&str, Value)]| {
            let deps: Vec<Value> = deps
                .iter()
                .map(|(id, kind)| json!({"pkg": id, "dep_kinds": [{"kind": kind}]}))
                .collect();
            json!({"id": id, "deps": deps})
        };
        json!({
            "workspace_members": ["1", "2", "3"],
            "packages": [{"id": "1", "name": "other"}, {"id": "2", "name": "middle"}, {"id": "3", "name": "top"},
                {"id": "9", "name": "engine"}],
            "resolve": {"nodes": [
                node("1", &[]),
                node("2", &[("9", Value::Null)]),
                node("3", &[("2", Value::Null), ("1", json!("dev"))]),
                node("9", &[]),
            ]},
        })
    }

    fn found(rules: &str) -> Vec<String> {
        wrong(&graph(), &rules.parse().unwrap())
    }

    #[test]
    fn what_is_allowed_is_in_order() {
        let rules = "[arrows]\nother = []\nmiddle = []\ntop = ['middle']\n[never]\nother = ['engine']\ntop = ['other']";
        assert_eq!(found(rules), [""; 0]);
    }

    #[test]
    fn an_arrow_that_is_not_allowed_is_found() {
        let found = found("[arrows]\nother = []\nmiddle = []\ntop = ['other']");
        assert_eq!(
            found,
            ["top uses middle: arrows.toml does not allow it"],
            "only the normal one"
        );
    }

    #[test]
    fn a_crate_that_is_left_out_or_misspelt_is_found() {
        let found =
            found("[arrows]\nother = []\ntop = ['middle', 'botom']\n[never]\ntop = ['engin']");
        let due = [
            "middle is not in arrows.toml",
            "[arrows] top names botom: no such crate",
            "[never] top names engin: no such crate",
        ];
        assert_eq!(found, due);
    }

    #[test]
    fn what_must_never_be_reached_is_found_behind_another_crate() {
        let found =
            found("[arrows]\nother = []\nmiddle = []\ntop = ['middle']\n[never]\ntop = ['engine']");
        assert_eq!(found, ["top reaches engine, which it must never"]);
    }

    #[test]
    fn a_crate_that_stands_before_what_it_uses_is_found() {
        let mut graph = graph();
        graph["workspace_members"] = json!(["1", "3", "2"]);
        let rules = "[arrows]\nother = []\nmiddle = []\ntop = ['middle']";
        let found = wrong(&graph, &rules.parse().unwrap());
        assert_eq!(
            found,
            ["top stands before middle in Cargo.toml, and uses it"]
        );
    }
}

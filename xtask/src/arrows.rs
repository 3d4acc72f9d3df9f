//! The arrows between crates: `arrows.toml` against cargo's own metadata.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::run::{output, read};

/// What depends on what, by package name, normal dependencies only.
struct Graph {
    members: Vec<String>,
    direct: BTreeMap<String, BTreeSet<String>>,
}

fn graph() -> Result<Graph> {
    let arguments = ["metadata", "--format-version", "1", "--locked"];
    let text =
        output("cargo", &arguments).context("cargo metadata failed; is Cargo.lock current?")?;
    let metadata: Value = serde_json::from_str(&text)?;
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let string =
        |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let names: BTreeMap<String, String> = list(metadata.get("packages").unwrap_or(&Value::Null))
        .iter()
        .map(|package| (string(package.get("id")), string(package.get("name"))))
        .collect();
    let name = |id: &str| names.get(id).cloned().unwrap_or_default();
    let members = list(metadata.get("workspace_members").unwrap_or(&Value::Null));
    let members = members.iter().filter_map(Value::as_str).map(name).collect();
    let mut direct = BTreeMap::new();
    for node in list(metadata.pointer("/resolve/nodes").unwrap_or(&Value::Null)) {
        let normal = list(node.get("deps").unwrap_or(&Value::Null))
            .iter()
            .filter(|dependency| {
                let kinds = list(dependency.get("dep_kinds").unwrap_or(&Value::Null));
                kinds
                    .iter()
                    .any(|kind| kind.get("kind").is_none_or(Value::is_null))
            })
            .map(|dependency| name(&string(dependency.get("pkg"))))
            .collect();
        direct.insert(name(&string(node.get("id"))), normal);
    }
    Ok(Graph { members, direct })
}

fn reachable(graph: &Graph, from: &str) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut open = vec![from.to_owned()];
    while let Some(name) = open.pop() {
        for next in graph.direct.get(&name).into_iter().flatten() {
            if seen.insert(next.clone()) {
                open.push(next.clone());
            }
        }
    }
    seen
}

fn table(rules: &toml::Table, name: &str) -> BTreeMap<String, Vec<String>> {
    let entries = rules
        .get(name)
        .and_then(toml::Value::as_table)
        .cloned()
        .unwrap_or_default();
    let strings = |value: toml::Value| {
        let list = value.as_array().cloned().unwrap_or_default();
        list.iter()
            .filter_map(toml::Value::as_str)
            .map(str::to_owned)
            .collect()
    };
    entries
        .into_iter()
        .map(|(crate_name, list)| (crate_name, strings(list)))
        .collect()
}

/// What is wrong with the arrows.
pub(crate) fn check() -> Result<Vec<String>> {
    let graph = graph()?;
    let rules: toml::Table = read("arrows.toml")?.parse()?;
    let allowed = table(&rules, "arrows");
    let mut wrong = Vec::new();
    for (place, member) in graph.members.iter().enumerate() {
        let Some(allowed) = allowed.get(member) else {
            wrong.push(format!("{member} is not in arrows.toml"));
            continue;
        };
        let own = graph.direct.get(member).into_iter().flatten();
        for used in own.filter(|name| graph.members.contains(name)) {
            if !allowed.contains(used) {
                wrong.push(format!(
                    "{member} uses {used}: arrows.toml does not allow it"
                ));
            }
            if graph.members.iter().position(|name| name == used) > Some(place) {
                wrong.push(format!(
                    "{member} stands before {used} in Cargo.toml, and uses it"
                ));
            }
        }
    }
    for (crate_name, never) in table(&rules, "never") {
        let reached = reachable(&graph, &crate_name);
        let found = never.iter().filter(|name| reached.contains(*name));
        wrong.extend(found.map(|name| format!("{crate_name} reaches {name}, which it must never")));
    }
    Ok(wrong)
}
